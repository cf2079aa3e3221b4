"""`scraper search`."""

from __future__ import annotations

from typing import Any

import click

from scraper import console, console_search
from scraper.archive.archive import Archive
from scraper.options import (
    DONE,
    archive_option,
    filter_options,
    find_archive,
    json_option,
    schedules_option,
)
from scraper.output import log
from scraper.query.search import search


@click.command(name="search")
@click.argument("words", nargs=-1, metavar="[QUERY]")
@archive_option
@schedules_option
@filter_options
@click.option("--unique", is_flag=True, help="Show one of each family of copies, the first seen.")
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="Hits shown, at most."
)
@click.option(
    "--sort",
    type=click.Choice(["newest", "relevance"]),
    default="newest",
    show_default=True,
    help="What comes first.",
)
@json_option
def search_command(
    words: tuple[str, ...],
    archive: str | None,
    schedules: str,
    portal: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    unique: bool,
    limit: int,
    sort: Any,
    as_json: bool,
) -> int:
    """Find articles by words, "phrases", OR, -not, ( ) and fields.

    All words must occur; an empty query is everything.
    A query typed with any mark is taken as typed; one typed with none finds every marking, and ~
    before a word loosens that word alone.

    \b
    Fields: title: lead: text: caption: source: author: portal: tag:
    after: before: on: (2018, 2018-06, 2018-06-14)
    has:caption has:attachment changed:yes gone:yes

    A query that begins with "-" is written after "--": scraper search -- "-đất"
    """
    with Archive.open(find_archive(archive, schedules)) as store:
        result = search(
            " ".join(words),
            archive=store,
            portal=portal,
            source=source,
            after=after,
            before=before,
            unique=unique,
            limit=limit,
            sort=sort,
        )
        console.log_unknown_portal(store, portal)
        if after and before and after > before + "~":
            log(f"nothing lies after {after} and before {before}")
        console_search.print_result(result, as_json=as_json)
    return DONE
