"""One function over many arguments in all cores: what dies or hangs costs one argument.

A pool of concurrent.futures breaks as a whole when one of its processes dies, and cannot say over
which argument; here that argument is given back as `Lost`, and the others go on.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from scraper.errors import ScraperError

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")
Prepare = Callable[[], AbstractContextManager[Callable[[Argument], Answer]]]

AHEAD = 16  # arguments that a process is given beforehand, so that it never waits for the next
LOOK_SECONDS = 0.2  # how soon a stop is seen
END_SECONDS = 10.0  # for a process that was told to end
_SIGNALS = (signal.SIGINT, signal.SIGTERM)  # a terminal sends them to all processes of a job


@dataclass(frozen=True, slots=True)
class Lost(Generic[Argument]):
    """An argument that has no answer, and why."""

    argument: Argument
    reason: str


@dataclass(frozen=True, slots=True)
class _Began:
    """What a process says first: that it is ready, or why it cannot be."""

    trouble: str | None = None


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def answers(
    prepare: Prepare[Argument, Answer],
    arguments: Iterable[Argument],
    *,
    jobs: int,
    patience_seconds: float,
    stop: threading.Event | None = None,
) -> Generator[Answer | Lost[Argument], None, None]:
    """What the function says to each argument, as the answers come, from `jobs` processes.

    Each process calls `prepare` once and keeps what it gives open while it works; `prepare`, the
    arguments and the answers are pickled. An argument over which the function raises, dies, or is
    not done after `patience_seconds` comes back as Lost. `stop` ends it at once. With 0 jobs all is
    done in this process, where nothing guards against death and hanging. Raises ScraperError where
    the processes cannot begin.
    """
    halt = stop or threading.Event()
    if jobs == 0:
        yield from _here(prepare, arguments, halt)
        return
    crew = _Crew(prepare, arguments, jobs=jobs, patience_seconds=patience_seconds)
    try:
        while not halt.is_set() and crew.give():
            yield from crew.take()
    finally:
        crew.end()


def _here(
    prepare: Prepare[Argument, Answer], arguments: Iterable[Argument], halt: threading.Event
) -> Iterator[Answer | Lost[Argument]]:
    with prepare() as function:
        for argument in arguments:
            if halt.is_set():
                return
            yield _answer(function, argument)


def _answer(function: Callable[[Argument], Answer], argument: Argument) -> Answer | Lost[Argument]:
    try:
        return function(argument)
    except Exception as error:  # one argument must not cost the others
        return Lost(argument, f"{type(error).__name__}: {error}")


class _Crew(Generic[Argument, Answer]):
    """The processes, and what each was given."""

    def __init__(
        self,
        prepare: Prepare[Argument, Answer],
        arguments: Iterable[Argument],
        *,
        jobs: int,
        patience_seconds: float,
    ) -> None:
        self.prepare = prepare
        self.rest = iter(arguments)
        self.given_back: deque[Argument] = deque()  # by processes that were lost
        self.jobs = jobs
        self.patience_seconds = patience_seconds
        self.workers: list[_Worker[Argument]] = []

    def give(self) -> bool:
        """Fill every process' hands, beginning processes as needed; False when all is answered."""
        for full in range(1, AHEAD + 1):
            for place in range(self.jobs):
                worker = self.workers[place] if place < len(self.workers) else None
                if worker is not None and len(worker.pending) >= full:
                    continue
                try:
                    argument = self.given_back.popleft() if self.given_back else next(self.rest)
                except StopIteration:
                    return any(worker.pending for worker in self.workers)
                if worker is None:
                    worker = _Worker(self.prepare)
                    self.workers.append(worker)
                if not worker.give(argument):  # it has died; `take` will see that
                    self.given_back.appendleft(argument)
                    return True
        return True

    def take(self) -> Iterator[Answer | Lost[Argument]]:
        """What has been answered by now; waits a little for it."""
        ready = set(wait([worker.pipe for worker in self.workers], timeout=LOOK_SECONDS))
        for worker in list(self.workers):
            if worker.pipe in ready:
                try:
                    said = worker.pipe.recv()
                except (EOFError, OSError, pickle.UnpicklingError):
                    yield from self.lose(worker, f"its process {worker.ended()}")
                    continue
                worker.since = time.monotonic()
                if isinstance(said, _Began):
                    worker.began(said)
                    continue
                worker.pending.popleft()
                yield said
            elif worker.hangs(self.patience_seconds):
                worker.process.kill()
                yield from self.lose(worker, f"not done after {self.patience_seconds:g} seconds")

    def lose(self, worker: _Worker[Argument], reason: str) -> Iterator[Lost[Argument]]:
        """Go on without a process: what it had in hand is lost, the rest is given to others."""
        worker.end()
        self.workers.remove(worker)
        if not worker.ready:
            raise ScraperError(f"a process for reading could not begin: {reason}")
        if worker.pending:
            yield Lost(worker.pending.popleft(), reason)
        self.given_back.extend(worker.pending)

    def end(self) -> None:
        for worker in self.workers:
            worker.process.kill()  # it has nothing to save
        for worker in self.workers:
            worker.end()
        self.workers.clear()


class _Worker(Generic[Argument]):
    """One process and the pipe to it."""

    def __init__(self, prepare: Callable[[], Any]) -> None:
        context = get_context("spawn")  # threads and an open database do not bear a fork
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, prepare), daemon=True)
        with signals_held():
            self.process.start()
        theirs.close()
        self.pending: deque[Argument] = deque()  # the first is in its hands
        self.since = time.monotonic()  # it last said something, or was given something to do
        self.ready = False

    def began(self, said: _Began) -> None:
        if said.trouble is not None:
            raise ScraperError(f"a process for reading could not begin: {said.trouble}")
        self.ready = True

    def give(self, argument: Argument) -> bool:
        if not self.pending:
            self.since = time.monotonic()
        try:
            self.pipe.send(argument)
        except OSError:
            return False
        self.pending.append(argument)
        return True

    def hangs(self, patience_seconds: float) -> bool:
        waited = time.monotonic() - self.since
        return self.ready and bool(self.pending) and waited > patience_seconds

    def ended(self) -> str:
        """How the process ended, in words."""
        self.process.join(END_SECONDS)
        code = self.process.exitcode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def end(self) -> None:
        self.pipe.close()
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def _serve(pipe: Connection, prepare: Prepare[Argument, Answer]) -> None:
    """What a process does: answers until the other end of the pipe is closed."""
    for number in _SIGNALS:  # who began it decides when it ends
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    with suppress(EOFError, OSError):
        try:
            prepared = prepare()
            function = prepared.__enter__()
        except Exception as error:
            pipe.send(_Began(f"{type(error).__name__}: {error}"))
            return
        try:
            pipe.send(_Began())
            while True:
                pipe.send(_answer(function, pipe.recv()))
        finally:
            prepared.__exit__(None, None, None)


@contextmanager
def signals_held() -> Iterator[None]:
    """A process that is begun inside takes no Ctrl-C before it has chosen to ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
