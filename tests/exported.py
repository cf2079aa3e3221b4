"""What tests of exports share."""

from __future__ import annotations

from typing import Any

from archived import NOW

from scraper.archive.archive import Archive
from scraper.export.export import About, Found
from scraper.query.search import matching_numbers


def about(archive: Archive, *, query: str = "") -> About:
    """What an export of this archive says of itself."""
    return About(
        query=query,
        archive=archive.path,
        captures=archive.path.with_name("archive.captures"),
        portals=archive.portal_notes(),
        program="ministry-scraper 0.0.1",
        exported_at=NOW,
    )


def found(archive: Archive, *, query: str = "", **changes: Any) -> Found:
    """What a query finds, to be exported."""
    numbers = matching_numbers(query, archive=archive)
    return Found(archive=archive, numbers=numbers, about=about(archive, query=query), **changes)
