"""Damaged and strange pages: an article or a reason, never another error."""

from __future__ import annotations

import random

import pytest
from portal_page import PARAGRAPHS, TITLE, page

from scraper.errors import NoArticle
from scraper.extraction.article import extract

WHOLE = page(
    head=(
        "<meta name='author' content='Lê Mai, Trần Nam'><meta name='date' content='2018-06-14'>"
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished":'
        ' "2018-06-14T07:22:11+07:00", "author": [{"name": "Lê Mai"}]}]}</script>'
    ),
    top="<div>Thứ Tư, ngày 17/07/2024 | 10:20:31 (GMT+7)</div>",
    title=f"{TITLE} (14/06/2018)",
    above="<div>Nguồn: Báo Hà Sơn | <time datetime='2018-06-14T07:22'>14/06/2018</time></div>",
    end="<p align='right'><b>Lê Mai (Theo TTXVN)</b></p><p>Tin, ảnh: Lê Mai</p><p>dosm.gov.vn</p>",
    below="<div itemprop='author'>Lê Mai</div><p>Cập nhật: 15/06/2018 12:00 AM</p>",
)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_page_gives_an_article_or_says_why_not(seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(WHOLE)
    for _ in range(chance.randint(1, 40)):
        place = chance.randrange(len(damaged))
        length = chance.randint(0, 60)
        damaged[place : place + length] = bytes(
            chance.choices(b"<>/='\"&; 0123456789:/a\xe1\xff", k=9)
        )
    try:
        assert extract(bytes(damaged), url="http://hason.example/1").title
    except NoArticle as error:
        assert error.reason


@pytest.mark.parametrize("length", range(0, len(WHOLE), 97))
def test_a_page_cut_short_gives_an_article_or_says_why_not(length: int) -> None:
    try:
        assert extract(WHOLE[:length]).title
    except NoArticle as error:
        assert error.reason


@pytest.mark.parametrize(
    "value",
    [
        "0000-00-00",
        "99999999999999",
        "2018-13-45T99:99:99+99:99",
        "2018-06-14T07:22:11+24:00",
        "2018-06-14T07:22:11-99",
        "१४/०६/२०१८",
        "14/06/2018 07:22 GMT+99",
        "31/02/2018",
        "1528934400",
        "P3D",
        "T" * 5000,
    ],
)
def test_odd_values_of_dates_are_no_error(value: str) -> None:
    body = page(
        head=f"<meta property='article:published_time' content='{value}'>",
        above=f"<p><time datetime='{value}'>{value[:50]}</time></p><p>Ngày đăng: {value[:50]}</p>",
        paragraphs=(*PARAGRAPHS, f"Tin, ảnh: {value[:50]}"),
    )
    assert extract(body).title == TITLE
