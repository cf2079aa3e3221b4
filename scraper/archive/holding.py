"""Pages that were read but are no articles yet: their reading is doubted, their capture waits."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from scraper.archive import columns
from scraper.archive.captures import capture_of
from scraper.archive.frontier import LinkRow
from scraper.archive.stored import HeldPage
from scraper.records import Link


def hold_page(
    connection: sqlite3.Connection,
    row: LinkRow,
    *,
    portal: str,
    capture_id: int,
    reason: str,
    now: datetime,
) -> None:
    """Hold a link's newest answer; an older one of the same link waits no longer."""
    release(connection, row.id, reason="held again, by a newer answer", now=now)
    connection.execute(
        """
        INSERT INTO held (portal, link_id, capture_id, reason, held_at) VALUES (?, ?, ?, ?, ?)
        """,
        (portal, row.id, capture_id, columns.text(reason), columns.stamp(now)),
    )


def release(connection: sqlite3.Connection, link_id: int, *, reason: str, now: datetime) -> bool:
    """What is held of a link waits no longer; whether anything did."""
    released = connection.execute(
        """
        UPDATE held SET released_at = ?, released_reason = ?
        WHERE link_id = ? AND released_at IS NULL
        """,
        (columns.stamp(now), columns.text(reason), link_id),
    )
    return released.rowcount > 0


def make_due(connection: sqlite3.Connection, link_id: int, *, now: datetime) -> None:
    """The link is fetched again by the next run."""
    connection.execute(
        "UPDATE frontier SET next_at = ? WHERE id = ? AND next_at > ?",
        (columns.stamp(now), link_id, columns.stamp(now)),
    )


def held_of(
    connection: sqlite3.Connection, portal: str, *, limit: int | None
) -> tuple[HeldPage, ...]:
    """A portal's pages that wait, the oldest first."""
    rows = connection.execute(
        """
        SELECT held.reason AS why, held.held_at, frontier.key, frontier.url AS link_url,
            frontier.found_on, frontier.article_id, captures.*
        FROM held JOIN frontier ON frontier.id = held.link_id
            JOIN captures ON captures.id = held.capture_id
        WHERE held.portal = ? AND held.released_at IS NULL ORDER BY held.id LIMIT ?
        """,
        (portal, -1 if limit is None else limit),
    )
    return tuple(
        HeldPage(
            link=Link(portal=portal, url=row["link_url"], key=row["key"], found_on=row["found_on"]),
            article_id=row["article_id"],
            capture=capture_of(row),
            reason=row["why"],
            held_at=columns.read_stamp(row["held_at"]),
        )
        for row in rows
    )


def count_held(connection: sqlite3.Connection, portal: str) -> int:
    """How many pages of a portal wait."""
    counted = connection.execute(
        "SELECT count(*) FROM held WHERE portal = ? AND released_at IS NULL", (portal,)
    )
    return int(counted.fetchone()[0])
