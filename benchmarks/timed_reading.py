"""The loop of a process that reads pages and tells what it found, at what cost.

A request is a line of JSON on stdin (path, url, and what a reader wants besides); its answer is a
line on stdout: what the reader found, `ms` of CPU for it, `parse_ms` for a bare lxml parse of the
same page as UTF-8, the process's memory, and `error` where the reader raised. Only the standard
library and lxml are needed here: peers read in environments of their own.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

PAGE_SECONDS = 120  # wall time; readers that hang on a page are stopped

# Gets a page ready (untimed), and returns what is timed.
Prepare = Callable[[bytes, Mapping[str, Any]], Callable[[], dict[str, Any]]]


class TooSlow(BaseException):
    """No Exception, so that a reader that catches everything does not catch this."""


def serve(prepare: Prepare) -> None:
    """Answer every request until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a reader prints is no answer
    signal.signal(signal.SIGALRM, _stop)
    for number, line in enumerate(sys.stdin):
        request = json.loads(line)
        body = page_bytes(Path(request["path"]))
        answer = _answer(prepare, body, request, parse_first=number % 2 == 0)
        answers.write(json.dumps(answer | _memory(), ensure_ascii=True) + "\n")
        answers.flush()


def page_bytes(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body


def as_utf8(body: bytes) -> bytes:
    return body.decode("utf-8", "replace").encode("utf-8")


def _answer(
    prepare: Prepare, body: bytes, request: Mapping[str, Any], *, parse_first: bool
) -> dict[str, Any]:
    """What the reader found. Parse and reading take turns in being first: the second is warmer."""
    utf8 = as_utf8(body)
    parse_ms = _milliseconds_of_a_parse(utf8) if parse_first else 0.0
    answer = _timed(prepare, body, request)
    if not parse_first:
        parse_ms = _milliseconds_of_a_parse(utf8)
    return answer | {"parse_ms": round(parse_ms, 4)}


def _timed(prepare: Prepare, body: bytes, request: Mapping[str, Any]) -> dict[str, Any]:
    signal.alarm(PAGE_SECONDS)
    start = time.process_time()
    try:
        read = prepare(body, request)
        start = time.process_time()
        found = read()
    except (Exception, TooSlow) as error:
        found = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    finally:
        signal.alarm(0)
    return found | {"ms": round((time.process_time() - start) * 1000, 4)}


def _milliseconds_of_a_parse(utf8: bytes) -> float:
    start = time.process_time()
    _parse(utf8)
    return (time.process_time() - start) * 1000


def _parse(utf8: bytes) -> None:
    """Parse and let go of the tree: readers too pay for both."""
    try:
        etree.fromstring(utf8, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    except (etree.LxmlError, ValueError):
        return


def _memory() -> dict[str, float]:
    """Resident memory now and at most, in MB; nothing where the system does not tell.

    Not by getrusage(): its maximum holds that of the process that started this one.
    """
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return {}
    sizes = dict(line.split(":", 1) for line in lines)
    return {
        "memory_mb": round(int(sizes["VmRSS"].split()[0]) / 1024, 1),
        "peak_mb": round(int(sizes["VmHWM"].split()[0]) / 1024, 1),
    }


def _stop(signal_number: int, frame: object) -> None:
    raise TooSlow(f"more than {PAGE_SECONDS} s")
