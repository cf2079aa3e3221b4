"""Turns at a host: one at a time, with a pause between them."""

from __future__ import annotations

import threading
import time

import pytest

from scraper.errors import Unreachable
from scraper.fetching.pace import Pace, host_of


def test_between_two_turns_lies_the_pause() -> None:
    pace = Pace()
    with pace.turn("bo.vn", 0.2):
        pass
    ended_at = time.monotonic()
    with pace.turn("bo.vn", 0.2):
        assert time.monotonic() - ended_at >= 0.19


def test_the_pause_counts_from_the_end_of_a_turn() -> None:
    pace = Pace()
    with pace.turn("bo.vn", 0.1):
        time.sleep(0.15)
    ended_at = time.monotonic()
    with pace.turn("bo.vn", 0.1):
        assert time.monotonic() - ended_at >= 0.09


def test_a_turn_that_failed_counts_too() -> None:
    pace = Pace()
    with pytest.raises(OSError), pace.turn("bo.vn", 0.1):
        raise OSError
    ended_at = time.monotonic()
    with pace.turn("bo.vn", 0.1):
        assert time.monotonic() - ended_at >= 0.09


def test_other_hosts_do_not_wait() -> None:
    pace = Pace()
    with pace.turn("bo.vn", 100), pace.turn("cuc.vn", 100):
        pass


def test_turns_of_one_host_never_overlap() -> None:
    pace = Pace()
    inside: list[int] = []
    most: list[int] = []

    def take_turns() -> None:
        for _ in range(20):
            with pace.turn("bo.vn", 0):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.001)
                inside.pop()

    threads = [threading.Thread(target=take_turns) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 100
    assert max(most) == 1


def test_a_host_rests_as_long_as_it_asked() -> None:
    pace = Pace()
    with pace.turn("bo.vn", 0) as turn:
        turn.rest(0.2, "it asked")
        turn.rest(0.01, "it asked")
    began_at = time.monotonic()
    with pace.turn("bo.vn", 0):
        assert time.monotonic() - began_at >= 0.19


@pytest.mark.parametrize("taken", [True, False], ids=["by another", "by the pause"])
def test_a_stop_ends_the_waiting(taken: bool) -> None:
    pace = Pace()
    stop = threading.Event()
    first = pace.turn("bo.vn", 0)
    first.__enter__()
    if not taken:
        first.__exit__(None, None, None)
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(Unreachable, match="stopped"), pace.turn("bo.vn", 1000, stop=stop):
        pass
    if taken:
        first.__exit__(None, None, None)
    with pace.turn("bo.vn", 0):
        pass


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Bo.VN/a", "bo.vn"),
        ("https://bo.vn:443/", "bo.vn"),
        ("https://bo.vn:80/", "bo.vn:80"),
        ("http://bo.vn./", "bo.vn"),
        ("http://bo.vn:8080/", "bo.vn:8080"),
        ("http://[::1]:8000/", "::1:8000"),
    ],
)
def test_http_and_https_of_one_name_are_one_host(url: str, host: str) -> None:
    assert host_of(url) == host
