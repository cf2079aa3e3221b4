"""A look at a portal as it is now: a few pages of its lists, a few articles; nothing is written.

Beside `crawl`, which does the same for good: here no archive is opened and no capture is kept, so
that a portal file can be tried as often as it takes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from typing import Literal

from scraper.copies import Lender, folder_pages
from scraper.discovery.sources import ListPage, discover, discover_mementos
from scraper.errors import (
    PageError,
    PageGone,
    RobotsRefused,
    SourceError,
    each_once,
    kind_of,
)
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher
from scraper.records import Article, Capture, Link, Memento, Portal, Source
from scraper.urls import key_that_answered, own_address

LIST_PAGES = 2  # of each source: the second shows whether the list can be followed
LAYOUT_FIELDS = ("title", "lead", "published", "updated", "source", "authors", "captions")

Became = Literal["read", "gone", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """One list page or feed: how many links it gave, or why it gave none."""

    portal: str
    source: Source
    url: str
    number: int  # of the page, from 1
    became: Became
    reason: str | None = None
    links: tuple[Link, ...] = ()
    fresh: int = 0  # links that no earlier page of this source had


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """One page that a list named: the article that it holds, or why there is none."""

    portal: str
    link: Link
    became: Became
    reason: str | None = None
    article: Article | None = None
    body_bytes: int | None = None


@dataclass(slots=True)
class Findings:
    """What a check found on one portal."""

    portal: Portal
    lists: list[CheckedList] = field(default_factory=list)
    pages: list[CheckedPage] = field(default_factory=list)

    def add(self, checked: CheckedList | CheckedPage) -> None:
        """Take up one page."""
        if isinstance(checked, CheckedList):
            self.lists.append(checked)
        else:
            self.pages.append(checked)

    @property
    def articles(self) -> list[Article]:
        return [page.article for page in self.pages if page.article is not None]

    def troubles(self) -> list[str]:
        """What has to be looked at before this portal is collected; none if all is well."""
        failed = [f"{one.url}: {one.reason}" for one in self.lists if one.became == "failed"]
        found = [each_once(failed)] if failed else []
        if self.pages and not self.articles:
            found.append(f"none of {len(self.pages)} pages could be read")
        elif not self.pages and not found:
            found.append("nothing could be read: no list gave a link")
        return found

    def idle_selectors(self) -> list[str]:
        """The selectors of the portal file that selected nothing on what was read.

        Whether a layout's `text` and `attachments` did cannot be told from an article.
        """
        found = []
        for source in self.portal.sources:
            walked = [one for one in self.lists if one.source == source and one.became == "read"]
            if source.next and len(walked) == 1:
                found.append(f'[[source]] next "{source.next}" matched nothing on {source.url}')
        articles = self.articles
        for name in LAYOUT_FIELDS:
            selectors = [chosen for it in self.portal.layouts if (chosen := getattr(it, name))]
            rules = [
                article.evidence[name].rule for article in articles if name in article.evidence
            ]
            if articles and "layout" not in rules:
                on = f"{len(articles)} of {len(articles)} pages"
                found += [f'[[layout]] {name} "{one}" matched nothing on {on}' for one in selectors]
        return found


def check(
    portal: Portal, *, fetcher: Fetcher, pages: int, stop: threading.Event | None = None
) -> Iterator[CheckedList | CheckedPage]:
    """Look at the lists of one portal, then read `pages` of the articles they name.

    The articles are taken from all lists in turn, the newest first. Nothing but the network is
    touched; what fails is said and never raised.
    """
    stopped = stop or threading.Event()
    found: list[Sequence[Link]] = []
    copies: dict[str, tuple[Source, Memento]] = {}  # of articles that no list names
    for source in portal.sources:
        links: list[Link] = []
        look = _look if source.kind != "webarchive" else partial(_look_at_copies, copies=copies)
        for seen in look(source, portal, fetcher=fetcher):
            if stopped.is_set():
                return
            links += seen.links
            yield seen
        found.append(links)
    for link in _in_turn(found)[:pages]:
        read = None if stopped.is_set() else _read(link, portal, fetcher=fetcher, copies=copies)
        if read is None or stopped.is_set():  # stopped meanwhile: nothing is known of the page
            return
        yield read


def _look(source: Source, portal: Portal, *, fetcher: Fetcher) -> Iterator[CheckedList]:
    """The first pages of one list; the last one says why there is none, if that is so."""
    walk = discover(source, portal, get=fetcher.get)
    number = 0
    try:
        for page in walk:
            number = page.number
            yield _listed(page, source, portal)
            if number == LIST_PAGES:
                return
    except (PageError, SourceError) as error:
        yield CheckedList(
            portal=portal.name,
            source=source,
            url=error.url or source.url,
            number=number + 1,
            became="refused" if isinstance(error, RobotsRefused) else "failed",
            reason=error.reason,
        )


def _look_at_copies(
    source: Source,
    portal: Portal,
    *,
    fetcher: Fetcher,
    copies: dict[str, tuple[Source, Memento]],
) -> Iterator[CheckedList]:
    """The first pages of what another archive holds; its copies are noted in `copies`."""
    faults: list[str] = []
    number = 0
    try:
        if source.folder is not None:
            walk = folder_pages(source, portal, walked=(), fault=faults.append)
        else:
            walk = discover_mementos(
                source, portal, get=fetcher.get, parts=(), now=datetime.now(UTC)
            )
        for page in walk:
            if not page.mementos:
                continue  # a crawl that does not know the portal
            number += 1
            links = tuple(_link_of(one) for one in page.mementos)
            fresh = {one.key for one in page.mementos} - set(copies)
            for one in page.mementos:
                copies.setdefault(one.key, (source, one))
            yield _listed_copies(source, portal, page.url, number, links=links, fresh=len(fresh))
            if number == LIST_PAGES:
                return
        if not number:
            reason = "; ".join(faults) or "it holds no copy of an article of this portal"
            yield _listed_copies(source, portal, source.url, 1, reason=reason)
    except (PageError, SourceError, OSError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else error.reason
        yield _listed_copies(source, portal, source.url, number + 1, reason=reason)


def _listed_copies(
    source: Source,
    portal: Portal,
    url: str,
    number: int,
    *,
    links: tuple[Link, ...] = (),
    fresh: int = 0,
    reason: str | None = None,
) -> CheckedList:
    return CheckedList(
        portal=portal.name,
        source=source,
        url=url,
        number=number,
        became="failed" if reason else "read",
        reason=reason,
        links=links,
        fresh=fresh,
    )


def _link_of(memento: Memento) -> Link:
    return Link(portal=memento.portal, url=memento.url, key=memento.key, found_on=memento.source)


def _had(
    link: Link, portal: Portal, fetcher: Fetcher, copies: Mapping[str, tuple[Source, Memento]]
) -> Capture:
    """The page of a link; another archive's copy where that alone named it."""
    source, memento = copies.get(link.key, (None, None))
    if source is None or memento is None or link.found_on != source.url:
        return fetcher.get(link.url)
    return Lender(source, portal, fetcher).copy(memento)


def _listed(page: ListPage, source: Source, portal: Portal) -> CheckedList:
    return CheckedList(
        portal=portal.name,
        source=source,
        url=page.url,
        number=page.number,
        became="read",
        links=page.links,
        fresh=len(page.fresh),
    )


def _in_turn(lists: Sequence[Sequence[Link]]) -> list[Link]:
    """The first link of each list, then the second of each, every article once."""
    by_key: dict[str, Link] = {}
    for row in zip_longest(*lists):
        for link in row:
            if link is not None:
                by_key.setdefault(link.key, link)
    return list(by_key.values())


def _read(
    link: Link,
    portal: Portal,
    *,
    fetcher: Fetcher,
    copies: Mapping[str, tuple[Source, Memento]],
) -> CheckedPage:
    capture: Capture | None = None
    try:
        capture = _had(link, portal, fetcher, copies)
        answered = own_address(capture.body, capture.answered_url, portal)
        key = key_that_answered(link, answered, portal)
        if key is None:
            reason = f"redirected to {capture.answered_url}, which is no article of this portal"
            raise PageGone(reason, url=link.url)
        article = extract(
            capture.body,
            url=capture.answered_url,
            content_type=capture.header("content-type"),
            portal=portal,
            fetched_at=capture.fetched_at,
        )
    except PageError as error:
        return CheckedPage(
            portal=portal.name,
            link=link,
            became=kind_of(error),
            reason=error.reason,
            body_bytes=len(capture.body) if capture else None,
        )
    return CheckedPage(
        portal=portal.name,
        link=link,
        became="read",
        article=replace(article, id=f"{portal.name}:{key}"),
        body_bytes=len(capture.body),
    )
