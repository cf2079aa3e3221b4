"""What may be a figure of an article: images, <figure>s, captions without either."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Box, Mark, Survey, TextBlock
from scraper.extraction.captions import LONGEST_CAPTION
from scraper.extraction.credits import is_credit, is_labelled_credit
from scraper.extraction.markup import value_of
from scraper.extraction.pictures import photograph
from scraper.extraction.surroundings import END_LINE, FRAME_TAGS, NOISE_LINE

MOST_IMAGES = 2_000
MOST_AROUND = 40  # boxes
NEAR = 8  # blocks above the title or the text; what stands higher is the page's head
WIDEST_FRAME = 6  # blocks of a box that holds one image and its caption
_FIGURE_TAGS = frozenset(("figure", "figcaption"))
_WHOLE_PAGE = ("html", "body", "form", "main")
_NO_FRAMES = FRAME_TAGS | {"td", "th", "tr", "table", "article", "section"}
_FRAME_NAME = re.compile(
    r"(?i)image|(?<![a-z])img|photo|fotos?(?![a-z])|bild|picture|figure|media(?!n)|thumbnail|caption|legend"
)
BYLINE = re.compile(r"(?:Von|By|Par|Por|Di|Door|Af|Av)\s+[A-ZÀ-Ỹ][^.]{2,60}$")


@dataclass(slots=True, eq=False)
class Candidate:
    """An image or a <figure>, and what marks its caption."""

    index: int  # of the block before which it stands
    box: Box  # the figure, or the box around the image
    mark: Mark | None
    captions: list[Box] = field(default_factory=list)  # its <figcaption>s
    image: etree._Element | None = None
    holds_figures: bool = False  # a gallery: its text is that of the figures in it
    frame: Box | None = None  # a box around image and caption that is named for images

    @property
    def is_figure(self) -> bool:
        return self.box.tag == "figure"


class TextPlace:
    """Where title and text stand."""

    def __init__(self, found: Survey, kept: Sequence[int], title: int | None) -> None:
        self.found = found
        self.first, self.last = kept[0], kept[-1]
        self.title = title if title is not None and title < self.first else None
        self.top = self.first if self.title is None else self.title
        self.beside: dict[int, bool] = {}  # by box: whether it is for other things
        self.scope = found.blocks[self.first].box  # holds title and text
        for box in self.scope.ancestors():
            self.scope = box
            if box.first <= self.top and box.last > self.last:
                break
        self.around = [  # what an image in the head of the article may stand in
            box for box in islice(self.scope.ancestors(), 3) if box.tag not in _WHOLE_PAGE
        ]


def candidates_near(text: TextPlace) -> list[Candidate]:
    """The images, <figure>s and <figcaption>s near the text, in reading order."""
    low, high = max(0, text.top - NEAR), text.last + 1
    figures: dict[int, Candidate] = {}
    floating = _marked_up(text.found.boxes, low, high, figures)
    alone: list[Candidate] = []
    marks = text.found.images
    first = bisect_left(marks, low, key=_mark_index)
    last = bisect_right(marks, high, key=_mark_index)
    for mark in marks[first : min(last, first + MOST_IMAGES)]:
        image = photograph(mark.element)
        if image is None:
            continue
        figure = _figure_around(mark.box)
        if figure is None:
            frame = _frame(text, mark)
            alone.append(Candidate(mark.index, mark.box, mark, image=image, frame=frame))
            continue
        candidate = figures.setdefault(id(figure), Candidate(mark.index, figure, None))
        if candidate.mark is None:
            candidate.mark, candidate.image = mark, image
            if not candidate.captions and figure.first == figure.last:
                candidate.frame = _frame(text, mark)
    whole = [it for it in figures.values() if it.mark or it.captions or _has_unseen_image(it.box)]
    whole.extend(alone)
    whole.sort(key=_candidate_index)
    del whole[MOST_IMAGES:]
    for box in floating[:MOST_IMAGES]:
        _attach(box, whole)
    return whole


def _marked_up(
    boxes: Sequence[Box], low: int, high: int, figures: dict[int, Candidate]
) -> list[Box]:
    """Enter the <figure>s between two blocks with their captions; the captions without one."""
    floating: list[Box] = []
    first = bisect_left(boxes, low, key=_box_first)
    last = bisect_right(boxes, high, key=_box_first)
    for box in [box for box in boxes[first:last] if box.tag in _FIGURE_TAGS]:
        if box.tag == "figure":
            figures[id(box)] = Candidate(box.first, box, None)
            gallery = _figure_around(box.parent)
            if gallery is not None and id(gallery) in figures:
                figures[id(gallery)].holds_figures = True
            continue
        figure = _figure_around(box)
        if figure is None:
            floating.append(box)
        else:
            candidate = figures.setdefault(id(figure), Candidate(box.first, figure, None))
            candidate.captions.append(box)
    return floating


def _mark_index(mark: Mark) -> int:
    return mark.index


def _box_first(box: Box) -> int:
    return box.first


def _candidate_index(candidate: Candidate) -> int:
    return candidate.index


def _figure_around(box: Box | None) -> Box | None:
    """The innermost <figure> around a box, not far up."""
    around = box
    for _ in range(10):
        if around is None:
            return None
        if around.tag == "figure":
            return around
        around = around.parent
    return None


def _has_unseen_image(figure: Box) -> bool:
    """Whether a figure has an image for readers without scripts only."""
    return next(figure.element.iter("img", "figure"), figure.element).tag == "img" or (
        next(figure.element.iter("noscript"), None) is not None
    )


def _attach(caption: Box, candidates: list[Candidate]) -> None:
    """Give a <figcaption> outside of any <figure> to the image before it; else it stands alone."""
    around = caption.parent
    first = bisect_left(candidates, caption.first - 2, key=_candidate_index)
    position = bisect_right(candidates, caption.first, key=_candidate_index)
    near = candidates[max(first, position - NEAR) : position]
    for _ in range(3):
        if around is None:
            break
        for it in reversed(near):
            if (not it.captions or caption in it.captions) and around in islice(
                it.box.ancestors(), MOST_AROUND
            ):
                it.captions.append(caption)
                return
        around = around.parent
    for it in reversed(near):  # <figcaption>…</figcaption><figcaption>Foto: …</figcaption>
        if it.captions and it.captions[-1].parent is caption.parent:
            it.captions.append(caption)
            return
    candidates.insert(position, Candidate(caption.first, caption, None, [caption]))


def is_frame(box: Box) -> bool:
    """Whether a box is named for an image, whatever else its names say of its place."""
    if box.last - box.first > WIDEST_FRAME or box.tag in ("aside", "nav", "footer"):
        return False
    return " class=" in box.attributes and _names_frame(box.attributes)


@lru_cache(maxsize=4096)
def _names_frame(attributes: str) -> bool:
    return _FRAME_NAME.search(value_of(attributes, ' class="')) is not None


def _frame(text: TextPlace, mark: Mark) -> Box | None:
    """The box around an image and a few short lines that is named for images, or has a credit."""
    best: Box | None = None
    known = read = 0  # blocks and characters of the box below
    for box in islice(mark.box.ancestors(), MOST_AROUND):
        count = box.last - box.first
        if box.tag in _NO_FRAMES or count > WIDEST_FRAME:
            break
        if count != known:
            if box.first <= text.first and text.last < box.last:
                break
            blocks = text.found.blocks[box.first : box.last]
            known, read = count, sum([block.chars for block in blocks])
            if read > LONGEST_CAPTION or any(map(_is_no_caption, blocks)):
                break
        if count and (is_frame(box) or _has_credit(text.found.blocks[box.first : box.last])):
            best = box
    return best


def _has_credit(blocks: Sequence[TextBlock]) -> bool:
    """Whether one of two or three lines is a credit and nothing else."""
    return 2 <= len(blocks) <= 3 and any(is_labelled_credit(block.text) for block in blocks)


def _is_no_caption(block: TextBlock) -> bool:
    """Whether a line in the box of an image is a headline, a link, a button."""
    if block.heading or block.link_share > 0.5 or BYLINE.match(block.text):
        return True
    said = NOISE_LINE.match(block.text) or END_LINE.match(block.text)
    return said is not None and said.end() >= 0.5 * block.chars and not is_credit(block.text)
