"""Web archives that others wrote: what HTTP answers their WARC and WACZ files hold, and each again.

Files are read from start to end, record by record, so that one of any size takes no more memory
than a page; what is torn is said, and what stands before it is used.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scraper.capture.warc import ORIGINAL
from scraper.errors import CaptureError
from scraper.records import Capture

INSIDE = "!/"  # between a WACZ file and a WARC file in it, as Java writes it
WARC_NAMES = (".warc", ".warc.gz")
OLD_NAMES = (".arc", ".arc.gz")
_TORN = (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError, KeyError, AttributeError)
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRecord:
    """One answer in a file of another archive; its body is not loaded."""

    url: str
    at: datetime  # aware UTC
    status: int
    content_type: str
    digest: str | None  # as the file has it: "sha1:…"
    offset: int  # bytes
    length: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """A record that stands for the bytes of an earlier one."""

    url: str | None  # of the earlier one, where the record says it
    at: datetime | None  # aware UTC


@dataclass(frozen=True, slots=True)
class Torn:
    """Where a file cannot be read on, and why."""

    offset: int  # bytes
    reason: str


def foreign_files(folder: Path) -> Iterator[tuple[str, int]]:
    """The web archives below a folder and their sizes (bytes), those in WACZ files each by itself.

    Names are relative, in order; ARC files, which are not read, are among them. Raises OSError for
    a folder that cannot be read.
    """
    os.listdir(folder)  # os.walk would say nothing
    for path in sorted(folder.rglob("*")):
        name = path.name.lower()
        if not path.is_file():
            continue
        inside = path.relative_to(folder).as_posix()
        if name.endswith((*WARC_NAMES, *OLD_NAMES)):
            yield inside, path.stat().st_size
        elif name.endswith(".wacz"):
            yield from _in_wacz(path, inside)


def _in_wacz(path: Path, inside: str) -> Iterator[tuple[str, int]]:
    try:
        with ZipFile(path) as opened:
            for entry in opened.infolist():
                if entry.filename.lower().endswith((*WARC_NAMES, *OLD_NAMES)):
                    yield f"{inside}{INSIDE}{entry.filename}", entry.file_size
    except (BadZipFile, OSError):
        yield inside, path.stat().st_size  # reading it says what is wrong


def read_foreign(folder: Path, name: str) -> Iterator[ForeignRecord | Torn]:
    """Every HTTP answer, and every record that stands for one, of a file that foreign_files named.

    Ends with Torn where the rest cannot be read; raises CaptureError where nothing can.
    """
    if name.lower().endswith(OLD_NAMES):
        raise CaptureError(
            "ARC files are not read; `warcio recompress` makes a WARC file of one",
            path=folder / name,
        )
    with _opened(folder, name) as file:
        records = _Records(file)
        offset = 0
        while True:
            try:
                record = next(records, None)
                if record is None:
                    return
                found = _seen(record)
                _drain(record.raw_stream)
                records.read_to_end(record)
                offset = records.get_record_offset()
                length = records.get_record_length()
                if records.err_count:
                    raise ValueError("a record is longer or shorter than it says")
            except _TORN as error:
                yield Torn(offset, _told(error))
                return
            if found is not None:
                url, at, status, content_type, digest = found
                yield ForeignRecord(
                    url=url,
                    at=at,
                    status=status,
                    content_type=content_type,
                    digest=digest,
                    offset=offset,
                    length=length,
                )
            offset += length


def load_foreign(
    folder: Path, name: str, *, offset: int, length: int, most_bytes: int
) -> Capture | Revisit:
    """The answer whose record lies there. Raises CaptureError."""
    path = folder / name
    try:
        with _opened(folder, name) as file:
            file.seek(offset)
            member = file.read(length)
    except OSError as error:
        raise CaptureError(f"cannot be read ({error.strerror or error})", path=path) from error
    return read_member(member, most_bytes=most_bytes, path=path)


def read_member(member: bytes, *, most_bytes: int, path: Path) -> Capture | Revisit:
    """The answer in one record of a WARC file; `path` is for what is said of it.

    Raises CaptureError where there is none, or where its body is larger than `most_bytes`.
    """
    try:
        record = next(_Records(io.BytesIO(member)), None)
        found = None if record is None else _seen(record)
        if record is None or found is None:
            raise CaptureError("no HTTP answer lies there", path=path)
        if record.rec_type == "revisit":
            said = record.rec_headers
            at = said.get_header("WARC-Refers-To-Date")
            return Revisit(
                url=said.get_header("WARC-Refers-To-Target-URI"), at=_moment(at) if at else None
            )
        body = _read_up_to(record.content_stream(), most_bytes + 1)
    except _TORN as error:
        raise CaptureError(f"the record there cannot be read ({_told(error)})", path=path) from None
    if len(body) > most_bytes:
        reason = f"its page is larger than {most_bytes / 1_000_000:g} MB"
        raise CaptureError(reason, path=path)
    url, at, status, _, _ = found
    return Capture(
        url=url,
        answered_url=url,
        status=status,
        headers=tuple(
            (_unmarked(name), value) for name, value in _clean(tuple(record.http_headers.headers))
        ),
        body=body,
        fetched_at=at,
        sha256=hashlib.sha256(body).hexdigest(),
    )


def original_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers as the portal sent them, of an answer in which an archive replays it.

    Where it marked the portal's ("X-Archive-Orig-…") those are taken, with the type of the page.
    """
    clean = _clean(headers)
    marked = tuple((_unmarked(name), value) for name, value in clean if _unmarked(name) != name)
    if not marked:
        return clean
    named = {name.lower() for name, _ in marked}
    plain = tuple(
        (name, value)
        for name, value in clean
        if name.lower() == "content-type" and "content-type" not in named
    )
    return (*plain, *marked)


def _clean(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers without what no record can carry."""
    return tuple(
        (name, re.sub(r"[\r\n]+\s*", " ", value).encode("latin-1", "replace").decode("latin-1"))
        for name, value in headers
        if re.fullmatch(r"[!-9;-~]+", name)
    )


def _unmarked(name: str) -> str:
    return name[len(ORIGINAL) :] if name.lower().startswith(ORIGINAL.lower()) else name


def _seen(record: Any) -> tuple[str, datetime, int, str, str | None] | None:
    """Address, moment, status, type and digest of an HTTP answer; None for other records."""
    said = record.rec_headers
    url = (said.get_header("WARC-Target-URI") or "").strip("<> ")
    if record.rec_type not in ("response", "revisit") or not re.match(r"https?://", url, re.I):
        return None
    http = record.http_headers
    status = http.get_statuscode() if http is not None else ""
    if record.rec_type == "revisit" and (not status or status == "304"):
        status = "200"  # it says that the page is as it was
    if not status.isdecimal():
        return None
    content_type = (http.get_header("Content-Type") or "") if http is not None else ""
    digest = said.get_header("WARC-Payload-Digest")
    return url, _moment(said.get_header("WARC-Date")), int(status), content_type, digest


def _moment(text: str) -> datetime:
    """A WARC-Date, with or without fractions, as aware UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _Records(ArchiveIterator):  # type: ignore[misc]
    """As warcio has it, but that it prints nothing of a record whose length is wrong."""

    INC_RECORD = ""


def _read_up_to(stream: Any, most_bytes: int) -> bytes:
    pieces, left = [], most_bytes
    while left > 0 and (piece := stream.read(min(left, _PIECE_BYTES))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _drain(stream: Any) -> None:
    """Read to the end of a record; EOFError where the file ends before it."""
    while stream.read(_PIECE_BYTES):
        pass
    if getattr(stream, "limit", 0) > 0:
        raise EOFError("the file ends in the midst of a record")


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if "non-chunked gzip" in text:
        return "it is compressed as a whole; `warcio recompress` compresses each record"
    return text[:200] or type(error).__name__


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """A WARC file, or one inside a WACZ file. Raises CaptureError."""
    outer, _, inner = name.partition(INSIDE)
    path = folder / outer
    with ExitStack() as stack:
        try:
            if inner:
                package = stack.enter_context(ZipFile(path))
                file: IO[bytes] = stack.enter_context(package.open(inner))
            elif name.lower().endswith(".wacz"):
                raise BadZipFile("is no ZIP file")
            else:
                file = stack.enter_context(path.open("rb"))
        except (BadZipFile, KeyError) as error:
            raise CaptureError(f"cannot be read as a WACZ file ({error})", path=path) from None
        except OSError as error:
            raise CaptureError(f"cannot be read ({error.strerror or error})", path=path) from error
        yield file
