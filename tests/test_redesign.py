"""A portal changes its look: an alarm in the first run, nothing wrong archived, a new template."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from simulated_portal import HOME, Collector, collecting


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    """A portal that has been collected for some days."""
    with collecting(tmp_path) as collector:
        collector.site.publish(16, days=30)
        collector.run()
        collector.days(4)
        assert collector.alarms() == []
        yield collector


def only_first_versions(collector: Collector) -> bool:
    return all(
        len(collector.archive.versions(f"so:{number}")) == 1 for number in collector.archived()
    )


def test_the_first_run_after_a_redesign_raises_an_alarm_and_archives_nothing_wrong(
    collector: Collector,
) -> None:
    collector.site.look = "new"
    collector.days(1)
    (alarm,) = collector.archive.standing_alarms("so")
    assert alarm.kind == "new_look"
    assert "known articles fetched again" in alarm.reason
    assert collector.wrong() == []
    assert only_first_versions(collector)
    held = collector.archive.held("so")
    assert f"so:{len(collector.site.articles)}" in {page.link.id for page in held}


def test_the_new_look_is_learned_proved_and_used_by_the_next_run(collector: Collector) -> None:
    collector.site.look = "new"
    collector.days(1)
    newest = collector.archive.templates("so")[0]
    assert newest.state == "used"
    assert newest.proof is not None
    right, of = newest.proof.split(" of ")[0], newest.proof.split(" of ")[1].split()[0]
    assert int(right) == int(of) >= 3
    asked = len(collector.site.asked)
    collector.site.now = collector.site.now.replace(hour=15)
    collector.run()
    assert collector.archive.count_held("so") == 0
    again = collector.site.asked[asked:]
    assert f"{HOME}/chi-tiet?id={len(collector.site.articles)}" not in again, (
        "read from its capture"
    )
    assert collector.alarms() == []


def test_collecting_goes_on_in_the_new_look_without_versions_of_its_making(
    collector: Collector,
) -> None:
    collector.site.look = "new"
    collector.days(6, a_day=2)
    assert collector.alarms() == []
    assert collector.wrong() == []
    assert only_first_versions(collector)
    assert collector.archived() == set(collector.site.articles)


def test_a_look_that_reads_well_by_itself_holds_nothing(collector: Collector) -> None:
    collector.site.look = "other"
    collector.days(1)
    assert collector.alarms() == ["new_look"]
    assert collector.archive.count_held("so") == 0
    assert collector.wrong() == []
    collector.days(3)
    assert collector.alarms() == []
    assert only_first_versions(collector)


def test_the_variety_of_a_portal_is_never_held(collector: Collector) -> None:
    """Photo news, another layout here and there, notices of one paragraph."""
    for number in range(len(collector.site.articles) + 1, len(collector.site.articles) + 40):
        if number % 5 == 0:
            collector.site.odd[number] = photo_news(number)
        elif number % 7 == 0:
            collector.site.looks[number] = "other"
    for _ in range(8):
        collector.site.publish(1, paragraphs=1)
        collector.days(1, a_day=2)
        assert collector.alarms() == []
        assert collector.archive.count_held("so") == 0
    assert collector.archived() == set(collector.site.articles)


def photo_news(number: int) -> bytes:
    return (
        "<html><head><title>Ảnh</title></head><body><table><tr><td><b>Chùm ảnh: mùa nước nổi, kỳ "
        f"{number}</b></td></tr><tr><td>Vài hình ảnh kỳ {number} về mùa nước nổi năm nay ở các "
        "xã ven sông, do cộng tác viên của Trang tin gửi về.</td></tr></table></body></html>"
    ).encode()


@pytest.mark.parametrize("outcomes", [1, 3])
def test_a_run_that_breaks_off_after_a_redesign_archives_nothing_wrong_and_loses_nothing(
    collector: Collector, outcomes: int
) -> None:
    collector.site.look = "new"
    collector.site.now += timedelta(days=1)
    collector.site.publish(4)
    collector.run(break_off_after=outcomes)
    assert collector.wrong() == []
    collector.days(4)
    assert collector.alarms() == []
    assert collector.wrong() == []
    assert collector.archived() == set(collector.site.articles)
    assert only_first_versions(collector)


def test_a_look_that_is_taken_back_clears_the_alarm_and_loses_nothing(
    collector: Collector,
) -> None:
    collector.site.look = "new"
    collector.days(1)
    collector.site.look = "old"
    collector.days(3)
    assert collector.alarms() == []
    assert collector.wrong() == []
    assert collector.archived() == set(collector.site.articles)
    assert collector.archive.count_held("so") == 0


def test_new_pages_alone_in_a_new_look_raise_it_too(collector: Collector) -> None:
    """The old articles stay as they were made."""
    for number in range(len(collector.site.articles) + 1, 80):
        collector.site.looks[number] = "other"
    collector.days(1, a_day=4)
    assert collector.alarms() == ["new_look"]
    assert collector.wrong() == []
    collector.days(3, a_day=4)
    assert collector.alarms() == []


def test_a_portal_that_answers_each_article_with_its_home_page_raises_an_alarm(
    collector: Collector,
) -> None:
    collector.site.gone_to_home = True
    collector.days(1, a_day=3)
    assert collector.alarms() == ["new_look"]
    collector.site.gone_to_home = False
    collector.days(2, a_day=3)
    assert collector.alarms() == []
    assert collector.archived() == set(collector.site.articles)


def test_a_portal_without_history_holds_nothing(tmp_path: Path) -> None:
    with collecting(tmp_path) as young:
        young.site.publish(4)
        young.run()
        young.site.look = "new"
        young.days(3, a_day=3)
        assert young.archive.count_held("so") == 0
        assert young.alarms() == []
