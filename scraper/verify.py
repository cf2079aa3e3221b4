"""Is everything there and whole: the archive's file, its indexes, and the bytes of every capture.

Nothing is locked and nothing is changed: a collector may write meanwhile. What it appends is not
looked at before the archive speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scraper.archive.archive import LedgerEntry, Tick, captured_bytes, check_archive, ledger
from scraper.capture.store import CaptureStore, Expected
from scraper.errors import ArchiveError, CaptureError
from scraper.records import Damage


def verify(
    path: Path,
    captures_folder: Path | None,
    *,
    quick: bool = False,
    tick: Tick = lambda what, done, total: None,
) -> Iterator[Damage]:
    """Everything that is wrong, as it is found; nothing if all is whole.

    `captures_folder` None leaves out the captures. `quick` looks at the tables, at the files of
    captures and their lengths, but not at every index, word and byte. Raises ArchiveError if the
    archive cannot be opened.
    """
    yield from check_archive(path, quick=quick, tick=tick)
    if captures_folder is not None:
        yield from _captures(path, captures_folder, quick=quick, tick=tick)


def _captures(path: Path, folder: Path, *, quick: bool, tick: Tick) -> Iterator[Damage]:
    if not folder.is_dir():
        if captured_bytes(path):
            yield _no_folder(folder)
        return
    with CaptureStore(folder) as store:
        found = store.files()  # before the ledger is read: a new file is known there by then
        known = set()
        try:
            done, total = 0, captured_bytes(path)
            for of_file in ledger(path):
                tick(f"captures {of_file.file}", done, total)
                known.add(of_file.file)
                expected = [
                    Expected(_name(entry), entry.place, entry.url, entry.sha256)
                    for entry in of_file.entries
                ]
                try:
                    yield from store.inspect(
                        of_file.file, expected, known_end=of_file.end_bytes, quick=quick
                    )
                except CaptureError as error:
                    yield _wrong_place(of_file.file, error)
                done += of_file.end_bytes
            tick("captures", total, total)
        except ArchiveError as error:
            yield _unread_ledger(error)
            return
        for file in found:
            if file not in known and not store.goes_on_in(file):
                yield _unknown(file)


def _no_folder(folder: Path) -> Damage:
    return Damage(
        kind="capture-file",
        where=str(folder),
        problem="the folder of captures is missing",
        remedy="put it back from a backup; or leave captures out with --no-captures, if this "
        "archive came without them",
        repairable=False,
    )


def _name(entry: LedgerEntry) -> str:
    return f"capture {entry.number} of {entry.article_id or entry.url}"


def _wrong_place(file: str, error: CaptureError) -> Damage:
    return Damage(
        kind="capture",
        where=file,
        problem=error.reason,
        remedy="the place was changed by another hand; a backup of the archive knows the right one",
        repairable=False,
    )


def _unread_ledger(error: ArchiveError) -> Damage:
    return Damage(
        kind="page",
        where="the check of the captures",
        problem=f"could not be made to its end: {error.reason}",
        remedy="see the damage of pages above; repair that first, then verify again",
        repairable=False,
    )


def _unknown(file: str) -> Damage:
    return Damage(
        kind="capture-file",
        where=file,
        problem="the archive does not know this file",
        remedy="keep it if it belongs to an older state of this archive; nothing here needs it",
        repairable=False,
    )
