"""What a site says of itself below an article ends the article, wherever it stands."""

from __future__ import annotations

import pytest

from scraper.errors import NoArticle
from scraper.extraction.article import extract
from scraper.extraction.imprint import NO, PERHAPS, SURE, imprint_like
from scraper.records import Article

TITLE = "Hà Sơn nạo vét mười hai hồ chứa trước mùa mưa"
SENTENCES = (
    "Chi cục Thủy lợi tỉnh Hà Sơn vừa hoàn thành việc nạo vét mười hai hồ chứa nhỏ ở miền núi.",
    "Tổng khối lượng bùn đất được đưa đi là bốn vạn mét khối, gấp đôi khối lượng của năm trước.",
    "Các xã sẽ tự trông coi cửa xả và báo mực nước mỗi ngày hai lần trong suốt mùa mưa năm nay.",
)
IMPRINTS = (
    "© 2016 Sở Nông nghiệp tỉnh Hà Sơn. Địa chỉ: 12 Lê Lai, Hà Sơn. Điện thoại: 0255 555 012",
    "Cơ quan chủ quản: Ủy ban nhân dân tỉnh Hà Sơn. Chịu trách nhiệm nội dung: Bà Đỗ Thị Hiên",
    "Cổng thông tin điện tử Hà Sơn - Giấy phép số 7/GP-STTTT - Ghi rõ nguồn khi dùng lại",
    "Department of Water of Ha Son. Add: 12 Le Lai. Tel: (+84) 255 555 012. Fax: 255 555 013",
    "Xây dựng và phát triển: Trung tâm Tin học, điện thoại 0255 555 014, email: a@hason.example",
    "Số lượt truy cập: 1.204.551. Đang trực tuyến: 14. Copyright 2011 by Ha Son",
)


def cells(end: str, below: str, *, sentences: tuple[str, ...] = SENTENCES) -> bytes:
    """A page laid out by a table, as portals were before 2012: the footer is but another cell."""
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<html><head><title>{TITLE}</title></head><body><table><tr><td><b>{TITLE}</b>"
        f"<div>05/06/2014</div>{text}{end}</td></tr><tr><td align=center>{below}</td></tr>"
        "</table></body></html>"
    ).encode()


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


@pytest.mark.parametrize("imprint", IMPRINTS)
def test_a_footer_in_a_cell_is_no_text_and_leaves_the_byline_the_last_line(imprint: str) -> None:
    article = extract(cells("<p align=right><b>Lò Văn Thanh</b></p>", imprint))
    assert (paragraphs(article), article.authors) == ([*SENTENCES], ("Lò Văn Thanh",))


@pytest.mark.parametrize("imprint", IMPRINTS)
def test_a_footer_behind_related_links_leaves_the_source_line_the_last_line(imprint: str) -> None:
    end = "<p>Nguồn tin: Chi cục Thủy lợi Hà Sơn</p><b>Tin khác</b>" + "".join(
        f"<p><a href='/{n}'>Thị xã Hà Sơn thay {n} nghìn bóng đèn đường</a></p>" for n in (2, 3)
    )
    article = extract(cells(end, imprint))
    assert (paragraphs(article), article.source) == ([*SENTENCES], "Chi cục Thủy lợi Hà Sơn")


def test_a_footer_of_several_lines_goes_as_a_whole() -> None:
    below = (
        "<p>CỔNG THÔNG TIN ĐIỆN TỬ SỞ NÔNG NGHIỆP TỈNH HÀ SƠN</p><p>Địa chỉ: 12 Lê Lai, Hà Sơn</p>"
        "<p>Điện thoại: 0255 555 012 - Fax: 0255 555 013</p><p>Giấy phép số: 7/GP-STTTT</p>"
    )
    assert paragraphs(extract(cells("", below))) == [*SENTENCES]


def test_a_notice_of_reuse_in_the_text_box_ends_the_text() -> None:
    end = (
        "<p align=right><b>Lò Văn Thanh</b></p>"
        "<p>Đề nghị ghi rõ nguồn hason.example khi sử dụng lại bài viết này.</p>"
    )
    article = extract(cells(end, ""))
    assert (paragraphs(article), article.authors) == ([*SENTENCES], ("Lò Văn Thanh",))


@pytest.mark.parametrize(
    "last",
    [
        "Mọi góp ý xin gửi về Chi cục Thủy lợi, địa chỉ: 12 Lê Lai, điện thoại: 0255 555 012.",
        "Địa chỉ nhận hồ sơ: Phòng Tổ chức, số 12 Lê Lai, thị xã Hà Sơn, trong giờ hành chính.",
        "Công ty Đá Hà Sơn có giấy phép số 15/GP-UBND, trụ sở: xã Nậm Lành, bị phạt hai tỷ đồng.",
        "Bà Hiên cho biết bản quyền của bộ bản đồ số thuộc về tỉnh và ai cũng được tra cứu.",
        "Trang tin của tỉnh có 1.204 lượt truy cập mỗi ngày, nhiều nhất vào buổi sáng thứ hai.",
    ],
)
def test_a_paragraph_with_an_address_or_a_licence_stays(last: str) -> None:
    article = extract(cells(f"<p>{last}</p>", IMPRINTS[0]))
    assert paragraphs(article) == [*SENTENCES, last]


def test_an_article_about_licences_keeps_its_middle() -> None:
    about = "Giấy phép thiết lập trang thông tin điện tử số 7/GP-TTĐT có giá trị trong mười năm."
    article = extract(cells("", IMPRINTS[0], sentences=(SENTENCES[0], about, *SENTENCES[1:])))
    assert paragraphs(article)[1] == about


def test_a_page_with_nothing_but_a_footer_is_no_article() -> None:
    markup = (
        "<html><head><title>Chi tiết</title></head><body><table><tr><td><span></span></td></tr>"
        f"<tr><td>{IMPRINTS[2]}. Chịu trách nhiệm chính: Bà Đỗ Thị Hiên</td></tr></table></body>"
    )
    with pytest.raises(NoArticle):
        extract(markup.encode())


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("Bản quyền © 2009 Sở Nông nghiệp Hà Sơn", SURE),
        ("Điện thoại: 0255 555 012 - Fax: 0255 555 013", PERHAPS),
        ("© Bild: Karl Huber", PERHAPS),
        (SENTENCES[1], NO),
    ],
)
def test_a_line_is_an_imprint_by_what_it_says(line: str, how: int) -> None:
    assert imprint_like(line) == how


@pytest.mark.parametrize("colon", ["", ":"])
def test_a_notice_of_reuse_is_an_imprint_with_a_colon_and_without(colon: str) -> None:
    assert imprint_like(f"® Ghi rõ nguồn{colon} “Cổng Hà Sơn” khi phát hành lại tin này.") == SURE
