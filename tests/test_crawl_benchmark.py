"""The benchmark of collecting: its portal is read as it was made, and its measures measure."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from crawl import HERE, collected, memory_of_tree, portal
from crawl_portal import answers, article_page, frame, paragraphs_of, title_of

from scraper.extraction.article import extract


@pytest.mark.parametrize("size", [40_000, 150_000])
def test_a_made_page_has_its_size_and_is_read_as_it_was_made(size: int) -> None:
    page = article_page(7, around=frame(size))
    assert abs(len(page) - size) < 0.03 * size
    article = extract(page)
    assert article.title == title_of(7)
    assert all(text in article.text for text in paragraphs_of(7))


def test_every_listed_article_is_served() -> None:
    pages = answers(45, 12_000, first=100)
    listed = b"".join(page for path, page in pages.items() if path.startswith("/list"))
    assert all(f"/detail?id={number}'".encode() in listed for number in range(100, 145))
    assert sum(path.startswith("/detail") for path in pages) == 45


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="of Linux")
def test_the_made_portal_is_collected_whole(tmp_path: Path) -> None:
    with portal(articles=25, size=12_000) as home:
        ours = [sys.executable, str(HERE / "crawl_as_us.py"), str(tmp_path / "us"), home]
        measured = collected(ours)
    assert (measured.articles, measured.others) == (25, 0)
    assert measured.memory_mb > 10 and measured.requests >= 28
    assert memory_of_tree(os.getpid()) > 10
