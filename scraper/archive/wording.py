"""A text's wording, as copies are told by: its words without marks, fingerprints, likeness.

Words are compared without marks and case, so that both spellings of a tone mark, and a capital
more or less, are no difference. Nothing here is random or of one process only: the numbers stand in
archives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import compress

from scraper.vietnamese.text import fold

FINGERPRINT_HASHES = 8  # kept of each text; half of a text has one of them in 99.6 of 100 cases
ASKED_HASHES = 24  # of a new text: asking costs less than keeping
RUN = 6  # words of a run that is hashed; of four, chance made a hundred candidates of each text
LIKE_RUN = 5  # words of a run that two texts must share; four are shared by chance and by habit
FEWEST_WORDS = 20  # a shorter text says too little to be compared

_HASH_MASK = (1 << 48) - 1
_ONE, _TWO, _THREE = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D  # odd; from xxHash, as the next
_FOUR, _FIVE, _SIX = 0x27D4EB2F, 0x165667B1, 0x61C88647

_FIRST_WORDS = 14  # bits of a word's number
_SHORT_GAP = re.compile(rb"(?<=\x01)\0{1,%d}(?=\x01)" % (LIKE_RUN - 1))  # its words are covered

Run = tuple["Word", ...]
Word = int  # a hash of 30 bits; odd where the word has a digit


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of each of two texts stands in the other."""

    shared: int  # words that stand in runs both have, in the text that has fewer such
    of_this: float  # their share of the one text, 0 to 1
    of_other: float
    stretch: float  # words that are shared without a break, on average
    numbers: float | None  # share of the numbers of the text with fewer; None: too few to tell


@lru_cache(maxsize=128)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order."""
    return tuple(map(_word, text.split()))


def paragraph_number(line: str) -> int:
    """A number (63 bits) that stands for a paragraph as it is printed."""
    return int.from_bytes(blake2b(line.encode(), digest_size=8).digest(), "big") >> 1


def fingerprint(words: Sequence[Word], *, size: int) -> list[int]:
    """The smallest hashes (48 bits) of the text's runs, at most `size`, rising.

    Of runs that begin with an eighth of the language's words, not with every eighth word of the
    text: the choice moves with the words, so that two texts choose the same runs in a shared part.
    """
    runs = zip(*(words[step:] for step in range(RUN)), strict=False)
    found = {
        (a * _ONE ^ b * _TWO ^ c * _THREE ^ d * _FOUR ^ e * _FIVE ^ f * _SIX) & _HASH_MASK
        for a, b, c, d, e, f in runs
        if a & _FIRST_WORDS == 2
    }
    return sorted(found)[:size]


@dataclass(frozen=True, slots=True)
class Runs:
    """A text's runs of LIKE_RUN words, ready for being compared with many others."""

    words: tuple[Word, ...]
    distinct: frozenset[Run]


def runs_of(words: tuple[Word, ...]) -> Runs:
    """The runs of a text's words."""
    return Runs(words, frozenset(_in_order(words)))


def _in_order(words: tuple[Word, ...]) -> Iterator[Run]:
    return zip(*(words[step:] for step in range(LIKE_RUN)), strict=False)


def likeness(this: Runs, other: tuple[Word, ...], *, fewest: int = 1) -> Likeness | None:
    """How much of each text stands in runs of words that both have; None for too little.

    Too little is less than `fewest` words.
    """
    flags = bytes(map(this.distinct.__contains__, _in_order(other)))
    if flags.count(1) < fewest - LIKE_RUN + 1:
        return None
    common = frozenset(compress(_in_order(other), flags))
    in_this, breaks = _covered(bytes(map(common.__contains__, _in_order(this.words))))
    in_other, _ = _covered(flags)
    if min(in_this, in_other) < fewest:
        return None
    return Likeness(
        shared=min(in_this, in_other),
        of_this=in_this / max(len(this.words), 1),
        of_other=in_other / max(len(other), 1),
        stretch=in_this / max(breaks, 1),
        numbers=_numbers(this.words, other),
    )


def _numbers(this: Sequence[Word], other: Sequence[Word]) -> float | None:
    mine = {word for word in this if word & 1}
    theirs = {word for word in other if word & 1}
    fewer = min(len(mine), len(theirs))
    return len(mine & theirs) / fewer if fewer >= 3 else None


def _covered(flags: bytes) -> tuple[int, int]:
    """How many words stand in the runs that have a 1, and in how many stretches."""
    flags = _SHORT_GAP.sub(lambda gap: b"\1" * len(gap.group()), flags)
    stretches = sum(map(bool, flags.split(b"\0")))
    return flags.count(1) + stretches * (LIKE_RUN - 1), stretches


@lru_cache(maxsize=1 << 17)
def _word(token: str) -> Word:
    """A token's hash without marks, case and signs; a sign alone is a word like any other sign."""
    plain = "".join(filter(str.isalnum, fold(token)))
    number = int.from_bytes(blake2b(plain.encode(), digest_size=4).digest(), "big") >> 2
    has_digit = any(map(str.isdigit, plain))
    return (number & ~1) | has_digit
