"""Hits: articles found, with what was found in them marked; read from the archive when taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from scraper.archive.archive import Archive
from scraper.query.matches import lowered, merged, places
from scraper.query.names import as_list
from scraper.query.newest import in_batches
from scraper.query.snippets import Spans, marked, matched, snippet
from scraper.query.tree import COLUMNS, Column, Term, Tree

_BATCH = 50  # hits read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found."""

    id: str
    portal: str
    title: str
    published: str | None  # ISO 8601, as the page prints it
    source: str | None
    url: str | None
    snippet: str  # HTML: matches in <mark>, the rest escaped
    marked_title: str  # HTML, as snippet


class Hits(Sequence[Hit]):
    """The hits of one search in order; each is read when it is taken, a few at a time.

    Which articles these are was settled by the search; what they say is what the archive says now.
    """

    def __init__(self, tree: Tree, archive: Archive, numbers: Callable[[], Sequence[int]]) -> None:
        self._tree = tree
        self._archive = archive
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers())

    def __iter__(self) -> Iterator[Hit]:
        for batch in in_batches(self._numbers(), _BATCH):
            yield from self._read(batch)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...

    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            numbers = self._numbers()[place]
            return tuple(hit for batch in in_batches(numbers, _BATCH) for hit in self._read(batch))
        return self._read([self._numbers()[place]])[0]

    def _read(self, numbers: Sequence[int]) -> list[Hit]:
        rows = self._archive.select(
            """
            SELECT number, id, portal, title, published, source, url, lead, body, captions
            FROM articles WHERE number IN (SELECT value FROM json_each(:numbers))
            """,
            {"numbers": as_list(list(numbers))},
        )
        by_number = {row["number"]: row for row in rows}
        return [_hit(by_number[number], self._tree) for number in numbers if number in by_number]


def _hit(row: sqlite3.Row, tree: Tree) -> Hit:
    texts: dict[Column, str] = {column: row[column] or "" for column in COLUMNS}
    lower = {column: lowered(text) for column, text in texts.items()}
    found: dict[Term, dict[Column, list[tuple[int, int]]]] = {}

    def occurs(term: Term) -> bool:
        if term not in found:
            found[term] = {column: places(term, lower[column]) for column in term.columns}
        return any(found[term].values())

    terms = matched(tree, occurs) or ()
    spans: dict[Column, Spans] = {
        column: merged([span for term in terms for span in found[term].get(column, ())])
        for column in COLUMNS
    }
    # What is found shows in the text; without, an article begins with its lead.
    order: tuple[Column, ...] = ("body", "lead", "captions", "title")
    if not terms:
        order = ("lead", "body", "captions")
    return Hit(
        id=row["id"],
        portal=row["portal"],
        title=row["title"],
        published=row["published"],
        source=row["source"],
        url=row["url"] or None,
        snippet=snippet([(texts[column], spans[column]) for column in order]),
        marked_title=marked(texts["title"], spans["title"]),
    )
