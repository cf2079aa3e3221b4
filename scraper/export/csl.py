"""CSL-JSON, which Zotero, Pandoc and every citation processor read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TextIO

from scraper.archive.archive import StoredArticle
from scraper.export.about import About
from scraper.export.references import Reference, reference


def write_csl(articles: Iterable[StoredArticle], out: TextIO, *, about: About) -> int:
    """One JSON list with one item an article, one item a line; returns how many were written."""
    count = 0
    out.write("[")
    for stored in articles:
        line = json.dumps(_item(reference(stored, about)), ensure_ascii=False)
        out.write(",\n" if count else "\n")
        out.write(line)
        count += 1
    out.write("\n]\n")
    return count


def _item(said: Reference) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": said.id,
        "type": "webpage",
        "title": said.title,
        "author": [{"literal": name} for name in said.authors],
        "container-title": said.outlet,
        "original-publisher": said.original,
        "issued": _date(said.published),
        "accessed": _date(said.accessed),
        "URL": said.url,
        "language": said.language,
        "abstract": said.lead,
        "keyword": ", ".join(said.tags),
        "note": said.note,
    }
    return {name: value for name, value in item.items() if value}


def _date(day: date | None) -> dict[str, Any] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}
