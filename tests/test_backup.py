"""`scraper backup`: whole or not there, while a collector writes, and never over something else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from damaging import leaf_pages, overwrite_page
from littleportal import LittlePortal

from scraper.archive.archive import Archive
from scraper.verify import verify

TESTS = Path(__file__).parent
# Writes articles and their captures as fast as it can, until it is ended.
COLLECTOR = """
import sys
from pathlib import Path
from archived import NOW, article, capture, link, writing
from scraper.archive.archive import hold
from scraper.capture.store import CaptureStore
folder = Path(sys.argv[1])
path = folder / "archive.db"
with hold(path, who="a collector"), writing(path) as (archive, run):
    with CaptureStore(folder / "archive.captures", group="demo", roll_bytes=200_000) as store:
        for number in range(10**9):
            key = str(number)
            one = store.keep(capture(link(key).url, body=(key * 500).encode()))
            archive.save_article(link(key), article(key * 300), capture=one, run=run, now=NOW)
            if number == 50:
                print("ready", flush=True)
"""


@contextmanager
def collecting(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes into an archive in `folder` at full speed."""
    process = subprocess.Popen(
        [sys.executable, "-c", COLLECTOR, str(folder)],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.poll() is None, "the collector has failed"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> LittlePortal:
    little.publish(*range(1, 6))
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    return little


def articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_is_a_whole_archive_with_its_captures(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("backup", "safe")
    assert said.code == 0
    assert "sha256" in said.out
    assert "to restore" in said.err
    assert scraper("verify", "--archive", "safe/archive.db").code == 0
    assert articles(desk / "safe" / "archive.db") == 5
    warc = {path.relative_to(desk).as_posix() for path in desk.rglob("archive.captures/*/*")}
    assert {f"safe/{path}" for path in warc if not path.startswith("safe/")} <= warc
    note = json.loads((desk / "safe" / "backup.json").read_text("utf-8"))
    assert note["archive"]["bytes"] == (desk / "safe" / "archive.db").stat().st_size
    assert [path for path in files_of(desk / "safe") if path.endswith((".part", ".new"))] == []


def test_a_backup_opens_by_itself_where_nothing_may_be_written(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    head = (desk / "safe" / "archive.db").read_bytes()[:20]
    assert head[18:20] == b"\1\1"  # the journal is no -wal file, which would have to be made


@pytest.mark.parametrize("round", range(3))
def test_a_backup_beside_a_collector_at_full_speed_is_whole(tmp_path: Path, round: int) -> None:
    with collecting(tmp_path):
        for _ in range(3):
            ended = subprocess.run(
                [sys.executable, "-m", "scraper", "backup", "safe"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0, ended.stderr
            copy = tmp_path / "safe" / "archive.db"
            assert list(verify(copy, copy.with_name("archive.captures"))) == []
            assert articles(copy) > 50


def test_of_the_captures_only_what_is_new_is_copied(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert json.loads(scraper("backup", "safe", "--json").out)["files_written"] == 1
    assert json.loads(scraper("backup", "safe", "--json").out)["files_written"] == 0
    collected.publish(6)
    assert scraper("collect").code == 0
    assert json.loads(scraper("backup", "safe", "--json").out)["files_written"] == 1
    assert scraper("verify", "--archive", "safe/archive.db").code == 0


def test_a_file_gets_the_archive_alone(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "copies/safe.db").code == 0
    assert files_of(desk / "copies") == {"safe.db"}
    with Archive.open(desk / "copies" / "safe.db") as archive:
        assert archive.article("little:3")


def test_captures_can_be_left_out(desk: Path, collected: LittlePortal, scraper: Scraper) -> None:
    assert scraper("backup", "safe", "--no-captures").code == 0
    assert files_of(desk / "safe") == {"archive.db", "backup.json"}


def test_what_a_run_appends_after_the_moment_of_the_copy_stays_out(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    (warc,) = (desk / "archive.captures").rglob("*.warc.gz")
    size = warc.stat().st_size
    with warc.open("ab") as file:
        file.write(b"\x1f\x8b\x08 the beginning of a record")
    assert scraper("backup", "safe").code == 0
    assert (desk / "safe" / warc.relative_to(desk)).stat().st_size == size


REFUSED = {
    "the archive's own folder": (".", "this is the archive itself"),
    "the archive": ("archive.db", "this is the archive itself"),
    "a folder with other things": ("schedules", "holds something else than a backup"),
    "a file": ("schedules/little.toml", "this is a file"),
    "a folder that ends in .db": ("folder.db", "this is a folder"),
    "another database": ("other.db", "no archive of this program"),
    "another file": ("text.db", "no SQLite database"),
    "below a file": ("schedules/little.toml/safe", "cannot be"),
}


@pytest.mark.parametrize(("place", "message"), REFUSED.values(), ids=list(REFUSED))
def test_nothing_else_is_written_over(
    desk: Path, collected: LittlePortal, scraper: Scraper, place: str, message: str
) -> None:
    (desk / "folder.db").mkdir()
    (desk / "text.db").write_bytes(b"my text " * 1000)
    with closing(sqlite3.connect(desk / "other.db")) as connection:
        connection.execute("CREATE TABLE mine (a)")
    before = {path: (desk / path).read_bytes() for path in files_of(desk)}
    said = scraper("backup", place)
    assert said.code == 2, said.err
    assert message in said.err
    after = {path: (desk / path).read_bytes() for path in files_of(desk)}
    for side in ("-wal", "-shm"):  # whoever reads an archive may leave them, empty
        after.pop(f"archive.db{side}", None)
    assert after == before


def test_a_backup_of_another_archive_is_not_written_over(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    shutil.rmtree(desk / "archive.captures")
    (desk / "archive.db").unlink()
    assert scraper("collect").code == 0
    said = scraper("backup", "safe")
    assert said.code == 2
    assert "a backup of another archive" in said.err


def test_a_backup_that_holds_more_is_not_written_over(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    shutil.copy(desk / "archive.db", desk / "early.db")
    collected.publish(6)
    assert scraper("collect").code == 0
    assert scraper("backup", "safe").code == 0
    for side in ("-wal", "-shm"):
        (desk / f"archive.db{side}").unlink(missing_ok=True)
    shutil.copy(desk / "early.db", desk / "archive.db")
    said = scraper("backup", "safe")
    assert said.code == 2
    assert "holds more than the archive does now" in said.err
    assert articles(desk / "safe" / "archive.db") == 6


def test_a_backup_of_an_archive_before_its_migration_can_be_made_and_renewed(
    desk: Path, scraper: Scraper
) -> None:
    shutil.copy(TESTS / "archive" / "fixtures" / "schema-2.db", desk / "archive.db")
    assert scraper("backup", "safe.db").code == 0
    Archive.open(desk / "archive.db", write=True).close()
    assert scraper("backup", "safe.db").code == 0
    assert scraper("verify", "--archive", "safe.db", "--no-captures").code == 0


def test_a_lost_file_of_captures_does_not_keep_the_rest_from_being_copied(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    (warc,) = (desk / "archive.captures").rglob("*.warc.gz")
    assert scraper("backup", "safe").code == 0
    whole = warc.stat().st_size
    os.truncate(warc, whole // 2)
    said = scraper("backup", "safe")
    assert said.code == 1
    assert f"it ends at byte {whole // 2} of {whole}" in said.err
    assert articles(desk / "safe" / "archive.db") == 5
    assert (desk / "safe" / warc.relative_to(desk)).stat().st_size == whole


def test_a_copy_that_differs_is_said_and_left(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    (copy,) = (desk / "safe").rglob("*.warc.gz")
    data = bytearray(copy.read_bytes())
    data[700] ^= 1
    copy.write_bytes(data)
    said = scraper("backup", "safe")
    assert said.code == 1
    assert "holds other bytes" in said.err
    assert copy.read_bytes() == data


def test_a_damaged_archive_does_not_take_the_place_of_a_good_backup(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    before = (desk / "safe" / "archive.db").read_bytes()
    overwrite_page(desk / "archive.db", min(leaf_pages(desk / "archive.db", "versions")))
    said = scraper("backup", "safe")
    assert said.code == 2
    assert "the copy is not sound" in said.err
    assert (desk / "safe" / "archive.db").read_bytes() == before
    assert [path for path in files_of(desk / "safe") if path.endswith((".part", ".new"))] == []


def test_a_disk_without_room_is_said_before_anything_is_written(
    desk: Path, collected: LittlePortal, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**6, 10**6 - 1000, 1000))
    said = scraper("backup", "safe")
    assert said.code == 1
    assert "MB are needed, 0 MB are free" in said.err
    assert files_of(desk / "safe") == set()


def test_a_disk_that_fills_up_leaves_the_backup_before(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    before = {path: (desk / "safe" / path).read_bytes() for path in files_of(desk / "safe")}
    collected.publish(*range(6, 40))
    assert scraper("collect").code == 0
    limit = (desk / "safe" / "archive.db").stat().st_size - 4096
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "import sys; sys.argv = ['scraper', 'backup', 'safe']\n"
        "from scraper.cli import main; main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=desk, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert "no room" in ended.stderr
    assert {path: (desk / "safe" / path).read_bytes() for path in files_of(desk / "safe")} == before


def test_a_restored_backup_is_gone_on_with(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    assert scraper("backup", "safe").code == 0
    shutil.rmtree(desk / "archive.captures")
    for file in desk.glob("archive.db*"):
        if file.is_file():
            file.unlink()
    shutil.copy(desk / "safe" / "archive.db", desk / "archive.db")
    shutil.copytree(desk / "safe" / "archive.captures", desk / "archive.captures")
    collected.publish(6)
    assert scraper("collect").code == 0
    assert articles(desk / "archive.db") == 6
    assert scraper("verify").code == 0
