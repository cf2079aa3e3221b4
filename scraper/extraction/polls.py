"""Polls beside an article: questions that look like titles."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Box, TextBlock, word_set

LONGEST_CHOICE = 60  # characters; more is a text
_POLL_WORDS = word_set("poll polls vote voting survey thamdo thamdoykien binhchon khaosat")
_MOST_CONTROLS = 60  # elements after a question among which its choices stand
_TICKED = frozenset(("radio", "checkbox"))


class Polls:
    """Which lines of a page are polls' questions."""

    def __init__(self, tree: etree._Element) -> None:
        self._tree = tree
        self._has_choices: bool | None = None  # looked up when first asked for

    def is_question(self, block: TextBlock) -> bool:
        """By the name of a line's box, or as choices follow it."""
        boxes = list(islice(block.box.ancestors(), 4))
        if any(not _POLL_WORDS.isdisjoint(box.words) for box in boxes):
            return True
        if self._has_choices is None:
            self._has_choices = any(map(_is_choice, self._tree.iter("input")))
        return self._has_choices and any(_choices_follow(block, box) for box in boxes[:3])


def _is_choice(element: etree._Element) -> bool:
    return (element.get("type") or "").lower() in _TICKED


def _choices_follow(block: TextBlock, box: Box) -> bool:
    """Whether something to tick is what comes next after a line, inside of a box around it."""
    below = box is block.box
    for element in islice(box.element.iterdescendants(), _MOST_CONTROLS):
        if below and element.tag == "input":
            return _is_choice(element)
        below = below or element is block.element
        for text in (element.text, element.tail):
            line = " ".join((text or "").split())
            if below and len(line) > LONGEST_CHOICE and line not in block.text:
                return False
    return False
