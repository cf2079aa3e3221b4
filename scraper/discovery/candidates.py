"""Links that a list offers, and which of them are taken."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scraper.errors import UnsafeAddress
from scraper.records import Link, Portal
from scraper.urls import is_file, is_trap, normalise, same_site
from scraper.vietnamese.text import clean

LONGEST_TITLE = 300  # characters; a longer link text wraps the whole teaser
LONGEST_MARKUP = 5000  # characters of a title with its markup; the limit is ours
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One link as a list prints it; several may lead to the same article."""

    url: str  # normalised
    key: str
    title: str | None = None
    heading: bool = False  # the title stands in a heading: it is one for sure
    published: date | datetime | None = None
    modified: datetime | None = None  # aware


def usable_address(href: str, *, base: str, portal: Portal) -> str | None:
    """The address that a link leads to, if it is a page of this portal that can be read."""
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    try:
        url = normalise(href, base)
    except UnsafeAddress:  # javascript:, mailto:, nonsense
        return None
    if is_trap(url) or is_file(url) or not same_site(url, portal):
        return None
    return url


def merged(candidates: Iterable[Candidate], *, portal: Portal, found_on: str) -> tuple[Link, ...]:
    """One Link for each key, in the order of first sight, with the best title and date seen."""
    by_key: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_key.setdefault(candidate.key, []).append(candidate)
    return tuple(
        Link(
            portal=portal.name,
            url=same[0].url,
            key=key,
            found_on=found_on,
            title=_best_title(same),
            published=next((one.published for one in same if one.published is not None), None),
            modified=max((one.modified for one in same if one.modified is not None), default=None),
        )
        for key, same in by_key.items()
    )


def plain_title(text: str | None) -> str | None:
    """A title as it is read, of one with markup in it; many portals escape twice."""
    if not text:
        return None
    return clean(_TAG.sub(" ", html.unescape(html.unescape(text[:LONGEST_MARKUP])))) or None


def in_zone(value: date | datetime, zone: ZoneInfo) -> date | datetime:
    """A naive moment is meant in the portal's zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone)
    return value


def _best_title(same: list[Candidate]) -> str | None:
    titled = [one for one in same if one.title]
    if not titled:
        return None
    best = max(
        titled,
        key=lambda one: (
            one.heading,
            len(one.title or "") <= LONGEST_TITLE,  # rather the title than the whole teaser
            len(one.title or ""),
        ),
    )
    return best.title
