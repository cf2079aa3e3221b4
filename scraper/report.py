"""How a portal does, in numbers: what came last beside its own history, for `scraper status`.

Everything is read from windows of bounded size, through indexes; see health.vitals_of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scraper.archive.archive import Alarm, Archive, HeldPage, ReadingFacts, RunFacts
from scraper.chances import median
from scraper.health import Vitals, vitals_of
from scraper.learning import FEWEST, MOST
from scraper.likeness import FIELDS, usual_length
from scraper.offers import offered
from scraper.records import Portal
from scraper.silence import Silence

NEWEST = 20  # articles that "now" means
WEEKS = 26  # whole ones, that tell how many articles a week are usual
HELD_SHOWN = 10
ALARMS_SHOWN = 10
UNREAD = ("failed", "refused")  # a walk that says nothing of what the list usually holds


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShare:
    """How many of the newest articles, and of those before, have a field; 0 to 1."""

    field: str
    now: float
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceYield:
    """What a list held when it was walked last, and what it usually holds."""

    url: str
    pages: int
    links: int
    new_links: int
    usual_links: float | None  # median of the walks before


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStanding:
    """The template in use, and how the newest articles fit it or an older one."""

    number: int | None
    articles: int  # that it was learned from
    learned_at: datetime | None
    proof: str | None
    fitting: int  # of the newest articles
    of: int
    offered: int | None  # number of one that waits for a person's word
    none_because: str | None  # why there is none; None where one is used, or layouts are


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one portal does."""

    usual_per_week: float | None  # median of the last half year's weeks, by day of publishing
    expected_per_week: float | None
    silence: Silence | None
    newest: int  # articles that "now" means below
    left_out: bool  # others were found later, but long after they were published
    fields: tuple[FieldShare, ...]
    text_chars: float | None  # median now
    text_chars_before: float | None
    sources: tuple[SourceYield, ...]
    template: TemplateStanding
    runs: int  # that the counts below are of, the newest
    requests: int
    refused: int
    failed: int
    alarms: tuple[Alarm, ...]  # that stand
    past_alarms: tuple[Alarm, ...]  # that were cleared, newest first
    held_count: int
    held: tuple[HeldPage, ...]  # some of them


def report(portal: Portal, *, archive: Archive, now: datetime) -> Report:
    """A portal's numbers as they stand."""
    vitals = vitals_of(portal, archive=archive)
    name = portal.name
    # After a first run all is old; that says something to a person, and nothing of what is new.
    every = archive.readings(name, limit=NEWEST, backdated=True)
    readings = vitals.readings or every
    newest, before = readings[:NEWEST], readings[NEWEST:]
    alarms = archive.alarms(name, limit=ALARMS_SHOWN)
    return Report(
        usual_per_week=_usual_per_week(archive, portal, now=now),
        expected_per_week=portal.articles_per_week,
        silence=vitals.silence,
        newest=len(newest),
        left_out=len(every) > len(newest),
        fields=tuple(_share(field, newest, before) for field in FIELDS) if newest else (),
        text_chars=usual_length(newest),
        text_chars_before=usual_length(before),
        sources=_yields(vitals.runs),
        template=_template(archive, portal, vitals, found=len(every)),
        runs=len(vitals.runs),
        requests=sum(run.requests for run in vitals.runs),
        refused=sum(run.counts.get("refused", 0) for run in vitals.runs),
        failed=sum(run.counts.get("failed", 0) for run in vitals.runs),
        alarms=archive.standing_alarms(name),
        past_alarms=tuple(one for one in alarms if one.cleared_at is not None),
        held_count=archive.count_held(name),
        held=archive.held(name, limit=HELD_SHOWN),
    )


def _usual_per_week(archive: Archive, portal: Portal, *, now: datetime) -> float | None:
    """The median of the weeks since the first that is known; None for less than three."""
    today = now.astimezone(portal.zone).date()
    start = today - timedelta(weeks=WEEKS)
    news = archive.days_of_news(portal.name, since=start, until=today - timedelta(days=1))
    if not news:
        return None
    weeks = min(WEEKS, (today - min(news)).days // 7)
    if weeks < 3:
        return None
    counts = [0] * weeks
    for day, articles in news.items():
        week = _weeks_ago(day, today)
        if week < weeks:
            counts[week] += articles
    return median(counts)


def _weeks_ago(day: date, today: date) -> int:
    return ((today - day).days - 1) // 7


def _share(
    field: str, newest: Sequence[ReadingFacts], before: Sequence[ReadingFacts]
) -> FieldShare:
    return FieldShare(
        field=field,
        now=sum(field in one.has for one in newest) / len(newest),
        before=sum(field in one.has for one in before) / len(before) if before else None,
    )


def _yields(runs: Sequence[RunFacts]) -> tuple[SourceYield, ...]:
    latest = next((run for run in runs if run.walks), None)
    if latest is None:
        return ()
    found = []
    for walk in latest.walks:
        past = [
            one.links
            for run in runs
            for one in run.walks
            if run is not latest and one.url == walk.url and one.kind not in UNREAD
        ]
        past = past[:-1]  # the oldest may be the first, which went to the list's very end
        found.append(
            SourceYield(
                url=walk.url,
                pages=walk.pages,
                links=walk.links,
                new_links=walk.new_links,
                usual_links=median(past) if past else None,
            )
        )
    return tuple(found)


def _template(archive: Archive, portal: Portal, vitals: Vitals, *, found: int) -> TemplateStanding:
    stored = archive.templates(portal.name)
    used = [one for one in stored if one.state == "used" and one.replaced_by is None]
    newest = used[0] if used else None
    since = [
        one
        for one in vitals.readings[:NEWEST]
        if newest is not None and one.first_seen_at > used[-1].learned_at
    ]
    waiting = offered(archive, portal.name)
    forgotten = any(one.state == "rejected" for one in stored)
    none = not used and not portal.layouts
    return TemplateStanding(
        number=newest.number if newest else None,
        articles=newest.articles if newest else 0,
        learned_at=newest.learned_at if newest else None,
        proof=newest.proof if newest else None,
        fitting=sum(one.fits for one in since),
        of=len(since),
        offered=waiting.number if waiting else None,
        none_because=_none_because(found, forgotten=forgotten) if none else None,
    )


def _none_because(found: int, *, forgotten: bool) -> str:
    """Why nothing is learned of a portal's pages."""
    if found < FEWEST:
        return f"{found} articles are archived, {FEWEST} are needed"
    if forgotten:
        return "a person had it forgotten, and what came since tells too little"
    return (
        f"of the newest {MOST} pages fewer than {FEWEST} could be told apart as articles, as where "
        "all say nearly the same"
    )
