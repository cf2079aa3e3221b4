"""A page's tree as a flat run of tags and texts.

Asking the tree for each element's attributes and texts costs several times as much as having
libxml2 write them all out once: written as XML, no text holds "<" and no attribute ">" or a quote,
so that each tag with the text behind it is one piece between two "<".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import islice

from lxml import etree

from scraper.extraction.styles import Given, read_inline_style

_TAG = re.compile(r"<([^>]*>[^<]*)")
_NO_ELEMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
# A quote inside of a value is written as &quot;
_LOOKS = re.compile(r' (class|style|hidden|align|color|size)="([^"]*)"')
_HREF = re.compile(r' href="([^"]*)"')
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# "has-sidebar" says what stands beside a box, not what it is.
_STATE = re.compile(r"(has|no|with|without|hide|show|js|is)[-_]")
MOST_TURNS = 5
LONGEST_NAMES = 500  # characters of class and id
# Text for screen readers only: it repeats what is seen, or says what a button does.
UNSEEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text element-invisible "  # noqa: SIM905
    "u-visually-hidden assistive-text screenreader-only".split()
)


class Elements:
    """The elements of a page by their place in document order; counted out when asked for.

    Few are asked for, mostly in order: keeping all would cost more than walking to them.
    """

    __slots__ = ("_all", "_found", "_next", "_root", "_turns", "_walk")

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._all: list[etree._Element] | None = None
        self._found: dict[int, etree._Element] = {}
        self._walk: Iterator[etree._Element] = iter(())
        self._next = 0  # the place that the walk comes to next
        self._turns = 0  # how often it began again

    def __getitem__(self, place: int) -> etree._Element:
        if self._all is not None:
            return self._all[place]
        element = self._found.get(place)
        if element is not None:
            return element
        if place < self._next or not self._turns:
            self._turns += 1
            if self._turns > MOST_TURNS:
                self._all = list(self._root.iter("*"))
                return self._all[place]
            self._walk, self._next = self._root.iter("*"), 0
        element = next(islice(self._walk, place - self._next, None))
        self._next = place + 1
        self._found[place] = element
        return element


class Look:
    """How an element's attributes set the text inside it; equal looks have equal keys."""

    __slots__ = ("align", "colour", "given", "key", "seen", "size")

    def __init__(
        self,
        *,
        seen: bool = True,
        given: Given | None = None,  # by its style attribute
        align: str = "",
        colour: str = "",  # of <font>
        size: str = "",  # of <font>
    ) -> None:
        self.seen = seen
        self.given = given
        self.align = align
        self.colour = colour
        self.size = size
        self.key = (given, align, colour, size)


NO_LOOK = Look()


def tags(root: etree._Element, *, damaged: bool = False) -> list[str]:
    """The tags of an element and all inside it, in document order, each with the text behind it.

    'p class="x">text', '/p>text', 'br/>text'; texts and attributes are escaped as in XML: see
    `plain`. A piece without ">" tells that the page is `damaged`: it has names with "<" in them,
    or comments, which takes longer.
    """
    markup: str = etree.tostring(root, encoding="unicode", method="xml", with_tail=False)
    if damaged:
        if _has_comments(root):
            markup = _NO_ELEMENT.sub("", markup)
        return list(map(str, _TAG.findall(markup)))
    return markup.split("<")[1:]


def _has_comments(root: etree._Element) -> bool:
    """Whether a tree comes from another parser than `page.parse`, which leaves comments out."""
    return next(root.iter(etree.Comment, etree.ProcessingInstruction), None) is not None


def plain(escaped: str) -> str:
    """A text or attribute of `tags` as it stood on the page."""
    if "&" not in escaped:
        return escaped
    if "&#" in escaped:
        return unescape(escaped)
    text = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def href_of(attributes: str) -> str | None:
    """Where a link leads, or None where it has no href."""
    found = _HREF.search(attributes)
    return plain(found[1]) if found else None


def may_set_text(head: str) -> bool:
    """Whether `read_look` may find something: substrings are found faster than patterns."""
    return (
        " style=" in head
        or "hidden" in head
        or " align=" in head
        or "sr-only" in head
        or "screen" in head
        or "invisible" in head
        or "assistive" in head
    )


def read_look(attributes: str) -> Look:
    """How a tag's attributes, as `tags` writes them, set the text inside it."""
    found = dict(reversed(_LOOKS.findall(attributes)))
    style = found.get("style")
    given = read_inline_style(plain(style)[:1000].lower()) if style else None
    names = found.get("class", "")[:LONGEST_NAMES].lower().split()
    return Look(
        seen=UNSEEN_CLASSES.isdisjoint(names)
        and "hidden" not in found
        and not (given is not None and given.unseen),
        given=given,
        align=found.get("align", "").lower(),
        colour=found.get("color", "").lower(),
        size=found.get("size", ""),
    )


def words_of(attributes: str) -> tuple[str, ...]:
    """The words of class and id, lower case: "post-Body" -> "post", "body"."""
    classes, name = names_of(attributes)
    words = _words_of_names(classes) if classes else ()
    return words + _words_of_names(name) if name else words


def names_of(attributes: str) -> tuple[str, str]:
    """(class, id) as they stand there; empty where there is none."""
    classes, name = value_of(attributes, ' class="'), value_of(attributes, ' id="')
    return classes[:LONGEST_NAMES], name[:LONGEST_NAMES]


def value_of(attributes: str, opening: str) -> str:
    """The value of the attribute that opens so, ' class="'; "" where there is none."""
    start = attributes.find(opening)
    if start < 0:
        return ""
    start += len(opening)
    return attributes[start : attributes.find('"', start)]


@lru_cache(maxsize=4_000)
def _words_of_names(names: str) -> tuple[str, ...]:
    words: list[str] = []
    for name in names.split():
        words += _words_of_name(name)
    return tuple(words)


@lru_cache(maxsize=6_000)
def _words_of_name(name: str) -> tuple[str, ...]:
    if _STATE.match(name):
        return ()
    words = tuple(map(str.lower, _WORD.findall(name)))
    if "hidden" in words and len(words) > 1:  # "overflow-hidden", "md:hidden" hide no text
        return tuple(word for word in words if word != "hidden")
    return words
