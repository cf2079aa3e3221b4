"""What the trees are told of each block that may be the article's text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from scraper.extraction.blocks import HEADINGS, Box, TextBlock
from scraper.extraction.reading import Reading, holder, sums
from scraper.extraction.surroundings import (
    END_LINE,
    INSIDE_WORDS,
    LEAD_WORDS,
    OUTSIDE_TAGS,
    OUTSIDE_WORDS,
    SURELY_OUTSIDE_WORDS,
)

Row = tuple[float, ...]

# The order is that of the trees' rows: a change of it, or of what a value means, needs new trees.
FEATURES = (
    # its text
    "chars", "words", "link_share", "commas", "sentences", "ends_sentence", "capital", "capitals",
    "digits", "bold", "italic", "coloured", "images",
    # its place
    "heading", "tag", "holder_tag", "place", "blocks", "below_title", "chars_below_title",
    "text_above", "text_above_share", "text_below", "page_text",
    # the boxes around it
    "box_blocks", "holder_share", "holder_links", "holder_blocks", "holder_text",
    "around_share", "around_links", "around_blocks", "above_share",
    # where it stands to the box that holds the text
    "steps_up", "steps_down", "deeper", "within", "container_share", "container_place",
    # blocks in like boxes
    "path_share", "path_blocks", "path_links",
    # what machines are told, what is said twice
    "in_told_body", "in_description", "printed",
    # its neighbours
    "since_end_line", "since_heading", "chars_2_above", "chars_above", "links_above", "same_above",
    "chars_below", "links_below", "same_below", "chars_2_below", "near_links", "near_text",
    # how many boxes up one is named so
    "named_outside_tag", "named_surely_outside", "named_outside", "named_inside", "named_lead",
    "named_caption", "named_related", "named_author", "in_list", "in_aside", "in_article",
    "named_text", "in_quote", "in_table", "in_header", "named_newsletter",
)  # fmt: skip

SHORTEST_ALONE = 25  # characters; a shorter block is the article's only near others
NEAR = 2  # blocks
FAR = 60  # blocks: as good as none
BEGINNING = 120  # characters of a block that are looked at one by one

_TAGS = {
    tag: float(number)
    for number, tag in enumerate(
        "p li div td h1 h2 h3 h4 blockquote figcaption section article span dd pre body header".split()  # noqa: E501, SIM905
    )
}
_OTHER_TAG = 30.0
_ENDS_SENTENCE = frozenset(".!?…。！？:;")
_CLOSING = "\"'”’»)] "
_CAPTION_NAMES = frozenset(("caption", "figcaption", "credit", "credits", "legend", "wp"))
_RELATED_NAMES = frozenset(
    ("related", "recommended", "promo", "teaser", "teasers", "more", "popular", "also", "readmore")
)
_AUTHOR_NAMES = frozenset(("author", "byline", "bio", "authors"))
_TEXT_NAMES = frozenset(
    ("text", "paragraph", "richtext", "rich", "copy", "prose", "detail", "noidung", "articlebody",
     "storybody", "p", "wysiwyg")
)  # fmt: skip
_QUOTE_NAMES = frozenset(("quote", "pullquote", "tweet", "twitter", "instagram", "embed"))
_NEWSLETTER_NAMES = frozenset(
    ("newsletter", "subscribe", "signup", "donate", "donation", "promo", "cta", "form", "hidden")
)
_NAMED_NOTHING: Row = (1000.0,) * 16
_WHITE = re.compile(r"\s+")


def is_candidate(block: TextBlock) -> bool:
    """Whether a block may be text at all: lines of links are not."""
    return block.chars >= 200 or block.link_share <= 0.6


def rows(reading: Reading, *, told_body: str, descriptions: Sequence[str]) -> dict[int, Row]:
    """For each block that may be the article's text, by its index, its row of FEATURES.

    `told_body` and `descriptions` are what the page's markup says to machines.
    """
    page = _Page(reading, told_body, descriptions)
    made: dict[int, Row] = {}
    blocks = reading.blocks
    since_end = since_heading = -FAR
    for index, block in enumerate(blocks):
        if block.chars >= 200 or block.link_share <= 0.6:
            if block.chars >= SHORTEST_ALONE or page.text_near(index):
                made[index] = page.row(block, since_end=since_end, since_heading=since_heading)
            if block.chars < 80 and END_LINE.match(block.text):
                since_end = index
        if block.heading:
            since_heading = index
    return made


class _Page:
    """What is known of a page before its blocks are looked at one by one."""

    def __init__(self, reading: Reading, told_body: str, descriptions: Sequence[str]) -> None:
        self.reading = reading
        self.blocks = blocks = reading.blocks
        self.total = reading.mass[-1] or 1.0
        self.whole = reading.raw[-1] or 1.0
        self.logs = [math.log1p(block.chars) for block in blocks]
        self.link_shares = [block.link_share for block in blocks]
        self.chars = sums([block.chars for block in blocks])
        self.links = sums([block.link_chars for block in blocks])
        self.container = reading.container()
        self.above_container: dict[int, int] = {}
        if self.container is not None:
            boxes = enumerate(self.container.ancestors())
            self.above_container = {id(box): number for number, box in boxes}
        self.told = _WHITE.sub("", told_body) if len(told_body) > 200 else ""
        self.descriptions = [_WHITE.sub("", text)[:40] for text in descriptions if len(text) > 30]
        self.paths: dict[tuple[object, ...], list[float]] = {}
        self.path_of: list[list[float]] = []
        self._find_paths()
        self.printed: dict[str, int] = {}
        for block in blocks:
            self.printed[block.text] = self.printed.get(block.text, 0) + 1
        self.of_box: dict[int, Row] = {}
        self.named: dict[int, Row] = {}
        self.steps: dict[int, tuple[int, int]] = {}

    def _find_paths(self) -> None:
        """Sums over the blocks in boxes of the same names: text, number, shares of links."""
        running = self.reading.running
        for index, block in enumerate(self.blocks):
            box = block.box
            parent = box.parent
            if parent is None:
                key: tuple[object, ...] = (box.tag, box.words)
            else:
                key = (box.tag, box.words, parent.tag, parent.words)
            path = self.paths.get(key)
            if path is None:
                path = self.paths[key] = [0.0, 0.0, 0.0]
            path[0] += running[index]
            path[1] += 1
            path[2] += self.link_shares[index]
            self.path_of.append(path)

    def text_near(self, index: int) -> bool:
        """Whether any running text stands at most NEAR blocks away."""
        raw = self.reading.raw
        return raw[min(len(raw) - 1, index + NEAR + 1)] - raw[max(0, index - NEAR)] > 0

    def row(self, block: TextBlock, *, since_end: int, since_heading: int) -> Row:
        box = block.box
        hold = holder(block)
        around = hold.parent or hold
        above = around.parent or around
        return (
            *self._of_text(block),
            *self._of_place(block, hold),
            box.last - box.first,
            *self._of_box(hold),
            *self._of_box(around)[:3],
            self._of_box(above)[0],
            *self._of_container(block),
            *self._of_path(block),
            *self._of_machines(block),
            min(block.index - since_end, FAR),
            min(block.index - since_heading, FAR),
            *self._of_neighbours(block),
            *self._named(box),
        )

    def _of_text(self, block: TextBlock) -> Row:
        text, chars, shares = block.text, block.chars, block.shares
        beginning = text[:BEGINNING]
        plain = beginning.isascii() and not any(map(str.isdigit, beginning))
        looked_at = len(beginning)
        return (
            self.logs[block.index],
            text.count(" ") + 1,
            self.link_shares[block.index],
            text.count(",") / chars * 100,
            text.count(". ") + text.count("? ") + text.count("! "),
            text.rstrip(_CLOSING)[-1:] in _ENDS_SENTENCE,
            beginning[0].isupper(),
            sum(map(str.isupper, beginning)) / looked_at,
            0.0 if plain else sum(map(str.isdigit, beginning)) / looked_at,
            shares[1],
            shares[2],
            shares[4],
            block.images,
        )

    def _of_place(self, block: TextBlock, hold: Box) -> Row:
        index, tag, title = block.index, block.box.tag, self.reading.title
        mass, raw = self.reading.mass, self.reading.raw
        number = len(self.blocks)
        heading = float(tag[1]) if tag in HEADINGS else 7.0 if block.heading else 0.0
        if title is None:
            below, chars_below = 0, -1.0
        else:
            below = index - title
            chars_below = (
                -1.0 if below <= 0 else math.log1p(self.chars[index] - self.chars[title + 1])
            )
        return (
            heading,
            _TAGS.get(tag, _OTHER_TAG),
            _TAGS.get(hold.tag, _OTHER_TAG),
            index / number,
            number,
            below,
            chars_below,
            math.log1p(mass[index]),
            raw[index] / self.whole,
            math.log1p(self.total - mass[index + 1]) if self.total > mass[index + 1] else 0.0,
            math.log1p(self.whole),
        )

    def _of_box(self, box: Box) -> Row:
        """Its share of the page's text, its share of links, its blocks, its text."""
        known = self.of_box.get(id(box))
        if known is None:
            first, last = box.first, box.last
            mass, raw = self.reading.mass, self.reading.raw
            chars = self.chars[last] - self.chars[first]
            known = self.of_box[id(box)] = (
                (mass[last] - mass[first]) / self.total,
                (self.links[last] - self.links[first]) / chars if chars else 0.0,
                last - first,
                math.log1p(raw[last] - raw[first]),
            )
        return known

    def _of_container(self, block: TextBlock) -> Row:
        container = self.container
        if container is None:
            return (FAR, FAR, block.box.depth, 0.0, 0.0, 2.0)
        up, down = self._steps(block.box)
        index, mass = block.index, self.reading.mass
        first, last = container.first, container.last
        whole = mass[last] - mass[first]
        within = first <= index < last
        if within:
            place = (mass[index] - mass[first]) / (whole or 1.0)
        else:
            place = -1.0 if index < first else 2.0
        return (up, down, block.box.depth - container.depth, within, whole / self.total, place)

    def _steps(self, box: Box) -> tuple[int, int]:
        """How many boxes up from a box to one around the container, and down from there to it."""
        below: list[Box] = []
        here: Box | None = box
        known = (FAR, FAR)
        while here is not None:
            found = self.steps.get(id(here))
            if found is None and id(here) in self.above_container:
                found = self.steps[id(here)] = (0, self.above_container[id(here)])
            if found is not None:
                known = found
                break
            below.append(here)
            here = here.parent
        for inner in reversed(below):
            known = (known[0] + 1, known[1])
            self.steps[id(inner)] = known
        return known

    def _of_path(self, block: TextBlock) -> Row:
        text, number, links = self.path_of[block.index]
        return (text / self.whole, number, links / number)

    def _of_machines(self, block: TextBlock) -> Row:
        printed = self.printed[block.text]
        if not self.told and not self.descriptions:
            return (3, 0, printed)
        beginning = _WHITE.sub("", block.text[: 2 * BEGINNING])
        told = float(beginning[:60] in self.told) if self.told else 3.0
        return (told, any(text in beginning for text in self.descriptions), printed)

    def _of_neighbours(self, block: TextBlock) -> Row:
        index, number = block.index, len(self.blocks)
        logs, links = self.logs, self.link_shares
        first, last = max(0, index - 5), min(number, index + 6)
        chars = self.chars[last] - self.chars[first]
        raw = self.reading.raw
        near_text = raw[last] - raw[first] - self.reading.running[index]
        has_above, has_below = index > 0, index + 1 < number
        return (
            logs[index - 2] if index > 1 else 0.0,
            logs[index - 1] if has_above else 0.0,
            links[index - 1] if has_above else 1.0,
            self._likeness(block, index - 1) if has_above else -1.0,
            logs[index + 1] if has_below else 0.0,
            links[index + 1] if has_below else 1.0,
            self._likeness(block, index + 1) if has_below else -1.0,
            logs[index + 2] if index + 2 < number else 0.0,
            (self.links[last] - self.links[first]) / chars,
            math.log1p(near_text) if near_text > 0 else 0.0,
        )

    def _likeness(self, block: TextBlock, other: int) -> float:
        """Two blocks of one box: 2; of boxes named alike: 1."""
        if self.blocks[other].box is block.box:
            return 2.0
        return float(self.path_of[other] is self.path_of[block.index])

    def _named(self, box: Box) -> Row:
        """For each kind of name, how far up a box bears it; above the container none counts."""
        below: list[Box] = []
        here: Box | None = box
        known = _NAMED_NOTHING
        while here is not None and here.parent is not None:
            found = self.named.get(id(here))
            if found is not None:
                known = found
                break
            if self.above_container.get(id(here), 0) > 0:
                break
            below.append(here)
            here = here.parent
        for inner in reversed(below):
            flags = _flags(inner.tag, inner.words)
            known = tuple(
                [0.0 if flag else up + 1.0 for flag, up in zip(flags, known, strict=True)]
            )
            self.named[id(inner)] = known
        return known


@lru_cache(maxsize=5_000)
def _flags(tag: str, words: tuple[str, ...]) -> tuple[bool, ...]:
    """What a box is named, in the order of the last 16 of FEATURES."""
    names = frozenset(words)
    return (
        tag in OUTSIDE_TAGS,
        not names.isdisjoint(SURELY_OUTSIDE_WORDS),
        not names.isdisjoint(OUTSIDE_WORDS),
        not names.isdisjoint(INSIDE_WORDS),
        not names.isdisjoint(LEAD_WORDS),
        tag in ("figure", "figcaption") or not names.isdisjoint(_CAPTION_NAMES),
        not names.isdisjoint(_RELATED_NAMES),
        not names.isdisjoint(_AUTHOR_NAMES),
        tag in ("ul", "ol", "dl"),
        tag == "aside",
        tag in ("article", "main"),
        not names.isdisjoint(_TEXT_NAMES),
        tag == "blockquote" or not names.isdisjoint(_QUOTE_NAMES),
        tag in ("table", "td", "tr"),
        tag == "header",
        not names.isdisjoint(_NEWSLETTER_NAMES),
    )
