"""What a sitemap says of changes brings articles forward; numbers that are tried stay apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from archived import NOW, article, link, save

from scraper.archive.archive import Archive
from scraper.records import Link

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def listed(archive: Archive, *, modified: datetime | None, now: datetime) -> bool:
    """Take up the article's link with this lastmod; is it due then?"""
    archive.add_links([link(modified=modified)], head=False, now=now)
    return bool(archive.due("demo", now=now))


def read(archive: Archive, run: int, *, now: datetime, modified: datetime | None = None) -> None:
    archive.add_links([link(modified=modified)], head=False, now=now)
    save(archive, article(), run=run, now=now)


def test_a_lastmod_later_than_the_reading_makes_an_article_due(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    read(archive, run, now=NOW, modified=NOW - DAY)
    assert listed(archive, modified=NOW + HOUR, now=NOW + 2 * HOUR)


def test_a_lastmod_before_the_reading_does_not(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    read(archive, run, now=NOW, modified=NOW - DAY)
    assert not listed(archive, modified=NOW - HOUR, now=NOW + 2 * HOUR)
    assert not listed(archive, modified=None, now=NOW + 2 * HOUR)


def test_a_day_without_a_time_is_read_once_more_when_it_is_over(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    end_of_day = NOW + 10 * HOUR
    read(archive, run, now=NOW, modified=end_of_day)
    assert not listed(archive, modified=end_of_day, now=NOW + HOUR)
    assert listed(archive, modified=end_of_day, now=NOW + 11 * HOUR)
    save(archive, article(), run=run, now=NOW + 11 * HOUR)
    assert not listed(archive, modified=end_of_day, now=NOW + 12 * HOUR)


def test_a_new_day_is_read_at_once_and_when_it_is_over(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    read(archive, run, now=NOW, modified=NOW - 5 * DAY)
    end_of_day = NOW + 10 * HOUR
    assert listed(archive, modified=end_of_day, now=NOW + HOUR)
    save(archive, article(), run=run, now=NOW + HOUR)
    assert not listed(archive, modified=end_of_day, now=NOW + 2 * HOUR)
    assert listed(archive, modified=end_of_day, now=NOW + 11 * HOUR)


def test_a_lastmod_that_is_always_now_brings_an_article_forward_ever_more_rarely(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    read(archive, run, now=NOW)
    readings = 0
    for hour in range(1, 24 * 30, 3):
        now = NOW + hour * HOUR
        if listed(archive, modified=now - timedelta(minutes=1), now=now):
            save(archive, article(), run=run, now=now)
            readings += 1
    assert 5 <= readings <= 9  # three at once, then after 1, 2, 4, 8 and 16 days


def test_a_lastmod_is_believed_of_an_article_that_was_often_found_unchanged_without_one(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    for day in range(12):
        read(archive, run, now=NOW + day * DAY, modified=NOW - DAY)
    assert listed(archive, modified=NOW + 12 * DAY, now=NOW + 12 * DAY + HOUR)


def test_a_lastmod_is_kept_where_a_later_list_gives_none(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    archive.add_links([link(modified=NOW)], head=False, now=NOW)
    archive.add_links([link()], head=False, now=NOW)
    assert archive.due("demo", now=NOW) == [link(modified=NOW)]


# --- numbers -----------------------------------------------------------------------------------


def guess(key: str = "1") -> Link:
    return link(key, guessed=True)


def fail(archive: Archive, run: int, *, now: datetime, times: int = 1) -> None:
    for _ in range(times):
        archive.save_failure(
            guess(), kind="gone", reason="404", capture=None, run=run, now=now
        )  # fmt: skip


def test_a_guess_is_due_but_is_no_new_link(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    assert archive.add_links([guess()], head=False, now=NOW) == 0
    assert archive.due("demo", now=NOW) == [guess()]


def test_a_guess_that_leads_to_nothing_is_asked_again_whenever_it_is_guessed(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    archive.add_links([guess()], head=False, now=NOW)
    fail(archive, run, now=NOW, times=6)
    later = NOW + HOUR
    assert archive.due("demo", now=later) == []
    archive.add_links([guess()], head=False, now=later)
    assert archive.due("demo", now=later + HOUR) == [guess()]


def test_a_guess_that_leads_to_nothing_is_no_failure(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    archive.add_links([guess()], head=False, now=NOW)
    fail(archive, run, now=NOW)
    status = archive.status("demo", now=NOW)
    assert (status.failures, status.failures_count) == ((), 0)


def test_a_guess_that_was_read_or_listed_is_a_link_as_any_other(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    archive.add_links([guess("1"), guess("2")], head=False, now=NOW)
    save(archive, article(), run=run, key="1")
    archive.add_links([link("2")], head=False, now=NOW)
    for key in ("1", "2"):
        archive.save_failure(
            link(key), kind="gone", reason="404", capture=None, run=run, now=NOW + HOUR
        )
    assert archive.status("demo", now=NOW).failures_count == 2


def test_a_guess_leaves_what_is_known_of_a_link(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    found = link(title="Giá đất", url="http://demo.example/tin/1")
    archive.add_links([found], head=False, now=NOW)
    archive.add_links([replace(guess(), url="http://demo.example/x")], head=False, now=NOW)
    assert archive.due("demo", now=NOW) == [found]


def test_the_address_that_a_source_gave_last_is_known(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    numbers = "http://demo.example/detail?id={id}"
    assert archive.ground("demo", numbers).last_found() is None
    archive.add_links(
        [replace(guess(key), found_on=numbers) for key in "123"], head=False, now=NOW
    )  # fmt: skip
    archive.add_links([link("9"), link("3", url="http://demo.example/3")], head=False, now=NOW)
    assert archive.ground("demo", numbers).last_found() == "http://demo.example/detail?id=3"
