"""What an export is made of: the articles of one query, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from scraper.archive.archive import Archive, StoredArticle
from scraper.errors import ArticleDamaged
from scraper.export.about import About

AHEAD = 256  # articles read ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The articles to export; read anew, a few at a time, each time that they are asked for."""

    archive: Archive
    numbers: Sequence[int]  # of their rows, in order
    about: About
    sort: str = "newest"
    limit: int | None = None  # that was set on `numbers`
    step: Callable[[int], None] = lambda more: None  # told of each article; may raise to stop
    skip_damaged: bool = False
    damaged: list[ArticleDamaged] = field(default_factory=list)  # left out, where `skip_damaged`
    notes: list[str] = field(default_factory=list)  # what the reader of the export should know

    def select(self, expressions: str) -> Iterator[tuple[Any, ...]]:
        """The values of SQL expressions for each article: see ARTICLE_COLUMNS."""
        with ThreadPoolExecutor(1) as reader:
            coming: Future[list[tuple[Any, ...]]] | None = None
            # SQLite reads some articles while those before them are written.
            for start in range(0, len(self.numbers), AHEAD):
                some = self.numbers[start : start + AHEAD]
                before, coming = coming, reader.submit(self._read, expressions, some)
                yield from self._stepped(before)
            yield from self._stepped(coming)

    def _read(self, expressions: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        note = self.damaged.append if self.skip_damaged else None
        return list(self.archive.select_each(expressions, numbers, damaged=note))

    def _stepped(self, coming: Future[list[tuple[Any, ...]]] | None) -> Iterator[tuple[Any, ...]]:
        for values in coming.result() if coming else ():
            self.step(1)
            yield values

    def articles(self) -> Iterator[StoredArticle]:
        """The articles as records."""
        note = self.damaged.append if self.skip_damaged else None
        for stored in self.archive.articles(self.numbers, damaged=note):
            self.step(1)
            yield stored
