"""A part of an archive as an archive of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from scraper.archive.connection import attach_for_reading, error_of
from scraper.archive.shape import migrate
from scraper.errors import ArchiveError, ArchiveFull

CHUNK = 500  # articles between two looks at whether to stop

# What is copied, in the order that foreign keys ask for, and which rows of it. `chosen` holds the
# numbers and ids of the articles, `chosen_captures` the captures that they speak of.
_BEFORE = (
    ("portals", "true"),
    ("templates", "portal IN (SELECT portal FROM chosen)"),
    ("profiles", "portal IN (SELECT portal FROM chosen)"),
    (
        "runs",
        "id IN (SELECT run FROM source.captures WHERE id IN (SELECT id FROM chosen_captures))"
        # Each portal of an article was collected by a run, even where its captures are not known.
        " OR id IN (SELECT min(id) FROM source.runs"
        "     WHERE portal IN (SELECT portal FROM chosen) GROUP BY portal)",
    ),
)
_AFTER = (
    ("captures", "id IN (SELECT id FROM chosen_captures)"),
    (
        "capture_files",
        "file IN (SELECT file FROM source.captures WHERE id IN (SELECT id FROM chosen_captures))",
    ),
    ("versions", "article_id IN (SELECT id FROM chosen)"),
    ("figures", "article_id IN (SELECT id FROM chosen)"),
    ("attachments", "article_id IN (SELECT id FROM chosen)"),
    ("absences", "article_id IN (SELECT id FROM chosen)"),
    ("frontier", "article_id IN (SELECT id FROM chosen)"),
    (
        "addresses",
        "link_id IN (SELECT id FROM source.frontier WHERE article_id IN (SELECT id FROM chosen))",
    ),
    (
        "outcomes",
        "article_id IN (SELECT id FROM chosen) AND run IN (SELECT id FROM main.runs)",
    ),
    (
        "names",
        "number IN (SELECT name FROM source.named WHERE number IN (SELECT number FROM chosen))",
    ),
    ("named", "number IN (SELECT number FROM chosen)"),
    ("fingerprints", "number IN (SELECT number FROM chosen)"),
    ("compared", "number IN (SELECT number FROM chosen)"),
    (
        "copies",
        "number IN (SELECT number FROM chosen) AND earlier IN (SELECT number FROM chosen)",
    ),
    ("frames", "number IN (SELECT number FROM chosen)"),
)
# Tables that are filled otherwise, or that say how far a portal's lists were walked and what is
# wrong with it: a smaller archive has not read them to their end.
NOT_COPIED = (
    "articles",
    "sources",
    "mementos",
    "memento_indexes",
    "columns_documentation",
    "edit_rates",
    "alarms",
    "held",
)

_CHOSEN_CAPTURES = """
CREATE TEMP TABLE chosen_captures AS
SELECT id FROM source.captures WHERE article_id IN (SELECT id FROM chosen)
UNION SELECT capture_id FROM source.versions
    WHERE capture_id IS NOT NULL AND article_id IN (SELECT id FROM chosen)
UNION SELECT capture_id FROM source.absences
    WHERE capture_id IS NOT NULL AND article_id IN (SELECT id FROM chosen)
"""
# The first-seen of those that are here; none where one is alone.
_FAMILIES = (
    """
    CREATE TEMP TABLE families AS SELECT family, number AS first FROM (
        SELECT family, number, count(*) OVER (PARTITION BY family) AS members,
            row_number() OVER (PARTITION BY family ORDER BY first_seen_at, number) AS place
        FROM main.articles WHERE family IS NOT NULL
    ) WHERE place = 1 AND members > 1
    """,
    """
    UPDATE main.articles SET family = (
        SELECT first FROM families WHERE families.family = articles.family
    ) WHERE family IS NOT NULL
    """,
)


def write_smaller(
    source: Path, numbers: Sequence[int], *, path: Path, step: Callable[[int], None]
) -> int:
    """Write the articles of these row numbers, with all that hangs on them, as a new archive.

    All of it shows one moment of the source, whoever writes there meanwhile. `step` is told how
    many were copied since it was called last, and may raise to stop. Returns how many articles
    there are in it. Nothing is flushed to the disk, and a file that was not finished is no
    archive: the caller gives it its name when it is whole.
    """
    with _translated(source, path), closing(_new(path)) as connection:
        attach_for_reading(connection, source, name="source")
        connection.execute("BEGIN")
        _choose(connection, numbers)
        for table, which in _BEFORE:
            _copy(connection, table, which)
        _copy_articles(connection, numbers, step=step)
        for table, which in _AFTER:
            _copy(connection, table, which)
        _make_whole(connection)
        count = connection.execute("SELECT count(*) FROM main.articles").fetchone()[0]
        connection.execute("COMMIT")
        connection.execute("DETACH source")
        for index in ("articles_fts", "articles_exact"):
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        connection.execute("ANALYZE")
    return int(count)


def _new(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}", uri=True, isolation_level=None
    )
    # What is not finished is thrown away: a journal would write everything twice for nothing.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -64000")
    migrate(connection)
    return connection


def _choose(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    connection.execute(
        "CREATE TEMP TABLE chosen (number INTEGER PRIMARY KEY, id TEXT UNIQUE, portal TEXT)"
    )
    for some in _chunks(numbers):
        connection.execute(
            "INSERT OR IGNORE INTO chosen SELECT number, id, portal FROM source.articles"
            " WHERE number IN (SELECT value FROM json_each(?))",
            (some,),
        )
    connection.execute(_CHOSEN_CAPTURES)


def _copy_articles(
    connection: sqlite3.Connection, numbers: Sequence[int], *, step: Callable[[int], None]
) -> None:
    """In the order of their numbers, as a table is written fastest."""
    names = _columns(connection, "articles")
    for some in _chunks(sorted(numbers)):
        before = connection.total_changes
        connection.execute(
            f"INSERT INTO main.articles ({names}) SELECT {names} FROM source.articles"
            " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
            (some,),
        )
        step(connection.total_changes - before)


def _make_whole(connection: sqlite3.Connection) -> None:
    # The answer that showed an article gone may have been another article.
    connection.execute(
        "UPDATE main.captures SET article_id = NULL"
        " WHERE article_id IS NOT NULL AND article_id NOT IN (SELECT id FROM main.articles)"
    )
    for statement in _FAMILIES:
        connection.execute(statement)
    # A run that goes on in the source does not go on here.
    connection.execute(
        "UPDATE main.runs SET state = 'interrupted', reason = 'copied while it ran'"
        " WHERE state = 'running'"
    )


def _copy(connection: sqlite3.Connection, table: str, which: str) -> None:
    names = _columns(connection, table)
    connection.execute(
        f"INSERT INTO main.{table} ({names}) SELECT {names} FROM source.{table} WHERE {which}"
    )


def _columns(connection: sqlite3.Connection, table: str) -> str:
    """The names of a table's columns, without the generated ones."""
    rows = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
    return ", ".join(f'"{row[1]}"' for row in rows)


def _chunks(numbers: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(numbers), CHUNK):
        yield json.dumps(list(numbers[start : start + CHUNK]))


@contextmanager
def _translated(source: Path, path: Path) -> Iterator[None]:
    """SQLite's errors: no room is the new file's trouble, the rest most likely the source's."""
    try:
        yield
    except sqlite3.Error as error:
        known = error_of(error, source)
        if isinstance(known, ArchiveFull):
            raise ArchiveFull("no room to write; make some and run again", path=path) from error
        if isinstance(known, ArchiveError):
            raise known from error
        raise
