"""Sitemaps, JSON lists, load-more answers and numbers, collected over real HTTP."""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from littleportal import Answer, LittlePortal, page, serving

from scraper.archive.archive import Archive
from scraper.query.search import matching
from scraper.records import Outcome, Portal, Settings, Source
from scraper.side_by_side import collect_portals

XML = (("Content-Type", "application/xml"),)
JSON = (("Content-Type", "application/json; charset=utf-8"),)


@dataclass
class ManyWays(LittlePortal):
    """A little portal that lists its articles in every way but a plain list."""

    lastmods: dict[int, str] = field(default_factory=dict)
    missing: Answer | None = None  # what is answered for a number that is no article

    def source(self, path: str, **keys: Any) -> Portal:
        source = Source(url=self.home + path, **keys)
        return replace(self.portal(), sources=(source,))

    def answer(self, path: str) -> Answer:
        newest_first = sorted(self.articles, reverse=True)
        if path == "/sitemap.xml":
            months = sorted({number // 10 for number in newest_first})
            rows = "".join(f"<sitemap><loc>/m{month}.xml.gz</loc></sitemap>" for month in months)
            return Answer(f"<sitemapindex>{rows}</sitemapindex>".encode(), headers=XML)
        if path.startswith("/m") and path.endswith(".xml.gz"):
            month = int(path[2:-7])
            rows = "".join(
                f"<url><loc>{self.home}detail.aspx?id={number}</loc>"
                f"<lastmod>{self.lastmods.get(number, f'2018-06-{number % 28 + 1:02}')}</lastmod>"
                "</url>"
                for number in sorted(self.articles)
                if number // 10 == month
            )
            return Answer(gzip.compress(f"<urlset>{rows}</urlset>".encode()), headers=XML)
        if path.startswith("/api?offset="):
            start = int(path.rpartition("=")[2])
            items = [{"so": n, "ten": f"Bài {n}"} for n in newest_first[start : start + 4]]
            return Answer(json.dumps({"data": {"rows": items}}).encode(), headers=JSON)
        if path.startswith("/more?p="):
            inner = super().answer(path.replace("/more?p=", "/list?page=")).body
            assert isinstance(inner, bytes)
            return Answer(json.dumps({"html": inner.decode()}).encode(), headers=JSON)
        answer = super().answer(path)
        absent = answer.status == 404 and path.startswith("/detail")
        return self.missing if self.missing and absent else answer


@pytest.fixture
def little() -> Iterator[ManyWays]:
    with serving(ManyWays()) as portal:
        assert isinstance(portal, ManyWays)
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def run(archive: Archive, portal: Portal, *, stop_after: int | None = None) -> list[Outcome]:
    stop = threading.Event()
    outcomes = []
    for outcome in collect_portals(
        [portal],
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
        stop=stop,
    ):
        outcomes.append(outcome)
        if stop_after is not None and len(outcomes) >= stop_after:
            stop.set()
    return outcomes


def kinds(outcomes: list[Outcome], stage: str = "article") -> dict[str, int]:
    return dict(Counter(outcome.kind for outcome in outcomes if outcome.stage == stage))


def ids(archive: Archive) -> set[int]:
    found = matching("", archive=archive)
    return {int(str(stored.article.id).partition(":")[2]) for stored in found}


def state(archive: Archive) -> tuple[str, str | None]:
    last = archive.runs("little", limit=1)[0]
    return last.state, last.reason


WAYS: dict[str, dict[str, Any]] = {
    "sitemap.xml": {"kind": "sitemap", "pages": 0},
    "api?offset={offset}": {"kind": "api", "pages": 1, "address": "/detail.aspx?id={so}"},
    "more?p={page}": {"kind": "listing", "pages": 1},
    "detail.aspx?id={id}": {"kind": "numbering", "pages": 0, "gap": 4, "first": 1},
}


@pytest.mark.parametrize("path", WAYS)
def test_every_article_is_found_once_and_new_ones_by_the_next_run(
    path: str, little: ManyWays, archive: Archive
) -> None:
    little.publish(*range(1, 24))
    portal = little.source(path, **WAYS[path])
    assert kinds(run(archive, portal))["new"] == 23
    assert ids(archive) == set(range(1, 24))
    assert state(archive) == ("done", None)
    little.publish(24, 25, 26)
    outcomes = run(archive, portal)
    assert kinds(outcomes)["new"] == 3
    assert ids(archive) == set(range(1, 27))
    assert state(archive) == ("done", None)
    assert "3 new links" in str(next(o.reason for o in outcomes if o.stage == "source"))


@pytest.mark.parametrize("path", WAYS)
def test_a_run_that_was_stopped_leaves_no_hole(
    path: str, little: ManyWays, archive: Archive
) -> None:
    little.publish(*range(1, 24))
    portal = little.source(path, **WAYS[path])
    run(archive, portal, stop_after=5)
    assert len(ids(archive)) < 23
    run(archive, portal)
    assert ids(archive) == set(range(1, 24))


def test_an_unchanged_sitemap_costs_no_reading(little: ManyWays, archive: Archive) -> None:
    little.publish(*range(1, 24))
    portal = little.source("sitemap.xml", **WAYS["sitemap.xml"])
    run(archive, portal)
    little.requests.clear()
    run(archive, portal)
    assert little.asked("/detail") == []
    assert len(little.asked("/m")) == 3


def test_a_sitemap_counts_as_read_from_when_the_run_began(
    little: ManyWays, archive: Archive
) -> None:
    """What is changed while a long first run goes on is older than its end."""
    little.publish(*range(1, 24))
    portal = little.source("sitemap.xml", **WAYS["sitemap.xml"])
    run(archive, portal)
    (source,) = archive.sources("little")
    assert source.settled_at == archive.runs("little", limit=1)[0].started_at


def test_an_article_whose_lastmod_moves_is_read_again(little: ManyWays, archive: Archive) -> None:
    little.publish(*range(1, 24))
    portal = little.source("sitemap.xml", **WAYS["sitemap.xml"])
    run(archive, portal)
    little.requests.clear()
    little.articles[7] = "Một đoạn mở đầu khác hẳn. " + little.articles[7]
    ended_at = archive.runs("little", limit=1)[0].finished_at
    assert ended_at is not None
    little.lastmods[7] = (ended_at + timedelta(hours=1)).isoformat()
    assert kinds(run(archive, portal)) == {"changed": 1}
    assert little.asked("/detail") == ["/detail.aspx?id=7"]


def test_a_sitemap_that_says_now_of_everything_is_not_believed(
    little: ManyWays, archive: Archive
) -> None:
    little.publish(*range(1, 24))
    portal = little.source("sitemap.xml", **WAYS["sitemap.xml"])
    run(archive, portal)
    last = archive.runs("little", limit=1)[0].finished_at
    assert last is not None
    little.lastmods |= dict.fromkeys(range(1, 24), last.isoformat())
    little.requests.clear()
    run(archive, portal)
    assert len(little.asked("/detail")) <= 4  # of the one file that is too small to tell


NOT_FOUND = page("Không tìm thấy", "Không tìm thấy trang mà bạn yêu cầu.").encode()
A_LIST = (
    "<html><title>Tin</title><body><ul>"
    + "".join(
        f"<li><a href='/detail.aspx?id={number}'>Tin {number}</a></li>" for number in range(9)
    )
    + "</ul></body></html>"
).encode()


@pytest.mark.parametrize(
    "missing",
    [None, Answer(A_LIST), Answer(b""), Answer(b"", 302, (("Location", "/"),)), Answer(b"", 500)],
    ids=["404", "a list", "an empty page", "the home page", "500"],
)
def test_an_unchanged_portal_costs_the_gap_whatever_is_said_of_a_number_that_is_not_there(
    missing: Answer | None, little: ManyWays, archive: Archive
) -> None:
    little.missing = missing
    little.overrides["/"] = Answer(A_LIST)
    little.publish(*range(1, 9), 11)
    path = "detail.aspx?id={id}"
    portal = little.source(path, **WAYS[path])
    run(archive, portal)
    for _ in range(3):
        little.requests.clear()
        run(archive, portal)
        asked = [path for path in little.asked("/detail") if path[16:] not in ("9", "10", "11")]
        assert asked == [f"/detail.aspx?id={number}" for number in (12, 13, 14, 15)]
        assert state(archive) == ("done", None)
    assert archive.status("little", now=datetime.now(UTC)).failures_count == 0
    assert ids(archive) == {*range(1, 9), 11}


def test_a_portal_that_answers_500_for_every_number_that_is_not_there_is_walked_to_its_end(
    little: ManyWays, archive: Archive
) -> None:
    little.missing = Answer(b"", 500)
    little.publish(*range(1, 9), 24, 25)
    path = "detail.aspx?id={id}"
    portal = little.source(path, **(WAYS[path] | {"gap": 20}))
    run(archive, portal)
    assert ids(archive) == {*range(1, 9), 24, 25}
    assert state(archive) == ("done", None)


def test_numbers_without_an_article_do_not_make_their_addresses_a_trap(
    little: ManyWays, archive: Archive
) -> None:
    little.publish(1, 45)
    path = "detail.aspx?id={id}"
    portal = little.source(path, **(WAYS[path] | {"gap": 45}))
    for _ in range(2):
        run(archive, portal)
    assert ids(archive) == {1, 45}
    assert len(little.asked("/detail.aspx?id=90")) == 2


def test_numbers_that_lead_nowhere_at_all_are_told(little: ManyWays, archive: Archive) -> None:
    path = "detail.aspx?id={id}"
    run(archive, little.source(path, **WAYS[path]))
    said, reason = state(archive)
    assert said == "failed"
    assert "none of the numbers 1 to 4 is an article" in str(reason)


def test_a_portal_that_is_down_is_no_end_of_its_numbers(little: ManyWays, archive: Archive) -> None:
    little.publish(*range(1, 9))
    path = "detail.aspx?id={id}"
    portal = little.source(path, **WAYS[path])
    run(archive, portal)
    for number in range(1, 20):
        little.overrides[f"/detail.aspx?id={number}"] = Answer(b"down", status=500)
    run(archive, portal)
    said, reason = state(archive)
    assert said == "failed"
    assert "4 numbers in a row could not be read, nor could 8" in str(reason)
    little.overrides.clear()
    little.publish(9, 10)
    run(archive, portal)
    assert ids(archive) == set(range(1, 11))
