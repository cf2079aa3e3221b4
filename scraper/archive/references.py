"""Rows that speak of rows which are not there: brought to rest without inventing anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a table that names a row of another."""

    table: str
    column: str
    parent: str
    parent_column: str
    optional: bool

    @property
    def dangling(self) -> str:
        """The condition that is true of a row which names none."""
        return (
            f'{self.table}."{self.column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {self.parent}'
            f' AS there WHERE there."{self.parent_column}" = {self.table}."{self.column}")'
        )


def references(connection: sqlite3.Connection) -> list[Reference]:
    """Every reference between the archive's tables, to parents first."""
    found = []
    for (table,) in connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ).fetchall():
        needed = {
            row[1]: bool(row[3] or row[5])
            for row in connection.execute(f'PRAGMA table_info("{table}")')
        }
        for row in connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
            parent, column, parent_column = row[2], row[3], row[4]
            found.append(Reference(table, column, parent, parent_column, not needed[column]))
    order = {"runs": 0, "captures": 1, "articles": 2}
    return sorted(found, key=lambda one: order.get(one.parent, 3))


def mend_references(connection: sqlite3.Connection) -> Iterator[str]:
    """Take out what speaks of nothing; a lost run is noted as lost, a lost article's link is due.

    Says what was done, each lost article by its id. Articles and versions were mended before.
    """
    yield from _runs(connection)
    yield from _links(connection)
    for one in references(connection):
        if one.optional:
            count = connection.execute(
                f'UPDATE {one.table} SET "{one.column}" = NULL WHERE {one.dangling}'
            ).rowcount
            done = f"named a row of {one.parent} that is lost, and name none now"
        else:
            count = connection.execute(f"DELETE FROM {one.table} WHERE {one.dangling}").rowcount
            done = f"belonged to a row of {one.parent} that is lost, and were taken out"
        if count:
            yield f"{one.table}: {count} rows {done}"


def _runs(connection: sqlite3.Connection) -> Iterator[str]:
    count = connection.execute(
        """
        INSERT INTO runs (id, portal, trigger, state, reason, process)
        SELECT run, max(portal), 'collect', 'interrupted', 'what was noted of this run is lost', ''
        FROM (SELECT run, portal FROM outcomes UNION ALL SELECT run, portal FROM captures)
        WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM runs) GROUP BY run
        """
    ).rowcount
    if count:
        yield f"runs: {count} that captures and outcomes speak of are noted as lost"


_LOST = """(article_id NOT IN (SELECT id FROM articles)
    OR (frontier.state = 'read' AND article_id IS NULL))"""
# Its own link may lead to another article today, and is there all the same.
WITHOUT_LINK = """NOT EXISTS (SELECT 1 FROM frontier WHERE article_id = articles.id)
    AND (portal, key) NOT IN (SELECT portal, key FROM frontier)"""


def _links(connection: sqlite3.Connection) -> Iterator[str]:
    """Links of lost articles, and links that count as read without one, are to be read again."""
    lost = connection.execute(
        f"SELECT article_id, portal || ':' || key FROM frontier WHERE {_LOST}"
    ).fetchall()
    connection.execute(
        f"""
        UPDATE mementos SET state = 'new', reason = NULL, tries = 0 WHERE state = 'read'
            AND EXISTS (SELECT 1 FROM frontier WHERE portal = mementos.portal
                AND key = mementos.key AND {_LOST})
        """
    )
    # The portal was never asked for these, and need not be: the copies are read again.
    never_asked = f"last_read_at IS NULL AND next_at IS NULL AND state = 'read' AND {_LOST}"
    connection.execute(
        f"DELETE FROM addresses WHERE link_id IN (SELECT id FROM frontier WHERE {never_asked})"
    )
    connection.execute(f"DELETE FROM frontier WHERE {never_asked}")
    for article_id, link in lost:
        yield f"{article_id or link}: LOST; its link is due again, and the next run reads it"
    connection.execute(
        f"""
        UPDATE frontier SET state = 'new', reason = NULL, tries = 0, unchanged_streak = 0,
            next_at = NULL, article_id = NULL
        WHERE {_LOST}
        """
    )


def links_are_missing(connection: sqlite3.Connection) -> bool:
    """Is there an article that no link leads to?"""
    row = connection.execute(f"SELECT 1 FROM articles WHERE {WITHOUT_LINK} LIMIT 1").fetchone()
    return row is not None


def found_again(connection: sqlite3.Connection) -> Iterator[str]:
    """After links were lost: those of the articles are written again, lists are walked anew."""
    count = connection.execute(
        """
        INSERT INTO frontier (portal, key, url, found_on, found_at, listed_at, state, article_id,
            last_read_at, next_at)
        SELECT portal, key, url, url, first_seen_at, last_seen_at, 'read', id, asked, asked FROM (
            -- The portal was never asked for what other archives alone showed.
            SELECT *, iif((SELECT max(origin IS NULL) FROM captures WHERE article_id = articles.id)
                IS 0, NULL, last_seen_at) AS asked FROM articles
        ) AS articles
        WHERE """
        + WITHOUT_LINK
    ).rowcount
    connection.execute(
        """
        INSERT OR IGNORE INTO addresses (link_id, url, first_seen_at)
        SELECT id, url, found_at FROM frontier
        """
    )
    connection.execute("UPDATE sources SET settled_at = NULL, watermark = NULL")
    connection.execute("DELETE FROM memento_indexes")
    yield (
        f"frontier: {count} links written again from their articles; the next run walks every list "
        "to its end, to find those that were not read yet"
    )
