"""How likely is what was seen, by what was seen before? Tests for small counts, without tables.

Each gives the chance of what was seen, or of more, if nothing had changed; the caller says which
chance is small enough to speak of.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def in_a_row(times: int, *, seen: int, of: int) -> float:
    """The chance of something `times` in a row that was seen `seen` times of `of` before.

    Jeffreys' estimate: what was never seen in ten may still come about once in twenty.
    """
    return float(((seen + 0.5) / (of + 1.0)) ** times)


def so_few(now: int, of_now: int, *, before: int, of_before: int) -> float:
    """The chance that as few of `of_now` have something, or fewer, if as many had it as before.

    Fisher's exact test, one-sided: of all, those of now are drawn blindly.
    """
    whole, having = of_now + of_before, now + before
    ways = math.comb(whole, of_now)
    least = max(0, of_now - (whole - having))
    few = sum(
        math.comb(having, count) * math.comb(whole - having, of_now - count)
        for count in range(least, now + 1)
    )
    return few / ways


def so_low(now: Sequence[float], before: Sequence[float]) -> float:
    """The chance that values rank as low among those before, or lower, if nothing had changed.

    Wilcoxon's rank test (Mann-Whitney), one-sided, by the normal law with ties; it needs no law
    for the values. For `so high` give the values with their signs turned.
    """
    few, many = len(now), len(before)
    if not few or not many:
        return 1.0
    ordered = sorted(before)
    above = sum((bisect_left(ordered, value) + bisect_right(ordered, value)) / 2.0 for value in now)
    whole = few + many
    everything = sorted((*now, *before))
    ties = 0
    start = 0
    while start < whole:
        end = bisect_right(everything, everything[start])
        ties += (end - start) ** 3 - (end - start)
        start = end
    spread = few * many / 12.0 * (whole + 1 - ties / (whole * (whole - 1)))
    if spread <= 0.0:
        return 1.0
    steps = (above - few * many / 2.0 + 0.5) / math.sqrt(spread)
    return 0.5 * math.erfc(-steps / math.sqrt(2.0))


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of both. `values` has at least one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2.0
