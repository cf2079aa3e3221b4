"""Which of the articles found are the newest, and how many are of each year."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from scraper.archive.archive import Archive

UNDATED = "unknown"

_WALKED_FROM = 4  # the whole index is read when at least every fourth article is found
_YEARS = 10_000


@dataclass(frozen=True, slots=True)
class _Calendar:
    """All articles of an archive, the newest first."""

    numbers: array[int]  # articles.number by place
    places: array[int]  # by articles.number
    years: array[int]  # by articles.number; 0 for none


class Newest:
    """The order of time among some articles of an archive, looked up the cheaper way.

    A few articles are looked up one by one; of many, the index of dates is read once, and kept as
    long as nobody writes to the archive.
    """

    def __init__(self, archive: Archive, numbers: Sequence[int]) -> None:
        self.numbers = numbers
        self.dated: list[tuple[str, int]] = []
        (last,) = archive.select_numbers(
            "SELECT coalesce(max(number), 0) AS number FROM articles", {}
        )
        self.calendar = archive.of_this_state(
            "calendar",
            lambda: _calendar(archive),
            if_known=len(numbers) * _WALKED_FROM <= last,
        )
        if self.calendar is None:
            self.dated = archive.rows_of(numbers, "coalesce(published, ''), number")

    def first(self, count: int | None) -> array[int]:
        """The newest, or all: newest first, the undated last."""
        if self.calendar:
            return self._first_of(self.calendar, count)
        if count is None:
            rows = sorted(self.dated, reverse=True)
        else:
            rows = heapq.nlargest(count, self.dated)
        return array("q", (number for _, number in rows))

    def _first_of(self, calendar: _Calendar, count: int | None) -> array[int]:
        if len(self.numbers) * _WALKED_FROM > len(calendar.numbers):
            found = set(self.numbers)
            return array("q", islice(filter(found.__contains__, calendar.numbers), count))
        places = map(calendar.places.__getitem__, self.numbers)
        first = sorted(places) if count is None else heapq.nsmallest(count, places)
        return array("q", map(calendar.numbers.__getitem__, first))

    def by_year(self) -> Mapping[str, int]:
        """How many articles of each year; the newest year first, the undated last."""
        if self.calendar:
            years = Counter(map(self.calendar.years.__getitem__, self.numbers))
            counts = {f"{year:04}" if year else UNDATED: years[year] for year in years}
        else:
            counts = Counter([published[:4] or UNDATED for published, _ in self.dated])
        return dict(
            sorted(counts.items(), key=lambda item: (item[0] != UNDATED, item[0]), reverse=True)
        )


def _calendar(archive: Archive) -> _Calendar:
    packed = archive.select_numbers(
        f"SELECT number * {_YEARS} + coalesce(CAST(substr(published, 1, 4) AS INTEGER), 0) "
        "AS number FROM articles INDEXED BY articles_published "
        "ORDER BY published DESC, articles.number DESC",
        {},
    )
    numbers = array("q", (one // _YEARS for one in packed))
    room = max(numbers, default=0) + 1
    places, years = array("q", bytes(8 * room)), array("q", bytes(8 * room))
    for place, one in enumerate(packed):
        number = one // _YEARS
        places[number] = place
        years[number] = one % _YEARS
    return _Calendar(numbers, places, years)


def in_batches(numbers: Iterable[int], size: int) -> Iterable[Sequence[int]]:
    """Row numbers, a few at a time."""
    rest = iter(numbers)
    while batch := tuple(islice(rest, size)):
        yield batch
