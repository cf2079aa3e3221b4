"""Datelines: the moments that a text prints, Vietnamese forms first, day before month."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import accumulate
from typing import Literal

from scraper.records import Precision
from scraper.vietnamese.date_forms import (
    BETWEEN,
    BETWEEN_TIME_AND_DATE,
    DAY_AND_MONTH,
    EAST_ASIAN_FITS,
    EAST_ASIAN_FORMS,
    ERAS,
    LABEL_STEMS,
    MAY_HOLD_A_DATE,
    MONTH_FIRST_FORMS,
    NAME_FORMS,
    NUMBER_FORMS,
    NUMBERS_FIT,
    OFFSET_FORM,
    PUBLISHED_LABEL,
    TH_AND_NUMBER,
    THAI_SHORT,
    TIME_FORM,
    UPDATED_LABEL,
    VIETNAMESE_FORMS,
    WEEKDAY_FORM,
    WORD,
    WORD_START,
    ZONES,
)
from scraper.vietnamese.month_names import (
    MONTH_WORDS,
    MONTHS,
    MONTHS_IN_WORDS,
    OTHER_DIGITS,
    THAI_MONTHS,
)

_REACH = 40  # characters between a date and the words before it that belong to it
_OTHER_DIGIT = re.compile(f"[{''.join(map(chr, OTHER_DIGITS))}]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DAY_PARTS = {
    "上午": "am", "午前": "am", "오전": "am", "π.μ.": "am", "πμ": "am",
    "下午": "pm", "午後": "pm", "오후": "pm", "μ.μ.": "pm", "μμ": "pm",
}  # fmt: skip
_BUDDHA = 543  # years that the Thai calendar is ahead


_FIGURE = re.compile("[0-9]")
_PICKY = frozenset(map(id, (*MONTH_FIRST_FORMS, *NAME_FORMS)))


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as printed, with its time of day and offset where these are printed too.

    `value` is a plain date (precision "day"), a naive datetime, or an aware one where the text
    gives an offset. `start` and `end` are offsets into the NFC text, weekday and zone included.
    """

    value: date | datetime
    precision: Precision
    text: str
    start: int
    end: int

    @property
    def day(self) -> date:
        return self.value.date() if isinstance(self.value, datetime) else self.value


def read_date(text: str, *, latest: date | None, month_first: bool = False) -> Moment | None:
    """The first moment that a dateline names, or None if it names none.

    "Thứ hai, 03/06/2024 | 08:30" -> 2024-06-03 08:30, minute precision; day before month, unless
    `month_first` (American pages). Later than `latest` + 1 day is a misreading: None.
    """
    moments = find_dates(text, latest=latest, month_first=month_first)
    return moments[0] if moments else None


def find_dates(text: str, *, latest: date | None, month_first: bool = False) -> tuple[Moment, ...]:
    """All moments that a text names, in its order; impossible dates ("16/72/2020") are none."""
    text = _as_read(text)
    if not MAY_HOLD_A_DATE.search(text):
        return ()
    days = sorted(_days(text, month_first=month_first), key=lambda found: found[1])
    times = list(TIME_FORM.finditer(text)) if _has_other_figures(text, days) else []
    moments: list[Moment] = []
    taken = 0  # end of the moment before: what it took belongs to no other
    for day, start, end in days:
        moment = _moment(text, day=day, span=(start, end), times=times, taken=taken)
        taken = moment.end
        if latest is None or moment.day <= latest + timedelta(days=1):
            moments.append(moment)
    return tuple(moments)


def _has_other_figures(text: str, days: Sequence[tuple[date, int, int]]) -> bool:
    """Whether there is a figure beside those of the days, so that a time may be printed."""
    past = 0
    for _, start, end in days:
        if _FIGURE.search(text, past, start):
            return True
        past = end
    return bool(days) and _FIGURE.search(text, past) is not None


def may_hold_a_date(text: str) -> bool:
    """Whether it is worth while to look for dates in an NFC text: a small part of the cost."""
    if MAY_HOLD_A_DATE.search(text):
        return True
    if text.isascii() or not _OTHER_DIGIT.search(text):
        return False
    return MAY_HOLD_A_DATE.search(_as_read(text)) is not None


def lines_with_dates(lines: Sequence[str]) -> list[int]:
    """Which of some NFC lines may hold a date, looked for in all of them at once."""
    whole = "\n".join(lines)
    if not whole.isascii() and _OTHER_DIGIT.search(whole):
        return [number for number, line in enumerate(lines) if may_hold_a_date(line)]
    found: list[int] = []
    ends = list(accumulate(len(line) + 1 for line in lines))
    at = MAY_HOLD_A_DATE.search(whole)
    while at is not None:
        found.append(bisect_right(ends, at.start()))
        at = MAY_HOLD_A_DATE.search(whole, ends[found[-1]])
    return found


def label_of(text: str) -> Literal["published", "updated"] | None:
    """What words before a date say that it is: "Ngày đăng:", "Cập nhật:"; the last label wins."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    published = updated = -1
    for start in _may_be_labels(text):
        if start > published and (found := PUBLISHED_LABEL.match(text, start)):
            published = found.end()
        if start > updated and (found := UPDATED_LABEL.match(text, start)):
            updated = found.end()
    if published < 0 and updated < 0:
        return None
    return "published" if published > updated else "updated"


def _may_be_labels(text: str) -> Iterable[int]:
    """Where a word begins as one of a label's does: a regular expression is tried there only."""
    if not text.isascii() and _UNSPACED.search(text):
        return range(len(text))
    return [at.start() for at in WORD_START.finditer(text) if at[0].lower() in LABEL_STEMS]


def _as_read(text: str) -> str:
    """NFC, with the digits of other scripts as 0 to 9: as many characters."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    return text.translate(OTHER_DIGITS) if _OTHER_DIGIT.search(text) else text


def _forms(text: str, *, month_first: bool) -> Iterator[re.Pattern[str]]:
    """The forms that may be in a text, in the order in which they are tried."""
    if NUMBERS_FIT.search(text):
        if month_first:
            yield from MONTH_FIRST_FORMS
        yield from NUMBER_FORMS
    lower = text.lower()
    if (
        "tháng" in lower
        or "năm" in lower
        or "thang" in lower
        or " nam " in lower
        or ("th" in lower and TH_AND_NUMBER.search(lower))
        or DAY_AND_MONTH.search(text)
    ):
        yield from VIETNAMESE_FORMS
    if _names_month(text, lower):
        yield from NAME_FORMS
    if not text.isascii() and EAST_ASIAN_FITS.search(text):
        yield from EAST_ASIAN_FORMS


def _names_month(text: str, lower: str) -> bool:
    if not MONTH_WORDS.isdisjoint(WORD.findall(lower)):
        return True
    if _GLUED.search(text):  # "Mental HealthDecember 22, 2022"
        return not MONTH_WORDS.isdisjoint(WORD.findall(_GLUED.sub(" ", text).lower()))
    if text.isascii():
        return False
    dotless = lower.replace("\u0307", "")  # of a Turkish "İ"
    return not MONTH_WORDS.isdisjoint(WORD.findall(dotless)) or bool(THAI_SHORT.search(text))


def _days(text: str, *, month_first: bool) -> Iterator[tuple[date, int, int]]:
    """(day, start, end) of every date, without their times."""
    starts: list[int] = []  # of what is taken, in order; ends[i] belongs to starts[i]
    ends: list[int] = []
    most = len(MAY_HOLD_A_DATE.findall(text))
    for form in _forms(text, month_first=month_first):
        if len(starts) >= most:
            return
        for found, day in _found(form, text):
            start, end = found.span()
            place = bisect_right(starts, start)
            if (place and ends[place - 1] > start) or (place < len(starts) and starts[place] < end):
                continue
            starts.insert(place, start)
            ends.insert(place, end)
            if day is not None:
                yield day, start, end


def _found(form: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], date | None]]:
    """The places that a form fits, with their days; None for one that is impossible.

    "25/12/2020" does not fit American habits, nor "3 apples 2020" any: these are left to others.
    """
    picky = id(form) in _PICKY
    found = form.search(text)
    while found:
        day = _day(found)
        if day is not None or not picky:
            yield found, day
            found = form.search(text, found.end())
        else:  # "HealthDECEMBER 22, 2022": what it is glued to is no part of the name
            found = form.search(text, found.start() + 1)


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    month = _month(parts)
    if month is None:
        return None
    if parts.get("short"):
        short = int(parts["short"])
        year = short + (2000 if short < 70 else 1900)
    elif parts.get("era"):
        year = ERAS[parts["era"]] + int(parts["reign"])
    else:
        year = int(parts["year"])
    if year >= 2500:
        if parts["name"] not in THAI_MONTHS:
            return None
        year -= _BUDDHA
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        return None


def _month(parts: Mapping[str, str | None]) -> int | None:
    name = parts.get("name")
    if name:
        name = name.lower().replace("\u0307", "")
        if name == "listopada" and parts.get("point"):
            return 10  # "12. listopada 2020" is Croatian, "12 listopada 2020" Polish
        return MONTHS.get(name) or MONTHS.get(name.partition("/")[0])
    if parts.get("words"):
        return MONTHS_IN_WORDS[(parts["words"] or "").lower()]
    return int(parts.get("month") or 0)


def _moment(
    text: str, *, day: date, span: tuple[int, int], times: Sequence[re.Match[str]], taken: int
) -> Moment:
    """The day with the time of day beside it: the one before it, if no other date has it."""
    start, end = span
    before = bisect_left(times, start, key=lambda found: found.start()) - 1
    if before >= 0 and times[before].start() >= taken:
        clock = times[before]
        zone, zone_end = _zone(text, clock.end())
        if _fits(BETWEEN_TIME_AND_DATE, text, clock.end(), start):
            return _assembled(text, day=day, clock=clock, zone=None, span=(clock.start(), end))
        if zone and _fits(BETWEEN_TIME_AND_DATE, text, zone_end, start):
            return _assembled(text, day=day, clock=clock, zone=zone, span=(clock.start(), end))
    begin = _with_weekday(text, start, taken)
    after = bisect_left(times, end, key=lambda found: found.start())
    if after < len(times) and _fits(BETWEEN, text, end, times[after].start()):
        zone, zone_end = _zone(text, times[after].end())
        return _assembled(text, day=day, clock=times[after], zone=zone, span=(begin, zone_end))
    return Moment(day, "day", text[begin:end], begin, end)


def _fits(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return 0 <= end - start <= _REACH and bool(pattern.fullmatch(text, start, end))


def _assembled(
    text: str,
    *,
    day: date,
    clock: re.Match[str],
    zone: timezone | None,
    span: tuple[int, int],
) -> Moment:
    start, end = span
    printed = text[start:end]
    at = _time(clock)
    if at is None:
        return Moment(day, "day", printed, start, end)
    precision: Precision = "second" if clock["second"] else "minute"
    return Moment(datetime.combine(day, at, tzinfo=zone), precision, printed, start, end)


def _time(clock: re.Match[str]) -> time | None:
    """The time of day; None for what is none ("25:70") and for "12:00 AM", "no time entered"."""
    hour = int(clock["hour"] or clock["hour2"] or clock["hour3"])
    minute = int(clock["minute"] or clock["minute3"] or 0)
    second = int(clock["second"] or 0)
    part = (clock["part"] or clock["part2"] or "").lower()
    if not part:
        part = clock.string[max(0, clock.start() - 3) : clock.start()].strip()
    part = _DAY_PARTS.get(part, part.replace(".", "").replace(" ", ""))
    if part in ("am", "sa") and (hour, minute, second) == (12, 0, 0):
        return None  # portals of 2012-2015 print it on every article whose time nobody entered
    if part in ("am", "sa", "sáng", "đêm", "khuya", "tối") and hour == 12:
        hour = 0
    elif (
        (part in ("pm", "ch", "chiều", "tối") and hour < 12)
        or (part == "trưa" and hour < 10)
        or (part in ("đêm", "khuya") and 6 <= hour < 12)
    ):
        hour += 12
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _zone(text: str, start: int) -> tuple[timezone | None, int]:
    found = OFFSET_FORM.match(text, start)
    if not found:
        return None, start
    if found["zulu"]:
        return UTC, found.end()
    if found["zone"]:
        return timezone(timedelta(hours=ZONES[found["zone"].lower()])), found.end()
    hours = int(found["hours"] or found["hours2"])
    minutes = int(found["minutes"] or found["minutes2"] or 0)
    if hours > 14 or minutes > 59:
        return None, start
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if "-" in (found["sign"], found["sign2"]) else offset), found.end()


def _with_weekday(text: str, start: int, taken: int) -> int:
    """Where the weekday before the date begins, else where the date does."""
    begin = max(taken, start - _REACH)
    found = WEEKDAY_FORM.search(text[begin:start])
    return begin + found.start() if found else start
