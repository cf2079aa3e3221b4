"""What robots.txt forbids, and what happens when it cannot be read."""

from __future__ import annotations

import threading

import pytest
from faultserver import HUGE_ROBOTS_BYTES, PAGE, FaultServer

from scraper.errors import RobotsRefused, Unreachable
from scraper.fetching.fetcher import Fetcher, Pace
from scraper.fetching.robots import ROBOTS_BYTES, product_names, read_robots
from scraper.records import FetchRule


def fetcher_for(
    server: FaultServer, *, user_agent: str = "test-scraper/1.0", pace_seconds: float = 0.0
) -> Fetcher:
    rule = FetchRule(
        pace_seconds=pace_seconds,
        timeout_seconds=0.5,
        retries=1,
        allow_private=(server.address,),
    )
    return Fetcher(rule, user_agent=user_agent, backoff_seconds=0.01)


def test_a_forbidden_address_is_not_asked_for() -> None:
    with FaultServer(robots="forbidding") as server, fetcher_for(server) as fetcher:
        with pytest.raises(RobotsRefused) as caught:
            fetcher.get(server.url("/secret/page"))
        with pytest.raises(RobotsRefused):
            fetcher.get(server.url("/default.aspx"))
        assert fetcher.get(server.url("/page")).body == PAGE
    assert caught.value.url == server.url("/secret/page")
    assert server.paths == ["/robots.txt", "/page"]


def test_a_redirect_to_a_forbidden_address_is_not_followed() -> None:
    with (
        FaultServer(robots="forbidding") as server,
        fetcher_for(server) as fetcher,
        pytest.raises(RobotsRefused, match="redirected to .*/secret") as caught,
    ):
        fetcher.get(server.url("/to?where=/secret"))
    assert caught.value.url == server.url("/to?where=/secret")
    assert "/secret" not in server.paths


def test_each_site_has_rules_of_its_own() -> None:
    with FaultServer(robots="forbidding") as strict, FaultServer() as open_:
        rule = FetchRule(pace_seconds=0, allow_private=("127.0.0.1",))
        open_.pages["/secret"] = PAGE
        with Fetcher(rule, user_agent="test") as fetcher:
            assert fetcher.get(open_.url("/secret")).body == PAGE
            with pytest.raises(RobotsRefused):
                fetcher.get(open_.url(f"/to?where={strict.url('/secret')}"))


def test_robots_is_read_once() -> None:
    with FaultServer(robots="forbidding") as server, fetcher_for(server) as fetcher:
        for _ in range(3):
            fetcher.get(server.url())
    assert server.paths.count("/robots.txt") == 1


@pytest.mark.parametrize("robots", ["none", "400", "401", "403", "410", "204", "html", "circle"])
def test_without_rules_everything_is_allowed(robots: str) -> None:
    with FaultServer(robots=robots) as server, fetcher_for(server) as fetcher:
        assert fetcher.get(server.url()).body == PAGE


@pytest.mark.parametrize("robots", ["500", "503", "429", "silent", "reset", "private", "file"])
def test_while_the_rules_cannot_be_read_nothing_is_asked_for(robots: str) -> None:
    with FaultServer(robots=robots) as server, fetcher_for(server) as fetcher:
        for _ in range(2):
            with pytest.raises(Unreachable, match=r"robots\.txt cannot be read") as caught:
                fetcher.get(server.url())
        assert caught.value.url == server.url()
        assert set(server.paths) == {"/robots.txt"}
        assert len(server.paths) == (1 if robots in ("private", "file") else 2)


def test_rules_that_moved_are_followed() -> None:
    with (
        FaultServer(robots="moved") as server,
        fetcher_for(server) as fetcher,
        pytest.raises(RobotsRefused),
    ):
        fetcher.get(server.url("/secret"))


def test_of_huge_rules_the_beginning_counts() -> None:
    with FaultServer(robots="huge") as server, fetcher_for(server) as fetcher:
        assert fetcher.get(server.url()).body == PAGE  # "Disallow: /" stands at the end
        with pytest.raises(RobotsRefused):
            fetcher.get(server.url("/secret"))
    assert HUGE_ROBOTS_BYTES > ROBOTS_BYTES


def test_a_rule_that_is_cut_in_the_middle_does_not_count() -> None:
    head = b"User-agent: *\n#"
    body = head + b"x" * (ROBOTS_BYTES - len(head) - 12) + b"\nDisallow: /tin/cu\n"
    rules = read_robots(body, ("test",))
    assert rules is not None
    assert rules.allows("http://bo.vn/tin/moi")


def test_rules_for_this_program_win_over_those_for_all() -> None:
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: test-scraper\nDisallow: /secret\n"
    with FaultServer(robots=robots) as server:
        with fetcher_for(server) as fetcher:
            assert fetcher.get(server.url()).body == PAGE
        with (
            fetcher_for(server, user_agent="other/1.0") as fetcher,
            pytest.raises(RobotsRefused),
        ):
            fetcher.get(server.url())


@pytest.mark.parametrize(
    ("user_agent", "names"),
    [
        ("ministry-scraper/0.1.0", ("ministry-scraper",)),
        ("ministry-scraper/0.1.0 (+https://google.com/bot)", ("ministry-scraper",)),
        ("ministry-scraper/0.1.0 (+luu@googlebot.vn)", ("ministry-scraper",)),
        ("Mozilla/5.0 (compatible; luu-bot/2.1; +http://a.vn/)", ("Mozilla", "luu-bot")),
        ("luu bot", ("luu",)),
        ("", ()),
    ],
)
def test_the_names_that_rules_may_mean(user_agent: str, names: tuple[str, ...]) -> None:
    assert product_names(user_agent) == names


def test_a_crawl_delay_that_is_longer_than_the_pace_is_kept() -> None:
    with FaultServer(robots="slow") as server, fetcher_for(server) as fetcher:
        fetcher.get(server.url())
        fetcher.get(server.url())
    times = [request.began_at for request in server.requests]
    assert all(after - before >= 0.29 for before, after in zip(times, times[1:], strict=False))


def test_a_crawl_delay_is_kept_to_five_minutes() -> None:
    rules = "User-agent: *\nCrawl-delay: 86400\n"
    stop = threading.Event()
    with FaultServer(robots=rules) as server:
        asked: list[float] = []

        class Watching(Pace):
            """Notes what pause was asked for, and does not wait."""

            def turn(self, host: str, seconds: float, **_: object):  # type: ignore[no-untyped-def]
                asked.append(seconds)
                return super().turn(host, 0)

        rule = FetchRule(pace_seconds=1.0, allow_private=(server.address,))
        with Fetcher(rule, user_agent="test", pace=Watching(), stop=stop) as fetcher:
            fetcher.get(server.url())
    assert asked == [1.0, 300.0]
