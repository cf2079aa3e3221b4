"""An Atom feed (RFC 4287): for feed readers, and for programs that follow a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from html import escape
from itertools import groupby
from typing import TextIO
from uuid import UUID, uuid5

from lxml import etree

from scraper.archive.archive import StoredArticle
from scraper.export.about import About
from scraper.export.references import (
    Reference,
    iso,
    moment_of,
    one_line,
    outlet_of,
    printable,
    reference,
    web_address,
    zone_of,
)
from scraper.records import Article, Block

_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# An entry's id is made of the article's alone, so that it stays whatever becomes of the portal.
_NAMESPACE = UUID("0b4ff9a2-52c6-4c5e-9b0e-6f5d2f3b7a41")


def write_atom(articles: Iterable[StoredArticle], out: TextIO, *, about: About) -> int:
    """One entry an article, with its whole text as HTML; returns how many were written.

    Entries stand in the order in which the articles come. Images are not shown: a feed reader
    would ask the portal for them.
    """
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="{_ATOM}">\n')
    for element in _head(about):
        out.write(_written(element))
    count = 0
    for stored in articles:
        out.write(_written(_entry(stored, about)))
        count += 1
    out.write("</feed>\n")
    return count


def entry_id(id: str) -> str:
    """The permanent id of an article's entry."""
    return uuid5(_NAMESPACE, f"article {id}").urn


def _head(about: About) -> Iterator[etree._Element]:
    query = one_line(about.query)
    yield _made("title", f"{query} ({about.archive.name})" if query else about.archive.name)
    yield _made("id", uuid5(_NAMESPACE, f"query {query}").urn)
    yield _made("updated", about.exported_at.isoformat())
    yield _made("generator", about.program)


def _entry(stored: StoredArticle, about: About) -> etree._Element:
    article, said, zone = stored.article, reference(stored, about), zone_of(stored, about)
    entry = etree.Element(f"{{{_ATOM}}}entry", nsmap={None: _ATOM})
    if said.language:
        entry.set(_LANG, said.language)
    entry.append(_made("id", entry_id(stored.id)))
    entry.append(_made("title", said.title))
    entry.append(_made("updated", iso(_changed_at(stored, zone))))
    if article.published:
        entry.append(_made("published", iso(moment_of(article.published, zone))))
    for name in said.authors or (said.outlet,):
        author = etree.SubElement(entry, f"{{{_ATOM}}}author")
        author.append(_made("name", name))
    entry.extend(_links(article, said))
    entry.extend(_made("category", term=tag) for tag in said.tags)
    if said.lead:
        entry.append(_made("summary", said.lead))
    entry.append(_source(stored, about))
    content = _made("content", "".join(_html(article)))
    content.set("type", "html")
    entry.append(content)
    return entry


def _changed_at(stored: StoredArticle, zone: tzinfo) -> datetime:
    """The later of the moments that the page prints, else when it was first seen."""
    printed = filter(None, (stored.article.published, stored.article.updated))
    return max((moment_of(one, zone) for one in printed), default=stored.first_seen_at)


def _links(article: Article, said: Reference) -> Iterator[etree._Element]:
    if said.url:
        yield _made("link", rel="alternate", href=said.url)
    for one in article.attachments:
        address = web_address(one.url)
        if address:
            yield _made("link", rel="enclosure", href=address, title=one_line(one.title or ""))


def _source(stored: StoredArticle, about: About) -> etree._Element:
    """The portal, as the feed that it would be."""
    portal = about.portals.get(stored.portal)
    home = web_address(portal.home) if portal else None
    source = etree.Element(f"{{{_ATOM}}}source")
    source.append(_made("id", home or uuid5(_NAMESPACE, f"portal {stored.portal}").urn))
    source.append(_made("title", outlet_of(stored, about)))
    source.append(_made("updated", about.exported_at.isoformat()))
    if home:
        source.append(_made("link", rel="alternate", href=home))
    return source


def _html(article: Article) -> Iterator[str]:
    """Lead, text and captions as markup."""
    if article.lead:
        yield f"<p><strong>{_shown(article.lead)}</strong></p>\n"
    for kind, blocks in groupby(article.blocks, key=lambda block: block.kind):
        if kind == "item":
            yield f"<ul>{''.join(map(_block, blocks))}</ul>\n"
        elif kind == "table":
            yield f"<table>{''.join(map(_block, blocks))}</table>\n"
        else:
            yield "".join(_block(block) + "\n" for block in blocks)
    yield from (f"<p><em>{_shown(caption)}</em></p>\n" for caption in article.captions)


def _block(block: Block) -> str:
    match block.kind:
        case "heading":
            return f"<h3>{_shown(block.text)}</h3>"
        case "item":
            return f"<li>{_shown(block.text)}</li>"
        case "quote":
            return f"<blockquote>{_shown(block.text)}</blockquote>"
        case "table":
            cells = "".join(f"<td>{_shown(cell)}</td>" for cell in block.cells)
            return f"<tr>{cells}</tr>"
    return f"<p>{_shown(block.text)}</p>"


def _shown(text: str) -> str:
    return escape(printable(text), quote=False).replace("\n", "<br>")


def _made(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.Element(f"{{{_ATOM}}}{name}", nsmap={None: _ATOM})
    for key, value in attributes.items():
        if value:
            element.set(key, value)
    element.text = text
    return element


def _written(element: etree._Element) -> str:
    return f"{etree.tostring(element, encoding='unicode')}\n"
