"""How well `extract` reads pages whose text, title, date, author, captions and source are known.

    python benchmarks/extraction.py DATA                          us alone, a minute
    python benchmarks/extraction.py DATA --peers --keep FOLDER    beside other extractors
    python benchmarks/extraction.py DATA --folds FOLDER           models without the page's site
    python benchmarks/extraction.py DATA --learn                  with the site's other pages

DATA holds a folder for each set: gold.jsonl (rows of id, file, and where known url, site, kind,
body, title, date, author, captions, source) and the pages it names, gzip or plain.

Every reader runs in a process of its own and is asked page by page, in an order that rotates; CPU
time is the process's own, beside a bare lxml parse of the same page in the same process. With
--peers: trafilatura (with metadata, and its precise mode), readability-lxml, newspaper4k, goose3,
htmldate (original date) and `plain-tags` (first h1, every figcaption), in an environment that is
made of peers.txt on the first run. --keep keeps what the peers read, and reads it instead of asking
them again: then their times are those of the run that kept them.

`ahead in` is the share of 1,000 resamples of the same pages in which we are better than the best
peer; .95 is a lead, less is noise. `aim` is what the project wants to reach.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from page_sets import PageSet, Row, read_sets, site_of
from scores import load_judge
from tables import Readings, print_costs, print_set, print_texts
from workers import PEERS, Worker, our_worker, peer_worker, peers_python

HERE = Path(__file__).parent


def main() -> int:
    asked = arguments()
    sets = read_sets(asked.data, asked.sets.split(",") if asked.sets else (), every=asked.every)
    judge = load_judge(asked.scorer)
    peers = asked.peers.split(",") if asked.peers else []
    readings: Readings = defaultdict(dict)
    if asked.keep:
        readings.update(kept_readings(asked.keep, sets, peers))
    with ExitStack() as open_workers:
        workers = {
            name: open_workers.enter_context(worker)
            for name, worker in start_workers(asked, sets, peers, readings).items()
        }
        for pages in sets:
            read_set(pages, workers, readings, folds=fold_of_sites(asked.folds))
            keep(readings, pages, ours=asked.out, theirs=asked.keep)
            print_set(pages, readings, judge=judge, worst=asked.worst)
    if len(readings) > 1:
        print_texts(sets, readings, judge=judge)
    print_costs(sets, readings)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", help="names parted by commas; without it all")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only each set's every N-th page"
    )
    parser.add_argument("--worst", type=int, default=0, help="show the N worst pages of each set")
    parser.add_argument("--scorer", type=Path, help="a program whose measures of a page count")
    parser.add_argument("--out", type=Path, help="keep what we read, a file a set, in this folder")
    parser.add_argument(
        "--peers",
        nargs="?",
        const=",".join(PEERS),
        metavar="NAMES",
        help=f"read with other extractors too: all, or some of {','.join(PEERS)}",
    )
    parser.add_argument(
        "--peers-env",
        type=Path,
        default=HERE / ".peers",
        metavar="FOLDER",
        help="their environment, made on the first run (default: benchmarks/.peers)",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what peers read, and don't read it again"
    )
    parser.add_argument(
        "--folds",
        type=Path,
        metavar="FOLDER",
        help="holds folds.json (site: number; page_sets.py makes one) and the models fold-0, ...",
    )
    parser.add_argument(
        "--learn",
        action="store_true",
        help="read once more, each page with a template of its site's other pages",
    )
    return parser.parse_args()


def start_workers(
    asked: argparse.Namespace, sets: Sequence[PageSet], peers: Sequence[str], kept: Readings
) -> dict[str, Worker]:
    """A process for each reader that has pages to read."""
    folds = ("--folds", str(asked.folds)) if asked.folds else ()
    workers = {"us": our_worker(*folds)}
    if asked.learn:
        workers["learned"] = our_worker(*folds, "--learn")
    to_run = [
        peer
        for peer in peers
        if any(
            row["id"] not in kept[peer].get(each.name, {}) for each in sets for row in each.articles
        )
    ]
    if to_run:
        python = peers_python(asked.peers_env)
        workers |= {peer: peer_worker(peer, python=python) for peer in to_run}
    return workers


def read_set(
    pages: PageSet,
    workers: Mapping[str, Worker],
    readings: Readings,
    *,
    folds: Mapping[str, int] | None,
) -> None:
    """Have every page read by every reader that has not read it yet; the first one changes."""
    siblings = pages.siblings()
    order = list(workers)
    for number, row in enumerate(pages.articles):
        turn = number % len(order)
        for reader in order[turn:] + order[:turn]:
            others = siblings[row["id"]] if reader == "learned" else []
            answers = readings[reader].setdefault(pages.name, {})
            if row["id"] not in answers and (others or reader != "learned"):
                answers[row["id"]] = workers[reader].ask(request(pages, row, others, folds=folds))
    for row in pages.others:
        answer = workers["us"].ask(request(pages, row, folds=folds))
        readings["us"].setdefault(pages.name, {})[row["id"]] = answer


def request(
    pages: PageSet, row: Row, others: Sequence[Row] = (), *, folds: Mapping[str, int] | None
) -> dict[str, Any]:
    asked = {"path": str(pages.path(row)), "url": row.get("url")}
    if others:
        pairs = [(other.get("url") or other["id"], str(pages.path(other))) for other in others]
        asked["others"] = pairs
    if folds is not None:
        if site_of(row) not in folds:
            raise SystemExit(f"folds.json does not have the site {site_of(row)}")
        asked["fold"] = folds[site_of(row)]
    return asked


def fold_of_sites(folder: Path | None) -> dict[str, int] | None:
    if folder is None:
        return None
    folds: dict[str, int] = json.loads((folder / "folds.json").read_text("utf-8"))
    return folds


def kept_readings(folder: Path, sets: Sequence[PageSet], peers: Sequence[str]) -> Readings:
    """What an earlier run kept of these sets."""
    kept: Readings = defaultdict(dict)
    for peer in peers:
        for each in sets:
            path = folder / peer / f"{each.name}.jsonl"
            if path.exists():
                rows = map(json.loads, path.read_text("utf-8").splitlines())
                wanted = {row["id"] for row in each.articles}
                kept[peer][each.name] = {row["id"]: row for row in rows if row["id"] in wanted}
    return kept


def keep(readings: Readings, pages: PageSet, *, ours: Path | None, theirs: Path | None) -> None:
    """Write what was read: our rows to OUT/set.jsonl, a peer's to KEEP/peer/set.jsonl."""
    for reader, answers in readings.items():
        if reader in PEERS:
            folder = theirs / reader if theirs else None
        else:
            folder = ours / "learned" if ours and reader == "learned" else ours
        if folder is None or pages.name not in answers:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{pages.name}.jsonl"
        rows = answers[pages.name]
        if reader in PEERS and path.exists():  # a part of the set does not replace the whole
            known = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            rows = {row["id"]: row for row in known} | rows
        with path.open("w", encoding="utf-8") as out:
            for identifier, row in rows.items():
                out.write(json.dumps({"id": identifier} | row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
