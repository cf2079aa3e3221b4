"""New articles enter the full-text index and the names that are looked up."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from scraper.archive import columns
from scraper.records import Article

BATCH = 200  # articles in memory at once


def index_new(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Take new articles up into the full-text index, one after the other.

    Nothing may be written between them: most statements make FTS5 write out what it holds, and one
    article at a time that takes three times as long.
    """
    for start in range(0, len(numbers), BATCH):
        marks = ", ".join("?" * len(numbers[start : start + BATCH]))
        rows = connection.execute(
            f"SELECT number, body, lead, title, captions FROM articles WHERE number IN ({marks})",
            tuple(numbers[start : start + BATCH]),
        ).fetchall()
        for index in ("articles_fts", "articles_exact"):
            connection.executemany(
                f"INSERT INTO {index} (rowid, body, lead, title, captions) VALUES (?, ?, ?, ?, ?)",
                rows,
            )


def insert_names(connection: sqlite3.Connection, article: Article, *, number: int) -> None:
    """The source, authors and tags of a new article, for looking them up; see `names_updated`."""
    given = {("author", columns.text(name)) for name in article.authors}
    given |= {("tag", columns.text(name)) for name in article.tags}
    if article.source:
        given.add(("source", columns.text(article.source)))
    for one in sorted(given):
        row = connection.execute(
            "SELECT number FROM names WHERE kind = ? AND name = ?", one
        ).fetchone()
        name = (
            row[0]
            if row
            else connection.execute("INSERT INTO names (kind, name) VALUES (?, ?)", one).lastrowid
        )
        connection.execute("INSERT INTO named (name, number) VALUES (?, ?)", (name, number))
