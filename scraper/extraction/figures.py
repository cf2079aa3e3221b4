"""The images of an article with what stands under them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Box, Mark, Survey, TextBlock, word_set
from scraper.extraction.captions import (
    CAPTION_WORDS,
    LONGEST_CAPTION,
    marked_caption,
    plain_caption,
    usual_looks,
)
from scraper.extraction.credits import (
    are_names,
    bare_credit,
    is_credit,
    is_labelled_credit,
    read_caption,
    read_credit,
)
from scraper.extraction.page import Page
from scraper.extraction.pictures import PICTURE_FILE, address, photograph
from scraper.extraction.surroundings import (
    END_LINE,
    FRAME_TAGS,
    NOISE_LINE,
    is_outside,
    is_surely_outside,
)
from scraper.records import Figure

MOST_IMAGES = 2_000
NEAR = 8  # blocks above the title or the text; what stands higher is the page's head
LONGEST_MARKED_CAPTION = 2_000  # characters under <figcaption>; photo stories tell in them
WIDEST_FRAME = 6  # blocks of a box that holds one image and its caption
LONGEST_TOOLBAR = 60  # characters
# Words that name a box of figures as often as one beside the article.
_FIGURE_WORDS = CAPTION_WORDS | word_set(
    "credit swiper carousel prev previous share social overlay modal"
)
_WHOLE_PAGE = ("html", "body", "form", "main")
_NO_FRAMES = FRAME_TAGS | {"td", "th", "tr", "table", "article", "section"}
# "IMG_2231.JPG" or "1": what the editor left under an image without writing a caption.
_FILE_NAME = re.compile(
    r"(?i)[\w()&+%. -]{1,80}\.(?:jpe?g|png|gif|bmp|webp|tiff?)"
    r"|(?:img|dsc|image|anh|pic)?[_ -]?\d+"
)
_TOOLBAR = re.compile(
    r"(?i)\b(?:cỡ chữ|(?:font|text) size|in (?:trang|bài)|bản in|gửi (?:email|bài|tin))\b"
    r"|^(?:chia sẻ|print|share)\b\W*$"
)
_FRAME_NAME = re.compile(
    r"(?i)image|(?<![a-z])img|photo|fotos?(?![a-z])|bild|picture|figure|media(?!n)|thumbnail|caption|legend"
)
_CAPTION_NAME = re.compile(
    r"(?i)caption|legend[ea]?(?![a-z])|leyenda|sub-?title|description|bild-?(?:unter|text|legende)"
    r"|cutline|pie-?(?:de-?)?foto|epigraf|didascalia|bijschrift|keterangan|chu-?thich|img-info"
)


_BUTTON = re.compile(
    r"(?i)\W*(?:(?:video|audio|fotos?|photos?|images?|bild(?:er)?|watch(?: now)?|play|live(?:blog)?"
    r"|galerie|gallery|slideshow|ảnh|hình)\W*$"
    r"|(?:(?:press enter or )?click|tap|view image|open image|enlarge|bild vergrößern|phóng to"
    r"|xem ảnh|ampliar|agrandir|ingrandisci)\b|.*\b(?:permalink|copy link)\b)"
)
SHORTEST_TELLING = 12  # characters
LONGEST_BUTTON = 90  # characters
_BYLINE = re.compile(r"(?:Von|By|Par|Por|Di|Door|Af|Av)\s+[A-ZÀ-Ỹ][^.]{2,60}$")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure, and the blocks that its caption took."""

    figure: Figure
    blocks: tuple[int, ...]


@dataclass(slots=True, eq=False)
class _Candidate:
    """An image or a <figure>, and what marks its caption."""

    index: int  # of the block before which it stands
    box: Box  # the figure, or the box around the image
    mark: Mark | None
    captions: list[Box] = field(default_factory=list)  # its <figcaption>s
    image: etree._Element | None = None
    frame: Box | None = None  # a box around image and caption that is named for images

    @property
    def is_figure(self) -> bool:
        return self.box.tag == "figure"


@dataclass(frozen=True, slots=True)
class _Caption:
    text: str | None = None
    credit: str | None = None
    blocks: tuple[int, ...] = ()


class _Text:
    """Where title and text stand."""

    def __init__(self, found: Survey, kept: Sequence[int], title: int | None) -> None:
        self.found = found
        self.first, self.last = kept[0], kept[-1]
        self.title = title if title is not None and title < self.first else None
        self.top = self.first if self.title is None else self.title
        self.scope = found.blocks[self.first].box  # holds title and text
        for box in self.scope.ancestors():
            self.scope = box
            if box.first <= self.top and box.last > self.last:
                break
        self.around = [  # what an image in the head of the article may stand in
            box for box in islice(self.scope.ancestors(), 3) if box.tag not in _WHOLE_PAGE
        ]


def read_figures(
    found: Survey,
    kept: Sequence[int],
    *,
    page: Page,
    title: int | None = None,
    never: Collection[int] = (),
) -> tuple[FoundFigure, ...]:
    """The figures that stand within the text or open it, in reading order.

    `kept` are the blocks of the text, captions among them; `title` is the title's block; `never`
    are blocks that are something else than captions.
    """
    if not kept:
        return ()
    text = _Text(found, kept, title)
    candidates = [it for it in _candidates(text) if _belongs(text, it, page)]
    if not candidates:
        return ()
    usual = usual_looks(found, kept)
    captions = [_marked(text, it, usual) for it in candidates]
    pairs = list(zip(candidates, captions, strict=True))
    if not any(it.index >= text.first and caption.blocks for it, caption in pairs):
        # A page marks all captions of its text, or none.
        captions = [
            caption if caption.blocks else _plain(found, it, usual) for it, caption in pairs
        ]
    return _assembled(candidates, captions, page=page, never=never)


def _assembled(
    candidates: Sequence[_Candidate],
    captions: Sequence[_Caption],
    *,
    page: Page,
    never: Collection[int],
) -> tuple[FoundFigure, ...]:
    """The figures, each block once, and each image that has no caption."""
    figures: list[tuple[Figure, list[int]]] = []
    taken = set(never)
    seen: set[str | None] = {None}
    for candidate, caption in zip(candidates, captions, strict=True):
        image = _image(candidate, page)
        blocks = [i for i in caption.blocks if i not in taken]
        taken.update(blocks)
        text = caption.text if blocks or not caption.blocks else None
        if text is not None and image is None and any(text == it.caption for it, _ in figures):
            text = None  # once more, for a window that shows the image larger
        if text is None and image in seen:
            if figures:
                figures[-1][1].extend(blocks)
            continue
        seen.add(image)
        credit = caption.credit or read_credit(text or "")
        figures.append((Figure(image=image, caption=text, credit=credit), blocks))
    return tuple(FoundFigure(figure, tuple(blocks)) for figure, blocks in figures)


def _image(candidate: _Candidate, page: Page) -> str | None:
    if candidate.image is not None:
        return address(candidate.image, page)
    if candidate.is_figure:  # an image for readers without scripts
        images = map(photograph, candidate.box.element.iter("img", "amp-img"))
        image = next((it for it in images if it is not None), None)
        return None if image is None else address(image, page)
    return None


def _candidates(text: _Text) -> list[_Candidate]:
    """The images, <figure>s and <figcaption>s near the text, in reading order."""
    found = text.found
    low, high = max(0, text.top - NEAR), text.last + 1
    marks = found.images
    marks = marks[
        bisect_left(marks, low, key=_mark_index) : bisect_right(marks, high, key=_mark_index)
    ]
    boxes = found.boxes
    boxes = boxes[
        bisect_left(boxes, low, key=_box_first) : bisect_right(boxes, high, key=_box_first)
    ]
    figures: dict[int, _Candidate] = {}
    floating: list[Box] = []
    for box in boxes:
        if box.tag == "figure":
            figures[id(box)] = _Candidate(box.first, box, None)
        elif box.tag == "figcaption":
            figure = _figure_around(box)
            if figure is None:
                floating.append(box)
            else:
                figures.setdefault(id(figure), _Candidate(box.first, figure, None)).captions.append(
                    box
                )
    alone: list[_Candidate] = []
    for mark in marks[:MOST_IMAGES]:
        image = photograph(mark.element)
        if image is None:
            continue
        figure = _figure_around(mark.box)
        if figure is None:
            frame = _frame(text, mark)
            alone.append(_Candidate(mark.index, mark.box, mark, image=image, frame=frame))
        else:
            candidate = figures.setdefault(id(figure), _Candidate(mark.index, figure, None))
            if candidate.mark is None:
                candidate.mark, candidate.image = mark, image
    for candidate in figures.values():
        if candidate.mark is not None and not candidate.captions:
            if candidate.box.first == candidate.box.last:
                candidate.frame = _frame(text, candidate.mark)
    whole = [it for it in figures.values() if it.mark or it.captions or _has_unseen_image(it.box)]
    whole.extend(alone)
    whole.sort(key=_candidate_index)
    for box in floating:
        _attach(box, whole)
    return whole


def _mark_index(mark: Mark) -> int:
    return mark.index


def _box_first(box: Box) -> int:
    return box.first


def _candidate_index(candidate: _Candidate) -> int:
    return candidate.index


def _figure_around(box: Box) -> Box | None:
    """The innermost <figure> around a box, not far up."""
    around: Box | None = box
    for _ in range(10):
        if around is None:
            return None
        if around.tag == "figure":
            return around
        around = around.parent
    return None


def _has_unseen_image(figure: Box) -> bool:
    """Whether a figure has an image for readers without scripts only."""
    return next(figure.element.iter("img", "figure"), figure.element).tag == "img" or (
        next(figure.element.iter("noscript"), None) is not None
    )


def _attach(caption: Box, candidates: list[_Candidate]) -> None:
    """Give a <figcaption> outside of any <figure> to the image before it; else it stands alone."""
    around = caption.parent
    near = [it for it in candidates if caption.first - 2 <= it.index <= caption.first]
    for _ in range(3):
        if around is None:
            break
        for it in reversed(near):
            if (not it.captions or caption in it.captions) and around in it.box.ancestors():
                it.captions.append(caption)
                return
        around = around.parent
    for it in reversed(near):  # <figcaption>…</figcaption><figcaption>Foto: …</figcaption>
        if it.captions and it.captions[-1].parent is caption.parent:
            it.captions.append(caption)
            return
    position = sum(it.index <= caption.first for it in candidates)
    candidates.insert(position, _Candidate(caption.first, caption, None, [caption]))


def _belongs(text: _Text, it: _Candidate, page: Page) -> bool:
    """Whether a candidate stands between the lines above the text and the one after its end."""
    if _stands_beside(text, it.box):
        return False
    if it.mark is not None and not it.is_figure and _stands_in_toolbar(text.found, it.mark):
        return False
    if text.first <= it.index <= text.last:
        return True
    if it.index > text.last:  # a last image, with its caption or without
        return _in_text_box(text.found, it.box, text.last)
    marked = bool(it.captions) or it.is_figure or it.frame is not None
    if text.title is not None and it.index > text.title and marked:
        return True
    if it.mark is not None and _is_thumbnail(it.mark, page):
        return False
    if marked or _is_named(text.found, it):
        return any(around in text.around for around in it.box.ancestors())
    if it.index < text.first - 6 or it.mark is None:
        return False
    return _in_text_box(text.found, it.box, text.first) or _opens_the_article(
        text.found, it.mark, text.first
    )


def _is_named(found: Survey, it: _Candidate) -> bool:
    """Whether the next line is named as a caption."""
    for block in found.blocks[it.index : it.index + 1]:
        return not CAPTION_WORDS.isdisjoint(block.box.words)
    return False


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
    if not href or href.startswith(("#", "javascript:")) or PICTURE_FILE.search(href):
        return False
    return page.url is None or page.absolute(href) != page.url


def _stands_beside(text: _Text, box: Box) -> bool:
    """Whether a box around the image, that does not hold the text, is one for other things."""
    around: Box | None = box
    while around is not None:
        if around.first <= text.first and text.last < around.last:
            return False
        if is_outside(around) and around.tag != "figcaption" and not _is_frame(around):
            if _FIGURE_WORDS.isdisjoint(around.words) or is_surely_outside(around):
                return True
        around = around.parent
    return False


def _is_frame(box: Box) -> bool:
    """Whether a box is named for an image, whatever else its names say of its place."""
    if box.last - box.first > WIDEST_FRAME or box.tag in ("aside", "nav", "footer"):
        return False
    names = box.element.get("class")
    return names is not None and _names_frame(names)


@lru_cache(maxsize=4096)
def _names_frame(names: str) -> bool:
    return _FRAME_NAME.search(names) is not None


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
    around = {id(it) for it in list(page.blocks[index].box.ancestors())[:3]}
    return any(id(it) in around for it in list(box.ancestors())[:6])


def _marked(text: _Text, it: _Candidate, usual: Collection[str]) -> _Caption:
    """The caption that the markup names; none where it names none."""
    found = text.found
    said = _Caption()
    if it.captions:
        said = _of_elements(found, it.captions, it.box if it.is_figure else None)
        if said.text or it.frame is None:
            return said
    frame = it.frame or (it.box if it.is_figure else None)
    if frame is not None:
        caption = _of_frame(found, frame)
        return replace(caption, credit=said.credit or caption.credit)
    if it.mark is None:
        return _Caption()
    blocks = marked_caption(found, it.mark, usual)
    if blocks and not CAPTION_WORDS.isdisjoint(found.blocks[blocks[0]].box.words):
        return _of_elements(found, [found.blocks[blocks[0]].box], None)
    return _of_blocks(found, blocks)


def _plain(found: Survey, it: _Candidate, usual: Collection[str]) -> _Caption:
    if it.mark is None or it.is_figure:
        return _Caption()
    return _of_blocks(found, plain_caption(found, it.mark, usual))


def _of_blocks(found: Survey, blocks: Sequence[int]) -> _Caption:
    lines = [found.blocks[i].text for i in blocks]
    text = " ".join(line for line in lines if not _says_nothing(line))
    if is_credit(text):
        return _Caption(None, bare_credit(text), tuple(blocks))
    return _Caption(text or None, None, tuple(blocks))


def _of_elements(found: Survey, captions: Sequence[Box], figure: Box | None) -> _Caption:
    """What <figcaption>s say, each once, and the credit beside them."""
    texts: list[str] = []
    credit = None
    blocks: list[int] = []
    for box in captions:
        if (
            sum(block.chars for block in found.blocks[box.first : box.last])
            > LONGEST_MARKED_CAPTION
        ):
            continue
        blocks.extend(range(box.first, box.last))
        text, said = read_caption(box.element)
        if text and is_credit(text) and texts:
            text, said = "", bare_credit(text)
        credit = credit or said
        if text and text not in texts and not _says_nothing(text):
            texts.append(text)
    for block in found.blocks[figure.first : figure.last] if figure is not None else ():
        if block.index not in blocks and (is_credit(block.text) or are_names(block.text)):
            credit = credit or bare_credit(block.text)
            blocks.append(block.index)
    text = " ".join(texts)
    if text and is_credit(text):
        text, credit = "", credit or bare_credit(text)
    return _Caption(text or None, credit, tuple(blocks))


def _of_frame(found: Survey, frame: Box) -> _Caption:
    """What is named as a caption within the box of an image, else all that it says."""
    blocks = found.blocks[frame.first : frame.last]
    if not blocks or sum(block.chars for block in blocks) > LONGEST_CAPTION:
        return _Caption()  # a figure that was never closed runs on over the text
    texts, credit = [], None
    named = _named_elements(frame.element)
    for element in named or [frame.element]:
        text, said = read_caption(element)
        credit = credit or said
        if text and is_credit(text):
            text, credit = "", credit or bare_credit(text)
        if text and text not in texts and not _says_nothing(text):
            texts.append(text)
    if credit is None:
        credit = read_caption(frame.element)[1] or next(
            (bare_credit(it.text) for it in blocks if is_credit(it.text)), None
        )
    whole = " ".join(texts)
    if not named and credit is None and frame.tag != "figure" and not _tells(whole):
        whole = ""  # a name, a number, a button: no caption, and no text
    return _Caption(whole or None, credit, tuple(block.index for block in blocks))


def _tells(text: str) -> bool:
    """Whether a line of which nothing but its place says so reads as a caption."""
    return len(text) >= SHORTEST_TELLING and text.count(" ") >= 2 and not are_names(text)


def _says_nothing(line: str) -> bool:
    """Whether a line under an image says nothing of it: a file's name, a button, who wrote."""
    return len(line) <= LONGEST_BUTTON and bool(
        _FILE_NAME.fullmatch(line) or _BUTTON.match(line) or _BYLINE.match(line)
    )


def _named_elements(frame: etree._Element) -> list[etree._Element]:
    """The outermost elements in the box of an image that are named as a caption."""
    named: list[etree._Element] = []
    for element in frame.iter("span", "div", "p", "figcaption", "small", "em"):
        names = element.get("class")
        if element is frame or not names or not _CAPTION_NAME.search(names):
            continue
        if next(element.iter("img", "picture", "noscript"), None) is not None:
            continue
        if not named or named[-1] not in element.iterancestors():
            named.append(element)
    return named


def _frame(text: _Text, mark: Mark) -> Box | None:
    """The box around an image and a few short lines that is named for images, or has a credit."""
    best: Box | None = None
    for box in mark.box.ancestors():
        if box.tag in _NO_FRAMES or box.last - box.first > WIDEST_FRAME:
            break
        if box.first <= text.first and text.last < box.last:
            break
        blocks = text.found.blocks[box.first : box.last]
        if not blocks:
            continue
        if sum(block.chars for block in blocks) > LONGEST_CAPTION or any(
            map(_is_no_caption, blocks)
        ):
            break
        if _is_frame(box) or _has_credit(blocks):
            best = box
    return best


def _has_credit(blocks: Sequence[TextBlock]) -> bool:
    """Whether one of two or three lines is a credit and nothing else."""
    return 2 <= len(blocks) <= 3 and any(is_labelled_credit(block.text) for block in blocks)


def _is_no_caption(block: TextBlock) -> bool:
    """Whether a line in the box of an image is a headline, a link, a button."""
    if block.heading or block.link_share > 0.5 or _BYLINE.match(block.text):
        return True
    said = NOISE_LINE.match(block.text) or END_LINE.match(block.text)
    return said is not None and said.end() >= 0.5 * block.chars and not is_credit(block.text)
