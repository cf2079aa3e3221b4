"""Whether a full-text index fits the texts that it indexes.

FTS5 has a check of its own, but as an INSERT: it needs the right to write and keeps the collector
out while it runs, minutes in a large archive. So the index is laid beside, in SQLite's temporary
file, over a view of the texts, and is checked there: the same check, reading one state, locking
nothing.
"""

from __future__ import annotations

import re
import sqlite3

FULL_TEXT = (
    ("articles_fts", "articles"),
    ("articles_exact", "articles"),
)
_PARTS = ("data", "idx", "docsize", "config")


def fits(connection: sqlite3.Connection, index: str, *, content: str) -> bool:
    """Whether the index holds what the rows of `content` say, no more and no less.

    `connection` may be one that cannot write. Raises sqlite3.DatabaseError where pages of the index
    cannot be read, and where there is no room for the temporary file.
    """
    sql = connection.execute(
        "SELECT sql FROM main.sqlite_master WHERE name = ?", (index,)
    ).fetchone()
    if sql is None:
        return False
    made, count = re.subn(r"content=(\"\w+\"|'\w+')", "content='checked_texts'", sql[0], count=1)
    made, named = re.subn(rf"VIRTUAL TABLE {index}\b", "VIRTUAL TABLE temp.checked", made, count=1)
    if not (count and named):
        return False
    connection.execute("DROP TABLE IF EXISTS temp.checked")
    connection.execute("DROP VIEW IF EXISTS temp.checked_texts")
    connection.execute(f"CREATE TEMP VIEW checked_texts AS SELECT * FROM main.{content}")
    connection.execute(made)
    try:
        for part in _PARTS:
            is_there = connection.execute(
                "SELECT 1 FROM temp.sqlite_master WHERE name = ?", (f"checked_{part}",)
            ).fetchone()
            if is_there:
                connection.execute(f"DELETE FROM temp.checked_{part}")
                connection.execute(
                    f"INSERT INTO temp.checked_{part} SELECT * FROM main.{index}_{part}"
                )
        return _is_sound(connection)
    finally:
        connection.execute("DROP TABLE temp.checked")
        connection.execute("DROP VIEW temp.checked_texts")


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("INSERT INTO temp.checked (checked, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_CORRUPT_VTAB:
            return False
        raise
    return True
