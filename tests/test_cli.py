"""The command line as cron, a person and a program meet it."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import Answer, LittlePortal, page

from scraper.archive.archive import hold


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> LittlePortal:
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    return little


def test_a_good_run_without_a_terminal_says_nothing(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    said = scraper("collect")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert (desk / "archive.db").is_file()
    assert list((desk / "archive.captures").rglob("*.warc.gz"))


def test_a_portal_that_fails_is_named_with_its_reason(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    little.overrides["/list?page=1"] = Answer(b"down", status=500)
    said = scraper("collect")
    assert said.code == 1
    assert "little" in said.err
    assert "500" in said.err
    assert "500" in scraper("status").out


def test_outcomes_come_as_json_lines(desk: Path, little: LittlePortal, scraper: Scraper) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    said = scraper("collect", "--json")
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert [row["kind"] for row in rows if row["stage"] == "article"] == ["new", "new"]
    assert {row["article_id"] for row in rows} == {"little:1", "little:2", None}


def test_an_unknown_portal_name_is_refused_with_those_there_are(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    said = scraper("collect", "litle")
    assert said.code == 2
    assert "litle" in said.err
    assert "little" in said.err


def test_a_wrong_portal_file_is_said_and_does_not_stop_the_others(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    (desk / "schedules" / "bad.toml").write_text('name = "bad"\n', encoding="utf-8")
    said = scraper("collect")
    assert said.code == 2
    assert said.err.startswith("bad.toml: home")
    assert "little" in scraper("schedule").out
    assert "2 articles" in scraper("status").out
    assert scraper("collect", "little").code == 0
    assert scraper("collect", "bad").code == 2


def test_a_folder_without_portal_files_is_said_plainly(scraper: Scraper, desk: Path) -> None:
    said = scraper("collect")
    assert said.code == 2
    assert "no portal file" in said.err
    assert not (desk / "archive.db").exists()


def test_a_portal_whose_file_was_removed_no_longer_decides_the_exit_code(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    path = write_portal_file(desk, little)
    assert scraper("collect").code == 1
    assert scraper("status").code == 1
    path.rename(path.with_name("_little.toml"))
    (desk / "schedules" / "other.toml").write_text(
        'name = "other"\nhome = "http://other.example/"\n', encoding="utf-8"
    )
    said = scraper("status")
    assert said.code == 0
    assert "little" in said.out


def test_two_archives_of_one_stem_have_captures_of_their_own(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    for name in ("news.2017", "news.2018"):
        assert scraper("collect", "--archive", name).code == 0
        assert (desk / f"{name}.captures").is_dir()


def test_a_search_needs_no_settings_where_the_archive_is_named(
    collected: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    (desk / "schedules" / "_settings.toml").write_text("nonsense", encoding="utf-8")
    assert scraper("search", "đê", "--archive", "archive.db").code == 0
    assert scraper("search", "đê").code == 2


def test_no_folder_of_portal_files_is_said_plainly(scraper: Scraper, desk: Path) -> None:
    (desk / "schedules").rmdir()
    said = scraper("collect")
    assert said.code == 2
    assert "schedules" in said.err
    assert not (desk / "archive.db").exists()


def test_a_second_collector_ends_with_75_and_says_who_holds_the_archive(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    with hold(desk / "archive.db", who="scraper run"):
        said = scraper("collect")
    assert said.code == 75
    assert "scraper run" in said.err
    assert str(os.getpid()) in said.err


def test_search_prints_the_documented_json(collected: LittlePortal, scraper: Scraper) -> None:
    said = scraper("search", "thủy lợi", "--json")
    answer = json.loads(said.out)
    assert said.code == 0
    assert set(answer) == {
        "query",
        "count",
        "by_year",
        "by_portal",
        "by_source",
        "suggestion",
        "hits",
    }
    assert answer["count"] == 3
    assert answer["by_year"] == {"2018": 3}
    assert set(answer["hits"][0]) == {
        "id",
        "portal",
        "title",
        "published",
        "source",
        "url",
        "snippet",
        "marked_title",
    }
    assert "<mark>" in answer["hits"][0]["snippet"]


def test_a_search_without_hits_is_a_good_answer(collected: LittlePortal, scraper: Scraper) -> None:
    said = scraper("search", "không-đâu-có", "--json")
    assert said.code == 0
    assert json.loads(said.out)["count"] == 0


def test_a_person_sees_hits_with_the_words_marked_and_counts(
    collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("search", "thuy loi", "--limit", "2")
    assert said.out.count("little:") == 2
    assert "*thủy* *lợi*" in said.out or "*thủy lợi*" in said.out
    assert "3 articles, 2 shown (2018: 3)" in said.out


def test_a_wrong_query_gets_a_caret_under_the_place(
    collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("search", 'đê "tuyến')
    assert said.code == 2
    lines = said.err.splitlines()
    assert lines[-1].index("^") == lines[-2].index('"')


@pytest.mark.parametrize("bound", ["2018-13", "hôm qua", "14/06/2018"])
def test_a_wrong_date_bound_is_refused(
    collected: LittlePortal, scraper: Scraper, bound: str
) -> None:
    said = scraper("search", "đê", "--after", bound)
    assert said.code == 2
    assert bound in said.err


def test_words_need_no_quotation_marks(collected: LittlePortal, scraper: Scraper) -> None:
    assert json.loads(scraper("search", "thủy", "lợi", "--json").out)["query"] == "thủy lợi"


def test_an_answer_that_is_empty_for_a_slip_says_so(
    collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("search", "đê", "--portal", "litle")
    assert said.code == 0
    assert said.err == 'the archive has no portal "litle"; there is little\n'
    said = scraper("search", "--after", "2020", "--before", "2018")
    assert said.err == "nothing lies after 2020 and before 2018\n"
    assert scraper("search", "--after", "2018-06-14", "--before", "2018").err == ""


def test_versions_say_what_changed(collected: LittlePortal, scraper: Scraper) -> None:
    collected.articles[2] = "Đoạn mở đầu khác. " + collected.articles[2]
    scraper("collect")
    said = scraper("show", "little:2", "--versions")
    assert "changed: lead, text" in said.out


def test_a_folder_is_no_archive(collected: LittlePortal, scraper: Scraper) -> None:
    for command in ("search", "status"):
        said = scraper(command, "--archive", ".")
        assert said.code == 2
        assert "folder" in said.err


def test_an_archive_in_a_folder_that_is_not_there_is_refused(
    collected: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    said = scraper("collect", "--archive", "nowhere/archive.db")
    assert said.code == 2
    assert not (desk / "nowhere").exists()


def test_show_prints_the_article_and_its_json(collected: LittlePortal, scraper: Scraper) -> None:
    assert "Bài số 2" in scraper("show", "little:2").out
    stored = json.loads(scraper("show", "little:2", "--json").out)
    assert stored["id"] == "little:2"
    assert stored["published"] == "2018-06-14"
    assert stored["published_precision"] == "day"
    assert "Bài số 2" in scraper("show", "little:2", "--versions").out


def test_an_id_that_is_not_there_is_refused(collected: LittlePortal, scraper: Scraper) -> None:
    said = scraper("show", "little:99")
    assert said.code == 2
    assert "little:99" in said.err


def test_exports_hold_every_article(collected: LittlePortal, scraper: Scraper, desk: Path) -> None:
    assert scraper("export", "", "--format", "jsonl", "-o", "all.jsonl").code == 0
    rows = [json.loads(line) for line in (desk / "all.jsonl").read_text("utf-8").splitlines()]
    assert {row["id"] for row in rows} == {"little:1", "little:2", "little:3"}
    assert scraper("export", "-o", "all.csv").code == 0
    with (desk / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == {row["id"] for row in rows}
    assert not list(desk.glob("*.part"))
    said = scraper("export", "-o", "nowhere/all.csv")
    assert said.code == 2
    assert said.err.startswith("nowhere/all.csv:")


def test_status_and_schedule_are_complete_as_json(
    collected: LittlePortal, scraper: Scraper
) -> None:
    (status,) = json.loads(scraper("status", "--json").out)
    assert status["portal"] == "little"
    assert status["articles"] == 3
    assert status["last_run"]["state"] == "done"
    (row,) = json.loads(scraper("schedule", "--json").out)
    assert row["portal"] == "little"
    assert row["cron"] == "7 * * * *"
    assert row["next_due"].endswith("+07:00")
    assert row["last_run"]["counts"]["new"] == 3


def test_the_schedule_can_be_read_before_the_first_run(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    said = scraper("schedule")
    assert said.code == 0
    assert "never run" in said.out


def test_extract_prints_one_object_a_page(desk: Path, scraper: Scraper) -> None:
    (desk / "a.html").write_text(page("Bài số 1", "Đoạn mở đầu."), encoding="utf-8")
    (desk / "b.html").write_bytes(b"")
    said = scraper("extract", "a.html", "b.html", "--json")
    assert said.code == 1
    first, second = (json.loads(line) for line in said.out.splitlines())
    assert set(first) >= {
        "url",
        "title",
        "lead",
        "text",
        "published",
        "published_precision",
        "updated",
        "source",
        "authors",
        "captions",
        "figures",
        "attachments",
        "language",
        "read_by",
        "evidence",
    }
    assert set(second) == {"file", "error"}
    assert second["file"] == "b.html"


def test_extract_says_which_file_is_missing(scraper: Scraper) -> None:
    said = scraper("extract", "none.html")
    assert said.code == 1
    assert "none.html" in said.err


def test_a_wrong_option_ends_with_2(scraper: Scraper) -> None:
    assert scraper("search", "--no-such").code == 2
    assert scraper("no-such-command").code == 2


def test_searching_before_the_first_run_says_what_to_do(scraper: Scraper, desk: Path) -> None:
    said = scraper("search", "đê")
    assert said.code == 2
    assert "scraper collect" in said.err
    assert not (desk / "archive.db").exists()


def start(desk: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scraper", *words],
        cwd=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(what: Path | None, *, until: float, ready: object = None) -> None:
    while time.monotonic() < until:
        if callable(ready) and ready():
            return
        time.sleep(0.2)
    raise AssertionError("did not happen in time")


def test_the_daemon_collects_on_time_holds_the_lock_and_ends_cleanly(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2, 3)
    write_portal_file(desk, little, cron="* * * * *")
    daemon = start(desk, "run")
    try:
        wait_for(None, until=time.monotonic() + 90, ready=lambda: len(little.asked("/detail")) == 3)
        assert scraper("collect").code == 75
        # A signal before the run is through would rightly leave it interrupted.
        wait_for(
            None,
            until=time.monotonic() + 60,
            ready=lambda: '"state": "done"' in scraper("status", "--json").out,
        )
        daemon.send_signal(signal.SIGTERM)
        _, err = daemon.communicate(timeout=30)
    finally:
        daemon.kill()
        daemon.communicate()
    assert daemon.returncode == 0, err
    assert "little:3" in err
    with sqlite3.connect(desk / "archive.db") as db:
        (run,) = db.execute("SELECT trigger, state, due_at FROM runs LIMIT 1")
    db.close()
    assert run[:2] == ("schedule", "done")
    assert run[2]


def test_sigterm_ends_a_collection_after_the_page_in_hand(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(*range(1, 40))
    path = write_portal_file(desk, little)
    path.write_text(path.read_text("utf-8").replace("pace_seconds = 0", "pace_seconds = 0.3"))
    collector = start(desk, "collect")
    try:
        wait_for(None, until=time.monotonic() + 60, ready=lambda: len(little.asked("/detail")) > 2)
        collector.send_signal(signal.SIGTERM)
        collector.communicate(timeout=30)
    finally:
        collector.kill()
        collector.communicate()
    assert collector.returncode == 143
    (row,) = json.loads(scraper("status", "--json").out)
    assert row["last_run"]["state"] == "interrupted"
    assert 0 < row["articles"] < 39
