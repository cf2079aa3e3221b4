"""A text's wording, as copies are told by: its words without marks, fingerprints, likeness.

Words are compared without marks and case, so that both spellings of a tone mark, and a capital
more or less, are no difference. Nothing here is random or of one process only: the numbers stand in
archives.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from scraper.vietnamese.text import fold

FINGERPRINT_HASHES = 8  # kept of each text; half of a text has one of them in 99.6 of 100 cases
ASKED_HASHES = 24  # of a new text: asking costs less than keeping
RUN = 4  # words of a run that is hashed
LIKE_RUN = 5  # words of a run that two texts must share; four are shared by chance and by habit
FEWEST_WORDS = 20  # a shorter text says too little to be compared

_HASH_MASK = (1 << 48) - 1
_ONE, _TWO, _THREE, _FOUR = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F  # odd, from xxHash

Word = int  # a hash of 30 bits; odd where the word has a digit


@dataclass(frozen=True, slots=True)
class Wording:
    """A text's words in order, paragraph by paragraph."""

    paragraphs: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(chain.from_iterable(self.paragraphs))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of each of two texts stands in the other."""

    shared: int  # words that stand in runs both have, in the text that has fewer such
    of_this: float  # their share of the one text, 0 to 1
    of_other: float
    stretch: float  # words that are shared without a break, on average
    numbers: float | None  # share of the numbers of the text with fewer; None: too few to tell


def wording_of(text: str) -> Wording:
    """The words of a text whose paragraphs are parted by line breaks."""
    found = []
    for line in text.split("\n"):
        words = tuple(filter(None, map(_word, line.split())))
        if words:
            found.append(words)
    return Wording(tuple(found))


def paragraph_hash(words: tuple[Word, ...]) -> int:
    """A number (63 bits) that stands for a paragraph's words."""
    packed = struct.pack(f"<{len(words)}I", *words)
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "big") >> 1


def fingerprint(words: Sequence[Word], *, size: int) -> list[int]:
    """The smallest hashes (48 bits) of the text's runs, at most `size`, rising.

    Of runs that begin with every fourth word of the language, not of the text: the choice moves
    with the words, so that two texts that share a part choose the same runs in it.
    """
    found = {
        (a * _ONE ^ b * _TWO ^ c * _THREE ^ d * _FOUR) & _HASH_MASK
        for a, b, c, d in zip(words, words[1:], words[2:], words[3:], strict=False)
        if a & 6 == 2
    }
    return sorted(found)[:size]


def likeness(this: Sequence[Word], other: Sequence[Word]) -> Likeness:
    """How much of each text stands in runs of words that both have."""
    mine, theirs = _runs(this), _runs(other)
    common = set(mine) & set(theirs)
    in_this, breaks = _covered(mine, common)
    in_other, _ = _covered(theirs, common)
    return Likeness(
        shared=min(in_this, in_other),
        of_this=in_this / max(len(this), 1),
        of_other=in_other / max(len(other), 1),
        stretch=in_this / max(breaks, 1),
        numbers=_numbers(this, other),
    )


def _numbers(this: Sequence[Word], other: Sequence[Word]) -> float | None:
    mine = {word for word in this if word & 1}
    theirs = {word for word in other if word & 1}
    fewer = min(len(mine), len(theirs))
    return len(mine & theirs) / fewer if fewer >= 3 else None


Run = tuple[Word, ...]


def _runs(words: Sequence[Word]) -> list[Run]:
    later = (words[step:] for step in range(LIKE_RUN))
    return list(zip(*later, strict=False))


def _covered(runs: Sequence[Run], common: Collection[Run]) -> tuple[int, int]:
    """How many words stand in one of the common runs, and in how many stretches."""
    count = end = stretches = 0
    for position, run in enumerate(runs):
        if run in common:
            stretches += position > end or not end
            count += position + LIKE_RUN - max(position, end)
            end = position + LIKE_RUN
    return count, stretches


@lru_cache(maxsize=1 << 17)
def _word(token: str) -> Word:
    """A token's hash without marks, case and signs; 0 for one without a letter or digit."""
    plain = "".join(filter(str.isalnum, fold(token)))
    if not plain:
        return 0
    number = int.from_bytes(blake2b(plain.encode(), digest_size=4).digest(), "big") >> 2
    has_digit = any(map(str.isdigit, plain))
    return (number & ~1) | has_digit or 2


def without(wording: Wording, paragraphs: Iterable[int]) -> tuple[Word, ...]:
    """The words of a text but for the paragraphs of these hashes."""
    left_out = frozenset(paragraphs)
    if not left_out:
        return wording.words
    return tuple(
        word
        for paragraph in wording.paragraphs
        if paragraph_hash(paragraph) not in left_out
        for word in paragraph
    )
