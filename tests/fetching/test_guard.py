"""Which machines may be visited."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from faultserver import PAGE, FaultServer

from scraper.errors import UnsafeAddress
from scraper.fetching import guard
from scraper.fetching.fetcher import Fetcher
from scraper.records import FetchRule

Found = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]


def resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name resolve to these addresses: a real one would ask the network."""

    def answer(host: str, port: int, **_: object) -> Found:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.8",
        "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_a_private_address_is_not_public(address: str) -> None:
    assert not guard.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "8.8.8.8", "113.160.0.1", "203.162.0.181", "172.32.0.1", "192.167.255.255",
        "2001:ee0::1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ],
)  # fmt: skip
def test_a_public_address_is_public(address: str) -> None:
    assert guard.is_public(address)


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8001, False),
        ("127.0.0.1", "127.0.0.2", 8000, False),
        ("127.0.0.1", "localhost", 8000, False),
        ("localhost", "127.0.0.1", 8000, False),
        ("LocalHost:80", "localhost.", 80, True),
        ("noi-bo.bo.vn", "khac.noi-bo.bo.vn", 80, False),
        ("[::1]", "::1", 80, True),
        ("[::1]:80", "[::1]", 80, True),
        ("[::1]:80", "::1", 81, False),
        ("::1", "0:0:0:0:0:0:0:1", 80, True),
    ],
)
def test_an_entry_allows_its_host_and_its_port(
    entry: str, host: str, port: int, allowed: bool
) -> None:
    assert guard.allows((entry,), host, port=port) is allowed


def test_a_name_is_refused_by_what_it_resolves_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer() as server, Fetcher(FetchRule(), user_agent="test") as fetcher:
        resolving_to(monkeypatch, "127.0.0.1")
        with pytest.raises(UnsafeAddress, match=r"bo\.example \(127\.0\.0\.1\)"):
            fetcher.get(server.url(host="bo.example"))
    assert not server.requests


def test_a_name_that_is_allowed_may_resolve_to_a_private_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FaultServer() as server:
        rule = FetchRule(pace_seconds=0, allow_private=(f"bo.example:{server.port}",))
        with Fetcher(rule, user_agent="test") as fetcher:
            resolving_to(monkeypatch, "127.0.0.1")
            assert fetcher.get(server.url(host="bo.example")).body == PAGE
    assert server.requests[-1].headers["host"] == f"bo.example:{server.port}"


def test_a_name_that_resolves_otherwise_the_second_time_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: each connection is checked by the address that it is then made to."""
    lookups: list[str] = []
    with FaultServer() as server:

        def rebinding(host: str, port: int, **_: object) -> Found:
            address = "113.160.0.1" if not lookups else "127.0.0.1"
            lookups.append(address)
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]

        class Socket(socket.socket):
            def connect(self, address: object) -> None:
                if address != ("127.0.0.1", server.port):
                    raise ConnectionRefusedError
                super().connect(("127.0.0.1", server.port))

        rule = FetchRule(pace_seconds=0, retries=3)
        with Fetcher(rule, user_agent="test", backoff_seconds=0.001) as fetcher:
            monkeypatch.setattr(socket, "getaddrinfo", rebinding)
            monkeypatch.setattr(socket, "socket", Socket)
            with pytest.raises(UnsafeAddress, match=r"bo\.example \(127\.0\.0\.1\)"):
                fetcher.get(server.url(host="bo.example"))
    assert lookups == ["113.160.0.1", "127.0.0.1"]
    assert not server.requests


def test_a_redirect_to_a_name_that_resolves_to_this_machine_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FaultServer() as server:
        real = socket.getaddrinfo

        def answer(host: str, port: int, **more: Any) -> Any:
            return real("127.0.0.1" if host == "bo.example" else host, port, **more)

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        rule = FetchRule(pace_seconds=0, allow_private=(server.address,))
        with (
            Fetcher(rule, user_agent="test") as fetcher,
            pytest.raises(UnsafeAddress, match=r"redirected to http://bo\.example"),
        ):
            fetcher.get(server.url(f"/to?where=http://bo.example:{server.port}/page"))
    assert server.paths == ["/robots.txt", f"/to?where=http://bo.example:{server.port}/page"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "0177.0.0.1", "0x7f000001", "0x7f.1", "127.1", "127.0.1",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[64:ff9b::7f00:1]",
        "localhost", "LOCALHOST.", "127.0.0.1.", "0", "0.0.0.0",
    ],
)  # fmt: skip
def test_this_machine_is_refused_in_every_spelling(host: str) -> None:
    with FaultServer() as server:
        with Fetcher(FetchRule(), user_agent="test") as fetcher, pytest.raises(UnsafeAddress):
            fetcher.get(f"http://{host}:{server.port}/page")
        assert not server.requests


def test_a_server_on_ipv6_is_asked_where_it_is_allowed() -> None:
    try:
        server = FaultServer(host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        rule = FetchRule(pace_seconds=0, allow_private=(server.address,))
        with Fetcher(rule, user_agent="test") as fetcher:
            assert fetcher.get(server.url("/hops/2")).answered_url == server.url("/page")
        assert server.requests[-1].headers["host"] == server.address


def test_of_several_addresses_only_the_public_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[object] = []

    class Socket(socket.socket):
        def connect(self, address: object) -> None:
            tried.append(address)
            raise ConnectionRefusedError

    resolving_to(monkeypatch, "127.0.0.1", "113.160.0.1", "10.0.0.1", "113.160.0.2")
    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(ConnectionRefusedError):
        guard.connect("bo.example", 80, allow_private=(), timeout_seconds=1)
    assert tried == [("113.160.0.1", 80), ("113.160.0.2", 80)]


def test_the_second_address_is_tried_when_the_first_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FaultServer() as server:
        resolving_to(monkeypatch, "127.0.0.9", "127.0.0.1")
        sock = guard.connect(
            "bo.example", server.port, allow_private=("bo.example",), timeout_seconds=5
        )
        assert sock.getpeername() == ("127.0.0.1", server.port)
        sock.close()
