"""The door: the bytes of a page become an Article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

from scraper.errors import NoArticle, PageError
from scraper.extraction.attachments import read_attachments
from scraper.extraction.blocks import TextBlock
from scraper.extraction.fields import (
    Bylines,
    Dates,
    SourceLine,
    read_authors,
    read_language,
    read_published,
    read_source,
    read_tags,
)
from scraper.extraction.figures import FoundFigure, read_figures
from scraper.extraction.layout import Laid, apply_layouts, with_layout
from scraper.extraction.locating import Place, locate
from scraper.extraction.monsters import refuse_monsters
from scraper.extraction.page import Page, parse
from scraper.extraction.paragraphs import as_blocks
from scraper.extraction.places import Places
from scraper.extraction.refusals import Around, Refusal, why_no_article
from scraper.extraction.repeats import said_once
from scraper.extraction.teasers import SHORTEST_HEADLINE
from scraper.extraction.template import Template
from scraper.extraction.template_fields import (
    settled_authors,
    settled_dates,
    settled_source,
)
from scraper.extraction.template_fit import (
    without_constants,
    without_frame,
    without_template,
)
from scraper.extraction.template_learning import learned
from scraper.extraction.template_sight import Reading
from scraper.extraction.walk import survey
from scraper.extraction.witnesses import Witnesses, witnesses
from scraper.records import Article, Attachment, Evidence, Portal
from scraper.urls import article_key

__all__ = ["Template", "extract", "learn"]

LARGEST_TAIL = 0.6  # of the text above it
MOST_LINES = 30  # of a page that show whether it says that there is nothing


def extract(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    portal: Portal | None = None,
    fetched_at: datetime | None = None,
    template: Template | None = None,
) -> Article:
    """The article that a page holds; the same bytes and arguments give the same on any day.

    `portal` gives its layouts, its time zone and the article's id; `fetched_at` bounds the dates
    that are believed; `template` is what `learn` made of other pages of the site. Raises NoArticle
    where the page is none, another PageError where it cannot be read; nothing else for any bytes.
    """
    if not isinstance(body, bytes):
        raise TypeError(f"extract takes a page's bytes, not {type(body).__name__}")
    if not isinstance(template, Template | None):
        raise TypeError(f"template is what learn gives, not {type(template).__name__}")
    refuse_monsters(body, url=url)
    try:
        return _read(
            body,
            url=url,
            content_type=content_type,
            portal=portal,
            fetched_at=fetched_at,
            template=template,
        )
    except PageError as error:
        if error.url is None and url is not None:
            raise PageError(error.reason, url=url) from error
        raise
    except Exception as error:  # one odd page must not end a crawl; its capture is kept
        reason = f"the page could not be read: {type(error).__name__}: {error}"
        raise PageError(reason, url=url) from error


def learn(pages: Iterable[tuple[str, bytes]]) -> Template:
    """What the pages of one site, (address, bytes), have in common; `extract` takes it.

    Nobody needs to say what is right on them; lists and pages that are no articles help to tell
    the frame. Looks at some 60 pages at most; never raises for what a page holds. The template's
    `articles` says of how many it was learned: of one or two little can be, of none nothing.
    """
    return learned(pages, read=_reading)


def _reading(body: bytes, url: str, without: Template) -> Reading | None:
    """A page for learning, without what is known to be frame; None where nothing can be seen."""
    try:
        refuse_monsters(body, url=url)
        page = parse(body, url=url)
        said = without_constants(witnesses(page.tree, told=page.told), without)
        found = survey(page.tree)
        found = without_frame(found, without, Places(found))
    except Exception:  # whatever is wrong with it, the other pages tell enough
        return None
    try:
        place = _located(page, said, Laid(), without)
        fields = _read_fields(page, place, said, portal=None, fetched_at=None)
        if _why_none(page, place, fields) is not None:
            return Reading(page=page, said=said, found=found)
    except Exception:
        return Reading(page=page, said=said, found=found)
    return Reading(
        page=page,
        said=said,
        found=place.found,
        title=place.title,
        text=place.body.indices,
        dates=fields.dates,
        source=fields.source,
        authors=fields.authors,
    )


@dataclass(frozen=True, slots=True)
class _Fields:
    """What stands in and around the text but is no text."""

    figures: tuple[FoundFigure, ...]
    attachments: tuple[Attachment, ...]
    dates: Dates
    source: SourceLine
    authors: Bylines


def _read(
    body: bytes,
    *,
    url: str | None,
    content_type: str | None,
    portal: Portal | None,
    fetched_at: datetime | None,
    template: Template | None,
) -> Article:
    page = parse(body, content_type=content_type, url=url)
    said = witnesses(page.tree, told=page.told)
    laid = apply_layouts(portal.layouts if portal else (), page.tree)
    doubt: str | None = None
    if template is not None and not laid.decided:
        try:
            return _by_template(page, said, template, portal=portal, fetched_at=fetched_at)
        except NoArticle as error:
            doubt = error.reason
    place = _located(page, said, laid)
    fields = _read_fields(page, place, said, portal=portal, fetched_at=fetched_at)
    refusal = _why_none(page, place, fields)
    if place.title is None or (refusal and not laid.text):
        raise (refusal or Refusal("the page has no title")).error(url=url)
    article = _assembled(page, place, fields, said=said, portal=portal)
    if doubt is not None:
        article = without_template(article, doubt)
    latest = fetched_at.date() if fetched_at else None
    return with_layout(
        article, laid, page=page, zone=portal.zone if portal else None, latest=latest
    )


def _by_template(
    page: Page,
    said: Witnesses,
    template: Template,
    *,
    portal: Portal | None,
    fetched_at: datetime | None,
) -> Article:
    """The article by a template; NoArticle where that does not fit."""
    if not template.looks:
        raise NoArticle("the template knows no article", url=page.url)
    said = without_constants(said, template)
    place = _located(page, said, Laid(), template)
    fields = _read_fields(page, place, said, portal=portal, fetched_at=fetched_at)
    refusal = _why_none(page, place, fields)
    if place.title is None or refusal:
        raise (refusal or Refusal("the page has no title")).error(url=page.url)
    article = _assembled(page, place, fields, said=said, portal=portal)
    return replace(article, read_by="template")


def _located(page: Page, said: Witnesses, laid: Laid, template: Template | None = None) -> Place:
    """Title and text of the page; NoArticle where it has no text."""
    place = locate(page, said, laid, template)
    if not place.body.indices:
        refusal = why_no_article(None, [], _around(page, place), dated=False)
        raise (refusal or Refusal("the page has no text")).error(url=page.url)
    return place


def _why_none(page: Page, place: Place, fields: _Fields) -> Refusal | None:
    """Why the page is no article; None where it is one.

    Lists are told from articles by the text that rules find: trees have seen few of them.
    """
    return why_no_article(
        place.title.text if place.title else None,
        [block for block, _ in _text(place, fields, kept=place.body.by_rules)],
        _around(page, place, figures=fields.figures),
        dated=fields.dates.published is not None,
    )


def _around(page: Page, place: Place, *, figures: Sequence[FoundFigure] = ()) -> Around:
    blocks, index = place.found.blocks, place.title_index
    above = _headline_above(page, place)
    lines: list[str] = []
    for block, outside in zip(blocks, place.body.outside, strict=True):
        if not outside and block.link_chars * 2 < block.chars:
            lines.append(block.text)
            if len(lines) == MOST_LINES:
                break
    return Around(
        items=place.body.items,
        item_chars=place.body.item_chars,
        title_is_link=index is None or blocks[index].link_share > 0.8,
        lines=" ".join(lines)[:2000],
        under_headline=above is not None and above.heading,
        under_link=above is not None and not above.heading,
        caption_chars=sum(len(found.figure.caption or "") for found in figures),
        asks_password=partial(_asks_password, page),
    )


def _asks_password(page: Page) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in page.tree.iter("input"))


def _headline_above(page: Page, place: Place) -> TextBlock | None:
    """The line right above the text, where it leads to another page."""
    if not place.body.indices:
        return None
    first = place.body.indices[0]
    above = [
        block
        for block in place.found.blocks[max(0, first - 3) : first]
        if block.heading or block.chars > 60 or (block.index == first - 1 and _is_link(block))
    ]
    if not above or above[-1].link_share < 0.8:
        return None
    leads_to = {
        page.absolute(mark.element.get("href"))
        for mark in place.found.links
        if mark.index == above[-1].index
    }
    elsewhere = above[-1].index != place.title_index if page.url is None else True
    return above[-1] if elsewhere and page.url not in leads_to else None


def _is_link(block: TextBlock) -> bool:
    return block.link_share > 0.8 and block.chars >= SHORTEST_HEADLINE


def _read_fields(
    page: Page,
    place: Place,
    said: Witnesses,
    *,
    portal: Portal | None,
    fetched_at: datetime | None,
) -> _Fields:
    blocks, body = place.found.blocks, place.body
    kept = sorted({*body.indices, *body.below})
    first, last = kept[0], kept[-1]
    dates = read_published(
        page,
        blocks,
        title_index=place.title_index,
        body_first=first,
        body_last=body.indices[-1],
        witnesses=said,
        zone=portal.zone if portal else None,
        latest=fetched_at.date() if fetched_at else None,
    )
    source = read_source(blocks, kept, title_index=place.title_index)
    authors = read_authors(
        blocks,
        title_index=place.title_index,
        body_first=first,
        body_last=last,
        witnesses=said,
    )
    fitted = place.fitted
    if fitted is not None:
        zone, latest = portal.zone if portal else None, fetched_at.date() if fetched_at else None
        dates = settled_dates(dates, fitted, latest=latest, zone=zone)
        source = settled_source(source, fitted, top=place.top)
        authors = settled_authors(authors, fitted, top=place.top)
    never = dates.indices | source.indices | authors.indices
    return _Fields(
        figures=read_figures(place.found, kept, page=page, title=place.title_index, never=never),
        attachments=read_attachments(
            place.found, page, kept=kept, top=place.top, outside=place.body.outside
        ),
        dates=dates,
        source=source,
        authors=authors,
    )


def _text(place: Place, fields: _Fields, *, kept: Sequence[int]) -> list[tuple[TextBlock, str]]:
    """The blocks of lead and body with their text, without what other fields took of them."""
    taken = {index for figure in fields.figures for index in figure.blocks}
    taken |= fields.dates.indices | fields.source.indices | fields.authors.indices
    cut = {**fields.dates.cut, **fields.authors.cut, **fields.source.cut}
    names = {name.casefold() for name in fields.authors.authors}
    longest = max(map(len, names), default=0)
    text: list[tuple[TextBlock, str]] = []
    for index in _before_the_signature(place, fields, kept):
        block = place.found.blocks[index]
        is_name = block.chars <= longest and block.text.casefold() in names
        if not is_name and index not in taken:
            text.append((block, cut.get(index, block.text)))
    return text


def _before_the_signature(place: Place, fields: _Fields, kept: Sequence[int]) -> Sequence[int]:
    """The text's blocks up to the byline or source line that ends it.

    What stands below it in the same box is a form, a notice, a row of buttons; but a signature in
    the middle ends one of several pieces.
    """
    blocks = place.found.blocks
    for signature in sorted(fields.source.indices | fields.authors.indices):
        above = below = 0
        for index in kept:
            if index < signature:
                above += blocks[index].chars
            elif index > signature:
                below += blocks[index].chars
        if below < LARGEST_TAIL * above:
            return [index for index in kept if index <= signature]
    return kept


def _assembled(
    page: Page,
    place: Place,
    fields: _Fields,
    *,
    said: Witnesses,
    portal: Portal | None,
) -> Article:
    assert place.title is not None
    text = said_once(_text(place, fields, kept=place.body.indices), title=place.title.text)
    title = place.title.text
    lead, dates = text[0][1] if text else None, fields.dates
    evidence = dict(dates.evidence)
    evidence["title"] = Evidence(rule=place.title.rule, text=place.title.text)
    if lead:
        evidence["lead"] = Evidence(rule=f"first {text[0][0].tag} of the text", text=lead[:200])
    for name, found in (("source", fields.source), ("authors", fields.authors)):
        if found.evidence is not None:
            evidence[name] = found.evidence
    text_evidence = place.told or page.text_evidence
    if text_evidence is not None:
        evidence["text"] = text_evidence
    words = " ".join(part for _, part in text)
    return Article(
        url=page.url,
        id=f"{portal.name}:{article_key(page.url, portal)}" if portal and page.url else None,
        title=title,
        lead=lead,
        blocks=as_blocks(text[1:]),
        published=dates.published,
        published_precision=dates.precision,
        updated=dates.updated,
        source=fields.source.source,
        authors=fields.authors.authors,
        figures=tuple(found.figure for found in fields.figures),
        attachments=fields.attachments,
        tags=read_tags(said),
        language=read_language(words, said, portal_language=portal.language if portal else None),
        evidence=MappingProxyType(evidence),
    )
