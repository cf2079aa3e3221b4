"""The ledger of captures, file by file: what should lie where."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scraper.archive.connection import open_for_reading, translated
from scraper.records import Place


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One capture that the archive knows."""

    number: int
    article_id: str | None
    url: str
    sha256: str
    place: Place


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One WARC file and all that the archive knows to be in it, in the order of the bytes."""

    file: str
    end_bytes: int
    entries: tuple[LedgerEntry, ...]


def ledger(path: Path) -> Iterator[LedgerFile]:
    """Every WARC file that the archive at `path` speaks of; raises ArchiveError."""
    with translated(path), closing(open_for_reading(path)) as connection:
        rows = connection.execute(
            """
            SELECT captures.id, article_id, url, sha256, captures.file, "offset", length, end_bytes
            FROM captures LEFT JOIN capture_files USING (file) WHERE captures.file IS NOT NULL
            ORDER BY captures.file, "offset"
            """
        )
        for file, of_file in itertools.groupby(rows, key=lambda row: str(row["file"])):
            known, end = [], 0
            for row in of_file:
                place = Place(file=file, offset=row["offset"] or 0, length=row["length"] or 0)
                end = max(end, row["end_bytes"] or 0, place.offset + place.length)
                known.append(
                    LedgerEntry(row["id"], row["article_id"], row["url"], row["sha256"], place)
                )
            yield LedgerFile(file, end, tuple(known))


def captured_bytes(path: Path) -> int:
    """How many bytes of WARC files the archive at `path` speaks of; raises ArchiveError."""
    with translated(path), closing(open_for_reading(path)) as connection:
        total = connection.execute("SELECT coalesce(sum(end_bytes), 0) FROM capture_files")
        return int(total.fetchone()[0])
