"""A copy of the whole archive as it stands at one moment, and which archive it is a copy of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scraper.archive.captures import known_ends
from scraper.archive.connection import open_for_reading, translated
from scraper.archive.copying import Tick, archive_bytes, write_copy


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one archive from another, and its earlier state from its later one."""

    first_run: tuple[str, ...]  # of the oldest run; empty before there was one
    runs: int  # the number of the newest
    captures: int  # the number of the newest


def identity_of(path: Path) -> Identity:
    """Which archive this is, and how far it has come; raises ArchiveError."""
    with translated(path), closing(open_for_reading(path, older_too=True)) as connection:
        connection.execute("BEGIN")
        first = connection.execute(
            "SELECT portal, started_at, due_at, process FROM runs ORDER BY id LIMIT 1"
        ).fetchone()
        runs = connection.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0]
        captures = connection.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0]
        return Identity(tuple(str(value) for value in first or ()), runs, captures)


def copy_archive(
    path: Path, copy: Path, *, tick: Tick = lambda done, total: None
) -> Mapping[str, int]:
    """Copy the archive's file, while others write; gives the end of each WARC file it speaks of.

    The copy is checked, and whole or not there. Raises ArchiveFull, ArchiveError.
    """
    with translated(path), closing(open_for_reading(path, older_too=True)) as connection:
        connection.execute("BEGIN")
        ends = known_ends(connection)
        write_copy(connection, copy, tick=tick)
        return ends


def bytes_of(path: Path) -> int:
    """How large a copy of the archive would be; raises ArchiveError."""
    with translated(path), closing(open_for_reading(path, older_too=True)) as connection:
        return archive_bytes(connection)
