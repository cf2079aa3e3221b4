"""Made-up links, captures and articles, and archives filled with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from scraper.archive.archive import Archive
from scraper.records import Article, Block, Capture, Evidence, Figure, Link, Outcome, Place

NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
LIST = "http://demo.example/list"


def link(key: str = "1", *, portal: str = "demo", **changes: Any) -> Link:
    """A link as a list page gives it."""
    address = f"http://demo.example/detail?id={key}"
    return replace(Link(portal=portal, url=address, key=key, found_on=LIST), **changes)


def capture(url: str = "http://demo.example/detail?id=1", **changes: Any) -> Capture:
    """An answer with a small body."""
    body = changes.pop("body", b"<p>page</p>")
    whole = Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
        fetched_at=NOW,
        sha256=sha256(body).hexdigest(),
    )
    return replace(whole, **changes)


def place(offset: int = 0, *, file: str = "demo/demo-1.warc.gz", length: int = 100) -> Place:
    return Place(file=file, offset=offset, length=length)


def article(text: str = "Đoàn công tác làm việc tại xã An Phú.", **changes: Any) -> Article:
    """An article with something in every field; `text` is its body, paragraphs by blank lines."""
    whole = Article(
        url="http://demo.example/detail?id=1",
        title="Giá đất năm nay",
        lead="Sở vừa công bố bảng giá.",
        blocks=tuple(Block(kind="paragraph", text=part) for part in text.split("\n\n")),
        published=date(2018, 6, 14),
        published_precision="day",
        source="Cổng thông tin xã",
        authors=("Lê Minh",),
        figures=(Figure(image="http://demo.example/1.jpg", caption="Bến sông. Ảnh: LM"),),
        tags=("đất đai",),
        language="vi",
        evidence={"title": Evidence(rule="heading", text="Giá đất năm nay")},
    )
    return replace(whole, **changes)


def bare(title: str, text: str = "", **changes: Any) -> Article:
    """An article with nothing but a title and a text."""
    blocks = tuple(Block(kind="paragraph", text=part) for part in text.split("\n\n") if part)
    return replace(Article(url=None, title=title, blocks=blocks), **changes)


@contextmanager
def writing(path: Path) -> Iterator[tuple[Archive, int]]:
    """An archive open for writing, and a run begun in it."""
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("demo", trigger="collect", due=None, now=NOW)
        yield archive, run


def save(
    archive: Archive, read: Article, *, run: int, key: str = "1", now: datetime = NOW, **of: Any
) -> Outcome:
    """Save a reading of the link of this key, fetched at `now`."""
    from_link = link(key, **of)
    answer = capture(from_link.url, fetched_at=now)
    return archive.save_article(from_link, read, capture=answer, run=run, now=now)
