"""Damage of the file itself: pages that are not what SQLite wrote, and the rows on them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scraper.records import Damage

_INDEX = re.compile(
    r"(?:row \d+ missing from|wrong # of entries in|non-unique entry in|rowid not at end-of-record"
    r".* in) index (\S+)|row \d+ values differ from index (\S+)"
)
_VALUE = re.compile(r"(?:NULL value in|CHECK constraint failed in|NUMERIC value in|TEXT value in)")
_MOST_LINES = 100
_REINDEX = "`scraper verify --repair` builds it anew"
_RESCUE = (
    "do not write to it; restore a backup, or `scraper verify --repair` writes all that can be "
    "read into a new file and keeps this one"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Row numbers of a table that cannot be read, from `first` to `last`."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"row {self.first}" if self.first == self.last else f"rows {self.first}-{self.last}"


def damaged_pages(connection: sqlite3.Connection, path: Path, *, quick: bool) -> Iterator[Damage]:
    """What SQLite's own check finds; with the rows that cannot be read, if pages are damaged.

    `quick` does not look whether the indexes are complete.
    """
    name = "quick_check" if quick else "integrity_check"
    indexes: set[str] = set()
    pages: list[str] = []
    error = None
    try:
        for (told,) in connection.execute(f"PRAGMA {name}({_MOST_LINES})"):
            for line in told.splitlines():
                if found := _INDEX.match(line):
                    indexes.add(found[1] or found[2])
                elif _VALUE.match(line):
                    yield _wrong_value(line)
                elif line != "ok" and not line.startswith("*** in database"):
                    pages.append(line)
    except sqlite3.DatabaseError as met:  # it does not say where
        error = met
    unreadable = list(_unreadable(connection)) if pages or error else []
    if error and not unreadable:
        pages.append(str(error))
    for line in pages:
        yield Damage(kind="page", where=path.name, problem=line, remedy=_RESCUE, repairable=True)
    yield from unreadable
    for index in sorted(indexes):
        yield Damage(
            kind="index",
            where=index,
            problem="the index does not fit its table: searches miss or invent rows",
            remedy=_REINDEX,
            repairable=True,
        )


def _wrong_value(line: str) -> Damage:
    return Damage(
        kind="value",
        where=line.partition(" in ")[2],
        problem=line,
        remedy="take the row from a backup",
        repairable=False,
    )


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """The tables that hold rows of their own, in the order in which they were made."""
    rows = connection.execute(
        """
        SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
        """
    )
    order = {
        row[0]: place
        for place, row in enumerate(
            connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        )
    }
    return sorted((row[0] for row in rows), key=lambda name: order[name])


def stored_columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The columns of a table that are not computed."""
    return tuple(row[1] for row in connection.execute(f'PRAGMA table_info("{table}")'))


def read_rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[object, ...] | Gap]:
    """Every row of a table that can be read, in `stored_columns`, and the gaps between."""
    columns = ", ".join(f'"{name}"' for name in stored_columns(connection, table))
    if _has_rowid(connection, table):
        yield from _by_number(connection, table, columns)
    else:
        yield from _from_both_ends(connection, table, columns)


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    row = connection.execute(
        "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (table,)
    ).fetchone()
    return not row[0]


def _by_number(
    connection: sqlite3.Connection, table: str, columns: str
) -> Iterator[tuple[object, ...] | Gap]:
    """Rows by ranges of their numbers: where one cannot be read through, its halves are tried.

    A damaged page hides the rows on it and no others.
    """
    query = f'SELECT rowid, {columns} FROM "{table}" NOT INDEXED WHERE rowid BETWEEN ? AND ?'
    query += " ORDER BY rowid"
    ranges = [(1, 1 << 62)]
    end: int | None = None
    first_lost = last_lost = 0
    while ranges:
        low, high = ranges.pop()
        try:
            for row in connection.execute(query, (low, high)):
                if last_lost:
                    yield Gap(first_lost, last_lost)
                    last_lost = 0
                yield tuple(row)[1:]
                low = row[0] + 1
        except sqlite3.DatabaseError:
            if end is None:
                end = _last_number(connection, table, low)
            high = min(high, end)
            if low == high:
                first_lost = first_lost if last_lost else low
                last_lost = low
            elif low < high:
                middle = (low + high) // 2
                ranges += [(middle + 1, high), (low, middle)]
    if last_lost:
        yield Gap(first_lost, last_lost)


def _last_number(connection: sqlite3.Connection, table: str, low: int) -> int:
    """The largest row number of a table, as far as what is readable tells."""
    indexes = [row[1] for row in connection.execute(f'PRAGMA index_list("{table}")') if not row[4]]
    found = []
    for how in ("NOT INDEXED", *(f'INDEXED BY "{index}"' for index in indexes)):
        try:
            largest = connection.execute(f'SELECT max(rowid) FROM "{table}" {how}').fetchone()[0]
        except sqlite3.DatabaseError:
            continue
        found.append(largest or 0)
    # Without an answer: a page holds some hundred rows at most.
    return max(found, default=2 * low + 10_000)


def _from_both_ends(
    connection: sqlite3.Connection, table: str, columns: str
) -> Iterator[tuple[object, ...] | Gap]:
    """Rows of a table without row numbers: up to the damage from its start, and from its end."""
    key = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5]]
    seen = set()
    for direction in ("ASC", "DESC"):
        order = ", ".join(f'"{name}" {direction}' for name in key)
        try:
            for row in connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY {order}'):
                if direction == "ASC" or tuple(row) not in seen:
                    yield tuple(row)
                if direction == "ASC":
                    seen.add(tuple(row))
        except sqlite3.DatabaseError:
            continue
        return
    yield Gap(0, 0)


def _unreadable(connection: sqlite3.Connection) -> Iterator[Damage]:
    """The tables and indexes that cannot be read through, and what of the tables can."""
    for table in tables_of(connection):
        gaps, count = [], 0
        try:
            for row in read_rows(connection, table):
                if isinstance(row, Gap):
                    gaps.append(row)
                else:
                    count += 1
        except sqlite3.DatabaseError as error:
            yield _lost(f"table {table}", f"cannot be read: {error}")
            continue
        if gaps:
            shown = ", ".join(map(str, gaps[:10])) + (" …" if len(gaps) > 10 else "")
            yield _lost(f"table {table}", f"{shown} cannot be read; {count} rows can")
    for table, index, condition in _indexes_of(connection):
        # A count would take the smallest index whatever it is told to use; a column does not.
        column = connection.execute(f'PRAGMA index_info("{index}")').fetchone()[2]
        through = f'SELECT "{column}" FROM "{table}" INDEXED BY "{index}"{condition}'
        if not _goes_through(connection, through):
            yield _lost(f"index {index}", f"cannot be read; its table is {table}")
    for (shadow,) in connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"
    ).fetchall():
        if not _goes_through(connection, f'SELECT * FROM "{shadow}"'):
            yield _lost(f"full-text index {shadow.rpartition('_')[0]}", "cannot be read")


def _indexes_of(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Table, name and condition of every index."""
    rows = connection.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index'")
    found = []
    for table, name, sql in rows:
        _, where, condition = (sql or "").partition(" WHERE ")
        found.append((table, name, where + condition))
    return found


def _goes_through(connection: sqlite3.Connection, sql: str) -> bool:
    try:
        for _ in connection.execute(sql):
            pass
    except sqlite3.OperationalError:
        return True  # the index is not of use for that
    except sqlite3.DatabaseError:
        return False
    return True


def _lost(where: str, problem: str) -> Damage:
    return Damage(kind="page", where=where, problem=problem, remedy=_RESCUE, repairable=True)
