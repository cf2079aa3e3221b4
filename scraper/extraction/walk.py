"""One walk over a page: from its tags and texts to its blocks."""

from __future__ import annotations

from lxml import etree

from scraper.errors import PageError
from scraper.extraction.blocks import (
    BLOCK_LEVEL,
    HEADINGS,
    LONGEST_REMEMBERED,
    Box,
    Mark,
    Opened,
    Survey,
    TextBlock,
    word_set,
)
from scraper.extraction.markup import NO_LOOK, Elements, Look, may_set_text, plain, read_look, tags
from scraper.extraction.styles import ORDINARY_COLOURS, Given, Shares, Style, glued_caption
from scraper.vietnamese.text import clean

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
_BOLD_TAGS = HEADINGS | {"b", "strong", "th"}
_ITALIC_TAGS = frozenset(("i", "em", "cite", "address", "dfn"))
_STYLED_TAGS = _BOLD_TAGS | _ITALIC_TAGS | {"a", "small", "font", "center", "table"}
_MAY_BE_BOXES = frozenset(("span", "font", "b", "strong", "i", "em"))
_SENTENCE_ENDS = frozenset(".!?…:;。！？")
_IMAGES = frozenset(("img", "amp-img"))
_BORDERS = frozenset(("hr", "video", "iframe"))
LEAVE_OUT, OPEN_BOX, SET_TEXT = 1, 2, 3
_KINDS = dict.fromkeys(_STYLED_TAGS | _IMAGES, SET_TEXT)
_KINDS |= dict.fromkeys(BLOCK_LEVEL, OPEN_BOX)
_KINDS_UNSEEN_TOO = _KINDS | dict.fromkeys(NEVER_READ, LEAVE_OUT)
_KINDS |= dict.fromkeys(LEFT_OUT, LEAVE_OUT)


def survey(tree: etree._Element, *, unseen_too: bool = False) -> Survey:
    """The blocks of a page with its boxes, images and links.

    `unseen_too` takes text in that the markup hides from readers, or that a parser without
    scripts found inside a control, as its end tag was missing. PageError beyond MAX_BLOCKS.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    return _Walker(tree if body is None else body, unseen_too=unseen_too).run()


def walk(tree: etree._Element, *, unseen_too: bool = False) -> list[TextBlock]:
    """The blocks of a page in reading order."""
    return survey(tree, unseen_too=unseen_too).blocks


class _Walker:
    """What is open at one point of the walk."""

    def __init__(self, root: etree._Element, *, unseen_too: bool) -> None:
        self.root = root
        self.unseen_too = unseen_too
        self.kinds = _KINDS_UNSEEN_TOO if unseen_too else _KINDS
        self.elements = Elements(root)
        self.found = Survey()
        self.box: Box | None = None
        self.opened: list[Opened] = []  # boxes in which nothing stands yet
        # For each open element the style around it; in a tuple where the element is a box.
        self.around: list[Style | tuple[Style]] = []
        self.pieces: list[tuple[str, Style]] = []  # of the block that is being collected
        self.breaks = 0  # line breaks since the last text
        self.last_char = ""  # of the last text, for lines that go on
        self.fresh_images = 0
        self.opens_with_image = False  # the block that is being collected
        self.preformatted = 0
        self.looks: dict[str, Look] = {}

    def run(self) -> Survey:
        style, pieces, around, kinds = Style(), self.pieces, self.around, self.kinds
        skipped = 0  # how deep inside an element that is left out
        order = -1
        for piece in tags(self.root, most=2 * MAX_ELEMENTS):
            head, _, text = piece.partition(">")
            if head[0] == "/":
                if skipped:
                    skipped -= 1
                    if skipped:
                        continue
                else:
                    before = around.pop()
                    if before.__class__ is tuple:
                        self._end_box(head)
                        style = before[0]
                    else:
                        style = before  # type: ignore[assignment]
            else:
                order += 1
                if skipped:
                    skipped += head[-1] != "/"
                    continue
                tag, _, attributes = head.partition(" ")
                if head[-1] == "/":
                    self._empty(tag, head, order)
                elif tag not in kinds and not (attributes and may_set_text(head)) and around:
                    around.append(style)
                else:
                    inside = self._start(tag, head, style, order)
                    if inside is None:
                        skipped = 1
                        continue
                    style = inside
            if text:
                if not text.isspace():
                    self._add(plain(text), style)
                elif pieces and not self.breaks:
                    pieces.append((" ", style))
        return self.found

    def _start(self, tag: str, head: str, style: Style, order: int) -> Style | None:
        """Go into an element; the style inside it, or None where all inside is left out."""
        kind = self.kinds.get(tag, 0)
        if kind == LEAVE_OUT:
            if tag in _BORDERS:
                self._end_block()
            return None
        look = self.looks.get(head)
        if look is None:
            look = self._look(head) if tag == "font" or may_set_text(head) else NO_LOOK
        if not (look.seen or self.unseen_too):
            return None
        if kind == OPEN_BOX or not self.around or self._is_box(tag, look):
            if self.pieces:
                self._end_block()
            self.breaks = 0
            self.opens_with_image = False
            self.preformatted += tag == "pre"
            self.opened.append((order, tag, head))
            self.around.append((style,))
        else:
            self.around.append(style)
            if tag == "a" and " href=" in head:
                index, box = len(self.found.blocks), self._box_here()
                self.found.links.append(Mark(order, head, index, box, self.elements))
        if look is not NO_LOOK or tag in _STYLED_TAGS:
            return _styled(tag, head, look, style)
        return style

    def _end_box(self, head: str) -> None:
        if self.pieces:
            self._end_block()
        self.breaks = 0
        self.opens_with_image = False
        self.preformatted -= head == "/pre"
        if self.opened:  # nothing stood in it
            self.opened.pop()
        else:
            assert self.box is not None
            self.box.last = len(self.found.blocks)
            self.box = self.box.parent or self.box

    def _empty(self, tag: str, head: str, order: int) -> None:
        """An element without text: an image, a break, a border."""
        tag = tag.rstrip("/")
        if tag == "br":
            self.breaks += 1
        elif tag in _IMAGES:
            mark = Mark(order, head, len(self.found.blocks), self._box_here(), self.elements)
            self.found.images.append(mark)
            self.fresh_images += 1
            self.opens_with_image |= not any(piece.strip() for piece, _ in self.pieces)
        elif tag in BLOCK_LEVEL or tag in _BORDERS:
            self._end_block()
            self.opens_with_image = False
            if not self.around:  # the page's root
                self.opened.append((order, tag, head))

    def _box_here(self) -> Box:
        """The box at this point: what was opened becomes boxes once something stands in it."""
        if self.opened:
            first = len(self.found.blocks)
            for opened in self.opened:
                self.box = Box(opened, self.box, first, self.elements)
                self.found.boxes.append(self.box)
            self.opened.clear()
        assert self.box is not None
        return self.box

    def _look(self, head: str) -> Look:
        look = read_look(head)
        if len(head) <= LONGEST_REMEMBERED:
            self.looks[head] = look
        return look

    def _is_box(self, tag: str, look: Look) -> bool:
        """Whether an inline element is set as a box of its own."""
        return look.given is not None and look.given.box and tag in _MAY_BE_BOXES

    def _add(self, text: str, style: Style) -> None:
        """Take a piece of text in; a line break before it may end the block."""
        if self.preformatted and "\n" in text:
            for line in text.split("\n"):
                if line and not line.isspace():
                    self._add_line(line, style)
                self.breaks += 1
            return
        self._add_line(text, style)

    def _add_line(self, text: str, style: Style) -> None:
        if self.breaks:
            # A <br> ends a block but where a sentence runs on over it (text that was wrapped
            # by hand), and in a heading, whose breaks are for looks.
            first = text.lstrip()[:1]
            runs_on = self.breaks == 1 and first.islower() and self.last_char not in _SENTENCE_ENDS
            if not (runs_on or self._box_here().tag in HEADINGS):
                self._end_block()
            elif self.pieces:
                self.pieces.append((" ", style))
            self.breaks = 0
        self.last_char = text.rstrip()[-1]
        self.pieces.append((text, style))

    def _end_block(self) -> None:
        """End the block that is being collected, if any is."""
        self.breaks = 0
        if self.pieces:
            pieces = self.pieces[:]
            self.pieces.clear()
            caption = glued_caption(pieces) if self.opens_with_image else 0
            if caption:
                self._keep_block(pieces[:caption])
            self._keep_block(pieces[caption:])
            self.opens_with_image = False

    def _keep_block(self, pieces: list[tuple[str, Style]]) -> None:
        text = clean("".join([piece for piece, _ in pieces]))
        if not text:
            return
        blocks = self.found.blocks
        if len(blocks) >= MAX_BLOCKS:
            raise PageError(f"the page has more than {MAX_BLOCKS:,} lines")
        box, images = self._box_here(), self.fresh_images
        blocks.append(TextBlock(len(blocks), text, box, images, _shares(pieces)))
        self.fresh_images = 0


def _shares(pieces: list[tuple[str, Style]]) -> Shares:
    """How much of a block is linked, bold, italic, small, coloured, centred, set to the right."""
    style = pieces[0][1]
    if len(pieces) == 1:
        return style.shares
    weights: dict[Style, int] = {}
    whole = 0
    for piece, style in pieces:
        chars = len(piece.strip())
        if chars:
            weights[style] = weights.get(style, 0) + chars
            whole += chars
    if len(weights) == 1:
        return next(iter(weights)).shares
    sums = [0.0] * 7
    for style, chars in weights.items():
        if style.is_set:
            for place, share in enumerate(style.shares):
                if share:
                    sums[place] += chars
    link, bold, italic, small, coloured, centred, right = [chars / whole for chars in sums]
    return link, bold, italic, small, coloured, centred, right


def _styled(tag: str, head: str, look: Look, around: Style) -> Style:
    """The style inside an element, remembered by the style around it."""
    link = tag == "a" and " href=" in head
    key = (tag, link, look.given, look.align, look.colour, look.size)
    style = around.within.get(key)
    if style is None:
        style = around.within[key] = _new_style(tag, look, around, link=link)
    return style


def _new_style(tag: str, look: Look, around: Style, *, link: bool) -> Style:
    given = look.given or Given()
    align = given.align or look.align
    if tag == "center":
        align = "center"
    elif tag == "table" and not align:
        align = "left"  # browsers do not hand alignment down into a table
    font = tag == "font"
    colour = look.colour if font else ""
    bold, italic = given.bold, given.italic
    return Style(
        link=around.link or link,
        bold=(around.bold or tag in _BOLD_TAGS) if bold is None else bold,
        italic=(around.italic or tag in _ITALIC_TAGS) if italic is None else italic,
        small=around.small
        or tag == "small"
        or given.small
        or (font and look.size in ("1", "-1", "-2")),
        coloured=around.coloured
        or given.coloured
        or bool(colour and colour not in ORDINARY_COLOURS),
        align=align or around.align,
    )
