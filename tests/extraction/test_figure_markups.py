"""Which images and captions are an article's own, in the markups that portals use."""

from __future__ import annotations

import pytest

from scraper.extraction.article import extract
from scraper.records import Article

PARAGRAPHS = (
    "Trạm bảo vệ thực vật Gò Sậy sáng nay thả ba vạn con ong ký sinh xuống cánh đồng lúa muộn.",
    "Loài ong này đẻ trứng vào ổ sâu đục thân nên nông dân không phải phun thuốc trong ba tuần.",
    "Đợt thả tiếp theo diễn ra vào giữa tháng, ở các thửa ruộng nằm sát bờ kênh phía tây của xã.",
    "Trạm sẽ đếm lại số ổ sâu sau mỗi đợt và gửi kết quả cho các hợp tác xã trong vùng.",
)
CAPTION = "Cán bộ trạm mở hộp ong ở đầu ruộng"
IMAGE = "<img src='/h/1.jpg'>"


def read(figure: str, *, above: str = "", below_title: str = "") -> Article:
    text = f"<p>{PARAGRAPHS[0]}</p>{figure}" + "".join(f"<p>{it}</p>" for it in PARAGRAPHS[1:])
    article = f"{above}<h1>Thả ong diệt sâu đục thân</h1>{below_title}<div class=nd>{text}</div>"
    markup = f"<html><body><div class=khung><article>{article}</article></div></body></html>"
    return extract(markup.encode(), url="http://gosay.example/tin/3")


def pairs(article: Article) -> list[tuple[str | None, str | None]]:
    return [(figure.image, figure.caption) for figure in article.figures]


ONE = [("http://gosay.example/h/1.jpg", CAPTION)]

MARKUPS = [
    f"<figure>{IMAGE}<figcaption>{CAPTION}</figcaption></figure>",
    f"<figure>{IMAGE}<div class=anh><span class=legend>{CAPTION}</span></div></figure>",
    f"<figure>{IMAGE}</figure><figcaption>{CAPTION}</figcaption>",
    f"<div><figure>{IMAGE}</figure><figcaption>{CAPTION}</figcaption></div>",
    f"<div class=image-box>{IMAGE}<span class=mota>{CAPTION}</span></div>",
    f"<div class='post-img'><figure>{IMAGE}</figure><p class=img-description>{CAPTION}</p></div>",
    f"<div class=mediaCon><div class=khung>{IMAGE}</div><div class=info>"
    f"<span class=mediaSubtitle>{CAPTION}</span></div></div>",
    f"<ul><li class='img item'><div>{IMAGE}</div><span class=img-info>{CAPTION}</span></li></ul>",
    f"<div><span style='display:block'>Ảnh: Trạm Gò Sậy</span>{IMAGE}<div>{CAPTION}</div></div>",
    f"<figure><picture><noscript>{IMAGE}</noscript></picture><div class=caption>{CAPTION}</div>"
    "</figure>",
    f"<div class=image><img src='/tmp/transparent.gif'><noscript>{IMAGE}</noscript>"
    f"<p class=caption>{CAPTION}</p></div>",
    f"<figure><a href='/xem/1.html'>{IMAGE}<figcaption>{CAPTION}</figcaption></a></figure>",
    f"<figure>{IMAGE}<p>{CAPTION}</p><figcaption>{CAPTION}</figcaption></figure>",
]


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_caption_within_the_text_is_read_and_is_no_text(markup: str) -> None:
    article = read(markup)
    assert pairs(article) == ONE
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("markup", MARKUPS[:6])
def test_a_caption_between_title_and_text_is_read_and_is_no_text(markup: str) -> None:
    meta = "<div class=meta><p>12/06/2021 08:30</p><p>Cỡ chữ</p></div>"
    article = read("", below_title=markup + meta)
    assert pairs(article) == ONE
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_figure_above_the_title_in_the_box_of_the_article_is_its_own() -> None:
    above = f"<figure>{IMAGE}<figcaption>{CAPTION}</figcaption></figure><p>Tin ảnh</p>"
    assert pairs(read("", above=above)) == ONE


@pytest.mark.parametrize(
    "around",
    [
        "<div class=related>{}</div>",
        "<aside>{}</aside>",
        "<div class='tinlienquan'><div class=o>{}</div></div>",
        "<div class='author bio'>{}</div>",
    ],
)
def test_figures_of_boxes_beside_the_text_are_not_its_own(around: str) -> None:
    figure = f"<figure>{IMAGE}<figcaption>{CAPTION}</figcaption></figure>"
    assert read(around.format(figure)).figures == ()


def test_a_paragraph_beside_an_image_in_a_box_for_both_is_text() -> None:
    box = f"<div class='media-text'><figure>{IMAGE}</figure><div><p>{PARAGRAPHS[1]}</p></div></div>"
    article = read(box)
    assert pairs(article) == [("http://gosay.example/h/1.jpg", None)]
    assert article.text.count(PARAGRAPHS[1]) >= 1


def test_two_paragraphs_in_the_box_of_an_image_are_text() -> None:
    lines = "".join(f"<p>{line}</p>" for line in PARAGRAPHS[1:3])
    article = read(f"<div class=image-row>{IMAGE}{lines}</div>")
    assert article.captions == ()
    assert PARAGRAPHS[1] in article.text


@pytest.mark.parametrize("words", ["Video", "Click để phóng to ảnh", "Von Ada Lindt", "watch now"])
def test_buttons_and_bylines_under_an_image_are_no_captions(words: str) -> None:
    article = read(f"<figure>{IMAGE}<figcaption>{words}</figcaption></figure>")
    assert article.captions == ()


def test_a_gallery_gives_each_of_its_images_its_own_caption() -> None:
    figures = "".join(
        f"<figure><img src='/h/{n}.jpg'><figcaption>Hộp ong thứ {n}</figcaption></figure>"
        for n in (1, 2)
    )
    article = read(f"<figure class=gallery>{figures}</figure>")
    assert pairs(article) == [
        ("http://gosay.example/h/1.jpg", "Hộp ong thứ 1"),
        ("http://gosay.example/h/2.jpg", "Hộp ong thứ 2"),
    ]
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_caption_is_not_read_again_from_a_window_that_shows_it_larger() -> None:
    window = f"<div class=lightbox><figcaption>{CAPTION}</figcaption></div>"
    figure = f"<figure>{IMAGE}<figcaption>{CAPTION}</figcaption></figure>"
    article = read(f"{figure}<p>{PARAGRAPHS[1]}</p>{window}")
    assert pairs(article) == ONE
    assert CAPTION not in article.text


def test_a_caption_that_stands_twice_is_read_once_with_its_credit() -> None:
    lines = f"<p align=center>{CAPTION}</p><p align=center><i>{CAPTION}. Ảnh: Thu Sậy</i></p>"
    article = read(f"<p align=center>{IMAGE}</p>{lines}")
    assert [(it.caption, it.credit) for it in article.figures] == [
        (f"{CAPTION}. Ảnh: Thu Sậy", "Thu Sậy")
    ]
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_series_of_images_after_an_announcing_line_keeps_the_line_as_text() -> None:
    series = "".join(
        f"<p align=center><img src='/h/{n}.jpg'></p><p align=center><em>{words}</em></p>"
        for n, words in ((1, "Mở hộp ong ở ruộng muộn"), (2, "Đếm ổ sâu trên lá"))
    )
    article = read(f"<p>Một số hình ảnh tại buổi thả ong:</p>{series}")
    assert article.captions == ("Mở hộp ong ở ruộng muộn", "Đếm ổ sâu trên lá")
    assert "Một số hình ảnh tại buổi thả ong:" in article.text


@pytest.mark.parametrize(
    "below",
    [
        "<p align=center><span style='font-family:Tahoma;font-size:8pt'>{}</span></p>",
        "<div style='text-align:center'><span style='color:#0000cd'>{}</span></div>",
        "<p style='text-align:center'><em style='color:blue'>{}</em></p>",
        "<p>&nbsp;</p><p>        {}        </p><p>&nbsp;</p>",
    ],
)
def test_lines_below_an_image_that_look_like_captions_are(below: str) -> None:
    article = read(f"<div align=center>{IMAGE}</div>" + below.format(CAPTION))
    assert pairs(article) == ONE
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_caption_in_the_head_does_not_hide_those_that_looks_alone_tell() -> None:
    head = f"<figure><img src='/h/0.jpg'><figcaption>{CAPTION}</figcaption></figure>"
    figure = f"<p align=center>{IMAGE}</p><p align=center><i>Đếm ổ sâu trên lá lúa</i></p>"
    assert read(figure, above=head).captions == (CAPTION, "Đếm ổ sâu trên lá lúa")


@pytest.mark.parametrize("word", ["anh ha", "1", "le", "skb1.jpg"])
def test_the_name_of_a_file_below_an_image_is_neither_caption_nor_text(word: str) -> None:
    article = read(f"<p align=center>{IMAGE}</p><p align=center>{word}</p>")
    assert article.captions == ()
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/h/s.jpg' srcset='/h/m.jpg 640w, /h/l.jpg 1600w'>",
        "<img src='/h/s.jpg' srcset='/h/l.jpg 1600w,/h/m.jpg 640w'>",
        "<img src='/h/s.jpg' srcset='/h/m.jpg 1x, /h/l.jpg 2x'>",
        "<img src='/h/blank.gif' data-srcset='/h/m.jpg 300w, /h/l.jpg 900w'>",
        "<img src='data:image/gif;base64,R0' data-src='/h/l.jpg'>",
        "<picture><source srcset='/h/m.jpg 8w, /h/l.jpg 12w'><img src='/h/s.jpg'></picture>",
        "<picture><source srcset='/h/m.jpg'><img src='/h/l.jpg'></picture>",
        "<picture><source srcset='/h/l.jpg'><img></picture>",
        "<img src='/h/l.jpg'>",
        "<img srcset='/h/m,w_300.jpg 300w, /h/l.jpg 900w'>",
    ],
)
def test_the_largest_copy_of_an_image_that_the_page_names_is_taken(image: str) -> None:
    article = read(f"<figure>{image}<figcaption>{CAPTION}</figcaption></figure>")
    assert pairs(article) == [("http://gosay.example/h/l.jpg", CAPTION)]
