"""From blocks of a page to the blocks of an article: kinds, and table rows in one piece."""

from __future__ import annotations

from collections.abc import Iterable

from scraper.extraction.blocks import Box, TextBlock
from scraper.records import CELLS_PARTED_BY, Block, BlockKind


def as_blocks(text: Iterable[tuple[TextBlock, str]]) -> tuple[Block, ...]:
    """Blocks with their text as the article's; a row of a table of data becomes one block."""
    made: list[Block] = []
    row: Box | None = None
    cells: dict[Box | None, Box | None] = {None: None}  # by the box around a block's own
    kinds: dict[Box | None, BlockKind] = {None: "paragraph"}
    for block, words in text:
        box = block.box
        around = box.parent
        if around not in cells:
            cells[around] = _cell(around)
            kinds[around] = _kind_within(around)
        its_row = _row_of(box if box.tag in _CELLS else cells[around])
        if its_row is not None and its_row is row:
            made[-1] = Block(kind="table", text=made[-1].text + CELLS_PARTED_BY + words)
            continue
        row = its_row
        if row is not None:
            kind: BlockKind = "table"
        elif block.heading:
            kind = "heading"
        else:
            kind = _KINDS.get(box.tag) or kinds[around]
        made.append(Block(kind=kind, text=words))
    return tuple(made)


_CELLS = ("td", "th")
# What the tag of a box makes of the text in it, if none further inside says.
_KINDS: dict[str, BlockKind] = {
    "li": "item",
    "dd": "item",
    "dt": "item",
    "blockquote": "quote",
    **dict.fromkeys(("td", "article", "main", "body", "table"), "paragraph"),
}


def _cell(box: Box | None) -> Box | None:
    """The innermost cell around a box."""
    while box is not None and box.tag not in _CELLS:
        box = box.parent
    return box


def _row_of(cell: Box | None) -> Box | None:
    """The row of a table of data to which a cell with one block belongs.

    Old pages are laid out by tables: a cell that holds several blocks, or a row of one cell, is
    layout.
    """
    if cell is None or cell.last - cell.first > 1 or cell.parent is None:
        return None
    row = cell.parent
    if row.tag != "tr" or row.last - row.first < 2:
        return None
    return row


def _kind_within(box: Box | None) -> BlockKind:
    """What a block is in an article's text, by the boxes around it."""
    while box is not None:
        kind = _KINDS.get(box.tag)
        if kind is not None:
            return kind
        box = box.parent
    return "paragraph"
