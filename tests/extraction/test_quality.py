"""Floors of what `extract` gets right over the sample pages of tests/pages.

A change that reads any of them worse fails here; the floors are raised, never lowered.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import NoArticle
from scraper.extraction.article import extract
from scraper.records import Article

PAGES = Path(__file__).parents[1] / "pages"
EXPECTED: dict[str, dict[str, Any]] = json.loads((PAGES / "expected.json").read_text("utf-8"))
ARTICLES = [name for name, truth in EXPECTED.items() if "refused" not in truth]
REFUSED = [name for name, truth in EXPECTED.items() if "refused" in truth]
TEXT_FLOOR = 0.99  # F1 of shingles of four words, the mean over the pages


@cache
def read(name: str) -> Article:
    return extract((PAGES / f"{name}.html").read_bytes(), url=EXPECTED[name]["url"])


def test_every_sample_page_has_its_expectation() -> None:
    assert {path.stem for path in PAGES.glob("*.html")} == set(EXPECTED)


@pytest.mark.parametrize("name", ARTICLES)
def test_title_and_lead_are_right(name: str) -> None:
    article, truth = read(name), EXPECTED[name]
    assert (article.title, article.lead) == (truth["title"], truth["lead"])


@pytest.mark.parametrize("name", ARTICLES)
def test_the_text_is_the_published_paragraphs(name: str) -> None:
    assert [block.text for block in read(name).blocks] == EXPECTED[name]["paragraphs"]


@pytest.mark.parametrize("name", ARTICLES)
def test_dates_are_right_with_their_precision(name: str) -> None:
    article, truth = read(name), EXPECTED[name]
    published = article.published.isoformat() if article.published else None
    updated = article.updated.isoformat() if article.updated else None
    assert (published, article.published_precision) == (truth["published"], truth["precision"])
    assert updated == truth.get("updated")


@pytest.mark.parametrize("name", ARTICLES)
def test_captions_have_their_images_and_credits(name: str) -> None:
    figures, truth = read(name).figures, EXPECTED[name]
    assert [figure.caption for figure in figures] == truth["captions"]
    assert [figure.credit for figure in figures] == truth["credits"]
    assert [figure.image for figure in figures] == truth["images"]


@pytest.mark.parametrize("name", ARTICLES)
def test_source_authors_attachments_and_tags_are_right(name: str) -> None:
    article, truth = read(name), EXPECTED[name]
    assert article.source == truth["source"]
    assert list(article.authors) == truth["authors"]
    assert [file.url for file in article.attachments] == truth.get("attachments", [])
    assert list(article.tags) == truth.get("tags", [])
    assert article.language == "vi"


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_is_no_article_is_refused_with_its_reason(name: str) -> None:
    with pytest.raises(NoArticle, match=EXPECTED[name]["refused"]):
        read(name)


def test_the_text_stays_above_its_floor() -> None:
    scores = []
    for name in ARTICLES:
        truth = EXPECTED[name]
        theirs = shingles("\n".join([truth["lead"], *truth["paragraphs"]]))
        mine = shingles(read(name).text)
        scores.append(2 * sum((theirs & mine).values()) / (theirs.total() + mine.total()))
    assert sum(scores) / len(scores) >= TEXT_FLOOR


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
