"""Who reads the pages of all portals: this process while they are few, else processes beside it.

Reading takes most of a page's time, and Python reads one page at a time in a process. Such a
process holds no file of ours open, and ends with the one that began it, however that ends.
"""

from __future__ import annotations

import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Self

from scraper.all_cores import cores, signals_held
from scraper.reading import Page, Read, Reader, Rules, fit_for_travel

JOBS = 2  # processes; each takes some 50 MB
MANY_PAGES, MANY_SECONDS = 40, 2.0  # so many in so short a time, and processes are begun
IDLE_SECONDS = 60.0  # then a process is let go
PATIENCE_SECONDS = 120.0  # for one page; the largest that were met take ten
LOOK_SECONDS = 0.25  # how soon a process sees that it was left alone
END_SECONDS = 10.0  # for a process whose pipe was closed
AHEAD = 4  # pages that a process is given beforehand, so that it never waits for the next
REST_BYTES = 50_000  # of a page beside its body: headers, the rules
PIPE_BYTES = 1 << 20  # what Linux lets anyone have
MOST_RULES = 256  # portals whose rules a process keeps
_SIGNALS = (signal.SIGINT, signal.SIGTERM)  # a terminal sends them to all processes of a job
_BEGIN = "import sys; sys.path[:] = {path!r}; from scraper.readers import serve; serve()"


@dataclass(slots=True)
class _Task:
    rules: Rules
    page: Page
    future: Future[Read] = field(default_factory=Future)


class Readers:
    """Reads pages for many threads. Several may use it at once."""

    def __init__(self, *, jobs: int | None = None, many_pages: int = MANY_PAGES) -> None:
        enough = os.name == "posix" and cores() > 1
        self.jobs = jobs if jobs is not None else JOBS if enough else 0
        self._lock = threading.Lock()
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._asked_at: deque[float] = deque(maxlen=many_pages)  # time.monotonic
        self._threads: set[threading.Thread] = set()
        self._ready = 0  # processes that can read
        self._not_before = 0.0  # time.monotonic: when to try again to begin a process
        self._closed = False

    def read(self, reader: Reader, page: Page) -> Future[Read]:
        """What a page says, as soon as it is known; waiting for it raises nothing."""
        now = time.monotonic()
        with self._lock:
            self._asked_at.append(now)
            if self._ready and reader.instead is None:
                task = _Task(reader.rules, page)
                self._tasks.put(task)
                return task.future
            many = len(self._asked_at) == self._asked_at.maxlen
            if many and now - self._asked_at[0] <= MANY_SECONDS and now >= self._not_before:
                self._begin()
        done: Future[Read] = Future()
        done.set_result(reader.read(page))
        return done

    @property
    def processes(self) -> int:
        """How many processes beside this one can read now."""
        return self._ready

    def close(self) -> None:
        """End the processes; nothing may be waited for any more."""
        with self._lock:
            self._closed = True
            threads = list(self._threads)
        for _ in threads:
            self._tasks.put(None)
        for thread in threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        """One thread for each process; held by the lock."""
        while len(self._threads) < self.jobs and not self._closed:
            name = f"reader-{len(self._threads)}"
            thread = threading.Thread(target=self._serve, name=name, daemon=True)
            self._threads.add(thread)
            thread.start()

    def _serve(self) -> None:
        """One thread: gives pages to a process and takes its answers, until nobody asks."""
        process: _Process | None = None
        try:
            while True:
                if process is None:
                    process = _Process()
                    with self._lock:
                        self._ready += 1
                if self._serve_with(process):
                    return
                with self._lock:
                    self._ready -= 1
                process.end()
                process = None
        except OSError:  # no process can be begun here: this one reads on
            self._not_before = time.monotonic() + IDLE_SECONDS
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._ready -= process is not None
            if process is not None:
                self._lose(process, "was given up")
                process.end()
            self._read_the_rest()

    def _serve_with(self, process: _Process) -> bool:
        """Serve with one process while it lives; True when nobody asks for more."""
        task: _Task | None = None
        while True:
            while task := task or self._next(wait=not process.pending):
                if not process.fits(task):
                    break
                if not process.give(task):
                    self._lose(process, process.ended())
                    return False
                task = None
            if not process.pending:
                return True
            reason = process.take()
            if reason is not None:
                if task is not None:
                    self._tasks.put(task)
                self._lose(process, reason)
                return False

    def _next(self, *, wait: bool) -> _Task | None:
        try:
            if wait and not self._closed:
                return self._tasks.get(timeout=IDLE_SECONDS)
            return self._tasks.get_nowait()
        except queue.Empty:
            return None

    def _lose(self, process: _Process, reason: str) -> None:
        """Go on without a process: the page in its hands is lost, the rest is read by others."""
        if process.pending:
            lost = process.pending.popleft()
            lost.future.set_result(Read(fault=f"the process that read the page {reason}"))
        for task in process.pending:
            self._tasks.put(task)
        process.pending.clear()

    def _read_the_rest(self) -> None:
        """Answer what nobody else will: the last process has gone."""
        while True:
            with self._lock:
                if self._ready:
                    return
                try:
                    task = self._tasks.get_nowait()
                except queue.Empty:
                    return
            if task is not None:
                task.future.set_result(Reader(task.rules).read(task.page))


class _Process:
    """A process that reads, and what it was given; its answers come in the same order."""

    def __init__(self) -> None:
        code = _BEGIN.format(path=sys.path)
        with signals_held():
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._process.stdin and self._process.stdout
        tasks, answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._room_bytes = _enlarged(tasks)
        self._tasks = Connection(os.dup(tasks), readable=False)
        self._answers = Connection(os.dup(answers), writable=False)
        self._process.stdin.close()
        self._process.stdout.close()
        self._answered = select.poll()  # Connection.poll would make one for each answer
        self._answered.register(self._answers.fileno(), select.POLLIN)
        self.pending: deque[_Task] = deque()  # the first is in its hands
        self._known: OrderedDict[int, None] = OrderedDict()  # rules, as the process keeps them
        reason = self._heard()
        if isinstance(reason, str):
            self.end()
            raise OSError(f"a process for reading {reason}")

    def fits(self, task: _Task) -> bool:
        """Whether a page can be given without waiting until the process takes it from the pipe.

        Else it might wait for us to take its answer, and we for it.
        """
        if not self.pending:
            return True
        waiting = sum(len(one.page.capture.body) + REST_BYTES for one in (*self.pending, task))
        return len(self.pending) < AHEAD and waiting <= self._room_bytes

    def give(self, task: _Task) -> bool:
        """Give a page; False if the process has died. It is among `pending` then, too."""
        known = _used(self._known, task.rules.number, None)
        self.pending.append(task)
        try:
            self._tasks.send((task.rules.number, None if known else task.rules, task.page))
        except OSError:
            return False
        return True

    def take(self) -> str | None:
        """Wait for the answer to the first of `pending`; or how the process ended instead."""
        answer = self._heard()
        if isinstance(answer, str):
            return answer
        self.pending.popleft().future.set_result(answer)
        return None

    def _heard(self) -> Any:
        try:
            if self._answered.poll(PATIENCE_SECONDS * 1000):
                return self._answers.recv()
        except (EOFError, OSError):
            return self.ended()
        self._process.kill()
        return f"was not done after {PATIENCE_SECONDS:g} seconds"

    def ended(self) -> str:
        """How the process ended, in words."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        code = self._process.returncode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def end(self) -> None:
        self._tasks.close()
        self._answers.close()
        self._process.kill()  # it has nothing to save
        self._process.wait()


def _used(known: OrderedDict[int, Any], number: int, new: Any) -> bool:
    """Note that rules are used; whether they were known. Both ends forget the same ones."""
    was_known = number in known
    if not was_known:
        known[number] = new
        if len(known) > MOST_RULES:
            known.popitem(last=False)
    known.move_to_end(number)
    return was_known


def _enlarged(pipe: int) -> int:
    """Let a pipe hold some pages, where the system can; how many bytes it holds."""
    try:
        import fcntl

        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return 1 << 14


# --- in each process ----------------------------------------------------------------------------


def serve() -> None:
    """What a process does: reads what comes on standard input, until that is closed."""
    for number in _SIGNALS:  # who began it decides when it ends
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    tasks = Connection(os.dup(0), writable=False)
    answers = Connection(os.dup(1), readable=False)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what a library prints is no answer
    _end_with(os.getppid())
    readers: OrderedDict[int, Reader] = OrderedDict()
    with suppress(EOFError, OSError):
        answers.send(None)
        while True:
            number, rules, page = tasks.recv()
            _used(readers, number, Reader(rules) if rules is not None else None)
            answers.send(fit_for_travel(readers[number].read(page)))


def _end_with(parent: int) -> None:
    """End this process soon after the one that began it, also while a page is being read."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
