"""Several portals collected at once, one request at a time per host."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import MappingProxyType

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore
from scraper.crawl import Clock, Trigger, collect
from scraper.errors import ArticleDamaged, ScraperError
from scraper.fetching.fetcher import (
    Fetcher,
    Pace,
    pace_beside,
    request_log_beside,
    user_agent_of,
)
from scraper.readers import Readers
from scraper.records import Due, Outcome, Portal, Settings

PORTALS_AT_ONCE = 256  # threads; each mostly waits for its portal's pace

_Outcomes = queue.SimpleQueue[Outcome | BaseException | None]


def collect_portals(
    portals: Sequence[Portal],
    *,
    archive: Archive,
    captures_folder: Path,
    settings: Settings,
    stop: threading.Event | None = None,
    trigger: Trigger = "collect",
    dues: Mapping[str, Due] = MappingProxyType({}),
    pace: Pace | None = None,
    readers: Readers | None = None,
    now: Clock | None = None,
) -> Generator[Outcome, None, None]:
    """Collect several portals side by side; outcomes come as they happen.

    When one portal meets what ends a run (a full disk, a broken archive), `stop` is set, so that
    the others end after the page in hand, and the error is raised; a single portal's error leaves
    `stop` alone. Closing the generator sets it too. Who calls this several times at once gives all
    calls one `pace` and `readers`; calls for one archive, also of other processes, ask no host
    twice at a time. `now` is another clock than the machine's.
    """
    halt = stop or threading.Event()
    fetcher_of = partial(
        Fetcher,
        user_agent=user_agent_of(settings),
        pace=pace or pace_beside(archive.path),
        stop=halt,
        log=request_log_beside(archive.path, settings),
    )
    known_ends = archive.known_ends()

    def visit(portal: Portal) -> Iterator[Outcome]:
        with (
            fetcher_of(portal.fetch, portal=portal.name) as fetcher,
            CaptureStore(captures_folder, group=portal.name, known_ends=known_ends) as captures,
        ):
            yield from collect(
                portal,
                archive=archive,
                fetcher=fetcher,
                captures=captures,
                trigger=trigger,
                due=dues.get(portal.name),
                stop=halt,
                readers=shared_readers,
                now=now,
            )

    with nullcontext(readers) if readers else Readers() as shared_readers:
        yield from _at_once(portals, visit, halt=halt)


def _at_once(
    portals: Sequence[Portal],
    visit: Callable[[Portal], Iterator[Outcome]],
    *,
    halt: threading.Event,
) -> Generator[Outcome, None, None]:
    outcomes: _Outcomes = queue.SimpleQueue()

    def pass_on(portal: Portal) -> None:
        try:
            for outcome in visit(portal):
                outcomes.put(outcome)
        except BaseException as error:
            if len(portals) > 1 and _ends_all(error):
                halt.set()
            outcomes.put(error)
        finally:
            outcomes.put(None)

    workers = min(PORTALS_AT_ONCE, len(portals)) or 1
    with ThreadPoolExecutor(workers, thread_name_prefix="portal") as pool:
        for portal in portals:
            pool.submit(pass_on, portal)
        try:
            yield from _drain(outcomes, len(portals))
        except GeneratorExit:
            halt.set()
            raise


def _ends_all(error: BaseException) -> bool:
    """Whether no other portal can go on either; our own fault over one of them ends that one."""
    if isinstance(error, ArticleDamaged):
        return False
    return isinstance(error, ScraperError | OSError) or not isinstance(error, Exception)


def _drain(outcomes: _Outcomes, open_portals: int) -> Iterator[Outcome]:
    """Outcomes until every portal has said that it is through; the first error is raised then."""
    error: BaseException | None = None
    while open_portals:
        item = outcomes.get()
        if item is None:
            open_portals -= 1
        elif isinstance(item, Outcome):
            yield item
        else:
            error = error or item
    if error is not None:
        raise error
