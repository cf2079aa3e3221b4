"""`scraper verify --repair`: what can be mended is whole afterwards, and nothing is thrown away."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from archived import NOW, article, bare, capture, link, writing
from conftest import Said, Scraper
from damaging import leaf_pages, overwrite_page, overwrite_page_of

from scraper.archive.archive import Archive, hold
from scraper.capture.store import CaptureStore
from scraper.query.search import search
from scraper.records import Article, Attachment
from scraper.verify import verify

ARTICLES = 40
# What people have of an archive; row numbers of captures only where versions name them.
HELD = (
    "SELECT number, id, title, lead, body, captions, published, source, authors, tags, version,"
    " edits, silent_edits, first_seen_at, last_seen_at, family FROM articles",
    "SELECT article_id, number, kind, title, body, figures, attachments, capture_id FROM versions",
    "SELECT * FROM figures",
    "SELECT * FROM attachments",
    "SELECT portal, key, url, state, article_id FROM frontier",
    "SELECT kind, names.name, named.number FROM named JOIN names ON names.number = named.name",
    "SELECT * FROM copies",
    "SELECT * FROM fingerprints",
    "SELECT * FROM compared",
    'SELECT id, article_id, url, status, fetched_at, sha256, file, "offset" FROM captures',
)


@pytest.fixture
def path(desk: Path) -> Path:
    """An archive with captures, whose tables have several pages each."""
    path = desk / "archive.db"
    with (
        writing(path) as (archive, run),
        archive.batch(),
        CaptureStore(desk / "archive.captures", group="demo") as store,
    ):
        for number in range(1, ARTICLES + 1):
            keep(archive, store, run, number, long(number))
        keep(archive, store, run, 7, long(7, "Đã sửa."))
        archive.add_links([link("99")], head=True, now=NOW)
    return path


def long(number: int, more: str = "") -> Article:
    text = f"Bài số {number} dài. " * 60 + more
    attachments = (Attachment(url=f"http://demo.example/{number}.pdf", title="Phụ lục"),)
    return article(text, title=f"Tin số {number}", attachments=attachments)


def keep(archive: Archive, store: CaptureStore, run: int, number: int, read: Article) -> None:
    """Capture and save one reading, at a moment of its own."""
    from_link = link(str(number))
    at = NOW.replace(minute=number, second=len(read.text) % 60)
    answer = store.keep(capture(from_link.url, body=read.text.encode(), fetched_at=at))
    archive.save_article(from_link, read, capture=answer, run=run, now=at)


@contextmanager
def by_another_hand(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.commit()


def held(path: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return [sorted(connection.execute(statement), key=repr) for statement in HELD]


def faults(path: Path) -> list[str]:
    found = verify(path, path.with_name("archive.captures"))
    return [f"{one.where}: {one.problem}" for one in found]


MENDED = {
    "counters": "UPDATE articles SET version = 9, edits = 3, silent_edits = 2",
    "names": "DELETE FROM named WHERE number < 20",
    "a name that nobody bears": "UPDATE names SET name = 'ai đó' WHERE kind = 'author'",
    "figures and attachments": "DELETE FROM figures WHERE article_id < 'demo:3'",
    "lost articles": "DELETE FROM articles WHERE number = 40",
    "lost versions": "DELETE FROM versions WHERE article_id = 'demo:3'",
    "the newest version": "DELETE FROM versions WHERE article_id = 'demo:7' AND number = 2",
    "a lost trigger": "DROP TRIGGER articles_fts_updated",
    "a lost index": "DROP INDEX articles_facets",
    "the ends of files": "DELETE FROM capture_files",
    "captures": "DELETE FROM captures WHERE id BETWEEN 10 AND 15",
}


@pytest.mark.parametrize("change", MENDED.values(), ids=list(MENDED))
def test_what_another_row_tells_is_written_again(path: Path, scraper: Scraper, change: str) -> None:
    before = held(path)
    with by_another_hand(path) as connection:
        connection.execute(change)
    assert faults(path)
    said = scraper("verify", "--repair")
    assert (said.code, said.out) == (0, ""), said.out + said.err
    assert "whole" in said.err
    for then, now in zip(before, held(path), strict=True):
        assert then == now


def test_an_index_behind_its_texts_is_built_anew(path: Path, scraper: Scraper) -> None:
    with by_another_hand(path) as connection:
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
        connection.execute("INSERT INTO articles_exact (rowid, body) VALUES (77, 'ma')")
    with Archive.open(path) as archive:
        assert search("dài", archive=archive).count == ARTICLES
    assert scraper("verify", "--repair").code == 0
    assert faults(path) == []


def test_the_archive_as_it_was_is_kept(path: Path, scraper: Scraper) -> None:
    with by_another_hand(path) as connection:
        connection.execute("UPDATE articles SET edits = 77")
    said = scraper("verify", "--repair")
    (copy,) = path.parent.glob("archive.before-repair-*.db")
    assert copy.name in said.err
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT DISTINCT edits FROM articles").fetchall() == [(77,)]


def test_a_whole_archive_is_left_as_it_is(path: Path, scraper: Scraper) -> None:
    before = path.read_bytes()
    assert scraper("verify", "--repair").code == 0
    assert path.read_bytes() == before
    assert not list(path.parent.glob("archive.*-*.db"))


def test_a_text_changed_by_hand_is_said_and_not_changed(path: Path, scraper: Scraper) -> None:
    with by_another_hand(path) as connection:
        connection.execute("UPDATE articles SET body = 'của tôi' WHERE number = 4")
    said = scraper("verify", "--repair")
    assert said.code == 1
    assert said.out.startswith("demo:4: the article says something else than its newest version")
    with Archive.open(path) as archive:
        assert archive.article("demo:4").article.body == "của tôi"


def test_bytes_that_are_gone_are_not_made_up(path: Path, scraper: Scraper) -> None:
    before = held(path)
    (file,) = path.parent.rglob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:5000])
    said = scraper("verify", "--repair")
    assert said.code == 1
    assert "captures are gone" in said.out
    assert held(path) == before
    assert file.stat().st_size == 5000


PAGES = ["articles", "versions", "captures", "figures", "frontier", "outcomes", "addresses"]


@pytest.mark.parametrize("table", PAGES)
@pytest.mark.parametrize("place", [0, -1], ids=["first", "last"])
def test_a_damaged_page_costs_nothing_that_another_row_tells(
    path: Path, scraper: Scraper, table: str, place: int
) -> None:
    before = held(path)
    damaged = sorted(leaf_pages(path, table))[place]
    overwrite_page(path, damaged)
    said = scraper("verify", "--repair")
    assert (said.code, said.out) == (0, ""), said.out + said.err
    after = held(path)
    for statement, then, now in zip(HELD, before, after, strict=True):
        if table == "frontier" and "FROM frontier" in statement:
            continue  # see below
        if table == "captures" and "FROM captures" in statement:
            then, now = [[row[1:] for row in rows] for rows in (then, now)]
            then.sort(key=repr), now.sort(key=repr)
        assert then == now, statement
    (kept,) = path.parent.glob("archive.damaged-*.db")
    assert kept.name in said.err


@pytest.mark.parametrize("index", ["articles_facets", "articles_fts_data", "versions_capture"])
def test_a_damaged_index_costs_nothing(path: Path, scraper: Scraper, index: str) -> None:
    before = held(path)
    overwrite_page(path, min(leaf_pages(path, index)))
    assert scraper("verify", "--repair").code == 0
    assert held(path) == before
    with Archive.open(path) as archive:
        assert search("dai", archive=archive).count == ARTICLES


def test_lost_links_of_articles_come_back_and_lists_are_walked_anew(
    path: Path, scraper: Scraper
) -> None:
    with Archive.open(path, write=True) as archive:
        archive.settle("demo", "http://demo.example/list", now=NOW)
    overwrite_page(path, min(leaf_pages(path, "frontier")))
    said = scraper("verify", "--repair")
    assert "the next run walks every list" in said.err
    with Archive.open(path) as archive:
        assert not archive.settled("demo", "http://demo.example/list")
        for number in range(1, ARTICLES + 1):
            assert archive.article(f"demo:{number}").addresses


def test_an_article_lost_with_its_versions_is_named_and_becomes_due(
    path: Path, scraper: Scraper
) -> None:
    overwrite_page_of(path, "Bài số 17 dài.", table="articles")
    overwrite_page_of(path, "Bài số 17 dài.", table="versions")
    said = scraper("verify", "--repair")
    assert said.code == 0, said.out
    assert "demo:17: LOST; its link is due again" in said.err
    with Archive.open(path) as archive:
        due = {one.key for one in archive.due("demo", now=NOW)}
        assert "17" in due
        kept = archive.select("SELECT count(*) FROM articles", {})[0][0]
        assert kept >= ARTICLES - 4


def test_a_repair_is_refused_while_a_collector_holds_the_archive(
    path: Path, scraper: Scraper
) -> None:
    with hold(path, who="scraper run"):
        said = scraper("verify", "--repair")
    assert said.code == 75
    assert "scraper run" in said.err


def repaired_beside_a_reader(path: Path) -> Said:
    """The command in a process of its own: within one, closing a file drops the other's locks."""
    ended = subprocess.run(
        [sys.executable, "-m", "scraper", "verify", "--repair"],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def test_a_damaged_archive_is_not_exchanged_under_a_reader(path: Path) -> None:
    overwrite_page_of(path, "Bài số 17 dài.", table="articles")
    before = path.read_bytes()
    with Archive.open(path) as reader:
        assert reader.article("demo:1")
        said = repaired_beside_a_reader(path)
    assert said.code == 2
    assert "end what reads it" in said.err
    assert path.read_bytes() == before
    assert repaired_beside_a_reader(path).code == 0


def test_a_repaired_archive_is_gone_on_with(path: Path, scraper: Scraper) -> None:
    overwrite_page_of(path, "Bài số 17 dài.", table="articles")
    assert scraper("verify", "--repair").code == 0
    with writing(path) as (archive, run):
        answer = capture("http://demo.example/detail?id=200")
        read = bare("Tin sau", "Một bài về sau.")
        saved = archive.save_article(link("200"), read, capture=answer, run=run, now=NOW)
        assert saved.kind == "new"
        assert search("về sau", archive=archive).count == 1
    assert faults(path) == []
