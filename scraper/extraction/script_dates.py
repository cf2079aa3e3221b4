"""Dates in a page's scripts: what is left where its print and its metadata give none."""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from scraper.extraction.date_votes import LEAST, Voice
from scraper.extraction.time_elements import read_machine_date
from scraper.extraction.title_line import EARLIEST_YEAR
from scraper.records import Evidence
from scraper.vietnamese.dates import Moment

_MOST_CHARS = 1_000_000  # of all scripts together
_KEY = re.compile(
    r"""["']?\b(date[_-]?published|(?:article|content|page|first|original|story)?[_-]?"""
    r"""publi(?:sh(?:ed)?|cation)[_-]?(?:first|datetime|date[_-]?time|date|time|on|at)"""
    r"""(?:_gmt|_utc)?)\\?["']?\s*[:=]\s*\\?["']([^"'\\<>{}]{8,40})""",
    re.IGNORECASE,
)


def date_in_scripts(tree: etree._Element, *, latest: date | None) -> Voice | None:
    """The day that "publishDate" and its like give, if all of them give the same."""
    left = _MOST_CHARS
    found: list[tuple[str, Moment]] = []
    for script in tree.iter("script"):
        text = (script.text or "")[:left]
        left -= len(text)
        if "ublish" not in text and "ublication" not in text:
            continue
        for said in _KEY.finditer(text):
            moment = read_machine_date(said[2], latest=latest)
            if moment is not None and moment.day.year >= EARLIEST_YEAR:
                found.append((said[1], moment))
    if len({moment.day for _, moment in found}) != 1:
        return None
    key, moment = max(found, key=lambda pair: pair[1].precision != "day")
    return Voice(moment, LEAST, "script", Evidence(rule=f"script {key}", text=moment.text))
