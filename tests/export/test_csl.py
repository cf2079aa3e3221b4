"""CSL-JSON, rendered by citeproc-py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archived import article, bare
from cited import NASTY, Cited, cited
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.formatter import plain
from citeproc.source.json import CiteProcJSON

from scraper.export.csl import write_csl


def items(made: Cited) -> list[dict[str, Any]]:
    read = json.loads(made.text(write_csl))
    assert isinstance(read, list)
    return read


def rendered(made: Cited) -> str:
    """The bibliography in a style that comes with the processor."""
    source = items(made)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(source), plain)
    for item in source:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return "\n".join(map(str, bibliography.bibliography()))


def test_a_processor_shows_title_outlet_dates_and_address(tmp_path: Path) -> None:
    shown = rendered(cited(tmp_path, {"1": article()}))
    assert shown.startswith("Lê Minh (2018) Giá đất năm nay, Cổng thông tin Bộ Sông hồ.")
    assert "http://demo.example/detail?id=1" in shown
    assert "(Accessed: November 2, 2026)" in shown


def test_an_item_has_the_variables_of_csl(tmp_path: Path) -> None:
    assert items(cited(tmp_path, {"1": article()})) == [
        {
            "id": "demo:1",
            "type": "webpage",
            "title": "Giá đất năm nay",
            "author": [{"literal": "Lê Minh"}],
            "container-title": "Cổng thông tin Bộ Sông hồ",
            "original-publisher": "Cổng thông tin xã",
            "issued": {"date-parts": [[2018, 6, 14]]},
            "accessed": {"date-parts": [[2026, 11, 2]]},
            "URL": "http://demo.example/detail?id=1",
            "language": "vi",
            "abstract": "Sở vừa công bố bảng giá.",
            "keyword": "đất đai",
            "note": "Archived as demo:1, version 1",
        }
    ]


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    (item,) = items(cited(tmp_path, {"1": bare("A")}, portal=None))
    assert set(item) == {"id", "type", "title", "container-title", "accessed", "URL", "note"}


def test_a_list_of_nothing_is_a_list(tmp_path: Path) -> None:
    assert items(cited(tmp_path, {})) == []


def test_nasty_articles_are_items_like_others(tmp_path: Path) -> None:
    assert [item["id"] for item in items(cited(tmp_path, NASTY))] == [
        f"demo:{key}" for key in NASTY
    ]
