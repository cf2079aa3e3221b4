"""A collector killed at any moment: the next run makes the archive that an undisturbed one makes.

The command itself; test_kills_in_series kills by the hundred. SCRAPER_CLI_KILLS=50 and
SCRAPER_KILL_ARTICLES=160 make the long measurement of this.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore
from scraper.demo.server import DemoServer, serve
from scraper.records import Place

KILLS = int(os.environ.get("SCRAPER_CLI_KILLS", "1"))
ARTICLES = int(os.environ.get("SCRAPER_KILL_ARTICLES", "24"))

# What an archive holds, but for times, row numbers, and how often something was looked at.
HELD = (
    "SELECT id, portal, key, url, title, lead, body, captions, published, published_precision,"
    " updated, source, authors, tags, language, read_by, version, evidence FROM articles",
    "SELECT article_id, number, title, lead, body, published, source, authors, url FROM versions",
    "SELECT article_id, position, image, caption, credit FROM figures",
    "SELECT article_id, position, url, title FROM attachments",
    "SELECT portal, key, state, reason, article_id, title, published FROM frontier",
    "SELECT key, addresses.url FROM addresses JOIN frontier ON frontier.id = link_id",
    "SELECT portal, url FROM sources WHERE settled_at IS NOT NULL",
    "SELECT rowid, title FROM articles_fts WHERE articles_fts MATCH 'song OR de'",
)


def collector(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "scraper", "collect"], cwd=folder, stderr=subprocess.PIPE
    )


def collect_undisturbed(folder: Path) -> float:
    """One whole run; returns its seconds."""
    started = time.monotonic()
    process = collector(folder)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err.decode()
    return time.monotonic() - started


def what_it_holds(path: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        titles = dict(db.execute("SELECT number, id FROM articles"))
        held = [sorted(db.execute(statement), key=repr) for statement in HELD]
        held[-1] = sorted((titles[number], title) for number, title in held[-1])
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("articles_fts", "articles_exact"):  # raises where it is not as the articles
            db.execute(f"INSERT INTO {table}({table}, rank) VALUES('integrity-check', 1)")
        assert not db.execute("PRAGMA foreign_key_check").fetchall()
        return held


def torn_captures(folder: Path) -> list[str]:
    """WARC files that cannot be read to their end, and captures that are not what was noted."""
    torn = []
    captures = folder / "archive.captures"
    for path in captures.rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                record.content_stream().read()
    with (
        closing(sqlite3.connect(folder / "archive.db")) as db,
        CaptureStore(captures, group="demo") as store,
    ):
        rows = db.execute(
            'SELECT file, "offset", length, sha256 FROM captures WHERE file IS NOT NULL'
        )
        for file, offset, length, sha256 in rows:
            capture = store.load(Place(file=file, offset=offset, length=length))
            if capture.sha256 != sha256:
                torn.append(f"{file}:{offset}")
    return torn


@pytest.fixture(scope="module")
def portal() -> Iterator[DemoServer]:
    with serve(articles=ARTICLES) as portal:
        yield portal


def prepared(folder: Path, portal: DemoServer) -> Path:
    (folder / "schedules").mkdir(parents=True)
    text = files("scraper.demo").joinpath("portal.toml").read_text("utf-8")
    path = folder / "schedules" / "demo.toml"
    path.write_text(text.replace("HOST", portal.host), encoding="utf-8")
    return folder


def test_no_kill_loses_or_doubles_anything(portal: DemoServer, tmp_path: Path) -> None:
    collect_undisturbed(prepared(tmp_path / "first", portal))  # waits for the busy page
    whole = prepared(tmp_path / "whole", portal)
    seconds = collect_undisturbed(whole)
    expected = what_it_holds(whole / "archive.db")
    moments = random.Random(2026)  # the moments in a run still fall where the machine is then
    killed = runs = 0
    while killed < KILLS:
        runs += 1
        assert runs <= 3 * KILLS, "the runs were over before they were killed"
        folder = prepared(tmp_path / f"killed-{runs}", portal)
        process = collector(folder)
        try:
            process.communicate(timeout=moments.uniform(0.1, 0.9) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
        collect_undisturbed(folder)
        held = what_it_holds(folder / "archive.db")
        for statement, now, then in zip(HELD, held, expected, strict=True):
            assert now == then, f"run {runs}: {statement}"
        assert torn_captures(folder) == []
        with Archive.open(folder / "archive.db") as archive:
            assert {run.state for run in archive.runs("demo")} <= {"done", "interrupted"}
