"""Versions, absences and captures of an article, as the archive gives them back."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from archived import NOW, article, capture, link, place, save, writing

from scraper import __version__
from scraper.archive.archive import Archive
from scraper.errors import ArchiveError
from scraper.records import Capture

ID = "demo:1"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def at(day: float) -> datetime:
    return NOW + timedelta(days=day)


def look(archive: Archive, run: int, day: float, *, key: str = "1", soft: bool = False) -> None:
    """A look at the article's link that finds it gone, by status or by what the page says."""
    from_link = link(key)
    answer: Capture | None = None
    if soft:
        answer = capture(from_link.url, body=b"khong tim thay", fetched_at=at(day))
    archive.save_failure(
        from_link, kind="gone", reason=f"day {day}", capture=answer, run=run, now=at(day)
    )


# --- versions ------------------------------------------------------------------------------------


def test_a_version_tells_its_capture_and_the_program_that_read_it(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    answer = capture(place=place(7))
    archive.save_article(link(), article(), capture=answer, run=run, now=NOW)
    (version,) = archive.versions(ID)
    assert (version.fetched_at, version.sha256, version.place, version.program) == (
        NOW,
        answer.sha256,
        place(7),
        __version__,
    )


def test_a_version_whose_capture_is_not_known_tells_none(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    archive._connection.execute("UPDATE versions SET capture_id = NULL")
    (version,) = archive.versions(ID)
    assert (version.fetched_at, version.sha256, version.place) == (None, None, None)


def test_an_edit_is_silent_unless_a_date_moves_with_it(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    readings = (
        article("Một."),
        article("Hai."),
        article("Ba.", updated=date(2018, 7, 1)),
        article("Bốn.", updated=date(2018, 7, 1), published=date(2018, 6, 15)),
        article("Năm.", updated=date(2018, 7, 1), published=date(2018, 6, 15)),
    )
    for day, reading in enumerate(readings):
        save(archive, reading, run=run, now=at(day))
    stored = archive.article(ID)
    assert [one.silent for one in stored.versions] == [False, True, False, False, True]
    assert (stored.edits, stored.silent_edits) == (4, 2)


def test_a_re_reading_is_neither_an_edit_nor_silent(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article("Một."), run=run)
    archive.save_article(link(), article("Hai."), capture=capture(), run=run, now=at(1), again=True)
    stored = archive.article(ID)
    assert (stored.version_count, stored.edits, stored.silent_edits) == (2, 0, 0)
    assert [(one.kind, one.silent) for one in stored.versions] == [
        ("first", False),
        ("re-reading", False),
    ]


def test_a_status_counts_edits_silent_ones_and_articles_that_are_gone(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article("Một."), run=run)
    save(archive, article("Hai."), run=run, now=at(1))
    save(archive, article("Ba.", updated=date(2018, 7, 1)), run=run, now=at(2))
    save(archive, article("Khác."), run=run, key="2")
    look(archive, run, 3, key="2")
    look(archive, run, 4, key="2")
    status = archive.status("demo", now=NOW)
    assert (status.articles, status.versions) == (2, 4)
    assert (status.edits, status.silent_edits, status.gone) == (2, 1, 1)


# --- asked for when wanted -----------------------------------------------------------------------


def test_an_archive_is_opened_by_a_path_written_as_text(opened: tuple[Archive, int]) -> None:
    with Archive.open(str(opened[0].path)) as archive:
        assert archive.path == opened[0].path


def test_an_article_gives_its_versions_captures_and_absences(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1)
    stored = archive.article(ID)
    assert stored.versions == archive.versions(ID)
    assert stored.captures == archive.captures(ID)
    assert stored.absences == archive.absences(ID)
    (found,) = archive.articles((1,))
    assert found.versions == stored.versions


def test_versions_are_those_of_the_moment_of_asking(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    stored = archive.article(ID)
    save(archive, article("Khác."), run=run, now=at(1))
    assert (stored.version_count, len(stored.versions)) == (1, 2)


def test_versions_of_a_closed_archive_are_refused_in_words(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        save(archive, article(), run=run)
        stored = archive.article(ID)
    with pytest.raises(ArchiveError, match="the archive was closed"):
        _ = stored.versions


@pytest.mark.parametrize("way", ["pickle", "copy"])
def test_a_copy_of_an_article_has_left_its_archive(opened: tuple[Archive, int], way: str) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    stored = archive.article(ID)
    copied = pickle.loads(pickle.dumps(stored)) if way == "pickle" else copy.deepcopy(stored)
    assert copied == stored
    with pytest.raises(ArchiveError, match="has left its archive") as caught:
        _ = copied.captures
    assert caught.value.path == archive.path


# --- gone ----------------------------------------------------------------------------------------


def test_an_article_is_gone_since_the_first_look_that_the_server_denied(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1)
    assert archive.article(ID).gone_since is None  # one denial may be a portal's bad minute
    look(archive, run, 2)
    look(archive, run, 3)
    stored = archive.article(ID)
    assert stored.gone_since == at(1)
    assert stored.gone_since.utcoffset() == UTC.utcoffset(None)
    assert [(one.gone_at, one.reason, one.back_at) for one in stored.absences] == [
        (at(1), "day 2", None)
    ]


def test_an_article_may_go_and_come_back_more_than_once(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1)
    look(archive, run, 1.5)
    save(archive, article(), run=run, now=at(2))
    look(archive, run, 3)
    look(archive, run, 3.5)
    save(archive, article("Khác."), run=run, now=at(4))
    stored = archive.article(ID)
    assert stored.gone_since is None
    assert [(one.gone_at, one.back_at) for one in stored.absences] == [
        (at(1), at(2)),
        (at(3), at(4)),
    ]


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        ((1, 4.5), None),  # two looks are too few
        ((1, 2, 3), None),  # two days are too short
        ((1, 2, 4), 1),
        ((1, 1.1, 1.2, 9), 1),
    ],
)
def test_pages_that_say_so_are_believed_after_three_looks_and_three_days(
    opened: tuple[Archive, int], days: tuple[float, ...], gone: float | None
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    for day in days:
        look(archive, run, day, soft=True)
    assert archive.article(ID).gone_since == (None if gone is None else at(gone))


def test_looks_are_counted_anew_after_the_article_was_read(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1, soft=True)
    look(archive, run, 2, soft=True)
    save(archive, article(), run=run, now=at(3))
    look(archive, run, 9, soft=True)
    assert archive.article(ID).gone_since is None


def test_looks_are_counted_anew_after_a_trouble_of_the_server(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1, soft=True)
    look(archive, run, 2, soft=True)
    archive.save_failure(link(), kind="failed", reason="503", capture=None, run=run, now=at(3))
    look(archive, run, 9, soft=True)
    assert archive.article(ID).gone_since is None


def test_a_link_that_was_never_read_makes_nothing_gone(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    look(archive, run, 1)
    assert archive._connection.execute("SELECT count(*) FROM absences").fetchone()[0] == 0


def test_a_byway_that_vanishes_leaves_the_article_where_it_stands(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article(), run=run, key="1")
    save(archive, article(id=ID), run=run, key="old-1")
    for day in (1, 1.5):
        look(archive, run, day, key="old-1")
    assert archive.article(ID).gone_since is None
    for day in (2, 2.5):
        look(archive, run, day, key="1")
    assert archive.article(ID).gone_since == at(2)


def test_an_article_that_only_byways_led_to_is_gone_with_the_last(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    for key in ("old-1", "older-1"):
        save(archive, article(id=ID), run=run, key=key)
    for day in (1, 1.5):
        look(archive, run, day, key="old-1")
    assert archive.article(ID).gone_since is None
    for day in (2, 2.5):
        look(archive, run, day, key="older-1")
    assert archive.article(ID).gone_since == at(2)


def test_an_article_read_by_a_byway_is_back(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    look(archive, run, 1)
    look(archive, run, 1.5)
    assert archive.article(ID).gone_since == at(1)
    save(archive, article(id=ID), run=run, key="new-1", now=at(2))
    assert archive.article(ID).gone_since is None


@pytest.mark.parametrize(("days", "gone"), [((1, 2), None), ((1, 2, 3), None), ((1, 2, 9), 1)])
def test_an_article_whose_address_leads_to_another_is_gone_after_several_looks(
    opened: tuple[Archive, int], days: tuple[float, ...], gone: float | None
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    save(archive, article("Khác."), run=run, key="2")
    for day in days:
        save(archive, article("Khác.", id="demo:2"), run=run, now=at(day))
    stored = archive.article(ID)
    assert stored.gone_since == (None if gone is None else at(gone))
    assert [one.reason for one in stored.absences] == ["its address leads to demo:2"] * bool(gone)
    assert archive.article("demo:2").gone_since is None
    save(archive, article(), run=run, now=at(20))
    assert archive.article(ID).gone_since is None


@pytest.mark.parametrize(("unlisted_days", "due"), [(1, False), (8, True)])
def test_an_article_that_is_gone_and_is_listed_again_is_looked_at_soon(
    opened: tuple[Archive, int], unlisted_days: int, due: bool
) -> None:
    archive, run = opened
    archive.add_links((link(),), head=True, now=NOW)
    save(archive, article(), run=run)
    for day in range(1, 5):  # the next look is set for long after these
        look(archive, run, day)
    archive.add_links((link(),), head=True, now=at(5))
    listed_again = at(5 + unlisted_days)
    archive.add_links((link(),), head=True, now=listed_again)
    assert bool(archive.due("demo", now=listed_again)) is due
