"""One writer at full speed and many readers; and a file that may be copied, mounted, passed on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from archived import article, bare, save, writing
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.archive import write_ahead
from scraper.archive.archive import Archive, hold
from scraper.errors import ArchiveError
from scraper.query.search import search

TESTS = Path(__file__).parent
NOBODY = 65534  # the user id by which a test that runs as root gives up its rights
PROCESSES, THREADS = 8, 12
# Saves as fast as it can, until its standard input is closed; says how many it saved.
WRITER = """
import sys, threading
from pathlib import Path
from archived import article, save, writing
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
saved = 0
with writing(Path(sys.argv[1])) as (archive, run):
    while not ended.is_set():
        save(archive, article(f"Bài {saved} nói về đất đai. " * 20), run=run, key=str(saved))
        saved += 1
        if saved == 20:
            print("ready", flush=True)
print(saved)
"""
# Searches until it has done so some times, opening the archive anew each time.
READER = """
import sys
from pathlib import Path
from scraper.archive.archive import Archive
from scraper.query.search import search
before = 0
for _ in range(int(sys.argv[2])):
    with Archive.open(Path(sys.argv[1])) as archive:
        count = search("dat dai", archive=archive).count
        assert count >= before > -1, (count, before)
        before = count
print(before)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article."""
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        save(archive, article(), run=run)
    return path


@contextmanager
def process(program: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    begun = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield begun
    finally:
        begun.kill()
        begun.communicate()


def read_some(path: Path, times: int) -> int:
    """Search through one connection, as a thread of a web server does."""
    with Archive.open(path) as archive:
        return [search('"đất đai"', archive=archive).count for _ in range(times)][-1]


def test_twenty_readers_and_a_writer_never_meet_a_lock(path: Path) -> None:
    with process(WRITER, str(path)) as writer, ThreadPoolExecutor(PROCESSES + THREADS) as pool:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        program = [sys.executable, "-c", READER, str(path), "4"]
        readers = [
            pool.submit(subprocess.run, program, cwd=TESTS, capture_output=True, text=True)
            for _ in range(PROCESSES)
        ]
        counts = [pool.submit(read_some, path, 15) for _ in range(THREADS)]
        for reader in readers:
            ended = reader.result()
            assert (ended.returncode, ended.stderr) == (0, "")
            assert int(ended.stdout) >= 20
        assert all(count.result() >= 20 for count in counts)
        out, err = writer.communicate("")
        assert (writer.returncode, err) == (0, "")
    with Archive.open(path) as archive:  # its first article is of the fixture, and was overwritten
        assert search('"đất đai"', archive=archive).count == int(out)


def test_readers_that_take_turns_do_not_let_the_log_grow_without_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 1 << 20
    monkeypatch.setattr(write_ahead, "_LARGE_BYTES", limit)
    monkeypatch.setattr(write_ahead, "_GROWTH_BYTES", limit // 4)
    log = path.with_name("archive.db-wal")
    stop = threading.Event()
    turn, other = (sqlite3.connect(path, check_same_thread=False) for _ in range(2))

    def take_turns() -> None:
        """One of two readers is always in the middle of reading."""
        reader, next_reader = turn, other
        while not stop.is_set():
            next_reader.execute("BEGIN")
            next_reader.execute("SELECT count(*) FROM articles").fetchone()
            if reader.in_transaction:
                reader.execute("COMMIT")
            reader, next_reader = next_reader, reader
        for one in (turn, other):
            one.close()

    largest = 0
    with writing(path) as (archive, run), ThreadPoolExecutor(1) as pool:
        ended = pool.submit(take_turns)
        try:
            for number in range(150):
                save(archive, article(f"Bài {number} " * 1500), run=run, key=str(number))
                largest = max(largest, log.stat().st_size)
        finally:
            stop.set()
        ended.result()
    assert largest < 5 * limit
    assert path.stat().st_size > 5 * limit


def test_a_reader_of_an_earlier_state_is_not_waited_for_without_end(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_ahead, "END_SECONDS", 0.1)
    with Archive.open(path) as reader, reader.one_state():
        assert reader.article("demo:1").version_count == 1
        with writing(path) as (archive, run):
            save(archive, article("anders"), run=run)
            assert not archive.checkpoint()
        assert path.with_name("archive.db-wal").stat().st_size
        assert reader.article("demo:1").version_count == 1
    with Archive.open(path, write=True) as archive:
        assert archive.checkpoint()
        assert archive.article("demo:1").version_count == 2


def test_a_reader_of_the_newest_state_is_no_hindrance(path: Path, tmp_path: Path) -> None:
    with writing(path) as (archive, run):
        save(archive, article("anders"), run=run)
        with Archive.open(path) as reader, reader.one_state():
            assert reader.article("demo:1").version_count == 2
            assert archive.checkpoint()
            assert version_count(Path(shutil.copy(path, tmp_path / "copy.db"))) == 2


def version_count(path: Path) -> int:
    with Archive.open(path) as archive:
        return archive.article("demo:1").version_count


def test_a_run_says_when_the_file_alone_is_not_the_newest(
    desk: Path, little: LittlePortal, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_ahead, "END_SECONDS", 0.05)
    little.publish(1)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    little.publish(2)
    with Archive.open(desk / "archive.db") as reader, reader.one_state():
        assert reader.portals() == ("little",)
        said = scraper("collect")
    assert said.code == 0
    assert "its newest changes are still in archive.db-wal" in said.err


def test_a_copy_after_a_run_is_whole_while_readers_have_it_open(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    little.publish(1)
    assert scraper("collect").code == 0
    with Archive.open(desk / "archive.db") as reader:
        assert reader.article("little:1")
        little.publish(2, 3)
        assert scraper("collect").code == 0
        (desk / "elsewhere").mkdir()
        copy = Path(shutil.copy(desk / "archive.db", desk / "elsewhere" / "copy.db"))
    with Archive.open(copy) as archive:
        assert archive.article("little:3")


def test_what_a_reader_leaves_behind_holds_nothing(path: Path) -> None:
    with Archive.open(path) as archive:
        assert archive.article("demo:1")
    log = path.with_name("archive.db-wal")
    assert not log.exists() or log.stat().st_size == 0


def test_the_daemon_leaves_a_whole_file_after_each_run(desk: Path, little: LittlePortal) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little, cron="* * * * *")
    daemon = subprocess.Popen(
        [sys.executable, "-m", "scraper", "run"], cwd=desk, stderr=subprocess.PIPE, text=True
    )
    try:
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if "little run:" in line:
                break
        deadline = time.monotonic() + 60
        log = desk / "archive.db-wal"
        while log.stat().st_size and time.monotonic() < deadline:
            time.sleep(0.01)  # the run is told a moment before
        assert daemon.poll() is None
        (desk / "elsewhere").mkdir()
        copy = Path(shutil.copy(desk / "archive.db", desk / "elsewhere" / "copy.db"))
        with Archive.open(copy) as archive:
            assert archive.article("little:2")
    finally:
        daemon.terminate()
        daemon.communicate()


def as_nobody(path: Path, statement: str) -> subprocess.CompletedProcess[str]:
    """Run a statement about `archive` in a process that owns nothing."""
    program = (
        "import os, sys; from pathlib import Path; from scraper.archive.archive import Archive\n"
        "import sqlite_utils; sqlite_utils.Database(memory=True)\n"  # what loads late
        f"if os.getuid() == 0: os.setuid({NOBODY})\n"
        "with Archive.open(Path(sys.argv[1])) as archive:\n"
        f"    {statement}\n"
    )
    return subprocess.run(
        [sys.executable, "-B", "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def public(path: Path) -> Iterator[Path]:
    """A copy of the archive where other users can get at it."""
    folder = Path("/tmp" if os.name == "posix" else ".") / f"readers-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        yield Path(shutil.copy(path, folder / "archive.db"))
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_without_the_right_to_write_is_read(public: Path) -> None:
    public.chmod(0o444)
    ended = as_nobody(public, "print(archive.article('demo:1').id)")
    assert ended.stdout == "demo:1\n", ended.stderr


def test_a_file_without_the_right_to_read_is_said(public: Path) -> None:
    public.chmod(0o000)
    ended = as_nobody(public, "pass")
    assert "ArchiveError" in ended.stderr
    assert "look at the rights" in ended.stderr


def test_a_folder_that_may_not_be_entered_is_said(public: Path) -> None:
    public.parent.chmod(0o700)
    ended = as_nobody(public, "pass")
    assert "ArchiveError" in ended.stderr
    assert "look at the rights" in ended.stderr


def test_another_user_reads_while_the_owner_writes(public: Path) -> None:
    with writing(public) as (archive, run):
        save(archive, article("anders"), run=run)
        ended = as_nobody(public, "print(archive.article('demo:1').version_count)")
    assert ended.stdout == "2\n", ended.stderr


def test_an_archive_on_a_medium_that_cannot_be_written_is_read(path: Path, tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    commands = (
        f"mount --bind {path.parent} {medium} && mount -o remount,ro,bind {medium} && "
        f"! touch {medium}/new 2>/dev/null && "
        f"{sys.executable} -m scraper search --archive {medium}/archive.db gia"
    )
    if not shutil.which("unshare"):
        pytest.skip("no unshare here")
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no right to mount here")
    ended = subprocess.run(
        ["unshare", "-m", "sh", "-c", commands], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "demo:1" in ended.stdout


def test_a_file_marked_as_not_to_be_changed_is_read_with_plain_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT id FROM articles").fetchall() == [("demo:1",)]


@pytest.mark.parametrize("content", [b"my own text " * 100, None], ids=["text", "database"])
def test_no_lock_is_left_beside_what_is_no_archive(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "archive.db"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE mine (a)")
    else:
        path.write_bytes(content)
    with pytest.raises(ArchiveError), hold(path, who="scraper collect"):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_an_archive_whose_making_was_cut_short_can_be_held(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with hold(path, who="scraper collect"), writing(path) as (archive, run):
        assert save(archive, bare("Tin"), run=run).kind == "new"
