"""Pages that are no article: error pages, lists, pages that say next to nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.blocks import TextBlock

SHORTEST_BESIDE_ITEMS = 120  # characters; what lists say of themselves
FEWEST_CHARS = 60  # of text; less is an article only with a date or an image of its own
_NOT_FOUND = re.compile(
    r"(?i)\b(not found|404|page (?:does not|doesn.t) exist|no longer (?:available|exists)"
    r"|requested resource|không (?:tìm thấy|tồn tại)|khong tim thay|không được tìm thấy"
    r"|đã bị (?:xóa|xoá|gỡ)|trang (?:này )?không (?:có|còn)|access denied|forbidden"
    r"|service unavailable|internal server error|bad gateway|đang bảo trì|under maintenance)\b"
)
LONGEST_TEASER = 400  # characters
LONGEST_ERROR = 400  # characters of text on an error page


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows beside the text."""

    items: int  # teasers of other articles
    item_chars: int
    title_is_link: bool  # the title leads elsewhere, or stands nowhere on the page
    lines: str  # the first ones outside of menus and footers
    under_headline: bool  # the text stands under a linked headline that is not the title


def why_no_article(
    title: str | None, text: Sequence[TextBlock], around: Around, *, dated: bool
) -> str | None:
    """Why a page is no article, or None where it is one; `text` are lead and body."""
    chars = sum(block.chars for block in text)
    items = around.items
    if not text:
        if _NOT_FOUND.search(around.lines):
            return f'the page says that there is nothing: "{around.lines[:80]}"'
        if items >= 3:
            return f"the page is a list: {items} headlines that lead elsewhere, no text of its own"
        return "the page has no running text"
    if title is None:
        return "the page has no title"
    beginning = " ".join(block.text for block in text[:3])
    if chars <= LONGEST_ERROR and (_NOT_FOUND.search(title) or _NOT_FOUND.search(beginning)):
        return f'the page says that there is nothing: "{beginning[:80]}"'
    if items >= 3 and chars < SHORTEST_BESIDE_ITEMS and chars < 0.5 * around.item_chars:
        return f"the page is a list: {items} headlines that lead elsewhere, {chars} characters"
    if items >= 10 and not dated and around.title_is_link and chars < 0.3 * around.item_chars:
        return f"the page is a list: {items} headlines that lead elsewhere, no title of its own"
    if around.under_headline and chars < LONGEST_TEASER:
        return "the page is a list: its text stands under headlines that lead elsewhere"
    if chars < FEWEST_CHARS and not dated:
        return f"the page has {chars} characters of text and no date"
    return None
