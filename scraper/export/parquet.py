"""Parquet, for analysis: pandas, DuckDB, Polars, Spark, R."""

from __future__ import annotations

import io
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from scraper.errors import ExportError
from scraper.export.about import About
from scraper.export.found import Found
from scraper.export.json_lines import lines_of

# A group of rows is written as one, and read as one; a dozen times its size is in memory.
GROUP_BYTES = 2_000_000  # of JSON
SELECTED = 8_000  # articles whose portal and year are looked up at once
# Where the same value comes often; elsewhere a dictionary costs memory and time for nothing.
_REPEATED = ["portal", "published_precision", "source", "language", "read_by"]
_MODULES = ("pyarrow", "pyarrow.compute", "pyarrow.json", "pyarrow.parquet")
PARTITIONS = ("portal", "year")  # what an export may be parted by, in this order
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"  # as Hive, Spark, DuckDB and pyarrow write "unknown"


def write_parquet(found: Found, out: BinaryIO) -> int:
    """One row an article, compressed, with real types; returns how many were written.

    Raises ExportError where pyarrow is not installed.
    """
    return _write(found, out, left_out=())


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
            count += _write(part, out, left_out=left_out)
    if not count:
        folder.mkdir(exist_ok=True)
    return count


def _parted(found: Found, by: Sequence[str]) -> Mapping[tuple[str, ...], array[int]]:
    """The numbers of each part's articles, in the order of the whole, under the folders' names."""
    parts: dict[tuple[str, ...], array[int]] = {}
    for start in range(0, len(found.numbers), SELECTED):
        some = list(found.numbers[start : start + SELECTED])
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


def _write(found: Found, out: BinaryIO, *, left_out: Sequence[str]) -> int:
    pyarrow = _pyarrow()
    schema = _schema(pyarrow, found.about)
    for name in left_out:
        schema = schema.remove(schema.get_field_index(name))
    repeated = [name for name in _REPEATED if name not in left_out]
    count = 0
    with (
        closing(
            pyarrow.parquet.ParquetWriter(out, schema, compression="zstd", use_dictionary=repeated)
        ) as writer,
        ThreadPoolExecutor(1) as other,
    ):

        def write(lines: bytes) -> None:
            read = _read(pyarrow, lines)
            arrays = [_column(pyarrow, read, field) for field in schema]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))

        # One group is compressed while SQLite reads the next.
        writing: Future[None] | None = None
        for lines, articles in _groups(found):
            if writing:
                writing.result()
            writing = other.submit(write, lines)
            count += articles
        if writing:
            writing.result()
    return count


def _groups(found: Found) -> Iterator[tuple[bytes, int]]:
    """Articles as JSON Lines, a group of rows at a time, and how many these are."""
    lines: list[bytes] = []
    size = 0
    for line in lines_of(found, as_text=frozenset({"evidence"})):
        lines.append(line)
        size += len(line)
        if size >= GROUP_BYTES:
            yield b"".join(lines), len(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines), len(lines)


def _read(pyarrow: Any, lines: bytes) -> Any:
    """JSON Lines as a table, read by pyarrow itself: the same values, a tenth of the time."""
    types = [
        (field.name, pyarrow.string() if pyarrow.types.is_timestamp(field.type) else field.type)
        for field in _schema(pyarrow, None)
        if not field.name.endswith(("_date", "published_at", "updated_at"))
    ]
    return pyarrow.json.read_json(
        io.BytesIO(lines),
        read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pyarrow.json.ParseOptions(
            explicit_schema=pyarrow.schema(types), unexpected_field_behavior="error"
        ),
    )


def _column(pyarrow: Any, read: Any, field: Any) -> Any:
    if field.name in read.column_names:
        return read[field.name].cast(field.type)
    printed = read[field.name.removesuffix("_date").removesuffix("_at")]
    if field.name.endswith("_date"):  # the day that the page prints, in the portal's zone
        return pyarrow.compute.utf8_slice_codeunits(printed, 0, 10).cast(field.type)
    # The moment, where the page prints a time and its zone is known.
    known = pyarrow.compute.match_substring_regex(printed, r"(Z|[+-]\d\d:\d\d)$")
    # Not Python's None: pyarrow would load pandas, where it is installed, to look at it.
    nothing = pyarrow.nulls(1, printed.type)[0]
    return pyarrow.compute.if_else(known, printed, nothing).cast(field.type)


def _schema(pyarrow: Any, about: About | None) -> Any:
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
        metadata=about
        and {
            "scraper.query": about.query,
            "scraper.archive": about.archive.name,
            "scraper.program": about.program,
            "scraper.exported_at": about.exported_at.isoformat(),
        },
    )


def _pyarrow() -> Any:
    try:
        modules = [
            import_module(f"pyarrow{name}") for name in ("", ".compute", ".json", ".parquet")
        ]
    except ImportError as error:
        raise ExportError(
            "Parquet needs pyarrow, which is not installed: pip install 'ministry-scraper[parquet]'"
        ) from error
    return modules[0]
