"""Items of lists: a linked headline, perhaps a date, an image and a few lines, again and again."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from scraper.extraction.blocks import Box, Survey, TextBlock

FEWEST_ITEMS = 3
SHORTEST_HEADLINE = 20  # characters; shorter links are menus and tags
LONGEST_HEADLINE = 250
LONGEST_DATE = 25
LONGEST_ITEM = 700  # characters of text below a headline; more is a chapter, not a teaser


def teaser_items(page: Survey) -> list[range]:
    """The items of lists of articles on a page, each as a range of block indices."""
    by_looks: dict[tuple[object, ...], list[TextBlock]] = {}
    elsewhere = _blocks_that_lead_elsewhere(page)
    for block in page.blocks:
        if _is_headline(block) and block.index not in elsewhere:
            by_looks.setdefault(_looks(block), []).append(block)
    items: list[range] = []
    for headlines in by_looks.values():
        if len(headlines) >= FEWEST_ITEMS:
            items.extend(_items(page, headlines))
    return items


def _is_headline(block: TextBlock) -> bool:
    """A line that is a link, but perhaps for a date, "(12/06/2018)"."""
    if not SHORTEST_HEADLINE <= block.link_chars <= LONGEST_HEADLINE:
        return False
    beside = block.chars - block.link_chars
    return block.link_share > 0.8 or (block.link_share > 0.5 and beside <= LONGEST_DATE)


def _blocks_that_lead_elsewhere(page: Survey) -> set[int]:
    """Blocks whose links stay on this very page (a table of contents) or leave the site."""
    hosts = {mark.index: _host(mark.element.get("href") or "") for mark in page.links}
    counts = Counter(host for host in hosts.values() if host and host != "#")
    own = counts.most_common(1)[0][0] if counts else ""
    return {index for index, host in hosts.items() if host and host != own}


def _host(address: str) -> str:
    """The host of an absolute address, "#" for a place on the same page, "" for the same site."""
    if address.startswith("#"):
        return "#"
    try:
        return urlsplit(address).netloc.lower().removeprefix("www.")
    except ValueError:
        return "#"


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
        item = _item_box(block.box, before, after)
        first, last = item.first, item.last
        if last - first == 1 and item.parent is not None:  # flat: the next lines belong to it
            last = min(after, item.parent.last)
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
