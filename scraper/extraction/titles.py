"""Which line of a page is its article's title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.blocks import Survey, TextBlock, word_set
from scraper.extraction.dates_of_page import split_title
from scraper.extraction.surroundings import is_outside
from scraper.vietnamese.dates import find_dates, label_of

LONGEST_TITLE = 300  # characters
NEAR = 6  # blocks
ENOUGH = 2.0  # what a line needs to be taken for the title by its tag and by what metadata say
_TITLE_WORDS = word_set(
    "title headline tieude lbltitle newstitle articletitle posttitle heading heading1"
)
_SITE_WORDS = word_set("site sitename logo brand banner")  # of the name over every page
_LETTERS = re.compile(r"[^\W_]+")
# What parts a title from the name of the site in <title>.
_PARTING = re.compile(r"\s+[|\-–—·•»«:/]+\s+|\s*[|»«]\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """The title as text, and the block in which it stands, if in any."""

    text: str
    index: int | None
    rule: str


def choose_title(
    page: Survey, said: Sequence[tuple[str, str]], *, page_title: str | None, before: int | None
) -> Title | None:
    """The title of the article, or None where nothing on the page can be one.

    `said` are titles that the page's metadata give, as (rule, text), best first; `page_title` is
    the title element; `before` is the first block of the text, where it is known.
    """
    spoken = [frozenset(_letters(text)) for _, text in said if text]
    window = _letters(page_title or "")
    end = len(page.blocks) if before is None else min(before + 2, len(page.blocks))
    best: TextBlock | None = None
    best_score = 0.0
    for block in page.blocks[:end]:
        score = _score(block, spoken=spoken, window=window)
        if score < ENOUGH:
            continue
        if before is not None and before - NEAR <= block.index <= before:
            score += 1.5
        if score > best_score or (score == best_score and before is not None):
            best, best_score = block, score
    if best is not None:
        rule = f"{_heading_tag(best) or best.tag} line"
        return Title(_without_kicker(best.text, said), best.index, rule)
    for rule, text in said:
        if len(text) > 8:
            return Title(text, None, rule)
    if before is None:
        return None
    line = _line_at(page, before)
    if line is not None:
        return Title(line.text, line.index, "line above the text")
    return Title(without_site(page_title), None, "title element") if page_title else None


def _score(block: TextBlock, *, spoken: Sequence[frozenset[str]], window: Sequence[str]) -> float:
    """How much speaks for a line as title; 0 to about 8."""
    if not 4 <= block.chars <= LONGEST_TITLE:
        return 0.0
    letters = _letters(block.text)
    words = frozenset(letters)
    if not words:
        return 0.0
    score = 0.0
    if block.heading:
        score += {"h1": 3.0, "h2": 1.2, "h3": 0.6}.get(_heading_tag(block), 0.3)
    score += 3.0 * max((_likeness(words, other) for other in spoken), default=0.0)
    if len(words) > 1:
        inside = len(words.intersection(window)) / len(words)
        score += 2.0 * (inside - 0.4) * min(1.0, len(words) / 5) if inside > 0.4 else 0.0
        if len(letters) >= 5 and _runs_within(letters, window):
            score += 1.5
    if not score:
        return 0.0
    if _is_named_title(block):
        score += 0.7
    if any(is_outside(box) for box in block.box.ancestors()):
        score -= 2.5
    if not _SITE_WORDS.isdisjoint(block.box.words):
        score -= 3.0
    if block.link_share > 0.9:
        score -= 1.0
    return score


def _runs_within(words: Sequence[str], window: Sequence[str]) -> bool:
    """Whether these words stand in a row in the title element."""
    return f" {' '.join(words)} " in f" {' '.join(window)} "


def _is_named_title(block: TextBlock) -> bool:
    boxes = (block.box, block.box.parent)
    return any(not _TITLE_WORDS.isdisjoint(box.words) for box in boxes if box is not None)


def _without_kicker(line: str, said: Sequence[tuple[str, str]]) -> str:
    """The line without the words over the headline, where metadata give it without them."""
    for _, text in said:
        if len(line) > len(text) >= 20 and line.endswith(text) and len(text) > 0.5 * len(line):
            return text
    return line


def _heading_tag(block: TextBlock) -> str:
    for box in block.box.ancestors():
        if box.tag[0] == "h" and box.tag[1:].isdigit():
            return box.tag
    return ""


def _line_at(page: Survey, before: int) -> TextBlock | None:
    """The line by the beginning of the text that looks most like a title.

    Without headings and metadata the title may be the first line of what was taken for the text.
    """
    best: TextBlock | None = None
    best_score = 0.0
    for block in page.blocks[max(0, before - 8) : before + 2]:
        score = _looks_like_title(page, block)
        if block.index == before + 1:
            score -= 1.0
        if score > 0.0 and score >= best_score:  # of two that are alike the nearer to the text
            best, best_score = block, score
    return best


def _looks_like_title(page: Survey, block: TextBlock) -> float:
    title, date = split_title(block.text)
    words = [word for word in _letters(title) if word.isalpha()]
    if len(words) < 3 or not 12 <= len(title) <= LONGEST_TITLE:
        return 0.0
    if block.link_share > 0.5 or any(is_outside(box) for box in block.box.ancestors()):
        return 0.0
    if block.chars <= 80 and label_of(block.text) and find_dates(block.text, latest=None):
        return 0.0
    score = 1.0
    score += 2.0 if date is not None else 0.0
    score += 1.5 if block.bold > 0.8 or block.heading else 0.0
    score += 1.0 if _is_named_title(block) else 0.0
    score += 0.5 if block.coloured > 0.8 or block.centred > 0.8 else 0.0
    score += 0.5 if block.chars >= 30 else 0.0
    if title.rstrip()[-1:] in ".;,:":
        score -= 2.0
    below = page.blocks[block.index + 1] if block.index + 1 < len(page.blocks) else None
    if below is not None and below.chars <= 60 and _is_small_print(below.text):
        score += 1.0
    return score


def _is_small_print(line: str) -> bool:
    """A dateline or a counter."""
    return bool(find_dates(line, latest=None)) or not any(map(str.isalpha, line))


def without_site(page_title: str) -> str:
    """The title element without the name of the site: its longest part."""
    parts = [part.strip() for part in _PARTING.split(page_title) if part and part.strip()]
    return max(parts, key=len) if parts else page_title.strip()


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


def _letters(text: str) -> list[str]:
    return _LETTERS.findall(text.casefold())
