"""The flow (long: the only room that knows all six stages): an outcome for every link and source.

What happens to one page ends as an Outcome; a broken
archive or a full disk is raised.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from scraper.archive.archive import Archive, Walked
from scraper.capture.store import CaptureStore
from scraper.changes import changed_fields
from scraper.discovery.sources import discover, look_again
from scraper.errors import (
    BadStatus,
    BudgetSpent,
    CaptureError,
    NoArticle,
    NotAsked,
    PageError,
    PageGone,
    RobotsRefused,
    ScraperError,
    SourceError,
    UnsafeAddress,
)
from scraper.fetching.fetcher import Fetcher
from scraper.health import judge_run, list_answered
from scraper.learning import PortalTemplates
from scraper.looks import LookWatch
from scraper.mementos import backfill
from scraper.profiles import with_profile
from scraper.records import (
    Article,
    Capture,
    Due,
    Form,
    Ground,
    Link,
    Outcome,
    OutcomeKind,
    Portal,
    Source,
    Validators,
)
from scraper.traps import Traps
from scraper.urls import key_that_answered, own_address

Trigger = Literal["collect", "schedule"]
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
) -> Iterator[Outcome]:
    """Read what is new on one portal, and say what became of every link.

    What is due is read between two list pages: a run stopped early has articles to show, and
    the next goes on. `due` is what the schedule asked for. Raises ArchiveError and CaptureError.
    """
    started_at = _now()
    portal = with_profile(portal, archive=archive, fetcher=fetcher, stop=stop, now=started_at)
    run = archive.begin_run(portal.name, trigger=trigger, due=due, now=started_at)
    templates = PortalTemplates(portal, archive)
    halt = stop or threading.Event()
    visit = _Visit(portal, archive, fetcher, captures, templates, run, started_at, halt)
    looks = visit.looks
    state: Literal["done", "failed", "interrupted"] = "interrupted"
    reason: str | None = None
    try:
        yield from looks.release()  # what was held, where its doubt is settled
        for source in portal.lists:  # 1. find: new links enter the frontier
            yield from visit.walk(source)
        yield from visit.read_due()  # 2. read: also what an earlier run left undone
        yield from backfill(visit, visit.sources_failed)  # what other archives hold comes last
        if not visit.stop.is_set():
            # 3. learn: for the next run
            templates.refresh(captures, now=_now(), new_look=looks.new_look())
            yield from looks.controls_held
            reason = visit.trouble()
            state = "failed" if reason else "done"
            reason = reason or visit.spent
    except Exception as error:
        state, reason = "failed", str(error)
        raise
    finally:
        archive.finish_run(
            run, state=state, reason=reason, requests=fetcher.requests_made, now=_now()
        )
    if state != "interrupted":
        judge_run(portal, archive=archive, run=run, looks=looks, now=_now())


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
    kinds: Counter[OutcomeKind] = field(default_factory=Counter)
    traps: Traps = field(init=False)
    new_links: int = 0
    no_articles: int = 0
    read_anew: int = 0  # articles extracted in this run
    laid: int = 0  # those in which a layout's selectors decided
    resting: dict[str, str] = field(default_factory=dict)  # hosts left alone in this run, and why
    spent: str | None = None  # the run has made the requests that it may
    looks: LookWatch = field(init=False)

    def __post_init__(self) -> None:
        self.traps = Traps.of(self.portal.name, self.archive)
        self.looks = LookWatch(
            portal=self.portal,
            archive=self.archive,
            captures=self.captures,
            templates=self.templates,
            get=self.look,
            run=self.run,
            now=_now,
        )

    def walk(self, source: Source) -> Iterator[Outcome]:
        """Take up the links of one source, and read what is due between its pages.

        Goes on until a whole page was known when this source was last walked to its proper end,
        and looks at `source.pages` pages at least: a killed run leaves no hole, because links that
        it found do not count as known until a later walk has met older ground.
        """
        walk = _Walk(source)
        try:
            yield from self.follow(walk)
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
            walk.new += self.archive.add_links(page.links, head=head, now=_now())
            read_before = self.kinds["new"]
            yield from self.read_due()
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
                walk.new += self.archive.add_links(page.links, head=head, now=_now())

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
            now=_now(),
            walked=Walked(walk.pages, walk.links, walk.new),
        )

    def read_due(self) -> Iterator[Outcome]:
        """Read every link that is due, one by one."""
        for link in self.archive.due(self.portal.name, now=self.started_at):
            if self.stop.is_set() or self.spent:
                return
            host = urlsplit(link.url).netloc
            if host in self.resting:
                continue  # stays due, and is no failure of the link
            try:
                outcome = self.read(link)
            except BudgetSpent:
                return
            except NotAsked as error:
                self.resting[host] = error.reason
                continue
            except (ScraperError, OSError):
                raise
            except Exception as error:  # our own mistake over one page must not stop the others
                reason = f"a fault of this program: {type(error).__name__}: {error}"
                outcome = self.failed(link, "failed", reason)
            if outcome is not None:
                if outcome.kind in READ or not link.guessed:
                    self.kinds[outcome.kind] += 1
                    asked = not (outcome.reason or "").startswith("not asked for")
                    self.traps.note(link.url, outcome.kind, asked=asked)
                yield outcome

    def read(self, link: Link) -> Outcome | None:
        """What became of one link; None if the run was stopped before it was known.

        Raises NotAsked where the host is left alone for now.
        """
        capture: Capture | None = None
        try:
            known = self.known(link.url, read=True)
            self.traps.check(link, known=known is not None or link.guessed)
            capture = self.fetch(link.url, known=known)
            if capture.status == 304:
                return self.archive.save_not_modified(
                    link, capture=capture, run=self.run, now=_now()
                )
            id = self.id_of(link, capture=capture)
            article, template = self.templates.read(capture, id=id)
            doubt = self.looks.doubt(link, article, capture=capture, id=id)
            if doubt is not None:
                return self.looks.hold(link, doubt, capture=capture)
            again = self.archive.differs(article, id=id) and (
                self.looks.in_another_look(article, id, template)
                or self.reads_the_same(id, article)
            )
        except NotAsked:
            raise
        except PageError as error:
            if self.stop.is_set():
                return None
            doubt = self.looks.refused(link, error, capture=capture)
            if doubt is not None and capture is not None:
                return self.looks.hold(link, doubt, capture=capture)
            self.no_articles += isinstance(error, NoArticle) and not link.guessed
            retry_at = error.retry_at if isinstance(error, BadStatus) else None
            return self.failed(link, _kind_of(error), error.reason, capture, retry_at)
        self.read_anew += 1
        self.laid += article.read_by == "layout"
        return self.archive.save_article(
            link,
            replace(article, id=id),
            capture=capture,
            run=self.run,
            now=_now(),
            template=template,
            again=again,
        )

    def reads_the_same(self, id: str, article: Article) -> bool:
        """Whether the capture that the article was last read from says the same, read today.

        Then what differs from the archive is no edit: this program, or what it has learned of the
        portal, has changed since.
        """
        last = self.archive.last_capture(id)
        try:
            if last is None or last.place is None:
                return False
            before, _ = self.templates.read(self.captures.load(last.place), id=id)
        except (CaptureError, PageError):
            return False
        return not changed_fields(before, article)

    def failed(
        self,
        link: Link,
        kind: Literal["gone", "refused", "failed"],
        reason: str,
        capture: Capture | None = None,
        retry_at: datetime | None = None,
    ) -> Outcome:
        return self.archive.save_failure(
            link,
            kind=kind,
            reason=reason,
            capture=capture,
            run=self.run,
            now=_now(),
            retry_at=retry_at,
        )

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

    def ground(self, source: Source) -> Ground:
        """What earlier runs know of the links of a source."""
        return self.archive.ground(self.portal.name, source.url)

    def look(
        self, url: str, *, form: Form | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Capture:
        """A list page or feed, captured; one that has not changed comes from the captures."""
        conditional = form is None and "Cache-Control" not in headers
        known = self.known(url, read=False) if conditional else None
        capture = self.fetch(url, known=known, form=form, headers=headers)
        if capture.status == 304:
            try:
                assert known is not None and known.place is not None
                capture = replace(self.captures.load(known.place), fetched_at=capture.fetched_at)
            except CaptureError:  # the WARC file was moved away: ask for the whole page
                capture = self.fetch(url, known=None)
        self.archive.keep_capture(capture, portal=self.portal.name, run=self.run, now=_now())
        return capture

    def known(self, url: str, *, read: bool) -> Validators | None:
        return self.archive.validators(self.portal.name, url=url, read=read)

    def fetch(
        self,
        url: str,
        *,
        known: Validators | None,
        form: Form | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Capture:
        """The answer, kept; the same bytes as last time are not written a second time."""
        try:
            capture = self.fetcher.get(url, known=known, form=form, headers=headers)
        except BudgetSpent as error:
            self.spent = error.reason
            raise
        if capture.status == 304:
            return capture
        place = known.place if known is not None and known.sha256 == capture.sha256 else None
        if place is not None and self.captures.holds(place):
            return replace(capture, place=place)
        return self.captures.keep(capture)

    def trouble(self) -> str | None:
        """Why this run needs a look, or None: a source failed, a host fell silent, no page came."""
        if self.sources_failed or self.resting:
            return "; ".join((*self.sources_failed, *self.resting.values()))
        if self.portal.layouts and self.read_anew >= FEW and not self.laid:
            return f"no [[layout]] selected anything on any of {self.read_anew} pages"
        if any(self.kinds[kind] for kind in READ):
            return None
        if self.kinds["failed"] >= FEW:
            return f"not one page could be read, {self.kinds['failed']} failed"
        if self.no_articles >= FEW and self.new_links >= FEW:
            return f"of {self.new_links} new links none was an article; did the portal change?"
        return None


def _kind_of(error: PageError) -> Literal["gone", "refused", "failed"]:
    if isinstance(error, PageGone) or (isinstance(error, BadStatus) and error.status in (404, 410)):
        return "gone"
    if isinstance(error, RobotsRefused | UnsafeAddress | NoArticle):
        return "refused"
    return "failed"


def _now() -> datetime:
    return datetime.now(UTC)
