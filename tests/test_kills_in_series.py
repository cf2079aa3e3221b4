"""A collector killed again and again, while the portal edits: equal archives, nothing doubled.

Each round the portal publishes and edits, and runs are killed at random points until one comes
through: the process alone or its whole group, with and without processes that read, alone and
beside another. After all rounds the archive holds what undisturbed runs make. SCRAPER_KILLS=1000
and SCRAPER_KILL_ARTICLES=500 make the long measurement of this, some ten minutes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest
from killed_collector import LOCKED
from littleportal import LittlePortal, serving
from test_kills import HELD, torn_captures, what_it_holds

from scraper.verify import verify

KILLS = int(os.environ.get("SCRAPER_KILLS", "5"))
ARTICLES = int(os.environ.get("SCRAPER_KILL_ARTICLES", "40"))
ROUNDS = 3 if KILLS < 100 else 5  # in a series
KILLS_A_ROUND = 3 if KILLS < 100 else 40
DAYS_A_ROUND = 400  # later, so that all is due again
LATEST_SECONDS = 0.9  # in a run; later points are reached by the runs after it
RIVALS = 0.2  # of the runs, beside which another is begun
GONE_SECONDS = 10.0  # until the processes of a killed collector have ended, too

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks and process groups")


@dataclass
class Zygote:
    """The process that begins collectors; see killed_collector."""

    orders: IO[str]
    answers: IO[str]
    port: int
    latest_seconds: float = LATEST_SECONDS
    groups: list[int] = field(default_factory=list)

    def begin(self, folder: Path, *, days: int, processes: int) -> int:
        order = {
            "folder": str(folder),
            "port": self.port,
            "days": days,
            "processes": processes,
        }
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return int(self.answers.readline())

    def ended(self) -> int:
        return int(self.answers.readline())


@contextmanager
def zygote(port: int) -> Iterator[Zygote]:
    script = Path(__file__).with_name("killed_collector.py")
    path = os.pathsep.join([str(script.parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdin and process.stdout
        yield Zygote(process.stdin, process.stdout, port)
        process.stdin.close()


def publish(portal: LittlePortal, round_number: int) -> None:
    """The portal as it is in a round: more articles, and every seventh one is edited."""
    portal.articles.clear()
    first = ARTICLES * 3 // 4
    portal.publish(*range(1, first + (ARTICLES - first) * round_number // (ROUNDS - 1) + 1))
    for number in portal.articles:
        edits = sum((number + one) % 7 == 0 for one in range(1, round_number + 1))
        if edits:
            portal.articles[number] = f"Bản sửa lần thứ {edits}. {portal.articles[number]}"


def collect_whole(collectors: Zygote, folder: Path, *, days: int) -> float:
    started = time.monotonic()
    collectors.begin(folder, days=days, processes=0)
    assert collectors.ended() == 0
    return time.monotonic() - started


def kill_one(
    collectors: Zygote, rivals: Zygote, folder: Path, *, days: int, draw: random.Random
) -> bool:
    """Begin a collector and kill it at a random moment; False if it had ended before."""
    group = collectors.begin(folder, days=days, processes=draw.choice((0, 0, 1)))
    with_rival = draw.random() < RIVALS
    if with_rival:
        rivals.begin(folder, days=days, processes=0)
    time.sleep(draw.uniform(0.0, collectors.latest_seconds))  # the kill's moment is what is drawn
    with suppress(ProcessLookupError):
        if draw.random() < 0.5:
            os.kill(group, signal.SIGKILL)
        else:
            os.killpg(group, signal.SIGKILL)
    status = collectors.ended()
    collectors.groups.append(group)
    assert status in (-signal.SIGKILL, 0, LOCKED), status
    assert not with_rival or rivals.ended() in (0, LOCKED)
    return status == -signal.SIGKILL


def wait_until_gone(groups: list[int]) -> None:
    """No process of a killed collector may outlive it."""
    until = time.monotonic() + GONE_SECONDS
    for group in groups:
        while True:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                break
            assert time.monotonic() < until, f"a process of {group} lives on"
            time.sleep(0.05)
    groups.clear()


def test_kills_in_series_leave_the_archive_that_undisturbed_runs_make(tmp_path: Path) -> None:
    draw = random.Random(2026)
    with (
        serving(LittlePortal(per_page=20)) as portal,
        zygote(portal.port) as collectors,
        zygote(portal.port) as rivals,
    ):
        (whole := tmp_path / "whole").mkdir()
        for round_number in range(ROUNDS):
            publish(portal, round_number)
            seconds = collect_whole(collectors, whole, days=round_number * DAYS_A_ROUND)
            collectors.latest_seconds = min(LATEST_SECONDS, 0.7 * seconds)
        expected = what_it_holds(whole / "archive.db")
        killed = series = 0
        while killed < KILLS:
            series += 1
            assert series <= 2 + 3 * KILLS // (ROUNDS * KILLS_A_ROUND), "runs end before the kill"
            (folder := tmp_path / f"killed-{series}").mkdir()
            for round_number in range(ROUNDS):
                publish(portal, round_number)
                days = round_number * DAYS_A_ROUND
                for _ in range(KILLS_A_ROUND):
                    killed += kill_one(collectors, rivals, folder, days=days, draw=draw)
                collect_whole(collectors, folder, days=days)
                wait_until_gone(collectors.groups)
            held = what_it_holds(folder / "archive.db")
            for statement, now, then in zip(HELD, held, expected, strict=True):
                assert now == then, f"series {series}: {statement}"
            assert torn_captures(folder) == []
            assert list(verify(folder / "archive.db", folder / "archive.captures")) == []
    print(f"{killed} kills, {series} archives")
