"""Listings whose pages are what a "load more" button asks for: pieces of HTML, JSON around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from getting import HOME, Shelf, made_portal

from scraper.discovery.sources import ListPage, discover, look_again
from scraper.errors import SourceError
from scraper.records import Source

MORE = HOME + "ajax/them?trang={page}"


def walk(
    pages: Mapping[int, str],
    *,
    content_type: str = "application/json",
    link: str | None = None,
) -> list[ListPage]:
    shelf = Shelf(
        {MORE.replace("{page}", str(number)): body for number, body in pages.items()},
        content_type=content_type,
    )
    source = Source(kind="listing", url=MORE, link=link)
    return list(discover(source, made_portal(), get=shelf))


def rows(*numbers: int) -> str:
    return "".join(
        f'<li><h3><a href="/ct?id={number}">Bài số {number}</a></h3><i>0{number}/06/2018</i></li>'
        for number in numbers
    )


def keys_of(pages: list[ListPage]) -> list[list[str]]:
    return [[link.key for link in page.links] for page in pages]


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/javascript"])
@pytest.mark.parametrize(
    "around",
    [
        lambda html: json.dumps({"html": html, "more": bool(html)}),
        lambda html: json.dumps(html),
        lambda html: json.dumps([html]),
        lambda html: json.dumps({"d": json.dumps({"data": {"view": html}})}),
        lambda html: f"show({json.dumps({'html': html})})",
    ],
)
def test_html_in_json_is_a_page_of_the_list(around: object, content_type: str) -> None:
    assert callable(around)
    bodies = {1: around(rows(5, 4)), 2: around(rows(3)), 3: around("")}
    pages = walk(bodies, content_type=content_type)
    assert keys_of(pages) == [["5", "4"], ["3"]]
    first = pages[0].links[0]
    assert (first.title, first.published) == ("Bài số 5", date(2018, 6, 5))


@pytest.mark.parametrize("last", ["", "0", "false", "\n", "<li>Hết</li>"])
@pytest.mark.parametrize("wrap", ["{}", "<table>{}</table>", "<!-- x -->{}"])
def test_a_piece_of_html_is_a_page_of_the_list(wrap: str, last: str) -> None:
    pages = walk({1: wrap.format(rows(5, 4)), 2: wrap.format(rows(3)), 3: last},
                 content_type="text/html")  # fmt: skip
    assert keys_of(pages) == [["5", "4"], ["3"]]


def test_rows_of_a_table_without_the_table_are_a_page_of_the_list() -> None:
    row = '<tr><td><a href="/ct?id=7">Bảy</a></td><td>07/06/2018</td></tr>'
    (page,) = walk({1: row}, content_type="text/plain")
    assert page.links[0].published == date(2018, 6, 7)


def test_items_in_json_are_links_of_the_list() -> None:
    answer = [{"url": "/ct?id=5", "title": "Năm"}, {"url": "/ct?id=4", "title": "Bốn"}]
    pages = walk({1: json.dumps({"items": answer}), 2: json.dumps({"items": []})})
    assert keys_of(pages) == [["5", "4"]]
    assert [link.title for link in pages[0].links] == ["Năm", "Bốn"]


def test_a_selector_is_used_on_the_html_in_json() -> None:
    html = rows(5) + '<a class="hot" href="/ct?id=9">Nóng</a>'
    assert keys_of(walk({1: json.dumps({"html": html})}, link="h3 a")) == [["5"]]


def test_a_page_of_json_can_be_looked_at_again() -> None:
    source = Source(kind="listing", url=MORE)
    before = walk({1: json.dumps({"html": rows(5)})})[0]
    shelf = Shelf({before.url: json.dumps({"html": rows(6, 5)})}, content_type="application/json")
    after = look_again(before, source, made_portal(), get=shelf)
    assert [link.key for link in after.links] == ["6", "5"]


@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"html": "<p>Không có tin</p>"}', '"x"'])
def test_json_without_a_link_on_the_first_page_is_told(body: str) -> None:
    with pytest.raises(SourceError, match="is JSON in which no address of an article is found"):
        walk({1: body})
