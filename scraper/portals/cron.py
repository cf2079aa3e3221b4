"""Cron lines as crontab(5) reads them.

APScheduler's own reader counts 0 as Monday and refuses 7, and lets a day fit both day fields where
crontab(5) lets it fit either.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from scraper.records import Cron

DEFAULT_CRON = "7 */2 * * *"  # every two hours, not on the hour, when everybody else calls

_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()  # the first stands for `lowest`

    @property
    def allowed(self) -> str:
        named = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.lowest}-{self.highest}{named}"


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


def read_cron(line: str) -> Cron:
    """The moments that a crontab(5) line names.

    Five fields, or "@daily" and the like; lists, ranges, steps, names of months and weekdays; 0 and
    7 are Sunday. Raises ValueError that says which field is wrong and what would be right.
    """
    words = _five_words(line)
    minutes, hours, days, months, weekdays = (
        _numbers(word, field) for word, field in zip(words, _FIELDS, strict=True)
    )
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    # crontab(5): restricted means that the field does not begin with "*"; "*/2" does.
    either_day = not words[2].startswith("*") and not words[4].startswith("*")
    if not either_day and not any(min(days) <= _LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(
            f"never comes: day of the month {words[2]!r} is in none of the months {words[3]!r}"
        )
    return Cron(
        line=line.strip(),
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=weekdays,
        either_day=either_day,
    )


def _five_words(line: str) -> list[str]:
    words = line.split()
    if len(words) == 1 and words[0].startswith("@"):
        name = words[0].lower()
        if name == "@reboot":
            raise ValueError(
                '"@reboot" names no time of day; the program collects when it is told to: '
                'write "@hourly", "@daily" or five fields'
            )
        if name not in _SHORT:
            raise ValueError(f"{words[0]!r} is unknown; known are {', '.join(_SHORT)}")
        return _SHORT[name].split()
    if len(words) != len(_FIELDS):
        raise ValueError(
            f"has {len(words)} fields, but needs 5: minute, hour, day of the month, month, "
            f'day of the week, as in "{DEFAULT_CRON}"'
        )
    return words


def _numbers(word: str, field: _Field) -> tuple[int, ...]:
    numbers: set[int] = set()
    for part in word.split(","):
        if not part:
            raise _wrong(word, field, "has a comma too many")
        numbers.update(_range(part, word, field))
    return tuple(sorted(numbers))


def _range(part: str, word: str, field: _Field) -> range:
    span, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not (step_text.isascii() and step_text.isdigit()) or int(step_text) == 0:
            raise _wrong(word, field, f"has the step {step_text!r}, which must be 1 or more")
        step = int(step_text)
    if span == "*":
        return range(field.lowest, field.highest + 1, step)
    first_text, dash, last_text = span.partition("-")
    first = _number(first_text, word, field)
    if slash and not dash:
        raise _wrong(
            word, field, f'needs a range before the step: "{span}-{field.highest}/{step}" or "*"'
        )
    last = _number(last_text, word, field) if dash else first
    if dash and last == 0 and field.highest == 7 and first > 0:
        last = 7  # "fri-sun"
    if last < first:
        raise _wrong(word, field, f"has the range {span!r}, which ends before it begins")
    return range(first, last + 1, step)


def _number(text: str, word: str, field: _Field) -> int:
    if text.isascii() and text.isdigit():
        number = int(text[:9])
        if field.lowest <= number <= field.highest:
            return number
        raise _wrong(word, field, f"holds {text}, which is out of range")
    if text.lower() in field.names:
        return field.names.index(text.lower()) + field.lowest
    near = difflib.get_close_matches(text.lower()[:3], field.names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise _wrong(word, field, f"holds {text!r}, which is no number{hint}")


def _wrong(word: str, field: _Field, problem: str) -> ValueError:
    return ValueError(f"the {field.name} {word!r} {problem}; allowed are {field.allowed}, * and /")
