"""How well `extract` reads pages whose text, title, date, author, captions and source are known.

    python benchmarks/extraction.py DATA [--sets aeb,vn] [--worst 10] [--scorer score.py]

DATA holds a folder for each set: gold.jsonl (rows of id, file, and where known body, title, date,
author, captions, source) and the pages it names, gzip or plain. F1 of the text is that of the
article-extraction benchmark: shingles of four words, precision and recall each averaged over
pages. With --scorer, that program scores the predictions instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

from scraper.errors import NoArticle, PageError
from scraper.extraction.article import extract
from scraper.records import Article

SHINGLE = 4  # words
_WORD = re.compile(r"\w+")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", help="names parted by commas; without it all")
    parser.add_argument("--worst", type=int, default=0, help="show the N worst pages of each set")
    parser.add_argument("--scorer", type=Path, help="a program called with GOLD and PRED")
    parser.add_argument("--out", type=Path, help="keep the predictions in this folder")
    asked = parser.parse_args()
    names = (
        asked.sets.split(",")
        if asked.sets
        else sorted(path.parent.name for path in asked.data.glob("*/gold.jsonl"))
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            run_set(asked.data / name, folder, worst=asked.worst, scorer=asked.scorer)
    return 0


def run_set(data: Path, folder: Path, *, worst: int, scorer: Path | None) -> None:
    """Read every page of a set, keep the predictions, print the scores."""
    rows = [json.loads(line) for line in (data / "gold.jsonl").open(encoding="utf-8")]
    articles = [row for row in rows if row.get("kind", "article") == "article"]
    others = [row for row in rows if row.get("kind", "article") != "article"]
    predictions = {row["id"]: predict(data, row) for row in articles}
    with (folder / f"{data.name}.jsonl").open("w", encoding="utf-8") as out:
        for prediction in predictions.values():
            out.write(json.dumps(prediction, ensure_ascii=False) + "\n")
    if scorer is not None:
        gold = data / "gold.jsonl"
        command = [sys.executable, str(scorer), str(gold), str(folder / f"{data.name}.jsonl")]
        subprocess.run([*command, "--worst", str(worst)], check=True)
    else:
        print_scores(data.name, articles, predictions, worst=worst)
    refused = [row["id"] for row in articles if predictions[row["id"]].get("error")]
    if refused:
        print(f"  articles refused: {len(refused)}: {' '.join(refused[:8])}")
    if others:
        taken = [row["id"] for row in others if not predict(data, row).get("error")]
        print(f"  pages that are no articles: {len(others)}, taken for articles: {len(taken)}")
        for identifier in taken:
            print(f"    {identifier}")


def predict(data: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """What `extract` says of one page, as the scorer's row."""
    path = data / row["file"]
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    start = time.process_time()
    try:
        article = extract(body, url=row.get("url"))
    except (NoArticle, PageError) as error:
        return {"id": row["id"], "error": str(error), "body": "", "captions": []}
    milliseconds = (time.process_time() - start) * 1000
    return as_row(row["id"], article) | {"ms": milliseconds}


def as_row(identifier: str, article: Article) -> dict[str, Any]:
    published = article.published.isoformat()[:10] if article.published else None
    return {
        "id": identifier,
        "body": article.text,
        "title": article.title,
        "date": published,
        "author": list(article.authors),
        "captions": list(article.captions),
        "source": article.source,
    }


def print_scores(
    name: str,
    gold: Sequence[Mapping[str, Any]],
    predictions: Mapping[str, Mapping[str, Any]],
    *,
    worst: int,
) -> None:
    """One line for a set: text, title, date, authors, captions, source, time."""
    texts = [(row, predictions[row["id"]]["body"]) for row in gold if row.get("body")]
    scores = [(page_score(row["body"], text), row["id"]) for row, text in texts]
    parts = [f"{name:20} n {len(gold):4}"]
    if scores:
        precision = fmean(score[0] for score, _ in scores if score[0] is not None)
        recall = fmean(score[1] for score, _ in scores)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        parts.append(f"text F1 {f1:.3f} P {precision:.3f} R {recall:.3f}")
    for field in ("title", "source"):
        pairs = [(row[field], predictions[row["id"]].get(field)) for row in gold if row.get(field)]
        if pairs:
            right = fmean(folded(mine or "") == folded(theirs) for theirs, mine in pairs)
            parts.append(f"{field} {right:.3f}")
    dated = [
        (row["date"][:10], predictions[row["id"]].get("date")) for row in gold if row.get("date")
    ]
    if dated:
        right = fmean(mine == theirs for theirs, mine in dated)
        wrong = fmean(mine is not None and mine != theirs for theirs, mine in dated)
        parts.append(f"date {right:.3f} wrong {wrong:.3f}")
    parts.extend(caption_scores(gold, predictions))
    times = [row["ms"] for row in predictions.values() if "ms" in row]
    if times:
        parts.append(f"ms {median(times):.1f} mean {fmean(times):.1f}")
    print("  ".join(parts), flush=True)
    for score, identifier in sorted(scores, key=lambda pair: pair[0][2])[:worst]:
        print(f"    {score[2]:.3f}  {identifier}")


def page_score(gold: str, text: str) -> tuple[float | None, float, float]:
    """Precision (None without any text), recall and F1 of the shingles of a page."""
    theirs, mine = shingles(gold), shingles(text)
    shared = sum((theirs & mine).values())
    of_gold, of_text = sum(theirs.values()), sum(mine.values())
    f1 = 2 * shared / (of_gold + of_text) if of_gold + of_text else 1.0
    return (shared / of_text if of_text else None), shared / of_gold if of_gold else 1.0, f1


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    last = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(last))


def caption_scores(
    gold: Iterable[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Recall and precision of captions on the pages that have some."""
    found = there = given = 0
    for row in gold:
        if row.get("captions"):
            theirs = [folded(text) for text in row["captions"]]
            mine = [folded(text) for text in predictions[row["id"]]["captions"]]
            there, given = there + len(theirs), given + len(mine)
            for text in theirs:
                same = next((other for other in mine if alike(text, other)), None)
                if same is not None:
                    mine.remove(same)
                    found += 1
    if there:
        yield f"captions R {found / there:.3f} P {found / given if given else 0:.3f}"


def alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (short in long and len(long) <= 1.6 * len(short))


def folded(text: str) -> str:
    """Letters, digits and marks only, caseless."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNM")


if __name__ == "__main__":
    sys.exit(main())
