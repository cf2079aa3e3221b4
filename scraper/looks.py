"""Has the portal a new look? Watched in one run, page by page, before anything is archived.

A page that fits no template may be an odd one: photo news, a notice of a line. Before such a page
is doubted, a few known articles are fetched once more, the *controls*. If these too fit no more,
the look has changed: what then reads unlike everything before is held, its capture kept, until a
template serves. If they look as they did, the page is what it is, and is archived.

Of a portal without a template its history alone tells: a known article fits where it reads much as
it is archived, a new one where it is not unlike all before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from scraper.archive.archive import Alarm, Archive, Control, HeldPage
from scraper.capture.store import CaptureStore
from scraper.chances import in_a_row
from scraper.errors import BadStatus, CaptureError, NoArticle, NotAsked, PageError, PageGone
from scraper.learning import NO_TEMPLATE_NEEDED, NewLook, PortalTemplates, Seen
from scraper.likeness import FEWEST, SHARED, Lines, Usual, much_differs, same_article
from scraper.records import Article, Capture, Link, Outcome, Portal

READINGS = 200  # newest articles, that tell what is usual
ODD = 0.1  # the chance of the pages that fit no template, at which controls are fetched; ours
CONTROLS = 3  # known articles that tell whether the look changed; two of them must agree
HISTORY_CONTROLS = 5  # where history alone tells; three must agree: edits come early and together
HISTORY_WINDOW = 80  # articles that these are spread over; ours
MORE_CONTROLS = 5  # that are fetched then, so that a template can be learned and proved
LOST_PAGES = 3  # new links that are no article, with none that is, before controls are fetched
LATELY = 50  # pages of this run that are no controls; a long run must not remember all
ENOUGH = 3  # pages that fit, for a look to be called known again
HELD_FOR = timedelta(days=7)  # a held page is read from its capture; it is fetched again after
CONTROLS_EVERY = timedelta(hours=20)  # while a look is unknown; ours
PAST_ALARMS = 20  # among which a person's word is looked for
MOST_RELEASED = 200  # held pages that one run reads again

HELD = "held until the portal's new look is known"

Look = Literal["same", "new"]


@dataclass
class LookWatch:
    """What one run sees of a portal's look."""

    portal: Portal
    archive: Archive
    captures: CaptureStore
    templates: PortalTemplates
    get: Callable[[str], Capture]  # paced, robots-checked, captured
    run: int
    now: Callable[[], datetime]
    verdict: Look | None = None
    reason: str = ""
    fits: int = 0  # pages of this run that fitted a template or a layout
    unfit: int = 0
    steady: int = 0  # known articles that fitted, and say what they said
    lost: int = 0  # links that led to no article
    new: int = 0  # articles read for the first time
    alarm: Alarm | None = None  # that stands since an earlier run
    usual: Usual = field(init=False)
    judges: bool = field(init=False)  # is there anything that a page could fit?
    lines: Lines = field(default_factory=Lines)
    controls: list[tuple[Control, Capture]] = field(default_factory=list)
    controls_held: list[Outcome] = field(default_factory=list)
    asked: deque[str] = field(default_factory=lambda: deque(maxlen=LATELY))  # addresses, the last
    controlled: bool = False
    looked_at_one: bool = False
    misread: int = 0  # known articles whose pages, in the new look, do not say what they said
    held_ids: frozenset[str] = frozenset()  # known articles that wait, where an alarm stands
    by_history: bool = False  # nothing was learned that a page could fit
    accepted_at: datetime | None = None  # a person took what was held as it reads

    def __post_init__(self) -> None:
        alarms = self.archive.standing_alarms(self.portal.name)
        self.alarm = next((one for one in alarms if one.kind == "new_look"), None)
        if self.alarm is not None:
            self.verdict, self.reason = "new", self.alarm.reason
        if self.alarm is not None:
            held = self.archive.held(self.portal.name, limit=READINGS)
            self.held_ids = frozenset(page.article_id for page in held if page.article_id)
            self.misread = len(self.held_ids)
        learned = bool(self.portal.layouts) or self.templates.in_use is not None
        self.usual = Usual.of(
            self.archive.readings(self.portal.name, limit=READINGS, backdated=not learned)
        )
        self.by_history = not learned and self.usual.articles >= FEWEST
        self.judges = learned or self.by_history
        if self.by_history:
            past = self.archive.alarms(self.portal.name, limit=PAST_ALARMS)
            words = [one.cleared_at for one in past if one.cleared_reason == NO_TEMPLATE_NEEDED]
            self.accepted_at = max((at for at in words if at is not None), default=None)

    # --- one page -------------------------------------------------------------------------------

    def doubt(self, link: Link, article: Article, *, capture: Capture, id: str) -> str | None:
        """Why this reading is not to be archived; None where it is."""
        self.asked.append(link.url)
        if not self.judges:
            return None
        known = self.archive.template_of(id) != "unread"
        if known and not self.archive.differs(article, id=id):
            self.steady += article.read_by != "general"
            self.fits += self.by_history and self._tells(id)
            return None
        self.new += not known
        if self.by_history and known and not self._comparable(id):
            return None
        if self.by_history and not known:
            self._look_at_one()
        if self._fits(article, capture, id=id, known=known):
            self.fits += self._tells(id)
            return None
        self.unfit += 1
        unlike = self._unlike(article, id=id, known=known) if self._look_is_new() else []
        self.lines.add(article, id=id)
        return f"{HELD}: {'; '.join(unlike)}" if unlike else None

    def _unlike(self, article: Article, *, id: str, known: bool) -> list[str]:
        """What speaks against a reading in a look that nothing fits."""
        if self.misread:
            return [f"in it {self.misread} known articles are misread"]
        if known:
            return much_differs(self.archive.article(id).article, article)
        unlike = self.usual.unlike(article)
        if self.lines.shared(article, id=id) > SHARED:
            unlike.append("mostly what other pages of this run say")
        return unlike

    def hold(self, link: Link, reason: str, *, capture: Capture) -> Outcome:
        """Keep a page that is doubted, without archiving what it says."""
        now = self.now()
        return self.archive.hold_page(
            link, reason=reason, capture=capture, run=self.run, now=now, until=now + HELD_FOR
        )

    def refused(self, link: Link, error: PageError, *, capture: Capture | None) -> str | None:
        """Why a page that is no article is held, to be looked at again; None where it is not."""
        self.asked.append(link.url)
        if link.guessed:  # a number that nobody listed
            return None
        if not self.judges or not (isinstance(error, NoArticle | PageGone) or _is_404(error)):
            return None
        self.lost += 1
        self.unfit += self.archive.template_of(link.id) != "unread"
        if capture is None or not isinstance(error, NoArticle):
            self._look_is_new()
            return None
        if not self._look_is_new():
            return None
        return f"{HELD}: {error.reason}"

    def _fits(self, article: Article, capture: Capture, *, id: str, known: bool) -> bool:
        if self.by_history:
            if known:
                return not much_differs(self.archive.article(id).article, article)
            return self.verdict != "new" and not self.usual.unlike(article)
        if article.read_by != "general":
            return True
        # An article of the first run is read without a template, whatever fits its page.
        return known and self.templates.fits(capture)

    # --- the look -------------------------------------------------------------------------------

    def _look_is_new(self) -> bool:
        """Whether the look has changed, as far as this run knows; may fetch the controls."""
        if not self.controlled and self._worth_a_look():
            self._fetch_controls()
        return self.verdict == "new"

    def _worth_a_look(self) -> bool:
        if self.alarm is not None:
            if self.templates.offered is not None:
                return False
            newest = self.templates.in_use
            since = max(self.alarm.raised_at, newest.learned_at if newest else self.alarm.raised_at)
            return self.now() - since >= CONTROLS_EVERY
        if self.lost >= LOST_PAGES and not self.new:
            return True
        before = self.templates.fits_before()
        return bool(self.unfit) and in_a_row(self.unfit, seen=before.unfit, of=before.read) <= ODD

    def _look_at_one(self) -> None:
        """Before a run's first new article: rubbish may look like any article, a known one not."""
        if not (self.looked_at_one or self.controlled or self.alarm):
            self.looked_at_one = True
            self._fetch_controls(only_if_first_differs=True)

    def _fetch_controls(self, *, only_if_first_differs: bool = False) -> None:
        """Fetch known articles once more, and see whether they look as they did."""
        most = 2 * (CONTROLS + MORE_CONTROLS)
        known = self.archive.controls(
            self.portal.name,
            except_urls=tuple(self.asked),
            limit=HISTORY_WINDOW if self.by_history else most,
            held_first=self.by_history and self.alarm is not None,
        )
        if self.by_history and self.alarm is None:  # the newest are edited most
            known = known[:: -max(1, len(known) // most)]
        candidates = iter(known[:most])
        looks: list[Look] = []
        asked = HISTORY_CONTROLS if self.by_history else CONTROLS
        for control in candidates:
            look = self._look_at(control)
            if look is not None:
                looks.append(look)
            if only_if_first_differs and looks == ["same"]:
                return
            agreed = max(looks.count("new"), looks.count("same"))
            if len(looks) >= asked or (2 * agreed > asked and self.alarm is None):
                break
        self.controlled = True
        if 2 * looks.count("new") <= asked:
            if looks and self.alarm is None:
                self.verdict = "same"
            return
        self.verdict = "new"
        what = (
            "read as archived" if self.by_history else "fit what was learned of the portal's pages"
        )
        self.reason = (
            f"of {len(looks)} known articles fetched again {looks.count('new')} no longer {what}; "
            "it has changed its look"
        )
        for control in candidates:
            if len(self.controls) >= CONTROLS + MORE_CONTROLS:
                break
            self._look_at(control)

    def _look_at(self, control: Control) -> Look | None:
        """How a known article looks today; None where nothing can be said."""
        try:
            if control.capture.place is None:
                return None
            before = self.captures.load(control.capture.place)
            if not self._fitted(control, before):
                return None
            self.asked.append(control.link.url)
            capture = self.get(control.link.url)
        except (CaptureError, NotAsked):
            return None
        except PageError as error:
            return "new" if isinstance(error, PageGone) or _is_404(error) else None
        if capture.sha256 == before.sha256 or self._still_fits(control, capture):
            self.fits += self._tells(control.id)
            return "same"
        self.controls.append((control, capture))
        if not self._reads_right(control, capture):
            self.misread += 1
            reason = f"{HELD}: it is misread in it"
            self.controls_held.append(self.hold(control.link, reason, capture=capture))
        return "new"

    def _fitted(self, control: Control, before: Capture) -> bool:
        """Whether the page that a known article was read from tells anything of today's."""
        if self.by_history:
            return self._comparable(control.id) and self._still_fits(control, before)
        return self.templates.fits(before)

    def _still_fits(self, control: Control, capture: Capture) -> bool:
        if not self.by_history:
            return self.templates.fits(capture)
        try:
            article, _ = self.templates.read(capture, id=control.id)
        except PageError:
            return False
        return not much_differs(self.archive.article(control.id).article, article)

    def _tells(self, id: str) -> bool:
        """Whether a page that fits says that the look is known again.

        By history alone only one that did not fit: others read alike in both looks.
        """
        return not self.by_history or not self.held_ids or id in self.held_ids

    def _comparable(self, id: str) -> bool:
        """Whether an article was archived in the look that a person last took as it reads."""
        if self.accepted_at is None:
            return True
        last = self.archive.last_capture(id)
        return last is not None and last.fetched_at >= self.accepted_at

    def _reads_right(self, control: Control, capture: Capture) -> bool:
        """Whether a known article's page says in its new look, without a template, what it said."""
        try:
            article, _ = self.templates.read(capture, id=control.id)
        except PageError:
            return False
        self.lines.add(article, id=control.id)
        return same_article(self.archive.article(control.id).article, article)

    # --- held pages -----------------------------------------------------------------------------

    def release(self) -> Iterator[Outcome]:
        """Read held pages from their captures, where a template serves or the alarm is over."""
        held = self.archive.held(self.portal.name, limit=MOST_RELEASED)
        over = self.alarm is None
        newest = self.templates.in_use
        for page in held:
            served = newest is not None and newest.learned_at >= page.held_at
            accepted = self.alarm is not None and any(
                one.learned_at >= self.alarm.raised_at for one in self.templates.used
            )
            if over or served or accepted:
                outcome = self._read_held(page, over=over)
                if outcome is not None:
                    yield outcome

    def _read_held(self, page: HeldPage, *, over: bool) -> Outcome | None:
        """Archive a held page if it fits; None where it goes on waiting, or is fetched again."""
        link, now = page.link, self.now()
        try:
            if page.capture.place is None:
                raise NoArticle("its capture was not kept")
            capture = self.captures.load(page.capture.place)
            article, template = self.templates.read_in_any_look(capture)
        except (CaptureError, PageError) as error:
            if over or isinstance(error, CaptureError):
                reason = f"fetched again: {error}"
                self.archive.release(link, reason=reason, now=now, due=True)
            return None
        taken = self.accepted_at is not None and page.held_at <= self.accepted_at
        if article.read_by == "general" and self.judges and not taken:
            if over:  # the look is known now: what the page says today is judged by it
                self.archive.release(link, reason="fetched again", now=now, due=True)
            return None
        self.fits += article.read_by != "general"
        return self.archive.save_article(
            link,
            replace(article, id=page.article_id or link.id),
            capture=capture,
            run=self.run,
            now=now,
            template=template,
            again=self.in_another_look(article, page.article_id or link.id, template),
        )

    def in_another_look(self, article: Article, id: str, template: int | None) -> bool:
        """Whether a known article, read with another template than before, says what it said.

        Then what little differs is the new look's doing, and no edit.
        """
        before = self.archive.template_of(id)
        if template is None or before in (template, "unread"):
            return False
        return same_article(self.archive.article(id).article, article)

    # --- the end of the run ---------------------------------------------------------------------

    def known_again(self) -> bool:
        """Whether enough pages of this run fitted for the look to be called known."""
        if self.by_history and self.alarm is None and self.verdict == "new":
            return False  # found in this run; what fitted was asked for before, or reads alike
        if self.fits and not self.unfit:
            return self.fits + self.steady >= ENOUGH
        return self.fits >= ENOUGH and self.unfit * 4 <= self.fits

    def new_look(self) -> NewLook | None:
        """What there is to learn from, where the look is new and no template serves."""
        if self.verdict != "new" or self.known_again() or not self.judges:
            return None
        if not self.controlled and self._worth_a_look():
            self._fetch_controls()
            if self.known_again():
                return None
        held = self.archive.held(self.portal.name, limit=READINGS)
        there = {control.id for control, _ in self.controls}
        seen = [(control.id, capture) for control, capture in self.controls]
        waiting = []
        for page in held:
            if page.article_id is None:
                waiting.append(page.capture)
            elif page.article_id not in there and page.capture.place is not None:
                with suppress(CaptureError):
                    seen.append((page.article_id, self.captures.load(page.capture.place)))
        return NewLook(
            controls=tuple(Seen(capture, self.archive.article(id).article) for id, capture in seen),
            held=tuple(waiting),
        )


def _is_404(error: PageError) -> bool:
    return isinstance(error, BadStatus) and error.status in (404, 410)
