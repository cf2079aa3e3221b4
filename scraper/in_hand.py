"""The pages of one portal between being asked for and being archived.

Three steps, each by itself: a page is fetched, read, saved. While one is being asked for, those
before it are read, and what has been read is saved together: the records of the WARC file with one
fsync, then the archive with one commit, never the other way round. What is in hand when a run is
killed is still due in the archive: it is asked for again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Literal

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore, record_of
from scraper.changes import changed_fields
from scraper.errors import (
    BadStatus,
    BudgetSpent,
    CaptureError,
    NoArticle,
    NotAsked,
    PageError,
    PageGone,
    ScraperError,
    kind_of,
)
from scraper.fetching.fetcher import Fetcher
from scraper.learning import PortalTemplates
from scraper.looks import LookWatch
from scraper.readers import Readers
from scraper.reading import Page, Read
from scraper.records import Article, Capture, Form, Link, Outcome, Portal, Validators
from scraper.traps import Traps
from scraper.urls import key_that_answered, own_address

SOON_SECONDS = 0.25  # how long a page may wait for others to be saved with
TOGETHER = 16  # pages that are saved at once
MOST_IN_HAND = 24  # pages of one portal; a page of 150 kB takes half a megabyte
Saved = tuple[Link, Outcome]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Failure:
    kind: Literal["gone", "refused", "failed"]
    reason: str
    retry_at: datetime | None = None


@dataclass(slots=True)
class _Page:
    """A page that was asked for, and what is known of it by now."""

    link: Link
    asked_at: float  # seconds of time.monotonic
    id: str | None = None  # of the article that answered
    capture: Capture | None = None
    reading: Future[Read] | None = None
    read: Read | None = None
    again: bool = False
    doubt: str | None = None  # why it is held, and what it says not archived
    failure: _Failure | None = None

    @property
    def is_article(self) -> bool:
        return self.failure is None and self.doubt is None and self.read is not None

    @property
    def is_read(self) -> bool:
        return self.reading is None or self.reading.done()


@dataclass
class InHand:
    """One run's pages, in the order in which they were asked for."""

    portal: Portal
    archive: Archive
    fetcher: Fetcher
    captures: CaptureStore
    templates: PortalTemplates
    traps: Traps
    readers: Readers
    run: int
    now: Callable[[], datetime]
    stop: threading.Event
    other_clock: bool = False  # than the machine's: answers are dated by it, too
    looks: LookWatch = field(init=False)  # which asks for pages of its own
    spent: str | None = None  # the run has made the requests that it may
    no_articles: int = 0  # links never read that led to none
    lost: int = 0  # known articles whose pages are none any more
    held: int = 0
    read_anew: int = 0  # articles extracted in this run
    laid: int = 0  # those in which a layout's selectors decided
    _pages: deque[_Page] = field(default_factory=deque)
    _unhurried: bool = True  # each page is saved before the next is asked for
    _wary: bool = (
        True  # something of the last ones failed: what becomes of a page decides of others
    )

    def keys(self) -> frozenset[str]:
        """The keys of the pages that were asked for, and are not archived yet."""
        return frozenset(page.link.key for page in self._pages)

    # --- fetch ----------------------------------------------------------------------------------

    def ask(self, link: Link) -> None:
        """Fetch a page and have it read; `saved` tells what became of it, unless `stop` was set.

        Raises NotAsked where the host is left alone for now.
        """
        page = _Page(link, time.monotonic())
        try:
            known = self.known(link.url, read=True)
            self.traps.check(link, known=known is not None or link.guessed)
            page.capture = self.fetch(link.url, known=known)
            if page.capture.status != 304:
                page.id = self.id_of(link, capture=page.capture)
                page.reading = self.start_reading(page.capture, id=page.id)
        except (NotAsked, BudgetSpent):
            raise
        except PageError as error:
            if self.stop.is_set() and page.capture is None:
                return
            self.fail(page, error)
        except (ScraperError, OSError):
            raise
        except Exception as error:  # our own mistake over one page must not stop the others
            page.failure = _fault(f"{type(error).__name__}: {error}")
        slow = time.monotonic() - page.asked_at > SOON_SECONDS
        self._unhurried = slow or self._wary or page.failure is not None
        self._pages.append(page)

    def fetch(
        self,
        url: str,
        *,
        known: Validators | None,
        form: Form | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Capture:
        """The answer; with its place where the same bytes were kept last time."""
        try:
            capture = self.fetcher.get(url, known=known, form=form, headers=headers)
        except BudgetSpent as error:
            self.spent = error.reason
            raise
        if self.other_clock:
            capture = replace(capture, fetched_at=self.now())
        if capture.status == 304:
            return capture
        place = known.place if known is not None and known.sha256 == capture.sha256 else None
        if place is not None and self.captures.holds(place):
            return replace(capture, place=place)
        return capture

    def known(self, url: str, *, read: bool) -> Validators | None:
        return self.archive.validators(self.portal.name, url=url, read=read)

    def id_of(self, link: Link, *, capture: Capture) -> str:
        """The id of the article that answered: the link's, or that of the article it led to.

        Raises PageGone where a redirect led to what is no article of this portal: a closing
        portal sends every address to one page, which must not take the articles' places.
        """
        answered = own_address(capture.body, capture.answered_url, self.portal)
        key = key_that_answered(link, answered, self.portal)
        if key is None:
            reason = f"redirected to {capture.answered_url}, which is no article of this portal"
            raise PageGone(reason, url=link.url)
        return f"{self.portal.name}:{key}"

    def fail(self, page: _Page, error: PageError) -> None:
        if isinstance(error, NoArticle) and not page.link.guessed:
            known = self.archive.template_of(page.link.id) != "unread"
            self.lost += known
            self.no_articles += not known
        page.doubt = self.looks.refused(page.link, error, capture=page.capture)
        if page.doubt is not None and page.capture is not None:
            return
        retry_at = error.retry_at if isinstance(error, BadStatus) else None
        page.failure = _Failure(kind_of(error), error.reason, retry_at)

    # --- read -----------------------------------------------------------------------------------

    def start_reading(self, capture: Capture, *, id: str, record: bool = True) -> Future[Read]:
        numbers = self.templates.to_try(id)
        if numbers is None:
            return self.read_here(capture, id=id)
        record = record and capture.place is None
        page = Page(capture=capture, templates=numbers, record=record)
        return self.readers.read(self.templates.reader, page)

    def read_here(self, capture: Capture, *, id: str) -> Future[Read]:
        """Where the archive must be asked while the page is read."""
        done: Future[Read] = Future()
        try:
            article, template = self.templates.read(capture, id=id)
        except PageError as error:
            done.set_result(Read(error=error))
        else:
            done.set_result(Read(article=article, template=template))
        return done

    def judge(self, page: _Page) -> None:
        """Wait for what the page says, and whether what differs is an edit."""
        if page.reading is None:
            return
        page.read = page.reading.result()
        if page.read.error is not None:
            self.fail(page, page.read.error)
        elif page.read.article is None:
            page.failure = _fault(page.read.fault or "nothing was read")
        else:
            self.weigh(page, page.read.article)

    def weigh(self, page: _Page, article: Article) -> None:
        """Is the reading to be archived, and is what differs an edit?"""
        assert page.id is not None and page.capture is not None and page.read is not None
        page.doubt = self.looks.doubt(page.link, article, capture=page.capture, id=page.id)
        if page.doubt is None and self.archive.differs(article, id=page.id):
            page.again = self.looks.in_another_look(
                article, page.id, page.read.template
            ) or self.reads_the_same(page.id, article)

    def reads_the_same(self, id: str, article: Article) -> bool:
        """Whether the capture that the article was last read from says the same, read today.

        Then what differs from the archive is no edit: this program, or what it has learned of the
        portal, has changed since.
        """
        last = self.archive.last_capture(id)
        if last is None or last.place is None:
            return False
        try:
            capture = self.captures.load(last.place)
        except CaptureError:
            return False
        before = self.start_reading(capture, id=id, record=False).result().article
        return before is not None and not changed_fields(before, article)

    # --- save -----------------------------------------------------------------------------------

    def saved(self, *, rest: bool = False) -> list[Saved]:
        """What became of the pages that are to be saved by now; with `rest` of all."""
        saved: list[Saved] = []
        while batch := self._batch(rest=rest):
            outcomes = self.save(batch)
            saved += zip((page.link for page in batch), outcomes, strict=True)
        return saved

    def _batch(self, *, rest: bool) -> list[_Page]:
        """The next pages to save together: no article twice, as the second is judged by the first.

        Pages that come slowly are saved one by one; of others some that have been read already,
        so that nobody waits.
        """
        pages = self._pages
        if not pages:
            return []
        if not (rest or self._unhurried):
            ready = next((n for n, page in enumerate(pages) if not page.is_read), len(pages))
            waited = time.monotonic() - pages[0].asked_at >= SOON_SECONDS
            if not (len(pages) >= MOST_IN_HAND or ready >= TOGETHER or (ready and waited)):
                return []
        batch: list[_Page] = []
        ids: set[str | None] = set()
        while pages and len(batch) < TOGETHER:
            if pages[0].id is not None and pages[0].id in ids:
                break
            if batch and not (rest or self._unhurried or pages[0].is_read):
                break
            ids.add(pages[0].id)
            batch.append(pages.popleft())
        return batch

    def save(self, batch: Sequence[_Page]) -> list[Outcome]:
        """Archive some pages together: first what they said on the disk, then what was read."""
        for page in batch:
            self.judge(page)
        self.keep(batch)
        results = self.archive.save_together([partial(self.write, page) for page in batch])
        self._wary = any(page.failure or page.doubt for page in batch)
        outcomes = []
        for page, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                page.failure = _fault(f"{type(result).__name__}: {result}")
                result = self.write(page)
            elif page.is_article and page.read is not None and page.read.article is not None:
                self.read_anew += 1
                self.laid += page.read.article.read_by == "layout"
            outcomes.append(result)
        return outcomes

    def keep(self, batch: Sequence[_Page]) -> None:
        """Bring the answers to the WARC file; those that came with the same bytes lie there."""
        fresh = [(page, page.capture) for page in batch if _is_fresh(page.capture)]
        records = [
            (page.read.record if page.read else None) or record_of(capture)
            for page, capture in fresh
            if capture is not None
        ]
        for (page, capture), place in zip(fresh, self.captures.keep_records(records), strict=True):
            assert capture is not None
            page.capture = replace(capture, place=place)

    def write(self, page: _Page) -> Outcome:
        """Write one page into the archive: an article, a failure, or that it stands unchanged."""
        now, failure, capture = self.now(), page.failure, page.capture
        if page.doubt is not None and capture is not None and failure is None:
            self.held += 1
            return self.looks.hold(page.link, page.doubt, capture=capture)
        if failure is not None:
            return self.archive.save_failure(
                page.link,
                kind=failure.kind,
                reason=failure.reason,
                capture=capture,
                run=self.run,
                now=now,
                retry_at=failure.retry_at,
            )
        assert capture is not None
        if page.read is None:
            return self.archive.save_not_modified(page.link, capture=capture, run=self.run, now=now)
        assert page.read.article is not None
        return self.archive.save_article(
            page.link,
            replace(page.read.article, id=page.id),
            capture=capture,
            run=self.run,
            now=now,
            template=page.read.template,
            again=page.again,
        )


def _is_fresh(capture: Capture | None) -> bool:
    return capture is not None and capture.status != 304 and capture.place is None


def _fault(reason: str) -> _Failure:
    return _Failure("failed", f"a fault of this program: {reason}")
