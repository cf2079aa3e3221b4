"""What `scraper verify` found, mended as far as it can be; the archive as it was is kept first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from scraper.archive.archive import Tick, copy_archive, enter_captures, mend, rescue
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError
from scraper.records import Capture, Damage, DamageKind


def repair(
    path: Path, captures_folder: Path, found: Sequence[Damage], *, tick: Tick
) -> Iterator[str]:
    """Mend what was found; says what was done, and what was lost, line by line.

    Damaged pages: all that can be read is written into a new archive, which takes the old one's
    place; the old one stays beside it. All else is mended in place, with a copy kept before. Bytes
    of captures are never made up: what is gone stays noted, and `verify` goes on saying it. For the
    one who holds the lock. Raises ArchiveError, ArchiveFull.
    """
    kinds: set[DamageKind] = {one.kind for one in found if one.repairable}
    path = path.resolve()
    if "page" in kinds:
        rescued = rescue(path, tick=tick)
        yield f"the damaged archive is kept as {rescued.kept.name}"
        yield from rescued.told
        yield from _enter_again(path, captures_folder)
        yield from mend(
            path,
            set(get_args(DamageKind)) - {"index"},  # the new file's are new
            numbers=rescued.numbers,
            links_lost=any(line.startswith("table frontier") for line in rescued.told),
        )
    elif kinds:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        kept = path.with_name(f"{path.stem}.before-repair-{stamp}{path.suffix}")
        copy_archive(path, kept, tick=lambda done, total: tick("keeping a copy", done, total))
        yield f"the archive as it was is kept as {kept.name}"
        if "reference" in kinds:
            yield from _enter_again(path, captures_folder)
        yield from mend(path, kinds)


def _enter_again(path: Path, folder: Path) -> Iterator[str]:
    """Captures whose rows are lost are in the WARC files still."""
    with CaptureStore(folder) as store:
        count = enter_captures(path, _all_captures(store))
    if count:
        yield f"captures: {count} were noted again from the WARC files"


def _all_captures(store: CaptureStore) -> Iterator[Capture]:
    for file in store.files():
        with suppress(CaptureError):  # verify says it
            yield from store.records(file)
