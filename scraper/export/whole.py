"""A file that bears its name only when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scraper.errors import ArchiveFull, ExportError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Gives a place beside `path` to write to; a file or folder there becomes `path` at the end.

    It is on the disk before it gets its name. Whatever goes wrong before, `path` holds what it
    held. The place's name holds the process' number: two programs that write the same export do
    not write into one file. Only a kill leaves it behind.
    """
    _refuse_place(path)
    if path.is_symlink():
        path = path.resolve()  # the link stays one: what it leads to is replaced
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        _flush(part)
        _give_name(part, path)
        _flush_folder(path.parent)
    except ArchiveFull as error:
        raise ArchiveFull(error.reason, path=path if error.path == part else error.path) from error
    except OSError as error:
        if error.filename not in (None, str(part)):
            raise  # of something else that was read or written meanwhile
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)


def _refuse_place(path: Path) -> None:
    folder = path.parent
    if not folder.exists():
        raise ExportError(f'its folder "{folder}" is not there; make it first', path=path)
    if not folder.is_dir():
        raise ExportError(f'"{folder}" is no folder', path=path)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ExportError(
            "neither a file nor a folder, so it cannot be replaced; leave out --output and send"
            " standard output there",
            path=path,
        )


def _give_name(part: Path, path: Path) -> None:
    if not path.is_dir():
        part.replace(path)
        return
    old = path.with_name(f"{path.name}.{os.getpid()}.old")  # a folder cannot be replaced by another
    path.rename(old)
    try:
        part.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old)


def _flush(part: Path) -> None:
    files = [part] if part.is_file() else [one for one in part.rglob("*") if one.is_file()]
    for file in files:
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())


def _flush_folder(folder: Path) -> None:
    """So that a power cut does not take the new name back; not every system lets one do it."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
