"""A year of collecting with the clock under control: holidays, Tết, a redesign in the middle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from simulated_portal import ZONE, collecting

from scraper.silence import VIETNAM, is_holiday

START = datetime(2026, 2, 2, 2, tzinfo=UTC)  # Tết is on 17 February
REDESIGN = date(2026, 8, 10)
RUN_EVERY_DAYS = 5


def test_a_year_with_holidays_and_a_redesign_brings_one_alarm_and_archives_all_of_it_right(
    tmp_path: Path,
) -> None:
    raised: list[tuple[date, str]] = []
    with collecting(tmp_path) as collector:
        site = collector.site
        site.now = START
        site.publish(60, days=140)
        collector.run()
        for number in range(1, 366):
            site.now = START + timedelta(days=number)
            today = site.now.astimezone(ZONE).date()
            site.look = "new" if today >= REDESIGN else "old"
            if today.weekday() in (0, 2, 3) and not is_holiday(today, timezone=VIETNAM):
                site.publish(1)
            if number % RUN_EVERY_DAYS:
                continue
            collector.run()
            if timedelta(0) <= today - REDESIGN < timedelta(days=30):
                assert collector.wrong() == []
            alarms = collector.archive.standing_alarms("so")
            raised += [(today, one.kind) for one in alarms if one.raised_at == site.now]
        collector.run()
        assert collector.alarms() == []
        assert collector.wrong() == []
        assert collector.archived() == set(site.articles)
        assert all(len(collector.archive.versions(f"so:{number}")) == 1 for number in site.articles)
    ((day, kind),) = raised
    assert kind == "new_look"
    assert timedelta(0) <= day - REDESIGN < timedelta(days=RUN_EVERY_DAYS)
