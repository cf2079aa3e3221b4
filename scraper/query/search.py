"""Searching the archive: a query to hits, counts and whole articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scraper.archive.archive import Archive, StoredArticle
from scraper.query.hits import Hit, Hits
from scraper.query.language import parse, parse_clause, portal_clause, whole_query
from scraper.query.names import portals_that_fit
from scraper.query.newest import UNDATED, Newest
from scraper.query.relevance import most_relevant
from scraper.query.result import Page, SearchResult, Sort, Suggestion, found_numbers
from scraper.query.tree import Tree, every

__all__ = [
    "UNDATED",
    "Hit",
    "Hits",
    "SearchResult",
    "Sort",
    "Suggestion",
    "matching",
    "matching_numbers",
    "portals_named",
    "search",
    "whole_query",
]


def search(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    unique: bool = False,
    limit: int | None = 20,
    offset: int = 0,
    sort: Sort = "newest",
) -> SearchResult:
    """What a query in the query language finds; an empty one finds all articles.

    The filters are the same as clauses: `source="báo"` is `source:(báo)`. `unique` takes of each
    family of copies only the first seen that is found. Of the hits, `limit` are given from `offset`
    on, None for all; counts are of all. `newest` puts those without a date last. QueryError: a
    query or a filter that cannot be understood.
    """
    page = Page(limit, offset, sort)
    tree = _tree(query, portal=portal, source=source, after=after, before=before)
    return SearchResult(query, tree, archive=archive, page=page, unique=unique)


def matching(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    unique: bool = False,
    sort: Sort = "newest",
) -> Iterator[StoredArticle]:
    """Every article that `search` would find, whole, a few at a time in memory.

    A wrong query is refused here and now, not when the first article is taken.
    """
    numbers = matching_numbers(
        query,
        archive=archive,
        portal=portal,
        source=source,
        after=after,
        before=before,
        unique=unique,
        sort=sort,
    )
    return archive.articles(numbers)


def matching_numbers(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    unique: bool = False,
    sort: Sort = "newest",
) -> Sequence[int]:
    """The row numbers of all articles that `search` would find, in order, eight bytes each."""
    Page(None, 0, sort)
    tree = _tree(query, portal=portal, source=source, after=after, before=before)
    with archive.one_state():
        numbers = found_numbers(tree, archive, unique=unique)
        if sort == "relevance":
            return most_relevant(tree, numbers, archive=archive, count=None)
        return Newest(archive, numbers).first(None)


def portals_named(name: str, *, archive: Archive) -> Sequence[str]:
    """The portals that were ever collected and that `portal="name"` means."""
    known = archive.portals()
    return [one for one in portals_that_fit(archive, portal_clause(name)) if one in known]


def _tree(query: str, **filters: str | None) -> Tree:
    clauses = [parse_clause(name, text) for name, text in filters.items() if text is not None]
    return every(parse(query), *clauses)
