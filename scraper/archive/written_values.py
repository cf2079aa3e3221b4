"""Values that stand in the archive and are not what their columns hold: (places, problem, remedy).

Lists and objects must be JSON of their kind, moments must be moments, days must be in the calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

_BACKUP = "take the value from a backup"
_READ_AGAIN = f"{_BACKUP}, or let `scraper reextract` read the article again"

_LISTS = {
    "articles": ("id", ("authors", "tags", "blocks")),
    "versions": (
        "article_id || ' version ' || number",
        ("authors", "tags", "blocks", "figures", "attachments"),
    ),
    "portals": ("name", ("formerly",)),
    "compared": ("'article row ' || number", ("hashes",)),
}
_OBJECTS = {
    "articles": ("id", ("evidence",)),
    "versions": ("article_id || ' version ' || number", ("evidence",)),
    "templates": ("'template ' || number", ("template",)),
}
_STAMPS = {
    "articles": ("id", ("first_seen_at", "last_seen_at", "gone_since")),
    "versions": ("article_id || ' version ' || number", ("first_seen_at", "last_seen_at")),
    "captures": ("'capture ' || id", ("fetched_at",)),
    "runs": ("'run ' || id", ("due_at", "due_since", "started_at", "finished_at")),
    "frontier": (
        "portal || ':' || key",
        ("found_at", "listed_at", "last_attempt_at", "last_read_at", "next_at", "modified"),
    ),
    "absences": ("article_id", ("gone_at", "back_at")),
    "outcomes": ("'outcome ' || id", ("at",)),
    "mementos": ("'memento ' || id", ("memento_at", "last_attempt_at", "next_at")),
    "memento_indexes": ("source || ' ' || part", ("done_at", "next_at")),
    "profiles": ("'profile ' || number", ("found_at",)),
}
_PRINTED = {
    "articles": ("id", ("published", "updated")),
    "versions": ("article_id || ' version ' || number", ("published", "updated")),
}
_DIGITS = "[0-9][0-9]"
_STAMP = f"{_DIGITS}{_DIGITS}-{_DIGITS}-{_DIGITS}T{_DIGITS}:{_DIGITS}:{_DIGITS}.*Z"


def _no_list(column: str) -> str:
    return _no_json(column, "array")


def _no_object(column: str) -> str:
    return _no_json(column, "object")


def _no_json(column: str, kind: str) -> str:
    return (
        f"CASE WHEN json_valid({column}) THEN json_type({column}) <> '{kind}' "
        f"ELSE {column} IS NOT NULL END"
    )


def _no_stamp(column: str) -> str:
    return f"({column} NOT GLOB '{_STAMP}' OR {_no_moment(column)})"


def _no_moment(column: str) -> str:
    """Also true of 31 February, which SQLite takes for a day of March."""
    day = f"substr({column}, 1, 10)"
    wrong = f"date({day}, '+0 days') IS NOT {day} OR julianday({column}) IS NULL"
    return f"({column} IS NOT NULL AND ({wrong}))"


def _checks(
    tables: Mapping[str, tuple[str, tuple[str, ...]]], wrong: Callable[[str], str], problem: str
) -> Iterator[tuple[str, str, str]]:
    for table, (where, columns) in tables.items():
        for column in columns:
            places = f"SELECT {where} FROM {table} WHERE {wrong(column)}"
            remedy = _READ_AGAIN if table in ("articles", "versions") else _BACKUP
            yield places, f"{table}.{column} {problem}", remedy


VALUE_CHECKS = (
    *_checks(_LISTS, _no_list, "is no JSON list"),
    *_checks(_OBJECTS, _no_object, "is no JSON object"),
    *_checks(_STAMPS, _no_stamp, "is no moment of UTC"),
    *_checks(_PRINTED, _no_moment, "is no day of the calendar, or no moment of one"),
    (
        """
        SELECT 'capture ' || id FROM captures
        WHERE length(sha256) <> 64 OR sha256 GLOB '*[^0-9a-f]*'
            OR (file IS NULL) <> ("offset" IS NULL) OR (file IS NULL) <> (length IS NULL)
            OR "offset" < 0 OR length <= 0 OR body_bytes < 0
        """,
        "its digest or its place cannot be one",
        "the bytes may still be in the WARC file; a backup of the archive knows where",
    ),
)
