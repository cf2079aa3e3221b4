"""Too long a silence: by a portal's own pauses, with weekends, Tết and summers in mind."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from scraper.silence import TET, VIETNAM, WINDOW_DAYS, is_holiday, silence

START = date(2026, 1, 1)
News = dict[date, int]


def weekdays(years: float, *, each: int = 5) -> News:
    """A portal of an office, that publishes on every working day."""
    days = (START + timedelta(days=number) for number in range(int(years * 365.25)))
    open_days = (day for day in days if day.weekday() < 5)
    return {day: each for day in open_days if not is_holiday(day, timezone=VIETNAM)}


def last_of(news: News) -> date:
    return max(news)


def test_an_office_is_silent_after_some_working_days() -> None:
    news = weekdays(1.4)
    last = last_of(news)
    quiet = silence(news, today=last + timedelta(days=3), timezone=VIETNAM)
    assert not quiet.too_long
    assert quiet.allowed_days is not None and quiet.allowed_days <= 6
    assert silence(news, today=last + timedelta(days=9), timezone=VIETNAM).too_long


@pytest.mark.parametrize("year", [2027, 2028, 2029])
def test_the_pause_of_tet_is_no_silence_even_the_first_time(year: int) -> None:
    tet = date(year, *TET[year])
    start = tet - timedelta(days=200)
    days = (start + timedelta(days=number) for number in range(197))
    news = {day: 9 for day in days if day.weekday() < 5}
    assert not silence(news, today=tet + timedelta(days=9), timezone=VIETNAM).too_long
    assert silence(news, today=tet + timedelta(days=19), timezone=VIETNAM).too_long


def test_a_summers_pause_is_known_in_the_next_summer() -> None:
    news = {day: many for day, many in weekdays(2.7).items() if day.month != 7}
    before = {day: many for day, many in news.items() if day < date(2028, 7, 1)}
    assert not silence(before, today=date(2028, 7, 30), timezone=VIETNAM).too_long
    autumn = {day: many for day, many in news.items() if day < date(2027, 10, 20)}
    late = silence(autumn, today=date(2027, 10, 20) + timedelta(days=29), timezone=VIETNAM)
    assert late.too_long, "a pause as long as last summer's is none of the autumn's"


def test_a_young_portal_is_judged_by_what_is_expected_of_it_or_not_at_all() -> None:
    news = {START: 1, START + timedelta(days=3): 2}
    today = START + timedelta(days=60)
    assert silence(news, today=today).allowed_days is None
    assert silence(news, today=today, per_week=7).too_long
    assert not silence(news, today=today, per_week=0.5).too_long


def test_a_persons_word_goes_before_history() -> None:
    news = weekdays(1.4)
    today = last_of(news) + timedelta(days=4)
    assert silence(news, today=today, silent_days=2).too_long
    assert not silence(news, today=today + timedelta(days=90), silent_days=120).too_long


# --- twenty years ------------------------------------------------------------------------------


def rare(day: date, rng: random.Random) -> float:
    return 1 / 7


def office(day: date, rng: random.Random) -> float:
    return 1.0 if day.weekday() < 5 else 0.05


def busy(day: date, rng: random.Random) -> float:
    return 26.0 if day.weekday() < 5 else 6.0


def bursts(day: date, rng: random.Random) -> float:
    return 4.0 if (day.toordinal() // 3) % 9 == rng.randrange(9) else 0.0


def quiet_summer(day: date, rng: random.Random) -> float:
    return 0.03 if day.month == 7 else office(day, rng) * 2


@pytest.mark.parametrize("rate", [rare, office, busy, bursts, quiet_summer])
@pytest.mark.parametrize("seed", [1])
def test_twenty_years_bring_at_most_one_false_alarm(
    rate: Callable[[date, random.Random], float], seed: int
) -> None:
    rng = random.Random(seed)
    days = (START + timedelta(days=number) for number in range(20 * 365))
    news: News = {}
    for day in days:
        expected = rate(day, rng) * (0.02 if is_holiday(day, timezone=VIETNAM) else 1.0)
        many = sum(rng.random() < expected / 40 for _ in range(40))
        if many:
            news[day] = many
    assert false_alarms(news) <= 1


def false_alarms(news: News) -> int:
    """How often the portal is called silent; asked at the end of each of its longer pauses."""
    alarms, ordered = 0, sorted(news)
    usual = sorted((after - before).days for before, after in pairwise(ordered))
    long = max(3, usual[int(0.97 * len(usual))])
    for place, (before, after) in enumerate(pairwise(ordered)):
        if (after - before).days < long or place < 40:
            continue
        window = {day: news[day] for day in ordered[max(0, place - WINDOW_DAYS) : place + 1]}
        window = {day: many for day, many in window.items() if (before - day).days <= WINDOW_DAYS}
        alarms += silence(window, today=after, timezone=VIETNAM).too_long
    return alarms
