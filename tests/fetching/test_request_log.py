"""The log that proves how a portal was asked."""

from __future__ import annotations

import json
import multiprocessing
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from faultserver import PAGE, FaultServer

from scraper.errors import PageError
from scraper.fetching.fetcher import Fetcher, RequestLog, request_log_beside
from scraper.fetching.request_log import LoggedRequest
from scraper.records import FetchRule, Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

NOW = datetime(2026, 3, 5, 6, 7, 8, tzinfo=UTC)


def entry(number: int = 1, *, at: datetime = NOW) -> LoggedRequest:
    return LoggedRequest(
        at=at, host="bo.vn", method="GET", url=f"http://bo.vn/{number}", status=200
    )


def lines(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def asked(server: FaultServer, folder: Path, *paths: str, **rule: Any) -> list[dict[str, Any]]:
    """What the log says after these pages were asked for."""
    usual: dict[str, Any] = {"pace_seconds": 0, "retries": 0, "allow_private": (server.address,)}
    fetch = FetchRule(**(usual | rule))
    log = RequestLog(folder)
    with Fetcher(
        fetch, user_agent="test", backoff_seconds=0.001, log=log, portal="little"
    ) as fetcher:
        for path in paths:
            with suppress(PageError):
                fetcher.get(server.url(path))
    log.close()
    return lines(folder)


def test_every_request_has_a_line_with_what_proves_manners(tmp_path: Path) -> None:
    with FaultServer() as server:
        before = datetime.now(UTC)
        robots, page = asked(server, tmp_path, "/page", pace_seconds=0.05)
    assert robots["url"].endswith("/robots.txt") and robots["status"] == 404
    assert page["host"] == server.address
    assert (page["portal"], page["method"], page["status"]) == ("little", "GET", 200)
    assert page["bytes"] == len(PAGE)
    assert page["pace_seconds"] == 0.05
    assert page["waited_seconds"] >= 0.03
    assert page["seconds"] >= 0
    assert abs((datetime.fromisoformat(page["at"]) - before).total_seconds()) < 60


def test_tries_redirects_and_failures_have_lines_of_their_own(tmp_path: Path) -> None:
    with FaultServer() as server:
        found = asked(server, tmp_path, "/hops/2", "/flaky", "/closed", retries=1)
    told = [(one["url"].partition(server.address)[2], one.get("status")) for one in found]
    assert told == [
        ("/robots.txt", 404), ("/hops/2", 301), ("/hops/1", 301), ("/page", 200),
        ("/flaky", 503), ("/flaky", 200), ("/closed", None), ("/closed", None),
    ]  # fmt: skip
    assert "without an answer" in found[-1]["failure"]


def test_what_was_not_asked_for_is_told_with_the_reason(tmp_path: Path) -> None:
    with FaultServer(robots="forbidding") as server:
        first = asked(server, tmp_path / "1", "/secret", "/to?where=http://10.0.0.1/")
        found = first + asked(server, tmp_path / "2", "/page", "/page", max_requests_per_run=2)
    reasons = [one["not_asked"] for one in found if "not_asked" in one]
    assert len(reasons) == 3
    assert "robots.txt forbids it" in reasons[0]
    assert "10.0.0.1 is this machine or lies in a private network" in reasons[1]
    assert "max_requests_per_run" in reasons[2]
    assert sum("status" in one for one in found) == len(server.requests) == 4


def test_the_log_has_a_file_a_month(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / "log")
    for month in (1, 2, 2, 3):
        log.write(entry(at=NOW.replace(month=month)))
    log.close()
    names = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert names == ["2026-01.jsonl", "2026-02.jsonl", "2026-03.jsonl"]


def test_a_line_is_there_as_soon_as_the_request_is_over(tmp_path: Path) -> None:
    """A kill takes none of them away."""
    log = RequestLog(tmp_path)
    log.write(entry())
    assert len(lines(tmp_path)) == 1
    log.close()


def test_a_torn_line_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "2026-03.jsonl"
    path.write_bytes(b'{"at": "2026-03-01T00:00:00Z", "ho')
    log = RequestLog(tmp_path)
    log.write(entry(7))
    log.close()
    torn, whole = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(whole)["url"] == "http://bo.vn/7"
    assert torn.endswith('"ho')


def write_many(folder: Path, first: int) -> None:
    log = RequestLog(folder)
    for number in range(first, first + 200):
        log.write(entry(number))


def test_processes_that_write_at_once_tear_no_line(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write_many, args=(tmp_path, n * 1000)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    urls = {line["url"] for line in lines(tmp_path)}
    assert len(urls) == 800


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    with FaultServer() as server:
        assert asked(server, tmp_path / "file" / "log", "/page", "/page") == []
        assert server.paths == ["/robots.txt", "/page", "/page"]
    assert len(caplog.records) == 1


def test_an_address_in_any_letters_is_one_line(tmp_path: Path) -> None:
    log = RequestLog(tmp_path)
    log.write(LoggedRequest(at=NOW, host="bộ.vn", method="GET", url="http://bộ.vn/\n\udcff"))
    log.close()
    assert len(lines(tmp_path)) == 1


def test_the_settings_move_the_log_or_turn_it_off(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    for request_log, folder in ((None, "archive.requests"), (str(tmp_path / "log"), "log")):
        log = request_log_beside(archive, Settings(request_log=request_log))
        assert log is not None
        log.write(entry())
        log.close()
        assert os.listdir(tmp_path / folder) == ["2026-03.jsonl"]
    assert request_log_beside(archive, Settings(request_log="")) is None
