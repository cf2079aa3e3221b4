"""The tables that extraction.py prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from page_sets import PageSet
from scores import MEASURES, Parts, page_f1, parts_of, share_ahead, value
from workers import PEERS

# reader -> set -> page's id -> what the reader found
Readings = defaultdict[str, dict[str, dict[str, dict[str, Any]]]]
PartsOfPages = Mapping[str, Mapping[str, Parts]]  # page's id -> measure -> the page's part

# What the project wants to reach. A wrong date: at most half as often as the best peer.
AIMS = {
    "aeb": {"text F1": 0.975},
    "aeds": {"text F1": 0.945, "title": 0.94, "date right": 0.88, "author F1": 0.83},
    "fundus": {
        "text F1": 0.965,
        "title": 0.92,
        "date right": 0.98,
        "author F1": 0.90,
        "captions recall": 0.85,
        "captions precision": 0.88,
    },
    "fundus_eval": {"text F1": 0.955},
    "wcxb_article": {"text F1": 0.950, "title": 0.87},
    "htmldate_mediacloud": {"date right": 0.93},
    "htmldate_default": {"date right": 0.92},
    "vn": {
        "text F1": 0.970,
        "title": 1.0,
        "date right": 1.0,
        "author F1": 0.9,
        "source": 0.9,
        "captions recall": 0.85,
        "captions precision": 0.88,
    },
}
AIM_WITH_LEARNING = {"fundus_eval": {"text F1": 0.970}}
AIM_COST, AIM_MEMORY_MB = 4.5, 80
MEMORY_AFTER = (200, 500, 1000)  # pages
CLEAR = 0.02  # of a page's F1: less is nobody's better or worse


def print_set(pages: PageSet, readings: Readings, *, judge: Any, worst: int) -> None:
    """Every measure of a set: us, the best peer, the aim."""
    parts = parts_of_readers(pages, readings, judge=judge)
    print(f"\n{pages.name}: {len(pages.articles)} pages")
    print(f"  {'':20}    n     us  best peer                    aim  ahead in")
    for measure in MEASURES:
        _print_measure(pages.name, measure, parts)
    if "learned" in parts:
        _print_learned(pages.name, parts)
    _print_failures(pages, readings)
    if worst:
        _print_worst(parts, worst=worst)


def parts_of_readers(
    pages: PageSet, readings: Readings, *, judge: Any
) -> dict[str, dict[str, dict[str, Parts]]]:
    """For each reader and page, its part in each measure."""
    return {
        reader: {
            row["id"]: parts_of(row, answers[pages.name][row["id"]], judge=judge)
            for row in pages.articles
            if row["id"] in answers[pages.name]
        }
        for reader, answers in readings.items()
        if pages.name in answers
    }


def _column(parts: PartsOfPages, measure: str) -> list[Parts]:
    return [page[measure] for page in parts.values() if measure in page]


def _best_peer(parts: Mapping[str, PartsOfPages], measure: str) -> str | None:
    """Who is best at it; for wrong dates, who is best at right ones."""
    by = "date right" if measure == "date wrong" else measure
    able = [reader for reader in parts if MEASURES[measure] in PEERS.get(reader, ())]
    return max(able, key=lambda reader: value(_column(parts[reader], by)), default=None)


def _print_measure(name: str, measure: str, parts: Mapping[str, PartsOfPages]) -> None:
    ours = _column(parts["us"], measure)
    if not ours:
        return
    line = f"  {measure:20} {len(ours):4}  {value(ours):.3f}"
    peer, aim = _best_peer(parts, measure), AIMS.get(name, {}).get(measure)
    if peer is not None:
        theirs = _column(parts[peer], measure)
        if measure == "date wrong":
            aim = value(theirs) / 2
        line += f"  {value(theirs):.3f} {peer:20}"
    else:
        line += " " * 28
    line += f"  {aim:.3f}" if aim is not None else " " * 7
    if peer is not None:
        line += f"  {share_ahead(ours, theirs, less=measure == 'date wrong'):.3f}"
    if measure == "text F1":
        line += f"   P {value([(p[0], p[1]) for p in ours]):.3f}"
        line += f" R {value([(p[2], p[3]) for p in ours]):.3f}"
    print(line.rstrip())


def _print_learned(name: str, parts: Mapping[str, PartsOfPages]) -> None:
    """With the site's other pages, beside the same pages read alone."""
    for measure in MEASURES:
        ids = [id_ for id_, page in parts["learned"].items() if measure in page]
        if not ids:
            continue
        with_others = [parts["learned"][id_][measure] for id_ in ids]
        alone = [parts["us"][id_][measure] for id_ in ids]
        ahead = share_ahead(with_others, alone, less=measure == "date wrong")
        aim = AIM_WITH_LEARNING.get(name, {}).get(measure)
        said = f"  aim {aim:.3f}" if aim else ""
        print(
            f"  learned: {measure:18} {len(ids):4}  {value(with_others):.3f}"
            f"  alone {value(alone):.3f}  ahead in {ahead:.3f}{said}"
        )


def _print_failures(pages: PageSet, readings: Readings) -> None:
    """Articles that we refused, were silent about or broke on; other pages taken for articles."""
    ours = readings["us"][pages.name]
    articles = {row["id"]: ours[row["id"]] for row in pages.articles}
    failed = {
        "crashed": {id_: row["error"] for id_, row in articles.items() if "error" in row},
        "refused": {id_: row["refused"] for id_, row in articles.items() if "refused" in row},
        "empty": {
            id_: "" for id_, row in articles.items() if not (row.get("body") or "refused" in row)
        },
        "taken for articles": {
            row["id"]: str(ours[row["id"]].get("title"))
            for row in pages.others
            if "refused" not in ours[row["id"]]
        },
    }
    for kind, rows in failed.items():
        if rows:
            print(f"  {kind}: {len(rows)}")
            for identifier, reason in list(rows.items())[:8]:
                print(f"    {identifier}  {reason[:80]}")


def _print_worst(parts: Mapping[str, PartsOfPages], *, worst: int) -> None:
    """The pages whose text is read worst, and those on which the best peer is ahead most."""
    ours = {id_: page_f1(page["text F1"]) for id_, page in parts["us"].items() if "text F1" in page}
    if not ours:
        return
    for identifier in sorted(ours, key=lambda id_: ours[id_])[:worst]:
        print(f"    {ours[identifier]:.3f}  {identifier}")
    peer = _best_peer(parts, "text F1")
    if peer is None:
        return
    leads = {id_: f1 - page_f1(parts[peer][id_]["text F1"]) for id_, f1 in ours.items()}
    better = sum(lead > CLEAR for lead in leads.values())
    behind = [lead for lead in leads.values() if lead < -CLEAR]
    print(
        f"  {peer}: better on {better} pages, worse on {len(behind)}, by {sum(behind):.2f} in all"
    )
    for identifier in sorted(leads, key=lambda id_: leads[id_])[:worst]:
        print(f"    {leads[identifier]:+.3f} {ours[identifier]:.3f}  {identifier}")


def print_texts(sets: Sequence[PageSet], readings: Readings, *, judge: Any) -> None:
    """Every reader's every measure over every set, for whoever wants more than the best peer."""
    print("\nall readers")
    for pages in sets:
        parts = parts_of_readers(pages, readings, judge=judge)
        for measure, field in MEASURES.items():
            able = [r for r in parts if r in ("us", "learned") or field in PEERS[r]]
            columns = {reader: _column(parts[reader], measure) for reader in able}
            if columns.get("us"):
                line = "  ".join(f"{r} {value(column):.3f}" for r, column in columns.items())
                print(f"  {pages.name:20} {measure:18} {line}")


def print_costs(sets: Sequence[PageSet], readings: Readings) -> None:
    """CPU for a page over that of a parse, memory, and pages that gave nothing."""
    print(f"\ncost: milliseconds of CPU a page (aim: {AIM_COST} parses), MB (aim: {AIM_MEMORY_MB})")
    print(
        f"  {'':20} pages  median    p95    max   of a parse: median    p95   mean"
        f"   MB after {', '.join(map(str, MEMORY_AFTER))}; at most   empty crashed"
    )
    for reader, answers in readings.items():
        rows = [row for pages in sets for row in answers.get(pages.name, {}).values()]
        timed = [row for row in rows if row["parse_ms"]]
        if not timed:
            continue
        ms, parse = sorted(row["ms"] for row in timed), sorted(row["parse_ms"] for row in timed)
        memory = " ".join(
            f"{rows[count - 1].get('memory_mb', 0):5.0f}"
            for count in MEMORY_AFTER
            if len(rows) >= count
        )
        peak = max(row.get("peak_mb", 0) for row in rows)
        texts = [
            answers[pages.name][row["id"]]
            for pages in sets
            for row in pages.articles
            if row.get("body") and row["id"] in answers.get(pages.name, {})
        ]
        says_text = "body" in PEERS.get(reader, {"body"})
        empty = sum(not row.get("body") for row in texts) if says_text else 0
        crashed = sum("error" in row for row in rows)
        print(
            f"  {reader:20} {len(rows):5}  {median(ms):6.2f} {_p95(ms):6.1f} {ms[-1]:6.0f}"
            f"   {median(ms) / median(parse):18.2f} {_p95(ms) / _p95(parse):6.2f}"
            f" {sum(ms) / sum(parse):6.2f}   {memory:>18} {peak:5.0f}   {empty:16} {crashed:7}"
        )


def _p95(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
