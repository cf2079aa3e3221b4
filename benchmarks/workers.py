"""Processes that read pages: one for each reader, started here, asked a page at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

HERE = Path(__file__).parent
PINNED = HERE / "peers.txt"

# What each peer says of a page; it is judged by nothing else.
PEERS = {
    "trafilatura": frozenset({"body", "title", "date", "author"}),
    "trafilatura-precise": frozenset({"body", "title", "date", "author"}),
    "readability": frozenset({"body", "title"}),
    "newspaper": frozenset({"body", "title", "date", "author"}),
    "goose": frozenset({"body", "title", "date", "author"}),
    "htmldate": frozenset({"date"}),
    "plain-tags": frozenset({"title", "captions"}),
}


class Worker:
    """A reader's process. One that dies is started anew, and its page counts as crashed."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request of timed_reading.py."""
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
            line = self._answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            return self._died()
        self._answered = True
        found: dict[str, Any] = json.loads(line)
        return found

    def _start(self) -> None:
        self._answered = False
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
        )
        assert self._process.stdin and self._process.stdout
        self._requests: IO[str] = self._process.stdin
        self._answers: IO[str] = self._process.stdout

    def _died(self) -> dict[str, Any]:
        code, never_answered = self._process.wait(), not self._answered
        self._complaints.seek(0)
        complaints = self._complaints.read()[-3000:].decode("utf-8", "replace")
        if never_answered:
            raise SystemExit(f"{' '.join(self._command)} ended with {code}:\n{complaints}")
        self._stop()
        self._start()
        return {"error": f"the process ended with {code}", "ms": 0.0, "parse_ms": 0.0}

    def _stop(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        self._process.wait()
        self._answers.close()
        self._complaints.close()


def our_worker(*arguments: str) -> Worker:
    return Worker([sys.executable, str(HERE / "read_as_us.py"), *arguments])


def peer_worker(peer: str, *, python: Path) -> Worker:
    return Worker([str(python), str(HERE / "read_as_peer.py"), peer])


def peers_python(folder: Path, *, pinned: Path = PINNED) -> Path:
    """The python of the peers' environment; the environment is made first where it is not there.

    One that was made of other pins is filled anew.
    """
    python, made_of = folder / "bin" / "python", folder / "made-of"
    pins = hashlib.sha256(pinned.read_bytes()).hexdigest()
    if python.exists() and made_of.exists() and made_of.read_text() == pins:
        return python.absolute()
    print(f"making the peers' environment in {folder} (a minute or two)", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    subprocess.run([*pip, "--no-deps", "--requirement", str(pinned)], check=True)
    made_of.write_text(pins)
    return python.absolute()
