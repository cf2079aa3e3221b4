"""What a portal's health is judged by: its newest readings, the days it published, its lists.

Each question looks at a window of bounded size through an index, so that it costs the same in an
archive of a hundred thousand articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from scraper.archive import columns
from scraper.archive.captures import capture_of
from scraper.archive.stored import Control, ReadingFacts, RunFacts, SourceWalk
from scraper.records import Link

BACKDATED_DAYS = 60  # ours: an article published longer before it was found is no news
MOST_UNDATED = 2_000  # articles without a day, whose finding is looked at for the days


def readings(
    connection: sqlite3.Connection, portal: str, *, limit: int, backdated: bool = False
) -> tuple[ReadingFacts, ...]:
    """Of the articles first seen last, what each has; the newest first.

    Those that a first run or a backfill brought in years after they were published are left out
    where their day tells, unless `backdated`.
    """
    rows = connection.execute(
        f"""
        SELECT id, title, first_seen_at, published, source IS NOT NULL AS has_source,
            authors <> '[]' AS has_authors, captions <> '' AS has_captions, read_by, template,
            length(body) + coalesce(length(lead), 0) AS chars
        FROM (
            SELECT * FROM articles INDEXED BY articles_portal_first_seen
            WHERE portal = :portal ORDER BY first_seen_at DESC LIMIT :look
        )
        WHERE :backdated OR published IS NULL
            OR julianday(first_seen_at) - julianday(substr(published, 1, 10)) <= {BACKDATED_DAYS}
        LIMIT :limit
        """,
        {"portal": portal, "limit": limit, "look": 2 * limit, "backdated": backdated},
    )
    return tuple(
        ReadingFacts(
            id=row["id"],
            title=row["title"],
            first_seen_at=columns.read_stamp(row["first_seen_at"]),
            has=frozenset(
                name
                for name, there in (
                    ("date", row["published"] is not None),
                    ("source", row["has_source"]),
                    ("authors", row["has_authors"]),
                    ("captions", row["has_captions"]),
                )
                if there
            ),
            text_chars=row["chars"],
            fits=row["template"] is not None or row["read_by"] != "general",
        )
        for row in rows
    )


def days_of_news(
    connection: sqlite3.Connection, portal: str, *, since: date, until: date
) -> dict[date, int]:
    """How many articles were published on each day; undated ones count when they were found."""
    days: dict[date, int] = {}
    dated = connection.execute(
        """
        SELECT substr(published, 1, 10) AS day, count(*) AS articles
        FROM articles INDEXED BY articles_portal_published
        WHERE portal = ? AND published >= ? AND published < ? GROUP BY day
        """,
        (portal, since.isoformat(), (until + timedelta(days=1)).isoformat()),
    )
    undated = connection.execute(
        """
        SELECT substr(first_seen_at, 1, 10) AS day, count(*) AS articles FROM (
            SELECT first_seen_at FROM articles INDEXED BY articles_portal_published
            WHERE portal = ? AND published IS NULL LIMIT ?
        ) WHERE day BETWEEN ? AND ? GROUP BY day
        """,
        (portal, MOST_UNDATED, since.isoformat(), until.isoformat()),
    )
    for row in (*dated.fetchall(), *undated.fetchall()):
        day = date.fromisoformat(row["day"])
        days[day] = days.get(day, 0) + row["articles"]
    return days


def newest_day(connection: sqlite3.Connection, portal: str, *, until: date) -> date | None:
    """The last day, `until` at the latest, on which an article was published."""
    row = connection.execute(
        """
        SELECT max(published) AS day FROM articles INDEXED BY articles_portal_published
        WHERE portal = ? AND published < ?
        """,
        (portal, (until + timedelta(days=1)).isoformat()),
    ).fetchone()
    return None if row["day"] is None else date.fromisoformat(row["day"][:10])


def first_success(connection: sqlite3.Connection, portal: str) -> datetime | None:
    """When the first run ended that ended well: what it brought was no news."""
    row = connection.execute(
        "SELECT finished_at FROM runs WHERE portal = ? AND state = 'done' ORDER BY id LIMIT 1",
        (portal,),
    ).fetchone()
    return None if row is None else columns.read_stamp_or_none(row["finished_at"])


def recent_runs(connection: sqlite3.Connection, portal: str, *, limit: int) -> tuple[RunFacts, ...]:
    """The newest runs that have ended and were not missed, the newest first, with their lists."""
    rows = connection.execute(
        """
        SELECT id, state, started_at, finished_at, requests FROM runs
        WHERE portal = ? AND state IN ('done', 'failed') ORDER BY id DESC LIMIT ?
        """,
        (portal, limit),
    ).fetchall()
    return tuple(
        RunFacts(
            id=row["id"],
            state=row["state"],
            finished_at=columns.read_stamp(row["finished_at"] or row["started_at"]),
            requests=row["requests"],
            walks=_walks(connection, row["id"]),
            counts=_counts(connection, row["id"]),
        )
        for row in rows
    )


def _walks(connection: sqlite3.Connection, run: int) -> tuple[SourceWalk, ...]:
    rows = connection.execute(
        """
        SELECT url, kind, reason, pages, links, new_links FROM outcomes
        WHERE run = ? AND stage = 'source' AND pages IS NOT NULL
        """,
        (run,),
    )
    return tuple(
        SourceWalk(
            url=row["url"],
            kind=row["kind"],
            reason=row["reason"],
            pages=row["pages"],
            links=row["links"],
            new_links=row["new_links"],
        )
        for row in rows
    )


def _counts(connection: sqlite3.Connection, run: int) -> dict[str, int]:
    rows = connection.execute(
        """
        SELECT kind, count(*) AS times FROM outcomes
        WHERE run = ? AND stage = 'article' GROUP BY kind
        """,
        (run,),
    )
    return {row["kind"]: row["times"] for row in rows}


def controls(
    connection: sqlite3.Connection,
    portal: str,
    *,
    except_urls: Sequence[str],
    limit: int,
    held_first: bool = False,
) -> tuple[Control, ...]:
    """The articles published last that stand, with their last answers; to be fetched once more.

    Those that were read with a template come first: of them it is known that they fitted one; those
    whose last answer is held come last, or first.
    """
    rows = connection.execute(
        f"""
        SELECT recent.id AS article, frontier.url AS link_url, frontier.key, frontier.found_on,
            captures.*
        FROM (
            SELECT id, template, published, gone_since FROM articles
            WHERE portal = ?1 ORDER BY published DESC LIMIT ?2
        ) AS recent
            JOIN frontier ON frontier.article_id = recent.id AND (
                frontier.state = 'read' OR EXISTS (
                    SELECT 1 FROM held WHERE link_id = frontier.id AND released_at IS NULL
                )
            )
            JOIN captures ON captures.id = (
                SELECT max(id) FROM captures
                WHERE article_id = recent.id AND status = 200 AND file IS NOT NULL
            )
        WHERE recent.gone_since IS NULL
        ORDER BY recent.template IS NULL, frontier.state {"=" if held_first else "<>"} 'read',
            recent.published DESC, recent.id
        """,
        (portal, 4 * limit + len(except_urls)),
    ).fetchall()
    found = [
        Control(
            id=row["article"],
            link=Link(portal=portal, url=row["link_url"], key=row["key"], found_on=row["found_on"]),
            capture=capture_of(row),
        )
        for row in rows
        if row["link_url"] not in except_urls
    ]
    return tuple(found[:limit])
