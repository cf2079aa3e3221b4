"""The versions of an article, read back with where each came from."""

from __future__ import annotations

import sqlite3
from typing import cast

from scraper.archive import columns
from scraper.archive.articles import read_article
from scraper.archive.captures import place_of
from scraper.archive.near_ids import no_such
from scraper.records import Version, VersionKind


def versions_of(connection: sqlite3.Connection, id: str) -> tuple[Version, ...]:
    """Every version of an article in the order of days; QueryError if there is no such article."""
    rows = connection.execute(
        """
        SELECT versions.*, captures.fetched_at, captures.sha256, captures.file,
            captures."offset", captures.length, captures.origin
        FROM versions LEFT JOIN captures ON captures.id = versions.capture_id
        WHERE versions.article_id = ? ORDER BY coalesce(versions.position, versions.number)
        """,
        (columns.text(id),),
    ).fetchall()
    if not rows:
        raise no_such(connection, id)
    pairs = zip((None, *rows[:-1]), rows, strict=True)
    return tuple(_version(row, silent=_silent(before, row)) for before, row in pairs)


def _silent(before: sqlite3.Row | None, row: sqlite3.Row) -> bool:
    """Whether the portal changed the article and none of its dates."""
    if before is None or row["kind"] != "edit":
        return False
    return all(before[name] == row[name] for name in ("published", "updated"))


def _version(row: sqlite3.Row, *, silent: bool) -> Version:
    return Version(
        article_id=row["article_id"],
        number=row["number"],
        first_seen_at=columns.read_stamp(row["first_seen_at"]),
        last_seen_at=columns.read_stamp(row["last_seen_at"]),
        kind=cast(VersionKind, row["kind"]),
        silent=silent,
        program=row["program"],
        fetched_at=columns.read_stamp_or_none(row["fetched_at"]),
        sha256=row["sha256"],
        place=place_of(row),
        origin=row["origin"],
        article=read_article(
            row,
            id=row["article_id"],
            figures=columns.read_figures(row["figures"]),
            attachments=columns.read_attachments(row["attachments"]),
        ),
    )
