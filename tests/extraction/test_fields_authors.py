"""Who wrote an article, in each form of byline that was seen."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, read

from scraper.extraction.names import is_name, names_of_line, names_of_witness
from scraper.records import Article


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
        ("Tin ảnh: Lê Mai (Trung tâm Quan trắc)", ("Lê Mai",)),
        ("TIN, ẢNH: LÊ MAI", ("LÊ MAI",)),
        ("Bài và ảnh: bà Lê Thị Mai", ("Lê Thị Mai",)),
        ("Bài: Phòng KH&amp;HTQT", ("Phòng KH&HTQT",)),
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
        ("LÊ MAI - TRẦN NAM", ("LÊ MAI", "TRẦN NAM")),
        ("Lê Mai (tổng hợp)", ("Lê Mai",)),
        ("PV (t/h)", ("PV",)),
        ("Văn phòng Tổng cục", ("Văn phòng Tổng cục",)),
        ("Lê Mai/TTXVN", ("Lê Mai",)),
        ("Lê Mai – Ảnh: Trần Nam", ("Lê Mai",)),
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
        ("Par Ann Lee et Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Por Ann Lee y Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Di Ann Lee e Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Tekst: Ann Lee og Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Ein Gastbeitrag von Ann Lee", ["Ann Lee"]),
        ("Escrito por Ann Lee", ["Ann Lee"]),
        ("Автор: Анна Ли", ["Анна Ли"]),
        ("Ann Lee THE DAILY", ["Ann Lee"]),
        ("von Ann Lee, HASON RADIO", ["Ann Lee"]),
        ("Bill MCCARTHY", ["Bill MCCARTHY"]),
        ("Contact Us", []),
        ("3 min read", []),
        ("View all posts", []),
    ],
)
def test_the_names_of_a_printed_byline_are_parted(line: str, names: list[str]) -> None:
    assert list(names_of_line(line)) == names


def test_a_plain_last_line_of_names_is_a_vietnamese_byline() -> None:
    article = read(end="<p>Lò Thị Mai</p>")
    assert article.authors == ("Lò Thị Mai",)
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("line", ["Trần Quốc Bảo", "Trung thu ở bản Nậm Lành", "Xin cảm ơn"])
def test_a_plain_last_line_about_the_text_is_text(line: str) -> None:
    article = read(end=f"<p>{line}</p>")
    assert article.authors == ()
    assert article.text.endswith(line)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("Ann Lee (ale)", ["Ann Lee"]),
        ("Ann Lee | ann@example.org", ["Ann Lee"]),
        ("Ann Lee und Bo Ek, dpa", ["Ann Lee", "Bo Ek", "dpa"]),
        ("Ann Lee y Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, Chief Water Officer", ["Ann Lee"]),
        ("Ann Lee - Hason Editorial Team", ["Ann Lee"]),
        ("Ann Lee Senior Water Reporter", ["Ann Lee"]),
        ("Photography by Ann Lee", []),
        ("text: Ann Lee, design: Bo Ek", []),
        ("hason.net, Ha Son, Vietnam", ["hason.net"]),
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
        "Lò Thị Mai | 04/03/2016",
        "Người đăng: Lò Thị Mai - 04/03/2016",
        "Được viết bởi Lò Thị Mai",
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


# --- pages in other languages, and witnesses that disagree -------------------------------------

ENGLISH = (
    "The council met on Monday and agreed to rebuild the old bridge before the winter. " * 2,
    "Work on the new road will begin in spring, and the school stays open until then. " * 2,
)


def english(
    *, head: str = "", above: str = "", end: str = "", below: str = "", title: str = "A new bridge"
) -> Article:
    return read(
        head=head, above=above, end=end, below=below, title=title, paragraphs=ENGLISH, language="en"
    )


def json_ld(author: str) -> str:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": '
        + author
        + "}</script>"
    )


@pytest.mark.parametrize(
    "above",
    [
        "<p>By</p><p>Ann Lee</p>",
        "<p>Written by:</p><p>Ann Lee</p>",
        "<p>Commentary by</p><p>Ann Lee</p>",
        "<p>By Ann Lee, staff writer</p>",
        "<p>Mon 3 June 2024 | 14:07 | By Ann Lee</p>",
        "<p>3 June 2024 • Ann Lee • 3 minutes</p>",
        "<p><span>Ann Lee</span><span>Dec 05, 2023</span><span>2 Shares</span></p>",
        "<p>Dec 05, 2023 • Ann Lee in Roads</p>",
        "<p>Ann Lee</p><p>Published June 3, 2024</p>",
        "<p>Ann Lee</p><p>Roads editor</p>",
        "<p><a href='/staff/12/ann-lee'>Ann Lee</a> <span>The Hason Daily</span></p>",
        "<div class='byline'>Ann Lee</div>",
        "<p>3 June 2024 Ann Lee</p>",
        "<p>Analysis by Ann Lee</p>",
        "<p>Text von Ann Lee Illustration von Bo Ek</p>",
        "<p>By Ann Lee — Hason</p>",
    ],
)
def test_the_line_between_title_and_text_names_the_author(above: str) -> None:
    assert english(above=above).authors == ("Ann Lee",)


@pytest.mark.parametrize(
    "above",
    [
        "<p>Contact Us</p><p>Published June 3, 2024</p>",
        "<p>Old Bridge</p><p>Published June 3, 2024</p>",
        "<p>June 3, 2024 | Roads</p>",
        "<p>Photography by Ann Lee</p>",
        "<p>Edited by</p><p>Ann Lee</p>",
        "<p>Veröffentlicht am 3. Juni 2024</p>",
        "<p>Monday, 3 June 2024</p>",
        "<p>Ann Lee</p>",
    ],
)
def test_other_lines_between_title_and_text_name_none(above: str) -> None:
    assert english(above=above).authors == ()


def test_a_printed_person_is_believed_before_an_outlet_in_metadata() -> None:
    article = english(head="<meta name='author' content='HRD'>", above="<p>By Ann Lee</p>")
    assert article.authors == ("Ann Lee",)


def test_a_printed_person_is_believed_before_a_login_in_metadata() -> None:
    article = english(head="<meta name='author' content='alee21'>", above="<p>By Ann Lee</p>")
    assert article.authors == ("Ann Lee",)


def test_a_login_is_the_author_where_nobody_else_is_named() -> None:
    assert english(head="<meta name='author' content='alee21'>").authors == ("alee21",)


def test_metadata_is_believed_before_a_printed_line_that_names_others() -> None:
    article = english(head=json_ld('{"name": "Ann Lee"}'), above="<p>By Bo Ek</p>")
    assert article.authors == ("Ann Lee",)


def test_a_printed_list_that_names_more_than_metadata_is_believed() -> None:
    article = english(head=json_ld('{"name": "Ann Lee"}'), above="<p>By Ann Lee and Bo Ek</p>")
    assert article.authors == ("Ann Lee", "Bo Ek")


def test_an_editor_among_the_authors_of_metadata_is_none_of_them() -> None:
    article = english(
        head=json_ld('[{"name": "Ann Lee"}, {"name": "Bo Ek"}]'),
        above="<p>By Ann Lee</p><p>Edited by Bo Ek</p>",
    )
    assert article.authors == ("Ann Lee",)


def test_who_wrote_and_took_the_photographs_is_the_author() -> None:
    article = english(
        head=json_ld('{"name": "Ann Lee"}'), above="<p>By Ann Lee</p><p>Photos by Ann Lee</p>"
    )
    assert article.authors == ("Ann Lee",)


def test_an_agency_is_the_author_where_no_person_is_named() -> None:
    agency = json_ld('{"@type": "Organization", "name": "Hason Press Agency"}')
    assert english(head=agency).authors == ("Hason Press Agency",)
    assert english(head=agency, above="<p>By Ann Lee</p>").authors == ("Ann Lee",)


def test_the_publisher_as_organisation_is_no_author() -> None:
    head = "<meta property='og:site_name' content='Hason Daily'>" + json_ld(
        '{"@type": "Organization", "name": "Hason Daily"}'
    )
    assert english(head=head).authors == ()


@pytest.mark.parametrize(
    "end",
    [
        "<p>Reporting by Ann Lee; editing by Bo Ek</p>",
        "<p>Article by</p><p>Ann Lee</p>",
        "<div class='post-footer'>Posted by Ann Lee at 5:11 AM</div>",
        "<div>Eingestellt von Ann Lee um 21:11</div>",
    ],
)
def test_a_labelled_line_at_the_end_names_the_author(end: str) -> None:
    assert english(end=end).authors == ("Ann Lee",)


@pytest.mark.parametrize("end", ["<p><b>Keep Reading</b></p>", "<p><b>More Work:</b></p>"])
def test_bold_words_of_a_menu_sign_nothing(end: str) -> None:
    assert english(end=end).authors == ()


def test_a_line_above_the_title_counts_where_none_stands_below_it() -> None:
    other = "<p>By Bo Ek</p>"
    assert read(top=other, paragraphs=ENGLISH).authors == ("Bo Ek",)
    assert read(top=other, above="<p>By Ann Lee</p>", paragraphs=ENGLISH).authors == ("Ann Lee",)
