"""What is read from a WebForms page: its form, its pager, and the parts of one that come alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

import pytest
from lxml import etree
from test_listing_walk import HOME, answer, items, portal

from scraper.discovery.delta import is_delta, parts_of, put_into
from scraper.discovery.listings import page_tree
from scraper.discovery.pagers import Pager, find_pager
from scraper.discovery.sources import discover, turns_by_posting
from scraper.discovery.web_form import fields_of, post_back_of, posted, script_manager
from scraper.errors import SourceError
from scraper.records import Capture, Form, Source


def link(label: str, target: str = "pg", argument: str = "") -> str:
    return f"""<a href="javascript:__doPostBack('{target}','{argument}')">{label}</a>"""


def pager(html: str, *, wanted: int = 2, selector: str | None = None) -> Pager | None:
    """The pager of a page whose articles stand in a list of their own."""
    tree = page_tree(f"<form>{html}</form>")
    assert tree is not None
    articles = [one for one in tree.iter("a") if "ct.aspx" in (one.get("href") or "")]
    around = Counter(chain(articles, *(one.iterancestors() for one in articles)))
    return find_pager(tree, selector=selector, articles=around, family=None, wanted=wanted)


def leads(html: str, *, at: int, to: int) -> tuple[int, dict[str, str]] | None:
    """Where the press nearest to a page leads, and what it changes."""
    found = pager(html, wanted=at + 1)
    turned = found.towards(to, at=at) if found is not None else None
    return None if turned is None else (turned[0], dict(turned[1].changes))


# --- what is called ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "javascript:__doPostBack('a$b','Page$2')",
        'javascript:__doPostBack( "a$b" , "Page$2" ); return false;',
        "javascript:__doPostBack(%27a$b%27,%27Page$2%27)",
        r"javascript:setTimeout('__doPostBack(\'a$b\',\'Page$2\')', 0)",
        'WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("a$b", "Page$2", true, "", "", '
        "false, true))",
        "if (x) return; __doPostBack('a\\u0024b','Page$2')",
    ],
)
def test_a_post_back_is_read_from_what_a_link_calls(text: str) -> None:
    assert post_back_of(text) == ("a$b", "Page$2")


@pytest.mark.parametrize(
    "text",
    [None, "", "/ds?page=2", "javascript:void(0)", "__doPostBack('a')", "__doPostBack('" * 200],
)
def test_what_calls_no_post_back_is_none(text: str | None) -> None:
    assert post_back_of(text) is None


# --- the form ----------------------------------------------------------------------------------


def sent(html: str, changes: Form = ()) -> list[tuple[str, str]]:
    tree = page_tree(html)
    assert tree is not None
    pressed = next(one for one in tree.iter("a"))
    return list(posted(pressed, changes))


def test_the_fields_are_sent_that_a_browser_sends() -> None:
    html = """<form><input name=a value=1><input name=b disabled value=2><input value=3>
    <input type=checkbox name=c><input type=checkbox name=d checked>
    <input type=radio name=e value=4>
    <input type=radio name=e value=5 checked><input type=submit name=f value=6>
    <input type=image name=g><button name=h>7</button><input type=file name=i>
    <input type=hidden name=__VIEWSTATE value="/wE&#43;=">
    <select name=j><option>tám</option><option value=9>chín</option></select>
    <select name=k><option value=1><option value=2 selected></select>
    <select name=l multiple><option value=1></select>
    <fieldset disabled><input name=m value=1></fieldset>
    <textarea name=n>Một
Hai</textarea><a href="#">x</a></form><form><input name=o value=1></form>"""
    assert sent(html) == [
        ("a", "1"),
        ("d", "on"),
        ("e", "5"),
        ("i", ""),
        ("__VIEWSTATE", "/wE+="),
        ("j", "tám"),
        ("k", "2"),
        ("n", "Một\r\nHai"),
    ]


def test_a_pressed_button_or_choice_takes_the_place_of_the_field() -> None:
    html = "<form><input name=__VIEWSTATE><input name=a value=1><a href=x>x</a></form>"
    assert sent(html, (("a", "2"), ("b", "3"))) == [("a", "2"), ("b", "3"), ("__VIEWSTATE", "")]


def test_the_form_with_the_state_is_sent_where_the_markup_tears_the_link_out_of_it() -> None:
    html = "<form><input name=__VIEWSTATE value=s></form><form><input name=q></form><a href=x>x</a>"
    assert ("__VIEWSTATE", "s") in sent(html)


# --- the pager ---------------------------------------------------------------------------------

NUMBERS = "<div><span>1</span>" + "".join(link(str(n), "pg", f"Page${n}") for n in range(2, 11))


def test_numbers_and_the_group_behind_them_are_followed() -> None:
    first = items(1) + NUMBERS + link("...", "pg", "Page$11") + "</div>"
    assert leads(first, at=1, to=2) == (2, {"__EVENTTARGET": "pg", "__EVENTARGUMENT": "Page$2"})
    assert leads(first, at=1, to=35) == (11, {"__EVENTTARGET": "pg", "__EVENTARGUMENT": "Page$11"})


def test_of_two_groups_the_one_behind_the_numbers_leads_on() -> None:
    middle = link("…", "pg$0") + link("11", "pg$1") + "<b>12</b>" + link("13", "pg$3")
    html = items(1) + f"<p>{middle}{link('…', 'pg$4')}</p>"
    assert leads(html, at=12, to=14) == (13, {"__EVENTTARGET": "pg$3", "__EVENTARGUMENT": ""}) or (
        leads(html, at=12, to=14) == (14, {"__EVENTTARGET": "pg$4", "__EVENTARGUMENT": ""})
    )
    assert leads(html, at=12, to=3) == (10, {"__EVENTTARGET": "pg$0", "__EVENTARGUMENT": ""})
    found = pager(html, wanted=13)
    assert found is not None and found.shown == 12


def test_a_pager_of_elements_with_scripts_is_read() -> None:
    cells = "".join(f"""<td onclick="__doPostBack('pg','{n}')">{n}</td>""" for n in (2, 3))
    html = items(1) + f"<table><tr><td>1</td>{cells}</tr></table>"
    assert leads(html, at=1, to=2) == (2, {"__EVENTTARGET": "pg", "__EVENTARGUMENT": "2"})


@pytest.mark.parametrize(
    "label",
    ["Sau", "Tiếp theo", "Trang sau &raquo;", "Next &gt;", "&gt;", "›", "»", ">>", "Kế tiếp"],
)
def test_words_and_arrows_lead_on(label: str) -> None:
    html = items(1) + f"<p>{link('Đầu')}{link(label, 'p2')}</p>"
    assert leads(html, at=4, to=5) == (5, {"__EVENTTARGET": "p2", "__EVENTARGUMENT": ""})


@pytest.mark.parametrize(
    "labels", [("Sau", "Cuối"), ("&gt;", "&gt;&gt;"), ("›", "»"), ("Next", "Last")]
)
def test_the_last_page_is_not_the_next(labels: tuple[str, str]) -> None:
    both = "".join(link(label, f"x{n}") for n, label in enumerate(labels))
    found = leads(items(1) + f"<p>{both}</p>", at=4, to=5)
    assert found is not None and found[1]["__EVENTTARGET"] == "x0"


def test_a_pager_of_images_is_read_by_its_names() -> None:
    html = (
        items(1)
        + """<p><input type=image name=ctl$imgLast src=a.gif>
        <input type=image name=ctl$imgNext src=b.gif></p>"""
    )
    found = leads(html, at=1, to=2)
    assert found is not None and found[1]["ctl$imgNext.x"] == "8"


def test_arguments_that_count_from_0_are_understood() -> None:
    html = (
        items(1) + "<p><b>1</b>" + link("2", "p", "1") + link("3", "p", "2") + link("…", "p", "3")
    )
    assert leads(html, at=1, to=4) == (4, {"__EVENTTARGET": "p", "__EVENTARGUMENT": "3"})


def test_a_calendar_and_columns_to_sort_by_are_no_pager() -> None:
    days = "".join(link(str(day), "lich", str(9000 + day)) for day in range(1, 32))
    month = link("&gt;", "lich", "V9031")
    html = f"<div>{month}{days}</div>{link('Ngày', 'gv', 'Sort$Ngay')}" + items(1)
    assert pager(html) is None
    assert leads(html + f"<p><b>1</b>{link('2', 'gv', 'Page$2')}</p>", at=1, to=2) == (
        2,
        {"__EVENTTARGET": "gv", "__EVENTARGUMENT": "Page$2"},
    )


def test_a_week_of_a_calendar_is_no_pager() -> None:
    days = "".join(link(str(day), "lich", f"V{9800 + day}") for day in range(1, 8))
    week = f"<div>{items(2)}<p>{days}{link('&gt;', 'lich', 'V9831')}</p></div>"
    pages = f"<p><b>1</b>{link('2', 'gv', 'Page$2')}{link('3', 'gv', 'Page$3')}</p>"
    assert leads(items(1) + pages + week, at=1, to=2) == (
        2,
        {"__EVENTTARGET": "gv", "__EVENTARGUMENT": "Page$2"},
    )


def test_the_group_before_a_page_that_stands_alone_does_not_lead_on() -> None:
    told = f"<table><tr><td>{link('…', 'p')}</td><td><b>11</b></td></tr></table>"
    untold = f"<table><tr><td>{link('…', 'p')}</td></tr></table>"
    for html in (told, untold):
        assert leads(items(1) + html, at=11, to=12) is None
        assert leads(items(1) + html, at=11, to=10) is not None
    onward = f"<p><b>10</b>{link('…', 'p')}</p>"
    found = leads(items(1) + onward, at=10, to=11)
    assert found is not None and found[0] == 11


def test_links_that_stand_bare_beside_the_articles_are_one_pager() -> None:
    bare = link("…", "p", "") + link("11", "p1") + "<b>12</b>" + link("13", "p3") + link("…", "p4")
    found = pager(f"<div>{items(1)}{bare}</div>", wanted=13)
    assert found is not None
    assert [press.number for press in found.presses] == [None, 11, 13, None]
    assert found.shown == 12


def test_a_link_that_does_nothing_is_the_page_that_is_shown() -> None:
    here = """<a href="javascript:__doPostBack('p2','')" onclick="return false;">2</a>"""
    found = pager(items(1) + f"<p>{link('1', 'p1')}{here}{link('3', 'p3')}</p>", wanted=3)
    assert found is not None and found.shown == 2


def test_where_all_numbers_are_links_the_marked_one_is_shown() -> None:
    numbers = [f"<li>{link(str(n), f'p{n}')}</li>" for n in (1, 2, 3)]
    numbers[1] = numbers[1].replace("<li>", "<li class='page-item active'>")
    found = pager(items(1) + f"<ul>{''.join(numbers)}</ul>", wanted=3)
    assert found is not None and found.shown == 2


def test_the_pager_of_a_box_at_the_side_is_not_that_of_the_list() -> None:
    side = (
        f"<div><div>{items(91, 92)}</div><p><b>1</b>{link('2', 'ben')}{link('3', 'ben')}</p></div>"
    )
    main = f"<div><div>{items(1, 2, 3)}</div><p><b>1</b>{link('2', 'chinh')}</p></div>"
    for html in (side + main, main + side):
        assert leads(f"<div>{html}</div>", at=1, to=2) == (
            2,
            {"__EVENTTARGET": "chinh", "__EVENTARGUMENT": ""},
        )


def test_years_beside_the_pager_are_no_pages() -> None:
    years = "".join(link(str(year), f"lnkNam{year}") for year in range(2015, 2027))
    found = pager(items(1) + f"<div>{years}<b>1</b>{link('2', 'pg$ctl02')}</div>")
    assert found is not None and found.highest == 2


def test_choices_that_are_no_pages_are_no_pager() -> None:
    sizes = "".join(f"<option>{n}</option>" for n in (2, 5, 10))
    html = f"""<select name=s onchange="__doPostBack('s','')">{sizes}</select>"""
    assert pager(items(1) + html) is None


def test_a_page_is_told_to_turn_by_posting_or_not() -> None:
    def turns(html: str) -> bool:
        return turns_by_posting(answer(HOME + "ds", f"<form>{html}</form>"), portal())

    assert turns(f"{items(1)}<p><b>1</b>{link('2')}</p>")
    assert turns(f"{items(1)}<p>{link('Trang sau')}</p>")
    assert not turns(f"{items(1)}<p>{link('Đăng nhập')}<a href='/ds?p=2'>2</a></p>")
    assert not turns_by_posting(answer(HOME + "ds", "%PDF-1.4"), portal())


# --- parts of pages ----------------------------------------------------------------------------


def test_parts_are_read_and_put_into_the_page() -> None:
    text = "9|updatePanel|up|<i>đất</i|8|hiddenField|__VIEWSTATE|mới|abcd|3|formAction||a.b|"
    parts = list(parts_of(text))
    assert [(part.kind, part.id, part.content) for part in parts] == [
        ("updatePanel", "up", "<i>đất</i"),
        ("hiddenField", "__VIEWSTATE", "mới|abcd"),
        ("formAction", "", "a.b"),
    ]
    tree = page_tree("<form><div id=up><b>cũ</b></div><input name=__VIEWSTATE value=cũ></form>")
    assert tree is not None
    put_into(tree, parts)
    assert "cũ" not in etree.tostring(tree, encoding="unicode")
    assert [value for _, _, value in fields_of(tree)] == ["mới|abcd"]
    assert next(tree.iter("form")).get("action") == "a.b"


@pytest.mark.parametrize(
    "text", ["999999999|updatePanel|x|y|", "3|a|b|c", "1|a|b|c|2|d", "0|a||" + "|", "5|x"]
)
def test_parts_that_are_cut_off_end_the_answer(text: str) -> None:
    assert len(list(parts_of(text))) <= 1


def test_letters_are_counted_as_the_server_counts_them() -> None:
    first, second = parts_of("4|updatePanel|a|\U0001f600đ.|1|hiddenField|b|2|")
    assert (first.content, second.content) == ("\U0001f600đ.", "2")


def test_a_page_is_no_answer_in_parts() -> None:
    assert not is_delta("<html>1|a|b|c|</html>")
    assert is_delta("\ufeff1|#||4|")


def test_odd_parts_spoil_no_page() -> None:
    tree = page_tree("<p>Trang</p>")
    assert tree is not None
    parts = list(
        parts_of("3|updatePanel|la|<b\x01|2|hiddenField|m\x02|\x00ớ|0|updatePanel|trong||")
    )
    assert len(parts) == 3
    put_into(tree, parts)


def test_the_script_manager_is_found_in_its_older_writing_too() -> None:
    old = """<script>Sys.WebForms.PageRequestManager._initialize('ctl$SM',
    document.getElementById('f')); Sys.WebForms.PageRequestManager.getInstance()
    ._updateControls(['tctl$up1','fup2'], [], [], 90);</script>"""
    tree = page_tree(old)
    assert tree is not None
    manager = script_manager(tree)
    assert manager is not None
    assert (manager.name, manager.panels) == ("ctl$SM", ("ctl$up1", "up2"))


# --- hostile pages -----------------------------------------------------------------------------


def walk(html: str, replies: list[str]) -> tuple[int, list[str], str]:
    """A walk over a page whose posts are answered one by one; how it went."""
    source = Source(kind="postback", url=HOME + "ds.aspx")
    asked: list[str] = []

    def get(
        url: str, *, form: Form | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Capture:
        asked.append(url)
        if form is None:
            return answer(url, html)
        return answer(url, replies.pop(0) if replies else html)

    pages = 0
    try:
        for _ in discover(source, portal(), get=get):
            pages += 1
    except SourceError as error:
        return pages, asked, error.reason
    return pages, asked, ""


def test_a_form_that_posts_to_another_site_is_not_followed() -> None:
    html = f'<form action="https://khac.example.org/x">{items(1)}<p>{link("2")}</p></form>'
    pages, asked, reason = walk(html, [])
    assert (pages, len(asked)) == (1, 1)
    assert "posts to https://khac.example.org/x, which is not of this portal" in reason


def test_a_form_without_an_action_posts_to_its_page() -> None:
    html = f"<form>{items(1)}<p>1 {link('2')}</p></form>"
    pages, asked, reason = walk(html, [f"<form>{items(2)}</form>"])
    assert (pages, asked, reason) == (2, [HOME + "ds.aspx"] * 2, "")


def test_a_pager_that_goes_on_for_ever_with_the_same_articles_ends() -> None:
    html = f"<form>{items(1)}<p>{link('…')}</p></form>"
    pages, asked, _ = walk(html, [f"<form>{items(2)}<p>{link('…')}</p></form>"] * 50)
    assert pages == 2
    assert len(asked) < 12


def test_a_redirect_in_parts_to_another_site_is_refused() -> None:
    html = f"<form>{items(1)}<p>1 {link('2')}</p></form>"
    away = "26|pageRedirect||https%3a%2f%2fkhac.vn%2fab|"
    pages, asked, reason = walk(html, [away] * 9)
    assert pages == 1 and len(asked) < 9
    assert re.search("which is not of this portal", reason)


def test_an_error_in_parts_is_told() -> None:
    html = f"<form>{items(1)}<p>1 {link('2')}</p></form>"
    _, _, reason = walk(html, ["12|error|500|Invalid view|"] * 9)
    assert "500 Invalid view" in reason


def test_an_answer_that_is_no_page_is_told() -> None:
    html = f"<form>{items(1)}<p>1 {link('2')}</p></form>"
    _, _, reason = walk(html, ["%PDF-1.4"] * 9)
    assert "is a PDF file" in reason


def test_broken_and_huge_pages_are_read_in_good_time() -> None:
    torn = "<form><div>" * 300 + items(1) + "<p>" + "".join(link(str(n)) for n in range(1, 9000))
    pages, asked, _ = walk(torn, ["<form>" + items(2)])
    assert pages >= 1 and len(asked) < 12


def test_a_number_that_seems_to_tell_the_page_misleads_once_only() -> None:
    numbers = "".join(f"<span>{link(str(n), f'p{n}')}</span>" for n in range(1, 6))
    html = f"<form>{{}}<p>Có <b>6</b> trang {numbers}</p></form>"
    pages = [html.format(items(10 * n + 1, 10 * n + 2)) for n in range(1, 6)]
    posted_pages = [pages[1], pages[1], pages[2], pages[3], pages[4]]
    taken, asked, reason = walk(pages[0], posted_pages)
    assert (taken, reason) == (5, "")
    assert len(asked) == 7
