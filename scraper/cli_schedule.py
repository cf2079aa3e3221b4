"""The commands around the schedule: what runs when, the daemon, and what starts it by itself."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from scraper import console, console_run
from scraper.archive.archive import Archive, hold
from scraper.carriers import Carriers
from scraper.errors import PortalFileError
from scraper.fetching.fetcher import Pace, pace_beside
from scraper.install import Installed, cron_lines, install_cron, install_systemd, systemd_unit
from scraper.manners import warn_of_no_contact
from scraper.metrics import Metrics, serving
from scraper.options import (
    DONE,
    FAILED,
    NOT_IN_TIME,
    WRONG,
    Places,
    alarm_command_option,
    archive_option,
    find_places,
    json_option,
    now,
    read_files,
    schedules_option,
    stopping,
    who,
)
from scraper.output import log
from scraper.portals.portal_file import read_each_portal
from scraper.readers import Readers
from scraper.records import Due, Portal
from scraper.schedule import jitter, next_due, run_forever
from scraper.side_by_side import collect_portals


@click.command()
@archive_option
@schedules_option
@json_option
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve /healthz and /metrics on 127.0.0.1; 0 takes a free port.",
)
@alarm_command_option
def run(
    archive: str | None,
    schedules: str,
    as_json: bool,
    metrics_port: int | None,
    alarm_command: str | None,
) -> int:
    """Collect by the schedules, until SIGTERM or Ctrl-C.

    Says one line for every outcome and every run; with --json one object a line, to standard
    output.
    """
    places = find_places(archive, schedules)
    stop = threading.Event()
    with (
        hold(places.archive, who=who("run", ())),
        Archive.open(places.archive, write=True) as store,
        stopping(stop),
        Readers() as readers,
    ):
        store.close_interrupted(now=now())
        metrics = Metrics(started_at=now())
        shown = console_run.Events(as_json=as_json)
        carriers = Carriers(store, places.settings, say=shown.say, command=alarm_command)
        pace = pace_beside(places.archive)
        daemon = _Daemon(places, store, metrics, shown, stop, pace, carriers, readers)
        serve = serving(metrics, port=metrics_port) if metrics_port is not None else nullcontext()
        with serve as port:
            if port is not None:
                shown.say(f"http://127.0.0.1:{port}/metrics and /healthz are served")
            run_forever(
                daemon.read,
                collect=daemon.collect,
                covered_until=daemon.covered_until,
                missed=daemon.missed,
                failed=daemon.failed,
                stop=stop,
                say=shown.say,
            )
    return DONE


@dataclass
class _Daemon:
    """What the scheduler calls back."""

    places: Places
    store: Archive
    metrics: Metrics
    shown: console_run.Events
    stop: threading.Event
    pace: Pace  # shared: two portals of one host must not ask it at once
    carriers: Carriers
    readers: Readers

    def read(self) -> tuple[Portal | PortalFileError, ...]:
        found = read_each_portal(self.places.schedules)
        portals = [portal for portal in found if isinstance(portal, Portal)]
        warn_of_no_contact(portals, self.places)
        wrong = [error.path.stem for error in found if isinstance(error, PortalFileError)]
        self.metrics.watch(portals, wrong_files=wrong)
        for portal in portals:
            self.metrics.alarmed(portal.name, len(self.store.standing_alarms(portal.name)))
            due = next_due(portal, after=now())
            self.metrics.due_next(portal.name, due + jitter(portal, due))
        return found

    def covered_until(self, name: str) -> datetime | None:
        return self.store.covered_until(name, now=now())

    def collect(self, portal: Portal, due: Due) -> None:
        began = now()
        with self.metrics.running(portal.name):
            for outcome in collect_portals(
                (portal,),
                archive=self.store,
                captures_folder=self.places.captures,
                settings=self.places.settings,
                stop=self.stop,
                trigger="schedule",
                dues={portal.name: due},
                pace=self.pace,
                readers=self.readers,
            ):
                self.metrics.add(outcome)
                self.shown.outcome(outcome)
        if last := self.store.last_run(portal.name):
            self.metrics.ended(last)
            self.shown.run(last)
        for alarm in self.store.alarms(portal.name):
            if (alarm.cleared_at or alarm.raised_at) >= began:
                self.shown.alarm(alarm)
        self.metrics.alarmed(portal.name, len(self.store.standing_alarms(portal.name)))
        self.carriers.carry(now=now())
        if not self.store.checkpoint():  # other portals of the daemon may go on writing
            console.log_not_whole(self.places.archive)

    def missed(self, portal: Portal, due: Due) -> None:
        self.store.record_missed(portal.name, due=due, reason=NOT_IN_TIME, now=now())
        self.shown.missed(portal.name, due)

    def failed(self, name: str, due: Due, error: Exception) -> None:
        self.metrics.broke(name)
        self.shown.say(f"{name}: the run failed: {type(error).__name__}: {error}")


@click.command()
@archive_option
@schedules_option
@json_option
def schedule(archive: str | None, schedules: str, as_json: bool) -> int:
    """Show what runs when, and what ran last."""
    places = find_places(archive, schedules)
    portals, all_right = read_files(places.schedules, ())
    # A schedule can be read before the first run has made an archive.
    reading = Archive.open(places.archive) if places.archive.exists() else nullcontext()
    with reading as store:
        rows = [
            console.ScheduleRow(
                portal,
                (due := next_due(portal, after=now())),
                due + jitter(portal, due),
                store.last_run(portal.name) if store else None,
            )
            for portal in portals
        ]
    console.print_schedule(rows, as_json=as_json)
    return DONE if all_right else WRONG


@click.command(name="install")
@click.argument("what", type=click.Choice(["cron", "systemd"]))
@archive_option
@schedules_option
@click.option("--write", is_flag=True, help="Install it, instead of printing what is needed.")
@click.option(
    "--every",
    type=click.IntRange(1, 59),
    default=5,
    show_default=True,
    metavar="MINUTES",
    help="How often cron looks what is due.",
)
def install_command(what: str, archive: str | None, schedules: str, write: bool, every: int) -> int:
    """Print what makes it run by itself, or install it for this user.

    cron: a line that collects what is due every few minutes. systemd: a service that runs the
    daemon.
    """
    places = find_places(archive, schedules)
    read_files(places.schedules, ())  # says what is wrong before nobody is looking
    where = Installed(
        archive=places.archive.resolve(),
        schedules=places.schedules.resolve(),
        folder=Path.cwd(),
    )
    if not write:
        print(cron_lines(where, minutes=every) if what == "cron" else systemd_unit(where), end="")
        return DONE
    try:
        said = install_cron(where, minutes=every) if what == "cron" else install_systemd(where)
    except OSError as error:
        log(f"not installed: {error}")
        return FAILED
    log(said)
    return DONE
