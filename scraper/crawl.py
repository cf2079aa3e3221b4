"""The flow, on one screen: a portal in, an outcome for every link and every source out.

The only room that knows all six stages. What happens to one page ends as an Outcome; a broken
archive or a full disk is raised.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore
from scraper.discovery.sources import discover
from scraper.errors import (
    BadStatus,
    CaptureError,
    NoArticle,
    NotAsked,
    PageError,
    RobotsRefused,
    SourceError,
    UnsafeAddress,
)
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher, Pace, user_agent_of
from scraper.records import Article, Capture, Link, Outcome, Portal, Settings, Source, Validators
from scraper.urls import key_by_rule

Trigger = Literal["collect", "schedule"]
PORTALS_AT_ONCE = 32  # threads; each mostly waits for its portal's pace


def collect(
    portal: Portal,
    *,
    archive: Archive,
    fetcher: Fetcher,
    captures: CaptureStore,
    trigger: Trigger = "collect",
    due_at: datetime | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Outcome]:
    """Read what is new on one portal, and say what became of every link.

    Between two list pages everything that is due is read, so that a run that is stopped early has
    articles to show; what it left undone waits in the frontier for the next run. `due_at` (aware
    UTC) is the moment that the schedule asked for. Raises ArchiveError and CaptureError.
    """
    started_at = _now()
    run = archive.begin_run(portal.name, trigger=trigger, due_at=due_at, now=started_at)
    visit = _Visit(portal, archive, fetcher, captures, run, started_at, stop or threading.Event())
    state: Literal["done", "failed", "interrupted"] = "interrupted"
    reason: str | None = None
    try:
        for source in portal.sources:  # 1. find: new links enter the frontier
            yield from visit.walk(source)
        yield from visit.read_due()  # 2. read: also what an earlier run left undone
        if not visit.stop.is_set():
            reason = visit.trouble()
            state = "failed" if reason else "done"
    except (CaptureError, OSError) as error:
        state, reason = "failed", str(error)
        raise
    finally:
        archive.finish_run(
            run, state=state, reason=reason, requests=fetcher.requests_made, now=_now()
        )


@dataclass
class _Visit:
    """One run's visit to one portal: what the two loops of `collect` share."""

    portal: Portal
    archive: Archive
    fetcher: Fetcher
    captures: CaptureStore
    run: int
    started_at: datetime
    stop: threading.Event
    sources_failed: list[str] = field(default_factory=list)
    pages_read: int = 0
    pages_failed: int = 0
    resting: dict[str, str] = field(default_factory=dict)  # hosts left alone in this run, and why

    def walk(self, source: Source) -> Iterator[Outcome]:
        """Take up the links of one source, and read what is due between its pages.

        Goes on until a whole page was known when this source was last walked to its proper end,
        and looks at `source.pages` pages at least: a killed run leaves no hole, because links that
        it found do not count as known until a later walk has met older ground.
        """
        name, new, pages = self.portal.name, 0, 0
        try:
            for page in discover(source, self.portal, get=self.look):
                if self.stop.is_set():
                    return
                pages = page.number
                head = page.number <= source.pages
                new += self.archive.add_links(page.links, head=head, now=_now())
                yield from self.read_due()
                keys = [link.key for link in page.links]
                if page.number >= source.pages and self.archive.knows(name, source.url, keys):
                    break
        except (PageError, SourceError) as error:
            if self.stop.is_set():
                return
            refused = isinstance(error, RobotsRefused)
            if not refused:
                self.sources_failed.append(f"{source.url}: {error.reason}")
            yield self.archive.save_source(
                name,
                source.url,
                kind="refused" if refused else "failed",
                reason=error.reason,
                run=self.run,
                now=_now(),
            )
            return
        if self.stop.is_set():
            return
        self.archive.settle(name, source.url, now=_now())
        yield self.archive.save_source(
            name,
            source.url,
            kind="new" if new else "unchanged",
            reason=f"{new} new links on {pages} pages",
            run=self.run,
            now=_now(),
        )

    def read_due(self) -> Iterator[Outcome]:
        """Read every link that is due, one by one."""
        for link in self.archive.due(self.portal.name, now=self.started_at):
            if self.stop.is_set():
                return
            host = urlsplit(link.url).netloc
            if host in self.resting:
                continue  # stays due, and is no failure of the link
            try:
                outcome = self.read(link)
            except NotAsked as error:
                self.resting[host] = error.reason
                continue
            if outcome is not None:
                self.pages_failed += outcome.kind == "failed"
                self.pages_read += outcome.kind != "failed"
                yield outcome

    def read(self, link: Link) -> Outcome | None:
        """What became of one link; None if the run was stopped before it was known.

        Raises NotAsked where the host is left alone for now.
        """
        capture: Capture | None = None
        try:
            capture = self.fetch(link.url, known=self.known(link.url))
            if capture.status == 304:
                return self.archive.save_not_modified(
                    link, capture=capture, run=self.run, now=_now()
                )
            article = extract(
                capture.body,
                url=capture.answered_url,
                content_type=capture.header("content-type"),
                portal=self.portal,
                fetched_at=capture.fetched_at,
            )
        except NotAsked:
            raise
        except PageError as error:
            if self.stop.is_set():
                return None
            return self.archive.save_failure(
                link,
                kind=_kind_of(error),
                reason=error.reason,
                capture=capture,
                run=self.run,
                now=_now(),
                retry_at=error.retry_at if isinstance(error, BadStatus) else None,
            )
        return self.archive.save_article(
            link,
            self.named(article, link=link, capture=capture),
            capture=capture,
            run=self.run,
            now=_now(),
        )

    def named(self, article: Article, *, link: Link, capture: Capture) -> Article:
        """The article under its id: the answered address' own key, where the portal's rule finds
        one in it; a redirect to an address without one does not rename the article."""
        rule = self.portal.article
        if rule.key_parameter or rule.key_pattern:
            key = key_by_rule(capture.answered_url, self.portal) or link.key
            return replace(article, id=f"{self.portal.name}:{key}")
        return article

    def look(self, url: str) -> Capture:
        """A list page or feed, captured; one that has not changed comes from the captures."""
        known = self.known(url)
        capture = self.fetch(url, known=known)
        if capture.status == 304:
            try:
                assert known is not None and known.place is not None
                capture = replace(self.captures.load(known.place), fetched_at=capture.fetched_at)
            except CaptureError:  # the WARC file was moved away: ask for the whole page
                capture = self.fetch(url, known=None)
        self.archive.keep_capture(capture, portal=self.portal.name, run=self.run, now=_now())
        return capture

    def known(self, url: str) -> Validators | None:
        return self.archive.validators(self.portal.name, url=url)

    def fetch(self, url: str, *, known: Validators | None) -> Capture:
        """The answer, kept; the same bytes as last time are not written a second time."""
        capture = self.fetcher.get(url, known=known)
        if capture.status == 304:
            return capture
        if known is not None and known.place is not None and capture.sha256 == known.sha256:
            return replace(capture, place=known.place)
        return self.captures.keep(capture)

    def trouble(self) -> str | None:
        """Why this run needs a look, or None: a source failed, a host fell silent, no page came."""
        if self.sources_failed or self.resting:
            return "; ".join((*self.sources_failed, *self.resting.values()))
        if self.pages_failed and not self.pages_read:
            return f"all {self.pages_failed} pages failed"
        return None


def collect_portals(
    portals: Sequence[Portal],
    *,
    archive: Archive,
    captures_folder: Path,
    settings: Settings,
    stop: threading.Event | None = None,
    trigger: Trigger = "collect",
    due_at: datetime | None = None,
    pace: Pace | None = None,
) -> Iterator[Outcome]:
    """Collect several portals side by side, one request at a time per host.

    Outcomes come as they happen. When one portal meets what ends a run (a full disk, a broken
    archive), `stop` is set, so that the others end after the page in hand, and the error is raised;
    a single portal's error leaves `stop` alone. Closing the iterator sets it too.
    """
    halt = stop or threading.Event()
    pace = pace or Pace()
    outcomes: queue.SimpleQueue[Outcome | BaseException | None] = queue.SimpleQueue()

    def visit(portal: Portal) -> None:
        try:
            with (
                Fetcher(
                    portal.fetch, user_agent=user_agent_of(settings), pace=pace, stop=halt
                ) as fetcher,
                CaptureStore(
                    captures_folder, group=portal.name, known_ends=archive.known_ends()
                ) as captures,
            ):
                for outcome in collect(
                    portal,
                    archive=archive,
                    fetcher=fetcher,
                    captures=captures,
                    trigger=trigger,
                    due_at=due_at,
                    stop=halt,
                ):
                    outcomes.put(outcome)
        except BaseException as error:
            if len(portals) > 1:
                halt.set()
            outcomes.put(error)
        finally:
            outcomes.put(None)

    workers = min(PORTALS_AT_ONCE, len(portals)) or 1
    with ThreadPoolExecutor(workers, thread_name_prefix="portal") as pool:
        for portal in portals:
            pool.submit(visit, portal)
        try:
            yield from _drain(outcomes, len(portals))
        except GeneratorExit:
            halt.set()
            raise


def _drain(
    outcomes: queue.SimpleQueue[Outcome | BaseException | None], open_portals: int
) -> Iterator[Outcome]:
    """Outcomes until every portal has said that it is through; the first error is raised then."""
    error: BaseException | None = None
    while open_portals:
        item = outcomes.get()
        if item is None:
            open_portals -= 1
        elif isinstance(item, Outcome):
            yield item
        else:
            error = error or item
    if error is not None:
        raise error


def _kind_of(error: PageError) -> Literal["gone", "refused", "failed"]:
    if isinstance(error, BadStatus) and error.status in (404, 410):
        return "gone"
    if isinstance(error, RobotsRefused | UnsafeAddress | NoArticle):
        return "refused"
    return "failed"


def _now() -> datetime:
    return datetime.now(UTC)
