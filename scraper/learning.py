"""A portal's templates in one run: which is tried on a page, and when one is learned.

Two rules keep an archive of readings true. A template is used from the run after the one that
learned it, so that what a run reads does not depend on where it was interrupted. And an article is
read again with what it was read with before: then a reading that differs shows a change of the
page, never one of the templates.

A template for a new look is taken into use only where it is proved: articles that are known read
with it, in their new look, as they are archived. Else it is offered, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scraper.archive.archive import Archive, Fits, StoredCapture, StoredTemplate, TemplateState
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError, NoArticle, PageError
from scraper.extraction.article import Template, learn
from scraper.likeness import same_article, same_headed_text
from scraper.reading import Reader, Rules
from scraper.records import Article, Capture, Portal

FEWEST = 5  # articles that a template is learned from
MOST = 30  # captures that are read for one
MOST_LISTS = 5  # list pages beside them; they tell titles and frame
MOST_TRIED = 3  # templates on one page
NO_TEMPLATE_NEEDED = "a person said that its pages need no template"
GROWN = 2  # times the articles that it was learned from, and a template is learned anew
UNFIT_SHARE = 0.3  # of the new articles; then the portal has changed its look
FIT_SHARE = 0.5  # of those, that a template for the new look must fit
PROOFS = 3  # known articles, at least, that a template for a new look is proved by; ours
PROVED_SHARE = 0.8  # of them that must read as they are archived; a few were edited; ours


@dataclass(frozen=True, slots=True)
class Seen:
    """A known article's page as it looks now, and what was archived of it.

    `surely`: it was archived from its former look, day and all; else from the new one, by a reading
    that may have missed the day.
    """

    capture: Capture
    article: Article
    surely: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLook:
    """What there is of a look that no template fits."""

    controls: tuple[Seen, ...]  # known articles, fetched again
    held: tuple[StoredCapture, ...]  # pages that were not archived


NO_LOOK = NewLook(controls=(), held=())


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

    def to_try(self, id: str) -> tuple[int, ...] | None:
        """The templates to try on an article's page, in this order.

        None where what it said before decides: then `read` must be asked.
        """
        before = self.archive.template_of(id)
        if before == "none":
            return None if self._new_looks else ()
        own = (before,) if isinstance(before, int) else ()
        return (*own, *(number for number in self._current() if number not in own))

    def read(self, capture: Capture, *, id: str) -> tuple[Article, int | None]:
        """The article of a page, and the number of the template that fitted it, if one did.

        Raises PageError.
        """
        numbers = self.to_try(id)
        if numbers is None:
            return self._without(capture, id=id)
        return self.reader.first_fitting(capture, numbers)

    @property
    def _new_looks(self) -> list[int]:
        return [one.number for one in self.used if one.proof is not None]

    def _without(self, capture: Capture, *, id: str) -> tuple[Article, int | None]:
        """The reading of an article that is read without a template; in a new look with its own."""
        new_looks = self._new_looks
        try:
            article = self.reader.extract(capture, None)
        except NoArticle:
            if not new_looks:
                raise
            return self.reader.first_fitting(capture, new_looks)
        if not new_looks or not self.archive.differs(article, id=id):
            return article, None
        if same_article(self.archive.article(id).article, article):
            return article, None
        fitting, number = self.reader.first_fitting(capture, new_looks)
        return (article, None) if number is None else (fitting, number)

    def read_in_any_look(self, capture: Capture) -> tuple[Article, int | None]:
        """The article by the newest template in use that fits, whatever it was read with before."""
        return self.reader.first_fitting(capture, self._current())

    def read_with(self, capture: Capture, number: int | None) -> Article:
        """The article by one template, or by none; "general" where it does not fit.

        Raises PageError.
        """
        return self.reader.extract(
            capture, None if number is None else self.reader.template(number)
        )

    def fits(self, capture: Capture) -> bool:
        """Whether a template in use, or a layout of the portal file, fits a page."""
        try:
            return self.read_in_any_look(capture)[0].read_by != "general"
        except PageError:
            return False

    def fits_before(self) -> Fits:
        """How the pages read since the newest template in use was learned fitted it.

        Those that it was learned from count as fitting.
        """
        newest = self.in_use
        if newest is None:  # layouts alone; as if they had always served
            return Fits(MOST, 0)
        since = self.archive.fits_since(self.portal.name, since=newest.learned_at)
        return Fits(since.read + newest.articles, since.unfit)

    @property
    def used(self) -> list[StoredTemplate]:
        """The templates that new articles are read with, the newest first."""
        return [one for one in self.stored if one.replaced_by is None and one.state == "used"]

    @property
    def in_use(self) -> StoredTemplate | None:
        """The newest of them."""
        return next(iter(self.used), None)

    @property
    def offered(self) -> StoredTemplate | None:
        """The newest template that waits for a person's word."""
        waiting = [one for one in self.stored if one.replaced_by is None and one.state == "offered"]
        return next(iter(waiting), None)

    @property
    def refused(self) -> StoredTemplate | None:
        """The newest template that was offered since the newest in use, and rejected."""
        newest = self.in_use
        return next(
            (
                one
                for one in self.stored
                if one.state == "rejected" and (newest is None or one.number > newest.number)
            ),
            None,
        )

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
        return [one.number for one in self.used][:MOST_TRIED]

    # --- at the end of a run --------------------------------------------------------------------

    def refresh(
        self, captures: CaptureStore, *, now: datetime, new_look: NewLook | None = None
    ) -> None:
        """Learn what there is to learn: the first template, a better one, or one for a new look.

        Bounded: it reads at most MOST captures and MOST_LISTS lists, and never raises for them.
        """
        newest = self.in_use
        if newest is None and new_look is not None:  # told by history; nothing old is learned from
            self._learn_new_look(captures, new_look, since=now, now=now)
            return
        if newest is None:
            if all(one.state != "rejected" for one in self.stored):
                self._learn(captures, replaces=None, now=now)
            else:  # from what was archived since a person had the templates forgotten
                self._learn(captures, replaces=None, unfit_since=self.stored[0].learned_at, now=now)
            return
        fits = self.archive.fits_since(self.portal.name, since=newest.learned_at)
        if new_look is not None:
            self._learn_new_look(captures, new_look, since=newest.learned_at, now=now)
        elif fits.unfit >= FEWEST and fits.unfit >= UNFIT_SHARE * fits.read:
            self._learn_new_look(captures, NO_LOOK, since=newest.learned_at, now=now)
        elif newest.articles < MOST and fits.read >= (GROWN - 1) * newest.articles:
            self._learn(captures, replaces=newest.number, proof=newest.proof, now=now)

    def _learn(
        self,
        captures: CaptureStore,
        *,
        replaces: int | None,
        now: datetime,
        unfit_since: datetime | None = None,
        proof: str | None = None,  # of the one that it replaces
    ) -> None:
        name = self.portal.name
        stored = self.archive.captures_to_learn_from(name, limit=MOST, unfit_since=unfit_since)
        pages = list(_loaded(stored, captures))
        template = self._learned(pages, captures)
        if template is not None:
            self._save(template, pages, replaces=replaces, now=now, proof=proof)

    def _learn_new_look(
        self, captures: CaptureStore, look: NewLook, *, since: datetime, now: datetime
    ) -> None:
        """A template from the pages that fit none: used where it is proved, else offered."""
        archived = self.archive.captures_to_learn_from(
            self.portal.name, limit=MOST, unfit_since=since
        )
        controls = [seen.capture for seen in look.controls]
        others = list(_loaded((*archived, *look.held)[: MOST - len(controls)], captures))
        pages = [*controls, *others]
        waiting = self.offered
        if waiting is not None and len(pages) < GROWN * waiting.articles:
            return  # more of the same would be offered
        refused = self.refused
        if waiting is None and refused is not None:
            later = sum(page.fetched_at > refused.learned_at for page in pages)
            if later < refused.articles:
                return  # the same pages would teach what was refused
        template = self._learned(pages, captures)
        if template is None or not self._fits(template, pages):
            return
        known = [*look.controls, *self._archived_since(archived, captures)]
        state, proof = self._proved(template, known)
        self._save(
            template,
            pages,
            replaces=None,
            now=now,
            state=state,
            proof=proof,
        )
        if waiting is not None:
            self.archive.set_template_state(waiting.number, "rejected")

    def _archived_since(
        self, stored: Sequence[StoredCapture], captures: CaptureStore
    ) -> Iterator[Seen]:
        """Articles that were archived in the new look, and were like those before."""
        for one in stored:
            if one.article_id is not None:
                for capture in _loaded((one,), captures):
                    article = self.archive.article(one.article_id).article
                    yield Seen(capture, article, surely=False)

    def _proved(self, template: Template, known: Sequence[Seen]) -> tuple[TemplateState, str]:
        """Whether known articles read with a template as they are archived, and how many do."""
        right = sum(self._reads_right(template, seen) for seen in known)
        said = f"{right} of {len(known)} known articles read with it as they are archived"
        proved = len(known) >= PROOFS and right >= PROVED_SHARE * len(known)
        return ("used" if proved else "offered"), said

    def _reads_right(self, template: Template, seen: Seen) -> bool:
        try:
            article = self.reader.extract(seen.capture, template)
        except PageError:
            return False
        if article.read_by != "template":
            return False
        if seen.surely:
            return same_article(seen.article, article)
        return same_headed_text(seen.article, article)

    def _learned(self, pages: Sequence[Capture], captures: CaptureStore) -> Template | None:
        """What these pages have in common, with the portal's lists; None of too few."""
        if len(pages) < FEWEST:
            return None
        urls = [
            source.start or source.url.replace("{page}", "1").replace("{offset}", "0")
            for source in self.portal.sources[:MOST_LISTS]
        ]
        stored = self.archive.captures_of_lists(self.portal.name, urls=urls)
        lists = list(_loaded(stored, captures))
        template = learn((page.answered_url, page.body) for page in [*pages, *lists])
        return template if template.articles >= FEWEST else None

    def _save(
        self,
        template: Template,
        pages: Sequence[Capture],
        *,
        replaces: int | None,
        now: datetime,
        state: TemplateState = "used",
        proof: str | None = None,
    ) -> None:
        self.archive.save_template(
            self.portal.name,
            template.to_json(),
            articles=template.articles,
            seen_at=[page.fetched_at for page in pages],
            replaces=replaces,
            now=now,
            state=state,
            proof=proof,
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
