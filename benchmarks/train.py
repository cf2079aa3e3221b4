"""Makes the trees by which `extract` tells an article's text: scraper/extraction/models/body.json.

    python benchmarks/train.py DATA --out scraper/extraction/models
    python benchmarks/train.py DATA --out FOLDER --folds 5

DATA holds a folder for each set: gold.jsonl with each page's true text, and the pages. The pages of
the demo's portal are learned from too, so that the shapes of Vietnamese portals are known. With
--folds, FOLDER gets fold-0, fold-1, ... and folds.json: a fold's trees have seen no page of its
sites, so `benchmarks/extraction.py DATA --folds FOLDER` scores pages that the trees never met.

Needs LightGBM (`pip install lightgbm`), which reading pages does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labels import label
from page_sets import deal_folds, read_sets, site_of
from timed_reading import page_bytes

from scraper.demo.content import published
from scraper.demo.pages import article_page
from scraper.errors import PageError
from scraper.extraction.features import FEATURES
from scraper.extraction.locating import examine
from scraper.extraction.model import BODY

TREES = 48
PARAMETERS: Mapping[str, Any] = {
    "objective": "binary",
    "num_leaves": 16,
    "learning_rate": 0.2,
    "max_bin": 63,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbosity": -1,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
}
MADE = "made"  # the site of pages that are made here


@dataclass(frozen=True, slots=True)
class Example:
    """One page's rows of features, and which of them are text."""

    site: str
    rows: tuple[Sequence[float], ...]
    labels: tuple[bool, ...]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the trees")
    parser.add_argument("--folds", type=int, help="trees for scoring: without a part of the sites")
    parser.add_argument("--sets", help="names parted by commas; without it all with texts")
    asked = parser.parse_args()
    sets = read_sets(asked.data, asked.sets.split(",") if asked.sets else ())
    examples = [*examples_of(sets), *made_examples()]
    print(f"{len(examples)} pages, {sum(len(page.rows) for page in examples):,} blocks")
    if not asked.folds:
        write(train(examples), asked.out / BODY)
        return 0
    folds = deal_folds(sets, asked.folds)
    for fold in range(asked.folds):
        others = [page for page in examples if folds.get(page.site) != fold]
        write(train(others), asked.out / f"fold-{fold}" / BODY)
    (asked.out / "folds.json").write_text(json.dumps(folds, indent=1), encoding="utf-8")
    return 0


def examples_of(sets: Sequence[Any]) -> Iterator[Example]:
    for pages in sets:
        for row in pages.articles:
            if row.get("body"):
                body = page_bytes(pages.path(row))
                made = example(body, url=row.get("url"), truth=row["body"], site=site_of(row))
                if made is not None:
                    yield made


def made_examples() -> Iterator[Example]:
    """Of the demo's portal: lead and body are its text."""
    clock = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    for article in published():
        body = article_page(article, clock=clock)
        url = f"http://{MADE}.example{article.addresses[0]}"
        made = example(body, url=url, truth=article.text, site=MADE)
        if made is not None:
            yield made


def example(body: bytes, *, url: str | None, truth: str, site: str) -> Example | None:
    """A page's rows and labels; None where it cannot be read."""
    try:
        texts, rows = examine(body, url=url)
    except PageError:
        return None
    labels = label(texts, truth)
    return Example(site, tuple(rows.values()), tuple(labels[index] for index in rows))


def train(examples: Sequence[Example]) -> list[list[Any]]:
    """The trees, as `trees.read_trees` reads them."""
    import lightgbm
    import numpy

    rows = numpy.array([row for page in examples for row in page.rows], dtype=float)
    labels = numpy.array([right for page in examples for right in page.labels], dtype=float)
    booster = lightgbm.train(dict(PARAMETERS), lightgbm.Dataset(rows, labels), TREES)
    return [flat(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def flat(root: Mapping[str, Any]) -> list[Any]:
    """A tree's nodes in one list, its root first, each before the nodes below it."""
    nodes: list[Any] = []

    def put(node: Mapping[str, Any]) -> Any:
        if "leaf_value" in node:
            return [round(node["leaf_value"], 5)]
        place = len(nodes)
        nodes.append(None)
        below, above = put(node["left_child"]), put(node["right_child"])
        nodes[place] = [node["split_feature"], float(f"{node['threshold']:.6g}"), below, above]
        return place

    put(root)
    return nodes


def write(trees: Sequence[Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps({"features": FEATURES, "trees": trees}, separators=(",", ":"))
    path.write_text(written + "\n", encoding="utf-8")
    print(f"{path}: {len(trees)} trees, {len(written):,} bytes")


if __name__ == "__main__":
    sys.exit(main())
