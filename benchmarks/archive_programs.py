"""What takes a process of its own: opening an archive cold, and exporting it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from archive_table import Figure, forget_pages, percentile, run_child

COLD = 5  # times
EXPORTS = {"jsonl": 20_000, "csv": 12_000, "parquet": 15_000}  # format: articles/s to reach
EXPORT_MEMORY_MB = 200
ROOT = Path(__file__).parent.parent

_SEARCH = """
import sys
from pathlib import Path
from scraper import Archive, search
with Archive.open(Path(sys.argv[1])) as archive:
    result = search(sys.argv[2], archive=archive)
    print(result.count, dict(result.by_year), [hit.id for hit in result.hits])
"""
_BARE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute(
    "SELECT count(*) FROM articles_exact WHERE articles_exact MATCH ?", (sys.argv[2],)
).fetchone())
"""
_READ = """
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("SELECT * FROM articles"):
    pass
"""


def cold_figures(archive: Path, *, word: str, articles: int, times: int = COLD) -> list[Figure]:
    """From the start of a process to its end, the archive's pages dropped from memory first."""
    dropped = forget_pages(archive)
    ours = _cold_ms(archive, [sys.executable, "-c", _SEARCH, str(archive), word], times=times)
    command = _cold_ms(
        archive, [*scraper(), "search", word, "--archive", str(archive)], times=times
    )
    bare = _cold_ms(archive, [sys.executable, "-c", _BARE, str(archive), f'"{word}"'], times=times)
    alone = _cold_ms(archive, [sys.executable, "-c", "pass"], times=times)
    state = "its pages dropped from memory" if dropped else "its pages perhaps still in memory"
    target = 0.5 if articles >= 1_000_000 else None
    return [
        Figure(
            name=f"a rare word in {articles:,} articles, cold {what}",
            value=percentile(taken, 0.5) / 1000,
            unit="s",
            aim="at most",
            target=target,
            beside=f"worst of {times} {max(taken) / 1000:.2f} s; {state}; sqlite3 alone "
            f"{percentile(bare, 0.5) / 1000:.2f} s, Python alone "
            f"{percentile(alone, 0.5) / 1000:.2f} s",
        )
        for what, taken in (("from Python", ours), ("by scraper search", command))
    ]


def scraper() -> list[str]:
    return [sys.executable, "-m", "scraper"]


def _cold_ms(archive: Path, command: Sequence[str], *, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        forget_pages(archive)
        begun = time.perf_counter()
        run = subprocess.run(command, capture_output=True, cwd=ROOT, encoding="utf-8")
        taken.append(1000 * (time.perf_counter() - begun))
        if run.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {run.returncode}: {run.stderr}")
    return taken


def export_figures(archive: Path, *, articles: int) -> list[Figure]:
    """Every article in each format: speed of the whole process, and its peak memory."""
    code, seconds, _ = run_child([sys.executable, "-c", _READ, str(archive)])
    bare = f"bare SELECT {articles / seconds:,.0f}/s"
    figures = []
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        for form, target in EXPORTS.items():
            out = Path(folder) / f"all.{form}"
            command = [*scraper(), "export", "", "--archive", str(archive), "--format", form]
            code, seconds, peak_mb = run_child([*command, "--output", str(out)])
            if code or not out.exists():
                figures.append(_not_there(form, code))
                continue
            size_mb = out.stat().st_size / 1e6
            figures += [
                Figure(
                    name=f"export of {articles:,}: {form}",
                    value=articles / seconds,
                    unit="articles/s",
                    aim="at least",
                    target=target,
                    beside=f"{size_mb:,.0f} MB in {seconds:.1f} s, start included; {bare}",
                ),
                Figure(
                    name=f"its peak memory: {form}",
                    value=peak_mb,
                    unit="MB",
                    aim="at most",
                    target=EXPORT_MEMORY_MB,
                ),
            ]
    return figures


def _not_there(form: str, code: int) -> Figure:
    return Figure(
        name=f"export: {form}",
        value=0.0,
        unit="articles/s",
        aim="at least",
        target=EXPORTS[form],
        beside=f"the export ended with {code}",
    )


def accent_figure() -> Figure:
    """Runs the tests that hold the table of queries and texts."""
    command = [sys.executable, "-m", "pytest", "-k", "accent", str(ROOT / "tests" / "query")]
    run = subprocess.run(command, capture_output=True, cwd=ROOT, encoding="utf-8")
    last = (run.stdout.strip().splitlines() or ["pytest said nothing"])[-1]
    return Figure(
        name="accent semantics: the table in tests/query",
        value=100.0 if run.returncode == 0 else 0.0,
        unit="%",
        aim="at least",
        target=100,
        beside=last.strip("= "),
    )


def machine() -> str:
    """What this ran on, for whoever reads the figures later."""
    return json.dumps(
        {
            "python": sys.version.split()[0],
            "sqlite": sqlite3.sqlite_version,
            "cpus": os.cpu_count(),
            "load": [round(load, 1) for load in os.getloadavg()],
        }
    )
