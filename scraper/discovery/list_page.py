"""What every way of walking a source gives: a page of links."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.records import Form, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list, and the links to articles on it.

    A page that was asked for by POST has what was posted, so that it can be looked at again.
    """

    url: str
    number: int  # from 1
    links: tuple[Link, ...]
    fresh: tuple[str, ...]  # keys that no earlier page of this walk had
    in_order: bool = True  # newest first: behind a page that is known whole lies nothing new
    form: Form | None = None
    headers: tuple[tuple[str, str], ...] = ()
