"""What several threads save is committed together, and an error costs nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.archive.archive import Archive
from scraper.errors import ArchiveError

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def begin(archive: Archive, portal: str) -> int:
    return archive.begin_run(portal, trigger="collect", due=None, now=NOW)


def commits_of(archive: Archive) -> list[str]:
    said: list[str] = []
    archive._connection.set_trace_callback(said.append)
    return said


def test_what_threads_bring_while_one_writes_is_one_commit(archive: Archive) -> None:
    said = commits_of(archive)
    found: list[object] = []
    threads = [
        threading.Thread(
            target=lambda name=f"p{number}": found.extend(
                archive.save_together([lambda: begin(archive, name)])
            )
        )
        for number in range(3)
    ]
    with archive._lock:
        for thread in threads:
            thread.start()
        until = time.monotonic() + 60
        while len(archive._together._waiting) < len(threads):
            assert time.monotonic() < until
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["1", "2", "3"]
    assert said.count("COMMIT") == 1


def test_one_that_raises_undoes_nothing_of_the_others(archive: Archive) -> None:
    def wrong() -> int:
        begin(archive, "half")
        raise KeyError("ours")

    first, error, last = archive.save_together(
        [lambda: begin(archive, "a"), wrong, lambda: begin(archive, "b")]
    )
    assert isinstance(error, KeyError) and isinstance(first, int) and isinstance(last, int)
    assert {run.portal for run in archive.runs()} == {"a", "b"}


def test_an_error_of_the_archive_is_raised(archive: Archive) -> None:
    def full() -> None:
        raise ArchiveError("no room", path=archive.path)

    with pytest.raises(ArchiveError, match="no room"):
        archive.save_together([lambda: begin(archive, "a"), full])
    assert archive.runs() == ()
