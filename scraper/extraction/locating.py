"""Where title and text stand on a page: each helps to find the other; selectors win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scraper.errors import NoArticle
from scraper.extraction.blocks import Survey
from scraper.extraction.body import Body, Draft, choose, draft, none_of, told_rows
from scraper.extraction.features import Row
from scraper.extraction.layout import Laid, blocks_within, text_of
from scraper.extraction.model import body_trees
from scraper.extraction.page import Page, parse
from scraper.extraction.places import Places
from scraper.extraction.template import Template
from scraper.extraction.template_fields import settled_title
from scraper.extraction.template_fit import Fit, adjusted, fit, without_frame
from scraper.extraction.title_line import split_title
from scraper.extraction.titles import Title, TitleSearch
from scraper.extraction.told_text import evidence_of, put_below, told_paragraphs
from scraper.extraction.walk import survey
from scraper.extraction.witnesses import Witnesses, witnesses
from scraper.records import Evidence

LEAST_REVEALED = 800  # characters


@dataclass(frozen=True, slots=True)
class Place:
    """Where title and text stand on a page."""

    found: Survey
    title: Title | None
    body: Body
    fitted: Fit | None = None
    told: Evidence | None = None  # where the text is not printed

    @property
    def title_index(self) -> int | None:
        return self.title.index if self.title else None

    @property
    def top(self) -> int:
        """The block at which the article begins: its title, else its text."""
        first = self.body.indices[0]
        index = self.title_index
        return first if index is None else min(first, index)


def locate(page: Page, said: Witnesses, laid: Laid, template: Template | None = None) -> Place:
    """Title and text of the page; a place without text where it has none."""
    for unseen_too in (False, True):
        found = survey(page.tree, unseen_too=unseen_too)
        if template is not None:
            places = Places(found)
            found = without_frame(found, template, places)
        title, by_rules = drafted(page, found, said, laid)
        if said.bodies and not laid.text:
            paragraphs = _paragraphs_told(found, by_rules, said)
            if paragraphs and template is not None:  # no place of its text can be compared
                raise NoArticle("the page tells its text to machines alone", url=page.url)
            if paragraphs:
                return _told(page, found, title, said, paragraphs)
        if laid.text or _is_there(by_rules, unseen_too=unseen_too):
            body = choose(by_rules, said, body_trees())
            if laid.text:
                body = replace(body, indices=blocks_within(found, laid.text))
            place = Place(found, title, body)
            if template is not None:
                place = _fitted(place, said, template, places, url=page.url)
            if place.body.indices:
                return place
    return Place(found, title, none_of(by_rules))


def _is_there(by_rules: Draft, *, unseen_too: bool) -> bool:
    """Whether a page has a text.

    What only a script would reveal is menus and messages, unless it is a whole text.
    """
    chars = sum(by_rules.reading.blocks[index].chars for index in by_rules.indices)
    return chars > LEAST_REVEALED if unseen_too else bool(by_rules.indices)


def _paragraphs_told(found: Survey, by_rules: Draft, said: Witnesses) -> tuple[str, ...]:
    """The text's paragraphs where the page tells them to machines alone."""
    chars = sum(found.blocks[index].chars for index in by_rules.indices)
    return tuple(told_paragraphs(said, found, by_rules=chars))


def _told(
    page: Page,
    found: Survey,
    title: Title | None,
    said: Witnesses,
    paragraphs: Sequence[str],
) -> Place:
    """Title and text where the text is not printed: it is put into the page's tree."""
    above = None if title is None or title.index is None else found.blocks[title.index].element
    holder = put_below(above, paragraphs, page.tree)
    found = survey(page.tree)
    title, by_rules = drafted(page, found, said, Laid())
    indices = blocks_within(found, (holder,))
    body = replace(none_of(by_rules), indices=indices, by_rules=indices)
    return Place(found, title, body, told=evidence_of(said))


def _fitted(
    place: Place, said: Witnesses, template: Template, places: Places, *, url: str | None
) -> Place:
    """Title and text with what a template knows of the site, where it fits."""
    found, body = place.found, place.body
    fitted = fit(template, found, frozenset(body.indices), places)
    if not template.looks:
        return place
    if fitted.reason is not None:
        raise NoArticle(fitted.reason, url=url)
    title = settled_title(place.title, fitted, said.titles)
    text = frozenset(body.indices)
    beliefs = [  # the cut between text and the rest is the page's own
        max(belief, 0.51) if index in text else min(belief, 0.49)
        for index, belief in enumerate(body.beliefs)
    ]
    index = title.index if title else None
    beliefs = adjusted(fitted, found, beliefs, url=url, title=index)
    kept = tuple(i for i, belief in enumerate(beliefs) if belief >= 0.5 and i != index)
    return Place(found, title, replace(body, indices=kept or body.indices), fitted)


def drafted(page: Page, found: Survey, said: Witnesses, laid: Laid) -> tuple[Title | None, Draft]:
    """Title and text by rules, each helping to find the other; selectors win."""
    titles = TitleSearch(
        found,
        [(it.rule, it.text) for it in said.titles if it.rule != "<title>"],
        page_title=next((it.text for it in said.titles if it.rule == "<title>"), None),
        names=[it.text for it in said.site_names],
        url=page.url,
        tree=page.tree,
    )

    def title_above(first: int | None) -> Title | None:
        if laid.title:
            return _laid_title(found, laid)
        return titles.choose(first)

    title = title_above(None)
    by_rules = draft(found, title.index if title else None)
    if by_rules.indices and not _stands_above(title, by_rules.indices[0]):
        better = title_above(by_rules.indices[0])
        if better is not None and (title is None or better.index != title.index):
            title = better
            by_rules = draft(found, title.index)
    return title, by_rules


def _stands_above(title: Title | None, first: int) -> bool:
    """Whether the title stands right above the text, so that no other line can be nearer."""
    return title is not None and title.index is not None and first - 4 < title.index < first


def _laid_title(found: Survey, laid: Laid) -> Title | None:
    text = next(filter(None, map(text_of, laid.title)), None)
    if text is None:
        return None
    indices = blocks_within(found, laid.title)
    return Title(split_title(text)[0], indices[0] if indices else None, "layout")


def examine(body: bytes, *, url: str | None = None) -> tuple[list[str], dict[int, Row]]:
    """A page as the trees are taught it: the texts of its blocks, and the rows of some of them.

    For making new trees; PageError as `extract`.
    """
    page = parse(body, url=url)
    said = witnesses(page.tree, told=page.told)
    for unseen_too in (False, True):
        found = survey(page.tree, unseen_too=unseen_too)
        _, by_rules = drafted(page, found, said, Laid())
        if _is_there(by_rules, unseen_too=unseen_too):
            break
    return [block.text for block in found.blocks], told_rows(by_rules, said)
