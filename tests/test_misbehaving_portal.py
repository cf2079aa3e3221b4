"""A portal whose every second page misbehaves: collected, nothing is lost and nothing made up."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faultserver import FaultServer
from rawfaults import FAULTS

from scraper.archive.archive import Archive
from scraper.fetching.fetcher import Pace
from scraper.portals.portal_file import read_cron
from scraper.query.search import matching
from scraper.records import ArticleRule, FetchRule, Outcome, Portal, Settings, Source
from scraper.side_by_side import collect_portals
from scraper.urls import article_key

# Those that need a second try, or their time, or whose reset may meet the next request, are tests
# of the fetcher alone.
PROMPT = [
    fault
    for fault in FAULTS
    if not fault.path.startswith("/flaky?status=429")
    and fault.path not in ("/flaky?status=503", "/short?fails=1", "/raw/reset-after-all")
    and "no whole answer" not in fault.words
]
ARTICLE = (
    "<!DOCTYPE html><html><head><title>Bài @@</title></head><body><div class='content'><h1>Bài "
    "@@ về công tác thủy lợi trong vùn</h1><p class='date'>Ngày đăng: 14/06/2018</p><p>Đoạn đầu "
    "của bài @@, nêu kết quả rà soát các công trình.</p><p>Theo báo cáo, đến giữa tháng sáu đơn "
    "vị đã kiểm tra hơn hai trăm hồ chứa, trong đó có nhiều hồ cần sửa chữa trước mùa mưa.</p><p>"
    "Phát biểu kết luận, lãnh đạo cơ quan yêu cầu các địa phương bố trí kinh phí và báo cáo kết "
    "quả trước ngày ba mươi hằng tháng.</p></div></body></html>"
).encode()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        running.page = ARTICLE
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def portal_of(server: FaultServer, paths: list[str], **fetch: Any) -> Portal:
    """A portal whose list names these pages."""
    items = "".join(
        f"<li><h3><a href='{html.escape(path)}'>Tin số {number} của cơ quan</a></h3></li>"
        for number, path in enumerate(paths)
    )
    server.pages["/list"] = f"<html><body><ul>{items}</ul></body></html>".encode()
    return Portal(
        name="little",
        home=server.url("/"),
        language="vi",
        article=ArticleRule(),
        sources=(Source(kind="listing", url=server.url("/list"), pages=1, link="li a"),),
        cron=read_cron("7 * * * *"),
        fetch=FetchRule(
            pace_seconds=0,
            timeout_seconds=60,
            retries=0,
            max_body_bytes=2_000_000,
            allow_private=(server.address,),
            **fetch,
        ),
    )


def run(archive: Archive, portal: Portal) -> list[Outcome]:
    return list(
        collect_portals(
            (portal,),
            archive=archive,
            captures_folder=archive.path.with_suffix(".captures"),
            settings=Settings(),
            pace=Pace(step_seconds=0),
        )
    )


CLOSED_MEANWHILE = "the server closed the connection without an answer"


def test_each_misbehaviour_ends_as_the_table_says_and_is_made_good_later(
    server: FaultServer, archive: Archive
) -> None:
    paths = [p for n, fault in enumerate(PROMPT) for p in (f"/page?n={n}", fault.path)]
    portal = portal_of(server, paths)
    expected = {fault.path: fault.becomes for fault in PROMPT}
    kinds = {outcome.url: outcome for outcome in run(archive, portal)}
    for path in paths:
        outcome = kinds.pop(server.url(path))
        wanted = expected.get(path, "page")
        if wanted == "page" and outcome.reason == CLOSED_MEANWHILE:
            continue  # the fault before closed the connection that this page was asked for on
        assert outcome.kind == ("new" if wanted == "page" else wanted), (path, outcome.reason)
    assert list(kinds) == [server.url("/list")]
    last = archive.runs("little", limit=1)[0]
    assert (last.state, last.reason) == ("done", None)

    server.mended = True
    run(archive, portal)
    keys = {article_key(server.url(path), portal) for path in paths}
    assert {stored.id for stored in matching("", archive=archive)} == {f"little:{k}" for k in keys}


def test_a_host_that_refuses_all_is_left_alone_and_asked_again_later(
    server: FaultServer, archive: Archive
) -> None:
    paths = [f"/refused-after/{number}?pages=3" for number in range(30)]
    outcomes = run(archive, portal_of(server, paths))
    counted = Counter(outcome.kind for outcome in outcomes if outcome.stage == "article")
    assert counted == {"new": 3, "failed": 5}
    last = archive.runs("little", limit=1)[0]
    assert last.state == "failed"
    assert last.reason and "refused the last 5 pages (403)" in last.reason
    assert len(server.paths) < 15


def test_pages_that_were_taken_down_one_by_one_are_no_refusal(
    server: FaultServer, archive: Archive
) -> None:
    paths = [f"/status/403?n={number}" for number in range(12)] + ["/page?n=1", "/page?n=2"]
    outcomes = run(archive, portal_of(server, paths))
    counted = Counter(outcome.kind for outcome in outcomes if outcome.stage == "article")
    assert counted == {"new": 2, "failed": 12}
    assert archive.runs("little", limit=1)[0].state == "done"


def test_a_wall_is_not_archived_for_the_articles_behind_it(
    server: FaultServer, archive: Archive
) -> None:
    paths = [f"/walled-after/{number}?pages=3" for number in range(30)]
    run(archive, portal_of(server, paths))
    last = archive.runs("little", limit=1)[0]
    assert last.state == "failed"
    assert last.reason and "one and the same page" in last.reason
    assert len(list(matching("", archive=archive))) == 3
    assert len(server.paths) < 15


def test_a_run_that_ends_in_a_list_goes_on_there(server: FaultServer, archive: Archive) -> None:
    paths = [f"/page?n={number}" for number in range(4)]
    portal = portal_of(server, paths, max_requests_per_run=1)  # robots.txt takes it
    assert run(archive, portal) == []
    assert archive.runs("little", limit=1)[0].state == "done"
    run(archive, portal_of(server, paths))
    assert len(list(matching("", archive=archive))) == 4


def test_a_run_ends_well_with_the_requests_that_it_may_make(
    server: FaultServer, archive: Archive
) -> None:
    paths = [f"/page?n={number}" for number in range(20)]
    portal = portal_of(server, paths, max_requests_per_run=8)
    for _ in range(2):
        run(archive, portal)
    last, first = archive.runs("little", limit=2)
    assert (first.state, first.requests) == ("done", 8)
    assert first.reason and "8 requests of max_requests_per_run" in first.reason
    assert (last.state, last.requests) == ("done", 8)
    assert len(list(matching("", archive=archive))) == 12  # robots.txt and the list cost two each
