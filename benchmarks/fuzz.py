"""Read damaged copies of real pages, for as long as one likes: does `extract` ever raise or hang?

    python benchmarks/fuzz.py DATA [--pages 2000] [--from 0]     damaged pages of DATA, by number
    python benchmarks/fuzz.py --hostile [--only paragraph-of-]   tests/extraction/hostile_pages.py

A page's number gives its damage, so `--from 1234 --pages 1 --save FILE` makes it again. Pages are
read in a process of its own: one that hangs for two minutes is killed, and its page named. Prints
what raised anything but a PageError, what a PageError only hid (an error of our own code, caught at
the door), what gave another result the second time, the slowest pages, and the largest memory.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from page_sets import read_sets
from timed_reading import memory, page_bytes

from scraper.errors import PageError
from scraper.extraction.article import extract

HANGS_AFTER = 120  # seconds without an answer
SLOWEST = 12  # pages to show
HOSTILE_PAGES = Path(__file__).parents[1] / "tests" / "extraction" / "hostile_pages.py"
HIDDEN = "the page could not be read"  # how the door begins its reason for an unforeseen error


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?", help="sets as extraction.py reads them")
    parser.add_argument("--pages", type=int, default=2000, metavar="N", help="how many")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="NUMBER")
    parser.add_argument("--save", type=Path, help="write the first damaged page, read nothing")
    parser.add_argument("--hostile", action="store_true", help="made-up hostile pages instead")
    parser.add_argument("--only", default="", help="hostile pages whose name begins so")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)  # the process
    asked = parser.parse_args()
    if asked.hostile:
        return report(hostile_results(asked.only))
    if asked.data is None:
        parser.error("DATA or --hostile is needed")
    paths = [each.path(row) for each in read_sets(asked.data) for row in each.articles]
    numbers = range(asked.first, asked.first + asked.pages)
    if asked.save:
        asked.save.write_bytes(damaged(paths, asked.first))
        return 0
    if asked.read:
        for number in numbers:
            print(json.dumps(read(damaged(paths, number), str(number))), flush=True)
        return 0
    return report(results(asked.data, numbers))


def damaged(paths: Sequence[Path], number: int) -> bytes:
    """The page of this number: one of DATA after some cuts, repeats, splices and odd bytes."""
    chance = random.Random(number)
    body = bytearray(page_bytes(chance.choice(paths)))
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + int(chance.expovariate(1 / 300)))
        change = chance.randrange(7)
        if change == 0:
            del body[start:end]
        elif change == 1:
            body[start:start] = chance.randbytes(chance.randrange(60))
        elif change == 2:
            body[start:start] = body[start:end] * chance.choice((1, 3, 50, 1000))
        elif change == 3:
            body[start:end] = bytes(chance.choices(b"<>/='\"&;![]-? \n\x00\xe1\xff0123", k=30))
        elif change == 4:
            other = page_bytes(chance.choice(paths))
            body[start:] = other[chance.randrange(len(other) + 1) :]
        elif change == 5:  # one kind of tag becomes another
            tags = (b"<p", b"<div", b"<table", b"<td", b"<a", b"<br", b"<script", b"<b", b"</div")
            body = body.replace(chance.choice(tags), chance.choice(tags))
        else:
            del body[start:]
        del body[11_000_000:]
    return bytes(body)


def read(body: bytes, name: str) -> dict[str, Any]:
    """How reading ended, twice the same or not, and at what cost."""
    start = time.process_time()
    first = ending(body)
    seconds = time.process_time() - start
    again = ending(body)
    ended, detail = first if first == again else ("differs", f"{first} and {again}"[:300])
    cost = {"seconds": round(seconds, 3), "megabytes": memory().get("peak_mb", 0.0)}
    return {"page": name, "bytes": len(body), "ended": ended, "detail": detail} | cost


def ending(body: bytes) -> tuple[str, str]:
    try:
        return "article", repr(extract(body, url="http://a.example/news/1234.html"))
    except PageError as error:
        return "PageError", error.reason
    except BaseException as error:
        return type(error).__name__, str(error)[:300]


def results(data: Path, numbers: range) -> Iterator[dict[str, Any]]:
    """The results of a process that reads these pages; it is started anew behind one that hangs."""
    left = numbers
    while left:
        command = [sys.executable, __file__, str(data), "--read"]
        command += ["--from", str(left.start), "--pages", str(len(left))]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
            assert reader.stdout
            while left:
                ready, _, _ = select.select([reader.stdout], [], [], HANGS_AFTER)
                line = reader.stdout.readline() if ready else b""
                if not line:
                    reader.kill()
                    yield {"page": str(left.start), "ended": "hangs" if not ready else "dies"}
                left = left[1:]
                if not line:
                    break
                yield json.loads(line)


def hostile_results(start: str) -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(HOSTILE_PAGES.parent))
    from hostile_pages import PAGES, read_in_a_child

    for name in PAGES:
        if name.startswith(start):
            yield read_in_a_child(name)


def report(found: Iterator[dict[str, Any]]) -> int:
    """Print what went wrong as it comes, then the slowest and the largest; 1 if anything did."""
    kept, wrong = [], 0
    for result in found:
        kept.append(result)
        detail = str(result.get("detail", ""))
        if result["ended"] not in ("article", "PageError") or detail.startswith(HIDDEN):
            wrong += 1
            print(f"{result['page']}: {result['ended']}: {detail[:200]}", flush=True)
    print(f"{len(kept)} pages, {wrong} wrong")
    print("slowest")
    for result in sorted(kept, key=lambda r: -float(r.get("seconds", 0)))[:SLOWEST]:
        size, ended = result.get("bytes", 0), result["ended"]
        print(f"  {result.get('seconds', 0):7.2f} s  {size:10,} bytes  {ended:10} {result['page']}")
    largest = max(kept, key=lambda r: float(r.get("megabytes", 0)))
    print(f"largest memory: {largest.get('megabytes', 0)} MB, up to page {largest['page']}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
