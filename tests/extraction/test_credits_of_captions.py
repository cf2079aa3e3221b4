"""Captions are told apart from who took the picture, where the page tells them apart."""

from __future__ import annotations

import pytest

from scraper.extraction.article import extract
from scraper.extraction.credits import is_credit
from scraper.records import Article

PARAGRAPHS = (
    "The lock keepers of Averley opened the new weir on Monday, a year later than was planned.",
    "It replaces a wooden dam that two winters of high water had left leaning into the stream.",
    "Barges may pass again from next week, at first by daylight only and one at a time.",
)
CAPTION = "The new weir below Averley mill on its first day"


def read(figure: str) -> Article:
    text = f"<p>{PARAGRAPHS[0]}</p>{figure}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    markup = f"<html><body><h1>Averley opens its weir</h1><div>{text}</div></body></html>"
    return extract(markup.encode(), url="http://averley.example/news/7")


def captioned(inside: str) -> tuple[str | None, str | None]:
    article = read(f"<figure><img src='/w.jpg'>{inside}</figure>")
    assert article.text == "\n\n".join(PARAGRAPHS)
    (figure,) = article.figures
    return figure.caption, figure.credit


@pytest.mark.parametrize(
    "inside",
    [
        "<figcaption>{}<span class=credit>Jane Roe/Mill Press</span></figcaption>",
        "<figcaption><p>{}</p><p class='fig__source'>Jane Roe/Mill Press</p></figcaption>",
        "<figcaption><span>{}</span> <span>© Jane Roe/Mill Press</span></figcaption>",
        "<figcaption>{} <span>Photo: Jane Roe/Mill Press</span></figcaption>",
        "<figcaption><p>{}</p><small>(Foto: Jane Roe/Mill Press)</small></figcaption>",
        "<figcaption>{}<span class=mediaRights>Bildrechte: Jane Roe/Mill Press</span></figcaption>",
        "<figcaption><span>{}</span><span>Jane Roe/Mill Press</span></figcaption>",
        "<figcaption>{}<cite>Jane Roe/Mill Press</cite></figcaption>",
        "<figcaption>{}</figcaption><p>© Jane Roe/Mill Press</p>",
        "<div><span>Foto: Jane Roe/Mill Press</span></div><figcaption>{}</figcaption>",
        "<figcaption itemprop=caption>{}</figcaption>"
        "<figcaption itemprop=author>Jane Roe/Mill Press</figcaption>",
        "<figcaption><span>{}</span>"
        "<span><span>Credit...</span>Jane Roe/Mill Press</span></figcaption>",
        "<div class=caption><span>{}</span>"
        "<span class=captionCredit>Jane Roe/Mill Press</span></div>",
        "<figcaption><p>{}</p><p>Ảnh: Jane Roe/Mill Press</p></figcaption>",
        "<figcaption>{} <b class=toggle>Show more</b>"
        "<span class=byline>Jane Roe/Mill Press</span></figcaption>",
    ],
)
def test_a_credit_in_an_element_of_its_own_is_no_part_of_the_caption(inside: str) -> None:
    assert captioned(inside.format(CAPTION)) == (CAPTION, "Jane Roe/Mill Press")


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        (f"{CAPTION}. Photo: Jane Roe", "Jane Roe"),
        (f"{CAPTION}. Photo by Jane Roe", "Jane Roe"),
        (f"{CAPTION} © Jane Roe", "Jane Roe"),
        (f"{CAPTION} (Jane Roe/Mill Press)", "Jane Roe/Mill Press"),
        (f"{CAPTION}, Foto: Jane Roe", "Jane Roe"),
        (f"{CAPTION} (Quelle: Mill Press)", "Mill Press"),
        (f"{CAPTION}. <em>Ảnh: Jane Roe</em>", "Jane Roe"),
    ],
)
def test_a_credit_in_the_line_of_the_caption_stays_there_as_printed(line: str, credit: str) -> None:
    printed = line.replace("<em>", "").replace("</em>", "")
    assert captioned(f"<figcaption>{line}</figcaption>") == (printed, credit)


@pytest.mark.parametrize("line", ["© Mill Press", "Photo: Jane Roe", "(Mill Press)", "Ảnh: TTXVN"])
def test_a_credit_alone_is_no_caption(line: str) -> None:
    caption, credit = captioned(f"<figcaption>{line}</figcaption>")
    assert caption is None
    assert credit == line.split(": ")[-1].strip("()© ")


def test_a_caption_that_begins_with_the_word_for_a_picture_is_one() -> None:
    caption = "Ảnh: Đoàn khảo sát kiểm tra đập mới trong ngày đầu vận hành"
    assert captioned(f"<figcaption>{caption}</figcaption>")[0] == caption


def test_an_offer_of_rights_is_neither_caption_nor_credit() -> None:
    offer = "<a class=rights href=/buy>Purchase licensing rights, opens new tab</a>"
    assert captioned(f"<figcaption>{CAPTION} {offer}</figcaption>") == (CAPTION, None)


def test_words_for_screen_readers_are_no_part_of_a_caption() -> None:
    inside = (
        "<p><span class='visually-hidden'>Image source, </span>Mill Press</p>"
        f"<figcaption><span class='visually-hidden'>Image caption, </span>{CAPTION}</figcaption>"
    )
    assert captioned(inside) == (CAPTION, "Mill Press")


def test_an_element_named_for_the_source_that_holds_a_whole_caption_is_the_caption() -> None:
    long = f"{CAPTION}, seen from the east bank where the old dam had stood for ninety years"
    assert captioned(f"<figcaption><p class=source>{long}</p></figcaption>")[0] == long


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("© Mill Press", True),
        ("Foto: Pool via Mill Press", True),
        ("Illustrations: Tim Roe", True),
        ("Source: mill.example.com", True),
        ("(Mill Press)", True),
        ("Photo: the weir at low water", False),
        ("Jane Roe opens the weir", False),
        ("", False),
    ],
)
def test_a_line_is_a_credit_by_its_label_and_by_names(line: str, is_one: bool) -> None:
    assert is_credit(line) is is_one
