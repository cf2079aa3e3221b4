"""Opening the archive's file, and SQLite's errors in this program's words."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scraper.archive.copying import write_copy
from scraper.archive.shape import APPLICATION_ID, migrate, newest_version
from scraper.errors import ArchiveError, ArchiveFull

if TYPE_CHECKING:
    from sqlite_utils import Migrations

BUSY_SECONDS = 30.0  # longer than any of our transactions; another writer's backup may take that
PAGES_OF_LOG = 8_000  # 32 MB, half of what `write_ahead` lets it become
CACHE_KIB = 64_000  # the full-text index is written in bulk; SQLite's own 2 MB is small for it

_HEAD_BYTES = 100  # SQLite's header
_SQLITE = b"SQLite format 3\0"
_ID_AT = slice(68, 72)  # the application's number in it

# SQLite says SQLITE_FULL where the file system does, and an I/O error where a quota or a limit
# of the process (RLIMIT_FSIZE) stops a write.
_NO_ROOM = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR,  # without a detail: FTS5 says no more where a write was stopped
    }
)
_REASONS = {
    sqlite3.SQLITE_CORRUPT: "the archive is damaged; keep the file, and restore a copy of it",
    sqlite3.SQLITE_NOTADB: "this is no SQLite database, or a damaged one",
    sqlite3.SQLITE_BUSY: f"another program has kept the archive locked for {BUSY_SECONDS:.0f} s; "
    "end it, or wait",
    sqlite3.SQLITE_LOCKED: "another program has locked the archive; end it, or wait",
    sqlite3.SQLITE_READONLY: "the archive, or the folder it is in, may not be written",
    sqlite3.SQLITE_PERM: "the archive may not be accessed; look at the rights of file and folder",
    sqlite3.SQLITE_CANTOPEN: "the archive, or a file that SQLite keeps beside it, cannot be "
    "opened; look at the rights of file and folder",
    sqlite3.SQLITE_IOERR: "the disk failed",
}


def error_of(error: sqlite3.Error, path: Path) -> ArchiveError | None:
    """The archive's error that this error of SQLite means, or None if it means a fault of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _NO_ROOM:
        return ArchiveFull(
            "no room to write; make some and run again: all that was committed is whole", path=path
        )
    reason = _REASONS.get(code & 0xFF)
    return None if reason is None else ArchiveError(f"{reason} ({error})", path=path)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors about the file as ArchiveError."""
    try:
        yield
    except sqlite3.Error as error:
        known = error_of(error, path)
        if known is None:
            raise
        raise known from error


def open_for_writing(path: Path, *, migrations: Migrations | None = None) -> sqlite3.Connection:
    """A connection that may write; makes the file and its folder, brings the schema up to date."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"its folder cannot be made: {error.strerror}", path=path) from error
    _refuse_directory(path)
    with translated(path):
        connection = _connect(_address(path))
        try:
            _prepare(connection, path, migrations=migrations)
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path, *, older_too: bool = False) -> sqlite3.Connection:
    """A connection that cannot write; works in a folder that may not be written, too.

    `older_too`: an archive that was not yet brought up to date is no error.
    """
    _refuse_directory(path)
    if not _exists(path):
        raise ArchiveError(
            "no archive here; `scraper collect` makes one, and --archive names another"
            " (the demo's is demo/archive.db)",
            path=path,
        )
    address = f"{_address(path)}?mode=ro"
    with translated(path):
        try:
            connection, version = _connect_to_ours(address, path)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY,
            ):
                raise
            # SQLite cannot make its -shm file here: the file alone is read, if nothing is beside it
            _refuse_log(path)
            connection, version = _connect_to_ours(address + "&immutable=1", path)
        try:
            _refuse_other_version(version, path, older_too=older_too)
        except BaseException:
            connection.close()
            raise
    return connection


def attach_for_reading(connection: sqlite3.Connection, path: Path, *, name: str) -> None:
    """Let a connection read the archive at `path`, which cannot be written through it."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        connection.execute(f"ATTACH ? AS {name}", (address,))
        connection.execute(f"SELECT count(*) FROM {name}.sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        _refuse_log(path)  # as in open_for_reading
        if name in (row[1] for row in connection.execute("PRAGMA database_list")):
            connection.execute(f"DETACH {name}")
        connection.execute(f"ATTACH ? AS {name}", (address + "&immutable=1",))


def _connect_to_ours(address: str, path: Path) -> tuple[sqlite3.Connection, int]:
    """A connection to an archive of ours, and the version of its schema."""
    connection = _connect(address)
    try:
        return connection, _version_of_ours(connection, path)
    except BaseException:
        connection.close()
        raise


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions are begun and ended by us
        check_same_thread=False,  # Archive lets one thread in at a time
    )
    connection.row_factory = sqlite3.Row
    return connection


def _refuse_log(path: Path) -> None:
    real = path.resolve()
    log = real.with_name(real.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise ArchiveError(
            f"{log.name} beside it holds changes that cannot be read in a folder that may not be "
            "written; copy both to one that may",
            path=path,
        )


def _prepare(
    connection: sqlite3.Connection, path: Path, *, migrations: Migrations | None = None
) -> None:
    """Check that the file is ours or empty, set how it is written, and migrate it."""
    version = _version_of_ours(connection, path, empty_is_ours=True)
    newest = newest_version(migrations)
    if version > newest:
        _refuse_newer(version, newest, path)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # A power cut then takes back nothing that a run has reported. It costs an fsync an article,
    # far less than the pace at which a portal is asked.
    connection.execute("PRAGMA synchronous = FULL")
    # SQLite takes its log in every 1,000 pages, which is every thirty articles: the same pages of
    # the index are then written again and again.
    connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_OF_LOG}")
    if version < newest:
        if version > 0:
            _keep_copy(connection, path, version=version)
        migrate(connection, migrations=migrations)


def _keep_copy(connection: sqlite3.Connection, path: Path, *, version: int) -> None:
    """A copy of the archive as it was before a migration, whole or not there."""
    copy = path.with_name(f"{path.stem}.before-schema-{version + 1}{path.suffix}")
    write_copy(connection, copy)
    shutil.copymode(path, copy)


def _version_of_ours(
    connection: sqlite3.Connection, path: Path, *, empty_is_ours: bool = False
) -> int:
    """The schema version of an archive of this program; 0 for a file that holds nothing yet."""
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application == APPLICATION_ID:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    if tables or application:
        raise ArchiveError("this SQLite database is no archive of this program", path=path)
    if not empty_is_ours:
        raise ArchiveError(
            "this file holds no archive yet; run `scraper collect` or `scraper demo` first",
            path=path,
        )
    return 0


def refuse_strangers(path: Path) -> None:
    """Raise ArchiveError if something else than an archive lies at `path`; nothing may be there.

    For who is about to write beside it: nothing is left beside what is no archive.
    """
    _refuse_directory(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ArchiveError(f"it cannot be read: {error.strerror}", path=path) from error
    if not head or int.from_bytes(head[_ID_AT], "big") == APPLICATION_ID:
        return
    if not head.startswith(_SQLITE):
        raise ArchiveError(_REASONS[sqlite3.SQLITE_NOTADB], path=path)
    # Killed when it was made, an archive has its name in the log only.
    with translated(path), closing(_connect(f"{_address(path)}?mode=ro")) as connection:
        _version_of_ours(connection, path, empty_is_ours=True)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise ArchiveError(
            f"it cannot be looked at: {error.strerror}; look at the rights of its folders",
            path=path,
        ) from error


def _address(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}"


def _refuse_directory(path: Path) -> None:
    if _exists(path) and path.is_dir():
        raise ArchiveError(
            "this is a folder; name the archive's file, for example archive.db in it", path=path
        )


def _refuse_newer(version: int, newest: int, path: Path) -> None:
    raise ArchiveError(
        f"the archive's schema is version {version}, this program knows {newest}; "
        "use the program that wrote it, or a newer one",
        path=path,
        schema_version=version,
    )


def _refuse_other_version(version: int, path: Path, *, older_too: bool) -> None:
    newest = newest_version()
    if version > newest:
        _refuse_newer(version, newest, path)
    if version < newest and not older_too:
        raise ArchiveError(
            f"the archive's schema is version {version}, this program reads {newest}; "
            "run `scraper collect` once, which keeps a copy and brings it up to date",
            path=path,
            schema_version=version,
        )
