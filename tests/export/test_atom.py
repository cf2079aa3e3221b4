"""Atom, read by feedparser."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
from archived import NOW, article, bare
from cited import NASTY, Cited, about_of, cited
from lxml import etree

from scraper.export.atom import write_atom
from scraper.records import Attachment, Block

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(made: Cited) -> Any:
    read = feedparser.parse(made.text(write_atom).encode(), sanitize_html=False)
    assert not read.bozo
    return read


def test_the_feed_is_called_by_its_query(tmp_path: Path) -> None:
    read = feed(cited(tmp_path, {})).feed
    assert read.title == '"đất đai" <&> (archive.db)'
    assert read.updated == "2026-11-01T08:00:00+00:00"
    assert read.id.startswith("urn:uuid:")


def test_another_query_is_another_feed(tmp_path: Path) -> None:
    one = feed(cited(tmp_path, {})).feed
    other = feed(Cited((), about_of(tmp_path, query="rừng"))).feed
    assert one.id != other.id


def test_an_entry_says_what_the_article_is(tmp_path: Path) -> None:
    read = article(
        published=datetime(2018, 6, 14, 15, 20, tzinfo=VIETNAM),
        updated=date(2018, 6, 20),
        attachments=(Attachment(url="http://demo.example/a.pdf", title="Phụ lục"),),
    )
    (entry,) = feed(cited(tmp_path, {"1": read})).entries
    assert entry.title == "Giá đất năm nay"
    assert entry.published == "2018-06-14T15:20:00+07:00"
    assert entry.updated == "2018-06-20T00:00:00+07:00"
    assert entry.author == "Lê Minh"
    assert entry.link == "http://demo.example/detail?id=1"
    assert [one.href for one in entry.enclosures] == ["http://demo.example/a.pdf"]
    assert [tag.term for tag in entry.tags] == ["đất đai"]
    assert entry.summary == "Sở vừa công bố bảng giá."
    assert entry.source.title == "Cổng thông tin Bộ Sông hồ"
    assert entry.source.id == "https://www.songho.example/"


def test_an_entry_of_which_nothing_is_known_still_has_what_atom_asks_for(tmp_path: Path) -> None:
    (entry,) = feed(cited(tmp_path, {"1": bare("")}, portal=None)).entries
    assert (entry.title, entry.author) == ("[demo:1]", "demo.example")
    assert entry.updated == NOW.isoformat()
    assert "published" not in entry


def test_an_update_printed_before_the_publication_does_not_count(tmp_path: Path) -> None:
    read = article(published=date(2018, 6, 14), updated=date(2001, 1, 1))
    (entry,) = feed(cited(tmp_path, {"1": read})).entries
    assert entry.updated == "2018-06-14T00:00:00+07:00"


def test_ids_stay_whatever_changes(tmp_path: Path) -> None:
    one = feed(cited(tmp_path, {"1": article(), "2": article()})).entries
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = feed(cited(elsewhere, {"1": bare("Khác"), "2": bare("Khác")}, portal=None)).entries
    assert [entry.id for entry in one] == [entry.id for entry in other]
    assert one[0].id != one[1].id


def test_the_text_is_markup_in_which_nothing_of_the_page_is_markup(tmp_path: Path) -> None:
    blocks = (
        Block(kind="heading", text="Đầu <mục>"),
        Block(kind="item", text="một"),
        Block(kind="item", text="hai"),
        Block(kind="quote", text="lời"),
        Block(kind="table", text="a | b"),
        Block(kind="paragraph", text="<script>x</script>\n&amp;"),
    )
    (entry,) = feed(cited(tmp_path, {"1": article(lead=None, blocks=blocks)})).entries
    assert entry.content[0].type == "text/html"
    assert entry.content[0].value.split("\n") == [
        "<h3>Đầu &lt;mục&gt;</h3>",
        "<ul><li>một</li><li>hai</li></ul>",
        "<blockquote>lời</blockquote>",
        "<table><tr><td>a</td><td>b</td></tr></table>",
        "<p>&lt;script&gt;x&lt;/script&gt;<br />&amp;amp;</p>",  # as feedparser writes it
        "<p><em>Bến sông. Ảnh: LM</em></p>",
    ]


def test_nasty_articles_are_entries_like_others(tmp_path: Path) -> None:
    made = cited(tmp_path, NASTY)
    assert len(feed(made).entries) == len(NASTY)
    parser = etree.XMLParser(huge_tree=True)
    for entry in etree.fromstring(made.text(write_atom).encode(), parser).iter(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "author", "content"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
