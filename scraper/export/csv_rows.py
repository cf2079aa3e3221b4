"""CSV, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from scraper.archive.archive import StoredArticle
from scraper.export.json_objects import stored_json

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
    "first_seen_at",
    "last_seen_at",
)
_LINES = ("captions", "attachments")  # lists whose items hold commas and semicolons themselves
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """One row an article, for spreadsheets; returns how many were written.

    Begins with a byte order mark, by which Excel knows UTF-8. A cell that a spreadsheet would take
    for a formula gets an apostrophe before it. `out` must not translate line ends (newline="").
    """
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    count = 0
    for stored in articles:
        row = stored_json(stored)
        row["attachments"] = [one["url"] for one in row["attachments"]]
        writer.writerow([_cell(name, row) for name in CSV_COLUMNS])
        count += 1
    return count


def _cell(name: str, row: Mapping[str, Any]) -> str:
    value = row[name]
    if value is None:
        return ""
    if isinstance(value, list):
        value = ("\n" if name in _LINES else "; ").join(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
