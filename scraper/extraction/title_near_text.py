"""Titles that neither headings nor metadata give: lines by the beginning of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.blocks import Box, Survey, TextBlock, word_set
from scraper.extraction.polls import Polls
from scraper.extraction.surroundings import LEAD_WORDS, is_outside
from scraper.extraction.title_line import is_name_of_body, is_small_print, part_title
from scraper.extraction.title_wording import Told, letters_of, letters_only
from scraper.vietnamese.dates import find_dates

LONGEST_TITLE = 300  # characters
NEAR = 6  # blocks
LONGEST_SECTION = 6  # words of a section's name
_SHORTEST = 12  # characters of a line that is a title by its place alone
_MORE_WORDS = 3  # of a title than of the name of its section
_MARKED = 1.5  # what a line needs to look like a title below the name of its section
_FARTHEST = 40  # blocks that polls and rows of small print may take above a title
_TITLE_WORDS = word_set(
    "title headline tieude lbltitle newstitle articletitle posttitle heading heading1 head"
)


@dataclass(frozen=True, slots=True)
class TitlePage:
    """A page, what is said of its title, and what it asks its readers."""

    page: Survey
    told: Told
    polls: Polls


def may_be_overhead(block: TextBlock, told: Told) -> bool:
    """Whether a line may be the name of the site or of a section, over an article's own title.

    A section's name is short, and metadata do not give it as title; a site's name they often do.
    """
    if is_name_of_body(block.text):
        return True
    if letters_only(block.text) in told.headlines:
        return False
    return len(letters_of(told.headline(block))) <= LONGEST_SECTION


def has_title_under(on: TitlePage, line: TextBlock) -> bool:
    """Whether a line that may be a section's name has one below that may be the title."""
    least = 0 if is_name_of_body(line.text) else len(letters_of(on.told.headline(line)))
    for title in on.page.blocks[line.index + 1 : line.index + _FARTHEST]:
        if title.chars < _SHORTEST or title.link_chars * 2 > title.chars:
            continue
        if least and title.text.count(" ") < least + 1:
            continue
        if _is_overhead(on, line, title) and _looks_like_title(on, title) >= _MARKED:
            return True
    return False


def line_at(
    on: TitlePage, *, before: int, text: int, below: TextBlock | None = None
) -> TextBlock | None:
    """The line by the beginning of the text that looks most like a title.

    Without headings and metadata the title may be the first line of what was taken for the text,
    or stand below a poll that was; the block after the first paragraph is rarely one. Only a line
    that looks like more than a section's name does stand under `below`.
    """
    best: TextBlock | None = None
    best_score = 0.0
    start = max(0, before - 8)
    if below is not None:
        start, best, best_score = max(start, below.index + 1), below, 99.0
        text = min(text, before + NEAR)
    for block in on.page.blocks[start : text + 2]:
        score = _looks_like_title(on, block)
        if block.index > text or (block.index == text > before):
            score -= 1.0
        marked = score >= _MARKED and block.index < text
        if marked and best is not None and _is_overhead(on, best, block):
            best, best_score = block, score
            continue
        if score > 0.0 and score >= best_score:  # of two that are alike the nearer to the text
            if best is not None and _is_row_below(block, best):
                continue
            best, best_score = block, score
    return None if best is below else best


def _is_overhead(on: TitlePage, line: TextBlock, title: TextBlock) -> bool:
    """Whether a line is a section's name, or a site's, or of a side box, above a longer title.

    "Tin trong nước", "Đường dây nóng". A short line over its dateline is a title, if that dateline
    is not more closely bound to the longer line.
    """
    told = on.told
    if title.images and not (title.heading or title.bold > 0.8 or is_named_title(title)):
        return False  # a caption
    if not LEAD_WORDS.isdisjoint(title.box.words):
        return False
    if is_name_of_body(line.text):
        subtitle = line.heading and title.index == line.index + 1
        return not (subtitle and line.box.parent is title.box.parent)
    name = letters_of(told.headline(line))
    longer = letters_of(told.headline(title))
    if len(name) > LONGEST_SECTION or len(longer) < len(name) + _MORE_WORDS:
        return False
    if runs_within(longer, told.window):
        return runs_within(name, f" {' '.join(longer)} ") or not runs_within(name, told.window)
    if sum(word in told.telling for word in name) >= 0.5 * len(name):
        return False
    row = on.page.blocks[line.index + 1]
    if row is title or row.link_share > 0.5 or not find_dates(row.text, latest=None):
        return True
    return _common_depth(row, title) > _common_depth(row, line)


def _common_depth(one: TextBlock, other: TextBlock) -> int:
    """How deep the smallest box lies that holds both."""
    return next(
        (box.depth for box in one.box.ancestors() if box.first <= other.index < box.last), 0
    )


def _looks_like_title(on: TitlePage, block: TextBlock) -> float:
    if not _SHORTEST <= block.chars <= LONGEST_TITLE + 100 or block.link_share > 0.5:
        return 0.0
    title = on.told.headline(block)
    words = [word for word in letters_of(title) if word.isalpha()]
    if len(words) < 3 or not _SHORTEST <= len(title) <= LONGEST_TITLE:
        return 0.0
    if is_small_print(block.text) or is_outside_article(block) or on.polls.is_question(block):
        return 0.0
    score = 1.0
    score += 2.0 if len(title) < len(block.text) else 0.0
    score += 1.5 if block.bold > 0.8 or block.heading else 0.0
    score += 1.0 if is_named_title(block) else 0.0
    score += 0.5 if block.coloured > 0.8 or block.centred > 0.8 else 0.0
    score += 0.5 if block.chars >= 30 else 0.0
    if title.rstrip()[-1:] in ".;,:":
        score -= 2.0
    below = on.page.blocks[block.index + 1] if block.index + 1 < len(on.page.blocks) else None
    if below is not None and below.chars <= 60 and _begins_small_print(below.text):
        score += 1.0
    return score


def _is_row_below(block: TextBlock, title: TextBlock) -> bool:
    """Whether a line is the row under a title that names its section, then its day.

    "Kinh tế biển | 21/12/2012 - 08:04": few words before a date, right under a longer line.
    """
    if block.index != title.index + 1 or not find_dates(block.text, latest=None):
        return False
    words = letters_of(part_title(block.text).headline)
    return len(words) <= LONGEST_SECTION and len(words) < len(letters_of(title.text))


def _begins_small_print(line: str) -> bool:
    """A dateline or a counter."""
    return bool(find_dates(line, latest=None)) or not any(map(str.isalpha, line))


def is_named_title(block: TextBlock) -> bool:
    """Whether its box, or the one around it, bears a title's name."""
    box, parent = block.box, block.box.parent
    return not _TITLE_WORDS.isdisjoint(box.words) or (
        parent is not None and not _TITLE_WORDS.isdisjoint(parent.words)
    )


def is_outside_article(block: TextBlock) -> bool:
    """Whether a box around a block names itself as something beside the article.

    What is outside of <main> does not count: a menu that is not closed holds the whole page.
    """
    box: Box | None = block.box
    while box is not None and box.tag != "main":
        if is_outside(box):
            return True
        box = box.parent
    return False


def runs_within(words: Sequence[str], window: str) -> bool:
    """Whether these words stand in a row in a line of words."""
    return f" {' '.join(words)} " in window
