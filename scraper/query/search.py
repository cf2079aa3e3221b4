"""Searching the archive: a query's words to hits, counts and whole articles."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from scraper.archive.archive import Archive, StoredArticle
from scraper.errors import QueryError
from scraper.query.fulltext import checker, match
from scraper.query.language import WORD, Pattern, Query, parse, pattern
from scraper.query.snippets import snippet
from scraper.vietnamese.text import fold, has_marks, spellings

Sort = Literal["newest", "relevance"]
UNDATED = "unknown"

_BOUND = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# bm25: a word in the title says most of what an article is about.
_WEIGHTS = "1.0, 4.0, 10.0, 1.0"  # body, lead, title, captions
_NEWEST = "articles.published DESC, articles.number DESC"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a query found; `count` and `by_year` are of all hits, not only of those given."""

    query: str
    count: int
    by_year: Mapping[str, int]  # falling years, then "unknown"
    hits: tuple[Hit, ...]


def search(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    limit: int | None = 20,
    offset: int = 0,
    sort: Sort = "newest",
) -> SearchResult:
    """The articles in which all words and "phrases" of the query occur; an empty one finds all.

    `portal` is a portal's name, `source` a part of the source line, `after` and `before` are
    2018, 2018-06 or 2018-06-14, inclusive; articles without a date are in no such span. `newest`
    puts those without a date last. QueryError: a query or bound that cannot be understood.
    """
    _check_page(limit=limit, offset=offset)
    tree = parse(query)
    with archive.one_state():
        asked = _Asked(tree, archive, portal=portal, source=source, after=after, before=before)
        by_year = asked.counts()
        rows = asked.rows(sort, limit=limit, offset=offset)
    patterns = tuple(pattern(term, marked=tree.marked) for term in tree.terms)
    return SearchResult(
        query=query,
        count=sum(by_year.values()),
        by_year=by_year,
        hits=tuple(_hit(row, patterns, marked=tree.marked) for row in rows),
    )


def matching(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    sort: Sort = "newest",
) -> Iterator[StoredArticle]:
    """Every article that `search` would find, whole, a few at a time in memory.

    A wrong query is refused here and now, not when the first article is taken.
    """
    return archive.articles(
        matching_numbers(
            query,
            archive=archive,
            portal=portal,
            source=source,
            after=after,
            before=before,
            sort=sort,
        )
    )


def matching_numbers(
    query: str,
    *,
    archive: Archive,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
    sort: Sort = "newest",
) -> Sequence[int]:
    """The row numbers of all articles that `search` would find, in order, eight bytes each."""
    tree = parse(query)
    with archive.one_state():
        asked = _Asked(tree, archive, portal=portal, source=source, after=after, before=before)
        return asked.numbers(sort)


class _Asked:
    """A query and its filters as the parts of a SELECT."""

    def __init__(
        self,
        query: Query,
        archive: Archive,
        *,
        portal: str | None,
        source: str | None,
        after: str | None,
        before: str | None,
    ) -> None:
        found = match(query)
        self.archive = archive
        self.tables = "articles"
        self.index = found.table if found.expression else None
        self.parameters: dict[str, Any] = {}
        clauses: list[str] = []
        if self.index:
            self.tables = f"{self.index} JOIN articles ON articles.number = {self.index}.rowid"
            clauses.append(f"{self.index} MATCH :expression")
            self.parameters["expression"] = found.expression
        if portal is not None:
            clauses.append("articles.portal = :portal")
            self.parameters["portal"] = _plain(portal)
        if source is not None:
            clauses.append("articles.source IN (SELECT value FROM json_each(:sources))")
            self.parameters["sources"] = json.dumps(_sources(archive, _plain(source)))
        if after is not None:
            clauses.append("articles.published >= :after")
            self.parameters["after"] = _bound(after)
        if before is not None:
            # "~" sorts behind all that may follow the bound: months, days, times
            clauses.append("articles.published <= :before")
            self.parameters["before"] = _bound(before) + "~"
        if found.checked:
            archive.define("occurs", checker(found.checked, marked=query.marked), arguments=4)
            clauses.append(
                "occurs(articles.title, articles.lead, articles.body, articles.captions)"
            )
        self.where = " AND ".join(clauses) or "true"

    def counts(self) -> dict[str, int]:
        """How many articles of each year; the newest year first, the undated last."""
        rows = self.archive.select(
            f"""
            SELECT coalesce(substr(articles.published, 1, 4), '{UNDATED}') AS year, count(*)
            FROM {self.tables} WHERE {self.where}
            GROUP BY year ORDER BY year = '{UNDATED}', year DESC
            """,
            self.parameters,
        )
        return {row[0]: row[1] for row in rows}

    def rows(self, sort: Sort, *, limit: int | None, offset: int) -> list[sqlite3.Row]:
        """What hits are made of, in order."""
        return self.archive.select(
            f"""
            SELECT articles.id, articles.portal, articles.title, articles.published,
                articles.source, articles.url, articles.lead, articles.body, articles.captions
            FROM {self.tables} WHERE {self.where} ORDER BY {self.order(sort)}
            LIMIT :limit OFFSET :offset
            """,
            {**self.parameters, "limit": -1 if limit is None else limit, "offset": offset},
        )

    def numbers(self, sort: Sort) -> Sequence[int]:
        """The row numbers of all articles found, in order."""
        return self.archive.select_numbers(
            f"""
            SELECT articles.number FROM {self.tables}
            WHERE {self.where} ORDER BY {self.order(sort)}
            """,
            self.parameters,
        )

    def order(self, sort: Sort) -> str:
        """ORDER BY; relevance of an empty query is newness."""
        if sort not in ("newest", "relevance"):
            raise QueryError(f'no such order: "{sort}"; newest or relevance', text=str(sort))
        if sort == "relevance" and self.index:
            return f"bm25({self.index}, {_WEIGHTS}), {_NEWEST}"
        return _NEWEST


def _hit(row: sqlite3.Row, patterns: tuple[Pattern, ...], *, marked: bool) -> Hit:
    if patterns:
        texts = (row["body"], row["lead"], row["captions"], row["title"])
    else:
        texts = (row["lead"], row["body"], row["captions"], None)
    return Hit(
        id=row["id"],
        portal=row["portal"],
        title=row["title"],
        published=row["published"],
        source=row["source"],
        url=row["url"] or None,
        snippet=snippet(texts, patterns, marked=marked) or snippet(texts, (), marked=marked),
    )


def _bound(text: str) -> str:
    """A bound of dates as written, if there is such a year, month or day."""
    found = _BOUND.fullmatch(text.strip())
    if found:
        year, month, day = (int(part) if part else 1 for part in found.groups())
        try:
            date(year, month, day)
        except ValueError as error:
            raise QueryError(f"no such date: {text} ({error})", text=text) from None
        return found.group()
    raise QueryError(
        f'"{text}" is no date here; write a year, a month or a day: 2018, 2018-06, 2018-06-14',
        text=text,
    )


def _sources(archive: Archive, wanted: str) -> list[str]:
    """The sources that hold the wanted words, by the rule of marks."""
    rows = archive.select("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL", {})
    alike = _alike if has_marks(wanted) else fold
    needle = alike(wanted.strip())
    return [row["source"] for row in rows if needle in alike(row["source"])]


def _alike(text: str) -> str:
    """Lower case, and of the two places of a tone mark always the same."""
    return WORD.sub(lambda word: min(spellings(word.group())), text.lower())


def _plain(text: str) -> str:
    """A filter's text in NFC; a byte that is no UTF-8 on the command line comes as half a pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError("this is no UTF-8 text", text=text, column=error.start) from None
    return unicodedata.normalize("NFC", text)


def _check_page(*, limit: int | None, offset: int) -> None:
    if limit is not None and limit < 0:
        raise QueryError(f"limit must be 0 or more, not {limit}", text=str(limit))
    if offset < 0:
        raise QueryError(f"offset must be 0 or more, not {offset}", text=str(offset))
