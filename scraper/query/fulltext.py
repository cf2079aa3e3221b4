"""A query's tree as an expression of SQLite's FTS5, and what FTS5 cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from scraper.query.language import (
    VARIANTS_AT_MOST,
    Pattern,
    Query,
    alternatives,
    find,
    pattern,
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a query asks of the full-text index.

    `expression` is None where everything matches. Of what it finds, only those texts count in
    which each pattern of `checked` occurs: long phrases, of which the index is asked for the words
    alone.
    """

    table: str
    expression: str | None
    checked: tuple[Pattern, ...]


def match(query: Query) -> Match:
    """The expression for the index that fits the query: with marks, or without."""
    table = "articles_exact" if query.marked else "articles_fts"
    clauses: list[str] = []
    checked: list[Pattern] = []
    for term in query.terms:
        choices = [alternatives(word, marked=query.marked) for word in term.words]
        if prod(map(len, choices)) <= VARIANTS_AT_MOST:
            clauses.append(_any(_sequences(choices)))
        else:
            clauses.extend(_any([(word,) for word in words]) for words in choices)
            checked.append(pattern(term, marked=query.marked))
    # The same clause twice finds nothing else, and costs as much again.
    return Match(table, " AND ".join(dict.fromkeys(clauses)) or None, tuple(checked))


def checker(patterns: tuple[Pattern, ...], *, marked: bool) -> Callable[..., bool]:
    """A function for SQL: does each pattern occur in one of the given texts?"""

    def occurs(*texts: str | None) -> bool:
        return all(
            any(text and find((one,), text, marked=marked) for text in texts) for one in patterns
        )

    return occurs


def _sequences(choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for options in choices:
        found = [(*start, option) for start in found for option in options]
    return found


def _any(sequences: list[tuple[str, ...]]) -> str:
    # Words hold letters and digits alone: between quotes nothing in them is an operator of FTS5.
    phrases = " OR ".join(f'"{" ".join(words)}"' for words in sequences)
    return f"({phrases})" if len(sequences) > 1 else phrases
