"""Each kind of bad input: a clear message, the right exit code, and nothing lost."""

from __future__ import annotations

import gzip
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import Answer, LittlePortal

HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.fixture
def portal(desk: Path, little: LittlePortal) -> LittlePortal:
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    return little


def test_all_faults_of_a_portal_file_are_said_at_once(desk: Path, scraper: Scraper) -> None:
    (desk / "schedules" / "bad.toml").write_text(
        """name = "other"
home = "ftp://example.vn/"
colour = "red"

[article]
match = "(unclosed"

[schedule]
cron = "61 * * * *"

[fetch]
pace_seconds = "slow"
""",
        encoding="utf-8",
    )
    said = scraper("collect")
    assert said.code == 2
    for word in ("name", "home", "colour", "match", "cron", "pace_seconds"):
        assert word in said.err
    assert len(said.err.strip().splitlines()) == 6
    assert all(line.startswith("bad.toml:") for line in said.err.strip().splitlines())
    assert not (desk / "archive.db").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"%PDF-1.7 \x00\x01", headers=(("Content-Type", "application/pdf"),)), "PDF"),
        (Answer(b""), "empty"),
        (Answer(b" " * 60_000_000), "20"),
        (Answer(b"", status=302, headers=(("Location", "/detail.aspx?id=2"),)), "redirect"),
        (Answer(b"", status=302, headers=(("Location", "http://10.0.0.1/"),)), "10.0.0.1"),
        (Answer(b"", status=302, headers=(("Location", "file:///etc/passwd"),)), "file"),
        (
            Answer(
                gzip.compress(b"\x00" * 200_000_000, 1),
                headers=(HTML, ("Content-Encoding", "gzip")),
            ),
            "20",
        ),
    ],
    ids=["pdf", "empty", "60 MB", "loop", "private", "file", "gzip bomb"],
)
def test_a_bad_page_is_an_outcome_and_the_others_are_archived(
    portal: LittlePortal, scraper: Scraper, answer: Answer, words: str
) -> None:
    portal.overrides["/detail.aspx?id=2"] = answer
    said = scraper("collect", "--verbose")
    assert said.code == 0
    (line,) = [line for line in said.err.splitlines() if "failed" in line or "refused" in line][:1]
    assert words in line
    assert "2 articles" in scraper("status").out


def test_a_portal_that_answers_500_to_all_fails(portal: LittlePortal, scraper: Scraper) -> None:
    for path in ("/list?page=1", "/robots.txt", "/"):
        portal.overrides[path] = Answer(b"down", status=500)
    said = scraper("collect")
    assert said.code == 1
    assert "little" in said.err


def test_a_portal_that_is_down_fails(portal: LittlePortal, scraper: Scraper, desk: Path) -> None:
    path = desk / "schedules" / "little.toml"
    path.write_text(path.read_text("utf-8").replace(f":{portal.port}", ":9"), encoding="utf-8")
    said = scraper("collect")
    assert said.code == 1
    assert "little" in said.err


def test_a_portal_file_may_not_point_into_a_private_network(
    portal: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    path = desk / "schedules" / "little.toml"
    lines = [line for line in path.read_text("utf-8").splitlines() if "allow_private" not in line]
    path.write_text("\n".join(lines), encoding="utf-8")
    said = scraper("collect", "--verbose")
    assert said.code == 1
    assert "allow_private" in said.err
    assert portal.requests == []


@pytest.mark.parametrize("command", [("collect",), ("search", "đê"), ("status",)])
def test_an_archive_that_is_no_database_is_refused_and_left_alone(
    portal: LittlePortal, scraper: Scraper, desk: Path, command: tuple[str, ...]
) -> None:
    (desk / "archive.db").write_bytes(b"not a database, but somebody's only copy" * 200)
    before = (desk / "archive.db").read_bytes()
    said = scraper(*command)
    assert said.code == 2
    assert "archive.db" in said.err
    assert (desk / "archive.db").read_bytes() == before


@pytest.mark.parametrize("command", [("collect",), ("search", "đê")])
def test_a_database_of_another_program_is_refused_and_left_alone(
    portal: LittlePortal, scraper: Scraper, desk: Path, command: tuple[str, ...]
) -> None:
    db = sqlite3.connect(desk / "archive.db")
    db.execute("CREATE TABLE recipes(name)")
    db.commit()
    db.close()
    before = (desk / "archive.db").read_bytes()
    assert scraper(*command).code == 2
    assert (desk / "archive.db").read_bytes() == before


@pytest.mark.parametrize("query", ['"', 'a "b" "', '""', "(((", "đê AND (", "đê OR"])
def test_a_query_of_stray_signs_is_refused_in_words(
    portal: LittlePortal, scraper: Scraper, query: str
) -> None:
    scraper("collect")
    said = scraper("search", query)
    assert said.code == 2
    assert "sql" not in said.err.lower()
    assert "fts" not in said.err.lower()


@pytest.mark.parametrize("query", ["(đê)", "đê*", "NEAR(đê, 2)", "title:đê", "-đê", "^đê"])
def test_signs_of_other_query_languages_make_no_error(
    portal: LittlePortal, scraper: Scraper, query: str
) -> None:
    scraper("collect")
    assert scraper("search", "--", query).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is a POSIX limit")
@pytest.mark.parametrize("blocks", [40, 400, 1000])
def test_a_full_disk_is_said_and_the_next_run_goes_on(
    portal: LittlePortal, scraper: Scraper, desk: Path, blocks: int
) -> None:
    portal.publish(*range(4, 60))
    command = f"ulimit -f {blocks}; exec {shlex.quote(sys.executable)} -m scraper collect"
    full = subprocess.run(
        ["bash", "-c", command], cwd=desk, capture_output=True, text=True, encoding="utf-8"
    )
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert "room" in full.stderr or "space" in full.stderr or "large" in full.stderr
    said = scraper("collect")
    assert said.code == 0, said.err
    assert "59 articles" in scraper("status").out
