"""A safe copy of the archive and its captures, while a collector may be writing.

The archive is copied first, as it stands at one moment; then the files of captures, each up to the
byte to which that copy knows it. What the copy speaks of lay on the disk before, so nothing is
missing in it. Only then the copy takes the place of the backup before: until that moment the older
backup is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper import __version__
from scraper.archive.archive import bytes_of, copy_archive, hold, identity_of, require_room
from scraper.capture.store import CaptureStore
from scraper.errors import ArchiveError, CaptureError

NOTE = "backup.json"  # what the backup holds; by it a folder is known for a backup
Tick = Callable[[str, int, int], None]  # what is copied, and how many bytes of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was copied, and what could not be."""

    archive: Path
    archive_bytes: int
    sha256: str  # hex, of the archive's file
    files: int  # of captures, in the backup now
    files_written: int  # of these, by this call; the others lay there already
    captured_bytes: int
    faults: tuple[CaptureError, ...]  # files of captures that are damaged or missing here


def back_up(
    path: Path,
    captures_folder: Path | None,
    destination: Path,
    *,
    tick: Tick = lambda what, done, total: None,
) -> Backup:
    """Copy the archive at `path` to `destination`: a folder, or for the archive alone a .db file.

    A folder also gets the captures, of which only what is new is copied; `captures_folder` None
    leaves them out. A damaged file of captures is reported and does not keep the others from being
    copied. Raises ArchiveError if `destination` is something else, or a backup of another archive
    or of a later state; ArchiveFull if there is no room. Then the backup before is as it was.
    """
    alone = destination.suffix == ".db"
    copy = destination if alone else destination / path.name
    _refuse_other(path, destination, copy, alone=alone)
    folder = _captures_beside(copy) if captures_folder and not alone else None
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot be made: {error.strerror}", path=copy.parent) from error
    if folder and captures_folder:
        _require_room(path, captures_folder, folder)
    new = copy.with_name(copy.name + ".new")
    with hold(copy, who="scraper backup"):  # two of them, from cron, would break each other's files
        try:
            return _back_up(path, captures_folder, copy, new, folder, alone=alone, tick=tick)
        finally:
            copy.with_name(copy.name + ".lock").unlink(missing_ok=True)


def _back_up(
    path: Path,
    captures_folder: Path | None,
    copy: Path,
    new: Path,
    folder: Path | None,
    *,
    alone: bool,
    tick: Tick,
) -> Backup:
    try:
        ends = copy_archive(path, new, tick=lambda done, total: tick(path.name, done, total))
        files: dict[str, Any] = {}
        written = 0
        faults: tuple[CaptureError, ...] = ()
        if folder and captures_folder:
            files, written, faults = _copy_captures(captures_folder, folder, ends, tick=tick)
        backup = Backup(
            archive=copy,
            archive_bytes=new.stat().st_size,
            sha256=_digest(new),
            files=len(files),
            files_written=written,
            captured_bytes=sum(one["bytes"] for one in files.values()),
            faults=faults,
        )
        if not alone:
            _write_note(copy.parent, backup, files)
        shutil.copymode(path, new)
        os.replace(new, copy)
    finally:
        new.unlink(missing_ok=True)
    return backup


def _copy_captures(
    source: Path, folder: Path, ends: Mapping[str, int], *, tick: Tick
) -> tuple[dict[str, Any], int, tuple[CaptureError, ...]]:
    files, written, faults = {}, 0, []
    done, total = 0, sum(ends.values())
    with CaptureStore(source) as store:
        for file, end in sorted(ends.items()):
            tick(file, done, total)
            try:
                copied = store.copy(file, folder, end_bytes=end)
            except CaptureError as error:
                faults.append(error)
            else:
                written += copied.written
                files[file] = {"bytes": copied.size_bytes, "sha256": copied.sha256}
            done += end
    tick("captures", total, total)
    return files, written, tuple(faults)


def _refuse_other(path: Path, destination: Path, copy: Path, *, alone: bool) -> None:
    if copy.exists() and path.exists() and copy.samefile(path):
        raise ArchiveError("this is the archive itself; name another place", path=destination)
    if alone and copy.is_dir():
        raise ArchiveError("this is a folder; name a file, or a folder without .db", path=copy)
    if not alone and destination.exists():
        if not destination.is_dir():
            raise ArchiveError(
                "this is a file; name a folder, or a file that ends in .db", path=destination
            )
        if any(destination.iterdir()) and _archive_noted(destination) != path.name:
            raise ArchiveError(
                f"this folder holds something else than a backup of {path.name}; name an empty or "
                "a new one",
                path=destination,
            )
    mine = identity_of(path)
    if not copy.exists():
        return
    other = identity_of(copy)
    if other.first_run and other.first_run != mine.first_run:
        raise ArchiveError("this is a backup of another archive; name another place", path=copy)
    if other.runs > mine.runs or other.captures > mine.captures:
        raise ArchiveError(
            "this backup holds more than the archive does now: it would be lost; name another "
            "place, or restore it first",
            path=copy,
        )


def _archive_noted(folder: Path) -> str | None:
    """The name of the archive that a backup holds; None for what is no backup."""
    try:
        return str(json.loads((folder / NOTE).read_text(encoding="utf-8"))["archive"]["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _require_room(path: Path, source: Path, folder: Path) -> None:
    """Look for room before anything is written; files that lie there already need none."""
    needed = bytes_of(path)
    with CaptureStore(source) as store:
        for file in store.files():
            there = folder / file
            size = (source / file).stat().st_size
            if not there.exists() or there.stat().st_size < size:
                needed += size
    require_room(folder, needed)


def _captures_beside(archive: Path) -> Path:
    return archive.with_name(archive.name.removesuffix(".db") + ".captures")


def _write_note(destination: Path, backup: Backup, files: Mapping[str, Any]) -> None:
    note = {
        "made_at": datetime.now(UTC).isoformat(),
        "program": f"ministry-scraper {__version__}",
        "archive": {
            "file": backup.archive.name,
            "bytes": backup.archive_bytes,
            "sha256": backup.sha256,
        },
        "captures": files,
        "not_copied": [str(fault) for fault in backup.faults],
    }
    part = destination / f"{NOTE}.part"
    part.write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(destination / NOTE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backup_json(backup: Backup) -> Mapping[str, Any]:
    """The JSON object of a backup."""
    return asdict(backup) | {
        "archive": str(backup.archive),
        "faults": [str(fault) for fault in backup.faults],
    }
