"""A line for every request, so that an operator can show how a portal was asked.

`archive.requests/YYYY-MM.jsonl`: one JSON object a line, one file a month (UTC), written by all
processes. A line is one write at the end of the file: after a kill too it is there whole or not at
all. A power cut or a full disk can leave a torn last line; the next one begins a line of its own.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request, or one that was not made and why; what does not apply is None and left out."""

    at: datetime  # aware UTC: when it was sent, or would have been
    host: str
    method: str
    url: str
    portal: str | None = None
    status: int | None = None
    failure: str | None = None  # why no whole answer came
    not_asked: str | None = None  # why no request was made
    seconds: float | None = None  # to the end of the answer
    received_bytes: int | None = None  # of the body, as they came
    waited_seconds: float | None = None  # for the turn, before it was sent
    pace_seconds: float | None = None  # the pause in force


class RequestLog:
    """The folder of the log; one object may serve all fetchers of a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._month = ""
        self._number: int | None = None
        self._said = False

    def write(self, request: LoggedRequest) -> None:
        """Write one line. A log that cannot be written stops no collecting; it is said once."""
        line = _line(request)
        with self._lock:
            try:
                self._write(f"{request.at:%Y-%m}", line)
            except OSError as error:
                self._close()
                if not self._said:
                    self._said = True
                    logging.getLogger("scraper.fetching").warning(
                        "%s cannot be written (%s): requests are not noted there",
                        self._folder,
                        error.strerror or error,
                    )

    def close(self) -> None:
        with self._lock:
            self._close()

    def _write(self, month: str, line: bytes) -> None:
        if month != self._month or self._number is None:
            self._close()
            self._number = self._opened(month)
            self._month = month
        if os.write(self._number, line) < len(line):  # the disk is full
            self._close()

    def _opened(self, month: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{month}.jsonl"
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(number).st_size
        if size and os.pread(number, 1, size - 1) != b"\n":  # a torn line stands for itself
            os.write(number, b"\n")
        return number

    def _close(self) -> None:
        if self._number is not None:
            os.close(self._number)
            self._number = None


def now() -> datetime:
    return datetime.now(UTC)


def _line(request: LoggedRequest) -> bytes:
    values: dict[str, object] = {
        "at": request.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "portal": request.portal,
        "host": request.host,
        "method": request.method,
        "url": request.url,
        "status": request.status,
        "failure": request.failure,
        "not_asked": request.not_asked,
        "seconds": _rounded(request.seconds),
        "bytes": request.received_bytes,
        "waited_seconds": _rounded(request.waited_seconds),
        "pace_seconds": _rounded(request.pace_seconds),
    }
    told = {name: value for name, value in values.items() if value is not None}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
