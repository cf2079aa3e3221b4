"""The door: what a query finds, written in a format that other programs read."""

from __future__ import annotations

from scraper.export.csv_rows import CSV_COLUMNS, write_csv
from scraper.export.json_lines import write_jsonl
from scraper.export.json_objects import article_json, stored_json
from scraper.export.web_page import article_page

__all__ = ["CSV_COLUMNS", "article_json", "article_page", "stored_json", "write_csv", "write_jsonl"]
