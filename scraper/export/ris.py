"""RIS, which EndNote, Mendeley and library catalogues read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TextIO

from scraper.archive.archive import StoredArticle
from scraper.export.about import About
from scraper.export.references import Reference, reference


def write_ris(articles: Iterable[StoredArticle], out: TextIO, *, about: About) -> int:
    """One record of type ELEC an article; returns how many were written.

    Lines end with CR LF, as RIS has it: `out` must not translate line ends (newline="").
    """
    count = 0
    for stored in articles:
        for tag, value in _lines(reference(stored, about)):
            out.write(f"{tag}  - {value}\r\n")
        out.write("\r\n")
        count += 1
    return count


def _lines(said: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "ELEC"
    yield "ID", said.id
    yield "TI", said.title
    for name in said.authors:
        yield "AU", name
    yield "T2", said.outlet
    yield "PB", said.outlet
    if said.original:
        yield "OP", said.original
    if said.published:
        yield "PY", f"{said.published.year:04d}"
        yield "DA", _date(said.published)
    if said.url:
        yield "UR", said.url
    yield "Y2", _date(said.accessed)
    if said.language:
        yield "LA", said.language
    if said.lead:
        yield "AB", said.lead
    for tag in said.tags:
        yield "KW", tag
    yield "N1", said.note
    yield "ER", ""


def _date(day: date) -> str:
    """YYYY/MM/DD and a slash before the season or the like that RIS dates may end with."""
    return f"{day.year:04d}/{day.month:02d}/{day.day:02d}/"
