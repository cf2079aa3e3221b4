"""Cron lines become due moments, and portals are collected when due. The only importer of
APScheduler.

What is owed is read from the ledger of runs, which cron, systemd, the daemon and a person share;
the scheduler only wakes us. A machine that slept, a restart and a clock that was set therefore
change nothing about what is made up.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from scraper.errors import ArchiveError, ArticleDamaged, CaptureError, PortalFileError
from scraper.records import Cron, Due, Portal

GRACE_SECONDS = 900.0  # later than this a run is late, and is made up only where `catch_up` says so
RUNS_AT_ONCE = 200  # threads; each mostly waits for its portal's pace
MOST_COUNTED = 10_000  # due moments; a line of every minute passes a week without a run
_STEP = timedelta(microseconds=1)
_LONGEST_SHIFT = timedelta(hours=3)  # of a clock between summer and winter; Troll station: 2 h

Trigger = Any  # APScheduler ships no types

Read = Callable[[], Sequence[Portal | PortalFileError]]
Covered = Callable[[str], datetime | None]


# --- moments -----------------------------------------------------------------------------------


def next_due(portal: Portal, *, after: datetime) -> datetime:
    """The first moment later than `after` (aware) when the portal is to be collected; aware UTC."""
    moment = next(_moments(portal.cron, portal.zone, after=after), None)
    if moment is None:
        raise ValueError(f"{portal.name}: the cron line {portal.cron.line!r} never comes")
    return moment


def last_due(portal: Portal, *, until: datetime) -> datetime | None:
    """The latest moment, `until` (aware) included, when the portal was to be collected; aware UTC.

    None if there was none in the four years before.
    """

    def comes(after: datetime) -> datetime | None:
        moment = next(_moments(portal.cron, portal.zone, after=after), None)
        return moment if moment is not None and moment <= until else None

    early, late = until - timedelta(days=4 * 366), until
    found = comes(early)
    while found is not None and late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        later = comes(middle)
        if later is not None:
            early, found = middle, later
        else:
            late = middle
    return found


def owed(portal: Portal, *, covered_until: datetime | None, now: datetime) -> Due | None:
    """What has fallen due since the ledger's last run, as one run that stands for all of it.

    `covered_until` is the moment up to which the ledger knows the portal as collected; a portal
    that never was is owed at once. A moment counts once its jitter is over.
    """
    if covered_until is None:
        return Due(at=now, since=now, count=1)
    first = last = None
    count = 0
    for moment in _moments(portal.cron, portal.zone, after=covered_until):
        if moment > now or count == MOST_COUNTED:
            break
        first, last, count = first or moment, moment, count + 1
    if first is None or last is None:
        return None
    if count == MOST_COUNTED:
        last = last_due(portal, until=now) or last
    if now < first + jitter(portal, first):
        return None
    return Due(at=last, since=first, count=count)


def is_late(portal: Portal, due: Due, *, now: datetime) -> bool:
    """Whether a run begun now would be no answer to its due moment any more."""
    return now - due.at > jitter(portal, due.at) + timedelta(seconds=GRACE_SECONDS)


def jitter(portal: Portal, moment: datetime) -> timedelta:
    """How long after a due moment the portal's run begins: always the same for one portal.

    Made of the name, so that portals with one cron line do not start together; never more than
    half the way to the next due moment.
    """
    share = int.from_bytes(hashlib.sha256(portal.name.encode()).digest()[:4]) / 2**32
    following = next(_moments(portal.cron, portal.zone, after=moment), None)
    longest = timedelta(seconds=portal.jitter_seconds)
    if following is not None:
        longest = min(longest, (following - moment) / 2)
    return timedelta(seconds=int(longest.total_seconds() * share))


def _moments(cron: Cron, zone: ZoneInfo, *, after: datetime) -> Iterator[datetime]:
    """Every moment later than `after` that the line names, in order; aware UTC.

    The line is laid over the wall clock. Where that is set forward, a time that is left out comes
    as long after the jump; where it is set back, a time that comes twice counts once. A line of
    every hour counts the hours as they pass instead. (CronTrigger itself stands still in a zone
    whose clock is set back, so it is asked about a clock that never is.)
    """
    trigger = _trigger(cron)
    hourly = len(cron.hours) == 24
    local = after.astimezone(zone)
    wall = _wall(local)
    if _shifts(local - _LONGEST_SHIFT, local + _LONGEST_SHIFT):
        wall -= _LONGEST_SHIFT
    ready: list[datetime] = []  # found, and perhaps not the earliest
    while True:
        wall = trigger.get_next_fire_time(None, wall.replace(tzinfo=UTC) + _STEP)
        if wall is None:
            yield from sorted(set(ready))
            return
        wall = wall.replace(tzinfo=None)
        ready += [at for at in _instants(wall, zone, hourly=hourly) if at > after]
        local = wall.replace(tzinfo=zone)
        settled = local.astimezone(UTC)
        if _shifts(local - _LONGEST_SHIFT, local + _LONGEST_SHIFT):
            settled -= _LONGEST_SHIFT  # an earlier moment may still come
        for at in sorted({at for at in ready if at <= settled}):
            ready = [later for later in ready if later != at]
            yield at


def _instants(wall: datetime, zone: ZoneInfo, *, hourly: bool) -> tuple[datetime, ...]:
    """When the wall clock shows this time: once, never (then as if it did), or twice; aware UTC."""
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return (first,)
    exists = _wall(first.astimezone(zone)) == wall
    if hourly:
        return (first, second) if exists else ()
    return (first,)


def _shifts(early: datetime, late: datetime) -> bool:
    """Whether the zone's clock was set between two moments of it."""
    zone = early.tzinfo
    return early.utcoffset() != late.astimezone(UTC).astimezone(zone).utcoffset()


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, fold=0)


def _trigger(cron: Cron) -> Trigger:
    """The APScheduler trigger that fires as crontab(5) reads the line, on a clock without zones."""
    common = {
        "minute": _listed(cron.minutes),
        "hour": _listed(cron.hours),
        "month": _listed(cron.months),
        "timezone": UTC,
    }
    days = _listed(cron.days)
    weekdays = _listed(tuple((day - 1) % 7 for day in cron.weekdays))  # there 0 is Monday
    if cron.either_day:
        return OrTrigger(
            [CronTrigger(day=days, **common), CronTrigger(day_of_week=weekdays, **common)]
        )
    return CronTrigger(day=days, day_of_week=weekdays, **common)


class _Wake(BaseTrigger):  # type: ignore[misc]
    """When a portal's job looks whether a run is owed: its due moments, each with its jitter."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        after = previous or now - timedelta(seconds=self.portal.jitter_seconds)
        for moment in _moments(self.portal.cron, self.portal.zone, after=after):
            at = moment + jitter(self.portal, moment)
            if at >= now and (previous is None or at > previous):
                return at
        return None


# --- the daemon --------------------------------------------------------------------------------


def run_forever(
    read: Read,
    *,
    collect: Callable[[Portal, Due], None],
    covered_until: Covered,
    missed: Callable[[Portal, Due], None],
    stop: threading.Event,
    say: Callable[[str], None],
    failed: Callable[[str, Due, Exception], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    reload_seconds: float = 30.0,
) -> None:
    """Collect each portal when it is due, until `stop` is set; then wait for the runs going on.

    `collect(portal, due)` runs in a thread of its own, never twice at once for one portal.
    `covered_until(name)` is the ledger's word on a portal (see `owed`): what fell due while nobody
    was there, or while a run went on, is made up by one run; where the portal file says
    `catch_up = false`, `missed(portal, due)` is told instead. `failed(name, due, error)` is told
    what `collect` raised.
    Portal files are read anew every `reload_seconds`; a wrong one keeps its portal as it was, and
    `say` is told once. Raises what `read` raises at the start, and an ArchiveError or CaptureError
    of a run, but of one article, after the other runs have ended: no run can go on then.
    """
    daemon = _Daemon(
        collect=collect,
        covered_until=covered_until,
        missed=missed,
        failed=failed,
        say=say,
        stop=stop,
        now=now,
    )
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())  # we say it ourselves
    daemon.take_up(read())
    daemon.scheduler.start()
    try:
        daemon.look()
        while not stop.wait(reload_seconds):
            daemon.read_anew(read)
            daemon.look()
    finally:
        stop.set()  # a Ctrl-C in this thread ends the runs too
        daemon.scheduler.remove_all_jobs()  # waits for its thread, which would miss them below
        daemon.scheduler.shutdown(wait=True)
    if daemon.broken is not None:
        raise daemon.broken


class _Daemon:
    """The portals as they were read last, and a scheduler with one job for each."""

    def __init__(
        self,
        *,
        collect: Callable[[Portal, Due], None],
        covered_until: Covered,
        missed: Callable[[Portal, Due], None],
        failed: Callable[[str, Due, Exception], None] | None,
        say: Callable[[str], None],
        stop: threading.Event,
        now: Callable[[], datetime],
    ) -> None:
        self.collect = collect
        self.covered_until = covered_until
        self.missed = missed
        self.failed = failed
        self.say = say
        self.stop = stop
        self.now = now
        self.portals: dict[str, Portal] = {}
        self.complaints: dict[str, str] = {}  # by file; what was said of it last
        self.running: set[str] = set()
        self.lock = threading.Lock()  # around `running`
        self.broken: Exception | None = None
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(RUNS_AT_ONCE)},
            # How late a run may be is judged by the ledger, not here.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self.scheduler.add_listener(self.on_error, EVENT_JOB_ERROR)

    def read_anew(self, read: Read) -> None:
        """Take up what changed in the portal files; wrong ones change nothing."""
        try:
            results = read()
        except (PortalFileError, OSError) as error:
            self.complain("", str(error))
            return
        self.complaints.pop("", None)
        self.take_up(results)
        # The scheduler's own waiting stands still while the machine sleeps.
        self.scheduler.wakeup()

    def take_up(self, results: Sequence[Portal | PortalFileError]) -> None:
        """Add, change and remove jobs so that they are those of the portals."""
        wrong = {error.path.stem: error for error in results if isinstance(error, PortalFileError)}
        portals = {portal.name: portal for portal in results if isinstance(portal, Portal)}
        for name, error in wrong.items():
            kept = "; it is collected as before" if name in self.portals else ""
            self.complain(name, f"{error}{kept}")
        for name in [name for name in self.complaints if name and name not in wrong]:
            del self.complaints[name]
        for name in [name for name in self.portals if name not in portals and name not in wrong]:
            del self.portals[name]
            self.scheduler.remove_job(name)
            self.say(f"{name}: its portal file is gone; it is no longer collected")
        for name, portal in portals.items():
            before = self.portals.get(name)
            self.portals[name] = portal
            if before is None or _times(before) != _times(portal):
                self.set_job(portal)
            elif before != portal:
                self.say(f"{name}: its portal file was changed")

    def set_job(self, portal: Portal) -> None:
        """One job under the portal's name; a run that is going on is left alone."""
        self.scheduler.add_job(
            self.run,
            trigger=_Wake(portal),
            args=(portal.name,),
            id=portal.name,
            name=portal.name,
            replace_existing=True,
        )
        due = next_due(portal, after=self.now()).astimezone(portal.zone)
        self.say(f"{portal.name}: next run {due:%Y-%m-%d %H:%M} {portal.timezone}")

    def look(self) -> None:
        """Begin what is owed and has no job to begin it: after a start, a sleep, a long run."""
        for name in list(self.portals):
            if name not in self.running and self.owed(name) is not None:
                self.scheduler.add_job(self.run, args=(name,), name=name)

    def owed(self, name: str) -> Due | None:
        portal = self.portals.get(name)
        if portal is None or self.stop.is_set():
            return None
        return owed(portal, covered_until=self.covered_until(name), now=self.now())

    def run(self, name: str) -> None:
        """One run, if one is owed; nothing that it raises reaches the scheduler, which would only
        log it."""
        with self.lock:
            if name in self.running:
                return  # what falls due meanwhile is owed when it has ended
            self.running.add(name)
        try:
            due = self.owed(name)
            portal = self.portals.get(name)
            if due is None or portal is None:
                return
            if not portal.catch_up and is_late(portal, due, now=self.now()):
                self.missed(portal, due)
                return
            self.collect_one(portal, due)
        except Exception as error:  # the ledger cannot be read or written
            self.give_up(error)
        finally:
            with self.lock:
                self.running.discard(name)

    def collect_one(self, portal: Portal, due: Due) -> None:
        if due.count > 1:
            self.say(f"{portal.name}: one run for the {due.count} due since {due.since:%F %R} UTC")
        try:
            self.collect(portal, due)
        except Exception as error:
            one_article = isinstance(error, ArticleDamaged)  # the other portals can go on
            if isinstance(error, ArchiveError | CaptureError) and not one_article:
                self.give_up(error)
            if self.failed is not None:
                self.failed(portal.name, due, error)
            else:
                self.say(f"{portal.name}: the run failed: {type(error).__name__}: {error}")

    def on_error(self, event: Any) -> None:
        self.give_up(event.exception)

    def give_up(self, error: Exception) -> None:
        """End the daemon, and have run_forever raise this."""
        self.broken = self.broken or error
        self.stop.set()

    def complain(self, name: str, complaint: str) -> None:
        """Say what is wrong with a file, once for each change."""
        if self.complaints.get(name) != complaint:
            self.complaints[name] = complaint
            self.say(complaint)


def _times(portal: Portal) -> tuple[object, ...]:
    return portal.cron, portal.timezone, portal.jitter_seconds


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(str(number) for number in sorted(set(numbers)))
