"""What the markup around an image names as its caption, and the credit beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Box, Survey
from scraper.extraction.candidates import BYLINE
from scraper.extraction.captions import FILE_NAME, LONGEST_CAPTION
from scraper.extraction.credits import are_names, bare_credit, is_credit, read_caption

LONGEST_MARKED_CAPTION = 2_000  # characters under <figcaption>; photo stories tell in them
LONGEST_BARE_CAPTION = 300  # characters in the box of an image, without credit or name
SHORTEST_TELLING = 12  # characters
MOST_ELEMENTS = 100  # of the box of an image
LONGEST_BUTTON = 90  # characters
_CAPTION_NAME = re.compile(
    r"(?i)caption|legend[ea]?(?![a-z])|leyenda|sub-?title|description|bild-?(?:unter|text|legende)"
    r"|cutline|pie-?(?:de-?)?foto|epigraf|didascalia|bijschrift|keterangan|chu-?thich|img-info"
)
_IMAGE_NAME = re.compile(r"(?i)image|(?<![a-z])img|photo|fotos?(?![a-z])|bild|picture|thumbnail")
_BUTTON = re.compile(
    r"(?i)\W*(?:(?:video|audio|fotos?|photos?|images?|bild(?:er)?|watch(?: now)?|play|live(?:blog)?"
    r"|galerie|gallery|slideshow|ảnh|hình)\W*$"
    r"|(?:(?:press enter or )?click|tap|view image|open image|enlarge|bild vergrößern|phóng to"
    r"|xem ảnh|ampliar|agrandir|ingrandisci)\b"
    r"|.*\b(?:permalink|copy link|copy to clipboard|share via)\b)"
)


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands under an image, and the blocks that it takes from the text."""

    text: str | None = None
    credit: str | None = None
    blocks: tuple[int, ...] = ()


def caption_of_blocks(found: Survey, blocks: Sequence[int]) -> Caption:
    """The caption that lines make of which no element is named."""
    lines = [found.blocks[i].text for i in blocks]
    if len(lines) == 2 and lines[1].startswith(lines[0].rstrip(". ")):
        del lines[0]  # once as the image's name, and again with a credit
    text = " ".join(line for line in lines if not _says_nothing(line))
    if is_credit(text):
        return Caption(None, bare_credit(text), tuple(blocks))
    return Caption(text or None, None, tuple(blocks))


def caption_of_elements(found: Survey, captions: Sequence[Box], figure: Box | None) -> Caption:
    """What <figcaption>s say, each once, and the credit beside them."""
    texts: list[str] = []
    credit = None
    blocks: list[int] = []
    for box in captions:
        chars = sum(block.chars for block in found.blocks[box.first : box.last])
        if chars > LONGEST_MARKED_CAPTION:
            continue
        blocks.extend(range(box.first, box.last))
        text, said = read_caption(box.element)
        if text and is_credit(text) and texts:
            text, said = "", bare_credit(text)
        credit = credit or said
        if text and text not in texts and not _says_nothing(text):
            texts.append(text)
    text = " ".join(texts)
    for block in found.blocks[figure.first : figure.last] if figure is not None else ():
        if block.index in blocks:
            continue
        if is_credit(block.text) or are_names(block.text):
            credit = credit or bare_credit(block.text)
            blocks.append(block.index)
        elif text.startswith(block.text.rstrip(". ")):  # the image's name, printed as well
            blocks.append(block.index)
    if text and is_credit(text):
        text, credit = "", credit or bare_credit(text)
    return Caption(text or None, credit, tuple(blocks))


def caption_of_frame(found: Survey, frame: Box) -> Caption:
    """What is named as a caption within the box of an image, else all that it says."""
    blocks = found.blocks[frame.first : frame.last]
    if not blocks or sum(block.chars for block in blocks) > LONGEST_CAPTION:
        return Caption()  # a figure that was never closed runs on over the text
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
    if not named and credit is None and frame.tag != "figure":
        if len(blocks) > 1 or blocks[0].chars > LONGEST_BARE_CAPTION or not _is_of_image(frame):
            return Caption()  # a paragraph with its image beside it
        if not _tells(whole):
            whole = ""  # a name, a number, a button: no caption, and no text
    return Caption(whole or None, credit, tuple(block.index for block in blocks))


def _is_of_image(frame: Box) -> bool:
    """Whether a box is named for an image alone; "media" may be an image and a text."""
    return _IMAGE_NAME.search(frame.element.get("class") or "") is not None


def _tells(text: str) -> bool:
    """Whether a line of which nothing but its place says so reads as a caption."""
    return len(text) >= SHORTEST_TELLING and text.count(" ") >= 2 and not are_names(text)


def _says_nothing(line: str) -> bool:
    """Whether a line under an image says nothing of it: a file's name, a button, who wrote."""
    return len(line) <= LONGEST_BUTTON and bool(
        FILE_NAME.fullmatch(line) or _BUTTON.match(line) or BYLINE.match(line)
    )


@lru_cache(maxsize=4096)
def _names_caption(names: str) -> bool:
    return _CAPTION_NAME.search(names) is not None


def _named_elements(frame: etree._Element) -> list[etree._Element]:
    """The outermost elements in the box of an image that are named as a caption."""
    named: list[etree._Element] = []
    elements = frame.iter("span", "div", "p", "figcaption", "small", "em")
    for element in islice(elements, MOST_ELEMENTS):
        names = element.get("class")
        if element is frame or not names or not _names_caption(names):
            continue
        if next(element.iter("img", "picture", "noscript"), None) is not None:
            continue
        if not named or named[-1] not in islice(element.iterancestors(), MOST_ELEMENTS):
            named.append(element)
    return named
