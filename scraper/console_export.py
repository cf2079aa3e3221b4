"""What `scraper export` says while it works, and at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from scraper.errors import ArticleDamaged
from scraper.export.export import Found, Manifest
from scraper.output import log

STEPS = 100  # articles between two looks at the bar: a look at each would take longer than writing


class Steps:
    """Counts the articles taken, and shows how far it is: a bar on a terminal, else nothing."""

    def __init__(self, total: int) -> None:
        self.count = 0
        self._total = total
        self._bar: RichProgress | None = None
        self._task: Any = None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The bar, while the export is written."""
        if not sys.stderr.isatty():
            yield
            return
        self._bar = RichProgress(
            TextColumn("exporting"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total)
        with self._bar:
            yield

    def add(self, more: int) -> None:
        """So many more articles."""
        self.count += more
        if self._bar and self.count % STEPS < more:
            self._bar.update(self._task, completed=self.count)


def log_exported(count: int, *, output: str | None, manifest: Manifest | None) -> None:
    """How many articles were written, and where."""
    articles = "1 article" if count == 1 else f"{count:,} articles"
    if manifest is None or output is None:
        log(articles)
        return
    size = sum(file.bytes for file in manifest.files)
    log(f"{articles} in {output} ({size:,} bytes); what it is: {output}.manifest.json")


def log_damaged(error: ArticleDamaged) -> None:
    """Why nothing was exported."""
    log(str(error))
    log("nothing was exported; --skip-damaged leaves such out, and says which")


def log_notes(found: Found) -> None:
    """What the reader should know, and each article left out because it cannot be read."""
    for note in found.notes:
        log(note)
    for error in found.damaged:
        log(f"left out: {error}")
