"""The ledger of runs, and what became of every link and source in them."""

from __future__ import annotations

import os
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple, cast

from scraper.archive import columns, frontier
from scraper.archive.stored import (
    Failure,
    PortalStatus,
    Run,
    SourceState,
    StoredPortal,
    Trigger,
)
from scraper.records import Due, LinkState, Outcome, OutcomeKind, Portal


class Walked(NamedTuple):
    """What the pages of a source held."""

    pages: int | None = None  # that answered; 0: the host gave no answer
    links: int | None = None
    new_links: int | None = None


NOT_WALKED = Walked()
RUNS_LOOKED_AT = 50  # a row for what was missed or made up stands for many due moments
TRIES_OF_ONE_RUN = 3
CLOCK_AHEAD = timedelta(days=1)
FAILURES_LISTED = 100  # in a status; the count is given in full


def note_portal(connection: sqlite3.Connection, portal: Portal, *, now: datetime) -> None:
    """What the portal file says of the portal, in the place of what it said before."""
    connection.execute(
        """
        INSERT OR REPLACE INTO portals (name, title, home, formerly, language, timezone, noted_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            portal.name,
            columns.text_or_none(portal.title),
            columns.text(portal.home),
            columns.texts(portal.formerly),
            portal.language,
            portal.timezone,
            columns.stamp(now),
        ),
    )


def portal_notes(connection: sqlite3.Connection) -> dict[str, StoredPortal]:
    """What the portal files said, by the portals' names."""
    return {
        row["name"]: StoredPortal(
            name=row["name"],
            title=row["title"],
            home=row["home"],
            formerly=columns.read_texts(row["formerly"]),
            language=row["language"],
            timezone=row["timezone"],
            noted_at=columns.read_stamp(row["noted_at"]),
        )
        for row in connection.execute("SELECT * FROM portals ORDER BY name")
    }


def begin_run(
    connection: sqlite3.Connection,
    portal: str,
    *,
    trigger: Trigger,
    due: Due | None,
    now: datetime,
) -> int:
    """A row for a run that begins; returns its number."""
    inserted = connection.execute(
        """
        INSERT INTO runs
            (portal, trigger, due_at, due_since, due_count, started_at, state, process)
        VALUES (?, ?, ?, ?, ?, ?, 'running', ?)
        """,
        (portal, trigger, *_due(due), columns.stamp(now), _process()),
    )
    assert inserted.lastrowid is not None
    return inserted.lastrowid


def finish_run(
    connection: sqlite3.Connection,
    run: int,
    *,
    state: Literal["done", "failed", "interrupted"],
    reason: str | None,
    requests: int,
    now: datetime,
) -> None:
    """How the run ended."""
    connection.execute(
        "UPDATE runs SET state = ?, reason = ?, requests = ?, finished_at = ? WHERE id = ?",
        (state, columns.text_or_none(reason), requests, columns.stamp(now), run),
    )


def record_missed(
    connection: sqlite3.Connection, portal: str, *, due: Due, reason: str, now: datetime
) -> None:
    """A row for what was due and was not run."""
    connection.execute(
        """
        INSERT INTO runs
            (portal, trigger, due_at, due_since, due_count, finished_at, state, reason, process)
        VALUES (?, 'schedule', ?, ?, ?, ?, 'missed', ?, ?)
        """,
        (portal, *_due(due), columns.stamp(now), columns.text(reason), _process()),
    )


def covered_until(connection: sqlite3.Connection, portal: str, *, now: datetime) -> datetime | None:
    """The moment up to which what fell due on a portal was run, or is on record as missed.

    None for a portal that never was. A run that was cut off covers nothing, so that the next one
    goes on at once; but after TRIES_OF_ONE_RUN such in a row it does: a page that brings the
    program down must not be asked for without end.
    """
    rows = connection.execute(
        "SELECT state, started_at, due_at FROM runs WHERE portal = ? ORDER BY id DESC LIMIT ?",
        (portal, RUNS_LOOKED_AT),
    ).fetchall()
    cut_off = 0
    while cut_off < len(rows) and rows[cut_off]["state"] == "interrupted":
        cut_off += 1
    given_up = cut_off >= TRIES_OF_ONE_RUN
    # A clock that ran a little ahead has covered what then comes a second time; one that stood
    # years ahead must not keep a portal from being collected for years.
    latest = columns.stamp(now + CLOCK_AHEAD)
    moments = [
        moment
        for number, row in enumerate(rows)
        if row["state"] != "interrupted" or (given_up and number == 0)
        for moment in (row["started_at"] if row["state"] != "missed" else None, row["due_at"])
        if moment is not None and moment <= latest
    ]
    return columns.read_stamp(max(moments)) if moments else None


def close_interrupted(connection: sqlite3.Connection, *, now: datetime) -> int:
    """Runs that another process began and never ended are interrupted; returns how many.

    Only for the one who holds the archive's lock: no other process can then be running one. The
    end is set where the run last did something.
    """
    return connection.execute(
        """
        UPDATE runs SET
            state = 'interrupted',
            reason = 'the process ended without a word',
            finished_at = coalesce(
                (SELECT max(at) FROM outcomes WHERE outcomes.run = runs.id), started_at, ?
            )
        WHERE state = 'running' AND process <> ?
        """,
        (columns.stamp(now), _process()),
    ).rowcount


def runs(
    connection: sqlite3.Connection, portal: str | None, *, limit: int | None
) -> tuple[Run, ...]:
    """The newest runs, newest first; of one portal or of all."""
    rows = connection.execute(
        f"""
        SELECT * FROM runs {"WHERE portal = :portal" if portal is not None else ""}
        ORDER BY id DESC LIMIT :limit
        """,
        {"portal": portal, "limit": -1 if limit is None else limit},
    ).fetchall()
    return tuple(_run(connection, row) for row in rows)


def last_run(connection: sqlite3.Connection, portal: str) -> Run | None:
    """The newest run of a portal that was begun; one that was missed is none."""
    row = connection.execute(
        "SELECT * FROM runs WHERE portal = ? AND state <> 'missed' ORDER BY id DESC LIMIT 1",
        (portal,),
    ).fetchone()
    return None if row is None else _run(connection, row)


def insert_outcome(
    connection: sqlite3.Connection, outcome: Outcome, *, run: int, walked: Walked = NOT_WALKED
) -> None:
    """What became of one link or source in this run; of a source what its pages held."""
    connection.execute(
        """
        INSERT INTO outcomes
            (run, portal, stage, kind, url, article_id, reason, at, pages, links, new_links)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            run,
            outcome.portal,
            outcome.stage,
            outcome.kind,
            columns.text(outcome.url),
            outcome.article_id,
            columns.text_or_none(outcome.reason),
            columns.stamp(outcome.at),
            walked.pages,
            walked.links,
            walked.new_links,
        ),
    )


def outcomes_of(connection: sqlite3.Connection, run: int) -> Iterator[Outcome]:
    """What became of every link and source in one run, in order."""
    for row in connection.execute("SELECT * FROM outcomes WHERE run = ? ORDER BY id", (run,)):
        yield Outcome(
            portal=row["portal"],
            url=row["url"],
            kind=row["kind"],
            stage=row["stage"],
            article_id=row["article_id"],
            reason=row["reason"],
            at=columns.read_stamp(row["at"]),
        )


def note_source(connection: sqlite3.Connection, outcome: Outcome) -> None:
    """Remember the last outcome of a source beside how far it was walked."""
    connection.execute(
        """
        INSERT INTO sources (portal, url, kind, reason, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (portal, url) DO UPDATE
        SET kind = excluded.kind, reason = excluded.reason, at = excluded.at
        """,
        (
            outcome.portal,
            columns.text(outcome.url),
            outcome.kind,
            columns.text_or_none(outcome.reason),
            columns.stamp(outcome.at),
        ),
    )


def portals(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Every portal that a run was ever made over, by name."""
    rows = connection.execute("SELECT DISTINCT portal FROM runs ORDER BY portal")
    return tuple(row["portal"] for row in rows)


def status(connection: sqlite3.Connection, portal: str, *, now: datetime) -> PortalStatus:
    """How one portal stands; all zeros for one that was never collected."""
    week_ago = columns.stamp(now - timedelta(days=7))
    values = connection.execute(
        """
        SELECT
            count(*) AS articles,
            (SELECT count(*) FROM versions WHERE article_id >= :portal || ':'
                AND article_id < :portal || ';') AS versions,
            coalesce(sum(edits), 0) AS edits, coalesce(sum(silent_edits), 0) AS silent_edits,
            count(gone_since) AS gone,
            (SELECT max(published) FROM articles WHERE portal = :portal) AS newest_published,
            (SELECT count(*) FROM articles WHERE portal = :portal AND first_seen_at > :week_ago)
                AS new_in_7_days,
            (SELECT finished_at FROM runs WHERE portal = :portal AND state = 'done'
                ORDER BY id DESC LIMIT 1) AS last_success,
            (SELECT count(*) FROM frontier
                WHERE portal = :portal AND state IN ('gone', 'refused', 'failed')
                    AND guessed = 0)
                AS failures_count,
            (SELECT count(*) FROM mementos WHERE portal = :portal AND state = 'read') AS mementos,
            (SELECT count(*) FROM mementos WHERE portal = :portal AND state IN ('new', 'failed'))
                AS mementos_waiting
        FROM articles INDEXED BY articles_counts WHERE portal = :portal
        """,
        {"portal": portal, "week_ago": week_ago},
    ).fetchone()
    return PortalStatus(
        portal=portal,
        articles=values["articles"],
        versions=values["versions"],
        edits=values["edits"],
        silent_edits=values["silent_edits"],
        gone=values["gone"],
        due=frontier.count_due(connection, portal, now=now),
        mementos=values["mementos"],
        mementos_waiting=values["mementos_waiting"],
        new_in_7_days=values["new_in_7_days"],
        newest_published=columns.read_printed(values["newest_published"]),
        failures=_failures(connection, portal),
        failures_count=values["failures_count"],
        sources=sources(connection, portal),
        last_run=last_run(connection, portal),
        last_success=columns.read_stamp_or_none(values["last_success"]),
    )


def _failures(connection: sqlite3.Connection, portal: str) -> tuple[Failure, ...]:
    rows = connection.execute(
        """
        SELECT portal, key, url, state, reason, tries, next_at FROM frontier
        WHERE portal = ? AND state IN ('gone', 'refused', 'failed')
            AND guessed = 0
        ORDER BY tries DESC, id LIMIT ?
        """,
        (portal, FAILURES_LISTED),
    )
    return tuple(
        Failure(
            url=row["url"],
            id=f"{row['portal']}:{row['key']}",
            kind=cast(LinkState, row["state"]),
            reason=row["reason"],
            tries=row["tries"],
            next_at=columns.read_stamp_or_none(row["next_at"]),
        )
        for row in rows
    )


def sources(connection: sqlite3.Connection, portal: str) -> tuple[SourceState, ...]:
    rows = connection.execute("SELECT * FROM sources WHERE portal = ? ORDER BY url", (portal,))
    return tuple(
        SourceState(
            url=row["url"],
            settled_at=columns.read_stamp_or_none(row["settled_at"]),
            kind=row["kind"],
            reason=row["reason"],
            at=columns.read_stamp_or_none(row["at"]),
        )
        for row in rows
    )


def _run(connection: sqlite3.Connection, row: sqlite3.Row) -> Run:
    counts: dict[str, dict[OutcomeKind, int]] = {"article": {}, "source": {}}
    for stage, kind, count in connection.execute(
        "SELECT stage, kind, count(*) FROM outcomes WHERE run = ? GROUP BY stage, kind",
        (row["id"],),
    ):
        counts[stage][kind] = count
    return Run(
        id=row["id"],
        portal=row["portal"],
        trigger=row["trigger"],
        due_at=columns.read_stamp_or_none(row["due_at"]),
        due_since=columns.read_stamp_or_none(row["due_since"]),
        due_count=row["due_count"],
        started_at=columns.read_stamp_or_none(row["started_at"]),
        finished_at=columns.read_stamp_or_none(row["finished_at"]),
        state=row["state"],
        reason=row["reason"],
        requests=row["requests"],
        counts=counts["article"],
        source_counts=counts["source"],
    )


def _due(due: Due | None) -> tuple[str | None, str | None, int | None]:
    if due is None:
        return None, None, None
    return columns.stamp(due.at), columns.stamp(due.since), due.count


@cache
def _process() -> str:
    """This process, told apart from all others: numbers of processes come again."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
