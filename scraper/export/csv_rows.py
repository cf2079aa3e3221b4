"""CSV, for spreadsheets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from scraper.archive.archive import ArticleRow
from scraper.export.about import About
from scraper.export.json_objects import captions_of

CSV_COLUMNS = (
    "id",
    "portal",
    "url",
    "title",
    "lead",
    "text",
    "published",
    "published_precision",
    "updated",
    "source",
    "authors",
    "captions",
    "attachments",
    "tags",
    "language",
    "versions",
    "edits",
    "silent_edits",
    "gone_since",
    "family",
    "first_seen_at",
    "last_seen_at",
    "addresses",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(articles: Iterable[ArticleRow], out: TextIO, *, about: About) -> int:
    """One row an article, for spreadsheets; returns how many were written.

    Begins with a byte order mark, by which Excel knows UTF-8. A cell that a spreadsheet would take
    for a formula gets an apostrophe before it. `out` must not translate line ends (newline="").
    """
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    count = 0
    for row in articles:
        writer.writerow(_cells(row))
        count += 1
    return count


def _cells(row: ArticleRow) -> list[str]:
    return [
        _cell(value)
        for value in (
            row.id,
            row.portal,
            row.url,
            row.title,
            row.lead,
            row.text,
            row.published,
            row.published_precision,
            row.updated,
            row.source,
            "; ".join(json.loads(row.authors)),
            # Captions and addresses hold semicolons themselves: one a line.
            "\n".join(captions_of(row.figures)),
            "\n".join(one["url"] for one in json.loads(row.attachments)),
            "; ".join(json.loads(row.tags)),
            row.language,
            str(row.versions),
            str(row.edits),
            str(row.silent_edits),
            row.gone_since.isoformat() if row.gone_since else "",
            row.family,
            row.first_seen_at.isoformat(),
            row.last_seen_at.isoformat(),
            "\n".join(json.loads(row.addresses)),
        )
    ]


def _cell(text: str | None) -> str:
    if not text:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) else text
