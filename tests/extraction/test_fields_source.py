"""Whom an article was taken from, in each form of source line that was seen."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, read


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Nguồn tin:Theo cổng TTĐT BTNMT", "cổng TTĐT BTNMT"),
        ("Nguồn tin: Cục Viễn thám quốc gia", "Cục Viễn thám quốc gia"),
        ("Nguồn: Báo Tài nguyên và Môi trường", "Báo Tài nguyên và Môi trường"),
        ("NGUỒN: Báo Hà Sơn", "Báo Hà Sơn"),
        ("Theo nguồn: Cổng thông tin Chính phủ", "Cổng thông tin Chính phủ"),
        ("(Nguồn: hason.example)", "hason.example"),
        ("dosm.gov.vn", "dosm.gov.vn"),
        ("http://monre.gov.vn/", "monre.gov.vn"),
        ("https://hason.gov.vn/tin/1", "hason.gov.vn"),
        ("(Theo Phòng KHCN&amp;HTQT)", "Phòng KHCN&HTQT"),
        ("Theo Infonet", "Infonet"),
        ("Theo TTXVN.", "TTXVN"),
        ("Theo Lan Anh (Vietnamnet/Reuters)", "Lan Anh (Vietnamnet/Reuters)"),
        ("Theo cổng thông tin điện tử Bộ Xây dựng", "cổng thông tin điện tử Bộ Xây dựng"),
        ("Theo Minh An/Vcamp.vn", "Minh An/Vcamp.vn"),
        ("Nguồn TTXVN", "TTXVN"),
        ("Nguồn : Báo Hà Sơn", "Báo Hà Sơn"),
        ("Source: Ministry of Construction", "Ministry of Construction"),
        ("Quelle: Amt für Wasser", "Amt für Wasser"),
        ("Zdroj: Hason", "Hason"),
        ("来源：新华网", "新华网"),
    ],
)
def test_a_source_line_at_the_end_is_read_without_its_label(line: str, source: str) -> None:
    article = read(end=f"<p>{line}</p>")
    assert article.source == source
    assert article.text.endswith(PARAGRAPHS[-1])
    assert "source" in article.evidence


def test_the_line_as_printed_is_kept_as_evidence() -> None:
    article = read(end="<p>Nguồn tin:Theo cổng TTĐT BTNMT</p>")
    assert article.evidence["source"].text == "Nguồn tin:Theo cổng TTĐT BTNMT"


def test_a_source_line_below_the_text_is_read() -> None:
    assert read(below="<div class='nguon'>Nguồn: Sở Xây dựng</div>").source == "Sở Xây dựng"


def test_a_label_in_a_cell_of_its_own_is_followed_by_its_source() -> None:
    article = read(end="<table><tr><td>Nguồn tin:</td><td>Sở Xây dựng</td></tr></table>")
    assert article.source == "Sở Xây dựng"
    assert "Nguồn tin" not in article.text


@pytest.mark.parametrize(
    ("end", "source"),
    [
        ("{last} (Theo Phòng KHCN&amp;HTQT)", "Phòng KHCN&HTQT"),
        ("{last}&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; (Theo TTXVN)./.", "TTXVN"),
        ("{last} (Nguồn: Báo Hà Sơn)", "Báo Hà Sơn"),
        ("{last} Nguồn: Báo Hà Sơn", "Báo Hà Sơn"),
        ("{last} <i>Theo TTXVN</i>", "TTXVN"),
        ("{last} Theo Báo Hà Sơn", "Báo Hà Sơn"),
    ],
)
def test_a_source_at_the_end_of_the_last_paragraph_is_taken_off_it(end: str, source: str) -> None:
    text = (*PARAGRAPHS[:-1], end.format(last=PARAGRAPHS[-1]))
    article = read(paragraphs=text)
    assert article.source == source
    assert article.text.endswith(PARAGRAPHS[-1])


def test_a_source_on_top_is_read() -> None:
    article = read(above="<p>(Nguồn: Tạp chí Nước - tapchinuoc.example - Lê Thị Mai)</p>")
    assert article.source == "Tạp chí Nước - tapchinuoc.example - Lê Thị Mai"
    assert "tapchinuoc" not in article.text


def test_a_source_in_the_row_under_the_title_ends_where_the_next_value_begins() -> None:
    article = read(above="<div>Nguồn: Báo Hà Sơn | Ngày đăng: 14/06/2018 | Lượt xem: 20</div>")
    assert article.source == "Báo Hà Sơn"
    assert str(article.published) == "2018-06-14"


def test_an_outlet_alone_under_a_theo_line_is_a_source_too() -> None:
    style = "<p style='text-align: right'><b>{}</b></p>"
    article = read(end=style.format("Theo Minh An/Vcamp.vn") + style.format("Forbes"))
    assert article.source == "Minh An/Vcamp.vn; Forbes"
    assert article.authors == ()
    assert article.text.endswith(PARAGRAPHS[-1])


def test_two_source_lines_are_both_kept() -> None:
    article = read(end="<p>Theo Minh An/Vcamp.vn</p><p>Nguồn: Forbes</p>")
    assert article.source == "Minh An/Vcamp.vn; Forbes"


def test_a_byline_and_its_source_in_one_line_are_parted() -> None:
    article = read(end="<p align='right'><b>GX (Theo TTXVN)</b></p>")
    assert article.source == "TTXVN"
    assert article.authors == ("GX",)
    assert article.text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize(
    "line",
    [
        "Theo báo cáo của mười hai huyện, mực nước ở các giếng đã giảm.",
        "Theo ông Trần Quốc Bảo, lớp học sẽ được mở thêm.",
        "Theo đó, các huyện tự lấy mẫu mỗi quý một lần.",
        "Theo dõi Hà Sơn trên Facebook",
        "Nguồn nước ở đây đã được bảo vệ từ lâu.",
        "Nguồn vốn: ngân sách tỉnh",
        "Nguồn ảnh: Lò Thị Mai",
    ],
)
def test_a_sentence_that_begins_like_a_source_line_is_none(line: str) -> None:
    assert read(end=f"<p>{line}</p>").source is None


def test_the_reuse_notice_of_a_footer_is_no_source() -> None:
    assert read().source is None


def test_a_word_about_sources_in_the_middle_of_the_text_is_no_source() -> None:
    text = (
        PARAGRAPHS[0],
        "Nguồn: số liệu của Trung tâm năm 2017",
        *PARAGRAPHS[1:],
        *PARAGRAPHS[1:],
    )
    assert read(paragraphs=text).source is None


@pytest.mark.parametrize(
    "after",
    [
        "<div><b>Tin cùng chuyên mục</b><p><a href='/2'>Nậm Lành mở lớp</a></p></div>",
        "<ul><li><a href='/2'>Nậm Lành mở lớp học</a></li></ul>",
        "<h3>Bản tin tháng trước</h3>",
        "",
    ],
)
def test_an_empty_source_label_names_no_source_and_is_no_text(after: str) -> None:
    article = read(end=f"<p>Nguồn:</p>{after}")
    assert article.source is None
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_source_on_the_line_under_its_label_is_read() -> None:
    assert read(end="<p>Nguồn tin:</p><p><a href='/x'>Báo Hà Sơn</a></p>").source == "Báo Hà Sơn"


@pytest.mark.parametrize(
    "line",
    [
        "Lò Thị Mai - Theo Báo Hà Sơn",
        "Lò Thị Mai – theo Báo Hà Sơn",
        "Lò Thị Mai/Nguồn: Báo Hà Sơn",
        "(Lò Thị Mai | Theo Báo Hà Sơn)",
    ],
)
def test_a_name_and_the_source_on_one_line_are_parted(line: str) -> None:
    article = read(end=f"<p align='right'><b>{line}</b></p>")
    assert (article.source, article.authors) == ("Báo Hà Sơn", ("Lò Thị Mai",))
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_source_at_the_end_of_a_caption_is_that_of_the_image() -> None:
    figure = (
        "<p align='center'><img src='/i/1.jpg'></p>"
        "<p align='center'><i>Học viên lấy mẫu nước. Nguồn: Báo Hà Sơn</i></p>"
    )
    article = read(end=f"{figure}<p>{PARAGRAPHS[0]}</p>")
    assert article.source is None
    assert article.figures[0].credit == "Báo Hà Sơn"


def test_a_line_marked_as_caption_is_no_source_line() -> None:
    figure = "<figure><img src='/i/1.jpg'><figcaption>Nguồn: TTXVN</figcaption></figure>"
    assert read(end=figure).source is None
