"""What other archives hold of the portals' articles: what was found of it, and what waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from scraper.archive import captures, columns
from scraper.archive.stored import StoredCapture
from scraper.records import IndexPart, Memento

# An archive that asks to be left alone blocks for an hour, and twice as long the next time.
_REST = timedelta(hours=2)
_REST_AT_MOST = timedelta(days=7)


class Counts(NamedTuple):
    """How the mementos of one source stand."""

    waiting: int  # not read yet, those that failed among them
    failed: int


# --- found ---------------------------------------------------------------------------------------


def add_mementos(connection: sqlite3.Connection, found: Sequence[Memento]) -> int:
    """Take up what an index names; returns how many were not known, or are of another key now."""
    before = connection.total_changes
    connection.executemany(
        """
        INSERT INTO mementos (portal, source, key, url, memento_at, address, "offset", length,
            digest, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (portal, source, address, "offset") DO UPDATE
        SET key = excluded.key WHERE state <> 'read' AND key <> excluded.key
        """,
        [
            (
                one.portal,
                columns.text(one.source),
                columns.text(one.key),
                columns.text(one.url),
                columns.stamp(one.memento_at),
                columns.text(one.address),
                one.offset,
                one.length,
                columns.text_or_none(one.digest),
                columns.text(one.origin),
            )
            for one in found
        ],
    )
    return connection.total_changes - before


def parts(connection: sqlite3.Connection, portal: str, source: str) -> tuple[IndexPart, ...]:
    """How far each part of a source's index was walked."""
    rows = connection.execute(
        "SELECT part, cursor, done_at FROM memento_indexes"
        " WHERE portal = ? AND source = ? AND part <> '' ORDER BY part",
        (portal, columns.text(source)),
    )
    return tuple(
        IndexPart(
            part=row["part"],
            cursor=row["cursor"],
            done_at=columns.read_stamp_or_none(row["done_at"]),
        )
        for row in rows
    )


def note_part(connection: sqlite3.Connection, portal: str, source: str, *, part: IndexPart) -> None:
    """So far was this part walked: what it named until there is taken up."""
    connection.execute(
        """
        INSERT INTO memento_indexes (portal, source, part, cursor, done_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (portal, source, part) DO UPDATE
        SET cursor = excluded.cursor, done_at = coalesce(excluded.done_at, done_at)
        """,
        (
            portal,
            columns.text(source),
            columns.text(part.part),
            columns.text_or_none(part.cursor),
            columns.stamp_or_none(part.done_at),
        ),
    )


def rest(
    connection: sqlite3.Connection,
    portal: str,
    source: str,
    *,
    now: datetime,
    retry_at: datetime | None,
) -> datetime:
    """Leave the other archive alone, the longer the more often it had to be; returns until when."""
    row = connection.execute(
        "SELECT tries FROM memento_indexes WHERE portal = ? AND source = ? AND part = ''",
        (portal, columns.text(source)),
    ).fetchone()
    tries = (row["tries"] if row else 0) + 1
    until = now + min(_REST * (1 << min(tries - 1, 10)), _REST_AT_MOST)
    until = max(until, retry_at) if retry_at else until
    connection.execute(
        """
        INSERT INTO memento_indexes (portal, source, part, tries, next_at) VALUES (?, ?, '', ?, ?)
        ON CONFLICT (portal, source, part) DO UPDATE
        SET tries = excluded.tries, next_at = excluded.next_at
        """,
        (portal, columns.text(source), tries, columns.stamp(until)),
    )
    return until


def rests_until(
    connection: sqlite3.Connection, portal: str, source: str, *, now: datetime
) -> datetime | None:
    """Until when the other archive is left alone; None if it may be asked."""
    row = connection.execute(
        "SELECT next_at FROM memento_indexes WHERE portal = ? AND source = ? AND part = ''"
        " AND next_at > ?",
        (portal, columns.text(source), columns.stamp(now)),
    ).fetchone()
    return None if row is None else columns.read_stamp(row["next_at"])


def answered(connection: sqlite3.Connection, portal: str, source: str) -> None:
    """The other archive serves again."""
    connection.execute(
        "UPDATE memento_indexes SET tries = 0, next_at = NULL"
        " WHERE portal = ? AND source = ? AND part = '' AND tries > 0",
        (portal, columns.text(source)),
    )


# --- waiting -------------------------------------------------------------------------------------


def due(
    connection: sqlite3.Connection, portal: str, source: str, *, now: datetime, limit: int
) -> list[Memento]:
    """What a run that began at `now` has to read of a source: article by article, oldest first."""
    values = {
        "portal": portal,
        "source": columns.text(source),
        "now": columns.stamp(now),
        "limit": limit,
    }
    rows = connection.execute(
        """
        SELECT * FROM mementos WHERE portal = :portal AND source = :source AND state = 'new'
        ORDER BY key, memento_at LIMIT :limit
        """,
        values,
    ).fetchall()
    if not rows:
        rows = connection.execute(
            """
            SELECT * FROM mementos WHERE portal = :portal AND source = :source
                AND state = 'failed' AND next_at <= :now AND last_attempt_at < :now
            ORDER BY key, memento_at LIMIT :limit
            """,
            values,
        ).fetchall()
    return [_memento(row) for row in rows]


def count(connection: sqlite3.Connection, portal: str, source: str) -> Counts:
    """How many mementos of a source are not read yet."""
    row = connection.execute(
        """
        SELECT count(*) AS waiting, coalesce(sum(state = 'failed'), 0) AS failed FROM mementos
        WHERE portal = ? AND source = ? AND state IN ('new', 'failed')
        """,
        (portal, columns.text(source)),
    ).fetchone()
    return Counts(row["waiting"], row["failed"])


def kept_copy(connection: sqlite3.Connection, memento: Memento) -> StoredCapture | None:
    """What was kept of another memento of this address with the same bytes."""
    row = connection.execute(
        """
        SELECT captures.* FROM mementos JOIN captures ON captures.id = mementos.capture_id
        WHERE mementos.url = ? AND digest = ? AND mementos.portal = ? AND captures.file IS NOT NULL
        LIMIT 1
        """,
        (columns.text(memento.url), memento.digest, memento.portal),
    ).fetchone()
    return None if row is None else captures.capture_of(row)


def twins(
    connection: sqlite3.Connection, memento: Memento, *, url: str | None, at: datetime | None
) -> list[Memento]:
    """Mementos that may hold what a revisit record stands for: the bytes of an earlier one."""
    rows = connection.execute(
        """
        SELECT * FROM mementos WHERE portal = :portal AND source = :source AND id <> :number
            AND ((url IN (:url, :own) AND digest = :digest) OR (url = :url AND memento_at = :at))
        ORDER BY memento_at LIMIT 5
        """,
        {
            "portal": memento.portal,
            "source": columns.text(memento.source),
            "number": memento.number,
            "url": columns.text_or_none(url),
            "own": columns.text(memento.url),
            "digest": memento.digest,
            "at": columns.stamp_or_none(at),
        },
    )
    return [_memento(row) for row in rows]


def _memento(row: sqlite3.Row) -> Memento:
    return Memento(
        portal=row["portal"],
        key=row["key"],
        url=row["url"],
        memento_at=columns.read_stamp(row["memento_at"]),
        address=row["address"],
        offset=row["offset"],
        length=row["length"],
        digest=row["digest"],
        origin=row["origin"],
        source=row["source"],
        number=row["id"],
    )
