"""Collecting what is due, the daemon's words and numbers, and what is installed."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.install import Installed, cron_lines, install_cron, systemd_unit
from scraper.install import _without as without
from scraper.metrics import LATE_SECONDS, Metrics, serving
from scraper.portals.portal_file import read_portal
from scraper.records import Outcome


def runs(desk: Path) -> list[tuple[str, str, int | None]]:
    with closing(sqlite3.connect(desk / "archive.db")) as db:
        return db.execute("SELECT trigger, state, due_count FROM runs ORDER BY id").fetchall()


# --- collect --due -----------------------------------------------------------------------------


def test_what_is_due_is_collected_once(desk: Path, little: LittlePortal, scraper: Scraper) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    assert scraper("collect", "--due").code == 0
    assert runs(desk) == [("schedule", "done", 1)]
    asked = len(little.requests)
    again = scraper("collect", "--due")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert len(little.requests) == asked
    assert len(runs(desk)) == 1


def test_a_run_by_hand_counts_for_what_was_due(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    scraper("collect")
    scraper("collect", "--due")
    assert runs(desk) == [("collect", "done", None)]


def test_what_fell_due_for_days_is_made_up_by_one_run(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little, cron="7 * * * *")
    scraper("collect")
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with closing(sqlite3.connect(desk / "archive.db", isolation_level=None)) as db:
        db.execute("UPDATE runs SET started_at = ?", (f"{long_ago:%Y-%m-%dT%H:%M:%S.%fZ}",))
    scraper("collect", "--due")
    trigger, state, count = runs(desk)[-1]
    assert (trigger, state) == ("schedule", "done")
    assert count in (48, 49)


def test_without_catching_up_late_runs_go_on_record_as_missed(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    moment = datetime.now(UTC) + timedelta(hours=7 - 2)  # two hours ago, in Vietnam
    path = write_portal_file(desk, little, cron=f"{moment.minute} {moment.hour} * * *")
    path.write_text(path.read_text("utf-8").replace("[fetch]", "catch_up = false\n\n[fetch]"))
    scraper("collect")
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with closing(sqlite3.connect(desk / "archive.db", isolation_level=None)) as db:
        db.execute("UPDATE runs SET started_at = ?", (f"{long_ago:%Y-%m-%dT%H:%M:%S.%fZ}",))
    assert scraper("collect", "--due").code == 0
    assert runs(desk)[-1] == ("schedule", "missed", 2)


def test_beside_another_run_cron_hears_nothing(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\nfrom scraper.archive.archive import hold\n"
            "with hold(Path('archive.db'), who='a test'):\n"
            "    print('held', flush=True)\n    sys.stdin.read()",
        ],
        cwd=desk,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        quiet = scraper("collect", "--due")
        said = scraper("collect")
    finally:
        holder.communicate("")
    assert (quiet.code, quiet.err) == (75, "")
    assert said.code == 75
    assert "a test" in said.err


# --- the daemon --------------------------------------------------------------------------------


def test_the_daemon_says_events_as_json_and_serves_its_numbers(
    desk: Path, little: LittlePortal
) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    daemon = subprocess.Popen(
        [sys.executable, "-m", "scraper", "run", "--json", "--metrics-port", "0"],
        cwd=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert daemon.stdout is not None
        assert daemon.stderr is not None
        served = daemon.stderr.readline()
        events = []
        for line in daemon.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "run":
                break
        address = served.split("/metrics")[0]
        _, numbers = asked(f"{address}/metrics")
        healthy, health = asked(f"{address}/healthz")
        nowhere, _ = asked(f"{address}/else")
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=30)
    finally:
        daemon.kill()
        daemon.communicate()
    assert daemon.returncode == 0
    assert {event["event"] for event in events} == {"outcome", "run"}
    read = {event["article_id"] for event in events if event.get("stage") == "article"}
    assert read == {"little:1", "little:2"}
    assert 'scraper_outcomes_total{kind="new",portal="little",stage="article"} 2.0' in numbers
    assert 'scraper_last_success_timestamp_seconds{portal="little"}' in numbers
    assert (healthy, nowhere) == (200, 404)
    assert json.loads(health)["portals"] == 1


def asked(url: str) -> tuple[int, str]:
    """Status and text."""
    answer = requests.get(url, timeout=10)
    return answer.status_code, answer.text


def test_a_portal_that_nobody_looks_after_is_no_good_health(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    metrics = Metrics(started_at=now)
    metrics.due_next("bo", now - timedelta(seconds=LATE_SECONDS + 60))
    assert metrics.health()["late"] == ["bo"]
    with serving(metrics, port=0) as port:
        status, _ = asked(f"http://127.0.0.1:{port}/healthz")
    assert status == 503
    with metrics.running("bo"):
        assert metrics.health()["healthy"]


def test_outcomes_are_counted_by_portal_stage_and_kind() -> None:
    metrics = Metrics(started_at=datetime.now(UTC))
    outcome = Outcome(portal="bo", url="http://bo.vn/1", kind="gone", at=datetime.now(UTC))
    metrics.add(outcome)
    metrics.add(outcome)
    with serving(metrics, port=0) as port:
        _, text = asked(f"http://127.0.0.1:{port}/metrics")
    assert 'scraper_outcomes_total{kind="gone",portal="bo",stage="article"} 2.0' in text


def test_a_portal_whose_file_is_gone_has_no_alarms_any_more() -> None:
    metrics = Metrics(started_at=datetime.now(UTC))
    for name in ("gone", "wrong"):
        metrics.due_next(name, datetime.now(UTC))
        metrics.alarmed(name, 1)
    metrics.watch((), wrong_files=("wrong",))
    with serving(metrics, port=0) as port:
        _, text = asked(f"http://127.0.0.1:{port}/metrics")
    assert 'portal="gone"' not in text
    assert 'scraper_alarms{portal="wrong"} 1.0' in text


# --- install -----------------------------------------------------------------------------------


def where(tmp_path: Path) -> Installed:
    folder = tmp_path / "my ministries 100%"
    return Installed(archive=folder / "archive.db", schedules=folder / "schedules", folder=folder)


def test_a_crontab_whose_marks_were_broken_keeps_what_follows(tmp_path: Path) -> None:
    lines = cron_lines(where(tmp_path), minutes=5).splitlines(keepends=True)
    with pytest.raises(OSError, match="by hand"):
        without("".join(lines[:2]) + "0 2 * * * backup\n", where(tmp_path))


def test_the_crontab_line_runs_in_a_shell_whatever_the_folder_is_called(tmp_path: Path) -> None:
    (line,) = [
        line for line in cron_lines(where(tmp_path), minutes=5).splitlines() if line[0] != "#"
    ]
    times, command = line[:11].rstrip(), line[12:]
    assert times == "*/5 * * * *"
    assert "\\%" in command
    words = shlex.split(command.replace("\\%", "%"))
    assert words[:2] == ["cd", str(where(tmp_path).folder)]
    assert words[-6:] == [
        "collect",
        "--due",
        "--archive",
        str(where(tmp_path).archive),
        "--schedules",
        str(where(tmp_path).schedules),
    ]


def test_the_unit_names_the_call_in_systemds_own_quoting(tmp_path: Path) -> None:
    unit = systemd_unit(where(tmp_path))
    (call,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert f'--archive "{str(where(tmp_path).archive).replace("%", "%%")}"' in call
    assert "Restart=on-failure" in unit


def fake_crontab(folder: Path, *, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab command that keeps its table in a file."""
    table = folder / "table"
    program = folder / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = "-l" ]; then\n'
        f'  [ -f "{table}" ] || {{ echo "no crontab for you" >&2; exit 1; }}\n'
        f'  cat "{table}"\n'
        f'else cat > "{table}"; fi\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return table


def test_installing_into_cron_leaves_other_lines_alone_and_replaces_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = fake_crontab(tmp_path, monkeypatch=monkeypatch)
    table.write_text("0 5 * * * mine", encoding="utf-8")
    install_cron(where(tmp_path), minutes=5)
    install_cron(where(tmp_path), minutes=10)
    text = table.read_text(encoding="utf-8")
    assert text == "0 5 * * * mine\n" + cron_lines(where(tmp_path), minutes=10)


def test_installing_into_an_empty_crontab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = fake_crontab(tmp_path, monkeypatch=monkeypatch)
    install_cron(where(tmp_path), minutes=1)
    assert table.read_text(encoding="utf-8") == cron_lines(where(tmp_path), minutes=1)
    assert "\n* * * * * cd" in table.read_text(encoding="utf-8")


def test_install_prints_and_writes(
    desk: Path, little: LittlePortal, scraper: Scraper, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_portal(write_portal_file(desk, little))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk / "config"))
    printed = scraper("install", "systemd")
    assert printed.code == 0
    written = scraper("install", "systemd", "--write")
    unit = desk / "config" / "systemd" / "user" / "scraper.service"
    assert unit.read_text(encoding="utf-8") == printed.out
    assert "systemctl --user enable --now scraper.service" in written.err
    unit.write_text("[Unit]\n# mine\n", encoding="utf-8")
    scraper("install", "systemd", "--write")
    assert unit.with_suffix(".service.before").read_text("utf-8") == "[Unit]\n# mine\n"


def test_installing_without_portal_files_says_what_is_missing(desk: Path, scraper: Scraper) -> None:
    said = scraper("install", "cron")
    assert said.code == 2
    assert "portal file" in said.err
