"""TEI, checked by the part of the TEI schema that it uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from archived import article, bare
from cited import LAST_SEEN, NASTY, Cited, cited
from lxml import etree

from scraper.export.tei import write_tei
from scraper.records import Block, Figure

SCHEMA = Path(__file__).parent / "tei" / "tei_used.rng"
NAMES = {"t": "http://www.tei-c.org/ns/1.0"}


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.RelaxNG(etree.parse(str(SCHEMA)))


def document(made: Cited) -> Any:
    return etree.fromstring(made.text(write_tei).encode(), etree.XMLParser(huge_tree=True))


def found(root: Any, path: str) -> list[Any]:
    """What an XPath finds; elements as their text."""
    hits: Iterable[Any] = root.xpath(path, namespaces=NAMES)
    return [hit if isinstance(hit, str) else "".join(hit.itertext()) for hit in hits]


def test_nasty_articles_are_valid(schema: Any, tmp_path: Path) -> None:
    schema.assertValid(document(cited(tmp_path, NASTY)))


@pytest.mark.parametrize("key", NASTY)
def test_each_nasty_article_alone_is_valid(schema: Any, key: str, tmp_path: Path) -> None:
    schema.assertValid(document(cited(tmp_path, {key: NASTY[key]}, portal=None)))


def test_an_export_of_nothing_is_valid(schema: Any, tmp_path: Path) -> None:
    root = document(cited(tmp_path, {}))
    schema.assertValid(root)
    assert found(root, "/t:TEI/t:text/t:body") == [""]


def test_the_schema_refuses_what_is_no_tei(schema: Any, tmp_path: Path) -> None:
    root = document(cited(tmp_path, {"1": article()}))
    root.find(".//t:body", NAMES).append(etree.Element(f"{{{NAMES['t']}}}row"))
    assert not schema.validate(root)


def test_the_header_says_what_the_article_is_and_where_it_stood(tmp_path: Path) -> None:
    read = article(
        published=datetime(2018, 6, 14, 15, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        updated=date(2018, 6, 15),
    )
    root = document(cited(tmp_path, {"1": read}))
    head = "//t:TEI/t:teiHeader"
    assert found(root, f"{head}//t:titleStmt/t:title") == ["Giá đất năm nay"]
    assert found(root, f"{head}//t:titleStmt/t:author") == ["Lê Minh"]
    assert found(root, f"{head}//t:idno[@type='archive']") == ["demo:1"]
    assert found(root, f"{head}//t:bibl/t:publisher") == ["Cổng thông tin Bộ Sông hồ"]
    assert found(root, f"{head}//t:bibl/t:note[@type='source']") == ["Cổng thông tin xã"]
    assert found(root, f"{head}//t:bibl/t:date/@when") == [
        "2018-06-14T15:20:00+07:00",
        "2018-06-15",
    ]
    assert found(root, f"{head}//t:bibl/t:ref/@target") == ["http://demo.example/detail?id=1"]
    assert found(root, f"{head}//t:language/@ident") == ["vi"]
    assert found(root, f"{head}//t:term") == ["đất đai"]
    assert found(root, f"{head}//t:change/@when") == [
        "2026-11-01T18:00:00+00:00",
        "2026-11-01T08:00:00+00:00",
    ]


def test_a_page_that_is_gone_is_said_to_be_gone(schema: Any, tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A")})
    gone = tuple(replace(one, gone_since=LAST_SEEN) for one in made.articles)
    root = document(replace(made, articles=gone))
    schema.assertValid(root)
    assert found(root, "//t:change")[0] == "Found gone."


def test_the_header_of_all_says_query_archive_and_program(tmp_path: Path) -> None:
    root = document(cited(tmp_path, {"1": bare("A")}))
    assert found(root, "/t:teiCorpus/t:teiHeader//t:title") == ['archive.db: "đất đai" <&>']
    assert found(root, "/t:teiCorpus/t:teiHeader//t:distributor") == ["ministry-scraper 0.1.0"]
    assert '"đất đai" <&>' in found(root, "/t:teiCorpus/t:teiHeader//t:projectDesc")[0]


def test_each_kind_of_block_has_its_element(tmp_path: Path) -> None:
    blocks = (
        Block(kind="paragraph", text="trước"),
        Block(kind="heading", text="Mục 1"),
        Block(kind="item", text="một"),
        Block(kind="item", text="hai"),
        Block(kind="heading", text="Mục 2"),
        Block(kind="quote", text="lời"),
        Block(kind="table", text="a | b"),
        Block(kind="table", text="c | "),
    )
    figures = (Figure(image="http://demo.example/1.jpg", caption="Bến sông", credit="LM"),)
    root = document(cited(tmp_path, {"1": article(blocks=blocks, figures=figures)}))
    assert found(root, "//t:body/t:head") == ["Giá đất năm nay"]
    assert found(root, "//t:div[@type='lead']/t:p") == ["Sở vừa công bố bảng giá."]
    assert found(root, "//t:div[@type='section'][1]/t:p") == ["trước"]
    assert found(root, "//t:div[@type='section']/t:head") == ["Mục 1", "Mục 2"]
    assert found(root, "//t:div[@type='section'][2]/t:list/t:item") == ["một", "hai"]
    assert found(root, "//t:div[@type='section'][3]/t:quote") == ["lời"]
    assert found(root, "//t:table/t:row[1]/t:cell") == ["a", "b"]
    assert found(root, "//t:table/t:row[2]/t:cell") == ["c", ""]
    assert found(root, "//t:figure/t:graphic/@url") == ["http://demo.example/1.jpg"]
    assert found(root, "//t:figure/t:head") == ["Bến sông"]
    assert found(root, "//t:figure/t:note[@type='credit']") == ["LM"]


def test_no_paragraph_of_a_long_text_is_lost(tmp_path: Path) -> None:
    root = document(cited(tmp_path, {"1": NASTY["long"]}))
    assert found(root, "//t:div[@type='section']/t:p") == [f"Đoạn {n}." for n in range(2_000)]


def test_a_line_that_ends_inside_a_paragraph_is_kept(tmp_path: Path) -> None:
    root = document(cited(tmp_path, {"1": NASTY["lines"]}))
    assert found(root, "//t:p[t:lb]") == ["ab"]


def test_attachments_are_references_where_they_are_addresses(tmp_path: Path) -> None:
    root = document(cited(tmp_path, {"1": NASTY["bad addresses"]}))
    items = "//t:div[@type='attachments']//t:item"
    assert found(root, items) == ["javascript:alert(1)", "Phụ lục"]
    assert found(root, f"{items}/t:ref/@target") == [
        "http://demo.example/Ph%E1%BB%A5%20l%E1%BB%A5c.pdf"
    ]


def test_every_text_has_an_id_of_its_own(tmp_path: Path) -> None:
    root = document(cited(tmp_path, NASTY))
    ids = found(root, "//t:TEI/@xml:id")
    assert len(set(ids)) == len(ids) == len(NASTY)
    assert ids[0] == "a.demo_3Aempty"
