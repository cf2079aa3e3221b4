"""Looking at a portal: what is proposed, tried by collecting with it from loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from invented_families import (
    ALL,
    Dated,
    Drupal,
    Guids,
    Joomla,
    LoadMore,
    Nodes,
    Numbers,
    Paths,
    Scripted,
    WebForms,
    WordPress,
)
from invented_portal import Invented, pieces, serving

from scraper.archive.archive import Archive
from scraper.demo.server import serve
from scraper.errors import PageError, SourceError
from scraper.fetching.fetcher import Fetcher
from scraper.portals.portal_file import read_portal_text
from scraper.probe.probe import Profile, portal_file, propose
from scraper.records import FetchRule, Portal, Settings
from scraper.side_by_side import collect_portals
from scraper.urls import article_key, is_article


def look(home: str, host: str, *, budget: int = 40) -> Profile:
    rule = FetchRule(pace_seconds=0, retries=0, timeout_seconds=20, allow_private=(host,))
    with Fetcher(rule, user_agent="test/1", backoff_seconds=0) as fetcher:
        return propose(home, name="invented", fetcher=fetcher, fetch=rule, budget=budget)


SERVED = ExitStack()
LOOKED: dict[str, tuple[Invented, Profile]] = {}


@pytest.fixture(scope="module", autouse=True)
def _served_until_the_end() -> Iterator[None]:
    with SERVED:
        yield
    LOOKED.clear()


def looked_at(family: type[Invented]) -> tuple[Invented, Profile]:
    """A small portal of a family, and what a look at it proposed."""
    name = family.__name__
    if name not in LOOKED:
        served = SERVED.enter_context(serving(family(articles=pieces(21), per_page=4)))
        LOOKED[name] = served, look(served.home, served.host)
    return LOOKED[name]


def proposed(profile: Profile) -> Portal:
    """The portal that the written file describes."""
    return read_portal_text(portal_file(profile), path=Path("invented.toml"))


@contextmanager
def collected(portal: Portal, folder: Path) -> Iterator[Archive]:
    with Archive.open(folder / "archive.db", write=True) as archive:
        outcomes = collect_portals(
            (portal,), archive=archive, captures_folder=folder / "captures", settings=Settings()
        )
        assert list(outcomes)
        yield archive


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.__name__)
def test_every_article_is_found_once_and_nothing_else(
    family: type[Invented], tmp_path: Path
) -> None:
    served, profile = looked_at(family)
    with collected(proposed(profile), tmp_path) as archive:
        found = [row["title"] for row in archive.select("SELECT title FROM articles", {})]
    assert sorted(found) == sorted(piece.title for piece in served.articles)


def test_no_more_pages_are_asked_for_than_the_budget_allows() -> None:
    with serving(Numbers()) as served:
        profile = look(served.home, served.host, budget=8)
        asked = len(served.requests)
    assert profile.requests == asked <= 9  # robots.txt, too


def test_what_robots_txt_forbids_is_never_asked_for() -> None:
    with serving(Paths(robots="User-agent: *\nDisallow: /su-kien\nDisallow: /sitemap\n")) as served:
        look(served.home, served.host)
        assert not [it for it in served.requests if it.startswith(("/su-kien", "/sitemap"))]


def test_searches_logins_calendars_and_files_are_never_asked_for() -> None:
    served, _ = looked_at(WordPress)
    never = ("/tim-kiem", "/dang-nhap", "/lich", "/uploads", "/tag/", "/author/", "/en/")
    assert not [it for it in served.requests if it.startswith(never)]


def test_list_state_in_an_articles_address_is_no_part_of_its_key() -> None:
    served, profile = looked_at(Numbers)
    portal = proposed(profile)
    one, other = (
        served.home + served.article_url(served.articles[0], where=where).lstrip("/")
        for where in ("1:2", "most")
    )
    assert one != other
    assert article_key(one, portal) == article_key(other, portal)


def test_a_number_is_the_key_also_where_some_addresses_lack_the_section() -> None:
    served, profile = looked_at(Paths)
    portal = proposed(profile)
    assert article_key(served.home + "tin-tuc/mot-bai-4711.html", portal) == "4711"
    assert article_key(served.home + "mot-bai-4711.html", portal) == "4711"


def test_the_id_of_joomla_is_its_number_without_the_name_behind_it() -> None:
    served, profile = looked_at(Joomla)
    portal = proposed(profile)
    address = served.home + "index.php?option=com_content&view=article&id=4711:mot-bai&catid=8"
    assert article_key(address, portal) == "4711"


def test_a_day_in_the_path_is_no_key() -> None:
    with serving(Dated(articles=pieces(12))) as served:
        portal = proposed(look(served.home, served.host))
    assert portal.article.key_pattern is None


def test_pages_that_stand_for_years_are_no_articles() -> None:
    served, profile = looked_at(WordPress)
    portal = proposed(profile)
    assert not is_article(served.home + "gioi-thieu/", portal)
    assert not is_article(served.home + "gioi-thieu-chuc-nang-nhiem-vu-cua-bo/", portal)
    assert is_article(served.home + "mot-bai-hoan-toan-moi-vua-dang-hom-nay/", portal)


def test_the_pages_of_a_list_are_no_articles() -> None:
    served, profile = looked_at(Paths)
    portal = proposed(profile)
    assert not is_article(served.home + "tin-tuc/trang-7.html", portal)


def test_lists_that_count_from_nought_have_a_step_of_one() -> None:
    served, profile = looked_at(Drupal)
    sources = proposed(profile).sources
    assert {(source.url.partition("?")[2], source.step) for source in sources} == {
        ("page={offset}", 1)
    }


def test_lists_that_count_articles_have_the_length_of_a_page_as_step() -> None:
    served, profile = looked_at(Joomla)
    sources = proposed(profile).sources
    assert {source.step for source in sources} == {served.per_page}
    assert all("limitstart={offset}" in source.url for source in sources)


def test_a_first_page_without_a_number_is_named() -> None:
    served, profile = looked_at(Paths)
    sources = proposed(profile).sources
    assert {source.start for source in sources if source.start} == {
        served.home + it for it in ("tin-tuc.html", "chi-dao-dieu-hanh.html", "su-kien.html")
    }


def test_lists_that_post_their_form_back_are_tried_by_posting() -> None:
    served, profile = looked_at(WebForms)
    assert {source.kind for source in proposed(profile).sources} == {"postback"}
    assert [it for it in served.requests if it.startswith("POST ") and it.endswith("Page$2")]


def test_a_list_in_json_is_found_in_the_portals_script() -> None:
    _, profile = looked_at(Scripted)
    [source] = proposed(profile).sources
    assert (source.kind, source.items, source.address) == ("api", "data.items", "/doc/{slug}-{id}")
    assert "page={page}" in source.url


def test_what_a_button_loads_is_the_rest_of_the_list() -> None:
    served, profile = looked_at(LoadMore)
    sources = proposed(profile).sources
    assert len(sources) == 3
    assert all("/ajax/danh-sach?" in source.url and "{page}" in source.url for source in sources)


def test_a_second_form_of_the_same_addresses_is_left_out() -> None:
    served, profile = looked_at(Nodes)
    portal = proposed(profile)
    assert not is_article(served.home + "node/4711", portal)


def test_sessions_stand_in_no_address_of_the_file() -> None:
    _, profile = looked_at(Guids)
    assert not [source.url for source in proposed(profile).sources if "sid=" in source.url]


def test_the_file_says_where_its_values_come_from() -> None:
    served, profile = looked_at(WordPress)
    text = portal_file(profile)
    assert "WordPress 6.4.3 (its generator tag says so)" in text
    assert re.search(r"^language = \"vi\"  # the language of \d+ of \d+ articles read$", text, re.M)
    assert "page 2 shows others" in text


def test_the_preview_shows_five_articles_with_their_dates() -> None:
    served, profile = looked_at(Numbers)
    assert len(profile.previews) == 5
    days = {piece.title: piece.day for piece in served.articles}
    for preview in profile.previews:
        assert str(preview.article.published)[:10] == str(days[preview.article.title])


def test_the_demo_portal_is_found_whole(tmp_path: Path) -> None:
    with serve(articles=24) as served:
        profile = look(served.home, served.host)
        portal = read_portal_text(portal_file(profile), path=Path("invented.toml"))
        with collected(portal, tmp_path) as archive:
            found = {row["id"] for row in archive.select("SELECT id FROM articles", {})}
    assert found >= {f"invented:{article.key}" for article in served.articles}
    assert portal.article.key_parameter == "contentid"


# --- nothing to propose ---------------------------------------------------------------------------


class Bare(Invented):
    """A home page with nothing but what is given."""

    content = "<p>Trang này đang được xây dựng.</p>"

    def home_page(self) -> str:
        return f"<html><head><title>Cổng</title></head><body>{self.content}</body></html>"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        return None


class Login(Bare):
    content = '<form><input name="u"><input type="password" name="p"></form><a href="/a">A</a>'


def test_a_page_without_links_says_what_to_do() -> None:
    with serving(Bare()) as served, pytest.raises(SourceError, match="shown by a script"):
        look(served.home, served.host)


def test_a_login_page_is_named_as_such() -> None:
    with serving(Login()) as served, pytest.raises(SourceError, match="log in"):
        look(served.home, served.host)


def test_a_portal_that_forbids_all_is_left_alone() -> None:
    with serving(Numbers(robots="User-agent: *\nDisallow: /\n")) as served:
        with pytest.raises(PageError, match=r"robots\.txt forbids it"):
            look(served.home, served.host)
        assert served.requests == ["/robots.txt"]
