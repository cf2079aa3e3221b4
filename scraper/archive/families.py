"""Which articles tell the same story, which was seen first, and whose story it is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from scraper.archive import columns
from scraper.archive.stored import Family, FamilyMember, StoredPortal
from scraper.vietnamese.text import fold

_SIGNS = re.compile(r"[^\w.]+|\.(?!\w)")
SHORTEST_TITLE = 6  # letters; a shorter title of a portal stands in many a source line by chance


def family_of(
    connection: sqlite3.Connection, number: int, *, portals: Mapping[str, StoredPortal]
) -> Family | None:
    """The family of the article in this row; None where no other article shares its text."""
    rows = connection.execute(
        """
        SELECT member.number, member.id, member.portal, member.title, member.published,
            member.url, member.source, member.first_seen_at,
            max(coalesce(later.of_this, earlier.of_earlier)) AS of_member,
            max(coalesce(later.of_earlier, earlier.of_this)) AS of_asked
        FROM articles AS member
        LEFT JOIN copies AS later ON later.number = member.number AND later.earlier = :number
        LEFT JOIN copies AS earlier ON earlier.number = :number AND earlier.earlier = member.number
        WHERE member.family = (SELECT family FROM articles WHERE number = :number)
            OR later.number IS NOT NULL OR earlier.number IS NOT NULL OR member.number = :number
        GROUP BY member.number ORDER BY member.number
        """,
        {"number": number},
    ).fetchall()
    if len(rows) < 2:
        return None
    members = tuple(_member(row) for row in rows)
    named = next(
        (
            (row["source"], name)
            for row in rows
            if (name := portal_named(row["source"], portals, own=row["portal"])) is not None
        ),
        (None, None),
    )
    source, portal = named
    return Family(
        members=members,
        source=source,
        original_portal=portal,
        original=next((one.id for one in members if one.portal == portal), None),
    )


def portal_named(
    source: str | None, portals: Mapping[str, StoredPortal], *, own: str
) -> str | None:
    """The name of the portal, other than `own`, that a source line means; None if it means none.

    By its host, by its name, or by the words of its title, marks and case aside; the longest wins:
    "Báo Tài nguyên và Môi trường" is not the ministry whose name it holds.
    """
    if not source:
        return None
    line = f" {_words(source)} "
    found = [
        (len(sign), name)
        for name, portal in portals.items()
        for sign in _signs(portal)
        if f" {sign} " in line
    ]
    name = max(found)[1] if found else None
    return None if name == own else name


def _signs(portal: StoredPortal) -> Iterable[str]:
    for host in (urlsplit(portal.home).hostname, *portal.formerly):
        if host:
            yield host.removeprefix("www.")
            yield host
    yield _words(portal.name)
    title = _words(portal.title or "")
    if len(title) >= SHORTEST_TITLE:
        yield title


def _words(text: str) -> str:
    return _SIGNS.sub(" ", fold(text).replace("_", " ")).strip()


def _member(row: sqlite3.Row) -> FamilyMember:
    return FamilyMember(
        id=row["id"],
        portal=row["portal"],
        title=row["title"],
        published=columns.read_printed(row["published"]),
        url=row["url"] or None,
        source=row["source"],
        first_seen_at=columns.read_stamp(row["first_seen_at"]),
        of_member=row["of_member"],
        of_asked=row["of_asked"],
    )
