"""Kills, full disks, locks and many threads: nothing is lost, doubled or half there."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from archived import NOW, article, link, save, writing

from scraper.archive.archive import Archive, hold
from scraper.errors import ArchiveError, ArchiveLocked

TESTS = Path(__file__).parents[1]
READY = "print('ready', flush=True)\n"


def begin(program: str, *words: str) -> subprocess.Popen[str]:
    """A Python process that has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=TESTS, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def check_whole(path: Path) -> None:
    """The file is sound, and every article has its versions, its link and its index."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for index in ("articles_fts", "articles_exact"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        for torn in (
            "SELECT id FROM articles WHERE version <> "
            "(SELECT count(*) FROM versions WHERE article_id = articles.id)",
            "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM frontier)",
            "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM outcomes)",
            "SELECT article_id FROM versions WHERE capture_id NOT IN (SELECT id FROM captures)",
        ):
            assert connection.execute(torn).fetchall() == []


def test_a_kill_in_the_middle_of_saving_leaves_a_whole_archive(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import sys; from pathlib import Path; from archived import *\n"
        "with writing(Path(sys.argv[1])) as (archive, run):\n"
        f"    {READY}"
        "    for number in range(10**9):\n"
        "        text = f'Bản tin {number} ' * 300\n"
        "        save(archive, article(text), run=run, key=str(number % 40))\n"
    )
    moments = random.Random(2)
    for _ in range(8):
        process = begin(program, str(path))
        threading.Event().wait(moments.uniform(0.02, 0.25))
        kill(process)
        with Archive.open(path) as reader:  # before any writer has tidied up
            assert reader.runs(limit=1)[0].state == "running"
        check_whole(path)


def test_a_kill_in_the_middle_of_making_the_archive_does_no_harm(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from scraper.archive.archive import Archive\n"
        f"{READY}Archive.open(Path(sys.argv[1]), write=True); sys.stdin.read()\n"
    )
    for number in range(8):
        path = tmp_path / f"{number}.db"
        process = begin(program, str(path))
        threading.Event().wait(number * 0.003)
        kill(process)
        with Archive.open(path, write=True) as archive:
            assert archive.portals() == ()


def test_a_full_disk_is_said_and_what_was_committed_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import resource, sys; from pathlib import Path; from archived import *\n"
        "from scraper.errors import ArchiveFull\n"
        f"{READY}"
        "with writing(Path(sys.argv[1])) as (archive, run):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
        "    saved = 0\n"
        "    try:\n"
        "        while True:\n"
        "            save(archive, article(f'{saved} ' * 5000), run=run, key=str(saved))\n"
        "            saved += 1\n"
        "    except ArchiveFull as error:\n"
        "        print(error, saved, sep='\\n')\n"
    )
    process = begin(program, str(path))
    out, _ = process.communicate()
    assert process.returncode == 0
    message, saved = out.splitlines()
    assert "no room to write" in message
    check_whole(path)
    with writing(path) as (archive, run):
        assert archive.status("demo", now=NOW).articles == int(saved) > 0
        assert save(archive, article(), run=run, key="later").kind == "new"


def test_an_error_in_a_save_undoes_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, _):
        with pytest.raises(sqlite3.IntegrityError):
            save(archive, article(), run=999)
        assert archive.due("demo", now=NOW) == []
        assert archive.status("demo", now=NOW).articles == 0
    check_whole(path)


def test_threads_may_save_into_one_archive_at_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run), ThreadPoolExecutor(4) as pool:
        outcomes = pool.map(
            lambda number: save(archive, article(str(number)), run=run, key=str(number)),
            range(100),
        )
        assert {outcome.kind for outcome in outcomes} == {"new"}
        assert archive.status("demo", now=NOW).articles == 100
    check_whole(path)


def test_two_programs_that_make_one_archive_at_once_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Archive.open(path, write=True), range(4)))
    for archive in opened:
        archive.add_links([link()], head=True, now=NOW)
        archive.close()
    check_whole(path)


def test_a_second_holder_is_refused_at_once_and_told_who_holds(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import sys; from pathlib import Path; from scraper.archive.archive import hold\n"
        f"with hold(Path(sys.argv[1]), who='scraper run'):\n    {READY}    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with pytest.raises(ArchiveLocked) as caught, hold(path, who="scraper collect"):
        pass
    assert f"scraper run (process {process.pid} on " in caught.value.holder
    process.communicate("")
    with hold(path, who="scraper collect"):
        pass


def test_the_lock_of_a_killed_process_holds_nobody(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    program = (
        "import sys, time; from pathlib import Path; from scraper.archive.archive import hold\n"
        f"with hold(Path(sys.argv[1]), who='killed'):\n    {READY}    time.sleep(600)\n"
    )
    kill(begin(program, str(path)))
    assert "killed" in (tmp_path / "archive.db.holder").read_text()
    with hold(path, who="next"):
        assert "next" in (tmp_path / "archive.db.holder").read_text()
    assert not (tmp_path / "archive.db.holder").exists()


def test_another_name_of_the_archive_is_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "other.db").symlink_to(tmp_path / "archive.db")
    with (
        hold(tmp_path / "archive.db", who="one"),
        pytest.raises(ArchiveLocked, match="one"),
        hold(tmp_path / "other.db", who="two"),
    ):
        pass


def test_readers_and_writers_need_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with hold(path, who="one"), writing(path) as (archive, run):
        save(archive, article(), run=run)
        with Archive.open(path) as reader:
            assert reader.article("demo:1").version_count == 1


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ArchiveError, match="lock file cannot be used"),
        hold(tmp_path / "file" / "archive.db", who="one"),
    ):
        pass


def test_an_archive_in_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="its folder cannot be made"):
        Archive.open(tmp_path / "file" / "archive.db", write=True)
