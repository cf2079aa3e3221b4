"""The door: what a query finds, written in a format that other programs read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

from scraper.archive.archive import StoredArticle
from scraper.errors import ExportError
from scraper.export.about import About
from scraper.export.atom import write_atom
from scraper.export.bibtex import write_bibtex
from scraper.export.csl import write_csl
from scraper.export.csv_rows import CSV_COLUMNS, write_csv
from scraper.export.found import Found
from scraper.export.json_lines import write_jsonl
from scraper.export.json_objects import article_json, stored_json
from scraper.export.manifest import (
    Manifest,
    check_export,
    files_of,
    manifest_path,
    write_manifest,
)
from scraper.export.parquet import PARTITIONS, write_parquet, write_partitions
from scraper.export.references import cite
from scraper.export.ris import write_ris
from scraper.export.smaller_archive import write_db
from scraper.export.tei import write_tei
from scraper.export.wacz import write_wacz
from scraper.export.whole import whole

__all__ = [
    "CSV_COLUMNS",
    "FORMATS",
    "PARTITIONS",
    "About",
    "Format",
    "Found",
    "Manifest",
    "article_json",
    "check_export",
    "cite",
    "export_file",
    "export_stream",
    "format_of",
    "stored_json",
    "write_csv",
    "write_jsonl",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: by which endings it is known, what it is written to, by what, and for whom."""

    endings: tuple[str, ...]  # of file names, the usual one first
    kind: Literal["text", "binary", "path"]  # what `write` is given
    write: Callable[[Found, Any], int]  # returns how many articles were written
    purpose: str
    streams: bool = False  # may go to standard output: it is text


def of_articles(write: Callable[..., int]) -> Callable[[Found, IO[Any]], int]:
    """For a format that reads articles as records: `write(articles, out, about=...)`."""

    def write_found(found: Found, out: IO[Any]) -> int:
        articles: Iterable[StoredArticle] = found.articles()
        return write(articles, out, about=found.about)

    return write_found


def wacz(found: Found, out: IO[bytes]) -> int:
    """For WACZ, which reads the captures too."""
    return write_wacz(
        found.articles(),
        out,
        about=found.about,
        archive=found.archive,
        left_out=found.damaged.append if found.skip_damaged else None,
    )


FORMATS: Mapping[str, Format] = {
    "csv": Format(
        endings=("csv",),
        kind="binary",
        streams=True,
        write=write_csv,
        purpose="spreadsheets: one row an article",
    ),
    "jsonl": Format(
        endings=("jsonl", "ndjson"),
        kind="binary",
        streams=True,
        write=write_jsonl,
        purpose="programs: one JSON object a line",
    ),
    "tei": Format(
        endings=("tei.xml", "tei", "xml"),
        kind="text",
        write=of_articles(write_tei),
        purpose="corpus tools: one TEI P5 corpus",
    ),
    "bibtex": Format(
        endings=("bib",),
        kind="text",
        write=of_articles(write_bibtex),
        purpose="LaTeX: one entry an article, for biblatex",
    ),
    "csl": Format(
        endings=("csl.json", "csl"),
        kind="text",
        write=of_articles(write_csl),
        purpose="Zotero, Pandoc: CSL-JSON",
    ),
    "ris": Format(
        endings=("ris",),
        kind="text",
        write=of_articles(write_ris),
        purpose="EndNote, Mendeley: one record an article",
    ),
    "atom": Format(
        endings=("atom",),
        kind="text",
        write=of_articles(write_atom),
        purpose="feed readers: one entry an article",
    ),
    "wacz": Format(
        endings=("wacz",),
        kind="binary",
        write=wacz,
        purpose="replay: the pages as they were captured",
    ),
    "parquet": Format(
        endings=("parquet",),
        kind="binary",
        write=write_parquet,
        purpose="analysis: pandas, DuckDB, Polars, R; columns with real types",
    ),
    "db": Format(
        endings=("db", "sqlite"),
        kind="path",
        write=write_db,
        purpose="passing on: a smaller archive that is itself an archive",
    ),
}
CACHE_KIB = 16_000  # each article is read once: more would hold what nobody asks for again
USUAL = "jsonl"  # where neither a format nor an ending says which


def format_of(asked: str | None, *, output: str | None) -> str:
    """The name of the format that was asked for, or that the output's ending says.

    ExportError: an ending that says nothing, or something else than what was asked for; a format
    that goes to a file alone.
    """
    if output is None:
        name = asked or USUAL
        if not FORMATS[name].streams:
            raise ExportError(
                f"{name} is no text; --output FILE says where to write it, "
                f"for example --output articles.{FORMATS[name].endings[0]}"
            )
        return name
    by_ending = _by_ending(output)
    if asked is None:
        if by_ending is None:
            known = ", ".join(f".{one.endings[0]}" for one in FORMATS.values())
            raise ExportError(
                f"this ending names no format; use one of {known}, or say --format",
                path=Path(output),
            )
        return by_ending
    if by_ending not in (None, asked):
        raise ExportError(
            f"this ending means {by_ending}, but --format says {asked}; change one of them",
            path=Path(output),
        )
    return asked


def _by_ending(output: str) -> str | None:
    name = Path(output).name.lower()
    found = {
        ending: format_name
        for format_name, one in FORMATS.items()
        for ending in one.endings
        if name.endswith(f".{ending}")
    }
    return found[max(found, key=len)] if found else None  # ".csl.json" over ".json"


def export_stream(found: Found, name: str, *, out: BinaryIO) -> int:
    """Write in a format that streams, to an open stream of bytes; returns how many articles."""
    if FORMATS[name].kind == "binary":
        return FORMATS[name].write(found, out)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    count = FORMATS[name].write(found, text)
    text.detach()  # flushes, and leaves `out` open
    return count


def export_file(
    found: Found,
    name: str,
    *,
    path: Path,
    partition: Sequence[str] = (),
    overwrite: bool = False,
) -> Manifest:
    """Write to a file, whole or not at all, and its manifest beside it.

    `partition` ("portal", "year"; for parquet alone): `path` becomes a folder of many files. A
    file that is there is replaced; a database or a folder only with `overwrite`. ExportError says
    what is in the way.
    """
    _refuse_path(found, path, name=name, partition=partition, overwrite=overwrite)
    found.archive.select(f"PRAGMA cache_size = -{CACHE_KIB}", {})
    with whole(path) as part:
        count = _write(found, FORMATS[name], part=part, partition=partition)
        manifest = Manifest(
            format=name,
            query=found.about.query,
            sort=found.sort,
            limit=found.limit,
            count=count,
            damaged=tuple(error.id for error in found.damaged),
            archive=found.about.archive.name,
            schema_version=found.archive.select("PRAGMA user_version", {})[0][0],
            program=found.about.program,
            exported_at=found.about.exported_at,
            files=files_of(part, name=path.name),
        )
        # The old manifest goes first: whenever this is stopped, none stands beside a file that it
        # does not speak of.
        manifest_path(path).unlink(missing_ok=True)
    write_manifest(path, manifest)
    return manifest


def _write(found: Found, form: Format, *, part: Path, partition: Sequence[str]) -> int:
    if partition:
        return write_partitions(found, part, by=partition)
    if form.kind == "path":
        return form.write(found, part)
    if form.kind == "binary":
        with part.open("wb") as out:
            return form.write(found, out)
    with part.open("w", encoding="utf-8", newline="") as text:
        return form.write(found, text)


def _refuse_path(
    found: Found, path: Path, *, name: str, partition: Sequence[str], overwrite: bool
) -> None:
    if partition and name != "parquet":
        raise ExportError(f"only parquet can be parted into many files, not {name}", path=path)
    if path.is_dir() and not partition:
        raise ExportError(
            "this is a folder; name a file in it, for example "
            f"{path / 'articles'}.{FORMATS[name].endings[0]}",
            path=path,
        )
    if not path.exists():
        return
    if path.samefile(found.archive.path):
        raise ExportError("this is the archive itself; name another file", path=path)
    if (partition or name == "db") and not overwrite:
        raise ExportError(
            "this is there already; name another, or say --overwrite to replace it whole", path=path
        )
    if partition and path.is_dir() and any(path.iterdir()) and not manifest_path(path).exists():
        raise ExportError("this folder was not written by an export; name another", path=path)
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise ExportError("another program has this database open; end that first", path=path)
