"""Where terms occur in a text, quickly: no word of the text is looked at that cannot match."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.query.tree import Term, Word
from scraper.query.words import accepted
from scraper.vietnamese.text import fold

# Between two words of a phrase; "_" is neither a letter nor a digit for SQLite.
_BETWEEN = r"[\W_]+"
# Looked at behind a word's first letter: what begins with a letter is found faster.
_STARTED = r"(?<![^\W_].)(?<![\u0300-\u036f].)"
_ENDS = r"(?![^\W_\u0300-\u036f])(?![\u0300-\u036f])"

# Every letter that folds to a plain one: what SQLite's folding and ours have in common.
_LETTERS = "".join(map(chr, (*range(0xC0, 0x530), *range(0x1E00, 0x2000))))


def occurs(term: Term, text: str) -> bool:
    """Does an NFC text hold the term?"""
    return _pattern(term.words).search(lowered(text)) is not None


def spans(terms: tuple[Term, ...], text: str) -> list[tuple[int, int]]:
    """Where terms stand in an NFC text: (start, end) offsets in order, none overlapping."""
    lower = lowered(text)
    return merged([span for term in terms for span in places(term, lower)])


def places(term: Term, lower: str) -> list[tuple[int, int]]:
    """Where a term stands in a `lowered` text: (start, end) offsets in order."""
    return [match.span() for match in _pattern(term.words).finditer(lower)]


def merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def lowered(text: str) -> str:
    """Lower case of the same length, so that offsets carry over."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(one if len(one) == 1 else char for char in text for one in (char.lower(),))


@lru_cache(maxsize=512)
def _pattern(words: tuple[Word, ...]) -> re.Pattern[str]:
    """What finds the words in lower-case text; one that overlaps itself is found once."""
    first, *rest = (_word(word) for word in words)
    begin = _any([form[0] + _STARTED + "".join(form[1:]) for form in first])
    return re.compile(
        _ENDS.join((begin, *(_BETWEEN + _any(["".join(form) for form in one]) for one in rest)))
        + _ENDS
    )


def _word(word: Word) -> list[list[str]]:
    """The forms that count as the word, each as what its characters match."""
    letter = _class if word.loose else re.escape
    return [[letter(character) for character in form] for form in sorted(accepted(word))]


def _any(forms: list[str]) -> str:
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"


@lru_cache(maxsize=256)
def _class(letter: str) -> str:
    """The letters that fold to this one, as a class of characters."""
    same = letter + _folding_to().get(letter, "")
    return re.escape(letter) if len(same) == 1 else f"[{same}]"


@lru_cache(maxsize=1)
def _folding_to() -> dict[str, str]:
    found: dict[str, str] = {}
    for character in _LETTERS:
        plain = fold(character)
        if character == character.lower() and plain != character:
            found[plain] = found.get(plain, "") + character
    return found
