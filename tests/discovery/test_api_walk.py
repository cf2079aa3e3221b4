"""Lists in JSON: which items are links, how the next answer is found, what is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from getting import HOME, Shelf, made_portal
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discovery.sources import ListPage, discover
from scraper.errors import BadStatus, PageError, SourceError
from scraper.records import Link, Portal, Source

API = HOME + "api/tin"


def walk(
    pages: Mapping[str, str | bytes | PageError] | Shelf,
    *,
    url: str = API,
    portal: Portal | None = None,
    **keys: Any,
) -> list[ListPage]:
    shelf = pages if isinstance(pages, Shelf) else Shelf(pages, content_type="application/json")
    source = Source(kind="api", url=url, **keys)
    return list(discover(source, portal or made_portal(), get=shelf))


def links_of(answer: object, *, portal: Portal | None = None, **keys: Any) -> list[Link]:
    body = answer if isinstance(answer, str | bytes) else json.dumps(answer)
    return [link for page in walk({API: body}, portal=portal, **keys) for link in page.links]


def told(answer: object, *, portal: Portal | None = None, **keys: Any) -> str:
    with pytest.raises(SourceError) as wrong:
        links_of(answer, portal=portal, **keys)
    return wrong.value.reason


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "link": f"/ct?id={number}", "title": f"Bài {number}", **more}


def items(*numbers: int) -> str:
    return json.dumps({"data": [item(number) for number in numbers]})


def keys_of(links: list[Link]) -> list[str]:
    return [link.key for link in links]


# --- which items -------------------------------------------------------------------------------


TWO = [item(1), item(2)]


@pytest.mark.parametrize(
    "answer",
    [
        TWO,
        {"data": TWO},
        {"ok": True, "result": {"total": 2, "rows": TWO}},
        {"menu": [{"url": f"/muc/{name}"} for name in "abcdefgh"], "news": TWO},
        {"d": json.dumps(TWO)},
        json.dumps(json.dumps({"rows": TWO})),
        {"items": {"101": item(1), "102": item(2)}},
        {"rows": [json.dumps(one) for one in TWO]},
        {"rows": [{"attributes": one} for one in TWO]},
        "\ufeff" + json.dumps(TWO),
        b"\xef\xbb\xbf" + json.dumps(TWO).encode(),
        json.dumps({"data": TWO}).encode("utf-16"),
        f"callback({json.dumps(TWO)});",
        f"/**/ jQuery1_2.cb ( {json.dumps({'rows': TWO})} )",
        ")]}',\n" + json.dumps(TWO),
        "for(;;);" + json.dumps({"payload": TWO}),
        {"html": "<li><a href='/ct?id=1'>Một</a></li><li><a href='/ct?id=2'>Hai</a></li>"},
        {"rows": [f"<li><a href='/ct?id={number}'>x</a></li>" for number in (1, 2)]},
    ],
)
def test_the_list_is_found_by_itself(answer: object) -> None:
    assert keys_of(links_of(answer)) == ["1", "2"]


@pytest.mark.parametrize(
    ("paths", "answer"),
    [
        ({"items": "data.items"}, {"data": {"items": TWO, "hot": [item(9)] * 9}}),
        ({"items": "0.rows"}, [{"rows": TWO}, {"rows": [item(9)] * 9}]),
        ({"items": "groups[1].rows"}, {"groups": [{"rows": [item(9)]}, {"rows": TWO}]}),
        ({"items": "days.*.rows"}, {"days": [{"rows": TWO[:1]}, {}, {"rows": TWO[1:]}]}),
        ({"items": "a.b"}, {"a.b": TWO, "a": {"b": []}}),
        ({"items": "d.rows"}, {"d": json.dumps({"rows": TWO})}),
        ({"items": "html"}, {"html": "<a href='/ct?id=1'>1</a><a href='/ct?id=2'>2</a>", "x": 1}),
        ({"address": "seo.path"}, [{"seo": {"path": f"/ct?id={n}"}} for n in (1, 2)]),
        ({"address": HOME + "ct?id={id}"}, [{"id": 1}, {"id": 2.0}, {"id": None}, {"x": 3}]),
        ({"address": "/ct?id={meta.no}&s={slug}"},
         [{"meta": {"no": n}, "slug": "giá đất?"} for n in (1, 2)]),
    ],
)  # fmt: skip
def test_the_paths_that_are_given_decide(paths: dict[str, Any], answer: object) -> None:
    assert keys_of(links_of(answer, **paths)) == ["1", "2"]


def test_an_address_is_taken_from_where_the_paths_lead_and_written_as_one() -> None:
    (link,) = links_of([{"id": 5, "s": "giá đất #1"}], address="/tin/{s}-{id}.html")
    assert link.url == HOME + "tin/gi%C3%A1%20%C4%91%E1%BA%A5t%20%231-5.html"


def test_an_address_of_another_host_is_not_taken() -> None:
    answer = [item(1), {"link": "https://khac.example.vn/ct?id=2"}, {"link": "javascript:3"}]
    assert keys_of(links_of(answer)) == ["1"]


def test_without_match_the_address_of_an_item_is_believed_as_a_feeds_is() -> None:
    (link,) = links_of([{"url": "/tin/hop-bao", "image": "/a.jpg"}])
    assert link.url == HOME + "tin/hop-bao"


def test_match_decides_which_items_are_articles() -> None:
    answer = [{"link": "/a/x-1"}, {"link": "/b/y-2"}]
    links = links_of(answer, portal=made_portal(match="/b/"))
    assert [link.url for link in links] == [HOME + "b/y-2"]


@pytest.mark.parametrize(
    ("more", "title", "published"),
    [
        ({"title": "Gi&aacute; &#273;ất", "date": "2024-06-03T08:30:00"}, "Giá đất",
         datetime(2024, 6, 3, 1, 30, tzinfo=UTC)),
        ({"title": {"rendered": "A &#8211; <b>B</b>"}, "date": "2024-06-03"}, "A – B",
         date(2024, 6, 3)),
        ({"title": None, "TieuDe": "Họp", "NgayDang": "/Date(1717378200000)/"}, "Họp",
         datetime(2024, 6, 3, 1, 30, tzinfo=UTC)),
        ({"title": "  ", "created_at": 1717378200}, None, datetime(2024, 6, 3, 1, 30, tzinfo=UTC)),
        ({"title": 7, "publishedAt": True, "pub_date": "03/06/2024"}, None, date(2024, 6, 3)),
        ({"title": ["x"], "date": {"y": 1}}, None, None),
    ],
)  # fmt: skip
def test_titles_and_dates_are_found_by_their_names(
    more: dict[str, Any], title: str | None, published: date | datetime | None
) -> None:
    (link,) = links_of([{"link": "/ct?id=1", **more}])
    assert (link.title, link.published) == (title, published)


def test_titles_and_dates_are_taken_where_the_paths_say() -> None:
    answer = [item(1, vi={"ten": "Đúng"}, ngay="1/2/2024", date="2020-01-01")]
    (link,) = links_of(answer, title="vi.ten", published="ngay")
    assert (link.title, link.published) == ("Đúng", date(2024, 2, 1))


# --- from answer to answer ---------------------------------------------------------------------


def keys_by_page(pages: list[ListPage]) -> list[list[str]]:
    return [[link.key for link in page.links] for page in pages]


def test_pages_are_counted_from_one_to_an_empty_one() -> None:
    shelf = Shelf({f"{API}?p=1": items(5, 4), f"{API}?p=2": items(3), f"{API}?p=3": items()})
    pages = walk(shelf, url=API + "?p={page}")
    assert keys_by_page(pages) == [["5", "4"], ["3"]]
    assert [page.number for page in pages] == [1, 2]
    assert shelf.asked == [f"{API}?p={number}" for number in (1, 2, 3, 4)]


def test_the_first_page_may_have_another_number() -> None:
    pages = {f"{API}?p=0": items(5), f"{API}?p=1": items(4), f"{API}?p=2": "[]"}
    assert keys_by_page(walk(pages, url=API + "?p={page}", first=0)) == [["5"], ["4"]]


def test_an_offset_counts_the_items() -> None:
    pages = {f"{API}?o=0": items(5, 4, 3), f"{API}?o=3": items(2, 1), f"{API}?o=5": items()}
    assert keys_by_page(walk(pages, url=API + "?o={offset}")) == [["5", "4", "3"], ["2", "1"]]


@pytest.mark.parametrize("cursor", [None, "meta.next"])
def test_a_cursor_leads_to_the_next_answer(cursor: str | None) -> None:
    def answer(number: int, following: object) -> str:
        return json.dumps({"data": [item(number)], "meta": {"next": following}})

    pages = {
        API: answer(3, "a/b=="),
        f"{API}?c=a%2Fb%3D%3D": answer(2, 77),
        f"{API}?c=77": answer(1, None),
    }
    found = walk(pages, url=API + "?c={cursor}", cursor=cursor)
    assert keys_by_page(found) == [["3"], ["2"], ["1"]]


@pytest.mark.parametrize(
    "following", [{"next": "/api/tin?after=3"}, {"links": {"next": {"href": API + "?after=3"}}},
                  {"@odata.nextLink": "?after=3"}],
)  # fmt: skip
def test_an_answer_may_name_the_address_of_the_next(following: dict[str, Any]) -> None:
    first = json.dumps({"data": [item(4, next="/ct?id=99"), item(3)], **following})
    pages = walk({API: first, API + "?after=3": items(2)})
    assert keys_by_page(pages) == [["4", "3"], ["2"]]


def test_a_next_address_on_another_host_is_not_followed() -> None:
    answer = {"data": TWO, "next": "https://khac.example.vn/api?p=2"}
    assert keys_of(links_of(answer)) == ["1", "2"]


def test_a_cursor_that_leads_back_is_the_end() -> None:
    answer = json.dumps({"data": TWO, "next_cursor": "x"})
    pages = {API: answer, f"{API}?c=x": answer.replace("Bài", "bài")}
    assert len(walk(pages, url=API + "?c={cursor}")) == 1


@pytest.mark.parametrize(
    "last", [BadStatus("400", url=API, status=400), "", "null", "false", '{"data": null}',
             '{"data": []}', items(5, 4), '{"error": "no more"}'],
)  # fmt: skip
def test_what_stands_behind_the_last_page_is_the_end(last: str | PageError) -> None:
    pages: dict[str, str | bytes | PageError] = {f"{API}?p=1": items(5, 4), f"{API}?p=2": last}
    ways: list[dict[str, Any]] = [{}, {"items": "data"}]
    for paths in ways:
        assert len(walk(pages, url=API + "?p={page}", **paths)) == 1


def test_a_list_that_goes_on_behind_an_empty_answer_is_no_whole_one() -> None:
    pages = {f"{API}?p=1": items(5), f"{API}?p=2": items(), f"{API}?p=3": items(4)}
    with pytest.raises(SourceError, match="answer 2 was empty, but there are more behind it"):
        walk(pages, url=API + "?p={page}")


def test_the_same_articles_on_every_page_are_an_end() -> None:
    pages = {f"{API}?p={number}": items(*([5, 4] if number % 2 else [4, 5])) for number in range(9)}
    assert len(walk(pages, url=API + "?p={page}")) == 2


# --- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "keys", "said"),
    [
        ("", {}, "is empty, but JSON was expected"),
        ("<!doctype html><p>x", {}, 'is HTML or XML, but JSON was expected; is it kind = '),
        ("{'a': 1}", {}, "is no JSON: Expecting property name"),
        ("[" * 100_000, {}, "is JSON that is nested too deep"),
        ("9" * 5000, {}, "is no JSON"),
        ({"data": []}, {}, "has no items in its first answer; there is data"),
        ({"ok": 1, "rows": TWO}, {"items": "data.rows"},
         'has nothing at items "data.rows"; there is ok, rows'),
        ({"data": {"x": 1}}, {"items": "data"}, 'has no list at items "data"'),
        ([{"id": 1, "slug": "x"}], {}, 'write address with the names of an item in braces: '),
        ([{"id": 1, "slug": "x"}], {}, "an item has id, slug"),
        (TWO, {"address": "seo.url"}, 'none has an address of this portal at address "seo.url"'),
    ],
)  # fmt: skip
def test_what_cannot_be_walked_is_told(answer: object, keys: dict[str, Any], said: str) -> None:
    assert said in told(answer, **keys)


def test_items_that_match_does_not_know_are_told() -> None:
    assert 'fits match "xyz"' in told(TWO, portal=made_portal(match="xyz"))


# --- hostile input -----------------------------------------------------------------------------


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.sampled_from(["/ct?id=1", "http://[", "http://\ud800/", "\ud800", "[1",
                       '{"link": "/ct?id=2"}',
                       "<a href='/ct?id=3'>x</a>", "?x", HOME, "javascript:1", "%%%", "../../.."])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["link", "url", "id", "data", "title", "date", "next", "cursor",
                         "a.b", ""]),
        inner, max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip
SOME_KEYS = st.sampled_from(
    [{}, {"items": "data"}, {"items": "data.0"}, {"items": "*.*"},
     {"address": "link"}, {"address": "/x/{id}/{link}"},
     {"title": "title.a", "published": "date"}, {"cursor": "next"}, {"items": "a.b[0]"}]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(VALUES, SOME_KEYS, st.sampled_from([API, API + "?p={page}", API + "?c={cursor}"]))
def test_any_json_is_a_list_or_is_told(value: object, keys: dict[str, Any], url: str) -> None:
    body = json.dumps(value)
    pages = {re.sub(r"\{.*?\}", number, url): body for number in ("1", "2", "")}
    try:
        found = walk(pages, url=url, **keys)
    except (SourceError, PageError):
        return
    assert all(isinstance(link.url, str) for page in found for link in page.links)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60) | st.text(alphabet='{}[]():,"\\ud8a.<>1', max_size=40).map(str.encode)
)
def test_any_bytes_are_json_or_are_told(body: bytes) -> None:
    with pytest.raises(SourceError):
        walk({API: body})
