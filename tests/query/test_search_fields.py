"""Searching by fields: names, portals, dates, what an article has; alone and mixed with words."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from archived import bare, save
from searched import Opened, fill, keys

from scraper.archive.archive import Archive
from scraper.portals.portal_file import read_portal
from scraper.query.search import search
from scraper.records import Attachment, Figure


@pytest.fixture
def filled(opened: Opened) -> Archive:
    return fill(
        opened,
        title=bare("đất rừng", "nước biển", source="Báo Nhân Dân", authors=("Lê Minh Hòa",)),
        lead=bare("tin", "nước", lead="đất lúa", source="TTXVN", authors=("Minh Lê", "Trần An")),
        text=bare("tin", "đất và nước", published=date(2018, 6, 14), tags=("đất đai", "Luật")),
        caption=bare("tin", "biển", figures=(Figure(image=None, caption="bờ đất lở"),)),
        none=bare("dat", "dai", published=date(2019, 1, 1), tags=("Biển",)),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title:đất", {"title"}),
        ("title:dat", {"title", "none"}),
        ("lead:đất", {"lead"}),
        ("text:đất", {"lead", "text"}),
        ("caption:đất", {"caption"}),
        ("caption:(bờ lở)", {"caption"}),
        ('caption:"bờ lở"', set()),
        ("title:(đất OR tin) nước", {"title", "lead", "text"}),
        ("title:(đất -rừng)", set()),
        ("đất -title:đất", {"lead", "text", "caption"}),
        ("đất title:tin", {"lead", "text", "caption"}),
        ("đất title:dat", {"title"}),
        ("title:đất OR caption:đất", {"title", "caption"}),
        ("title:đất OR title:dat", {"title", "none"}),
        ("(title:dat -rừng) OR lúa", {"none", "lead"}),
        ("-đất", {"none"}),
        ("-đất -dai", set()),
        ("-dat", set()),
        ("-(đất nước)", {"caption", "none"}),
        ("-(đất -biển)", {"title", "caption", "none"}),
        ("đất -(nước -biển)", {"title", "caption"}),
        ("-text:dat -title:dat", {"caption"}),
        ("đất OR -nước", {"title", "lead", "text", "caption", "none"}),
        ("~đất -đất", {"none"}),
        ("-~đất", set()),
        ('"~đất rừng"', {"title"}),
        ("source:nhân", {"title"}),
        ("source:(dân báo)", {"title"}),
        ('source:"dân báo"', set()),
        ('source:"bao nhan"', {"title"}),
        ("source:(ttxvn OR báo)", {"title", "lead"}),
        ("-source:báo", {"lead", "text", "caption", "none"}),
        ("source:(báo -dân)", set()),
        ("author:minh", {"title", "lead"}),
        ("author:(hòa lê)", {"title"}),
        ("author:hoà", {"title"}),
        ("author:(minh trần)", set()),
        ("author:minh author:trần", {"lead"}),
        ('author:"le minh"', {"title"}),
        ("-author:minh", {"text", "caption", "none"}),
        ("tag:đất", {"text"}),
        ("tag:(luat OR bien)", {"text", "none"}),
        ("tag:(đất luật)", set()),
        ("đất tag:luật", {"text"}),
        ("on:2018", {"text"}),
        ("on:2018-06-14", {"text"}),
        ("on:2018-06-15", set()),
        ("on:(2018 OR 2019-01)", {"text", "none"}),
        ("after:2018-07", {"none"}),
        ("before:2018", {"text"}),
        ("-on:2018", {"title", "lead", "caption", "none"}),
        ("has:date", {"text", "none"}),
        ("has:lead", {"lead"}),
        ("has:caption", {"caption"}),
        ("-has:caption -has:lead", {"title", "text", "none"}),
        ("(on:2018 OR source:ttxvn) đất", {"lead", "text"}),
        ("(on:2018 OR source:ttxvn) -lúa", {"text"}),
    ],
)
def test_a_query_of_fields_finds_this(filled: Archive, query: str, found: set[str]) -> None:
    for sort in ("newest", "relevance"):
        assert set(keys(filled, query, sort=sort)) == found


@pytest.mark.parametrize(
    ("clause", "filters"),
    [
        ("source:(dân báo)", {"source": "dân báo"}),
        ('source:"nhân dân"', {"source": '"nhân dân"'}),
        ("portal:demo", {"portal": "demo"}),
        ("after:2018-07", {"after": "2018-07"}),
        ("before:2018", {"before": "2018"}),
    ],
)
def test_a_filter_is_the_same_as_a_clause(
    filled: Archive, clause: str, filters: dict[str, str]
) -> None:
    assert keys(filled, f"dat {clause}") == keys(filled, "dat", **filters)


def test_a_filter_holds_for_every_branch_of_the_query(filled: Archive) -> None:
    assert keys(filled, "rừng OR lúa", source="ttxvn") == ["lead"]


def test_captions_and_files_are_told_from_those_without(opened: Opened) -> None:
    archive = fill(
        opened,
        file=bare("A", attachments=(Attachment(url="http://demo.example/1.pdf", title=None),)),
        mute=bare("A", figures=(Figure(image="http://demo.example/1.jpg", caption=None),)),
        told=bare("A", figures=(Figure(image=None, caption="Bến"),)),
    )
    assert keys(archive, "has:attachment") == ["file"]
    assert keys(archive, "has:caption") == ["told"]


def test_changed_articles_are_told_from_those_that_were_not(opened: Opened) -> None:
    archive, run = opened
    for key, days in (("silent", (1, 1)), ("told", (1, 2)), ("same", (1, 1))):
        for number, day in enumerate(days):
            text = "a" if key == "same" else f"a {number}"
            save(archive, bare("A", text, published=date(2018, 6, day)), run=run, key=key)
    assert set(keys(archive, "changed:yes")) == {"silent", "told"}
    assert keys(archive, "changed:no") == ["same"]
    assert keys(archive, "changed:silent") == ["silent"]


def test_articles_that_are_gone_are_told_from_those_that_came_back(opened: Opened) -> None:
    archive = fill(opened, gone=bare("A"), back=bare("A"), here=bare("A"))
    with sqlite3.connect(archive.path) as db:
        db.execute("INSERT INTO absences VALUES ('demo:gone', '2020', '404', NULL, NULL)")
        db.execute("INSERT INTO absences VALUES ('demo:back', '2020', '404', NULL, '2021')")
    db.close()
    assert keys(archive, "gone:yes") == ["gone"]
    assert set(keys(archive, "gone:no")) == {"back", "here"}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("little", True),
        ("LITTLE", True),
        ("lit", False),
        ("small.gov.vn", True),
        ("www.small.gov.vn", True),
        ('"https://www.small.gov.vn/vi/"', True),
        ("old.gov.vn", True),
        ("other.gov.vn", False),
        ('"thông tin"', True),
        ('"thong tin"', True),
        ("thống", False),
        ("(cong OR khac)", True),
    ],
)
def test_a_portal_is_named_by_name_host_or_title(
    opened: Opened, tmp_path: Path, value: str, found: bool
) -> None:
    archive, run = opened
    path = tmp_path / "little.toml"
    path.write_text(
        'name = "little"\ntitle = "Cổng thông tin nhỏ"\nhome = "https://www.small.gov.vn/vi/"\n'
        'formerly = ["old.gov.vn"]\n',
        encoding="utf-8",
    )
    save(archive, bare("A"), run=run, portal="little")
    save(archive, bare("A"), run=run)
    archive.note_portal(read_portal(path), now=archive.runs()[0].started_at)  # type: ignore[arg-type]
    hits = [hit.id for hit in search(f"portal:{value}", archive=archive)]
    assert hits == (["little:1"] if found else [])


def test_a_name_with_signs_of_sql_is_found_as_written(opened: Opened) -> None:
    archive = fill(opened, one=bare("A", source="Báo 100% 'Nhân_Dân'"), two=bare("A", source="B"))
    assert keys(archive, "source:(100% nhân_dân)") == ["one"]
    assert keys(archive, "source:100_") == ["one"]


def test_a_name_with_letters_apart_from_their_marks_is_found(opened: Opened) -> None:
    archive = fill(opened, one=bare("A", authors=("A x\u030c b",)))
    assert keys(archive, "author:x\u030c") == ["one"]
