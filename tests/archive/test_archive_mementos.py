"""Copies of earlier days among the versions of an article: order, counts, and what stays whole."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archived import NOW, article, capture, link, place, save, writing

from scraper.archive.archive import Archive, check_archive, mend
from scraper.changes import changed_fields
from scraper.records import Article, IndexPart, Memento, Outcome, Version

ID = "demo:1"
SOURCE = "https://web.archive.org/web/*/http://demo.example/"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def memento(at: datetime, *, key: str = "1", digest: str | None = None) -> Memento:
    url = f"http://demo.example/detail?id={key}"
    return Memento(
        portal="demo",
        key=key,
        url=url,
        memento_at=at,
        address=f"https://web.archive.org/web/{at:%Y%m%d%H%M%S}id_/{url}",
        origin="web.archive.org",
        digest=digest,
        source=SOURCE,
    )


def found(archive: Archive, *mementos: Memento) -> int:
    part = IndexPart(part="demo.example", cursor=None, done_at=NOW)
    return archive.add_mementos(mementos, portal="demo", source=SOURCE, part=part)


def lend(archive: Archive, run: int, at: datetime, read: Article) -> Outcome:
    """Take up a copy of this moment and save what it says, as the flow does."""
    found(archive, memento(at))
    (waiting,) = archive.due_mementos("demo", SOURCE, now=NOW, limit=9)
    same = [
        version.number
        for version in archive.neighbours(ID, at=at)
        if version is not None and not changed_fields(version.article, read)
    ]
    answer = capture(waiting.url, fetched_at=at, origin=waiting.origin, place=place())
    return archive.save_memento(
        waiting,
        read,
        capture=answer,
        run=run,
        now=NOW,
        stands_as=same[0] if same else None,
    )


def text(letter: str) -> Article:
    return article(f"Bản {letter} của bài về giá đất ở xã An Phú.")


def letters(archive: Archive) -> str:
    return "".join(version.article.body.split()[1] for version in archive.versions(ID))


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


def damages(archive: Archive) -> list[str]:
    found = check_archive(archive.path, quick=False, tick=lambda *_: None)
    return [f"{one.where}: {one.problem}" for one in found]


def years(archive: Archive) -> list[int]:
    return [version.number for version in archive.versions(ID)]


def test_an_earlier_copy_stands_before_the_first_reading_and_keeps_numbers(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, text("B"), run=run)
    assert lend(archive, run, day(-900), text("A")).kind == "changed"
    assert (letters(archive), years(archive)) == ("AB", [2, 1])
    assert [version.kind for version in archive.versions(ID)] == ["first", "edit"]
    stored = archive.article(ID)
    assert stored.article.body.startswith("Bản B")
    assert (stored.version, stored.version_count, stored.edits) == (1, 2, 1)
    assert stored.first_seen_at == day(-900)
    assert damages(archive) == []


def test_a_copy_between_two_readings_stands_between_them(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, text("A"), run=run, now=day(-10))
    save(archive, text("C"), run=run)
    lend(archive, run, day(-5), text("B"))
    assert (letters(archive), years(archive)) == ("ABC", [1, 3, 2])
    assert archive.article(ID).version == 2
    assert damages(archive) == []


def test_a_copy_in_the_midst_of_a_texts_time_shows_that_it_changed_and_changed_back(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    for when in (-10, -8, -2, 0):
        save(archive, text("A"), run=run, now=day(when))
    lend(archive, run, day(-5), text("B"))
    assert letters(archive) == "ABA"
    before, between, after = archive.versions(ID)
    assert (before.last_seen_at, between.first_seen_at) == (day(-8), day(-5))
    assert (after.first_seen_at, after.last_seen_at) == (day(-2), day(0))
    stored = archive.article(ID)
    assert stored.article.body.startswith("Bản A")
    assert (stored.version, stored.edits, stored.silent_edits) == (after.number, 2, 2)
    assert damages(archive) == []


def test_a_copy_that_says_what_stood_then_makes_no_version(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, text("A"), run=run, now=day(-10))
    save(archive, text("B"), run=run)
    assert lend(archive, run, day(-5), text("A")).kind == "unchanged"
    assert lend(archive, run, day(-1), text("B")).kind == "unchanged"
    first, second = archive.versions(ID)
    assert (first.last_seen_at, second.first_seen_at) == (day(-5), day(-1))
    assert damages(archive) == []


def test_a_copy_that_is_newer_than_all_readings_is_what_the_article_says(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, text("A"), run=run)
    lend(archive, run, day(3), text("B"))
    assert archive.article(ID).article.body.startswith("Bản B")
    save(archive, text("C"), run=run, now=day(5))
    assert (letters(archive), years(archive)) == ("ABC", [1, 2, 3])
    assert damages(archive) == []


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_copies_come_the_days_tell_the_same_story(
    tmp_path: Path, seed: int
) -> None:
    story = "AABCCBBAD"
    told = "".join(letter for letter, _ in itertools.groupby(story))
    order = list(enumerate(story))
    random.Random(seed).shuffle(order)
    with writing(tmp_path / "archive.db") as (archive, run):
        for when, letter in order:
            lend(archive, run, day(when - 20), text(letter))
        assert letters(archive) == told
        assert archive.article(ID).article.body.startswith("Bản D")
        firsts = [version.first_seen_at for version in archive.versions(ID)]
        lasts = [version.last_seen_at for version in archive.versions(ID)]
        assert firsts == sorted(firsts) and lasts == sorted(lasts)
        assert archive.article(ID).edits == len(told) - 1
        assert archive.status("demo").versions == archive.article(ID).version_count
        assert damages(archive) == []


def test_a_memento_is_taken_up_once(opened: tuple[Archive, int]) -> None:
    archive, _ = opened
    one = memento(day(-100))
    assert (found(archive, one), found(archive, one)) == (1, 0)


def test_copies_are_read_article_by_article_the_oldest_first(
    opened: tuple[Archive, int],
) -> None:
    archive, _ = opened
    found(archive, *(memento(day(-n), key=key) for n in (1, 3, 2) for key in ("b", "a")))
    waiting = archive.due_mementos("demo", SOURCE, now=NOW, limit=9)
    assert [(one.key, (NOW - one.memento_at).days) for one in waiting] == [
        ("a", 3), ("a", 2), ("a", 1), ("b", 3), ("b", 2), ("b", 1),
    ]  # fmt: skip


def test_copies_never_make_the_portal_be_asked_for_less(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, text("A"), run=run)
    live = archive.validators("demo", url=link().url)
    found(archive, memento(day(-9)))
    (waiting,) = archive.due_mementos("demo", SOURCE, now=NOW, limit=9)
    answer = capture(waiting.url, fetched_at=day(-9), origin="o", headers=(("ETag", '"old"'),))
    archive.save_memento(waiting, text("B"), capture=answer, run=run, now=NOW)
    assert archive.validators("demo", url=link().url) == live


def test_a_gone_article_stays_gone_for_earlier_copies_and_is_back_for_later(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, text("A"), run=run)
    for when in (2, 3):  # a second look confirms it
        archive.save_failure(
            link(), kind="gone", reason="404", capture=None, run=run, now=day(when)
        )
        lend(archive, run, day(-9 + when), text("B"))
    assert archive.article(ID).gone_since == day(2)
    lend(archive, run, day(4), text("A"))
    assert archive.article(ID).gone_since is None
    (absence,) = archive.absences(ID)
    assert absence.back_at == day(4)


def test_an_old_article_is_not_young_because_its_text_was_another_years_ago(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    for key in ("1", "2"):
        save(archive, text("B"), run=run, key=key)
    lend(archive, run, day(-900), text("A"))
    for key in ("1", "2"):
        save(archive, text("B"), run=run, key=key, now=day(1))
    soon = [one.key for one in archive.due("demo", now=day(20))]
    later = [one.key for one in archive.due("demo", now=day(400))]
    assert soon == [] and sorted(later) == ["1", "2"]


# --- repair --------------------------------------------------------------------------------------


@pytest.fixture
def damaged(opened: tuple[Archive, int]) -> tuple[Archive, tuple[Version, ...]]:
    """An archive with versions B C of ours and A of an earlier day."""
    archive, run = opened
    save(archive, text("B"), run=run, now=day(-3))
    save(archive, text("C"), run=run)
    lend(archive, run, day(-900), text("A"))
    return archive, archive.versions(ID)


def broken(archive: Archive, *statements: str) -> None:
    with sqlite3.connect(archive.path) as other:
        for statement in statements:
            other.execute(statement)
    other.close()


def mended(archive: Archive) -> list[str]:
    kinds = {one.kind for one in check_archive(archive.path, quick=False, tick=lambda *_: None)}
    return list(mend(archive.path, kinds))


def test_a_lost_article_is_written_again_from_the_version_that_is_newest_by_day(
    damaged: tuple[Archive, tuple[Version, ...]],
) -> None:
    archive, versions = damaged
    stored = archive.article(ID)
    broken(archive, "DELETE FROM articles")
    mended(archive)
    assert archive.versions(ID) == versions
    again = archive.article(ID)
    assert (again.article, again.version) == (stored.article, stored.version)
    assert damages(archive) == []


def test_positions_that_were_lost_are_found_again_from_the_days(
    damaged: tuple[Archive, tuple[Version, ...]],
) -> None:
    archive, versions = damaged
    broken(archive, "UPDATE versions SET position = 7")
    assert any("one order of days" in one for one in damages(archive))
    mended(archive)
    assert archive.versions(ID) == versions
    assert damages(archive) == []


def test_a_lost_article_that_copies_alone_knew_is_read_from_them_again(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    lend(archive, run, day(-900), text("A"))
    broken(archive, "DELETE FROM versions", "DELETE FROM articles")
    mended(archive)
    assert archive.due("demo", now=day(9999)) == []
    assert len(archive.due_mementos("demo", SOURCE, now=NOW, limit=9)) == 1
    assert damages(archive) == []


def test_links_written_again_do_not_make_a_closed_portal_be_asked(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    lend(archive, run, day(-900), text("A"))
    broken(archive, "DELETE FROM addresses", "DELETE FROM frontier")
    mended(archive)
    assert archive.due("demo", now=day(9999)) == []
    assert damages(archive) == []


def test_a_version_says_where_it_was_had_from(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, text("B"), run=run)
    lend(archive, run, datetime(2018, 6, 13, 4, 5, tzinfo=UTC), text("A"))
    assert [version.origin for version in archive.versions(ID)] == ["web.archive.org", None]
    assert [one.origin for one in archive.captures(ID)] == ["web.archive.org", None]
    assert archive.last_capture(ID) is None  # ours was not kept; the earlier is not the newest


def test_a_failed_copy_waits_longer_each_time(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    found(archive, memento(day(-9)))
    now, waits = NOW, []
    for _ in range(4):
        (waiting,) = archive.due_mementos("demo", SOURCE, now=now, limit=1)
        archive.save_memento_failure(
            waiting, kind="failed", reason="503", capture=None, run=run, now=now
        )
        hours = next(
            hours
            for hours in range(1, 100)
            if archive.due_mementos("demo", SOURCE, now=now + timedelta(hours=hours), limit=1)
        )
        waits.append(hours)
        now += timedelta(hours=hours)
    assert waits == [1, 2, 4, 8]


def test_captures_of_an_article_come_in_the_order_of_their_days(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, text("B"), run=run)
    lend(archive, run, day(-900), text("A"))
    assert [one.fetched_at for one in archive.captures(ID)] == [day(-900), NOW]
    assert replace(archive.captures(ID)[0], place=None).origin == "web.archive.org"
