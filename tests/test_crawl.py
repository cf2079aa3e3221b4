"""The flow over real HTTP: what becomes of links, and that no interruption leaves a hole."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from littleportal import Answer, LittlePortal, page, serving

from scraper.archive.archive import Archive, StoredArticle
from scraper.capture.store import CaptureStore
from scraper.crawl import collect
from scraper.errors import CaptureError
from scraper.extraction.article import extract
from scraper.fetching.fetcher import Fetcher
from scraper.learning import PortalTemplates
from scraper.query.search import matching
from scraper.readers import Readers
from scraper.records import Article, ArticleRule, Layout, Outcome, Portal, Settings
from scraper.side_by_side import collect_portals


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal()) as portal:
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def run(archive: Archive, *portals: Portal, stop_after: int | None = None) -> list[Outcome]:
    """One collection; with `stop_after`, stopped after that many outcomes."""
    stop = threading.Event()
    outcomes = []
    for outcome in collect_portals(
        portals,
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
        stop=stop,
    ):
        outcomes.append(outcome)
        if stop_after is not None and len(outcomes) >= stop_after:
            stop.set()
    return outcomes


def kinds(outcomes: list[Outcome], stage: str = "article") -> list[str]:
    return [outcome.kind for outcome in outcomes if outcome.stage == stage]


def ids(archive: Archive) -> set[int]:
    return {int(str(stored.article.id).partition(":")[2]) for stored in everything(archive)}


def everything(archive: Archive) -> list[StoredArticle]:
    return list(matching("", archive=archive))


def test_every_listed_article_is_archived_once(little: LittlePortal, archive: Archive) -> None:
    little.publish(*range(1, 18))
    outcomes = run(archive, little.portal())
    assert kinds(outcomes) == ["new"] * 17, outcomes[0]
    assert ids(archive) == set(range(1, 18))
    assert len(little.asked("/detail")) == 17
    assert little.asked("/robots") == ["/robots.txt"]


def test_a_second_run_over_an_unchanged_portal_makes_no_version(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 18))
    run(archive, little.portal())
    little.requests.clear()
    outcomes = run(archive, little.portal())
    assert set(kinds(outcomes)) <= {"unchanged", "not_modified"}
    assert all(stored.version_count == 1 for stored in everything(archive))
    assert little.asked("/list") == ["/list?page=1"]


def test_an_edit_on_a_head_page_is_seen_by_the_next_run(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2, 3)
    run(archive, little.portal())
    little.articles[2] = "Một đoạn mở đầu khác hẳn. " + little.articles[2]
    outcomes = run(archive, little.portal())
    assert kinds(outcomes).count("changed") == 1
    first, second = archive.versions("little:2")
    assert (first.number, second.number) == (1, 2)
    assert "khác hẳn" in second.article.text
    assert "khác hẳn" not in first.article.text


def test_after_weeks_of_downtime_a_run_goes_on_to_the_known_page(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 8))
    run(archive, little.portal())
    little.publish(*range(8, 40))
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 40))


def test_a_first_run_stopped_early_leaves_no_hole(little: LittlePortal, archive: Archive) -> None:
    little.publish(*range(1, 31))
    run(archive, little.portal(), stop_after=7)
    assert len(everything(archive)) < 30
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31))


def test_a_catching_up_run_stopped_early_leaves_no_hole(
    little: LittlePortal, archive: Archive
) -> None:
    """The stopped run has met pages 1 and 2; they must not count as known ground."""
    little.publish(*range(1, 8))
    run(archive, little.portal())
    little.publish(*range(8, 40))
    run(archive, little.portal(), stop_after=8)
    run(archive, little.portal(), stop_after=3)
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 40))


def test_a_listing_that_breaks_off_is_walked_to_its_end_by_a_later_run(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 31))
    little.overrides["/list?page=3"] = Answer(b"down", status=500)
    outcomes = run(archive, little.portal())
    assert kinds(outcomes, "source") == ["failed"]
    assert archive.runs("little", limit=1)[0].state == "failed"
    little.overrides.clear()
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31))


def test_a_page_that_fails_is_tried_again_by_the_next_run(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2, 3)
    little.overrides["/detail.aspx?id=2"] = Answer(b"down", status=500)
    outcomes = run(archive, little.portal())
    assert sorted(kinds(outcomes)) == ["failed", "new", "new"]
    assert archive.runs("little", limit=1)[0].state == "done"
    little.overrides.clear()
    outcomes = run(archive, little.portal())
    assert "new" in kinds(outcomes)
    assert ids(archive) == {1, 2, 3}


def test_a_page_that_is_not_there_is_gone_and_the_run_is_good(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    little.overrides["/detail.aspx?id=2"] = Answer(b"no", status=410)
    outcomes = run(archive, little.portal())
    assert sorted(kinds(outcomes)) == ["gone", "new"]
    assert archive.runs("little", limit=1)[0].state == "done"


def test_what_robots_forbids_is_refused_and_never_asked_for(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    little.overrides["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /detail.aspx?id=2\n", headers=(("Content-Type", "text/plain"),)
    )
    outcomes = run(archive, little.portal())
    assert sorted(kinds(outcomes)) == ["new", "refused"]
    assert "/detail.aspx?id=2" not in little.requests


def test_a_page_that_is_no_article_is_refused_with_a_reason(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    little.overrides["/detail.aspx?id=2"] = Answer(b"%PDF-1.7 no page")
    outcomes = run(archive, little.portal())
    refused = next(outcome for outcome in outcomes if outcome.kind == "refused")
    assert refused.reason and "PDF" in refused.reason


def test_the_body_of_an_unchanged_list_is_captured_once(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    for _ in range(2):
        run(archive, little.portal())
    places = {capture.place for capture in archive.captures("little:1")}
    assert len(archive.captures("little:1")) == 2
    assert len(places) == 1


def test_a_portal_that_is_down_fails_and_others_go_on(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    with serving(LittlePortal()) as down:
        gone_portal = down.portal(name="down")
    outcomes = run(archive, gone_portal, little.portal())
    assert ids(archive) == {1, 2}
    assert [o.kind for o in outcomes if o.portal == "down"] == ["failed"]
    assert archive.runs("down", limit=1)[0].state == "failed"
    assert archive.runs("little", limit=1)[0].state == "done"


def test_a_redirect_to_another_article_is_archived_under_that_article(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    little.overrides["/detail.aspx?id=2"] = Answer(
        b"", status=301, headers=(("Location", "/detail.aspx?id=1"),)
    )
    run(archive, little.portal())
    assert ids(archive) == {1}


def test_captures_that_cannot_be_written_end_the_run_and_lose_nothing(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    archive.path.with_suffix(".captures").write_text("a file where the folder should be")
    with pytest.raises(CaptureError):
        run(archive, little.portal())
    assert archive.runs("little", limit=1)[0].state == "failed"
    archive.path.with_suffix(".captures").unlink()
    run(archive, little.portal())
    assert ids(archive) == {1, 2}


def test_two_portal_files_over_the_same_addresses_each_archive_all(
    little: LittlePortal, archive: Archive
) -> None:
    """That a page is unchanged since the other portal had it says nothing to this one."""
    little.publish(1)
    path = "/detail.aspx?id=1"
    little.overrides[path] = Answer(
        little.answer(path).body, headers=(("Content-Type", "text/html"), ("ETag", '"1"'))
    )
    run(archive, little.portal(), little.portal(name="twin"))
    assert {stored.article.id for stored in everything(archive)} == {"little:1", "twin:1"}


def test_links_of_a_host_that_fell_silent_wait_without_being_counted_as_failures(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 31))
    asked_to_rest = Answer(b"slow down", status=429, headers=(("Retry-After", "3600"),))
    little.overrides["/detail.aspx?id=28"] = asked_to_rest
    outcomes = run(archive, little.portal(pages=10))
    assert kinds(outcomes) == ["new", "new", "failed"]
    last = archive.runs("little", limit=1)[0]
    assert last.state == "failed"
    assert last.reason and "left alone" in last.reason
    little.overrides.clear()
    little.requests.clear()
    run(archive, little.portal())
    assert not little.requests  # the hour is not over
    shutil.rmtree(archive.path.with_name("archive.db.hosts"))  # now it is
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31)) - {28}  # which waits for its Retry-After


EMPTY = Answer(b"<html><body><p>Portal dang bao tri</p></body></html>")


def test_a_list_page_that_is_empty_for_a_moment_is_not_taken_for_the_end(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 31))
    little.overrides["/list?page=3"] = EMPTY
    assert kinds(run(archive, little.portal()), "source") == ["failed"]
    little.overrides.clear()
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31))


def test_a_list_that_ends_before_known_ground_is_walked_again_by_the_next_run(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 8))
    run(archive, little.portal())
    little.publish(*range(8, 40))
    for number in range(3, 12):
        little.overrides[f"/list?page={number}"] = EMPTY
    assert kinds(run(archive, little.portal()), "source") == ["failed"]
    little.overrides.clear()
    assert kinds(run(archive, little.portal()), "source") == ["new"]
    assert ids(archive) == set(range(1, 40))


def test_a_list_that_was_cut_short_for_good_is_believed_the_second_time(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 8))
    run(archive, little.portal())
    little.articles.clear()
    little.publish(*range(20, 31))
    assert kinds(run(archive, little.portal()), "source") == ["failed"]
    assert kinds(run(archive, little.portal()), "source") == ["unchanged"]
    assert archive.runs("little", limit=1)[0].state == "done"


def test_a_portal_that_answers_500_beyond_its_last_page_has_an_end(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 8))
    for number in range(3, 6):
        little.overrides[f"/list?page={number}"] = Answer(b"error", status=500)
    assert kinds(run(archive, little.portal()), "source") == ["new"]
    assert ids(archive) == set(range(1, 8))


def test_an_article_taken_down_while_a_list_page_is_read_moves_no_other_past_the_walk(
    little: LittlePortal, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.crawl.LOOK_AGAIN_SECONDS", 0.0)
    little.publish(*range(1, 31))
    path = "/detail.aspx?id=28"

    def taken_down_then() -> bytes:
        little.articles.pop(29, None)  # read already; 25 moves up from page 2 to page 1
        return page("Bài số 28", little.articles[28]).encode()

    little.overrides[path] = Answer(taken_down_then)
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31))


def test_a_box_of_the_newest_on_each_list_page_does_not_make_a_run_walk_on(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(*range(1, 61))
    little.newest_box = True
    run(archive, little.portal())
    little.publish(61)
    little.requests.clear()
    run(archive, little.portal())
    assert little.asked("/list") == ["/list?page=1", "/list?page=2"]


def test_a_redirect_to_what_is_no_article_takes_no_articles_place(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2)
    run(archive, little.portal())
    little.overrides["/detail.aspx?id=2"] = Answer(
        b"", status=302, headers=(("Location", "/loi.aspx"),)
    )
    little.overrides["/loi.aspx"] = Answer(page("Thông báo", "Cổng đã đóng cửa.").encode())
    outcomes = run(archive, little.portal())
    away = next(outcome for outcome in outcomes if outcome.kind == "gone")
    assert away.reason and "/loi.aspx" in away.reason
    assert len(archive.versions("little:2")) == 1


def test_a_page_that_was_no_article_is_read_whole_the_next_time(
    little: LittlePortal, archive: Archive
) -> None:
    """A 304 would say that it is unchanged, not that it is no article for today's rules."""
    little.publish(1, 2)
    path = "/detail.aspx?id=2"
    tagged = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))
    article = little.answer(path).body
    little.overrides[path] = Answer(b"<html><body></body></html>", headers=tagged)
    assert "refused" in kinds(run(archive, little.portal()))
    little.overrides[path] = Answer(article, headers=tagged)
    assert "new" in kinds(run(archive, little.portal()))


def test_captures_that_were_moved_away_are_written_anew(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1)
    run(archive, little.portal())
    shutil.rmtree(archive.path.with_suffix(".captures"))
    run(archive, little.portal())
    assert list(archive.path.with_suffix(".captures").rglob("*.warc.gz"))


def test_a_portal_of_which_no_new_link_is_an_article_needs_a_look(
    little: LittlePortal, archive: Archive
) -> None:
    little.publish(1, 2, 3, 4)
    for number in little.articles:
        little.overrides[f"/detail.aspx?id={number}"] = EMPTY
    assert set(kinds(run(archive, little.portal()))) == {"refused"}
    last = archive.last_run("little")
    assert last is not None
    assert last.state == "failed"
    assert last.reason and "none was an article" in last.reason


def test_a_mistake_of_ours_over_one_page_stops_no_other(
    little: LittlePortal, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(body: bytes, **known: Any) -> Article:
        if known["url"].endswith("id=2"):
            raise RecursionError("too deep")
        return extract(body, **known)

    little.publish(1, 2, 3)
    reads = partial(PortalTemplates, instead=stumbling)
    monkeypatch.setattr("scraper.crawl.PortalTemplates", reads)
    outcomes = run(archive, little.portal())
    failed = next(outcome for outcome in outcomes if outcome.kind == "failed")
    assert failed.reason == "a fault of this program: RecursionError: too deep"
    assert ids(archive) == {1, 3}


def test_a_mistyped_key_gives_no_ids(little: LittlePortal, archive: Archive) -> None:
    little.publish(1, 2)
    portal = replace(little.portal(), article=ArticleRule(key_parameter="idd"))
    (outcome,) = run(archive, portal)
    assert outcome.reason and 'key "idd" is found in none of 2 addresses' in outcome.reason
    assert ids(archive) == set()


def test_links_that_fit_but_lead_to_another_host_are_named(
    little: LittlePortal, archive: Archive
) -> None:
    little.overrides["/list?page=1"] = Answer(
        b'<a href="http://other.example/detail.aspx?id=1">Mot</a>'
    )
    portal = replace(little.portal(), article=ArticleRule(match=re.compile("detail")))
    (outcome,) = run(archive, portal)
    assert outcome.reason and "http://other.example/detail.aspx?id=1" in outcome.reason


def test_a_layout_that_selects_nothing_needs_a_look(little: LittlePortal, archive: Archive) -> None:
    little.publish(1, 2, 3)
    wrong = replace(little.portal(), layouts=(Layout(title="h1.none", text="div.none"),))
    run(archive, wrong)
    last = archive.last_run("little")
    assert last is not None
    assert last.reason == "no [[layout]] selected anything on any of 3 pages"
    assert ids(archive) == {1, 2, 3}


def test_a_host_that_fails_page_after_page_is_left_alone(
    little: LittlePortal, archive: Archive
) -> None:
    little.per_page = 40
    little.publish(*range(1, 31))
    for number in little.articles:
        little.overrides[f"/detail.aspx?id={number}"] = Answer(b"down", status=500)
    assert kinds(run(archive, little.portal())) == ["failed"] * 10
    assert len(little.asked("/detail")) == 10
    little.overrides.clear()
    run(archive, little.portal())
    assert ids(archive) == set(range(1, 31))


def test_an_article_that_is_read_again_is_asked_for_once_in_a_run(
    little: LittlePortal, archive: Archive
) -> None:
    little.per_page = 20
    little.publish(*range(80, 100))
    run(archive, little.portal(pages=6))  # the articles of the first page are due again
    little.publish(*range(1, 80))  # behind them
    little.requests.clear()
    run(archive, little.portal(pages=6))
    asked = little.asked("/detail")
    assert len(asked) == len(set(asked))


def test_whoever_takes_the_first_outcomes_only_may_close_the_run(
    little: LittlePortal, archive: Archive, tmp_path: Path
) -> None:
    little.per_page = 50
    little.publish(*range(1, 400))
    portal = little.portal()
    with (
        Readers(jobs=1, many_pages=3) as readers,
        Fetcher(portal.fetch, user_agent="test") as fetcher,
        CaptureStore(tmp_path / "captures") as captures,
    ):
        for wanted in (70, 30, 30, 30):
            outcomes = collect(
                portal, archive=archive, fetcher=fetcher, captures=captures, readers=readers
            )
            for _ in range(wanted):
                next(outcomes)
            outcomes.close()  # type: ignore[attr-defined]
            last = archive.last_run("little")
            assert last is not None and last.state == "interrupted"
    run(archive, portal)
    assert ids(archive) == set(range(1, 400))
