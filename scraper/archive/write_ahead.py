"""The -wal file: taken into the archive at the end, and kept small while readers come and go.

SQLite copies the log into the archive by itself, but it begins the log anew only at a moment when
no reader uses it. With readers that overlap there is no such moment: the log grew by 10 MB a
second.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

END_SECONDS = 5.0  # a search takes less; who reads longer than that is not waited for
_STEP_SECONDS = 0.02
_LARGE_BYTES = (
    64 << 20
)  # about fifteen thousand pages: reading through a log is slower than without
_GROWTH_BYTES = 16 << 20  # how much is written before another try, where a reader did not go away
_PATIENCE_MILLISECONDS = 2_000  # how long one try may hold up the writer


def take_in(connection: sqlite3.Connection) -> bool:
    """Bring what the log holds into the archive; whether the file alone is now the whole archive.

    A reader that looks at an earlier state is waited for, END_SECONDS long; one that looks at the
    newest state is no hindrance.
    """
    deadline = time.monotonic() + END_SECONDS
    usual = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            busy, logged, taken_in = connection.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).fetchone()
            if not busy or logged == taken_in:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_STEP_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


class Log:
    """The -wal file of an archive that is being written."""

    def __init__(self, path: Path) -> None:
        real = path.resolve()  # SQLite keeps it beside the file that a link leads to
        self._path = real.with_name(real.name + "-wal")
        self._next_bytes = _LARGE_BYTES

    def keep_small(self, connection: sqlite3.Connection) -> None:
        """Begin a large log anew; for the writer, between two transactions.

        SQLite lets the running readers end, while new ones read the archive itself.
        """
        try:
            size = os.stat(self._path).st_size
        except OSError:
            return
        if size < self._next_bytes:
            return
        usual = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MILLISECONDS}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            busy = 1  # a full disk: the transaction itself was committed
        finally:
            connection.execute(f"PRAGMA busy_timeout = {usual}")
        self._next_bytes = size + _GROWTH_BYTES if busy else _LARGE_BYTES
