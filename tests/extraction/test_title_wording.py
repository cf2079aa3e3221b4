"""How the title reads where several places of a page give it, and not all alike."""

from __future__ import annotations

import json

import pytest
from portal_page import PARAGRAPHS

from scraper.extraction.article import extract
from scraper.records import Article

HEADLINE = "Huyện Mường Khiên đo nước ngầm bằng cảm biến tự làm"
KICKER = "Tài nguyên nước"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def read(
    body: str,
    *,
    shared: str = "",
    said: str = "",
    tweeted: str = "",
    title_element: str = "",
    site: str = "",
    url: str = "https://tnmt.hason.example/tin/88",
) -> Article:
    """`shared` is og:title, `said` the headline in JSON-LD, `tweeted` twitter:title."""
    metas = {"og:title": shared, "twitter:title": tweeted, "og:site_name": site}
    head = "".join(
        f'<meta property="{name}" content="{text}">' for name, text in metas.items() if text
    )
    if said:
        node = {"@type": "NewsArticle", "headline": said}
        head += f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    page = (
        f"<html><head><meta charset='utf-8'><title>{title_element}</title>{head}</head>"
        f"<body>{body}{TEXT}</body></html>"
    )
    return extract(page.encode(), url=url)


@pytest.mark.parametrize(
    "breadcrumb",
    [
        "<nav><ul><li><a href='/'>Tin tức</a></li><li><h1>{}</h1></li></ul></nav>",
        "<ol class='breadcrumb'><li><a href='/'>Tin tức</a></li><li><h1>{}</h1></li></ol>",
    ],
)
@pytest.mark.parametrize("place", ["said", "shared"])
def test_the_headline_below_a_breadcrumb_with_a_heading_is_the_title(
    breadcrumb: str, place: str
) -> None:
    for_search = "Nước ngầm: Mường Khiên tự đo bằng cảm biến rẻ tiền"
    markup = f"{breadcrumb.format(for_search)}<div>Công nghệ</div><h2>{HEADLINE}</h2>"
    article = read(markup, title_element=for_search, **{place: HEADLINE})
    assert article.title == HEADLINE
    assert for_search not in article.text


def test_a_heading_in_a_breadcrumb_is_the_title_where_no_other_is_said_to_be() -> None:
    markup = f"<nav><ul><li><h1>{HEADLINE}</h1></li></ul></nav><h2>Ba tháng thử nghiệm</h2>"
    article = read(markup, said=HEADLINE, title_element=HEADLINE)
    assert article.title == HEADLINE


@pytest.mark.parametrize("mark", ["<span>{}</span> {}", "<small>{}</small>{}", "{}<br>{}"])
@pytest.mark.parametrize("place", ["said", "shared", "tweeted"])
def test_a_kicker_in_the_heading_is_left_out_where_metadata_leave_it_out(
    mark: str, place: str
) -> None:
    article = read(f"<h1>{mark.format(KICKER, HEADLINE)}</h1>", **{place: HEADLINE})
    assert article.title == HEADLINE


def test_words_that_no_markup_parts_from_the_headline_are_no_kicker() -> None:
    article = read(f"<h1>Vì sao {HEADLINE}?</h1>", shared=HEADLINE)
    assert article.title == f"Vì sao {HEADLINE}?"


def test_a_quotation_mark_before_the_headline_stays() -> None:
    quoted = "“Nước ngầm đang cạn” nói người dân vùng cao Mường Khiên"
    article = read(f"<h1><b>{KICKER}</b> {quoted}</h1>", said=quoted)
    assert article.title == quoted


def test_a_glued_kicker_is_parted_as_metadata_part_it() -> None:
    shared = f"{KICKER}: {HEADLINE}"
    article = read(f"<h1><span>{KICKER}</span><span>{HEADLINE}</span></h1>", shared=shared)
    assert article.title == shared


@pytest.mark.parametrize("sign", [": ", " / ", " | "])
def test_a_kicker_above_the_headline_belongs_to_the_title_where_metadata_say_so(
    sign: str,
) -> None:
    shared = f"{KICKER}{sign}{HEADLINE}"
    article = read(f"<div>{KICKER}</div><h1>{HEADLINE}</h1>", shared=shared)
    assert article.title == shared


def test_the_name_of_a_section_above_the_headline_does_not() -> None:
    markup = f"<div>{KICKER}</div><h1>{HEADLINE}</h1>"
    assert read(markup, shared=f"{KICKER} - {HEADLINE}").title == HEADLINE
    assert read(markup, shared=f"{KICKER}: {HEADLINE}", site=KICKER).title == HEADLINE
    assert read(markup, shared=f"{KICKER}: {HEADLINE}", said=HEADLINE).title == HEADLINE


def test_a_kicker_that_metadata_alone_give_is_not_printed_and_not_of_the_title() -> None:
    assert read(f"<h1>{HEADLINE}</h1>", shared=f"{KICKER}: {HEADLINE}").title == HEADLINE


def test_two_spellings_of_one_title_are_given_as_printed() -> None:
    printed = "Mường Khiên: “Nước là vàng” – mười bản tự đo nước ngầm"
    said = 'MƯỜNG KHIÊN - "Nước là vàng": mười bản tự đo nước ngầm'.replace('"', "&quot;")
    assert read(f"<h1>{printed}</h1>", shared=said).title == printed


@pytest.mark.parametrize(
    ("site", "title"),
    [
        ("Báo Hà Sơn", f"{HEADLINE} | Báo Hà Sơn"),
        ("Báo Hà Sơn", f"Báo Hà Sơn - {HEADLINE}"),
        ("", f"{HEADLINE} – hason"),
        ("", f"{HEADLINE} | tnmt.hason.example"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(site: str, title: str) -> None:
    assert read("", shared=title, site=site).title == HEADLINE
    assert read(f"<h1>{title}</h1>", shared=title, site=site).title == HEADLINE


def test_what_follows_a_dash_and_is_no_name_of_the_site_stays() -> None:
    title = f"{HEADLINE} - kỳ 2"
    assert read(f"<h1>{title}</h1>", shared=title, site="Báo Hà Sơn").title == title


def test_the_host_as_first_heading_gives_way_to_the_headline() -> None:
    markup = f"<h1>hason.example</h1><h2>{HEADLINE}</h2>"
    article = read(markup, title_element=HEADLINE, url="https://www.hason.example/88")
    assert article.title == HEADLINE


@pytest.mark.parametrize("place", ["said", "shared"])
def test_a_date_that_metadata_have_in_the_title_too_is_a_part_of_it(place: str) -> None:
    title = "Bản tin nước ngầm 12/10/2023"
    assert read(f"<h1>{title}</h1>", **{place: title}).title == title
    assert read(f"<h1>{title}</h1>", title_element=title).title == "Bản tin nước ngầm"


def test_a_menu_that_was_never_closed_does_not_hide_the_headline_in_main() -> None:
    markup = f"<div class='menu'><main><h1>{HEADLINE}</h1></main></div>"
    assert read(markup, shared="Mười cách giữ nước cho mùa khô").title == HEADLINE


def test_a_headline_that_was_escaped_twice_is_read() -> None:
    assert read("", said="M&#432;&#7901;ng Khi&ecirc;n &amp; n&#432;&#7899;c ng&#7847;m").title == (
        "Mường Khiên & nước ngầm"
    )


def test_titles_without_end_in_metadata_cost_no_time_and_change_nothing() -> None:
    article = read(f"<h1>{HEADLINE}</h1>", shared="nước " * 60_000, title_element="a b " * 60_000)
    assert article.title == HEADLINE
