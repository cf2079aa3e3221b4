"""A portal's templates in one run: which is tried on a page, and when one is learned.

Two rules keep an archive of readings true. A template is used from the run after the one that
learned it, so that what a run reads does not depend on where it was interrupted. And an article is
read again with what it was read with before: then a reading that differs shows a change of the
page, never one of the templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scraper.archive.archive import Archive, StoredCapture, StoredTemplate
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError, PageError
from scraper.extraction.article import Template, learn
from scraper.reading import Reader, Rules
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
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.stored = self.archive.templates(self.portal.name)
        templates = {one.number: one.template for one in self.stored}
        rules = Rules(portal=self.portal, templates=templates)
        self.reader = Reader(rules, instead=self.instead)

    def to_try(self, id: str) -> tuple[int, ...]:
        """The templates to try on an article's page, in this order."""
        before = self.archive.template_of(id)
        if before == "none":
            return ()
        own = (before,) if isinstance(before, int) else ()
        return (*own, *(number for number in self._current() if number not in own))

    def read_anew(self, capture: Capture, *, own: int | None) -> tuple[Article, int | None]:
        """The article of a page as it reads today, where the newest fitting template wins.

        `own` is the number of the one that the article was read with before, if any. Returns the
        number of the one that fitted, too. Raises PageError.
        """
        newest = self._current()
        return self.reader.first_fitting(
            capture, newest if own is None or own in newest else [*newest, own]
        )

    def _current(self) -> list[int]:
        return [one.number for one in self.stored if one.replaced_by is None][:MOST_TRIED]

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
        urls = [source.url.replace("{page}", "1") for source in self.portal.sources[:MOST_LISTS]]
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
                fitting += self.reader.extract(page, template).read_by == "template"
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
