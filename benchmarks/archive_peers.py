"""Other search engines over the same texts: tantivy, with and without marks, and Datasette.

They answer the same queries with the same page: twenty hits, the exact count, counts by year,
newest first or by score; without snippets. A count is right where every year's is. The rule of
marks is ours, so none of them was made to get all right; who finds nothing is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from archive_queries import Answer, Asked, Truth
from archive_search import Answers
from workers import Worker, peers_python

from scraper.query.search import Sort

HERE = Path(__file__).parent
PINNED = HERE / "archive_peers.txt"
PEERS = ("tantivy", "tantivy-folded", "datasette")


def ask_peers(
    archive: Path, queries: Sequence[Asked], *, environment: Path, sort: Sort
) -> list[Answers]:
    """Every peer's answers; their indexes are kept beside the archive."""
    python = peers_python(environment, pinned=PINNED)
    found = []
    for peer in PEERS:
        folder = archive.with_name(f"{archive.stem}-{peer}")
        command = [str(python), str(HERE / "search_as_peer.py"), peer, str(archive), str(folder)]
        with ExitStack() as opened:
            worker = opened.enter_context(Worker(command))
            built = worker.ask({"kind": "build"})
            raw = f"index {built['bytes'] / 1e6:,.0f} MB"
            if built["seconds"]:
                raw += f", made in {built['seconds']:.0f} s"
            answers = Answers(f"{peer} ({raw})")
            for query in queries:
                answer = worker.ask(request(query, sort=sort))
                if "error" in answer:
                    answers.refused.append(f"{query.text}: {answer['error']}")
                else:
                    answers.given.append(answer_of(query, answer))
            found.append(answers)
    return found


def request(query: Asked, *, sort: Sort) -> dict[str, Any]:
    return {
        "kind": query.kind,
        "phrases": query.phrases,
        "title_only": query.title_only,
        "portal": query.portal,
        "years": query.years,
        "sort": sort,
    }


def answer_of(query: Asked, answer: dict[str, Any]) -> Answer:
    return Answer(query, answer["count"], answer["by_year"], wall=answer["wall"], cpu=answer["cpu"])


def print_peers(answers: Sequence[Answers], *, sort: Sort, truth: Truth | None) -> None:
    """Each one's time, and how many of its counts are right."""
    print(f"\nthe same queries, {sort}: p50 · p95 wall ms, p95 CPU ms, right · wrong · refused")
    for one in answers:
        right = sum(truth.agrees(each) for each in one.given) if truth else None
        counts = "not judged" if right is None else f"{right} · {len(one.given) - right}"
        print(
            f"  {one.name:60}{one.wall_ms(0.5):9.1f} · {one.wall_ms(0.95):.1f}"
            f"{one.cpu_ms(0.95):10.1f}   {counts} · {len(one.refused)}"
        )
        if one.refused:
            print(f"    refused: {one.refused[0]}")
