"""Archives filled for searching, and what is found in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from archived import NOW, save

from scraper.archive.archive import Archive
from scraper.query.search import matching, search
from scraper.records import Article

Opened = tuple[Archive, int]


def fill(opened: Opened, **articles: Article) -> Archive:
    """Save articles under the keys that name them."""
    archive, run = opened
    for number, (key, read) in enumerate(articles.items()):
        save(archive, read, run=run, key=key, now=NOW + timedelta(seconds=number))
    return archive


def keys(archive: Archive, query: str = "", **filters: Any) -> list[str]:
    """The keys of all hits, in their order; the same as `matching` gives."""
    found = search(query, archive=archive, limit=None, **filters)
    assert found.count == len(found) == len(found.hits) == sum(found.by_year.values())
    assert found.count == sum(found.by_portal.values()) == sum(found.by_source.values())
    ids = [hit.id for hit in found]
    assert [stored.id for stored in matching(query, archive=archive, **filters)] == ids
    return [id.removeprefix("demo:") for id in ids]
