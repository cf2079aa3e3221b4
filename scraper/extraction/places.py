"""Where a block stands, as a number: the class path of its boxes, alike on all pages of a site."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from scraper.extraction.blocks import LONGEST_REMEMBERED, Box, Survey, TextBlock
from scraper.extraction.markup import names_of

LONGEST_ID = 80  # characters
MOST_HYPHENS = 2  # an id with more is a heading's own words
SHORTEST_NUMBERED = 30  # characters of a line that may repeat with another number in it
LONGEST_MADE_UP = 7  # characters of "gypkPg"; "articleBody" is longer
_SCHEME = re.compile(r"^https?://(?:www\.)?")
_PARTING = re.compile(r"[-_]+")
_NUMBERED = re.compile(r"[A-Za-z]+[0-9]{1,2}")  # "box2"; an id's number is of the page
_DIGITS = re.compile(r"[0-9]+")
# WordPress and its like write a page's sections and number into the classes of its boxes.
_OF_ONE_PAGE = re.compile(r"(?:category|tag|post|author|topic|term|section|page|node|parent)s?[-_]")


class Places:
    """The places of one page's boxes, each computed once and only where asked for."""

    def __init__(self, found: Survey) -> None:
        self._boxes = found.boxes
        self._columns: dict[Box, int] | None = None
        self._paths: dict[Box, int] = {}
        self._nears: dict[Box, int] = {}

    def of(self, block: TextBlock) -> int:
        """The whole path down to a block."""
        box = block.box
        known = self._paths.get(box)
        return self._path(box) if known is None else known

    def _path(self, box: Box) -> int:
        paths = self._paths
        chain: list[Box] = []
        number, at = 0, box
        while True:
            known = paths.get(at)
            if known is not None:
                number = known
                break
            chain.append(at)
            if at.parent is None:
                break
            at = at.parent
        for one in reversed(chain):
            number = paths[one] = crc32(self._part(one), number)
        return number

    def around(self, block: TextBlock) -> int:
        """The whole path down to the box around a block's own."""
        self.of(block)
        parent = block.box.parent
        return 0 if parent is None else self._paths[parent]

    def near(self, block: TextBlock) -> int:
        """The last two boxes of the path: what is further out is of one page at times."""
        box = block.box
        known = self._nears.get(box)
        if known is None:
            known = crc32(self._part(box))
            if box.parent is not None:
                known = crc32(self._part(box.parent), known)
            self._nears[box] = known
        return known

    def _part(self, box: Box) -> bytes:
        attributes, tag = box.attributes, box.tag
        if tag == "body":  # its classes are of the page
            return b"/body"
        if len(attributes) > LONGEST_REMEMBERED:
            part = _named.__wrapped__(tag, attributes)
        else:
            part = _named(tag, attributes)
        if tag == "td":  # columns of layout tables have no names often enough
            return b"%s%d" % (part, self._column(box))
        return part

    def _column(self, cell: Box) -> int:
        """The number of a cell among those of its row in which something stands."""
        if self._columns is None:
            self._columns = {}
            cells: dict[Box | None, int] = {}
            for box in self._boxes:
                if box.tag == "td":
                    self._columns[box] = cells[box.parent] = cells.get(box.parent, -1) + 1
        return self._columns[cell]


@lru_cache(maxsize=4096)
def _named(tag: str, attributes: str) -> bytes:
    """A box's part of a path, without what names a single page or the build of a style sheet."""
    classes, identifier = names_of(attributes)
    names = classes.split()
    if identifier and identifier.count("-") <= MOST_HYPHENS and len(identifier) <= LONGEST_ID:
        names.append(_DIGITS.sub("-", identifier))
    bare = {_bare(name) for name in names if not _OF_ONE_PAGE.match(name)}
    return f"/{tag}.{'.'.join(sorted(bare))}".encode("utf-8", "replace")


def _bare(name: str) -> str:
    """A class without its numbers and made-up parts: "text__1FZLe" -> "text", "dcr-1kas" -> "dcr".

    Such parts change whenever the site is built anew, or from page to page.
    """
    return "-".join(part for part in _PARTING.split(name) if part and not _is_made_up(part))


def _is_made_up(part: str) -> bool:
    if any(map(str.isdigit, part)):
        return _NUMBERED.fullmatch(part) is None
    return len(part) <= LONGEST_MADE_UP and not (part.islower() or part.isupper() or part.istitle())


def said_at(text: str, near: int) -> int:
    """A line with its near place: the same number where a site prints the line again.

    Long lines count as the same whatever their numbers: "This story was published December 22".
    """
    folded = text.casefold()
    if len(folded) >= SHORTEST_NUMBERED:
        folded = _DIGITS.sub("0", folded)
    return crc32(folded.encode("utf-8", "replace"), near)


def page_number(url: str | None) -> int:
    """A page's address as a number, with or without "https:" and "#part"."""
    bare = _SCHEME.sub("", (url or "").partition("#")[0])
    return crc32(bare.encode("utf-8", "replace"))
