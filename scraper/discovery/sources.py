"""Walking a portal's lists, page by page. The door of this folder.

Pages come through `get`, so that lists are paced, checked against robots.txt and captured like any
other page; the caller ends the walk by no longer asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scraper.discovery import listing_walk
from scraper.discovery.api import walk_api
from scraper.discovery.feeds import walk_feed
from scraper.discovery.list_page import ListPage
from scraper.discovery.listing_walk import walk_listing
from scraper.discovery.numbering import walk_numbering
from scraper.discovery.postback import post_again, turns_by_posting, walk_postback
from scraper.discovery.sitemaps import walk_sitemap
from scraper.records import Get, Ground, Portal, Source, SourceKind

__all__ = ["WALKS", "ListPage", "discover", "look_again", "turns_by_posting"]

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
