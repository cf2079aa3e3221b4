"""A tree's terms as expressions of SQLite's FTS5, and what FTS5 cannot say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from math import prod
from typing import Literal

from scraper.archive.archive import Archive
from scraper.query.matches import occurs
from scraper.query.tree import COLUMNS, AllOf, AnyOf, Column, Not, Term, Tree, Word
from scraper.query.words import VARIANTS_AT_MOST, alternatives

Table = Literal["articles_fts", "articles_exact"]

WORDS_AT_MOST = 30  # of a phrase that the index is asked for at once

_FUNCTION = "scraper_occurs"


@dataclass(frozen=True, slots=True)
class Expression:
    """What MATCH says of one of the full-text tables."""

    table: Table
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the index is asked about a term, and whether the texts must be looked at besides."""

    expressions: tuple[Expression, ...]  # all of which must hold
    checked: bool


DEPTH_OF_EXPRESSIONS = 8  # groups in groups; at some twenty FTS5's parser has no more room


class Index:
    """The full-text tables of one archive: which spellings occur, and what to ask."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def expression(self, tree: Tree, *, depth: int = 0) -> Expression | None:
        """The tree as one expression on one table, if it can be said so."""
        if depth > DEPTH_OF_EXPRESSIONS:
            return None
        match tree:
            case Term():
                asked = self.asked(tree)
                return None if asked.checked else joined("AND", asked.expressions)
            case AnyOf(parts):
                found = [self.expression(part, depth=depth + 1) for part in parts]
                return joined("OR", found)
            case AllOf(parts):
                kept = [
                    self.expression(part, depth=depth + 1)
                    for part in parts
                    if not isinstance(part, Not)
                ]
                left = [
                    self.expression(part.part, depth=depth + 1)
                    for part in parts
                    if isinstance(part, Not)
                ]
                both = joined("AND", kept)
                if not left or both is None:
                    return both
                without = joined("OR", left)
                if without is None or without.table != both.table:
                    return None
                return Expression(both.table, f"({both.text} NOT {without.text})")
            case _:
                return None

    def asked(self, term: Term) -> Asked:
        """The expressions that find a term, or (checked) more than it."""
        mixed = len({word.loose for word in term.words}) > 1
        runs = [tuple(run) for _, run in groupby(term.words, key=lambda word: word.loose)]
        if mixed:  # the whole without marks, and the strict words with theirs
            whole = tuple(Word(word.text, loose=True) for word in term.words)
            runs = [whole, *(run for run in runs if not run[0].loose)]
        found: list[Expression] = []
        for run in runs:
            table: Table = "articles_fts" if run[0].loose else "articles_exact"
            for piece in _pieces(self._choices(run, table)):
                found.append(Expression(table, _phrases(piece, term.columns)))
        return Asked(tuple(dict.fromkeys(found)), checked=len(found) > 1)

    def _choices(self, words: tuple[Word, ...], table: Table) -> list[tuple[str, ...]]:
        choices = [alternatives(word) for word in words]
        if len(words) < 2:
            return choices
        # A phrase's spellings multiply: those that the index does not hold are left out first.
        return [
            (tuple(one for one in options if self._occurs(one, table)) or options[:1])
            if len(options) > 1
            else options
            for options in choices
        ]

    def _occurs(self, word: str, table: Table) -> bool:
        vocabulary = f"{table}_vocabulary"
        self.archive.select(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{vocabulary} "
            f"USING fts5vocab('main', '{table}', 'instance')",
            {},
        )
        sql = f"SELECT 1 FROM temp.{vocabulary} WHERE term = :word LIMIT 1"
        return bool(self.archive.select(sql, {"word": word}))


def joined(
    operator: Literal["AND", "OR"], expressions: Iterable[Expression | None]
) -> Expression | None:
    """Several expressions as one, if all can be said, and of the same table."""
    # The same expression twice finds nothing else, and costs as much again.
    found = list(dict.fromkeys(expressions))
    if not found or None in found:
        return None
    known = [one for one in found if one is not None]
    if len({one.table for one in known}) > 1:
        return None
    if len(known) == 1:
        return known[0]
    return Expression(known[0].table, f"({f' {operator} '.join(one.text for one in known)})")


def check(archive: Archive, term: Term, *, parameter: str) -> tuple[str, str]:
    """A condition of SQL: the term occurs in one of the texts; and the value of its parameter."""
    archive.define(_FUNCTION, _occurs_in, arguments=-1)
    columns = ", ".join(f"a.{column}" for column in term.columns)
    words = json.dumps([[word.text, word.loose] for word in term.words])
    return f"{_FUNCTION}(:{parameter}, {columns})", words


def _occurs_in(words: str, *texts: str | None) -> bool:
    term = _term(words)
    return any(text and occurs(term, text) for text in texts)


@lru_cache(maxsize=64)
def _term(words: str) -> Term:
    return Term(tuple(Word(text, loose) for text, loose in json.loads(words)))


def _pieces(choices: list[tuple[str, ...]]) -> list[list[tuple[str, ...]]]:
    """Runs of the words with few enough spellings; each begins with the last of the one before."""
    found: list[list[tuple[str, ...]]] = []
    piece: list[tuple[str, ...]] = []
    for options in choices:
        fits = prod(map(len, piece)) * len(options) <= VARIANTS_AT_MOST
        if piece and not (fits and len(piece) < WORDS_AT_MOST):
            found.append(piece)
            last = piece[-1]
            piece = [last] if len(last) * len(options) <= VARIANTS_AT_MOST else []
        piece.append(options)
    found.append(piece)
    return found


def _phrases(piece: list[tuple[str, ...]], columns: tuple[Column, ...]) -> str:
    # Words hold letters and digits alone: between quotes nothing in them is an operator of FTS5.
    phrases = [f'"{" ".join(words)}"' for words in product(*piece)]
    text = phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"
    return text if columns == COLUMNS else f"({{{' '.join(columns)}}} : {text})"
