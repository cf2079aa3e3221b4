"""Cron lines become jobs: each portal is collected when due. The only importer of APScheduler."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from scraper.errors import ArchiveError, CaptureError, PortalFileError
from scraper.records import Cron, Portal

GRACE_SECONDS = 6 * 3600  # a machine that slept through the moment still runs the job
RUNS_AT_ONCE = 32  # threads; each mostly waits for its portal's pace
_STEP = timedelta(microseconds=1)

# APScheduler ships no types.
Trigger = Any

Read = Callable[[], Sequence[Portal | PortalFileError]]


def triggers(cron: Cron, zone: ZoneInfo) -> Trigger:
    """The APScheduler trigger that fires as crontab(5) reads the line, in `zone`."""
    common = {
        "minute": _listed(cron.minutes),
        "hour": _listed(cron.hours),
        "month": _listed(cron.months),
        "timezone": zone,
    }
    days = _listed(cron.days)
    weekdays = _listed(tuple((day - 1) % 7 for day in cron.weekdays))  # there 0 is Monday
    if cron.either_day:
        return OrTrigger(
            [CronTrigger(day=days, **common), CronTrigger(day_of_week=weekdays, **common)]
        )
    return CronTrigger(day=days, day_of_week=weekdays, **common)


def next_due(portal: Portal, *, after: datetime) -> datetime:
    """The first moment later than `after` (aware) when the portal is to be collected; aware UTC."""
    moment = triggers(portal.cron, portal.zone).get_next_fire_time(None, after + _STEP)
    if moment is None:
        raise ValueError(f"{portal.name}: the cron line {portal.cron.line!r} never comes")
    return _utc(moment)


def last_due(portal: Portal, *, until: datetime) -> datetime | None:
    """The latest moment, `until` (aware) included, when the portal was to be collected; aware UTC.

    None if there was none in the four years before.
    """
    trigger = triggers(portal.cron, portal.zone)
    early, late = until - timedelta(days=4 * 366), until + _STEP
    first = trigger.get_next_fire_time(None, early)
    if first is None or first > until:
        return None
    while late - early > timedelta(seconds=1):  # after `early` it still fires, after `late` not
        middle = early + (late - early) / 2
        moment = trigger.get_next_fire_time(None, middle)
        if moment is not None and moment <= until:
            early = middle
        else:
            late = middle
    return _utc(trigger.get_next_fire_time(None, early))


def run_forever(
    read: Read,
    *,
    collect: Callable[[Portal, datetime], None],
    missed: Callable[[str, datetime], None],
    stop: threading.Event,
    say: Callable[[str], None],
    failed: Callable[[str, datetime, Exception], None] | None = None,
    last_started: Callable[[str], datetime | None] | None = None,
    reload_seconds: float = 30.0,
) -> None:
    """Collect each portal when it is due, until `stop` is set; then wait for the runs going on.

    `collect(portal, due_at)` runs in a thread of its own, never twice at once for one portal.
    `missed(name, due_at)` is told of a run that was not started: the one before was still going
    on, or nobody was there for hours. `last_started(name)` tells when a portal was collected last:
    what fell due since then is made up at the start, once, or missed. `failed(name, due_at,
    error)` is told what `collect` raised.
    Portal files are read anew every `reload_seconds`; a wrong one keeps its portal as it was, and
    `say` is told once. Raises what `read` raises at the start, and an ArchiveError or CaptureError
    of a run, after the other runs have ended: no run can go on then.
    """
    daemon = _Daemon(collect=collect, missed=missed, failed=failed, say=say, stop=stop)
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())  # we say it ourselves
    daemon.take_up(read())
    daemon.make_up(last_started or (lambda _: None))
    daemon.scheduler.start()
    try:
        while not stop.wait(reload_seconds):
            daemon.read_anew(read)
    finally:
        stop.set()  # a Ctrl-C in this thread ends the runs too
        daemon.scheduler.shutdown(wait=True)
    if daemon.broken is not None:
        raise daemon.broken


class _Daemon:
    """The portals as they were read last, and a scheduler with one job for each."""

    def __init__(
        self,
        *,
        collect: Callable[[Portal, datetime], None],
        missed: Callable[[str, datetime], None],
        failed: Callable[[str, datetime, Exception], None] | None,
        say: Callable[[str], None],
        stop: threading.Event,
    ) -> None:
        self.collect = collect
        self.missed = missed
        self.failed = failed
        self.say = say
        self.stop = stop
        self.portals: dict[str, Portal] = {}
        self.complaints: dict[str, str] = {}  # by file; what was said of it last
        self.broken: Exception | None = None
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(RUNS_AT_ONCE)},
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": GRACE_SECONDS,
            },
        )
        self.scheduler.add_listener(self.on_missed, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

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
            if before is None or (before.cron, before.timezone) != (portal.cron, portal.timezone):
                self.set_job(portal)
            elif before != portal:
                self.say(f"{name}: its portal file was changed")

    def make_up(self, last_started: Callable[[str], datetime | None]) -> None:
        """What fell due while no daemon was running: run now, or too late for that."""
        now = datetime.now(UTC)
        for name, portal in self.portals.items():
            started, due = last_started(name), last_due(portal, until=now)
            if started is None or due is None or due <= started:
                continue
            if (now - due).total_seconds() <= GRACE_SECONDS:
                self.say(f"{name}: making up for the run due at {due:%Y-%m-%d %H:%M} UTC")
                self.scheduler.modify_job(name, next_run_time=now)
            else:
                self.missed(name, due)

    def set_job(self, portal: Portal) -> None:
        """One job under the portal's name; a run that is going on is left alone."""
        self.scheduler.add_job(
            self.run,
            trigger=triggers(portal.cron, portal.zone),
            args=(portal.name,),
            id=portal.name,
            name=portal.name,
            replace_existing=True,
        )
        due = next_due(portal, after=datetime.now(UTC)).astimezone(portal.zone)
        self.say(f"{portal.name}: next run {due:%Y-%m-%d %H:%M} {portal.timezone}")

    def run(self, name: str) -> None:
        """One run; nothing that it raises reaches the scheduler, which would only log it."""
        portal = self.portals.get(name)
        if portal is None or self.stop.is_set():
            return
        now = datetime.now(UTC)
        due_at = last_due(portal, until=now) or now
        try:
            self.collect(portal, due_at)
        except Exception as error:
            if isinstance(error, ArchiveError | CaptureError):
                self.give_up(error)
            if self.failed is not None:
                self.tell(self.failed, name, due_at, error)
            else:
                self.say(f"{name}: the run failed: {type(error).__name__}: {error}")

    def on_missed(self, event: Any) -> None:
        """A run that was not started: MISSED gives one moment, MAX_INSTANCES a list."""
        moments = getattr(event, "scheduled_run_times", None) or [event.scheduled_run_time]
        for moment in moments:
            self.tell(self.missed, event.job_id, _utc(moment))

    def tell(self, listener: Callable[..., None], *facts: object) -> None:
        """Call back; what that raises (a full disk) must end the daemon, not vanish in a thread."""
        try:
            listener(*facts)
        except Exception as error:
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """End the daemon, and have run_forever raise this."""
        self.broken = self.broken or error
        self.stop.set()

    def complain(self, name: str, complaint: str) -> None:
        """Say what is wrong with a file, once for each change."""
        if self.complaints.get(name) != complaint:
            self.complaints[name] = complaint
            self.say(complaint)


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(str(number) for number in sorted(set(numbers)))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
