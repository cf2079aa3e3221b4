"""`scraper verify`: the captures against the ledger, and the command as people meet it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from archived import NOW, article, capture, link, writing
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.capture.store import CaptureStore
from scraper.records import Capture
from scraper.verify import verify


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> Path:
    """The one WARC file of an archive with some articles."""
    little.publish(*range(1, 6))
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    (file,) = (desk / "archive.captures").rglob("*.warc.gz")
    return file


def places(desk: Path) -> list[tuple[int, int]]:
    """Offset and length of every record that the archive knows, in order."""
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        rows = connection.execute(
            'SELECT DISTINCT "offset", length FROM captures WHERE file IS NOT NULL ORDER BY 1'
        )
        return [(offset, length) for offset, length in rows]


def captures_from(desk: Path, offset: int) -> list[int]:
    """The numbers of the captures that lie at this byte or behind it, in order."""
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        rows = connection.execute(
            'SELECT id FROM captures WHERE "offset" >= ? ORDER BY "offset", id', (offset,)
        )
        return [number for (number,) in rows]


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 0x10
    file.write_bytes(data)


def test_a_whole_archive_is_said_to_be_whole(collected: Path, scraper: Scraper) -> None:
    said = scraper("verify")
    assert (said.code, said.out) == (0, "")
    assert "whole: the archive, its indexes and every capture" in said.err


def test_a_missing_file_of_captures_is_one_fault(
    desk: Path, collected: Path, scraper: Scraper
) -> None:
    count = len(captures_from(desk, 0))
    collected.unlink()
    said = scraper("verify")
    assert said.code == 1
    assert len(said.out.splitlines()) == 1
    assert f"little/{collected.name}: the file is missing; {count} captures" in said.out
    assert "put the file back from a backup" in said.out


def test_a_file_cut_in_the_middle_says_what_is_gone(
    desk: Path, collected: Path, scraper: Scraper
) -> None:
    offset, length = places(desk)[3]
    os.truncate(collected, offset + length // 2)
    said = scraper("verify")
    assert said.code == 1
    assert f"the file ends at byte {offset + length // 2} of " in said.out
    gone = captures_from(desk, offset)
    assert f"{len(gone)} captures are gone, the first: capture {gone[0]} of " in said.out
    assert len(said.out.splitlines()) == 1


def test_what_stands_before_the_cut_is_still_read(desk: Path, collected: Path) -> None:
    (first, _), (cut, _) = places(desk)[1], places(desk)[3]
    os.truncate(collected, cut)
    flip(collected, first + 30)
    kinds = [one.kind for one in verify(desk / "archive.db", desk / "archive.captures")]
    assert kinds == ["capture-file", "capture"]


def test_a_flipped_bit_is_told_by_its_record(desk: Path, collected: Path, scraper: Scraper) -> None:
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        number, offset, length = connection.execute(
            'SELECT id, "offset", length FROM captures WHERE article_id IS NOT NULL LIMIT 1'
        ).fetchone()
    flip(collected, offset + length // 2)
    said = scraper("verify")
    assert said.code == 1
    (line,) = said.out.splitlines()
    assert line.startswith(f"little/{collected.name} byte {offset} (capture {number} of little:")


def test_a_flipped_bit_in_the_files_head_is_found(collected: Path, scraper: Scraper) -> None:
    flip(collected, 40)
    said = scraper("verify")
    assert said.code == 1
    assert "byte 0: no whole record until byte" in said.out


def kept(folder: Path, *captures: Capture) -> list[Capture]:
    with CaptureStore(folder, group="demo") as store:
        return [store.keep(one) for one in captures]


def test_a_whole_record_that_is_another_is_found(tmp_path: Path) -> None:
    first, second = kept(
        tmp_path / "archive.captures",
        capture(body=b"one"),
        capture("http://demo.example/detail?id=2", body=b"one"),
    )
    assert first.place and second.place
    with writing(tmp_path / "archive.db") as (archive, run):
        for key, one in (("1", first), ("2", second)):
            archive.save_article(link(key), article(), capture=one, run=run, now=NOW)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        connection.execute(
            'UPDATE captures SET "offset" = ?, length = ? WHERE id = 1',
            (second.place.offset, second.place.length),
        )
        connection.commit()
    problems = [
        one.problem for one in verify(tmp_path / "archive.db", tmp_path / "archive.captures")
    ]
    assert "the record is that of another address: http://demo.example/detail?id=2" in problems


def test_a_record_with_another_digest_is_found(desk: Path, collected: Path) -> None:
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        connection.execute(f"UPDATE captures SET sha256 = '{'0' * 64}' WHERE id = 2")
        connection.commit()
    (one,) = verify(desk / "archive.db", desk / "archive.captures")
    assert "its digest is another" in one.problem


def test_a_place_outside_the_folder_is_a_fault_and_is_not_read(desk: Path, collected: Path) -> None:
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        connection.execute("UPDATE captures SET file = '../../etc/passwd' WHERE id = 2")
        connection.commit()
    found = list(verify(desk / "archive.db", desk / "archive.captures"))
    assert any("is no file of captures" in one.problem for one in found)


def test_a_file_that_the_archive_does_not_know_is_named(collected: Path, scraper: Scraper) -> None:
    shutil.copy(collected, collected.with_name("older.warc.gz"))
    said = scraper("verify")
    assert said.code == 1
    assert said.out.startswith("little/older.warc.gz: the archive does not know this file")


def test_what_a_collector_is_appending_is_no_fault(collected: Path, scraper: Scraper) -> None:
    with collected.open("ab") as file:
        file.write(b"\x1f\x8b\x08 the beginning of a record")
    assert scraper("verify").code == 0


def test_a_file_that_a_killed_run_began_is_no_fault(desk: Path, scraper: Scraper) -> None:
    with writing(desk / "archive.db"):
        kept(desk / "archive.captures", capture())
    assert scraper("verify").code == 0


def test_quick_looks_at_lengths_and_not_at_digests(
    desk: Path, collected: Path, scraper: Scraper
) -> None:
    flip(collected, places(desk)[2][0] + 30)
    assert scraper("verify", "--quick").code == 0
    os.truncate(collected, collected.stat().st_size - 1)
    assert scraper("verify", "--quick").code == 1


def test_an_archive_that_came_without_captures_is_one_fault(
    desk: Path, collected: Path, scraper: Scraper
) -> None:
    shutil.rmtree(desk / "archive.captures")
    said = scraper("verify")
    assert said.code == 1
    assert len(said.out.splitlines()) == 1
    assert "the folder of captures is missing" in said.out


def test_captures_can_be_left_out(collected: Path, scraper: Scraper) -> None:
    collected.unlink()
    said = scraper("verify", "--no-captures")
    assert said.code == 0
    assert "captures were left out" in said.err


def test_faults_come_as_json_lines(desk: Path, collected: Path, scraper: Scraper) -> None:
    collected.unlink()
    with closing(sqlite3.connect(desk / "archive.db")) as connection:
        connection.execute("UPDATE articles SET edits = 4")
        connection.commit()
    rows = [json.loads(line) for line in scraper("verify", "--json").out.splitlines()]
    assert [row["kind"] for row in rows] == ["counters"] * 5 + ["capture-file"]
    assert set(rows[0]) == {"kind", "where", "problem", "remedy", "repairable"}
    assert [row["repairable"] for row in rows] == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda path: None, "no archive here"),
        (lambda path: path.touch(), "holds no archive yet"),
        (lambda path: path.write_bytes(b"x" * 5000), "no SQLite database"),
        (lambda path: path.symlink_to("nowhere"), "no archive here"),
        (lambda path: path.mkdir(), "a folder"),
    ],
    ids=["nothing", "an empty file", "no database", "a link to nothing", "a folder"],
)
@pytest.mark.parametrize("words", [(), ("--repair",)], ids=["look", "repair"])
def test_what_is_no_archive_ends_with_2_and_leaves_nothing(
    desk: Path, scraper: Scraper, made: object, message: str, words: tuple[str, ...]
) -> None:
    assert callable(made)
    made(desk / "archive.db")
    before = sorted(desk.iterdir())
    said = scraper("verify", *words)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert sorted(desk.iterdir()) == before


def test_an_older_archive_says_how_it_is_brought_up_to_date(desk: Path, scraper: Scraper) -> None:
    fixture = Path(__file__).parent / "archive" / "fixtures" / "schema-2.db"
    shutil.copy(fixture, desk / "archive.db")
    said = scraper("verify")
    assert said.code == 2
    assert "run `scraper collect` once" in said.err


@pytest.mark.parametrize("name", ["có dấu.db", "a b.db", "what?.db", "#1.db", "100%41.db"])
def test_any_name_of_an_archive_will_do(
    desk: Path, collected: Path, scraper: Scraper, name: str
) -> None:
    folder = desk / "một thư mục?#%"
    folder.mkdir()
    shutil.copy(desk / "archive.db", folder / name)
    shutil.copytree(desk / "archive.captures", folder / f"{name.removesuffix('.db')}.captures")
    assert scraper("verify", "--archive", str(folder / name)).code == 0


def test_a_link_to_an_archive_is_the_archive(desk: Path, collected: Path, scraper: Scraper) -> None:
    (desk / "linked.db").symlink_to(desk / "archive.db")
    (desk / "linked.captures").symlink_to(desk / "archive.captures")
    assert scraper("verify", "--archive", "linked.db").code == 0


def test_a_collector_may_write_meanwhile(tmp_path: Path) -> None:
    path, folder = tmp_path / "archive.db", tmp_path / "archive.captures"
    stop = threading.Event()
    saved: list[str] = []
    with writing(path) as (archive, run), CaptureStore(folder, group="demo") as store:

        def collect() -> None:
            while not stop.is_set():
                key = str(len(saved))
                url = f"http://demo.example/detail?id={key}"
                one = store.keep(capture(url, body=key.encode() * 200))
                archive.save_article(link(key), article(key), capture=one, run=run, now=NOW)
                saved.append(key)

        collector = threading.Thread(target=collect)
        collector.start()
        try:
            for _ in range(5):
                before = len(saved)
                assert list(verify(path, folder)) == []
                while len(saved) == before:
                    assert collector.is_alive()
        finally:
            stop.set()
            collector.join()
    assert saved
