"""Articles as they stand in the tables, many at a time: what exports read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from scraper.archive import columns
from scraper.archive.stored import StoredArticle
from scraper.errors import ArchiveError
from scraper.records import Article, Attachment, Figure, Precision

BATCH = 256  # articles read in one go: few queries, flat memory


class ArticleRow(NamedTuple):
    """An article as its columns hold it; lists are JSON texts, known to be JSON.

    Much cheaper to make than a StoredArticle, which `stored_article` makes of it.
    """

    number: int
    id: str
    portal: str
    url: str | None
    title: str
    lead: str | None
    body: str
    published: str | None  # ISO 8601, a plain date where no time is printed
    published_precision: str | None
    updated: str | None  # as `published`
    source: str | None
    authors: str  # JSON list of texts
    figures: str  # JSON list of {image, caption, credit}
    attachments: str  # JSON list of {url, title}
    tags: str  # JSON list of texts
    language: str | None
    read_by: str
    blocks: str  # JSON list of [kind, length in characters]
    evidence: str  # JSON object
    versions: int
    edits: int
    silent_edits: int
    gone_since: datetime | None  # aware UTC
    family: str | None  # id of the family's first-seen article; None where there is no other
    first_seen_at: datetime  # aware UTC
    last_seen_at: datetime  # aware UTC
    addresses: str  # JSON list of texts, oldest first

    @property
    def text(self) -> str:
        """Lead and body, parted by a blank line; as `Article.text`."""
        return f"{self.lead}\n\n{self.body}" if self.lead and self.body else self.lead or self.body


# A list of another table is put together by SQLite: one SELECT for a batch, and no row made in
# Python for each figure. json_group_array keeps the order of the index that the rows come by.
_SELECT = """
SELECT
    number, id, portal, nullif(url, ''), title, lead, body, published, published_precision, updated,
    source, authors,
    (
        SELECT json_group_array(
            json_object('image', image, 'caption', caption, 'credit', credit)
        )
        FROM (SELECT * FROM figures WHERE article_id = articles.id ORDER BY position)
    ),
    (
        SELECT json_group_array(json_object('url', url, 'title', title))
        FROM (SELECT * FROM attachments WHERE article_id = articles.id ORDER BY position)
    ),
    tags, language, read_by, blocks, evidence, version, edits, silent_edits, gone_since,
    (SELECT first.id FROM articles AS first WHERE first.number = articles.family),
    first_seen_at, last_seen_at,
    (
        SELECT json_group_array(url) FROM (
            SELECT addresses.url FROM frontier JOIN addresses ON addresses.link_id = frontier.id
            WHERE frontier.article_id = articles.id GROUP BY addresses.url
            ORDER BY min(addresses.first_seen_at), min(addresses.rowid)
        )
    )
FROM articles WHERE number IN (SELECT value FROM json_each(?))
"""
_NUMBER, _URL = ArticleRow._fields.index("number"), ArticleRow._fields.index("url")
_PRINTED = tuple(ArticleRow._fields.index(name) for name in ("published", "updated"))
_STAMPS = tuple(
    ArticleRow._fields.index(name) for name in ("gone_since", "first_seen_at", "last_seen_at")
)
_ADDRESSES = ArticleRow._fields.index("addresses")
_LISTS = tuple(ArticleRow._fields.index(name) for name in ("authors", "tags", "blocks"))
_EVIDENCE = ArticleRow._fields.index("evidence")

Damaged = Callable[[ArchiveError], None]


def rows_of(
    connection: sqlite3.Connection, numbers: Sequence[int], *, path: Path, damaged: Damaged | None
) -> Iterator[ArticleRow]:
    """The articles of these row numbers (at most `BATCH`), in this order.

    A number that is no longer there is left out. An article that cannot be read (a column edited
    by hand) is given to `damaged`, or raised where there is none.
    """
    try:
        found = _fetch(connection, numbers)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) is not None or len(numbers) == 1:
            raise
        # Text that is no UTF-8 says neither row nor column: one at a time finds it.
        for number in numbers:
            yield from _alone(connection, number, path=path, damaged=damaged)
        return
    for number in numbers:
        if number in found:
            yield from _checked(found[number], path=path, damaged=damaged)


def _fetch(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(_SELECT, (json.dumps(list(numbers)),))
    return {row[_NUMBER]: row for row in cursor}


def _alone(
    connection: sqlite3.Connection, number: int, *, path: Path, damaged: Damaged | None
) -> Iterator[ArticleRow]:
    try:
        found = _fetch(connection, (number,))
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
        id = connection.execute("SELECT id FROM articles WHERE number = ?", (number,)).fetchone()[0]
        _say(damage(id, f"{error}", path=path), damaged)
        return
    for row in found.values():
        yield from _checked(row, path=path, damaged=damaged)


def _checked(row: tuple[Any, ...], *, path: Path, damaged: Damaged | None) -> Iterator[ArticleRow]:
    try:
        made = _row(row)
    except (ValueError, TypeError, AttributeError) as error:
        _say(damage(row[1], str(error), path=path), damaged)
        return
    yield made


def _row(row: tuple[Any, ...]) -> ArticleRow:
    """The columns, each known to hold what it should: ValueError or TypeError where not."""
    values = list(row)
    for place in _LISTS:
        text = values[place]
        if text != "[]" and not isinstance(json.loads(text), list):
            raise ValueError(f"{ArticleRow._fields[place]} is no JSON list: {text[:40]}")
    if values[_EVIDENCE] != "{}" and not isinstance(json.loads(values[_EVIDENCE]), dict):
        raise ValueError(f"evidence is no JSON object: {values[_EVIDENCE][:40]}")
    for place in _PRINTED:
        columns.read_printed(values[place])
    for place in _STAMPS:
        values[place] = columns.read_stamp_or_none(values[place])
    if values[_ADDRESSES] == "[]":  # a link may lead elsewhere today; it still stood somewhere
        values[_ADDRESSES] = columns.as_json([values[_URL] or ""])
    return ArticleRow._make(values)


def damage(id: str, reason: str, *, path: Path) -> ArchiveError:
    """The error of one article that cannot be read."""
    return ArchiveError(
        f"article {id} cannot be read: {reason}; `scraper verify` finds all such,"
        " and a backup has it as it was",
        path=path,
    )


def _say(error: ArchiveError, damaged: Damaged | None) -> None:
    if damaged is None:
        raise error
    damaged(error)


def stored_article(row: ArticleRow, *, path: Path) -> StoredArticle:
    """The same as a record; ArchiveError where a list holds what it should not."""
    try:
        return _stored(row)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise damage(row.id, str(error), path=path) from error


def _stored(row: ArticleRow) -> StoredArticle:
    return StoredArticle(
        article=Article(
            id=row.id,
            url=row.url,
            title=row.title,
            lead=row.lead,
            blocks=columns.read_blocks(row.blocks, row.body),
            published=columns.read_printed(row.published),
            published_precision=cast(Precision | None, row.published_precision),
            updated=columns.read_printed(row.updated),
            source=row.source,
            authors=columns.read_texts(row.authors),
            figures=tuple(Figure(**one) for one in json.loads(row.figures)),
            attachments=tuple(Attachment(**one) for one in json.loads(row.attachments)),
            tags=columns.read_texts(row.tags),
            language=row.language,
            read_by=row.read_by,
            evidence=columns.read_evidence(row.evidence),
        ),
        portal=row.portal,
        version_count=row.versions,
        edits=row.edits,
        silent_edits=row.silent_edits,
        gone_since=row.gone_since,
        family=row.family,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        addresses=tuple(json.loads(row.addresses)),
    )
