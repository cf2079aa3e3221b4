"""A template held against one page: whether it fits, and what it changes of the page's reading.

The general reading goes first. A template moves it only where several pages of the site bear that
out, and never takes most of a text away.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from scraper.extraction.blocks import Survey, TextBlock
from scraper.extraction.places import Places, page_number, said_at
from scraper.extraction.template import Look, Spot, Template
from scraper.extraction.template_learning import SHORTEST_FRAME
from scraper.extraction.template_sight import LONGEST_DATELINE, constant
from scraper.extraction.witnesses import Witness, Witnesses
from scraper.records import Article, Evidence

# Weights of a block's evidence, in log odds; set on five sets of pages, each read with the others
# of its site. They are flat: half and twice as much give the same within .002 of F1.
SURE = 1.7  # of the page's own reading, at most
PATH = 1.0  # of the shares at the block's whole path
NEARBY = 0.5  # of those at its near place
DOUBT = 300  # characters; a place with fewer says little
LEAST_ADDED = 20  # characters outside of links; shorter lines are not brought in
MOST_REPEATED = 0.4  # of a text; where more repeats, the page is one of those learned from
MOST_CUT = 0.4  # of a text, unless as much of it stands at better places
LEAST_LEFT = 0.3
FEWEST = 3  # articles that may say that a page's own reading is mostly wrong
KNOWN = 0.3  # of a text that must stand at known places, for a template to fit


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A template beside one page."""

    template: Template
    places: Places
    look: Look | None
    fits: bool
    reason: str


def fit(template: Template, found: Survey, text: Collection[int]) -> Fit:
    """How a template fits a page whose article's text was read at these blocks."""
    places, spots = Places(found), template.spots
    here: set[int] = set()
    known = whole = elsewhere = 0
    for block in found.blocks:
        place = places.of(block)
        here.add(place)
        spot = spots.get(place)
        at_text = spot is not None and 2 * spot.text_chars > spot.chars
        if block.index in text:
            whole += block.chars
            if at_text or _at_text(template.near.get(places.near(block))):
                known += block.chars
        elif at_text and block.chars >= LEAST_ADDED:
            elsewhere += block.chars
    look = max(template.looks, key=lambda look: (len(look.places & here), look.pages), default=None)
    if look is None:
        return Fit(template, places, None, False, "the template knows no article")
    if whole and known >= KNOWN * whole:
        return Fit(template, places, look, True, "")
    if template.articles >= FEWEST and elsewhere > max(200, whole):
        return Fit(template, places, look, True, "")
    reason = f"the text stands where none of {template.articles} articles of the site has it"
    return Fit(template, places, look, False, reason)


def _at_text(spot: Spot | None) -> bool:
    return spot is not None and spot.share > 0.5


# --- what is no part of the article, whatever the page ---------------------------------------


def without_frame(found: Survey, template: Template) -> Survey:
    """The survey without the site's frame: its long lines, and the day of the visit.

    Short lines stay: reading goes by labels such as "Tin liên quan".
    """
    if not template.frame and not template.clocks:
        return found
    places = Places(found)
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
    repeats = _repeats(fitted, found, beliefs, url=url)
    moved = _moved(fitted, found, beliefs, repeats, down=True)
    whole = sum(b.chars for b in found.blocks if beliefs[b.index] >= 0.5)
    both = sum(b.chars for b in found.blocks if beliefs[b.index] >= 0.5 <= moved[b.index])
    now = sum(b.chars for b in found.blocks if moved[b.index] >= 0.5)
    if both < (1 - MOST_CUT) * whole and not (
        now > LEAST_LEFT * whole and fitted.template.articles >= FEWEST
    ):
        moved = _moved(fitted, found, beliefs, repeats, down=False)
    return _within(fitted, found, beliefs, moved, title=title)


def _repeats(
    fitted: Fit, found: Survey, beliefs: Sequence[float], *, url: str | None
) -> frozenset[int]:
    """The blocks of the text that other pages print too at the same place."""
    template, here = fitted.template, page_number(url)
    others = [lines for page, lines in template.lines.items() if page != here]
    again: list[TextBlock] = []
    whole = 0
    for block in found.blocks:
        if beliefs[block.index] < 0.5:
            continue
        whole += block.chars
        line = said_at(block.text, fitted.places.near(block))
        if line in template.repeated or any(line in lines for lines in others):
            again.append(block)
    if sum(block.chars for block in again) > MOST_REPEATED * whole:
        return frozenset()
    return frozenset(block.index for block in again)


def _moved(
    fitted: Fit,
    found: Survey,
    beliefs: Sequence[float],
    repeats: Collection[int],
    *,
    down: bool,
) -> list[float]:
    spots, near, places = fitted.template.spots, fitted.template.near, fitted.places
    moved: list[float] = []
    for block in found.blocks:
        belief = beliefs[block.index]
        if block.index in repeats:
            moved.append(0.0)
            continue
        vote = PATH * _odds(spots.get(places.of(block)))
        vote += NEARBY * _odds(near.get(places.near(block)))
        if (not vote) or (vote < 0 and not down):
            moved.append(belief)
            continue
        sum_ = min(max(_logit(belief), -SURE), SURE) + vote
        after = 1.0 / (1.0 + math.exp(-sum_))
        if after >= 0.5 > belief and block.chars - block.link_chars < LEAST_ADDED:
            after = belief
        moved.append(after)
    return moved


def _odds(spot: Spot | None) -> float:
    """What a place says of a block, as log odds; 0 where it is not known."""
    if spot is None:
        return 0.0
    return _logit((spot.text_chars + DOUBT / 2) / (spot.chars + DOUBT))


def _logit(share: float) -> float:
    share = min(max(share, 0.03), 0.97)
    return math.log(share / (1.0 - share))


def _within(
    fitted: Fit,
    found: Survey,
    beliefs: Sequence[float],
    moved: list[float],
    *,
    title: int | None,
) -> list[float]:
    """Without additions above the title, or below the title of a next article."""
    kept = [block.index for block in found.blocks if beliefs[block.index] >= 0.5]
    last = kept[-1] if kept else len(moved)
    title_place = fitted.look.title if fitted.look else None
    over = False
    for block in found.blocks:
        index = block.index
        if index > last and index != title:
            over |= block.tag == "h1" or fitted.places.of(block) == title_place
        if moved[index] >= 0.5 > beliefs[index] and (
            over or (title is not None and index <= title)
        ):
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
