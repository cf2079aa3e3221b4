"""Which blocks of a page are the article's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.blocks import HEADINGS, Box, Survey, TextBlock
from scraper.extraction.surroundings import END_LINE, NOISE_LINE, OUTSIDE_TAGS, OUTSIDE_WORDS

PARAGRAPH_TAGS = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote pre dd dt figcaption".split())
SHORTEST_PARAGRAPH = 25  # characters; a shorter block says nothing about where the text is
_SENTENCE_END = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Body:
    """The article's text as block indices; `indices` are after the lead."""

    indices: tuple[int, ...]
    container: Box
    evidence: str


def choose(page: Survey, title: int | None) -> Body | None:
    """The blocks of the article's text, or None where the page has no running text."""
    reading = _Reading(page, title)
    container = reading.container()
    if container is None:
        return None
    indices = reading.inside(container)
    return Body(tuple(indices), container, container.tag)


class _Reading:
    """Masses of running text over the boxes of one page."""

    def __init__(self, page: Survey, title: int | None) -> None:
        self.blocks = page.blocks
        self.boxes = page.boxes
        self.title = title
        self.raw = _sums([running_text(block) for block in self.blocks])
        self.outside = self._outside_blocks()
        self.mass = _sums(
            [
                0.0 if self.outside[block.index] else running_text(block)
                for block in self.blocks
            ]
        )

    def _outside_blocks(self) -> list[bool]:
        """Which blocks lie in boxes that by name or tag surround an article."""
        outside = [False] * len(self.blocks)
        whole = self.raw[-1] or 1.0
        for box in self.boxes:
            if box.last <= box.first or not is_outside(box):
                continue
            share = (self.raw[box.last] - self.raw[box.first]) / whole
            holds_title = self.title is not None and box.first <= self.title < box.last
            if share > 0.5 or (holds_title and share > 0.02):
                continue  # a frame around everything, named for one of its parts
            outside[box.first : box.last] = [True] * (box.last - box.first)
        return outside

    def container(self) -> Box | None:
        """The box that holds the text: each block pays to the boxes around it."""
        scores: dict[int, float] = {}
        by_id: dict[int, Box] = {}
        for block in self.blocks:
            weight = self.mass[block.index + 1] - self.mass[block.index]
            if not weight:
                continue
            if self.title is not None and block.index < self.title:
                weight *= 0.5
            box: Box | None = _holder(block)
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
        best = box
        for above in box.ancestors():
            inside = self.mass[best.last] - self.mass[best.first]
            added = self.mass[above.last] - self.mass[above.first] - inside
            if added > 0.15 * inside and above is not best:
                best = above
        return best

    def inside(self, container: Box) -> list[int]:
        """The blocks of the container that belong to the text."""
        kept: list[int] = []
        start = container.first
        if self.title is not None and container.first <= self.title < container.last:
            start = self.title + 1
        for block in self.blocks[start : container.last]:
            if END_LINE.match(block.text) and block.chars < 80 and kept:
                if sum(self.blocks[i].chars for i in kept) > 0.4 * (
                    self.mass[container.last] - self.mass[start]
                ):
                    break
            if self.outside[block.index] or not self._belongs(block):
                continue
            kept.append(block.index)
        return self._trimmed(kept)

    def _belongs(self, block: TextBlock) -> bool:
        if block.link_share > 0.6 and block.chars < 200:
            return False
        if block.chars < 80 and NOISE_LINE.match(block.text):
            return False
        return True

    def _trimmed(self, kept: list[int]) -> list[int]:
        """Without the short lines before the first paragraph and headings after the last."""
        while kept and not self._opens(self.blocks[kept[0]]):
            kept.pop(0)
        while kept and self.blocks[kept[-1]].heading:
            kept.pop()
        return kept

    def _opens(self, block: TextBlock) -> bool:
        return block.chars >= 60 or (
            block.chars >= SHORTEST_PARAGRAPH and bool(_SENTENCE_END.search(block.text))
        )


def running_text(block: TextBlock) -> float:
    """How many characters of a block are running text."""
    own = block.chars - 2 * block.link_chars
    if block.heading or own < SHORTEST_PARAGRAPH:
        return 0.0
    if block.tag == "li":
        return own * 0.5
    return float(own)


def is_outside(box: Box) -> bool:
    """Whether a box names itself as something beside an article's text."""
    return box.tag in OUTSIDE_TAGS or not OUTSIDE_WORDS.isdisjoint(box.words)


def _holder(block: TextBlock) -> Box:
    """The box that holds the block together with others."""
    box = block.box
    while box.parent is not None and (box.tag in PARAGRAPH_TAGS or box.last - box.first < 2):
        box = box.parent
    return box


def _sums(weights: Sequence[float]) -> list[float]:
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return sums
