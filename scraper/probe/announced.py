"""What a portal itself announces: feeds and sitemaps."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree

from scraper.discovery.sources import discover
from scraper.errors import NotAsked, PageError, SourceError
from scraper.probe.look import Look
from scraper.probe.scripted import FoundApi
from scraper.probe.seen import SeenPage
from scraper.records import Link, Source
from scraper.urls import normalise, same_site

USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/rss.aspx", "/feed.xml", "/atom.xml")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
MOST_FEEDS = 3  # that are opened before the lists; each section may have one
MOST_SITEMAPS = 3
MOST_LOCATIONS = 3000  # addresses of one sitemap that are looked at
_FEED = re.compile(r"rss|atom|feed", re.IGNORECASE)
_NO_FEED = re.compile(r"comment|feedback|wlwmanifest|/feedly|feedburner\.google", re.IGNORECASE)
_NEWS_MAP = re.compile(r"post|news|article|tin|bai|story", re.IGNORECASE)


@dataclass(slots=True)
class Announced:
    """The feeds and sitemaps that answered."""

    feeds: dict[str, tuple[Link, ...]] = field(default_factory=dict)  # by address
    going_on: dict[str, str] = field(default_factory=dict)  # feeds of older entries: by address
    sitemaps: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by address of the top one
    apis: list[FoundApi] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # feeds that were not opened yet


def feed_addresses(page: SeenPage) -> list[str]:
    """The feeds that a page names in its head or links to."""
    found = list(page.alternates())
    for element in page.tree.iter("a", "area"):
        href = element.get("href") or ""
        url = page.address(href)
        if url and _FEED.search(href.rpartition("//")[2].partition("/")[2]):
            found.append(url)
    return [url for url in dict.fromkeys(found) if not _NO_FEED.search(url)]


def read_feeds(look: Look, addresses: Sequence[str], *, most: int = MOST_FEEDS) -> Announced:
    """The entries of the first feeds; a page that only lists feeds leads on to them."""
    announced = Announced()
    waiting, tried = list(addresses), 0
    while waiting and tried < most + 2 and len(announced.feeds) < most:
        url = waiting.pop(0)
        if url in announced.feeds or not same_site(url, look.portal):
            continue
        tried += 1
        try:
            links, more = _first_pages(look, Source(kind="feed", url=url, pages=1))
        except NotAsked:
            raise
        except (PageError, SourceError):
            page = look.page(url)
            if page is not None:
                deeper = [one for one in feed_addresses(page) if one not in addresses]
                waiting = [*deeper[:most], *waiting]
            continue
        if links:
            announced.feeds[url] = links
            if more:
                announced.going_on[url] = url
    announced.unread = [url for url in waiting if url not in announced.feeds]
    return announced


def read_more_feeds(look: Look, announced: Announced, *, most: int) -> None:
    """The feeds that were named and not opened: where no list goes on, each section's counts."""
    further = read_feeds(look, announced.unread, most=most)
    announced.feeds |= further.feeds
    announced.going_on |= further.going_on
    announced.unread = further.unread


def _first_pages(look: Look, source: Source) -> tuple[tuple[Link, ...], bool]:
    """The entries of a feed's first two pages, and whether the second has others."""
    links: list[Link] = []
    try:
        for page in discover(source, look.portal, get=look.get):
            links += page.links
            if page.number > 1:
                return tuple(links), True
    except NotAsked:
        raise
    except (PageError, SourceError):
        if not links:
            raise
    return tuple(links), False


def number_feeds(look: Look, announced: Announced) -> None:
    """Feeds that have older pages which they do not name: WordPress has, by `paged`."""
    for url in announced.feeds:
        if url in announced.going_on:
            continue
        numbered = f"{url}{'&' if '?' in url else '?'}paged={{page}}"
        try:
            _, more = _first_pages(look, Source(kind="feed", url=numbered, pages=1))
        except NotAsked:
            raise
        except (PageError, SourceError):
            continue
        if more:
            announced.going_on[url] = numbered


def read_sitemaps(
    look: Look, told: Sequence[str], *, usual: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The addresses that sitemaps name, by the address of the sitemap that leads to them."""
    home = look.portal.home
    own = [url for url in told if same_site(url, look.portal)]
    paths = list(dict.fromkeys([*usual, *USUAL_SITEMAPS]))[:2]
    found: dict[str, tuple[str, ...]] = {}
    for url in own[:2] or [urljoin(home, path) for path in paths]:
        locations = list(_locations(look, url, children=MOST_SITEMAPS))
        if locations:
            found[url] = tuple(locations[:MOST_LOCATIONS])
            break
    return found


def _locations(look: Look, url: str, *, children: int) -> Iterator[str]:
    try:
        body = look.get(url).body
    except NotAsked:
        raise
    except PageError:
        return
    kind, places = _read(body)
    if kind == "urlset":
        yield from places
    elif kind == "sitemapindex" and children:
        best = sorted(places, key=lambda place: not _NEWS_MAP.search(urlsplit(place).path))
        for place in best[:children]:
            yield from _locations(look, place, children=0)


def _read(body: bytes) -> tuple[str, list[str]]:
    """The kind of a sitemap, and the addresses in it."""
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
                body = packed.read(20_000_000)
        except (OSError, EOFError):
            return "", []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return "", []
    if root is None or not isinstance(root.tag, str):
        return "", []
    places = []
    for element in root.iter("{*}loc"):
        try:
            places.append(normalise((element.text or "").strip()))
        except PageError:
            continue
    return etree.QName(root).localname.lower(), places
