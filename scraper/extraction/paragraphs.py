"""From blocks of a page to the blocks of an article: kinds, and table rows in one piece."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.extraction.blocks import Box, TextBlock
from scraper.records import Block, BlockKind

CELLS_PARTED_BY = " | "


def as_blocks(text: Iterable[tuple[TextBlock, str]]) -> tuple[Block, ...]:
    """Blocks with their text as the article's; a row of a table of data becomes one block."""
    made: list[Block] = []
    row: Box | None = None
    for block, words in text:
        its_row = data_row(block)
        if its_row is not None and its_row is row:
            made[-1] = Block(kind="table", text=made[-1].text + CELLS_PARTED_BY + words)
            continue
        row = its_row
        made.append(Block(kind="table" if row is not None else kind_of(block), text=words))
    return tuple(made)


def data_row(block: TextBlock) -> Box | None:
    """The row of a table of data in which a block is a cell.

    Old pages are laid out by tables: a cell that holds several blocks, or a row of one cell, is
    layout.
    """
    cell: Box | None = None
    for box in block.box.ancestors():
        if box.tag in ("td", "th"):
            cell = box
            break
    if cell is None or cell.last - cell.first > 1 or cell.parent is None:
        return None
    row = cell.parent
    if row.tag != "tr" or row.last - row.first < 2:
        return None
    return row


def kind_of(block: TextBlock) -> BlockKind:
    """What a block is in an article's text."""
    if block.heading:
        return "heading"
    for box in block.box.ancestors():
        if box.tag in ("li", "dd", "dt"):
            return "item"
        if box.tag == "blockquote":
            return "quote"
        if box.tag in ("td", "article", "main", "body", "table"):
            break
    return "paragraph"
