"""One reading, with the capture that it was read from, its version and its copies."""

from __future__ import annotations

import sqlite3

from scraper.archive import articles, captures, duplicates, templates
from scraper.records import Article, Capture


def save_capture_and_reading(
    connection: sqlite3.Connection,
    article: Article,
    *,
    id: str,
    portal: str,
    capture: Capture,
    run: int,
    template: int | None,
    again: bool,
) -> articles.Saved:
    """Keep what a capture says; a new article is not yet in the full-text index."""
    seen_at = capture.fetched_at
    saved = articles.save_reading(
        connection,
        article,
        id=id,
        portal=portal,
        seen_at=seen_at,
        template=template,
        again=again,
    )
    capture_id = captures.insert_capture(connection, capture, portal=portal, run=run, article_id=id)
    if saved.kind != "unchanged":
        articles.insert_version(
            connection,
            article,
            saved,
            id=id,
            capture_id=capture_id,
            seen_at=seen_at,
            kind="first" if saved.kind == "new" else "re-reading" if again else "edit",
        )
        duplicates.note_copies(connection, saved.number, new=saved.kind == "new")
    templates.note_template(connection, id, saved.kind, template=template, seen_at=seen_at)
    return saved
