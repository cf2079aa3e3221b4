"""The flow (long: the only room that knows all six stages): an outcome for every link and source.

What happens to one page ends as an Outcome; a broken
archive or a full disk is raised.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from scraper.archive.archive import Archive, Walked
from scraper.capture.store import CaptureStore
from scraper.discovery.sources import discover, look_again
from scraper.errors import (
    BudgetSpent,
    CaptureError,
    NotAsked,
    PageError,
    RobotsRefused,
    SourceError,
    each_once,
)
from scraper.fetching.fetcher import Fetcher
from scraper.health import judge_run, list_answered
from scraper.in_hand import InHand, Saved
from scraper.learning import PortalTemplates
from scraper.looks import LookWatch
from scraper.mementos import backfill
from scraper.profiles import with_profile
from scraper.readers import Readers
from scraper.records import Capture, Due, Form, Ground, Outcome, OutcomeKind, Portal, Source
from scraper.traps import Traps

Trigger = Literal["collect", "schedule"]
Clock = Callable[[], datetime]  # aware UTC
LOOK_AGAIN_SECONDS = 10.0  # an article taken down meanwhile would move another past the walk
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
TURNED = ("listing", "postback")  # kinds whose pages are turned while articles are read
FEW = 3  # pages; fewer that go wrong in a run say nothing about the portal
READ: tuple[OutcomeKind, ...] = ("new", "changed", "unchanged", "not_modified")
CUT_SHORT = "the list ended before anything that was known of it; the next run looks again"


def collect(
    portal: Portal,
    *,
    archive: Archive,
    fetcher: Fetcher,
    captures: CaptureStore,
    trigger: Trigger = "collect",
    due: Due | None = None,
    stop: threading.Event | None = None,
    readers: Readers | None = None,
    now: Clock | None = None,
) -> Iterator[Outcome]:
    """Read what is new on one portal, and say what became of every link.

    What is due is read between two list pages: a run stopped early has articles to show, and
    the next goes on. `due` is what the schedule asked for, `readers` are shared by the portals of
    a process, `now` gives all moments. Raises ArchiveError and CaptureError.
    """
    clock = _never_back(now or utc_now)
    started_at = clock()
    run = archive.begin_run(portal.name, trigger=trigger, due=due, now=started_at)
    # From here on the ledger knows of it: a look that breaks is not begun again without end.
    with _entered(archive, run, fetcher=fetcher, now=clock) as ending:
        portal, failed = with_profile(
            portal, archive=archive, fetcher=fetcher, stop=stop, now=started_at
        )
        templates = PortalTemplates(portal, archive)
        visit = _Visit(
            *(portal, archive, fetcher, captures, templates),
            *(run, started_at, stop or threading.Event()),
        )
        visit.begin(readers or Readers(jobs=0), now=clock, other_clock=now is not None)
        if failed is not None:
            home = Source(kind="listing", url=portal.home)
            yield visit.source_failed(_Walk(home), failed)
        yield from visit.looks.release()  # what was held, where its doubt is settled
        for source in portal.lists:  # 1. find: new links enter the frontier
            yield from visit.walk(source)
        yield from visit.read_due()  # 2. read: also what an earlier run left undone
        yield from backfill(visit, visit.sources_failed)  # what other archives hold comes last
        if not visit.stop.is_set():
            # 3. learn: for the next run
            templates.refresh(captures, now=clock(), new_look=visit.looks.new_look())
            yield from visit.looks.controls_held
            trouble = visit.trouble()
            ending.state = "failed" if trouble else "done"
            ending.reason = trouble or visit.spent
    if ending.state != "interrupted":
        judge_run(portal, archive=archive, run=run, looks=visit.looks, now=clock())


@dataclass
class _Ending:
    """How a run ends; one that nobody says anything else of was interrupted."""

    state: Literal["done", "failed", "interrupted"] = "interrupted"
    reason: str | None = None


@contextmanager
def _entered(archive: Archive, run: int, *, fetcher: Fetcher, now: Clock) -> Iterator[_Ending]:
    """Enter in the ledger of runs how the run ended, whatever happens inside."""
    ending = _Ending()
    try:
        yield ending
    except Exception as error:
        ending.state, ending.reason = "failed", str(error)
        raise
    finally:
        archive.finish_run(
            run,
            state=ending.state,
            reason=ending.reason,
            requests=fetcher.requests_made,
            now=now(),
        )


@dataclass
class _Walk:
    """How one source was walked in this run."""

    source: Source
    pages: int = 0
    links: int = 0
    new: int = 0
    met_known_ground: bool = False


@dataclass
class _Visit:
    """One run's visit to one portal: what the two loops of `collect` share."""

    portal: Portal
    archive: Archive
    fetcher: Fetcher
    captures: CaptureStore
    templates: PortalTemplates
    run: int
    started_at: datetime
    stop: threading.Event
    sources_failed: list[str] = field(default_factory=list)
    sources_refused: list[str] = field(default_factory=list)
    kinds: Counter[OutcomeKind] = field(default_factory=Counter)
    new_links: int = 0
    resting: dict[str, str] = field(default_factory=dict)  # hosts left alone in this run, and why
    looks: LookWatch = field(init=False)

    pages: InHand = field(init=False)

    def begin(self, readers: Readers, *, now: Clock, other_clock: bool) -> None:
        """Get ready to ask for pages; every moment is `now`'s."""
        self.pages = InHand(
            portal=self.portal,
            archive=self.archive,
            fetcher=self.fetcher,
            captures=self.captures,
            templates=self.templates,
            traps=Traps.of(self.portal.name, self.archive),
            readers=readers,
            run=self.run,
            now=now,
            stop=self.stop,
            other_clock=other_clock,
        )
        self.looks = self.pages.looks = LookWatch(
            portal=self.portal,
            archive=self.archive,
            captures=self.captures,
            templates=self.templates,
            get=self.look,
            run=self.run,
            now=now,
        )

    @property
    def spent(self) -> str | None:
        """Why this run asks for nothing more: it has made the requests that it may."""
        return self.pages.spent

    def now(self) -> datetime:
        return self.pages.now()

    def walk(self, source: Source) -> Iterator[Outcome]:
        """Take up the links of one source, and read what is due between its pages.

        Goes on until a whole page was known when this source was last walked to its proper end,
        and looks at `source.pages` pages at least: a killed run leaves no hole, because links that
        it found do not count as known until a later walk has met older ground.
        """
        walk = _Walk(source)
        try:
            try:
                yield from self.follow(walk)
            except (PageError, SourceError):
                yield from self.rest()
                raise
            yield from self.rest()
            if self.stop.is_set() or self.spent:
                return  # not settled: the next run walks it from its beginning
            self.mind_the_gap(walk)
        except (PageError, SourceError) as error:
            if not self.stop.is_set() and not self.spent:
                yield self.source_failed(walk, error)
            return
        self.archive.settle(self.portal.name, source.url, now=self.started_at)
        self.new_links += walk.new
        reason = f"{walk.new} new links on {walk.pages} {'page' if walk.pages == 1 else 'pages'}"
        if source.next is not None and walk.pages == 1 and not walk.met_known_ground:
            reason += f'; next "{source.next}" selected nothing'
        elif source.kind == "postback" and walk.pages == 1 and not walk.met_known_ground:
            reason += "; no pager was found on it"
        yield self.save_source(walk, "new" if walk.new else "unchanged", reason)

    def follow(self, walk: _Walk) -> Iterator[Outcome]:
        """The pages of one source, to known ground or to the end; what is due is read between."""
        source, name = walk.source, self.portal.name
        for page in discover(source, self.portal, get=self.look, ground=self.ground(source)):
            if self.stop.is_set():
                return
            looked_at = time.monotonic()
            walk.pages = page.number
            walk.links += len(page.links)
            head = page.number <= source.pages
            walk.new += self.archive.add_links(page.links, head=head, now=self.now())
            read_before = self.kinds["new"]
            yield from self.read_due(leave_rest=source.kind != "numbering")
            if self.spent:
                return
            if source.kind == "numbering":  # a number is no link before an article stands there
                walk.new += self.kinds["new"] - read_before
            if not page.in_order:
                continue
            # What an earlier page of this walk had (a box of the newest, on each page) says
            # nothing about how far this one reaches back.
            known = [key for key in page.fresh if self.archive.knows(name, source.url, keys=[key])]
            walk.met_known_ground |= bool(known)
            if page.number >= source.pages and known and len(known) == len(page.fresh):
                return
            if source.kind in TURNED and time.monotonic() - looked_at > LOOK_AGAIN_SECONDS:
                page = look_again(page, source, self.portal, get=self.look)
                walk.new += self.archive.add_links(page.links, head=head, now=self.now())

    def mind_the_gap(self, walk: _Walk) -> None:
        """Raises SourceError, once, where a list ends before anything that was known of it.

        It may have been cut short for a moment, or for good: a second walk that ends likewise is
        believed.
        """
        source, name = walk.source, self.portal.name
        turns = source.next or source.kind == "postback"
        paged = turns or re.search(r"\{(?:page|offset|cursor)\}", source.url)
        if walk.met_known_ground or not paged or not self.archive.settled(name, source.url):
            return
        states = self.archive.sources(name)
        before = next((state.reason for state in states if state.url == source.url), None)
        if before != CUT_SHORT:
            raise SourceError(CUT_SHORT, portal=name, url=source.url)

    def source_failed(self, walk: _Walk, error: PageError | SourceError) -> Outcome:
        if isinstance(error, RobotsRefused):
            self.sources_refused.append(f"{walk.source.url}: {error.reason}")
            return self.save_source(walk, "refused", error.reason)
        if list_answered(error):
            walk.pages = max(walk.pages, 1)
        self.sources_failed.append(f"{walk.source.url}: {error.reason}")
        return self.save_source(walk, "failed", error.reason)

    def save_source(self, walk: _Walk, kind: OutcomeKind, reason: str) -> Outcome:
        return self.archive.save_source(
            self.portal.name,
            walk.source.url,
            kind=kind,
            reason=reason,
            run=self.run,
            now=self.now(),
            walked=Walked(walk.pages, walk.links, walk.new),
        )

    def read_due(self, *, leave_rest: bool = False) -> Iterator[Outcome]:
        """Read every link that is due; when this ends, all of them are archived.

        They are asked for one by one; while one comes, those before it are read (see `in_hand`).
        With `leave_rest` the last ones may be read while the next list page is asked for: where a
        list goes on does not hang on what became of its links, but for numbers that are guessed.
        """
        in_hand = self.pages.keys()  # of now: some are archived, and due no longer, below
        for link in self.archive.due(self.portal.name, now=self.started_at):
            if self.stop.is_set() or self.spent:
                break
            if link.key in in_hand:
                continue
            host = urlsplit(link.url).netloc
            if host in self.resting:
                continue  # stays due, and is no failure of the link
            try:
                self.pages.ask(link)
            except BudgetSpent:
                break
            except NotAsked as error:
                self.resting[host] = error.reason
            yield from map(self.counted, self.pages.saved())
        if not leave_rest:
            yield from self.rest()

    def rest(self) -> Iterator[Outcome]:
        """Archive what is in hand."""
        yield from map(self.counted, self.pages.saved(rest=True))

    def counted(self, saved: Saved) -> Outcome:
        link, outcome = saved
        if outcome.kind in READ or not link.guessed:
            self.kinds[outcome.kind] += 1
            self.pages.traps.note(link.url, outcome.kind, reason=outcome.reason)
        return outcome

    def ground(self, source: Source) -> Ground:
        """What earlier runs know of the links of a source."""
        return self.archive.ground(self.portal.name, source.url)

    def look(
        self, url: str, *, form: Form | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Capture:
        """A list page or feed, captured; one that has not changed comes from the captures."""
        conditional = form is None and "Cache-Control" not in headers
        known = self.pages.known(url, read=False) if conditional else None
        capture = self.pages.fetch(url, known=known, form=form, headers=headers)
        if capture.status == 304:
            try:
                assert known is not None and known.place is not None
                capture = replace(self.captures.load(known.place), fetched_at=capture.fetched_at)
            except CaptureError:  # the WARC file was moved away: ask for the whole page
                capture = self.pages.fetch(url, known=None, headers=headers)
        if capture.place is None:
            capture = self.captures.keep(capture)
        self.archive.keep_capture(capture, portal=self.portal.name, run=self.run, now=self.now())
        return capture

    def trouble(self) -> str | None:
        """Why this run needs a look, or None: a source failed, a host fell silent, no page came."""
        if self.sources_failed or self.resting:
            return each_once((*self.sources_failed, *self.resting.values()))
        if self.portal.layouts and self.pages.read_anew >= FEW and not self.pages.laid:
            return f"no [[layout]] selected anything on any of {self.pages.read_anew} pages"
        if self.sources_refused and len(self.sources_refused) == len(self.portal.sources):
            return f"all its lists are refused: {'; '.join(self.sources_refused)}"
        pages = self.pages
        if min(pages.no_articles, self.new_links) >= FEW and not self.kinds["new"]:
            return f"of {self.new_links} new links none was an article; did the portal change?"
        if any(self.kinds[kind] for kind in READ):
            return None
        if self.kinds["failed"] >= FEW:
            return f"not one page could be read, {self.kinds['failed']} failed"
        if pages.lost >= FEW:
            return f"{pages.lost} known articles are none any more; did the portal change?"
        if pages.held >= FEW:
            return f"not one page was archived, {pages.held} are held"
        return None


def utc_now() -> datetime:
    return datetime.now(UTC)


def _never_back(now: Clock) -> Clock:
    """A clock that stands still while `now` is set back, so that no link seems untried in a run."""
    latest = now()

    def moment() -> datetime:
        nonlocal latest
        latest = max(latest, now())
        return latest

    return moment
