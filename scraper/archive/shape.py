"""Which shape of the tables this program reads and writes.

What makes the tables loads sqlite-utils, and with it whatever of pandas is installed: a third of a
second. Who only reads an archive does not need it.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Migrations

APPLICATION_ID = 0x4D696E41  # "MinA" in the file's header: an archive of this program
NEWEST = 7  # the number of the migrations; a test compares


def newest_version(migrations: Migrations | None = None) -> int:
    """The version that these migrations make; today's if none are given."""
    if migrations is None:
        return NEWEST
    from scraper.archive.migrations import count_of

    return count_of(migrations)


def migrate(connection: sqlite3.Connection, *, migrations: Migrations | None = None) -> None:
    """Bring the tables to the newest version, all or nothing."""
    from scraper.archive.migrations import MIGRATIONS, apply

    apply(connection, migrations=migrations or MIGRATIONS)
