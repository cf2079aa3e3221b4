"""The file as others see it: sqlite3, Datasette, the documentation."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from archived import article, save, writing

from scraper.archive.documentation import MEANINGS, schema_markdown

SEARCH = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'giao duc'"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article on education."""
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        save(archive, article("Ngành giáo dục mở thêm đường bộ."), run=run)
    return path


def test_every_table_and_column_is_documented(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        tables = {
            name: {column[1] for column in connection.execute(f"PRAGMA table_info({name})")}
            for _, name, kind, *_ in connection.execute("PRAGMA table_list")
            if kind != "shadow"
            and name not in ("sqlite_schema", "sqlite_temp_schema")
            and name != "sqlite_sequence"
        }
        hidden = {"text"}  # a computed column is not in table_info
    documented = {table: set(columns) - {""} for table, columns in MEANINGS.items()}
    assert documented == {
        name: columns | (hidden if name == "articles" else set())
        for name, columns in tables.items()
    }


def test_the_documentation_stands_in_the_archive_itself(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT * FROM columns_documentation").fetchall()
    assert sorted(rows) == sorted(
        (table, column, meaning)
        for table, columns in MEANINGS.items()
        for column, meaning in columns.items()
    )


def test_the_docs_page_of_the_schema_is_of_today(path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "schema.md"
    with closing(sqlite3.connect(path)) as connection:
        assert page.read_text(encoding="utf-8") == schema_markdown(connection), (
            "write it anew: make schema"
        )


def test_the_examples_on_the_docs_page_run(path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")
    statement = page.split("```sql\n")[1].split("```")[0]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement).fetchall()


def test_pythons_sqlite_searches_the_index(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(SEARCH).fetchone() == (1,)


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 program here")
def test_the_sqlite3_program_searches_the_index(path: Path) -> None:
    ended = subprocess.run(
        ["sqlite3", str(path), SEARCH], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "1\n"


def test_datasette_finds_the_index_and_searches_it(path: Path) -> None:
    pytest.importorskip("datasette")
    address = "/archive/articles.json?_search=giao+duc&_shape=array&_col=id"
    ended = subprocess.run(
        [sys.executable, "-m", "datasette", str(path), "--get", address],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [row["id"] for row in json.loads(ended.stdout)] == ["demo:1"], ended.stderr


@pytest.mark.parametrize("index", ["articles_fts", "articles_exact"])
def test_the_index_stays_right_whoever_writes(path: Path, index: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE articles SET title = 'Biển', lead = NULL, number = 7")
        assert connection.execute(f"SELECT rowid FROM {index}('biển')").fetchall() == [(7,)]
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        connection.execute("DELETE FROM articles")
        assert connection.execute(f"SELECT rowid FROM {index}('biển')").fetchall() == []
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def test_the_text_column_is_lead_and_body(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        read = connection.execute("SELECT text FROM articles").fetchone()[0]
        assert read == article("Ngành giáo dục mở thêm đường bộ.").text
        for lead, body, text in ((None, "b", "b"), ("", "b", "b"), ("l", "", "l")):
            connection.execute("UPDATE articles SET lead = ?, body = ?", (lead, body))
            assert connection.execute("SELECT text FROM articles").fetchone() == (text,)
