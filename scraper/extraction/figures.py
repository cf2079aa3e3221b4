"""The images of an article with what stands under them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from scraper.extraction.attachments import FILE_TYPES
from scraper.extraction.blocks import Box, Mark, Survey, TextBlock, word_set
from scraper.extraction.page import Page
from scraper.extraction.surroundings import END_LINE, NOISE_LINE, is_outside, is_surely_outside
from scraper.records import Figure

LONGEST_CAPTION = 600  # characters; a longer block under an image is a paragraph
LONGEST_PLAIN_CAPTION = 200  # of a line that nothing but its place marks as a caption
MOST_IMAGES = 2_000
SHORTEST_SENTENCE = 60  # characters; a shorter line with a full stop may be a caption
MOST_COLUMNS = 12  # of a grid of images
LOOKS = ("centred", "italic", "small", "coloured")
SMALLEST_IMAGE = 60  # pixels of width or height; smaller ones are icons and counters
CAPTION_WORDS = word_set(
    "caption captions pcaption figcaption imgcaption imagecaption picturecaption captiontext "
    "chuthich chuthichanh legend cutline photocaption"
)
_CREDIT_LABEL = (
    r"ảnh(?: minh (?:họa|hoạ))?|nguồn ảnh|ảnh chụp|photos?(?: by| credit)?|foto|picture"
    r"|image(?: credit)?|credits?|source|nguồn"
)
_CREDIT = re.compile(
    rf"(?i)[\s(\[.,\-–—|/]*\b(?:{_CREDIT_LABEL})\s*:\s*(?P<who>[^()\[\]]{{2,80}}?)[)\].\s]*$"
)
# "… đến xem. Ảnh Trọng Đức." has no colon: then names must follow.
_CREDIT_NO_COLON = re.compile(r"[.\-–(]\s*Ảnh\s+(?P<who>(?:[A-ZÀ-ỸĐ][\w.]*\s*){1,5}?)[).\s]*$")
_INITIAL = re.compile(r"(?:^|[\s.])[A-ZÀ-ỸĐ]$")  # "L.X" of "L.X.", "Lê V" of "Lê V."
_NO_PHOTO = re.compile(
    r"(?i)(spacer|blank|pixel|1x1|transparent|loading|placeholder|sprite|icon|logo|avatar|emoji"
    r"|button|bullet|arrow|/ic[a-z]{2,5}\.|print|email|share|facebook|twitter|zalo|counter|banner|/ads?/)[^/]*$"
)
_FILE = re.compile(rf"(?i)\.(?:{FILE_TYPES})$")
# "IMG_2231.JPG" or "1": what the editor left under an image without writing a caption.
_FILE_NAME = re.compile(
    r"(?i)[\w()&+%. -]{1,80}\.(?:jpe?g|png|gif|bmp|webp|tiff?)"
    r"|(?:img|dsc|image|anh|pic)?[_ -]?\d+"
)
_PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|gif|bmp|webp|tiff?|avif)(?:[?#]|$)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
# Not "TS. Nguyễn Văn An": the word before the stop begins with a small letter.
_INNER_END = re.compile(r"\b[a-zà-ỹđ]{2,}[.!?…][\"”»]?\s+[A-ZÀ-ỸĐ]")
_TOOLBAR = re.compile(
    r"(?i)\b(?:cỡ chữ|(?:font|text) size|in (?:trang|bài)|bản in|gửi (?:email|bài|tin))\b"
    r"|^(?:chia sẻ|print|share)\b\W*$"
)
LONGEST_TOOLBAR = 60  # characters
_PHOTO_WORDS = re.compile(r"(?i)photo|image|getty|©|copyright")
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-srcset", "data-url")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure, and the blocks that its caption took."""

    figure: Figure
    blocks: tuple[int, ...]


def read_figures(
    found: Survey, kept: Sequence[int], *, page: Page, never: Collection[int] = ()
) -> tuple[FoundFigure, ...]:
    """The figures that stand within the text, in reading order.

    `kept` are the blocks of the text, captions among them; `never` are blocks that are something
    else than captions.
    """
    if not kept:
        return ()
    marks = [
        mark
        for mark in found.images
        if _stands_within(found, mark, first=kept[0], last=kept[-1])
        and not is_ornament(mark.element)
        and not _stands_in_toolbar(found, mark)
        and not (mark.index < kept[0] and _is_thumbnail(mark, page))
    ][:MOST_IMAGES]
    usual = _usual_looks(found, kept) if marks else frozenset()
    captions = [_marked_caption(found, mark, usual) for mark in marks]
    if not any(captions):  # a page marks all its captions, or none
        captions = [_plain_caption(found, mark, usual) for mark in marks]
    figures: list[FoundFigure] = []
    taken = set(never)
    seen: set[str] = set()
    for mark, indices in zip(marks, captions, strict=True):
        image = address(mark.element, page)
        blocks = tuple(i for i in indices if i not in taken)
        taken.update(blocks)
        lines = (found.blocks[i].text for i in blocks)
        caption = " ".join(line for line in lines if not _FILE_NAME.fullmatch(line)) or None
        if caption is None and (image is None or image in seen):
            continue
        if image is not None:
            seen.add(image)
        figure = Figure(image=image, caption=caption, credit=read_credit(caption or ""))
        figures.append(FoundFigure(figure, blocks))
    return tuple(figures)


def _stands_within(page: Survey, mark: Mark, *, first: int, last: int) -> bool:
    """Between the lines above the text and the one after its end."""
    if _stands_beside(mark, first=first, last=last):
        return False
    if first <= mark.index <= last:
        return True
    if mark.index == last + 1:  # a last image, with its caption or without
        return _in_text_box(page, mark, last)
    if not first - 6 <= mark.index < first:
        return False
    return _in_text_box(page, mark, first) or _opens_the_article(page, mark, first)


def _opens_the_article(page: Survey, mark: Mark, first: int) -> bool:
    """Whether an image stands, with one line below it, right above the heading of the text.

    The heading must lie in the box that holds both: a banner's box stands beside it.
    """
    for branch in mark.box.ancestors():
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
    if not href or href.startswith(("#", "javascript:")) or _PICTURE_FILE.search(href):
        return False
    return page.url is None or page.absolute(href) != page.url


def _stands_beside(mark: Mark, *, first: int, last: int) -> bool:
    """Whether a box around the image, that does not hold the text, is one for other things."""
    for box in mark.box.ancestors():
        if box.first <= first and last < box.last:
            return False
        if is_outside(box) and CAPTION_WORDS.isdisjoint(box.words):
            return True
    return False


def _stands_in_toolbar(page: Survey, mark: Mark) -> bool:
    """Whether an image is a button: on one line with "Xem với cỡ chữ" and its like."""
    if mark.index >= len(page.blocks):
        return False
    block = page.blocks[mark.index]
    if block.box is not mark.box or block.chars > LONGEST_TOOLBAR:
        return False
    return bool(_TOOLBAR.search(block.text)) and not read_credit(block.text)


def _in_text_box(page: Survey, mark: Mark, index: int) -> bool:
    """Whether an image stands in the box that holds a block, or not far below it."""
    around = {id(box) for box in list(page.blocks[index].box.ancestors())[:3]}
    return any(id(box) in around for box in list(mark.box.ancestors())[:6])


def _marked_caption(page: Survey, mark: Mark, usual: Collection[str]) -> tuple[int, ...]:
    """The blocks that the markup names as the caption of an image; none where it names none."""
    figure = next((box for box in list(mark.box.ancestors())[:8] if box.tag == "figure"), None)
    if figure is not None:
        return _within_figure(page, figure)
    named = _named_caption(page, mark)
    if named:
        return named
    below = _cell_below(page, mark)
    return _row_beside(page, mark, usual) if below is None else below


def _plain_caption(page: Survey, mark: Mark, usual: Collection[str]) -> tuple[int, ...]:
    """The line right below an image, where its looks or its length make it a caption."""
    if mark.index < len(page.blocks):
        block = page.blocks[mark.index]
        if _is_plain_caption(page, block, usual) and not _speaks_of_page(block, mark):
            return (block.index,)
    return ()


def _speaks_of_page(block: TextBlock, mark: Mark) -> bool:
    """Whether the line below an image is a form, a counter or the head of another list."""
    if _PHOTO_WORDS.match(block.text) or read_credit(block.text):
        return False
    around = {id(box) for box in mark.box.ancestors()}
    for box in block.box.ancestors():
        if id(box) in around:
            break
        if box.tag == "form" or is_surely_outside(box):
            return True
    said = NOISE_LINE.match(block.text) or END_LINE.match(block.text)
    # "Chia sẻ kinh nghiệm nuôi tôm" is a caption, "Chia sẻ" a button.
    return said is not None and said.end() >= 0.5 * block.chars


def _within_figure(page: Survey, figure: Box) -> tuple[int, ...]:
    blocks = page.blocks[figure.first : figure.last]
    captions = [block for block in blocks if _lies_in(block, "figcaption", figure)]
    if not captions and sum(block.chars for block in blocks) > LONGEST_CAPTION:
        return ()  # a figure that was never closed runs on over the text
    return tuple(block.index for block in captions or blocks)


def _lies_in(block: TextBlock, tag: str, end: Box) -> bool:
    for box in block.box.ancestors():
        if box is end:
            return False
        if box.tag == tag:
            return True
    return False


def _named_caption(page: Survey, mark: Mark) -> tuple[int, ...]:
    """The next block, where a box around it is named as a caption."""
    for block in page.blocks[mark.index : mark.index + 2]:
        boxes = list(block.box.ancestors())[:3]
        if block.chars <= LONGEST_CAPTION:
            for box in boxes:
                if not CAPTION_WORDS.isdisjoint(box.words) and box.last - box.first <= 3:
                    return tuple(range(max(box.first, mark.index), box.last))
    return ()


def _cell_below(page: Survey, mark: Mark) -> tuple[int, ...] | None:
    """The text below an image in a grid: a row of images over one of captions; None if in none."""
    cell = next(mark.element.iterancestors("td", "th", "table"), None)
    row = cell.getparent() if cell is not None and cell.tag != "table" else None
    below = row.getnext() if row is not None and row.tag == "tr" else None
    if cell is None or row is None or below is None or below.tag != "tr":
        return None
    if not 2 <= len(row) == len(below) <= MOST_COLUMNS or next(below.iter("img"), None) is not None:
        return None
    if sum(1 for other in row if next(other.iter("img"), None) is not None) < 2:
        return None
    under = below[row.index(cell)]
    blocks = [
        block
        for block in page.blocks[mark.index : mark.index + 2 * MOST_COLUMNS]
        if any(box.element is under for box in islice(block.box.ancestors(), 4))
    ]
    short = sum(block.chars for block in blocks) <= LONGEST_CAPTION
    return tuple(block.index for block in blocks) if short else ()


def _row_beside(page: Survey, mark: Mark, usual: Collection[str]) -> tuple[int, ...]:
    """The text of a small table that was laid around an image to hold its caption."""
    for box in list(mark.box.ancestors())[:6]:
        if box.tag == "table":
            blocks = page.blocks[max(box.first, mark.index) : box.last]
            whole = page.blocks[box.first : box.last]
            if 1 <= len(whole) <= 12 and all(block.chars <= LONGEST_CAPTION for block in whole):
                if not blocks and _is_framed(box):
                    return (box.first,)
                if blocks and not _is_row_of_text(page, blocks[0], whole, usual):
                    return (blocks[0].index,)
            return ()
    return ()


def _is_row_of_text(
    page: Survey, block: TextBlock, table: Sequence[TextBlock], usual: Collection[str]
) -> bool:
    """Whether a row below an image goes on with the text: some texts are laid out in a table."""
    if not _is_sentence(block) or _looks_apart(page, block, usual):
        return False
    others = any(other.images == 0 and _is_sentence(other) for other in table)
    return others or block.chars > LONGEST_PLAIN_CAPTION


def _is_sentence(block: TextBlock) -> bool:
    """Whether a block is long enough for a sentence, and ends as one."""
    if block.chars < SHORTEST_SENTENCE or not _SENTENCE_END.search(block.text):
        return False
    return not read_credit(block.text)


def _looks_apart(page: Survey, block: TextBlock, usual: Collection[str]) -> bool:
    """Whether a block is set apart from the running text, and from the paragraph below it."""
    looks = [look for look in LOOKS if look not in usual and getattr(block, look) > 0.8]
    if looks and _is_sentence(block):
        for below in page.blocks[block.index + 1 : block.index + 2]:
            if below.images == 0 and _is_sentence(below):
                looks = [look for look in looks if getattr(below, look) <= 0.8]
    return bool(looks)


def _is_framed(table: Box) -> bool:
    """Whether a table holds one image and one short line: a caption may stand above it, too."""
    if table.last - table.first != 1:
        return False
    return sum(1 for _ in islice(table.element.iter("img"), 2)) == 1


def _is_plain_caption(page: Survey, block: TextBlock, usual: Collection[str]) -> bool:
    """Whether the line right below an image is its caption by its looks, or by its length."""
    if block.heading or block.link_share > 0.5 or block.chars > LONGEST_CAPTION:
        return False
    if block.chars <= LONGEST_PLAIN_CAPTION and read_credit(block.text):
        return True
    if _looks_apart(page, block, usual):
        return True
    return (
        block.chars <= LONGEST_PLAIN_CAPTION
        and block.bold < 0.5
        and block.text[-1] not in '.!?:;…"”'
        and not _is_signed_sentence(block)
    )


def _is_signed_sentence(block: TextBlock) -> bool:
    """Whether a block is a sentence with a name set apart behind it: the article's end."""
    if not (block.bold > 0 or 0 < block.italic < 0.5 or 0 < block.right < 0.5):
        return False
    return _INNER_END.search(block.text, SHORTEST_SENTENCE) is not None


def _usual_looks(found: Survey, kept: Collection[int]) -> frozenset[str]:
    """How the running text itself is set, and so no caption can be told by."""
    text = [found.blocks[i] for i in kept if found.blocks[i].chars > LONGEST_PLAIN_CAPTION]
    if not text:  # lines right below images are captions, and on some pages most of the text
        lines = (found.blocks[i] for i in kept)
        text = [block for block in lines if not block.images and _is_sentence(block)]
        text = text if len(text) > 1 else []  # a lead alone is often set in its own way
    return frozenset(
        looks
        for looks in LOOKS
        if text and sum(getattr(block, looks) > 0.8 for block in text) > len(text) / 2
    )


def read_credit(caption: str) -> str | None:
    """Who took the picture, from "… Ảnh: Lê Hiếu." and its like."""
    match = _CREDIT.search(caption) or _CREDIT_NO_COLON.search(caption)
    if match is None:
        return None
    who = match["who"].strip(" .,;-–")
    dotted = caption[match.start("who") :].lstrip(" .,;-–").startswith(f"{who}.")
    return f"{who}." if dotted and _INITIAL.search(who) else who or None


def is_ornament(image: etree._Element) -> bool:
    """Whether an image is an icon, a spacer or a counter by its size or its file's name."""
    for side in ("width", "height"):
        pixels = (image.get(side) or "").strip().removesuffix("px")
        if pixels.isdigit() and int(pixels) < SMALLEST_IMAGE:
            return True
    source = _source(image)
    link = next(image.iterancestors("a"), None)
    if link is not None and _FILE.search((link.get("href") or "").partition("?")[0]):
        return True  # the sign of an attachment
    return source is None or bool(_NO_PHOTO.search(source.partition("?")[0]))


def address(image: etree._Element, page: Page) -> str | None:
    """The absolute address of an image, of a lazily loaded one too; None where there is none."""
    return page.absolute(_source(image))


def _source(image: etree._Element) -> str | None:
    for name in (*_LAZY, "src", "srcset"):
        value = (image.get(name) or "").strip()
        if value and not value.startswith(("data:", "about:", "javascript:")):
            if name.endswith("srcset"):
                value = value.split(",")[-1].strip().split(" ")[0]
            if value:
                return value
    return None
