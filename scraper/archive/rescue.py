"""A new archive from what can be read of a damaged one; the damaged file is kept beside."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scraper.archive.connection import open_for_reading, open_for_writing, translated
from scraper.archive.copying import require_room
from scraper.archive.integrity import Tick
from scraper.archive.pages import Gap, read_rows, stored_columns, tables_of
from scraper.archive.shape import migrate
from scraper.archive.write_ahead import take_in
from scraper.errors import ArchiveError

# Written by the migrations, or made from the articles.
_MADE_AGAIN = frozenset({"columns_documentation", "_sqlite_migrations", "names", "named"})
_ROWS = 500  # written in one go


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of a damaged archive."""

    kept: Path  # where the damaged file is now
    told: tuple[str, ...]  # what was read of each table that was damaged
    numbers: Mapping[str, int]  # of the articles whose rows are lost, by id


def rescue(path: Path, *, tick: Tick) -> Rescued:
    """Write all rows that can be read into a new archive, and put that in the old one's place.

    For the one who holds the lock. Until the last step, which is one, the old file stands in its
    place. The full-text indexes and the names are left empty, and references as they are: `mend`
    does the rest. Raises ArchiveFull, and ArchiveError where somebody reads the archive, or nothing
    can be read.
    """
    path = path.resolve()
    _take_in_log(path)
    require_room(path, path.stat().st_size)
    new = path.with_name(path.name + ".rescued")
    new.unlink(missing_ok=True)
    try:
        with translated(path), closing(open_for_reading(path)) as source:
            # Damage may have made bytes that are no text; the rest of the row is worth having.
            source.text_factory = lambda text: text.decode("utf-8", "replace")
            with closing(sqlite3.connect(new, isolation_level=None)) as target:
                told = tuple(_copy_tables(source, target, tick=tick))
                numbers = _lost_numbers(source, target)
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        kept = _kept_name(path)
        shutil.copymode(path, new)
        os.link(path, kept)
        os.replace(new, path)
    finally:
        for name in (new.name, f"{new.name}-journal"):
            new.with_name(name).unlink(missing_ok=True)
    return Rescued(kept, told, numbers)


def _take_in_log(path: Path) -> None:
    """A log beside the damaged file would be taken for one of the new file's."""
    with translated(path), closing(open_for_writing(path)) as connection, suppress(sqlite3.Error):
        take_in(connection)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise ArchiveError(
            f"{log.name} holds changes that cannot be taken in while somebody reads the archive; "
            "end what reads it, and run again",
            path=path,
        )
    if log.exists():
        raise ArchiveError(
            "somebody has the archive open; end what reads it, and run again", path=path
        )


def _copy_tables(
    source: sqlite3.Connection, target: sqlite3.Connection, *, tick: Tick
) -> Iterator[str]:
    target.execute("PRAGMA journal_mode = MEMORY")
    target.execute("PRAGMA synchronous = OFF")  # it is brought to the disk when it is whole
    target.execute("PRAGMA foreign_keys = OFF")
    migrate(target)
    there = set(tables_of(source))
    tables = [name for name in tables_of(target) if name not in _MADE_AGAIN]
    target.execute("BEGIN")
    for place, table in enumerate(tables):
        tick(f"rescuing {table}", place, len(tables))
        if table not in there:
            yield f"table {table}: was missing; it is empty now"
            continue
        yield from _copy_table(source, target, table)
    target.execute("COMMIT")
    target.execute("PRAGMA journal_mode = DELETE")


def _copy_table(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str
) -> Iterator[str]:
    wanted = stored_columns(target, table)
    found = stored_columns(source, table)
    places = [found.index(name) for name in wanted if name in found]
    names = ", ".join(f'"{found[place]}"' for place in places)
    # A row whose damage breaks a rule of the table cannot be kept.
    insert = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({", ".join("?" * len(places))})'
    before = target.total_changes
    read, gaps = 0, []
    rows: list[tuple[object, ...]] = []
    for row in read_rows(source, table):
        if isinstance(row, Gap):
            gaps.append(row)
            continue
        read += 1
        rows.append(tuple(row[place] for place in places))
        if len(rows) == _ROWS:
            target.executemany(insert, rows)
            rows.clear()
    target.executemany(insert, rows)
    if gaps:
        shown = ", ".join(map(str, gaps[:10])) + (" …" if len(gaps) > 10 else "")
        yield f"table {table}: {read} rows were read; not readable: {shown}"
    elif table != "articles" and target.total_changes - before < read:
        yield f"table {table}: {read} rows were read, some of which were no sound rows"


def _lost_numbers(source: sqlite3.Connection, target: sqlite3.Connection) -> dict[str, int]:
    """The row numbers of lost articles, as far as the index of the ids still tells them."""
    kept = {row[0] for row in target.execute("SELECT id FROM articles")}
    numbers = {}
    with suppress(sqlite3.DatabaseError):
        for id, number in source.execute("SELECT id, number FROM articles ORDER BY id"):
            if id not in kept:
                numbers[id] = number
    return numbers


def _kept_name(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
