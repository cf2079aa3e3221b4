"""Bylines glued to the last sentence, and those beside a source line."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, read


def glued(end: str) -> tuple[str, ...]:
    return (*PARAGRAPHS[:-1], f"{PARAGRAPHS[-1]} {end}")


@pytest.mark.parametrize(
    ("end", "authors"),
    [
        ("<b>Lê Thị Mai</b>", ("Lê Thị Mai",)),
        ("<em><strong>LÊ THỊ MAI</strong></em>", ("LÊ THỊ MAI",)),
        ("Tin, ảnh: Lê Thị Mai", ("Lê Thị Mai",)),
        ("<i>Bài và ảnh: Lê Mai - Trần Nam</i>", ("Lê Mai", "Trần Nam")),
        ("Tác giả: Lê Thị Mai", ("Lê Thị Mai",)),
        ("(Tin, ảnh: Lê Thị Mai)", ("Lê Thị Mai",)),
        ("<b>LÊ MAI - TRẦN NAM</b>", ("LÊ MAI", "TRẦN NAM")),
    ],
)
def test_a_byline_behind_the_last_sentence_is_taken_off_it(
    end: str, authors: tuple[str, ...]
) -> None:
    article = read(paragraphs=glued(end))
    assert article.authors == authors
    assert article.text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize("end", ["Lê Thị Mai", "Ảnh: Lê Thị Mai", "<b>Tin vui cho cả bản.</b>"])
def test_plain_words_behind_the_last_sentence_are_no_byline(end: str) -> None:
    assert read(paragraphs=glued(end)).authors == ()


def test_a_short_word_before_a_glued_byline_is_no_abbreviation() -> None:
    last = "Lớp học tiếp theo sẽ được mở vào mùa xuân năm sau tại thành phố Cần Thơ."
    article = read(paragraphs=(*PARAGRAPHS, f"{last} <b>Lê Thị Mai</b>"))
    assert article.authors == ("Lê Thị Mai",)
    assert article.text.endswith(last)


def test_who_is_glued_to_the_text_and_who_took_it_over_are_both_authors() -> None:
    article = read(
        paragraphs=glued("<b>Lê Thị Mai</b>"), end="<p align='right'><b>QT (Theo TTXVN)</b></p>"
    )
    assert article.authors == ("Lê Thị Mai", "QT")
    assert article.text.endswith(PARAGRAPHS[-1])


@pytest.mark.parametrize("office", ["PV", "BBT"])
def test_an_office_under_a_source_line_is_the_author(office: str) -> None:
    article = read(
        end=f"<p align='right'><i>Theo Minh An/Vcamp.vn</i></p><div align='right'>{office}</div>"
    )
    assert (article.source, article.authors) == ("Minh An/Vcamp.vn", (office,))


def test_a_source_line_above_a_list_of_files_is_read() -> None:
    files = "".join(
        f"<li><a href='/tep/{n}.pdf'>Phụ lục {n}</a> (125 KB, 12 lượt tải về)</li>"
        for n in range(1, 6)
    )
    article = read(end=f"<p>Nguồn: Báo Hà Sơn</p><b>Tệp đính kèm:</b>{files}", url="http://a.vn/1")
    assert article.source == "Báo Hà Sơn"


def test_a_source_line_above_files_and_a_form_is_read() -> None:
    below = (
        "<div>Tài liệu kèm theo</div><ul><li><a href='/tep/1.pdf'>Phụ lục lịch học</a></li></ul>"
        "<div><a href='/x'>Facebook</a></div><div>Họ và tên:</div><div>Nội dung phản hồi:</div>"
    )
    article = read(end=f"<p align='right'><b>QT (Theo TTXVN)</b></p>{below}")
    assert (article.source, article.authors) == ("TTXVN", ("QT",))
