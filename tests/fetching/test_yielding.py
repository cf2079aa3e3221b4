"""Hosts that block who asks too often: never asked faster than they say, nor again after a 429."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from faultserver import FaultServer
from test_fetcher import fetcher_for

from scraper.errors import BadStatus
from scraper.fetching import pace as fetching
from scraper.fetching.pace import Pace, Turn


class NotedPace(Pace):
    """Notes what pause was asked for, and makes none."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    @contextmanager
    def turn(
        self, host: str, seconds: float, *, stop: threading.Event | None = None
    ) -> Iterator[Turn]:
        self.seconds.append(seconds)
        with super().turn(host, 0.0, stop=stop) as turn:
            yield turn


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def test_a_host_that_says_how_often_it_wants_to_be_asked_is_asked_no_faster(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fetching.LEAST_PACE_SECONDS, server.address, 1.5)
    pace = NotedPace()
    with fetcher_for(server, pace=pace) as fetcher:
        fetcher.get(server.url("/page"))
    assert set(pace.seconds) == {1.5}


def test_the_known_archives_are_asked_less_than_sixty_times_a_minute() -> None:
    assert fetching.LEAST_PACE_SECONDS["web.archive.org"] >= 1.5
    assert fetching.LEAST_PACE_SECONDS["index.commoncrawl.org"] >= 1.0


def test_who_yields_does_not_ask_again_after_a_429(server: FaultServer) -> None:
    with fetcher_for(server, retries=3) as fetcher:
        with pytest.raises(BadStatus) as refused:
            fetcher.get(server.url("/status/429"), yielding=True)
        assert refused.value.status == 429
    asked = [path for path in server.paths if "429" in path]
    assert len(asked) == 1
