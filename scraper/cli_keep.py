"""`scraper verify` and `scraper backup`: is everything there and whole, and a safe copy of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from scraper import console_keep
from scraper.archive.archive import Archive, hold
from scraper.backup import back_up
from scraper.options import (
    DONE,
    FAILED,
    archive_option,
    find_places,
    json_option,
    schedules_option,
)
from scraper.records import Damage
from scraper.repair import repair
from scraper.verify import verify


@click.command(name="verify")
@archive_option
@schedules_option
@click.option("--quick", is_flag=True, help="Tables and file lengths only: no index, no digest.")
@click.option("--no-captures", is_flag=True, help="Look at the archive's file only.")
@click.option("--repair", "mend", is_flag=True, help="Mend what can be mended; keeps a copy.")
@json_option
def verify_command(
    archive: str | None, schedules: str, quick: bool, no_captures: bool, mend: bool, as_json: bool
) -> int:
    """Check that the archive and its captures are whole; one line per fault.

    A collector may write meanwhile, but not beside --repair, which tells what it finds and does on
    standard error, and then prints what is left. With --json each fault is an object on a line.
    """
    places = find_places(archive, schedules)
    captures = None if no_captures else places.captures
    if mend:
        Archive.open(places.archive).close()  # what is no archive is refused before a lock is made
        with hold(places.archive, who="scraper verify --repair"):
            found = _verified(places.archive, captures, quick=quick, say=console_keep.log_damage)
            with console_keep.Bar(shown=not as_json) as bar:
                for line in repair(places.archive, places.captures, found, tick=bar.tick):
                    console_keep.log_mended(line)
            found = _verified(places.archive, captures, quick=quick, say=_printer(as_json))
    else:
        found = _verified(places.archive, captures, quick=quick, say=_printer(as_json))
    console_keep.log_verdict(found, quick=quick, captures=not no_captures)
    return FAILED if found else DONE


def _verified(
    path: Path, captures: Path | None, *, quick: bool, say: Callable[[Damage], None]
) -> list[Damage]:
    found = []
    with console_keep.Bar() as bar:
        for damage in verify(path, captures, quick=quick, tick=bar.tick):
            found.append(damage)
            say(damage)
    return found


def _printer(as_json: bool) -> Callable[[Damage], None]:
    return lambda damage: console_keep.print_damage(damage, as_json=as_json)


@click.command(name="backup")
@click.argument("destination", metavar="DEST")
@archive_option
@schedules_option
@click.option("--no-captures", is_flag=True, help="Copy the archive's file only.")
@json_option
def backup_command(
    destination: str, archive: str | None, schedules: str, no_captures: bool, as_json: bool
) -> int:
    """Copy the archive and its captures to a folder, or the archive alone to a .db file.

    A collector may write meanwhile. Of the captures only what is new is copied. The copy is
    checked, and whole or not there.
    """
    places = find_places(archive, schedules)
    with console_keep.Bar(shown=not as_json) as bar:
        backup = back_up(
            places.archive,
            None if no_captures else places.captures,
            Path(destination),
            tick=bar.tick,
        )
    console_keep.print_backup(backup, as_json=as_json)
    return FAILED if backup.faults else DONE
