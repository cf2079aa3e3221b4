"""Pages from a server on loopback, well and badly behaved."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faultserver import ETAG, LAST_MODIFIED, PAGE, FaultServer

from scraper.errors import BadStatus, NotAsked, PageError, Unreachable
from scraper.fetching.answers import read_retry_after
from scraper.fetching.fetcher import Fetcher, Pace, user_agent_of
from scraper.fetching.pace import host_of
from scraper.records import FetchRule, Settings, Validators


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
        with pytest.raises(NotAsked) as caught:
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


# --- a pace that follows the host --------------------------------------------------------------


def slowed_by(server: FaultServer, path: str) -> float:
    """The pause that one page has led to, where there was none."""
    pace = Pace(step_seconds=0.01)
    with fetcher_for(server, timeout_seconds=0.3, pace=pace) as fetcher, suppress(PageError):
        fetcher.get(server.url(path))
    with pace.turn(host_of(server.url()), 0) as turn:
        return turn.state.slower_seconds


@pytest.mark.parametrize(
    "path",
    ["/flaky?status=429&fails=9", "/flaky?status=503&fails=9", "/silent", "/reset", "/closed"],
)
def test_signs_of_too_much_to_do_make_the_pause_longer(server: FaultServer, path: str) -> None:
    assert slowed_by(server, path) >= 0.01


@pytest.mark.parametrize(
    "path", ["/page", "/status/404", "/status/403", "/status/500", "/hops/3", "/raw/http-0.9"]
)
def test_other_answers_leave_the_pause_as_it_is(server: FaultServer, path: str) -> None:
    assert slowed_by(server, path) == 0


def test_a_second_503_in_a_row_speaks_for_the_host(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        for number in range(2):
            with pytest.raises(BadStatus):
                fetcher.get(server.url(f"/flaky?status=503&after=3600&n={number}"))
        with pytest.raises(NotAsked, match="wants to be left alone"):
            fetcher.get(server.url("/page"))
    assert "/page" not in server.paths


def test_a_host_that_is_left_alone_is_not_asked_for_its_rules_either(
    server: FaultServer, tmp_path: Path
) -> None:
    with fetcher_for(server, pace=Pace(tmp_path)) as fetcher, pytest.raises(BadStatus):
        fetcher.get(server.url("/flaky?status=429&after=3600"))
    asked = len(server.requests)
    with fetcher_for(server, pace=Pace(tmp_path)) as fetcher:
        for _ in range(2):
            with pytest.raises(NotAsked, match="wants to be left alone") as caught:
                fetcher.get(server.url("/page"))
        assert caught.value.retry_at is not None
        assert caught.value.url == server.url("/page")
    assert len(server.requests) == asked


# --- stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/silent", "/drip", "/flaky?fails=9&after=100"])
def test_a_stop_ends_whatever_is_waited_for(server: FaultServer, path: str) -> None:
    stop = threading.Event()
    with fetcher_for(server, timeout_seconds=60, stop=stop) as fetcher:
        fetcher.get(server.url())
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Unreachable) as caught:
            fetcher.get(server.url(path))
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
