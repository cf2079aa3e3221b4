"""The ledger of runs and the status of a portal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from archived import LIST, NOW, article, link, save, writing

from scraper.archive.archive import Archive
from scraper.records import Due

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def test_a_finished_run_says_what_became_of_links_and_sources(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    save(archive, article(), run=run, key="2")
    archive.save_failure(link("3"), kind="gone", reason="404", capture=None, run=run, now=NOW)
    archive.save_source("demo", LIST, kind="new", reason=None, run=run, now=NOW)
    archive.finish_run(run, state="done", requests=7, now=NOW + HOUR)
    (ran,) = archive.runs("demo")
    assert (ran.state, ran.trigger, ran.requests) == ("done", "collect", 7)
    assert (ran.started_at, ran.finished_at) == (NOW, NOW + HOUR)
    assert ran.counts == {"new": 2, "gone": 1}
    assert ran.source_counts == {"new": 1}


def test_the_outcomes_of_a_run_are_kept_in_order(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    expected = (
        archive.save_source("demo", LIST, kind="new", reason="1 new link", run=run, now=NOW),
        save(archive, article(), run=run),
        archive.save_failure(link("2"), kind="failed", reason="x", capture=None, run=run, now=NOW),
    )
    assert archive.outcomes(run) == expected


def test_runs_come_newest_first_and_of_one_portal_if_asked(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    other = archive.begin_run(
        "other", trigger="schedule", due=Due(at=NOW, since=NOW, count=1), now=NOW
    )
    assert [one.id for one in archive.runs()] == [other, run]
    assert [one.id for one in archive.runs("demo")] == [run]
    assert [one.id for one in archive.runs(limit=1)] == [other]
    assert archive.portals() == ("demo", "other")


def test_a_missed_run_is_in_the_ledger(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    due = Due(at=NOW - HOUR, since=NOW - 3 * HOUR, count=3)
    archive.record_missed("demo", due=due, reason="the program was off", now=NOW)
    missed = archive.runs("demo")[0]
    assert (missed.state, missed.due_at, missed.started_at) == ("missed", NOW - HOUR, None)
    assert (missed.due_since, missed.due_count) == (NOW - 3 * HOUR, 3)
    assert missed.reason == "the program was off"


def test_a_run_of_a_killed_process_is_interrupted_when_it_last_did_something(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import os, sys; from pathlib import Path; from datetime import timedelta\n"
        "from archived import NOW, article, save, writing\n"
        "with writing(Path(sys.argv[1])) as (archive, run):\n"
        "    save(archive, article(), run=run, now=NOW + timedelta(hours=1))\n"
        "    os._exit(9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[1], check=False
    )
    with writing(path) as (archive, own):
        assert archive.close_interrupted(NOW + 2 * HOUR) == 1
        mine, killed = archive.runs("demo")
        assert (mine.id, mine.state) == (own, "running")
        assert (killed.state, killed.finished_at) == ("interrupted", NOW + HOUR)
        assert archive.close_interrupted(NOW + 2 * HOUR) == 0


def test_the_status_says_how_a_portal_stands(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run, now=NOW - timedelta(days=8))
    save(archive, article("anders"), run=run, now=NOW)
    save(archive, article(published=date(2019, 1, 2)), run=run, key="2")
    archive.add_links([link("3")], head=True, now=NOW)
    archive.save_failure(link("4"), kind="gone", reason="404", capture=None, run=run, now=NOW)
    archive.save_source("demo", LIST, kind="failed", reason="down", run=run, now=NOW)
    archive.finish_run(run, state="done", now=NOW)
    status = archive.status("demo", now=NOW)
    assert (status.articles, status.versions, status.due) == (2, 3, 1)
    assert (status.new_in_7_days, status.newest_published) == (1, date(2019, 1, 2))
    assert [(one.id, one.kind, one.reason, one.tries) for one in status.failures] == [
        ("demo:4", "gone", "404", 1)
    ]
    assert [(one.url, one.kind, one.reason, one.settled_at) for one in status.sources] == [
        (LIST, "failed", "down", None)
    ]
    assert status.last_run is not None
    assert (status.last_run.id, status.last_success) == (run, NOW)


def test_the_status_of_a_portal_never_collected_is_all_zeros(opened: tuple[Archive, int]) -> None:
    status = opened[0].status("never", now=NOW)
    assert (status.articles, status.due, status.failures_count) == (0, 0, 0)
    assert status.last_run is None
    assert status.newest_published is None


def test_many_failures_are_counted_but_not_all_listed(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for number in range(105):
        archive.save_failure(
            link(str(number)), kind="failed", reason="x", capture=None, run=run, now=NOW
        )
    status = archive.status("demo", now=NOW)
    assert (status.failures_count, len(status.failures)) == (105, 100)
