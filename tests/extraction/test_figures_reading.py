"""Images with their captions and credits."""

from __future__ import annotations

import pytest

from scraper.extraction.article import extract
from scraper.extraction.credits import read_credit
from scraper.records import Article

LEAD = (
    "Lễ thả cá giống đầu năm đã diễn ra sáng nay tại bến sông xã Trung Hà, với hơn ba trăm người."
)
AFTER = "Sau lễ thả cá, các đại biểu đã trồng hai trăm cây bần dọc bờ kè mới xây ở phía hạ lưu bến."
LAST = (
    "Năm nay tỉnh dự kiến thả bốn đợt cá giống, đợt cuối vào cuối tháng mười khi nước bắt đầu rút."
)
CAPTION = "Đại biểu thả cá giống xuống bến Trung Hà"


def read(figure: str, *, head: str = "", url: str | None = "http://a.vn/tin/1.html") -> Article:
    body = f"<p>{LEAD}</p>{figure}<p>{AFTER}</p><p>{LAST}</p>"
    markup = f"<html><body><h1>Thả cá giống đầu năm</h1>{head}<div>{body}</div></body></html>"
    return extract(markup.encode(), url=url)


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img src='/i/1.jpg'><figcaption>{}</figcaption></figure>",
        "<figure><img src='/i/1.jpg'><figcaption><p class=Image>{}</p></figcaption></figure>",
        "<table><tr><td><img src='/i/1.jpg'></td></tr><tr><td class=pCaption>{}</td></tr></table>",
        "<table><tr><td><img src='/i/1.jpg'></td></tr><tr><td>{}</td></tr></table>",
        "<p align=center><img src='/i/1.jpg'></p><p align=center><i>{}</i></p>",
        "<p style='text-align:center'><img src='/i/1.jpg'></p>"
        "<p style='text-align:center'><span style='color:#595959'>{}</span></p>",
        "<div align=center><img src='/i/1.jpg'><br><span>{}</span></div>",
        "<p><img src='/i/1.jpg'></p><p>&nbsp;</p><p>{}</p><p>&nbsp;</p>",
        "<p align=center><img src='/i/1.jpg'><br><font color=blue><em>{}</em></font></p>",
        "<div class='wp-caption'><img src='/i/1.jpg'><p class='wp-caption-text'>{}</p></div>",
        "<div class=img><a href='/x'><img src='/i/1.jpg'></a></div><div class=chuthich>{}</div>",
    ],
)
def test_a_caption_is_read_in_every_markup_and_is_no_text(markup: str) -> None:
    article = read(markup.format(CAPTION))
    assert [(figure.image, figure.caption) for figure in article.figures] == [
        ("http://a.vn/i/1.jpg", CAPTION)
    ]
    assert article.text == "\n\n".join((LEAD, AFTER, LAST))


def test_a_paragraph_after_an_image_is_no_caption() -> None:
    article = read("<p><img src='/i/1.jpg'></p>")
    assert article.captions == ()
    assert article.text == "\n\n".join((LEAD, AFTER, LAST))


def test_an_image_without_caption_is_kept() -> None:
    assert [figure.image for figure in read("<p><img src='/i/1.jpg'></p>").figures] == [
        "http://a.vn/i/1.jpg"
    ]


def test_a_caption_nearly_equal_to_a_sentence_leaves_the_sentence() -> None:
    figure = f"<figure><img src='/i/1.jpg'><figcaption>{AFTER[:-1]}</figcaption></figure>"
    article = read(figure)
    assert AFTER in article.text
    assert article.captions == (AFTER[:-1],)


def test_several_images_keep_their_own_captions() -> None:
    figures = "".join(
        f"<figure><img src='/i/{n}.jpg'><figcaption>Ảnh thứ {n} ở bến</figcaption></figure>"
        for n in (1, 2, 3)
    )
    assert read(figures).captions == ("Ảnh thứ 1 ở bến", "Ảnh thứ 2 ở bến", "Ảnh thứ 3 ở bến")


@pytest.mark.parametrize(
    "image",
    [
        "<img data-src='/i/1.jpg' src='data:image/gif;base64,R0=='>",
        "<img data-original='/i/1.jpg' src='/blank.gif'>",
        "<img srcset='/i/small.jpg 300w, /i/1.jpg 900w'>",
        "<img src='../i/1.jpg'>",
        "<img src='//a.vn/i/1.jpg'>",
    ],
)
def test_the_address_of_an_image_is_absolute_also_when_it_is_loaded_late(image: str) -> None:
    address = read(f"<figure>{image}<figcaption>{CAPTION}</figcaption></figure>").figures[0].image
    assert address in ("http://a.vn/i/1.jpg",)


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/i/1.jpg' width=16 height=16>",
        "<img src='/images/icon_print.gif'>",
        "<img src='/spacer.gif'>",
        "<img>",
    ],
)
def test_icons_and_spacers_are_no_figures(image: str) -> None:
    assert read(f"<p>{image}</p>").figures == ()


def test_images_of_boxes_beside_the_text_are_no_figures() -> None:
    side = "<div class=sidebar><p><img src='/i/2.jpg'></p><p>Chuyên trang ảnh</p></div>"
    assert read("", head=side).figures == ()


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Cổng vào bến. Ảnh: Lê Hiếu.", "Lê Hiếu"),
        ("Cổng vào bến - Ảnh: Lê Hiếu", "Lê Hiếu"),
        ("Cổng vào bến (Ảnh: Lê Hiếu)", "Lê Hiếu"),
        ("Cổng vào bến (Ảnh minh họa: TTXVN)", "TTXVN"),
        ("Cổng vào bến. Ảnh Trọng Đức.", "Trọng Đức"),
        ("Cổng vào bến. Nguồn: Bộ Thủy lâm", "Bộ Thủy lâm"),
        ("The old gate. Photo: Jane Roe", "Jane Roe"),
        ("Cổng vào bến. Ảnh: H.N.", "H.N."),
        ("Cổng vào bến (Ảnh: Đ.H.)", "Đ.H."),
        ("Cổng vào bến. Ảnh: H.N", "H.N"),
        ("The old gate. Photo: Jane R.", "Jane R."),
        ("Ảnh chụp cổng vào bến lúc sáng sớm", None),
        ("Cổng vào bến", None),
        ("", None),
    ],
)
def test_the_credit_of_a_caption_is_read_by_itself(caption: str, credit: str | None) -> None:
    assert read_credit(caption) == credit


def test_the_credit_also_stands_in_the_caption_as_printed() -> None:
    figure = read(
        "<figure><img src='/i/1.jpg'><figcaption>Cổng bến. Ảnh: Lê Hiếu</figcaption></figure>"
    ).figures[0]
    assert (figure.caption, figure.credit) == ("Cổng bến. Ảnh: Lê Hiếu", "Lê Hiếu")


@pytest.mark.parametrize("name", ["le-tha-ca-03.jpg", "DSC_0417.JPG", "ảnh bến (2).png", "12"])
def test_a_file_name_under_an_image_is_neither_caption_nor_text(name: str) -> None:
    article = read(f"<p align=center><img src='/i/1.jpg'></p><p align=center>{name}</p>")
    assert [(figure.image, figure.caption) for figure in article.figures] == [
        ("http://a.vn/i/1.jpg", None)
    ]
    assert article.text == "\n\n".join((LEAD, AFTER, LAST))


@pytest.mark.parametrize("end", [".", "", " (Ảnh: Thu Hà)"])
def test_a_caption_glued_to_the_paragraph_behind_it_is_parted(end: str) -> None:
    behind = "Trước lễ thả cá, xã đã dọn sạch rác và bèo tây trên một cây số mặt nước quanh bến."
    article = read(f"<p><img src='/i/1.jpg'><i>{CAPTION}{end}</i> {behind}</p>")
    assert article.captions == (CAPTION + end,)
    assert article.text == "\n\n".join((LEAD, behind, AFTER, LAST))


def test_italic_words_that_open_a_sentence_behind_an_image_are_no_caption() -> None:
    sentence = f"<em>Thủy lâm tạp chí số mới</em> cho biết: {AFTER}"
    article = read(f"<p><img src='/i/1.jpg'>{sentence}</p>")
    assert article.captions == ()
    assert "Thủy lâm tạp chí số mới cho biết" in article.text


def test_a_caption_may_stand_in_the_row_above_its_image() -> None:
    article = read(
        f"<table><tr><td>{CAPTION}</td></tr><tr><td><img src='/i/1.jpg'></td></tr></table>"
    )
    assert article.captions == (CAPTION,)
    assert article.text == "\n\n".join((LEAD, AFTER, LAST))


def test_a_line_above_two_images_of_a_table_is_no_caption() -> None:
    images = "<tr><td><img src='/i/1.jpg'></td><td><img src='/i/2.jpg'></td></tr>"
    assert read(f"<table><tr><td>{LAST}</td></tr>{images}</table>").captions == ()


@pytest.mark.parametrize(
    "below",
    [
        "<form><p>Điểm trung bình của bài là 4 trên 7 phiếu</p></form>",
        "<div class='binhluan'>Ba bạn đọc đã gửi ý kiến</div>",
        "<p>Lượt xem: 731</p>",
        "<p><i>Tin liên quan</i></p>",
        "<p><i>Chia sẻ</i></p>",
    ],
)
def test_what_the_page_says_below_a_last_image_is_no_caption(below: str) -> None:
    figure = f"<p align=center><img src='/i/1.jpg'></p>{below}"
    markup = f"<h1>Thả cá giống đầu năm</h1><div><p>{LEAD}</p><p>{AFTER}</p>{figure}</div>"
    assert extract(f"<html><body>{markup}</body></html>".encode()).captions == ()


def test_a_caption_that_begins_with_a_word_of_buttons_is_one() -> None:
    caption = "Chia sẻ kinh nghiệm thả cá giống cho xã viên mới"
    assert read(f"<p><img src='/i/1.jpg'></p><p><i>{caption}</i></p>").captions == (caption,)


@pytest.mark.parametrize("words", ["Cỡ chữ:", "Bản in", "In bài viết", "Gửi email"])
def test_buttons_on_a_line_with_their_words_are_no_figures(words: str) -> None:
    toolbar = f"<div>{words} <img src='/t/1.gif'> <img src='/t/2.gif'></div>"
    assert read("", head=toolbar).figures == ()
