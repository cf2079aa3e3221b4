"""What a power cut takes: what was written and not yet brought to the disk, and nothing else.

A run is watched: at every fsync of a WARC file and at every commit the folder is copied as a disk
would hold it if the power failed there. Of each WARC file there is what was brought to the disk,
and perhaps a piece of what came after; of SQLite's log what was committed, and perhaps a piece.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from littleportal import LittlePortal, serving
from test_kills import HELD, torn_captures, what_it_holds

from scraper import side_by_side
from scraper.archive.archive import Archive
from scraper.archive.write_ahead import Log
from scraper.capture.store import CaptureStore
from scraper.records import Settings
from scraper.verify import verify

ARTICLES = 30
CUTS = 4  # of the moments, that are gone on from
ROLL_BYTES = 20_000


def collect(folder: Path, portal: LittlePortal) -> None:
    with Archive.open(folder / "archive.db", write=True) as archive:
        for _ in side_by_side.collect_portals(
            (portal.portal(),),
            archive=archive,
            captures_folder=folder / "archive.captures",
            settings=Settings(),
            stop=threading.Event(),
        ):
            pass


@dataclass
class Disk:
    """The folder of a run, and what of it is on the disk for good."""

    folder: Path
    copies: Path
    draw: random.Random
    order: list[str] = field(default_factory=list)
    synced: dict[str, int] = field(default_factory=dict)  # file's name -> bytes
    cuts: list[Path] = field(default_factory=list)

    def sync(self, handle: int) -> None:
        """As os.fsync; a cut may come before it and after it."""
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.suffix == ".gz":
            self.cut()
            self.synced[path.name] = path.stat().st_size
            self.order.append("captures")

    def committed(self, log: Log, connection: sqlite3.Connection) -> None:
        """As Log.keep_small, which is called after each commit."""
        wal = self.folder / "archive.db-wal"
        self.synced[wal.name] = wal.stat().st_size
        self.order.append("archive")
        self.cut()

    def cut(self) -> None:
        copy = self.copies / f"cut-{len(self.cuts)}"
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
        for path in copy.rglob("*"):
            if path.is_file() and path.suffix in (".gz", ".db-wal"):
                safe, size = self.synced.get(path.name, 0), path.stat().st_size
                os.truncate(path, min(size, safe + self.draw.choice((0, max(0, size - safe) // 2))))
        self.cuts.append(copy)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(tmp_path / "run", tmp_path / "cuts", random.Random(5))
    disk.folder.mkdir()
    monkeypatch.setattr("scraper.capture.segment.os.fsync", disk.sync)
    monkeypatch.setattr(Log, "keep_small", partial(_passed_on, disk))
    small = partial(CaptureStore, roll_bytes=ROLL_BYTES)
    monkeypatch.setattr(side_by_side, "CaptureStore", small)
    return disk


def _passed_on(disk: Disk, connection: sqlite3.Connection) -> None:
    disk.committed(Log(disk.folder), connection)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks the kernel for names")
def test_a_power_cut_at_any_moment_takes_nothing_that_the_archive_speaks_of(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(LittlePortal(per_page=15)) as portal:
        portal.publish(*range(1, ARTICLES + 1))
        collect(disk.folder, portal)
        monkeypatch.undo()
        expected = what_it_holds(disk.folder / "archive.db")
        articles = [how_many_articles(cut) for cut in disk.cuts]
        for cut in disk.cuts:
            assert torn_ledger(cut) == [], cut.name
        assert articles == sorted(articles) and articles[-1] == ARTICLES
        for cut in disk.draw.sample(disk.cuts, CUTS):
            collect(cut, portal)
            held = what_it_holds(cut / "archive.db")
            for statement, now, then in zip(HELD, held, expected, strict=True):
                assert now == then, f"{cut.name}: {statement}"
            assert torn_captures(cut) == []
            assert list(verify(cut / "archive.db", cut / "archive.captures")) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks the kernel for names")
def test_the_disk_is_asked_once_for_many_pages(disk: Disk) -> None:
    with serving(LittlePortal(per_page=30)) as portal:
        portal.publish(*range(1, ARTICLES + 1))
        collect(disk.folder, portal)
    assert disk.order.count("captures") < ARTICLES
    assert disk.order.count("archive") < ARTICLES


def torn_ledger(folder: Path) -> list[str]:
    """The captures that the archive names and whose bytes are not on the disk."""
    if not (folder / "archive.db").exists():
        return []
    torn = []
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'captures'").fetchone():
            return []
        rows = db.execute('SELECT file, "offset" + length FROM captures WHERE file IS NOT NULL')
        for file, end in rows:
            path = folder / "archive.captures" / file
            if not path.exists() or path.stat().st_size < end:
                torn.append(f"{file}:{end}")
    return torn


def how_many_articles(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
