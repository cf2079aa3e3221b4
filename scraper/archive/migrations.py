"""The archive's tables, as numbered migrations; longer than most files because it is the schema.

A migration that was published is never edited: the next change is the next number. The meaning of
every table and column stands in documentation.py and, written from there, in the archive itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database, Migrations

from scraper.archive import collecting_tables
from scraper.archive.documentation import MEANINGS, schema_markdown
from scraper.archive.duplicates import note_copies
from scraper.archive.shape import APPLICATION_ID

MIGRATIONS = Migrations("ministry-scraper")

ARTICLE_TABLES = (
    # What people look for comes first, and all short values before the long texts: SQLite then
    # reads them without those.
    """
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        published TEXT,
        source TEXT,
        url TEXT NOT NULL,
        portal TEXT NOT NULL,
        key TEXT NOT NULL,
        published_precision TEXT CHECK (published_precision IN ('day', 'minute', 'second')),
        updated TEXT,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        version INTEGER NOT NULL,
        language TEXT,
        read_by TEXT NOT NULL,
        lead TEXT,
        body TEXT NOT NULL,
        captions TEXT NOT NULL,
        authors TEXT NOT NULL,
        tags TEXT NOT NULL,
        blocks TEXT NOT NULL,
        evidence TEXT NOT NULL,
        text TEXT GENERATED ALWAYS AS (
            CASE
                WHEN lead IS NULL OR lead = '' THEN body
                WHEN body = '' THEN lead
                ELSE lead || char(10, 10) || body
            END
        ) VIRTUAL,
        UNIQUE (portal, key)
    )
    """,
    "CREATE INDEX articles_newest ON articles (published DESC, first_seen_at DESC)",
    "CREATE INDEX articles_portal_published ON articles (portal, published DESC)",
    "CREATE INDEX articles_portal_first_seen ON articles (portal, first_seen_at)",
    "CREATE INDEX articles_source ON articles (source)",
    """
    CREATE TABLE versions (
        article_id TEXT NOT NULL REFERENCES articles (id),
        number INTEGER NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures (id),
        published TEXT,
        published_precision TEXT,
        updated TEXT,
        source TEXT,
        language TEXT,
        read_by TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        lead TEXT,
        body TEXT NOT NULL,
        authors TEXT NOT NULL,
        figures TEXT NOT NULL,
        attachments TEXT NOT NULL,
        tags TEXT NOT NULL,
        blocks TEXT NOT NULL,
        evidence TEXT NOT NULL,
        PRIMARY KEY (article_id, number)
    )
    """,
    """
    CREATE TABLE figures (
        article_id TEXT NOT NULL REFERENCES articles (id),
        position INTEGER NOT NULL,
        image TEXT,
        caption TEXT,
        credit TEXT,
        PRIMARY KEY (article_id, position)
    )
    """,
    """
    CREATE TABLE attachments (
        article_id TEXT NOT NULL REFERENCES articles (id),
        position INTEGER NOT NULL,
        url TEXT NOT NULL,
        title TEXT,
        PRIMARY KEY (article_id, position)
    )
    """,
)

# The tables are "external content": they index the articles' text without holding it a second
# time. The triggers keep them right whoever writes. No option here is newer than SQLite 3.40.
FULL_TEXT_TABLES = tuple(
    statement.format(table=table, folding=folding, content=content)
    for table, folding, content in (
        # Datasette takes an index whose content is double-quoted for the table's own.
        ("articles_fts", 2, '"articles"'),
        ("articles_exact", 0, "'articles'"),
    )
    for statement in (
        """
        CREATE VIRTUAL TABLE {table} USING fts5 (
            title, lead, body, captions,
            content={content}, content_rowid='number',
            tokenize='unicode61 remove_diacritics {folding}'
        )
        """,
        """
        CREATE TRIGGER {table}_inserted AFTER INSERT ON articles BEGIN
            INSERT INTO {table} (rowid, title, lead, body, captions)
            VALUES (new.number, new.title, new.lead, new.body, new.captions);
        END
        """,
        """
        CREATE TRIGGER {table}_deleted AFTER DELETE ON articles BEGIN
            INSERT INTO {table} ({table}, rowid, title, lead, body, captions)
            VALUES ('delete', old.number, old.title, old.lead, old.body, old.captions);
        END
        """,
        """
        CREATE TRIGGER {table}_updated
        AFTER UPDATE OF number, title, lead, body, captions ON articles BEGIN
            INSERT INTO {table} ({table}, rowid, title, lead, body, captions)
            VALUES ('delete', old.number, old.title, old.lead, old.body, old.captions);
            INSERT INTO {table} (rowid, title, lead, body, captions)
            VALUES (new.number, new.title, new.lead, new.body, new.captions);
        END
        """,
    )
)

COLLECTION_TABLES = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        portal TEXT NOT NULL,
        trigger TEXT NOT NULL CHECK (trigger IN ('collect', 'schedule')),
        due_at TEXT,
        started_at TEXT,
        finished_at TEXT,
        state TEXT NOT NULL
            CHECK (state IN ('running', 'done', 'failed', 'interrupted', 'missed')),
        reason TEXT,
        requests INTEGER NOT NULL DEFAULT 0,
        process TEXT NOT NULL
    )
    """,
    "CREATE INDEX runs_portal ON runs (portal, id)",
    "CREATE INDEX runs_running ON runs (id) WHERE state = 'running'",
    """
    CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        run INTEGER REFERENCES runs (id),
        portal TEXT NOT NULL,
        article_id TEXT REFERENCES articles (id),
        url TEXT NOT NULL,
        answered_url TEXT NOT NULL,
        status INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        body_bytes INTEGER NOT NULL,
        content_type TEXT,
        etag TEXT,
        last_modified TEXT,
        file TEXT,
        "offset" INTEGER,
        length INTEGER
    )
    """,
    "CREATE INDEX captures_url ON captures (url, status, id)",
    "CREATE INDEX captures_article ON captures (article_id, id) WHERE article_id IS NOT NULL",
    "CREATE INDEX captures_run ON captures (run)",
    """
    CREATE TABLE capture_files (
        file TEXT PRIMARY KEY,
        end_bytes INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE frontier (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        portal TEXT NOT NULL,
        key TEXT NOT NULL,
        url TEXT NOT NULL,
        found_on TEXT NOT NULL,
        title TEXT,
        published TEXT,
        found_at TEXT NOT NULL,
        listed_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new'
            CHECK (state IN ('new', 'read', 'gone', 'refused', 'failed')),
        reason TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        unchanged_streak INTEGER NOT NULL DEFAULT 0,
        last_attempt_at TEXT,
        last_read_at TEXT,
        next_at TEXT,
        article_id TEXT REFERENCES articles (id),
        UNIQUE (portal, key)
    )
    """,
    "CREATE INDEX frontier_due ON frontier (portal, state, next_at)",
    "CREATE INDEX frontier_article ON frontier (article_id)",
    """
    CREATE TABLE addresses (
        link_id INTEGER NOT NULL REFERENCES frontier (id),
        url TEXT NOT NULL,
        first_seen_at TEXT NOT NULL,
        PRIMARY KEY (link_id, url)
    )
    """,
    """
    CREATE TABLE sources (
        portal TEXT NOT NULL,
        url TEXT NOT NULL,
        watermark INTEGER,
        settled_at TEXT,
        kind TEXT,
        reason TEXT,
        at TEXT,
        PRIMARY KEY (portal, url)
    )
    """,
    """
    CREATE TABLE outcomes (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id),
        portal TEXT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('source', 'article')),
        kind TEXT NOT NULL CHECK (kind IN (
            'new', 'changed', 'unchanged', 'not_modified', 'gone', 'refused', 'failed'
        )),
        url TEXT NOT NULL,
        article_id TEXT,
        reason TEXT,
        at TEXT NOT NULL
    )
    """,
    "CREATE INDEX outcomes_run ON outcomes (run, stage, kind)",
    "CREATE INDEX outcomes_article ON outcomes (article_id) WHERE article_id IS NOT NULL",
    """
    CREATE TABLE columns_documentation (
        table_name TEXT NOT NULL,
        column_name TEXT NOT NULL,
        meaning TEXT NOT NULL,
        PRIMARY KEY (table_name, column_name)
    )
    """,
)


@MIGRATIONS(name="0001_first")
def _first(database: Database) -> None:
    for statement in (*ARTICLE_TABLES, *FULL_TEXT_TABLES, *COLLECTION_TABLES):
        database.conn.execute(statement)


TEMPLATE_TABLES = (
    """
    CREATE TABLE templates (
        number INTEGER PRIMARY KEY,
        portal TEXT NOT NULL,
        template TEXT NOT NULL,
        articles INTEGER NOT NULL,
        learned_at TEXT NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        replaced_by INTEGER REFERENCES templates (number)
    )
    """,
    "CREATE INDEX templates_portal ON templates (portal, number)",
    "ALTER TABLE articles ADD COLUMN template INTEGER REFERENCES templates (number)",
    "ALTER TABLE versions ADD COLUMN template INTEGER REFERENCES templates (number)",
)


@MIGRATIONS(name="0002_templates")
def _templates(database: Database) -> None:
    for statement in TEMPLATE_TABLES:
        database.conn.execute(statement)


# The full-text tables anew, the body first: SQLite writes two bytes more for each word of a column
# that is not the first, which was a quarter of the index.
FULL_TEXT_TABLES_BODY_FIRST = tuple(
    statement.format(table=table, folding=folding, content=content)
    for table, folding, content in (
        ("articles_fts", 2, '"articles"'),
        ("articles_exact", 0, "'articles'"),
    )
    for statement in (
        "DROP TRIGGER {table}_inserted",
        "DROP TRIGGER {table}_deleted",
        "DROP TRIGGER {table}_updated",
        "DROP TABLE {table}",
        """
        CREATE VIRTUAL TABLE {table} USING fts5 (
            body, lead, title, captions,
            content={content}, content_rowid='number',
            tokenize='unicode61 remove_diacritics {folding}'
        )
        """,
        """
        CREATE TRIGGER {table}_inserted AFTER INSERT ON articles BEGIN
            INSERT INTO {table} (rowid, body, lead, title, captions)
            VALUES (new.number, new.body, new.lead, new.title, new.captions);
        END
        """,
        """
        CREATE TRIGGER {table}_deleted AFTER DELETE ON articles BEGIN
            INSERT INTO {table} ({table}, rowid, body, lead, title, captions)
            VALUES ('delete', old.number, old.body, old.lead, old.title, old.captions);
        END
        """,
        """
        CREATE TRIGGER {table}_updated
        AFTER UPDATE OF number, title, lead, body, captions ON articles BEGIN
            INSERT INTO {table} ({table}, rowid, body, lead, title, captions)
            VALUES ('delete', old.number, old.body, old.lead, old.title, old.captions);
            INSERT INTO {table} (rowid, body, lead, title, captions)
            VALUES (new.number, new.body, new.lead, new.title, new.captions);
        END
        """,
        "INSERT INTO {table} ({table}) VALUES ('rebuild')",
    )
)

# Sources, authors and tags as they are looked for; kept right by triggers, whoever writes.
_NAMED = """
    INSERT OR IGNORE INTO names (kind, name)
    SELECT 'source', {row}.source WHERE {row}.source <> ''
    UNION ALL SELECT 'author', value FROM json_each({row}.authors)
    UNION ALL SELECT 'tag', value FROM json_each({row}.tags);
    INSERT OR IGNORE INTO named (name, number)
    SELECT names.number, {row}.number FROM names
    WHERE (kind, name) IN (
        SELECT 'source', {row}.source
        UNION ALL SELECT 'author', value FROM json_each({row}.authors)
        UNION ALL SELECT 'tag', value FROM json_each({row}.tags)
    );
"""
NAME_TABLES = (
    """
    CREATE TABLE names (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('source', 'author', 'tag')),
        name TEXT NOT NULL,
        UNIQUE (kind, name)
    )
    """,
    """
    CREATE TABLE named (
        name INTEGER NOT NULL REFERENCES names (number),
        number INTEGER NOT NULL REFERENCES articles (number),
        PRIMARY KEY (name, number)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX named_number ON named (number)",
    f"CREATE TRIGGER names_inserted AFTER INSERT ON articles BEGIN {_NAMED.format(row='new')} END",
    """
    CREATE TRIGGER names_deleted BEFORE DELETE ON articles BEGIN
        DELETE FROM named WHERE number = old.number;
    END
    """,
    f"""
    CREATE TRIGGER names_updated AFTER UPDATE OF source, authors, tags ON articles
    WHEN old.source IS NOT new.source OR old.authors <> new.authors OR old.tags <> new.tags
    BEGIN
        DELETE FROM named WHERE number = old.number;
        {_NAMED.format(row="new")}
    END
    """,
    """
    INSERT OR IGNORE INTO names (kind, name)
    SELECT 'source', source FROM articles WHERE source <> ''
    UNION ALL SELECT 'author', value FROM articles, json_each(authors)
    UNION ALL SELECT 'tag', value FROM articles, json_each(tags)
    """,
    """
    INSERT OR IGNORE INTO named (name, number)
    SELECT names.number, found.number FROM (
        SELECT number, 'source' AS kind, source AS name FROM articles WHERE source <> ''
        UNION ALL SELECT number, 'author', value FROM articles, json_each(authors)
        UNION ALL SELECT number, 'tag', value FROM articles, json_each(tags)
    ) AS found JOIN names USING (kind, name)
    """,
)

HISTORY_TABLES = (
    """
    CREATE TABLE portals (
        name TEXT PRIMARY KEY,
        title TEXT,
        home TEXT NOT NULL,
        formerly TEXT NOT NULL,
        language TEXT,
        timezone TEXT NOT NULL,
        noted_at TEXT NOT NULL
    )
    """,
    """
    ALTER TABLE versions ADD COLUMN kind TEXT NOT NULL DEFAULT 'edit'
        CHECK (kind IN ('first', 'edit', 're-reading'))
    """,
    "ALTER TABLE versions ADD COLUMN program TEXT",
    "UPDATE versions SET kind = 'first' WHERE number = 1",
    "ALTER TABLE articles ADD COLUMN edits INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE articles ADD COLUMN silent_edits INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE articles ADD COLUMN gone_since TEXT",
    "UPDATE articles SET edits = version - 1 WHERE version > 1",
    """
    UPDATE articles SET silent_edits = (
        SELECT count(*) FROM versions AS later JOIN versions AS before
            ON before.article_id = later.article_id AND before.number = later.number - 1
        WHERE later.article_id = articles.id
            AND later.published IS before.published AND later.updated IS before.updated
    ) WHERE version > 1
    """,
    """
    CREATE TABLE absences (
        article_id TEXT NOT NULL REFERENCES articles (id),
        gone_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures (id),
        back_at TEXT,
        PRIMARY KEY (article_id, gone_at)
    )
    """,
    "CREATE INDEX versions_capture ON versions (capture_id) WHERE capture_id IS NOT NULL",
)

# The fingerprints are a full-text table because SQLite keeps such in sorted runs that are merged
# now and then: a b-tree of as many random numbers would write a page for each.
COPY_TABLES = (
    "ALTER TABLE articles ADD COLUMN family INTEGER REFERENCES articles (number)",
    "CREATE INDEX articles_family ON articles (family) WHERE family IS NOT NULL",
    """
    CREATE TABLE fingerprints (
        number INTEGER PRIMARY KEY REFERENCES articles (number),
        shingles INTEGER NOT NULL,
        hashes TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE fingerprints_index USING fts5 (
        hashes, content='fingerprints', content_rowid='number',
        detail=none, columnsize=0, tokenize='ascii'
    )
    """,
    """
    CREATE TRIGGER fingerprints_inserted AFTER INSERT ON fingerprints BEGIN
        INSERT INTO fingerprints_index (rowid, hashes) VALUES (new.number, new.hashes);
    END
    """,
    """
    CREATE TRIGGER fingerprints_deleted AFTER DELETE ON fingerprints BEGIN
        INSERT INTO fingerprints_index (fingerprints_index, rowid, hashes)
        VALUES ('delete', old.number, old.hashes);
    END
    """,
    """
    CREATE TABLE copies (
        number INTEGER NOT NULL REFERENCES articles (number),
        earlier INTEGER NOT NULL REFERENCES articles (number),
        shared INTEGER NOT NULL,
        of_this REAL NOT NULL,
        of_earlier REAL NOT NULL,
        PRIMARY KEY (number, earlier)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX copies_earlier ON copies (earlier)",
    """
    CREATE TABLE frames (
        portal TEXT NOT NULL,
        paragraph INTEGER NOT NULL,
        beside INTEGER NOT NULL,
        number INTEGER NOT NULL REFERENCES articles (number),
        PRIMARY KEY (portal, paragraph, beside)
    ) WITHOUT ROWID
    """,
)

INDEXES_OF_ALL_SHORT_VALUES = (
    # Counting a hundred thousand hits by year reads this index and not the articles themselves.
    "CREATE INDEX articles_facets ON articles (number, published, portal, source, family)",
    "DROP INDEX articles_newest",
    "CREATE INDEX articles_published ON articles (published)",
)


@MIGRATIONS(name="0003_researchers")
def _researchers(database: Database) -> None:
    for statement in (
        *FULL_TEXT_TABLES_BODY_FIRST,
        *NAME_TABLES,
        *HISTORY_TABLES,
        *COPY_TABLES,
        *INDEXES_OF_ALL_SHORT_VALUES,
    ):
        database.conn.execute(statement)


# An ordinary table after all: asking a full-text table for eight hashes took ten times as long.
FINGERPRINT_TABLES = (
    "DROP TABLE fingerprints_index",
    "DROP TABLE fingerprints",
    """
    CREATE TABLE fingerprints (
        hash INTEGER NOT NULL,
        number INTEGER NOT NULL REFERENCES articles (number),
        PRIMARY KEY (hash, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE compared (
        number INTEGER PRIMARY KEY REFERENCES articles (number),
        words INTEGER NOT NULL,
        hashes TEXT NOT NULL
    )
    """,
)

# An article's insertion fires no trigger: SQLite guards a statement that does by a savepoint, at
# which FTS5 writes out what it holds, article by article instead of once a commit. The archive
# fills the index and the names of new articles itself; triggers follow edits and deletions.
_NAMED_BY_INDEX = """
    INSERT OR IGNORE INTO names (kind, name)
    SELECT 'source', new.source WHERE new.source <> ''
    UNION ALL SELECT 'author', value FROM json_each(new.authors)
    UNION ALL SELECT 'tag', value FROM json_each(new.tags);
    INSERT OR IGNORE INTO named (name, number)
    SELECT names.number, new.number FROM (
        SELECT 'source' AS kind, new.source AS name WHERE new.source <> ''
        UNION ALL SELECT 'author', value FROM json_each(new.authors)
        UNION ALL SELECT 'tag', value FROM json_each(new.tags)
    ) AS given CROSS JOIN names ON names.kind = given.kind AND names.name = given.name;
"""
NO_TRIGGERS_OF_INSERTION = (
    "DROP TRIGGER articles_fts_inserted",
    "DROP TRIGGER articles_exact_inserted",
    "DROP TRIGGER names_inserted",
    "DROP TRIGGER names_updated",
    f"""
    CREATE TRIGGER names_updated AFTER UPDATE OF source, authors, tags ON articles
    WHEN old.source IS NOT new.source OR old.authors <> new.authors OR old.tags <> new.tags
    BEGIN
        DELETE FROM named WHERE number = old.number;
        {_NAMED_BY_INDEX}
    END
    """,
)


@MIGRATIONS(name="0004_fingerprints")
def _fingerprints(database: Database) -> None:
    for statement in (*FINGERPRINT_TABLES, *NO_TRIGGERS_OF_INSERTION):
        database.conn.execute(statement)


@MIGRATIONS(name="0005_copies")
def _copies_anew(database: Database) -> None:
    """Nothing any more: the next step does it, by longer runs of words."""


@MIGRATIONS(name="0006_longer_runs")
def _longer_runs(database: Database) -> None:
    """The copies among what an older archive holds."""
    for table in ("fingerprints", "compared", "copies", "frames"):
        database.conn.execute(f"DELETE FROM {table}")
    database.conn.execute("UPDATE articles SET family = NULL WHERE family IS NOT NULL")
    for row in database.conn.execute("SELECT number FROM articles ORDER BY number").fetchall():
        note_copies(database.conn, row[0])


@MIGRATIONS(name="0007_collecting")
def _collecting(database: Database) -> None:
    for statement in collecting_tables.STATEMENTS:
        database.conn.execute(statement)


def count_of(migrations: Migrations) -> int:
    """The schema version that these migrations make: how many there are."""
    with closing(sqlite3.connect(":memory:")) as empty:
        return len(migrations.pending(Database(empty)))


def apply(connection: sqlite3.Connection, *, migrations: Migrations) -> None:
    """Bring the tables to the newest version, all or nothing.

    Takes the write lock first: two programs that start together do not migrate twice.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Inside a transaction sqlite-utils runs each migration in a savepoint of it.
        migrations.apply(Database(connection, recursive_triggers=False, execute_plugins=False))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {count_of(migrations)}")
        connection.execute("DELETE FROM columns_documentation")
        connection.executemany(
            "INSERT INTO columns_documentation VALUES (?, ?, ?)",
            [
                (table, column, meaning)
                for table, columns in MEANINGS.items()
                for column, meaning in columns.items()
            ],
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def write_documentation(path: Path) -> None:
    """Write docs/schema.md, or what stands for it, as today's migrations make the tables."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        apply(connection, migrations=MIGRATIONS)
        path.write_text(schema_markdown(connection), encoding="utf-8")
