"""Who says on which day an article was published, and which day is believed.

Metadata, the page's print and its address are independent of each other: two of them that agree are
believed against the third. A day on which the article was changed is no day of publishing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeGuard

from scraper.extraction.datelines import Dateline, swapped
from scraper.extraction.notes import Witness
from scraper.extraction.time_elements import read_machine_date
from scraper.extraction.title_line import EARLIEST_YEAR
from scraper.extraction.witnesses import is_weak_date
from scraper.records import Evidence
from scraper.vietnamese.dates import Moment, may_hold_a_date, read_date

LEAST = 1.2  # what speaks for a day that is believed
_OF_CHANGE = 0.4  # what is left of a day's votes if the article was changed on it
_MOST_WITNESSES = 50
_HINT = 2.0  # of those by whom an instant given in UTC gets its day
_SURE = 2.4  # the weight of metadata that can be relied on
_CLEAR = 3.4  # of a clear dateline
_SECOND = 0.3  # what another voice of the same kind adds
_EITHER_FIRST = re.compile(r"\s*(?:0?[1-9]|1[0-2])([/.-])(?:0?[1-9]|1[0-2])\1[0-9]{4}(?![0-9])")
_TITLE_TAIL = re.compile(r"[|–—-]\s*([^|–—]{6,30})$")


@dataclass(frozen=True, slots=True)
class Voice:
    """One who says when an article was published."""

    moment: Moment
    weight: float
    kind: str  # "metadata", "print", "address", "title"
    evidence: Evidence


@dataclass(slots=True)
class _Day:
    """A day and those who speak for it."""

    voices: list[Voice]

    def votes(self) -> float:
        best: dict[str, float] = {}
        rules: dict[str, set[str]] = {}
        for voice in self.voices:
            best[voice.kind] = max(best.get(voice.kind, 0.0), voice.weight)
            rules.setdefault(voice.kind, set()).add(voice.evidence.rule)
        more = min(2, sum(len(names) - 1 for names in rules.values()))
        return sum(best.values()) + _SECOND * more

    def is_vague(self) -> bool:
        """Whether neither metadata nor a clear dateline names the day."""
        return all(
            voice.weight < (_CLEAR if voice.kind == "print" else _SURE) for voice in self.voices
        )


def said_moments(said: Sequence[Witness], *, latest: date | None) -> list[tuple[Moment, Witness]]:
    """What metadata says, parsed; the rest is dropped."""
    moments: dict[str, Moment | None] = {}
    kept: list[tuple[Moment, Witness]] = []
    for witness in said[:_MOST_WITNESSES]:
        text = witness.text
        if text not in moments:
            moments[text] = read_machine_date(text, latest=latest)
        moment = moments[text]
        if moment is not None and moment.day.year >= EARLIEST_YEAR:
            kept.append((moment, witness))
    return _clocks_of_utc(kept)


def _clocks_of_utc(said: list[tuple[Moment, Witness]]) -> list[tuple[Moment, Witness]]:
    """A time without offset that another witness gives as UTC's is UTC's too."""
    utc = {moment.value.replace(tzinfo=None) for moment, _ in said if _is_utc(moment.value)}
    if not utc:
        return said
    return [
        (replace(moment, value=value.replace(tzinfo=UTC)), witness)
        if isinstance(value := moment.value, datetime) and value in utc
        else (moment, witness)
        for moment, witness in said
    ]


def voices_of_metadata(said: Iterable[tuple[Moment, Witness]]) -> list[Voice]:
    return [
        Voice(moment, _weight(witness), "metadata", Evidence(rule=witness.rule, text=witness.text))
        for moment, witness in said
    ]


def _weight(witness: Witness) -> float:
    if is_weak_date(witness):
        return 1.6 if witness.about_page else 1.3
    if _EITHER_FIRST.match(witness.text):  # 03/09/2026
        return 1.4
    if witness.rule.startswith("JSON-LD"):
        return 3.0
    return 2.4 if witness.rule.startswith("itemprop") else 2.8


def voices_of_print(seen: Iterable[Dateline]) -> list[Voice]:
    return [
        Voice(
            line.moment,
            (_CLEAR if line.score >= 6.0 else 2.1 if line.score >= 4.5 else 1.5)
            + (0.6 if line.label else 0.0),
            "print",
            Evidence(rule=line.rule, text=line.block.text),
        )
        for line in seen
        if line.label != "updated"
    ]


def voice_of_title(titles: Sequence[Witness], *, latest: date | None) -> list[Voice]:
    """A date at the end of the page's title: "… | Europe | 28.04.2023"."""
    for title in titles:
        tail = _TITLE_TAIL.search(title.text[-60:])
        if tail and may_hold_a_date(tail[1]):
            moment = read_date(tail[1], latest=latest)
            if moment and moment.end - moment.start >= len(tail[1].strip()) - 3:
                return [Voice(moment, LEAST, "title", Evidence(rule=title.rule, text=title.text))]
    return []


def right_way_round(seen: Sequence[Dateline], days: Iterable[date]) -> list[Dateline]:
    """The lines, with 3/4/2025 read as 4 March where others say so."""
    known = set(days)
    return [
        replace(line, moment=_turned(line.moment))
        if line.moment.day not in known
        and swapped(line.moment.day) in known
        and _EITHER_FIRST.match(line.moment.text)
        else line
        for line in seen
    ]


def _turned(moment: Moment) -> Moment:
    day = swapped(moment.day)
    assert day is not None
    value = moment.value
    if isinstance(value, datetime):
        return replace(moment, value=datetime.combine(day, value.timetz()))
    return replace(moment, value=day)


def believed(voices: Sequence[Voice], *, changed: Iterable[date]) -> Voice | None:
    """The voice for the day that most speaks for, the most precise of those that name it.

    `changed` are days on which the article was changed: what stands somewhere on the page and
    names one of these is believed less.
    """
    days = _by_day(voices)
    if not days:
        return None
    if len(days) == 1:
        (best,) = days
        return _most_precise(days[best].voices, best)
    votes = {day: here.votes() for day, here in days.items()}
    for day in set(changed).intersection(days):
        votes[day] *= _OF_CHANGE if days[day].is_vague() else 1.0
    best = max(days, key=lambda day: votes[day])  # of equals the first
    return _most_precise(days[best].voices, best) if votes[best] >= LEAST else None


def _by_day(voices: Sequence[Voice]) -> dict[date, _Day]:
    """The voices by the day that they name; those of Greenwich by the day that others name."""
    days: dict[date, _Day] = {}
    greenwich = [voice for voice in voices if is_greenwich(voice.moment)]
    for voice in voices:
        if not is_greenwich(voice.moment):
            days.setdefault(voice.moment.day, _Day([])).voices.append(voice)
    local = {day: here.votes() for day, here in days.items()}
    for voice in greenwich:
        day = voice.moment.day
        near = [
            other for other in local if local[other] >= _HINT and _may_be_local(voice.moment, other)
        ]
        if day not in local and near:
            day = max(near, key=lambda other: local[other])
        days.setdefault(day, _Day([])).voices.append(voice)
    return days


def is_greenwich(moment: Moment) -> bool:
    """Whether a moment is given in UTC, as machines do, wherever the page was made."""
    return _is_utc(moment.value)


def _is_utc(value: date | datetime) -> TypeGuard[datetime]:
    return isinstance(value, datetime) and value.utcoffset() == timedelta(0)


def _may_be_local(moment: Moment, day: date) -> bool:
    """Whether it was this day anywhere on earth at a moment given in UTC."""
    assert isinstance(moment.value, datetime)
    first = (moment.value - timedelta(hours=8)).date()  # from California to Auckland
    return first <= day <= (moment.value + timedelta(hours=13)).date()


def _most_precise(voices: Sequence[Voice], day: date) -> Voice:
    """The best of the voices for a day; an instant given in UTC in the zone of the page's print."""
    order = sorted(voices, key=lambda voice: (voice.kind != "metadata", -voice.weight))
    best = order[0]
    if is_greenwich(best.moment) and best.moment.day != day:
        return _local(best, [voice for voice in order if voice.moment.day == day])
    if best.moment.precision != "day":
        return best
    return next((voice for voice in order if voice.moment.precision != "day"), best)


def _local(utc: Voice, others: Sequence[Voice]) -> Voice:
    """A moment of UTC by the offset that the others show, all of the page's own day, if any do."""
    instant = utc.moment.value
    assert isinstance(instant, datetime)
    for other in others:
        value = other.moment.value
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                return other
            apart = value - instant.replace(tzinfo=None)
            quarters = round(apart / timedelta(minutes=15))
            offset = quarters * timedelta(minutes=15)
            if abs(apart - offset) < timedelta(minutes=1) and abs(offset) <= timedelta(hours=14):
                aware = instant.astimezone(timezone(offset))
                return replace(utc, moment=replace(utc.moment, value=aware))
            return other
    return others[0] if others else utc
