"""One request at a time per host, with a pause between two of them that follows how the host fares.

The pause is `pace_seconds` of the portal file, or the crawl-delay of robots.txt, while all is well.
It is never shorter than the last answers took, where they took long; it doubles with every sign
that the host has too much to do, and shrinks back slowly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from scraper.errors import NotAsked, Unreachable
from scraper.fetching.hosts import Held, HostFolder, HostState, Moment

LOOK_SECONDS = 0.1  # how soon a waiting thread notices that it shall stop
DEFAULT_PORTS = {"http": 80, "https": 443}
POLL_SECONDS = 0.02  # how often a process looks whether another's turn is over
YIELD_SECONDS = 0.2  # so long the one that asked last lets others have their turn first
LONGEST_WAIT_SECONDS = 120.0  # a longer rest is left to a later run

# The numbers from here on are ours. A pause as long as the answer keeps a server busy with us for
# half of its time at most, as Scrapy's AutoThrottle aims at; Heritrix waits five times as long.
# Answers within a second say nothing about load: a page of a healthy portal takes 0.1-0.8 s.
ANSWERS_WELL_SECONDS = 1.0
NEWEST_COUNTS = 0.3  # the share of the newest answer in what the last ones took
STEP_SECONDS = 0.5  # the first pause after trouble, where pace_seconds is shorter
SLOWEST_SECONDS = 60.0  # trouble leads to no longer pause
SHRINKS = 0.8  # a pause that trouble led to, after each good answer: from 60 s to 2 s in 16

# Left alone because it refused all: so long, then twice as long with each run that fares the same.
REFUSED_REST_SECONDS = 3600.0
LONGEST_REFUSED_REST_SECONDS = 24 * 3600.0
# Hosts that say how often they want to be asked, whatever a portal file says. The Wayback Machine
# blocks for an hour who asks more than sixty times a minute, and twice as long each time after.
LEAST_PACE_SECONDS = {
    "web.archive.org": 1.5,
    "index.commoncrawl.org": 1.5,
    "data.commoncrawl.org": 0.5,
}


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


class Turn:
    """The time in which one caller alone may ask a host; what it met is told here."""

    def __init__(self, state: HostState, *, step_seconds: float, pace_seconds: float) -> None:
        self.state = state
        self.pace_seconds = pace_seconds  # in force before this turn
        self.waited_seconds = 0.0
        self._step_seconds = step_seconds
        self._began_at = time.monotonic()
        self._answered = False

    def begin(self, waited_seconds: float) -> None:
        self.waited_seconds = waited_seconds
        self._began_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the turn has taken."""
        return time.monotonic() - self._began_at

    def went_well(self) -> None:
        """The host answered as it should, if only for this page: a pause that grew shrinks."""
        self._answered = True
        slower = self.state.slower_seconds * SHRINKS
        if slower < self._step_seconds:
            slower = 0.0
        if slower != self.state.slower_seconds:
            self.state = replace(self.state, slower_seconds=slower)

    def met_trouble(self) -> None:
        """The host has too much to do, or breaks off: the pause grows."""
        longer = max(2 * self.state.slower_seconds, self.pace_seconds, self._step_seconds)
        bounded = min(longer, max(SLOWEST_SECONDS, self.pace_seconds))
        self.state = replace(self.state, slower_seconds=bounded if self._step_seconds else 0.0)

    def rest(self, seconds: float, reason: str) -> None:
        """Nobody asks the host within the next `seconds`; a longer rest that stands is kept."""
        if seconds > self.state.missing_rest_seconds():
            self.state = replace(
                self.state, rested=Moment.now(), rest_seconds=seconds, rest_reason=reason
            )

    def leave(self, reason: str) -> None:
        """Leave the host alone because it refuses all: an hour, the next time two, up to a day."""
        runs = self.state.refused_runs
        seconds = min(REFUSED_REST_SECONDS * 2.0 ** min(runs, 10), LONGEST_REFUSED_REST_SECONDS)
        self.rest(seconds, reason)
        self.state = replace(self.state, refused_runs=runs + 1)

    def serves(self) -> None:
        """The host is known to serve this program: earlier refusals are forgotten."""
        if self.state.refused_runs:
            self.state = replace(self.state, refused_runs=0)

    def end(self) -> HostState:
        """What is known of the host after the turn: one that failed burdened it too."""
        answer_seconds = self.state.answer_seconds
        if self._answered:
            answer_seconds += NEWEST_COUNTS * (self.seconds - answer_seconds)
        return replace(self.state, ended=Moment.now(), answer_seconds=answer_seconds)


class _Host:
    """What this process knows of a host, and which of its threads is asking it now."""

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.state = HostState()
        self.asked_last = False  # this process was the last that had a turn


class Pace:
    """Turns at hosts; one object is shared by all fetchers of a process, so that portals on one
    host wait for each other, and one `folder` by all processes that work on one archive."""

    def __init__(self, folder: Path | None = None, *, step_seconds: float = STEP_SECONDS) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._shared = None if folder is None else HostFolder(folder)
        self._step_seconds = step_seconds

    @contextmanager
    def turn(
        self, host: str, seconds: float, *, stop: threading.Event | None = None
    ) -> Iterator[Turn]:
        """The time in which the caller alone may ask `host`, over all processes.

        Begins at least `seconds` after the end of the turn before. Raises NotAsked where the host
        is to be left alone for longer than is worth waiting for, and Unreachable("stopped") soon
        after `stop` is set while waiting.
        """
        came_at = time.monotonic()
        known = self._host(host)
        while not known.busy.acquire(timeout=LOOK_SECONDS):
            _mind(stop)
        held: Held | None = None
        try:
            held = self._held(host, known, stop)
            state = known.state if held is None else _newer(held.read(), known.state)
            known.state = state = state.mended()
            pace_seconds = _pause_seconds(state, seconds)
            turn = Turn(state, step_seconds=self._step_seconds, pace_seconds=pace_seconds)
            self._wait(host, turn, held, stop)
            turn.begin(time.monotonic() - came_at)
            try:
                yield turn
            finally:
                known.state = turn.end()
                if held is not None:
                    held.write(host, known.state)
        finally:
            if held is not None:
                held.release()
            known.busy.release()

    def _wait(self, host: str, turn: Turn, held: Held | None, stop: threading.Event | None) -> None:
        """Wait out the pause and a short rest; raises NotAsked for a long one."""
        rest_seconds = turn.state.missing_rest_seconds()
        if rest_seconds > LONGEST_WAIT_SECONDS:
            if held is not None:
                held.write(host, turn.state)  # it may have been mended
            raise _left_alone(host, turn.state, rest_seconds)
        missing = max(rest_seconds, turn.pace_seconds - turn.state.since_end_seconds())
        if turn.pace_seconds > 0 and held is not None:
            # Killed in its turn, a process could not say that it asked: it is said before.
            held.write(host, replace(turn.state, ended=Moment.now()))
        if missing > 0:
            pause(missing, stop)
        _mind(stop)

    def _held(self, host: str, known: _Host, stop: threading.Event | None) -> Held | None:
        """The host's file, locked, when no other process has it; None where files are not used."""
        shared = self._shared
        if shared is None or not shared.usable:
            return None
        if known.asked_last and shared.others_wait(host):
            _let_others_go_first(shared, host, stop)
        held = shared.hold(host)
        if held is None and shared.usable:
            known.asked_last = False
            try:
                while held is None and shared.usable:
                    shared.wait_here(host)
                    pause(POLL_SECONDS, stop)
                    held = shared.hold(host)
            finally:
                shared.waited(host)
        known.asked_last = True
        return held

    def _host(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())


def _let_others_go_first(shared: HostFolder, host: str, stop: threading.Event | None) -> None:
    """Without this, one that reads between its requests for less than others look would be asking
    all the time. Who waits takes its mark away when it has its turn."""
    until = time.monotonic() + YIELD_SECONDS
    while shared.others_wait(host) and time.monotonic() < until:
        pause(POLL_SECONDS, stop)


def _pause_seconds(state: HostState, wanted_seconds: float) -> float:
    slow = state.answer_seconds if state.answer_seconds > ANSWERS_WELL_SECONDS else 0.0
    return max(wanted_seconds, min(max(slow, state.slower_seconds), SLOWEST_SECONDS))


def _newer(shared: HostState, own: HostState) -> HostState:
    """What stands in the host's file, but where this process knows of a later request: its file was
    taken away, or could not be written."""
    return own if own.since_end_seconds() < shared.since_end_seconds() else shared


def _left_alone(host: str, state: HostState, seconds: float) -> NotAsked:
    retry_at = datetime.now(UTC) + timedelta(seconds=seconds)
    why = state.rest_reason or f"{host} wants to be left alone"
    return NotAsked(
        f"not asked for: {why}; left alone until {retry_at:%Y-%m-%d %H:%M} UTC",
        url=None,
        retry_at=retry_at,
    )


def _mind(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Unreachable("stopped")
