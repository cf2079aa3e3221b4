"""One function over many arguments, in several processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from scraper.all_cores import Lost, answers
from scraper.errors import ScraperError

PATIENT = 600.0  # seconds


@contextmanager
def doubling() -> Iterator[Callable[[int], int]]:
    yield lambda number: 2 * number


@contextmanager
def stumbling() -> Iterator[Callable[[int], int]]:
    """Over 7 it raises, over 17 its process dies, over 27 it hangs."""

    def stumble(number: int) -> int:
        if number == 7:
            raise ValueError("seven")
        if number == 17:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 27:
            time.sleep(3600)
        return 2 * number

    yield stumble


@contextmanager
def unprepared() -> Iterator[Callable[[int], int]]:
    raise OSError("no such archive")
    yield abs


@contextmanager
def dead_at_once() -> Iterator[Callable[[int], int]]:
    os._exit(3)
    yield abs


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_every_argument_is_answered_once(jobs: int) -> None:
    found = list(answers(doubling, range(100), jobs=jobs, patience_seconds=PATIENT))
    assert sorted(map(repr, found)) == sorted(repr(2 * number) for number in range(100))


def test_nothing_to_do_begins_no_process() -> None:
    assert list(answers(unprepared, [], jobs=2, patience_seconds=PATIENT)) == []


@pytest.mark.parametrize("jobs", [0, 1])
def test_an_argument_that_it_raises_over_is_lost_alone(jobs: int) -> None:
    found = list(answers(stumbling, [6, 7, 8], jobs=jobs, patience_seconds=PATIENT))
    assert found == [12, Lost(7, "ValueError: seven"), 16]


def test_a_process_that_dies_costs_one_argument() -> None:
    found = list(answers(stumbling, range(8, 25), jobs=1, patience_seconds=PATIENT))
    assert Lost(17, "its process was ended by SIGKILL") in found
    assert {it for it in found if isinstance(it, int)} == {
        2 * number for number in range(8, 25) if number != 17
    }


def test_an_argument_that_it_hangs_over_is_given_up() -> None:
    found = list(answers(stumbling, range(20, 35), jobs=2, patience_seconds=2))
    lost = {it.argument: it.reason for it in found if isinstance(it, Lost)}
    assert lost[27] == "not done after 2 seconds"
    assert len(found) == 15


def test_processes_that_cannot_begin_are_said() -> None:
    with pytest.raises(ScraperError, match="OSError: no such archive"):
        list(answers(unprepared, range(5), jobs=2, patience_seconds=PATIENT))
    with pytest.raises(ScraperError, match="ended with exit code 3"):
        list(answers(dead_at_once, range(5), jobs=2, patience_seconds=PATIENT))


@pytest.mark.parametrize("jobs", [0, 2])
def test_a_stop_ends_it_whatever_is_left(jobs: int) -> None:
    stop = threading.Event()
    found = []
    for answer in answers(doubling, range(10**9), jobs=jobs, patience_seconds=PATIENT, stop=stop):
        found.append(answer)
        if len(found) == 50:
            stop.set()
    assert 50 <= len(found) < 1000


def test_an_unending_row_of_arguments_is_taken_as_it_is_answered() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(10**9):
            taken.append(number)
            yield number

    found = answers(doubling, numbers(), jobs=2, patience_seconds=PATIENT)
    for _ in range(200):
        next(found)
    found.close()
    assert len(taken) < 300
