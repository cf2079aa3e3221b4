"""One writer at full speed and many readers: what each gets done, and the longest that one waits.

Run with the package's own virtual environment:

    .venv/bin/python benchmarks/readers.py --readers 20 --seconds 20

Half of the readers are processes that open the archive for each search, half are threads with a
connection of their own; the writer is a process. It is measured alone too, in the same run. Readers
do nothing but search, so on few cores they take the processor from the writer, as any load does.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from scraper.archive.archive import Archive
from scraper.query.search import search
from scraper.records import Article, Block, Capture, Link

QUERIES = ("đất đai", "dat dai", '"môi trường"', "nuoc")
SYLLABLES = [a + b + c for a in ("b", "đ", "kh", "ng", "th") for b in ("a", "ê", "ô", "ươ")
             for c in ("", "n", "ng", "c", "m")]  # fmt: skip
ARTICLES = 2_000  # that are there before
NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    """What one reader or writer got done."""

    count: int
    longest_seconds: float
    largest_log_bytes: int = 0


def save(archive: Archive, run: int, number: int) -> None:
    """One article of 300 words."""
    link = Link(portal="p", url=f"http://p.example/{number}", key=str(number), found_on="http://p/")
    words = random.Random(number).choices(SYLLABLES, k=300)  # no text is another's copy
    text = f"Bài {number} về đất đai và nước. {' '.join(words)}"
    body = text.encode()
    capture = Capture(
        url=link.url,
        answered_url=link.url,
        status=200,
        headers=(),
        body=body,
        fetched_at=NOW,
        sha256=sha256(body).hexdigest(),
    )
    blocks = (Block(kind="paragraph", text=text),)
    article = Article(url=link.url, title=f"Tin {number}", blocks=blocks)
    archive.save_article(link, article, capture=capture, run=run, now=NOW)


def write(path: Path, seconds: float, *, start: int) -> Done:
    """Save articles one by one for some seconds; the log is looked at after each."""
    log = path.with_name(path.name + "-wal")
    count, longest, largest = 0, 0.0, 0
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("p", trigger="collect", due=None, now=NOW)
        end = time.monotonic() + seconds
        while (begun := time.monotonic()) < end:
            save(archive, run, start + count)
            longest = max(longest, time.monotonic() - begun)
            count += 1
            largest = max(largest, os.stat(log).st_size)
    return Done(count, longest, largest)


def read(path: Path, seconds: float, *, anew: bool) -> Done:
    """Search for some seconds, opening the archive for each search or once."""
    count, longest = 0, 0.0
    end = time.monotonic() + seconds
    archive = Archive.open(path)
    while (begun := time.monotonic()) < end:
        if anew:
            archive.close()
            archive = Archive.open(path)
        search(QUERIES[count % len(QUERIES)], archive=archive)
        longest = max(longest, time.monotonic() - begun)
        count += 1
    archive.close()
    return Done(count, longest)


def read_in_process(path: Path, seconds: float) -> Done:
    """`read`, for a process of its own."""
    return read(path, seconds, anew=True)


def measure(path: Path, readers: int, seconds: float) -> None:
    """Print what the writer does alone, and what all do together."""
    with Archive.open(path, write=True) as archive, archive.batch():
        run = archive.begin_run("p", trigger="collect", due=None, now=NOW)
        for number in range(ARTICLES):
            save(archive, run, number)
    alone = write(path, seconds, start=1_000_000)
    found: list[Done] = []
    threads = [
        threading.Thread(target=lambda: found.append(read(path, seconds, anew=False)))
        for _ in range(readers // 2)
    ]
    with multiprocessing.get_context("spawn").Pool(readers - readers // 2 + 1) as pool:
        waiting = [
            pool.apply_async(read_in_process, (path, seconds))
            for _ in range(readers - readers // 2)
        ]
        writing = pool.apply_async(write, (path, seconds), {"start": 2_000_000})
        for thread in threads:
            thread.start()
        beside = writing.get()
        for thread in threads:
            thread.join()
        found += [one.get() for one in waiting]
    assert len(found) == readers, "a reader has failed"
    for name, done in (("writer alone", alone), (f"beside {readers} readers", beside)):
        print(
            f"{name}: {done.count / seconds:,.0f} articles/s, longest save "
            f"{done.longest_seconds:.2f} s, largest log {done.largest_log_bytes / 1e6:,.0f} MB"
        )
    searches = sum(one.count for one in found)
    longest = max(one.longest_seconds for one in found)
    print(f"readers: {searches / seconds:,.0f} searches/s, longest {longest:.2f} s, none refused")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "archive.db", arguments.readers, arguments.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
