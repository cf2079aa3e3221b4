"""What the processes that work on one archive tell each other of hosts.

A file per host, `archive.db.hosts/HOST.json`: who holds its lock has the turn, and what stands in
it is when the last request ended, how slowly the host is to be asked, and how long it is to be
left alone. Nothing here has to survive a power cut, so nothing waits for the disk; a file that
cannot be read says nothing, and a folder that cannot be used leaves each process to itself.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import re
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: each process keeps its pace for itself
    fcntl = None  # type: ignore[assignment]

LONGEST_REST_SECONDS = 30 * 24 * 3600.0  # some servers send nonsense in Retry-After
LONGEST_NAME = 100  # letters of a file's name that are the host's
MOST_BYTES = 4096
WAITS_SECONDS = 1.0  # a mark of one who waits that is older was left behind by a killed process


def _boot() -> str:
    """The same for all processes since the machine started; else one of this process alone."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return uuid.uuid4().hex


BOOT = _boot()
_STEADY_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)  # goes on while the machine sleeps


def steady_seconds() -> float:
    """Seconds that no setting of the clock moves; equal in all processes since the start."""
    return time.monotonic() if _STEADY_CLOCK is None else time.clock_gettime(_STEADY_CLOCK)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, so that it can be told after the clock was set and after a restart."""

    boot: str
    steady: float  # steady_seconds() of that boot
    at: float  # time.time()

    @classmethod
    def now(cls) -> Moment:
        return cls(BOOT, steady_seconds(), time.time())

    def elapsed_seconds(self) -> float | None:
        """How long ago it was; None where the clock was set back and nobody knows."""
        if self.boot == BOOT:
            return max(0.0, steady_seconds() - self.steady)
        passed = time.time() - self.at
        return passed if passed >= 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of one host."""

    ended: Moment | None = None  # of the last request
    answer_seconds: float = 0.0  # what the last answers took, the newest counting most
    slower_seconds: float = 0.0  # the pause that trouble has led to; 0: there is none
    rested: Moment | None = None  # when the host was last left alone
    rest_seconds: float = 0.0  # for so long
    rest_reason: str = ""
    refused_runs: int = 0  # how often in a row it was left alone because it refused all

    def since_end_seconds(self) -> float:
        """How long no request has been made; 0 where the clock was set back meanwhile."""
        return math.inf if self.ended is None else self.ended.elapsed_seconds() or 0.0

    def missing_rest_seconds(self) -> float:
        """How much longer the host is to be left alone; not above 0: no longer."""
        if self.rested is None:
            return 0.0
        return self.rest_seconds - (self.rested.elapsed_seconds() or 0.0)

    def mended(self) -> HostState:
        """The same, but a rest whose beginning lies in the future begins now."""
        if self.rested is not None and self.rested.elapsed_seconds() is None:
            return replace(self, rested=Moment.now())
        return self


class Held:
    """One host's file, locked: no other process has a turn at the host until `release`."""

    def __init__(self, number: int) -> None:
        self._number = number

    def read(self) -> HostState:
        return read_state(os.pread(self._number, MOST_BYTES, 0))

    def write(self, host: str, state: HostState) -> None:
        """One write, so that a kill leaves the old or the new, perhaps with the end of a longer
        old one behind its line, which is not read; a full disk leaves the old."""
        text = written_state(host, state)
        with suppress(OSError):
            os.pwrite(self._number, text, 0)
            os.ftruncate(self._number, len(text))

    def release(self) -> None:
        # Said, not left to close(): a worker process forked meanwhile holds the same open file.
        fcntl.flock(self._number, fcntl.LOCK_UN)
        os.close(self._number)


class HostFolder:
    """The folder of the hosts' files; made when the first is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._usable = fcntl is not None
        self._made = False

    @property
    def usable(self) -> bool:
        """Whether the processes can be told anything; not after the first failure."""
        return self._usable

    def hold(self, host: str) -> Held | None:
        """The host's file, locked; None while another process holds it, and where none can."""
        number = None
        try:
            number = self._opened(host)
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            assert number is not None
            os.close(number)
            return None
        except OSError as error:
            if number is not None:
                os.close(number)
            self._give_up(error)
            return None
        return Held(number)

    def wait_here(self, host: str) -> None:
        """Leave a mark that this process waits, so that the one who asks lets it have a turn."""
        path = self._path(host, "waiting")
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
            os.utime(path)

    def waited(self, host: str) -> None:
        """Take the mark away."""
        with suppress(OSError):
            os.unlink(self._path(host, "waiting"))

    def others_wait(self, host: str) -> bool:
        """Whether another process has waited for the host within the last second."""
        try:
            marked_at = os.stat(self._path(host, "waiting")).st_mtime
        except OSError:
            return False
        return abs(time.time() - marked_at) < WAITS_SECONDS

    def _opened(self, host: str) -> int:
        path = self._path(host, "json")
        if not self._made:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._made = True
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # the folder was taken away meanwhile
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def _path(self, host: str, suffix: str) -> str:
        return f"{self._folder}{os.sep}{file_name(host)}.{suffix}"

    def _give_up(self, error: OSError) -> None:
        with self._lock:
            if self._usable:
                self._usable = False
                logging.getLogger("scraper.fetching").warning(
                    "%s cannot be used (%s): other commands that run beside this one may ask the "
                    "same hosts at the same time",
                    self._folder,
                    error.strerror or error,
                )


def file_name(host: str) -> str:
    """A host's name as a file's: another for each host, however it is written."""
    plain = re.sub(r"[^a-z0-9.-]", "_", host.lower())[:LONGEST_NAME]
    if plain == host and not plain.startswith("."):
        return plain
    return f"_{plain}-{hashlib.sha256(host.encode('utf-8', 'replace')).hexdigest()[:12]}"


def written_state(host: str, state: HostState) -> bytes:
    """The state as a line of JSON."""
    values: dict[str, Any] = {"host": host}
    if state.ended is not None:
        values["ended"] = _listed(state.ended)
    if state.answer_seconds:
        values["answer_seconds"] = round(state.answer_seconds, 4)
    if state.slower_seconds:
        values["slower_seconds"] = round(state.slower_seconds, 3)
    if state.rested is not None and state.missing_rest_seconds() > 0:
        values["rested"] = _listed(state.rested)
        values["rest_seconds"] = round(state.rest_seconds, 3)
        values["rest_reason"] = state.rest_reason[:500]
    if state.refused_runs:
        values["refused_runs"] = state.refused_runs
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def read_state(text: bytes) -> HostState:
    """The state that a file holds; of what cannot be understood, nothing is known."""
    line = text.partition(b"\n")[0]
    try:
        values = json.loads(line) if line else {}
    except (ValueError, RecursionError):
        return HostState()
    if not isinstance(values, dict):
        return HostState()
    return HostState(
        ended=_moment(values.get("ended")),
        answer_seconds=_number(values.get("answer_seconds"), highest=3600.0),
        slower_seconds=_number(values.get("slower_seconds"), highest=3600.0),
        rested=_moment(values.get("rested")),
        rest_seconds=_number(values.get("rest_seconds"), highest=LONGEST_REST_SECONDS),
        rest_reason=str(values.get("rest_reason", "")),
        refused_runs=int(_number(values.get("refused_runs"), highest=1000.0)),
    )


def _listed(moment: Moment) -> list[Any]:
    return [moment.boot, round(moment.steady, 4), round(moment.at, 4)]


def _moment(value: Any) -> Moment | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    boot, steady, at = value
    fine = isinstance(boot, str) and _is_number(steady) and _is_number(at)
    return Moment(boot, float(steady), float(at)) if fine else None


def _number(value: Any, *, highest: float) -> float:
    return min(max(float(value), 0.0), highest) if _is_number(value) else 0.0


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e15  # also neither infinite nor no number
