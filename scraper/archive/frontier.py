"""The frontier: every link found, what became of it, and when it is looked at again.

A link is never forgotten: one that failed is tried again, one that was read is read again, the
more rarely the older it is and the less its portal edits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from scraper.archive import columns, edit_rates, lastmods
from scraper.records import Link, LinkState

# These numbers are ours.
_HEAD_READINGS = 3  # unchanged ones, before an article on a list's first pages waits like any other
_FAILED_TRIES = 3  # at the next runs; then after growing times
_FAILED = timedelta(hours=1)
_FAILED_AT_MOST = timedelta(days=7)
_LASTING_TRIES = 2
_LASTING = timedelta(days=1)
_LASTING_AT_MOST = timedelta(days=30)
_UNLISTED = timedelta(days=7)  # one that is gone and is listed again after that may be back

FailureKind = Literal["gone", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link's row, as far as saving needs it."""

    id: int
    state: str
    reason: str | None
    tries: int
    unchanged_streak: int
    article_id: str | None
    listed_at: datetime
    last_read_at: datetime | None = None


def next_try(
    now: datetime, *, kind: FailureKind, tries: int, retry_at: datetime | None = None
) -> datetime:
    """When a link is tried again that has failed `tries` times in a row; `now` is the next run.

    What may pass by itself (failed) is tried sooner than what will last (gone, refused); never
    before the server's own `retry_at`.
    """
    if kind == "failed":
        wait = _FAILED * (1 << min(max(tries - _FAILED_TRIES, 0), 10))
        due = now if tries <= _FAILED_TRIES else now + min(wait, _FAILED_AT_MOST)
    else:
        wait = _LASTING * (1 << min(tries, 10))
        due = now if tries <= _LASTING_TRIES else now + min(wait, _LASTING_AT_MOST)
    return max(due, retry_at) if retry_at else due


def add_links(
    connection: sqlite3.Connection, links: Sequence[Link], *, head: bool, now: datetime
) -> int:
    """Take up links in their order; returns how many were not known.

    What is only guessed is no news before it is read: it does not count, and what is known of it
    stands.
    """
    new = 0
    for link in links:
        row = _row(connection, link)
        if row is None:
            insert_link(connection, link, now=now)
            new += not link.guessed
            continue
        if link.guessed:
            _ask_again(connection, row, now=now)
            continue
        if link.modified is not None and row.last_read_at is not None:
            lastmods.bring_forward(
                connection, row.id, modified=link.modified, last_read_at=row.last_read_at
            )
        connection.execute(
            """
            UPDATE frontier SET url = ?, title = coalesce(?, title),
                published = coalesce(?, published), listed_at = ?,
                modified = coalesce(?, modified), guessed = 0
            WHERE id = ?
            """,
            (*_hints(link), columns.stamp(now), columns.stamp_or_none(link.modified), row.id),
        )
        add_address(connection, row.id, link.url, now=now)
        if row.state == "read" and _ask_the_portal(connection, row):
            continue
        if head and row.state == "read":
            _bring_forward(connection, row, now=now)
        if head and row.state == "gone" and now - row.listed_at >= _UNLISTED:
            connection.execute(
                "UPDATE frontier SET next_at = ? WHERE id = ?", (columns.stamp(now), row.id)
            )
    return new


def insert_link(connection: sqlite3.Connection, link: Link, *, now: datetime) -> LinkRow:
    """A new link's row."""
    at = columns.stamp(now)
    inserted = connection.execute(
        """
        INSERT INTO frontier (portal, key, found_on, url, title, published, found_at, listed_at,
            modified, guessed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            *(link.portal, columns.text(link.key), columns.text(link.found_on), *_hints(link)),
            *(at, at, columns.stamp_or_none(link.modified), link.guessed),
        ),
    )
    number = inserted.lastrowid
    assert number is not None
    add_address(connection, number, link.url, now=now)
    return LinkRow(number, "new", None, 0, 0, None, now)


def link_row(connection: sqlite3.Connection, link: Link, *, now: datetime) -> LinkRow:
    """The link's row; a link that was never listed gets one."""
    return _row(connection, link) or insert_link(connection, link, now=now)


def add_address(connection: sqlite3.Connection, link_id: int, url: str, *, now: datetime) -> None:
    """Remember an address of the link, once."""
    connection.execute(
        "INSERT OR IGNORE INTO addresses (link_id, url, first_seen_at) VALUES (?, ?, ?)",
        (link_id, columns.text(url), columns.stamp(now)),
    )


def note_reading(
    connection: sqlite3.Connection,
    row: LinkRow,
    *,
    portal: str,
    article_id: str,
    changed: bool,
    edited: bool,
    now: datetime,
) -> None:
    """The link was read as this article, or is known to stand unchanged; its next reading is set.

    `edited`: the portal has changed it since. `changed` counts a first or another reading too.
    """
    streak = 0 if changed else row.unchanged_streak + 1
    at = columns.stamp(now)
    age = edit_rates.age_of(connection, article_id, now=now)
    if row.last_read_at is not None and row.article_id == article_id:
        since = now - row.last_read_at
        edit_rates.note_reread(
            connection, portal, age=max(age, since) if edited else age, since=since, edited=edited
        )
    next_at = now + edit_rates.wait_of(connection, portal, age=age)
    connection.execute(
        """
        UPDATE frontier SET state = 'read', reason = NULL, tries = 0, unchanged_streak = ?,
            last_attempt_at = ?, last_read_at = ?, next_at = ?, article_id = ?, guessed = 0,
            vain_lastmods = CASE WHEN ? THEN 0 WHEN modified > last_read_at THEN vain_lastmods + 1
                ELSE vain_lastmods END
        WHERE id = ?
        """,
        (streak, at, at, columns.stamp(next_at), article_id, changed, row.id),
    )


def note_failure(
    connection: sqlite3.Connection,
    row: LinkRow,
    *,
    kind: FailureKind,
    reason: str,
    now: datetime,
    retry_at: datetime | None = None,
) -> None:
    """The link could not be read; the next try is set. Another kind of failure counts anew."""
    tries = row.tries + 1 if row.state == kind else 1
    connection.execute(
        """
        UPDATE frontier SET state = ?, reason = ?, tries = ?, last_attempt_at = ?, next_at = ?
        WHERE id = ?
        """,
        (
            kind,
            columns.text(reason),
            tries,
            columns.stamp(now),
            columns.stamp(next_try(now, kind=kind, tries=tries, retry_at=retry_at)),
            row.id,
        ),
    )


# Two SELECTs, so that each is looked up in the index: this is asked between any two list pages, of
# portals with hundreds of thousands of links, nearly none of them due.
_DUE = """
    FROM (
        SELECT * FROM frontier WHERE portal = :portal AND state = 'new'
        UNION ALL
        SELECT * FROM frontier
        WHERE portal = :portal AND state IN ('read', 'gone', 'refused', 'failed')
            AND next_at <= :now AND (last_attempt_at IS NULL OR last_attempt_at < :now)
    )
"""


def due(
    connection: sqlite3.Connection, portal: str, *, now: datetime, limit: int | None
) -> list[Link]:
    """New links as found, then failures whose time has come, then readings whose time has come."""
    rows = connection.execute(
        f"""
        SELECT portal, key, url, found_on, title, published, modified, guessed {_DUE}
        ORDER BY CASE state WHEN 'new' THEN 0 WHEN 'read' THEN 2 ELSE 1 END, next_at, id
        LIMIT :limit
        """,
        {"portal": portal, "now": columns.stamp(now), "limit": -1 if limit is None else limit},
    )
    return [
        Link(
            portal=row["portal"],
            url=row["url"],
            key=row["key"],
            found_on=row["found_on"],
            title=row["title"],
            published=columns.read_printed(row["published"]),
            modified=columns.read_stamp_or_none(row["modified"]),
            guessed=bool(row["guessed"]),
        )
        for row in rows
    ]


def count_due(connection: sqlite3.Connection, portal: str, *, now: datetime) -> int:
    """How many links `due` would give."""
    counted = connection.execute(
        f"SELECT count(*) {_DUE}", {"portal": portal, "now": columns.stamp(now)}
    )
    return int(counted.fetchone()[0])


def knows(
    connection: sqlite3.Connection, portal: str, source_url: str, *, keys: Sequence[str]
) -> bool:
    """Was every key known when this source was last walked to its proper end?"""
    watermark = _watermark(connection, portal, source_url)
    if watermark is None:
        return False
    for key in keys:
        row = connection.execute(
            "SELECT id FROM frontier WHERE portal = ? AND key = ?", (portal, columns.text(key))
        ).fetchone()
        if row is None or row["id"] > watermark:
            return False
    return True


def settled(connection: sqlite3.Connection, portal: str, source_url: str) -> bool:
    """Was this source ever walked to its proper end?"""
    return _watermark(connection, portal, source_url) is not None


def settled_at(connection: sqlite3.Connection, portal: str, source_url: str) -> datetime | None:
    """When this source was last walked to its proper end."""
    row = connection.execute(
        "SELECT settled_at FROM sources WHERE portal = ? AND url = ?",
        (portal, columns.text(source_url)),
    ).fetchone()
    return None if row is None else columns.read_stamp_or_none(row["settled_at"])


def state_of(connection: sqlite3.Connection, portal: str, *, key: str) -> LinkState | None:
    """How a key's link stands; None for one that was never listed."""
    row = connection.execute(
        "SELECT state FROM frontier WHERE portal = ? AND key = ?", (portal, columns.text(key))
    ).fetchone()
    return None if row is None else cast(LinkState, row["state"])


def last_found(connection: sqlite3.Connection, portal: str, source_url: str) -> str | None:
    """The address, as it was found, of the link that this source gave last."""
    row = connection.execute(
        """
        SELECT url FROM addresses
        WHERE link_id = (SELECT max(id) FROM frontier WHERE portal = ? AND found_on = ?)
        ORDER BY first_seen_at, rowid LIMIT 1
        """,
        (portal, columns.text(source_url)),
    ).fetchone()
    return None if row is None else str(row["url"])


def link_states(
    connection: sqlite3.Connection, portal: str, *, limit: int
) -> list[tuple[str, LinkState, str | None]]:
    """The newest links of a portal, how each stands, and why."""
    rows = connection.execute(
        """
        SELECT url, state, reason FROM frontier
        WHERE id IN (SELECT id FROM frontier
            WHERE portal = ? AND guessed = 0 ORDER BY id DESC LIMIT ?)
        """,
        (portal, limit),
    )
    return [(row["url"], cast(LinkState, row["state"]), row["reason"]) for row in rows]


def settle(connection: sqlite3.Connection, portal: str, source_url: str, *, now: datetime) -> None:
    """This source was walked to its proper end: what is in the frontier now is known there."""
    connection.execute(
        """
        INSERT INTO sources (portal, url, watermark, settled_at)
        VALUES (?, ?, (SELECT coalesce(max(id), 0) FROM frontier), ?)
        ON CONFLICT (portal, url) DO UPDATE
        SET watermark = excluded.watermark, settled_at = excluded.settled_at
        """,
        (portal, columns.text(source_url), columns.stamp(now)),
    )


def _watermark(connection: sqlite3.Connection, portal: str, source_url: str) -> int | None:
    row = connection.execute(
        "SELECT watermark FROM sources WHERE portal = ? AND url = ?",
        (portal, columns.text(source_url)),
    ).fetchone()
    return None if row is None else row["watermark"]


def _row(connection: sqlite3.Connection, link: Link) -> LinkRow | None:
    row = connection.execute(
        """
        SELECT id, state, reason, tries, unchanged_streak, article_id, listed_at, last_read_at
        FROM frontier WHERE portal = ? AND key = ?
        """,
        (link.portal, columns.text(link.key)),
    ).fetchone()
    if row is None:
        return None
    number, state, reason, tries, streak, article_id, listed_at, last_read_at = row
    return LinkRow(
        number,
        state,
        reason,
        tries,
        streak,
        article_id,
        columns.read_stamp(listed_at),
        columns.read_stamp_or_none(last_read_at),
    )


def _ask_the_portal(connection: sqlite3.Connection, row: LinkRow) -> bool:
    """A list names an article that was read from other archives only: it is due at once."""
    return bool(
        connection.execute(
            """
            UPDATE frontier SET state = 'new'
            WHERE id = ? AND last_read_at IS NULL AND next_at IS NULL
            """,
            (row.id,),
        ).rowcount
    )


def _hints(link: Link) -> tuple[str, str | None, str | None]:
    return (
        columns.text(link.url),
        columns.text_or_none(link.title),
        columns.printed(link.published),
    )


def _bring_forward(connection: sqlite3.Connection, row: LinkRow, *, now: datetime) -> None:
    """An article on a list's first pages is read again at once, until it stood a few times."""
    if row.unchanged_streak < _HEAD_READINGS:
        connection.execute(
            "UPDATE frontier SET next_at = min(next_at, ?) WHERE id = ?",
            (columns.stamp(row.last_read_at or now), row.id),
        )


def _ask_again(connection: sqlite3.Connection, row: LinkRow, *, now: datetime) -> None:
    """A guess that led to nothing is tried in every run that guesses it."""
    if row.state in ("gone", "refused", "failed"):
        # Not `now`: a run reads what was due when it began.
        connection.execute(
            """
            UPDATE frontier SET next_at = min(next_at, last_attempt_at), listed_at = ?
            WHERE id = ?
            """,
            (columns.stamp(now), row.id),
        )
