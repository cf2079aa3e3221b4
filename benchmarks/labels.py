"""Which blocks of a page are its article's text, by the text that is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

SHINGLE = 4  # words
NEAR = 6  # blocks
_WORD = re.compile(r"\w+")


def label(texts: Sequence[str], truth: str) -> list[bool]:
    """For each block, whether more than half of its runs of four words stand in the true text.

    A shorter block is in it where it stands in the truth beside a neighbour that is. Of blocks that
    the page prints more often than the truth, those count that have most others around them.
    """
    words = _WORD.findall(truth)
    known = {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    blocks = [_WORD.findall(text) for text in texts]
    labels = [_share(block, known) > 0.5 for block in blocks]
    _once(texts, labels, truth)
    joined = f" {' '.join(words)} "
    for index, block in enumerate(blocks):
        if 0 < len(block) < SHINGLE:
            labels[index] = _beside(index, blocks, labels, joined)
    return labels


def _share(block: Sequence[str], known: set[tuple[str, ...]]) -> float:
    runs = [tuple(block[i : i + SHINGLE]) for i in range(len(block) - SHINGLE + 1)]
    return sum(run in known for run in runs) / len(runs) if runs else 0.0


def _once(texts: Sequence[str], labels: list[bool], truth: str) -> None:
    """Take back the labels of second printings."""
    printed = Counter(text for text, right in zip(texts, labels, strict=True) if right)
    for text, count in printed.items():
        most = max(1, truth.count(text[:200]))
        if count > most:
            places = [i for i, other in enumerate(texts) if labels[i] and other == text]
            around = {i: sum(labels[max(0, i - NEAR) : i + NEAR + 1]) for i in places}
            for place in sorted(places, key=lambda i: (-around[i], i))[most:]:
                labels[place] = False


def _beside(
    index: int, blocks: Sequence[Sequence[str]], labels: Sequence[bool], joined: str
) -> bool:
    here = " ".join(blocks[index])
    above = next((i for i in range(index - 1, max(-1, index - NEAR), -1) if labels[i]), None)
    if above is not None and f" {' '.join([*blocks[above][-3:], here])} " in joined:
        return True
    below = next((i for i in range(index + 1, min(len(blocks), index + NEAR)) if labels[i]), None)
    return below is not None and f" {' '.join([here, *blocks[below][:3]])} " in joined
