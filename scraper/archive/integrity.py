"""Whether an archive is whole: every check reads one state of it, and changes and locks nothing.

A check is a SELECT that answers with the places where something is wrong. What each column means
stands in documentation.py; what is computed from what, in articles.py and in the triggers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scraper.archive.connection import open_for_reading
from scraper.archive.full_text_check import FULL_TEXT, fits
from scraper.archive.pages import damaged_pages
from scraper.archive.references import WITHOUT_LINK
from scraper.archive.shape import migrate
from scraper.archive.version_order import COUNTERS, NEWEST, OUT_OF_ORDER
from scraper.archive.written_values import VALUE_CHECKS
from scraper.records import Damage, DamageKind

MOST_LINES = 100  # of one check; the rest is counted
REPAIR = "`scraper verify --repair` {does}"
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
Tick = Callable[[str, int, int], None]  # what is looked at, and how much of how much of it


@dataclass(frozen=True, slots=True)
class Check:
    """A SELECT of the places where `problem` is so; `repair` says what --repair does, if it can."""

    kind: DamageKind
    places: str
    problem: str
    remedy: str = ""
    repair: str = ""


# The names that the triggers should have written: the same words as in migrations.py.
NAMED_BY_ARTICLES = """
    SELECT number, 'source' AS kind, source AS name FROM articles WHERE source <> ''
    UNION SELECT number, 'author', value FROM articles, json_each(authors)
        WHERE json_valid(authors)
    UNION SELECT number, 'tag', value FROM articles, json_each(tags) WHERE json_valid(tags)
"""
COMPARED = """
    SELECT value AS hash, number FROM compared, json_each(hashes) WHERE json_valid(hashes)
"""
FINGERPRINTS = "SELECT hash, number FROM fingerprints"
_NAMED = "SELECT named.number, kind, names.name FROM named JOIN names ON names.number = named.name"
# Images are renewed by `reextract`; captions make a version.
SAME_CAPTIONS = """(
    (SELECT group_concat(json_extract(value, '$.caption'), char(10)) FROM json_each(figures)
        WHERE json_extract(value, '$.caption') <> '')
    IS (SELECT group_concat(caption, char(10)) FROM (
        SELECT caption FROM figures WHERE article_id = articles.id AND caption <> ''
        ORDER BY position
    ))
)"""
# Not updated, tags and url: `reextract` renews those, and the version stays as it was read.
_COMPARED = ("title", "lead", "body", "published", "source", "authors")

CHECKS = (
    Check(
        "versions",
        "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM versions)",
        "the article has no version",
        repair="makes one of the article as it stands",
    ),
    Check(
        "versions",
        """
        SELECT article_id || ': versions ' || min(number) || ' to ' || max(number) FROM versions
        GROUP BY article_id HAVING count(*) <> max(number) OR min(number) <> 1
        """,
        "the versions are not numbered 1, 2, 3 …: one is missing",
        "the text of that version is gone; a backup may have it",
    ),
    Check(
        "versions",
        OUT_OF_ORDER,
        "its versions do not stand in one order of days",
        repair="puts them into the order in which they were first seen",
    ),
    Check(
        "versions",
        "SELECT article_id || ' version ' || number FROM versions WHERE capture_id IS NULL",
        "the version does not say from which capture it was read",
        "its text is there; only what it was read from cannot be looked up",
    ),
    *(
        Check(
            "counters",
            f"SELECT id FROM articles WHERE {name} IS NOT {counted} AND {NEWEST} IS NOT NULL",
            f"articles.{name} is not what the versions say",
            repair="counts it again",
        )
        for name, counted in COUNTERS.items()
    ),
    Check(
        "versions",
        f"""
        SELECT articles.id FROM articles JOIN versions
            ON versions.article_id = articles.id AND versions.number = articles.version
        WHERE {" OR ".join(f"articles.{name} IS NOT versions.{name}" for name in _COMPARED)}
        """,
        "the article says something else than its newest version: it was changed by another hand",
        "look at both (`scraper show ID --versions`); what was read is in the version",
    ),
    Check(
        "versions",
        f"""
        SELECT articles.id FROM articles JOIN versions
            ON versions.article_id = articles.id AND versions.number = articles.version
        WHERE (json_valid(figures) AND NOT {SAME_CAPTIONS})
            OR (json_valid(attachments) AND json_array_length(attachments) <>
                (SELECT count(*) FROM attachments WHERE article_id = articles.id))
        """,
        "its figures or attachments are not those of its newest version",
        repair="writes them again from the version",
    ),
    Check(
        "reference",
        f"SELECT id FROM articles WHERE {WITHOUT_LINK}",
        "no link leads to the article, so that it is not read again",
        repair="writes the link again, and has every list walked anew",
    ),
    Check(
        "names",
        f"""
        SELECT articles.id || ' ' || kind || ' "' || name || '"'
        FROM (SELECT * FROM ({NAMED_BY_ARTICLES}) EXCEPT {_NAMED}) AS missing
        JOIN articles ON articles.number = missing.number
        """,
        "the article is not found by this name",
        repair="writes the names again",
    ),
    Check(
        "names",
        f"""
        SELECT coalesce(articles.id, 'row ' || extra.number) || ' ' || kind || ' "' || name || '"'
        FROM (SELECT * FROM ({_NAMED}) EXCEPT SELECT * FROM ({NAMED_BY_ARTICLES})) AS extra
        LEFT JOIN articles ON articles.number = extra.number
        """,
        "the article is found by a name that it does not bear",
        repair="writes the names again",
    ),
    *(
        Check(
            "copies",
            f"SELECT 'article row ' || number FROM ({told} EXCEPT {noted})",
            "its fingerprint is not the one that its text was compared by: copies may be missed",
            repair="writes it again",
        )
        for told, noted in ((COMPARED, FINGERPRINTS), (FINGERPRINTS, COMPARED))
    ),
    Check(
        "reference",
        "SELECT portal || ':' || key FROM frontier WHERE state = 'read' AND article_id IS NULL",
        "the link counts as read, but there is no article of it",
        repair="makes the link due again",
    ),
    Check(
        "reference",
        """
        SELECT articles.id FROM articles JOIN articles AS first ON first.number = articles.family
        WHERE first.family IS NOT NULL AND first.family <> first.number
        """,
        "its family is that of a copy, not of the story's first copy",
        repair="names the first copy",
    ),
    Check(
        "capture-file",
        """
        SELECT file FROM captures LEFT JOIN capture_files USING (file) WHERE file IS NOT NULL
        GROUP BY file HAVING end_bytes IS NULL OR end_bytes < max("offset" + length)
        """,
        "capture_files does not reach to the last capture of this file",
        repair="notes the end again",
    ),
    *(Check("value", places, problem, remedy) for places, problem, remedy in VALUE_CHECKS),
)


def check_archive(path: Path, *, quick: bool, tick: Tick) -> Iterator[Damage]:
    """Everything that is wrong in the archive's file, as it stands at one moment.

    `quick` leaves out what reads every index and every text. Raises ArchiveError if the file cannot
    be opened as an archive of this program's schema.
    """
    steps = len(CHECKS) + len(FULL_TEXT) + 3
    unmade = _Unmade()
    with closing(open_for_reading(path)) as connection:
        connection.execute("BEGIN")  # all checks see one state
        tick("archive pages", 0, steps)
        damaged = yield from _seen(damaged_pages(connection, path, quick=quick))
        tick("archive tables", 1, steps)
        yield from _missing_parts(connection)
        tick("archive references", 2, steps)
        yield from unmade.guard("references", _dangling(connection))
        for number, check in enumerate(CHECKS, start=3):
            tick(f"archive {check.kind}", number, steps)
            yield from unmade.guard(check.kind, _places(connection, check))
        if not damaged and not quick:
            yield from _indexes(connection, unmade, tick=tick, steps=steps)
    if damaged and not quick:
        # SQLite makes no temporary table on a connection that has met damage.
        with closing(open_for_reading(path)) as connection:
            yield from _indexes(connection, unmade, tick=tick, steps=steps)
    yield from unmade.told()
    tick("archive", steps, steps)


def _seen(found: Iterator[Damage]) -> Generator[Damage, None, bool]:
    """The same; returns whether there was any."""
    any_seen = False
    for damage in found:
        any_seen = True
        yield damage
    return any_seen


class _Unmade:
    """The checks that damage elsewhere did not let through, told as one line."""

    def __init__(self) -> None:
        self._checks: dict[str, sqlite3.DatabaseError] = {}

    def guard(self, check: str, found: Iterator[Damage]) -> Iterator[Damage]:
        try:
            yield from found
        except sqlite3.DatabaseError as error:
            self._checks[check] = error

    def told(self) -> Iterator[Damage]:
        if not self._checks:
            return
        error = next(iter(self._checks.values()))
        if error.sqlite_errorcode & 0xFF in _NO_ROOM:
            remedy = "make room in the folder for temporary files, or name one in SQLITE_TMPDIR"
        else:
            remedy = "see the damage above; repair that first, then verify again"
        yield Damage(
            kind="page",
            where=f"the checks of {', '.join(self._checks)}",
            problem=f"could not be made to their end: {error}",
            remedy=remedy,
            repairable=False,
        )


def expected_parts() -> dict[str, tuple[str, str]]:
    """Kind and SQL of every table, index and trigger of an archive, by name."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        migrate(empty)
        rows = empty.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: (kind, sql) for name, kind, sql in rows}


def _missing_parts(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Tables, indexes and triggers that are not there, or not as the program made them.

    What somebody added is no fault.
    """
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name, (kind, sql) in expected_parts().items():
        if name in found and (
            kind == "table" or without_blanks(found[name]) == without_blanks(sql)
        ):
            continue
        rescued = "writes what is left into a new archive, with this table, and keeps this file"
        yield Damage(
            kind="page" if kind == "table" else "schema",
            where=f"{kind} {name}",
            problem="is not as this program made it" if name in found else "is missing",
            remedy=REPAIR.format(does=rescued if kind == "table" else "makes it again"),
            repairable=True,
        )


def without_blanks(sql: str) -> str:
    """SQL as it is compared: SQLite keeps the line breaks of whoever wrote it."""
    return "".join(sql.split())


def _dangling(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Rows that speak of a row which is not there."""
    problem = "speaks of a row of {parent} that is not there"
    counts: dict[tuple[str, str], int] = {}
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        counts[table, parent] = counts.get((table, parent), 0) + 1
        if counts[table, parent] <= MOST_LINES:
            yield Damage(
                kind="reference",
                where=f"{table} row {row}" if row is not None else table,
                problem=problem.format(parent=parent),
                remedy=REPAIR.format(does="brings the row back where it can, or takes this out"),
                repairable=True,
            )
    for (table, parent), count in counts.items():
        if count > MOST_LINES:
            more = f"{count - MOST_LINES} more rows speak of rows of {parent} that are not there"
            remedy = REPAIR.format(does="looks at all of them")
            yield Damage(
                kind="reference", where=table, problem=more, remedy=remedy, repairable=True
            )


def _places(connection: sqlite3.Connection, check: Check) -> Iterator[Damage]:
    remedy = REPAIR.format(does=check.repair) if check.repair else check.remedy
    count = 0
    for (where,) in connection.execute(check.places):
        count += 1
        if count <= MOST_LINES:
            yield Damage(
                kind=check.kind,
                where=str(where),
                problem=check.problem,
                remedy=remedy,
                repairable=bool(check.repair),
            )
    if count > MOST_LINES:
        yield Damage(
            kind=check.kind,
            where=f"{count - MOST_LINES} more places",
            problem=check.problem,
            remedy=remedy,
            repairable=bool(check.repair),
        )


def _indexes(
    connection: sqlite3.Connection, unmade: _Unmade, *, tick: Tick, steps: int
) -> Iterator[Damage]:
    for number, (index, content) in enumerate(FULL_TEXT, start=3 + len(CHECKS)):
        tick(f"archive {index}", number, steps)
        yield from unmade.guard(index, _index(connection, index, content=content))


def _index(connection: sqlite3.Connection, index: str, *, content: str) -> Iterator[Damage]:
    if not fits(connection, index, content=content):
        yield Damage(
            kind="full-text",
            where=index,
            problem=f"the index does not fit the texts in {content}: searches miss or invent hits",
            remedy=REPAIR.format(does="builds it anew"),
            repairable=True,
        )
