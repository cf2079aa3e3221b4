"""The commands that collect, look at portals and read pages: one command is one call downward."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from scraper import console, console_check, console_show
from scraper.archive.archive import Archive, hold
from scraper.check import Findings, check
from scraper.errors import (
    Fault,
    PageError,
    PortalFileError,
    SourceError,
)
from scraper.export.export import article_json
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher, Pace, user_agent_of
from scraper.options import (
    DONE,
    FAILED,
    SIGINT_EXIT,
    SIGTERM_EXIT,
    WRONG,
    archive_option,
    find_places,
    json_option,
    private_hosts,
    private_option,
    schedules_option,
    stopping,
)
from scraper.output import log
from scraper.portals.portal_file import read_each_portal, read_portals, read_settings
from scraper.profiles import is_bare, looked_at
from scraper.records import Article, FetchRule, Portal
from scraper.schedule import next_due, run_forever
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
    portals, all_right = _portals(Path(schedules), names)
    agent, pace = user_agent_of(read_settings(Path(schedules))), Pace()
    stop = threading.Event()
    failed = not portals
    with stopping(stop) as stopped_by:
        for portal in portals:
            with Fetcher(portal.fetch, user_agent=agent, pace=pace, stop=stop) as fetcher:
                portal = _looked_at(portal, fetcher=fetcher, stop=stop)
                found = Findings(portal)
                for checked in check(portal, fetcher=fetcher, pages=pages, stop=stop):
                    found.add(checked)
                    console_check.print_checked(checked, as_json=as_json)
            if stopped_by:
                return _exit_of(stopped_by[0])
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
def collect(
    names: tuple[str, ...], archive: str | None, schedules: str, as_json: bool, verbose: bool
) -> int:
    """Collect all portals, or those named, once.

    Without a terminal a good run prints nothing, so that cron mails only what needs a look.
    """
    places = find_places(archive, schedules)
    portals, all_right = _portals(places.schedules, names)
    if not portals:
        return WRONG
    stop = threading.Event()
    with (
        hold(places.archive, who=_who("collect", names)),
        Archive.open(places.archive, write=True) as store,
        stopping(stop) as stopped_by,
    ):
        store.close_interrupted(now=_now())
        outcomes = collect_portals(
            portals,
            archive=store,
            captures_folder=places.captures,
            settings=places.settings,
            stop=stop,
        )
        show = console.Progress(portals, as_json=as_json, verbose=verbose)
        with show, closing(outcomes):  # ends the portals' threads before the archive is closed
            for outcome in outcomes:
                show.add(outcome)
        runs = [store.last_run(portal.name) for portal in portals]
        if not store.checkpoint():
            console.log_not_whole(places.archive)
    failed = [run for run in runs if run and run.state == "failed"]
    show.summary(failed, interrupted=bool(stopped_by))
    if stopped_by:
        return _exit_of(stopped_by[0])
    if not all_right:
        return WRONG
    return FAILED if failed else DONE


@click.command()
@archive_option
@schedules_option
def run(archive: str | None, schedules: str) -> int:
    """Collect by the schedules, until SIGTERM or Ctrl-C."""
    places = find_places(archive, schedules)
    stop = threading.Event()
    with (
        hold(places.archive, who=_who("run", ())),
        Archive.open(places.archive, write=True) as store,
        stopping(stop),
    ):
        store.close_interrupted(now=_now())
        pace = Pace()  # shared: two portals of one host must not ask it at once

        def collect_one(portal: Portal, due_at: datetime) -> None:
            for outcome in collect_portals(
                (portal,),
                archive=store,
                captures_folder=places.captures,
                settings=places.settings,
                stop=stop,
                trigger="schedule",
                due_at=due_at,
                pace=pace,
            ):
                console.log_outcome(outcome)
            if last := store.last_run(portal.name):
                console.log_run(last)
            if not store.checkpoint():  # other portals of the daemon may go on writing
                console.log_not_whole(places.archive)

        def last_started(name: str) -> datetime | None:
            last = store.last_run(name)
            return last.started_at if last else None

        def missed(name: str, due_at: datetime) -> None:
            store.record_missed(name, due_at=due_at, reason="not run in time", now=_now())
            log(f"{name}: the run due at {due_at:%Y-%m-%d %H:%M} UTC was missed")

        run_forever(
            lambda: read_each_portal(places.schedules),
            collect=collect_one,
            missed=missed,
            last_started=last_started,
            stop=stop,
            say=log,
        )
    return DONE


@click.command()
@archive_option
@schedules_option
@json_option
def schedule(archive: str | None, schedules: str, as_json: bool) -> int:
    """Show what runs when, and what ran last."""
    places = find_places(archive, schedules)
    portals, all_right = _portals(places.schedules, ())
    with _reading(places.archive) as store:
        rows = [
            console.ScheduleRow(
                portal,
                next_due(portal, after=_now()),
                store.last_run(portal.name) if store else None,
            )
            for portal in portals
        ]
    console.print_schedule(rows, as_json=as_json)
    return DONE if all_right else WRONG


@click.command()
@archive_option
@schedules_option
@json_option
def status(archive: str | None, schedules: str, as_json: bool) -> int:
    """Show how each portal stands, and what failed."""
    places = find_places(archive, schedules)
    with Archive.open(places.archive) as store:
        names = set(store.portals())
        cared_for = names  # without portal files every portal counts
        expected: dict[str, float | None] = {}
        if places.schedules.is_dir():
            portals, _ = _portals(places.schedules, ())
            expected = {portal.name: portal.articles_per_week for portal in portals}
            cared_for = set(expected)
        rows = [
            console.StatusRow(store.status(name, now=_now()), expected.get(name))
            for name in sorted(names | cared_for)
        ]
    console.print_status(rows, as_json=as_json)
    last_runs = [row.status.last_run for row in rows]
    failed = {last.portal for last in last_runs if last and last.state == "failed"}
    return FAILED if failed & cared_for else DONE


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
            reason = error.reason if isinstance(error, PageError) else error.strerror or str(error)
            console.print_page_error(file, reason, as_json=as_json)
            continue
        console_show.print_article(article_json(article), as_json=as_json)
    return FAILED if failed else DONE


def _portals(folder: Path, names: tuple[str, ...]) -> tuple[tuple[Portal, ...], bool]:
    """The portals to work on, and whether all files were right; wrong ones are said.

    A portal that is named must be right; without names a wrong file does not stop the others.
    """
    if names:
        plain = [Path(name).stem if name.endswith(".toml") else name for name in names]
        return read_portals(folder, plain), True
    found = read_each_portal(folder)
    wrong = [error for error in found if isinstance(error, PortalFileError)]
    for error in wrong:
        log(str(error))
    if not found:
        problem = "holds no portal file; docs/tutorial.md says how to write one"
        raise PortalFileError(folder, (Fault("", "", problem),))
    return tuple(portal for portal in found if isinstance(portal, Portal)), not wrong


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
    with Fetcher(rule, user_agent=user_agent_of(read_settings(schedules))) as fetcher:
        capture = fetcher.get(url)
    return extract(
        capture.body,
        url=capture.answered_url,
        content_type=capture.header("content-type"),
        portal=portal,
        fetched_at=capture.fetched_at,
    )


@contextmanager
def _reading(path: Path) -> Iterator[Archive | None]:
    """The archive, or None where none was made yet: a schedule can be read before the first run."""
    if not path.exists():
        yield None
        return
    with Archive.open(path) as store:
        yield store


def _exit_of(signal_number: int) -> int:
    return SIGINT_EXIT if signal_number == signal.SIGINT else SIGTERM_EXIT


def _who(command: str, names: tuple[str, ...]) -> str:
    return " ".join(("scraper", command, *names))


def _now() -> datetime:
    return datetime.now(UTC)
