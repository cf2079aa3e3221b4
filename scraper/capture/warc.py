"""A capture as one gzip member of a WARC/1.1 file, and read back from it.

The body is kept decompressed. So that standard tools replay it, headers that speak of how the
answer travelled (Content-Encoding, Transfer-Encoding, Content-Length) stand in the file with
X-Archive-Orig- before their names; reading back restores them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import unquote, urlencode, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.forms import is_short, shortened
from scraper.records import Capture, Form

ORIGINAL = "X-Archive-Orig-"
ASKED = "X-Asked-URI"  # where the address asked for is not the one that answered
ORIGIN = "X-Origin"  # the archive that it was had from, where not from the portal itself
POSTED = "X-Posted-Form"  # only where it was asked for by POST: what forms.shortened() leaves
_TRAVEL = frozenset({"content-encoding", "transfer-encoding", "content-length"})
LARGEST_RECORD_BYTES = 1_000_000_000  # ten times what anyone would let a page be
LARGEST_FORM_BYTES = 1_000_000  # the same state stands in the page before
# Of 400 real pages of 91 kB: level 4 leaves 19.0 kB in 1.0 ms, 6 leaves 18.1 in 1.7, warcio's own 9
# leaves 18.0 in 2.5.
LEVEL = 4
_FIRST_LINE = b"WARC/1.1\r\n"
_SEPARATOR = b"\r\n\r\n"
_MAGIC = b"\x1f\x8b\x08"  # how a gzip member begins
_PIECE_BYTES = 1 << 16


class RecordError(Exception):
    """These bytes are not a record that was written here, or not all of it."""


def head_record(filename: str) -> bytes:
    """The warcinfo record that a file begins with."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {
        "software": "ministry-scraper",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
    }
    writer.write_record(writer.create_warcinfo_record(filename, about))
    return out.getvalue()


def request_of(capture: Capture) -> tuple[bytes, str] | None:
    """The request record of a capture that was asked for by POST, and its id; else None.

    Replay programs tell by it that the answer is none of the address alone. There is none where
    the post was led to another address, which then answered to a GET, nor for a huge form.
    """
    parts = urlsplit(capture.answered_url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if capture.form is None or is_short(capture.form):
        return None
    if _plain(capture.url) != _plain(capture.answered_url):
        return None
    body = urlencode(capture.form, errors="surrogatepass").encode("ascii")
    if len(body) > LARGEST_FORM_BYTES or not (parts.netloc + path).isascii():
        return None
    headers = [
        ("Host", parts.netloc),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", str(len(body))),
    ]
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        capture.answered_url,
        "request",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(
            f"POST {path} HTTP/1.1", headers, protocol="HTTP/1.1", is_http_request=True
        ),
        warc_headers_dict={"WARC-Date": _date(capture)},
    )
    writer.write_record(record)
    return out.getvalue(), record.rec_headers.get_header("WARC-Record-ID")


def record_of(capture: Capture, *, asked_by: str | None = None) -> bytes:
    """The response record of a capture, compressed; `asked_by` is the id of its request record.

    Raises ValueError for what no server can have sent: line breaks or letters beyond Latin-1 in
    headers, a digest of other bytes.
    """
    if capture.sha256 != hashlib.sha256(capture.body).hexdigest():
        raise ValueError(f"{capture.url}: sha256 is not that of the body")
    if any(re.search(r"[\r\n]", text) for header in capture.headers for text in header):
        raise ValueError(f"{capture.url}: a header holds a line break")
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    named = {
        "WARC-Date": _date(capture),
        "WARC-Payload-Digest": f"sha256:{capture.sha256}",
    }
    if capture.url != capture.answered_url:
        named[ASKED] = json.dumps(capture.url)  # it is as the caller wrote it, with any letters
    if capture.origin is not None:
        named[ORIGIN] = json.dumps(capture.origin)
    if capture.form is not None:
        named[POSTED] = json.dumps(shortened(capture.form))
    if asked_by is not None:
        named["WARC-Concurrent-To"] = asked_by
    record = writer.create_warc_record(
        capture.answered_url,
        "response",
        payload=io.BytesIO(capture.body),
        length=len(capture.body),
        http_headers=_Head(capture),
        warc_headers_dict=named,
    )
    writer.write_record(record)
    return _compressed(out.getbuffer())


def _compressed(record: memoryview) -> bytes:
    """One gzip member."""
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return deflate.compress(record) + deflate.flush()


def capture_of(member: bytes) -> Capture:
    """The capture in a record that record_of() wrote; its `place` is None.

    Raises RecordError when the bytes are torn or were changed.
    """
    fields, block = _parts(_inflated(member))
    head, separator, body = block.partition(_SEPARATOR)
    lines = head.decode("latin-1").split("\r\n")
    status = re.fullmatch(r"HTTP/1\.1 (\d{3}) ?.*", lines[0])
    if not separator or status is None or fields.get("WARC-Type") != "response":
        raise RecordError("holds no captured answer")
    sha256 = hashlib.sha256(body).hexdigest()
    if fields.get("WARC-Payload-Digest") != f"sha256:{sha256}":
        raise RecordError("holds other bytes than were captured: the digest does not fit")
    answered_url = fields["WARC-Target-URI"]
    return Capture(
        url=json.loads(fields[ASKED]) if ASKED in fields else answered_url,
        answered_url=answered_url,
        status=int(status[1]),
        headers=_restored(lines[1:]),
        body=body,
        fetched_at=datetime.strptime(fields["WARC-Date"], "%Y-%m-%dT%H:%M:%S.%f%z"),
        sha256=sha256,
        origin=json.loads(fields[ORIGIN]) if ORIGIN in fields else None,
        form=_form(fields[POSTED]) if POSTED in fields else None,
    )


def ends_of_members(file: BinaryIO, start: int) -> Iterator[int]:
    """The end of each complete gzip member from `start` on, up to the first that is not."""
    while (end := _end_of_member(file, start)) is not None:
        yield end
        start = end


def whole_member_follows(file: BinaryIO, start: int) -> bool:
    """Whether a complete gzip member begins anywhere behind `start`."""
    file.seek(start)
    rest = file.read()
    position = rest.find(_MAGIC, 1)
    while position != -1:
        if _end_of_member(io.BytesIO(rest), position) is not None:
            return True
        position = rest.find(_MAGIC, position + 1)
    return False


def next_beginning(file: BinaryIO, start: int, *, size: int) -> int:
    """Where from `start` on something stands that a gzip member may begin with; else `size`."""
    file.seek(start)
    while piece := file.read(_PIECE_BYTES):
        if (at := piece.find(_MAGIC)) != -1:
            return file.tell() - len(piece) + at
        if file.tell() >= size:
            break
        file.seek(1 - len(_MAGIC), os.SEEK_CUR)  # it may lie across two pieces
    return size


def _end_of_member(file: BinaryIO, start: int) -> int | None:
    """Where the gzip member that begins at `start` ends, None if it is incomplete or none."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    file.seek(start)
    end = start
    try:
        while not inflate.eof and (piece := file.read(_PIECE_BYTES)):
            end += len(piece)
            inflate.decompress(piece)
    except zlib.error:
        return None
    return end - len(inflate.unused_data) if inflate.eof else None


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """Status line and headers in Latin-1, byte for byte as they came: warcio would escape them."""

    def __init__(self, capture: Capture) -> None:
        try:
            phrase = HTTPStatus(capture.status).phrase
        except ValueError:
            phrase = ""
        headers = [(_kept_name(name), value) for name, value in capture.headers]
        headers.append(("Content-Length", str(len(capture.body))))
        super().__init__(f"{capture.status} {phrase}", headers, protocol="HTTP/1.1")

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.to_bytes(encoding="latin-1")


def _plain(url: str) -> str:
    """An address but for how its letters are escaped."""
    return unquote(url.partition("#")[0])


def _date(capture: Capture) -> str:
    return capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _form(text: str) -> Form:
    """What was posted, shortened. Raises ValueError for what no form is written as."""
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def _kept_name(name: str) -> str:
    lower = name.lower()
    is_moved = lower in _TRAVEL or lower.startswith(ORIGINAL.lower())
    return ORIGINAL + name if is_moved else name


def _restored(lines: list[str]) -> tuple[tuple[str, str], ...]:
    """The headers as they came: without the Content-Length that was added as the last one."""
    pairs = [line.partition(": ")[::2] for line in lines[:-1]]
    return tuple((name.removeprefix(ORIGINAL), value) for name, value in pairs)


def _inflated(member: bytes) -> bytes:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = inflate.decompress(member, len(_FIRST_LINE))
        if data != _FIRST_LINE:  # seen before a bomb in a file from elsewhere goes off
            raise RecordError("is no WARC/1.1 record")
        data += inflate.decompress(inflate.unconsumed_tail, LARGEST_RECORD_BYTES)
    except zlib.error as error:
        raise RecordError(f"cannot be decompressed ({error})") from None
    if not inflate.eof or inflate.unused_data:
        raise RecordError("is not one whole record")
    return data


def _parts(record: bytes) -> tuple[Mapping[str, str], bytes]:
    """The fields of a WARC record, and its block."""
    head, separator, rest = record.partition(_SEPARATOR)
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not separator:
        raise RecordError("is no WARC/1.1 record")
    fields = dict(line.partition(": ")[::2] for line in lines[1:])
    length = fields.get("Content-Length", "")
    if not length.isdecimal() or len(rest) != int(length) + len(_SEPARATOR):
        raise RecordError("is longer or shorter than it says")
    return fields, rest[: int(length)]
