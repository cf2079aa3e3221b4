"""Is a portal silent for too long? Judged by its own pauses, on a clock that counts its news days.

A day counts by how often the portal had news on that day of the week, less in a season that was
quieter in other years; public holidays count nothing. So a weekend of an office's portal is no
pause, and one of a newspaper's is. How long a pause may be is told by the longest pauses of the
last two years and more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

WINDOW_DAYS = 800  # two years and the summer before them: last year's pauses are known
FEWEST_PAUSES = 12  # ours; fewer say too little about the longest
FALSE_ALARM_YEARS = 200.0  # ours: by chance alone a portal is called silent once in these
LONGEST_TIMES = 1.5  # ours: a pause must outdo the longest one known by half
LONGEST_TIMES_YOUNG = 3.0  # ours: while less than a year and its seasons are known
LEAST_NEWS_DAYS = 2.5  # ours: on the portal's own clock, however regular it is
LEAST_DAYS = 3  # ours: of the calendar
LONGEST_DAYS = 3 * 365  # whatever the pauses say
SEASON_DAYS = 14  # ours: before and after the same day of other years
SEASON_DOUBT = 2.0  # ours: days of news that a season is given, so that few cannot make it empty
TAIL = 0.25  # of the pauses, the longest, whose excess tells how the longest of all are spread

# The first day of the Vietnamese lunar year, by the calendar of the zone UTC+7.
TET = {
    2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19),
    2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12),
    2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6),
    2028: (1, 26), 2029: (2, 13), 2030: (2, 2), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
    2034: (2, 19), 2035: (2, 8), 2036: (1, 28), 2037: (2, 15), 2038: (2, 4), 2039: (1, 24),
    2040: (2, 12), 2041: (2, 1), 2042: (1, 22), 2043: (2, 10), 2044: (1, 30), 2045: (2, 17),
    2046: (2, 6), 2047: (1, 26), 2048: (2, 14), 2049: (2, 2), 2050: (1, 23),
}  # fmt: skip
TET_BEFORE, TET_AFTER = 4, 9  # days around it on which offices are closed, some a little longer
VIETNAM = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a portal has had no news, and how long would be too long."""

    last_day: date | None  # of news
    days: int  # of the calendar without news since then
    allowed_days: int | None  # None: nothing can be said yet
    by: str  # what tells the allowed days

    @property
    def too_long(self) -> bool:
        return self.allowed_days is not None and self.days > self.allowed_days


def is_holiday(day: date, *, timezone: str) -> bool:
    """Is this a day on which offices of the zone's country publish nothing, for all one knows?"""
    if (day.month, day.day) in ((12, 31), (1, 1), (1, 2)):
        return True
    if timezone != VIETNAM:
        return day.month == 12 and day.day >= 23
    if (day.month, day.day) in ((4, 29), (4, 30), (5, 1), (5, 2), (9, 1), (9, 2), (9, 3)):
        return True
    tet = TET.get(day.year)
    if tet is None:
        return False
    away = (day - date(day.year, *tet)).days
    return -TET_BEFORE <= away <= TET_AFTER


def silence(
    news: Mapping[date, int],
    *,
    today: date,
    timezone: str = "UTC",
    per_week: float | None = None,
    silent_days: float | None = None,
) -> Silence:
    """The silence up to the day before `today`, by the days that had news.

    `per_week` and `silent_days` are what the portal file expects: the latter is taken at its word,
    the former serves until the portal's own pauses tell.
    """
    days = sorted(day for day in news if day <= today)
    last = days[-1] if days else None
    if last is None:
        return Silence(last_day=None, days=0, allowed_days=None, by="no news is known")
    quiet = max(0, (today - last).days - 1)
    if silent_days is not None:
        return Silence(
            last_day=last, days=quiet, allowed_days=int(silent_days), by="[expect] silent_days"
        )
    clock = _Clock(days, timezone=timezone)
    pauses = clock.pauses()
    if len(pauses) >= FEWEST_PAUSES:
        span_years = max(1.0, (days[-1] - days[0]).days) / 365.25
        times = LONGEST_TIMES if clock.span > 400 else LONGEST_TIMES_YOUNG
        allowed = _longest(pauses, per_year=len(pauses) / span_years, times=times)
        by = f"its own {len(pauses)} pauses"
    elif per_week is not None:
        # Articles that come singly at this rate; as rare as by the portal's own pauses.
        clock.weights = (min(per_week / 7.0, 0.95),) * 7
        allowed = math.log(FALSE_ALARM_YEARS * 52.0 * max(per_week, 0.02))
        by = "[expect] articles_per_week"
    else:
        return Silence(last_day=last, days=quiet, allowed_days=None, by="too few pauses are known")
    return Silence(last_day=last, days=quiet, allowed_days=clock.days_after(last, allowed), by=by)


class _Clock:
    """Counts days by the news that is to be expected on them."""

    def __init__(self, days: Sequence[date], *, timezone: str) -> None:
        self.days = days
        self.timezone = timezone
        self.first, self.span = days[0], (days[-1] - days[0]).days + 1
        self.had = frozenset(days)
        self.weights = self._by_weekday()
        # Up to each day of the window: days of news, and those that the weekdays let expect.
        self.news, self.expected = [0.0], [0.0]
        for number in range(self.span):
            day = self.first + timedelta(days=number)
            open_ = not is_holiday(day, timezone=timezone)
            self.news.append(self.news[-1] + (day in self.had and open_))
            self.expected.append(self.expected[-1] + self.weights[day.weekday()] * open_)

    def _by_weekday(self) -> tuple[float, ...]:
        """How often each day of the week, Monday first, had news, of those that are no holidays."""
        seen, of = [0.5] * 7, [1.0] * 7
        for number in range(self.span):
            day = self.first + timedelta(days=number)
            if not is_holiday(day, timezone=self.timezone):
                of[day.weekday()] += 1
                seen[day.weekday()] += day in self.had
        return tuple(few / many for few, many in zip(seen, of, strict=True))

    def weight(self, day: date) -> float:
        """How much of a day of news is to be expected."""
        if is_holiday(day, timezone=self.timezone):
            return 0.0
        return self.weights[day.weekday()] * self._season(day)

    def _season(self, day: date) -> float:
        """The news at this time of other years, of what the days of the week let expect; 1 at most.

        A day's own year does not count: a pause must not explain itself.
        """
        news = expected = 0.0
        number = (day - self.first).days
        for years in (-3, -2, -1, 1, 2, 3):
            middle = number + round(years * 365.25)
            start, end = max(0, middle - SEASON_DAYS), min(self.span, middle + SEASON_DAYS + 1)
            if start < end:
                news += self.news[end] - self.news[start]
                expected += self.expected[end] - self.expected[start]
        return min(1.0, (news + SEASON_DOUBT) / (expected + SEASON_DOUBT))

    def pauses(self) -> list[float]:
        """The pauses between days of news, in days of news that were to be expected in them."""
        return [
            sum(
                self.weight(before + timedelta(days=step))
                for step in range(1, (after - before).days)
            )
            for before, after in pairwise(self.days)
        ]

    def days_after(self, last: date, allowed: float) -> int:
        """How many days of the calendar after `last` the allowed pause reaches."""
        passed, days = 0.0, 0
        while days < LONGEST_DAYS:
            passed += self.weight(last + timedelta(days=days + 1))
            if passed > allowed:
                break
            days += 1
        return max(LEAST_DAYS, days)


def _longest(pauses: list[float], *, per_year: float, times: float) -> float:
    """The longest pause to be borne: the excess of the longest ones, drawn out (exponential tail).

    The mean excess is taken a standard error higher: few pauses may know no long one yet.
    """
    ordered = sorted(pauses)
    bound = ordered[int((1.0 - TAIL) * (len(ordered) - 1))]
    beyond = [pause - bound for pause in ordered if pause > bound]
    drawn_out = bound
    if beyond:
        mean = sum(beyond) / len(beyond) * (1.0 + 1.0 / math.sqrt(len(beyond)))
        share = len(beyond) / len(ordered)
        drawn_out += mean * max(0.0, math.log(share * per_year * FALSE_ALARM_YEARS))
    return max(LEAST_NEWS_DAYS, times * ordered[-1], drawn_out)
