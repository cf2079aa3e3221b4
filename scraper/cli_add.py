"""`scraper add`: look at a portal and write its portal file."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

import click

from scraper import console_add
from scraper.errors import (
    Fault,
    PageError,
    PortalFileError,
    SourceError,
    Unreachable,
    UnsafeAddress,
)
from scraper.fetching.fetcher import Fetcher, user_agent_of
from scraper.manners import shared_manners
from scraper.options import (
    DONE,
    FAILED,
    exit_of,
    json_option,
    private_hosts,
    private_option,
    reason_without_file,
    schedules_option,
    stopping,
)
from scraper.output import in_full, log
from scraper.portals.portal_file import portal_name, read_portal_text, read_settings
from scraper.probe.probe import BUDGET, Profile, portal_file, propose
from scraper.records import FetchRule
from scraper.urls import normalise

_COMMON_PARTS = frozenset({"www", "vn", "com", "org", "net", "gov", "edu", "info", "portal"})


@click.command(name="add")
@click.argument("url", metavar="URL")
@click.option("--name", metavar="NAME", help="The portal's name (default: made of its host).")
@click.option("--force", is_flag=True, help="Write over a portal file that is there.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--requests",
    type=click.IntRange(5, 500),
    default=BUDGET,
    show_default=True,
    help="How many pages to ask for at most.",
)
@click.option(
    "--pace",
    "pace_seconds",
    type=click.FloatRange(0, 3600),
    default=FetchRule().pace_seconds,
    show_default=True,
    help="Seconds between two requests.",
)
@private_option
@schedules_option
@json_option
def add_command(
    url: str,
    name: str | None,
    force: bool,
    dry_run: bool,
    requests: int,
    pace_seconds: float,
    allow_private: tuple[str, ...],
    schedules: str,
    as_json: bool,
) -> int:
    """Look at a portal and write its portal file.

    Finds its lists, how they go on, which addresses are articles and what tells them apart; shows
    five articles as they would be archived, and what it is unsure of.
    """
    _require_address(url)
    wanted = name if name is not None else name_from(url if "://" in url else f"https://{url}")
    folder = Path(schedules)
    path = folder / f"{wanted}.toml"
    _refuse(path, wanted, force=force or dry_run)
    rule = FetchRule(
        pace_seconds=pace_seconds, retries=1, allow_private=private_hosts(allow_private)
    )  # somebody is waiting
    stop = threading.Event()
    agent, (pace, requests_log) = user_agent_of(read_settings(folder)), shared_manners(schedules)
    with (
        stopping(stop) as stopped_by,
        Fetcher(
            rule, user_agent=agent, pace=pace, stop=stop, log=requests_log, portal=wanted
        ) as fetcher,
    ):
        profile = _proposed(
            url, name=wanted, fetcher=fetcher, rule=rule, requests=requests, stop=stop
        )
    if stopped_by:
        log("interrupted; nothing was written")
        return exit_of(stopped_by[0])
    if profile is None:
        return FAILED
    text = portal_file(profile)
    read_portal_text(text, path=path)  # what could not be read back is not written
    console_add.print_profile(profile, as_json=as_json, text=text if dry_run or as_json else None)
    if not dry_run:
        _write(path, text, profile)
    return DONE


def _proposed(
    url: str,
    *,
    name: str,
    fetcher: Fetcher,
    rule: FetchRule,
    requests: int,
    stop: threading.Event,
) -> Profile | None:
    """What a look finds; None where it finds nothing, which is said.

    A host without a scheme is tried with TLS, then without.
    """
    addresses = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    for address in addresses:
        try:
            return propose(
                address, name=name, fetcher=fetcher, fetch=rule, budget=requests, stop=stop
            )
        except (PageError, SourceError) as error:
            if stop.is_set():
                return None
            log(f"{error.url or address}: {reason_without_file(error)}")
            if not isinstance(error, Unreachable):
                return None
    return None


def name_from(url: str) -> str:
    """A portal's name, made of its host: "https://www.mae.gov.vn/" -> "mae"."""
    host = (urlsplit(url).hostname or "").lower()
    if re.fullmatch(r"[\d.:]+|localhost", host):
        return "portal"
    parts = [part for part in host.split(".") if part not in _COMMON_PARTS and len(part) > 1]
    return re.sub(r"[^a-z0-9-]", "-", "-".join(parts[:2])).strip("-") or "portal"


def _require_address(url: str) -> None:
    """Raises UsageError for what cannot be the address of a portal."""
    text = url.strip()
    if not text:
        raise click.UsageError(
            "URL is empty; give the address of a portal: https://www.example.vn/"
        )
    if "://" not in text and (text.startswith((".", "/", "~", "\\")) or Path(text).is_file()):
        what = "a file" if Path(text).is_file() else "a path"
        raise click.UsageError(
            f"{url!r} is {what}, and no address; give the address of a portal: "
            "https://www.example.vn/"
        )
    try:
        normalise(text if "://" in text else f"https://{text}")
    except UnsafeAddress as error:
        raise click.UsageError(f"{url!r} {error.reason}") from None


def _refuse(path: Path, name: str, *, force: bool) -> None:
    """Raises PortalFileError where nothing may be written there, UsageError for a wrong name."""
    try:
        portal_name(name)
    except ValueError as error:
        raise click.UsageError(f"--name: {error}") from None
    if path.exists() and not force:
        problem = (
            "is there already, and is left as it is; --name gives another name, --dry-run shows "
            "what would be written, --force writes over it"
        )
        raise PortalFileError(path, (Fault("", "", problem),))


def _write(path: Path, text: str, profile: Profile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    log(f"written: {path}")
    name = profile.portal.name
    log(in_full(f"next: `scraper check {name}`, then `scraper collect {name}`"))
