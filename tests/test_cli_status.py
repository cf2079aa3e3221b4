"""`scraper status` and `scraper template`, and alarms in what `scraper collect` says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import Answer, LittlePortal
from simulated_portal import collecting

from scraper.archive.archive import Archive


def test_status_says_what_the_lists_held_and_what_the_articles_have(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 8))
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    said = scraper("status", "little")
    assert said.code == 0
    assert "of the 7 newest: date 100%" in said.out
    assert "links, 7 new" in said.out
    (found,) = json.loads(scraper("status", "--json").out)
    assert found["health"]["alarms"] == []
    assert found["health"]["sources"][0]["new_links"] == 7
    assert found["next_due"] is not None


def test_status_of_a_portal_that_is_not_there_is_refused(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    write_portal_file(desk, little)
    scraper("collect")
    said = scraper("status", "other")
    assert said.code == 2
    assert "there is little" in said.err


def test_an_alarm_that_stands_is_shown_and_makes_both_commands_end_with_1(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 4))
    write_portal_file(desk, little)
    scraper("collect")
    with Archive.open("archive.db", write=True) as archive:
        archive.raise_alarm(
            "little",
            "silent",
            reason="no news",
            run=None,
            now=datetime(2026, 1, 1, tzinfo=UTC),
        )
    said = scraper("status")
    assert said.code == 1
    assert "ALARM silent: no news (since 2026-01-01 00:00)" in said.out
    collected = scraper("collect")
    assert collected.code == 1
    assert collected.err == (
        "ends with 1, as alarms stand: little silent (since 2026-01-01 00:00 UTC); "
        "`scraper status` tells more\n"
    )


def test_an_alarm_of_a_portal_whose_file_was_removed_is_shown_and_counts_no_more(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 4))
    file = write_portal_file(desk, little)
    scraper("collect")
    with Archive.open("archive.db", write=True) as archive:
        archive.raise_alarm("little", "silent", reason="x", run=None, now=datetime.now(UTC))
    assert scraper("status").code == 1
    file.rename(desk / "away.toml")
    said = scraper("status")
    assert said.code == 0
    assert "ALARM silent" in said.out


def test_walks_that_read_nothing_and_the_first_are_not_usual(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 31))
    write_portal_file(desk, little)
    scraper("collect")
    scraper("collect")
    assert "links (" not in scraper("status").out  # the first went to the list's end
    links = json.loads(scraper("status", "--json").out)[0]["health"]["sources"][0]["links"]
    little.overrides["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    scraper("collect")
    assert f"0 links ({links} usual)" in scraper("status").out
    del little.overrides["/robots.txt"]
    scraper("collect")
    assert f"{links} links ({links} usual)" in scraper("status").out


def test_a_run_whose_every_list_is_refused_is_no_success(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 4))
    write_portal_file(desk, little)
    scraper("collect")
    success = json.loads(scraper("status", "--json").out)[0]["last_success"]
    little.overrides["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    said = scraper("collect")
    assert said.code == 1
    assert "all its lists are refused" in said.err
    assert json.loads(scraper("status", "--json").out)[0]["last_success"] == success


def test_status_says_of_which_articles_it_speaks_and_why_there_is_no_template(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 4))
    write_portal_file(desk, little)
    scraper("collect")
    said = scraper("status").out
    assert "of the 3 newest: " in said
    assert "no template: 3 articles are archived, 5 are needed" in said


def test_the_command_of_the_call_is_told(
    little: LittlePortal, scraper: Scraper, desk: Path
) -> None:
    little.publish(*range(1, 4))
    write_portal_file(desk, little)
    scraper("collect")
    with Archive.open("archive.db", write=True) as archive:
        archive.raise_alarm("little", "down", reason="x", run=None, now=datetime.now(UTC))
        archive.clear_alarm("little", "down", reason="y", now=datetime.now(UTC))
    scraper("collect", "--alarm-command", "cat >> told")
    events = [json.loads(line)["event"] for line in Path("told").read_text().splitlines()]
    assert events == ["raised", "cleared"]


@pytest.fixture
def offered(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive with held pages and a template that could not be proved."""
    with collecting(desk) as collector:
        collector.site.publish(16, days=30)
        collector.run()
        collector.days(4)
        collector.site.look = "new"
        monkeypatch.setattr("scraper.learning.PROVED_SHARE", 2.0)  # so that nothing is proved
        collector.days(1)
        monkeypatch.setattr("scraper.learning.PROVED_SHARE", 0.8)
    return desk


def test_what_could_not_be_proved_is_offered_with_both_readings(
    offered: Path, scraper: Scraper
) -> None:
    said = scraper("template", "so")
    assert said.code == 0
    assert "known articles read with it as they are archived" in said.out
    assert "template 1 (used): does not fit" in said.out
    assert 'template 2 (offered): "' in said.out
    assert 'no template: "Giới thiệu về Sở Sông hồ"' in said.out
    status = scraper("status", "so")
    assert status.code == 1
    assert "(offered)" in status.out and "pages held" in status.out
    assert "`scraper template so` shows how held pages read" in status.out


def test_a_template_that_is_accepted_reads_what_is_held(
    offered: Path, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scraper("template", "so", "--accept").code == 0
    assert scraper("template", "so", "--accept").code == 2  # none is offered any more
    held, alarms = after_a_run(offered, monkeypatch)
    assert (held, alarms) == (0, [])


def test_a_template_that_is_rejected_leaves_the_pages_held(
    offered: Path, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scraper("template", "so", "--reject").code == 0
    with Archive.open("archive.db") as archive:
        assert archive.count_held("so") > 0
        assert archive.templates("so")[0].state == "rejected"
    monkeypatch.setattr("scraper.learning.PROVED_SHARE", 2.0)
    held, _ = after_a_run(offered, monkeypatch)
    assert held > 0
    with Archive.open("archive.db") as archive:
        assert archive.templates("so")[0].state == "rejected", "it is not offered again"


def test_without_any_template_what_is_held_is_archived_as_it_reads(
    offered: Path, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scraper("template", "so", "--forget").code == 0
    held, alarms = after_a_run(offered, monkeypatch)
    assert (held, alarms) == (0, [])


def after_a_run(desk: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """How many pages are held, and which alarms stand, after another run of a day later."""
    with collecting(desk) as collector:
        before = collector.archive.last_run("so")
        assert before is not None and before.started_at is not None
        collector.site.now = before.started_at
        collector.site.look = "new"
        collector.site.publish(21, days=34)
        collector.days(1, publish=False)
        return collector.archive.count_held("so"), collector.alarms()
