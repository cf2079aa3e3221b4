"""What an export is made of: the articles of one query, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from scraper.archive.archive import Archive, ArticleRow, StoredArticle
from scraper.errors import ArchiveError
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
    damaged: list[ArchiveError] = field(default_factory=list)  # left out, where `skip_damaged`

    def rows(self) -> Iterator[ArticleRow]:
        """The articles as their columns."""
        note = self.damaged.append if self.skip_damaged else None
        for row in self.archive.article_rows(self.numbers, damaged=note):
            self.step(1)
            yield row

    def articles(self) -> Iterator[StoredArticle]:
        """The articles as records."""
        note = self.damaged.append if self.skip_damaged else None
        for stored in self.archive.articles(self.numbers, damaged=note):
            self.step(1)
            yield stored
