"""How much the place of a date on its page speaks for it, and what that place is called."""

from __future__ import annotations

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.surroundings import INSIDE_WORDS

# Words of class and id around dates that are not the article's.
_OTHER_WORDS = word_set(
    "related recommended popular trending mostread latest sidebar comment comments footer nav menu"
    " teaser teasers promo widget calendar weather clock copyright carousel slider ticker breaking"
    " tinlienquan lienquan tinkhac docnhieu tinmoi moinhat binhluan event events upcoming"
    " archive archives navbar dropdown modal popup cookie newsletter newslist"
)
_SURELY_OTHER = word_set("related comment comments nav menu sidebar calendar clock")
_DATE_WORDS = word_set(
    "date dates time datetime published pubdate publish timestamp dateline byline meta postmeta"
    " entrymeta ngay ngaydang thoigian posted postdate articledate datum artikeldatum fecha"
    " submitted metadata postmetadata postinfo dato tarih tanggal created"
)
_MANY_LEVELS = 8  # of boxes whose names are looked at
_NEAR_LEVELS = 4  # of boxes whose names tell of the block itself


def score_of_place(
    block: TextBlock,
    *,
    title: int | None,
    first: int,
    last: int,
    labelled: bool,
    rest: int,
    opens: bool,
    row: bool,
) -> tuple[float, str]:
    """A date's score by its place, and that place's name.

    `title`, `first` and `last` are blocks of the article; `rest` is what the block has beside its
    dates, which it `opens` with; a `row` is one of small print.
    """
    index = block.index
    anchor = first if title is None else min(title, first)
    score, strange = score_of_names(block, first)
    linked = block.link_share > 0.6
    if title is not None and title < index < first:
        if linked:  # tags and authors are links; so are other articles
            small = rest <= 40 or labelled or (opens and score > 0)
            score -= (0.5 if score > 0 else 1.5) if small else 5.0
        score -= min(strange, 2.0)
        return score + max(3.0, 6.0 - 0.3 * (index - title)), "date line after the title"
    score -= strange
    if linked and score < 1.0 and not labelled:
        # Right above the headline a date leads to its archive, a name to its own; elsewhere links
        # lead to other stories.
        score -= 1.5 if rest <= 25 and 0 < anchor - index <= 2 else 5.0
    if first <= index <= last:
        if index - first <= 3 and (rest <= 40 or row):
            return score + 3.0, "date line at the head of the text"
        if last - index <= 2 and (rest <= 30 or (labelled and score > 0)):
            return score + 1.5, "date line at the end of the text"
        return score + (0.5 if labelled and block.chars <= 60 else -9.0), "date line in the text"
    near = nearness(block, anchor=anchor, first=first, last=last)
    if index < anchor:
        distance = anchor - index
        score += 1.6 + 2.9 * near - (0.45 if labelled else 0.5) * distance
        score += 1.0 if distance <= 2 and rest <= 30 else 0.0
        return score, "date line before the title"
    away = 0.4 * (1.0 - 0.7 * near) * (index - last)
    return score + 1.0 + 1.4 * near - (min(away, 2.4) if labelled else away), (
        "date line after the text"
    )


def score_of_names(block: TextBlock, first: int) -> tuple[float, float]:
    """(for, against) a date, by the names of the boxes around it that do not hold the article."""
    good, strange = 0.0, 0.0
    for distance, box in enumerate(block.box.ancestors()):
        if box.first <= first < box.last or distance > _MANY_LEVELS:
            break
        if not box.words:
            continue
        if distance < _NEAR_LEVELS and not _DATE_WORDS.isdisjoint(box.words):
            good = 1.0
        if not _OTHER_WORDS.isdisjoint(box.words) and (
            INSIDE_WORDS.isdisjoint(box.words) or not _SURELY_OTHER.isdisjoint(box.words)
        ):
            strange = max(strange, 4.0 if distance < _NEAR_LEVELS else 2.0)
    return good, strange


def nearness(block: TextBlock, *, anchor: int, first: int, last: int) -> float:
    """0 to 1: how little else stands in the smallest box that holds a block and the article."""
    for box in block.box.ancestors():
        if box.first <= anchor and first < box.last:
            beside = (box.last - box.first) - (last - anchor + 1)
            return 1.0 if beside <= 6 else 0.7 if beside <= 15 else 0.35 if beside <= 40 else 0.0
    return 0.0
