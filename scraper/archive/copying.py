"""A copy of an archive, as it stands at one moment, while others write.

SQLite's backup begins anew whenever another connection writes, and with a collector at full speed
never ends. A read transaction on the connection that is copied from holds it to one state: it goes
through once. (VACUUM INTO would do too, but SQLite 3.40 cannot copy computed columns so from a
connection that only reads.)
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scraper.errors import ArchiveError, ArchiveFull

_PAGES = 1_024  # of one step; between two, the progress is told and Ctrl-C is heard

Tick = Callable[[int, int], None]  # bytes done, bytes in all


def write_copy(
    connection: sqlite3.Connection, copy: Path, *, tick: Tick = lambda done, total: None
) -> None:
    """Write the archive of `connection` to `copy`, checked, whole or not there.

    The copy is one file without a log, which any SQLite opens from a medium that cannot be written.
    Raises ArchiveFull before anything is written if there is no room, ArchiveError if the copy is
    not sound.
    """
    require_room(copy, archive_bytes(connection))
    part = copy.with_name(copy.name + ".part")
    part.unlink(missing_ok=True)
    outer = connection.in_transaction
    if not outer:
        connection.execute("BEGIN")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the state is this one
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
        with closing(sqlite3.connect(part)) as target:
            connection.backup(
                target,
                pages=_PAGES,
                progress=lambda _, left, pages: tick(
                    (pages - left) * page_bytes, pages * page_bytes
                ),
            )
            target.execute("PRAGMA journal_mode = DELETE")
            _require_sound(target, copy)
        _sync(part)
        part.replace(copy)
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise ArchiveFull("no room to write it; make some and run again", path=copy) from error
        raise
    finally:
        if not outer and connection.in_transaction:
            connection.execute("COMMIT")
        part.unlink(missing_ok=True)


def archive_bytes(connection: sqlite3.Connection) -> int:
    """How large a copy of this archive is."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    return int(pages * page_bytes)


def require_room(path: Path, needed_bytes: int) -> None:
    """Raise ArchiveFull if the folder of `path` has no room for so many bytes."""
    free = shutil.disk_usage(path.parent).free
    if free < needed_bytes:
        raise ArchiveFull(
            f"no room to write it: {needed_bytes / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB "
            f"are free in {path.parent}; make some and run again",
            path=path,
        )


def _require_sound(target: sqlite3.Connection, copy: Path) -> None:
    found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise ArchiveError(
            f"the copy is not sound ({' '.join(found.split())}), so none was kept; "
            "`scraper verify` says whether the archive itself is damaged",
            path=copy,
        )


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
