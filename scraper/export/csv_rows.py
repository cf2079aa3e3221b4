"""CSV, for spreadsheets."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from scraper.archive.archive import ARTICLE_COLUMNS
from scraper.export.found import Found

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
EXCEL_CHARACTERS = 32_767  # that Excel takes into a cell; it cuts what is longer
# What begins a formula in some spreadsheet: OWASP's list, with the wide forms that some fold, and
# behind spaces, which some leave out.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_TO_QUOTE = re.compile(r'[",\r\n]')
_JOINED = {"authors": "'; '", "tags": "'; '"}
# Captions and addresses hold commas and semicolons themselves: one a line.
_A_LINE_EACH = {"captions": "value", "attachments": "value ->> 'url'", "addresses": "value"}


def write_csv(found: Found, out: BinaryIO) -> int:
    """One row an article, for spreadsheets; returns how many were written.

    Begins with a byte order mark, by which Excel knows UTF-8. A cell that a spreadsheet would take
    for a formula gets an apostrophe before it. Texts are whole, also those that Excel cuts: of
    these `found.notes` tells.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write("\ufeff")
    text.write(",".join(CSV_COLUMNS) + "\r\n")
    count = 0
    too_long: list[str] = []
    for values in found.select(", ".join(_cell_expression(name) for name in CSV_COLUMNS)):
        text.write(",".join([_cell(value) for value in values]) + "\r\n")
        if len(values[_TEXT] or "") > EXCEL_CHARACTERS:
            too_long.append(values[0])
        count += 1
    text.detach()  # flushes, and leaves `out` open
    if too_long:
        ids = ", ".join(too_long[:5]) + (", …" if len(too_long) > 5 else "")
        found.notes.append(
            f"{len(too_long)} texts are longer than the {EXCEL_CHARACTERS:,} characters that Excel"
            f" takes into a cell ({ids}); they are whole in the file, and Excel will cut them"
        )
    return count


_TEXT = CSV_COLUMNS.index("text")


def _cell_expression(name: str) -> str:
    """SQL for a cell's text."""
    column = ARTICLE_COLUMNS[name]
    if name in _JOINED:
        return f"(SELECT group_concat(value, {_JOINED[name]}) FROM json_each({column}))"
    if name in _A_LINE_EACH:
        value = _A_LINE_EACH[name]
        return f"(SELECT group_concat({value}, char(10)) FROM json_each({column}))"
    return column


def _cell(value: str | int | None) -> str:
    """The value as it stands between two commas; no spreadsheet takes it for a formula.

    Python's csv module does the same letter by letter: half of all the time that an export took.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    if _FORMULA.match(value):
        value = f"'{value}"
    if _TO_QUOTE.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value
