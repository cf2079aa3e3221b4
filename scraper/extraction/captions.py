"""Which lines beside an image are its caption, where no <figure> says so."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from scraper.extraction.blocks import Box, Mark, Survey, TextBlock, word_set
from scraper.extraction.credits import read_credit
from scraper.extraction.surroundings import END_LINE, NOISE_LINE, SENTENCE_END, is_surely_outside

LONGEST_CAPTION = 600  # characters; a longer block under an image is a paragraph
LONGEST_PLAIN_CAPTION = 200  # of a line that nothing but its place marks as a caption
SHORTEST_SENTENCE = 60  # characters; a shorter line with a full stop may be a caption
MOST_COLUMNS = 12  # of a grid of images
_LIST_TAGS = frozenset(("li", "dt", "dd", "th"))
LOOKS = ("centred", "italic", "small", "coloured")
CAPTION_WORDS = word_set(
    "caption captions pcaption figcaption imgcaption imagecaption picturecaption captiontext "
    "chuthich chuthichanh legend legende legenda leyenda cutline photocaption bildunterschrift "
    "bildtext bildlegende piefoto epigrafe didascalia bijschrift imgdesc imagedesc"
)
# "IMG_2231.JPG", "1" or "anh ha": what the editor left under an image without writing a caption.
FILE_NAME = re.compile(
    r"[\w()&+%. -]{1,80}\.(?i:jpe?g|png|gif|bmp|webp|tiff?)"
    r"|(?i:img|dsc|image|anh|pic)?[_ -]?\d+|[a-z\d]{1,6}(?:[ _-][a-z\d]{1,6})?"
)
MOST_ADDED = 80  # characters of the credit by which a caption is longer when it stands twice
# Not "TS. Nguyễn Văn An": the word before the stop begins with a small letter.
_INNER_END = re.compile(r"\b[a-zà-ỹđ]{2,}[.!?…][\"”»]?\s+[A-ZÀ-ỸĐ]")
_PHOTO_WORDS = re.compile(r"(?i)photo|image|getty|©|copyright")


def marked_caption(page: Survey, mark: Mark, usual: Collection[str]) -> tuple[int, ...]:
    """The blocks that names or a table mark as the caption of an image; none where none do."""
    named = _named_caption(page, mark)
    if named:
        return named
    below = _cell_below(page, mark)
    return _row_beside(page, mark, usual) if below is None else below


def plain_caption(page: Survey, mark: Mark, usual: Collection[str]) -> tuple[int, ...]:
    """The line right below an image, where its looks or its length make it a caption."""
    if mark.index < len(page.blocks):
        block = page.blocks[mark.index]
        if _is_plain_caption(page, block, usual) and not _speaks_of_page(block, mark):
            return _with_repetition(page, block)
    return ()


def _with_repetition(page: Survey, block: TextBlock) -> tuple[int, ...]:
    """A caption, and the line below it that says the same once more with a credit."""
    for below in page.blocks[block.index + 1 : block.index + 2]:
        if 0 <= below.chars - block.chars <= MOST_ADDED and below.images == 0:
            same = below.text == block.text or read_credit(below.text) is not None
            if same and below.text.startswith(block.text.rstrip(". ")):
                return (block.index, below.index)
    return (block.index,)


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


def _named_caption(page: Survey, mark: Mark) -> tuple[int, ...]:
    """The next block, where a box around it is named as a caption."""
    for block in page.blocks[mark.index : mark.index + 2]:
        boxes = list(islice(block.box.ancestors(), 3))
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
    for box in islice(mark.box.ancestors(), 6):
        if box.tag == "table":
            if not 1 <= box.last - box.first <= MOST_COLUMNS:
                return ()
            blocks = page.blocks[max(box.first, mark.index) : box.last]
            whole = page.blocks[box.first : box.last]
            if all(block.chars <= LONGEST_CAPTION for block in whole):
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
    if block.chars < SHORTEST_SENTENCE or not SENTENCE_END.search(block.text):
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
    if block.chars <= LONGEST_PLAIN_CAPTION and (
        read_credit(block.text) or FILE_NAME.fullmatch(block.text)
    ):
        return True
    if _looks_apart(page, block, usual):
        return True
    return (
        block.chars <= LONGEST_PLAIN_CAPTION
        and block.text.count(" ") >= 2
        and block.tag not in _LIST_TAGS
        and block.bold < 0.5
        and block.text[-1] not in '.!?:;…"”'
        and not _is_signed_sentence(block)
    )


def _is_signed_sentence(block: TextBlock) -> bool:
    """Whether a block is a sentence with a name set apart behind it: the article's end."""
    if not (block.bold > 0 or 0 < block.italic < 0.5 or 0 < block.right < 0.5):
        return False
    return _INNER_END.search(block.text, SHORTEST_SENTENCE) is not None


def usual_looks(found: Survey, kept: Collection[int]) -> frozenset[str]:
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
