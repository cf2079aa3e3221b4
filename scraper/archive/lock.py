"""One writer at a time: the operating system's lock beside the archive."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from scraper.archive.connection import refuse_strangers
from scraper.errors import ArchiveError, ArchiveLocked


@contextmanager
def hold(path: Path, *, who: str) -> Iterator[None]:
    """Hold the archive at `path` for writing; raises ArchiveLocked at once if another run does.

    What is no archive is refused (ArchiveError), and no lock is left beside it.

    `who` is the command that holds it, for the one who meets the lock. The lock is the operating
    system's and ends with the process, however that ends; the `.holder` file beside it only says
    whose it is.
    """
    path = path.resolve()  # two names of one archive are one lock
    refuse_strangers(path)
    holder = path.with_name(path.name + ".holder")
    lock = FileLock(
        path.with_name(path.name + ".lock"), timeout=0, thread_local=False, fallback_to_soft=False
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ArchiveLocked(_read_holder(holder), path=path) from None
    except (OSError, NotImplementedError) as error:
        raise ArchiveError(f"its lock file cannot be used: {error}", path=path) from error
    try:
        with suppress(OSError):  # a full disk must not keep anybody from the archive
            holder.write_text(_description(who), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _description(who: str) -> str:
    since = f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S %z}"
    return f"{who} (process {os.getpid()} on {socket.gethostname()}, since {since})"


def _read_holder(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8").strip() or "an unnamed process"
    except OSError:
        return "an unnamed process"
