"""Archives that earlier versions of this program made, brought up to today's schema.

tests/archive/fixtures/schema-N.db was made by the program whose schema was N; README.md there says
how.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest
from archived import NOW, article, bare, save
from damaging import leaf_pages, overwrite_page

from scraper.archive.archive import Archive, check_archive
from scraper.archive.migrations import MIGRATIONS, count_of
from scraper.archive.shape import newest_version
from scraper.errors import ArchiveError, ArchiveFull
from scraper.query.search import search

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("schema-*.db"))


@pytest.fixture(params=FIXTURES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an older archive."""
    return Path(shutil.copy(request.param, tmp_path / "archive.db"))


def shape(path: Path) -> set[tuple[str, str, str]]:
    """Every table, index and trigger, without white space."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
        return {(kind, name, "".join(sql.split())) for kind, name, sql in rows}


def test_there_are_archives_of_earlier_versions() -> None:
    assert FIXTURES


def test_an_older_archive_becomes_what_a_new_one_is(path: Path, tmp_path: Path) -> None:
    Archive.open(path, write=True).close()
    Archive.open(tmp_path / "new.db", write=True).close()
    assert shape(path) == shape(tmp_path / "new.db")


def test_nothing_of_an_older_archive_is_lost(path: Path) -> None:
    with Archive.open(path, write=True) as archive:
        first, second = archive.versions("demo:1")
        assert first.article.blocks == article().blocks
        assert [(one.number, one.kind) for one in (first, second)] == [(1, "first"), (2, "edit")]
        assert first.article.attachments
        assert archive.article("other:3").article.tags == ("đê điều", "lũ")
        found = search('"làm việc tại xã"', archive=archive)
        assert [hit.id for hit in found.hits] == ["demo:1"]
        assert search("ky thuat", archive=archive).count == 1


def test_an_older_archive_is_gone_on_with(path: Path) -> None:
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("demo", trigger="collect", due=None, now=NOW)
        assert save(archive, bare("Tin mới", "Một tin."), run=run, key="9").kind == "new"
        assert save(archive, article("Sửa nữa."), run=run, key="1").kind == "changed"
        assert search('"một tin"', archive=archive).count == 1


def test_the_archive_as_it_was_is_kept_beside(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    Archive.open(path, write=True).close()
    copies = list(path.parent.glob("archive.before-schema-*.db"))
    assert len(copies) == (version < newest_version())


def test_an_archive_that_was_brought_up_to_date_is_whole(path: Path) -> None:
    Archive.open(path, write=True).close()
    assert list(check_archive(path, quick=False, tick=lambda what, done, total: None)) == []


def test_without_room_for_the_copy_nothing_is_migrated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**6, 10**6 - 1000, 1000))
    with pytest.raises(ArchiveFull, match="MB are needed, 0 MB are free"):
        Archive.open(path, write=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    assert path.read_bytes()[100:] == before[100:]
    assert not list(path.parent.glob("*before-schema*"))


def test_a_damaged_archive_is_not_migrated(path: Path) -> None:
    overwrite_page(path, max(leaf_pages(path, "versions")))
    with pytest.raises(ArchiveError, match="the copy is not sound"):
        Archive.open(path, write=True)
    assert not list(path.parent.glob("*before-schema*"))


def test_the_newest_version_is_the_number_of_the_migrations() -> None:
    assert newest_version() == count_of(MIGRATIONS)
