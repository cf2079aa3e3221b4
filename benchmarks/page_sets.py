"""Folders of pages whose truth is known, and which site each page stands on.

    python benchmarks/page_sets.py DATA --folds 5 > folds.json

DATA holds a folder for each set: gold.jsonl (rows of id, file, and where known url, site, kind,
body, title, date, author, captions, source) and the pages it names, gzip or plain. As a program it
deals the sites of all sets out to folds: a site that stands in several sets is in one fold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Row = Mapping[str, Any]

# Below a country's letters these stand for a kind of site, not for one.
_KINDS_OF_SITES = frozenset(
    {
        "ac",
        "co",
        "com",
        "edu",
        "go",
        "gob",
        "gouv",
        "gov",
        "gv",
        "mil",
        "ne",
        "net",
        "or",
        "org",
        "sch",
    }
)


@dataclass(frozen=True, slots=True)
class PageSet:
    """The pages of one folder."""

    name: str
    folder: Path
    articles: tuple[Row, ...]
    others: tuple[Row, ...]  # pages that are no articles: lists, front pages, errors

    def path(self, row: Row) -> Path:
        return self.folder / str(row["file"])

    def siblings(self) -> dict[str, list[Row]]:
        """For each article's id, the other articles of its site; none where it stands alone."""
        of_site: dict[str, list[Row]] = defaultdict(list)
        for row in self.articles:
            of_site[site_of(row)].append(row)
        return {
            row["id"]: [other for other in of_site[site_of(row)] if other["id"] != row["id"]]
            for row in self.articles
        }


def read_sets(data: Path, names: Iterable[str] = (), *, every: int = 1) -> list[PageSet]:
    """The sets of a folder, or those named; with `every`, each set's every n-th page."""
    found = sorted(path.parent.name for path in data.glob("*/gold.jsonl"))
    wanted = list(names) or found
    unknown = sorted(set(wanted) - set(found))
    if unknown or not found:
        missing = ", ".join(unknown) or "any set"
        raise SystemExit(f"{data} has no {missing}; there are: {', '.join(found) or 'none'}")
    return [_read_set(data / name, every=every) for name in wanted]


def _read_set(folder: Path, *, every: int) -> PageSet:
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    articles = [row for row in rows if row.get("kind", "article") == "article"]
    others = [row for row in rows if row.get("kind", "article") != "article"]
    return PageSet(folder.name, folder, tuple(articles[::every]), tuple(others[::every]))


def site_of(row: Row) -> str:
    """What the gold says, else the registered domain of the address, else the page by itself."""
    if row.get("site"):
        return str(row["site"])
    labels = (urlsplit(row.get("url") or "").hostname or "").split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _KINDS_OF_SITES:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:]) or str(row["id"])


def deal_folds(sets: Sequence[PageSet], count: int) -> dict[str, int]:
    """A fold for every site: each site to the fold with the fewest pages, the large sites first.

    Sites of one size come in the order of their names' digests, so that the folds are the same on
    every machine, and sets are mixed.
    """
    pages = Counter(site_of(row) for each in sets for row in (*each.articles, *each.others))
    sizes = [0] * count
    folds = {}
    for site in sorted(pages, key=lambda site: (-pages[site], _digest(site))):
        folds[site] = sizes.index(min(sizes))
        sizes[folds[site]] += pages[site]
    return dict(sorted(folds.items()))


def _digest(site: str) -> str:
    return hashlib.sha256(site.encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="how many (default 5)")
    asked = parser.parse_args()
    print(json.dumps(deal_folds(read_sets(asked.data), asked.folds), indent=1))


if __name__ == "__main__":
    main()
