"""A small made-up portal, collected by the ordinary code while it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive.archive import Archive
from scraper.demo.demo import write_portal_file
from scraper.demo.server import DemoServer, serve
from scraper.records import Outcome, Settings
from scraper.side_by_side import collect_portals

SMALL = 12  # articles


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def collected(server: DemoServer, archive: Archive) -> list[Outcome]:
    """One run over the portal; the outcomes of its articles, traps left out."""
    folder = archive.path.parent
    outcomes = collect_portals(
        [write_portal_file(folder, server)],
        archive=archive,
        captures_folder=folder / "archive.captures",
        settings=Settings(),
    )
    ids = {f"demo:{article.key}" for article in server.articles}
    return [outcome for outcome in outcomes if outcome.article_id in ids]


def kinds(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(outcome.kind for outcome in outcomes)


def test_every_article_is_new_once(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        assert kinds(collected(server, archive)) == {"new": SMALL}


def test_pages_whose_clock_moves_are_unchanged_articles(archive: Archive) -> None:
    with serve(articles=SMALL, moving_clock=True) as server:
        collected(server, archive)
        assert set(kinds(collected(server, archive))) == {"unchanged"}


def test_pages_that_lasted_are_not_sent_again(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        collected(server, archive)
        asked = len(server.requests)
        collected(server, archive)
        statuses = Counter(request.status for request in server.requests[asked:])
        assert statuses[304] > SMALL / 2


def test_an_article_that_was_edited_gets_a_second_version(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        collected(server, archive)
        edited = server.articles[0]
        printed = replace(edited.printed, source_line="Nguồn: Báo Đê điều")
        server.replace(replace(edited, source="Báo Đê điều", printed=printed))
        outcomes = collected(server, archive)
        changed = [outcome.article_id for outcome in outcomes if outcome.kind == "changed"]
        assert changed == [f"demo:{edited.key}"]
        assert archive.article(f"demo:{edited.key}").article.source == "Báo Đê điều"
        assert len(archive.versions(f"demo:{edited.key}")) == 2


def test_an_article_that_came_later_is_found_by_the_next_run(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        collected(server, archive)
        later = replace(server.articles[0], key="6000", title="Tin mới đăng hôm nay về đê điều")
        server.publish(later)
        outcomes = collected(server, archive)
        assert [o.article_id for o in outcomes if o.kind == "new"] == ["demo:6000"]


def test_an_article_that_was_withdrawn_stays_in_the_archive(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        collected(server, archive)
        key = server.articles[0].key
        server.withdraw(key)
        collected(server, archive)
        assert archive.article(f"demo:{key}").version_count == 1


def test_one_request_at_a_time_reaches_the_portal(archive: Archive) -> None:
    with serve(articles=SMALL) as server:
        collected(server, archive)
        assert server.most_at_once == 1
