"""Secure connections: never without a valid certificate, and within the same limits."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from faultserver import CERTIFICATE, PAGE, FaultServer

from scraper.errors import Unreachable
from scraper.fetching.fetcher import Fetcher
from scraper.records import FetchRule


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(tls=True) as running:
        yield running


def fetcher_for(
    server: FaultServer, *, trusting: bool = True, timeout_seconds: float = 5.0
) -> Fetcher:
    rule = FetchRule(
        pace_seconds=0,
        timeout_seconds=timeout_seconds,
        retries=1,
        max_body_bytes=1_000_000,
        allow_private=(server.address, f"localhost:{server.port}"),
    )
    fetcher = Fetcher(rule, user_agent="test", backoff_seconds=0.01)
    if trusting:
        fetcher._transport._session.verify = str(CERTIFICATE)
    return fetcher


def test_a_page_is_read_over_a_secure_connection(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url(host="localhost")).body == PAGE
        assert fetcher.get(server.url("/encoded/gzip", host="localhost")).body == PAGE
    assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(server: FaultServer) -> None:
    with (
        fetcher_for(server, trusting=False) as fetcher,
        pytest.raises(Unreachable, match="certificate of localhost is not valid"),
    ):
        fetcher.get(server.url(host="localhost"))
    assert not server.requests
    assert fetcher.requests_made == 1  # trying again would bring nothing


def test_a_certificate_for_another_name_is_refused(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    rule = FetchRule(pace_seconds=0, allow_private=("bo.example",))
    with Fetcher(rule, user_agent="test") as fetcher:
        fetcher._transport._session.verify = str(CERTIFICATE)
        with pytest.raises(Unreachable, match=r"bo\.example is not valid \(Hostname mismatch"):
            fetcher.get(server.url(host="bo.example"))
    assert not server.requests


@pytest.mark.parametrize("path", ["/drip", "/drip-head", "/silent"])
def test_a_secure_answer_that_takes_too_long_is_cut(server: FaultServer, path: str) -> None:
    with (
        fetcher_for(server, timeout_seconds=0.4) as fetcher,
        pytest.raises(Unreachable, match="within 0.4 s"),
    ):
        fetcher.get(server.url(path))


def test_a_server_without_tls_is_unreachable() -> None:
    with FaultServer() as server, fetcher_for(server) as fetcher, pytest.raises(Unreachable):
        fetcher.get(server.url().replace("http:", "https:"))
