"""Which blocks are the article's text by rules: those of the box with the most running text.

They need no learning, so they hold where a page is unlike all that trees have learned from.
"""

from __future__ import annotations

import re

from scraper.extraction.blocks import Box, TextBlock
from scraper.extraction.reading import SHORTEST_PARAGRAPH, Reading
from scraper.extraction.surroundings import (
    ADDRESS_LINE,
    END_LINE,
    FILE_LINE,
    LEAD_WORDS,
    LINKS_LABEL,
    NOISE_LINE,
)

_SENTENCE_END = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")

SURELY_AFTER = 0.2  # of the text: no more stands below a label where the article is over


class Rules:
    """The rules, with what they look at."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.other_news = range(0)  # blocks in the text's box, from a label of other news on

    def text(self) -> tuple[int, ...]:
        """The blocks of the article's text; none where the page has no running text."""
        container = self.reading.container
        return tuple(self.inside(container)) if container else ()

    def inside(self, container: Box) -> list[int]:
        """The blocks of the container that belong to the text."""
        kept: list[int] = []
        start = container.first
        if (
            self.reading.title is not None
            and container.first <= self.reading.title < container.last
        ):
            start = self.reading.title + 1
        for block in self.reading.blocks[start : container.last]:
            if kept and block.index in self.reading.imprint:
                break
            if kept and block.chars < 80 and END_LINE.match(block.text):
                before = self.reading.mass[block.index] - self.reading.mass[start]
                after = self.reading.mass[container.last] - self.reading.mass[block.index]
                if after < 0.3 * before:
                    if after < SURELY_AFTER * before and LINKS_LABEL.match(block.text):
                        self.other_news = range(block.index, container.last)
                    break
            if not self.reading.outside[block.index] and self.belongs(block):
                kept.append(block.index)
        kept = self._trimmed(kept)
        return self._standfirst(kept[0]) + kept if kept else kept

    def _standfirst(self, first: int) -> list[int]:
        """Leads that stand apart, between the title and the text."""
        if self.reading.title is None or first - self.reading.title > 15:
            return []
        return [
            block.index
            for block in self.reading.blocks[self.reading.title + 1 : first]
            if 50 <= block.chars <= 900
            and block.link_share < 0.3
            and not self.reading.outside[block.index]
            and not NOISE_LINE.match(block.text)
            and is_lead_like(block)
        ]

    def belongs(self, block: TextBlock) -> bool:
        if block.link_share > 0.6 and block.chars < 200:
            return False
        if block.chars < 80 and NOISE_LINE.match(block.text):
            return False
        if ADDRESS_LINE.match(block.text):
            return False
        return not (block.chars <= 200 and self._announces_links(block))

    def _announces_links(self, block: TextBlock) -> bool:
        """Whether a line is a label of links, "Tin liên quan", or of a file that it names."""
        if block.link_chars:
            return bool(FILE_LINE.match(block.text))
        below = self.reading.blocks[block.index + 1 : block.index + 2]
        leads = any(other.link_share > 0.6 and other.chars < 200 for other in below)
        return leads and bool(LINKS_LABEL.match(block.text))

    def _trimmed(self, kept: list[int]) -> list[int]:
        """Without the short lines before the first paragraph and headings after the last."""
        while kept and not self._opens(self.reading.blocks[kept[0]]):
            kept.pop(0)
        while kept and (
            self.reading.blocks[kept[-1]].heading or self.reading.blocks[kept[-1]].text.isdigit()
        ):
            kept.pop()
        return kept

    def _opens(self, block: TextBlock) -> bool:
        return block.chars >= 60 or (
            block.chars >= SHORTEST_PARAGRAPH and bool(_SENTENCE_END.search(block.text))
        )


def is_lead_like(block: TextBlock) -> bool:
    """Whether a block between title and text is a lead: by name, as a heading, or by length."""
    boxes = list(block.box.ancestors())[:2]
    named = block.heading or any(not LEAD_WORDS.isdisjoint(box.words) for box in boxes)
    return named or (block.chars >= 80 and bool(_SENTENCE_END.search(block.text)))
