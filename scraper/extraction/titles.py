"""Which line of a page is its article's title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Survey, TextBlock, word_set
from scraper.extraction.polls import Polls
from scraper.extraction.title_line import is_small_print, split_title
from scraper.extraction.title_near_text import (
    LONGEST_TITLE,
    NEAR,
    TitlePage,
    has_title_under,
    is_named_title,
    is_outside_article,
    line_at,
    may_be_overhead,
    runs_within,
)
from scraper.extraction.title_wording import (
    PARTING,
    Told,
    heading_box,
    letters_of,
    letters_only,
    wording,
)

ENOUGH = 2.0  # what a line needs to be taken for the title by its tag and by what metadata say
_NAMED = 0.7  # what the name of its box speaks for a line at most
_SURE = 6.0  # a score: a first heading that metadata give
_LONG = 120  # characters of a line that is rather a paragraph
_ENOUGH_TEXT = 2000  # characters of such lines below a sure title; no other stands lower
_MOST_CANDIDATES = 200  # a page has three, an odd one thirty
_FEW_WORDS = 4  # of a line that is no heading: it must be like a title that metadata give
_PIECE = 12  # characters of a line that are looked for in what metadata say
_SITE_WORDS = word_set("site sitename logo brand banner")  # of the name over every page
_BREADCRUMB_WORDS = word_set("breadcrumb breadcrumbs crumb crumbs")
_SENTENCE_END = re.compile(r"[.!:…][\"\'”’»)\]]*$")
_FARTHEST_TEXT = 40  # blocks that polls and rows of small print may take above a text
_TAIL_SIGN = re.compile(r"[0-9]{4}|[0-9][/.-][0-9]|:\s?$")  # a line without it has no small print


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
        tree: etree._Element,
    ) -> None:
        self.page = page
        self.told = Told(said, page_title, names, url=url)
        self.on = TitlePage(page, self.told, Polls(tree))
        self.page_title = page_title
        self.candidates = list(islice(_candidates(page, self.told), _MOST_CANDIDATES))
        self._refused: dict[int, bool] = {}
        self._weights: dict[int, float] = {}

    def choose(self, before: int | None) -> Title | None:
        """The title of the article, or None where nothing on the page can be one.

        `before` is the first block of the text, where it is known.
        """
        page, told = self.page, self.told
        text = None if before is None else _text_begins(page, before)
        best = self._best(text)
        if best is not None and may_be_overhead(best, told):
            # A body that is chosen without it tells which line stands nearer to the text.
            if before is None or text is None:
                if has_title_under(self.on, best):
                    return None
            elif (nearer := line_at(self.on, before=before, text=text, below=best)) is not None:
                return Title(told.headline(nearer), nearer.index, "line above the text")
        if best is not None:
            rule = f"{_heading_tag(best) or best.tag} line"
            return Title(wording(page, best, told), best.index, rule)
        for rule, line in told.said:
            if len(line) > 8:
                return Title(told.without_small_print(line), None, rule)
        if before is None or text is None:
            return None
        found = line_at(self.on, before=before, text=text)
        if found is not None:
            return Title(told.headline(found), found.index, "line above the text")
        if not self.page_title:
            return None
        return Title(split_title(without_site(self.page_title))[0], None, "title element")

    def _best(self, text: int | None) -> TextBlock | None:
        """The line for which its tag, the metadata and its place speak most."""
        ranked = []
        for block, score in self.candidates:
            near = 0.0
            if text is not None:
                if block.index > text + 1:
                    break
                near = 1.5 if text - NEAR <= block.index <= text else 0.0
            ranked.append((score + near, score, block))
        ranked.sort(key=lambda it: it[0], reverse=True)
        best: TextBlock | None = None
        highest = (0.0, 0)
        for total, score, block in ranked:
            if best is not None and total + _NAMED < highest[0]:
                break
            around = self._weight_of_place(block)
            rank = total + around, block.index if text is not None else -block.index
            better = score + around >= ENOUGH and (best is None or rank > highest)
            if better and not self._is_no_title(block):
                best, highest = block, rank
        if best is not None and _is_in_breadcrumb(best):
            return self._below_breadcrumb(best, text)
        return best

    def _weight_of_place(self, block: TextBlock) -> float:
        """What the names of the boxes around a line speak for it or against it."""
        known = self._weights.get(block.index)
        if known is None:
            known = _NAMED if is_named_title(block) else 0.0
            known -= 2.5 if is_outside_article(block) else 0.0
            if not _SITE_WORDS.isdisjoint(block.box.words):
                known -= 3.0
            self._weights[block.index] = known
        return known

    def _is_no_title(self, block: TextBlock) -> bool:
        """Whether a line is a dateline, unless metadata give it as title, or a poll's question."""
        known = self._refused.get(block.index)
        if known is None:
            small = is_small_print(block.text) and letters_only(block.text) not in self.told.keys
            known = small or (block.box.tag != "h1" and self.on.polls.is_question(block))
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
    """The lines that by their tag and by what metadata say may be the title, with their scores.

    What stands around them is left to be weighed for the few that may win.
    """
    said, shortest = told.folded, told.shortest
    text_below, sure = 0, False  # characters since a line that is the title nearly for sure
    for block in page.blocks:
        chars, text = block.chars, block.text
        if chars < shortest:
            if not block.heading and (chars < 4 or text.count(" ") < _FEW_WORDS):
                continue
        elif chars > _LONG:
            text_below += chars
            if sure and text_below > _ENOUGH_TEXT:
                return
            if chars > LONGEST_TITLE:
                continue
        # Whether any of five pieces of the line stands in what metadata say: a cheap first look.
        # A line that has half of its words in common with a title nearly always passes.
        line, quarter, middle = text.casefold(), chars // 4, chars // 2
        if (
            line[:_PIECE] in said
            or line[-_PIECE:] in said
            or line[middle : middle + _PIECE] in said
            or line[quarter : quarter + _PIECE] in said
            or line[middle + quarter : middle + quarter + _PIECE] in said
            or block.box.tag == "h1"
        ):
            score = _score(block, told)
            if score >= ENOUGH - _NAMED:
                yield block, score
                if score >= _SURE:
                    text_below, sure = 0, True


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
        inside = len(words & told.window_words) / len(words)
        score += 2.0 * (inside - 0.4) * min(1.0, len(words) / 5) if inside > 0.4 else 0.0
        whole = len(letters) >= 5 and runs_within(letters, told.window)
        score += 1.5 if whole else 0.0
    if "".join(letters) in told.names:
        return min(score, ENOUGH)  # better than no heading at all
    if block.link_share > 0.9:
        score -= 0.5 if whole else 1.0  # some portals link an article's title to its own page
    return score


def _is_in_breadcrumb(block: TextBlock) -> bool:
    return any(
        box.tag == "nav" or not _BREADCRUMB_WORDS.isdisjoint(box.words)
        for box in islice(block.box.ancestors(), 5)
    )


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


def without_site(page_title: str) -> str:
    """The title element without the name of the site: its longest part."""
    parts = [part.strip() for part in PARTING.split(page_title) if part and part.strip()]
    return max(parts, key=len) if parts else page_title.strip()


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0
