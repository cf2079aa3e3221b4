"""Articles out of the tables, many at a time: what whole articles and exports are read by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from scraper.archive import columns
from scraper.archive.stored import StoredArticle
from scraper.errors import ArticleDamaged
from scraper.records import Article, Precision

BATCH = 256  # articles read in one go: few queries, flat memory

# What is in other tables is put together by SQLite: one SELECT for a batch, and no row made in
# Python for each figure. The aggregates take rows in the order that the inner SELECT gives.
_FIGURES = "(SELECT * FROM figures WHERE article_id = articles.id ORDER BY position)"
_ATTACHMENTS = "(SELECT * FROM attachments WHERE article_id = articles.id ORDER BY position)"
_ADDRESSES = """(
    SELECT addresses.url FROM frontier JOIN addresses ON addresses.link_id = frontier.id
    WHERE frontier.article_id = articles.id ORDER BY addresses.first_seen_at, addresses.rowid
)"""
_ISO = "replace(replace({0}, '.000000Z', 'Z'), 'Z', '+00:00')"  # a stamp as Python writes it

ARTICLE_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "id": "id",
        "portal": "portal",
        "url": "nullif(url, '')",
        "title": "title",
        "lead": "lead",
        "text": "text",
        "body": "body",
        "published": "published",  # ISO 8601, a plain date where no time is printed
        "published_precision": "published_precision",
        "updated": "updated",
        "source": "source",
        "authors": "authors",  # a JSON list of texts, as each of the lists here
        "captions": f"(SELECT json_group_array(caption) FROM {_FIGURES} WHERE caption <> '')",
        "figures": "(SELECT json_group_array(json_object('image', image, 'caption', caption,"
        f" 'credit', credit)) FROM {_FIGURES})",
        "attachments": "(SELECT json_group_array(json_object('url', url, 'title', title))"
        f" FROM {_ATTACHMENTS})",
        "tags": "tags",
        "language": "language",
        "read_by": "read_by",
        "blocks": "blocks",
        "evidence": "evidence",  # a JSON object
        "versions": "(SELECT count(*) FROM versions WHERE article_id = articles.id)",
        "version": "version",  # the number of the newest by day
        "edits": "edits",
        "silent_edits": "silent_edits",
        "gone_since": _ISO.format("gone_since"),
        "family": "(SELECT first.id FROM articles AS first WHERE first.number = articles.family)",
        "first_seen_at": _ISO.format("first_seen_at"),
        "last_seen_at": _ISO.format("last_seen_at"),
        # A link may lead elsewhere today; the article still stood somewhere.
        "addresses": f"(SELECT iif(count(*), json_group_array(DISTINCT url), json_array("
        f"articles.url)) FROM {_ADDRESSES})",
    }
)
"""SQL for what the archive knows of an article, by name; lists come as JSON texts."""

Damaged = Callable[[ArticleDamaged], None]
_Row = tuple[Any, ...]


def select_each(
    connection: sqlite3.Connection,
    expressions: str,
    numbers: Sequence[int],
    *,
    path: Path,
    damaged: Damaged | None,
) -> Iterator[_Row]:
    """The values of SQL expressions for the articles of these row numbers, in this order.

    At most `BATCH` numbers. One that is no longer there is left out. An article for which SQLite
    cannot tell the values (a column edited by hand: no JSON, no UTF-8) is given to `damaged`, or
    raised where there is none.
    """
    try:
        found = _fetch(connection, expressions, numbers)
    except sqlite3.OperationalError as error:
        if not _is_of_values(error):
            raise
        if len(numbers) == 1:
            id = connection.execute("SELECT id FROM articles WHERE number = ?", numbers).fetchone()
            _say(ArticleDamaged(str(error), id=id[0], path=path), damaged)
            return
        for number in numbers:  # SQLite does not say which row it was
            yield from select_each(connection, expressions, (number,), path=path, damaged=damaged)
        return
    yield from (found[number] for number in numbers if number in found)


def _fetch(
    connection: sqlite3.Connection, expressions: str, numbers: Sequence[int]
) -> dict[int, _Row]:
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(
        f"SELECT number, {expressions} FROM articles"
        " WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return {row[0]: row[1:] for row in cursor}


def _is_of_values(error: sqlite3.OperationalError) -> bool:
    """Is it about what a row holds, and not about the file? Python's own about text has no code."""
    return getattr(error, "sqlite_errorcode", None) in (None, sqlite3.SQLITE_ERROR)


def _say(error: ArticleDamaged, damaged: Damaged | None) -> None:
    """Give the error to whoever takes it; raise it where nobody does."""
    if damaged is None:
        raise error
    damaged(error)


_NAMES = tuple(name for name in ARTICLE_COLUMNS if name not in ("text", "captions"))
_STORED = ", ".join(ARTICLE_COLUMNS[name] for name in _NAMES)


def articles_of(
    connection: sqlite3.Connection,
    numbers: Sequence[int],
    *,
    path: Path,
    damaged: Damaged | None = None,
) -> Iterator[StoredArticle]:
    """The articles of these row numbers (at most `BATCH`), in this order; as `select_each`."""
    for values in select_each(connection, _STORED, numbers, path=path, damaged=damaged):
        row = dict(zip(_NAMES, values, strict=True))
        try:
            stored = _stored(row)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            _say(ArticleDamaged(str(error), id=row["id"], path=path), damaged)
            continue
        yield stored


def _stored(row: Mapping[str, Any]) -> StoredArticle:
    return StoredArticle(
        article=Article(
            id=row["id"],
            url=row["url"],
            title=row["title"],
            lead=row["lead"],
            blocks=columns.read_blocks(row["blocks"], row["body"]),
            published=columns.read_printed(row["published"]),
            published_precision=cast(Precision | None, row["published_precision"]),
            updated=columns.read_printed(row["updated"]),
            source=row["source"],
            authors=columns.read_texts(row["authors"]),
            figures=columns.read_figures(row["figures"]),
            attachments=columns.read_attachments(row["attachments"]),
            tags=columns.read_texts(row["tags"]),
            language=row["language"],
            read_by=row["read_by"],
            evidence=columns.read_evidence(row["evidence"]),
        ),
        portal=row["portal"],
        version_count=row["versions"],
        version=row["version"],
        edits=row["edits"],
        silent_edits=row["silent_edits"],
        gone_since=columns.read_stamp_or_none(row["gone_since"]),
        family=row["family"],
        first_seen_at=columns.read_stamp(row["first_seen_at"]),
        last_seen_at=columns.read_stamp(row["last_seen_at"]),
        addresses=columns.read_texts(row["addresses"]),
    )
