"""Walking WebForms lists over real HTTP: every page once, whatever its pager and its state."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from webforms_portal import PagerKind, WebFormsPortal, serving

from scraper.discovery.sources import ListPage, discover, look_again
from scraper.errors import SourceError
from scraper.fetching.fetcher import Fetcher
from scraper.records import Portal


@contextmanager
def walking(**switches: Any) -> Iterator[tuple[WebFormsPortal, Iterator[ListPage], Fetcher]]:
    following = switches.pop("following", None)
    retries = switches.pop("retries", 0)
    with serving(WebFormsPortal(**switches)) as server:
        portal = server.portal(following=following)
        portal = replace(portal, fetch=replace(portal.fetch, retries=retries))
        with Fetcher(portal.fetch, user_agent="kiểm thử", backoff_seconds=0) as fetcher:
            yield server, discover(portal.sources[0], portal, get=fetcher.get), fetcher


def numbers(pages: list[ListPage]) -> list[int]:
    return [int(link.key) for page in pages for link in page.links]


def walked(**switches: Any) -> WebFormsPortal:
    """Walk it to its end, and see that every article was listed, in order."""
    with walking(**switches) as (server, pages, _):
        assert numbers(list(pages)) == list(range(server.count, 0, -1))
        assert server.faults == []
        return server


PAGERS: tuple[PagerKind, ...] = (
    "gridview",
    "datapager",
    "aspnetpager",
    "images",
    "buttons",
    "select",
    "telerik",
    "options",
)


@pytest.mark.parametrize("pager", PAGERS)
def test_a_list_is_walked_with_one_request_a_page(pager: PagerKind) -> None:
    server = walked(pager=pager, count=105)  # the last page is a group of its own
    assert [one.method for one in server.lists()] == ["GET"] + ["POST"] * 10


@pytest.mark.parametrize("pager", PAGERS)
def test_so_it_is_where_the_pager_does_not_tell_which_page_this_is(pager: PagerKind) -> None:
    server = walked(pager=pager, count=105, tells_page=False)
    assert len(server.lists()) == 11


@pytest.mark.parametrize("seed", range(12))
def test_so_it_is_whatever_else_the_portal_is_like(seed: int) -> None:
    rnd = random.Random(seed)
    server = walked(
        count=rnd.randint(1, 60),
        per_page=rnd.randint(1, 6),
        group=rnd.choice([2, 3, 5, 10]),
        pager=rnd.choice(PAGERS),
        tells_page=rnd.random() < 0.5,
        cookies_required=rnd.random() < 0.3,
        split_state=rnd.random() < 0.3,
        calendar=rnd.random() < 0.7,
    )
    assert len(server.lists()) == server.last_page + server.cookies_required


def test_a_portal_that_answers_with_parts_of_pages_only_costs_one_request_more() -> None:
    server = walked(delta_only=True, count=125)
    assert len(server.lists()) == 14
    last = server.lists()[-1]
    assert last.form["ctl00$Quanly"] == "ctl00$Noidung$upDanhSach|ctl00$Noidung$gv"
    assert last.headers["x-microsoftajax"] == "Delta=true"


@pytest.mark.parametrize("expired", ["500", "page 1", "redirect", "message"])
@pytest.mark.parametrize("delta_only", [False, True])
def test_a_state_that_expires_is_had_anew_and_the_walk_jumps_on(
    expired: Any, delta_only: bool
) -> None:
    server = walked(count=250, expires_after=11, expired=expired, delta_only=delta_only)
    # A forgotten state costs its own post, page 1, and one post for each group of ten.
    assert len(server.lists()) <= 25 + 3 * (2 + 3) + delta_only


def test_a_state_that_expires_under_a_pager_without_numbers_is_had_anew() -> None:
    server = walked(count=120, pager="images", tells_page=False, expires_after=20, expired="page 1")
    assert len(server.lists()) <= 12 + 2 + 12


def test_a_state_that_expires_at_once_fails_with_the_reason_after_few_tries() -> None:
    with walking(count=100, expires_after=1) as (server, pages, _):
        assert len(next(pages).links) == 10
        with pytest.raises(SourceError, match="page 2 cannot be turned to: .*500"):
            next(pages)
        assert len(server.lists()) <= 8


def test_a_form_that_is_answered_500_is_not_posted_again_as_it_was() -> None:
    with walking(count=100, expires_after=1, retries=3) as (server, pages, _):
        next(pages)
        with pytest.raises(SourceError, match="page 2 cannot be turned to"):
            next(pages)
        assert len(server.lists()) <= 8


def test_cookies_are_kept() -> None:
    assert len(walked(cookies_required=True, count=50).lists()) == 6


def test_a_state_in_pieces_is_sent_in_pieces() -> None:
    server = walked(split_state=True, count=50)
    assert server.lists()[-1].form["__VIEWSTATEFIELDCOUNT"] == "3"


def test_a_state_of_five_million_bytes_is_carried() -> None:
    server = walked(state_bytes=625_000, count=30)
    assert len(server.lists()) == 3
    assert len(server.lists()[-1].form["__VIEWSTATE"]) > 5_000_000


def test_a_pager_that_answers_always_with_page_1_fails_with_the_reason() -> None:
    with walking(stuck=True) as (server, pages, _):
        next(pages)
        with pytest.raises(SourceError, match="page 1 was answered in its place"):
            next(pages)
        assert len(server.lists()) <= 8


def test_a_next_button_that_answers_always_with_page_1_ends_the_list() -> None:
    with walking(stuck=True, pager="images") as (server, pages, _):
        assert len(list(pages)) == 1
        assert len(server.lists()) <= 5


def test_a_next_button_that_never_ends_ends_with_the_list() -> None:
    with walking(endless=True, pager="images", count=50) as (server, pages, _):
        assert numbers(list(pages)) == list(range(50, 0, -1))
        assert len(server.lists()) < 20


def test_an_empty_page_in_the_middle_is_no_end() -> None:
    with walking(empty_pages=frozenset({3}), count=60) as (_, pages, _fetcher):
        next(pages), next(pages)
        with pytest.raises(SourceError, match="page 3 showed no articles, but there are more"):
            next(pages)


def test_an_empty_last_page_is_the_end() -> None:
    with walking(empty_pages=frozenset({6}), count=60) as (_, pages, _fetcher):
        assert numbers(list(pages)) == list(range(60, 10, -1))


def test_a_list_of_one_page_needs_no_pager() -> None:
    assert len(walked(count=7).lists()) == 1


def test_the_pager_can_be_named() -> None:
    server = walked(count=60, following=".phantrang")
    assert len(server.lists()) == 6
    assert len(walked(count=60, pager="images", following="input[src*=next]").lists()) == 6


def test_a_selector_that_names_no_pager_shows_one_page() -> None:
    with walking(count=60, following=".khong-co") as (_, pages, _fetcher):
        assert len(list(pages)) == 1


def test_a_page_is_looked_at_again_by_posting_it_again() -> None:
    with walking(count=60) as (server, pages, fetcher):
        next(pages)
        second = next(pages)
        server.count += 1
        portal: Portal = server.portal()
        again = look_again(second, portal.sources[0], portal, get=fetcher.get)
        assert [link.key for link in again.links] == [str(n) for n in range(51, 41, -1)]
        assert [link.key for link in second.links] == [str(n) for n in range(50, 40, -1)]


def test_a_page_of_parts_is_looked_at_again_and_kept_if_it_is_refused() -> None:
    with walking(count=60, delta_only=True) as (server, pages, fetcher):
        next(pages)
        second = next(pages)
        portal: Portal = server.portal()
        server.count += 1
        again = look_again(second, portal.sources[0], portal, get=fetcher.get)
        assert [link.key for link in again.links] == [str(n) for n in range(51, 41, -1)]
        server.forget()
        assert look_again(second, portal.sources[0], portal, get=fetcher.get) == second


def test_what_was_published_meanwhile_does_not_hide_that_page_1_came_again() -> None:
    with walking(count=60, expires_after=3, expired="page 1", tells_page=False) as (
        server,
        pages,
        _,
    ):
        taken = [next(pages), next(pages), next(pages)]
        server.count += 1
        taken.extend(pages)
    assert set(numbers(taken)) >= set(range(1, 61))
    assert re.fullmatch(r"(GET )?(POST |GET )*POST", " ".join(r.method for r in server.lists()))
