"""Who wrote an article, in each form of byline that was seen."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, read

from scraper.extraction.names import is_name, names_of_line, names_of_witness


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Tin, ảnh: Lê Thị Mai", ("Lê Thị Mai",)),
        ("Tin và ảnh: Lê Thị Mai", ("Lê Thị Mai",)),
        ("Bài và ảnh: Lê Thị Mai - Trần Nam", ("Lê Thị Mai", "Trần Nam")),
        ("Bài, ảnh: LÊ MAI", ("LÊ MAI",)),
        ("Bài: Lê Thị Mai; Ảnh: Trần Nam", ("Lê Thị Mai",)),
        ("Tác giả: Lê Thị Mai", ("Lê Thị Mai",)),
        ("Thực hiện: Nhóm PV", ("Nhóm PV",)),
    ],
)
def test_a_labelled_byline_at_the_end_is_read(line: str, authors: tuple[str, ...]) -> None:
    article = read(end=f"<p>{line}</p>")
    assert article.authors == authors
    assert article.text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("K. Miên", ("K. Miên",)),
        ("Lê Thị Mai", ("Lê Thị Mai",)),
        ("LÊ THỊ MAI", ("LÊ THỊ MAI",)),
        ("Mai", ("Mai",)),
        ("PV", ("PV",)),
        ("Nhóm PV", ("Nhóm PV",)),
        ("Phòng KH&amp;HTQT", ("Phòng KH&HTQT",)),
        ("Lê Mai và Trần Nam", ("Lê Mai", "Trần Nam")),
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        "<p style='text-align: right'><strong>{}</strong></p>",
        "<div align='right'><b>{}</b></div>",
        "<p class='author' align='right'>{}</p>",
    ],
)
def test_a_right_aligned_last_line_that_names_somebody_is_a_byline(
    markup: str, line: str, authors: tuple[str, ...]
) -> None:
    article = read(end=markup.format(line))
    assert article.authors == authors
    assert article.text.endswith(PARAGRAPHS[-1])


def test_an_office_glued_to_the_last_sentence_is_taken_off_it() -> None:
    text = (*PARAGRAPHS[:-1], f"{PARAGRAPHS[-1]}Phòng KH&amp;HTQT")
    article = read(paragraphs=text)
    assert article.authors == ("Phòng KH&HTQT",)
    assert article.text.endswith(PARAGRAPHS[-1])


def test_a_place_after_an_abbreviation_is_no_byline() -> None:
    last = f"{PARAGRAPHS[-1]} Lớp học tiếp theo sẽ được tổ chức tại TP.Hồ Chí Minh"
    article = read(paragraphs=(*PARAGRAPHS[:-1], last))
    assert article.authors == ()
    assert article.text.endswith("TP.Hồ Chí Minh")


@pytest.mark.parametrize("line", ["admin", "admin admin", "Administrator", "Quản trị viên"])
def test_the_one_who_runs_the_site_is_no_author(line: str) -> None:
    assert read(above=f"<div class='author'>{line}</div>").authors == ()
    assert read(head=f"<meta name='author' content='{line}'>").authors == ()


def test_a_site_named_as_author_of_its_pages_is_no_author() -> None:
    head = (
        "<meta property='og:site_name' content='Cổng thông tin Hà Sơn'>"
        "<meta name='author' content='Cổng thông tin Hà Sơn'>"
    )
    assert read(head=head).authors == ()


def test_metadata_names_the_author_where_no_line_does() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": '
        '[{"@type": "Person", "name": "Lê Thị Mai"}, {"@type": "Person", "name": "Trần Nam"}]}'
        "</script>"
    )
    article = read(head=head)
    assert article.authors == ("Lê Thị Mai", "Trần Nam")
    assert article.evidence["authors"].rule == "JSON-LD author"


def test_a_bold_sentence_at_the_end_is_text() -> None:
    last = "<p align='right'><b>Lớp học bế mạc sau năm ngày học tập tích cực của học viên.</b></p>"
    article = read(end=last)
    assert article.authors == ()
    assert "bế mạc" in article.text


def test_a_photographer_alone_is_no_author() -> None:
    assert read(end="<p>Ảnh: Trần Nam</p>").authors == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee and Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("By Ann Lee, staff writer | 3 June 2024", ["Ann Lee"]),
        ("ByAnn Lee Updated on February 16, 2026", ["Ann Lee"]),
        ("Posted by Ann Lee on Tuesday, August 29, 2023", ["Ann Lee"]),
        ("Von Jörg Müller und Ute Voß", ["Jörg Müller", "Ute Voß"]),
        ("Nguyễn Văn An - Trần Nam", ["Nguyễn Văn An", "Trần Nam"]),
        ("3 min read", []),
        ("View all posts", []),
    ],
)
def test_the_names_of_a_printed_byline_are_parted(line: str, names: list[str]) -> None:
    assert list(names_of_line(line)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("Ann Lee, MS, RDN", ["Ann Lee"]),
        ("The Associated Press", ["The Associated Press"]),
        ("University of Hanoi and Partners", ["University of Hanoi and Partners"]),
        ("James O&#039;Neil", ["James O'Neil"]),
        ("https://example.org/authors/ann", []),
        ("ann@example.org", []),
        (", The Daily", []),
        ("42", []),
    ],
)
def test_the_names_of_metadata_are_parted(text: str, names: list[str]) -> None:
    assert list(names_of_witness(text)) == names


@pytest.mark.parametrize("text", ["Tin liên quan:", "xem thêm", "12 bình luận", "Read more", ""])
def test_words_around_an_article_are_no_name(text: str) -> None:
    assert not is_name(text)


def test_a_name_glued_to_a_short_last_sentence_is_cut_off() -> None:
    last = "Lớp học bế mạc vào chiều thứ sáu tuần này."
    article = read(paragraphs=(*PARAGRAPHS, f"{last}<b>Lò Thị Mai</b>"))
    assert article.authors == ("Lò Thị Mai",)
    assert article.text.endswith(last)


@pytest.mark.parametrize(
    "row",
    [
        "<span>Thứ Sáu, 04/03/2016 - 14:20</span> - <span>Tác giả: Lò Thị Mai</span>",
        "04/03/2016 | Tác giả: Lò Thị Mai | Lượt xem: 90",
        "Ngày đăng: 04/03/2016 Tác giả bài viết: Lò Thị Mai",
    ],
)
def test_a_labelled_author_in_the_row_under_the_title_is_read(row: str) -> None:
    article = read(above=f"<div>{row}</div>")
    assert article.authors == ("Lò Thị Mai",)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_metadata_that_repeats_the_source_line_names_no_author() -> None:
    head = "<meta name='author' content='Báo Hà Sơn'>"
    article = read(head=head, end="<p>Nguồn: Báo Hà Sơn</p>")
    assert (article.source, article.authors) == ("Báo Hà Sơn", ())


def test_theo_opens_a_source_in_vietnamese_metadata() -> None:
    author = "<span itemprop='author'>Theo Lò Mai (Hà Sơn/TTXVN</span>"
    assert read(above=f"<div>{author}</div>").authors == ()


def test_theo_is_a_name_in_english_metadata() -> None:
    text = "The council met on Monday and agreed to rebuild the old bridge before the winter. " * 2
    head = "<meta name='author' content='Theo Barker'>"
    assert read(head=head, paragraphs=(text, text), language="en").authors == ("Theo Barker",)
