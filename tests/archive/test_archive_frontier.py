"""The frontier: what is known, what is due, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from archived import LIST, NOW, article, capture, link, save, writing

from scraper.archive.archive import Archive
from scraper.archive.frontier import FailureKind
from scraper.records import Link

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def keys_due(archive: Archive, now: datetime) -> list[str]:
    return [one.key for one in archive.due("demo", now=now)]


def fail(
    archive: Archive,
    run: int,
    *,
    kind: FailureKind,
    now: datetime,
    retry_at: datetime | None = None,
) -> None:
    archive.save_failure(
        link(), kind=kind, reason="x", capture=None, run=run, now=now, retry_at=retry_at
    )


def due_after(archive: Archive, now: datetime) -> timedelta:
    """How long after `now` the one failing link is tried again."""
    next_at = archive.status("demo", now=now).failures[0].next_at
    assert next_at is not None
    return next_at - now


def test_new_links_are_due_in_the_order_of_finding(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    assert archive.add_links([link("9"), link("1"), link("5")], head=True, now=NOW) == 3
    assert keys_due(archive, NOW) == ["9", "1", "5"]


def test_a_due_link_is_the_link_that_was_found(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    found = link(title="Giá đất", published=date(2018, 6, 14))
    archive.add_links([found], head=False, now=NOW)
    assert archive.due("demo", now=NOW) == [found]


def test_a_link_found_again_is_no_new_one_and_brings_its_newest_hints(
    opened: tuple[Archive, int],
) -> None:
    archive, _ = opened
    archive.add_links([link(title="Cũ")], head=True, now=NOW)
    again = link(url="http://demo.example/new?id=1", published=date(2018, 6, 14))
    assert archive.add_links([again], head=True, now=NOW) == 0
    (known,) = archive.due("demo", now=NOW)
    assert (known.url, known.title, known.published) == (again.url, "Cũ", date(2018, 6, 14))


def test_links_of_another_portal_are_not_due_here(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    archive.add_links([link(portal="other")], head=True, now=NOW)
    assert keys_due(archive, NOW) == []


def test_no_more_links_are_due_than_asked_for(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    archive.add_links([link("1"), link("2")], head=True, now=NOW)
    assert [one.key for one in archive.due("demo", now=NOW, limit=1)] == ["1"]


def test_failures_come_after_new_links_and_before_readings(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run, key="read")
    archive.save_failure(link("failed"), kind="failed", reason="x", capture=None, run=run, now=NOW)
    archive.add_links([link("read"), link("new")], head=True, now=NOW + SECOND)
    assert keys_due(archive, NOW + 2 * SECOND) == ["new", "failed", "read"]


def test_a_link_tried_in_this_run_does_not_come_again_in_it(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    fail(archive, run, kind="failed", now=NOW)
    assert keys_due(archive, NOW) == []
    assert keys_due(archive, NOW - SECOND) == []
    assert keys_due(archive, NOW + SECOND) == ["1"]


def test_a_failure_that_may_pass_is_tried_in_three_runs_then_ever_more_rarely(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    waits = []
    for _ in range(14):
        fail(archive, run, kind="failed", now=NOW)
        waits.append(due_after(archive, NOW))
    hours = [wait / timedelta(hours=1) for wait in waits]
    assert hours == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 168, 168, 168, 168]


@pytest.mark.parametrize("kind", ["gone", "refused"])
def test_a_failure_that_lasts_is_tried_in_two_runs_then_ever_more_rarely(
    opened: tuple[Archive, int], kind: FailureKind
) -> None:
    archive, run = opened
    waits = []
    for _ in range(7):
        fail(archive, run, kind=kind, now=NOW)
        waits.append(due_after(archive, NOW) / DAY)
    assert waits == [0, 0, 8, 16, 30, 30, 30]


def test_another_kind_of_failure_counts_anew(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for _ in range(9):
        fail(archive, run, kind="failed", now=NOW)
    fail(archive, run, kind="gone", now=NOW)
    assert archive.status("demo", now=NOW).failures[0].tries == 1


def test_a_link_is_not_tried_before_the_server_allows(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    fail(archive, run, kind="failed", now=NOW, retry_at=NOW + DAY)
    assert keys_due(archive, NOW + DAY - SECOND) == []
    assert keys_due(archive, NOW + DAY) == ["1"]


def test_a_reading_ends_the_count_of_failures(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    fail(archive, run, kind="failed", now=NOW)
    save(archive, article(), run=run)
    assert archive.status("demo", now=NOW).failures == ()


def hours_until_due(archive: Archive, now: datetime) -> int:
    hours = range(400 * 24)
    low, high = 0, len(hours)
    while low < high:
        middle = (low + high) // 2
        if keys_due(archive, now + middle * HOUR):
            high = middle
        else:
            low = middle + 1
    return low


@pytest.mark.parametrize(
    ("days_old", "hours"),
    [(0, 8), (2, 24), (5, 60), (20, 240), (60, 960), (200, 2400), (3000, 6858)],
)
def test_an_article_is_read_again_soon_while_it_is_young_and_rarely_when_it_is_old(
    opened: tuple[Archive, int], days_old: int, hours: int
) -> None:
    archive, run = opened
    save(archive, article(published=NOW - days_old * DAY), run=run)
    assert abs(hours_until_due(archive, NOW) - hours) <= 1


def test_an_undated_article_is_as_old_as_its_first_sight(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(published=None), run=run)
    assert hours_until_due(archive, NOW) == 8


def test_an_edit_makes_readings_frequent_again(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    old = NOW - 3000 * DAY
    save(archive, article("A", published=old), run=run)
    save(archive, article("B", published=old), run=run, now=NOW + 90 * DAY)
    assert hours_until_due(archive, NOW + 90 * DAY) < 12


def test_another_reading_is_no_edit(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    old = NOW - 3000 * DAY
    save(archive, article("A", published=old), run=run)
    read = article("B", published=old)
    archive.save_article(link(), read, capture=capture(), run=run, now=NOW + DAY, again=True)
    assert hours_until_due(archive, NOW + DAY) > 200 * 24


@pytest.mark.parametrize(("edits", "longer"), [(False, True), (True, False)])
def test_what_a_portal_was_seen_to_edit_decides_how_often_it_is_read_again(
    opened: tuple[Archive, int], edits: bool, longer: bool
) -> None:
    archive, run = opened
    for number in range(80):  # articles of a day, each read again after some hours
        key, published = str(number), NOW - 2 * HOUR
        save(archive, article(f"A{number}", published=published), run=run, key=key)
        text = f"B{number}" if edits else f"A{number}"
        read = article(text, published=published)
        for hours in (4, 8, 12):
            save(archive, read, run=run, key=key, now=NOW + hours * HOUR)
    later = NOW + 20 * DAY
    save(archive, article("Z", published=later), run=run, key="last", now=later)
    wait = next(h for h in range(200) if "last" in keys_due(archive, later + h * HOUR))
    assert (wait > 8) is longer
    assert 2 <= wait <= 32


def test_what_one_portal_edits_says_nothing_of_another(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for number in range(40):
        key = str(number)
        for text in ("A", "B"):
            save(archive, article(f"{text}{number}", published=NOW), run=run, key=key)
    rates = archive._connection.execute("SELECT DISTINCT portal FROM edit_rates").fetchall()
    assert [row["portal"] for row in rates] == ["demo"]


def test_an_article_on_a_head_page_is_due_at_the_next_run_until_it_stood_three_times(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    now, waits = NOW, []
    old = NOW - 40 * DAY
    for _ in range(5):
        save(archive, article(published=old), run=run, now=now)
        archive.add_links([link()], head=True, now=now + SECOND)
        waits.append(hours_until_due(archive, now + SECOND))
        now += DAY
    assert waits[:3] == [0, 0, 0]
    assert min(waits[3:]) > 30 * 24


def test_an_article_on_a_later_page_is_not_read_sooner(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    archive.add_links([link()], head=False, now=NOW + SECOND)
    assert keys_due(archive, NOW + 29 * DAY) == []


def test_a_failing_link_on_a_head_page_keeps_its_time(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for _ in range(3):
        fail(archive, run, kind="gone", now=NOW)
    archive.add_links([link()], head=True, now=NOW + SECOND)
    assert keys_due(archive, NOW + DAY) == []


def test_a_source_knows_nothing_before_it_was_walked_to_its_end(
    opened: tuple[Archive, int],
) -> None:
    archive, _ = opened
    archive.add_links([link()], head=True, now=NOW)
    assert not archive.settled("demo", LIST)
    assert not archive.knows("demo", LIST, keys=["1"])


def test_a_source_that_only_had_an_outcome_is_not_settled(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    archive.save_source("demo", LIST, kind="failed", reason="down", run=run, now=NOW)
    assert not archive.settled("demo", LIST)


def test_a_settled_source_knows_what_was_found_before_and_nothing_later(
    opened: tuple[Archive, int],
) -> None:
    archive, _ = opened
    archive.add_links([link("1"), link("2")], head=True, now=NOW)
    archive.settle("demo", LIST, now=NOW)
    archive.add_links([link("3")], head=True, now=NOW)
    assert archive.settled("demo", LIST)
    assert archive.knows("demo", LIST, keys=["1", "2"])
    assert not archive.knows("demo", LIST, keys=["1", "3"])
    assert not archive.knows("demo", LIST, keys=["never found"])
    assert not archive.knows("demo", "http://demo.example/feed", keys=["1"])
    archive.settle("demo", LIST, now=NOW)
    assert archive.knows("demo", LIST, keys=["1", "3"])


def test_a_link_that_was_never_listed_can_be_saved(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    stray = Link(portal="demo", url="http://demo.example/x", key="x", found_on="by hand")
    outcome = archive.save_article(stray, article(), capture=capture(stray.url), run=run, now=NOW)
    assert outcome.article_id == "demo:x"
