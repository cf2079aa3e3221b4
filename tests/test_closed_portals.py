"""A portal that has closed, as a person meets it: its file, check, collect, status, show."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Scraper
from otherarchives import HOME, OtherArchive, held, serving_archive, warc


@pytest.fixture
def other() -> Iterator[OtherArchive]:
    with serving_archive(OtherArchive()) as archive:
        archive.holds = [
            held("20150601", 1, "Bản đầu"),
            held("20170601", 1, "Bản sau"),
            held("20160601", 2, "Bài khác"),
        ]
        yield archive


@pytest.fixture
def portal_file(desk: Path, other: OtherArchive) -> Path:
    """The portal file of a portal whose name no longer leads anywhere."""
    path = desk / "schedules" / "closed.toml"
    path.write_text(
        f"""name = "closed"
home = "{HOME}"
language = "vi"

[article]
key = "id"

[[source]]
kind = "webarchive"
index = "wayback"
server = "{other.server}"

[fetch]
pace_seconds = 0
retries = 0
allow_private = ["127.0.0.1:{other.port}"]
""",
        encoding="utf-8",
    )
    return path


def test_it_is_checked_collected_and_found(desk: Path, portal_file: Path, scraper: Scraper) -> None:
    checked = scraper("check")
    assert checked.code == 0, checked.err
    assert "closed:1 read" in checked.out
    collected = scraper("collect", "--json")
    assert collected.code == 0, collected.err
    assert "as of 2015-06-01 04:05 UTC, from 127.0.0.1" in collected.out
    assert len(scraper("search", "Đoạn").out) > 0
    assert "3 copies of other archives read" in scraper("status").out
    assert scraper("verify").code == 0


def test_show_says_origin_and_day_of_each_version(portal_file: Path, scraper: Scraper) -> None:
    scraper("collect")
    said = scraper("show", "closed:1", "--versions").out
    assert re.search(r"1: first reading; seen 2015-06-01 04:05 to 2015-06-01", said)
    assert re.search(r"capture of 127.0.0.1:\d+ 2015-06-01 04:05:00 UTC", said)
    rows = json.loads(scraper("show", "closed:1", "--versions", "--json").out)
    assert [row["capture"]["origin"][:9] for row in rows] == ["127.0.0.1"] * 2
    assert "127.0.0.1" in scraper("show", "closed:1", "--captures").out


def test_versions_are_compared_in_the_order_of_days(
    desk: Path, portal_file: Path, scraper: Scraper, other: OtherArchive
) -> None:
    scraper("collect")
    other.holds.append(held("20130601", 1, "Bản trước cả"))
    with closing(sqlite3.connect(desk / "archive.db")) as db, db:
        db.execute("DELETE FROM memento_indexes")
    scraper("collect")
    assert [line[0] for line in scraper("show", "closed:1", "--versions").out.splitlines()
            if line[:1].isdigit()] == ["3", "1", "2"]  # fmt: skip
    assert "version 1 -> 2" in scraper("show", "closed:1", "--diff").out
    assert "version 3 -> 1" in scraper("show", "closed:1", "--diff", "1").out
    assert scraper("show", "closed:1", "--diff", "3").code == 2
    assert "Bản sau" in scraper("show", "closed:1").out
    assert "Bản sau" in scraper("show", "closed:1", "--html").out
    assert scraper("verify").code == 0


def test_reading_again_finds_nothing_to_do(portal_file: Path, scraper: Scraper) -> None:
    scraper("collect")
    said = scraper("reextract", "--jobs", "1", "--apply")
    assert said.code == 0
    assert "2 the same" in said.out


def test_a_reading_anew_is_of_the_newest_copy(
    desk: Path, portal_file: Path, scraper: Scraper
) -> None:
    scraper("collect")
    with closing(sqlite3.connect(desk / "archive.db")) as db, db:
        db.execute("UPDATE articles SET title = 'Trang chủ'")
        db.execute(
            "UPDATE versions SET title = 'Trang chủ' WHERE number ="
            " (SELECT version FROM articles WHERE id = article_id)"
        )
    assert scraper("reextract", "--jobs", "1", "--apply").code == 0
    said = scraper("show", "closed:1", "--json")
    assert "Bản sau" in json.loads(said.out)["text"]
    assert scraper("verify").code == 0


def test_a_smaller_archive_holds_the_versions_in_their_order(
    desk: Path, portal_file: Path, scraper: Scraper
) -> None:
    scraper("collect")
    assert scraper("export", "Bản", "--format", "db", "-o", "small.db").code == 0
    said = scraper("show", "closed:1", "--versions", "--archive", "small.db").out
    assert said == scraper("show", "closed:1", "--versions").out
    assert scraper("verify", "--archive", "small.db", "--no-captures").code == 0


def test_a_folder_of_files_beside_the_portal_files_is_enough(desk: Path, scraper: Scraper) -> None:
    (desk / "schedules" / "copies").mkdir()
    (desk / "schedules" / "copies" / "a.warc.gz").write_bytes(
        warc(held("20150601", 1, "Bản đầu"), held("20170601", 1, "Bản sau"))
    )
    (desk / "schedules" / "closed.toml").write_text(
        f'name = "closed"\nhome = "{HOME}"\nlanguage = "vi"\n[article]\nkey = "id"\n'
        '[[source]]\nkind = "webarchive"\nfolder = "copies"\n',
        encoding="utf-8",
    )
    assert scraper("check").code == 0
    assert scraper("collect").code == 0
    assert "capture of a.warc.gz 2015-06-01" in scraper("show", "closed:1", "--versions").out
