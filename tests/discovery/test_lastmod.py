"""Moments of sitemaps and JSON lists, in all the forms that portals write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discovery.lastmod import believable, last_moment, newest_first, read_moment

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LATEST = date(2026, 3, 1)
MORNING = datetime(2024, 6, 3, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-03T08:30:00+07:00", MORNING),
        ("2024-06-03T01:30:00Z", MORNING),
        ("2024-06-03T01:30:00.123456Z", MORNING),
        ("2024-06-03T01:30Z", MORNING),
        ("2024-06-03 08:30:00 +0700", MORNING),
        ("2024-06-03 08:30:00", MORNING),
        (" 2024-06-03T08:30\n", MORNING),
        ("03/06/2024 08:30", MORNING),
        ("2024-06-03", datetime(2024, 6, 3, 16, 59, 59, tzinfo=UTC)),
        ("03/06/2024", datetime(2024, 6, 3, 16, 59, 59, tzinfo=UTC)),
        ("2024-06", datetime(2024, 6, 30, 16, 59, 59, tzinfo=UTC)),
        ("2024-12", datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC)),
        ("2024", datetime(2024, 12, 31, 16, 59, 59, tzinfo=UTC)),
        ("2024-06-03T24:00:00Z", datetime(2024, 6, 3, tzinfo=UTC)),
    ],
)
def test_a_lastmod_is_the_last_moment_that_it_names(text: str, moment: datetime) -> None:
    assert last_moment(text, zone=HANOI) == moment


@pytest.mark.parametrize(
    "text",
    ["", "hôm qua", "0000-00-00", "0001-01-01T00:00:00Z", "2024-02-30", "2024-13-01", "1970-01-01",
     "2024-06-03T08:30:00+99:99", "9999", "9999-12-31T23:59:59-12:00", "2" * 500, "٢٠٢٤"],
)  # fmt: skip
def test_a_lastmod_that_names_no_moment_is_none(text: str) -> None:
    assert last_moment(text, zone=HANOI) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-03T08:30:00+07:00", MORNING),
        ("2024-06-03T08:30:00", MORNING),
        ("2024-06-03", date(2024, 6, 3)),
        ("1717378200", MORNING),
        ("1717378200000", MORNING),
        ("1717378200.5", MORNING + timedelta(seconds=0.5)),
        ("/Date(1717378200000)/", MORNING),
        ("/Date(1717378200000+0700)/", MORNING),
        ("03/06/2024", date(2024, 6, 3)),
        ("03-06-2024 08:30", MORNING),
        ("Thứ hai, 03/06/2024 | 08:30", MORNING),
        ("20", None),
        ("0", None),
        ("/Date(-62135596800000)/", None),
        ("/Date(99999999999999999)/", None),
        ("2031-01-01", None),
        ("4102444800", None),
        ("2024", None),
        ("rác", None),
    ],
)
def test_a_date_of_a_list_is_read_in_the_forms_of_portals(
    text: str, moment: date | datetime | None
) -> None:
    assert read_moment(text, zone=HANOI, latest=LATEST) == moment


@settings(max_examples=200)
@given(
    st.text(max_size=70)
    | st.lists(st.sampled_from(list("0123456789-:TZ+./() ") + ["2024", "Date("])).map("".join)
)
def test_any_text_is_a_moment_or_none(text: str) -> None:
    last = last_moment(text, zone=HANOI)
    assert last is None or last.tzinfo is UTC
    read = read_moment(text, zone=HANOI, latest=LATEST)
    assert not isinstance(read, datetime) or read.tzinfo is not None


def test_moments_within_an_hour_are_the_making_of_the_sitemap() -> None:
    made = [MORNING + timedelta(minutes=minute) for minute in range(20)]
    assert not believable(made)
    assert not believable([*made, MORNING - timedelta(days=900)])
    assert believable([MORNING - timedelta(days=day) for day in range(20)])
    assert believable(made[:4])


def test_what_has_no_moment_comes_after_what_has() -> None:
    moments = [None, MORNING, None, MORNING + timedelta(days=1)]
    assert newest_first(moments) == [3, 1, 0, 2]
