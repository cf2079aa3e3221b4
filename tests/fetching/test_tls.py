"""Secure connections: never without a valid certificate, and within the same limits."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faultserver import CERTIFICATE, PAGE, FaultServer

from scraper.errors import Unreachable
from scraper.fetching.fetcher import Fetcher
from scraper.records import FetchRule

CERTIFICATES = CERTIFICATE.with_name("certificates")


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


# --- chains of certificates --------------------------------------------------------------------


def serving_with(name: str, *, whole_chain: bool = True) -> FaultServer:
    """A server with this certificate, and with the one between it and the root or without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    if whole_chain:
        context.load_verify_locations(CERTIFICATES / "intermediate.pem")  # sent along from there
    return FaultServer(context=context)


def fetcher_with(server: FaultServer, **rule: Any) -> Fetcher:
    """One for whom the tests' root is one of the usual roots."""
    fetcher = Fetcher(
        FetchRule(pace_seconds=0, retries=0, allow_private=("localhost", "127.0.0.1"), **rule),
        user_agent="test",
    )
    fetcher._transport._session.verify = str(CERTIFICATES / "root.pem")
    return fetcher


def test_a_chain_that_is_sent_whole_is_valid() -> None:
    with serving_with("server") as server, fetcher_with(server) as fetcher:
        assert fetcher.get(server.url(host="localhost")).body == PAGE


def test_a_chain_with_a_gap_is_refused_and_the_reason_names_the_remedy() -> None:
    with (
        serving_with("server", whole_chain=False) as server,
        fetcher_with(server) as fetcher,
        pytest.raises(Unreachable, match="ca_bundle") as caught,
    ):
        fetcher.get(server.url(host="localhost"))
    assert f"openssl s_client -showcerts -connect localhost:{server.port}" in caught.value.reason


def test_a_ca_bundle_closes_the_gap() -> None:
    bundle = str(CERTIFICATES / "intermediate.pem")
    with (
        serving_with("server", whole_chain=False) as server,
        fetcher_with(server, ca_bundle=bundle) as fetcher,
    ):
        assert fetcher.get(server.url(host="localhost")).body == PAGE


def test_a_ca_bundle_does_not_replace_the_usual_roots() -> None:
    with (
        serving_with("server") as server,
        fetcher_with(server, ca_bundle=str(CERTIFICATE)) as fetcher,
    ):
        assert fetcher.get(server.url(host="localhost")).body == PAGE


@pytest.mark.parametrize(
    ("name", "words"), [("expired", "expired"), ("other", "Hostname mismatch")]
)
@pytest.mark.parametrize("legacy", [False, True])
def test_what_is_wrong_with_a_certificate_no_key_makes_right(
    name: str, words: str, legacy: bool
) -> None:
    bundle = str(CERTIFICATES / "intermediate.pem")
    with (
        serving_with(name) as server,
        fetcher_with(server, ca_bundle=bundle, legacy_tls=legacy) as fetcher,
        pytest.raises(Unreachable, match=words),
    ):
        fetcher.get(server.url(host="localhost"))
    assert not server.requests


def test_a_ca_bundle_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with (
        serving_with("server") as server,
        fetcher_with(server, ca_bundle=str(tmp_path / "empty.pem")) as fetcher,
        pytest.raises(Unreachable, match=r"ca_bundle .*empty\.pem cannot be used"),
    ):
        fetcher.get(server.url(host="localhost"))


# --- old methods -------------------------------------------------------------------------------


@pytest.fixture
def old_server() -> Iterator[FaultServer]:
    """A server that knows TLS 1.0 alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "rsa.pem")
    context.load_verify_locations(CERTIFICATES / "intermediate.pem")
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
    except (ValueError, ssl.SSLError):
        pytest.skip("this OpenSSL was built without TLS 1.0")
    with FaultServer(context=context) as running:
        yield running


def test_old_methods_are_not_used_without_being_asked_for(old_server: FaultServer) -> None:
    with (
        fetcher_with(old_server) as fetcher,
        pytest.raises(Unreachable, match="legacy_tls = true"),
    ):
        fetcher.get(old_server.url(host="localhost"))
    assert not old_server.requests


def test_old_methods_that_are_allowed_are_used_and_told_once(
    old_server: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    with fetcher_with(old_server, legacy_tls=True) as fetcher:
        for _ in range(3):
            assert fetcher.get(old_server.url(host="localhost")).body == PAGE
    told = [record for record in caplog.records if record.name == "scraper.fetching"]
    assert len(told) == 1
    assert "old method of TLS" in told[0].getMessage()


def test_where_the_safe_way_works_no_old_method_is_tried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving_with("server") as server, fetcher_with(server, legacy_tls=True) as fetcher:
        assert fetcher.get(server.url(host="localhost")).body == PAGE
        assert not fetcher._transport._legacy_sites
    assert "old method" not in caplog.text
