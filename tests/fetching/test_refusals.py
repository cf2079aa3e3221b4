"""A host that refuses all is left alone; a page that is refused is not the host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from faultserver import FaultServer

from scraper.errors import BadStatus, NotAsked, PageError
from scraper.fetching.fetcher import Fetcher, Pace
from scraper.fetching.refusals import Refusals, looks_alike
from scraper.fetching.transport import Answer
from scraper.records import FetchRule

ARTICLE = "<html><title>Bài @@</title><p>Nội dung @@ của bài</p></html>".encode()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        running.page = ARTICLE
        yield running


def fetcher_for(server: FaultServer, *, pace: Pace | None = None) -> Fetcher:
    rule = FetchRule(pace_seconds=0, retries=0, allow_private=(server.address,))
    return Fetcher(rule, user_agent="test", backoff_seconds=0.001, pace=pace)


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_after_five_refusals_and_one_of_a_page_that_was_good_the_host_is_left_alone(
    server: FaultServer, status: int
) -> None:
    with fetcher_for(server) as fetcher:
        for number in range(8):
            url = server.url(f"/refused-after/{number}?pages=3&status={status}")
            if number < 3:
                fetcher.get(url)
                continue
            with pytest.raises(BadStatus):
                fetcher.get(url)
        asked = len(server.requests)
        assert server.paths[-1] == f"/refused-after/2?pages=3&status={status}"  # the proof
        with pytest.raises(NotAsked, match=rf"refused the last 5 pages \({status}\)") as caught:
            fetcher.get(server.url())
        assert caught.value.retry_at is not None
        assert len(server.requests) == asked


def test_the_next_run_leaves_the_host_alone_too(server: FaultServer, tmp_path: Path) -> None:
    with fetcher_for(server, pace=Pace(tmp_path, step_seconds=0)) as fetcher:
        for number in range(5):
            with pytest.raises(BadStatus):
                fetcher.get(server.url(f"/refused-after/{number}?pages=0"))
    asked = len(server.requests)
    with (
        fetcher_for(server, pace=Pace(tmp_path)) as fetcher,
        pytest.raises(NotAsked, match="left alone until"),
    ):
        fetcher.get(server.url())
    assert len(server.requests) == asked


def test_refused_pages_of_a_host_that_serves_others_are_their_own(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        fetcher.get(server.url("/page?n=1"))
        fetcher.get(server.url("/page?n=2"))
        for number in range(40):
            with pytest.raises(BadStatus):
                fetcher.get(server.url(f"/status/403?n={number}"))
        fetcher.get(server.url("/page?n=3"))
    proofs = server.paths.count("/page?n=2")
    assert proofs == 4  # once as such, and after 5, 10 and 20 refusals


def test_a_refusal_now_and_then_costs_no_proof(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        for number in range(12):
            fetcher.get(server.url(f"/page?n={number}"))
            with pytest.raises(PageError):
                fetcher.get(server.url(f"/status/403?n={number}"))
    assert len(server.requests) == 25


def test_a_wall_before_everything_is_told_by_the_front_page(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        for number in range(4):
            fetcher.get(server.url(f"/walled-after/{number}?pages=0"))
        server.pages["/"] = fetcher.get(server.url("/walled-after/0?pages=0")).body
        with pytest.raises(NotAsked, match="one and the same page"):
            fetcher.get(server.url("/walled-after/9?pages=0"))


def test_a_row_of_pages_that_were_taken_down_is_no_wall(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        fetcher.get(server.url("/page?n=1"))
        fetcher.get(server.url("/page?n=2"))
        for number in range(30):
            fetcher.get(server.url(f"/not-found?n={number}"))
        fetcher.get(server.url("/page?n=3"))


def test_pages_that_are_one_are_no_wall_where_the_front_page_does_not_show_it(
    server: FaultServer,
) -> None:
    """A calendar whose days all show one list; the front page is not there."""
    server.page = b"<h1>Calendar</h1><p>nothing on this day</p>"
    with fetcher_for(server) as fetcher:
        for number in range(30):
            fetcher.get(server.url(f"/page?n={number}"))
    assert server.paths.count("/") == 2  # after 5 and 10 more


def test_one_address_that_is_asked_again_and_again_is_no_wall(server: FaultServer) -> None:
    with fetcher_for(server) as fetcher:
        for _ in range(20):
            fetcher.get(server.url("/page?n=1"))
    assert len(server.requests) == 21


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (b"<p>Are you a robot?</p>", b"<p>Are you a robot?</p>", True),
        (b"<p>Ray 8f3a91c2b7d4e6f0</p>", b"<p>Ray 1c2d3e4f5a6b7c8d</p>", True),
        (b"<p>http://bo.vn/a?id=1 wait</p>", b"<p>http://bo.vn/a?id=22 wait</p>", True),
        (b'<p id="x1">wait</p>', b'<p id="y22">wait</p>', True),
        (b"<h1>Tin 17</h1>", b"<h1>Tin 18</h1>", False),
        (b"<p>Hoi nghi de dieu</p>", b"<p>Hoi nghi ho chua</p>", False),
        (b"x" * 200_000, b"x" * 200_000, False),
        (b"<p>wait</p>", b"<p>wait</p>" + b" " * 5000, False),
    ],
)
def test_pages_look_alike_but_for_tokens_and_addresses(
    one: bytes, other: bytes, alike: bool
) -> None:
    assert looks_alike(one, other) is alike


def test_the_pages_of_a_list_in_json_are_no_wall() -> None:
    refusals = Refusals()
    for page in range(50):
        items = [{"id": f"{page}-{number}", "title": f"Bài {number}"} for number in range(9)]
        answer = Answer(
            url=f"http://api.vn/?page={page}",
            status=200,
            headers=(),
            body=json.dumps(items).encode(),
        )
        assert not refusals.met("api.vn", answer.url, answer)
