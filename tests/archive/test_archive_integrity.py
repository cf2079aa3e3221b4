"""What `verify` finds in the archive's file: each kind of damage, and nothing in a whole one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from archived import NOW, article, bare, link, save, writing
from damaging import PAGE_BYTES, overwrite_page_of

from scraper.archive.archive import check_archive
from scraper.errors import ArchiveError
from scraper.records import Attachment, Damage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with two versions of one article, a second article, and a link not read yet."""
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        attachments = (Attachment(url="http://demo.example/1.pdf", title="Phụ lục"),)
        save(archive, article(attachments=attachments), run=run)
        save(archive, article("Đã sửa.", attachments=attachments), run=run)
        save(archive, bare("Bài khác", "Một bài khác."), run=run, key="2")
        archive.add_links([link("3")], head=True, now=NOW)
    return path


def found(path: Path, *, quick: bool = False) -> list[Damage]:
    return list(check_archive(path, quick=quick, tick=lambda what, done, total: None))


@contextmanager
def by_another_hand(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as somebody writes to it who knows nothing of this program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.commit()


def test_a_whole_archive_has_no_fault(path: Path) -> None:
    assert found(path) == []
    assert found(path, quick=True) == []


def test_an_archive_without_articles_has_no_fault(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db"):
        pass
    assert found(tmp_path / "archive.db") == []


FAULTS = {
    "a lost version": (
        "DELETE FROM versions WHERE article_id = 'demo:1' AND number = 1",
        "versions",
        "demo:1: versions 2 to 2",
    ),
    "no version at all": (
        "DELETE FROM versions WHERE article_id = 'demo:2'",
        "versions",
        "demo:2",
    ),
    "a version of no capture": (
        "UPDATE versions SET capture_id = NULL WHERE number = 2",
        "versions",
        "demo:1 version 2",
    ),
    "a wrong version number": (
        "UPDATE articles SET version = 5 WHERE id = 'demo:2'",
        "counters",
        "demo:2",
    ),
    "a wrong count of edits": (
        "UPDATE articles SET edits = 0 WHERE id = 'demo:1'",
        "counters",
        "demo:1",
    ),
    "a wrong count of silent edits": (
        "UPDATE articles SET silent_edits = 7 WHERE id = 'demo:1'",
        "counters",
        "demo:1",
    ),
    "a text changed by hand": (
        "UPDATE articles SET body = 'khác' WHERE id = 'demo:1'",
        "versions",
        "demo:1",
    ),
    "a lost figure": ("DELETE FROM figures", "versions", "demo:1"),
    "a lost attachment": ("DELETE FROM attachments", "versions", "demo:1"),
    "a name that is not found": ("DELETE FROM named", "names", 'demo:1 tag "đất đai"'),
    "a name that nobody bears": (
        "INSERT INTO named SELECT names.number, 2 FROM names WHERE kind = 'author'",
        "names",
        'demo:2 author "Lê Minh"',
    ),
    "a link that was read to no end": (
        "UPDATE frontier SET state = 'read' WHERE key = '3'",
        "reference",
        "demo:3",
    ),
    "a capture of a lost run": ("DELETE FROM runs", "reference", "captures row 1"),
    "a version of a lost article": (
        "DELETE FROM articles WHERE id = 'demo:2'",
        "reference",
        "versions row 3",
    ),
    "a family of nobody": (
        "UPDATE articles SET family = 99 WHERE id = 'demo:1'",
        "reference",
        "articles row 1",
    ),
    "a list that is none": (
        "UPDATE versions SET tags = '{}' WHERE number = 2",
        "value",
        "demo:1 version 2",
    ),
    "evidence that is no JSON": (
        "UPDATE articles SET evidence = '{' WHERE id = 'demo:1'",
        "value",
        "demo:1",
    ),
    "a day that is not in the calendar": (
        "UPDATE articles SET published = '2018-02-31' WHERE id = 'demo:1'",
        "value",
        "demo:1",
    ),
    "a moment that is none": (
        "UPDATE articles SET last_seen_at = 'yesterday' WHERE id = 'demo:1'",
        "value",
        "demo:1",
    ),
    "a digest that is none": (
        "UPDATE captures SET sha256 = 'abc' WHERE id = 2",
        "value",
        "capture 2",
    ),
    "a lost index": ("DROP INDEX articles_facets", "schema", "index articles_facets"),
    "a lost trigger": ("DROP TRIGGER names_updated", "schema", "trigger names_updated"),
    "a lost table": ("DROP TABLE absences", "page", "table absences"),
}


@pytest.mark.parametrize(("change", "kind", "where"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_is_found_where_it_is(path: Path, change: str, kind: str, where: str) -> None:
    with by_another_hand(path) as connection:
        connection.execute(change)
    assert (kind, where) in [(one.kind, one.where) for one in found(path)]
    assert all(one.problem and one.remedy for one in found(path))


def test_a_column_or_an_index_of_the_user_is_no_fault(path: Path) -> None:
    with by_another_hand(path) as connection:
        connection.execute("ALTER TABLE articles ADD COLUMN my_note TEXT")
        connection.execute("CREATE INDEX my_index ON articles (language)")
        connection.execute("CREATE TABLE my_table (a)")
    assert found(path) == []


@pytest.mark.parametrize("index", ["articles_fts", "articles_exact"])
def test_a_text_changed_behind_the_triggers_back_is_found(path: Path, index: str) -> None:
    with by_another_hand(path) as connection:
        connection.execute(f"DROP TRIGGER {index}_updated")
        connection.execute("UPDATE articles SET captions = 'Một chú thích khác' WHERE number = 2")
    assert [one.where for one in found(path) if one.kind == "full-text"] == [index]


def test_an_index_that_holds_a_text_that_is_not_there_is_found(path: Path) -> None:
    with by_another_hand(path) as connection:
        connection.execute("INSERT INTO articles_exact (rowid, body) VALUES (77, 'ma')")
    assert [one.where for one in found(path)] == ["articles_exact"]


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM fingerprints WHERE hash = 11", "INSERT INTO fingerprints VALUES (33, 1)"],
)
def test_a_fingerprint_that_is_not_the_texts_is_found(path: Path, change: str) -> None:
    with by_another_hand(path) as connection:
        connection.execute("INSERT INTO compared VALUES (1, 30, '[11,22]')")
        connection.execute("INSERT INTO fingerprints VALUES (11, 1), (22, 1)")
    assert found(path) == []
    with by_another_hand(path) as connection:
        connection.execute(change)
    assert [(one.kind, one.where) for one in found(path)] == [("copies", "article row 1")]


def test_a_thousand_faults_of_one_kind_are_counted_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run), archive.batch():
        for number in range(250):
            save(archive, bare(str(number)), run=run, key=str(number))
    with by_another_hand(path) as connection:
        connection.execute("UPDATE articles SET edits = 9")
    lines = [one.where for one in found(path, quick=True)]
    assert len(lines) == 101
    assert lines[-1] == "150 more places"


def many(path: Path) -> None:
    """An archive whose tables have pages enough to damage one."""
    with writing(path) as (archive, run), archive.batch():
        for number in range(1, 41):
            text = f"Bài số {number} dài. " * 60
            save(archive, bare(f"Tin {number}", text), run=run, key=str(number))


@pytest.mark.parametrize("quick", [False, True])
def test_a_damaged_page_is_told_by_table_and_rows(tmp_path: Path, quick: bool) -> None:
    path = tmp_path / "archive.db"
    many(path)
    overwrite_page_of(path, "Bài số 17 dài.", table="articles")
    told = [one for one in found(path, quick=quick) if one.where == "table articles"]
    assert len(told) == 1
    assert told[0].kind == "page"
    assert "row 17" in told[0].problem or "rows 1" in told[0].problem
    assert "rows can" in told[0].problem
    assert told[0].repairable


def test_checks_that_damage_stops_are_named_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    many(path)
    overwrite_page_of(path, "Bài số 17 dài.", table="articles")
    stopped = [one for one in found(path) if one.where.startswith("the checks of")]
    assert len(stopped) == 1
    assert "names" in stopped[0].where


def test_an_index_that_misses_rows_is_found(path: Path) -> None:
    with by_another_hand(path) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'articles_source'"
        ).fetchone()[0]
    data = bytearray(path.read_bytes())
    start = (root - 1) * PAGE_BYTES
    data[start + 3 : start + 5] = (0).to_bytes(2, "big")  # an index page of no cells
    path.write_bytes(data)
    assert "articles_source" in [one.where for one in found(path) if one.kind == "index"]


def test_what_cannot_be_opened_is_no_fault_but_an_error(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database " * 500)
    with pytest.raises(ArchiveError, match="no SQLite database"):
        found(tmp_path / "archive.db")


def test_a_writer_is_not_kept_waiting_by_the_checks(path: Path) -> None:
    looking = check_archive(path, quick=False, tick=lambda what, done, total: None)
    with by_another_hand(path) as connection:
        connection.execute("UPDATE articles SET edits = 9 WHERE number = 1")
    first = next(looking)  # in the middle of the checks
    assert first.kind == "counters"
    with writing(path) as (archive, run):
        assert save(archive, bare("Tin mới"), run=run, key="9").kind == "new"
    assert [one.kind for one in looking] == []
