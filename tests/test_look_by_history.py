"""A portal of which no template could be learned changes its look: its history alone tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from simulated_portal import Collector, collecting, portal_file

from scraper.extraction.article import Template
from scraper.offers import forget
from scraper.report import report


@pytest.fixture
def collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A portal that has been collected for some days, and of which nothing could be learned."""
    monkeypatch.setattr("scraper.learning.learn", lambda pages: Template())
    with collecting(tmp_path) as collector:
        collector.portal = portal_file(silent_days=300)
        collector.site.publish(30, days=20)
        collector.run()
        collector.days(3)
        assert collector.archive.templates("so") == ()
        assert collector.alarms() == []
        yield collector


def versions(collector: Collector) -> int:
    return sum(len(collector.archive.versions(f"so:{number}")) for number in collector.archived())


def due_again(collector: Collector, days: int = 40) -> None:
    """So many days later every known article is due."""
    collector.site.now += timedelta(days=days)


def test_known_articles_that_read_otherwise_at_once_are_held_and_raise_an_alarm(
    collector: Collector,
) -> None:
    before = versions(collector)
    collector.site.look = "new"
    due_again(collector)
    collector.site.publish(2)
    collector.run()
    assert collector.alarms() == ["new_look"]
    (alarm,) = collector.archive.standing_alarms("so")
    assert "no longer read as archived" in alarm.reason
    assert collector.wrong() == []
    assert versions(collector) == before
    assert collector.archive.count_held("so") >= 30


@pytest.mark.parametrize("rewritten", [(4, -1, -2), (-1, -2, -3, -4, -5)])
def test_a_portal_that_rewrites_some_of_many_articles_raises_nothing(
    collector: Collector, rewritten: tuple[int, ...]
) -> None:
    numbers = sorted(collector.site.articles)
    for number in (numbers[place] for place in rewritten):  # the newest are edited most
        article = collector.site.articles[number]
        collector.site.articles[number] = replace(
            article, title=f"Đính chính: {article.title}", paragraphs=article.paragraphs[:2]
        )
    due_again(collector)
    outcomes = collector.run()
    assert [one.kind for one in outcomes].count("changed") == len(rewritten)
    assert collector.alarms() == []
    assert collector.archive.count_held("so") == 0


def test_a_look_that_reads_as_before_holds_nothing(collector: Collector) -> None:
    collector.site.look = "other"
    due_again(collector)
    collector.site.publish(2)
    collector.run()
    assert collector.alarms() == []
    assert collector.archive.count_held("so") == 0
    assert collector.wrong() == []


def test_texts_that_vanish_from_all_known_pages_raise_an_alarm_and_the_run_fails(
    collector: Collector,
) -> None:
    success = collector.archive.status("so", now=collector.site.now).last_success
    before = versions(collector)
    collector.site.gone_to_home = True
    due_again(collector)
    collector.run()
    assert collector.alarms() == ["new_look"]
    run = collector.archive.last_run("so")
    assert run is not None and run.state == "failed"
    assert "known articles are none any more" in (run.reason or "")
    assert collector.archive.status("so", now=collector.site.now).last_success == success
    collector.site.gone_to_home = False
    outcomes = collector.days(3, publish=False)
    assert collector.alarms() == []
    assert collector.archive.count_held("so") == 0
    assert "changed" not in {one.kind for one in outcomes}
    assert versions(collector) == before


def test_a_look_that_is_taken_back_makes_no_versions(collector: Collector) -> None:
    before = versions(collector)
    collector.site.look = "new"
    due_again(collector)
    collector.run()
    assert collector.alarms() == ["new_look"]
    collector.site.look = "old"
    outcomes = collector.days(3, publish=False)
    assert collector.alarms() == []
    assert collector.archive.count_held("so") == 0
    assert "changed" not in {one.kind for one in outcomes}
    assert versions(collector) == before


def test_an_alarm_stands_while_the_look_stays(collector: Collector) -> None:
    collector.site.look = "new"
    due_again(collector)
    collector.run()
    collector.days(10)
    assert collector.alarms() == ["new_look"]
    assert len(collector.archive.alarms("so")) == 1
    assert collector.wrong() == []


def test_what_is_held_is_archived_as_it_reads_after_a_persons_word(collector: Collector) -> None:
    collector.site.look = "new"
    due_again(collector)
    collector.site.publish(2)
    collector.run()
    forget(collector.archive, "so", now=collector.site.now)
    collector.days(2)
    assert collector.alarms() == []
    assert collector.archive.count_held("so") == 0
    assert collector.archived() == set(collector.site.articles)
    due_again(collector)
    collector.run()
    assert collector.alarms() == []


def test_a_template_for_the_new_look_is_learned_from_what_is_held(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    collector.site.look = "new"
    due_again(collector)
    collector.site.publish(2)
    collector.run()
    (template,) = collector.archive.templates("so")
    assert template.state == "used" and template.proof is not None
    collector.days(3)
    assert collector.alarms() == []
    assert collector.wrong() == []
    assert collector.archived() == set(collector.site.articles)


def test_the_report_says_why_there_is_no_template(collector: Collector) -> None:
    told = report(collector.portal, archive=collector.archive, now=collector.site.now)
    assert told.template.number is None
    assert "could be told apart" in (told.template.none_because or "")


def test_a_run_of_which_no_new_link_was_an_article_fails_though_pages_are_held(
    tmp_path: Path,
) -> None:
    with collecting(tmp_path) as learned:
        learned.site.publish(20, days=20)
        learned.run()
        learned.days(4)
        assert learned.archive.templates("so")
        success = learned.archive.status("so", now=learned.site.now).last_success
        learned.site.gone_to_home = True
        learned.days(1, a_day=4)
        run = learned.archive.last_run("so")
        assert learned.alarms() == ["new_look"]
        assert learned.archive.count_held("so") > 0
        assert run is not None and run.state == "failed"
        assert "of 4 new links none was an article" in (run.reason or "")
        assert learned.archive.status("so", now=learned.site.now).last_success == success
