"""Articles whose page has vanished: since when, why, and when it was back."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from scraper.archive import columns
from scraper.archive.frontier import LinkRow
from scraper.archive.stored import Absence
from scraper.records import Link

# These numbers are ours. A status 404 is believed when it comes a second time. A page that only
# says so, or that leads elsewhere, is a portal's bad weekend until it has said so again and again.
DENIALS = 2  # in a row
LOOKS = 3  # in a row
LOOKED_FOR = timedelta(days=3)  # from the first of them to the last


def note_look(
    connection: sqlite3.Connection,
    link: Link,
    row: LinkRow,
    *,
    seen_at: datetime,
    reason: str,
    capture_id: int | None,
) -> None:
    """A look at a link found no article there; `capture_id` is the answer where one came whole.

    Without one the server itself said 404 or 410. The article is gone if it was read before, was
    not gone already, and stands at no other address.
    """
    if row.article_id is None or _stands_elsewhere(connection, row):
        return
    if capture_id is None:
        denied = [columns.stamp(seen_at), *_earlier_looks(connection, link, row)]
        if len(denied) >= DENIALS:
            _insert(connection, row.article_id, denied[-1], reason=reason, capture_id=None)
    else:
        looks = _looks(connection, link, row)
        _insert_if_sure(connection, row.article_id, looks, seen_at=seen_at, reason=reason)


def note_led_away(
    connection: sqlite3.Connection, link: Link, *, other_id: str, seen_at: datetime
) -> None:
    """A look at a link was led to another article, which answers there now."""
    looks = connection.execute(
        """
        SELECT id, fetched_at FROM captures
        WHERE url = ? AND portal = ? AND article_id = ?
            AND id > (SELECT max(id) FROM captures WHERE article_id = ? AND origin IS NULL)
        ORDER BY id DESC
        """,
        (columns.text(link.url), link.portal, other_id, link.id),
    ).fetchall()
    reason = f"its address leads to {other_id}"
    _insert_if_sure(connection, link.id, looks, seen_at=seen_at, reason=reason)


def note_back(connection: sqlite3.Connection, article_id: str, *, seen_at: datetime) -> None:
    """The article was read, or is known to stand: if it was gone, it is back."""
    back = connection.execute(
        "UPDATE articles SET gone_since = NULL WHERE id = ? AND gone_since IS NOT NULL",
        (article_id,),
    )
    if back.rowcount:
        connection.execute(
            "UPDATE absences SET back_at = ? WHERE article_id = ? AND back_at IS NULL",
            (columns.stamp(seen_at), article_id),
        )


def absences_of(connection: sqlite3.Connection, article_id: str) -> tuple[Absence, ...]:
    """When an article was gone, oldest first."""
    rows = connection.execute(
        "SELECT * FROM absences WHERE article_id = ? ORDER BY gone_at", (columns.text(article_id),)
    )
    return tuple(
        Absence(
            gone_at=columns.read_stamp(row["gone_at"]),
            reason=row["reason"],
            back_at=columns.read_stamp_or_none(row["back_at"]),
        )
        for row in rows
    )


def _stands_elsewhere(connection: sqlite3.Connection, row: LinkRow) -> bool:
    """Whether another address of the article was readable when it was last looked at."""
    others = connection.execute(
        "SELECT 1 FROM frontier WHERE article_id = ? AND id <> ? AND state <> 'gone' LIMIT 1",
        (row.article_id, row.id),
    )
    return others.fetchone() is not None


def _earlier_looks(connection: sqlite3.Connection, link: Link, row: LinkRow) -> list[str]:
    """When the looks before, in a row with this one, found the article gone; the newest first."""
    if row.state != "gone":
        return []
    looks = connection.execute(
        """
        SELECT at FROM outcomes WHERE article_id = ? AND url = ? AND kind = 'gone'
        ORDER BY id DESC LIMIT ?
        """,
        (row.article_id, columns.text(link.url), row.tries),
    )
    return [look["at"] for look in looks]


def _looks(connection: sqlite3.Connection, link: Link, row: LinkRow) -> list[sqlite3.Row]:
    """The answers of the looks in a row that found no article, this one among them, newest first.

    `row` is the link's as it stood before this look.
    """
    tries = row.tries + 1 if row.state == "gone" else 1
    return connection.execute(
        """
        SELECT id, fetched_at FROM captures
        WHERE url = ? AND portal = ? AND status BETWEEN 200 AND 299 AND article_id IS NULL
            AND origin IS NULL
        ORDER BY id DESC LIMIT ?
        """,
        (columns.text(link.url), link.portal, tries),
    ).fetchall()


def _insert_if_sure(
    connection: sqlite3.Connection,
    article_id: str,
    looks: list[sqlite3.Row],
    *,
    seen_at: datetime,
    reason: str,
) -> None:
    """Note an absence since the first of these looks (the newest first), if they are enough."""
    if len(looks) < LOOKS:
        return
    first = looks[-1]
    if seen_at - columns.read_stamp(first["fetched_at"]) >= LOOKED_FOR:
        _insert(connection, article_id, first["fetched_at"], reason=reason, capture_id=first["id"])


def _insert(
    connection: sqlite3.Connection,
    article_id: str,
    gone_at: str,
    *,
    reason: str,
    capture_id: int | None,
) -> None:
    gone = connection.execute(
        "UPDATE articles SET gone_since = ? WHERE id = ? AND gone_since IS NULL",
        (gone_at, article_id),
    )
    if gone.rowcount:
        connection.execute(
            """
            INSERT INTO absences (article_id, gone_at, reason, capture_id) VALUES (?, ?, ?, ?)
            ON CONFLICT (article_id, gone_at) DO UPDATE SET back_at = NULL
            """,
            (article_id, gone_at, columns.text(reason), capture_id),
        )
