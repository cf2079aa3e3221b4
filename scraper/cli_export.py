"""`scraper export`."""

from __future__ import annotations

import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scraper import __version__, console, console_export
from scraper.archive.archive import Archive
from scraper.errors import ArticleDamaged
from scraper.export.export import (
    FORMATS,
    PARTITIONS,
    About,
    Found,
    Manifest,
    check_export,
    export_file,
    export_stream,
    format_of,
)
from scraper.options import (
    DONE,
    FAILED,
    SIGINT_EXIT,
    SIGTERM_EXIT,
    WRONG,
    archive_option,
    filter_options,
    find_archive,
    find_places,
    schedules_option,
    stopping,
)
from scraper.output import log
from scraper.query.search import matching_numbers, whole_query


class _Stopped(Exception):
    """A signal asked for the end."""


@click.command()
@click.argument("words", nargs=-1, metavar="[QUERY]")
@archive_option
@schedules_option
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="By default what the ending of --output says, else jsonl.",
)
@click.option("--output", "-o", metavar="FILE", help="By default standard output.")
@click.option(
    "--sort",
    type=click.Choice(["newest", "relevance"]),
    default="newest",
    show_default=True,
    help="In which order.",
)
@click.option("--limit", type=click.IntRange(0), help="At most so many articles; default: all.")
@click.option(
    "--partition",
    metavar="NAMES",
    help="Only parquet: a folder of files, parted by portal, year or portal,year.",
)
@click.option("--overwrite", is_flag=True, help="Replace a database or folder that is there.")
@click.option(
    "--skip-damaged",
    is_flag=True,
    help="Leave out articles that cannot be read, and say which; else one such ends the export.",
)
@click.option("--check", metavar="FILE", help="Is FILE still what its manifest says? No QUERY.")
def export(words: tuple[str, ...], check: str | None, **options: Any) -> int:
    """Write what a query finds to a file for other programs.

    Beside the file stands FILE.manifest.json: the query, when, by which program, how many
    articles, and the sha256. An empty query is everything.
    """
    if check is not None:
        return _check(Path(check), words)
    return _export(" ".join(words), **options)


def _export(
    query: str,
    *,
    archive: str | None,
    schedules: str,
    portal: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    form: str | None,
    output: str | None,
    sort: Any,
    limit: int | None,
    partition: str | None,
    overwrite: bool,
    skip_damaged: bool,
) -> int:
    name = format_of(form, output=output)
    parts = _parts(partition)
    path = find_archive(archive, schedules)
    filters: Any = {"portal": portal, "source": source, "after": after, "before": before}
    with Archive.open(path) as store:
        console.log_unknown_portal(store, portal)
        numbers = matching_numbers(query, archive=store, sort=sort, **filters)[:limit]
        found = Found(
            archive=store,
            numbers=numbers,
            about=_about(store, whole_query(query, **filters), schedules=schedules),
            sort=sort,
            limit=limit,
            skip_damaged=skip_damaged,
        )
        return _written(found, name, output=output, partition=parts, overwrite=overwrite)


def _written(
    found: Found, name: str, *, output: str | None, partition: tuple[str, ...], overwrite: bool
) -> int:
    """Write, show how far it is, and say how it ended."""
    steps, stop = console_export.Steps(len(found.numbers)), threading.Event()

    def step(more: int) -> None:
        steps.add(more)
        if stop.is_set():
            raise _Stopped

    found = replace(found, step=step)
    with stopping(stop) as stopped_by:
        try:
            with steps.shown():
                manifest = _write(
                    found, name, output=output, partition=partition, overwrite=overwrite
                )
        except ArticleDamaged as error:
            console_export.log_damaged(error)
            return WRONG
        except _Stopped:
            log("stopped" + (f"; {output} was not written" if output else ""))
            return SIGINT_EXIT if stopped_by[0] == signal.SIGINT else SIGTERM_EXIT
    console_export.log_exported(steps.count, output=output, manifest=manifest)
    console_export.log_notes(found)
    return FAILED if found.damaged else DONE


def _about(store: Archive, query: str, *, schedules: str) -> About:
    return About(
        query=query,
        archive=store.path,
        captures=find_places(str(store.path), schedules).captures,
        portals=store.portal_notes(),
        program=f"ministry-scraper {__version__}",
        exported_at=datetime.now(UTC),
    )


def _parts(partition: str | None) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in (partition or "").split(",") if part.strip())
    for part in parts:
        if part not in PARTITIONS:
            raise click.BadParameter(
                f'"{part}" is none; by {" and ".join(PARTITIONS)} alone',
                param_hint="--partition",
            )
    return parts


def _write(
    found: Found, name: str, *, output: str | None, partition: tuple[str, ...], overwrite: bool
) -> Manifest | None:
    if output is not None:
        return export_file(found, name, path=Path(output), partition=partition, overwrite=overwrite)
    if partition:
        raise click.UsageError("--partition makes a folder: say which with --output")
    if sys.stdout is None:  # closed by whoever called
        raise click.UsageError("there is no standard output; name a file with --output")
    export_stream(found, name, out=sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return None


def _check(path: Path, words: tuple[str, ...]) -> int:
    if words:
        raise click.UsageError("--check goes without a QUERY")
    count, faults = check_export(path)
    for fault in faults:
        log(fault)
    log(f"{path}: {'not ' if faults else ''}as its manifest says ({count} files)")
    return FAILED if faults else DONE
