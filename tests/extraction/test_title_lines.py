"""Which line is the title, and what of that line is small print: dates, labels, counters."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from portal_page import PARAGRAPHS, TITLE, read

from scraper.extraction.article import extract
from scraper.extraction.title_line import is_small_print, part_title
from scraper.records import Article

HEADLINE = "Huyện Mường Khiên trồng lại hai nghìn héc ta rừng đầu nguồn"
LEAD = (
    "Sau ba mùa mưa liên tiếp bị sạt lở, huyện Mường Khiên bắt đầu trồng lại rừng đầu nguồn bằng "
    "các loài cây bản địa do chính người dân ươm giống."
)
POLL = (
    "<table><tr><td>Góp ý</td></tr><tr><td><b>Theo bạn, thủ tục cấp giấy phép đã nhanh hơn chưa?"
    "</b></td></tr><tr><td><input type='radio' name='a'>Nhanh hơn nhiều</td></tr>"
    "<tr><td><input type='radio' name='a'>Vẫn như cũ</td></tr></table>"
)


def without_headings(
    line: str, *, title_element: str = "Chi tiết", left: str = "", under: str = ""
) -> Article:
    """An article in a table without any heading, as the portals of the 2000s set it."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return extract(
        f"<html><head><meta charset='utf-8'><title>{title_element}</title></head><body><table><tr>"
        f"<td>{left}</td><td>{line}{under}<p><b>{LEAD}</b></p>{paragraphs}</td></tr></table>"
        "</body></html>".encode()
    )


@pytest.mark.parametrize(
    ("tail", "published"),
    [
        ("Ngày đăng: 09/03/2017", date(2017, 3, 9)),
        ("Cập nhật : 21/11/2012", date(2012, 11, 21)),
        ("Đăng lúc 05/10/2016 07:15", datetime(2016, 10, 5, 7, 15)),
        ("Lượt đọc: 312 | Gửi lúc: 17/02/2014 16:20", datetime(2014, 2, 17, 16, 20)),
        ("(Đăng ngày: 09-03-2017 - 1.204 lượt xem)", date(2017, 3, 9)),
        ("Publish date 09/03/2017 | Views: 18", date(2017, 3, 9)),
    ],
)
def test_labels_and_counters_beside_the_date_are_no_part_of_the_title(
    tail: str, published: date | datetime
) -> None:
    article = without_headings(f"<span>{HEADLINE}</span> <span>{tail}</span>")
    assert article.title == HEADLINE
    assert article.published == published
    assert article.lead == LEAD


@pytest.mark.parametrize("title_element", ["Chi tiết", HEADLINE, f"{HEADLINE} - Sở Lâm nghiệp"])
def test_the_name_of_the_section_beside_the_title_is_no_part_of_it(title_element: str) -> None:
    line = f"<b>{HEADLINE}</b> <i>Lâm nghiệp - Ngày đăng: 09/03/2017</i>"
    article = without_headings(line, title_element=title_element)
    assert article.title == HEADLINE
    assert article.published == date(2017, 3, 9)


def test_a_title_line_may_give_both_dates() -> None:
    article = read(title=f"{TITLE} Ngày đăng: 09/03/2017 08:00 | Cập nhật: 11/03/2017 14:30")
    assert article.title == TITLE
    assert article.published == datetime(2017, 3, 9, 8, 0)
    assert article.updated == datetime(2017, 3, 11, 14, 30)


def test_the_second_date_may_stand_on_the_line_below() -> None:
    line = f"<span>{HEADLINE}</span> <span>Ngày tạo: 09/03/2017<br>Cập nhật: 11/03/2017</span>"
    article = without_headings(line)
    assert (article.published, article.updated) == (date(2017, 3, 9), date(2017, 3, 11))


@pytest.mark.parametrize(
    "line",
    [
        "Số liệu quan trắc mặn cập nhật ngày 14/06/2018",
        "Danh mục giống cây rừng cập nhật 14/06/2018",
        "Lịch trực phòng cháy rừng (05/06 - 11/06/2019)",
        "Quyết định số 404/QĐ-UBND ngày 14/06/2018",
        "Phim tài liệu về rừng đạt 2 triệu lượt xem",
    ],
)
def test_words_that_belong_to_the_headline_stay_in_it(line: str) -> None:
    assert part_title(line, said=[f"{line} - Sở Lâm nghiệp"]).headline == line


def test_a_label_without_its_date_is_cut_off_too() -> None:
    assert part_title(f"{HEADLINE} Cập nhật:").headline == HEADLINE


@pytest.mark.parametrize(
    "line",
    [
        "Thứ Tư, 17/07/2024 08:15 GMT+7",
        "Hôm nay, thứ tư ngày 17 tháng 7 năm 2024",
        "Mường Khiên, ngày 17/07/2024",
        "Ngày đăng: 17/07/2024 | Lượt xem: 96",
        "08:15:22",
    ],
)
def test_a_clock_or_a_dateline_is_never_a_title(line: str) -> None:
    assert is_small_print(line)
    article = without_headings(f"<div>{HEADLINE}</div>", left=f"<span>{line}</span>")
    assert article.title == HEADLINE


@pytest.mark.parametrize("row", ["Tin địa phương 09/03/2017", "Lâm nghiệp | 09/03/2017 - 10:05"])
def test_the_row_of_section_and_date_below_the_title_is_not_the_title(row: str) -> None:
    article = without_headings(f"<div>{HEADLINE}</div>", under=f"<div>{row}</div>")
    assert article.title == HEADLINE
    assert article.published is not None


@pytest.mark.parametrize("named", ["", "class='thamdo'"])
def test_a_poll_before_the_article_is_neither_title_nor_text(named: str) -> None:
    article = without_headings(
        f"<span>{HEADLINE}</span> <span>09/03/2017</span><div>0</div>",
        left=f"<div {named}>{POLL}</div>",
    )
    assert article.title == HEADLINE
    assert article.published == date(2017, 3, 9)
    assert article.lead == LEAD
    assert "thủ tục" not in article.text
    assert "\n0\n" not in article.text


def test_a_headline_that_asks_is_a_title_where_nothing_can_be_ticked() -> None:
    question = "Vì sao rừng đầu nguồn Mường Khiên hồi sinh nhanh đến thế?"
    article = without_headings(f"<div><b>{question}</b></div><div>09/03/2017</div>")
    assert article.title == question


def test_a_title_that_links_to_its_own_page_is_the_title() -> None:
    line = f"<font size=4><b><a href='/tin/88.html'>{HEADLINE}</a></b></font><br>09/03/2017<br>"
    article = without_headings(line, title_element=HEADLINE)
    assert article.title == HEADLINE
    assert article.lead == LEAD


def test_a_date_glued_to_the_lead_is_read_and_cut_off() -> None:
    article = read(paragraphs=(f"<span>09/03/2017</span>{LEAD}", *PARAGRAPHS))
    assert article.published == date(2017, 3, 9)
    assert article.lead == LEAD


def test_the_offset_of_a_time_element_is_kept_for_the_time_that_is_printed() -> None:
    at = "<time datetime='2019-08-21T16:40:00+07:00'>21/08/2019 16:40</time>"
    expected = datetime(2019, 8, 21, 16, 40, tzinfo=timezone(timedelta(hours=7)))
    assert read(above=at).published == expected
