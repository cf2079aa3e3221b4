"""Opening archives: made, refused, migrated, read where nothing may be written."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from archived import article, save, writing
from sqlite_utils import Database, Migrations

from scraper.archive.archive import Archive
from scraper.archive.connection import open_for_writing
from scraper.archive.migrations import MIGRATIONS
from scraper.archive.shape import newest_version
from scraper.errors import ArchiveError

NOBODY = 65534  # the user id by which a test that runs as root gives up its rights


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article."""
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        save(archive, article(), run=run)
    return path


def newer_migrations() -> Migrations:
    """Today's migrations and one more."""
    newer = Migrations(MIGRATIONS.name)

    for step in MIGRATIONS.pending(Database(memory=True)):

        @newer(name=step.name)
        def applied(database: Database) -> None:
            raise AssertionError("applied already")

    @newer(name="0099_next")
    def next_step(database: Database) -> None:
        database.conn.execute("ALTER TABLE articles ADD COLUMN next TEXT")

    return newer


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def test_writing_makes_the_archive_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "archive.db"
    with Archive.open(path, write=True):
        pass
    with Archive.open(path) as archive:
        assert archive.portals() == ()


def test_a_name_with_signs_of_an_address_is_only_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=ro#100% đ.db"
    with Archive.open(path, write=True):
        pass
    assert path.exists()
    with Archive.open(path):
        pass


def test_an_archive_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive here; `scraper collect`"):
        Archive.open(tmp_path / "archive.db")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(ArchiveError, match="this is a folder"):
            Archive.open(tmp_path, write=write)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_text("not a database" * 100)
    for write in (False, True):
        with pytest.raises(ArchiveError, match="no SQLite database"):
            Archive.open(path, write=write)
    assert path.read_text() == "not a database" * 100


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with raw(path) as connection:
        connection.execute("CREATE TABLE articles (id)")
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(ArchiveError, match="no archive of this program"):
            Archive.open(path, write=write)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_an_archive_when_written_and_is_none_when_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    with pytest.raises(ArchiveError, match="holds no archive yet"):
        Archive.open(path)
    with Archive.open(path, write=True):
        pass


def test_a_damaged_archive_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(ArchiveError, match="damaged"), Archive.open(path) as archive:
        archive.article("demo:1")


def test_a_newer_archive_is_refused_with_both_versions(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    for write in (False, True):
        with pytest.raises(ArchiveError, match="version 9, this program knows \\d") as caught:
            Archive.open(path, write=write)
        assert caught.value.schema_version == 9


def test_an_older_archive_is_not_read_before_it_was_migrated(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 0")
    with pytest.raises(ArchiveError, match="run `scraper collect` once") as caught:
        Archive.open(path)
    assert caught.value.schema_version == 0


def test_a_migration_keeps_a_copy_of_the_archive_as_it_was(path: Path) -> None:
    open_for_writing(path, migrations=newer_migrations()).close()
    with raw(path) as connection:
        assert connection.execute("SELECT title, next FROM articles").fetchall() == [
            (article().title, None)
        ]
    copy = path.with_name(f"archive.before-schema-{newest_version() + 1}.db")
    with Archive.open(copy) as archive:
        assert archive.article("demo:1").article.title == article().title


def test_a_migration_that_fails_leaves_the_archive_as_it_was(path: Path) -> None:
    failing = newer_migrations()

    @failing(name="0100_wrong")
    def wrong(database: Database) -> None:
        raise RuntimeError("a fault in the program")

    with pytest.raises(RuntimeError):
        open_for_writing(path, migrations=failing)
    with Archive.open(path, write=True) as archive:
        assert archive.article("demo:1").article.title == article().title
    with raw(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
        assert "next" not in columns


def test_a_copy_of_the_closed_file_alone_is_the_whole_archive(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "archive.db"
    copy.parent.mkdir()
    reader = Archive.open(path)  # a reader keeps SQLite from removing the -wal file
    with writing(path) as (archive, run):
        save(archive, article("anders"), run=run)
    shutil.copy(path, copy)
    reader.close()
    with Archive.open(copy) as archive:
        assert archive.article("demo:1").article.body == "anders"


def test_a_reader_sees_what_is_written_meanwhile(path: Path) -> None:
    with Archive.open(path) as reader, writing(path) as (archive, run):
        save(archive, article("anders"), run=run)
        assert reader.article("demo:1").article.body == "anders"


def test_a_reader_cannot_write(path: Path) -> None:
    with Archive.open(path) as archive, pytest.raises(ArchiveError, match="for reading only"):
        save(archive, article(), run=1)


def test_a_closed_archive_says_so(path: Path) -> None:
    archive = Archive.open(path)
    archive.close()
    archive.close()
    with pytest.raises(ArchiveError, match="was closed"):
        archive.article("demo:1")


def read_without_rights(path: Path) -> subprocess.CompletedProcess[str]:
    """Read the archive's one article in a process that may write nothing there."""
    program = (
        "import os, sys; from pathlib import Path; from scraper.archive.archive import Archive\n"
        # What loads late is loaded now: the interpreter's folder may be closed to others.
        "import sqlite_utils; sqlite_utils.Database(memory=True)\n"
        f"if os.getuid() == 0: os.setuid({NOBODY})\n"
        "with Archive.open(Path(sys.argv[1])) as archive:\n"
        "    print(archive.article('demo:1').article.id)\n"
    )
    # Not in tmp_path: pytest closes the folders above it to other users.
    with TemporaryDirectory() as place:
        folder = Path(place)
        for file in path.parent.glob("archive.db*"):
            shutil.copy(file, folder)
        folder.chmod(0o555)
        try:
            return subprocess.run(
                [sys.executable, "-B", "-c", program, str(folder / path.name)],
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            folder.chmod(0o755)


def test_an_archive_in_a_folder_that_may_not_be_written_is_read(path: Path) -> None:
    ended = read_without_rights(path)
    assert ended.stdout == "demo:1\n", ended.stderr


def test_changes_beside_an_archive_that_cannot_be_read_are_not_passed_over(path: Path) -> None:
    shutil.copy(path, path.with_name("archive.db-wal"))  # stands for a log left by a killed run
    ended = read_without_rights(path)
    assert "copy both to one that may" in ended.stderr
