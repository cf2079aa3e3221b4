"""Labels of links, files and ratings inside the text's box are no text."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, read


def paragraphs(end: str) -> list[str]:
    return read(end=end).text.split("\n\n")


@pytest.mark.parametrize(
    "line",
    [
        "<p>Tổng số điểm của bài viết là: 12 trong 3 đánh giá</p>",
        "<form><p>Click để đánh giá bài viết</p></form>",
        "<p>Tệp đính kèm: <a href='/tep/cv-15.doc'>cv-15.doc</a></p>",
        "<p>Tài liệu kèm theo:</p><p><a href='/tep/cv-15.doc'>cv-15.doc</a></p>",
    ],
)
def test_a_rating_or_a_file_below_the_text_is_no_text(line: str) -> None:
    assert paragraphs(end=line) == [*PARAGRAPHS]


def test_a_box_of_related_links_within_the_text_goes_with_its_heading() -> None:
    box = (
        "<table align=right><tr><td><b>Bài liên quan</b></td></tr><tr><td><a href='/7'>Đo mực nước"
        " ở Nậm Lành</a></td></tr></table>"
    )
    middle = f"{PARAGRAPHS[1]}</p>{box}<p>{PARAGRAPHS[2]}"
    article = read(paragraphs=(PARAGRAPHS[0], middle, PARAGRAPHS[3]))
    assert article.text.split("\n\n") == [*PARAGRAPHS]


def test_a_file_named_below_the_text_is_an_attachment() -> None:
    article = read(
        end="<p>Tệp đính kèm: <a href='/tep/cv-15.doc'>cv-15.doc</a></p>", url="http://a.vn/1"
    )
    assert [file.url for file in article.attachments] == ["http://a.vn/tep/cv-15.doc"]


def test_a_sentence_about_attached_files_stays() -> None:
    sentence = "Tài liệu kèm theo thông báo này được gửi đến các huyện trước ngày mười lăm."
    assert paragraphs(end=f"<p>{sentence}</p>")[-1] == sentence


@pytest.mark.parametrize(
    "line", ["URL: http://hason.example/tin/77", "Link bài viết: https://hason.example/tin?id=77"]
)
def test_the_address_that_a_copy_for_printing_gives_is_no_text(line: str) -> None:
    assert paragraphs(end=f"<hr><p>{line}</p>") == [*PARAGRAPHS]


def test_a_sentence_that_gives_an_address_stays() -> None:
    sentence = "Người dân tra cứu kết quả tại địa chỉ: https://hason.example/tra-cuu"
    assert paragraphs(end=f"<p>{sentence}</p>")[-1] == sentence
