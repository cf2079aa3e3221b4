"""The demo's pages say what was published, in bytes as awkward as real ones."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from scraper.demo.content import PublishedArticle, published
from scraper.demo.pages import article_page, feed, home_page, not_found_page
from scraper.demo.server import CLOCK
from scraper.demo.textures import TEXTURES, TONE_MARKS

SENTENCE = "Bộ trưởng Nguyễn Đình Trạch & đoàn công tác đã kiểm tra đê hữu sông Trà Bạc <đoạn 2>."


def shown(body: bytes) -> str:
    """A page's text as a reader sees it: composed, soft hyphens out, white space folded."""
    text = BeautifulSoup(body.decode("utf-8", "replace"), "lxml").get_text()
    composed = unicodedata.normalize("NFC", text).replace("\xad", "").replace("\u200b", "")
    return re.sub(r"\s+", " ", composed.replace("\xd0", "Đ"))


@pytest.mark.parametrize("article", published()[::3], ids=lambda article: article.key)
def test_a_page_shows_everything_that_was_published(article: PublishedArticle) -> None:
    text = shown(article_page(article, others=published()[:2], clock=CLOCK))
    values = [article.title, article.lead, *article.captions, *article.authors]
    values += [block.text for block in article.blocks]
    values += [article.source or "", *(file.title or "" for file in article.attachments)]
    assert [value for value in values if value not in text] == []


def test_the_same_article_gives_the_same_bytes() -> None:
    article = published()[3]
    first = article_page(article, others=published()[5:7], clock=CLOCK)
    assert article_page(article, others=published()[5:7], clock=CLOCK) == first


def test_the_clock_stands_in_the_head_in_several_forms() -> None:
    forms = {shown(article_page(article, clock=CLOCK)).count("2026") > 0 for article in published()}
    assert forms == {True}


def test_some_pages_are_utf_8_but_for_one_latin_1_byte() -> None:
    broken = [article for article in published() if article.printed.broken_byte]
    assert broken
    for article in broken:
        body = article_page(article, clock=CLOCK)
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        assert len(body.decode("utf-8", "replace").split("\ufffd")) == 2


def test_some_pages_open_with_a_hundred_blank_lines() -> None:
    late = [article for article in published() if article.printed.blank_lines]
    assert late
    assert article_page(late[0], clock=CLOCK).startswith(b"\n" * 100 + b"<!DOCTYPE")


def test_some_pages_are_decomposed() -> None:
    apart = next(
        a for a in published() if a.printed.texture == "decomposed" and a.printed.markup != "word"
    )
    body = article_page(apart, clock=CLOCK).decode("utf-8", "replace")
    assert any(mark in body for mark in TONE_MARKS)


@pytest.mark.parametrize("texture", TEXTURES)
def test_a_texture_changes_the_bytes_and_not_the_text(texture: str) -> None:
    written = TEXTURES[texture](SENTENCE)
    assert shown(f"<p>{written}</p>".encode()) == SENTENCE


def test_the_feed_is_well_formed_and_leads_to_every_article() -> None:
    articles = published()[:5]
    body = feed(articles, home="http://127.0.0.1:1")
    links = [element.text for element in ElementTree.fromstring(body).iter("link")][1:]
    assert links == [f"http://127.0.0.1:1{article.addresses[0]}" for article in articles]


def test_the_home_page_has_a_box_for_each_section() -> None:
    text = shown(home_page(published(), clock=CLOCK))
    assert all(name in text for name in ("Tin hoạt động", "Chỉ đạo điều hành", "Sự kiện"))


def test_not_found_has_the_whole_frame() -> None:
    text = shown(not_found_page(clock=CLOCK))
    assert "The requested resource was not found." in text
    assert "Trang chủ" in text
