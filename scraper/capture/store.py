"""The door: captures are kept in WARC files below one folder, and given back.

`<folder>/<group>/<group>-<UTC time>-<serial>.warc.gz`, one gzip member a record, WARC/1.1, so that
any tool for web archives reads them. What keep() has returned lies on the disk; what a crash left
half-written is cut off when the file is next written to.
"""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType, TracebackType

from scraper.capture.copying import Copied, copy_start
from scraper.capture.foreign import (
    ForeignRecord,
    Revisit,
    Torn,
    foreign_files,
    load_foreign,
    original_headers,
    read_foreign,
    read_member,
)
from scraper.capture.inspection import Expected, files_below, inspect_file, read_records
from scraper.capture.segment import Segment, UnusableError, begin, go_on, newest
from scraper.capture.warc import RecordError, capture_of, head_record, record_of, request_of
from scraper.errors import CaptureError
from scraper.records import Capture, Damage, Place

__all__ = [
    "CaptureStore",
    "Copied",
    "Expected",
    "ForeignRecord",
    "Revisit",
    "Torn",
    "foreign_files",
    "head_record",
    "load_foreign",
    "original_headers",
    "read_foreign",
    "read_member",
    "record_of",
]

ROLL_BYTES = 200_000_000  # small enough to copy, large enough to be few
NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
GROUP = re.compile(r"\w[\w.-]*")  # a portal's name


class CaptureStore:
    """Captures below `folder`; writes into the files of one group, loads from all.

    `known_ends` says, by Place.file, up to which byte the archive knows each file: only what
    follows is looked at when the file is gone on with. Nothing is written before the first keep().
    Several threads may use it; several processes that write at once use files of their own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        group: str = "captures",
        known_ends: Mapping[str, int] = MappingProxyType({}),
        roll_bytes: int = ROLL_BYTES,
    ) -> None:
        if not GROUP.fullmatch(group):
            raise ValueError(f"{group!r} cannot be the name of a folder of captures")
        self._folder = folder
        self._group = group
        self._known_ends = dict(known_ends)
        self._roll_bytes = roll_bytes
        self._segment: Segment | None = None
        self._lock = threading.Lock()
        self._closed = False

    def keep(self, capture: Capture) -> Capture:
        """The capture with its place, written and brought to the disk.

        Raises CaptureError when it cannot be written; then nothing of it is left in the file.
        """
        request, asked_by = request_of(capture) or (b"", None)
        record = record_of(capture, asked_by=asked_by)
        (both,) = self.keep_records([request + record])
        place = replace(both, offset=both.offset + len(request), length=len(record))
        return replace(capture, place=place)

    def keep_records(self, records: Sequence[bytes]) -> list[Place]:
        """The places of records (see record_of), written together and brought to the disk.

        Raises CaptureError when they cannot be written; then none of those that would lie in the
        same file is left in it.
        """
        places: list[Place] = []
        with self._lock:
            if self._closed:
                raise ValueError("this store of captures is closed")
            while len(places) < len(records):
                places += self._append(records[len(places) :])
        return places

    def _append(self, records: Sequence[bytes]) -> list[Place]:
        """Write as many records as belong into the file that is open, at least one."""
        segment = self._writable()
        count, size = 0, segment.size
        while count < len(records) and (not count or size < self._roll_bytes):
            size += len(records[count])
            count += 1
        try:
            offset = segment.append(b"".join(records[:count]))
        except OSError as error:
            self._segment = None
            self._known_ends[self._name(segment)] = segment.size
            raise _unwritable(segment.path, error) from error
        places = []
        for record in records[:count]:
            places.append(Place(file=self._name(segment), offset=offset, length=len(record)))
            offset += len(record)
        return places

    def load(self, place: Place) -> Capture:
        """The capture that lies at `place`, equal to the one kept there but for its `place`.

        What was posted for it comes back shortened, without the page's hidden state.

        Raises CaptureError when the file is missing, or torn, or its bytes were changed.
        """
        return self.load_record(place)[0]

    def load_record(self, place: Place) -> tuple[Capture, bytes]:
        """The capture at `place`, and its record as it lies there, compressed; fails as load()."""
        path = self._path(place)
        try:
            with open(path, "rb") as file:
                file.seek(place.offset)
                member = file.read(place.length)
        except FileNotFoundError:
            raise CaptureError(
                "the file of captures is missing; put it back from a backup", path=path
            ) from None
        except OSError as error:
            reason = f"the file of captures cannot be read ({error.strerror})"
            raise CaptureError(reason, path=path) from error
        try:
            return replace(capture_of(member), place=place), member
        except RecordError as error:
            raise CaptureError(
                f"the record at byte {place.offset} {error}; put the file back from a backup",
                path=path,
            ) from error

    def holds(self, place: Place) -> bool:
        """Whether the file of `place` is there and reaches to its end."""
        try:
            return self._path(place).stat().st_size >= place.offset + place.length
        except OSError:
            return False

    def files(self) -> tuple[str, ...]:
        """Every WARC file below the folder, as Place.file names it."""
        return files_below(self._folder)

    def goes_on_in(self, file: str) -> bool:
        """Whether the next capture of this file's group would be appended to it."""
        path = self._folder / file
        return newest(path.parent, path.parent.name) == path

    def inspect(
        self, file: str, expected: Sequence[Expected], *, known_end: int, quick: bool
    ) -> Iterator[Damage]:
        """What is wrong with one file, which should hold `expected` (in this order).

        Nothing behind byte `known_end` is looked at. Raises CaptureError for places outside.
        """
        for one in expected:
            self._path(one.place)
        path = self._folder / file
        yield from inspect_file(path, expected, name=file, known_end=known_end, quick=quick)

    def records(self, file: str) -> Iterator[Capture]:
        """Every capture in a file that can be read, in order; damaged ones are passed over."""
        path = self._path(Place(file=file, offset=0, length=1))
        try:
            for offset, length, capture in read_records(path):
                yield replace(capture, place=Place(file=file, offset=offset, length=length))
        except OSError as error:
            reason = f"the file of captures cannot be read ({error.strerror})"
            raise CaptureError(reason, path=path) from error

    def copy(self, file: str, folder: Path, *, end_bytes: int) -> Copied:
        """Copy the first `end_bytes` of one file below another folder, checked, whole or not there.

        A copy that is as long already is left, if it begins with the same bytes. Raises
        CaptureError if the file is missing or shorter, differs from a longer copy, or cannot be
        written.
        """
        source = self._path(Place(file=file, offset=0, length=end_bytes))
        return copy_start(source, folder / file, end_bytes=end_bytes)

    def close(self) -> None:
        """Let go of the file; everything in it is on the disk already."""
        with self._lock:
            self._closed = True
            if self._segment is not None:
                self._segment.close()
                self._segment = None

    def __enter__(self) -> CaptureStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _writable(self) -> Segment:
        """The file to append to: the open one, the newest of the group, or a new one."""
        if self._segment is not None and self._segment.size >= self._roll_bytes:
            self._segment.close()
            self._segment = None
        if self._segment is None:
            folder = self._folder / self._group
            try:
                self._segment = self._reopened(folder) or begin(folder, self._group)
            except OSError as error:
                raise _unwritable(folder, error) from error
        return self._segment

    def _reopened(self, folder: Path) -> Segment | None:
        path = newest(folder, self._group)
        if path is None or path.stat().st_size >= self._roll_bytes:
            return None
        try:
            return go_on(path, known_end=self._known_ends.get(f"{self._group}/{path.name}", 0))
        except UnusableError:
            return None  # nothing in it is touched; a new file is begun

    def _name(self, segment: Segment) -> str:
        return f"{self._group}/{segment.path.name}"

    def _path(self, place: Place) -> Path:
        """The file of a place; an archive from elsewhere must not name files outside."""
        inside = PurePosixPath(place.file)
        path = self._folder.joinpath(*inside.parts)
        if inside.is_absolute() or ".." in inside.parts or "\\" in place.file or not inside.parts:
            raise CaptureError(f"{place.file!r} is no file of captures", path=self._folder)
        if place.offset < 0 or place.length <= 0:
            reason = f"no record can lie at byte {place.offset}, {place.length} bytes long"
            raise CaptureError(reason, path=path)
        return path


def _unwritable(path: Path, error: OSError) -> CaptureError:
    if error.errno in NO_ROOM:
        reason = (
            f"there is no room to keep a page ({error.strerror}); what was kept before is whole. "
            "Free some space or point captures elsewhere in schedules/_settings.toml, and run again"
        )
    else:
        reason = f"no page can be kept here ({error.strerror or error})"
    return CaptureError(reason, path=path)
