"""Alarms: raised by evidence, one of a kind, told apart, cleared by evidence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from simulated_portal import PER_PAGE, Collector, collecting

from scraper.archive.archive import ReadingFacts, RunFacts, SourceWalk
from scraper.health import judge_fields, judge_length, judge_lists, judge_outage
from scraper.report import report

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    with collecting(tmp_path) as collector:
        collector.site.now = NOW
        collector.site.publish(20, days=20)
        collector.run()
        collector.days(6)
        assert collector.alarms() == []
        yield collector


# --- over a portal -----------------------------------------------------------------------------


def test_a_portal_that_gives_no_answer_is_down_and_not_silent(collector: Collector) -> None:
    collector.site.down = True
    collector.days(1, publish=False)
    assert collector.alarms() == []  # one run says little
    collector.days(30, publish=False)
    assert collector.alarms() == ["down"]
    collector.site.down = False
    collector.days(1)
    assert collector.alarms() == []


def test_a_portal_that_publishes_nothing_is_silent_and_not_down(collector: Collector) -> None:
    collector.days(2, publish=False)
    assert collector.alarms() == []
    collector.days(20, publish=False)
    assert collector.alarms() == ["silent"]
    collector.days(1)
    (alarm,) = collector.archive.alarms("so")
    assert alarm.cleared_at is not None
    assert "lists answer" in alarm.reason


def test_a_list_without_articles_is_told_from_silence(collector: Collector) -> None:
    collector.site.lists_empty = True
    collector.days(2, publish=False)
    assert collector.alarms() == ["lists_empty"]
    collector.site.lists_empty = False
    collector.days(1)
    assert collector.alarms() == []


def test_an_alarm_is_raised_once(collector: Collector) -> None:
    collector.site.lists_empty = True
    collector.days(6, publish=False)
    assert len(collector.archive.alarms("so")) == 1


def test_what_the_lists_held_is_kept(collector: Collector) -> None:
    told = report(collector.portal, archive=collector.archive, now=collector.site.now)
    (source,) = told.sources
    assert (source.links, source.new_links) == (PER_PAGE * (source.pages or 0), 1)
    assert told.usual_per_week is None or told.usual_per_week > 0
    assert {one.field: one.now for one in told.fields}["date"] == 1.0
    assert told.template.fitting == told.template.of > 0


def test_texts_that_become_short_raise_an_alarm(collector: Collector) -> None:
    collector.days(10, a_day=3)
    for _ in range(6):
        collector.site.now += timedelta(days=1)
        collector.site.publish(3, paragraphs=1)
        collector.run()
    assert collector.alarms() == ["text_short"]


# --- the judging alone -------------------------------------------------------------------------


def reading(number: int, *fields: str, chars: int = 1000) -> ReadingFacts:
    return ReadingFacts(
        id=f"so:{number}",
        title=f"Bài {number}",
        first_seen_at=NOW,
        has=frozenset(fields),
        text_chars=chars,
        fits=True,
    )


def walk(*, links: int = 10, answered: bool = True) -> SourceWalk:
    return SourceWalk(
        url="http://so.example/tin",
        kind="unchanged" if answered else "failed",
        reason=None,
        pages=int(answered),
        links=links if answered else 0,
        new_links=0,
    )


def run_facts(number: int, walked: SourceWalk) -> RunFacts:
    return RunFacts(
        id=number,
        state="done",
        finished_at=NOW + timedelta(hours=2 * number),
        requests=3,
        walks=(walked,),
        counts={},
    )


def newest_first(*walks: SourceWalk) -> list[RunFacts]:
    return [run_facts(number, one) for number, one in reversed(list(enumerate(walks)))]


def test_a_date_that_was_always_there_is_missed_after_some_articles() -> None:
    before = [reading(number, "date", "source") for number in range(200)]
    lost = [reading(number, "source") for number in range(1000, 1005)]
    assert judge_fields([*lost[:2], *before], fresh=100).trouble is None
    told = judge_fields([*lost, *before], fresh=100).trouble
    assert told is not None and told.startswith("date: 0 of the 5 newest")


def test_a_field_that_few_have_is_not_missed_in_a_few() -> None:
    before = [reading(number, *["authors"] * (number % 3 == 0)) for number in range(200)]
    lost = [reading(number) for number in range(1000, 1015)]
    assert judge_fields([*lost, *before], fresh=100).trouble is None


def test_the_articles_of_the_first_run_are_no_news() -> None:
    before = [reading(number, "date") for number in range(200)]
    lost = [reading(number) for number in range(1000, 1010)]
    assert judge_fields([*lost, *before], fresh=0).trouble is None


def test_a_field_that_came_back_clears_the_alarm() -> None:
    readings = [reading(number, "date") for number in range(200)]
    lost = [reading(number) for number in range(1000, 1010)]
    back = [reading(number, "date") for number in range(2000, 2010)]
    assert judge_fields([*lost, *readings], fresh=100).cleared is None
    assert judge_fields([*back, *lost, *readings], fresh=100).cleared is not None


def test_texts_that_become_long_are_told_from_short_ones() -> None:
    rng = random.Random(3)
    before = [reading(number, chars=rng.randint(500, 4000)) for number in range(200)]
    now = [reading(number, chars=rng.randint(9000, 12000)) for number in range(1000, 1012)]
    short, long = judge_length([*now, *before], fresh=100)
    assert (short.kind, short.trouble) == ("text_short", None)
    assert long.kind == "text_long" and long.trouble is not None


def test_a_host_that_often_fails_for_an_hour_is_not_called_down() -> None:
    flaky = [walk(answered=number % 4 != 0) for number in range(60)]
    assert judge_outage(newest_first(*flaky, walk(answered=False))).trouble is None
    silent = [walk(answered=False)] * 12
    assert judge_outage(newest_first(*flaky, *silent)).trouble is not None


def test_a_list_that_is_often_empty_raises_nothing() -> None:
    often = [walk(links=10 * (number % 3 == 0)) for number in range(60)]
    assert judge_lists(newest_first(*often, walk(links=0), walk(links=0))).trouble is None
    always = [walk()] * 59
    assert judge_lists(newest_first(*always, walk(links=0))).trouble is not None


@pytest.mark.parametrize(("a_week", "a_run"), [(1, 1), (20, 20)])
def test_twenty_years_of_uneven_articles_bring_at_most_one_false_alarm(
    a_week: int, a_run: int
) -> None:
    """Fields by chance and by section, lengths of all kinds, photo news in bunches."""
    rng = random.Random(a_week)
    readings: list[ReadingFacts] = []
    alarms, standing = 0, set()
    bunch = 0
    for number in range(20 * 52 * a_week):
        bunch = max(0, bunch - 1) or (rng.randint(2, 4) if rng.random() < 0.02 else 0)
        fields = ["date"] if rng.random() < 0.97 else []
        fields += ["authors"] if rng.random() < (0.1 if bunch else 0.45) else []
        fields += ["captions"] if bunch or rng.random() < 0.6 else []
        fields += ["source"] if rng.random() < 0.25 else []
        chars = int(rng.lognormvariate(5.5 if bunch else 7.3, 0.7))
        readings.insert(0, reading(number, *fields, chars=chars))
        del readings[240:]
        if number % a_run:
            continue
        for found in (judge_fields(readings, fresh=number), *judge_length(readings, fresh=number)):
            if found.trouble and found.kind not in standing:
                alarms += 1
                standing.add(found.kind)
            elif found.cleared:
                standing.discard(found.kind)
    assert alarms <= 1
