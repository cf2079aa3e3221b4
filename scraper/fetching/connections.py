"""The connections under requests: made by the guard, read within limits of time, with answers that
break off in their headers told from whole ones."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import wait_for_read

from scraper.errors import Unreachable
from scraper.fetching import guard
from scraper.fetching.pace import LOOK_SECONDS
from scraper.records import FetchRule

CONNECT_SECONDS = 20.0  # a machine that is up answers within 3; packets get lost
PIECE_BYTES = 1 << 16
HINTS = frozenset({102, 103})  # interim answers; http.client passes over 100 by itself


class Limits:
    """Until when the request in hand may take, whether to go on at all, and whom it may visit."""

    def __init__(self, rule: FetchRule, *, stop: threading.Event | None) -> None:
        self._seconds = rule.timeout_seconds
        self._stop = stop
        self._ends_at = 0.0
        self.allow_private = rule.allow_private
        self.connections = 0  # made so far

    def start(self) -> None:
        self._ends_at = time.monotonic() + self._seconds

    def are_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    def missing_seconds(self) -> float:
        missing = self._ends_at - time.monotonic()
        if missing <= 0:
            raise TimeoutError("the time for one answer is over")
        return missing

    def wait_for(self, sock: socket.socket) -> None:
        """Wait until bytes have come. Raises TimeoutError, or Unreachable("stopped")."""
        if not (isinstance(sock, ssl.SSLSocket) and sock.pending()):
            while True:
                if self._stop is not None and self._stop.is_set():
                    raise Unreachable("stopped")
                if wait_for_read(sock, min(self.missing_seconds(), LOOK_SECONDS)):
                    break
        sock.settimeout(self.missing_seconds())


class _Stream(io.RawIOBase):
    """The bytes of an answer, each awaited within the limits."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._limits = limits
        self.ended = False  # the server has closed the connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._limits.wait_for(self._sock)
        count = self._raw.readinto(buffer)
        self.ended = self.ended or count == 0
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self._stream = _Stream(sock, limits)
        self.fp = io.BufferedReader(self._stream, PIECE_BYTES)

    def begin(self) -> None:
        """Read status and headers; http.client takes their end for granted where the connection
        ends, and hints that come before an answer for the answer."""
        super().begin()
        while self.status in HINTS:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        if self._stream.ended:
            raise http.client.HTTPException("the headers end in the middle")


def _prepare(connection: HTTPConnection, limits: Limits) -> None:
    """Let the connection's answers be read within the limits."""
    connection.response_class = partial(_Response, limits=limits)  # type: ignore[assignment]


def _connected(connection: HTTPConnection, limits: Limits) -> socket.socket:
    """A connection that the guard has made; a name is kept for Host and TLS."""
    timeout = connection.timeout
    seconds = timeout if isinstance(timeout, int | float) else CONNECT_SECONDS
    limits.connections += 1
    return guard.connect(
        connection.host,
        connection.port,
        allow_private=limits.allow_private,
        timeout_seconds=min(seconds, limits.missing_seconds()),
    )


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        _prepare(self, limits)

    def _new_conn(self) -> socket.socket:
        return _connected(self, self._limits)


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        _prepare(self, limits)

    def _new_conn(self) -> socket.socket:
        return _connected(self, self._limits)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Adapter(HTTPAdapter):
    def __init__(self, limits: Limits, *, context: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._context = context
        super().__init__(pool_connections=10, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_PlainPool, limits=self._limits),
            "https": partial(_SecurePool, limits=self._limits),
        }


class Session(requests.Session):
    def get_redirect_target(self, response: requests.Response) -> None:
        """None, as requests would read the whole body of a redirect to prepare the next request."""
