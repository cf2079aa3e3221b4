"""Collect saved pages of Vietnamese portals over loopback, and count what is right per field.

    python benchmarks/vietnamese_pages.py DATA

DATA holds gold.jsonl (a row a page: id, file, url?, site, kind, and for articles title, date,
source, author, captions, body; for lists items with title) and the pages. Every page is served
under its own path where its address is known, else under its file's name, and goes through
`collect` and `extract` as a live one would. Prints, per field, how many articles are right, and
for each list how many of its items were found.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from scores import body_page, norm

from scraper.archive.archive import Archive
from scraper.portals.portal_file import read_cron
from scraper.query.search import matching
from scraper.records import Article, ArticleRule, FetchRule, Outcome, Portal, Settings, Source
from scraper.side_by_side import collect_portals

INDEX = "/all-articles-of-the-set"


@dataclass(frozen=True, slots=True)
class Page:
    """One saved page: where it is served, and what is known of it."""

    path: str
    body: bytes
    gold: Mapping[str, Any]


def read_pages(data: Path) -> list[Page]:
    """The pages with their gold; links to the page's own site are made relative to the server."""
    pages = []
    for line in (data / "gold.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        body = (data / gold["file"]).read_bytes()
        site = re.escape(gold["site"]).encode()
        body = re.sub(rb"https?://(www\.|hcm\.)?" + site, b"", body)
        address = urlsplit(gold["url"]) if gold.get("url") else None
        path = f"/{gold['site']}/{Path(gold['file']).name}"
        if address and address.path.strip("/"):
            path = address.path + (f"?{address.query}" if address.query else "")
        pages.append(Page(quote(path, safe="/?&=%-_.~,:;+!$'()*"), body, gold))
    return pages


@contextmanager
def serving(pages: Sequence[Page]) -> Iterator[str]:
    """Serve the pages; yields the home address."""
    by_path = {page.path: page.body for page in pages}
    articles = [page for page in pages if page.gold["kind"] == "article"]
    links = "".join(f'<li><a href="{page.path}">{page.gold["id"]}</a></li>' for page in articles)
    by_path[INDEX] = f"<html><body><ul>{links}</ul></body></html>".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = by_path.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def portal_of(home: str, source: str, *, name: str, match: str | None) -> Portal:
    return Portal(
        name=name,
        home=home + "/",
        language="vi",
        timezone="Asia/Ho_Chi_Minh",
        article=ArticleRule(match=re.compile(match) if match else None),
        sources=(Source(kind="listing", url=home + source, pages=1),),
        cron=read_cron("7 * * * *"),
        fetch=FetchRule(pace_seconds=0, retries=0, allow_private=(home.removeprefix("http://"),)),
    )


def collect(portal: Portal, folder: Path) -> list[Outcome]:
    with Archive.open(folder / f"{portal.name}.db", write=True) as archive:
        return list(
            collect_portals((portal,), archive=archive, captures_folder=folder, settings=Settings())
        )


def right_fields(gold: Mapping[str, Any], article: Article) -> dict[str, bool]:
    """For each field that the gold speaks of, whether the archive has it."""
    right = {}
    if gold.get("title"):
        right["title"] = norm(gold["title"]) == norm(article.title)
    if gold.get("date"):
        right["date"] = str(article.published or "")[:10] == gold["date"]
    if gold.get("datetime"):
        read = article.published.isoformat() if article.published else ""
        right["date and time"] = read.removesuffix(":00+07:00") == gold["datetime"].removesuffix(
            ":00+07:00"
        )
    if gold.get("lead"):
        right["lead"] = norm(gold["lead"]) == norm(article.lead)
    if gold.get("source"):
        right["source"] = norm(gold["source"]) == norm(article.source)
    if gold.get("author"):
        right["authors"] = {norm(name) for name in gold["author"]} == {
            norm(name) for name in article.authors
        }
    if gold.get("captions"):
        right["captions (all, no other)"] = sorted(map(norm, gold["captions"])) == sorted(
            map(norm, article.captions)
        )
    if gold.get("body"):
        right["text (F1 at least .95)"] = body_page(gold["body"], article.text)[2] >= 0.95
    return right


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder with gold.jsonl and the pages")
    data = parser.parse_args().data
    pages = read_pages(data)
    with serving(pages) as home, tempfile.TemporaryDirectory() as name:
        print_articles(pages, home, Path(name))
        print_lists(pages, home, Path(name))


def print_articles(pages: Sequence[Page], home: str, folder: Path) -> None:
    portal = portal_of(home, INDEX, name="articles", match=".")
    outcomes = {urlsplit(o.url).path: o for o in collect(portal, folder) if o.stage == "article"}
    with Archive.open(folder / "articles.db") as archive:
        stored = {
            url.removeprefix(home): row.article
            for row in matching("", archive=archive)
            for url in row.addresses
        }
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    print("articles")
    for page in pages:
        if page.gold["kind"] != "article":
            continue
        article = stored.get(page.path)
        if article is None:
            outcome = outcomes.get(urlsplit(page.path).path)
            print(f"  {page.gold['id']}: not read: {outcome.reason if outcome else 'not listed'}")
            asked.update(right_fields(page.gold, Article(url=None, title="")).keys())
            continue
        fields = right_fields(page.gold, article)
        asked.update(fields.keys())
        right.update(field for field, is_right in fields.items() if is_right)
        wrong = [field for field, is_right in fields.items() if not is_right]
        body = page.gold.get("body")
        text = f"text F1 {body_page(body, article.text)[2]:.3f}; " if body else ""
        print(f"  {page.gold['id']}: {text}wrong: {', '.join(wrong) or 'nothing'}")
    for field, count in asked.items():
        print(f"  {field:26} {right[field]} of {count} right")


def print_lists(pages: Sequence[Page], home: str, folder: Path) -> None:
    print("lists: items found")
    total, found_total = 0, 0
    for number, page in enumerate(page for page in pages if page.gold.get("items")):
        portal = portal_of(home, page.path, name=f"list{number}", match=None)
        outcomes = collect(portal, folder)
        with closing(sqlite3.connect(folder / f"{portal.name}.db")) as db:
            titles = [norm(title) for (title,) in db.execute("SELECT title FROM frontier")]
        wanted = [norm(item["title"]) for item in page.gold["items"]]
        found = sum((Counter(wanted) & Counter(titles)).values())
        total += len(wanted)
        found_total += found
        trouble = [o.reason for o in outcomes if o.stage == "source" and o.kind == "failed"]
        other = len(titles) - found
        print(f"  {page.gold['id']}: {found} of {len(wanted)}, {other} other links {trouble or ''}")
    print(f"  together {found_total} of {total}")


if __name__ == "__main__":
    main()
