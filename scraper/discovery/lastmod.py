"""The moments that sitemaps and JSON lists give, and whether a sitemap's can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from scraper.discovery.candidates import in_zone
from scraper.vietnamese.dates import read_date

LONGEST = 60  # characters; no date is longer
AHEAD = timedelta(days=1)  # clocks and zones of servers are wrong by less
EARLIEST = 1990  # the web is not older: 0001-01-01 and 1970-01-01 mean "none"
NEARLY_ALL = 0.9  # of the moments of a file
AT_ONE_TIME = timedelta(hours=1)  # making a sitemap takes less
FEWEST = 5  # moments; of fewer it cannot be told

# The forms of https://www.w3.org/TR/NOTE-datetime, and what is written for them.
_W3C = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d?)(?:-(?P<day>\d\d?)"
    r"(?:[T ] ?(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?)?)?",
    re.IGNORECASE | re.ASCII,
)
_JSON_DATE = re.compile(r"/?Date\((-?\d{1,17})(?:[+-]\d{4})?\)/?", re.ASCII)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}", re.ASCII)  # seconds or milliseconds


def read_moment(text: str, *, zone: ZoneInfo, latest: date) -> date | datetime | None:
    """A day, or an aware moment; None for what names neither, or names one after `latest`.

    ISO 8601, dd/mm/yyyy and the other forms of datelines, seconds and milliseconds since 1970,
    "/Date(…)/". What has no zone is meant in the portal's.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    found = _JSON_DATE.fullmatch(text)
    if found or _EPOCH.fullmatch(text):
        return _since_1970(
            found.group(1) if found else text, of_milliseconds=bool(found), by=latest
        )
    form = _W3C.fullmatch(text)
    if form is None:
        return _read_printed(text, zone=zone, latest=latest)
    if form["day"] is None:
        return None
    start = _start(form, zone)
    if start is None or start.date() > latest + AHEAD:
        return None
    return start.date() if form["hour"] is None else start


def last_moment(text: str, *, zone: ZoneInfo) -> datetime | None:
    """The last moment (aware UTC) of what a lastmod names: "2024-06" is over at the month's end.

    So what is no later than it has seen all that the lastmod tells of. None for what names none.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    form = _W3C.fullmatch(text)
    try:
        if form is None:
            read = _read_printed(text, zone=zone, latest=date.max - 2 * AHEAD)
            return None if read is None else _end_of_day(read, zone)
        start = _start(form, zone)
        if start is None:
            return None
        return _after(form, start).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def believable(moments: Sequence[datetime]) -> bool:
    """Whether the lastmods of one sitemap tell when its addresses changed.

    Many portals write the moment of making the sitemap beside every address: then nearly all fall
    within an hour, or on one day.
    """
    if len(moments) < FEWEST:
        return True
    ordered = sorted(moments)
    needed = max(1, int(len(ordered) * NEARLY_ALL))
    return all(
        last - first > AT_ONE_TIME
        for first, last in zip(ordered, ordered[needed - 1 :], strict=False)
    )


def not_ahead(moment: datetime | None, *, now: datetime) -> datetime | None:
    """The moment, unless it lies in the future or before there was a web."""
    if moment is None or moment.year < EARLIEST or moment > now + AHEAD:
        return None
    return moment


def newest_first(moments: Iterable[datetime | None]) -> list[int]:
    """The numbers of the moments, newest first, then those that are not known in their order."""
    numbered = list(enumerate(moments))
    known = [(moment, number) for number, moment in numbered if moment is not None]
    known.sort(key=lambda pair: (-pair[0].timestamp(), pair[1]))
    return [number for _, number in known] + [n for n, moment in numbered if moment is None]


def _start(form: re.Match[str], zone: ZoneInfo) -> datetime | None:
    try:
        start = datetime(
            int(form["year"]),
            int(form["month"] or 1),
            int(form["day"] or 1),
            int(form["hour"] or 0) % 24,  # 24:00 is written for 0:00
            int(form["minute"] or 0),
            min(int(form["second"] or 0), 59),
        )
        if start.year < EARLIEST:
            return None
        return start.replace(tzinfo=_zone(form["zone"]) or zone)
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _after(form: re.Match[str], start: datetime) -> datetime:
    """The last second of the year, month or day that is named; else the moment itself."""
    if form["hour"] is not None:
        return start
    if form["day"] is not None:
        following = start + timedelta(days=1)
    elif form["month"] is not None:
        following = (start + timedelta(days=31)).replace(day=1)
    else:
        following = start.replace(year=start.year + 1)
    return following - timedelta(seconds=1)


def _end_of_day(read: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(read, datetime):
        return read.astimezone(UTC)
    start = datetime(read.year, read.month, read.day, tzinfo=zone)
    return (start + timedelta(days=1, seconds=-1)).astimezone(UTC)


def _read_printed(text: str, *, zone: ZoneInfo, latest: date) -> date | datetime | None:
    moment = read_date(text, latest=latest)
    if moment is None or moment.day.year < EARLIEST:
        return None
    return in_zone(moment.value, zone)


def _since_1970(text: str, *, of_milliseconds: bool, by: date) -> datetime | None:
    seconds = float(text)
    if of_milliseconds or len(text.partition(".")[0]) > 10:
        seconds /= 1000
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year >= EARLIEST and moment.date() <= by + AHEAD else None
