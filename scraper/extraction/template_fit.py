"""A template held against one page: whether it fits, and what it changes of the page's reading.

The general reading goes first. A template moves it only where several pages of the site bear that
out, and never takes most of a text away.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from scraper.extraction.blocks import Survey, TextBlock
from scraper.extraction.datelines import LONGEST_DATELINE
from scraper.extraction.notes import Witness
from scraper.extraction.places import Places, page_number, said_at
from scraper.extraction.template import Look, Template, log_odds
from scraper.extraction.template_learning import SHORTEST_FRAME
from scraper.extraction.template_sight import constant
from scraper.extraction.witnesses import Witnesses
from scraper.records import Article, Evidence

# Weights of a block's evidence, in log odds; set on five sets of pages, each read with the others
# of its site and trees that had not seen it. They are flat: half and twice as much, and votes of
# beliefs instead of decisions, give the same within .002 of F1.
SURE = 1.7  # of the page's own reading, at most
PATH = 1.0  # of the shares at the block's whole path
NEARBY = 0.5  # of those at its near place
AGAINST = 0.5  # of either, where it says that a block is no text
LEAST_ADDED = 20  # characters outside of links; shorter lines are not brought in
LEAST_BELIEF = 0.2  # but where the page's own reading left them in doubt
MOST_REPEATED = 0.4  # of a text; where more repeats, the page is one of those learned from
MOST_CUT = 0.4  # of a text, unless as much of it stands at better places
LEAST_LEFT = 0.3
LEAST_ELSEWHERE = 200  # characters at text places that the page's own reading has left out
FEWEST = 3  # articles that may say that a page's own reading is mostly wrong
KNOWN = 0.3  # of a text that must stand at known places, for a template to fit


Field = Literal["title", "date", "source", "byline"]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A template beside one page."""

    template: Template
    places: Places
    look: Look | None
    numbers: Sequence[int]  # the place of each block
    alone: Mapping[int, TextBlock | None]  # the block at a place; None where there are several
    reason: str | None  # why it does not fit, or None where it does

    def block(self, field: Field) -> TextBlock | None:
        """The block where the look has a field, where there is one only."""
        place = getattr(self.look, field)
        return None if place is None else self.alone.get(place)


def fit(template: Template, found: Survey, text: Collection[int], places: Places) -> Fit:
    """How a template fits a page whose article's text was read at these blocks."""
    odds, near_odds = template.odds, template.near_odds
    numbers: list[int] = []
    alone: dict[int, TextBlock | None] = {}
    known = whole = elsewhere = 0
    for block in found.blocks:
        place = places.of(block)
        numbers.append(place)
        alone[place] = None if place in alone else block
        at_text = odds.get(place, 0.0) > 0.0
        if block.index in text:
            whole += block.chars
            if at_text or near_odds.get(places.near(block), 0.0) > 0.0:
                known += block.chars
        elif at_text and block.chars >= LEAST_ADDED:
            elsewhere += block.chars
    here = alone.keys()
    look = max(template.looks, key=lambda look: (len(look.places & here), look.pages), default=None)
    reason: str | None = None
    if look is None:
        reason = "the template knows no article"
    elif (not whole or known < KNOWN * whole) and (
        template.articles < FEWEST or elsewhere <= max(LEAST_ELSEWHERE, whole)
    ):
        reason = f"the text stands where none of {template.articles} articles has it"
    return Fit(template, places, look, numbers, alone, reason)


# --- what is no part of the article, whatever the page ---------------------------------------


def without_frame(found: Survey, template: Template, places: Places) -> Survey:
    """The survey without the site's frame: its long lines, and the day of the visit.

    Short lines stay: reading goes by labels such as "Tin liên quan".
    """
    if not template.frame and not template.clocks:
        return found
    gone = [_is_frame(block, template, places) for block in found.blocks]
    if not any(gone):
        return found
    before = [0]  # blocks that stay, before each
    for out in gone:
        before.append(before[-1] + (not out))
    for box in found.boxes:
        box.first, box.last = before[box.first], before[box.last]
    for marks in (found.images, found.links):
        for mark in marks:
            mark.index = before[mark.index]
    images = 0
    kept: list[TextBlock] = []
    for block, out in zip(found.blocks, gone, strict=True):
        images += block.images
        if not out:
            block.index, block.images, images = len(kept), images, 0
            kept.append(block)
    found.blocks[:] = kept
    return found


def _is_frame(block: TextBlock, template: Template, places: Places) -> bool:
    if template.clocks and block.chars <= LONGEST_DATELINE and places.of(block) in template.clocks:
        return True
    if block.chars < SHORTEST_FRAME or not template.frame:
        return False
    return said_at(block.text, places.near(block)) in template.frame


# --- the text ----------------------------------------------------------------------------------


def adjusted(
    fitted: Fit, found: Survey, beliefs: Sequence[float], *, url: str | None, title: int | None
) -> list[float]:
    """The beliefs that each block is text, 0 to 1, with what the template says of its place.

    Frame goes down, text at the usual places up. Beliefs of 0 and 1 only will do.
    """
    blocks, few = found.blocks, fitted.template.articles < FEWEST
    repeats = _repeats(fitted, found, beliefs, url=url)
    moved = _moved(fitted, found, beliefs, repeats, down=True)
    whole = both = now = 0
    for block, before, after in zip(blocks, beliefs, moved, strict=True):
        if before >= 0.5:
            whole += block.chars
            both += block.chars if after >= 0.5 else 0
        now += block.chars if after >= 0.5 else 0
    if both < (1 - MOST_CUT) * whole and (few or now <= LEAST_LEFT * whole):
        moved = _moved(fitted, found, beliefs, repeats, down=False)
    return _within(fitted, found, beliefs, moved, title=title)


def _repeats(
    fitted: Fit, found: Survey, beliefs: Sequence[float], *, url: str | None
) -> frozenset[int]:
    """The blocks of the text that other pages print too at the same place."""
    template = fitted.template
    again = template.repeated
    if template.lines:
        here = page_number(url)
        again = again.union(*(lines for page, lines in template.lines.items() if page != here))
    if not again:
        return frozenset()
    near = fitted.places.near
    repeats: list[int] = []
    whole = repeated = 0
    for block, belief in zip(found.blocks, beliefs, strict=True):
        if belief >= 0.5:
            whole += block.chars
            if said_at(block.text, near(block)) in again:
                repeated += block.chars
                repeats.append(block.index)
    return frozenset(repeats) if repeated <= MOST_REPEATED * whole else frozenset()


def _moved(
    fitted: Fit,
    found: Survey,
    beliefs: Sequence[float],
    repeats: Collection[int],
    *,
    down: bool,
) -> list[float]:
    odds, near_odds, near = fitted.template.odds, fitted.template.near_odds, fitted.places.near
    moved = list(beliefs)
    for block, place, belief in zip(found.blocks, fitted.numbers, beliefs, strict=True):
        if belief < LEAST_BELIEF and block.chars - block.link_chars < LEAST_ADDED:
            continue
        if block.index in repeats:
            moved[block.index] = 0.0
            continue
        vote = PATH * odds.get(place, 0.0) + NEARBY * near_odds.get(near(block), 0.0)
        if vote < 0.0:
            if not down:
                continue
            vote *= AGAINST
        own = SURE if belief >= 0.9 else -SURE if belief <= 0.1 else log_odds(belief)
        if (own > 0.0) != (own + vote > 0.0) or 0.1 < belief < 0.9:  # else nothing would change
            moved[block.index] = 1.0 / (1.0 + math.exp(-own - vote))
    return moved


def _within(
    fitted: Fit,
    found: Survey,
    beliefs: Sequence[float],
    moved: list[float],
    *,
    title: int | None,
) -> list[float]:
    """Without additions above the title, or below the title of a next article."""
    added = [i for i, after in enumerate(moved) if after >= 0.5 > beliefs[i]]
    if not added:
        return moved
    last = max((i for i, belief in enumerate(beliefs) if belief >= 0.5), default=len(moved))
    title_place = fitted.look.title if fitted.look else None
    end = len(moved)  # where a next article begins
    for block in found.blocks[last + 1 :]:
        at_title = block.tag == "h1" or fitted.numbers[block.index] == title_place
        if at_title and block.index != title:
            end = block.index
            break
    for index in added:
        if index >= end or (title is not None and index <= title):
            moved[index] = beliefs[index]
    return moved


# --- metadata ----------------------------------------------------------------------------------


def without_constants(said: Witnesses, template: Template) -> Witnesses:
    """The witnesses without those that say the same on every page of the site."""
    if not template.constants:
        return said
    return replace(
        said,
        titles=_telling(said.titles, "title", template.constants),
        published=_telling(said.published, "published", template.constants),
    )


def _telling(
    witnesses: Sequence[Witness], about: str, constants: Collection[int]
) -> tuple[Witness, ...]:
    return tuple(one for one in witnesses if constant(one, about) not in constants)


def without_template(article: Article, reason: str) -> Article:
    """The article, with the reason why a template that was there was not used."""
    evidence = {**article.evidence, "template": Evidence(rule="does not fit", text=reason)}
    return replace(article, evidence=MappingProxyType(evidence))
