"""What a search prints: hits, counts, and what is wrong with a query."""

from __future__ import annotations

import html
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import islice

from scraper.errors import QueryError
from scraper.output import log, print_json
from scraper.query.search import SearchResult

_NAMES_SHOWN = 8  # portals or sources told to a person; --json tells all
_BEFORE, _SHOWN = 40, 76  # of a long query, in characters: before the fault, and in all


def print_result(result: SearchResult, *, as_json: bool) -> None:
    """The hits of a search, its exact count, and the counts by year, portal and source."""
    if as_json:
        print_json(
            {
                "query": result.query,
                "count": result.count,
                "by_year": dict(result.by_year),
                "by_portal": dict(result.by_portal),
                "by_source": dict(result.by_source),
                "suggestion": asdict(result.suggestion) if result.suggestion else None,
                "hits": [asdict(hit) for hit in result],
            }
        )
        return
    for line in result_lines(result, colour=sys.stdout.isatty()):
        print(line)


def result_lines(result: SearchResult, *, colour: bool) -> Iterator[str]:
    """A search's answer as lines; matched words in bold, or between asterisks."""
    for hit in result:
        published = hit.published or "undated"
        yield _marked(hit.marked_title, colour=colour)
        yield f"  {published[:10]}  {hit.id}  {hit.source or ''}".rstrip()
        yield f"  {_marked(hit.snippet, colour=colour)}"
        yield ""
    years = ", ".join(f"{year}: {count}" for year, count in result.by_year.items())
    shown = f", {len(result)} shown" if len(result) < result.count else ""
    yield f"{_articles(result.count, result)}{shown}" + (f" ({years})" if years else "")
    for name, counts in (("portals", result.by_portal), ("sources", result.by_source)):
        if len(counts) > 1:
            yield f"{name}: {_counted(counts)}"
    if result.suggestion:
        found = result.suggestion
        yield f"without marks, {found.query} finds {_articles(found.count, result)}"


def _articles(count: int, result: SearchResult) -> str:
    one, many = ("story", "stories") if result.unique else ("article", "articles")
    return f"{count} {one if count == 1 else many}"


def _counted(counts: Mapping[str, int]) -> str:
    told = [f"{name}: {count}" for name, count in islice(counts.items(), _NAMES_SHOWN)]
    rest = len(counts) - len(told)
    return ", ".join(told) + (f", and {rest} more" if rest else "")


def _marked(text: str, *, colour: bool) -> str:
    """HTML with <mark> as terminal text."""
    start, end = ("\x1b[1m", "\x1b[0m") if colour else ("*", "*")
    return html.unescape(text.replace("<mark>", start).replace("</mark>", end))


def print_query_error(error: QueryError) -> None:
    """What is wrong with a query, with a caret under the place; of a long one, what is around."""
    log(error.reason)
    if not error.text:
        return
    # Each character as one column: a tab or a line end would put the caret elsewhere.
    text = "".join(one if one.isprintable() else " " for one in error.text)
    start = max(0, error.column - _BEFORE) if len(text) > _SHOWN else 0
    end = start + _SHOWN
    before, after = "… " if start else "", " …" if end < len(text) else ""
    log(f"  {before}{text[start:end]}{after}")
    log("  " + " " * (len(before) + _width(text[start : error.column])) + "^")


def _width(text: str) -> int:
    """Columns of a terminal: letters of two columns count twice, marks by themselves not at all."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))
