"""What the archive answers with: frozen records beside those of scraper.records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

from scraper.errors import ArchiveError
from scraper.records import AlarmKind, Article, Link, LinkState, OutcomeKind, Place, Version

Trigger = Literal["collect", "schedule"]
RunState = Literal["running", "done", "failed", "interrupted", "missed"]
TemplateState = Literal["used", "offered", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCapture:
    """One answer that was captured, without its body."""

    url: str
    answered_url: str
    status: int
    fetched_at: datetime  # aware UTC
    sha256: str  # hex, of the body
    body_bytes: int
    place: Place | None
    origin: str | None = None  # the archive that it was had from; None: from the portal itself
    robots: str | None = None  # what it asked of those who read by machine: "noarchive"
    article_id: str | None = None  # of the article that was read from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time when an article's page had vanished."""

    gone_at: datetime  # aware UTC: of the first look that found it gone
    reason: str  # what the server or the page said
    back_at: datetime | None  # aware UTC: when it was read again; None while it is gone


class History(Protocol):
    """What can be asked of an open archive about one article."""

    def versions(self, id: str) -> tuple[Version, ...]: ...

    def captures(self, id: str) -> tuple[StoredCapture, ...]: ...

    def absences(self, id: str) -> tuple[Absence, ...]: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """The archive that an article came from; a pickled or copied one has left it behind."""

    path: Path
    history: History | None

    def __reduce__(self) -> tuple[type[Origin], tuple[Path, None]]:
        return (Origin, (self.path, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as it was read last, and what the archive knows of it.

    `versions`, `captures` and `absences` are read when asked for, from the archive that gave the
    article: ArchiveError once that is closed.
    """

    article: Article
    portal: str
    version_count: int
    version: int  # the number of the newest by day, which is `article`
    edits: int  # versions that the portal made, but the first
    silent_edits: int  # those of them that came without another date
    gone_since: datetime | None  # aware UTC; None while the page stands
    family: str | None  # id of the first-seen of the same story; None where it stands alone
    first_seen_at: datetime  # aware UTC
    last_seen_at: datetime  # aware UTC
    addresses: tuple[str, ...]  # every address under which it was found, oldest first
    origin: Origin | None = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """portal:key"""
        assert self.article.id is not None  # the archive gives none without
        return self.article.id

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every reading that differed from the one before, oldest first."""
        return self._history.versions(self.id)

    @property
    def captures(self) -> tuple[StoredCapture, ...]:
        """The answers that it was read from, oldest first."""
        return self._history.captures(self.id)

    @property
    def absences(self) -> tuple[Absence, ...]:
        """The times when its page had vanished, oldest first."""
        return self._history.absences(self.id)

    @property
    def _history(self) -> History:
        if self.origin is None or self.origin.history is None:
            raise ArchiveError(
                f"this copy of {self.id} has left its archive; open that and ask it",
                path=self.origin.path if self.origin else Path("archive.db"),
            )
        return self.origin.history


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    """An article of a family, and how much of its text the article that was asked for shares."""

    id: str
    portal: str
    title: str
    published: date | datetime | None
    url: str | None
    source: str | None
    first_seen_at: datetime  # aware UTC
    of_member: float | None  # shared part of this member's text, 0 to 1; None: with others alone
    of_asked: float | None  # shared part of the text of the article that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The articles that tell one story, in the order in which they were first seen."""

    members: tuple[FamilyMember, ...]
    source: str | None  # the first source line that names another portal that is known
    original_portal: str | None  # the name of that portal
    original: str | None  # the id of its article in this family, if it is there

    @property
    def first(self) -> str:
        """The id of the copy that was seen first."""
        return self.members[0].id


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPortal:
    """What a portal file said of its portal when it was last read for a run."""

    name: str
    title: str | None
    home: str
    formerly: tuple[str, ...]  # hosts
    language: str | None  # BCP 47
    timezone: str  # IANA name
    noted_at: datetime  # aware UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """What looking at a portal found."""

    portal: str
    found_at: datetime  # aware UTC: when it was last looked at
    requests: int
    text: str | None  # the newest proposal, as a portal file; None: no look found one
    reason: str | None  # why the last look found nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTemplate:
    """What the pages of a portal have in common, and when pages that fit it were seen."""

    number: int
    portal: str
    template: str  # JSON
    articles: int  # that it was learned from
    learned_at: datetime  # aware UTC
    first_seen_at: datetime  # aware UTC
    last_seen_at: datetime  # aware UTC
    replaced_by: int | None  # the number of a newer one of the same look
    state: TemplateState = "used"
    proof: str | None = None  # how that of a new look was proved, or why it could not be


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run over one portal, or one that should have been."""

    id: int
    portal: str
    trigger: Trigger
    due_at: datetime | None  # when the schedule asked for it
    due_since: datetime | None  # the first due moment that it stands for
    due_count: int | None  # how many it stands for
    started_at: datetime | None  # None where it was missed
    finished_at: datetime | None
    state: RunState
    reason: str | None
    requests: int
    counts: Mapping[OutcomeKind, int]  # of links, by outcome
    source_counts: Mapping[OutcomeKind, int]  # of sources, by outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A link that could not be read when it was last tried, and waits for the next try."""

    url: str
    id: str  # portal:key
    kind: LinkState  # gone, refused or failed
    reason: str | None
    tries: int  # failures in a row
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What became of a source when it was last walked."""

    url: str
    settled_at: datetime | None  # when it was last walked to its proper end
    kind: OutcomeKind | None
    reason: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalStatus:
    """How one portal stands."""

    portal: str
    articles: int
    versions: int
    edits: int  # versions that the portal made, but the first of each article
    silent_edits: int  # those of them that came without another date
    gone: int  # articles whose page has vanished
    due: int  # links that a run begun now would read
    mementos: int  # copies of other archives that were read
    mementos_waiting: int  # those that were not yet, failed ones among them
    new_in_7_days: int  # articles first seen in the seven days before
    newest_published: date | datetime | None
    failures: tuple[Failure, ...]  # links that wait for another try, at most 100: most tries first
    failures_count: int  # all of them
    sources: tuple[SourceState, ...]
    last_run: Run | None
    last_success: datetime | None  # when a run last ended well


# --- health --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that was wrong with a portal: since when, why, until when, and whether told."""

    id: int
    portal: str
    kind: AlarmKind
    raised_at: datetime  # aware UTC
    reason: str
    run: int | None
    cleared_at: datetime | None  # None while it stands
    cleared_reason: str | None
    told_at: datetime | None
    cleared_told_at: datetime | None
    commanded: Literal["raised", "cleared"] | None  # what the alarm command has carried


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """A page whose reading was doubted, and its capture that waits to be read again."""

    link: Link
    article_id: str | None  # where the link is known as an article
    capture: StoredCapture
    reason: str
    held_at: datetime  # aware UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A known article, to be fetched once more: does it look as it did?"""

    id: str
    link: Link
    capture: StoredCapture  # that it was read from last


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFacts:
    """What one article has, as it was read last."""

    id: str
    title: str
    first_seen_at: datetime  # aware UTC
    has: frozenset[str]  # of date, source, authors, captions
    text_chars: int
    fits: bool  # it was read by a template or a layout


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWalk:
    """How one of the portal's own lists did in one run."""

    url: str
    kind: OutcomeKind
    reason: str | None
    pages: int  # that answered
    links: int
    new_links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run that ended, with its lists."""

    id: int
    state: RunState
    finished_at: datetime  # aware UTC
    requests: int
    walks: tuple[SourceWalk, ...]
    counts: Mapping[str, int]  # of links, by outcome
