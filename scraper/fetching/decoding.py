"""Content-Encoding taken off while the answer comes, so that a small answer cannot grow huge."""

from __future__ import annotations

import zlib

import brotli

ACCEPTED = "gzip, deflate, br"
STEP_BYTES = 1 << 16


class BadEncoding(Exception):
    """The answer is not encoded as it says, or ends in the middle."""


class Grown(Exception):
    """The decoded answer is larger than the limit."""


class Decoder:
    """Takes an answer in pieces and gathers its decoded bytes, `limit_bytes` at most.

    `encodings` is the value of Content-Encoding, several parted by commas. With `cut`, the bytes
    beyond the limit are dropped and `full` is set, else they raise Grown.
    """

    def __init__(self, encodings: str, *, limit_bytes: int, cut: bool = False) -> None:
        names = [name.strip().lower() for name in encodings.split(",")]
        self._steps = [_step(name) for name in reversed(names) if name not in ("", "identity")]
        if len(self._steps) > 3:  # servers send one, misconfigured ones two
            raise BadEncoding(f"Content-Encoding {encodings!r} has too many layers")
        self._limit_bytes = limit_bytes
        self._cut = cut
        self.body = bytearray()
        self.full = False

    def feed(self, data: bytes) -> None:
        """Decode a piece. Raises Grown or BadEncoding."""
        self._through(0, data)

    def finish(self) -> bytes:
        """The whole body; raises BadEncoding when its end is missing."""
        if not self.full:
            for step in self._steps:
                step.finish()
        return bytes(self.body)

    def _through(self, number: int, data: bytes) -> None:
        if self.full:
            return
        if number == len(self._steps):
            self._gather(data)
            return
        step = self._steps[number]
        for piece in step.feed(data):
            self._through(number + 1, piece)
            if self.full:
                return

    def _gather(self, data: bytes) -> None:
        room = self._limit_bytes - len(self.body)
        if len(data) > room:
            if not self._cut:
                raise Grown
            self.full = True
            data = data[:room]
        self.body += data


def _step(name: str) -> _Inflate | _Brotli:
    if name in ("gzip", "x-gzip"):
        return _Inflate(gzip=True)
    if name == "deflate":
        return _Inflate(gzip=False)
    if name == "br":
        return _Brotli()
    raise BadEncoding(f"Content-Encoding {name!r} was not asked for and cannot be read")


class _Inflate:
    """gzip (also several members) or deflate (also without the zlib frame, as old IIS sends it).

    A server that says gzip and sends plain text, as some proxies do, is taken as it is.
    """

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._head = b""
        self._plain = False
        self._started = False
        self._inflate = zlib.decompressobj(31 if gzip else zlib.MAX_WBITS)

    def feed(self, data: bytes) -> list[bytes] | _Pieces:
        if not self._started:
            self._head += data
            if len(self._head) < 2:
                return []
            data, self._head = self._head, b""
            self._start(data)
        if self._plain:
            return [data]
        return _Pieces(self, data)

    def _start(self, data: bytes) -> None:
        self._started = True
        if self._gzip:
            self._plain = data[:2] != b"\x1f\x8b"
        elif not _has_zlib_frame(data):
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    def inflate(self, data: bytes) -> tuple[bytes, bytes]:
        """At most STEP_BYTES of the decoded bytes, and the data that is still to be decoded."""
        if self._inflate.eof:
            if not (self._gzip and data.lstrip(b"\0")[:2] == b"\x1f\x8b"):
                return b"", b""  # what follows the end is padding
            data = data.lstrip(b"\0")
            self._inflate = zlib.decompressobj(31)
        try:
            piece = self._inflate.decompress(data, STEP_BYTES)
        except zlib.error as error:
            raise BadEncoding(f"the compressed answer is damaged ({error})") from None
        return piece, self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        if self._head:  # one single byte came
            raise BadEncoding("the compressed answer ends in the middle")
        if self._started and not self._plain and not self._inflate.eof:
            raise BadEncoding("the compressed answer ends in the middle")
