"""`scraper reextract`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from scraper.archive.archive import Archive, hold
from scraper.console_reextract import RereadReport
from scraper.errors import PortalFileError
from scraper.options import (
    DONE,
    FAILED,
    SIGINT_EXIT,
    SIGTERM_EXIT,
    WRONG,
    Places,
    archive_option,
    find_places,
    json_option,
    schedules_option,
    stopping,
)
from scraper.output import log
from scraper.portals.portal_file import read_each_portal
from scraper.records import Portal
from scraper.reextract import portal_of_notes, reextract


@click.command(name="reextract")
@click.argument("names", nargs=-1)
@archive_option
@schedules_option
@click.option("--article", "article_id", metavar="ID", help="Only this article.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only articles whose page was last fetched on or after this day (UTC).",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many, for a try.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="How many processes read (all cores)."
)
@click.option("--apply", is_flag=True, help="Keep what differs, as re-readings.")
@json_option
def reextract_command(
    names: tuple[str, ...],
    archive: str | None,
    schedules: str,
    article_id: str | None,
    since: datetime | None,
    limit: int | None,
    jobs: int | None,
    apply: bool,
    as_json: bool,
) -> int:
    """Read the captured pages again with today's code, and show what would change.

    Of all portals, or of those named. Without --apply nothing is written, and a collector may run
    beside it. With it, what differs becomes a version that is marked as a re-reading, no edit.
    """
    places = find_places(archive, schedules)
    stop = threading.Event()
    with _opened(places.archive, write=apply) as store, stopping(stop) as stopped_by:
        portals, without_file, all_right = _portals(store, places, names=names, id=article_id)
        numbers = store.numbers_to_reread(
            [portal.name for portal in portals],
            id=article_id,
            since=since.replace(tzinfo=UTC) if since else None,
            limit=limit,
        )
        report = RereadReport(len(numbers), apply=apply, as_json=as_json)
        rereads = reextract(
            portals,
            archive=store,
            captures_folder=places.captures,
            numbers=numbers,
            apply=apply,
            without_file=without_file,
            jobs=jobs,
            stop=stop,
        )
        with report, closing(rereads):
            for reread in rereads:
                report.add(reread)
    report.summary(interrupted=bool(stopped_by))
    if stopped_by:
        return SIGINT_EXIT if stopped_by[0] == signal.SIGINT else SIGTERM_EXIT
    if not all_right:
        return WRONG
    return FAILED if report.failed() else DONE


@contextmanager
def _opened(path: Path, *, write: bool) -> Iterator[Archive]:
    """The archive, held against other writers if it is to be written; it is never made."""
    if write and path.exists():
        with (
            hold(path, who="scraper reextract --apply"),
            Archive.open(path, write=True) as archive,
        ):
            yield archive
    else:
        with Archive.open(path) as archive:
            yield archive


def _portals(
    archive: Archive, places: Places, *, names: tuple[str, ...], id: str | None
) -> tuple[list[Portal], list[str], bool]:
    """The portals to read, those of them without a file, and whether all files were right.

    A portal whose file is wrong is left out: what its layouts select is not known. One without a
    file is read as the archive's notes say.
    """
    held = archive.portals()
    wanted = [Path(name).stem if name.endswith(".toml") else name for name in names] or list(held)
    if id is not None and not names:
        wanted = [name for name in held if id.startswith(f"{name}:")]
    for name in wanted:
        if name not in held:
            known = f"it has {', '.join(held)}" if held else "it has none"
            raise click.UsageError(f'the archive has no portal "{name}"; {known}')
    found = read_each_portal(places.schedules) if places.schedules.is_dir() else ()
    files = {portal.name: portal for portal in found if isinstance(portal, Portal)}
    wrong = {error.path.stem: error for error in found if isinstance(error, PortalFileError)}
    notes = archive.portal_notes()
    portals: list[Portal] = []
    without_file: list[str] = []
    for name in wanted:
        if name in wrong:
            log(f"{wrong[name]}\n{name} is left out")
        elif name in files:
            portals.append(files[name])
        elif name in notes:
            log(f"{name}: no {name}.toml in {places.schedules}; read by what the archive knows")
            portals.append(portal_of_notes(notes[name]))
            without_file.append(name)
        else:
            log(f"{name}: no {name}.toml in {places.schedules}, and the archive has no notes of it")
            wrong[name] = PortalFileError(places.schedules / f"{name}.toml", ())
    return portals, without_file, not any(name in wrong for name in wanted)
