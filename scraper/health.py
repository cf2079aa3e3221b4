"""Is a portal alive and well read? Its own history against what came last, and alarms.

Told apart: the portal is silent (its lists answer as ever, nothing new stands on them), it is down
(it gives no answer), its lists yield nothing, its pages have a new look, or they are read worse
than before. What decides are chances, chosen small, of several articles of evidence, and no fixed
bounds: chances.py and silence.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from scraper.archive.archive import Alarm, Archive, ReadingFacts, RunFacts, SourceWalk
from scraper.chances import in_a_row, median, so_few, so_low
from scraper.errors import BadStatus, PageError, SourceError
from scraper.likeness import FIELDS
from scraper.looks import ENOUGH, LookWatch
from scraper.records import AlarmKind, Portal
from scraper.silence import WINDOW_DAYS, Silence, silence

RUNS = 60  # the newest, that tell how lists and host usually do
READINGS = 240  # the newest articles: those of now, and those before
NEWEST = (5, 10, 20, 40)  # articles that are held against the others; few show much, many little
FEWEST_BEFORE = 30  # articles; fewer tell no share
# Ours: at twenty articles a day and five fields, ten thousand windows that share nothing pass in
# twenty years; a chance of one in a million then speaks once in a hundred portals.
RARE = 1e-6
USUAL = 0.01  # a chance above it clears an alarm; between both it stays as it was
HALF = 0.5  # of a field's share, or of the length: less of a fall is no alarm, however sure
NEARLY = 0.75  # of the length before: no test is asked
FEWEST_PAGES = 3  # that failed in a run, for it to say something of the host
FEWEST_WALKS = 5  # of a list that yielded, before its yielding nothing says something
RARE_WALK = 0.01  # the chance of so many empty walks in a row
RARE_OUTAGE = 0.001  # the chance of so many runs without an answer
DOWN_FOR = timedelta(hours=6)  # ours: nightly works end by the morning
REFUSING = (403, 429)  # it answers, but not us
TOLD_LISTS = 3
UNFIT = "fit nothing that was learned of the portal's pages; it has changed its look"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was seen of one kind of trouble: a reason to raise, one to clear, or neither."""

    kind: AlarmKind
    trouble: str | None = None
    cleared: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What a portal's health is judged by, read at one moment."""

    readings: tuple[ReadingFacts, ...]  # newest first
    fresh: int  # of these, seen since the first run ended
    runs: tuple[RunFacts, ...]  # newest first
    silence: Silence | None  # None where no list answered lately


def list_answered(error: PageError | SourceError) -> bool:
    """Did the host answer for this list, so that what failed is the list and not the host?"""
    if isinstance(error, SourceError):
        return True
    if isinstance(error, BadStatus):
        return 400 <= error.status < 500 and error.status not in REFUSING
    return False


def judge_run(
    portal: Portal, *, archive: Archive, run: int, looks: LookWatch, now: datetime
) -> None:
    """At the end of a run: raise and clear the alarms of a portal."""
    vitals = vitals_of(portal, archive=archive)
    standing = archive.standing_alarms(portal.name)
    _note(archive, portal, [*_judged(vitals), judge_look(looks, vitals, standing)], run, now=now)


def vitals_of(portal: Portal, *, archive: Archive) -> Vitals:
    """What is judged, read through indexes: the newest articles, runs and days of news."""
    runs = archive.recent_runs(portal.name, limit=RUNS)
    readings = archive.readings(portal.name, limit=READINGS)
    first = archive.first_success(portal.name)
    fresh = sum(first is not None and one.first_seen_at > first for one in readings)
    return Vitals(
        readings=readings, fresh=fresh, runs=runs, silence=_silence(portal, runs, archive=archive)
    )


def _silence(portal: Portal, runs: Sequence[RunFacts], *, archive: Archive) -> Silence | None:
    """The portal's silence, up to the last run in which its lists answered and held links."""
    looked = next((run for run in runs if any(map(_yielded, run.walks))), None)
    if looked is None:
        return None
    today = looked.finished_at.astimezone(portal.zone).date()
    last = archive.newest_day(portal.name, until=today)
    since = min(last or today, today) - timedelta(days=WINDOW_DAYS)
    return silence(
        archive.days_of_news(portal.name, since=since, until=today),
        today=today,
        timezone=portal.timezone,
        per_week=portal.articles_per_week,
        silent_days=portal.silent_days,
    )


def _judged(vitals: Vitals) -> Iterator[Finding]:
    yield judge_silence(vitals.silence)
    yield judge_outage(vitals.runs)
    yield judge_lists(vitals.runs)
    yield judge_fields(vitals.readings, fresh=vitals.fresh)
    yield from judge_length(vitals.readings, fresh=vitals.fresh)


def _note(
    archive: Archive, portal: Portal, findings: Sequence[Finding], run: int | None, *, now: datetime
) -> None:
    for found in findings:
        if found.trouble is not None:
            archive.raise_alarm(portal.name, found.kind, reason=found.trouble, run=run, now=now)
        elif found.cleared is not None:
            archive.clear_alarm(portal.name, found.kind, reason=found.cleared, now=now)


# --- is it alive? --------------------------------------------------------------------------------


def judge_silence(quiet: Silence | None) -> Finding:
    """Nothing new for longer than the portal's own pauses allow, while its lists answer."""
    if quiet is None or quiet.allowed_days is None:
        return Finding(kind="silent")
    if quiet.too_long:
        return Finding(
            kind="silent",
            trouble=f"nothing new in the {quiet.days} days since {quiet.last_day}; by {quiet.by} "
            f"at most {quiet.allowed_days} are usual; its lists answered as before",
        )
    if 2 * quiet.days <= quiet.allowed_days:
        return Finding(kind="silent", cleared=f"news of {quiet.last_day}")
    return Finding(kind="silent")


def judge_outage(runs: Sequence[RunFacts]) -> Finding:
    """No list and no page gave an answer, in more runs than its history lets expect, for hours."""
    walked = [run for run in runs if run.walks]
    dead = _leading(walked, _dead)
    if walked and not dead:
        return Finding(kind="down", cleared="it answers again")
    before = walked[dead:]
    seen = sum(map(_dead, before))
    if dead < 2 or in_a_row(dead, seen=seen, of=len(before)) > RARE_OUTAGE:
        return Finding(kind="down")
    lasted = walked[0].finished_at - walked[dead - 1].finished_at
    if lasted < DOWN_FOR:
        return Finding(kind="down")
    since = walked[dead - 1].finished_at
    return Finding(
        kind="down",
        trouble=f"no answer in {dead} runs since {since:%Y-%m-%d %H:%M} UTC: "
        f"{_why_dead(walked[0])}",
    )


def _dead(run: RunFacts) -> bool:
    """No list answered in this run, or its lists did and not one of several pages."""
    if all(map(_no_answer, run.walks)):
        return True
    failed = run.counts.get("failed", 0)
    return failed >= FEWEST_PAGES and failed == sum(run.counts.values())


def _why_dead(run: RunFacts) -> str:
    if all(map(_no_answer, run.walks)):
        return run.walks[0].reason or "its lists could not be had"
    return f"its lists answer, but all {run.counts['failed']} pages failed"


def judge_lists(runs: Sequence[RunFacts]) -> Finding:
    """A list that answers and holds no article, though it always held some."""
    latest = next((run for run in runs if run.walks), None)
    if latest is None or all(map(_no_answer, latest.walks)):
        return Finding(kind="lists_empty")
    empty = []
    for walk in latest.walks:
        past = [one for run in runs for one in run.walks if one.url == walk.url]
        past = [one for one in past if not _no_answer(one)]
        times = _leading(past, _is_empty)
        before = past[times:]
        seen = sum(map(_is_empty, before))
        if (
            times
            and len(before) >= FEWEST_WALKS
            and in_a_row(times, seen=seen, of=len(before)) <= RARE_WALK
        ):
            empty.append(f"{walk.url}: {past[0].reason or 'no links to articles'}")
    if empty:
        return Finding(kind="lists_empty", trouble="; ".join(empty[:TOLD_LISTS]))
    if all(map(_yielded, latest.walks)):
        return Finding(kind="lists_empty", cleared="all lists hold articles again")
    return Finding(kind="lists_empty")


def _no_answer(walk: SourceWalk) -> bool:
    return walk.kind == "failed" and walk.pages == 0


def _is_empty(walk: SourceWalk) -> bool:
    return walk.kind == "refused" or (bool(walk.pages) and walk.links == 0)


def _yielded(walk: SourceWalk) -> bool:
    return walk.links > 0


def _leading(items: Sequence[T], test: Callable[[T], bool]) -> int:
    """How many of the first items pass a test."""
    count = 0
    for item in items:
        if not test(item):
            break
        count += 1
    return count


# --- is it well read? ----------------------------------------------------------------------------


def judge_fields(readings: Sequence[ReadingFacts], *, fresh: int) -> Finding:
    """A field that the newest articles have much more rarely than those before."""
    lost = [found for name in FIELDS if (found := _lost(name, readings, fresh=fresh))]
    if lost:
        return Finding(kind="field_lost", trouble="; ".join(lost))
    if all(_there_again(name, readings, newest) for name in FIELDS for newest in NEWEST[:2]):
        return Finding(kind="field_lost", cleared="the newest articles have what those before had")
    return Finding(kind="field_lost")


def _lost(name: str, readings: Sequence[ReadingFacts], *, fresh: int) -> str | None:
    for newest in NEWEST:
        now, before = readings[:newest], readings[newest:]
        if newest > fresh or len(before) < FEWEST_BEFORE:
            return None
        having, had = _having(name, now), _having(name, before)
        least = HALF * had / len(before)
        last = _having(name, readings[: NEWEST[0]]) / NEWEST[0]  # it has not come back meanwhile
        if having / newest > least or last > least:
            continue
        if so_few(having, newest, before=had, of_before=len(before)) <= RARE:
            return (
                f"{name}: {having} of the {newest} newest articles have one, "
                f"of the {len(before)} before {had} had"
            )
    return None


def _there_again(name: str, readings: Sequence[ReadingFacts], newest: int) -> bool:
    now, before = readings[:newest], readings[newest:]
    having, had = _having(name, now), _having(name, before)
    if having * len(before) >= had * len(now):
        return True
    return so_few(having, len(now), before=had, of_before=len(before)) > USUAL


def _having(name: str, readings: Sequence[ReadingFacts]) -> int:
    return sum(name in one.has for one in readings)


def judge_length(readings: Sequence[ReadingFacts], *, fresh: int) -> Iterator[Finding]:
    """Texts that are half as long as those before, or twice."""
    lengths = [float(one.text_chars) for one in readings]
    kinds: tuple[tuple[AlarmKind, int], ...] = (("text_short", 1), ("text_long", -1))
    for kind, sign in kinds:
        trouble, usual = None, True
        for newest in NEWEST:
            now, before = lengths[:newest], lengths[newest:]
            if newest > fresh or len(before) < FEWEST_BEFORE:
                break
            changed = (median(now) / max(1.0, median(before))) ** sign
            if changed > NEARLY:
                continue
            chance = so_low([sign * one for one in now], [sign * one for one in before])
            usual &= chance > USUAL or newest not in NEWEST[:2]
            if changed <= HALF and chance <= RARE and trouble is None:
                trouble = (
                    f"the {newest} newest texts have {median(now):.0f} characters (median), "
                    f"the {len(before)} before had {median(before):.0f}"
                )
        cleared = "the newest texts are as long as those before" if usual else None
        yield Finding(kind=kind, trouble=None if usual else trouble, cleared=cleared)


def judge_look(looks: LookWatch, vitals: Vitals, standing: Sequence[Alarm]) -> Finding:
    """Pages that no template fits any more: told by known articles, or by many new ones."""
    if looks.known_again():
        return Finding(
            kind="new_look", cleared=f"{looks.fits} pages fit what was learned of the portal"
        )
    learned = looks.templates.in_use
    since = [
        one
        for one in vitals.readings
        if learned is not None and one.first_seen_at > learned.learned_at
    ]
    alarm = next((one for one in standing if one.kind == "new_look"), None)
    if alarm is not None:
        later = [one for one in since if one.first_seen_at > alarm.raised_at][:ENOUGH]
        if len(later) == ENOUGH and all(one.fits for one in later):
            return Finding(kind="new_look", cleared="the newest articles fit a template")
        return Finding(kind="new_look")
    if looks.verdict == "new":
        return Finding(kind="new_look", trouble=looks.reason)
    if learned is None:
        return Finding(kind="new_look")
    return Finding(kind="new_look", trouble=_unfit(since, articles=learned.articles))


def _unfit(since: Sequence[ReadingFacts], *, articles: int) -> str | None:
    """The newest articles, where they fit a template so much more rarely than those before."""
    streak = _leading(since, lambda one: not one.fits)
    seen = sum(not one.fits for one in since[streak:])
    if streak and in_a_row(streak, seen=seen, of=len(since) - streak + articles) <= RARE:
        return f"the {streak} newest articles {UNFIT}"
    for newest in NEWEST:
        now, before = since[:newest], since[newest:]
        if len(now) < newest:
            break
        fitting, fitted = _fitting(now), _fitting(before) + articles
        chance = so_few(fitting, newest, before=fitted, of_before=len(before) + articles)
        if chance <= RARE:
            return f"{newest - fitting} of the {newest} newest articles {UNFIT}"
    return None


def _fitting(readings: Sequence[ReadingFacts]) -> int:
    return sum(one.fits for one in readings)
