"""Walking a portal's lists, page by page. The door of this folder.

Pages come through `get`, so that lists are paced, checked against robots.txt and captured like any
other page; the caller ends the walk by no longer asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from scraper.discovery import listing_walk
from scraper.discovery.api import walk_api
from scraper.discovery.commoncrawl import walk_commoncrawl
from scraper.discovery.feeds import walk_feed
from scraper.discovery.list_page import ListPage
from scraper.discovery.listing_walk import walk_listing
from scraper.discovery.numbering import walk_numbering
from scraper.discovery.postback import post_again, turns_by_posting, walk_postback
from scraper.discovery.sitemaps import walk_sitemap
from scraper.discovery.wayback import copy_that_answered, walk_wayback
from scraper.discovery.webarchives import Asking, Copy, IndexPage, IndexWalk, mementos_of, wanted
from scraper.records import Get, Ground, IndexPart, MementoIndex, Portal, Source, SourceKind

__all__ = [
    "INDEX_WALKS",
    "WALKS",
    "Copy",
    "IndexPage",
    "ListPage",
    "copy_that_answered",
    "discover",
    "discover_mementos",
    "look_again",
    "mementos_of",
    "turns_by_posting",
    "wanted",
]

Walk = Callable[[Source, Portal, Get, Ground], Iterator[ListPage]]

WALKS: Mapping[SourceKind, Walk] = {
    "feed": walk_feed,
    "listing": walk_listing,
    "sitemap": walk_sitemap,
    "api": walk_api,
    "numbering": walk_numbering,
    "postback": walk_postback,
}


def discover(
    source: Source, portal: Portal, *, get: Get, ground: Ground | None = None
) -> Iterator[ListPage]:
    """The pages of a source in its order, to its end.

    What a page of it lacks is raised as SourceError; what `get` raises goes through. `ground` is
    what earlier runs know of its links; some kinds of source go on from there.
    """
    yield from WALKS[source.kind](source, portal, get, ground or Ground())


def look_again(page: ListPage, source: Source, portal: Portal, *, get: Get) -> ListPage:
    """The same list page as it is now: what was taken down above it has moved links up to it."""
    again = listing_walk.look_again if page.form is None else post_again
    return again(page, source, portal, get=get)


# A folder of files is walked by `scraper.mementos`: no page of it comes through `get`.
INDEX_WALKS: Mapping[MementoIndex, IndexWalk] = {
    "wayback": walk_wayback,
    "commoncrawl": walk_commoncrawl,
}


def discover_mementos(
    source: Source, portal: Portal, *, get: Get, parts: Sequence[IndexPart], now: datetime
) -> Iterator[IndexPage]:
    """The pages of another archive's index that were not walked yet; as `discover`.

    `parts` is how far each part of it was walked by earlier runs.
    """
    assert source.index is not None
    known = {part.part: part for part in parts}
    asking = Asking(source=source, portal=portal, get=get, now=now, parts=known)
    yield from INDEX_WALKS[source.index](asking)
