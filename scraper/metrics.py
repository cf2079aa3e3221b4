"""How the daemon is doing, for Prometheus and whoever asks whether it lives; on loopback only."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from scraper.archive.archive import Run
from scraper.records import Outcome, Portal

LATE_SECONDS = 3600.0  # a portal whose run should have begun so long ago is no longer looked after


class Metrics:
    """Counted in this process since it began; the archive has the rest."""

    def __init__(self, *, started_at: datetime) -> None:
        self.started_at = started_at
        self.registry = CollectorRegistry()
        self._lock = threading.Lock()
        self._running: set[str] = set()
        self._next: dict[str, datetime] = {}
        self._wrong_files = 0
        portal = ("portal",)
        self._outcomes = self._counter(
            "outcomes", "What became of links and sources.", ("portal", "stage", "kind")
        )
        self._runs = self._counter("runs", "Runs that ended, by how.", ("portal", "state"))
        self._requests = self._counter("requests", "Requests of runs that ended.", portal)
        self._success = self._gauge("last_success", "When a run last ended well.", portal)
        self._due = self._gauge("next_run", "When the next run begins.", portal)
        self._busy = self._gauge("running", "Whether a run goes on.", portal)
        self._alarms = self._gauge("alarms", "Alarms that stand.", portal)
        self._portals = self._gauge("portals", "Portals that are collected.", ())
        self._wrong = self._gauge("wrong_portal_files", "Portal files that are wrong.", ())

    def watch(self, portals: Sequence[Portal], *, wrong_files: Collection[str]) -> None:
        """The portals that are collected from now on; of those whose files are wrong, by their
        names, the ones that were collected before still are."""
        names = {portal.name for portal in portals} | set(wrong_files)
        with self._lock:
            self._wrong_files = len(wrong_files)
            for gone in set(self._next) - names:
                del self._next[gone]
                for gauge in (self._due, self._alarms, self._success, self._busy):
                    gauge.remove(gone)
        self._portals.set(len(portals))
        self._wrong.set(len(wrong_files))

    def due_next(self, portal: str, at: datetime) -> None:
        """When a portal's next run begins, unless it waits for one that is owed already."""
        with self._lock:
            self._next[portal] = at
        self._due.labels(portal).set(at.timestamp())

    @contextmanager
    def running(self, portal: str) -> Iterator[None]:
        """While a run over a portal goes on."""
        with self._lock:
            self._running.add(portal)
        self._busy.labels(portal).set(1)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(portal)
            self._busy.labels(portal).set(0)

    def add(self, outcome: Outcome) -> None:
        """One outcome."""
        self._outcomes.labels(outcome.portal, outcome.stage, outcome.kind).inc()

    def ended(self, run: Run) -> None:
        """One run that ended."""
        self._runs.labels(run.portal, run.state).inc()
        self._requests.labels(run.portal).inc(run.requests)
        if run.state == "done" and run.finished_at is not None:
            self._success.labels(run.portal).set(run.finished_at.timestamp())

    def alarmed(self, portal: str, alarms: int) -> None:
        """How many alarms of a portal stand."""
        self._alarms.labels(portal).set(alarms)

    def broke(self, portal: str) -> None:
        """A run that ended by a fault of this program."""
        self._runs.labels(portal, "broken").inc()

    def health(self) -> dict[str, Any]:
        """What /healthz says; `healthy` decides on the status."""
        with self._lock:
            moment = datetime.now(UTC)
            late = sorted(
                name
                for name, at in self._next.items()
                if name not in self._running and (moment - at).total_seconds() > LATE_SECONDS
            )
            return {
                "healthy": not late,
                "started_at": self.started_at.isoformat(),
                "portals": len(self._next),
                "running": sorted(self._running),
                "late": late,
                "wrong_portal_files": self._wrong_files,
            }

    def _counter(self, name: str, meaning: str, labels: Sequence[str]) -> Counter:
        return Counter(name, meaning, labels, namespace="scraper", registry=self.registry)

    def _gauge(self, name: str, meaning: str, labels: Sequence[str]) -> Gauge:
        unit = "timestamp_seconds" if name in ("last_success", "next_run") else ""
        return Gauge(name, meaning, labels, namespace="scraper", unit=unit, registry=self.registry)


@contextmanager
def serving(metrics: Metrics, *, port: int) -> Iterator[int]:
    """Serve /metrics and /healthz on 127.0.0.1; gives the port. Raises OSError if it is taken."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self.say(200, generate_latest(metrics.registry), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz":
                health = metrics.health()
                body = json.dumps(health).encode()
                self.say(200 if health["healthy"] else 503, body, "application/json")
            else:
                self.say(404, b"/metrics or /healthz\n", "text/plain")

        def say(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: whoever asks every few seconds would fill the log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
