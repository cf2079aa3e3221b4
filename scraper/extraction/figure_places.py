"""Whether an image belongs to an article, by where it stands."""

from __future__ import annotations

import re
from itertools import islice

from scraper.extraction.blocks import Box, Mark, Survey, TextBlock, word_set
from scraper.extraction.candidates import MOST_AROUND, Candidate, TextPlace, is_frame
from scraper.extraction.captions import CAPTION_WORDS
from scraper.extraction.credits import read_credit
from scraper.extraction.page import Page
from scraper.extraction.pictures import PICTURE_FILE
from scraper.extraction.surroundings import is_outside, is_surely_outside

LONGEST_TOOLBAR = 60  # characters
# Words that name a box of figures as often as one beside the article.
_FIGURE_WORDS = CAPTION_WORDS | word_set(
    "credit swiper carousel prev previous share social overlay modal"
)
_TOOLBAR = re.compile(
    r"(?i)\b(?:cỡ chữ|(?:font|text) size|in (?:trang|bài)|bản in|gửi (?:email|bài|tin))\b"
    r"|^(?:chia sẻ|print|share)\b\W*$"
)


def belongs(text: TextPlace, candidate: Candidate, page: Page) -> bool:
    """Whether a candidate stands between the lines above the text and the one after its end."""
    if _stands_beside(text, candidate.box):
        return False
    if (
        candidate.mark is not None
        and not candidate.is_figure
        and _stands_in_toolbar(text.found, candidate.mark)
    ):
        return False
    if text.first <= candidate.index <= text.last:
        return True
    if candidate.index > text.last:  # a last image, with its caption or without
        return _in_text_box(text.found, candidate.box, text.last)
    marked = bool(candidate.captions) or candidate.is_figure or candidate.frame is not None
    if text.title is not None and candidate.index > text.title and marked:
        return True
    if candidate.mark is not None and _is_thumbnail(candidate.mark, page):
        return False
    if marked or _is_named(text.found, candidate):
        return any(it in text.around for it in islice(candidate.box.ancestors(), MOST_AROUND))
    if candidate.index < text.first - 6 or candidate.mark is None:
        return False
    return _in_text_box(text.found, candidate.box, text.first) or _opens_the_article(
        text.found, candidate.mark, text.first
    )


def _is_named(found: Survey, it: Candidate) -> bool:
    """Whether the next line is named as a caption."""
    for block in found.blocks[it.index : it.index + 1]:
        return not CAPTION_WORDS.isdisjoint(block.box.words)
    return False


def _opens_the_article(page: Survey, mark: Mark, first: int) -> bool:
    """Whether an image stands, with one line below it, right above the heading of the text.

    The heading must lie in the box that holds both: a banner's box stands beside it.
    """
    for branch in islice(mark.box.ancestors(), MOST_AROUND):
        around = branch.parent
        if around is None or around.tag in ("html", "body", "form"):
            return False
        if around.last > first:
            if branch.last - branch.first != 1 or not branch.first == mark.index < first - 1:
                return False
            heading = next((it for it in page.blocks[branch.last : first] if it.heading), None)
            return heading is not None and _box_around(heading) is around
    return False


def _box_around(block: TextBlock) -> Box | None:
    """The box that holds a block together with others."""
    return next((box for box in block.box.ancestors() if box.last - box.first > 1), None)


def _is_thumbnail(mark: Mark, page: Page) -> bool:
    """Whether an image leads to another page, as those of side boxes above the text do."""
    link = next(mark.element.iterancestors("a", "figure"), None)
    if link is None or link.tag == "figure":
        return False
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:")) or PICTURE_FILE.search(href):
        return False
    return page.url is None or page.absolute(href) != page.url


def _stands_beside(text: TextPlace, box: Box) -> bool:
    """Whether a box around the image, that does not hold the text, is one for other things."""
    around: Box | None = box
    asked: list[Box] = []
    beside: bool | None = None
    while beside is None and around is not None:
        beside = text.beside.get(id(around))
        if beside is None:
            asked.append(around)
            if around.first <= text.first and text.last < around.last:
                beside = False
            elif _is_for_other_things(around):
                beside = True
            around = around.parent
    for it in asked:
        text.beside[id(it)] = bool(beside)
    return bool(beside)


def _is_for_other_things(box: Box) -> bool:
    """Whether a box names itself as something beside the text, and not as that of an image."""
    if not is_outside(box) or box.tag == "figcaption" or is_frame(box):
        return False
    return _FIGURE_WORDS.isdisjoint(box.words) or is_surely_outside(box)


def _stands_in_toolbar(page: Survey, mark: Mark) -> bool:
    """Whether an image is a button: on one line with "Xem với cỡ chữ" and its like."""
    if mark.index >= len(page.blocks):
        return False
    block = page.blocks[mark.index]
    if block.box is not mark.box or block.chars > LONGEST_TOOLBAR:
        return False
    return bool(_TOOLBAR.search(block.text)) and not read_credit(block.text)


def _in_text_box(page: Survey, box: Box, index: int) -> bool:
    """Whether an image stands in the box that holds a block, or not far below it."""
    around = {id(it) for it in islice(page.blocks[index].box.ancestors(), 3)}
    return any(id(it) in around for it in islice(box.ancestors(), 6))
