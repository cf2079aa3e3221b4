"""`scraper verify` and `scraper backup`: is everything there and whole, and a safe copy of it."""

from __future__ import annotations

import click

from scraper import console_keep
from scraper.options import (
    DONE,
    FAILED,
    archive_option,
    find_places,
    json_option,
    schedules_option,
)
from scraper.verify import verify


@click.command(name="verify")
@archive_option
@schedules_option
@click.option("--quick", is_flag=True, help="Tables and file lengths only: no index, no digest.")
@click.option("--no-captures", is_flag=True, help="Look at the archive's file only.")
@json_option
def verify_command(
    archive: str | None, schedules: str, quick: bool, no_captures: bool, as_json: bool
) -> int:
    """Check that the archive and its captures are whole; one line per fault.

    A collector may write meanwhile. With --json each fault is an object on a line.
    """
    places = find_places(archive, schedules)
    found = []
    with console_keep.Bar(shown=not as_json) as bar:
        for damage in verify(
            places.archive,
            None if no_captures else places.captures,
            quick=quick,
            tick=bar.tick,
        ):
            found.append(damage)
            console_keep.print_damage(damage, as_json=as_json)
    console_keep.log_verdict(found, quick=quick, captures=not no_captures)
    return FAILED if found else DONE
