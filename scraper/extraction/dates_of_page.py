"""When an article was published, and updated: the dateline, metadata, the address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from scraper.extraction.blocks import TextBlock
from scraper.extraction.datelines import GLUED, Dateline, Place, datelines, is_clock
from scraper.extraction.page import Page
from scraper.extraction.title_line import EARLIEST_YEAR
from scraper.extraction.witnesses import Witness, Witnesses, is_weak_date
from scraper.records import Evidence, Precision
from scraper.vietnamese.date_forms import MONTHS
from scraper.vietnamese.dates import Moment, read_date
from scraper.vietnamese.text import is_vietnamese

ENOUGH = 2.5  # what a dateline's score must reach to be believed
_HEAD = 2  # blocks at the beginning of a text that may be title and dateline still
CLEAR = 6.0  # to be believed against metadata

_URL_DAY = re.compile(
    r"(?<![0-9])(?P<year>20[0-3][0-9])(?P<sign>[/._-]?)(?P<month>0[1-9]|1[0-2]|[1-9](?=[/._-]))(?P=sign)"
    r"(?P<day>0[1-9]|[12][0-9]|3[01]|[1-9](?=[/._-]))(?![0-9])"
)
_URL_DAY_FIRST = re.compile(
    r"(?<![0-9])(?P<day>[0-3]?[0-9])(?P<sign>[/_-])(?P<month>[01]?[0-9])(?P=sign)"
    r"(?P<year>20[0-3][0-9])(?![0-9])"
)
_URL_MONTH_NAME = re.compile(
    r"/(?P<year>20[0-3][0-9])/(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"/(?P<day>[0-9]{1,2})(?![0-9])",
    re.IGNORECASE,
)
_EITHER_FIRST = re.compile(r"\s*(?:0?[1-9]|1[0-2])([/.-])(?:0?[1-9]|1[0-2])\1[0-9]{4}(?![0-9])")
_COMPACT = re.compile(
    r"\s*(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:T?(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2}))?)?\s*$"
)
_UNIX_DATE = re.compile(r"([A-Z][a-z]{2} [0-9]{1,2}) ([0-9:]{5,8})(?: [A-Z]{3,5})? ([0-9]{4})")
_AMERICAN = re.compile(r"en[-_]us", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dates:
    """What a page says of its article's dates; `indices` are the blocks that are datelines."""

    published: date | datetime | None = None
    precision: Precision | None = None
    updated: date | datetime | None = None
    evidence: dict[str, Evidence] = field(default_factory=dict)  # "published", "updated"
    indices: frozenset[int] = frozenset()
    cut: dict[int, str] = field(default_factory=dict)  # text of blocks without a date glued to it


def read_published(
    page: Page,
    blocks: Sequence[TextBlock],
    *,
    title_index: int | None,
    body_first: int,
    body_last: int,
    witnesses: Witnesses,
    zone: ZoneInfo | None,
    latest: date | None,
) -> Dates:
    """The article's dates by dateline, metadata or address; None rather than a guess.

    `body_first` and `body_last` are the blocks of the text's two ends; `zone` is given to times
    that are printed without offset; a date later than `latest` + 1 day is a misreading.
    """
    english = zone is None and _is_english(page, blocks[body_first : body_last + 1], witnesses)
    american = english and any(_AMERICAN.match(by.text) for by in witnesses.languages)
    titles = tuple(witness.text for witness in witnesses.titles)
    place = Place(
        page.tree, blocks, title_index, body_first, body_last, latest, american, english, titles
    )
    seen = _without_clock([line for line in datelines(place) if _is_believed(line)], place)
    published, updated = _published_and_updated(seen)
    said = _said(witnesses.published, latest=latest)
    chosen, evidence = _chosen(published, said, seen=seen, page=page, latest=latest)
    if chosen is None:
        return Dates()
    found = {"published": evidence}
    if updated is None and published and published.label == "updated":
        updated = published
    later, later_evidence = _later(updated, witnesses, chosen=chosen, latest=latest)
    if later is not None:
        found["updated"] = later_evidence
    return Dates(
        _in_zone(chosen.value, zone),
        chosen.precision,
        _in_zone(later.value, zone) if later else None,
        found,
        frozenset(line.block.index for line in seen if _is_dateline(line)) - {title_index},
        {line.block.index: _without_date(line) for line in seen if line.rule == GLUED},
    )


def _is_english(page: Page, text: Sequence[TextBlock], witnesses: Witnesses) -> bool:
    """Is it an English page, and none of Vietnam's? Frames of portals say "en-US" often enough."""
    if page.url and re.match(r"https?://[^/?#]+\.vn(?=[:/?#]|$)", page.url, re.IGNORECASE):
        return False
    if any(is_vietnamese(block.text) for block in text[:8]):
        return False
    return any(by.text.lower().startswith("en") for by in witnesses.languages[:1])


def _is_believed(line: Dateline) -> bool:
    return line.score >= ENOUGH and line.moment.day.year >= EARLIEST_YEAR


def _without_clock(seen: Sequence[Dateline], place: Place) -> list[Dateline]:
    """Without the day of the visit in a page's head, where a date stands nearer to the text.

    The head may have been taken for the article's: its line with the site's name for the title.
    """
    tops = [line for line in seen if line.block.index <= place.first + _HEAD]
    return [
        line
        for line in seen
        if not (
            line.label is None
            and is_clock(line.moment, place.latest)
            and any(
                line.block.index < other.block.index and line.moment.day != other.moment.day
                for other in tops
            )
        )
    ]


def _is_dateline(line: Dateline) -> bool:
    """Is the block a dateline, rather than text with a date in it?"""
    return line.block.chars <= 80 and line.block.chars - len(line.moment.text) <= 50


def _without_date(line: Dateline) -> str:
    return line.block.text[line.moment.end :].lstrip()


# --- who wins ----------------------------------------------------------------------------------


def _published_and_updated(
    seen: Sequence[Dateline],
) -> tuple[Dateline | None, Dateline | None]:
    """Of the dates on the page; a lone "Cập nhật" is when it was published."""
    updated = next((found for found in seen if found.label == "updated"), None)
    published = next((found for found in seen if found.label != "updated"), None)
    if updated is None:
        return published, None
    if published is None or (published.label is None and updated.score - published.score > 4.0):
        return updated, None
    return published, updated


def _said(said: Sequence[Witness], *, latest: date | None) -> list[tuple[Moment, Witness]]:
    """What metadata says, parsed; the rest is dropped."""
    moments = ((_parsed(witness.text, latest=latest), witness) for witness in said)
    return [
        (moment, witness)
        for moment, witness in moments
        if moment is not None and moment.day.year >= EARLIEST_YEAR
    ]


def said_days(witnesses: Witnesses) -> frozenset[date]:
    """The days that metadata name as those of publication."""
    return frozenset(moment.day for moment, _ in _said(witnesses.published, latest=None))


def _parsed(text: str, *, latest: date | None) -> Moment | None:
    """A machine's date: also 20180614T0722, "Thu Jun 14 07:22:11 ICT 2018", 06/14/2018."""
    text = _UNIX_DATE.sub(r"\1 \3 \2", text[:100])
    compact = _COMPACT.match(text)
    if compact:
        year, month, day, hour, minute, second = compact.groups()
        clock = f"T{hour}:{minute}" + (f":{second}" if second else "") if hour else ""
        text = f"{year}-{month}-{day}{clock}"
    return read_date(text, latest=latest) or read_date(text, latest=latest, month_first=True)


def _chosen(
    published: Dateline | None,
    said: Sequence[tuple[Moment, Witness]],
    *,
    seen: Sequence[Dateline],
    page: Page,
    latest: date | None,
) -> tuple[Moment | None, Evidence]:
    """The moment to believe, and who says it.

    Metadata wins over what is printed, as it is made by the system; but a clear dateline wins where
    the metadata's day is printed nowhere: then it is of another zone, or of the page's first draft.
    """
    strong = next((pair for pair in said if not _is_weak(pair[1])), None)
    if strong and not (published and _overrules(published, strong[0], seen)):
        moment, witness = strong
        if published and moment.precision == "day" and published.moment.day == moment.day:
            return published.moment, Evidence(rule=published.rule, text=published.block.text)
        return moment, Evidence(rule=witness.rule, text=witness.text)
    weak: list[tuple[Moment, Evidence]] = [
        (moment, Evidence(rule=witness.rule, text=witness.text)) for moment, witness in said
    ]
    moment_of_url = date_of_address(page.url, latest=latest)
    if moment_of_url:
        weak.append((moment_of_url, Evidence(rule="address", text=moment_of_url.text)))
    if published and published.label == "updated":
        # A lone "updated" line tells when it was published, unless there is an earlier day.
        weak = [pair for pair in weak if pair[0].day < published.moment.day]
    if published and (published.label != "updated" or not weak):
        return published.moment, Evidence(rule=published.rule, text=published.block.text)
    return weak[0] if weak else (None, Evidence(rule="", text=""))


def _is_weak(witness: Witness) -> bool:
    """Also where day and month could be each other: 03/09/2026 in metadata."""
    return is_weak_date(witness) or bool(_EITHER_FIRST.match(witness.text))


def _overrules(published: Dateline, said: Moment, seen: Sequence[Dateline]) -> bool:
    if published.label == "updated" or published.score < CLEAR:
        return False
    return all(candidate.moment.day != said.day for candidate in seen)


def date_of_address(url: str | None, *, latest: date | None) -> Moment | None:
    """The day that stands in an address: /2018/06/14/, /20180614/, /02-03-2021/."""
    if not url:
        return None
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    for pattern in (_URL_DAY, _URL_DAY_FIRST, _URL_MONTH_NAME):
        for found in pattern.finditer(path):
            month = found["month"].lower()
            number = MONTHS[month] if month in MONTHS else int(month)
            text = f"{found['year']}-{number:02}-{int(found['day']):02}"
            moment = read_date(text, latest=latest)
            if moment:
                return moment
    return None


def _later(
    seen: Dateline | None, witnesses: Witnesses, *, chosen: Moment, latest: date | None
) -> tuple[Moment | None, Evidence]:
    """When the article was updated, where that is said and is after its publication."""
    said = _said(witnesses.updated, latest=latest)
    found: list[tuple[Moment, Evidence]] = []
    if seen:
        found.append((seen.moment, Evidence(rule=seen.rule, text=seen.block.text)))
    found.extend((moment, Evidence(rule=by.rule, text=by.text)) for moment, by in said)
    for moment, evidence in found:
        if moment.day >= chosen.day and moment.value != chosen.value:
            return moment, evidence
    return None, Evidence(rule="", text="")


def _in_zone(value: date | datetime, zone: ZoneInfo | None) -> date | datetime:
    if isinstance(value, datetime) and value.tzinfo is None and zone is not None:
        return value.replace(tzinfo=zone)
    return value
