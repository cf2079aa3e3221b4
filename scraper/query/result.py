"""What a search found: how many, of which years, portals and sources; and the hits."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from scraper.archive.archive import Archive
from scraper.errors import QueryError
from scraper.query.hits import Hit, Hits
from scraper.query.language import loosened
from scraper.query.newest import UNDATED, Newest
from scraper.query.relevance import most_relevant
from scraper.query.selection import select
from scraper.query.tree import Tree
from scraper.vietnamese.text import without_marks

if TYPE_CHECKING:
    from pandas import DataFrame

Sort = Literal["newest", "relevance"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a query that found nothing would find if it were typed without marks."""

    query: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the articles found are given as hits, in which order."""

    limit: int | None
    offset: int
    sort: Sort

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise QueryError(f"limit must be 0 or more, not {self.limit}", text=str(self.limit))
        if self.offset < 0:
            raise QueryError(f"offset must be 0 or more, not {self.offset}", text=str(self.offset))
        if self.sort not in ("newest", "relevance"):
            wrong = str(self.sort)
            raise QueryError(f'no such order: "{wrong}"; newest or relevance', text=wrong)

    @property
    def last(self) -> int | None:
        """How many articles from the first on must be known; None for all."""
        return None if self.limit is None else self.offset + self.limit


class SearchResult:
    """What a query found, as the archive stood when it was searched.

    Which articles were found, `count` and `by_year` are of one state of the archive. `by_portal`
    and `by_source` are counted when asked for, over the same articles; `hits` are read when taken,
    and iterating reads a few at a time.
    """

    def __init__(
        self, query: str, tree: Tree, *, archive: Archive, page: Page, unique: bool = False
    ) -> None:
        self.query = query
        self.unique = unique
        self._tree = tree
        self._archive = archive
        self._page = page
        with archive.one_state():
            self._found = found_numbers(tree, archive, unique=unique)
            newest = Newest(archive, self._found)
            self.by_year: Mapping[str, int] = newest.by_year()
            by_time = page.sort == "newest"
            self._newest = newest.first(page.last)[page.offset :] if by_time else None
        self.count = len(self._found)
        self.hits: Sequence[Hit] = Hits(tree, archive, lambda: self._ordered)

    def __len__(self) -> int:
        """How many hits are given: all, or as many as the limit lets through."""
        last = self.count if self._page.last is None else min(self._page.last, self.count)
        return max(0, last - self._page.offset)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __repr__(self) -> str:
        return f"<SearchResult {self.query!r}: {self.count} articles>"

    @cached_property
    def _ordered(self) -> Sequence[int]:
        if self._newest is not None:
            return self._newest
        with self._archive.one_state():
            found = most_relevant(
                self._tree, self._found, archive=self._archive, count=self._page.last
            )
        return found[self._page.offset :]

    @cached_property
    def by_portal(self) -> Mapping[str, int]:
        """How many articles of each portal, most first."""
        return _most_first(self._names[0])

    @cached_property
    def by_source(self) -> Mapping[str, int]:
        """How many articles of each source line, most first; without one: "unknown"."""
        return _most_first(self._names[1])

    @cached_property
    def _names(self) -> tuple[Counter[str], Counter[str]]:
        rows = self._archive.rows_of(self._found, "portal, source")
        return (
            Counter([portal for portal, _ in rows]),
            Counter([source or UNDATED for _, source in rows]),
        )

    @cached_property
    def suggestion(self) -> Suggestion | None:
        """Where marks were typed and nothing was found: the query without, if it finds any."""
        loose = loosened(self._tree)
        if self.count or loose is None:
            return None
        with self._archive.one_state():
            count = len(found_numbers(loose, self._archive, unique=self.unique))
        return Suggestion(without_marks(self.query), count) if count else None

    def to_dataframe(self) -> DataFrame:
        """The articles of the hits, whole, as a pandas DataFrame: one row each, in their order.

        `published` is the time that the page prints, without its zone; moments that end in `_at`
        are UTC. Raises ImportError where pandas is not installed.
        """
        from scraper.query.dataframe import dataframe  # pandas is optional, and slow to load

        return dataframe(self._archive.articles(self._ordered))


def found_numbers(tree: Tree, archive: Archive, *, unique: bool = False) -> array[int]:
    """The row numbers of all articles that a tree means; if `unique`, the first of each family."""
    selection = select(tree, archive)
    numbers = archive.select_numbers(selection.sql, selection.parameters)
    if not unique:
        return numbers
    first: dict[int, int] = {}
    for family, number in archive.rows_of(numbers, "coalesce(family, number), number"):
        first[family] = min(number, first.get(family, number))
    return array("q", first.values())


def _most_first(counts: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
