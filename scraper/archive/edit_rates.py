"""How often a portal edits its articles, by their age: what decides when one is read again.

A reading that finds an edit, and the days without one between two readings, are counted for each
portal by the age of the article. With a prior (edits come early), that gives a rate; an article is
read again when the chance of an unseen edit has grown to CHANCE.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

from scraper.archive import columns

# All numbers are ours. The prior says what is read of portals in general: an article is corrected
# in its first hours, sometimes in its first days, hardly ever after.
AGES_DAYS = (1.0, 3.0, 7.0, 30.0, 90.0, 365.0)  # upper ends; what is older has the last rate
PRIOR_RATES = (0.06, 0.02, 0.008, 0.002, 0.0005, 0.0002, 0.00007)  # edits a day
PRIOR_EDITS = 2.0  # how many edits' worth of evidence the prior counts for
CHANCE = 0.02  # of an unseen edit: 8 hours on the first day, 10 days in the first month
FARTHEST_FROM_PRIOR = 4.0  # times: a portal that edits nothing for years may begin to
LONGEST = timedelta(days=360)


def note_reread(
    connection: sqlite3.Connection,
    portal: str,
    *,
    age: timedelta,
    since: timedelta,
    edited: bool,
) -> None:
    """An article of this age was read again, `since` after the reading before."""
    connection.execute(
        """
        INSERT INTO edit_rates (portal, age, days, edits) VALUES (?, ?, ?, ?)
        ON CONFLICT (portal, age) DO UPDATE
        SET days = days + excluded.days, edits = edits + excluded.edits
        """,
        (portal, _class_of(age), max(since / timedelta(days=1), 0.0), int(edited)),
    )


def wait_of(connection: sqlite3.Connection, portal: str, *, age: timedelta) -> timedelta:
    """How long an article of this age may wait for its next reading."""
    number = _class_of(age)
    seen = connection.execute(
        "SELECT days, edits FROM edit_rates WHERE portal = ? AND age = ?", (portal, number)
    ).fetchone()
    days, edits = (seen["days"], seen["edits"]) if seen is not None else (0.0, 0)
    prior = PRIOR_RATES[number]
    rate = (PRIOR_EDITS + edits) / (PRIOR_EDITS / prior + days)
    rate = min(max(rate, prior / FARTHEST_FROM_PRIOR), prior * FARTHEST_FROM_PRIOR)
    return min(timedelta(days=CHANCE / rate), LONGEST)


def age_of(connection: sqlite3.Connection, article_id: str, *, now: datetime) -> timedelta:
    """How long ago an article was published, or last edited; from its first sight where undated."""
    row = connection.execute(
        "SELECT published, first_seen_at, edits FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    begun = columns.read_stamp(row["first_seen_at"])
    published = columns.read_printed(row["published"])
    if published is not None:
        begun = min(begun, _moment(published))
    if row["edits"]:
        # Our first reading may differ from another archive's copy of years ago: edited when?
        edited = connection.execute(
            """
            SELECT max(first_seen_at) FROM versions WHERE article_id = ? AND kind = 'edit'
                AND EXISTS (SELECT 1 FROM captures WHERE article_id = versions.article_id
                    AND origin IS NULL AND fetched_at < versions.first_seen_at)
            """,
            (article_id,),
        ).fetchone()[0]
        begun = max(begun, columns.read_stamp(edited)) if edited else begun
    return max(now - begun, timedelta(0))


def _class_of(age: timedelta) -> int:
    days = age / timedelta(days=1)
    return next((number for number, end in enumerate(AGES_DAYS) if days < end), len(AGES_DAYS))


def _moment(printed: date | datetime) -> datetime:
    if not isinstance(printed, datetime):
        return datetime(printed.year, printed.month, printed.day, tzinfo=UTC)
    return printed.astimezone(UTC) if printed.tzinfo else printed.replace(tzinfo=UTC)
