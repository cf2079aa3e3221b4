"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from scraper.archive.archive import StoredArticle
from scraper.export.json_objects import stored_json


def write_jsonl(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """One JSON object a line; returns how many were written."""
    count = 0
    for stored in articles:
        # Browsers and some readers take these two for line ends; JSON lets them be escaped.
        line = json.dumps(stored_json(stored), ensure_ascii=False)
        out.write(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n")
        count += 1
    return count
