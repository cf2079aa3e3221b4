"""Parquet, for analysis: pandas, DuckDB, Polars, Spark, R."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from scraper.archive.archive import ArticleRow
from scraper.errors import ExportError
from scraper.export.about import About
from scraper.export.found import Found
from scraper.export.json_objects import captions_of

# A group of rows is read and written as one; of this size some fit into memory, compressed and
# not, beside what pyarrow itself takes (about 60 MB).
GROUP_ROWS = 8_000
GROUP_CHARACTERS = 8_000_000
PARTITIONS = ("portal", "year")  # what an export may be parted by, in this order
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"  # as Hive, Spark, DuckDB and pyarrow write "unknown"
_JSON_COLUMNS = ("authors", "figures", "attachments", "tags", "addresses")


def write_parquet(articles: Iterable[ArticleRow], out: BinaryIO, *, about: About) -> int:
    """One row an article, compressed, with real types; returns how many were written.

    Raises ExportError where pyarrow is not installed.
    """
    return _write(articles, out, about=about, left_out=())


def write_partitions(found: Found, folder: Path, *, by: Sequence[str]) -> int:
    """A folder of Parquet files parted in the manner of Hive: portal=…/year=…/articles.parquet.

    `by`: some of `PARTITIONS`. What a folder's name says is no column of the files in it.
    """
    count = 0
    for names, numbers in _parted(found, by).items():
        place = folder.joinpath(*names)
        place.mkdir(parents=True)
        part = replace(found, numbers=numbers)
        with (place / "articles.parquet").open("wb") as out:
            left_out = ("portal",) if "portal" in by else ()
            count += _write(part.rows(), out, about=found.about, left_out=left_out)
    if not count:
        folder.mkdir(exist_ok=True)
    return count


def _parted(found: Found, by: Sequence[str]) -> Mapping[tuple[str, ...], array[int]]:
    """The numbers of each part's articles, in the order of the whole, under the folders' names."""
    parts: dict[tuple[str, ...], array[int]] = {}
    for start in range(0, len(found.numbers), GROUP_ROWS):
        some = list(found.numbers[start : start + GROUP_ROWS])
        rows = found.archive.select(
            "SELECT number, portal, substr(published, 1, 4) AS year FROM articles"
            " WHERE number IN (SELECT value FROM json_each(:numbers))",
            {"numbers": json.dumps(some)},
        )
        names = {row["number"]: _names(row["portal"], row["year"], by) for row in rows}
        for number in some:
            if number in names:
                parts.setdefault(names[number], array("q")).append(number)
    return dict(sorted(parts.items()))


def _names(portal: str, year: str | None, by: Sequence[str]) -> tuple[str, ...]:
    values = {"portal": quote(portal, safe=""), "year": year or NO_YEAR}
    return tuple(f"{name}={values[name]}" for name in PARTITIONS if name in by)


def _write(
    articles: Iterable[ArticleRow], out: BinaryIO, *, about: About, left_out: Sequence[str]
) -> int:
    pyarrow = _pyarrow()
    from pyarrow.parquet import ParquetWriter

    schema = _schema(pyarrow, about)
    for name in left_out:
        schema = schema.remove(schema.get_field_index(name))
    count = 0
    with closing(ParquetWriter(out, schema, compression="zstd")) as writer:
        for group in _groups(articles):
            columns = _columns(group)
            arrays = [pyarrow.array(columns[field.name], field.type) for field in schema]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return count


def _groups(articles: Iterable[ArticleRow]) -> Iterator[list[ArticleRow]]:
    group: list[ArticleRow] = []
    characters = 0
    for row in articles:
        group.append(row)
        characters += len(row.body) + len(row.evidence)
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _schema(pyarrow: Any, about: About) -> Any:
    text, texts = pyarrow.string(), pyarrow.list_(pyarrow.string())
    moment = pyarrow.timestamp("us", tz="UTC")
    figure = pyarrow.struct([("image", text), ("caption", text), ("credit", text)])
    attachment = pyarrow.struct([("url", text), ("title", text)])
    return pyarrow.schema(
        [
            pyarrow.field("id", text, nullable=False),
            pyarrow.field("portal", text, nullable=False),
            ("url", text),
            pyarrow.field("title", text, nullable=False),
            ("lead", text),
            pyarrow.field("text", text, nullable=False),
            ("published", text),
            ("published_date", pyarrow.date32()),
            ("published_at", moment),
            ("published_precision", text),
            ("updated", text),
            ("updated_date", pyarrow.date32()),
            ("updated_at", moment),
            ("source", text),
            ("authors", texts),
            ("captions", texts),
            ("figures", pyarrow.list_(figure)),
            ("attachments", pyarrow.list_(attachment)),
            ("tags", texts),
            ("language", text),
            ("read_by", text),
            ("evidence", text),
            ("versions", pyarrow.int32()),
            ("edits", pyarrow.int32()),
            ("silent_edits", pyarrow.int32()),
            ("gone_since", moment),
            ("family", text),
            ("first_seen_at", moment),
            ("last_seen_at", moment),
            ("addresses", texts),
        ],
        metadata={
            "scraper.query": about.query,
            "scraper.archive": about.archive.name,
            "scraper.program": about.program,
            "scraper.exported_at": about.exported_at.isoformat(),
        },
    )


def _columns(group: Sequence[ArticleRow]) -> dict[str, Any]:
    """The values of each column."""
    columns: dict[str, Any] = dict(zip(ArticleRow._fields, zip(*group, strict=True), strict=True))
    columns |= _read_json(group)
    columns["text"] = [row.text for row in group]
    columns["captions"] = [captions_of(row.figures) for row in group]
    for name in ("published", "updated"):
        columns[f"{name}_date"] = [_date(value) for value in columns[name]]
        columns[f"{name}_at"] = [_moment(value) for value in columns[name]]
    return columns


def _read_json(group: Sequence[ArticleRow]) -> dict[str, Any]:
    return {name: [json.loads(getattr(row, name)) for row in group] for name in _JSON_COLUMNS}


def _date(printed: str | None) -> date | None:
    """The day that the page prints, in the portal's zone."""
    return None if printed is None else date.fromisoformat(printed[:10])


def _moment(printed: str | None) -> datetime | None:
    """The moment, where the page prints a time and its zone is known."""
    if printed is None or "T" not in printed:
        return None
    moment = datetime.fromisoformat(printed)
    return moment if moment.tzinfo else None


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ExportError(
            "Parquet needs pyarrow, which is not installed: pip install 'ministry-scraper[parquet]'"
        ) from error
    return pyarrow
