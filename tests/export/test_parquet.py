"""Parquet: real types, the same values as JSON Lines, parted if asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
from archived import NOW, article, bare, save, writing
from exported import found

from scraper.archive.archive import Archive
from scraper.errors import ExportError
from scraper.export.export import check_export, export_file, stored_json
from scraper.records import Attachment, Figure

VIETNAM = timezone(timedelta(hours=7))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, Path]]:
    with writing(tmp_path / "archive.db") as (archive, run):
        save(
            archive,
            article(
                published=datetime(2018, 6, 14, 0, 30, tzinfo=VIETNAM),
                published_precision="minute",
                updated=datetime(2018, 6, 15, 9, 0),
                authors=("Lê Minh", "An"),
                figures=(Figure(image=None, caption="Bến sông"), Figure(image="x", caption=None)),
                attachments=(Attachment(url="http://demo.example/a.pdf", title=None),),
            ),
            run=run,
            key="1",
        )
        save(archive, bare("Khoáng sản", published=date(2019, 1, 2)), run=run, key="2")
        save(archive, bare('Không "ngày"\n\u2028'), run=run, key="3")
        yield archive, tmp_path / "all.parquet"


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in pyarrow.parquet.read_table(path).to_pylist()}


def test_moments_and_days_have_their_own_types(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    export_file(found(archive), "parquet", path=path)
    rows = rows_of(path)
    first = rows["demo:1"]
    assert first["published"] == "2018-06-14T00:30:00+07:00"
    assert first["published_date"] == date(2018, 6, 14)  # in the portal's zone
    assert first["published_at"] == datetime(2018, 6, 13, 17, 30, tzinfo=UTC)
    assert (first["updated_date"], first["updated_at"]) == (date(2018, 6, 15), None)
    assert (rows["demo:2"]["published_date"], rows["demo:2"]["published_at"]) == (
        date(2019, 1, 2),
        None,
    )
    assert rows["demo:3"]["published_date"] is None
    assert first["first_seen_at"] == NOW


def test_every_value_is_that_of_json_lines(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    export_file(found(archive), "parquet", path=path)
    rows = rows_of(path)
    for stored in archive.articles([1, 2, 3]):
        row, expected = rows[stored.id], stored_json(stored)
        row["evidence"] = json.loads(row["evidence"])
        for name in ("first_seen_at", "last_seen_at", "gone_since"):
            row[name] = row[name] and row[name].isoformat()
        assert {name: row[name] for name in expected} == expected


def test_the_file_says_which_query_it_answers(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    export_file(found(archive, query="khoáng"), "parquet", path=path)
    said = pyarrow.parquet.read_schema(path).metadata
    assert said[b"scraper.query"].decode() == "khoáng"
    assert said[b"scraper.program"] == b"ministry-scraper 0.0.1"


def test_nothing_found_is_a_table_without_rows(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    assert export_file(found(archive, query="zzz"), "parquet", path=path).count == 0
    assert pyarrow.parquet.read_table(path).num_rows == 0


def test_an_export_is_parted_by_portal_and_year(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    made = export_file(found(archive), "parquet", path=path, partition=("portal", "year"))
    assert made.count == 3
    assert [file.path for file in made.files] == [
        "all.parquet/portal=demo/year=2018/articles.parquet",
        "all.parquet/portal=demo/year=2019/articles.parquet",
        "all.parquet/portal=demo/year=__HIVE_DEFAULT_PARTITION__/articles.parquet",
    ]
    read = pyarrow.dataset.dataset(path, partitioning="hive").to_table().to_pylist()
    assert {(row["id"], row["portal"], row["year"]) for row in read} == {
        ("demo:1", "demo", 2018),
        ("demo:2", "demo", 2019),
        ("demo:3", "demo", None),
    }
    assert check_export(path) == (3, ())


def test_a_parted_export_is_replaced_whole(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    export_file(found(archive), "parquet", path=path, partition=("year",))
    with pytest.raises(ExportError, match="--overwrite"):
        export_file(found(archive), "parquet", path=path, partition=("year",))
    export_file(
        found(archive, query="khoáng"), "parquet", path=path, partition=("year",), overwrite=True
    )
    assert [one.name for one in path.iterdir()] == ["year=2019"]
    assert {one.name for one in path.parent.iterdir()} >= {path.name, f"{path.name}.manifest.json"}
    assert not list(path.parent.glob("*.old"))


def test_a_folder_of_somebody_else_is_not_replaced(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    path.mkdir()
    (path / "thesis.doc").write_text("years of work")
    with pytest.raises(ExportError, match="not written by an export"):
        export_file(found(archive), "parquet", path=path, partition=("year",), overwrite=True)
    assert (path / "thesis.doc").exists()


def test_only_parquet_is_parted(opened: tuple[Archive, Path]) -> None:
    archive, path = opened
    with pytest.raises(ExportError, match="only parquet"):
        export_file(found(archive), "csv", path=path.with_suffix(".csv"), partition=("year",))


def test_more_articles_than_a_group_holds_are_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.export.parquet.GROUP_BYTES", 2_000)
    with writing(tmp_path / "archive.db") as (archive, run):
        for number in range(30):
            save(archive, bare(f"Bài {number}", "Đoạn. " * 40), run=run, key=str(number))
        export_file(found(archive), "parquet", path=tmp_path / "all.parquet")
    read = pyarrow.parquet.ParquetFile(tmp_path / "all.parquet")
    assert read.num_row_groups > 3
    assert {row["id"] for row in read.read().to_pylist()} == {f"demo:{n}" for n in range(30)}
    read.close()


def test_without_pyarrow_the_message_says_what_to_install(
    opened: tuple[Archive, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, path = opened
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"ministry-scraper\[parquet\]"):
        export_file(found(archive), "parquet", path=path)
    assert not path.exists()
