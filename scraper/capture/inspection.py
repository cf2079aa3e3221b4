"""Whether the files of captures still hold what was kept: each is read once, from start to end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scraper.capture.warc import RecordError, capture_of, ends_of_members, next_beginning
from scraper.records import Capture, Damage, Place

_BACKUP = "put the file back from a backup; the texts that were read from it are in the archive"


@dataclass(frozen=True, slots=True)
class Expected:
    """A record that should lie at `place`, and what it is to whoever reads of its damage."""

    name: str
    place: Place
    url: str
    sha256: str  # hex, of the body


def inspect_file(
    path: Path, expected: Sequence[Expected], *, name: str, known_end: int, quick: bool
) -> Iterator[Damage]:
    """What is wrong with the records of one file, `expected` in the order of their offsets.

    What follows `known_end` (bytes) is not looked at: a collector may be writing there. `quick`
    looks at the file's length only.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        count = f"{len(expected)} captures" if len(expected) != 1 else "1 capture"
        yield _of_file(name, f"the file is missing; {count} of the archive lie in it")
        return
    except OSError as error:
        yield _of_file(name, f"the file cannot be read: {error.strerror}")
        return
    whole = [one for one in expected if one.place.offset + one.place.length <= size]
    end = known_end
    if len(whole) < len(expected) or size < known_end:
        yield _of_file(name, _cut(size, known_end, expected, whole))
        end = 0  # behind the last whole record nothing is looked for
    if quick:
        return
    try:
        with path.open("rb") as file:
            yield from _records(file, whole, name=name, end=end)
    except OSError as error:
        yield _of_file(name, f"the file cannot be read: {error.strerror}")


def _records(
    file: BinaryIO, expected: Sequence[Expected], *, name: str, end: int
) -> Iterator[Damage]:
    position = 0
    seen = None
    for one in expected:
        if seen == (one.place, one.sha256, one.url):
            continue  # an answer with the same bytes is kept once
        seen = (one.place, one.sha256, one.url)
        start = one.place.offset
        if start > position:
            yield from _between(file, position, start, name=name)
        file.seek(start)
        if problem := _problem(file.read(one.place.length), one):
            yield Damage(
                kind="capture",
                where=f"{name} byte {start} ({one.name})",
                problem=f"the record {problem}",
                remedy=_BACKUP,
                repairable=False,
            )
        position = max(position, start + one.place.length)
    if position < end:
        yield from _between(file, position, end, name=name)


def _problem(member: bytes, expected: Expected) -> str | None:
    try:
        found = capture_of(member)
    except RecordError as error:
        return str(error)
    except (KeyError, ValueError) as error:  # written by another hand
        return f"cannot be understood ({error})"
    if found.sha256 != expected.sha256:
        return "is not the one that was captured: its digest is another"
    if found.url != expected.url:
        return f"is that of another address: {found.url}"
    return None


def read_records(path: Path) -> Iterator[tuple[int, int, Capture]]:
    """Offset, length and capture of every record of a file that can be read. Raises OSError."""
    with path.open("rb") as file:
        position, size = 0, path.stat().st_size
        while position < size:
            end = next(ends_of_members(file, position), None)
            if end is None:
                position = next_beginning(file, position + 1, size=size)
                continue
            file.seek(position)
            with suppress(RecordError, KeyError, ValueError):  # the file's head, another's record
                yield position, end - position, capture_of(file.read(end - position))
            position = end


def _between(file: BinaryIO, start: int, end: int, *, name: str) -> Iterator[Damage]:
    """Records that the archive does not speak of: the file's head, what a killed run left."""
    reached = start
    for reached in ends_of_members(file, start):
        if reached >= end:
            break
    if reached != end:
        yield Damage(
            kind="capture",
            where=f"{name} byte {reached}",
            problem=f"no whole record until byte {end}",
            remedy=f"the archive needs nothing from there, but other tools stop at it; {_BACKUP}",
            repairable=False,
        )


def _cut(size: int, known_end: int, expected: Sequence[Expected], whole: Sequence[Expected]) -> str:
    lost = len(expected) - len(whole)
    gone = f"{lost} captures are" if lost != 1 else "1 capture is"
    kept = set(whole)
    first = next((f", the first: {one.name}" for one in expected if one not in kept), "")
    return f"the file ends at byte {size} of {known_end}: {gone} gone{first}"


def _of_file(name: str, problem: str) -> Damage:
    return Damage(
        kind="capture-file", where=name, problem=problem, remedy=_BACKUP, repairable=False
    )


def files_below(folder: Path) -> tuple[str, ...]:
    """Every WARC file below a folder, as Place.file names it."""
    found = []
    for place, _, names in os.walk(folder):
        for file in names:
            if file.endswith(".warc.gz"):
                found.append((Path(place) / file).relative_to(folder).as_posix())
    return tuple(sorted(found))
