"""When an article was published, and updated: the dateline, metadata, the address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from scraper.extraction.blocks import TextBlock
from scraper.extraction.date_votes import (
    Voice,
    believed,
    right_way_round,
    said_moments,
    voice_of_title,
    voices_of_metadata,
    voices_of_print,
)
from scraper.extraction.datelines import (
    ENOUGH,
    GLUED,
    Dateline,
    Place,
    datelines,
    is_clock,
    page_changed,
)
from scraper.extraction.notes import Witness
from scraper.extraction.page import Page
from scraper.extraction.script_dates import date_in_scripts
from scraper.extraction.title_line import EARLIEST_YEAR
from scraper.extraction.witnesses import Witnesses, is_weak_date
from scraper.records import Evidence, Precision
from scraper.vietnamese.dates import Moment
from scraper.vietnamese.month_names import MONTHS
from scraper.vietnamese.text import is_vietnamese

_HEAD = 2  # blocks at the beginning of a text that may be title and dateline still
_ADDRESS = 2.0  # what the votes of an address weigh that has the day for folders
_ADDRESS_OF_FILE = 1.5  # of one with the day in its last part: many count drafts so
_FIRST_ADDRESS = 3.5  # of folders of a day long before all that metadata name
_LONG_BEFORE = timedelta(days=30)

_URL_YEAR = re.compile("20[0-3][0-9]")
_PATH = re.compile(r"^(?:[a-z]+:)?//[^/]*", re.IGNORECASE)
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
_DAY_FOLDERS = re.compile(r"/?20[0-9]{2}/[0-9a-z]{1,3}/[0-9]{1,2}", re.IGNORECASE)
_OF_VIETNAM = re.compile(r"https?://[^/?#]+\.vn(?=[:/?#]|$)", re.IGNORECASE)
_VIETNAMESE = re.compile("[ăđơư\u1ea0-\u1ef9]")
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
        times=witnesses.times,
        blocks=blocks,
        title=title_index,
        first=body_first,
        last=body_last,
        latest=latest,
        month_first=american,
        english=english,
        titles=titles,
    )
    said = said_moments(witnesses.published, latest=latest)
    changed = said_moments(witnesses.updated, latest=latest)
    address = date_of_address(page.url, latest=latest)
    sure = any(not is_weak_date(witness) for _, witness in said)
    seen = [line for line in datelines(place, below_too=not sure) if _is_believed(line)]
    seen = _without_clock(seen, place)
    known = [moment.day for moment, _ in (*said, *changed)]
    seen = right_way_round(seen, [*known, address.day] if address else known)
    updated = next((line for line in seen if line.label == "updated"), None)
    metadata = voices_of_metadata(said)
    voices = [
        *metadata,
        *voices_of_print(seen),
        *_voice_of_address(address, metadata),
        *voice_of_title(witnesses.titles, latest=latest),
    ]
    chosen = _chosen(voices, updated, [moment for moment, _ in changed])
    if chosen is None:
        chosen = date_in_scripts(page.tree, latest=latest) or _of_change(place)
    return _dates(chosen, updated, changed, seen=seen, zone=zone, title_index=title_index)


def _dates(
    chosen: Voice | None,
    updated: Dateline | None,
    changed: Sequence[tuple[Moment, Witness]],
    *,
    seen: Sequence[Dateline],
    zone: ZoneInfo | None,
    title_index: int | None,
) -> Dates:
    later = _later(updated, changed, chosen.moment if chosen else None)
    evidence = {"published": chosen.evidence} if chosen else {}
    if later is not None:
        evidence["updated"] = later.evidence
    return Dates(
        _in_zone(chosen.moment.value, zone) if chosen else None,
        chosen.moment.precision if chosen else None,
        _in_zone(later.moment.value, zone) if later else None,
        evidence,
        frozenset(line.block.index for line in seen if _is_dateline(line)) - {title_index},
        {line.block.index: _without_date(line) for line in seen if line.rule == GLUED},
    )


def _is_english(page: Page, text: Sequence[TextBlock], witnesses: Witnesses) -> bool:
    """Is it an English page, and none of Vietnam's? Frames of portals say "en-US" often enough."""
    if not any(by.text.lower().startswith("en") for by in witnesses.languages[:1]):
        return False
    if page.url and _OF_VIETNAM.match(page.url):
        return False
    return not any(
        is_vietnamese(block.text)
        for block in text[:8]
        if not block.text.isascii() and _VIETNAMESE.search(block.text, 0, 200)
    )


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


def said_days(witnesses: Witnesses) -> frozenset[date]:
    """The days that metadata name as those of publication."""
    return frozenset(moment.day for moment, _ in said_moments(witnesses.published, latest=None))


def _chosen(
    voices: Sequence[Voice], updated: Dateline | None, changed: Sequence[Moment]
) -> Voice | None:
    """The voice to believe; a lone "updated" line tells when it was published.

    Unless there is an earlier day, were it only in the address.
    """
    days = [moment.day for moment in changed]
    if updated is None:
        return believed(voices, changed=days)
    days.append(updated.moment.day)
    earlier = [voice for voice in voices if voice.weight > _ADDRESS or _is_before(voice, updated)]
    chosen = believed(earlier, changed=days)
    if chosen is None:
        evidence = Evidence(rule=updated.rule, text=updated.block.text)
        chosen = Voice(updated.moment, updated.score, "print", evidence)
    return chosen


def _of_change(place: Place) -> Voice | None:
    line = page_changed(place)
    if line is None or not _is_believed(line):
        return None
    return Voice(line.moment, line.score, "print", Evidence(rule=line.rule, text=line.block.text))


def _is_before(voice: Voice, updated: Dateline) -> bool:
    return voice.moment.day < updated.moment.day or (
        voice.kind == "print" and voice.moment.day == updated.moment.day
    )


def _voice_of_address(moment: Moment | None, metadata: Sequence[Voice]) -> list[Voice]:
    """What the address says; articles are given new days later on, but keep their address."""
    if moment is None:
        return []
    weight = _ADDRESS_OF_FILE
    if _DAY_FOLDERS.fullmatch(moment.text):
        days = [voice.moment.day for voice in metadata]
        first = bool(days) and moment.day + _LONG_BEFORE < min(days)
        weight = _FIRST_ADDRESS if first else _ADDRESS
    return [Voice(moment, weight, "address", Evidence(rule="address", text=moment.text))]


def date_of_address(url: str | None, *, latest: date | None) -> Moment | None:
    """The day that stands in an address: /2018/06/14/, /20180614/, /02-03-2021/."""
    if not url or not _URL_YEAR.search(url):
        return None
    path = unquote(_PATH.sub("", url.partition("#")[0].partition("?")[0]))
    for pattern in (_URL_DAY, _URL_DAY_FIRST, _URL_MONTH_NAME):
        for found in pattern.finditer(path):
            month = found["month"].lower()
            number = MONTHS[month] if month in MONTHS else int(month)
            try:
                day = date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                continue
            if latest is None or day <= latest + timedelta(days=1):
                return Moment(day, "day", found.group(), found.start(), found.end())
    return None


def _later(
    seen: Dateline | None, changed: Sequence[tuple[Moment, Witness]], chosen: Moment | None
) -> Voice | None:
    """When the article was updated, where that is said and is after its publication."""
    found: list[Voice] = []
    if seen is not None:
        evidence = Evidence(rule=seen.rule, text=seen.block.text)
        found.append(Voice(seen.moment, seen.score, "print", evidence))
    for moment, by in changed:
        voice = Voice(moment, 1.0, "metadata", Evidence(rule=by.rule, text=by.text))
        exact = seen is not None and seen.moment.precision == "day"
        if exact and seen is not None and moment.day == seen.moment.day:
            found.insert(0, voice)  # it gives the time of the printed day
        else:
            found.append(voice)
    for voice in found:
        if chosen is None or _is_after(voice.moment, chosen):
            return voice
    return None


def _is_after(moment: Moment, published: Moment) -> bool:
    """Whether a moment is later than another, as far as both say."""
    one, other = moment.value, published.value
    if not isinstance(one, datetime) or not isinstance(other, datetime):
        return moment.day > published.day
    if (one.tzinfo is None) != (other.tzinfo is None):
        return moment.day > published.day
    return one > other


def _in_zone(value: date | datetime, zone: ZoneInfo | None) -> date | datetime:
    if isinstance(value, datetime) and value.tzinfo is None and zone is not None:
        return value.replace(tzinfo=zone)
    return value
