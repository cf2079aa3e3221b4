"""A copy of a file of captures up to a known end: what a collector appends meanwhile stays out."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from scraper.errors import CaptureError

_PIECE_BYTES = 1 << 20
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Copied:
    """The start of a file of captures, as it now lies in another place too."""

    size_bytes: int
    sha256: str  # hex, of these bytes
    written: bool  # False where it lay there already


def copy_start(source: Path, target: Path, *, end_bytes: int) -> Copied:
    """Copy the first `end_bytes`; raises CaptureError, and then leaves `target` as it was."""
    try:
        there = target.stat().st_size if target.exists() else -1
        digest = _digest(source, end_bytes)
        if there >= end_bytes:
            if _digest(target, end_bytes) != digest:
                raise CaptureError(
                    "the copy in the backup is as long and holds other bytes; `scraper verify` "
                    "says which of the two is damaged: move the bad one away, and run again",
                    path=target,
                )
            return Copied(end_bytes, digest, written=False)
        _write(source, target, end_bytes, digest)
    except OSError as error:
        room = "; make some room and run again" if error.errno in _NO_ROOM else ""
        reason = f"it cannot be copied ({error.strerror or error}){room}"
        raise CaptureError(reason, path=Path(error.filename or target)) from error
    return Copied(end_bytes, digest, written=True)


def _write(source: Path, target: Path, end_bytes: int, digest: str) -> None:
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as old, part.open("wb") as new:
            left = end_bytes
            while left and (piece := old.read(min(_PIECE_BYTES, left))):
                new.write(piece)
                left -= len(piece)
            new.flush()
            os.fsync(new.fileno())
        if _digest(part, end_bytes) != digest:
            raise CaptureError("the copy is not what was copied; look at the disk", path=target)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _digest(path: Path, end_bytes: int) -> str:
    """SHA-256 of the first bytes of a file; CaptureError if there are fewer."""
    digest = hashlib.sha256()
    left = end_bytes
    with path.open("rb") as file:
        while left and (piece := file.read(min(_PIECE_BYTES, left))):
            digest.update(piece)
            left -= len(piece)
    if left:
        reason = f"it ends at byte {end_bytes - left} of {end_bytes}: captures of it are gone"
        raise CaptureError(reason, path=path)
    return digest.hexdigest()
