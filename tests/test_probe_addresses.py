"""Looking at portals whose addresses hide which article is meant, or whose first page is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from invented_addresses import (
    HIDDEN,
    WELCOMES,
    Aliases,
    FarCounts,
    HomeForAll,
    Lonely,
    OneNameForAll,
    OwnCounts,
    Splash,
    Wordless,
)
from invented_portal import Invented, pieces, serving
from test_probe import collected, look, proposed

from scraper.errors import SourceError
from scraper.portals.portal_file import DEFAULT_CRON, read_cron, read_portal_text
from scraper.probe.probe import portal_file
from scraper.records import ArticleRule, Portal
from scraper.urls import article_key, own_address


def titles_collected(served: Invented, folder: Path, *, runs: int = 1) -> Counter[str]:
    portal = proposed(look(served.home, served.host))
    for _ in range(runs):
        with collected(portal, folder) as archive:
            found = Counter(
                row["title"] for row in archive.select("SELECT title FROM articles", {})
            )
    return found


def published(served: Invented) -> Counter[str]:
    return Counter(piece.title for piece in served.articles)


@pytest.mark.parametrize("family", HIDDEN, ids=lambda family: family.__name__)
def test_every_article_is_found_once(family: type[Invented], tmp_path: Path) -> None:
    with serving(family(articles=pieces(21), per_page=4)) as served:
        assert titles_collected(served, tmp_path) == published(served)


@pytest.mark.parametrize("family", [OneNameForAll, HomeForAll])
def test_a_name_that_all_pages_give_themselves_is_not_believed(
    family: type[Invented], tmp_path: Path
) -> None:
    with serving(family(articles=pieces(21), per_page=4)) as served:
        found = titles_collected(served, tmp_path)
        assert set(found) == set(published(served))  # better twice than never


def test_what_pages_say_of_their_own_address_is_used_where_it_was_seen_to_be_true() -> None:
    with serving(Aliases(articles=pieces(21), per_page=4)) as served:
        profile = look(served.home, served.host)
    assert "\ncanonical = true\n" in portal_file(profile)
    assert proposed(profile).article.canonical
    assert not profile.doubts


def test_a_second_run_finds_no_article_under_its_other_address(tmp_path: Path) -> None:
    with serving(Aliases(articles=pieces(21), per_page=4)) as served:
        assert titles_collected(served, tmp_path, runs=2) == published(served)


def test_a_number_counted_by_each_page_is_a_key_with_the_pages_name() -> None:
    with serving(OwnCounts(articles=pieces(21), per_page=4)) as served:
        portal = proposed(look(served.home, served.host))
    start = served.home + "Trang/"
    assert article_key(start + "TinTuc.aspx?ma=5", portal) == "tintuc-5"
    assert article_key(start + "ThongBao.aspx?Source=/x&ma=5", portal) == "thongbao-5"


def test_counts_that_may_meet_one_day_are_kept_apart() -> None:
    with serving(FarCounts(articles=pieces(21), per_page=4)) as served:
        portal = proposed(look(served.home, served.host))
    start = served.home + "Trang/"
    assert article_key(start + "TinTuc.aspx?ma=305", portal) == "tintuc-305"
    assert article_key(start + "ThongBao.aspx?ma=305", portal) == "thongbao-305"


def test_a_file_with_a_name_and_a_home_only_knows_one_article_by_both_addresses(
    tmp_path: Path,
) -> None:
    with serving(Aliases(articles=pieces(21), per_page=4)) as served:
        text = f'name = "bo"\nhome = "{served.home}"\n'
        fetch = f'[fetch]\npace_seconds = 0\nallow_private = ["{served.host}"]\n'
        portal = read_portal_text(text + fetch, path=tmp_path / "bo.toml")
        with collected(portal, tmp_path) as archive:
            found = Counter(
                row["title"] for row in archive.select("SELECT title FROM articles", {})
            )
        assert found == published(served)


@pytest.mark.parametrize("welcome", WELCOMES.values(), ids=WELCOMES.keys())
def test_a_page_that_only_welcomes_leads_to_the_real_one(welcome: str) -> None:
    portal = Splash(articles=pieces(12), per_page=4)
    portal.welcome = welcome
    with serving(portal) as served:
        profile = look(served.home, served.host)
        assert not [it for it in served.requests if it.startswith("/en/")]
    assert profile.portal.home == served.home
    assert len(profile.portal.sources) >= 3


def test_a_single_article_is_enough_for_a_file() -> None:
    with serving(Lonely(articles=pieces(1))) as served:
        profile = look(served.home, served.host)
        assert proposed(profile).sources


def test_where_nothing_is_found_it_is_told_what_was_seen() -> None:
    with serving(Wordless(articles=pieces(12))) as served, pytest.raises(SourceError) as caught:
        look(served.home, served.host)
    assert '("Trang chủ - Bộ Sông ngòi"), has ' in caught.value.reason
    assert "404" in caught.value.reason
    assert "write a portal file by hand" in caught.value.reason


def plain_portal() -> Portal:
    return Portal(name="x", home="https://bo.invalid/", cron=read_cron(DEFAULT_CRON))


def canonical_portal() -> Portal:
    return replace(plain_portal(), article=ArticleRule(canonical=True))


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="/tin/mot-bai-viet-moi-4711.html?a=1&amp;b=2">',
        "<LINK href='/tin/mot-bai-viet-moi-4711.html?a=1&b=2' rel=canonical />",
        '<meta content="/tin/mot-bai-viet-moi-4711.html?a=1&b=2" property="og:url">',
    ],
)
def test_a_page_says_its_own_address_in_several_ways(head: str) -> None:
    told = own_address(head.encode(), "https://bo.invalid/node/4711", canonical_portal())
    assert told == "https://bo.invalid/tin/mot-bai-viet-moi-4711.html?a=1&b=2"


@pytest.mark.parametrize("href", ["/", "https://khac.invalid/mot-bai-viet-moi-4711.html", "::"])
def test_an_address_that_is_no_article_here_is_not_a_pages_own(href: str) -> None:
    page = f'<link rel="canonical" href="{href}">'.encode()
    here = "https://bo.invalid/tin/mot-bai-viet-moi-4711.html"
    assert own_address(page, here, canonical_portal()) == here


def test_no_page_is_asked_for_its_own_address_unless_the_file_says_so() -> None:
    page = b'<link rel="canonical" href="/tin/mot-bai-viet-moi-4711.html">'
    assert (
        own_address(page, "https://bo.invalid/node/1", plain_portal())
        == "https://bo.invalid/node/1"
    )
