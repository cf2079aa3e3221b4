"""Articles as JSON objects, JSON Lines and CSV, for other programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TextIO

from scraper.archive.archive import StoredArticle
from scraper.records import Article

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


def article_json(article: Article) -> dict[str, Any]:
    """An article as a JSON object; dates are ISO 8601, plain dates where no time is printed."""
    found: dict[str, Any] = {}
    if article.id is not None:
        found["id"] = article.id
        found["portal"] = article.id.partition(":")[0]
    found |= {
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "published": _iso(article.published),
        "published_precision": article.published_precision,
        "updated": _iso(article.updated),
        "source": article.source,
        "authors": list(article.authors),
        "captions": list(article.captions),
        "figures": [
            {"image": one.image, "caption": one.caption, "credit": one.credit}
            for one in article.figures
        ],
        "attachments": [{"url": one.url, "title": one.title} for one in article.attachments],
        "tags": list(article.tags),
        "language": article.language,
        "read_by": article.read_by,
        "evidence": {
            name: {"rule": one.rule, "text": one.text} for name, one in article.evidence.items()
        },
    }
    return found


def stored_json(stored: StoredArticle) -> dict[str, Any]:
    """An archived article as a JSON object: what the page says, and what the archive knows."""
    return article_json(stored.article) | {
        "portal": stored.portal,
        "versions": stored.version_count,
        "first_seen_at": stored.first_seen_at.isoformat(),
        "last_seen_at": stored.last_seen_at.isoformat(),
        "addresses": list(stored.addresses),
    }


def write_jsonl(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """One JSON object a line; returns how many were written."""
    count = 0
    for stored in articles:
        # Browsers and some readers take these two for line ends; JSON lets them be escaped.
        line = json.dumps(stored_json(stored), ensure_ascii=False)
        out.write(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n")
        count += 1
    return count


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


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
