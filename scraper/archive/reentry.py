"""Rows of captures that were lost, written again from what lies in the WARC files."""

from __future__ import annotations

import bisect
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scraper.archive import columns
from scraper.archive.connection import open_for_writing, translated
from scraper.forms import written
from scraper.records import Capture, portal_of


def enter_captures(path: Path, found: Iterable[Capture]) -> int:
    """Note captures that the archive at `path` does not know; returns how many.

    `found` is in the order of files and places; a file's folder is its portal. One that a version
    was read from gets the number by which the version names it. For the one who holds the lock.
    """
    with translated(path), closing(open_for_writing(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")  # what captures speak of is mended later
        connection.execute("BEGIN IMMEDIATE")
        try:
            entry = _Entry(connection)
            count = sum(entry.enter(capture) for capture in found)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return count


@dataclass(frozen=True, slots=True)
class _Named:
    """A capture that is lost and that a version names."""

    url: str
    number: int
    article_id: str


class _Entry:
    """The ledger while lost captures are entered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known = {
            (file, offset): number
            for file, offset, number in connection.execute(
                'SELECT file, "offset", min(id) FROM captures WHERE file IS NOT NULL GROUP BY 1, 2'
            )
        }
        # A version was first seen when its capture was fetched.
        self._named: dict[tuple[str, str], list[_Named]] = {}
        for row in connection.execute(
            """
            SELECT first_seen_at, url, capture_id, article_id FROM versions
            WHERE capture_id NOT IN (SELECT id FROM captures)
            """
        ):
            portal = portal_of(row["article_id"])
            one = _Named(row["url"], row["capture_id"], row["article_id"])
            self._named.setdefault((portal, row["first_seen_at"]), []).append(one)
        numbers = [row[0] for row in connection.execute("SELECT id FROM captures ORDER BY id")]
        self._next = numbers[-1] + 1 if numbers else 1
        named = {one.number for of_moment in self._named.values() for one in of_moment}
        self._free = sorted(set(range(1, self._next)) - set(numbers) - named)
        self._last_number = 0
        self._file = ""

    def enter(self, capture: Capture) -> bool:
        """Write a capture's row, unless there is one; whether it was written."""
        place = capture.place
        assert place is not None
        if place.file != self._file:
            self._file, self._last_number = place.file, 0
        if known := self._known.get((place.file, place.offset)):
            self._last_number = known
            return False
        stamp = columns.stamp(capture.fetched_at)
        portal = place.file.partition("/")[0]
        form = written(capture.form) if capture.form is not None else None
        article: str | None
        if named := self._version_of(portal, stamp, url=columns.text(capture.answered_url)):
            number, article = named.number, named.article_id
        else:
            number, article = self._free_number(), self._article_at(capture, stamp)
        self._last_number = number
        self._connection.execute(
            """
            INSERT INTO captures (id, portal, article_id, url, answered_url, status, fetched_at,
                sha256, body_bytes, content_type, file, "offset", length, origin, form)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (
                number,
                portal,
                article,
                columns.text(capture.url),
                columns.text(capture.answered_url),
                capture.status,
                stamp,
                capture.sha256,
                len(capture.body),
                columns.text_or_none(capture.header("content-type")),
                # No etag: the portal is asked for the page, not whether it has changed since.
                place.file,
                place.offset,
                place.length,
                columns.text_or_none(capture.origin),
                columns.text_or_none(form),
            ),
        )
        return True

    def _version_of(self, portal: str, stamp: str, *, url: str) -> _Named | None:
        """The version that was read from the capture of this moment; the address parts two."""
        found = self._named.get((portal, stamp), [])
        fitting = [one for one in found if one.url == url] or (found if len(found) == 1 else [])
        if not fitting:
            return None
        named = fitting[0]
        found.remove(named)
        return named

    def _free_number(self) -> int:
        """A number between those of its neighbours in the file, so that later ones stay later."""
        at = bisect.bisect(self._free, self._last_number)
        if at < len(self._free):
            return self._free.pop(at)
        self._next += 1
        return self._next - 1

    def _article_at(self, capture: Capture, stamp: str) -> str | None:
        """The article that was seen at this address at that time or later."""
        if capture.form is not None:
            return None  # articles are never asked for by POST
        row = self._connection.execute(
            """
            SELECT articles.id FROM addresses JOIN frontier ON frontier.id = link_id
                JOIN articles ON articles.id = frontier.article_id
            WHERE addresses.url = ? AND articles.last_seen_at >= ? LIMIT 1
            """,
            (columns.text(capture.url), stamp),
        ).fetchone()
        return row[0] if row else None
