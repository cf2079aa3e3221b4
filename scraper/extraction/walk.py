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
from scraper.extraction.inheritance import LINK, STYLED_TAGS, shares_of, styled
from scraper.extraction.markup import (
    NO_LOOK,
    Elements,
    Look,
    may_set_text,
    plain,
    read_look,
    tags,
)
from scraper.extraction.styles import Style, glued_caption
from scraper.vietnamese.text import clean

# No page that anybody reads is larger: the largest of 1,500 measured has 1,485 blocks and some
# 10,000 elements. Beyond this a walk would take seconds.
MAX_BLOCKS = 10_000
MAX_ELEMENTS = 200_000

# Their text is no part of what a reader reads.
LEFT_OUT = word_set(
    "script style noscript template svg iframe object embed applet canvas audio video map head "
    "select option optgroup datalist textarea button input progress meter"
)
NEVER_READ = word_set("script style template head")
_MAY_BE_BOXES = frozenset(("span", "font", "b", "strong", "i", "em"))
_SENTENCE_ENDS = frozenset(".!?…:;。！？")
_IMAGES = frozenset(("img", "amp-img"))
_BORDERS = frozenset(("hr", "video", "iframe"))
_MENUS = frozenset(("nav", "footer", "header"))
_NEVER_IN_MENUS = ("main>", "main ", "article>", "article ", "h1>", "h1 ")
_HEADINGS_AND_TIMES = ("h2>", "h2 ", "time>", "time ", "p>", "p ")
MOST_NO_MENUS = 20  # to look for the ends of thousands would take seconds
MOST_HEADINGS, MOST_OF_PAGE = 2, 0.4  # in a page's head; share of all tags
FEWEST_LINKS = 5  # in a page's head or foot
_COUNTED = frozenset(("pre", "article", "main"))
LEAVE_OUT, OPEN_BOX, SET_TEXT = 1, 2, 3
_KINDS = dict.fromkeys(STYLED_TAGS | _IMAGES, SET_TEXT)
_KINDS |= dict.fromkeys(BLOCK_LEVEL, OPEN_BOX) | {"!--": LEAVE_OUT}
_KINDS_UNSEEN_TOO = _KINDS | dict.fromkeys(NEVER_READ, LEAVE_OUT)
_KINDS |= dict.fromkeys(LEFT_OUT, LEAVE_OUT)


def survey(tree: etree._Element, *, unseen_too: bool = False) -> Survey:
    """The blocks of a page with its boxes, images and links.

    `unseen_too` takes text in that the markup hides from readers, or that a parser without
    scripts found inside a control, as its end tag was missing. PageError beyond MAX_BLOCKS or
    MAX_ELEMENTS. Counts on a tree without comments, as `page.parse` makes it.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    return _Walker(tree if body is None else body, unseen_too=unseen_too).run()


def walk(tree: etree._Element, *, unseen_too: bool = False) -> list[TextBlock]:
    """The blocks of a page in reading order."""
    return survey(tree, unseen_too=unseen_too).blocks


class _Damaged(Exception):
    """The page has names with "<" in them, or comments."""


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
        self.fresh_images = 0
        self.opens_with_image = False  # the block that is being collected
        self.preformatted = self.articles = 0  # how many of such are open
        self.no_menus = 0  # that turned out to be none
        self.looks: dict[str, Look] = {}

    def run(self) -> Survey:
        try:
            return self._walk(tags(self.root))
        except _Damaged:
            again = _Walker(self.root, unseen_too=self.unseen_too)
            return again._walk(tags(self.root, damaged=True))

    def _walk(self, pieces_of_page: list[str]) -> Survey:
        if len(pieces_of_page) > MAX_ELEMENTS:
            elements = sum(piece[0] != "/" for piece in pieces_of_page)
            if elements > MAX_ELEMENTS:
                raise PageError(f"the page has more than {MAX_ELEMENTS:,} elements")
        style, around, kinds = Style(), self.around, self.kinds
        skipped = 0  # how deep inside an element that is left out
        order, menu_end = -1, 0
        for place, piece in enumerate(pieces_of_page):
            if place < menu_end:
                order += piece[0] != "/"
                continue
            head, parted, text = piece.partition(">")
            if not parted:
                raise _Damaged
            if head[0] == "/":
                if skipped:
                    skipped -= 1
                    if skipped:
                        continue
                else:
                    style = self._end(head)
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
                    if tag in _MENUS and self._may_pass_by(tag):
                        menu_end = _menu_end(pieces_of_page, place, tag)
                        if menu_end:
                            continue
                        self.no_menus += 1
            if text:
                self._take(text, style)
        return self.found

    def _take(self, text: str, style: Style) -> None:
        """Take in what stands behind a tag."""
        if "&" in text:
            text = plain(text)
        if text.isspace():
            if self.pieces and not self.breaks:
                self.pieces.append((" ", style))
        elif self.breaks or self.preformatted:
            self._add(text, style)
        else:
            self.pieces.append((text, style))

    def _may_pass_by(self, tag: str) -> bool:
        if self.unseen_too or (self.articles and tag != "nav"):
            return False
        return self.no_menus < MOST_NO_MENUS

    def _start(self, tag: str, head: str, style: Style, order: int) -> Style | None:
        """Go into an element; the style inside it, or None where all inside is left out."""
        kind = self.kinds.get(tag, 0)
        if kind == LEAVE_OUT:
            if tag == "!--":
                raise _Damaged
            if tag in _BORDERS:
                self._end_block()
            return None
        look = self.looks.get(head)
        if look is None:
            look = self._look(tag, head)
        if not (look.seen or self.unseen_too):
            return None
        if kind == OPEN_BOX or not self.around or self._is_box(tag, look):
            if self.pieces:
                self._end_block()
            self.breaks = 0
            self.opens_with_image = False
            if tag in _COUNTED:
                self._count(tag, 1)
            self.opened.append((order, tag, head))
            self.around.append((style,))
        else:
            self.around.append(style)
            if tag == "a" and " href=" in head:
                box = self._box_here() if self.opened else self.box
                assert box is not None
                mark = Mark(order, head, len(self.found.blocks), box, self.elements)
                self.found.links.append(mark)
                tag = LINK
        if look is not NO_LOOK:
            key: object = (tag, look.key)
        elif kind == SET_TEXT or tag in STYLED_TAGS:
            key = tag
        else:
            return style
        return style.within.get(key) or styled(key, tag, look, style)

    def _end(self, head: str) -> Style:
        """Come out of an element; the style around it."""
        around = self.around.pop()
        if around.__class__ is not tuple:
            return around  # type: ignore[return-value]
        if self.pieces:
            self._end_block()
        self.breaks = 0
        self.opens_with_image = False
        if head[1:] in _COUNTED:
            self._count(head[1:], -1)
        if self.opened:  # nothing stood in it
            self.opened.pop()
        else:
            assert self.box is not None
            self.box.last = len(self.found.blocks)
            self.box = self.box.parent or self.box
        return around[0]

    def _count(self, tag: str, by: int) -> None:
        if tag == "pre":
            self.preformatted += by
        else:
            self.articles += by

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

    def _look(self, tag: str, head: str) -> Look:
        look = read_look(head) if may_set_text(head) or tag == "font" else NO_LOOK
        if tag != "a" and len(head) <= LONGEST_REMEMBERED:  # links are all different
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
            before = "".join([piece for piece, _ in self.pieces[-3:]]).rstrip()[-1:]
            first = text.lstrip()[:1]
            runs_on = self.breaks == 1 and first.islower() and before not in _SENTENCE_ENDS
            if not (runs_on or self._box_here().tag in HEADINGS):
                self._end_block()
            elif self.pieces:
                self.pieces.append((" ", style))
            self.breaks = 0
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
        if len(pieces) == 1:
            text = clean(pieces[0][0])
        else:
            text = clean("".join([piece for piece, _ in pieces]))
        if not text:
            return
        blocks = self.found.blocks
        if len(blocks) >= MAX_BLOCKS:
            raise PageError(f"the page has more than {MAX_BLOCKS:,} lines")
        box, images = self._box_here(), self.fresh_images
        blocks.append(TextBlock(len(blocks), text, box, images, shares_of(pieces)))
        self.fresh_images = 0


def _menu_end(pieces: list[str], start: int, tag: str) -> int:
    """Where the end tag of a menu, or of the page's head or foot, is; 0 where it is to be read.

    A third of a page stands in them. A head or foot with few links is an article's own, and may
    hold its title, date or source. What holds the headline, an article or most of the page is no
    menu: it is misnamed, or its end tag was forgotten.
    """
    begins, end, depth = (f"{tag} ", f"{tag}>"), f"/{tag}>", 1
    headings, links = 0, FEWEST_LINKS if tag == "nav" else 0
    for place in range(start + 1, len(pieces)):
        piece = pieces[place]
        if piece[0] == "/":
            if piece.startswith(end):
                depth -= 1
                if not depth:
                    small = place - start <= MOST_OF_PAGE * len(pieces)
                    return place if small and links >= FEWEST_LINKS else 0
        elif piece.startswith("a "):
            links += 1
        elif piece.startswith(_NEVER_IN_MENUS):
            return 0
        elif piece.startswith(begins):
            depth += piece.partition(">")[0][-1] != "/"
        elif tag == "header" and piece.startswith(_HEADINGS_AND_TIMES):
            headings += 1
            if headings > MOST_HEADINGS:
                return 0
    return 0
