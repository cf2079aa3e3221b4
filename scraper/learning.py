"""A portal's templates in one run: which is tried on a page, and when one is learned.

Two rules keep an archive of readings true. A template is used from the run after the one that
learned it, so that what a run reads does not depend on where it was interrupted. And an article is
read again with what it was read with before: then a reading that differs shows a change of the
page, never one of the templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scraper.archive.archive import Archive, StoredCapture, StoredTemplate
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError, PageError
from scraper.extraction.article import Template, extract, learn
from scraper.records import Article, Capture, Portal

FEWEST = 5  # articles that a template is learned from
MOST = 30  # captures that are read for one
MOST_LISTS = 5  # list pages beside them; they tell titles and frame
MOST_TRIED = 3  # templates on one page
GROWN = 2  # times the articles that it was learned from, and a template is learned anew
UNFIT_SHARE = 0.3  # of the new articles; then the portal has changed its look
FIT_SHARE = 0.5  # of those, that a template for the new look must fit


@dataclass
class PortalTemplates:
    """The templates that one run over a portal reads with."""

    portal: Portal
    archive: Archive
    instead: Callable[..., Article] | None = None  # of extract
    stored: tuple[StoredTemplate, ...] = field(init=False)
    _read: dict[int, Template | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stored = self.archive.templates(self.portal.name)

    def read(self, capture: Capture, *, id: str) -> tuple[Article, int | None]:
        """The article of a page, and the number of the template that fitted it, if one did.

        Raises PageError.
        """
        before = self.archive.template_of(id)
        if before == "none":
            return self._extract(capture, None), None
        return self._first_fitting(
            capture, self._to_try(before if isinstance(before, int) else None)
        )

    def read_anew(self, capture: Capture, *, own: int | None) -> tuple[Article, int | None]:
        """As `read`, for a reading that is to be today's: the newest fitting template wins.

        `own` is the number of the one that the article was read with before, if any.
        """
        newest = self._current()
        return self._first_fitting(
            capture, newest if own is None or own in newest else [*newest, own]
        )

    def _first_fitting(
        self, capture: Capture, numbers: Iterable[int]
    ) -> tuple[Article, int | None]:
        """The article by the first template that fits; else as if there were none, and why."""
        reason: Article | None = None
        for number in numbers:
            try:
                article = self._extract(capture, self.template(number))
            except PageError:
                continue
            if article.read_by == "template":
                return article, number
            reason = reason or article
        if reason is not None:
            return reason, None
        return self._extract(capture, None), None

    def _to_try(self, own: int | None) -> Iterator[int]:
        if own is not None:
            yield own
        yield from [number for number in self._current() if number != own]

    def _current(self) -> list[int]:
        return [one.number for one in self.stored if one.replaced_by is None][:MOST_TRIED]

    def template(self, number: int) -> Template | None:
        """A stored template; None where this program cannot read it."""
        if number not in self._read:
            text = next((one.template for one in self.stored if one.number == number), "{}")
            try:
                self._read[number] = Template.from_json(text)
            except ValueError:  # of a later program
                self._read[number] = None
        return self._read[number]

    def _extract(self, capture: Capture, template: Template | None) -> Article:
        return (self.instead or extract)(
            capture.body,
            url=capture.answered_url,
            content_type=capture.header("content-type"),
            portal=self.portal,
            fetched_at=capture.fetched_at,
            template=template,
        )

    # --- at the end of a run --------------------------------------------------------------------

    def refresh(self, captures: CaptureStore, *, now: datetime) -> None:
        """Learn what there is to learn: the first template, a better one, or one for a new look.

        Bounded: it reads at most MOST captures and MOST_LISTS lists, and never raises for them.
        """
        newest = next((one for one in self.stored if one.replaced_by is None), None)
        if newest is None:
            self._learn(captures, replaces=None, unfit_since=None, now=now)
            return
        fits = self.archive.fits_since(self.portal.name, since=newest.learned_at)
        if fits.unfit >= FEWEST and fits.unfit >= UNFIT_SHARE * fits.read:
            self._learn(captures, replaces=None, unfit_since=newest.learned_at, now=now)
        elif newest.articles < MOST and fits.read >= (GROWN - 1) * newest.articles:
            self._learn(captures, replaces=newest.number, unfit_since=None, now=now)

    def _learn(
        self,
        captures: CaptureStore,
        *,
        replaces: int | None,
        unfit_since: datetime | None,
        now: datetime,
    ) -> None:
        name = self.portal.name
        stored = self.archive.captures_to_learn_from(name, limit=MOST, unfit_since=unfit_since)
        if len(stored) < FEWEST:
            return
        pages = list(_loaded(stored, captures))
        urls = [
            source.start or source.url.replace("{page}", "1").replace("{offset}", "0")
            for source in self.portal.sources[:MOST_LISTS]
        ]
        lists = list(_loaded(self.archive.captures_of_lists(name, urls=urls), captures))
        template = learn((page.answered_url, page.body) for page in [*pages, *lists])
        if template.articles < FEWEST:
            return
        if unfit_since is not None and not self._fits(template, pages):
            return
        self.archive.save_template(
            name,
            template.to_json(),
            articles=template.articles,
            seen_at=[page.fetched_at for page in pages],
            replaces=replaces,
            now=now,
        )

    def _fits(self, template: Template, pages: Sequence[Capture]) -> bool:
        """Whether a template serves the pages that it was learned from."""
        fitting = 0
        for page in pages:
            try:
                fitting += self._extract(page, template).read_by == "template"
            except PageError:
                continue
        return fitting >= FIT_SHARE * len(pages)


def _loaded(stored: Sequence[StoredCapture], captures: CaptureStore) -> Iterator[Capture]:
    for one in stored:
        if one.place is None:
            continue
        try:
            yield captures.load(one.place)
        except CaptureError:  # its WARC file was moved away
            continue
