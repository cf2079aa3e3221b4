"""The formats for citing and replaying, from a collected portal by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

FILES = ("all.bib", "all.csl.json", "all.ris", "all.tei.xml", "all.atom", "all.wacz")


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> Path:
    little.publish(1, 2)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    return desk


def test_every_format_is_known_by_its_ending(collected: Path, scraper: Scraper) -> None:
    for name in FILES:
        assert scraper("export", "--output", name).code == 0
        manifest = json.loads((collected / f"{name}.manifest.json").read_text(encoding="utf-8"))
        assert manifest["count"] == 2
    said = (collected / "all.bib").read_text(encoding="utf-8")
    assert "organization = {{Cổng thông tin nhỏ}}" in said


def test_a_missing_file_of_captures_is_said_and_the_old_export_stays(
    collected: Path, scraper: Scraper
) -> None:
    assert scraper("export", "--output", "all.wacz").code == 0
    before = (collected / "all.wacz").read_bytes()
    for path in (collected / "archive.captures").rglob("*.warc.gz"):
        path.unlink()
    said = scraper("export", "--output", "all.wacz")
    assert said.code == 2
    assert "2 articles cannot be packed" in said.err
    assert (collected / "all.wacz").read_bytes() == before
