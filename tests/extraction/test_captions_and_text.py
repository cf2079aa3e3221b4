"""Which lines around an image are its caption, and which are text."""

from __future__ import annotations

import pytest

from scraper.extraction.article import extract
from scraper.records import Article

PARAGRAPHS = (
    "Đội khảo sát của Trạm Thủy văn Kẻ Sặt vừa đo xong mặt cắt ở mười bảy điểm dọc sông Cầu Lường.",
    "Kết quả cho thấy lòng sông đoạn qua chợ Mới đã bồi cao thêm bốn mươi phân so với năm ngoái.",
    "Trạm kiến nghị nạo vét trước mùa mưa, ưu tiên đoạn sát cống Bình Phiên vì nước thoát chậm.",
    "Số liệu đo được gửi về đài khu vực ngay trong ngày để hiệu chỉnh bản tin dự báo.",
)
CAPTION = "Đo mặt cắt sông tại bến đò Kẻ Sặt"


def read(body: str, *, above: str = "", top: str = "", url: str | None = None) -> Article:
    title = "<h1>Đo mặt cắt sông Cầu Lường trước mùa mưa</h1>"
    text = f"<div class=bai><div class=o><div class=chu>{body}</div></div></div>"
    main = f"<div id=giua>{above}{title}{text}</div>"
    return extract(f"<html><body><div>{top}{main}</div></body></html>".encode(), url=url)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def pairs(article: Article) -> list[tuple[str | None, str | None]]:
    return [(figure.image, figure.caption) for figure in article.figures]


def test_a_row_of_text_under_an_image_in_a_table_laid_text_is_text() -> None:
    rows = [*PARAGRAPHS[:3], "<p align=center><img src='/h/1.jpg'></p>", PARAGRAPHS[3]]
    article = read("<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>")
    assert article.captions == ()
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_caption_set_apart_in_a_table_laid_text_is_no_text() -> None:
    image = f"<center><img src='/h/1.jpg'></center><center><i>{CAPTION}</i></center>"
    rows = [*PARAGRAPHS[:2], image, *PARAGRAPHS[2:]]
    article = read("<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>")
    assert article.captions == (CAPTION,)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_long_paragraph_beside_an_image_in_a_table_of_their_own_is_text() -> None:
    long = " ".join(PARAGRAPHS[1:])
    table = f"<table><tr><td><img src='/h/1.jpg'></td><td>{long}</td></tr></table>"
    article = read(paragraphs(PARAGRAPHS[0]) + table + paragraphs(*PARAGRAPHS[1:3]))
    assert article.captions == ()
    assert long in article.text


def test_a_sentence_that_is_alone_with_its_image_in_a_table_is_a_caption() -> None:
    table = f"<table><tr><td><img src='/h/1.jpg'></td></tr><tr><td>{CAPTION}.</td></tr></table>"
    article = read(paragraphs(*PARAGRAPHS[:2]) + table + paragraphs(*PARAGRAPHS[2:]))
    assert article.captions == (f"{CAPTION}.",)


@pytest.mark.parametrize("style", ["color:#444b55", "font-style:italic", "text-align:center"])
def test_a_paragraph_styled_as_the_one_below_it_is_no_caption(style: str) -> None:
    styled = "".join(f"<p style='{style}'>{text}</p>" for text in PARAGRAPHS[2:])
    article = read(paragraphs(*PARAGRAPHS[:2]) + "<p><img src='/h/1.jpg'></p>" + styled)
    assert article.captions == ()
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_short_paragraphs_that_are_all_styled_alike_are_no_captions() -> None:
    styled = [f"<p style='color:#39424e'>{text}</p>" for text in PARAGRAPHS]
    article = read("".join([*styled[:3], "<p><img src='/h/1.jpg'></p>", styled[3]]))
    assert article.captions == ()
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_last_paragraph_with_a_name_behind_it_is_no_caption() -> None:
    last = f"<p>{PARAGRAPHS[3]} <b>Vũ Thị Lành</b></p>"
    article = read(paragraphs(*PARAGRAPHS[:3]) + "<p><img src='/h/1.jpg'></p>" + last)
    assert article.captions == ()
    assert PARAGRAPHS[3] in article.text


def test_a_figure_that_is_never_closed_takes_no_text() -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><figure><img src='/h/1.jpg'>" + paragraphs(*PARAGRAPHS[1:] * 3)
    assert PARAGRAPHS[1] in read(body).text


def test_images_of_a_grid_have_the_captions_of_the_row_below_them() -> None:
    images = "".join(f"<td><img src='/h/{n}.jpg'></td>" for n in (1, 2, 3))
    captions = "".join(f"<td>{words}</td>" for words in ("Bến đò", "", "Cống Bình Phiên"))
    grid = f"<table><tr>{images}</tr><tr>{captions}</tr></table>"
    article = read(
        paragraphs(*PARAGRAPHS[:2]) + grid + paragraphs(*PARAGRAPHS[2:]), url="http://s.vn/t/1"
    )
    assert pairs(article) == [
        ("http://s.vn/h/1.jpg", "Bến đò"),
        ("http://s.vn/h/2.jpg", None),
        ("http://s.vn/h/3.jpg", "Cống Bình Phiên"),
    ]
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_an_image_with_its_caption_above_the_title_is_a_figure() -> None:
    row = f"<tr><td class=anh>{CAPTION}</td></tr>"
    above = f"<table><tr><td><img src='/h/1.jpg'></td></tr>{row}</table>"
    article = read(paragraphs(*PARAGRAPHS), above=above, url="http://s.vn/t/1")
    assert pairs(article) == [("http://s.vn/h/1.jpg", CAPTION)]
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_date_may_stand_between_such_an_image_and_the_title() -> None:
    above = f"<div><img src='/h/1.jpg'><p>{CAPTION}</p></div><p>03/02/2016 09:10</p>"
    article = read(paragraphs(*PARAGRAPHS), above=above, url="http://s.vn/t/1")
    assert pairs(article) == [("http://s.vn/h/1.jpg", CAPTION)]


def test_a_banner_with_a_line_below_it_is_no_figure() -> None:
    top = "<div><p><img src='/h/dau.jpg'></p><p>Trạm Thủy văn Kẻ Sặt</p></div>"
    assert read(paragraphs(*PARAGRAPHS), top=top).figures == ()


@pytest.mark.parametrize("words", ["", "<p>Phim tài liệu: Người gác cống</p>"])
def test_an_image_above_the_text_that_leads_to_another_page_is_no_figure(words: str) -> None:
    above = f"<div><b>Phim</b><a href='/phim/8'><img src='/h/8.jpg'></a>{words}</div>"
    body = f"<div id=giua>{above}<h2>Đo mặt cắt sông Cầu Lường</h2>{paragraphs(*PARAGRAPHS)}</div>"
    assert extract(f"<html><body>{body}</body></html>".encode()).figures == ()


def test_an_image_above_the_text_that_leads_to_its_larger_self_is_a_figure() -> None:
    image = "<p><a href='/h/1-to.jpg'><img src='/h/1.jpg'></a></p>"
    body = f"<h1>Đo mặt cắt sông Cầu Lường</h1>{image}{paragraphs(*PARAGRAPHS)}"
    article = extract(f"<html><body>{body}</body></html>".encode(), url="http://s.vn/t/1")
    assert pairs(article) == [("http://s.vn/h/1.jpg", None)]
