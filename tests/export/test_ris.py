"""RIS, read by rispy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import rispy
from archived import article, bare
from cited import CONTROLS, NASTY, Cited, cited

from scraper.export.ris import write_ris


def records(made: Cited) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = rispy.loads(made.text(write_ris))
    return read


def test_a_record_says_title_outlet_dates_address_and_id(tmp_path: Path) -> None:
    read = article(authors=("Lê Minh", "Hà An"), tags=("đất đai", "giá đất"))
    assert records(cited(tmp_path, {"1": read})) == [
        {
            "type_of_reference": "ELEC",
            "id": "demo:1",
            "title": "Giá đất năm nay",
            "authors": ["Lê Minh", "Hà An"],
            "secondary_title": "Cổng thông tin Bộ Sông hồ",
            "publisher": "Cổng thông tin Bộ Sông hồ",
            "original_publication": "Cổng thông tin xã",
            "year": "2018",
            "date": "2018/06/14/",
            "urls": ["http://demo.example/detail?id=1"],
            "access_date": "2026/11/02/",
            "language": "vi",
            "abstract": "Sở vừa công bố bảng giá.",
            "keywords": ["đất đai", "giá đất"],
            "notes": ["Archived as demo:1, version 1"],
        }
    ]


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    (record,) = records(cited(tmp_path, {"1": bare("A")}, portal=None))
    assert "year" not in record
    assert "date" not in record
    assert "authors" not in record


def test_every_line_is_a_tag_with_a_value_and_ends_with_cr_lf(tmp_path: Path) -> None:
    text = cited(tmp_path, NASTY).text(write_ris)
    assert not re.sub(r"([A-Z][A-Z0-9]  - [^\r\n]*)?\r\n", "", text)
    assert not set(text) & set(CONTROLS)


def test_nasty_articles_are_records_like_others(tmp_path: Path) -> None:
    assert [one["id"] for one in records(cited(tmp_path, NASTY))] == [
        f"demo:{key}" for key in NASTY
    ]


def test_a_long_title_is_kept_whole(tmp_path: Path) -> None:
    (record,) = records(cited(tmp_path, {"1": NASTY["long"]}))
    assert record["title"] == "Đ" * 100_000
