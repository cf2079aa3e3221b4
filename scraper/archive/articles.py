"""Articles and their versions: written, compared, read back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, cast

from scraper import __version__
from scraper.archive import columns
from scraper.archive.indexing import insert_names
from scraper.archive.near_ids import no_such
from scraper.archive.rows import articles_of
from scraper.archive.stored import StoredArticle
from scraper.changes import changed_fields
from scraper.records import Article, Attachment, Block, Figure, Precision, VersionKind


class _Values(NamedTuple):
    """An article as its columns, in the order of `_COLUMNS`."""

    published: str | None
    published_precision: str | None
    updated: str | None
    source: str | None
    language: str | None
    read_by: str
    url: str
    title: str
    lead: str | None
    body: str
    authors: str
    tags: str
    blocks: str
    evidence: str


_COLUMNS = ", ".join(_Values._fields)
_MARKS = ", ".join("?" for _ in _Values._fields)
_SET = ", ".join(f"{name} = ?" for name in _Values._fields)


class Saved(NamedTuple):
    """What became of a reading, and its row."""

    kind: Literal["new", "changed", "unchanged"]
    number: int  # of the article's row
    version: int  # the newest
    values: _Values


def save_reading(
    connection: sqlite3.Connection,
    article: Article,
    *,
    id: str,
    portal: str,
    seen_at: datetime,
    template: int | None = None,
    again: bool = False,
) -> Saved:
    """Write one reading into the articles; the version's row is `insert_version`'s.

    A reading that differs in title, lead, text, published, source, authors, captions or
    attachments, and not by what flickers, is a change; any other only moves the time when the
    article was last seen. `again`: what differs is this program's doing, no edit of the portal's.
    """
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (id,)).fetchone()
    values = _values(article)
    if row is None:
        number = _insert(
            connection, article, values, id=id, portal=portal, seen_at=seen_at, template=template
        )
        return Saved("new", number, 1, values)
    if _same(connection, row, values, article):
        note_seen(connection, id, seen_at=seen_at)
        return Saved("unchanged", row["number"], row["version"], values)
    silent = _is_silent(connection, row, values)
    version = next_version(connection, id)
    connection.execute(
        f"""
        UPDATE articles SET version = ?, last_seen_at = max(last_seen_at, ?),
            edits = edits + ?, silent_edits = silent_edits + ?, captions = ?, {_SET}
        WHERE id = ?
        """,
        (
            version,
            columns.stamp(seen_at),
            not again,
            silent and not again,
            columns.one_a_line(article.captions),
            *values,
            id,
        ),
    )
    _replace_files(connection, article, id=id)
    return Saved("changed", row["number"], version, values)


def _is_silent(connection: sqlite3.Connection, row: sqlite3.Row, values: _Values) -> bool:
    """Whether an edit moved no day of publishing or of changing, which tell readers of it.

    The version is asked: the article may have been renewed since.
    """
    before = connection.execute(
        "SELECT published, updated FROM versions WHERE article_id = ? AND number = ?",
        (row["id"], row["version"]),
    ).fetchone()
    return before is not None and tuple(before) == (values.published, values.updated)


def next_version(connection: sqlite3.Connection, id: str) -> int:
    """The number of the version that is written next; numbers are cited, and never change."""
    newest = connection.execute(
        "SELECT max(number) FROM versions WHERE article_id = ?", (id,)
    ).fetchone()[0]
    return 1 + int(newest or 0)


def _insert(
    connection: sqlite3.Connection,
    article: Article,
    values: _Values,
    *,
    id: str,
    portal: str,
    seen_at: datetime,
    template: int | None,
) -> int:
    key = id.removeprefix(f"{portal}:")
    at = columns.stamp(seen_at)
    captions = columns.one_a_line(article.captions)
    inserted = connection.execute(
        f"""
        INSERT INTO articles (
            id, portal, key, first_seen_at, last_seen_at, version, captions, template, {_COLUMNS}
        ) VALUES (?, ?, ?, ?, ?, 1, ?, ?, {_MARKS})
        """,
        (id, portal, key, at, at, captions, template, *values),
    )
    number = inserted.lastrowid
    assert number is not None
    insert_names(connection, article, number=number)
    _insert_files(connection, article, id=id)
    return number


def insert_version(
    connection: sqlite3.Connection,
    article: Article,
    saved: Saved,
    *,
    id: str,
    capture_id: int,
    seen_at: datetime,
    kind: VersionKind,
) -> None:
    """Keep this reading as a version of the article."""
    at = columns.stamp(seen_at)
    connection.execute(
        f"""
        INSERT INTO versions (
            article_id, number, first_seen_at, last_seen_at, capture_id, kind, program, figures,
            attachments, {_COLUMNS}
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {_MARKS})
        """,
        (
            id,
            saved.version,
            at,
            at,
            capture_id,
            kind,
            __version__,
            columns.figures(article.figures),
            columns.attachments(article.attachments),
            *saved.values,
        ),
    )


def as_version(article: Article, number: int) -> Saved:
    """A reading to be kept as a version of this number, whatever the article says."""
    return Saved("changed", 0, number, _values(article))


def note_seen(connection: sqlite3.Connection, id: str, *, seen_at: datetime) -> None:
    """The article, and so its newest version, stood unchanged at this moment."""
    at = columns.stamp(seen_at)
    connection.execute(
        "UPDATE articles SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", (at, id)
    )
    connection.execute(
        """
        UPDATE versions SET last_seen_at = max(last_seen_at, ?)
        WHERE article_id = ? AND number = (SELECT version FROM articles WHERE id = ?)
        """,
        (at, id, id),
    )


# What makes no version. Only these are written: naming a searched column would index it anew.
RENEWED = (
    "published_precision",
    "updated",
    "language",
    "read_by",
    "url",
    "tags",
    "blocks",
    "evidence",
)


def renewed_fields(before: Article, after: Article) -> tuple[str, ...]:
    """Which of RENEWED the second reading says otherwise, and "images" where a figure differs."""
    old, new = _values(before), _values(after)
    told = tuple(name for name in RENEWED if getattr(old, name) != getattr(new, name))
    if columns.figures(before.figures) != columns.figures(after.figures):
        return (*told, "images")
    return told


def renew(connection: sqlite3.Connection, article: Article, *, id: str) -> None:
    """Write of a reading what makes no version; the versions stay as they were read."""
    values = _values(article)
    connection.execute(
        f"UPDATE articles SET {', '.join(f'{name} = ?' for name in RENEWED)} WHERE id = ?",
        (*(getattr(values, name) for name in RENEWED), id),
    )
    _replace_files(connection, article, id=id)


def article_of(connection: sqlite3.Connection, id: str, *, path: Path) -> StoredArticle:
    """The article of this id; QueryError names ids that come near if there is none."""
    (found,) = articles_of(connection, (number_of(connection, id),), path=path)
    return found


def number_of(connection: sqlite3.Connection, id: str) -> int:
    """The row number of the article of this id; QueryError as from `article_of`."""
    row = connection.execute(
        "SELECT number FROM articles WHERE id = ?", (columns.text(id),)
    ).fetchone()
    if row is None:
        raise no_such(connection, id)
    return int(row["number"])


def _values(article: Article) -> _Values:
    blocks, body = columns.blocks_and_body(article)
    return _Values(
        published=columns.printed(article.published),
        published_precision=article.published_precision,
        updated=columns.printed(article.updated),
        source=columns.text_or_none(article.source),
        language=columns.text_or_none(article.language),
        read_by=columns.text(article.read_by),
        url=columns.text(article.url or ""),
        title=columns.text(article.title),
        lead=columns.text_or_none(article.lead),
        body=body,
        authors=columns.texts(article.authors),
        tags=columns.texts(article.tags),
        blocks=blocks,
        evidence=columns.evidence(article),
    )


def differs(connection: sqlite3.Connection, article: Article, *, id: str) -> bool:
    """Would this reading make a version of an article that is archived already?"""
    row = connection.execute("SELECT * FROM articles WHERE id = ?", (columns.text(id),)).fetchone()
    return row is not None and not _same(connection, row, _values(article), article)


def _same(
    connection: sqlite3.Connection, row: sqlite3.Row, values: _Values, article: Article
) -> bool:
    """Does this reading say what the newest version says? Images and tags don't count."""
    stored = Article(
        url=None,
        title=row["title"],
        lead=row["lead"],
        blocks=(Block(kind="paragraph", text=row["body"]),),
        published=columns.read_printed(row["published"]),
        source=row["source"],
        authors=columns.read_texts(row["authors"]),
        figures=_figures(connection, row["id"]),
        attachments=_attachments(connection, row["id"]),
    )
    read = replace(
        article,
        title=values.title,
        lead=values.lead,
        blocks=(Block(kind="paragraph", text=values.body),),
        published=columns.read_printed(values.published),
        source=values.source,
        authors=columns.read_texts(values.authors),
        figures=columns.read_figures(columns.figures(article.figures)),
        attachments=columns.read_attachments(columns.attachments(article.attachments)),
    )
    return not changed_fields(stored, read)


def _replace_files(connection: sqlite3.Connection, article: Article, *, id: str) -> None:
    connection.execute("DELETE FROM figures WHERE article_id = ?", (id,))
    connection.execute("DELETE FROM attachments WHERE article_id = ?", (id,))
    _insert_files(connection, article, id=id)


def _insert_files(connection: sqlite3.Connection, article: Article, *, id: str) -> None:
    if article.figures:
        connection.executemany(
            "INSERT INTO figures (article_id, position, image, caption, credit) "
            "VALUES (?, ?, ?, ?, ?)",
            [
                (
                    id,
                    position,
                    columns.text_or_none(one.image),
                    columns.text_or_none(one.caption),
                    columns.text_or_none(one.credit),
                )
                for position, one in enumerate(article.figures, start=1)
            ],
        )
    if article.attachments:
        connection.executemany(
            "INSERT INTO attachments (article_id, position, url, title) VALUES (?, ?, ?, ?)",
            [
                (id, position, columns.text(one.url), columns.text_or_none(one.title))
                for position, one in enumerate(article.attachments, start=1)
            ],
        )


def read_article(
    row: sqlite3.Row,
    *,
    id: str,
    figures: tuple[Figure, ...],
    attachments: tuple[Attachment, ...],
) -> Article:
    """An article from a row of articles or versions."""
    return Article(
        id=id,
        url=row["url"] or None,
        title=row["title"],
        lead=row["lead"],
        blocks=columns.read_blocks(row["blocks"], row["body"]),
        published=columns.read_printed(row["published"]),
        published_precision=cast(Precision | None, row["published_precision"]),
        updated=columns.read_printed(row["updated"]),
        source=row["source"],
        authors=columns.read_texts(row["authors"]),
        figures=figures,
        attachments=attachments,
        tags=columns.read_texts(row["tags"]),
        language=row["language"],
        read_by=row["read_by"],
        evidence=columns.read_evidence(row["evidence"]),
    )


def _figures(connection: sqlite3.Connection, id: str) -> tuple[Figure, ...]:
    rows = connection.execute(
        "SELECT image, caption, credit FROM figures WHERE article_id = ? ORDER BY position", (id,)
    )
    return tuple(Figure(image=row[0], caption=row[1], credit=row[2]) for row in rows)


def _attachments(connection: sqlite3.Connection, id: str) -> tuple[Attachment, ...]:
    rows = connection.execute(
        "SELECT url, title FROM attachments WHERE article_id = ? ORDER BY position", (id,)
    )
    return tuple(Attachment(url=row[0], title=row[1]) for row in rows)
