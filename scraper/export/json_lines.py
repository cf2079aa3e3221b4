"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import TextIO

from scraper.archive.archive import ArticleRow
from scraper.export.about import About
from scraper.export.json_objects import captions_of


def write_jsonl(articles: Iterable[ArticleRow], out: TextIO, *, about: About) -> int:
    """One JSON object a line, as `stored_json` gives it; returns how many were written."""
    count = 0
    for row in articles:
        # Browsers and some readers take these two for line ends; JSON lets them be escaped.
        out.write(_line(row).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
        count += 1
    return count


def _line(row: ArticleRow) -> str:
    """The columns that are JSON already go in as they are: to read and write them takes longer
    than all the rest."""
    quoted = encode_basestring
    optional = _optional
    captions = json.dumps(captions_of(row.figures), ensure_ascii=False)
    return (
        f'{{"id": {quoted(row.id)}, "portal": {quoted(row.portal)}, "url": {optional(row.url)}, '
        f'"title": {quoted(row.title)}, "lead": {optional(row.lead)}, "text": {quoted(row.text)}, '
        f'"published": {optional(row.published)}, '
        f'"published_precision": {optional(row.published_precision)}, '
        f'"updated": {optional(row.updated)}, "source": {optional(row.source)}, '
        f'"authors": {row.authors}, "captions": {captions}, "figures": {row.figures}, '
        f'"attachments": {row.attachments}, "tags": {row.tags}, '
        f'"language": {optional(row.language)}, "read_by": {quoted(row.read_by)}, '
        f'"evidence": {row.evidence}, "versions": {row.versions}, "edits": {row.edits}, '
        f'"silent_edits": {row.silent_edits}, '
        f'"gone_since": {optional(row.gone_since.isoformat() if row.gone_since else None)}, '
        f'"family": {optional(row.family)}, '
        f'"first_seen_at": "{row.first_seen_at.isoformat()}", '
        f'"last_seen_at": "{row.last_seen_at.isoformat()}", "addresses": {row.addresses}}}\n'
    )


def _optional(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)
