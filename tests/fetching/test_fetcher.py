"""Pages from a server on loopback, well and badly behaved."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from faultserver import ENCODED, ETAG, LAST_MODIFIED, PAGE, FaultServer

from scraper.errors import BadStatus, PageError, TooLarge, Unreachable, UnsafeAddress
from scraper.fetching.fetcher import Fetcher, Pace, read_retry_after, user_agent_of
from scraper.records import FetchRule, Settings, Validators

WRONG_ENCODINGS = {"truncated-gzip", "truncated-br", "damaged-gzip", "unknown", "layers"}
BOMBS = {"gzip-bomb", "br-bomb", "bomb-in-bomb"}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def fetcher_for(
    server: FaultServer,
    *,
    timeout_seconds: float = 5.0,
    retries: int = 1,
    pace: Pace | None = None,
    stop: threading.Event | None = None,
    backoff_seconds: float = 0.01,
) -> Fetcher:
    rule = FetchRule(
        pace_seconds=0,
        timeout_seconds=timeout_seconds,
        max_body_bytes=2_000_000,
        retries=retries,
        allow_private=(server.address,),
    )
    return Fetcher(
        rule,
        user_agent="test-scraper/1.0",
        pace=pace,
        stop=stop,
        backoff_seconds=backoff_seconds,
    )


# --- a capture ---------------------------------------------------------------------------------


def test_a_capture_holds_the_answer_as_it_came(server: FaultServer) -> None:
    before = datetime.now(UTC)
    with fetcher_for(server) as fetcher:
        capture = fetcher.get(server.url("/page"))
    assert capture.url == capture.answered_url == server.url("/page")
    assert (capture.status, capture.body) == (200, PAGE)
    assert capture.header("etag") == ETAG
    assert capture.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert before <= capture.fetched_at <= datetime.now(UTC)
    assert capture.place is None


def test_the_address_asked_for_stays_as_the_caller_wrote_it(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        server.pages["/tin-t%E1%BB%A9c"] = PAGE
        capture = fetcher.get(server.url("/tin-tức#đầu"))
    assert capture.url == server.url("/tin-tức#đầu")
    assert capture.answered_url == server.url("/tin-t%E1%BB%A9c")


def test_a_request_says_who_asks_and_what_it_can_read(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        fetcher.get(server.url())
    for request in server.requests:
        assert request.headers["user-agent"] == "test-scraper/1.0"
        assert request.headers["accept-encoding"] == "gzip, deflate, br"
        assert request.headers["host"] == server.address


def test_every_request_is_counted(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        fetcher.get(server.url("/hops/2"))
        fetcher.get(server.url("/flaky"))
    assert server.paths == [
        "/robots.txt", "/hops/2", "/hops/1", "/page", "/flaky", "/flaky"
    ]  # fmt: skip
    assert fetcher.requests_made == 6


def test_a_connection_serves_for_several_pages(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        for path in ("/page", "/hops/3", "/encoded/br", "/page"):
            fetcher.get(server.url(path))
        assert server.connections == 1


def test_proxies_of_the_environment_are_not_asked(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url()).body == PAGE


# --- conditional requests ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "known", [Validators(etag=ETAG), Validators(last_modified=LAST_MODIFIED)], ids=["tag", "date"]
)
def test_a_page_that_is_as_it_was_is_not_sent_again(server: FaultServer, known: Validators) -> None:
    with fetcher_for(server) as fetcher:
        capture = fetcher.get(server.url(), known=known)
    assert (capture.status, capture.body) == (304, b"")


def test_a_page_that_changed_is_sent(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        capture = fetcher.get(server.url(), known=Validators(etag='"older"'))
    assert (capture.status, capture.body) == (200, PAGE)


def test_a_304_that_nobody_asked_for_brings_no_page(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher, pytest.raises(BadStatus) as caught:
        fetcher.get(server.url("/status/304"))
    assert caught.value.status == 304


def test_validators_are_not_sent_to_another_page(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        capture = fetcher.get(server.url("/hops/1"), known=Validators(etag=ETAG))
    assert capture.status == 200
    assert ["if-none-match" in request.headers for request in server.requests] == [
        False, True, False
    ]  # fmt: skip


def test_validators_that_no_header_can_carry_are_left_out(server: FaultServer) -> None:
    known = Validators(etag='"a\r\nX-Evil: 1"', last_modified="hôm qua")
    with fetcher_for(server) as fetcher:
        assert fetcher.get(server.url(), known=known).status == 200


# --- statuses and retries ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501])
def test_a_status_that_will_not_pass_is_not_tried_again(server: FaultServer, status: int) -> None:
    with (
        fetcher_for(server, retries=3) as fetcher,
        pytest.raises(BadStatus, match=str(status)) as caught,
    ):
        fetcher.get(server.url(f"/status/{status}"))
    assert caught.value.status == status
    assert caught.value.url == server.url(f"/status/{status}")
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_status_that_may_pass_is_tried_again(server: FaultServer, status: int) -> None:
    with fetcher_for(server, retries=2) as fetcher:
        capture = fetcher.get(server.url(f"/flaky?fails=2&status={status}"))
    assert capture.body == PAGE


def test_after_the_last_try_the_status_is_told(server: FaultServer) -> None:
    with fetcher_for(server, retries=2) as fetcher, pytest.raises(BadStatus) as caught:
        fetcher.get(server.url("/flaky?fails=9&status=502"))
    assert caught.value.status == 502
    assert caught.value.retry_at is None
    assert len(server.requests) == 4


def test_without_retries_nothing_is_tried_again(server: FaultServer) -> None:
    with fetcher_for(server, retries=0) as fetcher, pytest.raises(BadStatus):
        fetcher.get(server.url("/flaky"))
    assert len(server.requests) == 2


@pytest.mark.parametrize("date", ["", "&date=1"], ids=["seconds", "date"])
def test_a_short_retry_after_is_waited_for(server: FaultServer, date: str) -> None:
    with fetcher_for(server) as fetcher:
        fetcher.get(server.url(f"/flaky?after=1{date}"))
    first, second = server.requests[1:]
    # A date counts whole seconds, so almost all of the one second may be over already.
    assert second.began_at - first.began_at >= (0.95 if not date else 0)


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_is_left_to_a_later_run(server: FaultServer, status: int) -> None:
    with fetcher_for(server, retries=3) as fetcher, pytest.raises(BadStatus) as caught:
        fetcher.get(server.url(f"/flaky?status={status}&after=3600"))
    assert len(server.requests) == 2
    assert caught.value.retry_at is not None
    missing = caught.value.retry_at - datetime.now(UTC)
    assert timedelta(minutes=55) < missing <= timedelta(hours=1)


def test_a_host_that_answered_429_is_left_alone_as_long_as_it_asks(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        with pytest.raises(BadStatus):
            fetcher.get(server.url("/flaky?status=429&after=3600"))
        with pytest.raises(BadStatus) as caught:
            fetcher.get(server.url("/page"))
    assert caught.value.retry_at is not None
    assert "/page" not in server.paths


def test_a_page_that_answered_503_does_not_speak_for_the_others(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        with pytest.raises(BadStatus):
            fetcher.get(server.url("/flaky?status=503&after=3600"))
        assert fetcher.get(server.url("/page")).body == PAGE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("9" * 400, 30 * 24 * 3600.0),
        ("Mon, 04 Jun 2018 01:31:00 GMT", 60.0),
        ("Mon, 04 Jun 2018 08:31:00 +0700", 60.0),
        ("Mon, 04 Jun 2018 01:00:00 GMT", 0.0),
        ("Mon, 04 Jun 99999 01:00:00 GMT", None),
    ],
)
def test_retry_after_in_every_form(value: str | None, seconds: float | None) -> None:
    now = datetime(2018, 6, 4, 1, 30, tzinfo=UTC)
    assert read_retry_after(value, now=now) == seconds


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
    with fetcher_for(server, timeout_seconds=0.4, retries=0) as fetcher:
        began_at = time.monotonic()
        with pytest.raises(Unreachable, match="within 0.4 s"):
            fetcher.get(server.url(path))
        assert time.monotonic() - began_at < 10


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


# --- stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/silent", "/drip", "/flaky?fails=9&after=100"])
def test_a_stop_ends_whatever_is_waited_for(server: FaultServer, path: str) -> None:
    stop = threading.Event()
    with fetcher_for(server, timeout_seconds=60, stop=stop) as fetcher:
        fetcher.get(server.url())
        threading.Timer(0.2, stop.set).start()
        began_at = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            fetcher.get(server.url(path))
        assert time.monotonic() - began_at < 20
    assert caught.value.reason == "stopped"
    assert caught.value.url == server.url(path)


def test_a_stop_ends_a_backoff(server: FaultServer) -> None:
    stop = threading.Event()
    with fetcher_for(server, backoff_seconds=50, stop=stop) as fetcher:
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Unreachable, match="stopped"):
            fetcher.get(server.url("/reset"))


def test_after_a_stop_nothing_is_asked_for(server: FaultServer) -> None:
    stop = threading.Event()
    stop.set()
    with fetcher_for(server, stop=stop) as fetcher, pytest.raises(Unreachable, match="stopped"):
        fetcher.get(server.url())
    assert not server.requests


# --- one at a time -----------------------------------------------------------------------------


def test_fetchers_that_share_a_pace_ask_one_at_a_time(server: FaultServer) -> None:
    pace = Pace()
    fetchers = [fetcher_for(server, pace=pace) for _ in range(4)]
    threads = [
        threading.Thread(target=fetcher.get, args=(server.url("/slow?seconds=0.05"),))
        for fetcher in fetchers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for fetcher in fetchers:
        fetcher.close()
    assert len(server.requests) == 8
    assert server.most_at_once == 1


def test_threads_that_share_a_fetcher_wait_for_each_other(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        threads = [
            threading.Thread(target=fetcher.get, args=(server.url("/slow?seconds=0.05"),))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.most_at_once == 1
    assert fetcher.requests_made == 5


# --- the User-Agent ----------------------------------------------------------------------------


def test_the_user_agent_names_the_program_and_the_contact() -> None:
    assert user_agent_of(Settings()).startswith("ministry-scraper/")
    assert user_agent_of(Settings(contact="https://luu.vn/bot")).endswith(" (+https://luu.vn/bot)")


def test_the_operators_own_user_agent_wins() -> None:
    settings = Settings(contact="a@b.vn", user_agent="Kho lưu trữ Đỏ/1.0\r\nX-Evil: 1")
    assert user_agent_of(settings) == "Kho luu tru Do/1.0 X-Evil: 1"
