"""Searching the archive: a query to hits, counts and whole articles."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.archive.archive import Archive, StoredArticle
from scraper.query.hits import Hit, Hits
from scraper.query.language import parse, parse_clause, whole_query
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
    Page(None, 0, sort)
    tree = _tree(query, portal=portal, source=source, after=after, before=before)
    with archive.one_state():
        numbers = found_numbers(tree, archive, unique=unique)
        if sort == "relevance":
            numbers = most_relevant(tree, numbers, archive=archive, count=None)
        else:
            numbers = Newest(archive, numbers).first(None)
    return archive.articles(numbers)


def _tree(query: str, **filters: str | None) -> Tree:
    clauses = [parse_clause(name, text) for name, text in filters.items() if text is not None]
    return every(parse(query), *clauses)
