"""An article as a web page: what it says, and nothing that runs."""

from __future__ import annotations

from datetime import date

from archived import article
from lxml import html

from scraper.export.export import article_page
from scraper.records import Attachment, Block, Figure

EVIL = '<script>alert(1)</script>&"'


def test_a_web_page_shows_each_kind_of_block() -> None:
    blocks = (
        Block(kind="paragraph", text="Một\nhai"),
        Block(kind="heading", text="Mục"),
        Block(kind="item", text="a"),
        Block(kind="item", text="b"),
        Block(kind="quote", text="Lời"),
        Block(kind="table", text="x | y"),
    )
    tree = html.fromstring(article_page(article(blocks=blocks), facts=[("id", "demo:1")]))
    assert tree.xpath("//h1/text()") == ["Giá đất năm nay"]
    assert tree.xpath("//article/p[last()]/text()") == ["Một", "hai"]
    assert tree.xpath("//h2/text()") == ["Mục"]
    assert tree.xpath("//ul/li/text()") == ["a", "b"]
    assert tree.xpath("//blockquote/text()") == ["Lời"]
    assert tree.xpath("//td/text()") == ["x", "y"]
    assert tree.xpath("//figcaption/text()") == ["Bến sông. Ảnh: LM"]
    assert tree.xpath("//dd/text()") == ["demo:1"]


def test_nothing_that_a_page_says_becomes_markup() -> None:
    evil = article(
        EVIL,
        title=EVIL,
        lead=EVIL,
        source=EVIL,
        authors=(EVIL,),
        language='vi" onload="x',
        published=date(2018, 6, 14),
        figures=(Figure(image="javascript:alert(1)", caption=EVIL),),
        attachments=(Attachment(url="javascript:alert(1)", title=EVIL),),
    )
    page = article_page(evil, facts=[("url", "data:text/html,x"), (EVIL, EVIL)])
    tree = html.fromstring(page)
    assert not tree.xpath("//script")
    assert not tree.xpath("//a")
    assert not tree.xpath("//@onload")
    assert tree.xpath("//h1/text()") == [EVIL]
