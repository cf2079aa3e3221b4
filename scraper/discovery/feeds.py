"""RSS and Atom: the entries of a feed as links. feedparser never fetches anything here."""

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
from scraper.errors import SourceError
from scraper.records import Capture, Get, Ground, Link, Portal, Source
from scraper.urls import article_key, is_article
from scraper.vietnamese.dates import read_date
from scraper.vietnamese.text import clean

_ZONE_AT_END = re.compile(r"(?:Z|[A-Z]{1,5}|[+-]\d\d:?\d\d)\s*$")


def walk_feed(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """A feed is one page of entries."""
    links = read_feed(get(source.url), portal, url=source.url)
    keys = tuple(link.key for link in links)
    yield ListPage(url=source.url, number=1, links=links, fresh=keys)


def read_feed(capture: Capture, portal: Portal, *, url: str) -> tuple[Link, ...]:
    """The entries of a feed that lead to articles of this portal; none for an empty feed.

    Raises SourceError for what is no feed, and where no entry leads to an article.
    """
    parsed = _parsed(capture)
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
