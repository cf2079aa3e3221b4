"""Answers that are broken, too slow, too large, oddly encoded, or that lead elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from faultserver import ENCODED, PAGE, FaultServer

from scraper.errors import BadStatus, PageError, TooLarge, Unreachable, UnsafeAddress
from scraper.fetching.fetcher import Fetcher
from scraper.records import FetchRule

WRONG_ENCODINGS = {"truncated-gzip", "truncated-br", "damaged-gzip", "unknown", "layers"}
BOMBS = {"gzip-bomb", "br-bomb", "bomb-in-bomb"}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def fetcher_for(server: FaultServer, *, timeout_seconds: float = 5.0, retries: int = 1) -> Fetcher:
    rule = FetchRule(
        pace_seconds=0,
        timeout_seconds=timeout_seconds,
        max_body_bytes=2_000_000,
        retries=retries,
        allow_private=(server.address,),
    )
    return Fetcher(rule, user_agent="test-scraper/1.0", backoff_seconds=0.01)


# --- broken answers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/reset", "connection broke"),
        ("/reset?after=20", "connection broke"),
        ("/closed", "without an answer"),
        ("/not-http", "220 mail.example.vn"),
        ("/short", "217 bytes, 100 more"),
        ("/two-lengths", "HTTP"),
        ("/torn-chunks", "broke off"),
        ("/bad-chunks", "broke off"),
        ("/many-headers", "100 headers"),
    ],
)
def test_a_broken_answer_is_tried_again_and_then_unreachable(
    server: FaultServer, path: str, words: str
) -> None:
    with (
        fetcher_for(server, retries=2) as fetcher,
        pytest.raises(Unreachable, match=words) as caught,
    ):
        fetcher.get(server.url(path))
    assert caught.value.url == server.url(path)
    assert server.paths == ["/robots.txt", path, path, path]


def test_an_answer_that_broke_off_once_is_whole_the_second_time(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url("/short?fails=1")).body == PAGE


@pytest.mark.parametrize("path", ["/silent", "/drip", "/drip-head", "/drip-lines"])
def test_an_answer_that_takes_too_long_is_cut(server: FaultServer, path: str) -> None:
    with (
        fetcher_for(server, timeout_seconds=0.4, retries=0) as fetcher,
        pytest.raises(Unreachable, match="within 0.4 s"),
    ):
        fetcher.get(server.url(path))


def test_a_server_that_is_down_is_unreachable() -> None:
    server = FaultServer()
    server.start()
    server.stop()
    with (
        fetcher_for(server) as fetcher,
        pytest.raises(Unreachable, match="refuses connections"),
    ):
        fetcher.get(server.url())


def test_a_name_that_does_not_exist_is_unreachable(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real one would ask the network
    with (
        fetcher_for(server, retries=0) as fetcher,
        pytest.raises(Unreachable, match=r"bo\.invalid cannot be resolved"),
    ):
        fetcher.get("http://bo.invalid/")


def test_a_name_that_no_resolver_takes_is_a_page_error(server: FaultServer) -> None:
    with fetcher_for(server, retries=0) as fetcher:
        for host in ("a" * 80 + ".vn", "a..vn", "xn--\u200b.vn"):
            with pytest.raises(PageError):
                fetcher.get(f"http://{host}/")


def test_a_host_that_never_answers_is_left_alone_for_a_while(server: FaultServer) -> None:
    with fetcher_for(server, retries=0) as fetcher:
        fetcher.get(server.url())
        for _ in range(5):
            with pytest.raises(Unreachable, match="without an answer"):
                fetcher.get(server.url("/closed"))
        with pytest.raises(Unreachable, match="last 5 pages"):
            fetcher.get(server.url())
    assert len(server.requests) == 7


def test_a_host_that_answers_now_and_then_is_asked_on(server: FaultServer) -> None:
    with fetcher_for(server, retries=0) as fetcher:
        for path in ("/closed", "/short", "/status/404", "/closed") * 3:
            with pytest.raises(PageError):
                fetcher.get(server.url(path))
        assert fetcher.get(server.url()).body == PAGE


# --- sizes and encodings -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ENCODED.keys() - WRONG_ENCODINGS - BOMBS))
def test_every_encoding_that_was_asked_for_is_taken_off(server: FaultServer, name: str) -> None:
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url(f"/encoded/{name}")).body == PAGE


@pytest.mark.parametrize("name", sorted(WRONG_ENCODINGS))
def test_a_wrong_encoding_is_unreachable(server: FaultServer, name: str) -> None:
    with fetcher_for(server, retries=0) as fetcher, pytest.raises(Unreachable):
        fetcher.get(server.url(f"/encoded/{name}"))


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_too_large(server: FaultServer, name: str) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(TooLarge, match="2 MB") as caught:
        fetcher.get(server.url(f"/encoded/{name}"))
    assert caught.value.limit_bytes == 2_000_000
    assert len(server.requests) == 2


@pytest.mark.parametrize("path", ["/huge", "/endless"])
def test_an_answer_beyond_the_limit_is_too_large(server: FaultServer, path: str) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(TooLarge):
        fetcher.get(server.url(path))


def test_an_empty_answer_is_a_capture(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        server.pages["/empty"] = b""
        assert fetcher.get(server.url("/empty")).body == b""


# --- redirects ---------------------------------------------------------------------------------


def test_redirects_are_followed_and_the_last_address_is_kept(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        capture = fetcher.get(server.url("/hops/10"))
    assert capture.url == server.url("/hops/10")
    assert capture.answered_url == server.url("/page")


def test_more_than_ten_redirects_are_too_many(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(Unreachable, match="more than 10"):
        fetcher.get(server.url("/hops/11"))


def test_a_redirect_in_a_circle_is_seen_at_once(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(Unreachable, match="circle of 2"):
        fetcher.get(server.url("/circle/a"))
    assert server.paths == ["/robots.txt", "/circle/a", "/circle/b"]


def test_a_redirect_to_itself_that_sets_a_cookie_is_no_circle(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url("/cookie")).body == PAGE
        fetcher.get(server.url("/cookie"))
    assert server.paths.count("/cookie") == 3


def test_a_redirect_without_an_address_brings_no_page(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(BadStatus, match="without an address"):
        fetcher.get(server.url("/to"))


def test_a_redirect_in_raw_vietnamese_is_understood(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        server.pages["/tin-t%E1%BB%A9c"] = PAGE
        capture = fetcher.get(server.url("/to?where=/tin-t%E1%BB%A9c"))
    assert capture.answered_url == server.url("/tin-t%E1%BB%A9c")


def test_the_body_of_a_redirect_is_not_waited_for(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url("/endless-redirect")).body == PAGE


@pytest.mark.parametrize(
    "where",
    [
        "file:///etc/passwd",
        "ftp://example.vn/",
        "javascript:alert(1)",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://localhost:9/",
        "//127.0.0.2/",
        "http://user:secret@example.vn/",
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_refused(server: FaultServer, where: str) -> None:
    with (
        fetcher_for(server) as fetcher,
        pytest.raises(UnsafeAddress, match="redirected to") as caught,
    ):
        fetcher.get(server.url(f"/to?where={where}"))
    assert caught.value.url == server.url(f"/to?where={where}")
    assert fetcher.requests_made == len(server.requests) == 2


@pytest.mark.parametrize("url", ["file:///etc/passwd", "mailto:a@b.vn", "tin-tuc", "", "http://"])
def test_what_is_no_web_address_is_refused(server: FaultServer, url: str) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(UnsafeAddress):
        fetcher.get(url)


def test_this_machine_is_refused_where_it_is_not_allowed(server: FaultServer) -> None:
    with Fetcher(FetchRule(), user_agent="test") as fetcher:
        with pytest.raises(UnsafeAddress, match="allow_private"):
            fetcher.get(server.url())
        with pytest.raises(UnsafeAddress, match="allow_private"):
            fetcher.get(server.url(host="localhost"))
    assert not server.requests
    assert fetcher.requests_made == 0
