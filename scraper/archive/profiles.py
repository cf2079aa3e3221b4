"""What was found of a portal by looking at it, where its file does not say how to collect it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from scraper.archive import columns
from scraper.archive.stored import StoredProfile


def newest_profile(connection: sqlite3.Connection, portal: str) -> StoredProfile | None:
    """What the last look at a portal found, and the last proposal where it found none."""
    row = connection.execute(
        "SELECT * FROM profiles WHERE portal = ? ORDER BY number DESC LIMIT 1", (portal,)
    ).fetchone()
    if row is None:
        return None
    proposed = connection.execute(
        "SELECT profile FROM profiles WHERE portal = ? AND profile IS NOT NULL"
        " ORDER BY number DESC LIMIT 1",
        (portal,),
    ).fetchone()
    return StoredProfile(
        portal=row["portal"],
        found_at=columns.read_stamp(row["found_at"]).astimezone(UTC),
        requests=row["requests"],
        text=None if proposed is None else proposed["profile"],
        reason=row["reason"],
    )


def insert_profile(
    connection: sqlite3.Connection,
    portal: str,
    text: str | None,
    *,
    requests: int,
    reason: str | None,
    now: datetime,
) -> None:
    """Keep what a look found; without `text`, why it found nothing."""
    connection.execute(
        "INSERT INTO profiles (portal, found_at, requests, profile, reason) VALUES (?, ?, ?, ?, ?)",
        (
            portal,
            columns.stamp(now),
            requests,
            columns.text_or_none(text),
            columns.text_or_none(reason),
        ),
    )


def newest_link_at(connection: sqlite3.Connection, portal: str) -> datetime | None:
    """When the newest link of a portal was found."""
    row = connection.execute(
        "SELECT max(found_at) FROM frontier WHERE portal = ?", (portal,)
    ).fetchone()
    return columns.read_stamp_or_none(row[0])
