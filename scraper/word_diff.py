"""What differs between two texts, word by word: exact, readable, and fast for long texts.

Paragraphs are compared first, and only what stands between equal ones is compared by words. Both
steps go by what occurs once in either text (patience diff), so that common words such as "của" tie
nothing together that does not belong together, and the time grows with the length alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix
from typing import Literal

Op = Literal["equal", "delete", "insert"]

_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")  # with the breaks that follow it
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_SMALL = 40_000  # pairs of words; difflib compares as many in some milliseconds


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stands in both texts, or in one of them."""

    op: Op
    text: str


def word_diff(before: str, after: str) -> tuple[Run, ...]:
    """How `before` became `after`, in order: never two runs of one kind side by side.

    The equal and the inserted ones joined are `after`, the equal and the deleted ones `before`,
    to the character. Where both stand at one place, what was taken out comes first.
    """
    old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    found: list[Run] = []
    for old_part, new_part in _stretches(old, new):
        old_text, new_text = "".join(old_part), "".join(new_part)
        if old_text == new_text:
            found.append(Run("equal", old_text))
        else:
            found += _by_words(_WORD.findall(old_text), _WORD.findall(new_text))
    return tuple(_joined(_by_paragraphs(_joined(_without_islands(_joined(found))))))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    for old_part, new_part in _stretches(old, new):
        old_text, new_text = "".join(old_part), "".join(new_part)
        if old_text == new_text:
            yield Run("equal", old_text)
        else:
            yield Run("delete", old_text)
            yield Run("insert", new_text)


def _stretches(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The two sequences cut into stretches that are equal, or have nothing in common, in order."""
    waiting = [(0, len(old), 0, len(new))]  # the next on top; no recursion, however long the texts
    while waiting:
        low, high, new_low, new_high = waiting.pop()
        start, new_start = low, new_low
        while low < high and new_low < new_high and old[low] == new[new_low]:
            low, new_low = low + 1, new_low + 1
        if low > start:
            yield old[start:low], new[new_start:new_low]
        end = high
        while low < high and new_low < new_high and old[high - 1] == new[new_high - 1]:
            high, new_high = high - 1, new_high - 1
        if high < end:  # comes after what stands between
            waiting.append((high, end, new_high, new_high + end - high))
        if low == high or new_low == new_high:
            if low < high or new_low < new_high:
                yield old[low:high], new[new_low:new_high]
            continue
        parts = _cut(old[low:high], new[new_low:new_high])
        if parts is None:
            yield old[low:high], new[new_low:new_high]
        else:
            waiting += [
                (low + a, low + b, new_low + c, new_low + d) for a, b, c, d in reversed(parts)
            ]


def _cut(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]] | None:
    """Cut at what both have in common, into smaller parts; None where they have nothing.

    `old` and `new` differ at both ends.
    """
    anchors = _anchors(old, new)
    if not anchors:
        if len(old) * len(new) > _SMALL:
            return None
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        anchors = [(at + n, new_at + n) for at, new_at, size in blocks for n in range(size)]
    if not anchors:
        return None
    parts = []
    low = new_low = 0
    for at, new_at in [*anchors, (len(old), len(new))]:
        if low < at or new_low < new_at:
            parts.append((low, at, new_low, new_at))
        if at < len(old):
            parts.append((at, at + 1, new_at, new_at + 1))
        low, new_low = at + 1, new_at + 1
    return parts


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of what occurs once in either: the longest row of them in the same order."""
    counts, new_counts = Counter(old), Counter(new)
    places = {word: place for place, word in enumerate(new) if new_counts[word] == 1}
    pairs = [
        (place, places[word])
        for place, word in enumerate(old)
        if counts[word] == 1 and word in places
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of the pairs, rising in the first, that rises in the second too."""
    ends: list[int] = []  # the smallest second number that ends a row of each length
    tops: list[int] = []  # and the pair that it stands in
    before: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(tops[length - 1] if length else None)
        ends[length : length + 1] = [place]
        tops[length : length + 1] = [number]
    row: list[tuple[int, int]] = []
    step = tops[-1] if tops else None
    while step is not None:
        row.append(pairs[step])
        step = before[step]
    return row[::-1]


def _without_islands(runs: Sequence[Run]) -> Iterator[Run]:
    """A blank or a comma between two changes reads better as a part of them."""
    for number, run in enumerate(runs):
        between = 0 < number < len(runs) - 1 and run.op == "equal"
        if between and "\n" not in run.text and not any(map(str.isalnum, run.text)):
            yield Run("delete", run.text)
            yield Run("insert", run.text)
        else:
            yield run


def _by_paragraphs(runs: list[Run]) -> list[Run]:
    """A paragraph that came or went alone begins at its beginning.

    "A.|\\n\\nB.|\\n\\nC." says the same as "A.\\n\\n|B.\\n\\n|C.", less plainly.
    """
    for number in range(1, len(runs) - 1):
        before, run, after = runs[number - 1 : number + 2]
        if run.op == "equal" or (before.op, after.op) != ("equal", "equal"):
            continue
        size = commonprefix([run.text, after.text]).rfind("\n") + 1
        if size and not before.text.endswith("\n"):
            moved = run.text[:size]
            runs[number - 1] = Run("equal", before.text + moved)
            runs[number] = Run(run.op, run.text[size:] + moved)
            runs[number + 1] = Run("equal", after.text[size:])
    return [run for run in runs if run.text]


def _joined(runs: Sequence[Run] | Iterator[Run]) -> list[Run]:
    """The same with neighbours of one kind made one, and what was taken out before what came."""
    found: list[Run] = []
    deleted: list[str] = []
    inserted: list[str] = []

    def close() -> None:
        for op, texts in (("delete", deleted), ("insert", inserted)):
            if any(texts):
                found.append(Run("delete" if op == "delete" else "insert", "".join(texts)))
            texts.clear()

    equal: list[str] = []
    for run in runs:
        if run.op == "equal":
            close()
            equal.append(run.text)
            continue
        if equal:
            found.append(Run("equal", "".join(equal)))
            equal.clear()
        (deleted if run.op == "delete" else inserted).append(run.text)
    close()
    if equal:
        found.append(Run("equal", "".join(equal)))
    return found
