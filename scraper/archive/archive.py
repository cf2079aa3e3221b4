"""The archive's door (long: one method for each thing asked of it): one file, one writer."""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, cast

from scraper.archive import (
    absences,
    alarms,
    articles,
    captures,
    families,
    frontier,
    history,
    holding,
    indexing,
    memento_readings,
    mementos,
    profiles,
    rereading,
    rows,
    runs,
    smaller,
    templates,
    vitals,
)
from scraper.archive.connection import open_for_reading, open_for_writing, translated
from scraper.archive.copying import require_room
from scraper.archive.frontier import FailureKind
from scraper.archive.integrity import Tick, check_archive
from scraper.archive.ledger import LedgerEntry, LedgerFile, captured_bytes, ledger
from scraper.archive.lock import hold
from scraper.archive.mending import mend
from scraper.archive.reentry import enter_captures
from scraper.archive.rereading import (
    Change,
    KeptAnswer,
    ReadVersion,
    Standing,
    differences,
    renewals,
)
from scraper.archive.rescue import Rescued, rescue
from scraper.archive.rows import ARTICLE_COLUMNS, Damaged
from scraper.archive.runs import Walked
from scraper.archive.saving import save_capture_and_reading
from scraper.archive.snapshot import Identity, bytes_of, copy_archive, identity_of
from scraper.archive.stored import (
    Absence,
    Alarm,
    Control,
    Failure,
    Family,
    FamilyMember,
    HeldPage,
    Origin,
    PortalStatus,
    ReadingFacts,
    Run,
    RunFacts,
    SourceState,
    SourceWalk,
    StoredArticle,
    StoredCapture,
    StoredPortal,
    StoredProfile,
    StoredTemplate,
    TemplateState,
    Trigger,
)
from scraper.archive.templates import Fits
from scraper.archive.together import Together
from scraper.archive.write_ahead import Log, take_in
from scraper.errors import ArchiveError
from scraper.records import (
    AlarmKind,
    Article,
    Capture,
    Due,
    Ground,
    IndexPart,
    Link,
    LinkState,
    Memento,
    Outcome,
    OutcomeKind,
    Portal,
    Validators,
    Version,
)

__all__ = [
    "ARTICLE_COLUMNS",
    "Absence",
    "Alarm",
    "Archive",
    "Change",
    "Control",
    "Damaged",
    "Failure",
    "Family",
    "FamilyMember",
    "Fits",
    "HeldPage",
    "Identity",
    "KeptAnswer",
    "LedgerEntry",
    "LedgerFile",
    "PortalStatus",
    "ReadVersion",
    "ReadingFacts",
    "Rescued",
    "Run",
    "RunFacts",
    "SourceState",
    "SourceWalk",
    "TemplateState",
    "Standing",
    "StoredArticle",
    "StoredCapture",
    "StoredPortal",
    "StoredProfile",
    "StoredTemplate",
    "Tick",
    "Walked",
    "bytes_of",
    "captured_bytes",
    "check_archive",
    "copy_archive",
    "differences",
    "enter_captures",
    "hold",
    "identity_of",
    "ledger",
    "mend",
    "renewals",
    "require_room",
    "rescue",
]

T = TypeVar("T")


@dataclass
class _Write:
    """A transaction that writes; torn where a part of it failed and may be half done."""

    torn: bool = False


class Archive:
    """One archive, open; several threads may use it, one at a time is let in.

    Every method that writes is one short transaction, and every one raises ArchiveFull where there
    is no room left and ArchiveError where the file cannot be used. Moments are aware UTC.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writing: bool) -> None:
        self.path = path
        self.writing = writing
        self._connection = connection
        self._lock = threading.RLock()
        self._closed = False
        self._log = Log(path)
        self._computed: dict[str, tuple[tuple[int, int] | None, Any]] = {}
        self._origin = Origin(path, self)
        self._write: _Write | None = None  # the transaction that is open
        self._together = Together()
        self._unindexed: dict[str, int] = {}  # new in this transaction: id to row number

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False) -> Self:
        """The archive at `path`; with `write` it is made, or brought up to date, if need be.

        Raises ArchiveError: no archive there, no database, another program's, damaged, or its
        schema newer (or, for reading, older) than this program's.
        """
        path = Path(path)
        connection = open_for_writing(path) if write else open_for_reading(path)
        return cls(path, connection, writing=write)

    def close(self) -> None:
        """Close the file; after writing, the file alone is the whole archive, fit for copying."""
        with self._lock, translated(self.path):
            if self._closed:
                return
            self._closed = True
            if self.writing:
                # On a full disk the changes stay in the -wal file; the next to open takes them in.
                with suppress(sqlite3.OperationalError):
                    take_in(self._connection)
            self._connection.close()

    def checkpoint(self) -> bool:
        """Make the file alone the whole archive, fit for copying, as close() does; whether it is.

        It is not where somebody has been reading an earlier state for longer than some seconds.
        """
        with self._lock, translated(self.path):
            return take_in(self._usable())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # --- the frontier ---------------------------------------------------------------------------

    def add_links(self, links: Sequence[Link], *, head: bool, now: datetime) -> int:
        """Take up the links of a list page; returns how many were not known.

        `head`: the page is one of the list's first, so what was read there is read again sooner.
        """
        with self._transaction() as connection:
            return frontier.add_links(connection, links, head=head, now=now)

    def knows(self, portal: str, source_url: str, *, keys: Sequence[str]) -> bool:
        """Was every key known when this source was last walked to its proper end?"""
        with self._reading() as connection:
            return frontier.knows(connection, portal, source_url, keys=keys)

    def settled(self, portal: str, source_url: str) -> bool:
        """Was this source ever walked to its proper end?"""
        with self._reading() as connection:
            return frontier.settled(connection, portal, source_url)

    def link_states(self, portal: str, *, limit: int) -> list[tuple[str, LinkState, str | None]]:
        """The newest links of a portal, how each stands, and why."""
        with self._reading() as connection:
            return frontier.link_states(connection, portal, limit=limit)

    def ground(self, portal: str, source_url: str) -> Ground:
        """What is known of the links of a source, for whoever walks it."""
        with self._reading() as connection:
            settled_at = frontier.settled_at(connection, portal, source_url)
        return Ground(
            settled_at=settled_at,
            state_of=partial(self._state_of, portal),
            last_found=partial(self._last_found, portal, source_url),
        )

    def _last_found(self, portal: str, source_url: str) -> str | None:
        with self._reading() as connection:
            return frontier.last_found(connection, portal, source_url)

    def _state_of(self, portal: str, key: str) -> LinkState | None:
        with self._reading() as connection:
            return frontier.state_of(connection, portal, key=key)

    def settle(self, portal: str, source_url: str, *, now: datetime) -> None:
        """This source was walked to its proper end: the older links need not be walked again."""
        with self._transaction() as connection:
            frontier.settle(connection, portal, source_url, now=now)

    def due(self, portal: str, *, now: datetime, limit: int | None = None) -> list[Link]:
        """What a run that began at `now` has to read and has not tried yet.

        New links as found, then failures whose time has come, then readings whose time has come.
        """
        with self._reading() as connection:
            return frontier.due(connection, portal, now=now, limit=limit)

    def validators(self, portal: str, *, url: str, read: bool = False) -> Validators | None:
        """What is known of the newest answer with status 200 of this address to this portal.

        Another portal's answer does not count: that nothing has changed since would not tell what
        this portal's rules make of the page. With `read`, only an answer that an article was read
        from: what was no article yesterday may be one for today's rules.
        """
        with self._reading() as connection:
            return captures.validators(connection, portal, url=url, read=read)

    def known_ends(self) -> Mapping[str, int]:
        """Each WARC file and the end (bytes) of the last record that the archive refers to."""
        with self._reading() as connection:
            return captures.known_ends(connection)

    # --- saving ---------------------------------------------------------------------------------

    def save_article(
        self,
        link: Link,
        article: Article,
        *,
        capture: Capture,
        run: int,
        now: datetime,
        template: int | None = None,
        again: bool = False,
    ) -> Outcome:
        """Keep what was read at a link: new, changed or unchanged.

        It is kept under the article's own id, where a redirect led to another than the link's.
        `template` is the number of its template. `again`: what differs is the reading's doing.
        """
        id = article.id or link.id
        if not id.startswith(f"{link.portal}:"):
            raise ValueError(f"article {id} is not of portal {link.portal}")
        with self._transaction() as connection:
            if id in self._unindexed:  # the index must hold what an edit takes out of it
                self._index_new(connection)
            row = frontier.link_row(connection, link, now=now)
            saved = save_capture_and_reading(
                connection,
                article,
                id=id,
                portal=link.portal,
                capture=capture,
                run=run,
                template=template,
                again=again,
            )
            if saved.kind == "new":
                self._unindexed[id] = saved.number
            absences.note_back(connection, id, seen_at=capture.fetched_at)
            if id != link.id:
                absences.note_led_away(connection, link, other_id=id, seen_at=capture.fetched_at)
            frontier.add_address(connection, row.id, capture.answered_url, now=now)
            holding.release(connection, row.id, reason=f"read: {saved.kind}", now=now)
            frontier.note_reading(
                connection,
                row,
                portal=link.portal,
                article_id=id,
                changed=saved.kind != "unchanged",
                edited=saved.kind == "changed" and not again,
                now=now,
            )
            return _noted(connection, link, saved.kind, run=run, now=now, article_id=id)

    def save_not_modified(
        self, link: Link, *, capture: Capture, run: int, now: datetime
    ) -> Outcome:
        """The server says that the page stands as it was captured last.

        If it was no article then, it is none now: the failure of that time is noted once more.
        """
        with self._transaction() as connection:
            row = frontier.link_row(connection, link, now=now)
            captures.insert_capture(
                connection, capture, portal=link.portal, run=run, article_id=row.article_id
            )
            if row.article_id is None:
                failure = _failure_kind(row.state)
                reason = row.reason or "not modified since it was captured without being read"
                frontier.note_failure(connection, row, kind=failure, reason=reason, now=now)
                return _noted(connection, link, failure, run=run, now=now, reason=reason)
            holding.release(connection, row.id, reason="it stands as it was read last", now=now)
            articles.note_seen(connection, row.article_id, seen_at=capture.fetched_at)
            absences.note_back(connection, row.article_id, seen_at=capture.fetched_at)
            frontier.note_reading(
                connection,
                row,
                portal=link.portal,
                article_id=row.article_id,
                changed=False,
                edited=False,
                now=now,
            )
            return _noted(
                connection, link, "not_modified", run=run, now=now, article_id=row.article_id
            )

    def save_failure(
        self,
        link: Link,
        *,
        kind: FailureKind,
        reason: str,
        capture: Capture | None,
        run: int,
        now: datetime,
        retry_at: datetime | None = None,
    ) -> Outcome:
        """The link could not be read; it waits for its next try, not before `retry_at`.

        An article that was read there is gone: at the second look in a row where the server said
        404 or 410 (no `capture`), after several looks where only the answer's page says so.
        """
        with self._transaction() as connection:
            row = frontier.link_row(connection, link, now=now)
            capture_id = None
            if capture is not None:
                capture_id = captures.insert_capture(
                    connection, capture, portal=link.portal, run=run
                )
            if kind == "gone":
                seen_at = capture.fetched_at if capture else now
                absences.note_look(
                    connection, link, row, seen_at=seen_at, reason=reason, capture_id=capture_id
                )
            frontier.note_failure(
                connection, row, kind=kind, reason=reason, now=now, retry_at=retry_at
            )
            return _noted(
                connection,
                link,
                kind,
                run=run,
                now=now,
                article_id=row.article_id,
                reason=reason,
            )

    def keep_capture(self, capture: Capture, *, portal: str, run: int, now: datetime) -> None:
        """Note the capture of a list page or feed; `now` is not kept, the capture has its time."""
        with self._transaction() as connection:
            captures.insert_capture(connection, capture, portal=portal, run=run)

    def save_source(
        self,
        portal: str,
        url: str,
        *,
        kind: OutcomeKind,
        reason: str | None,
        run: int,
        now: datetime,
        walked: Walked = runs.NOT_WALKED,
    ) -> Outcome:
        """What became of a list or feed as a whole, and what its pages held."""
        outcome = Outcome(portal=portal, url=url, kind=kind, stage="source", reason=reason, at=now)
        with self._transaction() as connection:
            runs.note_source(connection, outcome)
            runs.insert_outcome(connection, outcome, run=run, walked=walked)
        return outcome

    def hold_page(
        self, link: Link, *, reason: str, capture: Capture, run: int, now: datetime, until: datetime
    ) -> Outcome:
        """The reading of this answer is doubted: it is kept, and waits to be read again.

        The link is not fetched again before `until`, unless it is released.
        """
        with self._transaction() as connection:
            row = frontier.link_row(connection, link, now=now)
            number = captures.insert_capture(connection, capture, portal=link.portal, run=run)
            holding.hold_page(
                connection, row, portal=link.portal, capture_id=number, reason=reason, now=now
            )
            frontier.note_failure(
                connection, row, kind="refused", reason=reason, now=now, retry_at=until
            )
            return _noted(
                connection,
                link,
                "refused",
                run=run,
                now=now,
                article_id=row.article_id,
                reason=reason,
            )

    def release(self, link: Link, *, reason: str, now: datetime, due: bool = False) -> bool:
        """What is held of a link waits no longer; whether anything did. `due`: fetch it again."""
        with self._transaction() as connection:
            row = frontier.link_row(connection, link, now=now)
            if due:
                holding.make_due(connection, row.id, now=now)
            return holding.release(connection, row.id, reason=reason, now=now)

    def held(self, portal: str, *, limit: int | None = None) -> tuple[HeldPage, ...]:
        """A portal's pages whose reading was doubted and that wait, the oldest first."""
        with self._reading() as connection:
            return holding.held_of(connection, portal, limit=limit)

    def count_held(self, portal: str) -> int:
        """How many pages of a portal wait."""
        with self._reading() as connection:
            return holding.count_held(connection, portal)

    # --- mementos: what other archives hold -------------------------------------------------------

    def add_mementos(
        self, found: Sequence[Memento], *, portal: str, source: str, part: IndexPart
    ) -> int:
        """Take up what a page of an index names, and how far it goes; returns how many are new."""
        with self._transaction() as connection:
            mementos.note_part(connection, portal, source, part=part)
            return mementos.add_mementos(connection, found)

    def index_parts(self, portal: str, source: str) -> tuple[IndexPart, ...]:
        """How far each part of a source's index was walked."""
        with self._reading() as connection:
            return mementos.parts(connection, portal, source)

    def rest_index(
        self, portal: str, source: str, *, now: datetime, retry_at: datetime | None
    ) -> datetime:
        """The other archive wants to be left alone; returns until when it is."""
        with self._transaction() as connection:
            return mementos.rest(connection, portal, source, now=now, retry_at=retry_at)

    def index_rests_until(self, portal: str, source: str, *, now: datetime) -> datetime | None:
        """Until when the other archive is left alone; None if it may be asked."""
        with self._reading() as connection:
            return mementos.rests_until(connection, portal, source, now=now)

    def index_answered(self, portal: str, source: str) -> None:
        """The other archive served what it was asked for."""
        with self._transaction() as connection:
            mementos.answered(connection, portal, source)

    def due_mementos(self, portal: str, source: str, *, now: datetime, limit: int) -> list[Memento]:
        """What a run that began at `now` has to read of a source, and has not tried yet."""
        with self._reading() as connection:
            return mementos.due(connection, portal, source, now=now, limit=limit)

    def count_mementos(self, portal: str, source: str) -> mementos.Counts:
        """How many mementos of a source are not read yet."""
        with self._reading() as connection:
            return mementos.count(connection, portal, source)

    def kept_copy(self, memento: Memento) -> StoredCapture | None:
        """What was kept of another memento of this address with the same bytes."""
        with self._reading() as connection:
            return mementos.kept_copy(connection, memento)

    def twins(self, memento: Memento, *, url: str | None, at: datetime | None) -> list[Memento]:
        """Mementos that may hold the bytes that a revisit record only names."""
        with self._reading() as connection:
            return mementos.twins(connection, memento, url=url, at=at)

    def neighbours(self, id: str, *, at: datetime) -> tuple[Version | None, Version | None]:
        """The version of an article that stood at a moment, and the one after it."""
        with self._reading() as connection:
            return memento_readings.neighbours(connection, id, at=at)

    def save_memento(
        self,
        memento: Memento,
        article: Article,
        *,
        capture: Capture,
        run: int,
        now: datetime,
        template: int | None = None,
        stands_as: int | None = None,
    ) -> Outcome:
        """Keep what another archive's copy says, at its day among the versions.

        `stands_as` is the number of the neighbour that says the same; None: it differs from both.
        """
        with self._transaction() as connection:
            if memento.id in self._unindexed:  # as in save_article
                self._index_new(connection)
            kind = memento_readings.save_memento(
                connection,
                memento,
                article,
                capture=capture,
                run=run,
                now=now,
                template=template,
                stands_as=stands_as,
            )
            if kind == "new":
                self._unindexed[memento.id] = articles.number_of(connection, memento.id)
            return _noted_memento(
                connection, memento, kind, run=run, now=now, article_id=memento.id
            )

    def save_memento_failure(
        self,
        memento: Memento,
        *,
        kind: Literal["refused", "failed"],
        reason: str,
        capture: Capture | None,
        run: int,
        now: datetime,
    ) -> Outcome:
        """A memento could not be read; it says nothing of the page as it stands today."""
        with self._transaction() as connection:
            number = None
            if capture is not None:
                number = captures.insert_capture(
                    connection, capture, portal=memento.portal, run=run
                )
            memento_readings.note_failure(
                connection, memento, kind=kind, reason=reason, now=now, capture_id=number
            )
            return _noted_memento(connection, memento, kind, run=run, now=now, reason=reason)

    # --- runs -----------------------------------------------------------------------------------

    def note_portal(self, portal: Portal, *, now: datetime) -> None:
        """Keep what a portal file says of the portal, for citations and for naming originals."""
        with self._transaction() as connection:
            runs.note_portal(connection, portal, now=now)

    def portal(self, name: str) -> StoredPortal | None:
        """What is known of a portal; None for one that was never collected."""
        return self.portal_notes().get(name)

    def portal_notes(self) -> Mapping[str, StoredPortal]:
        """What is known of each portal, by name."""
        with self._reading() as connection:
            return runs.portal_notes(connection)

    def begin_run(self, portal: str, *, trigger: Trigger, due: Due | None, now: datetime) -> int:
        """Note that a run over a portal begins; returns its number."""
        with self._transaction() as connection:
            return runs.begin_run(connection, portal, trigger=trigger, due=due, now=now)

    def finish_run(
        self,
        run: int,
        *,
        state: Literal["done", "failed", "interrupted"],
        reason: str | None = None,
        requests: int = 0,
        now: datetime,
    ) -> None:
        """Note how a run ended, and how many requests it made."""
        with self._transaction() as connection:
            runs.finish_run(connection, run, state=state, reason=reason, requests=requests, now=now)

    def record_missed(self, portal: str, *, due: Due, reason: str, now: datetime) -> None:
        """Note a run that the schedule asked for and that was not made."""
        with self._transaction() as connection:
            runs.record_missed(connection, portal, due=due, reason=reason, now=now)

    def covered_until(self, portal: str, *, now: datetime) -> datetime | None:
        """Up to when what fell due was run or is on record as missed; None: never collected.

        A run that was cut off covers nothing, unless three in a row were.
        """
        with self._reading() as connection:
            return runs.covered_until(connection, portal, now=now)

    def close_interrupted(self, now: datetime) -> int:
        """Runs whose process is gone are interrupted; for the one who holds the lock."""
        with self._transaction() as connection:
            return runs.close_interrupted(connection, now=now)

    def runs(self, portal: str | None = None, *, limit: int | None = 20) -> tuple[Run, ...]:
        """The newest runs, newest first; of one portal or of all."""
        with self._reading() as connection:
            return runs.runs(connection, portal, limit=limit)

    def last_run(self, portal: str) -> Run | None:
        """The newest run of a portal that was begun, going on or ended; None before the first."""
        with self._reading() as connection:
            return runs.last_run(connection, portal)

    def outcomes(self, run: int) -> tuple[Outcome, ...]:
        """What became of every link and source in one run, in order."""
        with self._reading() as connection:
            return tuple(runs.outcomes_of(connection, run))

    def portals(self) -> tuple[str, ...]:
        """The names of all portals that were ever collected."""
        with self._reading() as connection:
            return runs.portals(connection)

    def status(self, portal: str, *, now: datetime | None = None) -> PortalStatus:
        """How one portal stands; all zeros for one that was never collected."""
        with self._reading() as connection:
            return runs.status(connection, portal, now=now or datetime.now(UTC))

    def sources(self, portal: str) -> tuple[SourceState, ...]:
        """What became of each source of a portal when it was last walked."""
        with self._reading() as connection:
            return runs.sources(connection, portal)

    # --- health ---------------------------------------------------------------------------------

    def raise_alarm(
        self, portal: str, kind: AlarmKind, *, reason: str, run: int | None, now: datetime
    ) -> Alarm | None:
        """Raise an alarm; None where one of this kind stands already."""
        with self._transaction() as connection:
            return alarms.raise_alarm(connection, portal, kind, reason=reason, run=run, now=now)

    def clear_alarm(
        self, portal: str, kind: AlarmKind, *, reason: str, now: datetime
    ) -> Alarm | None:
        """Clear an alarm; None where none of this kind stands."""
        with self._transaction() as connection:
            return alarms.clear_alarm(connection, portal, kind, reason=reason, now=now)

    def standing_alarms(self, portal: str | None = None) -> tuple[Alarm, ...]:
        """The alarms that stand, oldest first; of one portal or of all."""
        with self._reading() as connection:
            return alarms.standing(connection, portal)

    def alarms(self, portal: str, *, limit: int | None = 20) -> tuple[Alarm, ...]:
        """A portal's newest alarms, those that were cleared too, newest first."""
        with self._reading() as connection:
            return alarms.of_portal(connection, portal, limit=limit)

    def untold_alarms(self, *, now: datetime) -> tuple[Alarm, ...]:
        """Alarms of the last days whose raising or clearing was not told yet, oldest first."""
        with self._reading() as connection:
            return alarms.untold(connection, now=now)

    def note_commanded(self, id: int, *, event: Literal["raised", "cleared"]) -> None:
        """The alarm command has carried an alarm, or that it was cleared."""
        with self._transaction() as connection:
            alarms.note_commanded(connection, id, event=event)

    def note_told(self, id: int, *, event: Literal["raised", "cleared"], now: datetime) -> None:
        """The raising or the clearing of an alarm was told."""
        with self._transaction() as connection:
            alarms.note_told(connection, id, event=event, now=now)

    def readings(
        self, portal: str, *, limit: int, backdated: bool = False
    ) -> tuple[ReadingFacts, ...]:
        """What each of the articles has that were first seen last, newest first.

        Those that were published long before are left out, unless `backdated`.
        """
        with self._reading() as connection:
            return vitals.readings(connection, portal, limit=limit, backdated=backdated)

    def days_of_news(self, portal: str, *, since: date, until: date) -> dict[date, int]:
        """How many articles were published on each day between two."""
        with self._reading() as connection:
            return vitals.days_of_news(connection, portal, since=since, until=until)

    def newest_day(self, portal: str, *, until: date) -> date | None:
        """The last day, `until` at the latest, on which an article was published."""
        with self._reading() as connection:
            return vitals.newest_day(connection, portal, until=until)

    def recent_runs(self, portal: str, *, limit: int) -> tuple[RunFacts, ...]:
        """The newest runs that ended, newest first, with how their lists did."""
        with self._reading() as connection:
            return vitals.recent_runs(connection, portal, limit=limit)

    def first_success(self, portal: str) -> datetime | None:
        """When the first run over a portal ended that ended well."""
        with self._reading() as connection:
            return vitals.first_success(connection, portal)

    def controls(
        self,
        portal: str,
        *,
        except_urls: Sequence[str] = (),
        limit: int,
        held_first: bool = False,
    ) -> tuple[Control, ...]:
        """Known articles that stand, to be fetched once more, the newest first.

        Those whose last answer is held come last, or first.
        """
        with self._reading() as connection:
            return vitals.controls(
                connection, portal, except_urls=except_urls, limit=limit, held_first=held_first
            )

    # --- reading back ---------------------------------------------------------------------------

    def article(self, id: str) -> StoredArticle:
        """The article of this id ("portal:key"); QueryError if there is none."""
        with self._reading() as connection:
            found = articles.article_of(connection, id, path=self.path)
        return self._given(found)

    def articles(
        self, numbers: Sequence[int], *, damaged: Damaged | None = None
    ) -> Iterator[StoredArticle]:
        """The articles of these row numbers, in this order, a few at a time in memory.

        One that cannot be read is given to `damaged` and left out; without it ArchiveError says
        which, and what to do.
        """
        for some in _batches(numbers):
            with self._reading() as connection:
                batch = list(rows.articles_of(connection, some, path=self.path, damaged=damaged))
            yield from map(self._given, batch)

    def select_each(
        self, expressions: str, numbers: Sequence[int], *, damaged: Damaged | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """The values of SQL expressions (see ARTICLE_COLUMNS) for each article, as `articles`."""
        for some in _batches(numbers):
            with self._reading() as connection:
                batch = list(
                    rows.select_each(connection, expressions, some, path=self.path, damaged=damaged)
                )
            yield from batch

    def _given(self, stored: StoredArticle) -> StoredArticle:
        """An article that knows where to ask for its versions."""
        return replace(stored, origin=self._origin)

    def versions(self, id: str) -> tuple[Version, ...]:
        """Every version of an article, oldest first; QueryError if there is no such article."""
        with self._reading() as connection:
            return history.versions_of(connection, id)

    def absences(self, id: str) -> tuple[Absence, ...]:
        """When an article's page was gone, oldest first; QueryError if there is no such article."""
        with self._reading() as connection:
            articles.number_of(connection, id)
            return absences.absences_of(connection, id)

    def differs(self, article: Article, *, id: str) -> bool:
        """Would this reading make a version of an article that is archived already?"""
        with self._reading() as connection:
            return articles.differs(connection, article, id=id)

    def last_capture(self, id: str) -> StoredCapture | None:
        """The newest answer that this article was read from and whose bytes were kept."""
        with self._reading() as connection:
            return captures.last_of(connection, id)

    def captures(self, id: str) -> tuple[StoredCapture, ...]:
        """The answers that an article was read from, oldest first; QueryError if there is none."""
        with self._reading() as connection:
            articles.article_of(connection, id, path=self.path)
            return captures.captures_of(connection, id)

    def family(self, id: str) -> Family | None:
        """The articles that share this one's text; None if it stands alone, QueryError if unknown.

        With it those that share it with some of them alone, and those of which it holds a part.
        """
        with self._reading() as connection:
            number = articles.number_of(connection, id)
            return families.family_of(connection, number, portals=runs.portal_notes(connection))

    # --- profiles -------------------------------------------------------------------------------

    def profile(self, portal: str) -> StoredProfile | None:
        """What looking at a portal found; None where it was never looked at."""
        with self._reading() as connection:
            return profiles.newest_profile(connection, portal)

    def save_profile(
        self, portal: str, text: str | None, *, requests: int, reason: str | None, now: datetime
    ) -> None:
        """Keep what a look found, as a portal file; without `text`, why it found nothing."""
        with self._transaction() as connection:
            profiles.insert_profile(
                connection, portal, text, requests=requests, reason=reason, now=now
            )

    def newest_link_at(self, portal: str) -> datetime | None:
        """When the newest link of a portal was found."""
        with self._reading() as connection:
            return profiles.newest_link_at(connection, portal)

    # --- templates ------------------------------------------------------------------------------

    def templates(self, portal: str) -> tuple[StoredTemplate, ...]:
        """What was learned of a portal's pages, the newest first."""
        with self._reading() as connection:
            return templates.templates_of(connection, portal)

    def template_of(self, id: str) -> int | Literal["none", "unread"]:
        """The number of the template that an article is read with; "unread" if there is none."""
        with self._reading() as connection:
            return templates.template_of(connection, id)

    def save_template(
        self,
        portal: str,
        template: str,
        *,
        articles: int,
        seen_at: Sequence[datetime],
        replaces: int | None,
        now: datetime,
        state: TemplateState = "used",
        proof: str | None = None,
    ) -> int:
        """Keep a template, learned from pages fetched at these moments; returns its number."""
        with self._transaction() as connection:
            return templates.insert_template(
                connection,
                portal,
                template,
                articles=articles,
                seen_at=seen_at,
                replaces=replaces,
                now=now,
                state=state,
                proof=proof,
            )

    def set_template_state(self, number: int, state: TemplateState) -> None:
        """Take a template into use, or out of it."""
        with self._transaction() as connection:
            templates.set_state(connection, number, state)

    def fits_since(self, portal: str, *, since: datetime) -> Fits:
        """How many articles were first read since then, and how many fitted no template."""
        with self._reading() as connection:
            return templates.fits_since(connection, portal, since=since)

    def captures_to_learn_from(
        self, portal: str, *, limit: int, unfit_since: datetime | None = None
    ) -> list[StoredCapture]:
        """The newest captures of a portal's articles; or of those that fitted no template."""
        with self._reading() as connection:
            return templates.captures_to_learn_from(
                connection, portal, unfit_since=unfit_since, limit=limit
            )

    def captures_of_lists(self, portal: str, *, urls: Sequence[str]) -> list[StoredCapture]:
        """The newest captures of these addresses, as far as there are any."""
        with self._reading() as connection:
            return templates.captures_of_lists(connection, portal, urls=urls)

    def write_smaller(
        self, path: Path, *, numbers: Sequence[int], step: Callable[[int], None]
    ) -> int:
        """Write the articles of these row numbers, and all that hangs on them, as a new archive.

        The file at `path` must not be there, and is whole when this ends. `step` is told how many
        articles were copied since it was called last; it may raise to stop.
        """
        return smaller.write_smaller(self.path, numbers, path=path, step=step)

    # --- reading again --------------------------------------------------------------------------

    def numbers_to_reread(
        self,
        portals: Sequence[str],
        *,
        id: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> array[int]:
        """The row numbers of these portals' articles, in the order of their captures' files.

        `since`: only those whose newest capture was fetched then or later. QueryError if there is
        no article `id`.
        """
        with self._reading() as connection:
            if id is not None:
                articles.number_of(connection, id)
            return rereading.numbers_to_reread(connection, portals, id=id, since=since, limit=limit)

    def id_of(self, number: int) -> str:
        """The id of the article with this row number."""
        with self._reading() as connection:
            return rereading.id_of(connection, number)

    def standing(self, number: int) -> Standing:
        """An article, by row number, with the answers that it and its versions were read from."""
        with self._reading() as connection:
            return rereading.standing(connection, number, path=self.path)

    def save_rereading(
        self, article: Article, *, id: str, answer: KeptAnswer, template: int | None
    ) -> Literal["changed", "renewed"]:
        """Keep what today's code reads in an answer that the article was read from before.

        What differs from the newest version becomes one, marked as a re-reading; else only tags,
        images, evidence and the like are written anew.
        """
        with self._transaction() as connection:
            if id in self._unindexed:  # as in save_article
                self._index_new(connection)
            return rereading.save_rereading(
                connection, article, id=id, answer=answer, template=template
            )

    # --- for the query room, which writes its own SELECTs -----------------------------------------

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Several selects inside see one state of the archive, whatever is written meanwhile."""
        with self._reading() as connection:
            outer = connection.in_transaction
            if not outer:
                connection.execute("BEGIN")
            try:
                yield
            finally:
                if not outer and connection.in_transaction:
                    connection.execute("COMMIT")

    def select(self, sql: str, parameters: Mapping[str, Any]) -> list[sqlite3.Row]:
        """The rows of a SELECT."""
        with self._reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def select_numbers(self, sql: str, parameters: Mapping[str, Any]) -> array[int]:
        """The first column of a SELECT, called "number", whole numbers, in eight bytes each."""
        with self._reading() as connection:
            # As one text: a hundred thousand rows of their own would take three times as long.
            text = connection.execute(
                f"SELECT json_group_array(number) FROM ({sql})", parameters
            ).fetchone()[0]
        return array("q", json.loads(text))

    def rows_of(self, numbers: Sequence[int], columns: str) -> list[tuple[Any, ...]]:
        """Columns of the articles of these row numbers, in no certain order; short values only."""
        with self._reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None  # plain tuples, which are compared and hashed fast
            return cursor.execute(
                f"SELECT {columns} FROM articles INDEXED BY articles_facets "
                "WHERE number IN (SELECT value FROM json_each(?))",
                (f"[{','.join(map(str, numbers))}]",),
            ).fetchall()

    def of_this_state(
        self, name: str, compute: Callable[[], T], *, if_known: bool = False
    ) -> T | None:
        """What was computed of the archive as it stands, kept until somebody writes to it.

        None where it is not known and, with `if_known`, is not to be computed.
        """
        with self._reading() as connection:
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            state = (version, connection.total_changes)
            known, value = self._computed.get(name, (None, None))
            if known != state:
                if if_known:
                    return None
                value = compute()
                self._computed[name] = (state, value)
            return cast(T, value)

    def define(self, name: str, function: Callable[..., Any], *, arguments: int) -> None:
        """Give SQL a function; the same name again replaces it."""
        with self._reading() as connection:
            connection.create_function(name, arguments, function, deterministic=True)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """What is written inside is committed together, at the end; an error undoes all of it.

        For thousands of articles at once: one commit for each would take longer than the rest.
        """
        with self._transaction():
            yield

    def save_together(self, writes: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """Call these, which save one thing each, in one transaction with what other threads bring.

        Returns what each gave, committed. One that raised gives its error in that place and
        undoes nothing of the others; an ArchiveError is raised.
        """
        if not writes:
            return []
        brought = self._together.bring(writes)
        with self._lock:
            if not brought.done:
                self._together.write_all(self._transaction)
        if brought.error is not None:
            raise brought.error
        return brought.results

    # --- transactions ---------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction that is committed at the end, or undone by an error."""
        with self._lock, translated(self.path):
            connection = self._usable()
            if not self.writing:
                raise ArchiveError("the archive was opened for reading only", path=self.path)
            if connection.in_transaction:  # of a batch, which commits
                yield from self._inside_another(connection)
                return
            connection.execute("BEGIN IMMEDIATE")
            self._write = _Write()
            try:
                yield connection
                if self._write.torn:
                    raise ArchiveError(
                        "an error inside the batch was passed over, so none of it is kept",
                        path=self.path,
                    )
                self._index_new(connection)
                connection.execute("COMMIT")
                self._log.keep_small(connection)
            except BaseException:
                self._unindexed.clear()
                if connection.in_transaction:  # some errors have SQLite undo it by itself
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._write = None

    def _inside_another(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """A part of a batch; one that failed may be half done, so the batch cannot be kept."""
        if self._write is None:
            raise ArchiveError("nothing can be saved while one state is being read", path=self.path)
        try:
            yield connection
        except BaseException:
            self._write.torn = True
            raise

    def _index_new(self, connection: sqlite3.Connection) -> None:
        indexing.index_new(connection, tuple(self._unindexed.values()))
        self._unindexed.clear()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self.path):
            yield self._usable()

    def _usable(self) -> sqlite3.Connection:
        if self._closed:
            raise ArchiveError("the archive was closed", path=self.path)
        return self._connection


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), rows.BATCH):
        yield numbers[start : start + rows.BATCH]


def _noted(
    connection: sqlite3.Connection,
    link: Link,
    kind: OutcomeKind,
    *,
    run: int,
    now: datetime,
    article_id: str | None = None,
    reason: str | None = None,
) -> Outcome:
    """The outcome of a link, written into the run's ledger."""
    outcome = Outcome(
        portal=link.portal, url=link.url, kind=kind, article_id=article_id, reason=reason, at=now
    )
    runs.insert_outcome(connection, outcome, run=run)
    return outcome


def _noted_memento(
    connection: sqlite3.Connection,
    memento: Memento,
    kind: OutcomeKind,
    *,
    run: int,
    now: datetime,
    article_id: str | None = None,
    reason: str | None = None,
) -> Outcome:
    """The outcome of a memento, which says of which day it is and where it comes from."""
    link = Link(portal=memento.portal, url=memento.url, key=memento.key, found_on=memento.source)
    said = f"as of {memento.memento_at:%Y-%m-%d %H:%M} UTC, from {memento.origin}"
    said = f"{said}: {reason}" if reason else said
    return _noted(connection, link, kind, run=run, now=now, article_id=article_id, reason=said)


def _failure_kind(state: str) -> FailureKind:
    if state == "gone":
        return "gone"
    return "refused" if state == "refused" else "failed"
