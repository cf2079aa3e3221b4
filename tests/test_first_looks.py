"""A portal file with only name and home: what goes wrong in its first look does not stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from littleportal import Answer, LittlePortal, serving

from scraper.archive.archive import Archive
from scraper.records import ArticleRule, Outcome, Portal, Settings, Source
from scraper.side_by_side import collect_portals


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal()) as portal:
        portal.publish(*range(1, 41))
        portal.overrides["/"] = Answer(lambda: bytes(portal.answer("/list?page=1").body))  # type: ignore[arg-type]
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def bare(little: LittlePortal, **fetch: int) -> Portal:
    portal = little.portal(name="bare")
    return replace(
        portal,
        article=ArticleRule(),
        sources=(Source(kind="listing", url=little.home),),
        fetch=replace(portal.fetch, **fetch),  # type: ignore[arg-type]
    )


def run(archive: Archive, *portals: Portal) -> list[Outcome]:
    folder = archive.path.with_suffix(".captures")
    return list(
        collect_portals(portals, archive=archive, captures_folder=folder, settings=Settings())
    )


def ids(archive: Archive) -> set[str]:
    return {str(row["id"]) for row in archive.select("SELECT id FROM articles", {})}


def test_a_portal_that_is_down_at_its_first_look_is_looked_at_by_the_next_run(
    little: LittlePortal, archive: Archive
) -> None:
    home = little.overrides["/"]
    little.overrides["/"] = Answer(b"<h1>busy</h1>", status=503)
    run(archive, bare(little))
    assert archive.profile("bare") is None
    little.overrides["/"] = home
    run(archive, bare(little))
    assert "bare:40" in ids(archive)  # the number is its key, as a look finds


def test_where_the_first_look_broke_off_nothing_is_archived_under_ids_that_would_stay(
    little: LittlePortal, archive: Archive
) -> None:
    little.overrides["/"] = Answer(b"<h1>busy</h1>", status=503)
    outcomes = run(archive, bare(little))
    assert [(one.stage, one.kind) for one in outcomes] == [("source", "failed")]
    last = archive.last_run("bare")
    assert last is not None
    assert (last.state, ids(archive)) == ("failed", set())
    assert "503" in (last.reason or "")


@pytest.mark.parametrize("most", [3, 6, 9])
def test_a_look_that_takes_all_that_a_run_may_ask_for_is_made_once(
    little: LittlePortal, archive: Archive, most: int
) -> None:
    for _ in range(4):
        run(archive, bare(little, max_requests_per_run=most))
    assert archive.profile("bare") is not None
    assert archive.status("bare", now=datetime.now(UTC)).articles


def test_a_fault_in_a_look_is_a_failed_run_and_stops_no_other_portal(
    little: LittlePortal, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("an odd page")

    monkeypatch.setattr("scraper.profiles.propose", broken)
    with pytest.raises(ValueError, match="an odd page"):
        run(archive, bare(little), little.portal())
    last = archive.last_run("bare")
    assert last is not None and (last.state, last.reason) == ("failed", "an odd page")
    assert archive.status("little", now=datetime.now(UTC)).articles == 40
    assert archive.covered_until("bare", now=datetime.now(UTC)) is not None
