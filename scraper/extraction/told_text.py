"""An article's text as its page tells it to machines, for pages that print little of it.

It stands behind a wall, or a script would print it. The text is put into the page's tree where it
would be read, so that everything else finds it there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from lxml import etree

from scraper.extraction.blocks import Survey
from scraper.extraction.witnesses import Witnesses
from scraper.records import Evidence
from scraper.vietnamese.text import clean

SHORTEST_TOLD = 600  # characters; teasers and summaries are told too
MOST_PRINTED = 0.3  # of the told text
FEWEST_SENTENCES = 4
SHORTEST_PRINTED, BEGINNING = 40, 60  # characters of a block that are looked for in the told text
_WHITE = re.compile(r"\s+")
_PARAGRAPH_END = re.compile(
    r"(?i)[\r\n\u2028\u2029]+|<(?:br|/p|/div|/h[1-6]|/li|/blockquote)\b[^>]*>"
)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_SENTENCE_END = re.compile(r"[.!?…](?=[\s\"”»<]|$)|[。！？]")
_NEVER_IN_TREES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AROUND_TITLES = frozenset(("header", "hgroup", "h1", "h2", "h3", "a", "span", "strong", "b"))


def told_paragraphs(said: Witnesses, found: Survey, *, by_rules: int) -> list[str]:
    """The told text; none where the page prints a good part of it.

    `by_rules` is how many characters of text rules find, which is known and tells of most pages.
    """
    told = said.bodies[0].text if said.bodies else ""
    if len(told) < SHORTEST_TOLD or by_rules > MOST_PRINTED * len(told):
        return []
    if len(_SENTENCE_END.findall(told)) < FEWEST_SENTENCES or _printed(found, told):
        return []
    pieces = _PARAGRAPH_END.split(_NEVER_IN_TREES.sub(" ", told))
    if "<" in told or "&" in told:
        pieces = [unescape(_TAG.sub(" ", piece)) for piece in pieces]
        pieces = [_NEVER_IN_TREES.sub(" ", piece) for piece in pieces]
    return [text for text in map(clean, pieces) if text]


def _printed(found: Survey, told: str) -> bool:
    """Whether a good part of the told text stands on the page."""
    solid = _WHITE.sub("", unescape(told))
    printed = sum(
        block.chars
        for block in found.blocks
        if block.chars >= SHORTEST_PRINTED and _WHITE.sub("", block.text)[:BEGINNING] in solid
    )
    return printed > MOST_PRINTED * len(told)


def evidence_of(said: Witnesses) -> Evidence:
    """Where the text was told."""
    return Evidence(
        rule=f"{said.bodies[0].rule}, not printed", text=clean(said.bodies[0].text)[:200]
    )


def put_below(
    title: etree._Element | None, paragraphs: Sequence[str], tree: etree._Element
) -> etree._Element:
    """The element that now holds the paragraphs: below the title, else at the page's end."""
    holder = etree.Element("div", itemprop="articleBody")
    for text in paragraphs:
        etree.SubElement(holder, "p").text = text
    while title is not None and (around := title.getparent()) is not None:
        if around.tag not in _AROUND_TITLES:
            title.addnext(holder)
            return holder
        title = around
    body = tree.find("body")
    (tree if body is None else body).append(holder)
    return holder
