"""What an export is made of: the articles of one query, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scraper.archive.archive import Archive, StoredArticle
from scraper.errors import ArticleDamaged
from scraper.export.about import About


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
        note = self.damaged.append if self.skip_damaged else None
        for values in self.archive.select_each(expressions, self.numbers, damaged=note):
            self.step(1)
            yield values

    def articles(self) -> Iterator[StoredArticle]:
        """The articles as records."""
        note = self.damaged.append if self.skip_damaged else None
        for stored in self.archive.articles(self.numbers, damaged=note):
            self.step(1)
            yield stored
