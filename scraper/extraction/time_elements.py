"""The <time datetime="…"> of a page, and the like: machines' dates in the blocks that print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

from lxml import etree

from scraper.extraction.blocks import Box, TextBlock
from scraper.vietnamese.dates import Moment, read_date

Label = Literal["published", "updated"]

_MOST_ELEMENTS = 500
_LONGEST_BOX = 20  # blocks that are looked through for an element's text
_PUBLISHED = re.compile(r"publi|pubdate|entry-?date|post-?date|issued|created", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
_COMPACT = re.compile(
    r"\s*(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T?(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2}))?)?\s*$"
)
_UNIX_DATE = re.compile(r"([A-Z][a-z]{2} [0-9]{1,2}) ([0-9:]{5,8})(?: [A-Z]{3,5})? ([0-9]{4})")
_ONE_FIGURE = re.compile(r"(?<=:)(?=[0-9](?![0-9]))")  # "23:15:0Z"
_SECONDS = re.compile(r"\s*(1[0-9]{9})([0-9]{3})?\s*$")  # since 1970: from 2001 to 2033


@dataclass(frozen=True, slots=True)
class Marked:
    """A moment that an element gives, and what its names call it."""

    moment: Moment
    label: Label | None


def read_machine_date(text: str, *, latest: date | None) -> Moment | None:
    """A date from markup: also 20180614T0722, "Thu Jun 14 07:22:11 ICT 2018", 06/14/2018."""
    text = text[:100]
    seconds = _SECONDS.match(text)
    if seconds:
        at = datetime(1970, 1, 1) + timedelta(seconds=int(seconds[1]))
        text = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    if ":" in text:
        text = _ONE_FIGURE.sub("0", text)
        text = _UNIX_DATE.sub(r"\1 \3 \2", text)
    compact = _COMPACT.match(text)
    if compact:
        year, month, day, hour, minute, second = compact.groups()
        clock = f"T{hour}:{minute}" + (f":{second}" if second else "") if hour else ""
        text = f"{year}-{month}-{day}{clock}"
    return read_date(text, latest=latest) or read_date(text, latest=latest, month_first=True)


def marked_dates(
    tree: etree._Element, blocks: Sequence[TextBlock], *, latest: date | None
) -> dict[int, list[Marked]]:
    """The dates of such elements by the index of the block that they stand in."""
    boxes: dict[etree._Element, Box] = {}
    found: dict[int, list[Marked]] = {}
    for element in islice(tree.iter("time", "abbr", "relative-time", "time-ago"), _MOST_ELEMENTS):
        value = element.get("datetime") or (element.get("title") if element.tag == "abbr" else "")
        if not value:
            continue
        if not boxes:
            boxes = {block.box.element: block.box for block in blocks}
        block = _block_of(element, boxes, blocks)
        moment = read_machine_date(value, latest=latest) if block else None
        if block is not None and moment is not None:
            found.setdefault(block.index, []).append(Marked(moment, _label(element)))
    return found


def _block_of(
    element: etree._Element, boxes: dict[etree._Element, Box], blocks: Sequence[TextBlock]
) -> TextBlock | None:
    """The block that holds an element's text; None where it is none of `blocks`."""
    box = boxes.get(element)
    if box is None:
        around = islice(element.iterancestors(), 30)
        box = next((boxes[above] for above in around if above in boxes), None)
    text = " ".join("".join(element.itertext()).split())
    if box is None or not text:
        return None
    first = blocks[0].index
    inside = blocks[max(0, box.first - first) : max(0, min(box.last, box.first + _LONGEST_BOX) - first)]
    return next((block for block in inside if text in block.text), None)


def _label(element: etree._Element) -> Label | None:
    names = f"{element.get('class', '')} {element.get('itemprop', '')}"
    published, updated = _PUBLISHED.search(names), _UPDATED.search(names)
    if published and updated:  # WordPress: <time class="entry-date published updated">
        return None
    if published or element.get("pubdate") is not None:
        return "published"
    return "updated" if updated else None
