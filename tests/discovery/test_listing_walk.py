"""Walking lists: which links are taken from a page, and where a list ends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from getting import plain

from scraper.discovery import listing_walk
from scraper.discovery.sources import ListPage, discover
from scraper.errors import BadStatus, SourceError, Unreachable
from scraper.portals.portal_file import DEFAULT_CRON, read_cron
from scraper.records import ArticleRule, Capture, Link, Portal, Source

HOME = "https://bo.example.vn/"
LIST = HOME + "ds.aspx?trang={page}"


def portal(*, match: str | None = "ct\\.aspx", key: str | None = "id") -> Portal:
    return Portal(
        name="bo",
        home=HOME,
        timezone="Asia/Ho_Chi_Minh",
        cron=read_cron(DEFAULT_CRON),
        article=ArticleRule(match=re.compile(match) if match else None, key_parameter=key),
    )


def answer(
    url: str,
    body: str | bytes,
    *,
    content_type: str | None = "text/html; charset=utf-8",
    answered_url: str | None = None,
) -> Capture:
    data = body.encode() if isinstance(body, str) else body
    return Capture(
        url=url,
        answered_url=answered_url or url,
        status=200,
        headers=(("Content-Type", content_type),) if content_type else (),
        body=data,
        fetched_at=datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def getting(pages: Mapping[str, str | Capture]) -> Callable[[str], Capture]:
    """A `get` over a few pages; all others are not there."""

    def get(url: str) -> Capture:
        found = pages.get(url)
        if found is None:
            raise BadStatus("404 Not Found", url=url, status=404)
        return found if isinstance(found, Capture) else answer(url, found)

    return get


def items(*numbers: int) -> str:
    rows = "".join(
        f'<li><a href="/ct.aspx?id={number}">Bài số {number}</a></li>' for number in numbers
    )
    return f"<html><body><ul>{rows}</ul></body></html>"


def keys(pages: list[ListPage]) -> list[list[str]]:
    return [[link.key for link in page.links] for page in pages]


def links_of(
    html: str, *, rule: Portal | None = None, link: str | None = None, url: str = HOME + "ds"
) -> tuple[Link, ...]:
    """What is taken from one page."""
    source = Source(kind="listing", url=url, link=link)
    (page,) = discover(source, rule or portal(), get=plain(getting({url: html})))
    return page.links


# --- links of a page ---------------------------------------------------------------------------


def test_links_come_in_the_order_of_the_page_once_for_each_key() -> None:
    links = links_of(
        """<a href="ct.aspx?id=3&amp;zone=1">Ba</a> <a href="/ct.aspx?id=1">Một</a>
        <a href="/ct.aspx?zone=2&amp;id=3">Ba nữa</a>"""
    )
    assert [(link.key, link.url) for link in links] == [
        ("3", HOME + "ct.aspx?id=3&zone=1"),
        ("1", HOME + "ct.aspx?id=1"),
    ]
    assert links[0].id == "bo:3"
    assert links[0].found_on == HOME + "ds"


def test_the_title_is_the_longest_text_of_the_links_to_an_article() -> None:
    (link,) = links_of(
        """<a href="/ct.aspx?id=1"><img src="a.jpg" alt="anh"></a>
        <a href="/ct.aspx?id=1">Hội&nbsp;nghị <b>to\u0302\u0309ng</b> kết
           năm</a>
        <a href="/ct.aspx?id=1">Xem tiếp</a> <a href="/ct.aspx?id=1">Xem chi tiết &raquo;</a>"""
    )
    assert link.title == "Hội nghị tổng kết năm"


def test_a_heading_is_the_title_even_if_the_whole_teaser_is_a_link() -> None:
    (link,) = links_of(
        """<h3><a href="/ct.aspx?id=1">Hội nghị</a></h3>
        <a href="/ct.aspx?id=1">Sáng nay, hội nghị đã diễn ra tại trụ sở</a>"""
    )
    assert link.title == "Hội nghị"


def test_a_link_around_an_image_has_the_title_of_its_attribute_or_none() -> None:
    first, second = links_of(
        """<a href="/ct.aspx?id=1" title="Khánh thành cầu"><img src="a.jpg"></a>
        <a href="/ct.aspx?id=2"><img src="b.jpg"></a>"""
    )
    assert first.title == "Khánh thành cầu"
    assert second.title is None


def test_what_is_no_page_of_the_portal_is_left_out() -> None:
    links = links_of(
        """<a href="javascript:open('ct.aspx?id=9')">x</a> <a href="#ct.aspx">x</a>
        <a href="">x</a> <a>x</a> <a href="mailto:ct.aspx@bo.example.vn">x</a>
        <a href="https://khac.example.vn/ct.aspx?id=9">x</a>
        <a href="/ct.aspx/qd.pdf">x</a> <a href="/en/vi/en/ct.aspx?id=9">x</a>
        <a href="http://[bad/ct.aspx?id=9">x</a>
        <a href="/ct.aspx?id=1">Bài</a>"""
    )
    assert [link.key for link in links] == ["1"]


def test_links_relative_to_a_base_are_joined_on_it() -> None:
    (link,) = links_of('<head><base href="/cong/"></head><a href="ct.aspx?id=1">Bài</a>')
    assert link.url == HOME + "cong/ct.aspx?id=1"


def test_links_relative_to_the_page_are_joined_on_where_it_was_answered() -> None:
    url = HOME + "ds"
    moved = answer(url, '<a href="ct.aspx?id=1">Bài</a>', answered_url=HOME + "vi/ds")
    (page,) = discover(Source(kind="listing", url=url), portal(), get=plain(getting({url: moved})))
    assert page.links[0].url == HOME + "vi/ct.aspx?id=1"


def test_an_area_of_an_image_map_is_a_link() -> None:
    (link,) = links_of('<map><area href="/ct.aspx?id=1" title="Bản đồ quy hoạch"></map>')
    assert link.title == "Bản đồ quy hoạch"


def test_links_inside_a_form_are_links() -> None:
    html = f'<form action="ds.aspx"><table><tr><td>{items(4, 5)}</td></tr></table></form>'
    assert [link.key for link in links_of(html)] == ["4", "5"]


def test_without_a_rule_articles_are_known_by_their_look() -> None:
    links = links_of(
        """<a href="/">Trang chủ</a> <a href="/gioi-thieu.html">Giới thiệu</a>
        <a href="/ds?page=2">2</a> <a href="/tin/cai-cach-hanh-chinh-20931.html">Bài</a>
        <a href="/tin/anh-20931.jpg"><img src="a"></a>""",
        rule=portal(match=None, key=None),
    )
    assert [link.url for link in links] == [HOME + "tin/cai-cach-hanh-chinh-20931.html"]


def test_a_link_selector_takes_what_it_selects() -> None:
    html = """<h3 class="t"><a href="/bai/mot">Một</a></h3><p><a href="/bai/hai">Hai</a></p>"""
    rule = portal(match=None, key=None)
    assert [link.title for link in links_of(html, rule=rule, link="h3.t a")] == ["Một"]
    assert [link.title for link in links_of(html, rule=rule, link=".t")] == ["Một"]
    around = '<a href="/bai/mot"><h3 class="t">Một</h3></a>'
    assert [link.title for link in links_of(around, rule=rule, link="h3.t")] == ["Một"]


def test_a_link_selector_wins_over_match() -> None:
    html = '<a class="t" href="/bai/mot">Một</a>'
    assert [link.title for link in links_of(html, link="a.t")] == ["Một"]


def test_inside_a_selected_item_match_tells_the_article_from_the_section() -> None:
    html = """<div class="item"><a href="/tin-trong-nuoc">Trong nước</a>
        <a href="/ct.aspx?id=1">Bài</a></div>"""
    assert [link.key for link in links_of(html, link=".item")] == ["1"]


def test_the_list_itself_is_no_article() -> None:
    html = '<a href="/ct.aspx?id=0">đây</a><a href="/ct.aspx?id=1">Bài</a>'
    assert [link.key for link in links_of(html, url=HOME + "ct.aspx?id=0")] == ["1"]


# --- the date beside a link --------------------------------------------------------------------


def test_the_date_of_an_item_is_taken() -> None:
    first, second = links_of(
        """<div><h3><a href="/ct.aspx?id=1">Một</a></h3>
             <p class="ngay">Ngày đăng: 08/01/2018</p><p>Sáng 7/1/2018, tại Hà Nội, hội nghị
             toàn quốc về môi trường đã khai mạc với nhiều đại biểu.</p></div>
           <div><h3><a href="/ct.aspx?id=2">Hai</a></h3>
             <span>09:30</span> <i>04/06/2018</i></div>"""
    )
    assert first.published == date(2018, 1, 8)
    assert second.published == datetime(2018, 6, 4, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_the_date_of_a_neighbour_or_of_an_event_is_not_taken() -> None:
    first, second = links_of(
        """<ul><li><a href="/ct.aspx?id=1">Một</a></li>
        <li><a href="/ct.aspx?id=2">Kế hoạch ngày 02/01/2014</a> Theo Quyết định được ban hành
        ngày 03/02/2014 của Thủ tướng Chính phủ về việc này.</li><li>05/05/2015</li></ul>"""
    )
    assert first.published is None
    assert second.published is None


def test_two_dates_in_an_item_are_no_date() -> None:
    (link,) = links_of(
        "<div><a href='/ct.aspx?id=1'>Một</a><p>01/02/2018</p><p>03/02/2018</p></div>"
    )
    assert link.published is None


# --- the walk ----------------------------------------------------------------------------------


def walk(
    pages: Mapping[str, str | Capture], *, url: str = LIST, following: str | None = None
) -> list[ListPage]:
    source = Source(kind="listing", url=url, next=following)
    return list(discover(source, portal(), get=plain(getting(pages))))


def page(number: int) -> str:
    return LIST.replace("{page}", str(number))


def test_pages_are_counted_from_1_until_one_is_not_there() -> None:
    walked = walk({page(1): items(1, 2), page(2): items(3, 4), page(3): items(5)})
    assert keys(walked) == [["1", "2"], ["3", "4"], ["5"]]
    assert [one.number for one in walked] == [1, 2, 3]
    assert walked[1].url == page(2)


def test_an_address_without_a_page_number_is_one_page() -> None:
    assert keys(walk({HOME: items(1)}, url=HOME)) == [["1"]]


def asked_for(pages: Mapping[str, str | Capture]) -> tuple[list[list[str]], int]:
    """The keys of each page of a walk, and how many pages were asked for."""
    asked: list[str] = []

    def get(url: str) -> Capture:
        asked.append(url)
        return getting(pages)(url)

    walked = list(discover(Source(kind="listing", url=LIST), portal(), get=plain(get)))
    return keys(walked), len(asked)


def test_a_list_that_shows_its_last_page_again_has_ended() -> None:
    clamped = {page(1): items(1, 2), page(2): items(3), page(3): items(3), page(4): items(9)}
    assert asked_for(clamped) == ([["1", "2"], ["3"]], 3)


def test_a_list_that_begins_again_has_ended() -> None:
    wrapped = {page(number): items(number % 3, 9) for number in range(1, 20)}
    walked, asked = asked_for(wrapped)
    assert walked[:3] == [["1", "9"], ["2", "9"], ["0", "9"]]
    assert asked == 5


def test_a_side_box_does_not_make_a_list_endless() -> None:
    pages = {page(number): items(90, 91) for number in range(3, 20)}
    walked, asked = asked_for({page(1): items(1, 90, 91), page(2): items(2, 90, 91), **pages})
    assert walked[:2] == [["1", "90", "91"], ["2", "90", "91"]]
    assert asked == 4


def test_a_page_whose_links_stood_in_a_box_of_the_page_before_is_not_the_end() -> None:
    pages = {page(1): items(1, 2, 3, 4), page(2): items(3, 4), page(3): items(5, 6)}
    assert asked_for(pages)[0] == [["1", "2", "3", "4"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize("empty", ["", "  \n", "<html><body>Không có tin</body></html>"])
def test_an_empty_page_after_the_first_is_the_end(empty: str) -> None:
    assert keys(walk({page(1): items(1), page(2): empty})) == [["1"]]


def test_a_page_that_leads_back_is_the_end() -> None:
    back = answer(page(2), items(7, 8), answered_url=page(1))
    home = answer(page(2), items(7, 8), answered_url=HOME)
    assert keys(walk({page(1): items(1), page(2): back})) == [["1"]]
    assert keys(walk({page(1): items(1), page(2): home})) == [["1"]]


def test_a_next_link_leads_through_the_list() -> None:
    first = items(1) + '<p class="next"><a href="ds?p=b">Tiếp</a></p>'
    second = items(2) + '<a class="next" href="ds?p=c">Tiếp</a>'
    third = items(3) + '<a class="next" href="javascript:;">Tiếp</a>'
    pages = {HOME + "ds": first, HOME + "ds?p=b": second, HOME + "ds?p=c": third}
    assert keys(walk(pages, url=HOME + "ds", following=".next")) == [["1"], ["2"], ["3"]]


def test_a_next_link_in_a_circle_ends_the_list() -> None:
    first = items(1) + '<a class="next" href="ds?p=b">Tiếp</a>'
    second = items(2) + '<a class="next" href="/ds#top">Tiếp</a>'
    pages = {HOME + "ds": first, HOME + "ds?p=b": second}
    assert keys(walk(pages, url=HOME + "ds", following="a.next")) == [["1"], ["2"]]


def test_a_next_link_to_another_site_is_not_followed() -> None:
    first = items(1) + '<a class="next" href="https://khac.example.vn/ds">Tiếp</a>'
    assert keys(walk({HOME + "ds": first}, url=HOME + "ds", following="a.next")) == [["1"]]


def test_a_next_link_that_posts_back_is_said_after_the_page() -> None:
    html = items(1) + """<a class="next" href="javascript:__doPostBack('pager','2')">Tiếp</a>"""
    source = Source(kind="listing", url=HOME + "ds", next="a.next")
    walked = discover(source, portal(), get=plain(getting({HOME + "ds": html})))
    assert [link.key for link in next(walked).links] == ["1"]
    with pytest.raises(SourceError, match="__doPostBack"):
        next(walked)


def test_nothing_is_fetched_before_it_is_asked_for() -> None:
    asked: list[str] = []

    def get(url: str) -> Capture:
        asked.append(url)
        return answer(url, items(len(asked)))

    walked = discover(Source(kind="listing", url=LIST), portal(), get=plain(get))
    assert asked == []
    next(walked)
    next(walked)
    assert asked == [page(1), page(2)]


def test_a_list_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_walk, "MAX_LIST_PAGES", 7)
    count = iter(range(100))
    walked = discover(
        Source(kind="listing", url=LIST),
        portal(),
        get=plain(lambda url: answer(url, items(next(count)))),
    )
    taken: list[ListPage] = []
    with pytest.raises(SourceError, match="more than 7 pages"):
        taken.extend(walked)
    assert next(count) == 7


# --- what goes wrong ---------------------------------------------------------------------------


def test_what_get_raises_on_the_first_page_goes_through() -> None:
    with pytest.raises(BadStatus):
        walk({})


def test_what_get_raises_later_goes_through_unless_the_page_is_not_there() -> None:
    def get(url: str) -> Capture:
        if url == page(1):
            return answer(url, items(1))
        raise Unreachable("connection lost", url=url)

    walked = discover(Source(kind="listing", url=LIST), portal(), get=plain(get))
    next(walked)
    with pytest.raises(Unreachable):
        next(walked)


@pytest.mark.parametrize(
    ("link", "match", "said"),
    [
        (None, "ct\\.aspx", 'no link to an article among 2 links: looked for match "ct\\.aspx"'),
        (None, None, "looked for addresses that look like articles; give [article] match, or link"),
        ("h3 a", None, 'looked for link "h3 a"'),
    ],
)
def test_a_first_page_without_an_article_says_what_was_looked_for(
    link: str | None, match: str | None, said: str
) -> None:
    with pytest.raises(SourceError) as wrong:
        links_of('<a href="/x">x</a><a href="/y">y</a>', rule=portal(match=match), link=link)
    assert said in wrong.value.reason
    assert wrong.value.portal == "bo"
    assert wrong.value.url == HOME + "ds"


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "is a PDF file"),
        (b"%PDF-1.7 ...", "text/html", "is a PDF file"),
        (b"\x89PNG\r\n", "image/png", "is an image"),
        (b"{}", "application/json", "is JSON in which no address of an article is found"),
        (b"<?xml version='1.0'?>\n<rss version='2.0'></rss>", "text/xml", 'write kind = "feed"'),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "text/html", 'write kind = "feed"'),
        (b"", "text/html", "is empty, but a list page was expected"),
        (b"\n \n", None, "is empty, but a list page was expected"),
        (b"<!-- -->", "text/html", "is empty, but a list page was expected"),
        (b"<p>Tin</p>", "text/html", "among 0 links"),
        (b"\0\0\0", "text/html", "is empty"),
    ],
)
def test_a_first_page_that_is_no_list_is_said(
    body: bytes, content_type: str | None, said: str
) -> None:
    url = HOME + "ds"
    capture = answer(url, body, content_type=content_type)
    with pytest.raises(SourceError) as wrong:
        list(
            discover(Source(kind="listing", url=url), portal(), get=plain(getting({url: capture})))
        )
    assert said in wrong.value.reason


def test_odd_pages_are_read_all_the_same() -> None:
    declared = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>' + items(1)
    late = "\n" * 100 + "<meta charset=utf-8>" + items(1)
    deep = "<div>" * 1500 + items(1)
    for html in (
        declared,
        late,
        deep,
        items(1).replace("<li>", "<li\0>"),
        "<a href='/ct.aspx?id=1'",
    ):
        assert [link.key for link in links_of(html + ">")] == ["1"]


def test_what_follows_an_early_end_of_the_page_is_read() -> None:
    twice = items(1) + "<html><body>" + items(2)
    assert [link.key for link in links_of(twice)] == ["1", "2"]


def test_a_page_in_an_old_encoding_is_read() -> None:
    url = HOME + "ds"
    body = '<meta charset="windows-1252"><a href="/ct.aspx?id=1">Café</a>'.encode("cp1252")
    capture = answer(url, body, content_type="text/html")
    (one,) = discover(Source(kind="listing", url=url), portal(), get=plain(getting({url: capture})))
    assert one.links[0].title == "Café"


def test_a_large_page_is_read_in_good_time() -> None:
    rows = "".join(
        f"<tr><td><a href='/ct.aspx?id={number}'>Bài {number}</a></td><td>05/06/2018</td></tr>"
        for number in range(3000)
    )
    links = links_of(f"<table>{rows}</table>")
    assert len(links) == 3000
    assert links[-1].published == date(2018, 6, 5)
