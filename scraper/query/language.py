"""The query language: text to a tree. Knows no SQL.

Words, all of which must occur, and "phrases". What is neither a letter nor a digit parts words;
parts that stand together without white space (TN&MT, 01/2019/TT-BTNMT) are a phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.errors import QueryError
from scraper.vietnamese.text import clean, fold, has_marks, spellings

TERMS_AT_MOST = 200  # far more than anybody types, and what SQLite's parser bears

VARIANTS_AT_MOST = 64  # spellings of a term that the index is asked for

# A word as SQLite's unicode61 tokenizer sees it: letters, digits, and marks that follow them.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_ETH = str.maketrans("Ðð", "Đđ")  # Icelandic letters, typed for the Vietnamese ones
# What editors and phones put in place of a straight quote.
_QUOTES = '"“”„‟«»＂'
_PART = re.compile(f"[{_QUOTES}]|[^\\s{_QUOTES}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase's words in order; each in lower case, NFC."""

    words: tuple[str, ...]
    column: int  # of the query's text, in characters from 0


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must occur, each in one of the searched fields; no terms: everything."""

    text: str
    terms: tuple[Term, ...]
    marked: bool  # typed with a mark: marks count


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term ready for comparing with a text's words: at each place one of several spellings."""

    places: tuple[frozenset[str], ...]


def parse(text: str) -> Query:
    """The query that `text` means; QueryError says what is wrong with it, and where."""
    terms: list[Term] = []
    opened: int | None = None  # where the phrase began that is being read
    for part in _PART.finditer(text):
        if part.group() not in _QUOTES:
            if opened is None:
                terms.append(Term(words_of(part.group()), part.start()))
        elif opened is None:
            opened = part.start()
        else:
            terms.append(Term(words_of(text[opened + 1 : part.start()]), opened))
            opened = None
    if opened is not None:
        raise QueryError(
            "a quotation mark opens a phrase that nothing closes; close it, or leave it out",
            text=text,
            column=opened,
        )
    found = tuple(term for term in terms if term.words)
    if terms and not found:
        raise QueryError(
            "there is no word in this query; type a word, or nothing at all to find everything",
            text=text,
            column=terms[0].column,
        )
    if len(found) > TERMS_AT_MOST:
        raise QueryError(
            f"more than {TERMS_AT_MOST} words; put a long text between quotation marks",
            text=text,
            column=found[TERMS_AT_MOST].column,
        )
    return Query(text=text, terms=found, marked=has_marks(text))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a query's part, lower case, cleaned as the archive's text is."""
    return tuple(WORD.findall(clean(text).translate(_ETH).lower()))


def alternatives(word: str, *, marked: bool) -> tuple[str, ...]:
    """The spellings of a query's word that count as it, its own first.

    Of a marked query: both places of the tone mark (hoà, hòa). Of one without marks: every "d" may
    stand for "đ"; the other marks do not count there anyway.
    """
    if marked:
        return spellings(word)
    found = [""]
    for character in fold(word):
        options = "dđ" if character == "d" else character
        found = [start + option for start in found for option in options]
        if len(found) > VARIANTS_AT_MOST:
            # No word of any language; it is looked for as typed.
            return (fold(word),)
    return tuple(found)


def pattern(term: Term, *, marked: bool) -> Pattern:
    """What `find` compares a text's words with."""
    if marked:
        return Pattern(tuple(frozenset(spellings(word)) for word in term.words))
    return Pattern(tuple(frozenset({fold(word)}) for word in term.words))


def find(patterns: tuple[Pattern, ...], text: str, *, marked: bool) -> list[tuple[int, int]]:
    """Where the patterns occur in an NFC text: (start, end) offsets, in order, none overlapping."""
    words = list(WORD.finditer(text))
    if marked:
        compared = [word.group().lower() for word in words]
    else:
        folded = fold(text)  # as many characters: offsets carry over
        compared = [folded[word.start() : word.end()] for word in words]
    spans: list[tuple[int, int]] = []
    for one in patterns:
        size = len(one.places)
        first = one.places[0]
        for start, word in enumerate(compared):
            if (
                word in first
                and len(compared) - start >= size
                and all(compared[start + step] in one.places[step] for step in range(1, size))
            ):
                spans.append((words[start].start(), words[start + size - 1].end()))
    return _merged(spans)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
