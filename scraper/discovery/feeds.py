"""RSS and Atom: the entries of a feed as links, and the feeds of older entries that it leads to.

feedparser never fetches anything here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser

from scraper.discovery.candidates import (
    Candidate,
    in_zone,
    merged,
    plain_title,
    usable_address,
)
from scraper.discovery.list_page import ListPage
from scraper.errors import BadStatus, SourceError, UnsafeAddress
from scraper.records import Capture, Get, Ground, Link, Portal, Source
from scraper.urls import article_key, is_article, normalise, same_site
from scraper.vietnamese.dates import read_date
from scraper.vietnamese.text import clean

_ZONE_AT_END = re.compile(r"(?:Z|[A-Z]{1,5}|[+-]\d\d:?\d\d)\s*$")


MOST_FEED_PAGES = 2000  # ours; RFC 5005 has no limit, and ten entries a page are usual


def walk_feed(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The pages of a feed, to its end: most feeds have one.

    Further ones are named by their number (`{page}` in the address), or by the feed itself: links
    rel="next" and rel="prev-archive" (RFC 5005). The end is a page without such a link, one that is
    not there, or one that shows nothing new.
    """
    seen: set[str] = set()
    visited: set[str] = set()
    url: str | None = _numbered(source, 1)
    for number in range(1, MOST_FEED_PAGES + 1):
        assert url is not None
        visited.add(normalise(url))
        answered = _page(url, source, portal, get=get, number=number)
        if answered is None:
            return
        capture, parsed, links = answered
        fresh = tuple(link.key for link in links if link.key not in seen)
        if number > 1 and not fresh:
            return
        seen.update(fresh)
        yield ListPage(url=url, number=number, links=links, fresh=fresh)
        if "{page}" in source.url:
            url = _numbered(source, number + 1)
        else:
            url = _older(parsed, capture, portal)
        if url is None or normalise(url) in visited:
            return
    reason = f"has more than {MOST_FEED_PAGES} pages: the feed does not end"
    raise SourceError(reason, portal=portal.name, url=source.url)


def _numbered(source: Source, number: int) -> str:
    return source.url.replace("{page}", str(number))


def _page(
    url: str, source: Source, portal: Portal, *, get: Get, number: int
) -> tuple[Capture, dict[str, Any], tuple[Link, ...]] | None:
    """One page, read; None behind the last one."""
    try:
        capture = get(url)
    except BadStatus as error:
        if number > 1 and error.status in (400, 404, 410):
            return None
        raise
    parsed = _parsed(capture)
    if number > 1 and "{page}" in source.url and not parsed.get("entries"):
        return None
    return capture, parsed, _links(parsed, capture, portal, url=url)


def _older(parsed: dict[str, Any], capture: Capture, portal: Portal) -> str | None:
    """What RFC 5005 calls the next page, else the archive before this one."""
    named: dict[str, str] = {}
    for link in (parsed.get("feed") or {}).get("links") or []:
        for relation in str(link.get("rel") or "").lower().split():
            named.setdefault(relation.rpartition("/")[2], str(link.get("href") or ""))
    for relation in ("next", "prev-archive"):
        try:
            url = normalise(named.get(relation, ""), capture.answered_url)
        except UnsafeAddress:
            continue
        if named.get(relation) and same_site(url, portal):
            return url
    return None


def read_feed(capture: Capture, portal: Portal, *, url: str) -> tuple[Link, ...]:
    """The entries of a feed that lead to articles of this portal; none for an empty feed.

    Raises SourceError for what is no feed, and where no entry leads to an article.
    """
    return _links(_parsed(capture), capture, portal, url=url)


def _links(
    parsed: dict[str, Any], capture: Capture, portal: Portal, *, url: str
) -> tuple[Link, ...]:
    entries = parsed.get("entries") or []
    if not entries and not parsed.get("version"):
        raise SourceError(_why_no_feed(capture, parsed), portal=portal.name, url=url)
    if not entries and parsed.get("bozo") and not _harmless(parsed):
        problem = clean(str(parsed.get("bozo_exception")))
        raise SourceError(
            f"the feed is broken and no entry of it can be read: {problem}",
            portal=portal.name,
            url=url,
        )
    links = merged(_candidates(entries, capture, portal), portal=portal, found_on=url)
    if entries and not links:
        wanted = (
            f'match "{portal.article.match.pattern}"'
            if portal.article.match
            else f"a page of {urlsplit(portal.home).netloc}"
        )
        raise SourceError(
            f"the feed has {len(entries)} entries, but none leads to an article: "
            f"looked for {wanted}",
            portal=portal.name,
            url=url,
        )
    return links


def _parsed(capture: Capture) -> dict[str, Any]:
    headers = {"content-location": capture.answered_url}
    content_type = capture.header("content-type")
    if content_type:
        headers["content-type"] = content_type
    # Bytes as such would be taken for a file's name first: feedparser opens it if there is one.
    parsed: dict[str, Any] = feedparser.parse(io.BytesIO(capture.body), response_headers=headers)
    return parsed


def _candidates(entries: list[Any], capture: Capture, portal: Portal) -> Iterator[Candidate]:
    for entry in entries:
        href = entry.get("feedburner_origlink") or entry.get("link") or ""
        if not href and re.match(r"https?://", entry.get("id", "")):
            href = entry["id"]
        url = usable_address(href, base=capture.answered_url, portal=portal)
        if url is None or (portal.article.match and not is_article(url, portal)):
            continue
        yield Candidate(
            url=url,
            key=article_key(url, portal),
            title=plain_title(entry.get("title")),
            published=_published(entry, capture.fetched_at.date(), portal),
        )


def _published(entry: Any, latest: date, portal: Portal) -> date | datetime | None:
    for name in ("published", "updated"):
        if name not in entry:  # a look-up of "updated" would fall back and warn
            continue
        printed, parsed = str(entry[name] or ""), entry.get(f"{name}_parsed")
        if parsed:
            try:
                moment = datetime(*parsed[:6])
            except ValueError:
                continue
            # feedparser takes a moment without a zone for UTC; portals print their own time.
            zone = UTC if _ZONE_AT_END.search(printed) else portal.zone
            return moment.replace(tzinfo=zone)
        found = read_date(printed, latest=latest)
        if found:
            return in_zone(found.value, portal.zone)
    return None


def _harmless(parsed: dict[str, Any]) -> bool:
    """Whether only the label of the encoding or of the type was wrong."""
    return isinstance(
        parsed.get("bozo_exception"),
        feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType,
    )


def _why_no_feed(capture: Capture, parsed: dict[str, Any]) -> str:
    start = capture.body[:2000].lstrip().lower()
    if not start:
        return "is empty, but a feed was expected"
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return 'is an HTML page, but a feed was expected; is it kind = "listing"?'
    said = capture.header("content-type") or "no content type"
    return f"is no feed that can be read (RSS or Atom was expected; the server says {said})"
