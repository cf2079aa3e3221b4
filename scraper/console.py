"""What a person or a pipe reads: facts to stdout, words about the work to stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, get_args

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as RichProgress

from scraper.archive.archive import Alarm, Archive, Run
from scraper.output import in_full, log, print_json
from scraper.query.search import portals_named
from scraper.records import Outcome, OutcomeKind, Portal

KINDS = get_args(OutcomeKind)


def log_not_whole(path: Path) -> None:
    """After a run: somebody reads an older state, so that the file alone is not the newest."""
    log(
        f"{path}: somebody has been reading it for long, so its newest changes are still in "
        f"{path.name}-wal; {in_full('`scraper backup`')} copies all of it, and the next run takes "
        "them in"
    )


# --- collecting --------------------------------------------------------------------------------


class Progress:
    """Shows a run: a bar on a terminal; elsewhere nothing, unless asked (`verbose`, `as_json`)."""

    def __init__(self, *, as_json: bool, verbose: bool) -> None:
        self.as_json = as_json
        self.verbose = verbose
        self.terminal = sys.stderr.isatty()
        self.counts: dict[str, Counter[OutcomeKind]] = {}
        self.bar: RichProgress | None = None
        self.tasks: dict[str, Any] = {}

    def begin(self, portals: Sequence[Portal]) -> None:
        """Show these portals."""
        self.counts = {portal.name: Counter() for portal in portals}
        if self.terminal and not self.as_json and not self.verbose:
            self.bar = RichProgress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                TextColumn("{task.completed} read", markup=False),
                TextColumn("{task.fields[last]}", markup=False),
                console=Console(stderr=True),
            )
            for portal in portals:
                self.tasks[portal.name] = self.bar.add_task(portal.name, total=None, last="")

    def __enter__(self) -> Progress:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar:
            self.bar.stop()

    def add(self, outcome: Outcome) -> None:
        """Take up one outcome."""
        if outcome.stage == "article":
            self.counts[outcome.portal][outcome.kind] += 1
        if self.as_json:
            print_json(outcome_json(outcome))
        elif self.verbose:
            log_outcome(outcome)
        elif self.bar:
            self.bar.update(
                self.tasks[outcome.portal],
                completed=self.counts[outcome.portal].total(),
                last=f"{outcome.kind} {outcome.article_id or outcome.url}"[:50],
            )

    def alarms(self, alarms: Sequence[Alarm]) -> None:
        """What was raised or cleared in this call, a line each."""
        for alarm in alarms:
            log(alarm_line(alarm))

    def standing(self, alarms: Sequence[Alarm]) -> None:
        """Why a call ends with 1 though its runs were fine: alarms that stood before it."""
        if alarms:
            said = ", ".join(
                f"{one.portal} {one.kind} (since {one.raised_at:%Y-%m-%d %H:%M} UTC)"
                for one in alarms
            )
            log(f"ends with 1, as alarms stand: {said}; `scraper status` tells more")

    def summary(self, failed: Sequence[Run], *, interrupted: bool) -> None:
        """A line a portal; only those that need a look, where nobody is watching."""
        reasons = {run.portal: run.reason for run in failed}
        for name, counts in self.counts.items():
            if name in reasons or self.terminal or self.verbose:
                trouble = [f"FAILED: {reasons[name]}"] if name in reasons else []
                told = [in_words(counts)] if counts or not trouble else []
                log(f"{name}: {'; '.join(trouble + told)}")
        if interrupted:
            log("interrupted; what was read is kept, and the next run goes on")
        if failed:
            log(in_full("`scraper status` lists what failed and when it is tried again"))
            log(in_full(f"`scraper check {failed[0].portal}` shows what can be read there now"))


def alarm_line(alarm: Alarm) -> str:
    """ "so: ALARM new_look: ...": an alarm as one line."""
    if alarm.cleared_at is not None:
        return f"{alarm.portal}: alarm {alarm.kind} cleared: {alarm.cleared_reason}"
    next_step = f"; {look_words(alarm.portal)}" if alarm.kind == "new_look" else ""
    return f"{alarm.portal}: ALARM {alarm.kind}: {alarm.reason}{next_step}"


def look_words(portal: str) -> str:
    """What to do about a new look."""
    return in_full(
        f"`scraper template {portal}` shows how held pages read, and takes your word on them: "
        "--accept, --reject or --forget"
    )


def in_words(counts: Mapping[OutcomeKind, int]) -> str:
    """ "3 new, 1 gone": counts of outcomes as a person reads them."""
    parts = [f"{counts[kind]} {kind.replace('_', ' ')}" for kind in KINDS if counts.get(kind)]
    return ", ".join(parts) or "nothing to read"


def outcome_json(outcome: Outcome) -> Mapping[str, Any]:
    """The JSON object of one outcome."""
    return asdict(outcome)


def log_outcome(outcome: Outcome) -> None:
    """One outcome as one line."""
    name = outcome.article_id or outcome.url
    reason = f" ({outcome.reason})" if outcome.reason else ""
    stage = "list " if outcome.stage == "source" else ""
    log(f"{outcome.at:%Y-%m-%d %H:%M:%S} {outcome.portal} {stage}{outcome.kind} {name}{reason}")


# --- schedule -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One portal's line of `scraper schedule`."""

    portal: Portal
    next_due: datetime
    starts_at: datetime  # the due moment and the portal's own jitter
    last_run: Run | None
    due_now: bool  # owed: `run` and `collect --due` begin it at once


def print_schedule(rows: Sequence[ScheduleRow], *, as_json: bool) -> None:
    """When each portal is due next, in its own zone, and what its last run did."""
    if as_json:
        print_json([_schedule_json(row) for row in rows])
        return
    for row in rows:
        due = row.next_due.astimezone(row.portal.zone)
        starts = row.starts_at.astimezone(row.portal.zone)
        later = f", begins {starts:%H:%M:%S}" if starts != due else ""
        last = run_words(row.last_run)
        at_once = "due now, then" if row.due_now else "next"
        print(
            f"{row.portal.name}: {at_once} {due:%a %Y-%m-%d %H:%M %Z}{later} "
            f"({row.portal.cron.line}); {last}"
        )
    if not rows:
        log("none of the portal files can be used")


def _schedule_json(row: ScheduleRow) -> Mapping[str, Any]:
    return {
        "portal": row.portal.name,
        "cron": row.portal.cron.line,
        "due_now": row.due_now,
        "timezone": row.portal.timezone,
        "next_due": row.next_due.astimezone(row.portal.zone).isoformat(),
        "starts_at": row.starts_at.astimezone(row.portal.zone).isoformat(),
        "last_run": asdict(row.last_run) if row.last_run else None,
    }


def run_words(run: Run | None) -> str:
    if run is None:
        return "never run"
    when = run.started_at or run.due_at
    trouble = f" ({run.reason})" if run.reason else ""
    counts = f": {in_words(run.counts)}" if run.counts or not trouble else ""
    return f"last {when:%Y-%m-%d %H:%M} UTC {run.state}{trouble}{counts}"


# --- pages -------------------------------------------------------------------------------------


def print_page_error(file: str, reason: str, *, as_json: bool) -> None:
    """A file that is no article."""
    if as_json:
        print_json({"file": file, "error": reason})
    else:
        log(f"{file}: {reason}")


def log_unknown_portal(archive: Archive, name: str | None) -> None:
    """Say which portals there are, where the one asked for is not among them."""
    if name and not portals_named(name, archive=archive):
        known = ", ".join(archive.portals()) or "none"
        log(f'the archive has no portal "{name}"; there is {known}')
