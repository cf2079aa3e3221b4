"""The images of an article with what stands under them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from scraper.extraction.blocks import Survey
from scraper.extraction.candidates import Candidate, TextPlace, candidates_near
from scraper.extraction.caption_texts import (
    Caption,
    caption_of_blocks,
    caption_of_elements,
    caption_of_frame,
)
from scraper.extraction.captions import (
    CAPTION_WORDS,
    marked_caption,
    plain_caption,
    usual_looks,
)
from scraper.extraction.credits import read_credit
from scraper.extraction.figure_places import belongs
from scraper.extraction.page import Page
from scraper.extraction.pictures import address, photograph
from scraper.records import Figure

MOST_TRIED = 20  # images of a figure without scripts


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure, and the blocks that its caption took."""

    figure: Figure
    blocks: tuple[int, ...]


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
    text = TextPlace(found, kept, title)
    candidates = [it for it in candidates_near(text) if belongs(text, it, page)]
    if not candidates:
        return ()
    lines = any(not it.captions and it.frame is None and not it.is_figure for it in candidates)
    usual = usual_looks(found, kept) if lines else frozenset()
    captions = [_marked(text, it, usual) for it in candidates]
    pairs = list(zip(candidates, captions, strict=True))
    if not any(it.index >= text.first and caption.blocks for it, caption in pairs):
        # A page marks all captions of its text, or none.
        captions = [
            caption if caption.blocks else _plain(found, it, usual) for it, caption in pairs
        ]
    return _assembled(candidates, captions, page=page, never=never)


def _assembled(
    candidates: Sequence[Candidate],
    captions: Sequence[Caption],
    *,
    page: Page,
    never: Collection[int],
) -> tuple[FoundFigure, ...]:
    """The figures, each block once, and each image that has no caption."""
    figures: list[tuple[Figure, list[int]]] = []
    taken = set(never)
    seen: set[str | None] = {None}
    said: set[str] = set()
    for candidate, caption in zip(candidates, captions, strict=True):
        image = _image(candidate, page)
        blocks = [i for i in caption.blocks if i not in taken]
        taken.update(blocks)
        text = caption.text if blocks or not caption.blocks else None
        if text is not None and image is None and text in said:
            text = None  # once more, for a window that shows the image larger
        if text is None and image in seen:
            if figures:
                figures[-1][1].extend(blocks)
            continue
        seen.add(image)
        said.add(text or "")
        credit = caption.credit or read_credit(text or "")
        figures.append((Figure(image=image, caption=text, credit=credit), blocks))
    return tuple(FoundFigure(figure, tuple(blocks)) for figure, blocks in figures)


def _image(candidate: Candidate, page: Page) -> str | None:
    if candidate.image is not None:
        return address(candidate.image, page)
    if candidate.is_figure:  # an image for readers without scripts
        images = islice(candidate.box.element.iter("img", "amp-img"), MOST_TRIED)
        image = next((it for it in map(photograph, images) if it is not None), None)
        return None if image is None else address(image, page)
    return None


def _marked(text: TextPlace, it: Candidate, usual: Collection[str]) -> Caption:
    """The caption that the markup names; none where it names none."""
    found = text.found
    said = Caption()
    if it.captions:
        said = caption_of_elements(found, it.captions, it.box if it.is_figure else None)
        if said.text or it.frame is None:
            return said
    frame = it.frame or (it.box if it.is_figure and not it.holds_figures else None)
    if frame is not None:
        caption = caption_of_frame(found, frame)
        if caption.blocks:
            return replace(caption, credit=said.credit or caption.credit)
    if it.mark is None or (it.is_figure and it.box.first < it.box.last):
        return said
    blocks = marked_caption(found, it.mark, usual)
    if blocks and not CAPTION_WORDS.isdisjoint(found.blocks[blocks[0]].box.words):
        return caption_of_elements(found, [found.blocks[blocks[0]].box], None)
    return caption_of_blocks(found, blocks)


def _plain(found: Survey, it: Candidate, usual: Collection[str]) -> Caption:
    if it.mark is None or it.is_figure:
        return Caption()
    return caption_of_blocks(found, plain_caption(found, it.mark, usual))
