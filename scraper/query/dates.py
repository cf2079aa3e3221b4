"""Years, months and days as a query names them."""

from __future__ import annotations

import re
from datetime import date

from scraper.errors import QueryError

_BOUND = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_ELSEWHERE = re.compile(r"(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})", re.ASCII)  # 14/6/2018, 6/2018
_BACKWARDS = re.compile(r"(\d{4})[/.-](\d{1,2})(?:[/.-](\d{1,2}))?", re.ASCII)  # 2018/6/14


def read_bound(text: str, *, query: str | None = None, column: int = 0) -> str:
    """A year, month or day as written, if there is one; QueryError if not.

    `query` is the whole text in which it stands at `column`.
    """
    whole = text if query is None else query
    found = _BOUND.fullmatch(text.strip())
    if not found:
        meant = _meant(text.strip())
        raise QueryError(
            f'"{text[:40]}" is no date here; write '
            + (meant or "a year, a month or a day: 2018, 2018-06, 2018-06-14"),
            text=whole,
            column=column,
        )
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError as error:
        raise QueryError(
            f"no such date: {text.strip()} ({error})", text=whole, column=column
        ) from None
    return found.group()


def _meant(text: str) -> str | None:
    """The date in this language's own form, if the text is one in another."""
    if found := _ELSEWHERE.fullmatch(text):
        day, month, year = found.groups()
    elif found := _BACKWARDS.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
