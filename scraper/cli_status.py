"""The commands that say how portals do, and take a person's word on what was learned of them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from scraper import console_status
from scraper.archive.archive import Archive, hold
from scraper.capture.store import CaptureStore
from scraper.errors import QueryError
from scraper.offers import Beside, accept, beside, forget, offered, reject
from scraper.options import (
    DONE,
    FAILED,
    WRONG,
    archive_option,
    find_places,
    json_option,
    now,
    read_files,
    require_folder,
    schedules_option,
    who,
)
from scraper.output import log, print_json
from scraper.portals.portal_file import read_cron
from scraper.records import Portal
from scraper.reextract import portal_of_notes
from scraper.report import report
from scraper.schedule import next_due


@click.command()
@click.argument("names", nargs=-1)
@archive_option
@schedules_option
@json_option
def status(names: tuple[str, ...], archive: str | None, schedules: str, as_json: bool) -> int:
    """Show how each portal stands and does, its alarms, and what failed.

    Of portals that are named, pages that are held are shown as each template reads them.
    """
    places = find_places(archive, schedules)
    with Archive.open(places.archive) as store, CaptureStore(places.captures) as captures:
        files = _files(places.schedules)
        known = set(store.portals())
        _require(names, known | set(files))
        chosen = set(names) or known | set(files)
        rows = []
        for name in sorted(chosen):
            portal = files.get(name) or _noted(store, name)
            rows.append(
                console_status.StatusRow(
                    status=store.status(name, now=now()),
                    report=report(portal, archive=store, now=now()),
                    next_due=next_due(portal, after=now()) if name in files else None,
                    beside=beside(portal, archive=store, captures=captures) if names else (),
                )
            )
    console_status.print_status(rows, as_json=as_json)
    # Without a folder of portal files every portal counts; one whose file was removed does not.
    cared_for = set(files) or (set(names) if places.schedules.is_dir() else chosen)
    wrong = {
        row.status.portal
        for row in rows
        if row.report.alarms or (row.status.last_run and row.status.last_run.state == "failed")
    }
    return FAILED if wrong & cared_for else DONE


@click.command()
@click.argument("name")
@archive_option
@schedules_option
@json_option
@click.option("--accept", "word", flag_value="accept", help="Use the offered template.")
@click.option("--reject", "word", flag_value="reject", help="Forget the offered template.")
@click.option("--forget", "word", flag_value="forget", help="Use no template of this portal.")
def template(
    name: str, archive: str | None, schedules: str, as_json: bool, word: str | None
) -> int:
    """Show how held pages read with each template, and take or refuse the one that is offered.

    After --accept the next run reads what is held with it. After --forget the next run archives
    what is held as it reads without any template.
    """
    places = find_places(archive, schedules)
    held = hold(places.archive, who=who("template", (name,))) if word else nullcontext()
    with (
        held,
        Archive.open(places.archive, write=word is not None) as store,
        CaptureStore(places.captures) as captures,
    ):
        files = _files(places.schedules)
        _require((name,), set(store.portals()))
        if word is not None:
            return _decide(store, name, word)
        waiting = offered(store, name)
        portal = files.get(name) or _noted(store, name)
        pages = beside(portal, archive=store, captures=captures)
    _print_offer(pages, waiting.proof if waiting else None, as_json=as_json)
    return DONE


def _decide(store: Archive, name: str, word: str) -> int:
    if word == "forget":
        count = forget(store, name, now=now())
        log(f"{name}: {count} templates are used no longer; the next run archives what is held")
        return DONE
    decided = accept(store, name) if word == "accept" else reject(store, name)
    if decided is None:
        log(f"{name}: no template is offered")
        return WRONG
    done = "is used from the next run on" if word == "accept" else "is forgotten"
    log(f"{name}: template {decided.number} {done}")
    return DONE


def _print_offer(pages: tuple[Beside, ...], proof: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"offered": proof, "readings": [asdict(page) for page in pages]})
        return
    if proof is not None:
        print(f"offered: {proof}")
    console_status.print_beside(pages)
    if not pages and proof is None:
        log("no page is held, and no template is offered")


def _files(folder: Path) -> dict[str, Portal]:
    require_folder(folder)
    if not folder.is_dir() or not any(folder.glob("[!_.]*.toml")):
        return {}
    portals, _ = read_files(folder, ())
    return {portal.name: portal for portal in portals}


def _noted(store: Archive, name: str) -> Portal:
    """A portal without a file, as the archive knows it."""
    notes = store.portal(name)
    if notes is not None:
        return portal_of_notes(notes)
    return Portal(name=name, home="", cron=read_cron("0 0 * * *"))


def _require(names: tuple[str, ...], known: set[str]) -> None:
    for name in names:
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise QueryError(f'there is no portal "{name}"; there is {there}', text=name)
