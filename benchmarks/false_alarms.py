"""How often are portals that do nothing wrong called silent or badly read in twenty years?

Makes the days of news, and the fields and lengths of the articles, of several kinds of portal by
chance, and judges them as a run does. Prints false alarms a portal and how long a silence is borne.

    python benchmarks/false_alarms.py --seeds 5
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from scraper.archive.archive import ReadingFacts
from scraper.health import READINGS, judge_fields, judge_length
from scraper.silence import TET, VIETNAM, WINDOW_DAYS, is_holiday, silence

START = date(2026, 1, 1)
YEARS = 20
LEARNING_DAYS = 200  # that are known before anything is judged
Rate = Callable[[date], float]


def _office(day: date) -> float:
    return 1.0 if day.weekday() < 5 else 0.05


def _busy(day: date) -> float:
    return 26.0 if day.weekday() < 5 else 6.0


def _summer(day: date) -> float:
    quiet = date(day.year, 7, 10) <= day <= date(day.year, 8, 31)
    return 0.03 if quiet else 2 * _office(day)


RATES: Mapping[str, Rate] = {
    "two a month": lambda day: 1 / 15,
    "one a week": lambda day: 1 / 7,
    "five a week": _office,
    "three a day": lambda day: 3.0 * _office(day) + 0.4,
    "twenty a day": _busy,
    "twenty a working day": lambda day: 28.0 if day.weekday() < 5 else 0.0,
    "quiet in summer": _summer,
}


def news_of(rate: Rate | None, rng: random.Random) -> dict[date, int]:
    """Articles by day, Poisson by rate; without a rate in bursts of some days."""
    news: dict[date, int] = {}
    burst = 0
    for number in range(int(YEARS * 365.25)):
        day = START + timedelta(days=number)
        if rate is None:
            burst = max(0, burst - 1) or (rng.randint(1, 4) if rng.random() < 1 / 14 else 0)
            expected = 3.0 * bool(burst)
        else:
            expected = rate(day)
        if is_holiday(day, timezone=VIETNAM) and expected < 20:
            expected *= 0.02
        if day.year in TET and -2 <= (day - date(day.year, *TET[day.year])).days <= 7:
            expected *= 0.1 if expected >= 20 else 0.0
        many = _poisson(expected, rng)
        if many:
            news[day] = many
    return news


def _poisson(expected: float, rng: random.Random) -> int:
    product, many = rng.random(), 0
    while product > math.exp(-expected):
        product *= rng.random()
        many += 1
    return many


def silent_alarms(news: Mapping[date, int]) -> tuple[int, list[int]]:
    """False alarms, and the days of silence that were borne at each longer pause."""
    ordered = sorted(news)
    alarms, borne = 0, []
    for place, (before, after) in enumerate(pairwise(ordered)):
        if (after - before).days <= 3 or (before - START).days < LEARNING_DAYS:
            continue
        known = ordered[max(0, place - WINDOW_DAYS) : place + 1]
        window = {day: news[day] for day in known if (before - day).days <= WINDOW_DAYS}
        found = silence(window, today=after, timezone=VIETNAM)
        alarms += found.too_long
        if found.allowed_days is not None:
            borne.append(found.allowed_days)
    return alarms, borne


def reading_alarms(a_week: int, rng: random.Random) -> int:
    """False alarms over fields and lengths; photo news come in bunches."""
    readings: list[ReadingFacts] = []
    standing: set[str] = set()
    alarms = bunch = 0
    for number in range(YEARS * 52 * a_week):
        bunch = max(0, bunch - 1) or (rng.randint(2, 4) if rng.random() < 0.02 else 0)
        chances = {"date": 0.97, "authors": 0.1 if bunch else 0.45, "source": 0.25}
        chances["captions"] = 1.0 if bunch else 0.6
        one = ReadingFacts(
            id=str(number),
            title=str(number),
            first_seen_at=datetime(2026, 1, 1, tzinfo=UTC),
            has=frozenset(name for name, chance in chances.items() if rng.random() < chance),
            text_chars=int(rng.lognormvariate(5.5 if bunch else 7.3, 0.7)),
            fits=True,
        )
        readings.insert(0, one)
        del readings[READINGS:]
        if number % max(1, a_week // 14):  # two runs a day
            continue
        for found in (judge_fields(readings, fresh=number), *judge_length(readings, fresh=number)):
            if found.trouble and found.kind not in standing:
                standing.add(found.kind)
                alarms += 1
            elif found.cleared:
                standing.discard(found.kind)
    return alarms


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="portals of each kind")
    seeds = range(parser.parse_args().seeds)
    print(f"silent, {YEARS} years: false alarms a portal; days borne at pauses: median, most")
    for name, rate in (*RATES.items(), ("in bursts", None)):
        counts, borne = [], []
        for seed in seeds:
            alarms, days = silent_alarms(news_of(rate, random.Random(seed)))
            counts.append(alarms)
            borne += days
        middle = statistics.median(borne) if borne else 0
        print(f"{name:>22}  {counts}  {middle:g}, {max(borne, default=0)}")
    print(f"fields and lengths, {YEARS} years: false alarms a portal")
    for a_week in (1, 10, 140):
        print(f"{a_week:>15} a week  {[reading_alarms(a_week, random.Random(s)) for s in seeds]}")


if __name__ == "__main__":
    main()
