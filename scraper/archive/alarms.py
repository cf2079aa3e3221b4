"""Alarms: what is wrong with a portal, raised once, cleared by what is seen, told to those who ask.

One alarm of a kind stands at a time for a portal; the table keeps those that were cleared.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Literal, cast

from scraper.archive import columns
from scraper.archive.stored import Alarm
from scraper.records import AlarmKind

TOLD_WITHIN = timedelta(days=7)  # who sets up a carrier is not told the archive's whole past


def raise_alarm(
    connection: sqlite3.Connection,
    portal: str,
    kind: AlarmKind,
    *,
    reason: str,
    run: int | None,
    now: datetime,
) -> Alarm | None:
    """A new alarm; None where one of this kind stands already, which stays as it was raised."""
    inserted = connection.execute(
        """
        INSERT INTO alarms (portal, kind, raised_at, reason, run) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (portal, kind) WHERE cleared_at IS NULL DO NOTHING
        """,
        (portal, kind, columns.stamp(now), columns.text(reason), run),
    )
    return _alarm_of(connection, inserted.lastrowid) if inserted.rowcount else None


def clear_alarm(
    connection: sqlite3.Connection, portal: str, kind: AlarmKind, *, reason: str, now: datetime
) -> Alarm | None:
    """The alarm that stood and does no longer; None where none stood."""
    row = connection.execute(
        "SELECT id FROM alarms WHERE portal = ? AND kind = ? AND cleared_at IS NULL",
        (portal, kind),
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "UPDATE alarms SET cleared_at = ?, cleared_reason = ? WHERE id = ?",
        (columns.stamp(now), columns.text(reason), row["id"]),
    )
    return _alarm_of(connection, row["id"])


def standing(connection: sqlite3.Connection, portal: str | None) -> tuple[Alarm, ...]:
    """The alarms that stand, oldest first; of one portal or of all."""
    rows = connection.execute(
        f"""
        SELECT * FROM alarms
        WHERE cleared_at IS NULL {"AND portal = :portal" if portal is not None else ""}
        ORDER BY id
        """,
        {"portal": portal},
    )
    return tuple(map(_alarm, rows))


def of_portal(
    connection: sqlite3.Connection, portal: str, *, limit: int | None
) -> tuple[Alarm, ...]:
    """A portal's newest alarms, cleared ones too, newest first."""
    rows = connection.execute(
        "SELECT * FROM alarms WHERE portal = ? ORDER BY id DESC LIMIT ?",
        (portal, -1 if limit is None else limit),
    )
    return tuple(map(_alarm, rows))


def untold(connection: sqlite3.Connection, *, now: datetime) -> tuple[Alarm, ...]:
    """Alarms of the last days that were raised, or cleared, and not yet told; oldest first.

    Of one that was raised and cleared meanwhile both are told.
    """
    rows = connection.execute(
        """
        SELECT * FROM alarms
        WHERE (told_at IS NULL AND raised_at >= :since)
            OR (told_at IS NOT NULL AND cleared_told_at IS NULL AND cleared_at IS NOT NULL)
        ORDER BY id
        """,
        {"since": columns.stamp(now - TOLD_WITHIN)},
    )
    return tuple(map(_alarm, rows))


def note_told(
    connection: sqlite3.Connection, id: int, *, event: Literal["raised", "cleared"], now: datetime
) -> None:
    """The carriers have carried it."""
    column = "told_at" if event == "raised" else "cleared_told_at"
    connection.execute(f"UPDATE alarms SET {column} = ? WHERE id = ?", (columns.stamp(now), id))


def note_commanded(
    connection: sqlite3.Connection, id: int, *, event: Literal["raised", "cleared"]
) -> None:
    """The command has carried it; the mail may still wait."""
    connection.execute("UPDATE alarms SET commanded = ? WHERE id = ?", (event, id))


def _alarm_of(connection: sqlite3.Connection, id: int | None) -> Alarm:
    return _alarm(connection.execute("SELECT * FROM alarms WHERE id = ?", (id,)).fetchone())


def _alarm(row: sqlite3.Row) -> Alarm:
    return Alarm(
        id=row["id"],
        portal=row["portal"],
        kind=cast(AlarmKind, row["kind"]),
        raised_at=columns.read_stamp(row["raised_at"]),
        reason=row["reason"],
        run=row["run"],
        cleared_at=columns.read_stamp_or_none(row["cleared_at"]),
        cleared_reason=row["cleared_reason"],
        told_at=columns.read_stamp_or_none(row["told_at"]),
        cleared_told_at=columns.read_stamp_or_none(row["cleared_told_at"]),
        commanded=row["commanded"],
    )
