"""A portal's templates: kept for as long as articles are read with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from scraper.archive import columns
from scraper.archive.captures import capture_of
from scraper.archive.stored import StoredCapture, StoredTemplate, TemplateState

NEWEST = 200  # articles that tell how a template does; it is asked at the end of every run


class Fits(NamedTuple):
    """How the newest template of a portal does."""

    read: int  # articles first read since it was learned, NEWEST at most
    unfit: int  # of these, that fitted no template


def templates_of(connection: sqlite3.Connection, portal: str) -> tuple[StoredTemplate, ...]:
    """All templates of a portal, the newest first."""
    rows = connection.execute(
        "SELECT * FROM templates WHERE portal = ? ORDER BY number DESC", (portal,)
    )
    return tuple(
        StoredTemplate(
            number=row["number"],
            portal=row["portal"],
            template=row["template"],
            articles=row["articles"],
            learned_at=columns.read_stamp(row["learned_at"]).astimezone(UTC),
            first_seen_at=columns.read_stamp(row["first_seen_at"]).astimezone(UTC),
            last_seen_at=columns.read_stamp(row["last_seen_at"]).astimezone(UTC),
            replaced_by=row["replaced_by"],
            state=row["state"],
            proof=row["proof"],
        )
        for row in rows
    )


def insert_template(
    connection: sqlite3.Connection,
    portal: str,
    template: str,
    *,
    articles: int,
    seen_at: Sequence[datetime],
    replaces: int | None,
    now: datetime,
    state: TemplateState = "used",
    proof: str | None = None,
) -> int:
    """Keep a template learned from pages fetched at these moments; returns its number."""
    first = min(seen_at)
    if replaces is not None:
        row = connection.execute(
            "SELECT first_seen_at FROM templates WHERE number = ?", (replaces,)
        ).fetchone()
        first = min(first, columns.read_stamp(row["first_seen_at"]))
    inserted = connection.execute(
        """
        INSERT INTO templates
            (portal, template, articles, learned_at, first_seen_at, last_seen_at, state, proof)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            portal,
            template,
            articles,
            columns.stamp(now),
            columns.stamp(first),
            columns.stamp(max(seen_at)),
            state,
            columns.text_or_none(proof),
        ),
    )
    assert inserted.lastrowid is not None
    connection.execute(
        "UPDATE templates SET replaced_by = ? WHERE number = ?", (inserted.lastrowid, replaces)
    )
    return inserted.lastrowid


def set_state(connection: sqlite3.Connection, number: int, state: TemplateState) -> None:
    """A template is taken into use, or out of it."""
    connection.execute("UPDATE templates SET state = ? WHERE number = ?", (state, number))


def template_of(connection: sqlite3.Connection, id: str) -> int | Literal["none", "unread"]:
    """The number of the template that an article is read with; whether it was ever read."""
    row = connection.execute("SELECT template FROM articles WHERE id = ?", (id,)).fetchone()
    if row is None:
        return "unread"
    return "none" if row["template"] is None else int(row["template"])


def note_template(
    connection: sqlite3.Connection,
    id: str,
    kind: Literal["new", "changed", "unchanged"],
    *,
    template: int | None,
    seen_at: datetime,
) -> None:
    """An article was read with this template, or without any; a new one's row says so already."""
    if kind != "new":
        connection.execute(
            "UPDATE articles SET template = ?1 WHERE id = ?2 AND template IS NOT ?1", (template, id)
        )
    if kind != "unchanged" and template is not None:
        connection.execute(
            """
            UPDATE versions SET template = ?
            WHERE article_id = ? AND number = (SELECT version FROM articles WHERE id = ?)
            """,
            (template, id, id),
        )
    if template is not None:
        connection.execute(
            "UPDATE templates SET last_seen_at = max(last_seen_at, ?) WHERE number = ?",
            (columns.stamp(seen_at), template),
        )


def fits_since(connection: sqlite3.Connection, portal: str, *, since: datetime) -> Fits:
    """Of the articles first read since then, the newest, how many fitted no template."""
    row = connection.execute(
        """
        SELECT count(*) AS read, coalesce(sum(template IS NULL AND read_by = 'general'), 0) AS unfit
        FROM (
            SELECT template, read_by FROM articles INDEXED BY articles_portal_first_seen
            WHERE portal = ? AND first_seen_at > ? ORDER BY first_seen_at DESC LIMIT ?
        )
        """,
        (portal, columns.stamp(since), NEWEST),
    ).fetchone()
    return Fits(row["read"], row["unfit"])


def captures_to_learn_from(
    connection: sqlite3.Connection,
    portal: str,
    *,
    unfit_since: datetime | None,
    limit: int,
) -> list[StoredCapture]:
    """The newest captures of the articles published last, one each.

    With `unfit_since` only of articles that were first read since then and fitted no template.
    The order says nothing of when an article was read: a run that was killed and one that was not
    must learn the same.
    """
    unfit = "AND template IS NULL AND read_by = 'general' AND first_seen_at > :since"
    rows = connection.execute(
        f"""
        SELECT captures.* FROM articles JOIN captures ON captures.id = (
            SELECT max(id) FROM captures
            WHERE article_id = articles.id AND status = 200 AND file IS NOT NULL
                AND (origin IS NULL OR fetched_at >= articles.last_seen_at)
        )
        WHERE articles.portal = :portal {unfit if unfit_since is not None else ""}
        ORDER BY articles.published DESC, articles.id LIMIT :limit
        """,
        {"portal": portal, "since": columns.stamp_or_none(unfit_since), "limit": limit},
    )
    return [capture_of(row) for row in rows]


def captures_of_lists(
    connection: sqlite3.Connection, portal: str, *, urls: Sequence[str]
) -> list[StoredCapture]:
    """The newest capture of each of these addresses that was captured."""
    found = []
    for url in urls:
        row = connection.execute(
            """
            SELECT * FROM captures
            WHERE url = ? AND portal = ? AND status = 200 AND file IS NOT NULL AND form IS NULL
            ORDER BY id DESC LIMIT 1
            """,
            (columns.text(url), portal),
        ).fetchone()
        if row is not None:
            found.append(capture_of(row))
    return found
