"""JSON Lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scraper.archive.archive import ARTICLE_COLUMNS
from scraper.errors import ArticleDamaged
from scraper.export.found import Found

JSON_COLUMNS = (
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
    "figures",
    "attachments",
    "tags",
    "language",
    "read_by",
    "evidence",
    "versions",
    "edits",
    "silent_edits",
    "gone_since",
    "family",
    "first_seen_at",
    "last_seen_at",
    "addresses",
)
_JSON_ALREADY = frozenset(
    {"authors", "captions", "figures", "attachments", "tags", "evidence", "addresses"}
)


def json_line(*, as_text: frozenset[str] = frozenset()) -> str:
    """SQL for the line of an article, as bytes: what `stored_json` gives.

    SQLite puts it together: to make the texts Python's, and bytes again, would take twice as long.
    `as_text`: columns whose JSON becomes a text that holds JSON.
    """
    values = ", ".join(
        f"'{name}', json({ARTICLE_COLUMNS[name]})"
        if name in _JSON_ALREADY - as_text
        else f"'{name}', {ARTICLE_COLUMNS[name]}"
        for name in JSON_COLUMNS
    )
    return f"CAST(json_object({values}) || char(10) AS BLOB)"


def lines_of(found: Found, *, as_text: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """The line of each article; one that is no UTF-8, as damage leaves it, is told or raised."""
    for id, line in found.select(f"{ARTICLE_COLUMNS['id']}, {json_line(as_text=as_text)}"):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            damaged = ArticleDamaged(str(error), id=id, path=found.archive.path)
            if not found.skip_damaged:
                raise damaged from error
            found.damaged.append(damaged)
            continue
        yield line


def write_jsonl(found: Found, out: BinaryIO) -> int:
    """One JSON object a line; returns how many were written."""
    count = 0
    for line in lines_of(found):
        # Browsers and some readers take these two for line ends; JSON lets them be escaped.
        out.write(line.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029"))
        count += 1
    return count
