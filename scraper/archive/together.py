"""Writes of several threads in one transaction: one fsync serves all who wait for it.

Whoever is let in first writes what all have brought so far; meanwhile the next bring theirs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from scraper.errors import ScraperError

Write = Callable[[], Any]


@dataclass(slots=True)
class Brought:
    """What one thread wants written, and what came of it; an error stands for its result."""

    writes: Sequence[Write]
    results: list[Any] = field(default_factory=list)
    error: BaseException | None = None  # of the archive: it concerns all that was brought
    done: bool = False


class Together:
    """Who waits to write into one archive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Brought] = []

    def bring(self, writes: Sequence[Write]) -> Brought:
        brought = Brought(writes)
        with self._lock:
            self._waiting.append(brought)
        return brought

    def write_all(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        """Write what was brought; for the thread that is alone at the archive."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        try:
            with transaction():
                results = [[write() for write in one.writes] for one in waiting]
        except ScraperError as error:  # no room, a broken archive: nothing of it was kept
            for one in waiting:
                one.error, one.done = error, True
        except Exception:  # over one of them; nothing was kept, so each is written by itself
            for one in waiting:
                _write_alone(one, transaction)
        except BaseException as error:  # Ctrl-C: nobody may wait for what will not come
            for one in waiting:
                one.error, one.done = error, True
            raise
        else:
            for one, its_results in zip(waiting, results, strict=True):
                one.results, one.done = its_results, True


def _write_alone(brought: Brought, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
    brought.done = True
    for write in brought.writes:
        try:
            with transaction():
                result = write()
        except (ScraperError, OSError) as error:
            brought.error = error
            return
        except Exception as error:
            result = error
        brought.results.append(result)
