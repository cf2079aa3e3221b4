"""Mementos read: each stands at its day among the versions of its article.

A memento may have been captured before, between or after the readings that are archived already.
Versions keep their numbers; where a day comes in between, positions say in which order they stand.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from scraper.archive import articles, captures, columns, frontier
from scraper.archive.absences import note_back
from scraper.archive.history import versions_of
from scraper.archive.saving import save_capture_and_reading
from scraper.archive.version_order import COUNTERS, POSITION
from scraper.records import Article, Capture, Link, Memento, Version

# Ours: the next runs, then after growing times, as the frontier does.
_FAILED = timedelta(hours=1)
_FAILED_AT_MOST = timedelta(days=7)

_PLACE = POSITION.format(of="")


def note_failure(
    connection: sqlite3.Connection,
    memento: Memento,
    *,
    kind: Literal["refused", "failed"],
    reason: str,
    now: datetime,
    capture_id: int | None,
) -> None:
    """It could not be read; "refused" is final, as the bytes of a memento never change."""
    row = connection.execute(
        "SELECT tries FROM mementos WHERE id = ?", (memento.number,)
    ).fetchone()
    tries = row["tries"] + 1
    wait = min(_FAILED * (1 << min(tries - 1, 10)), _FAILED_AT_MOST)
    connection.execute(
        """
        UPDATE mementos SET state = ?, reason = ?, tries = ?, last_attempt_at = ?, next_at = ?,
            capture_id = coalesce(?, capture_id) WHERE id = ?
        """,
        (
            kind,
            columns.text(reason),
            tries,
            columns.stamp(now),
            columns.stamp(now + wait) if kind == "failed" else None,
            capture_id,
            memento.number,
        ),
    )


def neighbours(
    connection: sqlite3.Connection, id: str, *, at: datetime
) -> tuple[Version | None, Version | None]:
    """The version of an article that stood at a moment, and the one after it."""
    row = connection.execute("SELECT 1 FROM articles WHERE id = ?", (columns.text(id),)).fetchone()
    if row is None:
        return None, None
    versions = versions_of(connection, id)
    place = max(
        (place for place, one in enumerate(versions, start=1) if one.first_seen_at <= at), default=0
    )
    return (
        versions[place - 1] if place else None,
        versions[place] if place < len(versions) else None,
    )


def save_memento(
    connection: sqlite3.Connection,
    memento: Memento,
    article: Article,
    *,
    capture: Capture,
    run: int,
    now: datetime,
    template: int | None,
    stands_as: int | None,
) -> Literal["new", "changed", "unchanged"]:
    """Keep what a memento says; `stands_as` is the number of the neighbour that says the same."""
    id = memento.id
    link = Link(portal=memento.portal, url=memento.url, key=memento.key, found_on=memento.source)
    kind: Literal["new", "changed", "unchanged"]
    before, after = neighbours(connection, id, at=capture.fetched_at)
    if (before is None and after is None) or (
        after is None
        and before is not None
        and stands_as is None
        and before.last_seen_at <= capture.fetched_at
    ):
        kind = save_capture_and_reading(
            connection,
            article,
            id=id,
            portal=memento.portal,
            capture=capture,
            run=run,
            template=template,
            again=False,
        ).kind
        capture_id = connection.execute("SELECT max(id) FROM captures").fetchone()[0]
    else:
        capture_id = captures.insert_capture(
            connection, capture, portal=memento.portal, run=run, article_id=id
        )
        reading = _Reading(article, capture_id, capture.fetched_at, template)
        kind = _place(connection, id, reading, before=before, after=after, stands_as=stands_as)
    _note_read(connection, memento, capture_id=capture_id, now=now)
    _note_link(connection, link, article_id=id, now=now)
    _note_that_it_was_there(connection, id, capture.fetched_at)
    return kind


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a memento says, and when it stood so."""

    article: Article
    capture_id: int
    at: datetime  # aware UTC
    template: int | None


def _place(
    connection: sqlite3.Connection,
    id: str,
    reading: _Reading,
    *,
    before: Version | None,
    after: Version | None,
    stands_as: int | None,
) -> Literal["changed", "unchanged"]:
    """Put a reading among the versions that there are."""
    at = columns.stamp(reading.at)
    if before is not None and stands_as == before.number:
        _seen(connection, id, before.number, at)
        return "unchanged"
    still = before is not None and columns.stamp(before.last_seen_at) > at
    if after is not None and stands_as == after.number and not still:
        connection.execute(
            "UPDATE versions SET first_seen_at = ? WHERE article_id = ? AND number = ?",
            (at, id, after.number),
        )
    else:
        place = _position(connection, id, before.number) if before is not None else 0
        _insert_version(connection, id, reading, position=place + 1)
        if before is not None and still:  # changed, and changed back
            _stand_again(connection, id, before, at=at, position=place + 2)
    _recount(connection, id)
    return "unchanged" if stands_as is not None and not still else "changed"


def _seen(connection: sqlite3.Connection, id: str, number: int, at: str) -> None:
    connection.execute(
        "UPDATE versions SET last_seen_at = max(last_seen_at, ?)"
        " WHERE article_id = ? AND number = ?",
        (at, id, number),
    )
    connection.execute(
        "UPDATE articles SET last_seen_at = max(last_seen_at, ?) WHERE id = ? AND version = ?",
        (at, id, number),
    )


def _position(connection: sqlite3.Connection, id: str, number: int) -> int:
    row = connection.execute(
        f"SELECT {_PLACE} FROM versions WHERE article_id = ? AND number = ?", (id, number)
    ).fetchone()
    return int(row[0])


def _insert_version(
    connection: sqlite3.Connection, id: str, reading: _Reading, *, position: int
) -> None:
    number = articles.next_version(connection, id)
    _make_room(connection, id, position)
    articles.insert_version(
        connection,
        reading.article,
        articles.as_version(reading.article, number),
        id=id,
        capture_id=reading.capture_id,
        seen_at=reading.at,
        kind="edit",
    )
    connection.execute(
        "UPDATE versions SET position = ?, template = ? WHERE article_id = ? AND number = ?",
        (position, reading.template, id, number),
    )


def _stand_again(
    connection: sqlite3.Connection, id: str, before: Version, *, at: str, position: int
) -> None:
    """The rest of a version's time, after another reading in the midst of it."""
    until = columns.stamp(before.last_seen_at)
    seen = connection.execute(
        """
        SELECT max(iif(fetched_at < :at, fetched_at, NULL)) AS last,
            min(iif(fetched_at > :at, fetched_at, NULL)) AS next
        FROM captures WHERE article_id = :id AND fetched_at BETWEEN :first AND :until
        """,
        {"id": id, "at": at, "first": columns.stamp(before.first_seen_at), "until": until},
    ).fetchone()
    number = articles.next_version(connection, id)
    _make_room(connection, id, position)
    names = [
        row[1]
        for row in connection.execute("PRAGMA table_info(versions)")
        if row[1] not in ("number", "position", "kind", "first_seen_at")
    ]
    listed = ", ".join(names)
    connection.execute(
        f"""
        INSERT INTO versions (number, position, kind, first_seen_at, {listed})
        SELECT ?, ?, 'edit', ?, {listed} FROM versions WHERE article_id = ? AND number = ?
        """,
        (number, position, seen["next"] or until, id, before.number),
    )
    connection.execute(
        "UPDATE versions SET last_seen_at = coalesce(?, first_seen_at)"
        " WHERE article_id = ? AND number = ?",
        (seen["last"], id, before.number),
    )


def _make_room(connection: sqlite3.Connection, id: str, position: int) -> None:
    connection.execute(
        f"UPDATE versions SET position = {_PLACE} + 1 WHERE article_id = ? AND {_PLACE} >= ?",
        (id, position),
    )


def _recount(connection: sqlite3.Connection, id: str) -> None:
    """What an article says of its versions, after one came in before the newest."""
    for statement in (
        "UPDATE versions SET position = NULL WHERE article_id = ? AND position = number",
        f"UPDATE versions SET kind = 'first' WHERE article_id = ? AND {_PLACE} = 1",
        f"UPDATE versions SET kind = 'edit' WHERE article_id = ? AND {_PLACE} > 1"
        " AND kind = 'first'",
        f"UPDATE articles SET {', '.join(f'{name} = {sql}' for name, sql in COUNTERS.items())},"
        " first_seen_at = min(first_seen_at,"
        " (SELECT min(first_seen_at) FROM versions WHERE article_id = articles.id)) WHERE id = ?",
    ):
        connection.execute(statement, (id,))


def _note_read(
    connection: sqlite3.Connection, memento: Memento, *, capture_id: int, now: datetime
) -> None:
    connection.execute(
        "UPDATE mementos SET state = 'read', reason = NULL, tries = 0, last_attempt_at = ?,"
        " next_at = NULL, capture_id = ? WHERE id = ?",
        (columns.stamp(now), capture_id, memento.number),
    )


def _note_link(
    connection: sqlite3.Connection, link: Link, *, article_id: str, now: datetime
) -> None:
    """A link that was not known is not due: the portal is asked once its own lists name it."""
    known = connection.execute(
        "SELECT 1 FROM frontier WHERE portal = ? AND key = ?", (link.portal, columns.text(link.key))
    ).fetchone()
    row = frontier.link_row(connection, link, now=now)
    connection.execute(
        "UPDATE frontier SET article_id = coalesce(article_id, ?), state = iif(?, state, 'read')"
        " WHERE id = ?",
        (article_id, known is not None, row.id),
    )
    frontier.add_address(connection, row.id, link.url, now=now)


def _note_that_it_was_there(connection: sqlite3.Connection, id: str, at: datetime) -> None:
    """A memento of after the day on which the page was found gone: it was back then."""
    row = connection.execute(
        "SELECT 1 FROM articles WHERE id = ? AND gone_since < ?", (id, columns.stamp(at))
    ).fetchone()
    if row is not None:
        note_back(connection, id, seen_at=at)
