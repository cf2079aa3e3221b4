"""How fast pages are collected, from fetch to committed article, beside Scrapy.

    python benchmarks/crawl.py                                   us alone, some minutes
    python benchmarks/crawl.py --scrapy-python ENV/bin/python    beside Scrapy
    python benchmarks/crawl.py --only speed,known,many

A made portal on loopback, prepared in memory and served by a process of its own, is collected
without a pace. `speed`: this program (reading, WARC, index and duplicate check on), Scrapy with
three CSS selectors and items in SQLite, and Scrapy with trafilatura take turns; ratios are of the
medians. `known`: the same with 1,000 and with 100,000 articles in the archive. `many`: 200 portals
at once, each asked once a second. ENV needs scrapy, trafilatura and lxml_html_clean.

Times begin with the first request and end with the last commit of an article; starting Python and
learning a template at the end of a run are outside. Memory is the largest sum of the proportional
set sizes (PSS) of a program's processes, looked at every 50 ms; the portal's own is not in it.
`aim` is what the project wants to reach; on a busy machine ratios say more than seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from crawl_portal import paragraphs_of, title_of

from scraper.archive.archive import Archive
from scraper.records import Article, Block, Capture, Link

HERE = Path(__file__).parent
AIMS = {40_000: 1.2, 150_000: 0.8}  # of Scrapy's pages/s
AIM_READING, AIM_MEMORY_MB = 4.0, 200.0
LOOK_SECONDS = 0.05
BEGUN_AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Measured:
    """One collection of the portal."""

    articles: int
    others: int  # outcomes that are no new article
    seconds: float
    cpu_seconds: float
    memory_mb: float
    end_seconds: float = 0.0  # after the last article: what is learned for the next run
    requests: int = 0

    @property
    def speed(self) -> float:
        return self.articles / self.seconds


def main() -> int:
    asked = arguments()
    only = asked.only.split(",")
    reached = True
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        if "speed" in only:
            for size in map(int, asked.sizes.split(",")):
                reached &= compare(asked, Path(folder), size)
        if "known" in only:
            known_articles(asked, Path(folder))
        if "many" in only:
            many_portals(asked, Path(folder))
    return 0 if reached else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scrapy-python", metavar="PATH", help="of an environment with Scrapy")
    parser.add_argument("--only", default="speed,known,many")
    parser.add_argument("--sizes", default="40000,150000", help="bytes of a page")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--known", default="1000,100000", help="articles in the archive before")
    parser.add_argument("--portals", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long many are collected")
    parser.add_argument("--folder", help="for archives; the system's place for such by default")
    asked: argparse.Namespace = parser.parse_args()
    return asked


# --- speed ----------------------------------------------------------------------------------------


def compare(asked: argparse.Namespace, folder: Path, size: int) -> bool:
    """Everybody in turn, some times; prints the table. Whether the aims are reached."""
    ours = [sys.executable, str(HERE / "crawl_as_us.py")]
    programs = {"us": ours}
    if asked.scrapy_python:
        scrapy = [asked.scrapy_python, str(HERE / "crawl_as_scrapy.py")]
        programs |= {"scrapy": scrapy, "scrapy+trafilatura": [*scrapy, "--trafilatura"]}
    found: dict[str, list[Measured]] = {name: [] for name in programs}
    with portal(articles=asked.articles, size=size) as home:
        for number in range(asked.rounds):
            names = list(programs)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                place = folder / f"{name}-{size}-{number}"
                found[name].append(collected([*programs[name], str(place), home]))
                shutil.rmtree(place)
    print(f"\npages of {size:,} bytes: {asked.articles} articles, {asked.rounds} rounds")
    print(f"{'':20} pages/s  (least-most)   CPU ms/page   MB")
    for name, runs in found.items():
        speeds = sorted(run.speed for run in runs)
        cpu = median(run.cpu_seconds / run.articles for run in runs) * 1000
        memory = max(run.memory_mb for run in runs)
        span = f"{speeds[0]:.0f}-{speeds[-1]:.0f}"
        print(f"{name:20} {median(speeds):7.0f}  {span:>12}   {cpu:11.2f}  {memory:3.0f}")
    return _ratios(found, size)


def _ratios(found: dict[str, list[Measured]], size: int) -> bool:
    speed = {name: median(run.speed for run in runs) for name, runs in found.items()}
    memory = max(run.memory_mb for run in found["us"])
    said = [("memory, MB", memory, AIM_MEMORY_MB, memory <= AIM_MEMORY_MB)]
    for name, aim in (("scrapy", AIMS.get(size, 1.0)), ("scrapy+trafilatura", AIM_READING)):
        if name in speed:
            ratio = speed["us"] / speed[name]
            said.append((f"us / {name}", ratio, aim, ratio >= aim))
    for what, value, aim, reached in said:
        print(f"{what:24} {value:7.2f}   aim {aim:g}: {'reached' if reached else 'MISSED'}")
    return all(reached for *_, reached in said)


def collected(command: Sequence[str]) -> Measured:
    """What a program says of its collection, and the largest memory that was seen."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        most = [0.0]
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(LOOK_SECONDS):
                most[0] = max(most[0], memory_of_tree(process.pid))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        out, err = process.communicate()
        ended.set()
        looking.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{err.decode()[-2000:]}")
    return Measured(**json.loads(out.splitlines()[-1]), memory_mb=most[0])


def memory_of_tree(root: int) -> float:
    """The proportional set sizes of a process and all that it began, in MB (Linux)."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    tree = {root}
    while more := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= more
    total = 0
    for one in tree:
        with suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


@contextmanager
def portal(*, articles: int, size: int, first: int = 1) -> Iterator[str]:
    """The made portal in a process of its own; its address."""
    command = [sys.executable, str(HERE / "crawl_portal.py"), f"--articles={articles}"]
    command += [f"--bytes={size}", f"--first={first}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin and server.stdout
        port = int(server.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.stdin.close()


# --- known articles -------------------------------------------------------------------------------


def known_articles(asked: argparse.Namespace, folder: Path) -> None:
    """What a page costs when the archive holds few articles, and when it holds many."""
    print(f"\npages of 40,000 bytes, {asked.articles} articles; in the archive before:")
    costs = []
    for count in map(int, asked.known.split(",")):
        place = folder / f"known-{count}"
        prefill(place / "archive.db", count)
        with portal(articles=asked.articles, size=40_000, first=10_000_001) as home:
            command = [sys.executable, str(HERE / "crawl_as_us.py"), str(place), home]
            run = collected(command)
        shutil.rmtree(place)
        costs.append(run.cpu_seconds / run.articles * 1000)
        print(f"{count:9,}  {run.speed:5.0f} pages/s  {costs[-1]:6.2f} ms of CPU a page")
    print(f"cost of the last / of the first: {costs[-1] / costs[0]:.2f}   aim: 1 (constant)")


def prefill(path: Path, count: int) -> None:
    """An archive with so many articles of the same portal."""
    path.parent.mkdir(parents=True)
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("p0", trigger="collect", due=None, now=BEGUN_AT)
        for start in range(1, count + 1, 500):
            with archive.batch():
                for number in range(start, min(count + 1, start + 500)):
                    _save_made(archive, number, run=run)
        archive.finish_run(run, state="done", now=BEGUN_AT)


def _save_made(archive: Archive, number: int, *, run: int) -> None:
    url, at = f"http://so.invalid/detail?id={number}", BEGUN_AT - timedelta(hours=number % 90_000)
    article = Article(
        url=url,
        title=title_of(number),
        blocks=tuple(Block(kind="paragraph", text=text) for text in paragraphs_of(number)),
        published=at,
    )
    link = Link(portal="p0", url=url, key=str(number), found_on="http://so.invalid/")
    capture = Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(),
        body=b"",
        fetched_at=at,
        sha256=f"{number:064x}",
    )
    archive.save_article(link, replace(article, id=link.id), capture=capture, run=run, now=BEGUN_AT)


# --- many portals ---------------------------------------------------------------------------------


def many_portals(asked: argparse.Namespace, folder: Path) -> None:
    """Many portals at once, each asked once a second: do we keep up?"""
    with portal(articles=int(asked.seconds) + 60, size=40_000) as home:
        port = home.rstrip("/").rpartition(":")[2]
        homes = [
            f"http://127.{number // 250}.{number % 250}.1:{port}/"
            for number in range(asked.portals)
        ]
        started = time.monotonic()
        command = [sys.executable, str(HERE / "crawl_as_us.py"), str(folder / "many"), *homes]
        run = collected([*command, "--pace=1", f"--seconds={asked.seconds}"])
    print(f"\n{asked.portals} portals at once, a pace of 1 s, {asked.seconds:.0f} s:")
    print(f"requests {run.requests / asked.seconds:6.1f}/s of {asked.portals} at most")
    print(f"articles {run.articles / run.seconds:6.1f}/s, committed; others {run.others}")
    print(f"CPU      {run.cpu_seconds / (time.monotonic() - started):6.2f} cores")
    print(f"memory   {run.memory_mb:6.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
