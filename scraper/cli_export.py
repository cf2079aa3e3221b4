"""`scraper export`."""

from __future__ import annotations

import click

from scraper import console
from scraper.archive.archive import Archive
from scraper.export.export import write_csv, write_jsonl
from scraper.options import (
    DONE,
    archive_option,
    filter_options,
    find_archive,
    output_to,
    schedules_option,
)
from scraper.query.search import matching


@click.command()
@click.argument("words", nargs=-1, metavar="[QUERY]")
@archive_option
@schedules_option
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    help="By default what the ending of --output says, else jsonl.",
)
@click.option("--output", "-o", metavar="FILE", help="By default standard output.")
def export(
    words: tuple[str, ...],
    archive: str | None,
    schedules: str,
    portal: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    form: str | None,
    output: str | None,
) -> int:
    """Write what a query finds as CSV or JSON Lines."""
    ending = (output or "").rpartition(".")[2].lower()
    write = write_csv if (form or ending) == "csv" else write_jsonl
    with Archive.open(find_archive(archive, schedules)) as store:
        found = matching(
            " ".join(words), archive=store, portal=portal, source=source, after=after, before=before
        )
        with output_to(output) as out:
            count = write(found, out)
    console.log(f"{count} articles" + (f" in {output}" if output else ""))
    return DONE
