"""A portal file's [[layout]] selectors: where given, they win over reading by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from scraper.extraction.attachments import as_attachment
from scraper.extraction.blocks import Survey
from scraper.extraction.credits import read_credit
from scraper.extraction.page import Page
from scraper.extraction.pictures import address
from scraper.extraction.walk import walk
from scraper.records import Article, Block, Evidence, Figure, Layout
from scraper.vietnamese.dates import read_date
from scraper.vietnamese.text import clean

_SOURCE_LABEL = re.compile(r"(?i)^[\s(\[]*(?:nguồn(?: tin)?|source)\s*:\s*|^[\s(]*theo\s*:?\s+")

Elements = tuple[etree._Element, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """What the selectors of one layout found on a page; an empty tuple where nothing."""

    title: Elements = ()
    lead: Elements = ()
    text: Elements = ()
    published: Elements = ()
    updated: Elements = ()
    source: Elements = ()
    authors: Elements = ()
    captions: Elements = ()
    attachments: Elements = ()

    @property
    def decided(self) -> bool:
        """Whether any selector found anything."""
        return self is not _NOTHING and any(getattr(self, part.name) for part in fields(self))


def apply_layouts(layouts: Sequence[Layout], tree: etree._Element) -> Laid:
    """What the first layout that fits the page finds on it.

    A layout fits where its title or its text selector matches; one that has neither fits where
    any of its selectors does.
    """
    for layout in layouts:
        laid = Laid(
            **{part.name: _select(getattr(layout, part.name), tree) for part in fields(Laid)}
        )
        if laid.title or laid.text or (laid.decided and not layout.title and not layout.text):
            return laid
    return _NOTHING


_NOTHING = Laid()


def _select(selector: str | None, tree: etree._Element) -> Elements:
    if not selector:
        return ()
    try:
        return tuple(CSSSelector(selector, translator="html")(tree))
    except (SelectorError, etree.XPathError):  # the portal file's reader refuses such before
        return ()


def text_of(element: etree._Element) -> str:
    """An element's text, without scripts and styles; of a meta its content."""
    if element.tag == "meta":
        return clean(element.get("content") or "")
    return " ".join(block.text for block in walk(element, unseen_too=True))


def blocks_within(found: Survey, elements: Elements) -> tuple[int, ...]:
    """The blocks inside these elements; of an inline element the block in which it stands."""
    chosen = {
        block.index
        for block in found.blocks
        if any(box.element in elements for box in block.box.ancestors())
    }
    for element in elements:
        around = set(element.iterancestors())
        inside = any(block.element in set(element.iter()) for block in found.blocks)
        if not inside and not any(found.blocks[i].element is element for i in chosen):
            words = text_of(element)
            chosen |= {
                block.index
                for block in found.blocks
                if words and block.element in around and words in block.text
            }
    return tuple(sorted(chosen))


def with_layout(
    article: Article,
    laid: Laid,
    *,
    page: Page,
    zone: ZoneInfo | None,
    latest: date | None,
) -> Article:
    """The article with what the selectors found, but for title and text, which came before."""
    if not laid.decided:
        return article
    evidence = dict(article.evidence)
    article = replace(article, read_by="layout")
    for name in ("published", "updated"):
        article = _with_date(article, laid, name=name, zone=zone, latest=latest, notes=evidence)
    article = _with_lead(article, laid, evidence)
    article = _with_figures(article, laid, page=page, notes=evidence)
    source = " ".join(filter(None, map(text_of, laid.source)))
    if source:
        article = replace(article, source=without_label(source))
        evidence["source"] = Evidence(rule="layout", text=source)
    authors = tuple(text for text in map(text_of, laid.authors) if text)
    if authors:
        article = replace(article, authors=authors)
        evidence["authors"] = Evidence(rule="layout", text="; ".join(authors))
    attachments = tuple(filter(None, (as_attachment(link, page) for link in _links(laid))))
    if attachments:
        article = replace(article, attachments=attachments)
    return replace(article, evidence=MappingProxyType(evidence))


def without_label(line: str) -> str:
    """A source line without "Nguồn:" and a leading "Theo"."""
    bare = line
    for _ in range(2):  # "Nguồn tin:Theo cổng TTĐT"
        bare = _SOURCE_LABEL.sub("", bare)
    return bare.strip(" ()[]") or line


def _links(laid: Laid) -> Iterator[etree._Element]:
    for element in laid.attachments:
        yield from [element] if element.tag == "a" else element.iter("a")


def _with_date(
    article: Article,
    laid: Laid,
    *,
    name: str,
    zone: ZoneInfo | None,
    latest: date | None,
    notes: dict[str, Evidence],
) -> Article:
    for element in getattr(laid, name):
        for text in (element.get("datetime"), element.get("content"), text_of(element)):
            moment = read_date(text, latest=latest) if text else None
            if moment is None:
                continue
            value = moment.value
            if isinstance(value, datetime) and value.tzinfo is None and zone is not None:
                value = value.replace(tzinfo=zone)
            notes[name] = Evidence(rule="layout", text=text)
            if name == "updated":
                return replace(article, updated=value)
            return replace(article, published=value, published_precision=moment.precision)
    return article


def _with_lead(article: Article, laid: Laid, notes: dict[str, Evidence]) -> Article:
    """The selected lead; the paragraph that had been taken for it goes back into the body."""
    lead = " ".join(filter(None, map(text_of, laid.lead)))
    if not lead:
        return article
    notes["lead"] = Evidence(rule="layout", text=lead[:200])
    blocks = article.blocks
    if article.lead and article.lead not in lead:
        blocks = (Block(kind="paragraph", text=article.lead), *blocks)
    blocks = tuple(block for block in blocks if block.text not in lead)
    return replace(article, lead=lead, blocks=blocks)


def _with_figures(
    article: Article, laid: Laid, *, page: Page, notes: dict[str, Evidence]
) -> Article:
    """The selected captions, each with the image of the general reading that bears it."""
    captions = [text for text in map(text_of, laid.captions) if text]
    if not captions:
        return article
    notes["captions"] = Evidence(rule="layout", text=" / ".join(captions)[:500])
    images = {figure.caption: figure.image for figure in article.figures if figure.caption}
    bare = [figure for figure in article.figures if figure.caption is None]
    chosen = [
        Figure(
            image=images.get(text) or _image_of(element, page),
            caption=text,
            credit=read_credit(text),
        )
        for element, text in zip(laid.captions, captions, strict=False)
    ]
    used = {figure.image for figure in chosen}
    rest = [figure for figure in bare if figure.image not in used]
    blocks = tuple(block for block in article.blocks if block.text not in captions)
    return replace(article, figures=(*chosen, *rest), blocks=blocks)


def _image_of(caption: etree._Element, page: Page) -> str | None:
    """The image that a caption stands under: of its figure, else the last one before it."""
    figure = next(caption.iterancestors("figure"), None)
    images = list(figure.iter("img")) if figure is not None else caption.xpath("preceding::img")
    return address(images[-1], page) if images else None
