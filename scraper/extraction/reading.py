"""Where the running text of a page lies: its mass in each box, and what surrounds articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scraper.extraction.blocks import Box, Survey, TextBlock, word_set
from scraper.extraction.imprint import imprint_box, imprint_lines
from scraper.extraction.surroundings import INSIDE_WORDS, SURELY, how_outside_by_text
from scraper.extraction.teasers import teaser_items

PARAGRAPH_TAGS = word_set("p li h1 h2 h3 h4 h5 h6 blockquote pre dd dt figcaption")
SHORTEST_PARAGRAPH = 25  # characters; a shorter block says nothing about where the text is
NEAR_TITLE = 4  # blocks
SHORTEST_ARTICLE = 500  # characters of text below its title, inside the same <article>
FEWEST_PIECES = 4  # boxes


class Reading:
    """Masses of running text over the boxes of one page."""

    def __init__(self, page: Survey, title: int | None) -> None:
        self.blocks = page.blocks
        self.boxes = page.boxes
        self.title = title
        self.items = teaser_items(page)
        self.running = [running_text(block) for block in self.blocks]
        self.raw = sums(self.running)
        self.outside = self._outside_blocks()
        self.children: dict[int, list[Box]] = {}
        for box in self.boxes:
            if box.parent is not None:
                self.children.setdefault(id(box.parent), []).append(box)
        self.imprint = self._imprint(page)
        self.mass = self._masses()
        self.container = self._container()  # the box that holds the text

    def _masses(self) -> list[float]:
        return sums(
            [0.0 if out else text for out, text in zip(self.outside, self.running, strict=True)]
        )

    def _imprint(self, page: Survey) -> frozenset[int]:
        """The blocks in which the site speaks of itself; they are marked as outside.

        Addresses and telephone numbers may be the article's own, so they are an imprint only
        outside of the box that holds the rest of the text.
        """
        surely, perhaps = imprint_lines(page, self.running, self.outside)
        if not surely and not perhaps:
            return frozenset()
        lines, outside = frozenset((*surely, *perhaps)), self.outside
        if perhaps:
            self._leave_out(self._with_boxes(page, lines))
            self.mass = self._masses()
            text = self._container()
            first, last = (text.first, text.last) if text else self._below_title()
            lines -= {i for i in perhaps if first <= i < last}
        self.outside = outside
        around = self._with_boxes(page, lines)
        self._leave_out(around)
        return around

    def _below_title(self) -> tuple[int, int]:
        """Where the text is of a notice that says no more than a telephone number."""
        return (0, 0) if self.title is None else (self.title + 1, self.title + 1 + NEAR_TITLE)

    def _with_boxes(self, page: Survey, lines: frozenset[int]) -> frozenset[int]:
        """Lines of an imprint with what stands beside them in their boxes."""
        around = set(lines)
        for line in lines:
            around.update(range(*imprint_box(page, line, lines, title=self.title)))
        return frozenset(around)

    def _leave_out(self, indices: Collection[int]) -> None:
        self.outside = [out or i in indices for i, out in enumerate(self.outside)]

    def _outside_blocks(self) -> list[bool]:
        """Which blocks lie in boxes that by name or tag surround an article.

        A box may be a frame around everything and named for one of its parts: one that holds the
        title, or most of the page.
        """
        outside = [False] * len(self.blocks)
        surely: list[Box] = []
        perhaps: list[Box] = []
        for box in self.boxes:
            how = how_outside_by_text(box.tag, box.words)
            if how and box.last > box.first:
                (surely if how == SURELY else perhaps).append(box)
        for box in surely:
            many = box.last - box.first > 0.5 * len(self.blocks)
            if not self._holds_title(box) and not (many and self._share(box, self.raw) > 0.5):
                outside[box.first : box.last] = [True] * (box.last - box.first)
        rest = sums([0.0 if out else text for out, text in zip(outside, self.running, strict=True)])
        pieces = self._pieces_of_text(perhaps)
        for box in perhaps:
            most = 0.4 if INSIDE_WORDS.isdisjoint(box.words) else 0.2
            if id(box) in pieces:
                continue
            if not self._holds_title(box) and self._share(box, rest) <= most:
                outside[box.first : box.last] = [True] * (box.last - box.first)
        for box in self._other_articles():
            outside[box.first : box.last] = [True] * (box.last - box.first)
        for item in self.items:
            if self.title is None or self.title not in item:
                outside[item.start : item.stop] = [True] * len(item)
        return outside

    def _other_articles(self) -> list[Box]:
        """The <article>s beside the one that holds the title and a text of its own."""
        title = self.title
        if title is None:
            return []
        articles = [box for box in self.boxes if box.tag == "article"]
        own = [box for box in articles if box.first <= title < box.last]
        if not own or len(own) == len(articles):
            return []
        first, last = own[-1].first, own[-1].last
        if self.raw[last] - self.raw[max(first, title)] < SHORTEST_ARTICLE:
            return []
        return [box for box in articles if box.first >= last]

    def _pieces_of_text(self, boxes: Sequence[Box]) -> set[int]:
        """The ids of boxes that hold most of the page's text together, and of those around them.

        A few paragraphs each may have a box, named "article content" and for its place in a grid.
        """
        alike: dict[tuple[str, tuple[str, ...]], list[Box]] = {}
        for box in boxes:
            if not INSIDE_WORDS.isdisjoint(box.words):
                alike.setdefault((box.tag, box.words), []).append(box)
        found: set[int] = set()
        for pieces in alike.values():
            if len(pieces) >= FEWEST_PIECES and self._share_of(pieces) > 0.5:
                found.update(id(box) for piece in pieces for box in piece.ancestors())
        return found

    def _share_of(self, boxes: Sequence[Box]) -> float:
        """The share of the page's text; boxes inside of others do not count twice."""
        text, end = 0.0, 0
        for box in boxes:
            if box.first >= end:
                text += self.raw[box.last] - self.raw[box.first]
                end = box.last
        return text / (self.raw[-1] or 1.0)

    def _holds_title(self, box: Box) -> bool:
        """Whether it holds the title, and some of the text with it."""
        if self.title is None or not box.first <= self.title < box.last:
            return False
        return self._share(box, self.raw) > 0.02

    def _share(self, box: Box, sums: Sequence[float]) -> float:
        return (sums[box.last] - sums[box.first]) / (sums[-1] or 1.0)

    def _container(self) -> Box | None:
        """The box that holds the text: each block pays to the boxes around it."""
        scores: dict[int, float] = {}
        by_id: dict[int, Box] = {}
        for block in self.blocks:
            weight = self.mass[block.index + 1] - self.mass[block.index]
            if not weight:
                continue
            if self.title is not None and block.index < self.title:
                weight *= 0.5
            box: Box | None = holder(block)
            for share in (1.0, 0.5, 0.25):
                if box is None:
                    break
                scores[id(box)] = scores.get(id(box), 0.0) + weight * share
                by_id[id(box)] = box
                box = box.parent
        if not scores:
            return None
        best = by_id[max(scores, key=lambda key: scores[key])]
        return self._climbed(best)

    def _climbed(self, box: Box) -> Box:
        """The text may go on beside the best box: go up while that brings more of it."""
        best = below = box
        for above in list(box.ancestors())[1:]:
            inside = self._mass_of(best)
            kin = self._kin_of(above, below)
            added = self._mass_of(above) - inside
            if kin > 0.1 * inside or added > 0.7 * inside:
                best = above
            below = above
        return best

    def _mass_of(self, box: Box) -> float:
        return self.mass[box.last] - self.mass[box.first]

    def _kin_of(self, above: Box, child: Box) -> float:
        """Running text in the boxes beside `child` that look like it, and in plain paragraphs."""
        kin = 0.0
        for box in self.children.get(id(above), ()):
            if box is child or (self.title is not None and box.last <= self.title):
                continue
            if (box.tag == child.tag and box.words == child.words) or box.tag == "p":
                kin += self._mass_of(box)
        return kin


def running_text(block: TextBlock) -> float:
    """How many characters of a block are running text."""
    own = block.chars - 2 * block.link_chars
    if block.heading or own < SHORTEST_PARAGRAPH:
        return 0.0
    if block.tag == "li":
        return own * 0.5
    return float(own)


def holder(block: TextBlock) -> Box:
    """The box that holds the block together with others."""
    box = block.box
    while box.parent is not None and (box.tag in PARAGRAPH_TAGS or box.last - box.first < 2):
        box = box.parent
    return box


def sums(weights: Sequence[float]) -> list[float]:
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return sums
