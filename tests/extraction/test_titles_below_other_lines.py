"""Lines above an article that look like its title: a site's name, a section's, a side box's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from portal_page import PARAGRAPHS, TITLE

from scraper.extraction.article import extract
from scraper.extraction.title_line import is_name_of_body, part_title
from scraper.records import Article

VISIT = datetime(2021, 3, 3, 9, 0, tzinfo=UTC)
CLOCK = "Thứ Tư, ngày 03/03/2021"
MENU = "<ul><li><a href='/tin'>Tin tức</a></li><li><a href='/hoi'>Hỏi đáp</a></li></ul>"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
SUBTITLE = "Mười hai huyện cử tám mươi học viên, mỗi quý tự lấy mẫu một lần"


def read(body: str, *, title_element: str = "") -> Article:
    head = f"<head><meta charset='utf-8'><title>{title_element}</title></head>"
    return extract(f"<html>{head}<body>{body}</body></html>".encode(), fetched_at=VISIT)


@pytest.mark.parametrize(
    "head",
    [
        "<center><font size='5'>{name}</font><hr></center>",
        "<div class='top'>{name} <span>" + CLOCK + "</span></div>",
        "<h1>{name}</h1>" + MENU,
        "<table><tr><td>{name}</td><td>" + CLOCK + "</td></tr></table>" + MENU,
    ],
)
@pytest.mark.parametrize("title", ["<div><h2>{}</h2></div>", "<p align='center'><b>{}</b></p>"])
def test_the_name_of_the_site_in_title_and_head_is_not_the_title(head: str, title: str) -> None:
    name = "Sở Khoa học và Công nghệ tỉnh Hà Sơn"
    markup = f"{head.format(name=name)}{title.format(TITLE)}<div>16/04/2018</div>{TEXT}"
    article = read(markup, title_element=name)
    assert (article.title, article.lead) == (TITLE, PARAGRAPHS[0])
    assert article.published == date(2018, 4, 16)


def test_a_clock_in_the_head_gives_no_date_where_its_line_was_taken_for_the_title() -> None:
    name = "Hà Sơn ngày mới, tin nhanh của người vùng cao"
    head = f"<center>{name}<br>{CLOCK}</center><center><b>{TITLE}</b></center>"
    article = read(f"{head}<div>16/04/2018</div>{TEXT}", title_element=name)
    assert article.published == date(2018, 4, 16)


@pytest.mark.parametrize("heading", ["h2", "h3", "h4"])
@pytest.mark.parametrize("title_element", ["", "Cổng thông tin điện tử Sở Tư pháp Hà Sơn"])
def test_the_heading_of_a_section_above_the_article_is_not_its_title(
    heading: str, title_element: str
) -> None:
    markup = (
        f"<h1>Tin hoạt động</h1><div><{heading}>{TITLE}</{heading}><i>16/04/2018</i>{TEXT}</div>"
    )
    article = read(markup, title_element=title_element)
    assert (article.title, article.lead) == (TITLE, PARAGRAPHS[0])


def test_a_section_whose_words_the_title_element_has_too_gives_way_to_the_whole_title() -> None:
    markup = f"<h1>Quan trắc nước</h1><div><h3>{TITLE}</h3><div>16/04/2018</div>{TEXT}</div>"
    assert read(markup, title_element=f"Hà Sơn - {TITLE}").title == TITLE


@pytest.mark.parametrize(
    "box",
    [
        "<b>Số điện thoại cần biết</b><p>0209 388 12 12</p>",
        "<b>Tin xem nhiều nhất</b><ul><li><a href='/9'>Trao quà cho học sinh (02/01/2017)</a></ul>",
        "<h3>Truyền hình</h3><p>Ký sự: Mùa nước nổi</p>",
    ],
)
def test_the_line_of_a_side_box_before_the_article_is_not_the_title(box: str) -> None:
    markup = (
        f"<div class='c1'><div>{box}</div></div>"
        f"<div class='c2'><div>{TITLE}</div><div>16/04/2018</div><div>{TEXT}</div></div>"
    )
    article = read(markup, title_element="UBND huyện Mường Khiên")
    assert (article.title, article.lead) == (TITLE, PARAGRAPHS[0])


def test_the_section_before_the_date_above_the_title_is_not_the_title() -> None:
    row = "<div align='right'>Tài nguyên nước - Ngày đăng: 16/04/2018</div>"
    article = read(f"<div>{row}<p class='tieude'>{TITLE}</p></div><div>{TEXT}</div>")
    assert (article.title, article.published) == (TITLE, date(2018, 4, 16))


def test_a_short_title_above_its_dateline_and_a_subtitle_is_the_title() -> None:
    markup = f"<h1>Học cách đo nước ngầm</h1><div>16/04/2018</div><h2>{SUBTITLE}</h2>{TEXT}"
    assert read(markup).title == "Học cách đo nước ngầm"


def test_a_short_title_that_the_title_element_gives_is_the_title_above_a_subtitle() -> None:
    markup = f"<h1>Học cách đo nước ngầm</h1><h2>{SUBTITLE}</h2><div>16/04/2018</div>{TEXT}"
    article = read(markup, title_element="Học cách đo nước ngầm | Hà Sơn")
    assert article.title == "Học cách đo nước ngầm"


@pytest.mark.parametrize("lead", ["<p class='sapo'>{}</p>", "<img src='/a.jpg'><p><i>{}</i></p>"])
def test_a_lead_or_a_caption_below_a_short_title_is_not_the_title(lead: str) -> None:
    markup = f"<h1>Học cách đo nước ngầm</h1>{lead.format(SUBTITLE)}{TEXT}"
    assert read(markup).title == "Học cách đo nước ngầm"


@pytest.mark.parametrize(
    ("line", "is_name"),
    [
        ("Cổng thông tin điện tử Bộ Nội vụ", True),
        ("Viện Quy hoạch rừng", True),
        (f"Sở Tư pháp {CLOCK}", True),
        ("Sở Nông nghiệp và Phát triển nông thôn", True),
        ("Bộ Nội vụ họp về biên chế", False),
        ("Sở Tư pháp công bố kết quả thi", False),
        ("Khai mạc hội trại", False),
    ],
)
def test_a_line_that_says_something_is_no_name_of_a_body(line: str, is_name: bool) -> None:
    assert is_name_of_body(line) is is_name


def test_a_dash_in_a_title_that_metadata_give_in_full_parts_nothing_from_it() -> None:
    title = "Nâng cấp quốc lộ nối hai tỉnh Hà Sơn - Nậm Lành"
    for tail in (" 16/04/2018", " (16/04/2018)", " 16-04-2018, 10:20 (GMT+7)"):
        assert part_title(title + tail, said=[title]).headline == title
