"""Collects made portals with this program, and tells how long it took as one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections import Counter
from pathlib import Path

from scraper.archive.archive import Archive
from scraper.portals.portal_file import read_cron
from scraper.records import ArticleRule, FetchRule, Portal, Settings, Source
from scraper.side_by_side import collect_portals


def portal(name: str, home: str, *, pace_seconds: float) -> Portal:
    host = home.split("/")[2]
    return Portal(
        name=name,
        home=home,
        language="vi",
        timezone="Asia/Ho_Chi_Minh",
        article=ArticleRule(key_parameter="id"),
        sources=(Source(kind="listing", url=f"{home}list?page={{page}}", link="a.art"),),
        cron=read_cron("7 * * * *"),
        fetch=FetchRule(pace_seconds=pace_seconds, allow_private=(host,)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("homes", nargs="+")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between two requests")
    parser.add_argument("--seconds", type=float, help="stop after so long")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    portals = [
        portal(f"p{number}", home, pace_seconds=asked.pace)
        for number, home in enumerate(asked.homes)
    ]
    kinds: Counter[str] = Counter()
    stop = threading.Event()
    begun = last = time.monotonic()
    if asked.seconds:
        threading.Timer(asked.seconds, stop.set).start()
    with Archive.open(asked.folder / "archive.db", write=True) as archive:
        outcomes = collect_portals(
            portals,
            archive=archive,
            captures_folder=asked.folder / "archive.captures",
            settings=Settings(),
            stop=stop,
        )
        for outcome in outcomes:
            if outcome.stage == "article":
                kinds[outcome.kind] += 1
                last = time.monotonic()
        requests = sum(run.requests for run in archive.runs(limit=None))
    ended = time.monotonic()
    times = os.times()
    facts = {
        "articles": kinds["new"],
        "others": sum(kinds.values()) - kinds["new"],
        "requests": requests,
        "seconds": last - begun,
        "end_seconds": ended - last,
        "cpu_seconds": times.user + times.system + times.children_user + times.children_system,
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
