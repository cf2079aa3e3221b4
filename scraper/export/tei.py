"""TEI P5, which corpus linguists and editors read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import TextIO

from lxml import etree

from scraper.archive.archive import StoredArticle
from scraper.export.about import About
from scraper.export.references import (
    Reference,
    escaped_id,
    iso,
    one_line,
    printable,
    reference,
    web_address,
)
from scraper.records import Article, Block, Figure

_TEI = "http://www.tei-c.org/ns/1.0"
_XML = "{http://www.w3.org/XML/1998/namespace}"


def write_tei(articles: Iterable[StoredArticle], out: TextIO, *, about: About) -> int:
    """One teiCorpus with a TEI element an article; returns how many were written.

    Valid against tei_all. A corpus without texts is not: where there is no article, the document
    is one TEI element whose header says so.
    """
    taken = iter(articles)
    first = next(taken, None)
    root = "TEI" if first is None else "teiCorpus"
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_TEI}">\n')
    out.write(_shown(_head_of_all(about)))
    count = 0
    if first is None:
        out.write(_shown(_nothing()))
    else:
        for stored in chain((first,), taken):
            out.write(_shown(_text(stored, about)))
            count += 1
    out.write(f"</{root}>\n")
    return count


def text_id(id: str) -> str:
    """An article's id as XML takes it; no two ids have one."""
    return "a." + escaped_id(id, mark="_", keep=".-")


def _head_of_all(about: About) -> etree._Element:
    """What the whole is: the query, the archive, the program, the time."""
    query = one_line(about.query)
    archive = one_line(about.archive.name)
    header = _made("teiHeader")
    description = _add(header, "fileDesc")
    titles = _add(description, "titleStmt")
    _add(titles, "title", f"{archive}: {query}" if query else archive)
    _add_program(titles, about)
    publication = _add(description, "publicationStmt")
    _add(publication, "distributor", about.program)
    _add(publication, "date", when=iso(about.exported_at))
    _add(_add(publication, "availability"), "p", "What the portals publish stays theirs.")
    _add(_add(description, "sourceDesc"), "p", "Web pages; each text names its own.")
    encoding = _add(header, "encodingDesc")
    found = f"What the query “{query}” finds" if query else "Everything"
    _add(_add(encoding, "projectDesc"), "p", f"{found} in {archive}.")
    return header


def _nothing() -> etree._Element:
    text = _made("text")
    _add(_add(text, "body"), "p")
    return text


def _text(stored: StoredArticle, about: About) -> etree._Element:
    said = reference(stored, about)
    text = _made("TEI")
    text.set(f"{_XML}id", text_id(stored.id))
    if said.language:
        text.set(f"{_XML}lang", said.language)
    header = _add(text, "teiHeader")
    description = _add(header, "fileDesc")
    titles = _add(description, "titleStmt")
    _add(titles, "title", said.title)
    for name in said.authors:
        _add(titles, "author", name)
    _add_program(titles, about)
    publication = _add(description, "publicationStmt")
    _add(publication, "distributor", about.program)
    _add(publication, "idno", stored.id, type="archive")
    _add(description, "sourceDesc").append(_source(stored.article, said))
    if profile := list(_profile(said)):
        _add(header, "profileDesc").extend(profile)
    changes = _add(header, "revisionDesc")
    if stored.gone_since:
        _add(changes, "change", "Found gone.", when=iso(stored.gone_since))
    _add(changes, "change", f"Last seen. {said.note}.", when=iso(stored.last_seen_at))
    _add(changes, "change", "First seen.", when=iso(stored.first_seen_at))
    _add(text, "text").append(_body(stored.article, said))
    return text


def _source(article: Article, said: Reference) -> etree._Element:
    """The page that the text was read from."""
    source = _made("bibl")
    _add(source, "title", said.title)
    for name in said.authors:
        _add(source, "author", name)
    _add(source, "publisher", said.outlet)
    for kind, moment in (("published", article.published), ("updated", article.updated)):
        if moment is not None:
            _add(source, "date", iso(moment), type=kind, when=iso(moment))
    if said.url:
        _add(source, "ref", said.url, target=said.url)
    if said.original:
        _add(source, "note", said.original, type="source")
    return source


def _profile(said: Reference) -> Iterator[etree._Element]:
    if said.language:
        languages = _made("langUsage")
        _add(languages, "language", said.language, ident=said.language)
        yield languages
    if said.tags:
        classes = _made("textClass")
        keywords = _add(classes, "keywords")
        for tag in said.tags:
            _add(keywords, "term", tag)
        yield classes


def _body(article: Article, said: Reference) -> etree._Element:
    """Title, lead, the text in sections, figures, attachments."""
    body = _made("body")
    _add(body, "head", said.title)
    if article.lead:
        _add(_add(body, "div", type="lead"), "p", article.lead)
    section = None
    for kind, blocks in groupby(article.blocks, key=lambda block: block.kind):
        if kind == "heading":
            for block in blocks:
                section = _add(body, "div", type="section")
                _add(section, "head", block.text)
            continue
        if section is None:
            section = _add(body, "div", type="section")
        _add_blocks(section, kind, blocks)
    if article.figures:
        _add(body, "div", type="figures").extend(map(_figure, article.figures))
    if article.attachments:
        files = _add(_add(body, "div", type="attachments"), "list")
        for one in article.attachments:
            address = web_address(one.url)
            words = one_line(one.title or one.url)
            item = _add(files, "item")
            _add(item, "ref", words, target=address) if address else _write(item, words)
    if len(body) == 1:
        _add(body, "p")  # a body is more than its heading
    return body


def _add_blocks(section: etree._Element, kind: str, blocks: Iterable[Block]) -> None:
    """Blocks of one kind that follow each other."""
    if kind == "item":
        items = _add(section, "list")
        for block in blocks:
            _add(items, "item", block.text)
    elif kind == "table":
        table = _add(section, "table")
        for block in blocks:
            row = _add(table, "row")
            for cell in block.cells:
                _add(row, "cell", cell)
    else:
        for block in blocks:
            _add(section, "quote" if kind == "quote" else "p", block.text)


def _figure(one: Figure) -> etree._Element:
    figure = _made("figure")
    address = web_address(one.image or "")
    if address:
        _add(figure, "graphic", url=address)
    if one.caption:
        _add(figure, "head", one.caption)
    if one.credit:
        _add(figure, "note", one.credit, type="credit")
    return figure


def _add_program(titles: etree._Element, about: About) -> None:
    statement = _add(titles, "respStmt")
    _add(statement, "resp", "collected and encoded by")
    _add(statement, "name", about.program)


def _made(name: str) -> etree._Element:
    return etree.Element(f"{{{_TEI}}}{name}", nsmap={None: _TEI})


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_TEI}}}{name}", attributes)
    if text:
        _write(element, text)
    return element


def _write(element: etree._Element, text: str) -> None:
    """Text into an element; where a line ends there, an <lb/>."""
    lines = printable(text).split("\n")
    element.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(element, f"{{{_TEI}}}lb").tail = line


def _shown(element: etree._Element) -> str:
    return f"{etree.tostring(element, encoding='unicode')}\n"
