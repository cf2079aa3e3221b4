"""Captures -> articles again, with today's code: what would change, and on request the change.

Several processes read, each with a connection of its own that cannot write; this one alone writes.
What goes wrong over one article ends as a Reread; a broken archive or a full disk is raised.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from scraper.all_cores import Lost, answers, cores
from scraper.archive.archive import (
    Archive,
    Change,
    KeptAnswer,
    Standing,
    StoredPortal,
    differences,
    renewals,
)
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError, NoArticle, PageError
from scraper.extraction.article import extract
from scraper.learning import PortalTemplates
from scraper.portals.portal_file import read_cron
from scraper.records import Article, Capture, Portal, portal_of

RereadKind = Literal["changed", "renewed", "unchanged", "no_article", "unreadable", "fault"]
BATCH = 50  # articles written in one commit; while it is written, the readers' answers wait
PATIENCE_SECONDS = 120.0  # for one article; the slowest page that is not refused takes two


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What today's code makes of one article.

    "changed": a compared field differs, so that it is another version; "renewed": only tags,
    images, evidence and the like; "no_article": the page is none for today's code; "unreadable":
    its capture is missing or damaged, or its portal file is; "fault": this program failed over it.
    In the last three the article stays as it is, and `reason` says why.
    """

    id: str
    portal: str
    kind: RereadKind
    changes: tuple[Change, ...] = ()
    renewed: tuple[str, ...] = ()  # names of fields
    unseen_edits: tuple[int, ...] = ()  # versions that today's code reads as the one before them
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a process hands back; with an article where there is something to write."""

    reread: Reread
    article: Article | None = None
    answer: KeptAnswer | None = None
    template: int | None = None


def reextract(
    portals: Sequence[Portal],
    *,
    archive: Archive,
    captures_folder: Path,
    numbers: Sequence[int],
    apply: bool = False,
    without_file: Collection[str] = (),
    jobs: int | None = None,
    stop: threading.Event | None = None,
    read: Callable[..., Article] = extract,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Generator[Reread, None, None]:
    """Read these articles again, and say of each what became of it.

    `numbers` are rows as `archive.numbers_to_reread` gives them. With `apply` what differs is
    written, some articles a commit, and said when it is on the disk; the caller holds the archive's
    lock. `without_file` names those of the portals whose file is not there: what was read by a
    layout of it is left alone. `jobs` processes read, all cores by default; 0 reads in this one.
    `read` takes the place of `extract`; it is pickled. Raises ArchiveError.
    """
    prepare = partial(
        _reader, archive.path, captures_folder, tuple(portals), frozenset(without_file), read
    )
    readings: Generator[_Reading | Lost[int], None, None] = answers(
        prepare,
        numbers,
        jobs=cores() if jobs is None else jobs,
        patience_seconds=patience_seconds,
        stop=stop,
    )
    waiting: list[_Reading] = []
    with closing(readings):
        for reading in readings:
            if isinstance(reading, Lost):
                id = archive.id_of(reading.argument)
                yield Reread(id=id, portal=portal_of(id), kind="fault", reason=reading.reason)
            elif not apply or reading.article is None:
                yield reading.reread
            else:
                waiting.append(reading)
                if len(waiting) >= BATCH:
                    yield from _written(archive, waiting)
                    waiting = []
    yield from _written(archive, waiting)


def _written(archive: Archive, readings: Sequence[_Reading]) -> Iterator[Reread]:
    """Write readings in one commit, and say them when they are on the disk."""
    if not readings:
        return
    with archive.batch():
        for reading in readings:
            assert reading.article is not None and reading.answer is not None
            archive.save_rereading(
                reading.article,
                id=reading.reread.id,
                answer=reading.answer,
                template=reading.template,
            )
    yield from (reading.reread for reading in readings)


def portal_of_notes(notes: StoredPortal) -> Portal:
    """What the archive knows of a portal, as far as reading its pages needs it; no layouts."""
    return Portal(
        name=notes.name,
        home=notes.home,
        title=notes.title,
        language=notes.language,
        timezone=notes.timezone,
        formerly=notes.formerly,
        cron=read_cron("0 0 * * *"),  # never looked at
    )


# --- in each process ----------------------------------------------------------------------------


@contextmanager
def _reader(
    path: Path,
    captures_folder: Path,
    portals: Sequence[Portal],
    without_file: frozenset[str],
    read: Callable[..., Article],
) -> Iterator[Callable[[int], _Reading]]:
    """The function from an article's row number to its new reading, while the archive is open."""
    with Archive.open(path) as archive, CaptureStore(captures_folder) as captures:
        by_name = {portal.name: portal for portal in portals}
        yield _Reader(archive, captures, by_name, without_file, read).reread


@dataclass
class _Reader:
    archive: Archive
    captures: CaptureStore
    portals: dict[str, Portal]
    without_file: frozenset[str]
    read: Callable[..., Article]
    templates: dict[str, PortalTemplates] = field(default_factory=dict)

    def reread(self, number: int) -> _Reading:
        standing = self.archive.standing(number)
        before = standing.stored
        try:
            templates = self.templates_of(standing)
            if standing.newest is None:
                raise _Unreadable("the archive knows of no capture of it")
            article, template = self.read_answer(standing.newest, templates, own=standing.template)
        except (CaptureError, _Unreadable) as error:
            return _Reading(_reread(standing, "unreadable", reason=str(error)))
        except PageError as error:
            return _Reading(_reread(standing, _kind_of(error), reason=error.reason))
        # The id is permanent, also where today's rules would make another; evidence as it is
        # found in a page cannot be pickled.
        article = replace(article, id=before.id, evidence=dict(article.evidence))
        changes = differences(before.article, article)
        renewed = renewals(standing, article, template=template)
        unseen = self.unseen_edits(standing, templates)
        kind: RereadKind = "changed" if changes else "renewed" if renewed else "unchanged"
        reread = _reread(standing, kind, changes=changes, renewed=renewed, unseen_edits=unseen)
        if kind == "unchanged":
            return _Reading(reread)
        return _Reading(reread, article, standing.newest, template)

    def templates_of(self, standing: Standing) -> PortalTemplates:
        name = standing.stored.portal
        if name not in self.portals:
            raise _Unreadable(f"nothing is known of its portal; put {name}.toml in place")
        if name in self.without_file and standing.stored.article.read_by == "layout":
            raise _Unreadable(
                f"a layout of its portal file decided how it is read; put {name}.toml in place"
            )
        if name not in self.templates:
            portal = self.portals[name]
            self.templates[name] = PortalTemplates(portal, self.archive, self.read)
        return self.templates[name]

    def read_answer(
        self, answer: KeptAnswer, templates: PortalTemplates, *, own: int | None
    ) -> tuple[Article, int | None]:
        return templates.read_anew(self.loaded(answer), own=own)

    def loaded(self, answer: KeptAnswer) -> Capture:
        """The answer as it was read: bytes that came twice are kept once, with the first's times.

        Raises CaptureError.
        """
        if answer.place is None:
            raise _Unreadable("its capture was not kept")
        capture = self.captures.load(answer.place)
        if capture.sha256 != answer.sha256:
            raise _Unreadable(
                f"{answer.place.file}: the record at byte {answer.place.offset} is another page "
                "than the archive says; put the file back from a backup"
            )
        headers = capture.headers
        if answer.content_type != capture.header("content-type"):
            headers = (("Content-Type", answer.content_type),) if answer.content_type else ()
        return replace(
            capture,
            answered_url=answer.answered_url,
            headers=headers,
            fetched_at=answer.fetched_at,
        )

    def unseen_edits(self, standing: Standing, templates: PortalTemplates) -> tuple[int, ...]:
        """The edits that were only our misreading: today's code reads the same before and after."""
        unseen: list[int] = []
        if not any(version.kind == "edit" for version in standing.versions):
            return ()  # most articles; their older captures need not be read
        before: Article | None = None
        before_capture: int | None = None
        for version in standing.versions:
            after: Article | None = None
            if version.answer is not None:
                if version.answer.capture_id == before_capture:
                    continue  # a re-reading of the same answer
                before_capture = version.answer.capture_id
                try:
                    after, _ = self.read_answer(version.answer, templates, own=version.template)
                except (CaptureError, _Unreadable, PageError):
                    after = None
            if before is not None and after is not None and version.kind == "edit":
                unseen += [] if differences(before, after) else [version.number]
            before = after
        return tuple(unseen)


class _Unreadable(Exception):
    """The article cannot be read again, for a reason that is no CaptureError."""


def _reread(
    standing: Standing,
    kind: RereadKind,
    *,
    changes: tuple[Change, ...] = (),
    renewed: tuple[str, ...] = (),
    unseen_edits: tuple[int, ...] = (),
    reason: str | None = None,
) -> Reread:
    return Reread(
        id=standing.stored.id,
        portal=standing.stored.portal,
        kind=kind,
        changes=changes,
        renewed=renewed,
        unseen_edits=unseen_edits,
        reason=reason,
    )


def _kind_of(error: PageError) -> RereadKind:
    """Whether the page is refused or the program failed; `extract` wraps its own faults."""
    cause = error.__cause__
    ours = isinstance(cause, Exception) and not isinstance(cause, PageError)
    return "fault" if ours and not isinstance(error, NoArticle) else "no_article"
