"""Answers written byte by byte, and all misbehaviours in one table with what becomes of each.

`python tests/rawfaults.py` prints the table of docs/misbehaving-servers.md.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Ending = Literal["keep", "close", "reset"]
Becomes = Literal["page", "gone", "refused", "failed"]
OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of an answer, and how the connection ends after them."""

    data: bytes
    ending: Ending = "close"


@dataclass(frozen=True, slots=True)
class Fault:
    """A misbehaviour, and what is expected of it."""

    path: str
    does: str  # the server ...
    becomes: Becomes  # the outcome of a link that leads there
    words: str = ""  # in the reason of the outcome, or of the error

    @property
    def name(self) -> str:
        return self.path.strip("/").replace("raw/", "")


def _length(page: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(page)


def _whole(page: bytes, *, status: bytes = OK, more: bytes = b"", ending: Ending = "close") -> Raw:
    return Raw(status + HTML + more + _length(page) + page, ending)


def _chunks(page: bytes, *, size: bytes | None = None, end: bytes = b"0\r\n\r\n") -> bytes:
    first = size if size is not None else b"%x" % len(page)
    return (
        OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n" + first + b"\r\n" + page + b"\r\n" + end
    )


RAW: dict[str, Callable[[bytes], Raw]] = {
    # the connection ends where it must not
    "reset-at-once": lambda page: Raw(b"", "reset"),
    "closed-at-once": lambda page: Raw(b""),
    "reset-in-status-line": lambda page: Raw(b"HTTP/1.", "reset"),
    "closed-in-status-line": lambda page: Raw(b"HTTP/1."),
    "reset-in-headers": lambda page: Raw(OK + b"Content-Ty", "reset"),
    "closed-in-headers": lambda page: Raw(OK + b"Content-Ty"),
    "closed-between-headers": lambda page: Raw(OK + HTML),
    "reset-after-headers": lambda page: Raw(OK + HTML + _length(page), "reset"),
    "closed-after-headers": lambda page: Raw(OK + HTML + _length(page)),
    "reset-in-body": lambda page: Raw(OK + HTML + _length(page) + page[:50], "reset"),
    "closed-in-body": lambda page: Raw(OK + HTML + _length(page) + page[:50]),
    "reset-before-last-byte": lambda page: Raw(OK + HTML + _length(page) + page[:-1], "reset"),
    "reset-in-chunk": lambda page: Raw(_chunks(page)[:-60], "reset"),
    "closed-in-chunk": lambda page: Raw(_chunks(page)[:-60]),
    "reset-before-last-chunk": lambda page: Raw(_chunks(page, end=b""), "reset"),
    "closed-before-last-chunk": lambda page: Raw(_chunks(page, end=b"")),
    "reset-after-all": lambda page: _whole(page, ending="reset"),
    # chunks
    "chunk-size-nonsense": lambda page: Raw(_chunks(page, size=b"zz")),
    "chunk-size-negative": lambda page: Raw(_chunks(page, size=b"-5")),
    "chunk-size-huge": lambda page: Raw(_chunks(page, size=b"f" * 16)),
    "chunk-size-empty": lambda page: Raw(_chunks(page, size=b"")),
    "chunk-size-endless": lambda page: Raw(_chunks(page, size=b"1" * 100_000)),
    "chunk-too-long": lambda page: Raw(_chunks(page, size=b"%x" % (len(page) - 9))),
    "chunk-with-extension": lambda page: Raw(_chunks(page, size=b"%x;a=b" % len(page)), "keep"),
    "chunks-with-trailer": lambda page: Raw(_chunks(page, end=b"0\r\nX-Sum: 1\r\n\r\n"), "keep"),
    "chunks-and-length": lambda page: Raw(
        _chunks(page).replace(b"Transfer-", b"Content-Length: 7\r\nTransfer-"), "keep"
    ),
    # lengths
    "length-no-number": lambda page: Raw(OK + HTML + b"Content-Length: many\r\n\r\n" + page),
    "length-negative": lambda page: Raw(OK + HTML + b"Content-Length: -5\r\n\r\n" + page),
    "length-missing": lambda page: Raw(OK + HTML + b"\r\n" + page),
    "length-zero": lambda page: Raw(OK + HTML + b"Content-Length: 0\r\n\r\n" + page, "keep"),
    "more-than-length": lambda page: Raw(
        OK + HTML + _length(page) + page + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "keep",
    ),
    # status lines
    "http-0.9": lambda page: Raw(page),
    "http-1.0": lambda page: Raw(b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\n" + page),
    "http-9.9": lambda page: _whole(page, status=b"HTTP/9.9 200 OK\r\n"),
    "small-letters": lambda page: _whole(page, status=b"http/1.1 200 ok\r\n"),
    "blank-line-first": lambda page: _whole(page, status=b"\r\n" + OK),
    "garbage-first": lambda page: Raw(b"\x16\x03\x01\x02\x00 what\r\n\r\n"),
    "no-phrase": lambda page: _whole(page, status=b"HTTP/1.1 200\r\n"),
    "status-999": lambda page: _whole(page, status=b"HTTP/1.1 999 Request Denied\r\n"),
    "status-1000": lambda page: _whole(page, status=b"HTTP/1.1 1000 More\r\n"),
    "status-word": lambda page: _whole(page, status=b"HTTP/1.1 OK\r\n"),
    "continue-first": lambda page: _whole(page, status=b"HTTP/1.1 100 Continue\r\n\r\n" + OK),
    "hints-first": lambda page: _whole(
        page, status=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + OK
    ),
    "switching": lambda page: Raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
    "204-with-body": lambda page: _whole(page, status=b"HTTP/1.1 204 No Content\r\n"),
    "206-unasked": lambda page: _whole(page[:90], status=b"HTTP/1.1 206 Partial Content\r\n"),
    "304-unasked": lambda page: Raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    # headers
    "header-huge": lambda page: _whole(page, more=b"X-Long: " + b"a" * 100_000 + b"\r\n"),
    "headers-endless": lambda page: _whole(page, more=b"X-More: 1\r\n" * 5000),
    "header-with-nul": lambda page: _whole(page, more=b"X-Nul: a\0b\r\n", ending="keep"),
    "header-folded": lambda page: _whole(page, more=b"X-Old: a\r\n  b\r\n", ending="keep"),
    "header-without-colon": lambda page: _whole(page, more=b"this is no header\r\n"),
    "header-without-colon-kept": lambda page: _whole(page, more=b"no header\r\n", ending="keep"),
    "header-in-utf-8": lambda page: _whole(page, more="X-A: đây\r\n".encode(), ending="keep"),
    "header-name-in-utf-8": lambda page: _whole(page, more="X-Tên: đây\r\n".encode()),
    "bare-line-feeds": lambda page: Raw(
        (OK + HTML + _length(page)).replace(b"\r\n", b"\n") + page, "keep"
    ),
    "cookies-many": lambda page: _whole(
        page, more=b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"x" * 500) for n in range(90))
    ),
    "cookies-flood": lambda page: _whole(page, more=b"Set-Cookie: a=1\r\n" * 1000),
    # what the body is
    "charset-wrong": lambda page: _whole(page.decode().encode("utf-16")),
    "type-missing": lambda page: Raw(OK + _length(page) + page, "keep"),
    "type-image": lambda page: Raw(OK + b"Content-Type: image/png\r\n" + _length(page) + page),
    "gzip-unsaid": lambda page: _whole(gzip.compress(page)),
    "gzip-twice-said-once": lambda page: _whole(
        gzip.compress(gzip.compress(page)), more=b"Content-Encoding: gzip\r\n"
    ),
    "empty": lambda page: _whole(b""),
}

_BROKE = "connection broke|without an answer|broke off"
FAULTS: tuple[Fault, ...] = (
    Fault("/raw/reset-at-once", "resets the connection before the answer", "failed", _BROKE),
    Fault("/raw/closed-at-once", "closes the connection before the answer", "failed", _BROKE),
    Fault("/raw/reset-in-status-line", "resets it within the status line", "failed", _BROKE),
    Fault("/raw/closed-in-status-line", "closes it within the status line", "failed", "HTTP"),
    Fault("/raw/reset-in-headers", "resets it within a header", "failed", _BROKE),
    Fault("/raw/closed-in-headers", "closes it within a header", "failed", "headers"),
    Fault("/raw/closed-between-headers", "closes it between two headers", "failed", "headers"),
    Fault("/raw/reset-after-headers", "resets it after the headers", "failed", _BROKE),
    Fault("/raw/closed-after-headers", "closes it after the headers", "failed", "broke off"),
    Fault("/raw/reset-in-body", "resets it within the body", "failed", _BROKE),
    Fault("/raw/closed-in-body", "closes it within the body", "failed", "broke off"),
    Fault("/raw/reset-before-last-byte", "resets it before the last byte", "failed", _BROKE),
    Fault("/raw/reset-in-chunk", "resets it within a chunk", "failed", _BROKE),
    Fault("/raw/closed-in-chunk", "closes it within a chunk", "failed", "broke off"),
    Fault("/raw/reset-before-last-chunk", "resets it before the last chunk", "failed", _BROKE),
    Fault("/raw/closed-before-last-chunk", "closes it before the last chunk", "failed", "broke"),
    Fault("/raw/reset-after-all", "resets it after the whole answer", "page"),
    Fault("/short", "sends less than Content-Length says", "failed", "more were announced"),
    Fault("/raw/more-than-length", "sends a second answer behind the first", "page"),
    Fault("/two-lengths", "sends two Content-Lengths that differ", "failed", "HTTP"),
    Fault("/raw/length-no-number", "sends a Content-Length that is no number", "page"),
    Fault("/raw/length-negative", "sends a negative Content-Length", "page"),
    Fault("/raw/length-missing", "sends no length and closes", "page"),
    Fault("/raw/length-zero", "says that the body is empty, and sends one", "refused"),
    Fault("/raw/chunk-size-nonsense", "sends a chunk whose size is no number", "failed", "broke"),
    Fault("/raw/chunk-size-negative", "sends a chunk of negative size", "failed"),
    Fault("/raw/chunk-size-huge", "announces a chunk of 18 million terabytes", "failed"),
    Fault("/raw/chunk-size-empty", "sends a chunk without a size", "failed"),
    Fault("/raw/chunk-size-endless", "sends a size of 100,000 digits", "failed"),
    Fault("/raw/chunk-too-long", "sends a chunk longer than its size", "failed"),
    Fault("/raw/chunk-with-extension", "sends a chunk with an extension", "page"),
    Fault("/raw/chunks-with-trailer", "sends headers behind the chunks", "page"),
    Fault("/raw/chunks-and-length", "sends chunks and a Content-Length", "page"),
    Fault("/silent", "accepts the request and says nothing", "failed", "no whole answer within"),
    Fault("/drip", "sends the body byte by byte without end", "failed", "no whole answer within"),
    Fault("/drip-head", "sends a header byte by byte without end", "failed", "no whole answer"),
    Fault("/drip-lines", "sends 100 Continue without end", "failed", "no whole answer within"),
    Fault("/endless", "sends chunks without end", "failed", "larger than"),
    Fault("/huge", "announces 60 MB", "failed", "larger than"),
    Fault("/raw/http-0.9", "speaks HTTP/0.9", "failed", "HTTP"),
    Fault("/raw/http-1.0", "speaks HTTP/1.0, without a length", "page"),
    Fault("/raw/http-9.9", "speaks HTTP/9.9", "failed", "HTTP"),
    Fault("/raw/small-letters", "writes http/1.1 in small letters", "failed", "HTTP"),
    Fault("/raw/blank-line-first", "begins with a blank line", "failed", "HTTP"),
    Fault("/raw/garbage-first", "begins with what is no HTTP", "failed", "HTTP"),
    Fault("/raw/no-phrase", "sends a status without its phrase", "page"),
    Fault("/raw/status-999", "answers 999", "failed", "answered 999"),
    Fault("/raw/status-1000", "answers 1000", "failed", "HTTP"),
    Fault("/raw/status-word", "answers with a word for a status", "failed", "HTTP"),
    Fault("/raw/continue-first", "sends 100 Continue before the answer", "page"),
    Fault("/raw/hints-first", "sends 103 Early Hints before the answer", "page"),
    Fault("/raw/switching", "answers 101 Switching Protocols", "failed", "answered 101"),
    Fault("/raw/204-with-body", "answers 204 with a body", "refused"),
    Fault("/raw/206-unasked", "answers 206 though no part was asked for", "failed", "206"),
    Fault("/raw/304-unasked", "answers 304 though nobody asked for changes", "failed", "304"),
    Fault("/raw/header-huge", "sends a header of 100,000 letters", "failed", "HTTP"),
    Fault("/raw/headers-endless", "sends 5,000 headers", "failed", "100 headers"),
    Fault("/raw/header-with-nul", "sends a NUL in a header", "page"),
    Fault("/raw/header-folded", "folds a header over two lines", "page"),
    Fault("/raw/header-without-colon", "sends a line that is no header, and closes", "page"),
    Fault(
        "/raw/header-without-colon-kept",
        "sends a line that is no header, and does not close: no length is known",
        "failed",
        "no whole answer within",
    ),
    Fault("/raw/header-in-utf-8", "sends a header's value in UTF-8", "page"),
    Fault("/raw/header-name-in-utf-8", "sends a header's name in UTF-8, and closes", "page"),
    Fault("/raw/bare-line-feeds", "ends its lines with LF alone", "page"),
    Fault("/raw/cookies-many", "sets 90 cookies of 500 bytes", "page"),
    Fault("/raw/cookies-flood", "sets 1,000 cookies", "failed", "100 headers"),
    Fault("/cookie", "sends back to the same address until a cookie comes along", "page"),
    Fault("/raw/charset-wrong", "says UTF-8 and sends UTF-16", "page"),
    Fault("/raw/type-missing", "sends no Content-Type", "page"),
    Fault("/raw/type-image", "says that the article is an image", "page"),
    Fault("/raw/empty", "sends an empty page", "refused"),
    Fault("/raw/gzip-unsaid", "sends gzip without saying so", "refused"),
    Fault("/raw/gzip-twice-said-once", "packs twice and says once", "refused"),
    Fault("/encoded/truncated-gzip", "sends gzip that ends in the middle", "failed", "middle"),
    Fault("/encoded/damaged-gzip", "sends damaged gzip", "failed", "damaged"),
    Fault("/encoded/truncated-br", "sends Brotli that ends in the middle", "failed", "middle"),
    Fault("/encoded/unknown", "sends an encoding that was not asked for", "failed", "zstd"),
    Fault("/encoded/layers", "packs five times", "failed", "layers"),
    Fault("/encoded/gzip-bomb", "sends 100 kB of gzip that grow to 100 MB", "failed", "larger"),
    Fault("/encoded/br-bomb", "sends Brotli that grows to 100 MB", "failed", "larger"),
    Fault("/encoded/bomb-in-bomb", "sends a gzip bomb in a gzip bomb", "failed", "larger"),
    Fault("/hops/100", "redirects 100 times", "failed", "more than 10"),
    Fault("/circle/a", "redirects in a circle", "failed", "circle"),
    Fault("/to", "redirects to nowhere", "failed", "without an address"),
    Fault("/to?where=file:///etc/passwd", "redirects to a file of this machine", "refused"),
    Fault("/to?where=ftp://example.vn/", "redirects to ftp:", "refused", "not an http"),
    Fault("/to?where=javascript:alert(1)", "redirects to javascript:", "refused", "not an http"),
    Fault("/to?where=data:text/html,x", "redirects to data:", "refused", "not an http"),
    Fault("/to?where=//127.0.0.1:9/", "redirects to another port of this machine", "refused"),
    Fault("/to?where=http://2130706433/", "redirects to 127.0.0.1 as a number", "refused"),
    Fault("/to?where=http://0177.0.0.1/", "redirects to 127.0.0.1 in octal", "refused"),
    Fault("/to?where=http://0x7f.1/", "redirects to 127.0.0.1 in short hexadecimal", "refused"),
    Fault("/to?where=http://[::ffff:127.0.0.1]/", "redirects to it as IPv6", "refused"),
    Fault("/to?where=http://169.254.169.254/x", "redirects to a cloud's secrets", "refused"),
    Fault("/to?where=http://localhost:9/", "redirects to a name of this machine", "refused"),
    Fault("/flaky?status=429", "answers 429 once", "page"),
    Fault("/flaky?status=429&after=0", "answers 429 with seconds to wait", "page"),
    Fault("/flaky?status=429&after=0&date=1", "answers 429 with a date to wait for", "page"),
    Fault("/flaky?status=429&after=soon", "answers 429 with nonsense to wait for", "page"),
    Fault("/flaky?status=503&fails=9", "answers 503 to every try", "failed", "503"),
    Fault("/flaky?status=503", "answers 503 once", "page"),
    Fault("/short?fails=1", "breaks off once", "page"),
    Fault("/status/403", "answers 403", "failed", "403"),
    Fault("/status/404", "answers 404", "gone", "404"),
    Fault("/status/410", "answers 410", "gone", "410"),
    Fault("/status/500", "answers 500", "failed", "500"),
    Fault("/not-found", 'answers 200 and says "not found"', "gone"),
    Fault("/list-for-article", "sends a list for an article", "refused"),
)  # fmt: skip

OTHER = """\
For robots.txt: 404, 401, 403 and any other 4xx, an empty file, a page of HTML and a circle of
redirects mean that nothing is forbidden; 429, 5xx, silence, a reset, and a redirect to where nobody
may go mean that nothing is asked for now, and the run fails with that reason. Of a file of 3 MB the
first 500 KiB count.

For https: a certificate that has expired, that nobody vouches for or that has another name is
`failed`, and no request is sent; a certificate in between that the server does not send is repaired
by `ca_bundle`, a server that knows only TLS 1.0 by `legacy_tls`. A name that resolves to this
machine, also if it resolved to another a moment before, is `refused`.

After every one of these the next page of the same host is read as it should be. A host that
answers nothing for five pages, or errors for ten, is left alone for the rest of the run; one that
refuses five pages in a row (401, 403, 429, 451), or sends one and the same page for five addresses,
is asked for a page that it served before, and if that is refused too or is the same wall, is left
alone for an hour, the next time for two, up to a day.
"""


def table() -> str:
    """docs/misbehaving-servers.md"""
    lines = [
        "# What servers do, and what becomes of it",
        "",
        "Each line is a test against a real server on loopback: `page` is read as it should be,",
        "`failed` is tried again by the next runs, `refused` and `gone` rarer (docs/operating.md).",
        "",
        "| the server | outcome |",
        "|---|---|",
        *(f"| {fault.does} | {fault.becomes} |" for fault in FAULTS),
        "",
    ]
    return "\n".join(lines) + "\n" + OTHER


if __name__ == "__main__":
    print(table(), end="")
