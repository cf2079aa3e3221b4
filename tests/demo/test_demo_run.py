"""The whole demo: served, collected, compared, searched, collected again."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.archive.archive import Archive, hold
from scraper.demo.content import ARTICLES
from scraper.demo.demo import SEARCHES, run_demo
from scraper.errors import ArchiveError, ArchiveLocked
from scraper.portals.portal_file import read_portal


@dataclass(frozen=True)
class Told:
    """How a demo ended, and what it said."""

    right: bool
    lines: list[str]
    folder: Path

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def told(folder: Path) -> Told:
    lines: list[str] = []
    return Told(run_demo(folder, say=lines.append), lines, folder)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told(tmp_path_factory.mktemp("demo") / "new" / "folder")


def rows(demo: Told) -> dict[str, tuple[int, ...]]:
    """The table: field -> articles, with it, right, wrong."""
    found = re.findall(r"^  ([a-z_ ]+?)((?: +\d+){4})$", demo.text, re.MULTILINE)
    return {name: tuple(map(int, numbers.split())) for name, numbers in found}


def test_everything_that_was_published_is_archived_right(demo: Told) -> None:
    wrong = [line for line in demo.lines if re.match(r"  demo:\d+ \(|  missing|  WRONG", line)]
    assert wrong == []
    assert demo.right


def test_every_published_article_is_in_the_archive(demo: Told) -> None:
    assert rows(demo)["in the archive"] == (ARTICLES, ARTICLES, ARTICLES, 0)


def test_the_table_counts_every_field(demo: Told) -> None:
    for articles, _, right, wrong in rows(demo).values():
        assert articles == ARTICLES == right + wrong
    assert len(rows(demo)) > 10


def test_the_visitor_was_a_good_guest(demo: Told) -> None:
    assert not [line for line in demo.lines if line.startswith("  NO ")]
    assert len([line for line in demo.lines if line.startswith("  yes ")]) == 4


def test_what_is_no_article_is_said_with_its_reason(demo: Told) -> None:
    assert "refused: /noi-bo/" in demo.text
    assert "gone: /luu-tru/" in demo.text
    assert "failed" not in demo.text


def test_three_searches_are_shown_with_marked_words(demo: Told) -> None:
    for query, _ in SEARCHES:
        assert f"scraper search '{query}'" in demo.text
    assert "[xâm nhập mặn]" in demo.text.lower()
    assert "<mark>" not in demo.text


def test_a_second_collection_finds_nothing_new(demo: Told) -> None:
    again = demo.lines[demo.lines.index("Collecting once more, as the next run would:") :]
    counts = next(line for line in again if "requests" in line)
    assert "not modified" in counts
    assert not re.search(r"\d (new|changed|failed)", counts)


def test_the_lines_fit_an_ordinary_terminal(demo: Told) -> None:
    tour = [line for line in demo.lines if "archived:" not in line and "published:" not in line]
    assert [line for line in tour if len(line) > 100 and str(demo.folder) not in line] == []


def test_the_portal_file_that_was_used_is_an_ordinary_one(demo: Told) -> None:
    portal = read_portal(demo.folder / "schedules" / "demo.toml")
    assert portal.name == "demo"
    assert [source.kind for source in portal.sources] == ["listing"] * 3 + ["feed"]


def test_one_article_was_found_under_three_addresses(demo: Told) -> None:
    with Archive.open(demo.folder / "archive.db") as archive:
        assert len(archive.article("demo:5204").addresses) == 3


def test_no_article_has_a_second_version(demo: Told) -> None:
    with Archive.open(demo.folder / "archive.db") as archive:
        status = archive.status("demo")
    assert status.versions == status.articles


def test_a_demo_replaces_the_one_before(demo: Told) -> None:
    again = told(demo.folder)
    assert again.right == demo.right
    first_counts, counts = (
        next(line.partition(";")[0] for line in told.lines if "requests" in line)
        for told in (demo, again)
    )
    assert counts == first_counts
    assert len(list((demo.folder / "archive.captures" / "demo").glob("*.warc.gz"))) == 1


def test_somebodys_own_archive_is_left_alone(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        archive.begin_run("vinanren", trigger="collect", due=None, now=datetime.now(UTC))
    before = (tmp_path / "archive.db").read_bytes()
    refused = told(tmp_path)
    assert not refused.right
    assert "vinanren" in refused.text
    assert "--folder" in refused.text
    assert (tmp_path / "archive.db").read_bytes() == before


def test_somebodys_own_portal_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "vinanren.toml").write_text('name = "vinanren"\n')
    refused = told(tmp_path)
    assert not refused.right
    assert "vinanren.toml" in refused.text
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["schedules", "vinanren.toml"]


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    refused = told(tmp_path / "demo")
    assert not refused.right
    assert "is a file" in refused.text


def test_a_file_that_is_no_archive_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("not a database, but somebody's notes")
    with pytest.raises(ArchiveError):
        told(tmp_path)
    assert (tmp_path / "archive.db").read_text().startswith("not a database")


def test_another_program_s_database_is_an_error_and_stays(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.execute("create table songs (title)")
    connection.close()
    with pytest.raises(ArchiveError):
        told(tmp_path)
    assert (tmp_path / "archive.db").exists()


def test_two_demos_in_one_folder_at_once_are_refused(tmp_path: Path) -> None:
    with hold(tmp_path / "archive.db", who="scraper demo"), pytest.raises(ArchiveLocked):
        told(tmp_path)
