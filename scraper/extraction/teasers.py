"""Items of lists: a linked headline, perhaps a date, an image and a few lines, again and again."""

from __future__ import annotations

import re
from collections import Counter

from scraper.extraction.blocks import Box, Survey, TextBlock
from scraper.extraction.imprint import imprint_like

FEWEST_ITEMS = 3
SHORTEST_HEADLINE = 20  # characters; shorter links are menus and tags
LONGEST_HEADLINE = 250
LONGEST_DATE = 25
LONGEST_SENDER = 70  # characters of "Người gửi: Lê An - 3/4/2021" beside a question
LONGEST_ITEM = 700  # characters of text below a headline; more is a chapter, not a teaser
SHORTEST_TEASER = 60  # characters of a line below a headline
MOST_BESIDE_ROWS = 120  # characters; what a table of documents says of itself
_MORE = re.compile(
    r"(?i)\W*(?:(?:xem|đọc) (?:chi tiết|tiếp|thêm|toàn bộ)|chi tiết|read more|more|continue reading"
    r"|view (?:details?|more)|details)\W*$"
)
_DATE_CELL = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$")
# Behind a question that was sent in; the sentence of an article ends with a full stop.
_SENT = re.compile(r"[?!.…)\w]\s?[\[(]?[^\W\d_][^?!.]{2,60}\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\W?$")
_CLICK_LEADS = re.compile(
    r"(?i)location|window\.open|href|\b(?:go(?:to)?|view|open|xem|chitiet|detail|redirect|navigate)"
    r"\w{0,20}\("
)


def teaser_items(page: Survey) -> list[range]:
    """The items of lists of articles on a page, each as a range of block indices."""
    by_looks: dict[tuple[object, ...], list[TextBlock]] = {}
    headlines = [block for block in page.blocks if block.link_chars and _is_headline(block)]
    elsewhere = _blocks_that_lead_elsewhere(page) if len(headlines) >= FEWEST_ITEMS else ()
    for block in headlines:
        if block.index not in elsewhere:
            by_looks.setdefault(_looks(block), []).append(block)
    items: list[range] = []
    for alike in by_looks.values():
        if len(alike) >= FEWEST_ITEMS:
            items.extend(_items(page, alike))
    return items or _items_by_more(page) or _clickable_items(page) or _rows_of_documents(page)


def _is_headline(block: TextBlock) -> bool:
    """A line that is a link, but perhaps for a date or one who asks: "Lê An - 12/06/2018"."""
    if not SHORTEST_HEADLINE <= block.link_chars <= LONGEST_HEADLINE:
        return False
    beside = block.chars - block.link_chars
    if block.link_share > 0.8 or (block.link_share > 0.5 and beside <= LONGEST_DATE):
        return True
    return block.link_share > 0.3 and beside <= LONGEST_SENDER and bool(_SENT.search(block.text))


def _blocks_that_lead_elsewhere(page: Survey) -> set[int]:
    """Blocks whose links stay on this very page (a table of contents) or leave the site."""
    hosts = {mark.index: _host(mark.href or "") for mark in page.links}
    counts = Counter(host for host in hosts.values() if host and host != "#")
    own = counts.most_common(1)[0][0] if counts else ""
    return {index for index, host in hosts.items() if host and host != own}


def _host(address: str) -> str:
    """The host of an absolute address, "#" for a place on the same page, "" for the same site."""
    if address.startswith("#"):
        return "#"
    scheme, parted, rest = address.partition("//")
    if not parted or scheme not in ("http:", "https:", ""):  # most of a page's links
        return ""
    return rest.partition("/")[0].lower().removeprefix("www.")


def _looks(block: TextBlock) -> tuple[object, ...]:
    """What the headlines of one list have in common: place in the tree, tags, classes."""
    parent = block.box.parent
    named = tuple(word for word in block.box.words if not word.isdigit())
    return (block.depth, block.tag, named, parent.tag if parent else "")


def _items(page: Survey, headlines: list[TextBlock]) -> list[range]:
    """The items of one list: from a headline to the next, within the box that holds the item."""
    found: list[range] = []
    starts = [block.index for block in headlines]
    for position, block in enumerate(headlines):
        before = starts[position - 1] if position else -1
        after = starts[position + 1] if position + 1 < len(starts) else len(page.blocks)
        if block.box.first > before and block.box.last <= after:
            item = _item_box(block.box, before, after)
            first, last = item.first, item.last
            if last - first == 1 and item.parent is not None:  # flat: the next lines belong to it
                last = min(after, item.parent.last)
        else:  # lines of one box, parted by <br>
            first, last = block.index, min(after, block.box.last)
            if not any(it.chars >= SHORTEST_TEASER for it in page.blocks[first + 1 : last][:2]):
                continue
            if last < after and found:  # the last: the box may go on with other things
                last = min(last, first + max(map(len, found)))
        below = sum(page.blocks[i].chars for i in range(first, last)) - block.chars
        if below <= LONGEST_ITEM:
            found.append(range(first, last))
    return found if len(found) >= max(FEWEST_ITEMS, 0.7 * len(headlines)) else []


def _item_box(box: Box, before: int, after: int) -> Box:
    """The widest box around a headline that holds no other headline of its list."""
    best = box
    for around in box.ancestors():
        if around.first <= before or around.last > after:
            break
        best = around
    return best


def _items_by_more(page: Survey) -> list[range]:
    """Items that end with a link "Chi tiết", as their headlines are no links."""
    more = [
        block
        for block in page.blocks
        if block.link_share > 0.8 and block.chars <= LONGEST_DATE and _MORE.match(block.text)
    ]
    if len(more) < FEWEST_ITEMS:
        return []
    found: list[range] = []
    for position, block in enumerate(more):
        before = more[position - 1].index if position else -1
        after = more[position + 1].index if position + 1 < len(more) else len(page.blocks)
        if block.box.first <= before or block.box.last > after:
            return []
        item = _item_box(block.box, before, after)
        if _is_teaser(page, item):
            found.append(range(item.first, item.last))
    return found if len(found) >= max(FEWEST_ITEMS, 0.7 * len(more)) else []


def _clickable_items(page: Survey) -> list[range]:
    """Items that lead elsewhere by a script on their box."""
    boxes: dict[str, Box] = {}  # each leads to another place
    for box in page.boxes:
        click = box.element.get("onclick") if "onclick" in box.attributes else None
        if click and _CLICK_LEADS.search(click[:500]) and _is_teaser(page, box):
            boxes.setdefault(click, box)
    if len(boxes) < FEWEST_ITEMS:
        return []
    return [range(box.first, box.last) for box in boxes.values()]


def _rows_of_documents(page: Survey) -> list[range]:
    """Rows of a table of documents: a number that links to its page, a date, what it is about.

    Only where the page says little else: an article may hold such a table.
    """
    rows = [box for box in page.boxes if box.tag == "tr" and _is_document(page, box)]
    if len(rows) < FEWEST_ITEMS:
        return []
    inside = {index for row in rows for index in range(row.first, row.last)}
    beside = sum(
        block.chars - block.link_chars
        for block in page.blocks
        if block.chars > SHORTEST_TEASER and block.index not in inside
        if not imprint_like(block.text)
    )
    return [range(row.first, row.last) for row in rows] if beside < MOST_BESIDE_ROWS else []


def _is_document(page: Survey, row: Box) -> bool:
    cells = page.blocks[row.first : row.last]
    if not 3 <= len(cells) <= 8 or not any(cell.link_share > 0.8 for cell in cells):
        return False
    return any(_DATE_CELL.match(cell.text) for cell in cells)


def _is_teaser(page: Survey, box: Box) -> bool:
    """Whether a box holds more than a link, and less than an article."""
    chars = sum(block.chars for block in page.blocks[box.first : box.last])
    return SHORTEST_HEADLINE + LONGEST_DATE <= chars <= LONGEST_ITEM
