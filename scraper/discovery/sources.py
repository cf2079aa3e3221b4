"""Walking a portal's lists, page by page. The door of this folder.

Pages come through `get`, so that lists are paced, checked against robots.txt and captured like any
other page; the caller ends the walk by no longer asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scraper.discovery.feeds import read_feed
from scraper.discovery.listings import Listing, article_links, next_address, read_listing
from scraper.errors import BadStatus, SourceError
from scraper.records import Capture, Link, Portal, Source
from scraper.urls import normalise

MAX_LIST_PAGES = 5000  # the longest list seen on a portal has about 1,200 pages


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list, and the links to articles on it."""

    url: str
    number: int  # from 1
    links: tuple[Link, ...]


def discover(
    source: Source, portal: Portal, *, get: Callable[[str], Capture]
) -> Iterator[ListPage]:
    """The pages of a list in its order, to its end.

    The end is a page without links, one like the page before, a second page in a row without a
    link that is new to this walk, one that is not there (404, 410), one that leads back to an
    earlier page, or one without a next link. What a list page lacks is raised as SourceError; what
    `get` raises goes through.
    """
    if source.kind == "feed":
        links = read_feed(get(source.url), portal, url=source.url)
        yield ListPage(url=source.url, number=1, links=links)
    else:
        yield from _walk(source, portal, get=get)


def _walk(source: Source, portal: Portal, *, get: Callable[[str], Capture]) -> Iterator[ListPage]:
    seen: set[str] = set()
    before: tuple[str, ...] = ()
    idle = 0  # pages in a row without anything new
    visited: set[str] = set()
    url: str | None = source.url.replace("{page}", "1")
    number = 0
    while url is not None:
        number += 1
        if number > MAX_LIST_PAGES:
            raise SourceError(
                f"has more than {MAX_LIST_PAGES} pages: the list does not end",
                portal=portal.name,
                url=source.url,
            )
        listing = _page(url, portal, get=get, number=number, visited=visited)
        if listing is None:
            return
        links = article_links(listing, source, portal)
        if number == 1 and not links:
            raise SourceError(_nothing_found(listing, source, portal), portal=portal.name, url=url)
        keys = tuple(link.key for link in links)
        # One page may bring nothing new in the middle of a list: what it holds stood in a box
        # "other news" of the page before.
        idle = idle + 1 if seen.issuperset(keys) else 0
        if not keys or keys == before or idle == 2:
            return
        seen.update(keys)
        before = keys
        yield ListPage(url=url, number=number, links=links)
        url = _following(listing, source, portal, number=number, visited=visited)


def _page(
    url: str, portal: Portal, *, get: Callable[[str], Capture], number: int, visited: set[str]
) -> Listing | None:
    """The list page, or None where the list has ended before it."""
    try:
        capture = get(url)
    except BadStatus as error:
        if number > 1 and error.status in (404, 410):
            return None
        raise
    answered = normalise(capture.answered_url)
    sent_back = answered in visited or answered == normalise(portal.home)
    if number > 1 and answered != normalise(url) and sent_back:
        return None
    visited.update((normalise(url), answered))
    return read_listing(capture, portal, url=url)


def _following(
    listing: Listing, source: Source, portal: Portal, *, number: int, visited: set[str]
) -> str | None:
    if source.next:
        return next_address(listing, source, portal, visited=visited)
    if "{page}" in source.url:
        return source.url.replace("{page}", str(number + 1))
    return None


def _nothing_found(listing: Listing, source: Source, portal: Portal) -> str:
    if listing.tree is None:
        return "is empty, but a list page was expected"
    match = portal.article.match
    if source.link and match:
        looked_for = f'link "{source.link}" and match "{match.pattern}"'
    elif source.link:
        looked_for = f'link "{source.link}"'
    elif match:
        looked_for = f'match "{match.pattern}"'
    else:
        looked_for = "addresses that look like articles; give [article] match, or link"
    count = sum(1 for _ in listing.tree.iter("a", "area"))
    return f"no link to an article among {count} links: looked for {looked_for}"
