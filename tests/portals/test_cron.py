"""Cron lines as crontab(5) reads them."""

from __future__ import annotations

import pytest

from scraper.portals.portal_file import DEFAULT_CRON, read_cron


def test_a_line_becomes_five_sets_of_numbers() -> None:
    cron = read_cron("15 6-22/4 1,15 jan-mar,12 mon")
    assert cron.line == "15 6-22/4 1,15 jan-mar,12 mon"
    assert cron.minutes == (15,)
    assert cron.hours == (6, 10, 14, 18, 22)
    assert cron.days == (1, 15)
    assert cron.months == (1, 2, 3, 12)
    assert cron.weekdays == (1,)


def test_a_star_is_every_number() -> None:
    cron = read_cron("* * * * *")
    assert cron.minutes == tuple(range(60))
    assert cron.hours == tuple(range(24))
    assert cron.days == tuple(range(1, 32))
    assert cron.months == tuple(range(1, 13))
    assert cron.weekdays == tuple(range(7))


@pytest.mark.parametrize(
    ("weekdays", "numbers"),
    [
        ("0", (0,)),
        ("7", (0,)),
        ("sun", (0,)),
        ("SUN,Mon", (0, 1)),
        ("5-7", (0, 5, 6)),
        ("fri-sun", (0, 5, 6)),
        ("sun-tue", (0, 1, 2)),
        ("0-7", (0, 1, 2, 3, 4, 5, 6)),
        ("1-5/2", (1, 3, 5)),
    ],
)
def test_0_and_7_are_sunday(weekdays: str, numbers: tuple[int, ...]) -> None:
    assert read_cron(f"0 0 * * {weekdays}").weekdays == numbers


@pytest.mark.parametrize(
    ("line", "either"),
    [
        ("0 0 1 * mon", True),
        ("0 0 1-31 * 0-6", True),
        ("0 0 * * mon", False),
        ("0 0 1 * *", False),
        ("0 0 */2 * mon", False),
        ("0 0 1 * */2", False),
    ],
)
def test_a_day_that_fits_either_field_is_enough_where_none_begins_with_a_star(
    line: str, either: bool
) -> None:
    assert read_cron(line).either_day is either


@pytest.mark.parametrize(
    ("short", "line"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@Midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
    ],
)
def test_a_short_name_stands_for_a_line(short: str, line: str) -> None:
    one, other = read_cron(short), read_cron(line)
    assert (one.minutes, one.hours, one.days) == (other.minutes, other.hours, other.days)
    assert (one.months, one.weekdays) == (other.months, other.weekdays)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("60 * * * *", "minute '60' holds 60, which is out of range; allowed are 0-59"),
        ("* 24 * * *", "hour '24'"),
        ("* * 0 * *", "day of the month '0'"),
        ("* * * 13 *", "month '13' holds 13, which is out of range; allowed are 1-12 or jan-dec"),
        ("* * * * 8", "day of the week '8'"),
        ("* * * * monday", "holds 'monday', which is no number (did you mean 'mon'?)"),
        ("mon * * * *", "minute 'mon' holds 'mon', which is no number"),
        ("*/0 * * * *", "has the step '0'"),
        ("*/x * * * *", "has the step 'x'"),
        ("5/10 * * * *", 'needs a range before the step: "5-59/10"'),
        ("9-5 * * * *", "ends before it begins"),
        ("1,,2 * * * *", "comma too many"),
        ("-5 * * * *", "holds '', which is no number"),
        ("٣ * * * *", "which is no number"),
        ("* * * *", "has 4 fields, but needs 5"),
        ("0 * * * * *", "has 6 fields, but needs 5"),
        ("", "has 0 fields"),
        ("@reboot", "names no time of day"),
        ("@dayly", "is unknown; known are @hourly, @daily"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6,9,11 *", "never comes"),
    ],
)
def test_a_wrong_line_is_refused_with_what_would_be_right(line: str, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_cron(line)
    assert said in str(refused.value)


def test_a_day_that_never_comes_is_right_beside_a_weekday() -> None:
    assert read_cron("0 0 30 2 mon").either_day


def test_the_default_is_a_right_line() -> None:
    assert len(read_cron(DEFAULT_CRON).hours) == 12
