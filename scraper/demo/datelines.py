"""How the made-up portal prints a date: one form for each that real portals were seen to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scraper.records import Precision

DatePlace = Literal["title line", "glued", "below"]
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
VISIT_DAY = date(2026, 6, 1)  # the clock in the head: later than every article, the same each run


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """One way to print the moment of publishing: where it stands and how exact it is."""

    name: str
    place: DatePlace
    precision: Precision
    write: Callable[[datetime], str]
    interface: Literal["vi", "en"] = "vi"


def part_of_day(moment: datetime) -> str:
    """15:05 -> "03:05 chiều"; hours from 5 to 23."""
    parts = ((11, "sáng"), (13, "trưa"), (18, "chiều"), (24, "tối"))
    name = next(name for end, name in parts if moment.hour < end)
    return f"{moment:%I:%M} {name}"


def _weekday(moment: date) -> str:
    return WEEKDAYS[moment.weekday()]


def _weekday_low(moment: date) -> str:
    return _weekday(moment).lower().capitalize()


def _in_words(moment: datetime) -> str:
    return f"ngày {moment:%d} tháng {moment:%m} năm {moment.year}"


def _short_words(moment: datetime) -> str:
    return f"ngày {moment.day} tháng {moment.month} năm {moment.year}"


def _line(
    name: str,
    precision: Precision,
    write: Callable[[datetime], str],
    *,
    place: DatePlace = "below",
    interface: Literal["vi", "en"] = "vi",
) -> Dateline:
    return Dateline(name=name, place=place, precision=precision, write=write, interface=interface)


DATELINES: tuple[Dateline, ...] = (
    _line("day on the title line", "day", lambda m: f"{m:%d/%m/%Y}", place="title line"),
    _line("label and 24 h", "minute", lambda m: f"Ngày đăng: {m:%d/%m/%Y %H:%M}"),
    _line("day in brackets", "day", lambda m: f"({m:%d/%m/%Y})", place="title line"),
    _line("time, comma, day", "minute", lambda m: f"{m:%H:%M}, {m:%d/%m/%Y}"),
    _line("day glued to the title", "day", lambda m: f"({m:%d/%m/%Y})", place="glued"),
    _line("counter and seconds", "second", lambda m: f"Lượt xem: 7370 | Gửi lúc: {m:%d/%m/%Y %T}"),
    _line("updated, spaced colon", "day", lambda m: f"Cập nhật : {m:%d/%m/%Y}"),
    _line("weekday and zone", "minute", lambda m: f"{_weekday_low(m)}, {m:%d/%m/%Y, %H:%M} GMT+7"),
    _line("label", "day", lambda m: f"Ngày đăng: {m:%d/%m/%Y}"),
    _line("time then day", "minute", lambda m: f"{m:%H:%M %d/%m/%Y}"),
    _line("bars", "day", lambda m: f"Ngày đăng: {m:%d | %m | %Y}"),
    _line(
        "section and label",
        "minute",
        lambda m: f"Trong nước - Ngày đăng : {m:%H:%M}, {m:%d/%m/%Y}",
    ),
    _line("label and counter", "day", lambda m: f"Đăng ngày: {m:%d-%m-%Y} | Lượt xem: 1599"),
    _line("dashes and zone", "minute", lambda m: f"{m:%d-%m-%Y, %H:%M} (GMT+7)"),
    _line("spaced dashes", "day", lambda m: f"Đăng ngày {m:%d - %m - %Y}"),
    _line("weekday, dash, time", "minute", lambda m: f"{_weekday(m)}, {m:%d/%m/%Y - %H:%M}"),
    _line("updated twice", "day", lambda m: f"Cập nhật:<br>Cập nhật {m:%d}/{m.month}/{m.year}"),
    _line(
        "in words with time",
        "minute",
        lambda m: f"{_weekday_low(m)}, {_in_words(m)} cập nhật lúc {m:%H:%M}",
    ),
    _line("midnight for no time", "day", lambda m: f"Ngày đăng {m:%d/%m/%Y} | 12:00 AM"),
    _line(
        "in words, bar, time",
        "minute",
        lambda m: f"{_weekday_low(m)}, {_short_words(m)} | {m:%H:%M}",
    ),
    _line(
        "label, half day, counter",
        "minute",
        lambda m: f"Ngày đăng {m:%d/%m/%Y} | {m:%I:%M %p} | Lượt xem: 842",
    ),
    _line(
        "english, half day, counter",
        "minute",
        lambda m: f"Publish date {m:%d/%m/%Y} | {m:%I:%M %p} | View count: 842",
        interface="en",
    ),
    _line("section, bar, day", "minute", lambda m: f"Tin tức | {m:%d/%m/%Y - %H:%M}"),
    _line("half day with seconds", "second", lambda m: f"({m:%I:%M:%S %p %d/%m/%Y})"),
    _line(
        "weekday, half day, seconds",
        "second",
        lambda m: f"{_weekday(m)}, {m:%d/%m/%Y} | {m:%I:%M:%S %p}",
    ),
    _line("24 h with PM", "minute", lambda m: f"{m:%H:%M} {m:%p} | {m:%d/%m/%Y}"),
    _line(
        "half day and zone", "minute", lambda m: f"{_weekday(m)}, {m:%d/%m/%Y, %I:%M %p} (GMT+7)"
    ),
    _line(
        "two-digit year and part of day",
        "minute",
        lambda m: f"Cập nhật {_weekday(m).lower()}, ngày {m:%d/%m/%y} {part_of_day(m)}",
    ),
    _line("short, part of day", "minute", lambda m: f"{m:%d/%m/%y} {part_of_day(m)}"),
    _line("zone in square brackets", "minute", lambda m: f"{m:%d/%m/%Y %H:%M} [GMT+7]"),
)

CLOCKS: tuple[Callable[[datetime], str], ...] = (
    lambda m: f"{_weekday(m)}, ngày {m:%d/%m/%Y}",
    lambda m: f"Thứ {m.weekday() + 2}, {m:%d/%m/%Y}, {m.hour}h:{m:%M:%S}",
    lambda m: f"{m:%a%m%d%Y}",
    lambda m: f"{_weekday(m)}, {m:%d/%m/%Y %H:%M} GMT+7",
    lambda m: f"Hôm nay, {_weekday(m).lower()} {_in_words(m)}",
)


def write_with_update(moment: datetime, updated: datetime) -> str:
    """The one form that prints both days."""
    return f"Ngày đăng: {moment:%d/%m/%Y %H:%M} | Cập nhật: {updated:%d/%m/%Y %H:%M}"
