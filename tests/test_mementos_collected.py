"""Copies that other archives hold, over real HTTP: closed portals, and the years before us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from littleportal import LittlePortal, serving
from otherarchives import HOME, OtherArchive, closed_portal, held, serving_archive
from test_crawl import kinds, run

from scraper.archive.archive import Archive
from scraper.records import Outcome, Portal
from scraper.urls import article_key
from scraper.verify import verify

NOTHING_WRONG: list[object] = []


@pytest.fixture
def other() -> Iterator[OtherArchive]:
    with serving_archive(OtherArchive()) as archive:
        yield archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def closed(other: OtherArchive, index: Any = "wayback", **changes: Any) -> Portal:
    return closed_portal(other.source(index, **changes), ports=(other.port,))


def damages(archive: Archive) -> list[object]:
    return list(verify(archive.path, archive.path.with_suffix(".captures")))


def texts(archive: Archive, id: str) -> list[str]:
    """The first words of each version, in the order of days."""
    return [version.article.text.partition(" Đoạn")[0] for version in archive.versions(id)]


def test_a_closed_portal_is_archived_from_the_wayback_machine_alone(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in range(1, 9)]
    outcomes = run(archive, closed(other))
    assert kinds(outcomes) == ["new"] * 8
    assert kinds(outcomes, "source") == ["new"]
    stored = archive.article("closed:3")
    assert stored.first_seen_at == datetime(2015, 6, 3, 4, 5, tzinfo=UTC)
    assert stored.article.url == f"{HOME}detail.aspx?id=3"
    (version,) = stored.versions
    assert version.origin == f"127.0.0.1:{other.port}"
    assert version.fetched_at == stored.first_seen_at
    assert archive.last_run("closed").state == "done"  # type: ignore[union-attr]
    assert damages(archive) == NOTHING_WRONG


def test_each_copy_that_differs_makes_a_version_of_its_own_day(
    other: OtherArchive, archive: Archive
) -> None:
    days = (("20150601", "Một"), ("20160601", "Hai"), ("20170601", "Hai"), ("20180601", "Một"))
    other.holds = [held(day, 1, opening) for day, opening in days]
    run(archive, closed(other))
    assert texts(archive, "closed:1") == ["Một", "Hai", "Một"]
    one, two, three = archive.versions("closed:1")
    assert (one.kind, two.kind, three.kind) == ("first", "edit", "edit")
    assert two.silent
    assert [it.first_seen_at.year for it in (one, two, three)] == [2015, 2016, 2018]
    assert damages(archive) == NOTHING_WRONG


def test_a_second_run_asks_nothing_again(other: OtherArchive, archive: Archive) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in range(1, 6)]
    run(archive, closed(other))
    other.requests.clear()
    assert kinds(run(archive, closed(other))) == []
    assert other.requests == []


def test_after_a_month_the_index_is_asked_for_what_is_new(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held("20150601", 1, "Xưa")]
    run(archive, closed(other))
    archive._connection.execute(
        "UPDATE memento_indexes SET done_at = '2015-08-01T00:00:00.000000Z'"
    )
    other.holds.append(held("20150701", 2, "Mới"))
    other.requests.clear()
    assert kinds(run(archive, closed(other))) == ["new"]
    (asked,) = other.asked("/cdx")
    assert "from=20150602" in asked
    assert len(other.asked("/web/")) == 1


def test_the_same_bytes_are_asked_for_once(other: OtherArchive, archive: Archive) -> None:
    days = (("20150601", "Một"), ("20160601", "Hai"), ("20180601", "Một"))
    other.holds = [held(day, 1, opening) for day, opening in days]
    run(archive, closed(other))
    assert len(other.asked("/web/")) == 2
    assert len(archive.captures("closed:1")) == 3


def test_a_portal_that_closed_is_never_asked(other: OtherArchive, archive: Archive) -> None:
    with serving(LittlePortal()) as little:
        portal = replace(closed(other), home=little.home)
        url = f"{little.home}detail.aspx?id=1"
        other.holds = [held("20150601", 1, "Xưa", url=url)]
        source = replace(other.source(), below=little.home)
        portal = replace(portal, sources=(source,))
        for _ in range(3):
            run(archive, portal)
        assert archive.article("closed:1").version_count == 1
        assert little.requests == []
        later = datetime.now(UTC) + timedelta(days=4000)
        assert archive.due("closed", now=later) == []


def test_an_article_known_from_copies_is_read_live_once_a_list_names_it(
    other: OtherArchive, archive: Archive
) -> None:
    with serving(LittlePortal()) as little:
        little.publish(1)
        url = f"{little.home}detail.aspx?id=1"
        other.holds = [held("20150601", 1, "Xưa", url=url)]
        source = replace(other.source(), below=little.home)
        fetch = replace(
            little.portal().fetch,
            allow_private=(f"127.0.0.1:{little.port}", f"127.0.0.1:{other.port}"),
        )
        portal = replace(little.portal(), fetch=fetch)
        run(archive, replace(portal, sources=(source,)))
        assert little.asked("/detail") == []
        run(archive, replace(portal, sources=(*portal.sources, source)))
        assert little.asked("/detail") == ["/detail.aspx?id=1"]
        old, new = archive.versions("little:1")
        assert old.article.text.startswith("Xưa")
        assert (old.origin is None, new.origin) == (False, None)


@pytest.fixture
def backfilled(other: OtherArchive, archive: Archive) -> Iterator[tuple[LittlePortal, Portal]]:
    """A live portal whose articles 1 to 3 were read today, and were other ones in 2018."""
    with serving(LittlePortal()) as little:
        little.publish(1, 2, 3)
        source = replace(other.source(), below=little.home)
        portal = little.portal()
        fetch = replace(
            portal.fetch, allow_private=(f"127.0.0.1:{little.port}", f"127.0.0.1:{other.port}")
        )
        run(archive, replace(portal, fetch=fetch))
        other.holds = [
            held(day, number, opening, url=f"{little.home}detail.aspx?id={number}")
            for number in (1, 2, 3)
            for day, opening in (("20180614", "Bản đầu"), ("20200101", "Bản sau"))
        ]
        yield little, replace(portal, fetch=fetch, sources=(*portal.sources, source))


def test_the_text_of_2018_is_kept_beside_todays(
    backfilled: tuple[LittlePortal, Portal], archive: Archive
) -> None:
    outcomes = run(archive, backfilled[1])
    assert kinds(outcomes).count("changed") == 6
    stored = archive.article("little:1")
    assert stored.article.text.startswith("Đoạn mở đầu")
    assert stored.first_seen_at.year == 2018
    assert texts(archive, "little:1")[:2] == ["Bản đầu", "Bản sau"]
    assert [version.number for version in stored.versions] == [2, 3, 1]
    assert [version.kind for version in stored.versions] == ["first", "edit", "edit"]
    assert (stored.version_count, stored.edits, stored.silent_edits) == (3, 2, 2)
    assert damages(archive) == NOTHING_WRONG


def test_a_live_edit_after_that_is_the_newest_version(
    backfilled: tuple[LittlePortal, Portal], archive: Archive
) -> None:
    little, portal = backfilled
    run(archive, portal)
    little.articles[1] = "Một đoạn khác hẳn. " + little.articles[1]
    run(archive, portal)
    stored = archive.article("little:1")
    assert [version.number for version in stored.versions] == [2, 3, 1, 4]
    assert stored.article.text.startswith("Một đoạn khác hẳn")
    assert damages(archive) == NOTHING_WRONG


def test_copies_say_nothing_of_the_page_today(
    backfilled: tuple[LittlePortal, Portal], archive: Archive
) -> None:
    little, portal = backfilled
    del little.articles[1]
    for _ in range(2):  # the second look confirms it
        archive._connection.execute("UPDATE frontier SET next_at = '2000'")
        run(archive, portal)
    stored = archive.article("little:1")
    assert stored.gone_since is not None and stored.version_count == 3


def test_a_copy_that_reads_as_today_moves_the_day_of_the_version(
    other: OtherArchive, archive: Archive, backfilled: tuple[LittlePortal, Portal]
) -> None:
    little, portal = backfilled
    url = f"{little.home}detail.aspx?id=2"
    body = little.answer("/detail.aspx?id=2").body
    other.holds = [held("20210101", 2, "", url=url, body=body)]
    assert "unchanged" in kinds(run(archive, portal))
    (version,) = archive.versions("little:2")
    assert version.first_seen_at.year == 2021
    assert archive.article("little:2").first_seen_at.year == 2021
    assert damages(archive) == NOTHING_WRONG


def test_what_is_archived_does_not_depend_on_where_a_run_was_stopped(
    other: OtherArchive, archive: Archive, tmp_path: Path
) -> None:
    other.holds = [
        held(f"20{year}0601", number, f"Năm {year}")
        for number in (1, 2, 3)
        for year in (12, 14, 16)
    ]
    run(archive, closed(other))
    for stop_after in range(1, 11):
        with Archive.open(tmp_path / f"{stop_after}.db", write=True) as stopped:
            run(stopped, closed(other), stop_after=stop_after)
            run(stopped, closed(other))
            for number in (1, 2, 3):
                id = f"closed:{number}"
                assert texts(stopped, id) == texts(archive, id)
                assert len(stopped.captures(id)) == 3
            assert damages(stopped) == NOTHING_WRONG


def test_an_error_at_any_copy_loses_nothing(
    other: OtherArchive, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kill between the WARC file and the archive does."""
    other.holds = [held(f"201{year}0601", 1, f"Năm {year}") for year in range(5)]
    save = Archive.save_memento
    for broken_at in range(1, 6):
        calls = 0

        def breaking(self: Archive, *args: Any, at: int = broken_at, **given: Any) -> Outcome:
            nonlocal calls
            calls += 1
            if calls == at:
                raise KeyboardInterrupt
            return save(self, *args, **given)

        with Archive.open(tmp_path / f"{broken_at}.db", write=True) as one:
            monkeypatch.setattr(Archive, "save_memento", breaking)
            with pytest.raises(KeyboardInterrupt):
                run(one, closed(other))
            monkeypatch.setattr(Archive, "save_memento", save)
            run(one, closed(other))
            assert texts(one, "closed:1") == [f"Năm {year}" for year in range(5)]
            assert damages(one) == NOTHING_WRONG


def test_after_a_429_nothing_more_is_asked_and_the_rest_waits(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in range(1, 6)]
    other.refuse_after = 4
    portal = replace(closed(other), fetch=replace(closed(other).fetch, retries=3))
    outcomes = run(archive, portal)
    assert kinds(outcomes) == ["new", "new"]
    assert kinds(outcomes, "source") == ["new", "refused"]
    assert "3 wait" in str(outcomes[-1].reason)
    assert len(other.requests) == 1 + 2 + 2 + 1  # robots.txt, the index, two pages, one refusal
    other.refuse_after = None
    other.requests.clear()
    assert kinds(run(archive, portal)) == [] and other.requests == []
    archive._connection.execute("UPDATE memento_indexes SET next_at = '2000' WHERE part = ''")
    assert kinds(run(archive, portal)) == ["new"] * 3


def test_the_time_that_an_archive_is_left_alone_doubles(
    other: OtherArchive, archive: Archive
) -> None:
    other.refuse_after = 0
    waits = []
    for _ in range(3):
        run(archive, closed(other))
        until = archive.index_rests_until("closed", other.source().url, now=datetime.now(UTC))
        assert until is not None
        waits.append(round((until - datetime.now(UTC)).total_seconds() / 3600))
        archive._connection.execute("UPDATE memento_indexes SET next_at = '2000'")
    assert waits == [2, 4, 8]


def test_no_more_copies_are_asked_for_in_a_run_than_the_portal_file_says(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in range(1, 6)]
    assert kinds(run(archive, closed(other, per_run=2))) == ["new"] * 2
    assert kinds(run(archive, closed(other, per_run=2))) == ["new"] * 2
    assert kinds(run(archive, closed(other, per_run=2))) == ["new"]


def test_a_copy_that_is_a_redirect_or_missing_is_refused_and_not_asked_for_again(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held("20150601", 1, "Xưa"), held("20150602", 2, "Xưa")]
    other.overrides = {"/web/20150601": (404, b"blocked"), "/web/20150602": (503, b"")}
    outcomes = run(archive, closed(other))
    assert kinds(outcomes) == ["refused", "failed"]
    assert "as of 2015-06-01 04:05 UTC, from 127.0.0.1" in str(outcomes[1].reason)
    archive._connection.execute("UPDATE mementos SET next_at = '2000', last_attempt_at = '2000'")
    other.overrides = {}
    assert kinds(run(archive, closed(other))) == ["new"]


def test_a_page_that_is_no_article_is_kept_and_refused(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held("20150601", 1, "", body=b"<html><body>404 Not Found</body></html>")]
    assert kinds(run(archive, closed(other))) == ["refused"]
    assert damages(archive) == NOTHING_WRONG


def test_headers_and_bytes_are_the_portals_own(other: OtherArchive, archive: Archive) -> None:
    import gzip

    plain = held("20150601", 1, "Xưa")
    headers = (("server", "Microsoft-IIS/7.5"), ("content-encoding", "gzip"))
    other.holds = [replace(plain, body=gzip.compress(plain.body), headers=headers)]
    run(archive, closed(other))
    (one,) = archive.captures("closed:1")
    assert one.place is not None
    from scraper.capture.store import CaptureStore

    with CaptureStore(archive.path.with_suffix(".captures")) as store:
        capture = store.load(one.place)
    assert capture.body == plain.body
    assert capture.header("server") == "Microsoft-IIS/7.5"
    assert capture.header("memento-datetime") is None
    assert (capture.url, capture.origin) == (plain.url, f"127.0.0.1:{other.port}")


def test_only_addresses_of_the_portal_that_are_articles_are_taken(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [
        held("20150601", 1, "Xưa"),
        held("20150602", 1, "Xưa", url=f"{HOME}gioi-thieu"),
        held("20150603", 1, "Xưa", url="http://elsewhere.example/detail.aspx?id=9"),
        held("20150604", 2, "Nay", url="https://www.closed.example:443/detail.aspx?id=1"),
    ]
    run(archive, closed(other))
    assert article_key(other.holds[3].url, closed(other)) == "1"
    assert texts(archive, "closed:1") == ["Xưa", "Nay"]
    assert archive.status("closed").articles == 1


def test_former_hosts_are_asked_for_too(other: OtherArchive, archive: Archive) -> None:
    other.holds = [held("20150601", 1, "Xưa", url="http://old.example/detail.aspx?id=1")]
    run(archive, replace(closed(other), formerly=("old.example",)))
    assert len(other.asked("/cdx")) == 2
    assert texts(archive, "closed:1") == ["Xưa"]


def test_who_corrects_the_portal_file_walks_the_index_anew(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in (1, 2)]
    portal = closed(other)
    nothing = replace(portal, article=replace(portal.article, match=re.compile("tin-tuc")))
    assert kinds(run(archive, nothing)) == []
    assert kinds(run(archive, portal)) == ["new", "new"]
    later = replace(portal, sources=(replace(portal.sources[0], years=(2015, 2015)),))
    assert kinds(run(archive, later)) == []
    assert archive.status("closed").articles == 2


def test_an_archive_whose_robots_txt_forbids_it_is_left_alone(
    other: OtherArchive, archive: Archive
) -> None:
    other.robots = b"User-agent: *\nDisallow: /"
    outcomes = run(archive, closed(other))
    assert kinds(outcomes, "source") == ["refused"]
    assert other.requests == ["/robots.txt"]
    assert archive.last_run("closed").state == "done"  # type: ignore[union-attr]


def test_an_index_that_answers_with_a_page_for_people_fails_the_run(
    other: OtherArchive, archive: Archive
) -> None:
    other.overrides = {"/cdx": (200, b"<html>We are down for maintenance</html>")}
    outcomes = run(archive, closed(other))
    assert kinds(outcomes, "source") == ["failed"]
    assert archive.last_run("closed").state == "failed"  # type: ignore[union-attr]


def test_lists_are_read_while_an_archive_is_down(
    backfilled: tuple[LittlePortal, Portal], other: OtherArchive, archive: Archive
) -> None:
    little, portal = backfilled
    other.overrides = {"/cdx": (503, b"")}
    little.publish(9)
    outcomes = run(archive, portal)
    assert "new" in kinds(outcomes)
    assert kinds(outcomes, "source")[-1] == "failed"


# --- Common Crawl --------------------------------------------------------------------------------


def test_copies_of_common_crawl_are_read_by_ranges_of_bytes(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held(f"2019060{number}", number, "Xưa") for number in range(1, 6)]
    outcomes = run(archive, closed(other, "commoncrawl"))
    assert kinds(outcomes) == ["new"] * 5, outcomes
    (version,) = archive.versions("closed:4")
    assert version.origin == "commoncrawl.org CC-MAIN-2019-22"
    assert version.first_seen_at == datetime(2019, 6, 4, 4, 5, tzinfo=UTC)
    assert damages(archive) == NOTHING_WRONG
    other.requests.clear()
    run(archive, closed(other, "commoncrawl"))
    assert other.requests == []


def test_a_server_that_does_not_give_the_bytes_asked_for_is_not_believed(
    other: OtherArchive, archive: Archive
) -> None:
    other.holds = [held("20190601", 1, "Xưa")]
    other.overrides = {"/crawl-data": (200, b"the whole file")}
    assert kinds(run(archive, closed(other, "commoncrawl"))) == ["failed"]


def test_only_crawls_of_the_years_wanted_are_asked(other: OtherArchive, archive: Archive) -> None:
    run(archive, closed(other, "commoncrawl"))
    assert len(other.asked("/CC-MAIN-2012-index")) == 1
    with Archive.open(archive.path.with_name("b.db"), write=True) as second:
        other.requests.clear()
        portal = closed(other, "commoncrawl")
        source = replace(portal.sources[0], years=(2018, 2020))
        run(second, replace(portal, sources=(source,)))
    assert other.asked("/CC-MAIN-2012-index") == []


def test_a_stopped_walk_of_the_index_goes_on_at_its_page(
    other: OtherArchive, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.holds = [held(f"2015060{number}", number, "Xưa") for number in range(1, 9)]
    monkeypatch.setattr("scraper.mementos.MOST_INDEX_PAGES", 1)
    for _ in range(3):
        run(archive, closed(other))
    asked = other.asked("/cdx")
    assert len(asked) == 3 and "resumeKey" not in asked[0] and "key+3" in asked[1]
    assert archive.status("closed").articles == 8


def test_an_archive_that_says_how_long_it_wants_to_be_left_alone_is_obeyed(
    other: OtherArchive, archive: Archive
) -> None:
    other.refuse_after, other.retry_after = 0, str(10 * 24 * 3600)
    run(archive, closed(other))
    until = archive.index_rests_until("closed", other.source().url, now=datetime.now(UTC))
    assert until is not None and until - datetime.now(UTC) > timedelta(days=9)
