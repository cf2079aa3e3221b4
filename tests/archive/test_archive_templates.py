"""Templates in the archive: kept, replaced, and which article is read with which."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from archived import NOW, article, capture, link, place, save, writing

from scraper.archive.archive import Archive

LATER = NOW + timedelta(hours=3)


def kept(archive: Archive, text: str = "{}", *, replaces: int | None = None) -> int:
    return archive.save_template(
        "demo", text, articles=7, seen_at=[NOW, LATER], replaces=replaces, now=LATER
    )


def save_with(archive: Archive, template: int | None, *, run: int, key: str = "1") -> None:
    answer = capture(link(key).url, fetched_at=LATER + timedelta(hours=1), place=place())
    archive.save_article(
        link(key), article(), capture=answer, run=run, now=LATER, template=template
    )


def test_a_template_is_kept_with_the_days_of_its_pages(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, _):
        number = kept(archive, '{"form":1}')
        (stored,) = archive.templates("demo")
        assert (stored.number, stored.template, stored.articles) == (number, '{"form":1}', 7)
        assert (stored.first_seen_at, stored.last_seen_at, stored.learned_at) == (
            NOW,
            LATER,
            LATER,
        )
        assert archive.templates("other") == ()


def test_a_replaced_template_stays_for_the_articles_read_with_it(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        old = kept(archive)
        save_with(archive, old, run=run)
        new = kept(archive, replaces=old)
        assert [(it.number, it.replaced_by) for it in archive.templates("demo")] == [
            (new, None),
            (old, new),
        ]
        assert archive.template_of("demo:1") == old


def test_an_article_knows_whether_it_was_read_with_a_template(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        assert archive.template_of("demo:1") == "unread"
        save(archive, article(), run=run)
        assert archive.template_of("demo:1") == "none"


def test_a_reading_moves_the_last_day_of_its_template(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        number = kept(archive)
        save_with(archive, number, run=run)
        assert archive.templates("demo")[0].last_seen_at == LATER + timedelta(hours=1)


def test_a_version_names_the_template_of_its_reading(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        number = kept(archive)
        save_with(archive, number, run=run)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT number, template FROM versions").fetchall() == [(1, number)]


def test_articles_that_fit_no_template_are_counted_since_a_moment(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        number = kept(archive)
        save(archive, article(), run=run, key="1")
        save_with(archive, number, run=run, key="2")
        save_with(archive, None, run=run, key="3")
        assert archive.fits_since("demo", since=NOW) == (2, 1)
        assert archive.fits_since("demo", since=LATER + timedelta(days=1)) == (0, 0)


@pytest.mark.parametrize(("unfit_only", "keys"), [(False, ["2", "3"]), (True, ["3"])])
def test_only_captures_with_bytes_are_learned_from(
    tmp_path: Path, unfit_only: bool, keys: list[str]
) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        number = kept(archive)
        save(archive, article(), run=run, key="1")  # its answer lies nowhere
        save_with(archive, number, run=run, key="2")
        save_with(archive, None, run=run, key="3")
        found = archive.captures_to_learn_from(
            "demo", limit=9, unfit_since=NOW if unfit_only else None
        )
        assert [one.url for one in found] == [link(key).url for key in keys]
        assert len(archive.captures_to_learn_from("demo", limit=1)) == 1


def test_an_archive_of_the_first_schema_takes_templates_in(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run):
        save(archive, article(), run=run)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in (
            "ALTER TABLE articles DROP COLUMN template",
            "ALTER TABLE versions DROP COLUMN template",
            "DROP TABLE templates",
            "DELETE FROM _sqlite_migrations WHERE name = '0002_templates'",
            "PRAGMA user_version = 1",
        ):
            db.execute(statement)
    with Archive.open(path, write=True) as archive:
        assert archive.templates("demo") == ()
        assert archive.template_of("demo:1") == "none"
        assert archive.article("demo:1").article.title == article().title
