"""What `scraper verify` and `scraper backup` print: faults to stdout, the progress to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from scraper.backup import Backup, backup_json
from scraper.output import in_full, log, print_json
from scraper.records import Damage


class Bar:
    """A progress bar on a terminal, nothing elsewhere; `tick` moves it."""

    def __init__(self, *, shown: bool = True) -> None:
        self._bar: Progress | None = None
        if shown and sys.stderr.isatty():
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=30),
                TextColumn("{task.percentage:>3.0f}%", markup=False),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def tick(self, what: str, done: int, total: int) -> None:
        """`done` of `total` (bytes or steps) of `what` are done."""
        if self._bar:
            self._bar.update(self._task, description=what[-50:], completed=done, total=total)


def print_damage(damage: Damage, *, as_json: bool) -> None:
    """One fault as one line: where, what, and what to do."""
    if as_json:
        print_json(asdict(damage))
    else:
        print(f"{damage.where}: {damage.problem}; {in_full(damage.remedy)}", flush=True)


def log_damage(damage: Damage) -> None:
    """One fault that a repair begins with."""
    log(f"found: {damage.where}: {damage.problem}")


def log_verdict(found: Sequence[Damage], *, quick: bool, captures: bool) -> None:
    """The last line of `scraper verify`, for a person."""
    if found:
        mendable = sum(one.repairable for one in found)
        hint = f"; `scraper verify --repair` mends {mendable} of them" if mendable else ""
        hint = in_full(hint)
        log(f"{len(found)} fault{'s' if len(found) > 1 else ''}{hint}")
        return
    looked_at = "the tables and the files" if quick else "the archive, its indexes"
    rest = "" if quick else (" and every capture" if captures else "; captures were left out")
    log(f"whole: {looked_at}{rest}")


def log_mended(line: str) -> None:
    """One line of what --repair did."""
    log(f"repair: {line}")


def print_backup(backup: Backup, *, as_json: bool) -> None:
    """What was copied, what could not be, and how it is restored."""
    if as_json:
        print_json(backup_json(backup))
    else:
        captures = f"; captures: {backup.files} files, {backup.captured_bytes / 1e6:,.1f} MB"
        written = f", {backup.files_written} of them written now"
        print(
            f"{backup.archive}: {backup.archive_bytes / 1e6:,.1f} MB, sha256 {backup.sha256}"
            + (captures + written if backup.files else "")
        )
    for fault in backup.faults:
        log(f"not copied: {fault}")
    log(
        f"it is an archive itself: `scraper search --archive {backup.archive}` looks into it; "
        "to restore, copy it back while no collector runs"
    )
