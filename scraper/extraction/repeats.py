"""What a page prints twice at its beginning: the title over the text, the lead in its box."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.blocks import TextBlock
from scraper.extraction.title_line import split_title

NEAR_BEGINNING = 4  # blocks; a refrain or a form's line comes again later, and stays
ENOUGH_TO_COMPARE = 80  # characters that tell nearly all lines apart
SHORTEST_LEAD = 40  # characters; a shorter line may be a label that opens two parts
# "(TN&MT) - " opens one of the two printings, and not the other.
_OPENING = re.compile(r"^\([^()]{2,40}\)\s?[-–—:]?\s?")
_SIGNS = re.compile(r"[\W_]+")


def said_once(text: Sequence[tuple[TextBlock, str]], *, title: str) -> list[tuple[TextBlock, str]]:
    """The text without a second printing of its title or its lead near its beginning.

    Portals print the lead from a field of its own, and authors paste it into the text again.
    """
    said = {_folded(title), _folded(split_title(title)[0])} - {""}
    has_lead = False
    kept: list[tuple[TextBlock, str]] = []
    for block, words in text[:NEAR_BEGINNING]:
        beginning = _folded(words[:ENOUGH_TO_COMPARE])
        if any(line.startswith(beginning) for line in said) and _folded(words) in said:
            continue
        if not has_lead:
            has_lead = True
            if len(words) >= SHORTEST_LEAD:
                said |= {_folded(words)} - {""}
        kept.append((block, words))
    kept += text[NEAR_BEGINNING:]
    return kept or list(text)


def _folded(words: str) -> str:
    """Words for comparing, whatever their case and the signs between them."""
    return _SIGNS.sub(" ", _OPENING.sub("", words)).strip().casefold()
