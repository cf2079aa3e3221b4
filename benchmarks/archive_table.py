"""What a figure is, how it is printed, and what this machine does at the same minute."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Aim = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number, what it is to reach, and what it is to be compared with."""

    name: str
    value: float
    unit: str
    aim: Aim | None = None
    target: float | None = None
    beside: str = ""  # the reference, measured in the same run

    @property
    def reached(self) -> bool | None:
        """None where nothing is to be reached."""
        if self.target is None or self.aim is None:
            return None
        return self.value >= self.target if self.aim == "at least" else self.value <= self.target


def print_figures(figures: Sequence[Figure]) -> None:
    """The table: figure, value, target, whether it is reached, and the reference."""
    for figure in figures:
        target = "" if figure.target is None else f"{_sign(figure)} {digits(figure.target)}"
        word = {True: "yes", False: "NO", None: ""}[figure.reached]
        value = f"{digits(figure.value)} {figure.unit}"
        print(f"{figure.name:52}{value:>22}{target:>12} {word:4} {figure.beside}".rstrip())


def digits(value: float) -> str:
    """Three digits that count: 0.042, 4.2, 42, 4,200."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def _sign(figure: Figure) -> str:
    return "≥" if figure.aim == "at least" else "≤"


@dataclass(slots=True)
class Clock:
    """Seconds spent inside `running`, wall and CPU."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values don't exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def memory_mb() -> float:
    """What this process holds now; its peak where the system does not say."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        pages = int(statm.read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def yardstick(texts: Sequence[str]) -> float:
    """How many of these texts a second SQLite indexes in memory now: the machine's own pace."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (body)")
        begun = time.perf_counter()
        connection.executemany("INSERT INTO texts VALUES (?)", [(text,) for text in texts])
        return len(texts) / (time.perf_counter() - begun)


def forget_pages(path: Path) -> bool:
    """Have the system drop what it keeps of a file in memory; False where it cannot be asked."""
    if not hasattr(os, "posix_fadvise"):
        return False
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


# A child's peak counts from what its parent held when it was started: a small one starts it.
_LAUNCHER = """
import json, os, resource, subprocess, sys, time
begun = time.perf_counter()
with open(os.devnull, "wb") as out:
    code = subprocess.run(sys.argv[1:], stdout=out).returncode
wall = time.perf_counter() - begun
print(json.dumps([code, wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


def run_child(command: Sequence[str]) -> tuple[int, float, float]:
    """Run a program; its exit code, wall seconds and peak memory in MB."""
    launcher = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    run = subprocess.run(launcher, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    code, wall, peak = json.loads(run.stdout)
    return code, wall, peak / (1e6 if sys.platform == "darwin" else 1e3)


def say(words: str) -> None:
    """A word to whoever waits; facts go to standard output."""
    print(words, file=sys.stderr, flush=True)
