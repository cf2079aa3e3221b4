"""`--format db`: a smaller archive that is itself an archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from archived import NOW, article, bare, capture, link, place, save, writing
from exported import found

from scraper.archive.archive import Archive
from scraper.archive.smaller import NOT_COPIED
from scraper.export.export import export_file
from scraper.query.search import search


@pytest.fixture
def smaller(tmp_path: Path) -> Iterator[tuple[Archive, Path]]:
    """An archive of three articles, one of them edited, and where the smaller one may be."""
    with writing(tmp_path / "archive.db") as (archive, run):
        save(archive, article("Đất ở nông thôn."), run=run, key="1")
        save(archive, article("Đất ở thành thị."), run=run, key="1", now=NOW + timedelta(days=1))
        save(archive, article("Đất trồng lúa."), run=run, key="2")
        save(archive, bare("Khoáng sản", "Mỏ than."), run=run, key="3")
        archive.finish_run(run, state="done", now=NOW)
        yield archive, tmp_path / "smaller.db"


def test_a_smaller_archive_is_found_in_by_the_same_words(smaller: tuple[Archive, Path]) -> None:
    archive, path = smaller
    assert export_file(found(archive, query="đất"), "db", path=path).count == 2
    with Archive.open(path) as part:
        assert {hit.id for hit in search("đất", archive=part).hits} == {"demo:1", "demo:2"}
        assert {hit.id for hit in search("dat", archive=part).hits} == {"demo:1", "demo:2"}
        assert search("khoáng sản", archive=part).count == 0


def test_a_smaller_archive_holds_versions_captures_and_addresses(
    smaller: tuple[Archive, Path],
) -> None:
    archive, path = smaller
    export_file(found(archive, query="thành thị"), "db", path=path)
    with Archive.open(path) as part:
        assert part.article("demo:1") == archive.article("demo:1")
        assert part.versions("demo:1") == archive.versions("demo:1")
        assert part.captures("demo:1") == archive.captures("demo:1")
        assert part.portals() == ("demo",)


def test_every_reference_in_a_smaller_archive_leads_somewhere(
    smaller: tuple[Archive, Path],
) -> None:
    archive, path = smaller
    archive.save_failure(link("2"), kind="gone", reason="404", capture=capture(), run=1, now=NOW)
    export_file(found(archive, query="đất"), "db", path=path)
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for index in ("articles_fts", "articles_exact"):
            plain.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def test_a_smaller_archive_can_be_collected_into(smaller: tuple[Archive, Path]) -> None:
    archive, path = smaller
    export_file(found(archive, query="khoáng sản"), "db", path=path)
    with writing(path) as (part, run):
        assert save(part, bare("Khoáng sản", "Mỏ than."), run=run, key="3").kind == "unchanged"
        assert save(part, bare("Mới", "Khác."), run=run, key="9").kind == "new"
        assert part.add_links([link("2"), link("3")], head=True, now=NOW) == 1


def families(path: Path) -> dict[str, int | None]:
    with closing(sqlite3.connect(path)) as plain:
        return dict(plain.execute("SELECT id, family FROM articles"))


def test_a_family_is_what_is_left_of_it(smaller: tuple[Archive, Path]) -> None:
    archive, path = smaller
    with closing(sqlite3.connect(archive.path)) as plain:
        plain.execute("UPDATE articles SET family = 3")
        plain.commit()
    export_file(found(archive, query="đất"), "db", path=path)
    assert families(path) == {"demo:1": 1, "demo:2": 1}
    export_file(found(archive, query="trồng lúa"), "db", path=path, overwrite=True)
    assert families(path) == {"demo:2": None}


def test_every_table_is_copied_or_named_as_not_copied(smaller: tuple[Archive, Path]) -> None:
    from scraper.archive.smaller import _AFTER, _BEFORE

    archive, _ = smaller
    tables = {
        row["name"]
        for row in archive.select(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'", {}
        )
    }
    ours = {name for name in tables if not name.startswith(("sqlite_", "_sqlite"))}
    assert ours == {name for name, _ in (*_BEFORE, *_AFTER)} | set(NOT_COPIED)


def test_the_captures_of_a_smaller_archive_say_where_their_bytes_lie(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        answer = capture(place=place(700))
        archive.save_article(link(), article(), capture=answer, run=run, now=NOW)
        export_file(found(archive), "db", path=tmp_path / "smaller.db")
    with Archive.open(tmp_path / "smaller.db") as part:
        assert [one.place for one in part.captures("demo:1")] == [place(700)]
        assert part.known_ends() == {"demo/demo-1.warc.gz": 800}
