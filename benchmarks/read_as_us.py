"""Read pages with this project's `extract`; runs in its own environment (see timed_reading.py).

    python read_as_us.py [--folds FOLDER] [--learn]

A request with `others` (pairs of url and path) is read with a template learned from these; one
with `fold`, with the model of FOLDER/fold-N, in whose making the page's site was left out.
Neither learning nor loading is timed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from timed_reading import page_bytes, serve

from scraper.errors import PageError
from scraper.extraction.article import extract, learn
from scraper.extraction.model import body_trees, use
from scraper.records import Article


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=Path, help="the folder with fold-0, fold-1, ...")
    parser.add_argument("--learn", action="store_true", help="requests will have `others`")
    asked = parser.parse_args()
    folds = asked.folds
    in_use: int | None = None
    if folds is not None:  # what cannot be loaded is said before the first page
        use_now(folds / "fold-0")

    def prepare(body: bytes, request: Mapping[str, Any]) -> Callable[[], dict[str, Any]]:
        nonlocal in_use
        if folds is not None and request["fold"] != in_use:
            use_now(folds / f"fold-{request['fold']}")
            in_use = request["fold"]
        url, more = request.get("url"), {}
        started = time.process_time()
        if asked.learn and request.get("others"):
            pairs = ((url, page_bytes(Path(path))) for url, path in request["others"])
            more["template"] = learn(list(pairs))
        learn_ms = (time.process_time() - started) * 1000
        return lambda: read(body, url, more) | {"learn_ms": round(learn_ms, 2)}

    serve(prepare)


def read(body: bytes, url: str | None, more: Mapping[str, Any]) -> dict[str, Any]:
    """What `extract` says. A refusal is an answer; any error but a PageError is a crash."""
    try:
        return as_row(extract(body, url=url, **more))
    except PageError as error:
        return {"refused": error.reason[:200], "body": "", "captions": []}


def use_now(folder: Path) -> None:
    """From now on, read with the trees of this folder; they are loaded here."""
    use(folder)
    body_trees()


def as_row(article: Article) -> dict[str, Any]:
    return {
        "body": article.text,
        "title": article.title,
        "date": article.published.isoformat()[:10] if article.published else None,
        "author": list(article.authors),
        "captions": list(article.captions),
        "source": article.source,
    }


if __name__ == "__main__":
    main()
