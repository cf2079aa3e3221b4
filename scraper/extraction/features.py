"""What the trees are told of each block that may be the article's text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from scraper.extraction.blocks import HEADINGS, Box, TextBlock
from scraper.extraction.reading import Reading, holder, sums
from scraper.extraction.surroundings import LEAD_WORDS, OUTSIDE_WORDS

Row = tuple[float, ...]

# The order is that of the trees' rows: a change of it, or of what a value means, needs new trees.
# Chosen by gain among 73: these 44 do as well (out of fold), and the others cost a millisecond.
FEATURES = (
    # the block's text
    "chars", "words", "ends_sentence", "capitals", "bold", "images", "printed",
    # its place on the page
    "blocks", "page_text", "below_title", "chars_below_title", "text_above", "text_above_share",
    "text_below", "since_heading",
    # its place in the box that holds the text
    "within", "container_place", "container_share",
    # the blocks in boxes of the same names
    "path_share", "path_blocks", "path_links",
    # what machines are told
    "in_told_body", "in_description",
    # its neighbours
    "same_below", "near_links", "near_text",
    # its box, and how far up a box is named so
    "heading", "tag", "box_blocks", "steps_up", "steps_down",
    "named_outside", "named_lead", "named_caption", "named_text", "in_list", "in_table",
    # the box that holds it together with others, and the box around that
    "holder_tag", "holder_share", "holder_blocks", "holder_text",
    "around_share", "around_links", "around_blocks",
)  # fmt: skip

SHORTEST_ALONE = 25  # characters; a shorter block is the article's only near others
NEAR = 2  # blocks
WIDER = 5  # blocks
FAR = 60  # blocks or boxes: as good as none
BEGINNING = 60  # characters of a block that are looked at one by one
LONGEST_KEPT_LINKS = 200  # characters; a longer block may be mostly links

_TAGS = {
    tag: float(number)
    for number, tag in enumerate(
        ("p", "li", "div", "td", "h1", "h2", "h3", "h4", "blockquote", "figcaption", "section",
         "article", "span", "dd", "pre", "body", "header")
    )
}  # fmt: skip
_OTHER_TAG = 30.0
_ENDS_SENTENCE = frozenset(".!?…。！？:;")
_CLOSING = "\"'”’»)] "
_CAPTION_NAMES = frozenset(("caption", "figcaption", "credit", "credits", "legend", "wp"))
_TEXT_NAMES = frozenset(
    ("text", "paragraph", "richtext", "rich", "copy", "prose", "detail", "noidung", "articlebody",
     "storybody", "p", "wysiwyg")
)  # fmt: skip
_OUTSIDE_NAMES = OUTSIDE_WORDS | {"donate", "donation", "form", "hidden"}
_NAMED_NOTHING = (FAR,) * 6


def rows(reading: Reading, *, told_body: str, descriptions: Sequence[str]) -> dict[int, Row]:
    """For each block that may be the article's text, by its index, its row of FEATURES.

    `told_body` and `descriptions` are what the page's markup says to machines.
    """
    page = _Page(reading, told_body, descriptions)
    made: dict[int, Row] = {}
    since_heading = -FAR
    raw, last = reading.raw, len(reading.raw) - 1
    for index, block in enumerate(reading.blocks):
        chars = block.chars
        if (block.link_chars <= 0.6 * chars or chars >= LONGEST_KEPT_LINKS) and (
            chars >= SHORTEST_ALONE or raw[min(last, index + NEAR + 1)] > raw[max(0, index - NEAR)]
        ):
            made[index] = page.row(block, since_heading)
        if block.heading:
            since_heading = index
    return made


class _Page:
    """What is known of a page before its blocks are looked at one by one."""

    def __init__(self, reading: Reading, told_body: str, descriptions: Sequence[str]) -> None:
        self.reading = reading
        self.blocks = blocks = reading.blocks
        self.number = len(blocks)
        self.total = reading.mass[-1] or 1.0
        self.whole = reading.raw[-1] or 1.0
        self.page_text = math.log1p(self.whole)
        self.chars = sums([block.chars for block in blocks])
        self.links = sums([block.link_chars for block in blocks])
        self.container = reading.container
        self.above_container: dict[int, int] = {}
        self.container_share = self.container_text = 0.0
        self.first = self.last = 0
        if self.container is not None:
            boxes = enumerate(self.container.ancestors())
            self.above_container = {id(box): number for number, box in boxes}
            self.first, self.last = self.container.first, self.container.last
            self.container_text = reading.mass[self.last] - reading.mass[self.first]
            self.container_share = self.container_text / self.total
        self.told = "".join(told_body.split()) if len(told_body) > 200 else ""
        self.descriptions = ["".join(it.split())[:40] for it in descriptions if len(it) > 30]
        self.machines = bool(self.told or self.descriptions)
        self.path_of = self._paths()
        self.printed: dict[str, int] = {}
        for block in blocks:
            self.printed[block.text] = self.printed.get(block.text, 0) + 1
        self.of_box: dict[int, Row] = {}
        self.of_holder: dict[int, Row] = {}
        self.up_from: dict[int, tuple[int, int, Row]] = {}

    def _paths(self) -> list[list[float]]:
        """For each block the sums over those in boxes of the same names: text, number, links."""
        paths: dict[tuple[object, ...], list[float]] = {}
        of_box: dict[int, list[float]] = {}
        found: list[list[float]] = []
        running = self.reading.running
        for index, block in enumerate(self.blocks):
            box = block.box
            path = of_box.get(id(box))
            if path is None:
                parent = box.parent
                above = (parent.tag, parent.words) if parent is not None else ()
                key = (box.tag, box.words, above)
                path = of_box[id(box)] = paths.setdefault(key, [0.0, 0.0, 0.0])
            path[0] += running[index]
            path[1] += 1
            path[2] += block.link_chars / block.chars
            found.append(path)
        return found

    def row(self, block: TextBlock, since_heading: int) -> Row:
        index, box, text = block.index, block.box, block.text
        beginning = text[:BEGINNING]
        of_box = self.of_box.get(id(box))
        if of_box is None:
            of_box = self.of_box[id(box)] = self._of_box(block, box)
        path_text, path_blocks, path_links = path = self.path_of[index]
        mass, raw, title = self.reading.mass, self.reading.raw, self.reading.title
        above, upto = mass[index], mass[index + 1]
        below_title, chars_below = 0, -1.0
        if title is not None:
            below_title = index - title
            if below_title > 0:
                chars_below = math.log1p(self.chars[index] - self.chars[title + 1])
        first, last = max(0, index - WIDER), min(self.number, index + WIDER + 1)
        near_text = raw[last] - raw[first] - self.reading.running[index]
        return (
            math.log1p(block.chars),
            text.count(" ") + 1,
            text.rstrip(_CLOSING)[-1:] in _ENDS_SENTENCE,
            sum(map(str.isupper, beginning)) / len(beginning),
            block.shares[1],
            block.images,
            self.printed[text],
            self.number,
            self.page_text,
            below_title,
            chars_below,
            math.log1p(above),
            raw[index] / self.whole,
            math.log1p(self.total - upto) if self.total > upto else 0.0,
            min(index - since_heading, FAR),
            *self._in_container(index),
            path_text / self.whole,
            path_blocks,
            path_links / path_blocks,
            *(self._of_machines(text) if self.machines else (3.0, 0.0)),
            self._same_below(index, box, path),
            (self.links[last] - self.links[first]) / (self.chars[last] - self.chars[first]),
            math.log1p(near_text) if near_text > 0 else 0.0,
            *of_box,
        )

    def _in_container(self, index: int) -> Row:
        if self.first <= index < self.last:
            before = self.reading.mass[index] - self.reading.mass[self.first]
            return (1.0, before / (self.container_text or 1.0), self.container_share)
        return (0.0, -1.0 if index < self.first else 2.0, self.container_share)

    def _of_machines(self, text: str) -> Row:
        beginning = "".join(text[: 4 * BEGINNING].split())
        told = float(beginning[:BEGINNING] in self.told) if self.told else 3.0
        for description in self.descriptions:
            if description in beginning:
                return (told, 1.0)
        return (told, 0.0)

    def _same_below(self, index: int, box: Box, path: list[float]) -> float:
        """Whether the next block stands in the same box: 2; in one of the same names: 1."""
        if index + 1 >= self.number:
            return -1.0
        if self.blocks[index + 1].box is box:
            return 2.0
        return float(self.path_of[index + 1] is path)

    def _of_box(self, block: TextBlock, box: Box) -> Row:
        """What is the same for all blocks of one box."""
        tag = box.tag
        heading = float(tag[1]) if tag in HEADINGS else 7.0 if block.heading else 0.0
        hold = holder(block)
        of_holder = self.of_holder.get(id(hold))
        if of_holder is None:
            of_holder = self.of_holder[id(hold)] = self._of_holder(hold)
        up, down, named = self._up_from(box)
        tag_number = _TAGS.get(tag, _OTHER_TAG)
        return (heading, tag_number, box.last - box.first, up, down, *named, *of_holder)

    def _of_holder(self, hold: Box) -> Row:
        around, mass, raw = hold.parent or hold, self.reading.mass, self.reading.raw
        chars = self.chars[around.last] - self.chars[around.first]
        return (
            _TAGS.get(hold.tag, _OTHER_TAG),
            (mass[hold.last] - mass[hold.first]) / self.total,
            hold.last - hold.first,
            math.log1p(raw[hold.last] - raw[hold.first]),
            (mass[around.last] - mass[around.first]) / self.total,
            (self.links[around.last] - self.links[around.first]) / chars if chars else 0.0,
            around.last - around.first,
        )

    def _up_from(self, box: Box) -> tuple[int, int, Row]:
        """How many boxes up from a box to one around the container, and down from there to it.

        With them, for each kind of name, how far up a box bears it; above the container none
        counts.
        """
        below: list[Box] = []
        here: Box | None = box
        known: tuple[int, int, Row] = (FAR, FAR, _NAMED_NOTHING)
        while here is not None:
            if id(here) in self.up_from:
                known = self.up_from[id(here)]
                break
            if id(here) in self.above_container:
                down = self.above_container[id(here)]
                named = _names(here, _NAMED_NOTHING) if down == 0 else _NAMED_NOTHING
                known = self.up_from[id(here)] = (0, down, named)
                break
            below.append(here)
            here = here.parent
        for inner in reversed(below):
            up, down, named = known
            known = self.up_from[id(inner)] = (up + 1, down, _names(inner, named))
        return known


def _names(box: Box, further: Row) -> Row:
    """How far up from a box one bears each kind of name, as known of the box around it."""
    flags = _flags(box.tag, box.words)
    return tuple([0.0 if flag else up + 1 for flag, up in zip(flags, further, strict=True)])


@lru_cache(maxsize=2_000)
def _flags(tag: str, words: tuple[str, ...]) -> tuple[bool, ...]:
    """What a box is named: outside, lead, caption, text, list, table."""
    return (
        not _OUTSIDE_NAMES.isdisjoint(words),
        not LEAD_WORDS.isdisjoint(words),
        tag in ("figure", "figcaption") or not _CAPTION_NAMES.isdisjoint(words),
        not _TEXT_NAMES.isdisjoint(words),
        tag in ("ul", "ol", "dl"),
        tag in ("table", "td", "tr"),
    )
