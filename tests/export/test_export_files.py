"""Exports as files: the right format, whole or not there, and a manifest beside."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from archived import article, bare, save, writing
from conftest import Scraper
from exported import found

from scraper.archive.shape import newest_version
from scraper.errors import ArticleDamaged, ExportError
from scraper.export.export import FORMATS, export_file, format_of


@pytest.fixture
def filled(desk: Path) -> Path:
    """An archive of three articles in the folder in which commands are called."""
    with writing(desk / "archive.db") as (archive, run):
        save(archive, article(), run=run, key="1")
        save(archive, bare("Khoáng sản", "Mỏ than."), run=run, key="2")
        save(archive, bare("Đê điều"), run=run, key="3")
        archive.finish_run(run, state="done", now=archive.article("demo:1").first_seen_at)
    return desk


@pytest.fixture
def crowded(desk: Path) -> Path:
    """An archive of many articles."""
    with writing(desk / "archive.db") as (archive, run), archive.batch():
        for number in range(600):  # each other, so that nothing is small when compressed
            text = " ".join(sha256(f"{number}-{word}".encode()).hexdigest() for word in range(20))
            save(archive, bare(f"Bài {number}", text), run=run, key=str(number))
    return desk


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".part" in path.name)


# --- which format ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "name"),
    [("a.csv", "csv"), ("a.JSONL", "jsonl"), ("b/a.ndjson", "jsonl"), ("a.parquet", "parquet")],
)
def test_the_ending_says_the_format(output: str, name: str) -> None:
    assert format_of(None, output=output) == name


@pytest.mark.parametrize("output", ["a.xlsx", "a.json", "a", ".csv.bak"])
def test_an_ending_that_names_no_format_is_refused(output: str) -> None:
    with pytest.raises(ExportError, match="--format"):
        format_of(None, output=output)
    assert format_of("csv", output=output) == "csv"


def test_an_ending_that_means_another_format_is_refused() -> None:
    with pytest.raises(ExportError, match="means csv, but --format says jsonl"):
        format_of("jsonl", output="a.csv")


def test_no_ending_means_two_formats() -> None:
    endings = [ending for one in FORMATS.values() for ending in one.endings]
    assert len(endings) == len(set(endings))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_and_its_endings_are_documented(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exporting.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
    said = set(re.findall(r"`\.([\w.]+)`", row))
    assert said <= set(FORMATS[name].endings)
    assert FORMATS[name].endings[-1] in said


def test_what_is_no_text_needs_a_file(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "--format", "parquet")
    assert (said.code, said.out) == (2, "")
    assert "--output" in said.err


def test_an_unknown_ending_writes_nothing(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "--output", "all.xlsx")
    assert said.code == 2
    assert "all.xlsx" in said.err
    assert ".parquet" in said.err
    assert not (filled / "all.xlsx").exists()


# --- where -------------------------------------------------------------------------------------


def test_a_folder_as_output_is_refused(filled: Path, scraper: Scraper) -> None:
    (filled / "out.csv").mkdir()
    said = scraper("export", "--output", "out.csv")
    assert said.code == 2
    assert "folder" in said.err


def test_a_folder_that_is_not_there_is_said(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "--output", "nowhere/out.csv")
    assert said.code == 2
    assert "make it first" in said.err


@pytest.mark.parametrize("words", [("--format", "csv"), ("--format", "db", "--overwrite")])
def test_the_archive_itself_is_never_written_over(
    filled: Path, scraper: Scraper, words: tuple[str, ...]
) -> None:
    (filled / "same").symlink_to("archive.db")
    said = scraper("export", "--output", "same", *words)
    assert said.code == 2
    assert "archive itself" in said.err
    assert scraper("show", "demo:1").code == 0


def test_a_database_is_replaced_only_where_it_is_asked_for(filled: Path, scraper: Scraper) -> None:
    assert scraper("export", "--output", "small.db").code == 0
    said = scraper("export", "mỏ", "--output", "small.db")
    assert said.code == 2
    assert "--overwrite" in said.err
    assert scraper("export", "mỏ", "--output", "small.db", "--overwrite").code == 0
    assert "1 article " in scraper("search", "--archive", "small.db").out


def test_a_database_that_is_in_use_is_not_replaced(filled: Path, scraper: Scraper) -> None:
    with closing(sqlite3.connect(filled / "small.db")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE notes (text)")
        said = scraper("export", "--output", "small.db", "--overwrite")
    assert said.code == 2
    assert "open" in said.err


def test_a_portal_that_is_not_there_is_said(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "--portal", "nope", "--output", "none.csv")
    assert said.code == 0
    assert 'no portal "nope"; there is demo' in said.err


# --- the manifest ------------------------------------------------------------------------------


def test_a_manifest_says_what_the_export_is(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "đất", "--portal", "demo", "--after", "2018", "-o", "dat.csv")
    assert said.code == 0
    assert said.out == ""
    made = json.loads((filled / "dat.csv.manifest.json").read_text("utf-8"))
    body = (filled / "dat.csv").read_bytes()
    assert made["query"] == 'đất portal:"demo" after:2018'
    assert (made["format"], made["count"], made["damaged"]) == ("csv", 1, [])
    assert (made["archive"], made["schema_version"]) == ("archive.db", newest_version())
    assert made["program"].startswith("ministry-scraper ")
    assert made["exported_at"].endswith("+00:00")
    (file,) = made["files"]
    assert file == {
        "path": "dat.csv",
        "bytes": len(body),
        "sha256": sha256(body).hexdigest(),
    }
    assert str(filled) not in (filled / "dat.csv.manifest.json").read_text("utf-8")


def test_standard_output_gets_articles_alone_and_no_manifest(
    filled: Path, scraper: Scraper
) -> None:
    said = scraper("export", "--format", "jsonl")
    assert said.code == 0
    assert len([json.loads(line) for line in said.out.splitlines()]) == 3
    assert "3 articles" in said.err
    assert not list(filled.glob("*manifest*"))


def test_an_export_is_checked_against_its_manifest(filled: Path, scraper: Scraper) -> None:
    scraper("export", "-o", "all.jsonl")
    assert scraper("export", "--check", "all.jsonl").code == 0
    with (filled / "all.jsonl").open("r+b") as file:
        file.write(b"[")
    said = scraper("export", "--check", "all.jsonl")
    assert said.code == 1
    assert "sha256" in said.err
    (filled / "all.jsonl").unlink()
    assert "not there" in scraper("export", "--check", "all.jsonl").err


@pytest.mark.parametrize("text", [None, "{", "{}", '{"files": [{"path": 1}]}', "[]"])
def test_a_manifest_that_cannot_be_read_is_said(
    filled: Path, scraper: Scraper, text: str | None
) -> None:
    if text is not None:
        (filled / "all.csv.manifest.json").write_text(text)
    said = scraper("export", "--check", "all.csv")
    assert said.code == 2
    assert "all.csv.manifest.json" in said.err


# --- how much, and in which order --------------------------------------------------------------


def test_a_limit_takes_the_first_in_order(filled: Path, scraper: Scraper) -> None:
    said = scraper("export", "--limit", "1")
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["demo:1"]
    assert scraper("export", "--limit", "0").out == ""


def test_the_most_relevant_come_first_where_it_is_asked_for(desk: Path, scraper: Scraper) -> None:
    with writing(desk / "archive.db") as (archive, run):
        save(archive, bare("Đất đai"), run=run, key="title")
        save(archive, bare("Khác", "Một câu dài có đất ở trong đó."), run=run, key="text")
    said = scraper("export", "đất", "--sort", "relevance")
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["demo:title", "demo:text"]


# --- whole or not there ------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is a POSIX limit")
@pytest.mark.parametrize("name", ["all.csv", "all.jsonl", "all.parquet", "all.db"])
def test_a_full_disk_leaves_what_was_there(crowded: Path, scraper: Scraper, name: str) -> None:
    (crowded / name).write_bytes(b"before")
    words = shlex.join([sys.executable, "-m", "scraper", "export", "-o", name, "--overwrite"])
    full = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; exec {words}"],
        cwd=crowded,
        capture_output=True,
        encoding="utf-8",
    )
    assert full.returncode == 1, full.stderr
    assert full.stderr.startswith(f"{name}:"), full.stderr
    assert "Traceback" not in full.stderr
    assert (crowded / name).read_bytes() == b"before"
    assert leftovers(crowded) == []
    assert not list(crowded.glob("*manifest*"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(filled: Path, scraper: Scraper) -> None:
    (filled / "kept").mkdir(mode=0o500)
    said = scraper("export", "-o", "kept/all.csv")
    assert said.code == 1
    assert said.err.startswith("kept/all.csv:")


def stopped(*args: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["all.csv", "all.jsonl", "all.parquet", "all.db"])
def test_an_export_that_is_stopped_leaves_what_was_there(crowded: Path, name: str) -> None:
    path = crowded / name
    path.write_bytes(b"before")
    with (
        writing(crowded / "archive.db") as (archive, _),
        pytest.raises(KeyboardInterrupt),
    ):
        export_file(found(archive, step=stopped), name.split(".")[1], path=path, overwrite=True)
    assert path.read_bytes() == b"before"
    assert leftovers(crowded) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_signal_leaves_no_half_file_under_the_name(
    crowded: Path, sent: signal.Signals, code: int
) -> None:
    """The signal comes from within, so that it meets the work in its middle."""
    program = (
        "import os, sys, signal; from scraper.archive.archive import Archive\n"
        "whole, taken = Archive.select_each, []\n"
        "def slow(*args, **named):\n"
        "    for values in whole(*args, **named):\n"
        "        taken.append(1)\n"
        f"        if len(taken) == 300: os.kill(os.getpid(), {int(sent)})\n"
        "        yield values\n"
        "Archive.select_each = slow\n"
        "from scraper.cli import main; sys.argv = ['scraper', 'export', '-o', 'all.jsonl']; main()"
    )
    (crowded / "all.jsonl").write_bytes(b"before")
    run = subprocess.run([sys.executable, "-c", program], cwd=crowded, capture_output=True)
    assert run.returncode == code, run.stderr
    assert b"Traceback" not in run.stderr
    assert (crowded / "all.jsonl").read_bytes() == b"before"
    if sent != signal.SIGKILL:
        assert leftovers(crowded) == []


@pytest.mark.skipif(sys.platform == "win32", reason="`head` is POSIX's")
def test_a_reader_who_has_had_enough_ends_the_export(crowded: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m scraper export | head -c 100 >&2; exit $PIPESTATUS"
    run = subprocess.run(["bash", "-c", command], cwd=crowded, capture_output=True)
    assert run.returncode == 141
    assert b"Traceback" not in run.stderr


# --- articles that cannot be read --------------------------------------------------------------

DAMAGE = {
    "no JSON": "UPDATE articles SET evidence = '{\"title' WHERE id = 'demo:2'",
    "no UTF-8": "UPDATE articles SET read_by = CAST(x'ff' AS TEXT) WHERE id = 'demo:2'",
}


@pytest.fixture(params=DAMAGE)
def damaged(filled: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    with closing(sqlite3.connect(filled / "archive.db")) as plain:
        plain.execute(DAMAGE[request.param])
        plain.commit()
    yield filled


def test_an_article_that_cannot_be_read_is_named(damaged: Path) -> None:
    with (
        writing(damaged / "archive.db") as (archive, _),
        pytest.raises(ArticleDamaged, match="article demo:2 cannot be read.*verify"),
    ):
        list(archive.articles([1, 2, 3]))


def test_an_export_that_is_not_whole_is_not_there(filled: Path, scraper: Scraper) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as plain:
        plain.execute(DAMAGE["no JSON"])
        plain.commit()
    said = scraper("export", "-o", "all.jsonl")
    assert said.code == 2
    assert "demo:2" in said.err
    assert "--skip-damaged" in said.err
    assert not (filled / "all.jsonl").exists()


def test_damaged_articles_are_left_out_where_it_is_asked_for(
    filled: Path, scraper: Scraper
) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as plain:
        plain.execute(DAMAGE["no JSON"])
        plain.commit()
    said = scraper("export", "-o", "all.jsonl", "--skip-damaged")
    assert said.code == 1
    assert "left out" in said.err
    lines = (filled / "all.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["demo:1", "demo:3"]
    made = json.loads((filled / "all.jsonl.manifest.json").read_text("utf-8"))
    assert made["count"] == 2
    assert made["damaged"] == ["demo:2"]


def test_filters_hold_for_both_sides_of_an_or_in_the_manifest(
    filled: Path, scraper: Scraper
) -> None:
    scraper("export", "đất", "OR", "mỏ", "--source", "Cổng", "-o", "two.csv")
    made = json.loads((filled / "two.csv.manifest.json").read_text("utf-8"))
    assert made["query"] == "(đất OR mỏ) source:(Cổng)"


def test_a_manifest_that_names_files_elsewhere_is_not_followed(
    filled: Path, scraper: Scraper
) -> None:
    scraper("export", "-o", "all.csv")
    manifest = filled / "all.csv.manifest.json"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('"path": "all.csv"', '"path": "all.csv/../archive.db"'))
    said = scraper("export", "--check", "all.csv")
    assert said.code == 1
    assert "not this export's" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="`script` is POSIX's")
def test_a_terminal_shows_how_far_it_is(crowded: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "scraper", "export", "-o", "all.csv"]
    run = subprocess.run(words, cwd=crowded, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert run.returncode == 0
    assert "/600" in shown


def test_what_is_no_file_is_not_replaced(filled: Path, scraper: Scraper) -> None:
    os.mkfifo(filled / "pipe.csv")
    said = scraper("export", "--output", "pipe.csv")
    assert said.code == 2
    assert "neither a file nor a folder" in said.err
    assert stat.S_ISFIFO((filled / "pipe.csv").stat().st_mode)


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(filled: Path, scraper: Scraper) -> None:
    (filled / "real.csv").write_text("old")
    (filled / "link.csv").symlink_to("real.csv")
    assert scraper("export", "--output", "link.csv").code == 0
    assert (filled / "link.csv").is_symlink()
    assert "demo:1" in (filled / "real.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["all.jsonl", "all.parquet"])
def test_a_text_that_is_no_utf8_is_named(filled: Path, scraper: Scraper, name: str) -> None:
    with closing(sqlite3.connect(filled / "archive.db")) as connection, connection:
        connection.execute("UPDATE articles SET url = CAST(x'ff41' AS TEXT) WHERE id = 'demo:1'")
    said = scraper("export", "--output", name)
    assert (said.code, "demo:1" in said.err) == (2, True)
    assert not (filled / name).exists()
    assert scraper("export", "--output", name, "--skip-damaged").code == 1
