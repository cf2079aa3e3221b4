"""`scraper show`: one article, its versions, what changed, the pages it was read from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scraper import console_show
from scraper.archive.archive import Archive, StoredArticle
from scraper.capture.store import CaptureStore
from scraper.changes import compare
from scraper.errors import CaptureError, QueryError
from scraper.export.export import article_json, article_page, stored_json
from scraper.options import (
    DONE,
    archive_option,
    find_archive,
    find_places,
    json_option,
    schedules_option,
)
from scraper.records import Version


@click.command()
@click.argument("article_id", metavar="ID")
@click.argument("numbers", nargs=-1, metavar="[A] [B]")
@archive_option
@schedules_option
@click.option("--versions", is_flag=True, help="List the versions, and when the page was gone.")
@click.option(
    "--diff", is_flag=True, help="What changed between the newest two versions, or from A to B."
)
@click.option("--version", "number", type=int, metavar="N", help="Show this version, whole.")
@click.option("--html", is_flag=True, help="As a web page that is safe to open.")
@click.option("--captures", is_flag=True, help="List the answers that it was read from.")
@click.option("--page", type=int, metavar="N", help="Write out the page of this capture.")
@json_option
def show(
    article_id: str,
    numbers: tuple[str, ...],
    archive: str | None,
    schedules: str,
    versions: bool,
    diff: bool,
    number: int | None,
    html: bool,
    captures: bool,
    page: int | None,
    as_json: bool,
) -> int:
    """Show one article, by its id ("portal:key").

    A and B, for --diff, are the numbers of two versions; A alone is compared with the one before
    it by day.
    """
    if sum((versions, diff, number is not None, captures, page is not None)) > 1:
        raise click.UsageError("one of --versions, --diff, --version, --captures, --page at a time")
    if html and (versions or diff or captures or page is not None or as_json):
        raise click.UsageError("--html goes with --version or stands alone")
    if numbers and not diff:
        raise click.UsageError(f'"{" ".join(numbers)}": only --diff takes numbers of versions')
    with Archive.open(find_archive(archive, schedules)) as store:
        stored = store.article(article_id)
        if versions:
            console_show.print_versions(stored.versions, stored.absences, as_json=as_json)
        elif diff:
            before, after = _two(stored, numbers)
            console_show.print_difference(compare(before, after), as_json=as_json)
        elif html:
            version = stored.versions[-1] if number is None else _version(stored, number)
            print(article_page(version.article, facts=_facts(version)), end="")
        elif number is not None:
            version = _version(stored, number)
            facts = {"version": console_show.version_facts(version)}
            console_show.print_article(article_json(version.article) | facts, as_json=as_json)
        elif captures:
            console_show.print_captures(stored.captures, stored.versions, as_json=as_json)
        elif page is not None:
            _write_page(stored, page, folder=find_places(archive, schedules).captures)
        else:
            family = store.family(article_id)
            facts, robots = stored_json(stored), _robots(stored)
            console_show.print_stored(
                facts, stored.absences, family, robots=robots, as_json=as_json
            )
    return DONE


def _robots(stored: StoredArticle) -> str | None:
    """What the newest page asks of those who read by machine."""
    whole = [one for one in stored.captures if one.status != 304]
    return whole[-1].robots if whole else None


def _two(stored: StoredArticle, numbers: tuple[str, ...]) -> tuple[Version, Version]:
    """The two versions that are meant by "3 5", "3..5", "5" (with the one before) or nothing."""
    words = [word for written in numbers for word in written.split("..")]
    if len(words) > 2 or not all(word.isascii() and word.isdigit() for word in words):
        raise click.UsageError(
            f'"{" ".join(numbers)}": --diff takes two numbers of versions, as in "--diff 1 3"'
        )
    wanted = [int(word) for word in words]
    by_day = stored.versions
    if not wanted:
        return by_day[-2:][0], by_day[-1]
    after = _version(stored, wanted[-1])
    if len(wanted) == 2:
        return _version(stored, wanted[0]), after
    place = by_day.index(after)
    if place == 0:
        reason = f"version {after.number} of {stored.id} has none before it"
        raise QueryError(reason, text=stored.id)
    return by_day[place - 1], after


def _version(stored: StoredArticle, number: int) -> Version:
    versions = stored.versions
    for version in versions:
        if version.number == number:
            return version
    known = f"versions 1 to {len(versions)}" if len(versions) > 1 else "one version, 1"
    raise QueryError(f"{stored.id} has no version {number}: it has {known}", text=stored.id)


def _facts(version: Version) -> list[tuple[str, str]]:
    """What a reader needs to find the page again, and to trust what is shown."""
    read = version.fetched_at or version.first_seen_at
    facts = [
        ("id", version.article_id),
        ("version", str(version.number)),
        ("url", version.article.url or ""),
        ("read", f"{read:%Y-%m-%d %H:%M:%S} UTC"),
        ("from", version.origin or ""),
        ("sha256", version.sha256 or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _write_page(stored: StoredArticle, number: int, *, folder: Path) -> None:
    """Write the bytes of a capture to standard output, as the server sent them."""
    captures = stored.captures
    if not 1 <= number <= len(captures):
        known = f"captures 1 to {len(captures)}" if captures else "no captures"
        raise QueryError(f"{stored.id} has no capture {number}: it has {known}", text=stored.id)
    asked = captures[number - 1]
    # "Not modified" is no page: it stands for the one before.
    whole = next((one for one in reversed(captures[:number]) if one.status != 304), asked)
    if whole.place is None:
        raise CaptureError(f"the bytes of capture {number} were not kept", path=folder)
    with CaptureStore(folder) as store:
        body = store.load(whole.place).body
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
