"""One walk over a page: its blocks of text in reading order, and what stands around each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from scraper.errors import PageError
from scraper.extraction.styles import ORDINARY_COLOURS, Style, glued_caption, read_inline_style
from scraper.vietnamese.text import clean


def word_set(words: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(words.split())


# No page that anybody reads is larger: the largest of 1,500 measured has 1,485 blocks and some
# 10,000 elements. Beyond this a walk would take seconds.
MAX_BLOCKS = 20_000
MAX_ELEMENTS = 200_000

# Their text is no part of what a reader reads.
LEFT_OUT = word_set(
    "script style noscript template svg iframe object embed applet canvas audio video map head "
    "select option optgroup datalist textarea button input progress meter"
)
NEVER_READ = word_set("script style template head")
BLOCK_LEVEL = word_set(
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu "
    "nav ol p pre section summary table caption colgroup tbody td tfoot th thead tr ul xmp"
)
HEADINGS = word_set("h1 h2 h3 h4 h5 h6")
# Text for screen readers only: it repeats what is seen, or says what a button does.
UNSEEN_CLASSES = word_set(
    "sr-only visually-hidden visuallyhidden screen-reader-text element-invisible "
    "u-visually-hidden assistive-text screenreader-only"
)
_BOLD_TAGS = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"))
_ITALIC_TAGS = frozenset(("i", "em", "cite", "address", "dfn"))
_STYLED_TAGS = _BOLD_TAGS | _ITALIC_TAGS | {"a", "small", "font", "center", "table"}
_MAY_BE_BOXES = frozenset(("span", "font", "b", "strong", "i", "em"))
_SENTENCE_ENDS = frozenset(".!?…:;。！？")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# "has-sidebar" says what stands beside a box, not what it is.
_STATE = re.compile(r"(?<!\S)(has|no|with|without|hide|show|js|is)[-_]\S*")


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element; the boxes of a page are a tree.

    The blocks inside it are blocks[first:last].
    """

    element: etree._Element
    tag: str
    parent: Box | None
    depth: int
    words: tuple[str, ...]  # of its own class and id, lower case
    first: int
    last: int = 0

    def ancestors(self) -> Iterator[Box]:
        """This box and all around it, innermost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True, eq=False)
class TextBlock:
    """A run of text between two block-level borders, or between two line breaks."""

    index: int
    text: str
    box: Box
    chars: int  # of text
    link_chars: int  # of these, inside links
    images: int  # that stand before it, after the block before, or in it
    heading: bool  # h1 to h6
    # shares of its characters, 0 to 1
    bold: float
    italic: float
    small: float
    coloured: float
    centred: float
    right: float

    @property
    def element(self) -> etree._Element:
        """The nearest block-level element."""
        return self.box.element

    @property
    def tag(self) -> str:
        return self.box.tag

    @property
    def depth(self) -> int:
        return self.box.depth

    @property
    def words(self) -> tuple[str, ...]:
        """The words of class and id of all boxes around it, innermost first."""
        return tuple(word for box in self.box.ancestors() for word in box.words)

    @property
    def link_share(self) -> float:
        return self.link_chars / self.chars


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """An image or a link, and where it stands: in or right before the block `index`."""

    element: etree._Element
    index: int
    box: Box


@dataclass(slots=True, eq=False)
class Survey:
    """What one walk over a page brings."""

    blocks: list[TextBlock] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)  # each after the one around it
    images: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)


def walk(tree: etree._Element, *, unseen_too: bool = False) -> list[TextBlock]:
    """The blocks of a page in reading order."""
    return survey(tree, unseen_too=unseen_too).blocks


def survey(tree: etree._Element, *, unseen_too: bool = False) -> Survey:
    """The blocks of a page with its boxes, images and links.

    `unseen_too` takes text in that the markup hides from readers, or that a parser without
    scripts found inside a control, as its end tag was missing. PageError beyond MAX_BLOCKS.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    return _Walker(unseen_too=unseen_too).run(tree if body is None else body)


class _Walker:
    """A walk without recursion, as pages nest thousands deep."""

    def __init__(self, *, unseen_too: bool) -> None:
        self.unseen_too = unseen_too
        self.found = Survey()
        self.style = Style()
        self.box: Box | None = None
        self.pieces: list[tuple[str, Style]] = []
        self.breaks = 0  # line breaks since the last text
        self.last_char = ""  # of the last text, for lines that go on
        self.fresh_images = 0
        self.opens_with_image = False  # the block that is being collected
        self.preformatted = 0
        self.word_lists: dict[str, tuple[str, ...]] = {}
        self.inline_styles: dict[str, dict[str, str]] = {}

    def run(self, root: etree._Element) -> Survey:
        stack = [self._enter(root)]
        steps = 0
        while stack:
            steps += 1
            if steps > MAX_ELEMENTS or len(self.found.blocks) > MAX_BLOCKS:
                raise PageError(
                    f"the page has more than {MAX_BLOCKS:,} lines or {MAX_ELEMENTS:,} elements"
                )
            element, children, style, is_block = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(element, style=style, is_block=is_block)
                if stack:
                    self._add(element.tail)
            elif isinstance(child.tag, str) and self._is_container(child):
                stack.append(self._enter(child))
            else:
                self._add(child.tail)
        return self.found

    def _is_container(self, element: etree._Element) -> bool:
        """Whether to go into it; what is no container is dealt with here."""
        tag = element.tag
        if tag == "br":
            self.breaks += 1
        elif tag == "img" or tag == "amp-img":
            assert self.box is not None
            self.found.images.append(Mark(element, len(self.found.blocks), self.box))
            self.fresh_images += 1
            self.opens_with_image |= not any(piece.strip() for piece, _ in self.pieces)
        elif tag in ("hr", "video", "iframe"):
            self._end_block()
        if self.unseen_too:
            return tag != "br" and tag not in NEVER_READ
        return tag != "br" and tag not in LEFT_OUT and self._is_seen(element)

    def _is_seen(self, element: etree._Element) -> bool:
        if element.get("hidden") is not None:
            return False
        style = element.get("style")
        if style and "unseen" in self._inline_style(style):
            return False
        names = element.get("class")
        return not names or UNSEEN_CLASSES.isdisjoint(names.lower().split())

    def _enter(
        self, element: etree._Element
    ) -> tuple[etree._Element, Iterator[etree._Element], Style, bool]:
        before, tag = self.style, element.tag
        inline = element.get("style")
        if inline or tag in _STYLED_TAGS or element.get("align"):
            self.style = self._styled(element, inline or "")
        is_block = (
            tag in BLOCK_LEVEL
            or self.box is None
            or bool(inline and tag in _MAY_BE_BOXES and "box" in self._inline_style(inline))
        )
        if is_block:
            self._end_block()
            self.opens_with_image = False
            self._open_box(element)
        elif tag == "a" and element.get("href"):
            assert self.box is not None
            self.found.links.append(Mark(element, len(self.found.blocks), self.box))
        self.preformatted += tag == "pre"
        self._add(element.text)
        return element, iter(element), before, is_block

    def _leave(self, element: etree._Element, *, style: Style, is_block: bool) -> None:
        self.preformatted -= element.tag == "pre"
        if is_block:
            self._end_block()
            self.opens_with_image = False
            assert self.box is not None
            self.box.last = len(self.found.blocks)
            self.box = self.box.parent or self.box
        self.style = style

    def _open_box(self, element: etree._Element) -> None:
        names = f"{element.get('class', '')} {element.get('id', '')}"
        words = self.word_lists.get(names)
        if words is None:
            named = _STATE.sub("", names[:500])
            words = tuple(word.lower() for word in _WORD.findall(named))
            self.word_lists[names] = words
        parent, depth = self.box, 0 if self.box is None else self.box.depth + 1
        self.box = Box(element, element.tag, parent, depth, words, len(self.found.blocks))
        self.found.boxes.append(self.box)

    def _styled(self, element: etree._Element, inline: str) -> Style:
        tag, style = element.tag, self.style
        given = self._inline_style(inline) if inline else {}
        align = given.get("align") or (element.get("align") or "").lower()
        if tag == "center":
            align = "center"
        elif tag == "table" and not align:
            align = "left"  # browsers do not hand alignment down into a table
        colour = element.get("color") if tag == "font" else None
        coloured = style.coloured or "coloured" in given
        if colour and colour.lower() not in ORDINARY_COLOURS:
            coloured = True
        return Style(
            link=style.link or (tag == "a" and element.get("href") is not None),
            bold=(style.bold or tag in _BOLD_TAGS or given.get("bold") == "yes")
            and given.get("bold") != "no",
            italic=(style.italic or tag in _ITALIC_TAGS or given.get("italic") == "yes")
            and given.get("italic") != "no",
            small=style.small
            or tag == "small"
            or "small" in given
            or (tag == "font" and element.get("size") in ("1", "-1", "-2")),
            coloured=coloured,
            align=align or style.align,
        )

    def _inline_style(self, inline: str) -> dict[str, str]:
        known = self.inline_styles.get(inline)
        if known is None:
            known = self.inline_styles[inline] = read_inline_style(inline[:1000].lower())
        return known

    def _add(self, text: str | None) -> None:
        """Take a piece of text in; a line break before it may end the block."""
        if not text:
            return
        if text.isspace():
            if self.pieces and not self.breaks:
                self.pieces.append((" ", self.style))
            return
        if self.preformatted and "\n" in text:
            for line in text.split("\n"):
                self._add_line(line)
                self.breaks += 1
            return
        self._add_line(text)

    def _add_line(self, text: str) -> None:
        if self.breaks:
            # A <br> ends a block but where a sentence runs on over it (text that was wrapped
            # by hand), and in a heading, whose breaks are for looks.
            first = text.lstrip()[:1]
            runs_on = self.breaks == 1 and first.islower() and self.last_char not in _SENTENCE_ENDS
            assert self.box is not None
            if not (runs_on or self.box.tag in HEADINGS):
                self._end_block()
            elif self.pieces:
                self.pieces.append((" ", self.style))
            self.breaks = 0
        stripped = text.rstrip()
        if stripped:
            self.last_char = stripped[-1]
            self.pieces.append((text, self.style))

    def _end_block(self) -> None:
        """End the block that is being collected, if any is."""
        self.breaks = 0
        if self.pieces:
            pieces, self.pieces = self.pieces, []
            caption = glued_caption(pieces) if self.opens_with_image else 0
            if caption:
                self._keep_block(pieces[:caption])
            self._keep_block(pieces[caption:])
            self.opens_with_image = False

    def _keep_block(self, pieces: list[tuple[str, Style]]) -> None:
        text = clean("".join(piece for piece, _ in pieces))
        if not text:
            return
        assert self.box is not None
        weights = [(len(piece.strip()), style) for piece, style in pieces]
        whole = sum(weight for weight, _ in weights) or 1
        chars = len(text)
        block = TextBlock(
            index=len(self.found.blocks),
            text=text,
            box=self.box,
            chars=chars,
            link_chars=round(chars * sum(n for n, style in weights if style.link) / whole),
            images=self.fresh_images,
            heading=any(box.tag in HEADINGS for box in _nearest(self.box)),
            bold=sum(n for n, style in weights if style.bold) / whole,
            italic=sum(n for n, style in weights if style.italic) / whole,
            small=sum(n for n, style in weights if style.small) / whole,
            coloured=sum(n for n, style in weights if style.coloured) / whole,
            centred=sum(n for n, style in weights if style.align == "center") / whole,
            right=sum(n for n, style in weights if style.align == "right") / whole,
        )
        self.found.blocks.append(block)
        self.fresh_images = 0


def _nearest(box: Box) -> tuple[Box, ...]:
    """A box and the one around it: <h2><div>…</div></h2> is a heading too."""
    return (box,) if box.parent is None else (box, box.parent)
