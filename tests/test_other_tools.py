"""The archive is an ordinary SQLite file: other programs open and search it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

FOUND = """
    SELECT articles.id FROM articles_fts JOIN articles ON articles.number = articles_fts.rowid
    WHERE articles_fts MATCH '"thuy loi"' ORDER BY articles.id
"""


@pytest.fixture
def archive(desk: Path, little: LittlePortal, scraper: Scraper) -> Path:
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    return desk / "archive.db"


def test_pythons_own_sqlite_searches_the_index(archive: Path) -> None:
    with sqlite3.connect(f"file:{archive}?mode=ro", uri=True) as db:
        found = [row[0] for row in db.execute(FOUND)]
    db.close()
    assert found == ["little:1", "little:2", "little:3"]


def test_a_copy_of_the_file_alone_is_the_whole_archive(
    archive: Path, scraper: Scraper, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(archive, elsewhere / "copy.db")
    said = scraper("search", "thủy lợi", "--archive", str(elsewhere / "copy.db"), "--json")
    assert json.loads(said.out)["count"] == 3


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is not installed")
def test_the_sqlite_shell_searches_the_index(archive: Path) -> None:
    shell = subprocess.run(
        ["sqlite3", "-readonly", str(archive), FOUND], capture_output=True, text=True, check=True
    )
    assert shell.stdout.split() == ["little:1", "little:2", "little:3"]


def test_datasette_serves_the_archive_and_searches_it(archive: Path) -> None:
    def get(path: str) -> str:
        call = [sys.executable, "-m", "datasette", str(archive), "--get", path]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout

    answer = json.loads(get("/archive/articles.json?_search=thuy+loi&_shape=array"))
    assert {row["id"] for row in answer} == {"little:1", "little:2", "little:3"}
    assert 'name="_search"' in get("/archive/articles")
