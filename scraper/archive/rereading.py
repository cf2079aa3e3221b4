"""Articles read again from their captures: which, from what, what differs, and how it is kept.

A version, once written, stays as it is. A re-reading that differs in a compared field becomes a
version of its own; one that differs in tags, images or evidence alone only renews the article.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from scraper.archive import articles, columns, duplicates, templates
from scraper.archive.rows import articles_of
from scraper.archive.stored import StoredArticle
from scraper.changes import changed_fields
from scraper.records import Article, Place, VersionKind, portal_of

# The newest whole answer that an article was read from; "not modified" brings no bytes.
_NEWEST = """
    SELECT max(id) FROM captures
    WHERE article_id = articles.id AND status <> 304 AND file IS NOT NULL
        AND (origin IS NULL OR fetched_at >= articles.last_seen_at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """A captured answer, with all that a reading of it depends on but its bytes."""

    capture_id: int
    answered_url: str
    content_type: str | None
    fetched_at: datetime  # aware UTC
    sha256: str  # hex, of the body
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVersion:
    """One version, and the answer that it was read from."""

    number: int
    kind: VersionKind
    template: int | None  # its number
    answer: KeptAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An article as it stands, and what it can be read from again."""

    stored: StoredArticle
    template: int | None  # the number of the one that it was read with
    newest: KeptAnswer | None
    versions: tuple[ReadVersion, ...]  # oldest first; none where there is only one


@dataclass(frozen=True, slots=True)
class Change:
    """One field that another reading says otherwise, as text; several values one a line."""

    field: str
    before: str
    after: str


def numbers_to_reread(
    connection: sqlite3.Connection,
    portals: Sequence[str],
    *,
    id: str | None,
    since: datetime | None,
    limit: int | None,
) -> array[int]:
    """The row numbers of the articles of these portals, in the order of their captures' files."""
    rows = connection.execute(
        f"""
        SELECT articles.number FROM articles LEFT JOIN captures ON captures.id = ({_NEWEST})
        WHERE articles.portal IN (SELECT value FROM json_each(:portals))
            AND (:id IS NULL OR articles.id = :id)
            AND (:since IS NULL OR captures.fetched_at >= :since)
        ORDER BY articles.portal, captures.file, captures."offset", articles.number
        LIMIT coalesce(:limit, -1)
        """,
        {
            "portals": columns.texts(portals),
            "id": id,
            "since": columns.stamp_or_none(since),
            "limit": limit,
        },
    )
    return array("q", (row[0] for row in rows))


def id_of(connection: sqlite3.Connection, number: int) -> str:
    """The id of an article by its row number, read from an index alone."""
    row = connection.execute("SELECT id FROM articles WHERE number = ?", (number,)).fetchone()
    return str(row["id"])


def standing(connection: sqlite3.Connection, number: int, *, path: Path) -> Standing:
    """An article by its row number, with the answers that it and its versions were read from."""
    (stored,) = articles_of(connection, (number,), path=path)
    row = connection.execute(
        f"SELECT template, ({_NEWEST}) AS newest FROM articles WHERE number = ?", (number,)
    ).fetchone()
    versions: tuple[ReadVersion, ...] = ()
    if stored.version_count > 1:
        versions = tuple(
            ReadVersion(
                number=one["number"],
                kind=cast(VersionKind, one["kind"]),
                template=one["template"],
                answer=_answer(connection, one["capture_id"]),
            )
            for one in connection.execute(
                """
                SELECT number, kind, template, capture_id FROM versions
                WHERE article_id = ? ORDER BY coalesce(position, number)
                """,
                (stored.id,),
            ).fetchall()
        )
    return Standing(
        stored=stored,
        template=row["template"],
        newest=_answer(connection, row["newest"]),
        versions=versions,
    )


def _answer(connection: sqlite3.Connection, capture_id: int | None) -> KeptAnswer | None:
    row = connection.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
    if row is None:
        return None
    place = None
    if row["file"] is not None:
        place = Place(file=row["file"], offset=row["offset"], length=row["length"])
    return KeptAnswer(
        capture_id=row["id"],
        answered_url=row["answered_url"],
        content_type=row["content_type"],
        fetched_at=columns.read_stamp(row["fetched_at"]).astimezone(UTC),
        sha256=row["sha256"],
        place=place,
    )


def differences(before: Article, after: Article) -> tuple[Change, ...]:
    """The fields by which the second reading is another version than the first.

    Those that `articles.save_reading` compares: title, lead, body, published, source, authors,
    captions, attachments. What merely flickers is no difference here either.
    """
    names = {"body" if name == "text" else name for name in changed_fields(before, after)}
    old, new = _compared(before), _compared(after)
    return tuple(
        Change(name, old[name], new[name])
        for name in old
        if name in names and old[name] != new[name]
    )


def _compared(article: Article) -> dict[str, str]:
    return {
        "title": columns.text(article.title),
        "lead": columns.text(article.lead or ""),
        "body": columns.blocks_and_body(article)[1],
        "published": columns.printed(article.published) or "",
        "source": columns.text(article.source or ""),
        "authors": "\n".join(columns.text(name) for name in article.authors),
        "captions": "\n".join(columns.text(caption) for caption in article.captions),
        "attachments": "\n".join(
            f"{columns.text(one.title or '')} {columns.text(one.url)}".strip()
            for one in article.attachments
        ),
    }


def renewals(standing: Standing, article: Article, *, template: int | None) -> tuple[str, ...]:
    """The fields that differ without making a version: tags, images, evidence and the like."""
    told = articles.renewed_fields(standing.stored.article, article)
    return told if standing.template == template else (*told, "template")


def save_rereading(
    connection: sqlite3.Connection,
    article: Article,
    *,
    id: str,
    answer: KeptAnswer,
    template: int | None,
) -> Literal["changed", "renewed"]:
    """Keep what today's code reads in an answer that an article was read from before.

    The version is marked as a re-reading, counts as no edit, and stood as long as the page did.
    """
    at = answer.fetched_at
    portal = portal_of(id)
    text_before = _text(connection, id)
    saved = articles.save_reading(connection, article, id=id, portal=portal, seen_at=at, again=True)
    if saved.kind == "changed":
        articles.insert_version(
            connection,
            article,
            saved,
            id=id,
            capture_id=answer.capture_id,
            seen_at=at,
            kind="re-reading",
        )
        _note_that_it_stands(connection, id)
        if _text(connection, id) != text_before:
            duplicates.note_copies(connection, saved.number)
    else:
        articles.renew(connection, article, id=id)
    templates.note_template(connection, id, saved.kind, template=template, seen_at=at)
    return "changed" if saved.kind == "changed" else "renewed"


def _text(connection: sqlite3.Connection, id: str) -> tuple[str | None, str]:
    """What copies are told by; comparing takes longer than all the rest of saving."""
    row = connection.execute("SELECT lead, body FROM articles WHERE id = ?", (id,)).fetchone()
    return row["lead"], row["body"]


def _note_that_it_stands(connection: sqlite3.Connection, id: str) -> None:
    """The newest version was last seen when the article was: "not modified" brings no capture."""
    connection.execute(
        """
        UPDATE versions SET last_seen_at = articles.last_seen_at FROM articles
        WHERE articles.id = ? AND article_id = articles.id AND versions.number = articles.version
        """,
        (id,),
    )
