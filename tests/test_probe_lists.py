"""Looking at lists: how they go on, and what is said where that is not found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from invented_families import Paths
from invented_lists import ALL
from invented_portal import Invented, pieces, serving
from test_probe import collected, look, proposed

from scraper.portals.portal_file import DEFAULT_CRON, read_cron
from scraper.probe.endpoints import endpoints_of
from scraper.probe.paging import contradicted, pagings_of
from scraper.probe.seen import SeenPage, see
from scraper.records import Capture, Portal


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.__name__)
def test_the_whole_of_every_list_is_found(family: type[Invented], tmp_path: Path) -> None:
    with serving(family(articles=pieces(27), per_page=4)) as served:
        profile = look(served.home, served.host)
        with collected(proposed(profile), tmp_path) as archive:
            found = [row["title"] for row in archive.select("SELECT title FROM articles", {})]
    assert sorted(found) == sorted(piece.title for piece in served.articles)
    assert profile.requests <= 41


HOME = "https://bo.example.vn/"
PORTAL = Portal(name="bo", home=HOME, cron=read_cron(DEFAULT_CRON))
LIST = HOME + "tin-tuc"


def seen(body: str, *, url: str = LIST) -> SeenPage:
    capture = Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=f"<html><body>{body}</body></html>".encode(),
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        sha256="",
    )
    page = see(capture, PORTAL)
    assert page is not None
    return page


def ways(body: str) -> list[tuple[str, int | None, str | None]]:
    """How a list goes on, the likeliest way first."""
    found = pagings_of(seen(body), articles=frozenset())
    return [(it.url.removeprefix(HOME), it.step, it.next) for it in found]


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="/tin-tuc?p=2">2</a><a href="/tin-tuc?p=3">3</a>',
        '<a href="/tin-tuc?p=2">Trang 2</a>',
        '<a href="/tin-tuc?p=2">Xem thêm tin</a>',
        '<div data-next-page="/tin-tuc?p=2"></div>',
        '<select onchange="go(this)"><option value="?p=1">1</option>'
        '<option value="?p=2">2</option></select>',
        """<span onclick="location.href='/tin-tuc?p=2'">2</span>""",
        '<form action="/tin-tuc"><button name="p" value="2">2</button></form>',
    ],
)
def test_the_number_of_the_page_is_found_where_it_is_pressed(pager: str) -> None:
    assert ways(pager)[0] == ("tin-tuc?p={page}", None, None)


def test_numbers_of_the_host_and_of_blobs_count_no_pages() -> None:
    own = "https://2.bo.example.vn/tin-tuc"
    page = seen(
        '<a href="?View=%7B2C%2D12AB%7D">Tiếp theo</a>', url=own
    )  # "%2D" is an escape, "2C" a part of a blob
    assert all(it.next for it in pagings_of(page, articles=frozenset()))


def test_an_arrow_that_is_an_image_leads_on() -> None:
    arrow = '<a href="?sau=4711"><img src="/i/a.gif" alt="Tiếp theo"></a>'
    assert ways(arrow) == [("tin-tuc", None, 'img[alt="Tiếp theo"]')]


def test_a_guessed_address_is_dropped_where_page_2_leads_elsewhere() -> None:
    (guess, *_) = pagings_of(seen('<a href="?sau=2">Trang sau</a>'), articles=frozenset())
    assert guess.guessed
    assert contradicted(guess, seen('<a href="?sau=91">Trang sau</a>', url=LIST + "?sau=2"))
    assert not contradicted(guess, seen('<a href="?sau=3">Trang sau</a>', url=LIST + "?sau=2"))
    assert not contradicted(guess, seen("<p>Hết</p>", url=LIST + "?sau=2"))


def asked(body: str) -> list[tuple[str, str | None]]:
    page = seen(body)
    scripts = [element.text or "" for element in page.tree.iter("script")]
    return [(it.url.removeprefix(HOME), it.cursor) for it in endpoints_of(page, scripts, PORTAL)]


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('<script>$.get("/ajax/ds", {cm: 5, trang: so});</script>', "ajax/ds?cm=5&trang=1"),
        (
            '<script>axios.get("/api/bai", {params: {limit: 9, offset: tu}})</script>',
            "api/bai?limit=9&offset=0",
        ),
        ('<ul data-cm="5"></ul><script>fetch(`/api/bai?cm=${cm}`)</script>', "api/bai?cm=5"),
        ("<script>var cm = 5; fetch(`/api/bai?cm=${cm}`)</script>", "api/bai?cm=5"),
        ('<div data-api="/api/bai?cm=5" data-page-param="p"></div>', "api/bai?cm=5&p=1"),
        (
            '<script>window.S = {"ds": {"endpoint": "/v1/ds", "query": {"cm": 5}}};</script>',
            "v1/ds?cm=5",
        ),
    ],
)
def test_what_a_script_asks_for_is_asked_with_its_parameters(body: str, address: str) -> None:
    assert asked(body) == [(address, None)]


def test_a_cursor_is_told_by_settings_or_by_its_name() -> None:
    settings = '{"source": "/v1/ds?cm=5", "nextParam": "sau"}'
    assert asked(f'<script type="application/json">{settings}</script>') == [("v1/ds?cm=5", "sau")]
    script = "<script>fetch(`/api/ds?cm=5&after=${cuoi}`)</script>"
    assert asked(script) == [("api/ds?cm=5", "after")]


def test_what_is_posted_and_what_needs_the_unknown_is_not_asked() -> None:
    assert asked('<script>$.ajax({url: "/api/bai", type: "POST"})</script>') == []
    assert asked("<script>$.post('/api/bai', {p: 1})</script>") == []
    assert asked("<script>fetch(`/api/bai?cm=${ai}`)</script>") == []


class Mute(Paths):
    """Lists that say how many pages they have, and whose pager works by a script unknown."""

    def pager(self, section: int, number: int, last: int) -> str:
        return f"<p>Trang 1/{last}</p><a href='#' class='x'>Trang sau</a>"


def test_a_list_that_says_to_have_more_pages_is_named_as_a_doubt() -> None:
    with serving(Mute(articles=pieces(21), per_page=4)) as served:
        doubts = " ".join(doubt.what for doubt in look(served.home, served.host).doubts)
    assert "only the first page was found: " in doubts
    assert "Tin tức (it says that it has 2 pages)" in doubts
