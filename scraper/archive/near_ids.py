"""What is said of an id that the archive does not hold: which ids come near."""

from __future__ import annotations

import sqlite3

from scraper.archive import columns
from scraper.errors import QueryError

_NEAR_IDS = 3


def no_such(connection: sqlite3.Connection, id: str) -> QueryError:
    """The error for an id of no article; names ids that come near."""
    portal, colon, key = id.partition(":")
    if not (portal and colon and key):
        return QueryError(
            f'"{id}" is no id: an id is the portal\'s name, ":" and the article\'s key, '
            "as in vinanren:3343",
            text=id,
        )
    near = _near_ids(connection, columns.text(portal), columns.text(key))
    hint = f"; near it: {', '.join(near)}" if near else ""
    return QueryError(f'no article "{id}" in the archive{hint}', text=id)


def _near_ids(connection: sqlite3.Connection, portal: str, key: str) -> list[str]:
    """Ids of the portal that begin like this one, the longest likeness first."""
    for length in range(len(key), 0, -1):
        rows = connection.execute(
            "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (f"{portal}:{key[:length]}", f"{portal}:{key[:length]}\U0010ffff", _NEAR_IDS),
        ).fetchall()
        if rows:
            return [row["id"] for row in rows]
    return []
