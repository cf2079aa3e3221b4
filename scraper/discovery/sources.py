"""Walking a portal's lists, page by page. The door of this folder.

Pages come through `get`, so that lists are paced, checked against robots.txt and captured like any
other page; the caller ends the walk by no longer asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scraper.discovery.api import walk_api
from scraper.discovery.feeds import walk_feed
from scraper.discovery.list_page import ListPage
from scraper.discovery.listing_walk import look_again, walk_listing
from scraper.discovery.numbering import walk_numbering
from scraper.discovery.sitemaps import walk_sitemap
from scraper.records import Get, Ground, Portal, Source, SourceKind

__all__ = ["WALKS", "ListPage", "discover", "look_again"]

Walk = Callable[[Source, Portal, Get, Ground], Iterator[ListPage]]

WALKS: Mapping[SourceKind, Walk] = {
    "feed": walk_feed,
    "listing": walk_listing,
    "sitemap": walk_sitemap,
    "api": walk_api,
    "numbering": walk_numbering,
}


def discover(
    source: Source, portal: Portal, *, get: Get, ground: Ground | None = None
) -> Iterator[ListPage]:
    """The pages of a source in its order, to its end.

    What a page of it lacks is raised as SourceError; what `get` raises goes through. `ground` is
    what earlier runs know of its links; some kinds of source go on from there.
    """
    yield from WALKS[source.kind](source, portal, get, ground or Ground())
