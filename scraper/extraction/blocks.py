"""What a walk over a page brings: its blocks of text in reading order, and what is around each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from scraper.extraction.markup import Elements, href_of, words_of
from scraper.extraction.styles import Shares

LONGEST_REMEMBERED = 300  # characters of attributes; longer ones hardly ever come again


def word_set(words: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(words.split())


BLOCK_LEVEL = word_set(
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu "
    "nav ol p pre section summary table caption colgroup tbody td tfoot th thead tr ul xmp"
)
HEADINGS = word_set("h1 h2 h3 h4 h5 h6")


# A tag's place in document order, its name, and it with its attributes as `markup.tags` writes it.
Opened = tuple[int, str, str]


class Box:
    """A block-level element that holds text, images or links; the boxes of a page are a tree.

    The blocks inside it are blocks[first:last].
    """

    __slots__ = (
        "_elements", "_order", "_words", "attributes", "depth", "first", "last", "parent", "tag",
    )  # fmt: skip

    def __init__(
        self,
        opened: Opened,
        parent: Box | None,
        first: int,
        elements: Elements,
    ) -> None:
        self._order, self.tag, self.attributes = opened
        self._elements = elements
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.first = first
        self.last = first
        self._words: tuple[str, ...] | None = None

    @property
    def element(self) -> etree._Element:
        return self._elements[self._order]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its own class and id, lower case."""
        words = self._words
        if words is None:
            words = self._words = words_of(self.attributes)
        return words

    def ancestors(self) -> Iterator[Box]:
        """This box and all around it, innermost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


class TextBlock:
    """A run of text between two block-level borders, or between two line breaks."""

    __slots__ = ("box", "chars", "heading", "images", "index", "link_chars", "shares", "text")

    def __init__(self, index: int, text: str, box: Box, images: int, shares: Shares) -> None:
        parent = box.parent
        self.index = index
        self.text = text
        self.box = box
        self.chars: int = len(text)
        self.link_chars: int = round(self.chars * shares[0]) if shares[0] else 0
        self.images = images  # that stand before it, after the block before, or in it
        # h1 to h6; <h2><div>…</div></h2> is a heading too
        self.heading: bool = box.tag in HEADINGS or (parent is not None and parent.tag in HEADINGS)
        self.shares = shares

    @property
    def bold(self) -> float:
        return self.shares[1]

    @property
    def italic(self) -> float:
        return self.shares[2]

    @property
    def small(self) -> float:
        return self.shares[3]

    @property
    def coloured(self) -> float:
        return self.shares[4]

    @property
    def centred(self) -> float:
        return self.shares[5]

    @property
    def right(self) -> float:
        return self.shares[6]

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
        return tuple([word for box in self.box.ancestors() for word in box.words])

    @property
    def link_share(self) -> float:
        return self.link_chars / self.chars


class Mark:
    """An image or a link, and where it stands: in or right before the block `index`."""

    __slots__ = ("_elements", "_order", "attributes", "box", "index")

    def __init__(
        self, order: int, attributes: str, index: int, box: Box, elements: Elements
    ) -> None:
        self._order = order
        self.attributes = attributes  # as `markup.tags` writes them, behind the tag's name
        self.index = index
        self.box = box
        self._elements = elements

    @property
    def element(self) -> etree._Element:
        return self._elements[self._order]

    @property
    def href(self) -> str | None:
        """Where a link leads."""
        return href_of(self.attributes)


@dataclass(slots=True, eq=False)
class Survey:
    """What one walk over a page brings."""

    blocks: list[TextBlock] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)  # each after the one around it
    images: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
