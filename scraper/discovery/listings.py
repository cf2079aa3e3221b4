"""List pages: the links to articles, and the link to the next list page."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from scraper.discovery.candidates import Candidate, in_zone, merged, usable_address
from scraper.discovery.json_answers import NoJson, html_in, json_of, may_be_json
from scraper.discovery.json_items import NoItems, candidates_of
from scraper.errors import SourceError, UnsafeAddress
from scraper.records import Capture, Link, Portal, Source
from scraper.urls import article_key, is_article, normalise, same_site
from scraper.vietnamese.dates import Moment, find_dates
from scraper.vietnamese.text import clean, decode

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

_NOT_HTML = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an Office file"),
    (b"Rar!", "a RAR file"),
)
_FEED_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF)\b")
_COMMENT = re.compile(r"<!--.*?-->", re.S)  # apart from the above: nested, they would backtrack
_EARLY_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_ITEM_TAGS = frozenset(
    ("li", "tr", "div", "article", "section", "td", "dd", "dl", "p", "table", "tbody", "span")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = frozenset(
    ("a", "abbr", "b", "big", "cite", "em", "font", "i", "img", "label", "mark", "o:p", "s")
    + ("small", "span", "strong", "sub", "sup", "time", "u")
)
_UNSEEN = frozenset(("script", "style", "noscript", "template"))
_CLIMB = 6  # elements between a link and the row of its item; seen: at most 4
_LONGEST_ITEM = 3000  # characters; more is no longer one item of a list
_BESIDE_A_DATE = 45  # characters on a dateline besides the date: "Ngày đăng", "View count: 12"
# Said by every item of a list; no title of any.
_GO_ON = re.compile(
    r"(?:xem|đọc) (?:tiếp|thêm|chi tiết)|chi tiết|read more|more|details?|\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list page, parsed."""

    capture: Capture
    tree: Element | None  # None: the page is empty
    base: str  # what its links are relative to
    offered: tuple[Candidate, ...] = ()  # items of an answer in JSON
    is_json: bool = False


def read_listing(capture: Capture, portal: Portal, *, url: str) -> Listing:
    """The page, parsed; or the piece of it, bare or in JSON, that a "load more" asks for.

    Raises SourceError for what is neither.
    """
    content_type = capture.header("content-type")
    kind = next((kind for start, kind in _NOT_HTML if capture.body.startswith(start)), None)
    if kind:
        raise SourceError(f"is {kind}, but a list page was expected", portal=portal.name, url=url)
    text = decode(capture.body, content_type).text.replace("\0", "")
    if _FEED_START.match(_COMMENT.sub("", text[:5000])):
        raise SourceError(
            'is a feed, but a list page was expected; write kind = "feed"',
            portal=portal.name,
            url=url,
        )
    if may_be_json(text, content_type):
        answer = _in_json(text, capture, portal)
        if answer is not None:
            return answer
    if content_type and not re.search(r"html|xml|text/|octet-stream", content_type.lower()):
        raise SourceError(
            f"is {content_type}, but a list page was expected", portal=portal.name, url=url
        )
    return listing_of(capture, text)


def listing_of(capture: Capture, text: str) -> Listing:
    """The page, or the piece of one, that a text is."""
    tree = page_tree(text)
    return Listing(capture, tree, _base(tree, capture.answered_url))


def _in_json(text: str, capture: Capture, portal: Portal) -> Listing | None:
    """The HTML in an answer, else its items; None for what is no JSON."""
    try:
        value = json_of(text)
    except NoJson:
        return None
    inside = html_in(value)
    if inside:
        return replace(listing_of(capture, inside), is_json=True)
    try:
        by_themselves = Source(kind="api", url=capture.url)
        items = candidates_of(value, capture, by_themselves, portal)
    except NoItems:
        items = ()
    return Listing(capture, None, capture.answered_url, offered=items, is_json=True)


def article_links(listing: Listing, source: Source, portal: Portal) -> tuple[Link, ...]:
    """The links to articles, in the page's order, one for each key."""
    keyed = dict(_keyed(listing, source, portal))
    latest = listing.capture.fetched_at.date()
    candidates = (
        Candidate(
            url=url,
            key=key,
            title=_title(element),
            heading=_in_heading(element),
            published=_date_beside(element, keyed, latest=latest, portal=portal),
        )
        for element, (url, key) in keyed.items()
    )
    return merged((*listing.offered, *candidates), portal=portal, found_on=listing.capture.url)


def article_elements(listing: Listing, source: Source, portal: Portal) -> list[Element]:
    """The links to articles as they stand in the page's tree."""
    return [element for element, _ in _keyed(listing, source, portal)]


def next_address(
    listing: Listing, source: Source, portal: Portal, *, visited: Container[str]
) -> str | None:
    """The address of the next list page; None at the end of the list.

    Raises SourceError where the next page is asked for by a post-back, which is no address.
    """
    if listing.tree is None or source.next is None:
        return None
    posts_back = False
    for selected in CSSSelector(source.next, translator="html")(listing.tree):
        for element in _links_of(selected):
            href = (element.get("href") or "").strip()
            posts_back = posts_back or "__dopostback" in href.lower()
            try:
                url = normalise(href, listing.base)
            except UnsafeAddress:
                continue
            if href and not href.startswith("#") and same_site(url, portal) and url not in visited:
                return url
    if posts_back:
        raise SourceError(
            f'next "{source.next}" leads on by a script (__doPostBack), not by an address; '
            'write kind = "postback"',
            portal=portal.name,
            url=listing.capture.url,
        )
    return None


# --- the page ----------------------------------------------------------------------------------


def page_tree(text: str) -> Element | None:
    """A page's markup, parsed; None if it is empty."""
    # Templates that close the page early lose all that follows: libxml2 puts it beside the root.
    text = _EARLY_END.sub("", text)
    if not text.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # a page of white space or of one comment
        return None


def _base(tree: Element | None, url: str) -> str:
    if tree is not None:
        for element in tree.iter("base"):
            try:
                return normalise(element.get("href") or "", url)
            except UnsafeAddress:
                continue
    return url


def _links_of(element: Element) -> Iterator[Element]:
    """The element itself if it is a link, else the links in it, else the link around it."""
    if element.tag in ("a", "area") and element.get("href") is not None:
        yield element
        return
    inside = [link for link in element.iter("a", "area") if link.get("href") is not None]
    if inside:
        yield from inside
        return
    around = next((link for link in element.iterancestors("a") if link.get("href")), None)
    if around is not None:
        yield around


def _keyed(
    listing: Listing, source: Source, portal: Portal
) -> Iterator[tuple[Element, tuple[str, str]]]:
    """(link element, (address, key)) for every link that is taken.

    A link that `link` selects is taken whatever its address looks like; of the links inside a
    selected element those that `match` matches, where there is one.
    """
    if listing.tree is None:
        return
    own = {normalise(listing.capture.url), normalise(listing.capture.answered_url)}
    offered: Iterator[tuple[Element, bool]]
    if source.link:
        offered = (
            (element, element is selected or portal.article.match is None)
            for selected in CSSSelector(source.link, translator="html")(listing.tree)
            for element in _links_of(selected)
        )
    else:
        offered = ((element, False) for element in listing.tree.iter("a", "area"))
    for element, certain in offered:
        url = usable_address(element.get("href") or "", base=listing.base, portal=portal)
        if url is None or url in own:
            continue
        if certain or is_article(url, portal):
            yield element, (url, article_key(url, portal))


# --- what stands beside a link -----------------------------------------------------------------


def _text(element: Element, *, without: Container[Element] = ()) -> str:
    """The text of an element as it is read: a new line where a block or a <br> begins or ends."""
    pieces: list[str] = []
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:
        node, left = stack.pop()
        breaks = not isinstance(node.tag, str) or node.tag not in _INLINE
        if left:
            pieces.append(("\n" if breaks else "") + _blanks(node.tail))
            continue
        if node is not element:
            stack.append((node, True))
        if not isinstance(node.tag, str) or node.tag in _UNSEEN or node in without:
            continue
        pieces.append(("\n" if breaks else "") + _blanks(node.text))
        stack.extend((child, False) for child in reversed(node))
    return "".join(pieces)


def _title(element: Element) -> str | None:
    """The link's text; of a link around an image its title."""
    text = clean(_text(element))
    if text and not _GO_ON.fullmatch(text):
        return text
    said = clean(element.get("title") or "")
    return said if said and not _GO_ON.fullmatch(said) else None


def _in_heading(element: Element) -> bool:
    if any(node.tag in _HEADINGS for node in element.iter()):
        return True
    ancestor = element.getparent()
    for _ in range(3):
        if ancestor is None:
            return False
        if ancestor.tag in _HEADINGS:
            return True
        ancestor = ancestor.getparent()
    return False


def _date_beside(
    element: Element,
    keyed: dict[Element, tuple[str, str]],
    *,
    latest: date,
    portal: Portal,
) -> date | datetime | None:
    """The date line in the nearest element around the link that belongs to its article alone."""
    key = keyed[element][1]
    node = element
    for _ in range(_CLIMB):
        node = node.getparent()
        if node is None:
            return None
        if any(keyed[link][1] != key for link in node.iter("a", "area") if link in keyed):
            return None
        if node.tag not in _ITEM_TAGS:
            continue
        links = [link for link in node.iter("a", "area") if link in keyed]
        text = _text(node, without=links)
        if len(text) > _LONGEST_ITEM:
            return None
        moments = list(_datelines(text, latest=latest))
        if moments:
            return in_zone(moments[0].value, portal.zone) if len(moments) == 1 else None
    return None


def _datelines(text: str, *, latest: date) -> Iterator[Moment]:
    """The dates that stand on a line of their own; one in a sentence is an event's."""
    for line in text.split("\n"):
        line = clean(line)
        moments = find_dates(line, latest=latest) if line else ()
        if len(moments) == 1 and len(line) - len(moments[0].text) <= _BESIDE_A_DATE:
            yield moments[0]


def _blanks(text: str | None) -> str:
    """A line's end in the markup is a blank on the page."""
    return re.sub(r"\s+", " ", text) if text else ""
