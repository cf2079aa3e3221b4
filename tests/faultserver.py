"""An HTTP server on loopback that misbehaves, each fault on a path of its own (a long list).

    with FaultServer() as server:
        fetcher.get(server.url("/drip"))
        assert server.paths == ["/robots.txt", "/drip"]

Every path that is not named here is 404; `server.pages` takes bodies of the test's own. What
stands after "?" sets numbers: "/flaky?fails=2&status=503&after=0".
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import socket
import ssl
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

import brotli
from rawfaults import RAW

PAGE = (
    "<!DOCTYPE html><html><head><title>Thông báo</title></head><body><h1>Thông báo về công tác "
    "trực hè</h1><p>Các đơn vị phân công người trực và gửi danh sách trước ngày 15.</p></body>"
    "</html>"
).encode()
HTML = ("Content-Type", "text/html; charset=utf-8")
CERTIFICATE = Path(__file__).with_name("faultserver.pem")  # made for these tests; secures nothing
NOT_FOUND = (
    "<html><head><title>404 - Không tìm thấy trang</title></head><body><h1>Không tìm thấy trang"
    "</h1><p>Trang bạn yêu cầu không tồn tại hoặc đã bị xóa.</p></body></html>"
).encode()
ETAG = '"thong-bao-1"'
LAST_MODIFIED = "Mon, 04 Jun 2018 01:30:00 GMT"
HUGE_BYTES = 60_000_000
BOMB_BYTES = 100_000_000
HUGE_ROBOTS_BYTES = 3_000_000
ROBOTS = {
    "html": b"<!DOCTYPE html><html><body>User-agent: * Disallow: / is not meant here</body></html>",
    "slow": b"User-agent: *\nCrawl-delay: 0.3\n",
    "forbidding": b"User-agent: *\nDisallow: /secret\nDisallow: /*.aspx$\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came, and when (seconds of time.monotonic)."""

    path: str  # with the query
    headers: dict[str, str]  # names in lower case
    began_at: float


class FaultServer:
    """Serves from entering to leaving; `requests` holds what was asked, in order.

    `robots` says what /robots.txt does: "none" is 404, a number that status, "huge", "silent",
    "reset", "private" and "file" (redirects to where nobody may go), "moved" (one to a file that
    forbids /secret), "circle", a key of ROBOTS, or the file's own text. With `tls` it speaks
    https with CERTIFICATE, which no client trusts by itself; it names localhost and 127.0.0.1;
    or as `context` says. `host` may be "::1".
    """

    def __init__(
        self,
        *,
        robots: str = "none",
        tls: bool = False,
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.robots = robots
        self.host = host
        self.mended = False  # every path but robots.txt and `pages` brings the page
        self.page = PAGE  # where nothing is wrong; "@@" in it becomes words of the path's own
        self.pages: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.most_at_once = 0  # requests that were answered side by side
        self.seen: Counter[str] = Counter()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._now = 0
        self._server = (_Server6 if ":" in host else _Server)((host, 0), _Handler)
        self._server.faults = self
        self._scheme = "http"
        if tls or context is not None:
            if context is None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._scheme = "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        """What allow_private must hold for this server to be visited."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def url(self, path: str = "/page", *, host: str | None = None) -> str:
        where = self.address if host is None else f"{host}:{self.port}"
        return f"{self._scheme}://{where}{path}"

    def begin(self, request: Request) -> int:
        """Note a request; gives how often its path was asked for, from 1."""
        with self._lock:
            self.requests.append(request)
            self.seen[request.path] += 1
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            return self.seen[request.path]

    def end(self) -> None:
        with self._lock:
            self._now -= 1

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> FaultServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    faults: FaultServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Quiet: a client that gives up in the middle is what the tests are about."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.faults.connections += 1

    def do_GET(self) -> None:
        faults = self.server.faults
        headers = {name.lower(): value for name, value in self.headers.items()}
        times = faults.begin(Request(path=self.path, headers=headers, began_at=time.monotonic()))
        try:
            parts = urlsplit(self.path)
            self.numbers = dict(parse_qsl(parts.query))
            self.times = times
            if self.path in faults.pages:
                self.answer(200, faults.pages[self.path])
            elif parts.path == "/robots.txt":
                _robots(self, faults.robots)
            elif faults.mended:
                self.answer(200, self.page)
            else:
                name, _, self.rest = parts.path[1:].partition("/")
                PATHS.get(name, _missing)(self)
        finally:
            faults.end()

    def log_message(self, format: str, *args: object) -> None:
        return

    def answer(self, status: int, body: bytes = b"", *headers: tuple[str, str]) -> None:
        """A whole answer with a right Content-Length."""
        self.head(status, HTML, ("Content-Length", str(len(body))), *headers)
        self.wfile.write(body)

    def head(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    @property
    def page(self) -> bytes:
        """The page of this path; its words differ from those of other paths."""
        digest = hashlib.sha256(self.path.encode()).hexdigest()
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:24])
        words = " ".join(letters[start : start + 4] for start in range(0, 24, 4))
        return self.server.faults.page.replace(b"@@", words.encode())

    def number(self, name: str, default: float) -> float:
        return float(self.numbers.get(name, default))

    def wait(self, seconds: float) -> None:
        self.server.faults.stopping.wait(seconds)

    @property
    def goes_on(self) -> bool:
        return not self.server.faults.stopping.is_set()


# --- robots.txt --------------------------------------------------------------------------------


def _robots(to: _Handler, kind: str) -> None:
    if kind == "none":
        to.answer(404)
    elif kind.isdecimal():
        to.answer(int(kind), b"no")
    elif kind == "huge":
        line = b"Disallow: /secret\n"
        filler = b"# nothing\n" * (HUGE_ROBOTS_BYTES // 10)
        to.answer(200, b"User-agent: *\n" + line + filler + b"Disallow: /\n")
    elif kind == "silent":
        _silent(to)
    elif kind == "reset":
        to.reset()
    elif kind == "private":
        to.answer(302, b"", ("Location", "http://10.0.0.1/robots.txt"))
    elif kind == "file":
        to.answer(302, b"", ("Location", "file:///robots.txt"))
    elif kind == "moved":
        to.answer(301, b"", ("Location", "/moved-robots"))
    elif kind == "circle":
        to.answer(302, b"", ("Location", "/robots.txt"))
    else:
        to.answer(200, ROBOTS.get(kind, kind.encode()))


def _moved_robots(to: _Handler) -> None:
    to.answer(200, b"User-agent: *\nDisallow: /secret\n")


# --- pages as they should be -------------------------------------------------------------------


def _page(to: _Handler) -> None:
    known = to.headers.get("If-None-Match") == ETAG
    validators = (("ETag", ETAG), ("Last-Modified", LAST_MODIFIED))
    if known or to.headers.get("If-Modified-Since") == LAST_MODIFIED:
        to.head(304, *validators)
    else:
        to.answer(200, to.page, *validators)


def _missing(to: _Handler) -> None:
    to.answer(404, b"<h1>Not Found</h1>")


def _slow(to: _Handler) -> None:
    to.wait(to.number("seconds", 0.2))
    to.answer(200, to.page)


def _status(to: _Handler) -> None:
    to.answer(int(to.rest), b"<p>this and no more</p>")


def _cookie(to: _Handler) -> None:
    """Sets a cookie and sends back to the same address until the cookie comes along."""
    if "visited=yes" in (to.headers.get("Cookie") or ""):
        to.answer(200, to.page)
    else:
        to.answer(302, b"", ("Set-Cookie", "visited=yes; Path=/"), ("Location", to.path))


def _raw(to: _Handler) -> None:
    """/raw/NAME: the bytes of that name in RAW."""
    raw = RAW[to.rest](to.page)
    with contextlib.suppress(OSError):  # the client may have seen enough
        to.wfile.write(raw.data)
        if raw.ending == "reset":
            to.wait(0.03)  # a reset may overtake what was sent before it
            to.reset()
    to.close_connection = raw.ending != "keep"


def _refused_after(to: _Handler) -> None:
    """/refused-after/ANYTHING?pages=N: the page N times, over all such addresses; then 403."""
    faults = to.server.faults
    asked = sum(path.startswith("/refused-after/") for path in faults.paths)
    if asked > to.number("pages", 3):
        to.answer(int(to.number("status", 403)), b"<h1>Forbidden</h1>")
    else:
        to.answer(200, to.page)


def _walled_after(to: _Handler) -> None:
    """/walled-after/ANYTHING?pages=N: the page N times; then one wall for every address."""
    faults = to.server.faults
    asked = sum(path.startswith("/walled-after/") for path in faults.paths)
    if asked > to.number("pages", 3):
        token = f"{time.monotonic_ns():032x}"
        wall = f"<title>Checking</title><p>Are you a robot? {token} {to.path}?x=1</p>"
        to.answer(200, wall.encode())
    else:
        to.answer(200, to.page)


def _not_found_200(to: _Handler) -> None:
    to.answer(200, NOT_FOUND)


def _list_for_article(to: _Handler) -> None:
    items = "".join(
        f"<li><h3><a href='/page?id={number}'>Tin số {number} của cơ quan</a></h3></li>"
        for number in range(30)
    )
    to.answer(200, f"<html><title>Tin tức</title><body><ul>{items}</ul></body></html>".encode())


# --- broken connections ------------------------------------------------------------------------


def _reset(to: _Handler) -> None:
    """Before the answer, or with "?after=N" behind N bytes of the body."""
    after = int(to.number("after", -1))
    if after >= 0:
        to.head(200, HTML, ("Content-Length", str(len(to.page))))
        to.wfile.write(to.page[:after])
        to.wait(0.05)
    to.reset()


def _closed(to: _Handler) -> None:
    to.close_connection = True


def _silent(to: _Handler) -> None:
    to.wait(600)
    to.close_connection = True


def _not_http(to: _Handler) -> None:
    to.wfile.write(b"220 mail.example.vn ESMTP ready\r\n")
    to.close_connection = True


def _drip(to: _Handler) -> None:
    to.head(200, HTML, ("Content-Length", "1000000"))
    while to.goes_on:
        to.wfile.write(b" ")
        to.wait(0.02)


def _drip_head(to: _Handler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while to.goes_on:
        to.wfile.write(b"a")
        to.wait(0.02)


def _drip_lines(to: _Handler) -> None:
    while to.goes_on:
        to.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        to.wait(0.02)


# --- wrong lengths and too much ----------------------------------------------------------------


def _short(to: _Handler) -> None:
    """Less than Content-Length says; with "?fails=N" only the first N times."""
    if to.times > to.number("fails", 1000):
        to.answer(200, to.page)
        return
    to.head(200, HTML, ("Content-Length", str(len(to.page) + 100)))
    to.wfile.write(to.page)
    to.close_connection = True


def _long(to: _Handler) -> None:
    to.head(200, HTML, ("Content-Length", "20"))
    to.wfile.write(to.page)


def _two_lengths(to: _Handler) -> None:
    to.head(200, HTML, ("Content-Length", "20"), ("Content-Length", "30"))
    to.wfile.write(to.page)
    to.close_connection = True


def _torn_chunks(to: _Handler) -> None:
    to.head(200, HTML, ("Transfer-Encoding", "chunked"))
    to.chunk(to.page)
    to.close_connection = True


def _bad_chunks(to: _Handler) -> None:
    to.head(200, HTML, ("Transfer-Encoding", "chunked"))
    to.wfile.write(b"zz\r\nno number\r\n0\r\n\r\n")
    to.close_connection = True


def _huge(to: _Handler) -> None:
    to.head(200, HTML, ("Content-Length", str(HUGE_BYTES)))
    piece = b"<p>Lorem</p>" * 8192
    for _ in range(HUGE_BYTES // len(piece)):
        to.wfile.write(piece)
    to.wfile.write(b" " * (HUGE_BYTES % len(piece)))


def _endless(to: _Handler) -> None:
    to.head(200, HTML, ("Transfer-Encoding", "chunked"))
    while to.goes_on:
        to.chunk(b"<p>and so on</p>" * 4096)


def _many_headers(to: _Handler) -> None:
    to.head(200, *((f"X-Header-{number}", "a") for number in range(500)))
    to.close_connection = True


# --- content encodings -------------------------------------------------------------------------


def _encoded(to: _Handler) -> None:
    """/encoded/NAME: the page, encoded rightly or wrongly in the way of that name."""
    encoding, body = ENCODED[to.rest]()
    to.answer(200, body, ("Content-Encoding", encoding))


def _raw_deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


def _bomb(compressor: Callable[[bytes], bytes]) -> bytes:
    return compressor(bytes(BOMB_BYTES))


ENCODED: dict[str, Callable[[], tuple[str, bytes]]] = {
    "gzip": lambda: ("gzip", gzip.compress(PAGE)),
    "gzip-members": lambda: ("gzip", gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:])),
    "gzip-padded": lambda: ("gzip", gzip.compress(PAGE) + b"\0" * 20),
    "deflate": lambda: ("deflate", zlib.compress(PAGE)),
    "raw-deflate": lambda: ("deflate", _raw_deflate(PAGE)),
    "br": lambda: ("br", brotli.compress(PAGE)),
    "gzip-br": lambda: ("gzip, br", brotli.compress(gzip.compress(PAGE))),
    "capitals": lambda: ("GZip", gzip.compress(PAGE)),
    "only-said": lambda: ("gzip", PAGE),
    "truncated-gzip": lambda: ("gzip", gzip.compress(PAGE)[:-30]),
    "truncated-br": lambda: ("br", brotli.compress(PAGE)[:-30]),
    "damaged-gzip": lambda: ("gzip", gzip.compress(PAGE)[:20] + b"\xff" * 60),
    "unknown": lambda: ("zstd", b"\x28\xb5\x2f\xfd" + PAGE),
    "layers": lambda: ("gzip, gzip, gzip, gzip, gzip", gzip.compress(PAGE)),
    "gzip-bomb": lambda: ("gzip", _bomb(lambda data: gzip.compress(data, 1))),
    "br-bomb": lambda: ("br", _bomb(lambda data: bytes(brotli.compress(data, quality=1)))),
    "bomb-in-bomb": lambda: (
        "gzip, gzip",
        gzip.compress(_bomb(lambda data: gzip.compress(data, 1)), 1),
    ),
}


# --- redirects ---------------------------------------------------------------------------------


def _circle(to: _Handler) -> None:
    to.answer(302, b"", ("Location", "/circle/b" if to.rest == "a" else "/circle/a"))


def _hops(to: _Handler) -> None:
    """/hops/3 goes by /hops/2 and /hops/1 to /page."""
    left = int(to.rest)
    to.answer(301, b"", ("Location", f"/hops/{left - 1}" if left > 1 else "/page"))


def _to(to: _Handler) -> None:
    """/to?where=ADDRESS redirects there, its bytes raw in UTF-8; without `where`, nowhere."""
    where = to.numbers.get("where")
    location = (("Location", where.encode().decode("latin-1")),) if where else ()
    to.answer(int(to.number("status", 302)), b"", *location)


def _endless_redirect(to: _Handler) -> None:
    to.head(302, ("Location", "/page"), ("Transfer-Encoding", "chunked"))
    with contextlib.suppress(OSError):
        while to.goes_on:
            to.chunk(b" " * 65536)
    to.close_connection = True


# --- servers that want to be left alone --------------------------------------------------------


def _flaky(to: _Handler) -> None:
    """`status` the first `fails` times, with Retry-After if `after` is given, then the page.

    `after` counts seconds; with "date=1" they are sent as a date.
    """
    if to.times > to.number("fails", 1):
        to.answer(200, to.page)
        return
    after = to.numbers.get("after")
    if after is not None and "date" in to.numbers:
        after = formatdate(time.time() + float(after), usegmt=True)
    headers = (("Retry-After", after),) if after is not None else ()
    to.answer(int(to.number("status", 503)), b"<p>busy</p>", *headers)


PATHS: dict[str, Callable[[_Handler], None]] = {
    "moved-robots": _moved_robots,
    "page": _page,
    "slow": _slow,
    "raw": _raw,
    "refused-after": _refused_after,
    "walled-after": _walled_after,
    "not-found": _not_found_200,
    "list-for-article": _list_for_article,
    "status": _status,
    "cookie": _cookie,
    "reset": _reset,
    "closed": _closed,
    "silent": _silent,
    "not-http": _not_http,
    "drip": _drip,
    "drip-head": _drip_head,
    "drip-lines": _drip_lines,
    "short": _short,
    "long": _long,
    "two-lengths": _two_lengths,
    "torn-chunks": _torn_chunks,
    "bad-chunks": _bad_chunks,
    "huge": _huge,
    "endless": _endless,
    "many-headers": _many_headers,
    "encoded": _encoded,
    "circle": _circle,
    "hops": _hops,
    "to": _to,
    "endless-redirect": _endless_redirect,
    "flaky": _flaky,
}
