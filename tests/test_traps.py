"""Series of addresses that never are articles end by evidence; articles never do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from littleportal import Answer, LittlePortal, serving

from scraper.archive.archive import Archive
from scraper.records import ArticleRule, Link, Outcome, Portal, Settings
from scraper.side_by_side import collect_portals
from scraper.traps import MISSES, Traps
from scraper.urls import address_shape

CALENDAR = "/lich-tuan/2021-{:02}-{:02}"


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal(per_page=200)) as portal:
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def run(archive: Archive, portal: Portal) -> list[Outcome]:
    return list(
        collect_portals(
            (portal,),
            archive=archive,
            captures_folder=archive.path.with_suffix(".captures"),
            settings=Settings(),
        )
    )


def with_calendar(little: LittlePortal, days: int) -> Portal:
    """The little portal, whose list also leads to days of a calendar that answer with a list."""
    paths = [CALENDAR.format(1 + day // 28, 1 + day % 28) for day in range(days)]
    links = "".join(f'<li><a href="{path}">Lịch ngày</a></li>' for path in paths)
    listed = "".join(
        f'<li><a href="/detail.aspx?id={number}">Bài số {number} về đê điều</a></li>'
        for number in sorted(little.articles, reverse=True)
    )
    body = f"<html><body><ul>{links}{listed}</ul></body></html>".encode()
    little.overrides["/list?page=1"] = Answer(body)
    for path in paths:
        little.overrides[path] = Answer(body)
    return replace(little.portal(), article=ArticleRule())


def test_a_calendar_is_given_up_after_some_days_and_every_article_is_read(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1001, 1011))
    portal = with_calendar(little, 120)
    outcomes = run(archive, portal)
    assert len(little.asked("/lich-tuan")) <= MISSES + 7  # of the hundred others every power of two
    assert sum(outcome.kind == "new" for outcome in outcomes if outcome.stage == "article") == 10
    passed_over = [one for one in outcomes if one.reason and "not asked for" in one.reason]
    assert len(passed_over) >= 90
    assert {one.kind for one in passed_over} == {"refused"}


def test_a_later_run_knows_the_trap_and_still_tries_a_few_addresses(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1001)
    run(archive, with_calendar(little, 40))
    asked = len(little.asked("/lich-tuan"))
    run(archive, with_calendar(little, 80))
    assert len(little.asked("/lich-tuan")) - asked <= 7


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda n: f"http://bo.vn/tin/{n}/", lambda n: f"http://bo.vn/tin/{n}/"),
        (
            lambda n: f"http://bo.vn/t/gia-dat-{n}-1.htm",
            lambda n: f"http://bo.vn/t/a-b-c-d-{n}.htm",
        ),
        (lambda n: f"http://bo.vn/d.aspx?id={n}&z=4", lambda n: f"http://bo.vn/d.aspx?z={n}&id=3"),
        (lambda n: "http://bo.vn" + "/en/vi" * n, lambda n: "http://bo.vn" + "/en/vi" * (n + 1)),
    ],
)
def test_addresses_of_one_series_have_one_shape(
    one: Callable[[int], str], other: Callable[[int], str]
) -> None:
    assert address_shape(one(12)) == address_shape(other(345))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://bo.vn/tin/12345", "http://bo.vn/lich/12345"),
        ("http://bo.vn/d.aspx?id=1", "http://bo.vn/d.aspx?month=1"),
        ("http://bo.vn/tin/bai-so-12.html", "http://bo.vn/tin/bai-so-12/en"),
    ],
)
def test_other_addresses_have_another_shape(one: str, other: str) -> None:
    assert address_shape(one) != address_shape(other)


def link(number: int) -> Link:
    url = f"http://bo.vn/tin/{number}.html"
    return Link(portal="bo", url=url, key=str(number), found_on="http://bo.vn/")


def test_a_shape_that_holds_articles_is_no_trap() -> None:
    traps = Traps()
    for number in range(500):
        traps.note(link(number).url, "new" if number % 20 == 0 else "refused", reason=None)
    traps.check(link(501), known=False)
    traps.check(link(502), known=False)


def test_an_article_that_is_known_is_never_passed_over() -> None:
    traps = Traps()
    for number in range(500):
        traps.note(link(number).url, "gone", reason=None)
    for number in range(5):
        traps.check(link(number), known=True)


def test_what_fails_for_other_reasons_is_no_evidence() -> None:
    traps = Traps()
    for number in range(500):
        traps.note(link(number).url, "failed", reason=None)
    traps.check(link(501), known=False)
    traps.check(link(502), known=False)


def test_what_robots_txt_forbade_for_a_day_is_no_trap(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 4 * MISSES))
    little.overrides["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /\nAllow: /list", headers=(("Content-Type", "text/plain"),)
    )
    run(archive, little.portal())
    del little.overrides["/robots.txt"]
    assert [outcome.kind for outcome in run(archive, little.portal())].count(
        "new"
    ) == 4 * MISSES - 1


def test_pages_of_a_menu_before_the_articles_of_their_shape_close_no_portal(
    little: LittlePortal, archive: Archive
) -> None:
    little.per_page = 300
    little.publish(*range(1, 226))
    menu = (
        b"<html><body><ul><li><a href='/detail.aspx?id=7'>Ban do trang</a></li></ul></body></html>"
    )
    for number in range(201, 226):  # the newest stand first
        little.overrides[f"/detail.aspx?id={number}"] = Answer(menu)
    for _ in range(2):
        run(archive, little.portal())
    archived = archive.select("SELECT count(*) AS n FROM articles", {})[0]["n"]
    assert archived == 200
