"""What the daemon says: a line for every outcome and run, as text or as JSON."""

from __future__ import annotations

import threading
from dataclasses import asdict

from scraper.archive.archive import Alarm, Run
from scraper.console import alarm_line, in_words, log_outcome, outcome_json
from scraper.output import log, print_json
from scraper.records import Due, Outcome


class Events:
    """Says what happens, line by line; several threads may."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """A word about the work itself: always to standard error."""
        with self._lock:
            log(line)

    def outcome(self, outcome: Outcome) -> None:
        """What became of a link or a source."""
        with self._lock:
            if self._as_json:
                print_json({"event": "outcome", **outcome_json(outcome)})
            else:
                log_outcome(outcome)

    def run(self, run: Run) -> None:
        """How a run ended."""
        with self._lock:
            if self._as_json:
                print_json({"event": "run", **asdict(run)})
                return
            trouble = f"; {run.state}: {run.reason}" if run.reason else f"; {run.state}"
            ended = f"{run.finished_at:%Y-%m-%d %H:%M:%S}" if run.finished_at else "now"
            log(f"{ended} {run.portal} run: {in_words(run.counts)}{trouble}")

    def alarm(self, alarm: Alarm) -> None:
        """An alarm was raised, or cleared."""
        with self._lock:
            if self._as_json:
                print_json({"event": "alarm", **asdict(alarm)})
            else:
                log(alarm_line(alarm))

    def missed(self, portal: str, due: Due) -> None:
        """What was due and is not made up."""
        with self._lock:
            if self._as_json:
                print_json({"event": "missed", "portal": portal, **asdict(due)})
                return
            several = f"the {due.count} runs due since {due.since:%F %R}"
            one = f"the run due at {due.at:%F %R}"
            log(f"{portal}: {several if due.count > 1 else one} UTC went by, and is not made up")
