"""The ledger of captures: which answer came when, and where its bytes lie."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC

from scraper.archive import columns
from scraper.archive.stored import StoredCapture
from scraper.forms import written
from scraper.records import Capture, Place, Validators
from scraper.robot_words import robot_words

# True of the captures by whose numbers an article's newest is found: a memento may have been
# captured long before what was fetched before it.
IN_ORDER = "(origin IS NULL OR fetched_at >= (SELECT last_seen_at FROM articles WHERE id = {id}))"


def insert_capture(
    connection: sqlite3.Connection,
    capture: Capture,
    *,
    portal: str,
    run: int,
    article_id: str | None = None,
) -> int:
    """Note one answer; returns the row's number."""
    place = capture.place
    values = {
        "run": run,
        "portal": portal,
        "article_id": article_id,
        "url": columns.text(capture.url),
        "answered_url": columns.text(capture.answered_url),
        "status": capture.status,
        "fetched_at": columns.stamp(capture.fetched_at),
        "sha256": capture.sha256,
        "body_bytes": len(capture.body),
        "content_type": columns.text_or_none(capture.header("content-type")),
        "etag": columns.text_or_none(capture.header("etag")),
        "last_modified": columns.text_or_none(capture.header("last-modified")),
        "file": place.file if place else None,
        "offset": place.offset if place else None,
        "length": place.length if place else None,
        "origin": columns.text_or_none(capture.origin),
        "form": columns.text_or_none(written(capture.form) if capture.form is not None else None),
        "robots": columns.text_or_none(robot_words(capture.headers, capture.body)),
    }
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(f":{name}" for name in values)
    inserted = connection.execute(f"INSERT INTO captures ({names}) VALUES ({marks})", values)
    if place:
        _note_end(connection, place)
    number = inserted.lastrowid
    assert number is not None
    return number


def validators(
    connection: sqlite3.Connection, portal: str, *, url: str, read: bool
) -> Validators | None:
    """What is known of this address' newest whole answer to this portal by GET, or None."""
    row = connection.execute(
        f"""
        SELECT etag, last_modified, sha256, file, "offset", length FROM captures
        WHERE url = ? AND status = 200 AND portal = ? AND form IS NULL AND origin IS NULL
            {"AND article_id IS NOT NULL" if read else ""}
        ORDER BY id DESC LIMIT 1
        """,
        (columns.text(url), portal),
    ).fetchone()
    if row is None:
        return None
    return Validators(
        etag=row["etag"],
        last_modified=row["last_modified"],
        sha256=row["sha256"],
        place=place_of(row),
    )


def known_ends(connection: sqlite3.Connection) -> Mapping[str, int]:
    """Every WARC file and the end of the last record in it that the archive refers to."""
    return {
        row["file"]: row["end_bytes"] for row in connection.execute("SELECT * FROM capture_files")
    }


def captures_of(connection: sqlite3.Connection, article_id: str) -> tuple[StoredCapture, ...]:
    """The answers that this article was read from, oldest first."""
    rows = connection.execute(
        "SELECT * FROM captures WHERE article_id = ? ORDER BY id", (article_id,)
    ).fetchall()
    if any(row["origin"] for row in rows):
        rows.sort(key=lambda row: (row["fetched_at"], row["id"]))
    return tuple(map(capture_of, rows))


def last_of(connection: sqlite3.Connection, article_id: str) -> StoredCapture | None:
    """The newest answer that this article was read from and whose bytes were kept."""
    row = connection.execute(
        f"""
        SELECT * FROM captures WHERE article_id = ? AND status = 200 AND file IS NOT NULL
            AND {IN_ORDER.format(id="article_id")}
        ORDER BY id DESC LIMIT 1
        """,
        (columns.text(article_id),),
    ).fetchone()
    return None if row is None else capture_of(row)


def capture_of(row: sqlite3.Row) -> StoredCapture:
    """A row of captures."""
    return StoredCapture(
        url=row["url"],
        answered_url=row["answered_url"],
        status=row["status"],
        fetched_at=columns.read_stamp(row["fetched_at"]).astimezone(UTC),
        sha256=row["sha256"],
        body_bytes=row["body_bytes"],
        place=place_of(row),
        origin=row["origin"],
        robots=row["robots"],
        article_id=row["article_id"],
    )


def _note_end(connection: sqlite3.Connection, place: Place) -> None:
    connection.execute(
        """
        INSERT INTO capture_files (file, end_bytes) VALUES (?, ?)
        ON CONFLICT (file) DO UPDATE SET end_bytes = max(end_bytes, excluded.end_bytes)
        """,
        (place.file, place.offset + place.length),
    )


def place_of(row: sqlite3.Row) -> Place | None:
    """Where a capture lies, from a row with its columns; None where it was not kept."""
    if row["file"] is None:
        return None
    return Place(file=row["file"], offset=row["offset"], length=row["length"])
