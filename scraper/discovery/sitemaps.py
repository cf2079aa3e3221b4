"""Walking a sitemap: the file itself, or the files that an index names, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zlib import crc32

from scraper.discovery.candidates import Candidate, merged, plain_title, usable_address
from scraper.discovery.feeds import read_feed
from scraper.discovery.lastmod import (
    believable,
    last_moment,
    newest_first,
    not_ahead,
    read_moment,
)
from scraper.discovery.list_page import ListPage
from scraper.discovery.sitemap_files import Entry, NoSitemap, entries_of, is_feed, unpacked
from scraper.errors import BadStatus, NotAsked, PageError, SourceError, UnsafeAddress
from scraper.records import Capture, Get, Ground, Link, Portal, Source
from scraper.urls import article_key, is_article, normalise, same_site

# These numbers are ours.
LINKS_A_PAGE = 500
DEEPEST = 4  # indexes in indexes; sitemaps.org allows none
MOST_FILES = 10_000  # that one walk asks for
MARGIN = timedelta(days=1)  # zones and clocks of servers are wrong by less
LOOKED_AT_AGAIN_DAYS = 30  # however old the lastmod of a file is: it may not be kept


def walk_sitemap(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The links of a sitemap and of the files below it, 500 a page.

    A file whose lastmod is older than the last whole walk is not asked for, but for one day in 30.
    One that cannot be read keeps no other from being read, and is told at the end.
    """
    yield from _Walk(source, portal, get, ground).pages()


@dataclass(frozen=True, slots=True)
class _File:
    """A sitemap that is to be read."""

    url: str
    depth: int = 0


class _Walk:
    """One walk over a sitemap: what it has met so far."""

    def __init__(self, source: Source, portal: Portal, get: Get, ground: Ground) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.ground = ground
        self.met: set[str] = {normalise(source.url)}
        self.waiting = [_File(normalise(source.url))]  # the last one is next
        self.number = 0  # of pages
        self.asked = self.read = self.passed_over = self.entries = self.links = 0
        self.elsewhere: str | None = None  # a file on another host
        self.missing: list[str] = []
        self.broken: list[str] = []

    def pages(self) -> Iterator[ListPage]:
        while self.waiting:
            file = self.waiting.pop()
            if self.asked >= MOST_FILES:
                raise self.error(
                    f"names more than {MOST_FILES:,} files; give the address of a part of it"
                )
            self.asked += 1
            try:
                yield from self.pages_of(file)
            except (PageError, SourceError, NoSitemap) as error:
                self.note(file, error)
        self.judge()

    def note(self, file: _File, error: PageError | SourceError | NoSitemap) -> None:
        """A file below an index that cannot be read does not end the walk."""
        if isinstance(error, NotAsked) or (file.depth == 0 and isinstance(error, PageError)):
            raise error
        reason = str(error) if isinstance(error, NoSitemap) else error.reason
        if file.depth == 0:
            raise self.error(reason)
        if isinstance(error, BadStatus) and error.status in (404, 410):
            self.missing.append(file.url)
        else:
            self.broken.append(f"{file.url}: {reason}")

    def pages_of(self, file: _File) -> Iterator[ListPage]:
        capture = self.get(file.url)
        if is_feed(capture.body):
            # Some packed their feed themselves, without a header that says so.
            links = read_feed(
                replace(capture, body=unpacked(capture.body)), self.portal, url=file.url
            )
            self.entries += len(links)
            yield self.page(file, links)
        else:
            dated = self.dated(capture)
            children: list[tuple[str, datetime | None]] = []
            try:
                for some in _in_pages(self.rows(capture, children)):
                    candidates = self.candidates(some, capture, dated=dated)
                    yield self.page(file, merged(candidates, portal=self.portal, found_on=file.url))
            except NoSitemap as error:
                if not children:
                    raise
                self.broken.append(f"{file.url}: {error}")  # what it names before is read
            self.take_up(children, file, capture)
        self.read += 1

    def rows(
        self, capture: Capture, children: list[tuple[str, datetime | None]]
    ) -> Iterator[Entry]:
        """The entries that are no sitemaps; those that are go into `children`."""
        for entry in entries_of(capture.body):
            if not entry.is_sitemap:
                self.entries += 1
                yield entry
                continue
            url = self.file_address(entry.address, capture)
            if url is not None and url not in self.met:
                self.met.add(url)
                children.append((url, last_moment(entry.lastmod or "", zone=self.portal.zone)))

    def page(self, file: _File, links: tuple[Link, ...]) -> ListPage:
        self.number += 1
        self.links += len(links)
        keys = tuple(link.key for link in links)
        return ListPage(url=file.url, number=self.number, links=links, fresh=keys, in_order=False)

    def dated(self, capture: Capture) -> bool:
        """Whether the lastmods beside the addresses of this file can be believed."""
        moments: list[datetime] = []
        try:
            for entry in entries_of(capture.body):
                if entry.lastmod and not entry.is_sitemap:
                    moment = last_moment(entry.lastmod, zone=self.portal.zone)
                    if moment is not None:
                        moments.append(moment)
        except NoSitemap:  # told when its addresses are read
            pass
        return believable(moments)

    def candidates(
        self, entries: list[Entry], capture: Capture, *, dated: bool
    ) -> Iterator[Candidate]:
        portal, now = self.portal, capture.fetched_at
        for entry in entries:
            url = usable_address(entry.address, base=capture.answered_url, portal=portal)
            certain = entry.is_news and portal.article.match is None
            if url is None or not (certain or is_article(url, portal)):
                continue
            modified = last_moment(entry.lastmod or "", zone=portal.zone) if dated else None
            yield Candidate(
                url=url,
                key=article_key(url, portal),
                title=plain_title(entry.title),
                published=read_moment(entry.published or "", zone=portal.zone, latest=now.date()),
                modified=not_ahead(modified, now=now),
            )

    def file_address(self, address: str, capture: Capture) -> str | None:
        try:
            url = normalise(address, capture.answered_url)
        except UnsafeAddress:
            return None
        own = (urlsplit(self.source.url).netloc, urlsplit(capture.answered_url).netloc)
        if same_site(url, self.portal) or urlsplit(url).netloc in own:
            return url
        self.elsewhere = self.elsewhere or url
        return None

    def take_up(
        self, children: list[tuple[str, datetime | None]], file: _File, capture: Capture
    ) -> None:
        """The files that an index names wait to be read, the newest first."""
        if children and file.depth >= DEEPEST:
            raise NoSitemap(f"is the {DEEPEST + 1}th index in an index; no deeper one is read")
        moments = [moment for _, moment in children]
        known = believable([moment for moment in moments if moment is not None])
        taken: list[_File] = []
        for number in newest_first(moments):
            url, moment = children[number]
            if known and self.unchanged(url, moment, now=capture.fetched_at):
                self.passed_over += 1
            else:
                taken.append(_File(url, file.depth + 1))
        self.waiting.extend(reversed(taken))

    def unchanged(self, url: str, moment: datetime | None, *, now: datetime) -> bool:
        """Whether a file was read whole since it was last changed, and need not be read today."""
        settled_at = self.ground.settled_at
        if settled_at is None or moment is None or moment >= settled_at - MARGIN:
            return False
        its_day = crc32(url.encode("utf-8", "replace")) % LOOKED_AT_AGAIN_DAYS
        days = range(settled_at.toordinal() + 1, now.toordinal() + 1)
        return len(days) < LOOKED_AT_AGAIN_DAYS and all(
            day % LOOKED_AT_AGAIN_DAYS != its_day for day in days
        )

    def judge(self) -> None:
        """Raises SourceError for what was not read, and where no address was an article's."""
        if self.broken or (self.missing and self.read == 1 and not self.entries):
            failed = [*self.broken, *(f"{url}: is not there" for url in self.missing)]
            more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
            raise self.error(
                f"{len(failed)} of {self.asked} files could not be read: {failed[0]}{more}"
            )
        if self.elsewhere and self.asked == 1 and not self.entries:
            raise self.error(
                f"all files that it names lie on other hosts, such as {self.elsewhere[:120]}; "
                "home or formerly must name the host"
            )
        if self.entries and not self.links and not self.passed_over:
            match = self.portal.article.match
            wanted = (
                f'match "{match.pattern}"'
                if match
                else "addresses that look like articles; give [article] match"
            )
            raise self.error(
                f"has {self.entries:,} addresses, but none is an article of "
                f"{urlsplit(self.portal.home).netloc}: looked for {wanted}"
            )

    def error(self, reason: str) -> SourceError:
        return SourceError(reason, portal=self.portal.name, url=self.source.url)


def _in_pages(rows: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Five hundred entries at a time; those before a fault come before it."""
    some: list[Entry] = []
    fault: NoSitemap | None = None
    try:
        for row in rows:
            some.append(row)
            if len(some) == LINKS_A_PAGE:
                yield some
                some = []
    except NoSitemap as error:
        fault = error
    if some:
        yield some
    if fault is not None:
        raise fault
