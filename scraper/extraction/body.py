"""Which blocks of a page are the article's text: trees and rules vote on each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from scraper.extraction.blocks import Survey, TextBlock
from scraper.extraction.features import Row, rows
from scraper.extraction.reading import Reading
from scraper.extraction.rules import Rules
from scraper.extraction.trees import Trees
from scraper.extraction.witnesses import Witnesses

RULES_WEIGHT = 0.4  # of their vote beside the trees' belief
LEAD_WEIGHT = 0.3  # more, of their vote for a lead that stands apart
SHORTEST_LEAD = 80  # characters
_ENDS = frozenset(".!?…")
LOWEST_CUT, HIGHEST_CUT = 0.3, 0.6  # beliefs; the cut between them is the page's own
# Trees that leave out most of what the rules find have not met such a page.
LEAST_OF_RULES, FEWEST_BY_RULES = 0.35, 300  # share, characters
LONGEST_LAST_LINE = 60  # characters
FURTHEST_BELOW, LONGEST_CAPTION = 8, 250  # blocks, characters
LONGEST_ITEM, LONGEST_SUBHEADING = 200, 100  # characters
_ITEM_TAGS = frozenset(("li", "td", "th", "dd", "dt"))
FEWEST_BESIDE_ITEMS = 200  # characters of text by rules, beside items that have more


@dataclass(frozen=True, slots=True)
class Body:
    """The article's text as block indices, captions among them, and what lies outside of it."""

    indices: tuple[int, ...]
    outside: tuple[bool, ...]  # for each block: in a box that surrounds articles
    items: int = 0  # teasers of other articles on the page
    item_chars: int = 0
    by_rules: tuple[int, ...] = ()  # the text as rules alone find it
    # Short lines below the text, over captions perhaps: the signature may be among them.
    below: tuple[int, ...] = ()
    beliefs: tuple[float, ...] = ()  # for each block, 0 to 1: that it is text of the article


@dataclass(frozen=True, slots=True)
class Draft:
    """The text by rules alone, and where it was found."""

    reading: Reading
    rules: Rules
    indices: tuple[int, ...]


def draft(page: Survey, title: int | None) -> Draft:
    """The text by rules, below the block that is the title."""
    rules = Rules(Reading(page, title))
    return Draft(rules.reading, rules, rules.text())


def choose(by_rules: Draft, said: Witnesses, trees: Trees) -> Body:
    """The blocks of the article's text."""
    beliefs = believe(by_rules, said, trees)
    indices = cut(by_rules, beliefs)
    return replace(
        none_of(by_rules),
        indices=indices,
        below=_lines_below(by_rules, indices),
        by_rules=by_rules.indices,
        beliefs=tuple(beliefs),
    )


def none_of(by_rules: Draft) -> Body:
    """No text, on a page that has none of its own."""
    reading = by_rules.reading
    items = [index for item in reading.items for index in item]
    outside = tuple(reading.outside)
    return Body((), outside, len(reading.items), _chars(reading.blocks, items))


def told_rows(by_rules: Draft, said: Witnesses) -> dict[int, Row]:
    """The features of each block that may be text, by its index."""
    told = said.bodies[0].text if said.bodies else ""
    descriptions = [witness.text for witness in said.descriptions]
    return rows(by_rules.reading, told_body=told, descriptions=descriptions)


def believe(by_rules: Draft, said: Witnesses, trees: Trees) -> list[float]:
    """For each block of the page how surely it is the article's text, 0 to 1."""
    beliefs = [0.0] * len(by_rules.reading.blocks)
    for index, row in told_rows(by_rules, said).items():
        beliefs[index] = trees.probability(row) - RULES_WEIGHT / 2
    for index in by_rules.indices:
        beliefs[index] += RULES_WEIGHT
    for index in _leads(by_rules):
        beliefs[index] += LEAD_WEIGHT
    for index in (*by_rules.rules.other_news, *_items_of_a_list(by_rules)):
        beliefs[index] = 0.0
    return [min(1.0, max(0.0, belief)) for belief in beliefs]


def _leads(by_rules: Draft) -> list[int]:
    """The sentences between title and text that rules take for the lead.

    Portals set it in a box of its own; trees have met more notices than leads in such places.
    """
    container, blocks = by_rules.reading.container, by_rules.reading.blocks
    return [
        index
        for index in by_rules.indices
        if container is not None
        and index < container.first
        and blocks[index].chars >= SHORTEST_LEAD
        and blocks[index].text.rstrip('"”’») ')[-1:] in _ENDS
    ]


def _items_of_a_list(by_rules: Draft) -> list[int]:
    """The teasers of a page that says more in them than in any text."""
    blocks = by_rules.reading.blocks
    items = [index for item in by_rules.reading.items for index in item]
    of_rules = _chars(blocks, by_rules.indices)
    return items if of_rules < min(FEWEST_BESIDE_ITEMS, _chars(blocks, items)) else []


def cut(by_rules: Draft, beliefs: Sequence[float]) -> tuple[int, ...]:
    """The blocks that are believed to be the text."""
    blocks, title = by_rules.reading.blocks, by_rules.reading.title
    least = _best_cut(blocks, beliefs)
    kept = [
        index
        for index, belief in enumerate(beliefs)
        if belief >= least and index != title and by_rules.rules.belongs(blocks[index])
    ]
    while kept and blocks[kept[-1]].heading:
        kept.pop()
    kept += _last_lines(by_rules, kept)
    kept = _with_items(by_rules, kept)
    of_rules = _chars(blocks, by_rules.indices)
    if of_rules >= FEWEST_BY_RULES and _chars(blocks, kept) < LEAST_OF_RULES * of_rules:
        return by_rules.indices
    return tuple(kept)


def _last_lines(by_rules: Draft, kept: Sequence[int]) -> list[int]:
    """The short lines right below the text and in its box, as rules find them.

    They are a signature, a source or a last word; trees are never sure of so few words.
    """
    found: list[int] = []
    if kept:
        blocks, of_rules = by_rules.reading.blocks, set(by_rules.indices)
        last = blocks[kept[-1]].box
        for block in blocks[kept[-1] + 1 :]:
            beside = block.box is last or block.box.parent is last.parent
            if not beside or block.index not in of_rules or block.chars > LONGEST_LAST_LINE:
                break
            found.append(block.index)
    return found


def _lines_below(by_rules: Draft, kept: Sequence[int]) -> tuple[int, ...]:
    """The short lines that rules take for text, a few blocks below the last one of the text."""
    found: list[int] = []
    if kept:
        of_rules = set(by_rules.indices)
        for block in by_rules.reading.blocks[kept[-1] + 1 :][:FURTHEST_BELOW]:
            if block.chars > LONGEST_CAPTION:
                break
            if block.index in of_rules and block.chars <= LONGEST_LAST_LINE:
                found.append(block.index)
    return tuple(found)


def _with_items(by_rules: Draft, kept: Sequence[int]) -> list[int]:
    """The text with short items, cells and headings between its blocks where rules find them.

    Trees are never sure of so few words, and a list with a hole is wrong.
    """
    blocks, of_rules = by_rules.reading.blocks, set(by_rules.indices)
    found: list[int] = []
    above = None
    for index in kept:
        if above is not None and index > above + 1:
            between = range(above + 1, index)
            if all(i in of_rules and _is_item(blocks[i]) for i in between):
                found += between
        found.append(index)
        above = index
    return found


def _is_item(block: TextBlock) -> bool:
    if block.chars > LONGEST_ITEM:
        return False
    if block.heading or block.tag in _ITEM_TAGS:
        return True
    return block.chars <= LONGEST_SUBHEADING and not block.images  # else it may be a caption


def _best_cut(blocks: Sequence[TextBlock], beliefs: Sequence[float]) -> float:
    """The belief above which blocks are kept so that precision and recall are best together.

    The text is as long as the beliefs say in sum; of each block that is kept, as much is right as
    is believed.
    """
    ordered = sorted(
        ((belief, block.chars) for belief, block in zip(beliefs, blocks, strict=True) if belief),
        reverse=True,
    )
    whole = sum(belief * chars for belief, chars in ordered)
    right = kept = best = 0.0
    least = HIGHEST_CUT
    for belief, chars in ordered:
        right += belief * chars
        kept += chars
        f1 = 2 * right / (kept + whole)
        if f1 > best:
            best, least = f1, belief
    return min(HIGHEST_CUT, max(LOWEST_CUT, least))


def _chars(blocks: Sequence[TextBlock], indices: Collection[int]) -> int:
    return sum(blocks[index].chars for index in indices)
