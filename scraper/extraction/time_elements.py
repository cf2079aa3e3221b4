"""The <time datetime="…"> of a page, and the like: machines' dates beside the printed ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

from lxml import etree

from scraper.extraction.blocks import TextBlock
from scraper.records import Precision
from scraper.vietnamese.dates import Moment, read_date

Label = Literal["published", "updated"]

_MOST_PIECES = 20  # of an element's text: a whole page may stand in one that is not closed
_LONGEST = 120  # characters
_MOST_LEVELS = 30  # of elements around one, up to the block that it stands in
_PUBLISHED = re.compile(r"publi|pubdate|entry-?date|post-?date|issued|created", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)"
    r"(?:\.[0-9]{1,9})?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
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
    iso = _ISO.fullmatch(text)
    if iso:
        return _of_iso(iso, latest=latest)
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


def _of_iso(found: re.Match[str], *, latest: date | None) -> Moment | None:
    """The form that nearly all metadata have, read without looking for others."""
    text, clock = found.group(), found["clock"]
    precision: Precision = "day" if not clock else "second" if found["second"] else "minute"
    try:
        day = date.fromisoformat(text[:10])
        if latest is not None and day > latest + timedelta(days=1):
            return None
        if not clock:
            return Moment(day, precision, text, 0, len(text))
        value = datetime.fromisoformat(f"{text[:10]}T{clock}{found['zone'] or ''}")
    except ValueError:
        return None
    return Moment(value, precision, text, 0, len(text))


def marked_dates(
    elements: Sequence[etree._Element], blocks: Sequence[TextBlock], *, latest: date | None
) -> dict[int, list[Marked]]:
    """The dates of such elements by the index of the block that they stand in."""
    found: dict[int, list[Marked]] = {}
    for element in elements:
        value = element.get("datetime") or (element.get("title") if element.tag == "abbr" else "")
        block = _block_of(element, blocks) if value else None
        moment = read_machine_date(value, latest=latest) if block and value else None
        if block is not None and moment is not None:
            found.setdefault(block.index, []).append(Marked(moment, _label(element)))
    return found


def _block_of(element: etree._Element, blocks: Sequence[TextBlock]) -> TextBlock | None:
    """The block that holds an element's text; None where it is none of `blocks`."""
    text = " ".join("".join(islice(element.itertext(), _MOST_PIECES)).split())
    if not text or len(text) > _LONGEST:
        return None
    around: set[etree._Element] = set()
    for block in blocks:
        if text in block.text:
            if not around:
                around = {element, *islice(element.iterancestors(), _MOST_LEVELS)}
            if block.box.element in around:
                return block
    return None


def _label(element: etree._Element) -> Label | None:
    names = f"{element.get('class', '')} {element.get('itemprop', '')}"
    published, updated = _PUBLISHED.search(names), _UPDATED.search(names)
    if published and updated:  # WordPress: <time class="entry-date published updated">
        return None
    if published or element.get("pubdate") is not None:
        return "published"
    return "updated" if updated else None
