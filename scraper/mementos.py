"""Copies that other archives hold, found and read: the years before us, and portals that closed.

Beside `crawl`, which lends its run: an index is walked as far as it goes, then what waits is read,
article by article, the oldest copy first. A copy says nothing of how its page stands today: it
makes versions of its own day, and the portal itself is asked for nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Literal, Protocol

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore, Revisit
from scraper.changes import changed_fields
from scraper.copies import Lender, as_memento, folder_pages
from scraper.discovery.sources import IndexPage, discover_mementos
from scraper.errors import (
    BadStatus,
    BudgetSpent,
    CaptureError,
    NoArticle,
    NotAsked,
    PageError,
    RobotsRefused,
    ScraperError,
    SourceError,
    UnsafeAddress,
)
from scraper.fetching.fetcher import Fetcher
from scraper.learning import PortalTemplates
from scraper.records import (
    Article,
    Capture,
    Form,
    Memento,
    Outcome,
    OutcomeKind,
    Portal,
    Source,
    Version,
)

MOST_INDEX_PAGES = 200  # of one source in one run; the next goes on there
BATCH = 200  # mementos in memory
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# What says that the whole archive, and not one copy, cannot be had now.
_ALL = (NotAsked, RobotsRefused, UnsafeAddress)


class _Resting(Exception):
    """The other archive is left alone for the rest of this run; holds what is said of it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class Visit(Protocol):
    """What a run lends."""

    portal: Portal
    archive: Archive
    fetcher: Fetcher
    captures: CaptureStore
    templates: PortalTemplates
    run: int
    started_at: datetime  # aware UTC
    stop: threading.Event

    def now(self) -> datetime:
        """The moment (aware UTC), by the clock of the run: one that is never set back."""


def backfill(visit: Visit, troubles: list[str]) -> Iterator[Outcome]:
    """Walk what other archives hold of a portal, and read it; `troubles` is what fails the run."""
    return Backfill(
        visit.portal,
        visit.archive,
        visit.fetcher,
        visit.captures,
        visit.templates,
        visit.run,
        visit.started_at,
        visit.stop,
        visit.now,
        troubles,
    ).collect()


@dataclass
class Backfill:
    """One run's look at what other archives hold of one portal."""

    portal: Portal
    archive: Archive
    fetcher: Fetcher
    captures: CaptureStore
    templates: PortalTemplates
    run: int
    started_at: datetime  # aware UTC
    stop: threading.Event
    now: Callable[[], datetime]
    troubles: list[str]  # what a person has to look at
    said: dict[str, list[str]] = field(default_factory=dict)  # of files, by source

    def collect(self) -> Iterator[Outcome]:
        """Walk what indexes and folders there are, and read what waits."""
        for source in self.portal.sources:
            if source.kind != "webarchive" or self.stop.is_set():
                continue
            until = self.archive.index_rests_until(
                self.portal.name, source.url, now=self.started_at
            )
            if until is not None:
                reason = f"left alone until {until:%Y-%m-%d %H:%M} UTC, as it asked or failed"
                yield self.note_source(source, "unchanged", self.with_waiting(source, reason))
                continue
            try:
                yield from self.walk(source)
                yield from self.read_due(source)
            except _Resting as resting:
                yield resting.outcome

    # --- the index ------------------------------------------------------------------------------

    def walk(self, source: Source) -> Iterator[Outcome]:
        """Take up what the index names and was not known; a part walked to its end is skipped."""
        new = pages = 0
        url = ""
        try:
            for page in self.pages(source):
                new += self.archive.add_mementos(
                    page.mementos, portal=self.portal.name, source=source.url, part=page.part
                )
                # That a crawl waits is noted on the page that names all crawls.
                pages, url = pages + (page.url != url or source.folder is not None), page.url
                if self.stop.is_set():
                    return
                if pages == MOST_INDEX_PAGES and source.folder is None:
                    break
            else:
                self.archive.settle(self.portal.name, source.url, now=self.now())
        except (PageError, SourceError, OSError) as error:
            if self.stop.is_set():
                return
            raise self.resting(source, error) from error
        reason = f"{new} new copies on {pages} {'page' if pages == 1 else 'pages'} of the index"
        faults = "; ".join(self.said.get(source.url, ()))
        reason = self.with_waiting(source, f"{reason}; {faults}" if faults else reason)
        yield self.note_source(source, "new" if new else "unchanged", reason)

    def pages(self, source: Source) -> Iterator[IndexPage]:
        parts = self.archive.index_parts(self.portal.name, source.url)
        if source.folder is not None:
            walked = {part.part for part in parts if part.cursor is None}
            yield from folder_pages(
                source, self.portal, walked=walked, fault=partial(self.fault, source)
            )
            return
        yield from discover_mementos(
            source, self.portal, get=self.look, parts=parts, now=self.started_at
        )

    def fault(self, source: Source, reason: str) -> None:
        """A file that cannot be read whole is said once, when it is met."""
        self.said.setdefault(source.url, []).append(reason)
        self.troubles.append(reason)

    def look(
        self, url: str, *, form: Form | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Capture:
        """A page of an index, captured like a list."""
        capture = self.captures.keep(
            self.fetcher.get(url, form=form, headers=headers, yielding=True)
        )
        self.archive.keep_capture(capture, portal=self.portal.name, run=self.run, now=self.now())
        return capture

    # --- the copies -----------------------------------------------------------------------------

    def read_due(self, source: Source) -> Iterator[Outcome]:
        """Read what waits, as many as one run may ask for."""
        lender = Lender(source, self.portal, self.fetcher, self.twins)
        while lender.asked < source.per_run:
            batch = self.archive.due_mementos(
                self.portal.name, source.url, now=self.started_at, limit=BATCH
            )
            if not batch:
                break
            for memento in batch:
                if self.stop.is_set() or lender.asked >= source.per_run:
                    return
                outcome = self.read(memento, source, lender)
                if outcome is not None:
                    yield outcome
        if lender.asked:
            self.archive.index_answered(self.portal.name, source.url)

    def read(self, memento: Memento, source: Source, lender: Lender) -> Outcome | None:
        """What became of one copy; None if the run was stopped before it was known."""
        capture: Capture | None = None
        try:
            capture = self.kept(memento) or self.captures.keep(lender.copy(memento))
            article, template = self.templates.read(capture, id=memento.id)
            stands_as = self.stands_as(memento.id, article, at=capture.fetched_at)
        except PageError as error:
            if self.stop.is_set():
                return None
            if isinstance(error, _ALL) or (isinstance(error, BadStatus) and error.status == 429):
                raise self.resting(source, error) from error
            return self.failed(memento, _kind_of(error), error.reason, capture)
        except (ScraperError, OSError):
            raise
        except Exception as error:  # our own mistake over one copy must not stop the others
            reason = f"a fault of this program: {type(error).__name__}: {error}"
            return self.failed(memento, "failed", reason, capture)
        return self.archive.save_memento(
            memento,
            article,
            capture=capture,
            run=self.run,
            now=self.now(),
            template=template,
            stands_as=stands_as,
        )

    def kept(self, memento: Memento) -> Capture | None:
        """The same bytes of the same address, where another copy brought them already."""
        known = self.archive.kept_copy(memento) if memento.digest else None
        if known is None or known.place is None:
            return None
        try:
            capture = self.captures.load(known.place)
        except CaptureError:  # its WARC file was moved away
            return None
        return as_memento(capture, memento, at=memento.memento_at)

    def twins(self, memento: Memento, revisit: Revisit) -> Sequence[Memento]:
        return self.archive.twins(memento, url=revisit.url, at=revisit.at)

    def stands_as(self, id: str, article: Article, *, at: datetime) -> int | None:
        """The number of the version before or after this moment that says the same, if one does.

        As it stands in the archive, or as its capture is read today: what this program has learned
        meanwhile is no edit.
        """
        for version in self.archive.neighbours(id, at=at):
            if version is not None and self.says(version, article):
                return version.number
        return None

    def says(self, version: Version, article: Article) -> bool:
        if not changed_fields(version.article, article):
            return True
        try:
            if version.place is None:
                return False
            capture = self.captures.load(version.place)
            if version.fetched_at is not None:  # bytes that came twice are kept once
                capture = replace(capture, fetched_at=version.fetched_at)
            today, _ = self.templates.read(capture, id=version.article_id)
        except (CaptureError, PageError):
            return False
        return not changed_fields(today, article)

    def failed(
        self,
        memento: Memento,
        kind: Literal["refused", "failed"],
        reason: str,
        capture: Capture | None,
    ) -> Outcome:
        return self.archive.save_memento_failure(
            memento, kind=kind, reason=reason, capture=capture, run=self.run, now=self.now()
        )

    # --- what is said of a source -----------------------------------------------------------------

    def resting(self, source: Source, error: PageError | SourceError | OSError) -> _Resting:
        """The other archive is left alone, the longer the more often it had to be."""
        reason = error.reason if isinstance(error, ScraperError) else str(error)
        retry_at = error.retry_at if isinstance(error, BadStatus | NotAsked) else None
        asked_for = isinstance(error, RobotsRefused | NotAsked) or (
            isinstance(error, BadStatus) and error.status == 429
        )
        if not asked_for:
            self.troubles.append(f"{source.url}: {reason}")
        if source.folder is None and not isinstance(error, BudgetSpent):
            until = self.archive.rest_index(
                self.portal.name, source.url, now=self.now(), retry_at=retry_at
            )
            reason = f"{reason}; left alone until {until:%Y-%m-%d %H:%M} UTC"
        kind: OutcomeKind = "refused" if asked_for else "failed"
        return _Resting(self.note_source(source, kind, self.with_waiting(source, reason)))

    def with_waiting(self, source: Source, reason: str) -> str:
        waiting, failed = self.archive.count_mementos(self.portal.name, source.url)
        again = f", {failed} of them failed before" if failed else ""
        return f"{reason}; {waiting} wait to be read{again}" if waiting else reason

    def note_source(self, source: Source, kind: OutcomeKind, reason: str) -> Outcome:
        return self.archive.save_source(
            self.portal.name, source.url, kind=kind, reason=reason, run=self.run, now=self.now()
        )


def _kind_of(error: PageError) -> Literal["refused", "failed"]:
    """Whether the copy will never be an article; its bytes do not change."""
    if isinstance(error, NoArticle):
        return "refused"
    gone = isinstance(error, BadStatus) and 400 <= error.status < 500 and error.status != 408
    return "refused" if gone else "failed"
