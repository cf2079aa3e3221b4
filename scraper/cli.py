"""The command line: one command is one call downward; outcomes are printed, exit codes chosen.

Exit 0: done (no hits, a 404, a robots refusal included). 1: done, but a portal or a file failed.
2: the call, a query, an id, a portal file or the archive is wrong. 75: another run holds the lock.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import click

from scraper import __version__, console
from scraper.archive.archive import Archive, hold
from scraper.crawl import collect_portals
from scraper.errors import (
    ArchiveError,
    ArchiveFull,
    ArchiveLocked,
    CaptureError,
    PageError,
    PortalFileError,
    QueryError,
    ScraperError,
)
from scraper.export import article_json, stored_json, write_csv, write_jsonl
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher, user_agent_of
from scraper.portals.portal_file import read_each_portal, read_portals, read_settings
from scraper.query.search import matching, search
from scraper.records import Article, FetchRule, Portal, Settings
from scraper.schedule import next_due, run_forever

DONE, FAILED, WRONG, LOCKED = 0, 1, 2, 75  # 75 is EX_TEMPFAIL of sysexits.h: try again later
SIGINT_EXIT, SIGTERM_EXIT = 130, 143  # what a shell reports of a program ended by the signal


@dataclass(frozen=True, slots=True)
class Places:
    """Where the archive, its captures and the portal files lie for this call."""

    archive: Path
    captures: Path
    schedules: Path
    settings: Settings


def _places(archive: str | None, schedules: str) -> Places:
    """The call's own words first, then SCRAPER_ARCHIVE, then the settings file, then archive.db."""
    folder = Path(schedules)
    settings = read_settings(folder)
    path = Path(archive or os.environ.get("SCRAPER_ARCHIVE") or settings.archive or "archive.db")
    captures = Path(settings.captures) if settings.captures else path.with_suffix(".captures")
    return Places(path, captures, folder, settings)


Command = Callable[..., Any]


def _archive_option(command: Command) -> Command:
    return click.option(
        "--archive", metavar="PATH", help="The archive (default: archive.db, or SCRAPER_ARCHIVE)."
    )(command)


def _schedules_option(command: Command) -> Command:
    return click.option(
        "--schedules",
        metavar="DIR",
        default="schedules",
        show_default=True,
        help="The folder of the portal files.",
    )(command)


def _json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")(command)


def _filter_options(command: Command) -> Command:
    for option in (
        click.option("--before", metavar="DATE", help="Published on or before: 2018, 2018-06, …"),
        click.option("--after", metavar="DATE", help="Published on or after: 2018, 2018-06, …"),
        click.option("--source", metavar="WORDS", help="Only articles whose source names this."),
        click.option("--portal", metavar="NAME", help="Only articles of this portal."),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scraper")
def commands() -> None:
    """Collects what ministries publish into a searchable SQLite archive."""


@commands.command()
@click.option("--folder", metavar="DIR", default="demo", show_default=True, help="Where to put it.")
def demo(folder: str) -> int:
    """Collect a made-up ministry portal, compare, and search."""
    from scraper.demo.demo import (
        run_demo,
    )  # a portal's worth of texts: loaded for this command only

    return DONE if run_demo(Path(folder), say=click.echo) else FAILED


@commands.command()
@click.argument("names", nargs=-1)
@_archive_option
@_schedules_option
@_json_option
@click.option("--verbose", "-v", is_flag=True, help="Print every outcome and the summary.")
def collect(
    names: tuple[str, ...], archive: str | None, schedules: str, as_json: bool, verbose: bool
) -> int:
    """One run over all portals, or over those named; for a person or for cron.

    Without a terminal a good run prints nothing, so that cron mails only what needs a look.
    """
    places = _places(archive, schedules)
    portals = read_portals(places.schedules, names)
    stop = threading.Event()
    with (
        hold(places.archive, who=_who("collect", names)),
        Archive.open(places.archive, write=True) as store,
        _stopping(stop) as stopped_by,
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
        with show:
            for outcome in outcomes:
                show.add(outcome)
        runs = tuple(store.runs(portal.name, limit=1)[0] for portal in portals)
    failed = [run for run in runs if run.state == "failed"]
    show.summary(failed)
    if stopped_by:
        return SIGINT_EXIT if stopped_by[0] == signal.SIGINT else SIGTERM_EXIT
    return FAILED if failed else DONE


@commands.command()
@_archive_option
@_schedules_option
def run(archive: str | None, schedules: str) -> int:
    """The daemon: collect each portal when its schedule says so, until SIGTERM or Ctrl-C."""
    places = _places(archive, schedules)
    stop = threading.Event()
    with (
        hold(places.archive, who=_who("run", ())),
        Archive.open(places.archive, write=True) as store,
        _stopping(stop),
    ):
        store.close_interrupted(now=_now())

        def collect_one(portal: Portal, due_at: datetime) -> None:
            for outcome in collect_portals(
                (portal,),
                archive=store,
                captures_folder=places.captures,
                settings=places.settings,
                stop=stop,
                trigger="schedule",
                due_at=due_at,
            ):
                console.log_outcome(outcome)
            console.log_run(store.runs(portal.name, limit=1)[0])

        def missed(name: str, due_at: datetime) -> None:
            store.record_missed(name, due_at=due_at, reason="not run in time", now=_now())
            console.log(f"{name}: the run due at {due_at:%Y-%m-%d %H:%M} UTC was missed")

        run_forever(
            lambda: read_each_portal(places.schedules),
            collect=collect_one,
            missed=missed,
            stop=stop,
            say=console.log,
        )
    return DONE


@commands.command()
@_archive_option
@_schedules_option
@_json_option
def schedule(archive: str | None, schedules: str, as_json: bool) -> int:
    """What runs when, and what ran last."""
    places = _places(archive, schedules)
    portals = read_portals(places.schedules)
    with _reading(places.archive) as store:
        rows = [
            console.ScheduleRow(
                portal,
                next_due(portal, after=_now()),
                next(iter(store.runs(portal.name, limit=1)), None) if store else None,
            )
            for portal in portals
        ]
    console.print_schedule(rows, as_json=as_json)
    return DONE


@commands.command()
@_archive_option
@_schedules_option
@_json_option
def status(archive: str | None, schedules: str, as_json: bool) -> int:
    """Each portal: articles, last run, what failed and waits."""
    places = _places(archive, schedules)
    with Archive.open(places.archive) as store:
        names = store.portals()
        if places.schedules.is_dir():
            named = {portal.name for portal in read_portals(places.schedules)}
            names = tuple(sorted(named.union(names)))
        rows = [store.status(name, now=_now()) for name in names]
    console.print_status(rows, as_json=as_json)
    return FAILED if any(row.last_run and row.last_run.state == "failed" for row in rows) else DONE


@commands.command(name="extract")
@click.argument("files", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--url", metavar="URL", help="The address that the page was had from.")
@click.option("--portal", "portal_name", metavar="NAME", help="Read as this portal's file says.")
@_schedules_option
@_json_option
def extract_command(
    files: tuple[str, ...], url: str | None, portal_name: str | None, schedules: str, as_json: bool
) -> int:
    """Read pages and print what they say; no archive is touched. "-" is standard input."""
    if url and len(files) > 1:
        raise click.UsageError("--url goes with one file")
    portal = read_portals(Path(schedules), (portal_name,))[0] if portal_name else None
    failed = False
    for file in files:
        try:
            if file.startswith(("http://", "https://")):
                article = _extract_address(file, portal=portal, schedules=Path(schedules))
            else:
                body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
                article = extract(body, url=url, portal=portal)
        except (PageError, OSError) as error:
            failed = True
            reason = error.reason if isinstance(error, PageError) else error.strerror or str(error)
            console.print_page_error(file, reason, as_json=as_json)
            continue
        console.print_article(article_json(article), as_json=as_json)
    return FAILED if failed else DONE


@commands.command(name="search")
@click.argument("query", default="")
@_archive_option
@_filter_options
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True)
@click.option("--sort", type=click.Choice(["newest", "relevance"]), default="newest")
@_json_option
def search_command(
    query: str,
    archive: str | None,
    portal: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    limit: int,
    sort: Any,
    as_json: bool,
) -> int:
    """Find articles: words (all must occur) and "phrases"; an empty query is everything.

    A query typed with any mark is taken as typed; one typed with none finds every marking.
    """
    with Archive.open(_places(archive, "schedules").archive) as store:
        result = search(
            query,
            archive=store,
            portal=portal,
            source=source,
            after=after,
            before=before,
            limit=limit,
            sort=sort,
        )
    console.print_result(result, as_json=as_json)
    return DONE


@commands.command()
@click.argument("article_id", metavar="ID")
@_archive_option
@click.option("--versions", is_flag=True, help="List the versions.")
@_json_option
def show(article_id: str, archive: str | None, versions: bool, as_json: bool) -> int:
    """One article, by its id ("portal:key")."""
    with Archive.open(_places(archive, "schedules").archive) as store:
        if versions:
            console.print_versions(store.versions(article_id), as_json=as_json)
        else:
            stored = store.article(article_id)
            console.print_article(stored_json(stored), as_json=as_json)
    return DONE


@commands.command()
@click.argument("query", default="")
@_archive_option
@_filter_options
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="jsonl")
@click.option("--output", "-o", metavar="FILE", help="Default: standard output.")
def export(
    query: str,
    archive: str | None,
    portal: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    form: str,
    output: str | None,
) -> int:
    """Write all articles that a query finds as CSV or JSON Lines."""
    write = write_csv if form == "csv" else write_jsonl
    with Archive.open(_places(archive, "schedules").archive) as store:
        found = matching(
            query, archive=store, portal=portal, source=source, after=after, before=before
        )
        with _output(output) as out:
            count = write(found, out)
    console.log(f"{count} articles" + (f" in {output}" if output else ""))
    return DONE


def _extract_address(url: str, *, portal: Portal | None, schedules: Path) -> Article:
    """The article at an address, fetched as politely as a run would."""
    rule = portal.fetch if portal else FetchRule()
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
def _output(path: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that bears its name only when it is whole."""
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        return
    part = Path(f"{path}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _reading(path: Path) -> Iterator[Archive | None]:
    """The archive, or None where none was made yet: a schedule can be read before the first run."""
    if not path.exists():
        yield None
        return
    with Archive.open(path) as store:
        yield store


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[list[int]]:
    """SIGINT and SIGTERM end the work after the page in hand; a second SIGINT ends it at once."""
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if seen and number == signal.SIGINT:
            raise KeyboardInterrupt
        seen.append(number)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _who(command: str, names: tuple[str, ...]) -> str:
    return " ".join(("scraper", command, *names))


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Run the command line and exit."""
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = SIGINT_EXIT
    except QueryError as error:
        console.print_query_error(error)
        code = WRONG
    except ArchiveLocked as error:
        console.log(str(error))
        code = LOCKED
    except (ArchiveFull, CaptureError) as error:
        console.log(str(error))
        code = FAILED
    except (PortalFileError, ArchiveError) as error:
        console.log(str(error))
        code = WRONG
    except ScraperError as error:
        console.log(str(error))
        code = FAILED
    except BrokenPipeError:  # `scraper export | head`: the reader has had enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - keeps the exit from flushing again
        code = DONE
    except OSError as error:
        console.log(f"{error.filename or 'cannot go on'}: {error.strerror or error}")
        code = FAILED
    sys.exit(code if isinstance(code, int) else DONE)


if __name__ == "__main__":
    main()
