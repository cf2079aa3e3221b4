"""`scraper reextract` as a person and a program meet it; killed and interrupted, too."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Said, Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.archive.archive import Change, hold
from scraper.console_reextract import RereadReport
from scraper.reextract import BATCH, Reread


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> LittlePortal:
    """Three articles of which two were read by an older program, which read other titles."""
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    misread(desk / "archive.db", "key <> '2'")
    return little


def misread(path: Path, where: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE articles SET title = 'Trang chủ ' || title WHERE {where}")
        db.execute("UPDATE versions SET title = (SELECT title FROM articles WHERE id = article_id)")


def asked(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def objects(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_the_report_says_by_field_what_would_change(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    before = (desk / "archive.db").read_bytes()
    said = scraper("reextract", "--jobs", "1")
    assert said.code == 0
    assert said.out.splitlines()[:5] == [
        "little: 3 articles read again: 2 would become another version, 1 the same",
        "  title: 2",
        "    little:3",
        "      - [-Trang chủ -]Bài số 3 được công bố trên cổn…",
        "      + Bài số 3 được công bố trên cổn…",
    ]
    assert "the same call with --apply" in said.err
    assert (desk / "archive.db").read_bytes() == before


def test_applied_it_is_kept_and_there_is_nothing_left(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("reextract", "--apply", "--jobs", "1")
    assert (said.code, said.err) == (0, "")
    assert "2 became another version" in said.out
    assert asked(desk / "archive.db", "SELECT kind FROM versions WHERE number = 2") == [
        ("re-reading",),
        ("re-reading",),
    ]
    said = scraper("reextract", "--jobs", "1")
    assert said.out == (
        "little: 3 articles read again: 0 would become another version, 3 the same\n"
    )
    assert said.err == ""


def test_it_comes_as_json_lines_with_a_summary(collected: LittlePortal, scraper: Scraper) -> None:
    *articles, last = objects(scraper("reextract", "--json", "--jobs", "1"))
    assert sorted(one["id"] for one in articles) == ["little:1", "little:3"]
    assert articles[0]["kind"] == "changed"
    (change,) = articles[0]["changes"]
    assert change["field"] == "title"
    assert change["before"] == f"Trang chủ {change['after']}"
    summary = last["summary"]
    assert (summary["applied"], summary["interrupted"], summary["articles"]) == (False, False, 3)
    assert summary["portals"]["little"]["changed"] == 2
    assert summary["portals"]["little"]["fields"] == {"title": 2}


def test_one_article_or_a_few_can_be_asked_for(collected: LittlePortal, scraper: Scraper) -> None:
    one = objects(scraper("reextract", "--json", "--jobs", "1", "--article", "little:3"))
    assert [it.get("id") for it in one] == ["little:3", None]
    few = objects(scraper("reextract", "little", "--json", "--jobs", "1", "--limit", "2"))
    assert few[-1]["summary"]["articles"] == 2
    since = objects(scraper("reextract", "--json", "--since", "2020-01-01", "--jobs", "1"))
    assert since[-1]["summary"]["articles"] == 3
    later = scraper("reextract", "--json", "--since", "2199-01-01")
    assert objects(later)[-1]["summary"]["articles"] == 0
    assert "there is no article to read again" in later.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), 'the archive has no portal "nowhere"; it has little'),
        (("--article", "little:77"), 'no article "little:77"'),
        (("--article", "little"), "is no id"),
        (("--since", "gestern"), "gestern"),
        (("--archive", "none.db"), "no archive here"),
        (("--archive", "none.db", "--apply"), "no archive here"),
    ],
)
def test_a_wrong_call_is_told(
    desk: Path, collected: LittlePortal, scraper: Scraper, words: tuple[str, ...], told: str
) -> None:
    said = scraper("reextract", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert not (desk / "none.db").exists()


def test_beside_a_collector_it_reports_and_does_not_apply(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    with hold(desk / "archive.db", who="scraper collect"):
        assert scraper("reextract", "--jobs", "1").code == 0
        said = scraper("reextract", "--apply")
    assert said.code == 75
    assert "scraper collect" in said.err


def test_missing_captures_are_a_failure_that_is_told(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    for path in (desk / "archive.captures").rglob("*.warc.gz"):
        path.unlink()
    said = scraper("reextract", "--apply", "--jobs", "1")
    assert said.code == 1
    assert "3 could not be read again, and stay as they are" in said.out
    assert "put it back from a backup" in said.out


def test_a_portal_whose_file_is_wrong_is_left_out(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    (desk / "schedules" / "little.toml").write_text("nonsense", encoding="utf-8")
    said = scraper("reextract")
    assert said.code == 2
    assert "little is left out" in said.err
    assert said.out == ""


def test_a_portal_without_a_file_is_read_by_what_the_archive_knows(
    desk: Path, collected: LittlePortal, scraper: Scraper
) -> None:
    (desk / "schedules" / "little.toml").unlink()
    said = scraper("reextract", "--jobs", "1")
    assert said.code == 0
    assert "read by what the archive knows" in said.err
    assert "2 would become another version, 1 the same" in said.out
    with closing(sqlite3.connect(desk / "archive.db")) as db, db:
        db.execute("DELETE FROM portals")
    said = scraper("reextract", "--jobs", "1")
    assert said.code == 2
    assert "the archive has no notes of it" in said.err


def test_a_long_report_names_a_few_and_counts_all(capsys: pytest.CaptureFixture[str]) -> None:
    report = RereadReport(40, apply=False, as_json=False)
    for number in range(13):
        one = Reread(id=f"little:{number}", portal="little", kind="no_article", reason="a list")
        report.add(one)
        report.add(replace(one, kind="unchanged", reason=None, unseen_edits=(2, 3)))
        changes = (Change("lead", "Cũ", f"Mới {number}"),)
        report.add(replace(one, kind="changed", reason=None, changes=changes, renewed=("tags",)))
    report.summary(interrupted=True)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "  lead: 13" in lines
    assert "      + {+Mới 2+}" in lines
    assert "      + {+Mới 3+}" not in lines
    assert "  fields that make no version: tags 13" in lines
    assert "  13 no article for today's code, and kept as they are" in lines
    assert "    little:9: a list" in lines
    assert "    little:10: a list" not in lines
    assert "    and 3 more; --json names all" in lines
    assert "  26 edits that today's code does not see; the versions stay" in lines
    assert "    little:4 version 3" in lines
    assert "    and 16 more; --json names all" in lines
    assert err == "interrupted after 39 of 40 articles; run it again to go on\n"
    assert not report.failed()


def applying(desk: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "scraper", "reextract", "--apply", "--jobs", "2", "--json"],
        cwd=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ended_in_the_middle_it_goes_on_when_it_is_run_again(
    desk: Path, little: LittlePortal, scraper: Scraper, number: signal.Signals
) -> None:
    articles = 2 * BATCH + 10
    little.per_page = articles
    little.publish(*range(1, articles + 1))
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    path = desk / "archive.db"
    misread(path, "true")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE articles SET lead = ?", ("Trang chủ " * 1000,))
    process = applying(desk)
    assert process.stdout is not None
    process.stdout.readline()  # said when it is on the disk; the pipe does not hold what follows
    process.send_signal(number)
    err = process.communicate()[1].decode()
    assert "Traceback" not in err
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "run it again to go on" in err
    applied = asked(path, "SELECT count(*) FROM versions WHERE kind = 're-reading'")[0][0]
    assert BATCH <= applied < articles
    whole = "SELECT count(*) FROM articles JOIN versions ON article_id = articles.id"
    whole += " AND versions.number = version AND versions.title = articles.title"
    whole += " AND (version = 2) = (articles.title NOT LIKE 'Trang chủ%')"
    assert asked(path, whole) == [(articles,)]
    again = objects(scraper("reextract", "--apply", "--json"))
    assert again[-1]["summary"]["portals"]["little"]["changed"] == articles - applied
    assert asked(path, "SELECT count(*), max(number) FROM versions") == [(2 * articles, 2)]
    assert asked(path, whole) == [(articles,)]
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
