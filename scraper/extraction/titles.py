"""Which line of a page is its article's title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from scraper.extraction.blocks import Box, Survey, TextBlock, word_set
from scraper.extraction.surroundings import LEAD_WORDS, is_outside
from scraper.extraction.title_line import (
    is_name_of_body,
    is_small_print,
    part_title,
    split_title,
)
from scraper.extraction.title_wording import (
    PARTING,
    Told,
    heading_box,
    letters_of,
    letters_only,
    wording,
)
from scraper.vietnamese.dates import find_dates

LONGEST_TITLE = 300  # characters
NEAR = 6  # blocks
LONGEST_SECTION = 6  # words of a section's name
_MORE_WORDS = 3  # of a title than of the name of its section
_MARKED = 1.5  # what a line needs to look like a title below the name of its section
ENOUGH = 2.0  # what a line needs to be taken for the title by its tag and by what metadata say
_TITLE_WORDS = word_set(
    "title headline tieude lbltitle newstitle articletitle posttitle heading heading1 head"
)
_SITE_WORDS = word_set("site sitename logo brand banner")  # of the name over every page
_POLL_WORDS = word_set("poll polls vote voting survey thamdo thamdoykien binhchon khaosat")
LONGEST_CHOICE = 60  # characters; more is a text
_MOST_CONTROLS = 60  # elements after a question among which its choices stand
_TICKED = frozenset(("radio", "checkbox"))
_SENTENCE_END = re.compile(r"[.!:…][\"'”’»)\]]*$")
_FARTHEST_TEXT = 40  # blocks that polls and rows of small print may take above a text
_TAIL_SIGN = re.compile(r"[0-9]{4}|[0-9][/.-][0-9]|:\s?$")  # a line without it has no small print
_PIECE = 8  # characters of a line that are looked for in what metadata say
_SURE = 6.0  # a score: a first heading that metadata give
_ENOUGH_TEXT = (
    3000  # characters in long paragraphs below a sure title, beyond which none is looked for
)
_BREADCRUMB_WORDS = word_set("breadcrumb breadcrumbs crumb crumbs")


@dataclass(frozen=True, slots=True)
class Title:
    """The title as text, and the block in which it stands, if in any."""

    text: str
    index: int | None
    rule: str


class TitleSearch:
    """The lines of a page that may be its title, weighed once however often one is asked for.

    `said` are titles that the page's metadata give, as (rule, text), best first; `page_title` is
    the title element; `names` are names of the site, as its address also gives one.
    """

    def __init__(
        self,
        page: Survey,
        said: Sequence[tuple[str, str]],
        *,
        page_title: str | None = None,
        names: Iterable[str] = (),
        url: str | None = None,
    ) -> None:
        self.page = page
        self.told = Told(said, page_title, names, url=url)
        self.page_title = page_title
        self.candidates = list(_candidates(page, self.told))
        self._refused: dict[int, bool] = {}

    def choose(self, before: int | None) -> Title | None:
        """The title of the article, or None where nothing on the page can be one.

        `before` is the first block of the text, where it is known.
        """
        page, told = self.page, self.told
        text = None if before is None else _text_begins(page, before)
        best = self._best(text)
        if best is not None and _may_be_overhead(best, told):
            # A body that is chosen without it tells which line stands nearer to the text.
            if before is None or text is None:
                below = page.blocks[best.index + 1 : best.index + _FARTHEST_TEXT]
                if any(_may_be_under(page, best, block, told) for block in below):
                    return None
            elif (nearer := _line_at(page, told, before=before, text=text, below=best)) is not None:
                return Title(told.headline(nearer), nearer.index, "line above the text")
        if best is not None:
            rule = f"{_heading_tag(best) or best.tag} line"
            return Title(wording(page, best, told), best.index, rule)
        for rule, line in told.said:
            if len(line) > 8:
                return Title(told.without_small_print(line), None, rule)
        if before is None or text is None:
            return None
        found = _line_at(page, told, before=before, text=text)
        if found is not None:
            return Title(told.headline(found), found.index, "line above the text")
        if not self.page_title:
            return None
        return Title(split_title(without_site(self.page_title))[0], None, "title element")

    def _best(self, text: int | None) -> TextBlock | None:
        """The line for which its tag and the metadata speak most."""
        ranked = []
        for block, score in self.candidates:
            if text is not None:
                if block.index > text + 1:
                    break
                if text - NEAR <= block.index <= text:
                    score += 1.5
            ranked.append((score, block.index if text is not None else -block.index, block))
        ranked.sort(key=lambda it: it[:2], reverse=True)
        for _, _, block in ranked:
            if not self._is_no_title(block):
                return self._below_breadcrumb(block, text) if _is_in_breadcrumb(block) else block
        return None

    def _is_no_title(self, block: TextBlock) -> bool:
        """Whether a line is a dateline, unless metadata give it as title, or a poll's question."""
        known = self._refused.get(block.index)
        if known is None:
            small = is_small_print(block.text) and letters_only(block.text) not in self.told.keys
            known = small or (block.box.tag != "h1" and _is_poll(block))
            self._refused[block.index] = known
        return known

    def _below_breadcrumb(self, last: TextBlock, text: int | None) -> TextBlock:
        """The headline that readers see, below one for search engines that ends a breadcrumb."""
        for block, _ in self.candidates:
            if last.index < block.index <= (last.index + NEAR if text is None else text):
                worded = letters_only(wording(self.page, block, self.told))
                if block.heading and worded in self.told.headlines:
                    return block
        return last


def _candidates(page: Survey, told: Told) -> Iterator[tuple[TextBlock, float]]:
    """The lines that by their tag and by what metadata say may be the title, with their scores."""
    said, shortest = told.folded, told.shortest
    text_below, sure = 0, False  # characters since a line that is the title nearly for sure
    for block in page.blocks:
        chars = block.chars
        if chars > LONGEST_TITLE:
            text_below += chars
            if sure and text_below > _ENOUGH_TEXT:
                return
            continue
        if chars < 4 or (chars < shortest and not block.heading):
            continue
        if block.box.tag != "h1":
            line = block.text.casefold()
            few_words = chars < 40 and not block.heading and line.count(" ") < 4
            if line not in said and (few_words or not _may_resemble(line, chars, said)):
                continue
        score = _score(block, told)
        if score >= ENOUGH:
            yield block, score
            if score >= _SURE:
                text_below, sure = 0, True


def _may_resemble(line: str, chars: int, said: str) -> bool:
    """Whether any of five pieces of a line stands in what metadata say: a cheap first look.

    A line that has half of its words in common with a title nearly always passes.
    """
    quarter, middle = chars // 4, chars // 2
    return (
        line[:_PIECE] in said
        or line[-_PIECE:] in said
        or line[middle : middle + _PIECE] in said
        or line[quarter : quarter + _PIECE] in said
        or line[middle + quarter : middle + quarter + _PIECE] in said
    )


def _score(block: TextBlock, told: Told) -> float:
    """How much speaks for a line as title; 0 to about 8."""
    letters = letters_of(block.text)
    if len(letters) > 2 and _TAIL_SIGN.search(block.text) and told.known.issuperset(letters[:2]):
        letters = letters_of(told.headline(block))
    words = frozenset(letters)
    if not words:
        return 0.0
    score, whole = 0.0, False
    if block.heading:
        score += {"h1": 3.0, "h2": 1.2, "h3": 0.6}.get(_heading_tag(block), 0.3)
    score += 3.0 * max([_likeness(words, other) for other in told.spoken], default=0.0)
    if len(words) > 1:
        inside = len(words.intersection(told.window)) / len(words)
        score += 2.0 * (inside - 0.4) * min(1.0, len(words) / 5) if inside > 0.4 else 0.0
        whole = len(letters) >= 5 and _runs_within(letters, told.window)
        score += 1.5 if whole else 0.0
    if not score:
        return 0.0
    if _is_named_title(block):
        score += 0.7
    if _is_outside(block):
        score -= 2.5
    if not _SITE_WORDS.isdisjoint(block.box.words) or letters_only(block.text) in told.names:
        score -= 3.0
    if block.link_share > 0.9:
        score -= 0.5 if whole else 1.0  # some portals link an article's title to its own page
    return score


def _is_outside(block: TextBlock) -> bool:
    """Whether a box around a block names itself as something beside the article.

    What is outside of <main> does not count: a menu that is not closed holds the whole page.
    """
    box: Box | None = block.box
    while box is not None and box.tag != "main":
        if is_outside(box):
            return True
        box = box.parent
    return False


def _is_in_breadcrumb(block: TextBlock) -> bool:
    return any(
        box.tag == "nav" or not _BREADCRUMB_WORDS.isdisjoint(box.words)
        for box in islice(block.box.ancestors(), 5)
    )


def _runs_within(words: Sequence[str], window: Sequence[str]) -> bool:
    """Whether these words stand in a row in the title element."""
    return f" {' '.join(words)} " in f" {' '.join(window)} "


def _is_named_title(block: TextBlock) -> bool:
    boxes = (block.box, block.box.parent)
    return any(not _TITLE_WORDS.isdisjoint(box.words) for box in boxes if box is not None)


def _heading_tag(block: TextBlock) -> str:
    box = heading_box(block)
    return box.tag if box is not None else ""


def _text_begins(page: Survey, before: int) -> int:
    """The first paragraph at or after `before`: a poll or a lone title may have opened the text."""
    for block in page.blocks[before : before + _FARTHEST_TEXT]:
        ends = block.chars >= 60 and _SENTENCE_END.search(block.text)
        if (ends or block.chars > LONGEST_TITLE) and block.link_share < 0.5:
            return block.index
    return before


def _may_be_overhead(block: TextBlock, told: Told) -> bool:
    """Whether a line may be the name of the site or of a section, over an article's own title.

    A section's name is short, and metadata do not give it as title; a site's name they often do.
    """
    short = len(letters_of(told.headline(block))) <= LONGEST_SECTION
    return short or is_name_of_body(block.text)


def _may_be_under(page: Survey, line: TextBlock, title: TextBlock, told: Told) -> bool:
    """Whether one line may be the title, below another that is the name of its section."""
    overhead = _is_overhead(page, line, title, told)
    return overhead and _looks_like_title(page, title, told) >= _MARKED


def _line_at(
    page: Survey, told: Told, *, before: int, text: int, below: TextBlock | None = None
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
    for block in page.blocks[start : text + 2]:
        score = _looks_like_title(page, block, told)
        if block.index > text or (block.index == text > before):
            score -= 1.0
        marked = score >= _MARKED and block.index < text
        if marked and best is not None and _is_overhead(page, best, block, told):
            best, best_score = block, score
            continue
        if score > 0.0 and score >= best_score:  # of two that are alike the nearer to the text
            if best is not None and _is_row_below(block, best):
                continue
            best, best_score = block, score
    return None if best is below else best


def _is_overhead(page: Survey, line: TextBlock, title: TextBlock, told: Told) -> bool:
    """Whether a line is a section's name, or a site's, or of a side box, above a longer title.

    "Tin trong nước", "Đường dây nóng". A short line over its dateline is a title, if that dateline
    is not more closely bound to the longer line.
    """
    if title.images and not (title.heading or title.bold > 0.8 or _is_named_title(title)):
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
    if _runs_within(longer, told.window):
        return _runs_within(name, longer) or not _runs_within(name, told.window)
    if sum(word in told.telling for word in name) >= 0.5 * len(name):
        return False
    row = page.blocks[line.index + 1]
    if row is title or row.link_share > 0.5 or not find_dates(row.text, latest=None):
        return True
    return _common_depth(row, title) > _common_depth(row, line)


def _common_depth(one: TextBlock, other: TextBlock) -> int:
    """How deep the smallest box lies that holds both."""
    return next(
        (box.depth for box in one.box.ancestors() if box.first <= other.index < box.last), 0
    )


def _looks_like_title(page: Survey, block: TextBlock, told: Told) -> float:
    if block.chars > LONGEST_TITLE + 100 or is_small_print(block.text):
        return 0.0
    title = told.headline(block)
    words = [word for word in letters_of(title) if word.isalpha()]
    if len(words) < 3 or not 12 <= len(title) <= LONGEST_TITLE:
        return 0.0
    if block.link_share > 0.5 or _is_outside(block):
        return 0.0
    if _is_poll(block):
        return 0.0
    score = 1.0
    score += 2.0 if len(title) < len(block.text) else 0.0
    score += 1.5 if block.bold > 0.8 or block.heading else 0.0
    score += 1.0 if _is_named_title(block) else 0.0
    score += 0.5 if block.coloured > 0.8 or block.centred > 0.8 else 0.0
    score += 0.5 if block.chars >= 30 else 0.0
    if title.rstrip()[-1:] in ".;,:":
        score -= 2.0
    below = page.blocks[block.index + 1] if block.index + 1 < len(page.blocks) else None
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


def _is_poll(block: TextBlock) -> bool:
    """Whether a line is a poll's question: by the name of its box, or as choices follow it."""
    if any(not _POLL_WORDS.isdisjoint(box.words) for box in islice(block.box.ancestors(), 4)):
        return True
    return any(_choices_follow(block, box) for box in islice(block.box.ancestors(), 3))


def _choices_follow(block: TextBlock, box: Box) -> bool:
    """Whether something to tick is what comes next after a line, inside of a box around it."""
    below = box is block.box
    for element in islice(box.element.iterdescendants(), _MOST_CONTROLS):
        if below and element.tag == "input":
            return (element.get("type") or "").lower() in _TICKED
        below = below or element is block.element
        for text in (element.text, element.tail):
            line = " ".join((text or "").split())
            if below and len(line) > LONGEST_CHOICE and line not in block.text:
                return False
    return False


def without_site(page_title: str) -> str:
    """The title element without the name of the site: its longest part."""
    parts = [part.strip() for part in PARTING.split(page_title) if part and part.strip()]
    return max(parts, key=len) if parts else page_title.strip()


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0
