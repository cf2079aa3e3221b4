"""A page as a person sees it who looks for the way: its links, where they stand, what leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from scraper.errors import UnsafeAddress
from scraper.probe.words import is_pager_text
from scraper.records import Capture, Portal
from scraper.urls import canonical_address, is_file, is_trap, normalise, same_site
from scraper.vietnamese.text import clean, decode, fold

Element = Any  # lxml carries no types

_MENU = re.compile(
    r"menu|nav(?!i?gation-?(?:post|page))|header|footer|banner|breadcrumb|topbar|sitemap|bread"
    r"|lien-?ket|weblink",
    re.IGNORECASE,
)
_PAGER = re.compile(
    r"pag(?:er|ing|ination|enav|e-?link|e-?number|es)\b|pag(?:er|ing|ination)|phan-?trang|page-?nav"
    r"|wp-?pagenavi|nav-links|dvpage|navpage|lfr-pagination|so-?trang",
    re.IGNORECASE,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CLIMB = 12  # elements above a link that are asked what they are; menus nest
_REFRESH = re.compile(r"^\s*(\d+(?:\.\d*)?)\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.IGNORECASE)
_SCRIPT_MOVE = re.compile(
    r"(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*=\s*['\"]([^'\"]{1,300})['\"]"
    r"|location\.(?:replace|assign)\(\s*['\"]([^'\"]{1,300})['\"]"
)
_FOREIGN = r"english|francais|中文|русск|日本|한국|espanol|deutsch|\ben\b|\beng\b"
AT_ONCE = 30  # seconds; a page that moves its readers later is meant to be read
MOST_WAYS_IN = 6  # links of a page that only welcomes
LONGEST_WAY_IN = 5  # words of such a link; headlines have more
LONGEST_TEXT = 300  # characters of a link's text


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to a page of the portal, and where it stands."""

    url: str  # normalised
    text: str
    menu: bool  # in a menu, a head or a foot
    heading: bool
    pager: bool
    element: Element = field(compare=False, repr=False, default=None)


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One page, parsed."""

    capture: Capture
    tree: Element
    base: str
    anchors: tuple[Anchor, ...]  # their addresses without sessions

    @property
    def url(self) -> str:
        return without_session(normalise(self.capture.answered_url))

    @property
    def title(self) -> str | None:
        return clean(" ".join(self.tree.xpath("(//head//title)[1]//text()"))) or None

    @property
    def language(self) -> str | None:
        """What the page says of its language."""
        said = self.tree.get("lang") or next(iter(self.tree.xpath("//html/@lang")), "")
        return said.strip() or None

    @property
    def canonical(self) -> str | None:
        """The address that the page says is its own."""
        for element in self.tree.iter("link"):
            if (element.get("rel") or "").lower() == "canonical":
                return self.address(element.get("href"))
        for element in self.tree.iter("meta"):
            if (element.get("property") or "").lower() == "og:url":
                return self.address(element.get("content"))
        return None

    @property
    def generator(self) -> str | None:
        """The program that the page says it was made by."""
        for element in self.tree.iter("meta"):
            if (element.get("name") or "").lower() == "generator":
                return clean(element.get("content") or "") or None
        return None

    def address(self, href: str | None) -> str | None:
        """An address as this page means it; None for none."""
        if not href or href.strip().startswith("#"):
            return None
        try:
            return normalise(href.strip(), self.base)
        except UnsafeAddress:
            return None

    def alternates(self) -> Iterator[str]:
        """The feeds that the head names."""
        for element in self.tree.iter("link"):
            kind = (element.get("type") or "").lower()
            if "alternate" in (element.get("rel") or "").lower() and re.search("rss|atom", kind):
                url = self.address(element.get("href"))
                if url:
                    yield url

    @property
    def frames(self) -> list[str]:
        """The pages that a frameset is put together from."""
        found = [self.address(frame.get("src")) for frame in self.tree.iter("frame")]
        if not self.anchors:
            found += [self.address(frame.get("src")) for frame in self.tree.iter("iframe")]
        return [url for url in dict.fromkeys(found) if url]

    def moved_to(self) -> str | None:
        """Where the page sends its readers by itself: a refresh, a frame, a script, a way in."""
        for element in self.tree.iter("meta"):
            if (element.get("http-equiv") or "").lower() == "refresh":
                found = _REFRESH.match(element.get("content") or "")
                # A full page that is loaded again after minutes is there to be read.
                leads_on = found and (len(self.anchors) < 2 or float(found.group(1)) <= AT_ONCE)
                if found and leads_on and (url := self.address(found.group(2))):
                    return url
        if self.frames:
            return self.frames[-1]  # the last holds the content, the first ones the head and menu
        way_in = self.way_in()
        if way_in is not None:
            return way_in
        if len(self.anchors) < 2:
            scripts = [script.text or "" for script in self.tree.iter("script")]
            scripts += [body.get("onload") or "" for body in self.tree.iter("body")]
            for script in scripts:
                moved = _SCRIPT_MOVE.search(script)
                if moved and (url := self.address(moved.group(1) or moved.group(2))):
                    return url
        return None

    def way_in(self) -> str | None:
        """The way past a page that only welcomes, or asks which language is meant."""
        if next(self.tree.iter("input"), None) is not None:
            return None
        here = {self.url, normalise(self.capture.url)}
        led: dict[str, str] = {}
        for anchor in self.anchors:
            if anchor.url not in here:
                said = [image.get("alt") or "" for image in anchor.element.iter("img", "area")]
                led[anchor.url] = " ".join([led.get(anchor.url, ""), anchor.text, *said])
        if len(led) == 1:
            return next(iter(led))
        long = any(len(anchor.text.split()) > LONGEST_WAY_IN for anchor in self.anchors)
        if long or not led or len(led) > MOST_WAYS_IN:
            return None
        ways: dict[str, list[str]] = {}
        for url, text in led.items():
            ways.setdefault(way_of(url, text), []).append(url)
        own, plain, foreign = (ways.get(way, []) for way in ("own", "plain", "foreign"))
        if own and foreign:
            return own[0]
        if len(plain) > 1 or not foreign:
            return None
        return [*plain, *foreign][0]


def way_of(url: str, text: str) -> str:
    """Whether a way in is Vietnamese ("own"), of another language ("foreign"), or neither."""
    said = fold(text)
    names = re.split(r"[^a-z]+", url.rpartition("//")[2].partition("/")[2].lower())
    if re.search(r"tieng viet|viet ?nam(?:ese)?\b|\bvao\b|\bvi\b|\bvn\b", said):
        return "own"
    if re.search(_FOREIGN, said) or not {"en", "eng", "english", "fr", "cn", "ru", "ja"}.isdisjoint(
        names
    ):
        return "foreign"
    return "own" if not {"vi", "vn", "vietnamese"}.isdisjoint(names) else "plain"


def without_session(url: str) -> str:
    """The address without the parameters that no canonical address has: sessions, tracking."""
    head, mark, query = url.partition("?")
    head = re.sub(r";jsessionid=[^/?]*", "", head, flags=re.IGNORECASE)
    if not mark:
        return head
    if not query:
        return url
    told = canonical_address(url).partition("?")[2]
    names = {unquote(pair.partition("=")[0]).lower() for pair in told.split("&")}
    kept = [pair for pair in query.split("&") if unquote(pair.partition("=")[0]).lower() in names]
    return f"{head}?{'&'.join(kept)}" if kept else head


def see(capture: Capture, portal: Portal) -> SeenPage | None:
    """The page, parsed; None where it is no HTML."""
    content_type = capture.header("content-type") or ""
    if content_type and not re.search(r"html|xml|text/", content_type.lower()):
        return None
    text = decode(capture.body, content_type or None).text.replace("\0", "")
    if not re.search(r"<(?:html|body|a|div|frameset|meta|title)\b", text[:200_000], re.IGNORECASE):
        return None
    if re.match(
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf|urlset|sitemapindex)\b",
        text[:2000],
        re.S,
    ):
        return None
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    text = re.sub(r"</(?:html|body)\s*>", "", text, flags=re.IGNORECASE)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if tree is None:
        return None
    base = capture.answered_url
    for element in tree.iter("base"):
        try:
            base = normalise(element.get("href") or "", base)
            break
        except UnsafeAddress:
            continue
    anchors = []
    menus: dict[Element, bool] = {}
    for element in tree.iter("a", "area"):
        href = (element.get("href") or "").strip()
        anchor = _anchor(element, href, base=base, portal=portal, menus=menus)
        if anchor is not None:
            anchors.append(anchor)
    return SeenPage(capture, tree, base, tuple(anchors))


def text_of(element: Element) -> str:
    """A link's text; of one around an image what the image says."""
    text = clean(" ".join(element.itertext()))
    if not text:
        text = clean(element.get("title") or "") or _arrow_of(element)
    return text[:LONGEST_TEXT]


def _arrow_of(element: Element) -> str:
    """What an image says that turns a page; what others say is no text of the page's own."""
    said = (clean(image.get("alt") or image.get("title") or "") for image in element.iter("img"))
    return next((text for text in said if text and is_pager_text(text)), "")


def _anchor(
    element: Element, href: str, *, base: str, portal: Portal, menus: dict[Element, bool]
) -> Anchor | None:
    if not href or href.startswith("#"):
        return None
    try:
        url = normalise(href, base)
    except UnsafeAddress:
        return None
    if is_trap(url) or is_file(url) or not same_site(url, portal):
        return None
    menu, heading, pager = _place(element, menus)
    return Anchor(without_session(url), text_of(element), menu, heading, pager, element)


def _mostly_links(node: Element) -> bool:
    """Whether an element that calls itself a menu is one, and no wrapper around a page's text."""
    if node.tag == "footer" or next(node.iterancestors("article"), None) is not None:
        return bool(node.tag == "footer")
    beside = sum(len(clean("".join(text.itertext()))) for text in node.iter("p"))
    return beside < LONGEST_TEXT


def _place(element: Element, menus: dict[Element, bool]) -> tuple[bool, bool, bool]:
    """Whether a link stands in a menu, in a heading, in a pager."""
    menu = pager = False
    heading = any(node.tag in _HEADINGS for node in element.iter())
    node, height = element, 0
    while node is not None and height < _CLIMB:
        if not isinstance(node.tag, str) or node.tag in ("body", "html", "form"):
            break
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _PAGER.search(names):
            pager = True
        elif node.tag in ("nav", "header", "footer") or _MENU.search(names):
            if node not in menus:
                menus[node] = _mostly_links(node)
            menu = menu or menus[node]
        heading = heading or (height <= 3 and node.tag in _HEADINGS)
        node, height = node.getparent(), height + 1
    return menu and not pager, heading, pager
