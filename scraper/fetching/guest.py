"""How this program presents itself, and what the processes on one archive share for it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from scraper.fetching import guard
from scraper.fetching.answers import plain_ascii
from scraper.fetching.pace import DEFAULT_PORTS, Pace
from scraper.fetching.request_log import RequestLog
from scraper.records import Portal, Settings


def user_agent_of(settings: Settings) -> str:
    """The User-Agent to send: the operator's own, else this program's with the contact."""
    if settings.user_agent:
        return plain_ascii(settings.user_agent)
    try:
        number = version("ministry-scraper")
    except PackageNotFoundError:  # run from a folder without being installed
        number = "0"
    contact = f" (+{plain_ascii(settings.contact)})" if settings.contact else ""
    return f"ministry-scraper/{number}{contact}"


def pace_beside(archive: Path) -> Pace:
    """The pace that all processes share that work on this archive."""
    return Pace(archive.with_name(archive.name + ".hosts"))


def request_log_beside(archive: Path, settings: Settings) -> RequestLog | None:
    """The log of requests: where the settings say, else beside the archive; None: turned off."""
    if settings.request_log == "":
        return None
    beside = archive.with_name(archive.name.removesuffix(".db") + ".requests")
    return RequestLog(Path(settings.request_log) if settings.request_log else beside)


def asks_strangers(portals: Sequence[Portal], settings: Settings) -> bool:
    """Whether a public portal is asked by one who does not say how to be reached."""
    if settings.contact or settings.user_agent:
        return False
    return any(_is_strange(portal) for portal in portals)


def _is_strange(portal: Portal) -> bool:
    parts = urlsplit(portal.home)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    return not guard.allows(portal.fetch.allow_private, host, port=port)
