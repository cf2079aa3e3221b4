"""Collects a made portal with Scrapy into SQLite; run by crawl.py in an environment with Scrapy.

As `scrapy startproject` would have it but for the pace: no delay, eight requests at once,
robots.txt obeyed, LOG_LEVEL INFO. Three selectors an article (title, date, text), or trafilatura.
Items are committed a hundred at a time, which favours Scrapy.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

BATCH = 100
CONCURRENT = 8  # Scrapy's default for a domain

facts: dict[str, Any] = {"articles": 0, "others": 0}


class Sqlite:
    """The pipeline: one table, keyed by address."""

    def open_spider(self, spider: Any = None) -> None:
        self.db = sqlite3.connect(facts["path"])
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute(
            "CREATE TABLE items (url TEXT PRIMARY KEY, title TEXT, date TEXT, text TEXT)"
        )
        self.since = 0

    def process_item(self, item: Any, spider: Any = None) -> Any:
        self.db.execute(
            "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)",
            (item["url"], item["title"], item["date"], item["text"]),
        )
        self.since += 1
        facts["articles"] += 1
        if self.since >= BATCH:
            self.db.commit()
            self.since = 0
        facts["last"] = time.monotonic()
        return item

    def close_spider(self, spider: Any = None) -> None:
        self.db.commit()
        facts["last"] = time.monotonic()


class Portal(scrapy.Spider):  # type: ignore[misc]
    name = "portal"

    async def start(self) -> Any:
        facts["begun"] = time.monotonic()
        yield scrapy.Request(facts["home"] + "list?page=1", self.parse)

    def parse(self, response: Any) -> Any:
        for link in response.css("ul.list a.art::attr(href)").getall():
            yield response.follow(link, self.parse_article)
        following = response.css("a.next::attr(href)").get()
        if following:
            yield response.follow(following, self.parse)

    def parse_article(self, response: Any) -> Any:
        if facts["trafilatura"]:
            yield read_by_trafilatura(response)
            return
        yield {
            "url": response.url,
            "title": response.css("article h1::text").get(),
            "date": response.css("article .date::text").get(),
            "text": "\n\n".join(response.css("article .content p ::text").getall()),
        }


def read_by_trafilatura(response: Any) -> dict[str, Any]:
    from trafilatura import bare_extraction

    found = bare_extraction(response.text, url=response.url, with_metadata=True)
    said = found.as_dict() if found else {}
    return {"url": response.url, **{name: said.get(name) for name in ("title", "date", "text")}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("home")
    parser.add_argument("--trafilatura", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    facts.update(path=asked.folder / "items.db", home=asked.home, trafilatura=asked.trafilatura)
    if asked.trafilatura:
        import trafilatura  # noqa: F401  its loading is not timed
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENT,
            "LOG_LEVEL": "INFO",
            "ITEM_PIPELINES": {Sqlite: 300},
        }
    )
    process.crawl(Portal)
    process.start()
    times = os.times()
    told = {
        "articles": facts["articles"],
        "others": 0,
        "seconds": facts["last"] - facts["begun"],
        "cpu_seconds": times.user + times.system,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
