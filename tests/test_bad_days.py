"""Runs on bad days: the clock is set back, the network goes away. Nothing is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from littleportal import Answer, LittlePortal, page, serving
from test_crawl import everything, ids, kinds

from scraper.archive.archive import Archive
from scraper.records import Outcome, Settings
from scraper.side_by_side import collect_portals

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def run(
    archive: Archive, little: LittlePortal, now: Callable[[], datetime] | None = None
) -> list[Outcome]:
    outcomes = collect_portals(
        (little.portal(),),
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
        now=now,
    )
    return list(outcomes)


def test_a_clock_that_was_set_back_between_two_runs_loses_nothing(archive: Archive) -> None:
    with serving(LittlePortal()) as little:
        little.publish(1, 2, 3)
        run(archive, little, lambda: NOON)
        little.publish(4)
        little.articles[2] = f"Sửa đổi. {little.articles[2]}"
        early = run(archive, little, lambda: NOON - DAY)
        assert "new" in kinds(early) and ids(archive) == {1, 2, 3, 4}
        run(archive, little, lambda: NOON + DAY)
    assert [version.kind for version in archive.versions("little:2")] == ["first", "edit"]
    assert [run.state for run in archive.runs("little")] == ["done"] * 3


def test_a_clock_that_is_set_back_in_a_run_reads_each_page_once(archive: Archive) -> None:
    asked = 0

    def now() -> datetime:
        nonlocal asked
        asked += 1
        return NOON + timedelta(seconds=asked) - (DAY if asked > 9 else timedelta(0))

    with serving(LittlePortal(per_page=4)) as little:
        little.publish(*range(1, 13))
        little.overrides["/detail.aspx?id=11"] = Answer(b"busy", status=500)
        run(archive, little, now)
        assert len(little.asked("/detail")) == 12
        assert ids(archive) == set(range(1, 13)) - {11}
    (last,) = archive.runs("little")
    assert last.started_at and last.finished_at and last.finished_at >= last.started_at
    assert last.state == "done"


def test_a_network_that_goes_away_in_a_run_costs_no_article(archive: Archive) -> None:
    little, gone = LittlePortal(per_page=30), threading.Event()

    def last_answer() -> bytes:
        gone.set()
        return page("Bài số 15", little.articles[15]).encode()

    little.publish(*range(1, 31))
    little.overrides["/detail.aspx?id=15"] = Answer(last_answer)
    with ExitStack() as served:
        served.enter_context(serving(little))

        def take_down() -> None:
            gone.wait(60)
            served.close()

        taken_down = threading.Thread(target=take_down)
        taken_down.start()
        run(archive, little)
        taken_down.join()
    assert len(ids(archive)) < 30
    with serving(little, port=little.port):
        run(archive, little)
        run(archive, little)
    assert ids(archive) == set(range(1, 31))
    assert all(stored.version_count == 1 for stored in everything(archive))
