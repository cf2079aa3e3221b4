"""What a page prints twice at its beginning: the title over the text, the lead in its box."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.blocks import TextBlock
from scraper.extraction.title_line import split_title

NEAR_BEGINNING = 4  # blocks; a refrain or a form's line comes again later, and stays
SHORTEST_LEAD = 40  # characters; a shorter line may be a label that opens two parts
# "(TN&MT) - " opens one of the two printings, and not the other.
_OPENING = re.compile(r"^\([^()]{2,40}\)\s?[-–—:]?\s?")
_SIGNS = re.compile(r"[\W_]+")


def said_once(text: Sequence[tuple[TextBlock, str]], *, title: str) -> list[tuple[TextBlock, str]]:
    """The text without a second printing of its title or its lead near its beginning.

    Portals print the lead from a field of its own, and authors paste it into the text again.
    """
    titles = {_folded(title), _folded(split_title(title)[0])} - {""}
    lead: str | None = None
    kept: list[tuple[TextBlock, str]] = []
    for block, words in text[:NEAR_BEGINNING]:
        folded = _folded(words)
        if folded in titles or (folded and folded == lead):
            continue
        if lead is None:
            lead = folded if len(words) >= SHORTEST_LEAD else ""
        kept.append((block, words))
    kept += text[NEAR_BEGINNING:]
    return kept or list(text)


def _folded(words: str) -> str:
    """Words for comparing, whatever their case and the signs between them."""
    return _SIGNS.sub(" ", _OPENING.sub("", words)).strip().casefold()
