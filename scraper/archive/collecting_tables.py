"""The statements of migration 0007: what collecting from all kinds of sources needs to remember."""

from __future__ import annotations

# What the frontier goes by when it decides what is due.
FRONTIER_TABLES = (
    "ALTER TABLE frontier ADD COLUMN modified TEXT",
    "ALTER TABLE frontier ADD COLUMN guessed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE frontier ADD COLUMN vain_lastmods INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE edit_rates (
        portal TEXT NOT NULL,
        age INTEGER NOT NULL,
        days REAL NOT NULL,
        edits INTEGER NOT NULL,
        PRIMARY KEY (portal, age)
    ) WITHOUT ROWID
    """,
)

# How a page was asked for, and which archive it was had from, where not from the portal.
CAPTURE_TABLES = (
    "ALTER TABLE captures ADD COLUMN form TEXT",
    "ALTER TABLE captures ADD COLUMN origin TEXT",
    "ALTER TABLE captures ADD COLUMN robots TEXT",
)

# What other archives hold of the portals' pages.
MEMENTO_TABLES: tuple[str, ...] = (
    """
    CREATE TABLE mementos (
        id INTEGER PRIMARY KEY,
        portal TEXT NOT NULL,
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        url TEXT NOT NULL,
        memento_at TEXT NOT NULL,
        address TEXT NOT NULL,
        "offset" INTEGER NOT NULL,
        length INTEGER NOT NULL,
        digest TEXT,
        origin TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'read', 'refused', 'failed')),
        reason TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        last_attempt_at TEXT,
        next_at TEXT,
        capture_id INTEGER REFERENCES captures (id),
        UNIQUE (portal, source, address, "offset")
    )
    """,
    "CREATE INDEX mementos_due ON mementos (portal, source, state, key, memento_at)",
    "CREATE INDEX mementos_url ON mementos (url, digest)",
    "CREATE INDEX mementos_capture ON mementos (capture_id) WHERE capture_id IS NOT NULL",
    """
    CREATE TABLE memento_indexes (
        portal TEXT NOT NULL,
        source TEXT NOT NULL,
        part TEXT NOT NULL,
        cursor TEXT,
        done_at TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT,
        PRIMARY KEY (portal, source, part)
    )
    """,
    # A version read from a memento may stand before others; its number never changes.
    "ALTER TABLE versions ADD COLUMN position INTEGER",
)

# Whether a portal is alive and well read: yields, doubts, alarms.
HEALTH_TABLES: tuple[str, ...] = (
    "ALTER TABLE outcomes ADD COLUMN pages INTEGER",
    "ALTER TABLE outcomes ADD COLUMN links INTEGER",
    "ALTER TABLE outcomes ADD COLUMN new_links INTEGER",
    """
    CREATE TABLE alarms (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        portal TEXT NOT NULL,
        kind TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        run INTEGER REFERENCES runs (id),
        cleared_at TEXT,
        cleared_reason TEXT,
        told_at TEXT,
        cleared_told_at TEXT,
        commanded TEXT
    )
    """,
    "CREATE UNIQUE INDEX alarms_standing ON alarms (portal, kind) WHERE cleared_at IS NULL",
    "CREATE INDEX alarms_portal ON alarms (portal, id)",
    # Pages that were read, and whose reading was doubted: no article until the doubt is settled.
    """
    CREATE TABLE held (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        portal TEXT NOT NULL,
        link_id INTEGER NOT NULL REFERENCES frontier (id),
        capture_id INTEGER NOT NULL REFERENCES captures (id),
        reason TEXT NOT NULL,
        held_at TEXT NOT NULL,
        released_at TEXT,
        released_reason TEXT
    )
    """,
    "CREATE UNIQUE INDEX held_waiting ON held (link_id) WHERE released_at IS NULL",
    "CREATE INDEX held_portal ON held (portal, id) WHERE released_at IS NULL",
    """
    ALTER TABLE templates ADD COLUMN state TEXT NOT NULL DEFAULT 'used'
        CHECK (state IN ('used', 'offered', 'rejected'))
    """,
    "ALTER TABLE templates ADD COLUMN proof TEXT",
    # A portal's status is counted from it alone: a hundred thousand articles in some milliseconds.
    "CREATE INDEX articles_counts ON articles (portal, edits, silent_edits, gone_since)",
)

# What was found of a portal by looking at it.
PROFILE_TABLES: tuple[str, ...] = (
    """
    CREATE TABLE profiles (
        number INTEGER PRIMARY KEY,
        portal TEXT NOT NULL,
        found_at TEXT NOT NULL,
        requests INTEGER NOT NULL,
        profile TEXT,
        reason TEXT
    )
    """,
    "CREATE INDEX profiles_portal ON profiles (portal, number)",
)

# When runs were due.
LEDGER_TABLES: tuple[str, ...] = (
    "ALTER TABLE runs ADD COLUMN due_since TEXT",
    "ALTER TABLE runs ADD COLUMN due_count INTEGER",
)

STATEMENTS = (
    *FRONTIER_TABLES,
    *CAPTURE_TABLES,
    *MEMENTO_TABLES,
    *HEALTH_TABLES,
    *PROFILE_TABLES,
    *LEDGER_TABLES,
)
