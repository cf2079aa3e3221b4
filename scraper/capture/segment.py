"""One WARC file that is being written: appended to record by record, whole after every crash."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from scraper.capture.warc import ends_of_members, head_record, whole_member_follows

try:
    import fcntl
except ImportError:  # Windows: the archive's lock alone must keep two writers apart
    fcntl = None  # type: ignore[assignment]


class UnusableError(Exception):
    """This file cannot be gone on with; another one must be begun."""


def newest(folder: Path, group: str) -> Path | None:
    """The file of a group that was begun last, None if there is none."""
    name = re.compile(re.escape(group) + r"-\d{14}-\d{5}\.warc\.gz")
    found = [path for path in folder.glob("*.warc.gz") if name.fullmatch(path.name)]
    return max(found, key=lambda path: path.name, default=None)


def begin(folder: Path, group: str) -> Segment:
    """A new file in `folder`, which is made if missing. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    for serial in range(100_000):
        path = folder / f"{group}-{stamp}-{serial:05d}.warc.gz"
        try:
            file = open(path, "xb+", buffering=0)  # noqa: SIM115  the segment closes it
        except FileExistsError:
            continue
        _lock(file)
        _sync_folder(folder)
        return Segment(path, file, size=0)
    raise FileExistsError(f"{folder} holds every name for {group}-{stamp}")


def go_on(path: Path, *, known_end: int) -> Segment:
    """An existing file, behind its last complete record.

    From `known_end` bytes on each record is looked at; an incomplete last one is cut off. Raises
    UnusableError, and changes nothing, if the file is shorter than `known_end`, if complete records
    follow a damaged one, or if another process writes to it.
    """
    try:
        file = open(path, "rb+", buffering=0)  # noqa: SIM115  the segment closes it
    except OSError as error:
        raise UnusableError(str(error)) from error
    try:
        _lock(file)
        size = os.fstat(file.fileno()).st_size
        if size < known_end:
            raise UnusableError(f"{size} bytes are left of at least {known_end}")
        end = max(ends_of_members(file, known_end), default=known_end)
        if end < size:
            if whole_member_follows(file, end):
                raise UnusableError(f"the record at {end} is damaged, and others follow it")
            os.ftruncate(file.fileno(), end)
            os.fsync(file.fileno())
    except BaseException:
        file.close()
        raise
    return Segment(path, file, size=end)


class Segment:
    """A file open for appending; `size` bytes of it are whole records on the disk."""

    def __init__(self, path: Path, file: BinaryIO, *, size: int) -> None:
        self.path = path
        self.size = size
        self._file = file

    def append(self, record: bytes) -> int:
        """Write a record, or several in one, through to the disk and give the offset.

        After an OSError the file is as it was before, closed, and gone if it was empty.
        """
        head = head_record(self.path.name) if self.size == 0 else b""
        offset = self.size + len(head)
        try:
            self._write(head + record)
        except OSError:
            self._take_back()
            raise
        self.size = offset + len(record)
        return offset

    def close(self) -> None:
        self._file.close()

    def _write(self, data: bytes) -> None:
        self._file.seek(self.size)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        os.fsync(self._file.fileno())

    def _take_back(self) -> None:
        try:
            os.ftruncate(self._file.fileno(), self.size)
            if self.size == 0:
                self.path.unlink()
        except OSError:
            pass  # go_on() will cut it off
        finally:
            self.close()


def _lock(file: BinaryIO) -> None:
    """Keep other writers away until the file is closed; a killed process leaves no lock behind."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnusableError("another process writes to it") from error
    except OSError:
        pass  # a file system without locks: the archive's lock alone must do


def _sync_folder(folder: Path) -> None:
    """Bring the new name itself to the disk, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
