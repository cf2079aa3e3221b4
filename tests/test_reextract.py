"""Articles read again from their captures, with code that reads otherwise than it did."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from littleportal import Answer, LittlePortal, page, serving
from made_portals import made_pages

from scraper import __version__
from scraper.archive.archive import Archive, Change
from scraper.console_reextract import marked
from scraper.errors import NoArticle
from scraper.extraction.article import extract
from scraper.query.search import search
from scraper.records import Article, Block, Settings, Version
from scraper.reextract import Reread, portal_of_notes, reextract
from scraper.side_by_side import collect_portals

ARTICLES = 4


def louder(body: bytes, **call: Any) -> Article:
    """As today's code, but for the title."""
    article = extract(body, **call)
    return replace(article, title=f"Lũquét {article.title}")


def tagging(body: bytes, **call: Any) -> Article:
    return replace(extract(body, **call), tags=("đê điều",))


def refusing_the_second(body: bytes, **call: Any) -> Article:
    article = extract(body, **call)
    if "số 2 " in article.title:
        raise NoArticle("a list, says today's code", url=article.url)
    return article


def failing_over_the_second(body: bytes, **call: Any) -> Article:
    article = extract(body, **call)
    if "số 2 " in article.title:
        raise ZeroDivisionError("division by zero")
    return article


def dying_over_the_second(body: bytes, **call: Any) -> Article:
    article = extract(body, **call)
    if "số 2 " in article.title:
        os._exit(9)
    return article


def the_same_everywhere(body: bytes, **call: Any) -> Article:
    text = "Bản tin chung được mọi trang đăng lại nguyên văn trong cùng một ngày. " * 5
    lines = [f"{text} Đoạn thứ {number} của bản tin." for number in range(8)]
    blocks = tuple(Block(kind="paragraph", text=line) for line in lines)
    return replace(extract(body, **call), blocks=blocks, lead=None)


def without_lead(body: bytes, **call: Any) -> Article:
    return replace(extract(body, **call), lead=None)


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal(per_page=40)) as portal:
        yield portal


@pytest.fixture
def archive(little: LittlePortal, tmp_path: Path) -> Iterator[Archive]:
    """An archive with a few articles."""
    little.publish(*range(1, ARTICLES + 1))
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        collect(archive, little)
        yield archive


def collect(archive: Archive, little: LittlePortal) -> list[str]:
    """One run; returns what became of the links."""
    outcomes = collect_portals(
        [little.portal()],
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
    )
    return [outcome.kind for outcome in outcomes if outcome.stage == "article"]


def reread(
    archive: Archive, little: LittlePortal, read: Callable[..., Article] = extract, **call: Any
) -> dict[str, Reread]:
    """What became of each article, by its key."""
    call.setdefault("jobs", 0)
    found = reextract(
        [little.portal()],
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        numbers=archive.numbers_to_reread(["little"]),
        read=read,
        **call,
    )
    return {one.id.partition(":")[2]: one for one in found}


def kinds(found: dict[str, Reread]) -> list[str]:
    return [found[key].kind for key in sorted(found)]


def newest(archive: Archive, key: str) -> Version:
    return archive.versions(f"little:{key}")[-1]


def rows(archive: Archive, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive.path)) as db:
        return db.execute(sql).fetchall()


def test_what_is_read_otherwise_is_said_and_not_written(
    archive: Archive, little: LittlePortal
) -> None:
    before = rows(archive, "SELECT * FROM articles")
    found = reread(archive, little, louder)
    assert kinds(found) == ["changed"] * ARTICLES
    title = archive.article("little:3").article.title
    assert found["3"].changes == (Change("title", title, f"Lũquét {title}"),)
    assert rows(archive, "SELECT * FROM articles") == before
    assert rows(archive, "SELECT DISTINCT kind FROM versions") == [("first",)]


@pytest.mark.parametrize("jobs", [0, 2])
def test_applied_it_becomes_versions_that_are_marked_as_rereadings(
    archive: Archive, little: LittlePortal, jobs: int
) -> None:
    (capture,) = archive.captures("little:3")
    found = reread(archive, little, louder, apply=True, jobs=jobs)
    assert kinds(found) == ["changed"] * ARTICLES
    first, second = archive.versions("little:3")
    assert (first.kind, second.kind, second.number) == ("first", "re-reading", 2)
    assert second.article.title == f"Lũquét {first.article.title}"
    assert archive.article("little:3").article.title == second.article.title
    assert second.first_seen_at == capture.fetched_at
    sql = "SELECT DISTINCT program, capture_id = (SELECT capture_id FROM versions AS v WHERE"
    sql += " v.article_id = versions.article_id AND number = 1) FROM versions WHERE number = 2"
    assert rows(archive, sql) == [(__version__, 1)]


def test_a_rereading_counts_as_no_edit(archive: Archive, little: LittlePortal) -> None:
    reread(archive, little, louder, apply=True)
    assert rows(archive, "SELECT DISTINCT edits, silent_edits FROM articles") == [(0, 0)]


def test_a_second_reextract_finds_nothing(archive: Archive, little: LittlePortal) -> None:
    reread(archive, little, louder, apply=True)
    for apply in (False, True):
        found = reread(archive, little, louder, apply=apply)
        assert kinds(found) == ["unchanged"] * ARTICLES
    assert rows(archive, "SELECT max(number) FROM versions") == [(2,)]


def test_the_next_run_takes_it_for_no_edit(archive: Archive, little: LittlePortal) -> None:
    with closing(sqlite3.connect(archive.path)) as db, db:
        for table in ("articles", "versions"):  # as an older program read it
            db.execute(f"UPDATE {table} SET title = 'Trang chủ ' || title")
    reread(archive, little, apply=True)
    assert set(collect(archive, little)) == {"unchanged"}


def test_search_finds_the_new_words_and_not_the_old_ones(
    archive: Archive, little: LittlePortal
) -> None:
    reread(archive, little, louder, apply=True)
    assert search("lũquét", archive=archive).count == ARTICLES
    reread(archive, little, apply=True)
    assert search("lũquét", archive=archive).count == 0


def test_copies_are_looked_for_anew(archive: Archive, little: LittlePortal) -> None:
    sql = "SELECT DISTINCT words FROM compared"
    before = rows(archive, sql)
    reread(archive, little, the_same_everywhere, apply=True)
    assert rows(archive, sql) != before
    assert len(rows(archive, sql)) == 1


def test_a_version_that_still_stands_was_last_seen_with_its_article(
    archive: Archive, little: LittlePortal
) -> None:
    assert set(collect(archive, little)) == {"unchanged"}
    seen = archive.article("little:1").last_seen_at
    with closing(sqlite3.connect(archive.path)) as db, db:  # "not modified", a day later
        db.execute("UPDATE articles SET last_seen_at = '2099-01-01T00:00:00.000000Z'")
    reread(archive, little, louder, apply=True)
    version = newest(archive, "1")
    assert version.first_seen_at == seen
    assert version.last_seen_at.year == 2099


def test_tags_and_evidence_are_renewed_without_a_version(
    archive: Archive, little: LittlePortal
) -> None:
    found = reread(archive, little, tagging, apply=True)
    assert kinds(found) == ["renewed"] * ARTICLES
    assert found["1"].renewed == ("tags",)
    assert archive.article("little:1").article.tags == ("đê điều",)
    (version,) = archive.versions("little:1")
    assert version.article.tags == ()
    names = "SELECT count(*) FROM names JOIN named ON named.name = names.number"
    assert rows(archive, f"{names} WHERE names.name = 'đê điều'") == [(ARTICLES,)]
    assert kinds(reread(archive, little, tagging)) == ["unchanged"] * ARTICLES


def test_a_page_that_is_no_article_today_keeps_its_article(
    archive: Archive, little: LittlePortal
) -> None:
    found = reread(archive, little, refusing_the_second, apply=True)
    assert kinds(found) == ["unchanged", "no_article", "unchanged", "unchanged"]
    assert found["2"].reason == "a list, says today's code"
    assert archive.article("little:2").version_count == 1


def test_an_article_without_its_capture_stays_and_is_named(
    archive: Archive, little: LittlePortal
) -> None:
    (path,) = archive.path.with_suffix(".captures").rglob("*.warc.gz")
    last = archive.standing(archive.numbers_to_reread(["little"])[-1]).newest
    assert last is not None and last.place is not None
    path.write_bytes(path.read_bytes()[: last.place.offset + last.place.length - 20])  # torn
    found = reread(archive, little, louder, apply=True)
    assert sorted(kinds(found)) == ["changed"] * (ARTICLES - 1) + ["unreadable"]
    path.unlink()
    found = reread(archive, little, apply=True)
    assert kinds(found) == ["unreadable"] * ARTICLES
    assert "the file of captures is missing" in str(found["1"].reason)
    assert str(path) in str(found["1"].reason)


def test_a_record_that_is_another_page_is_not_read(archive: Archive, little: LittlePortal) -> None:
    with closing(sqlite3.connect(archive.path)) as db, db:
        db.execute("UPDATE captures SET sha256 = 'abc' WHERE article_id = 'little:2'")
    found = reread(archive, little, louder)
    assert found["2"].kind == "unreadable"
    assert "is another page than the archive says" in str(found["2"].reason)


@pytest.mark.parametrize(
    ("read", "jobs", "reason"),
    [
        (failing_over_the_second, 0, "ZeroDivisionError: division by zero"),
        (dying_over_the_second, 1, "its process ended with exit code 9"),
    ],
)
def test_a_fault_over_one_article_leaves_the_others(
    archive: Archive, little: LittlePortal, read: Callable[..., Article], jobs: int, reason: str
) -> None:
    found = reread(archive, little, read, jobs=jobs, apply=True)
    assert kinds(found) == ["unchanged", "fault", "unchanged", "unchanged"]
    assert (found["2"].portal, found["2"].reason) == ("little", reason)


def test_a_fault_that_extract_caught_itself_is_one(
    archive: Archive, little: LittlePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("scraper.extraction.article.witnesses", fail)
    assert kinds(reread(archive, little)) == ["fault"] * ARTICLES


def test_articles_of_the_first_run_get_their_template(little: LittlePortal, tmp_path: Path) -> None:
    pages = made_pages("text_beside", 8)
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        for number, made in enumerate(pages, start=1):
            little.publish(number)
            little.overrides[f"/detail.aspx?id={number}"] = Answer(made.body)
        collect(archive, little)
        assert archive.template_of("little:1") == "none"
        reread(archive, little, apply=True)
        (template,) = archive.templates("little")
        assert archive.template_of("little:1") == template.number
        article = archive.article("little:1").article
        assert (article.read_by, article.text) == ("template", pages[0].text)
        assert set(collect(archive, little)) == {"unchanged"}


def test_the_archive_knows_of_a_portal_what_reading_needs(
    archive: Archive, little: LittlePortal
) -> None:
    """Zone and language, where the portal's file is gone."""
    notes = archive.portal("little")
    assert notes is not None
    known, told = portal_of_notes(notes), little.portal()
    assert replace(known, article=told.article, sources=told.sources, fetch=told.fetch) == replace(
        told, cron=known.cron
    )


def test_what_a_lost_layout_read_is_left_alone(archive: Archive, little: LittlePortal) -> None:
    with closing(sqlite3.connect(archive.path)) as db, db:
        db.execute("UPDATE articles SET read_by = 'layout' WHERE key = '2'")
    found = reread(archive, little, louder, without_file=["little"])
    assert kinds(found) == ["changed", "unreadable", "changed", "changed"]
    assert "put little.toml in place" in str(found["2"].reason)


def edit(little: LittlePortal, number: int) -> None:
    little.overrides[f"/detail.aspx?id={number}"] = Answer(
        page(f"Bài số {number}", "Đoạn mở đầu đã được sửa lại sau khi công bố.").encode()
    )


def test_an_edit_that_todays_code_does_not_see_is_named_and_kept(
    archive: Archive, little: LittlePortal
) -> None:
    edit(little, 2)
    assert sorted(collect(archive, little)) == ["changed", "unchanged", "unchanged", "unchanged"]
    assert reread(archive, little)["2"].unseen_edits == ()
    assert reread(archive, little, without_lead)["2"].unseen_edits == (2,)
    reread(archive, little, without_lead, apply=True)
    assert reread(archive, little, without_lead)["2"].unseen_edits == (2,)
    assert [one.kind for one in archive.versions("little:2")] == ["first", "edit", "re-reading"]


def test_the_newest_capture_decides(archive: Archive, little: LittlePortal) -> None:
    edit(little, 2)
    collect(archive, little)
    reread(archive, little, louder, apply=True)
    article = archive.article("little:2").article
    assert "đã được sửa lại" in article.text
    sql = "SELECT capture_id FROM versions WHERE article_id = 'little:2' ORDER BY number"
    first, second, third = rows(archive, sql)
    assert first != second == third


def test_the_same_bytes_fetched_again_are_read_with_the_later_day(
    archive: Archive, little: LittlePortal
) -> None:
    """They lie in the file once, with the first day; which dates are believed hangs on it."""
    assert set(collect(archive, little)) == {"unchanged"}
    seen: list[Any] = []

    def noting(body: bytes, **call: Any) -> Article:
        seen.append(call["fetched_at"])
        return extract(body, **call)

    reread(archive, little, noting)
    assert sorted(seen) == sorted(
        archive.captures(f"little:{number}")[-1].fetched_at for number in range(1, ARTICLES + 1)
    )


def test_articles_come_in_the_order_in_which_their_captures_lie(
    archive: Archive, little: LittlePortal
) -> None:
    numbers = archive.numbers_to_reread(["little"])
    places = [archive.standing(number).newest for number in numbers]
    offsets = [it.place.offset for it in places if it is not None and it.place is not None]
    assert len(offsets) == ARTICLES
    assert offsets == sorted(offsets)


def test_a_stop_keeps_what_was_read(archive: Archive, little: LittlePortal) -> None:
    stop = threading.Event()

    def read_two(body: bytes, **call: Any) -> Article:
        if read_two.calls == 1:  # type: ignore[attr-defined]
            stop.set()
        read_two.calls += 1  # type: ignore[attr-defined]
        return louder(body, **call)

    read_two.calls = 0  # type: ignore[attr-defined]
    assert kinds(reread(archive, little, read_two, apply=True, stop=stop)) == ["changed"] * 2
    assert rows(archive, "SELECT count(*) FROM versions WHERE kind = 're-reading'") == [(2,)]


def test_changes_are_shown_where_they_are() -> None:
    long = "Tổng cục đã rà soát các công trình thủy lợi trong vùng "
    change = Change("body", long * 3 + "năm nay " + long * 3, long * 3 + "năm ngoái " + long * 3)
    before, after = marked(change, colour=False)
    assert before == "…trình thủy lợi trong vùng năm [-nay-] Tổng cục đã rà soát các công …"
    assert after == "…trình thủy lợi trong vùng năm {+ngoái+} Tổng cục đã rà soát các công …"
    assert marked(Change("lead", "", "Mới"), colour=False) == ("(empty)", "{+Mới+}")
    assert marked(Change("body", "a b", "a b c"), colour=False) == ("a b", "a b{+ c+}")
    assert marked(Change("body", "a\n\nb", "a\nb"), colour=False) == ("a ¶ [- ¶ -]b", "a ¶ b")
