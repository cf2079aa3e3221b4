"""What is owed, by the ledger of a real archive and a clock under control."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.archive.archive import Archive
from scraper.portals.portal_file import read_cron
from scraper.records import Due, Portal
from scraper.schedule import is_late, jitter, next_due, owed

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BERLIN, HANOI = "Europe/Berlin", "Asia/Ho_Chi_Minh"


@dataclass
class World:
    """One portal, its archive, and the time."""

    archive: Archive
    portal: Portal
    now: datetime

    def owed(self) -> Due | None:
        covered = self.archive.covered_until(self.portal.name, now=self.now)
        return owed(self.portal, covered_until=covered, now=self.now)

    def look(self, *, lasting: timedelta = MINUTE, crash: bool = False) -> Due | None:
        """What a daemon or `collect --due` does when it looks; a crash leaves the run open."""
        due = self.owed()
        if due is None:
            return None
        if not self.portal.catch_up and is_late(self.portal, due, now=self.now):
            self.archive.record_missed(self.portal.name, due=due, reason="late", now=self.now)
            return None
        run = self.archive.begin_run(self.portal.name, trigger="schedule", due=due, now=self.now)
        if crash:
            self.archive.finish_run(run, state="interrupted", now=self.now)
            return due
        self.now += lasting
        self.archive.finish_run(run, state="done", now=self.now)
        return due

    def until(self, end: datetime, *, step: timedelta = MINUTE) -> list[Due]:
        """Every run that was made until `end`, looking once a step."""
        made = []
        while self.now < end:
            if (due := self.look(lasting=timedelta(0))) is not None:
                made.append(due)
            self.now += step
        return made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    portal = Portal(
        name="bo",
        home="http://bo.example.vn/",
        timezone=HANOI,
        cron=read_cron("7 */2 * * *"),
        jitter_seconds=0,
    )
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        begun = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        run = archive.begin_run("bo", trigger="collect", due=None, now=begun)
        archive.finish_run(run, state="done", now=begun)
        yield World(archive, portal, begun)


def with_line(world: World, line: str, *, zone: str = HANOI, catch_up: bool = True) -> World:
    world.portal = Portal(
        name="bo",
        home="http://bo.example.vn/",
        timezone=zone,
        cron=read_cron(line),
        jitter_seconds=0,
        catch_up=catch_up,
    )
    return world


def moments(portal: Portal, after: datetime, until: datetime) -> list[datetime]:
    found = []
    while (after := next_due(portal, after=after)) <= until:
        found.append(after)
    return found


def test_each_due_run_happens_once(world: World) -> None:
    begun = world.now
    made = world.until(begun + timedelta(days=2))
    assert [due.at for due in made] == moments(world.portal, begun, world.now - MINUTE)
    assert {due.count for due in made} == {1}


def test_a_sleep_over_ten_due_times_is_made_up_by_one_run_that_says_so(world: World) -> None:
    world.now += 20 * HOUR + 8 * MINUTE
    due = world.look()
    assert due is not None
    assert due.count == 10
    assert due.at - due.since == 18 * HOUR
    assert world.owed() is None
    (run, _) = world.archive.runs("bo")
    assert (run.due_since, run.due_at, run.due_count) == (due.since, due.at, 10)


def test_a_run_of_a_person_counts_for_what_was_due_before_it(world: World) -> None:
    world.now += 3 * HOUR
    assert world.owed() is not None
    run = world.archive.begin_run("bo", trigger="collect", due=None, now=world.now)
    world.archive.finish_run(run, state="done", now=world.now)
    assert world.owed() is None


def test_what_falls_due_while_a_run_goes_on_is_owed_when_it_has_ended(world: World) -> None:
    world.now += 2 * HOUR
    world.look(lasting=5 * HOUR)
    due = world.owed()
    assert due is not None
    assert due.count == 2


def test_a_run_that_was_cut_off_is_made_again_at_once(world: World) -> None:
    world.now += 2 * HOUR
    first = world.look(crash=True)
    world.now += MINUTE
    assert world.look() == first
    assert world.owed() is None


def test_a_run_that_is_cut_off_three_times_waits_for_the_next_due_time(world: World) -> None:
    world.now += 2 * HOUR
    for _ in range(3):
        assert world.look(crash=True) is not None
        world.now += MINUTE
    assert world.owed() is None
    world.now += 2 * HOUR
    assert world.owed() is not None


def test_a_clock_that_is_set_back_brings_no_run_twice(world: World) -> None:
    begun = world.now
    first = world.until(begun + 6 * HOUR)
    world.now -= 5 * HOUR
    again = world.until(begun + 10 * HOUR)
    assert [due.at for due in first + again] == moments(world.portal, begun, world.now - MINUTE)


def test_a_clock_that_stood_years_ahead_does_not_keep_a_portal_waiting(world: World) -> None:
    now = world.now
    world.now += timedelta(days=4000)
    world.look()
    world.now = now + 3 * HOUR
    due = world.owed()
    assert due is not None
    assert due.count == 1


def test_a_clock_that_jumps_forward_by_a_week_brings_one_run(world: World) -> None:
    world.now += timedelta(days=7)
    due = world.look()
    assert due is not None
    assert due.count == 84
    assert world.owed() is None


def test_without_catching_up_what_is_late_is_on_record_and_not_run(world: World) -> None:
    with_line(world, "7 */2 * * *", catch_up=False)
    world.now += 20 * HOUR + HOUR
    assert world.look() is None
    (missed, _) = world.archive.runs("bo")
    assert (missed.state, missed.due_count) == ("missed", 10)
    assert world.owed() is None
    world.now += 10 * MINUTE
    assert world.look() is not None


def test_without_catching_up_what_is_hardly_late_is_run(world: World) -> None:
    with_line(world, "7 */2 * * *", catch_up=False)
    world.now += HOUR + 20 * MINUTE
    assert world.look() is not None


@pytest.mark.parametrize(
    ("line", "begun", "expected"),
    [
        # 2026-03-29: 02:00 becomes 03:00 in Berlin.
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:30", "2026-03-30T00:30"]),
        ("0,30 2,3 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-29T01:30"]),
        ("*/30 * * * *", "2026-03-29T00:20", ["2026-03-29T00:30", "2026-03-29T01:00"]),
        # 2026-10-25: 03:00 becomes 02:00.
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        (
            "*/30 * * * *",
            "2026-10-24T23:50",
            ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
        ),
        (
            "15 2-3 * * *",
            "2026-10-24T12:00",
            ["2026-10-25T00:15", "2026-10-25T02:15", "2026-10-26T01:15"],
        ),
    ],
)
def test_where_the_clock_is_set_each_due_run_happens_once(
    world: World, line: str, begun: str, expected: list[str]
) -> None:
    with_line(world, line, zone=BERLIN)
    world.now = datetime.fromisoformat(begun).replace(tzinfo=UTC)
    run = world.archive.begin_run("bo", trigger="collect", due=None, now=world.now)
    world.archive.finish_run(run, state="done", now=world.now)
    wanted = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in expected]
    made = world.until(wanted[-1] + MINUTE)
    assert [due.at for due in made] == wanted


@pytest.mark.parametrize("zone", [BERLIN, HANOI, "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("seed", range(3))
def test_over_a_year_of_sleeps_and_restarts_every_due_moment_is_covered_once(
    world: World, zone: str, seed: int
) -> None:
    chance = random.Random(seed)
    lines = ["30 2 * * *", "7 */3 * * *", "0,40 1-4 * * mon-fri"]
    with_line(world, lines[seed], zone=zone)
    begun = world.now
    made: list[Due] = []
    crash = False
    while world.now < begun + timedelta(days=365):
        crash = not crash and chance.random() < 0.2
        due = world.look(lasting=chance.random() * HOUR, crash=crash)
        if due is not None and not crash:
            made.append(due)
        sleep = timedelta(days=chance.random() * 9)
        world.now += chance.choice([5 * MINUTE, HOUR, 9 * HOUR, sleep])
    wanted = moments(world.portal, begun, made[-1].at)
    assert sum(due.count for due in made) == len(wanted)
    assert made[0].since == wanted[0]
    assert all(before.at < after.since for before, after in zip(made, made[1:], strict=False))


def test_portals_of_one_line_begin_apart_and_always_in_the_same_way() -> None:
    def portal(name: str, line: str = "7 */2 * * *") -> Portal:
        return Portal(name=name, home="http://bo.example.vn/", cron=read_cron(line))

    moment = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
    delays = [jitter(portal(f"bo{number}"), moment) for number in range(40)]
    assert all(timedelta(0) <= delay <= timedelta(seconds=300) for delay in delays)
    assert len(set(delays)) > 30
    assert delays == [jitter(portal(f"bo{number}"), moment) for number in range(40)]
    assert jitter(portal("bo1", "* * * * *"), moment) <= timedelta(seconds=30)


def test_a_run_does_not_begin_before_its_jitter_is_over(world: World) -> None:
    world.portal = Portal(name="bo", home="http://bo.example.vn/", cron=read_cron("0 * * * *"))
    due_at = next_due(world.portal, after=world.now)
    delay = jitter(world.portal, due_at)
    world.now = due_at + delay - timedelta(seconds=1)
    assert world.owed() is None
    world.now = due_at + delay
    assert world.owed() == Due(at=due_at, since=due_at, count=1)
