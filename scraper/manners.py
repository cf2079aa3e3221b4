"""What the commands do to be good guests: one pace and one log an archive, and a contact."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from scraper.errors import ArchiveError
from scraper.fetching.fetcher import (
    Pace,
    RequestLog,
    asks_strangers,
    pace_beside,
    request_log_beside,
)
from scraper.options import Places, find_archive
from scraper.output import log
from scraper.portals.portal_file import read_settings
from scraper.records import Portal


def shared_manners(schedules: str) -> tuple[Pace, RequestLog | None]:
    """Pace and log of the archive that is collected into here, for commands that do without it."""
    try:
        archive = find_archive(None, schedules)
    except ArchiveError:  # its folder is not there
        return Pace(), None
    if not archive.exists():
        return Pace(), None
    return pace_beside(archive), request_log_beside(archive, read_settings(Path(schedules)))


def warn_of_no_contact(portals: Sequence[Portal], places: Places) -> None:
    """Said once for an archive: cron would mail it after every run."""
    said = places.archive.with_name(places.archive.name + ".hosts") / "no-contact-said"
    if not asks_strangers(portals, places.settings) or said.exists():
        return
    log(
        "no contact is set: a webmaster who minds cannot reach you, and will shut this program out;"
        f" write contact in {places.schedules / '_settings.toml'}"
    )
    with suppress(OSError):
        said.parent.mkdir(parents=True, exist_ok=True)
        said.touch()
