"""Mending in place: what is computed is computed again, what is lost is taken from what is left.

An article can be written again from its newest version, a version from its article, figures and
attachments from the version, indexes and names from the texts. Nothing is invented: what no other
row knows stays lost, and a link whose article is lost becomes due again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from scraper.archive import columns
from scraper.archive.connection import open_for_writing, translated
from scraper.archive.duplicates import note_copies
from scraper.archive.full_text_check import FULL_TEXT
from scraper.archive.integrity import (
    COMPARED,
    NAMED_BY_ARTICLES,
    SAME_CAPTIONS,
    expected_parts,
    without_blanks,
)
from scraper.archive.references import found_again, links_are_missing, mend_references
from scraper.archive.version_order import COUNTERS, IN_ORDER_OF_DAYS, NEWEST, POSITION
from scraper.archive.write_ahead import take_in
from scraper.records import DamageKind, Figure

_SHARED = (  # the columns that an article and its newest version have in common
    "published, published_precision, updated, source, language, read_by, url, title, lead, body, "
    "authors, tags, blocks, evidence, template"
)


def mend(
    path: Path,
    kinds: Collection[DamageKind],
    *,
    numbers: Mapping[str, int] = MappingProxyType({}),
    links_lost: bool = False,
) -> Iterator[str]:
    """Mend damage of these kinds in the archive at `path`; says what was done, line by line.

    All in one transaction. `numbers` are the row numbers, by id, of articles that are lost;
    `links_lost`: rows of the frontier are. For the one who holds the lock. Raises ArchiveError,
    ArchiveFull.
    """
    with translated(path), closing(open_for_writing(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = list(_mended(connection, set(kinds), numbers))
            if links_lost or links_are_missing(connection):
                done += found_again(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        take_in(connection)
    yield from done


def _mended(
    connection: sqlite3.Connection, kinds: set[DamageKind], numbers: Mapping[str, int]
) -> Iterator[str]:
    yield from _parts(connection)
    if "index" in kinds:
        connection.execute("REINDEX")
        yield "indexes: built anew"
    yield from _full_text(connection)  # first: the triggers need it to be right
    yield from _articles(connection, numbers)
    yield from _versions(connection)
    yield from _files(connection)
    yield from mend_references(connection)
    yield from _counters(connection)
    yield from _names(connection)
    yield from _fingerprints(connection)
    yield from _families(connection)
    yield from _ends(connection)
    yield from _full_text(connection)  # again: no trigger takes up the articles written above


def _parts(connection: sqlite3.Connection) -> Iterator[str]:
    """Indexes and triggers that are missing, or not as the program made them."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    for name, (kind, sql) in expected_parts().items():
        if kind not in ("index", "trigger"):
            continue
        if without_blanks(found.get(name, "")) != without_blanks(sql):
            if name in found:
                connection.execute(f'DROP {kind} "{name}"')
            connection.execute(sql)
            yield f"{kind} {name}: made again"


def _full_text(connection: sqlite3.Connection) -> Iterator[str]:
    for index, _ in FULL_TEXT:
        try:
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT_VTAB:
                raise
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
            yield f"{index}: built anew"


def _articles(connection: sqlite3.Connection, numbers: Mapping[str, int]) -> Iterator[str]:
    """Articles that are gone while their versions are there: as the newest version says."""
    lost = connection.execute(
        f"""
        SELECT article_id, number,
            (SELECT min(first_seen_at) FROM versions WHERE article_id = newest.article_id) AS first,
            (SELECT max(last_seen_at) FROM versions WHERE article_id = newest.article_id) AS last,
            figures, {_SHARED}
        FROM versions AS newest WHERE article_id NOT IN (SELECT id FROM articles) AND number = (
            SELECT number FROM versions WHERE article_id = newest.article_id
            ORDER BY {POSITION.format(of="")} DESC LIMIT 1)
        """
    ).fetchall()
    names = _SHARED.split(", ")
    for row in lost:
        portal, _, key = row["article_id"].partition(":")
        captions = [
            one.caption for one in _readable_figures(row["figures"]) if one.caption is not None
        ]
        connection.execute(
            f"""
            INSERT INTO articles (number, id, portal, key, version, first_seen_at, last_seen_at,
                captions, {_SHARED})
            VALUES (?, ?, ?, ?, ?, ?, ?, ?{", ?" * len(names)})
            """,
            (
                numbers.get(row["article_id"]),
                row["article_id"],
                portal,
                key,
                row["number"],
                row["first"],
                row["last"],
                columns.one_a_line(captions),
                *(row[name] for name in names),
            ),
        )
        yield f"{row['article_id']}: written again from its version {row['number']}"
    for row in lost:
        number = connection.execute(
            "SELECT number FROM articles WHERE id = ?", (row["article_id"],)
        ).fetchone()[0]
        note_copies(connection, number)


def _readable_figures(value: str) -> tuple[Figure, ...]:
    try:
        return columns.read_figures(value)
    except (ValueError, TypeError):
        return ()


def _versions(connection: sqlite3.Connection) -> Iterator[str]:
    """Versions that are gone while the article is as they said: written again from it.

    A version number that is too large while the newest version says the same is a counter's fault.
    """
    lost = connection.execute(
        f"""
        SELECT articles.id, articles.version FROM articles LEFT JOIN versions AS newest
            ON newest.article_id = articles.id AND newest.number = {NEWEST}
        WHERE newest.number IS NULL OR NOT EXISTS (
            SELECT 1 FROM versions WHERE article_id = articles.id AND number = articles.version
        ) AND (
            newest.title IS NOT articles.title OR newest.lead IS NOT articles.lead
            OR newest.body IS NOT articles.body OR newest.published IS NOT articles.published
            OR newest.source IS NOT articles.source OR newest.authors IS NOT articles.authors)
        """
    ).fetchall()
    for id, number in lost:
        connection.execute(
            f"""
            INSERT INTO versions (article_id, number, kind, first_seen_at, last_seen_at, capture_id,
                figures, attachments, {_SHARED})
            SELECT id, version, iif(version = 1, 'first', 'edit'),
                iif(version = 1, first_seen_at, last_seen_at), last_seen_at,
                (SELECT max(captures.id) FROM captures WHERE article_id = articles.id),
                (SELECT json_group_array(json_object(
                    'image', image, 'caption', caption, 'credit', credit)) FROM
                    (SELECT * FROM figures WHERE article_id = articles.id ORDER BY position)),
                (SELECT json_group_array(json_object('url', url, 'title', title)) FROM
                    (SELECT * FROM attachments WHERE article_id = articles.id ORDER BY position)),
                {_SHARED}
            FROM articles WHERE id = ?
            """,
            (id,),
        )
        yield f"{id}: version {number} written again from the article"


def _files(connection: sqlite3.Connection) -> Iterator[str]:
    """Captions and attachments that are not as many as the newest version has."""
    rows = connection.execute(
        f"""
        SELECT articles.id, figures, attachments FROM articles JOIN versions
            ON article_id = articles.id AND versions.number = {NEWEST}
        WHERE json_valid(figures) AND json_valid(attachments) AND (
            NOT {SAME_CAPTIONS}
            OR json_array_length(attachments) <>
                (SELECT count(*) FROM attachments WHERE article_id = articles.id))
        """
    ).fetchall()
    for id, figures, attachments in rows:
        connection.execute("DELETE FROM figures WHERE article_id = ?", (id,))
        connection.executemany(
            "INSERT INTO figures (article_id, position, image, caption, credit)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (id, position, one.image, one.caption, one.credit)
                for position, one in enumerate(columns.read_figures(figures), start=1)
            ],
        )
        connection.execute("DELETE FROM attachments WHERE article_id = ?", (id,))
        connection.executemany(
            "INSERT INTO attachments (article_id, position, url, title) VALUES (?, ?, ?, ?)",
            [
                (id, position, one.url, one.title)
                for position, one in enumerate(columns.read_attachments(attachments), start=1)
            ],
        )
        yield f"{id}: figures and attachments written again"


def _counters(connection: sqlite3.Connection) -> Iterator[str]:
    moved = connection.execute(IN_ORDER_OF_DAYS).rowcount
    if moved:
        yield f"versions: {moved} put into the order of their days"
    for name, counted in COUNTERS.items():
        changed = connection.execute(
            f"UPDATE articles SET {name} = {counted} WHERE {name} IS NOT {counted}"
        ).rowcount
        if changed:
            yield f"articles.{name}: counted again in {changed} articles"


def _names(connection: sqlite3.Connection) -> Iterator[str]:
    added = connection.execute(
        f"INSERT OR IGNORE INTO names (kind, name) SELECT kind, name FROM ({NAMED_BY_ARTICLES})"
    ).rowcount
    added += connection.execute(
        f"""
        INSERT OR IGNORE INTO named (name, number)
        SELECT names.number, said.number FROM ({NAMED_BY_ARTICLES}) AS said
            JOIN names USING (kind, name)
        """
    ).rowcount
    removed = connection.execute(
        f"""
        DELETE FROM named WHERE (number, name) NOT IN (
            SELECT said.number, names.number FROM ({NAMED_BY_ARTICLES}) AS said
                JOIN names USING (kind, name))
        """
    ).rowcount
    if added or removed:
        yield f"names: {added} written, {removed} taken out"


def _fingerprints(connection: sqlite3.Connection) -> Iterator[str]:
    added = connection.execute(
        f"INSERT OR IGNORE INTO fingerprints (hash, number) SELECT hash, number FROM ({COMPARED})"
    ).rowcount
    removed = connection.execute(
        f"DELETE FROM fingerprints WHERE (hash, number) NOT IN (SELECT * FROM ({COMPARED}))"
    ).rowcount
    if added or removed:
        yield f"fingerprints: {added} written, {removed} taken out"


def _families(connection: sqlite3.Connection) -> Iterator[str]:
    """Each family named by its first copy; ends, because each step leads to an earlier article."""
    moved = 0
    for _ in range(100):
        changed = connection.execute(
            """
            UPDATE articles SET family = first.family FROM articles AS first
            WHERE first.number = articles.family AND first.family <> first.number
            """
        ).rowcount
        moved += changed
        if not changed:
            break
    if moved:
        yield f"families: {moved} articles lead to the first copy again"


def _ends(connection: sqlite3.Connection) -> Iterator[str]:
    changed = connection.execute(
        """
        INSERT INTO capture_files (file, end_bytes)
        SELECT file, max("offset" + length) FROM captures WHERE file IS NOT NULL GROUP BY file
        ON CONFLICT (file) DO UPDATE SET end_bytes = excluded.end_bytes
            WHERE end_bytes < excluded.end_bytes
        """
    ).rowcount
    if changed:
        yield f"capture_files: {changed} ends noted again"
