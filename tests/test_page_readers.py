"""Pages read in processes of their own: the same articles, and no page waits for ever."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from littleportal import PARAGRAPH, LittlePortal
from littleportal import page as page_of

from scraper.extraction.article import extract
from scraper.readers import Readers
from scraper.reading import Page, Reader, Rules
from scraper.records import Article, Capture

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes between processes")

PORTAL = LittlePortal(port=80).portal()
BEGIN_SECONDS = 60.0  # on the busiest machine


def page(number: int, *, body: bytes | None = None) -> Page:
    url = f"http://127.0.0.1/detail.aspx?id={number}"
    body = body or page_of(f"Bài số {number}", f"Đoạn đầu số {number}. {PARAGRAPH}").encode()
    capture = Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body,
        fetched_at=datetime(2026, 6, 1, tzinfo=UTC),
        sha256=sha256(body).hexdigest(),
    )
    return Page(capture=capture, templates=(), record=True)


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(jobs=1, many_pages=1) as readers:
        readers.read(Reader(Rules(portal=PORTAL)), page(0)).result()
        until = time.monotonic() + BEGIN_SECONDS
        while not readers.processes:
            assert time.monotonic() < until, "no process began"
            time.sleep(0.01)
        yield readers


def test_few_pages_are_read_here() -> None:
    with Readers(jobs=1) as readers:
        assert readers.read(Reader(Rules(portal=PORTAL)), page(1)).done()
        assert not readers.processes


def test_another_process_reads_the_same(readers: Readers) -> None:
    reader = Reader(Rules(portal=PORTAL))
    there = [readers.read(reader, page(number)) for number in range(1, 30)]
    for number, future in enumerate(there, start=1):
        here = reader.read(page(number))
        read = future.result(BEGIN_SECONDS)
        assert read.article == here.article and read.article
        assert read.article.url and read.article.url.endswith(f"id={number}")


def test_a_refused_page_tells_the_same_reason(readers: Readers) -> None:
    reader = Reader(Rules(portal=PORTAL))
    empty = page(1, body=b"<html><body>Not found</body></html>")
    read, here = readers.read(reader, empty).result(BEGIN_SECONDS), reader.read(empty)
    assert read.error is not None and here.error is not None
    assert (type(read.error), read.error.reason) == (type(here.error), here.error.reason)
    assert read.record is not None


def test_pages_larger_than_the_pipe_go_through(readers: Readers) -> None:
    reader = Reader(Rules(portal=PORTAL))
    large = page_of("Bài dài", PARAGRAPH).encode() + b"<!-- " + os.urandom(1_200_000) + b" -->"
    futures = [readers.read(reader, page(number, body=large)) for number in range(3)]
    assert all(future.result(BEGIN_SECONDS).record for future in futures)


class Deadly(Capture):
    """A capture that ends the process which unpacks it."""

    def __reduce__(self) -> Any:
        return os._exit, (3,)


def test_a_page_that_ends_its_process_costs_itself_alone(readers: Readers) -> None:
    reader, first = Reader(Rules(portal=PORTAL)), page(1)
    deadly = Deadly(**{name: getattr(first.capture, name) for name in Capture.__slots__})
    futures = [
        readers.read(reader, replace(first, capture=deadly) if number == 3 else page(number))
        for number in range(1, 9)
    ]
    reads = [future.result(BEGIN_SECONDS) for future in futures]
    assert [read.article is None for read in reads] == [number == 3 for number in range(1, 9)]
    assert reads[2].fault == "the process that read the page ended with exit code 3"


def test_what_takes_the_place_of_extract_is_called_here(readers: Readers) -> None:
    def other(body: bytes, **known: Any) -> Article:
        return replace(extract(body, **known), title=str(os.getpid()))

    read = readers.read(Reader(Rules(portal=PORTAL), instead=other), page(1)).result()
    assert read.article and read.article.title == str(os.getpid())


def test_where_no_process_can_be_begun_pages_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    monkeypatch.setattr("scraper.readers._BEGIN", "raise SystemExit(1) # {path}")
    with Readers(jobs=1, many_pages=1) as readers:
        reader = Reader(Rules(portal=PORTAL))

        def ended(process: object) -> str:
            begun.append(1)
            return "ended"

        monkeypatch.setattr("scraper.readers._Process.ended", ended)
        until = time.monotonic() + BEGIN_SECONDS
        while not begun:
            assert readers.read(reader, page(1)).result().article
            assert time.monotonic() < until
        for number in range(20):
            assert readers.read(reader, page(number)).result().article
    assert len(begun) == 1
