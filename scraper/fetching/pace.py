"""One request at a time per host, with a pause between two of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from scraper.errors import Unreachable

LOOK_SECONDS = 0.1  # how soon a waiting thread notices that it shall stop
DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """The host that a request to `url` burdens: http and https of one name are one host."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)):
        return name
    return f"{name}:{parts.port}"


def pause(seconds: float, stop: threading.Event | None) -> None:
    """Sleep; raises Unreachable("stopped") soon after `stop` is set."""
    if stop is None:
        time.sleep(max(0.0, seconds))
    elif stop.wait(max(0.0, seconds)) or stop.is_set():
        raise Unreachable("stopped")


class _Host:
    """When a host was last asked, and who is asking it now."""

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.ended_at: float | None = None  # seconds of time.monotonic
        self.rests_until = 0.0


class Pace:
    """Turns at hosts; one object is shared by all fetchers of a process, so that portals on one
    host wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(
        self, host: str, seconds: float, *, stop: threading.Event | None = None
    ) -> Iterator[None]:
        """The time in which the caller alone may ask `host`.

        Begins at least `seconds` after the end of the turn before. Raises Unreachable("stopped")
        soon after `stop` is set while waiting.
        """
        state = self._state(host)
        while not state.busy.acquire(timeout=LOOK_SECONDS):
            if stop is not None and stop.is_set():
                raise Unreachable("stopped")
        try:
            self._wait(state, seconds, stop)
            try:
                yield
            finally:  # a request that failed burdened the host too
                state.ended_at = time.monotonic()
        finally:
            state.busy.release()

    def rest(self, host: str, seconds: float) -> None:
        """Begin no turn at `host` within the next `seconds`: the host asked for it."""
        state = self._state(host)
        state.rests_until = max(state.rests_until, time.monotonic() + seconds)

    def _wait(self, state: _Host, seconds: float, stop: threading.Event | None) -> None:
        while True:
            earliest = state.rests_until
            if state.ended_at is not None:
                earliest = max(earliest, state.ended_at + seconds)
            missing = earliest - time.monotonic()
            if missing <= 0:
                break
            pause(missing, stop)
        if stop is not None and stop.is_set():
            raise Unreachable("stopped")

    def _state(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
