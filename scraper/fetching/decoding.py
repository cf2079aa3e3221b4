"""Content-Encoding taken off while the answer comes, so that a small answer cannot grow huge."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import brotli

ACCEPTED = "gzip, deflate, br"
STEP_BYTES = 1 << 16  # decoded at one time; the limit may be passed by no more than this
MOST_LAYERS = 3  # servers send one, misconfigured ones two


class EncodingError(Exception):
    """The answer is not encoded as it says, or ends in the middle."""


class GrownError(Exception):
    """The decoded answer is larger than the limit."""


class Decoder:
    """Takes an answer in pieces and gathers its decoded bytes, `limit_bytes` at most.

    `encodings` is the value of Content-Encoding, several parted by commas. With `cut`, the bytes
    beyond the limit are dropped and `full` is set, else they raise GrownError.
    """

    def __init__(self, encodings: str, *, limit_bytes: int, cut: bool = False) -> None:
        names = [name.strip().lower() for name in encodings.split(",")]
        names = [name for name in names if name not in ("", "identity", "none", "utf-8")]
        if len(names) > MOST_LAYERS:
            raise EncodingError(f"Content-Encoding {encodings!r} has too many layers")
        self._layers = [_layer(name) for name in reversed(names)]
        self._limit_bytes = limit_bytes
        self._cut = cut
        self._body = bytearray()
        self.full = False

    def feed(self, data: bytes) -> None:
        """Decode a piece. Raises GrownError or EncodingError."""
        for piece in self._through(0, data):
            room = self._limit_bytes - len(self._body)
            if len(piece) > room:
                if not self._cut:
                    raise GrownError
                self._body += piece[:room]
                self.full = True
                return
            self._body += piece

    def finish(self) -> bytes:
        """The whole body; raises EncodingError when its end is missing."""
        for layer in self._layers if not self.full else ():
            layer.finish()
        return bytes(self._body)

    def _through(self, number: int, data: bytes) -> Iterator[bytes]:
        if number == len(self._layers):
            yield data
            return
        for piece in self._layers[number].feed(data):
            yield from self._through(number + 1, piece)


def _layer(name: str) -> _Inflate | _Brotli:
    if name in ("gzip", "x-gzip"):
        return _Inflate(gzip=True)
    if name == "deflate":
        return _Inflate(gzip=False)
    if name == "br":
        return _Brotli()
    raise EncodingError(f"Content-Encoding {name!r} was not asked for and cannot be read")


class _Inflate:
    """gzip (also several members) or deflate (also without the zlib frame, as old IIS sends it).

    A server that says gzip and sends plain text, as some proxies do, is taken as it is.
    """

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._head = b""
        self._plain = False
        self._inflate: zlib._Decompress | None = None  # from the first two bytes on

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None and not self._plain:
            data = self._head + data
            self._head = data if len(data) < 2 else b""
            if self._head or not data:
                return
            self._start(data)
        if self._plain:
            yield data
        else:
            yield from self._inflated(data)

    def finish(self) -> None:
        ended = self._inflate.eof if self._inflate is not None else not self._head
        if not ended:
            raise EncodingError("the compressed answer ends in the middle")

    def _start(self, data: bytes) -> None:
        if not self._gzip:
            framed = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if framed else -zlib.MAX_WBITS)
        elif data[:2] == b"\x1f\x8b":
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        else:
            self._plain = True

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        assert self._inflate is not None
        while True:
            if self._inflate.eof:
                data = self._head + data
                self._head = data if len(data) < 2 else b""
                if not self._gzip or data[:2] != b"\x1f\x8b":
                    return  # what follows the end and is no further member is padding
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                piece = self._inflate.decompress(data, STEP_BYTES)
            except zlib.error as error:
                raise EncodingError(f"the compressed answer is damaged ({error})") from None
            if piece:
                yield piece
            data = self._inflate.unused_data or self._inflate.unconsumed_tail
            if not data and len(piece) < STEP_BYTES:
                return


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(data)
        while not self._decompressor.is_finished():
            try:
                piece = self._decompressor.process(data, output_buffer_limit=STEP_BYTES)
            except brotli.error as error:
                raise EncodingError(f"the compressed answer is damaged ({error})") from None
            if not piece:  # can_accept_more_data() of brotli 1.2 says so too early
                return
            yield piece
            data = b""

    def finish(self) -> None:
        if self._started and not self._decompressor.is_finished():
            raise EncodingError("the compressed answer ends in the middle")
