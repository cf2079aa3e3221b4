"""The commands that collect, look at portals and read pages: one command is one call downward."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from scraper import console, console_check, console_show
from scraper.archive.archive import Archive, Run, hold
from scraper.carriers import Carriers
from scraper.check import Findings, check
from scraper.errors import ArchiveLocked, PageError, SourceError
from scraper.export.export import article_json
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher, user_agent_of
from scraper.manners import shared_manners, warn_of_no_contact
from scraper.options import (
    DONE,
    FAILED,
    LOCKED,
    NOT_IN_TIME,
    WRONG,
    Places,
    alarm_command_option,
    archive_option,
    exit_of,
    find_places,
    json_option,
    now,
    private_hosts,
    private_option,
    read_files,
    reason_without_file,
    schedules_option,
    stopping,
    who,
)
from scraper.output import log
from scraper.portals.portal_file import read_portals, read_settings
from scraper.profiles import is_bare, looked_at
from scraper.records import Article, Due, FetchRule, Portal
from scraper.schedule import is_late, owed
from scraper.side_by_side import collect_portals


@click.command()
@click.option("--folder", metavar="DIR", default="demo", show_default=True, help="Where to put it.")
def demo(folder: str) -> int:
    """Collect a made-up ministry portal, compare, and search."""
    from scraper.demo.demo import (
        run_demo,
    )  # a portal's worth of texts: loaded for this command only

    return DONE if run_demo(Path(folder), say=click.echo) else FAILED


@click.command(name="check")
@click.argument("names", nargs=-1)
@schedules_option
@click.option(
    "--pages",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="How many articles to read of each portal.",
)
@json_option
def check_command(names: tuple[str, ...], schedules: str, pages: int, as_json: bool) -> int:
    """Read a few pages of all portals, or of those named, and show what is read.

    Each value is shown with where it came from. Nothing is written: no archive is touched.
    """
    portals, all_right = read_files(Path(schedules), names)
    agent = user_agent_of(read_settings(Path(schedules)))
    pace, log = shared_manners(schedules)
    stop = threading.Event()
    failed = not portals
    with stopping(stop) as stopped_by:
        for portal in portals:
            with Fetcher(
                portal.fetch,
                user_agent=agent,
                pace=pace,
                stop=stop,
                log=log,
                portal=portal.name,
            ) as fetcher:
                portal = _looked_at(portal, fetcher=fetcher, stop=stop)
                found = Findings(portal)
                for checked in check(portal, fetcher=fetcher, pages=pages, stop=stop):
                    found.add(checked)
                    console_check.print_checked(checked, as_json=as_json)
            if stopped_by:
                return exit_of(stopped_by[0])
            console_check.log_findings(found)
            failed = failed or bool(found.troubles())
    if not all_right:
        return WRONG
    return FAILED if failed else DONE


@click.command()
@click.argument("names", nargs=-1)
@archive_option
@schedules_option
@json_option
@click.option("--verbose", "-v", is_flag=True, help="Print every outcome and the summary.")
@click.option("--due", "only_due", is_flag=True, help="Only what is due by the schedules.")
@alarm_command_option
def collect(
    names: tuple[str, ...],
    archive: str | None,
    schedules: str,
    as_json: bool,
    verbose: bool,
    only_due: bool,
    alarm_command: str | None,
) -> int:
    """Collect all portals, or those named, once.

    Without a terminal a good run prints nothing, so that cron mails only what needs a look. With
    --due a call every few minutes does what `scraper run` does.
    """
    places = find_places(archive, schedules)
    portals, all_right = read_files(places.schedules, names)
    if not portals:
        return WRONG
    warn_of_no_contact(portals, places)
    show = console.Progress(as_json=as_json, verbose=verbose)
    try:
        failed, alarmed, stopped_by = _collect(
            portals,
            places,
            names=names,
            only_due=only_due,
            show=show,
            alarm_command=alarm_command,
        )
    except ArchiveLocked:
        if only_due and not sys.stderr.isatty():
            return LOCKED  # it is owed still when the other run has ended: nothing to mail
        raise
    if stopped_by:
        return exit_of(stopped_by[0])
    if not all_right:
        return WRONG
    return FAILED if failed or alarmed else DONE


def _collect(
    portals: Sequence[Portal],
    places: Places,
    *,
    names: tuple[str, ...],
    only_due: bool,
    show: console.Progress,
    alarm_command: str | None,
) -> tuple[list[Run], bool, list[int]]:
    """The runs that failed, whether alarms stand, and the signals that came."""
    stop = threading.Event()
    with (
        hold(places.archive, who=who("collect", names)),
        Archive.open(places.archive, write=True) as store,
        stopping(stop) as stopped_by,
    ):
        store.close_interrupted(now=now())
        began = now()
        dues = _dues(portals, store) if only_due else {}
        chosen = [portal for portal in portals if not only_due or portal.name in dues]
        outcomes = collect_portals(
            chosen,
            archive=store,
            captures_folder=places.captures,
            settings=places.settings,
            stop=stop,
            trigger="schedule" if only_due else "collect",
            dues=dues,
        )
        show.begin(chosen)
        with show, closing(outcomes):  # ends the portals' threads before the archive is closed
            for outcome in outcomes:
                show.add(outcome)
        runs = [store.last_run(portal.name) for portal in chosen]
        alarms = [one for portal in chosen for one in store.alarms(portal.name)]
        carriers = Carriers(store, places.settings, say=log, command=alarm_command)
        carriers.carry(now=now())
        if not store.checkpoint():
            console.log_not_whole(places.archive)
    failed = [run for run in runs if run and run.state == "failed"]
    show.summary(failed, interrupted=bool(stopped_by))
    show.alarms([one for one in alarms if (one.cleared_at or one.raised_at) >= began])
    standing = [one for one in alarms if one.cleared_at is None]
    if not stopped_by:
        show.standing([one for one in standing if one.raised_at < began])
    return failed, bool(standing), stopped_by


def _dues(portals: Sequence[Portal], archive: Archive) -> dict[str, Due]:
    """What is owed of each portal; what came too late to be made up goes on record as missed."""
    dues: dict[str, Due] = {}
    for portal in portals:
        moment = now()
        covered = archive.covered_until(portal.name, now=moment)
        due = owed(portal, covered_until=covered, now=moment)
        if due is not None and not portal.catch_up and is_late(portal, due, now=moment):
            archive.record_missed(portal.name, due=due, reason=NOT_IN_TIME, now=moment)
        elif due is not None:
            dues[portal.name] = due
    return dues


@click.command(name="extract")
@click.argument("files", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--url", metavar="URL", help="The address that the page was had from.")
@click.option("--portal", "portal_name", metavar="NAME", help="Read as this portal's file says.")
@private_option
@schedules_option
@json_option
def extract_command(
    files: tuple[str, ...],
    url: str | None,
    portal_name: str | None,
    allow_private: tuple[str, ...],
    schedules: str,
    as_json: bool,
) -> int:
    """Read pages and print what they say.

    No archive is touched; "-" is standard input.
    """
    if url and len(files) > 1:
        raise click.UsageError("--url goes with one file")
    portal = read_portals(Path(schedules), (portal_name,))[0] if portal_name else None
    rule = portal.fetch if portal else FetchRule()
    rule = replace(rule, allow_private=(*rule.allow_private, *private_hosts(allow_private)))
    failed = False
    for file in files:
        try:
            if file.startswith(("http://", "https://")):
                article = _extract_address(
                    file, portal=portal, rule=rule, schedules=Path(schedules)
                )
            else:
                body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
                article = extract(body, url=url, portal=portal)
        except (PageError, OSError) as error:
            failed = True
            if isinstance(error, OSError):
                reason = error.strerror or str(error)
            else:
                reason = error.reason if portal else reason_without_file(error)
            console.print_page_error(file, reason, as_json=as_json)
            continue
        console_show.print_article(article_json(article), as_json=as_json)
    return FAILED if failed else DONE


def _looked_at(portal: Portal, *, fetcher: Fetcher, stop: threading.Event) -> Portal:
    """The portal as its first run would collect it; as its file says where nothing better is."""
    if is_bare(portal):
        log(f"{portal.name}: the file names only its home; looking at the portal first")
    try:
        return looked_at(portal, fetcher=fetcher, stop=stop)
    except (PageError, SourceError) as error:
        log(f"{portal.name}: {error.url}: {error.reason}")
        return portal


def _extract_address(
    url: str, *, portal: Portal | None, rule: FetchRule, schedules: Path
) -> Article:
    """The article at an address, fetched as politely as a run would."""
    agent, (pace, log) = user_agent_of(read_settings(schedules)), shared_manners(str(schedules))
    name = portal.name if portal else None
    with Fetcher(rule, user_agent=agent, pace=pace, log=log, portal=name) as fetcher:
        capture = fetcher.get(url)
    return extract(
        capture.body,
        url=capture.answered_url,
        content_type=capture.header("content-type"),
        portal=portal,
        fetched_at=capture.fetched_at,
    )
