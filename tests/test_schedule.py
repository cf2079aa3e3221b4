"""When portals are collected, and the daemon that does so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scraper import schedule
from scraper.errors import ArchiveFull, ArticleDamaged, Fault, PortalFileError, SourceError
from scraper.portals.portal_file import read_cron
from scraper.records import Cron, Due, Portal
from scraper.schedule import last_due, next_due, run_forever

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE = 20  # seconds until a test gives up waiting; none takes so long


def portal(line: str = "0 3 * * *", *, name: str = "bo", zone: str = "Asia/Ho_Chi_Minh") -> Portal:
    return Portal(
        name=name,
        home="http://bo.example.vn/",
        timezone=zone,
        cron=read_cron(line),
        jitter_seconds=0,
    )


def hanoi(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


# --- moments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "after", "due"),
    [
        ("15 6-22/2 * * *", "2026-05-10 06:00", "2026-05-10 06:15"),
        ("15 6-22/2 * * *", "2026-05-10 06:15", "2026-05-10 08:15"),
        ("15 6-22/2 * * *", "2026-05-10 22:15", "2026-05-11 06:15"),
        ("* * * * *", "2026-05-10 06:15:30", "2026-05-10 06:16"),
        ("0 0 * * 0", "2026-05-09 12:00", "2026-05-10 00:00"),  # a Sunday
        ("0 0 * * 7", "2026-05-09 12:00", "2026-05-10 00:00"),
        ("0 0 * * mon-fri", "2026-05-08 12:00", "2026-05-11 00:00"),
        ("0 0 29 2 *", "2026-05-10 00:00", "2028-02-29 00:00"),
        ("0 0 13 * fri", "2026-05-09 00:00", "2026-05-13 00:00"),
        ("0 0 13 * fri", "2026-05-13 00:00", "2026-05-15 00:00"),
        ("0 0 */2 * mon", "2026-05-10 00:00", "2026-05-11 00:00"),  # both must fit
        ("0 0 */2 * mon", "2026-05-11 00:00", "2026-05-25 00:00"),
    ],
)
def test_a_portal_is_due_when_its_line_says_so_in_its_zone(line: str, after: str, due: str) -> None:
    found = next_due(portal(line), after=hanoi(after))
    assert found == hanoi(due)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("line", "until", "due"),
    [
        ("15 6-22/2 * * *", "2026-05-10 07:00", "2026-05-10 06:15"),
        ("15 6-22/2 * * *", "2026-05-10 06:15", "2026-05-10 06:15"),
        ("15 6-22/2 * * *", "2026-05-10 06:14:59", "2026-05-09 22:15"),
        ("* * * * *", "2026-05-10 06:15:30", "2026-05-10 06:15"),
        ("* * * 2 *", "2026-05-10 06:15", "2026-02-28 23:59"),
        ("0 0 29 2 *", "2026-05-10 06:15", "2024-02-29 00:00"),
        ("0 0 13 * fri", "2026-05-14 00:00", "2026-05-13 00:00"),
    ],
)
def test_the_last_moment_that_was_due_is_found(line: str, until: str, due: str) -> None:
    assert last_due(portal(line), until=hanoi(until)) == hanoi(due)


def test_every_moment_of_a_month_is_the_one_that_crontab_names() -> None:
    cron = read_cron("30 */8 1-7 * sun")
    moment, found = hanoi("2026-06-01 00:00") - timedelta(seconds=1), []
    while (moment := next_due(portal(cron.line), after=moment)) < hanoi("2026-07-01 00:00"):
        found.append(moment.astimezone(HANOI))
    expected = [
        at
        for minutes in range(30 * 24 * 60)
        if fits(cron, at := hanoi("2026-06-01 00:00") + timedelta(minutes=minutes))
    ]
    assert found == expected
    assert len(found) == (7 + 3) * 3


def fits(cron: Cron, at: datetime) -> bool:
    """The rules of crontab(5), written down a second time."""
    day, weekday = at.day in cron.days, at.isoweekday() % 7 in cron.weekdays
    days = day or weekday if cron.either_day else day and weekday
    return at.minute in cron.minutes and at.hour in cron.hours and at.month in cron.months and days


# --- the daemon --------------------------------------------------------------------------------


@dataclass
class Desk:
    """The folder of portal files, and what the daemon did and said."""

    portals: list[Portal | PortalFileError]
    collect: Callable[[Portal, Due], object] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    collected: list[tuple[Portal, Due]] = field(default_factory=list)
    missed: list[tuple[str, Due]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    failures: list[tuple[str, Due, Exception]] = field(default_factory=list)
    covered: dict[str, datetime] = field(default_factory=dict)  # what the ledger knows
    started: datetime | None = None  # when every portal was collected before the daemon came
    readings: int = 0
    broken: Exception | None = None  # what reading the folder raises
    error: BaseException | None = None  # what run_forever raised
    thread: threading.Thread | None = None

    def read(self) -> Sequence[Portal | PortalFileError]:
        self.readings += 1
        if self.broken:
            raise self.broken
        return list(self.portals)

    def start(self, *, tell_failures: bool = True) -> None:
        def work(one: Portal, due: Due) -> None:
            self.covered[one.name] = datetime.now(UTC)
            self.collected.append((one, due))
            if self.collect:
                self.collect(one, due)

        def missed(one: Portal, due: Due) -> None:
            self.covered[one.name] = due.at
            self.missed.append((one.name, due))

        def run() -> None:
            try:
                run_forever(
                    self.read,
                    collect=work,
                    missed=missed,
                    failed=(lambda *facts: self.failures.append(facts)) if tell_failures else None,
                    covered_until=lambda name: self.covered.get(name, self.started),
                    stop=self.stop,
                    say=self.said.append,
                    reload_seconds=0.05,
                )
            except BaseException as error:
                self.error = error

        self.thread = threading.Thread(target=run)
        self.thread.start()

    def wait(self, until: Callable[[], object]) -> None:
        """Until it is so; a daemon has no moment at which it is ready."""
        pause = threading.Event()
        for _ in range(PATIENCE * 100):
            if until():
                return
            pause.wait(0.01)
        pytest.fail(f"waited in vain; said: {self.said}, error: {self.error!r}")

    def reread(self) -> None:
        seen = self.readings
        self.wait(lambda: self.readings > seen + 1)

    def end(self) -> None:
        self.stop.set()
        if self.thread:
            self.thread.join(PATIENCE)
            assert not self.thread.is_alive()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk([portal()])
    yield desk
    desk.end()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line comes ten times a second: a test cannot wait for a minute."""

    def moments(cron: Cron, zone: ZoneInfo, *, after: datetime) -> Iterator[datetime]:
        tick = timedelta(seconds=0.1)
        first = datetime.fromtimestamp(after.timestamp() // 0.1 * 0.1, UTC)
        return (first + tick * number for number in count(1) if first + tick * number > after)

    monkeypatch.setattr(schedule, "_moments", moments)


def wrong(name: str, problem: str = "is wrong") -> PortalFileError:
    return PortalFileError(Path(f"{name}.toml"), (Fault("", "home", problem),))


@pytest.mark.usefixtures("hurried")
def test_a_portal_is_collected_whenever_it_is_due(desk: Desk) -> None:
    desk.start()
    desk.wait(lambda: len(desk.collected) >= 3)
    desk.end()
    assert desk.error is None
    assert {one.name for one, _ in desk.collected} == {"bo"}


@pytest.mark.usefixtures("hurried")
def test_a_run_knows_the_moments_that_it_stands_for(desk: Desk) -> None:
    desk.started = datetime.now(UTC) - timedelta(seconds=2)
    desk.start()
    desk.wait(lambda: desk.collected)
    due = desk.collected[0][1]
    assert due.since < due.at
    assert due.count > 10
    assert any("bo: one run for the " in line for line in desk.said)


@pytest.mark.usefixtures("hurried")
def test_a_portal_is_never_collected_twice_at_once(desk: Desk) -> None:
    go_on = threading.Event()
    desk.collect = lambda one, due: go_on.wait(PATIENCE)
    desk.start()
    desk.wait(lambda: desk.collected)
    began = desk.readings
    desk.wait(lambda: desk.readings > began + 5)
    assert len(desk.collected) == 1
    go_on.set()
    desk.wait(lambda: len(desk.collected) > 1)
    assert desk.collected[1][1].count > 1  # what fell due meanwhile, in one run


@pytest.mark.usefixtures("hurried")
def test_two_portals_are_collected_side_by_side(desk: Desk) -> None:
    both = threading.Barrier(2)
    desk.portals.append(portal(name="moj"))
    desk.collect = lambda one, due: both.wait(PATIENCE)
    desk.start()
    desk.wait(lambda: len({one.name for one, _ in desk.collected}) == 2)


@pytest.mark.usefixtures("hurried")
def test_a_stop_waits_for_the_run_that_is_going_on(desk: Desk) -> None:
    ended: list[bool] = []

    def collect(one: Portal, due: Due) -> None:
        assert desk.stop.wait(PATIENCE)  # as a run does: it sees the stop and ends
        ended.append(True)

    desk.collect = collect
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.end()
    assert ended == [True]


def test_a_stop_before_the_start_ends_at_once(desk: Desk) -> None:
    desk.started = datetime.now(UTC)
    desk.stop.set()
    desk.start()
    desk.end()
    assert desk.error is None
    assert desk.collected == []


@pytest.mark.usefixtures("hurried")
def test_a_run_that_raises_is_told_and_the_next_one_comes(desk: Desk) -> None:
    error = SourceError("is odd", portal="bo", url="http://bo.example.vn/")

    def collect(one: Portal, due: Due) -> None:
        raise error

    desk.collect = collect
    desk.start()
    desk.wait(lambda: len(desk.failures) >= 2)
    name, _, raised = desk.failures[0]
    assert (name, raised) == ("bo", error)


@pytest.mark.usefixtures("hurried")
def test_a_run_that_raises_is_said_where_nobody_listens(desk: Desk) -> None:
    desk.collect = lambda one, due: [][0]
    desk.start(tell_failures=False)
    desk.wait(lambda: any("bo: the run failed: IndexError" in line for line in desk.said))


@pytest.mark.usefixtures("hurried")
def test_a_full_disk_ends_the_daemon(desk: Desk) -> None:
    def collect(one: Portal, due: Due) -> None:
        raise ArchiveFull("no room", path=Path("archive.db"))

    desk.collect = collect
    desk.start()
    desk.wait(lambda: desk.error)
    assert isinstance(desk.error, ArchiveFull)
    assert len(desk.failures) == 1


def test_an_article_that_is_damaged_does_not_end_the_daemon(desk: Desk) -> None:
    def collect(one: Portal, due: Due) -> None:
        raise ArticleDamaged("no JSON", id="bo:1", path=Path("archive.db"))

    desk.collect = collect
    desk.start()
    desk.wait(lambda: desk.failures)
    assert desk.error is None
    assert not desk.stop.is_set()


def test_a_ledger_that_cannot_be_written_ends_the_daemon(desk: Desk) -> None:
    def missed(one: Portal, due: Due) -> None:
        raise ArchiveFull("no room", path=Path("archive.db"))

    desk.portals = [replace(an_hour_ago(), catch_up=False)]
    with pytest.raises(ArchiveFull):
        run_forever(
            desk.read,
            collect=lambda one, due: None,
            covered_until=lambda name: datetime.now(UTC) - timedelta(hours=30),
            missed=missed,
            stop=desk.stop,
            say=desk.said.append,
            reload_seconds=0.05,
        )


# --- files that change while it runs -----------------------------------------------------------


def test_a_new_file_is_taken_up(desk: Desk) -> None:
    desk.started = datetime.now(UTC)
    desk.start()
    desk.wait(lambda: desk.said)
    desk.portals.append(portal("30 4 * * *", name="moj"))
    desk.wait(lambda: len(desk.said) == 2)
    assert desk.said[0].startswith("bo: next run ") and desk.said[0].endswith(
        " 03:00 Asia/Ho_Chi_Minh"
    )
    assert desk.said[1].startswith("moj: next run ") and " 04:30 " in desk.said[1]


def test_a_changed_line_is_taken_up_and_an_unchanged_one_is_left_alone(desk: Desk) -> None:
    desk.started = datetime.now(UTC)
    desk.start()
    desk.reread()
    assert len(desk.said) == 1
    desk.portals[0] = portal("45 5 * * *")
    desk.wait(lambda: len(desk.said) == 2)
    assert " 05:45 " in desk.said[1]
    desk.portals[0] = portal("45 5 * * *", zone="UTC")
    desk.wait(lambda: len(desk.said) == 3)
    assert " 05:45 UTC" in desk.said[2]


@pytest.mark.usefixtures("hurried")
def test_a_changed_file_holds_from_the_next_run(desk: Desk) -> None:
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.portals[0] = replace(portal(), title="Bộ mới")
    desk.wait(lambda: desk.collected[-1][0].title == "Bộ mới")
    assert desk.said[-1] == "bo: its portal file was changed"


@pytest.mark.usefixtures("hurried")
def test_a_file_that_is_gone_is_no_longer_collected(desk: Desk) -> None:
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.portals.clear()
    desk.wait(lambda: "bo: its portal file is gone; it is no longer collected" in desk.said)
    before = len(desk.collected)
    desk.reread()
    desk.reread()
    assert len(desk.collected) <= before + 1  # one may have been on its way


@pytest.mark.usefixtures("hurried")
def test_a_wrong_file_keeps_its_portal_as_it_was_and_is_said_once(desk: Desk) -> None:
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.portals[0] = wrong("bo")
    desk.wait(lambda: any("is wrong" in line for line in desk.said))
    before = len(desk.collected)
    desk.wait(lambda: len(desk.collected) > before + 1)
    desk.reread()
    complaints = [line for line in desk.said if "is wrong" in line]
    assert complaints == ["bo.toml: home: is wrong; it is collected as before"]
    desk.portals[0] = wrong("bo", "is still wrong")
    desk.wait(lambda: any("is still wrong" in line for line in desk.said))


def test_a_wrong_file_does_not_hide_a_new_one(desk: Desk) -> None:
    desk.started = datetime.now(UTC)
    desk.portals[0] = wrong("bo")
    desk.start()
    desk.wait(lambda: desk.said == ["bo.toml: home: is wrong"])
    desk.portals.append(portal(name="moj"))
    desk.wait(lambda: any(line.startswith("moj: next run") for line in desk.said))
    desk.portals[0] = portal()
    desk.wait(lambda: any(line.startswith("bo: next run") for line in desk.said))


def test_a_folder_that_cannot_be_read_changes_nothing_and_is_said_once(desk: Desk) -> None:
    desk.started = datetime.now(UTC)
    desk.start()
    desk.reread()
    desk.broken = wrong("bo")
    desk.wait(lambda: len(desk.said) == 2)
    desk.reread()
    assert desk.said[1:] == ["bo.toml: home: is wrong"]
    desk.broken = None
    desk.reread()
    desk.broken = OSError("the folder is gone")
    desk.wait(lambda: len(desk.said) == 3)
    assert desk.thread and desk.thread.is_alive()


def test_a_folder_that_cannot_be_read_at_the_start_is_raised(desk: Desk) -> None:
    desk.broken = wrong("bo")
    desk.start()
    desk.wait(lambda: desk.error)
    assert isinstance(desk.error, PortalFileError)


# --- what fell due while nobody was there ------------------------------------------------------


def an_hour_ago() -> Portal:
    moment = datetime.now(UTC) - timedelta(hours=1)
    return portal(f"{moment.minute} {moment.hour} * * *", zone="UTC")


def test_a_run_that_fell_due_before_the_start_is_made_up_once(desk: Desk) -> None:
    desk.portals = [an_hour_ago()]
    desk.started = datetime.now(UTC) - timedelta(hours=30)
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.reread()
    ((_, due),) = desk.collected
    assert timedelta(minutes=59) < datetime.now(UTC) - due.at < timedelta(minutes=62)
    assert due.count == 2
    assert desk.missed == []


def test_without_catching_up_it_is_missed(desk: Desk) -> None:
    desk.portals = [replace(an_hour_ago(), catch_up=False)]
    desk.started = datetime.now(UTC) - timedelta(hours=30)
    desk.start()
    desk.wait(lambda: desk.missed)
    desk.reread()
    assert [(name, due.count) for name, due in desk.missed] == [("bo", 2)]
    assert desk.collected == []


def test_a_portal_that_never_was_collected_is_owed_at_once(desk: Desk) -> None:
    desk.portals = [replace(an_hour_ago(), catch_up=False)]
    desk.start()
    desk.wait(lambda: desk.collected)
    desk.reread()
    assert len(desk.collected) == 1


def test_a_portal_collected_since_is_not_made_up(desk: Desk) -> None:
    desk.portals = [an_hour_ago()]
    desk.started = datetime.now(UTC)
    desk.start()
    desk.reread()
    assert desk.collected == []
    assert desk.missed == []
