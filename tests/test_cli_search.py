"""`scraper search`: what a person sees of an answer, and of a wrong query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from archived import bare, save, writing
from conftest import Scraper

STORY = " ".join(f"câu chuyện số {number} về mùa lúa" for number in range(40))


@pytest.fixture
def filled(desk: Path) -> Iterator[None]:
    with writing(desk / "archive.db") as (archive, run):
        day = date(2018, 6, 14)
        save(archive, bare("Giá đất", "về đất đai", source="Báo", published=day), run=run, key="1")
        save(archive, bare("Mùa lúa", STORY, source="Đài", published=day), run=run, key="2")
        save(archive, bare("Mùa lúa", STORY, published=day), run=run, key="3", portal="other")
    yield


@pytest.mark.usefixtures("filled")
def test_an_answer_has_marked_titles_and_counts_by_portal_and_source(scraper: Scraper) -> None:
    said = scraper("search", "đất OR lúa", "--limit", "0").out.splitlines()
    assert said == [
        "3 articles, 0 shown (2018: 3)",
        "portals: demo: 2, other: 1",
        "sources: Báo: 1, unknown: 1, Đài: 1",
    ]
    assert "Giá *đất*" in scraper("search", "đất").out.splitlines()


@pytest.mark.usefixtures("filled")
def test_of_copies_one_is_shown_if_asked(scraper: Scraper) -> None:
    assert "2 articles" in scraper("search", "lúa").out
    said = scraper("search", "lúa", "--unique").out
    assert "1 stories" in said or "1 story" in said
    assert "demo:2" in said
    assert "other:3" not in said


@pytest.mark.usefixtures("filled")
def test_an_empty_answer_says_what_there_is_without_marks(scraper: Scraper) -> None:
    assert "without marks, Gia dât finds" not in scraper("search", "Giá đất").out
    assert "without marks, gia dat finds 1 article" in scraper("search", "giá đât").out
    answer = json.loads(scraper("search", "giá đât", "--json").out)
    assert answer["suggestion"] == {"query": "gia dat", "count": 1}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "under"),
    [
        ("đất titel:lúa", "t"),
        ("đất " * 60 + "titel:lúa" + " đai" * 60, "t"),
        ("đất\ttitel:lúa", "t"),
        ("字字 titel:lúa", None),
        ("đất (" + "lúa " * 50, "("),
    ],
)
def test_a_caret_stands_under_the_fault_in_long_queries_too(
    scraper: Scraper, query: str, under: str | None
) -> None:
    said = scraper("search", query)
    assert said.code == 2
    *_, shown, caret = said.err.splitlines()
    assert len(shown) < 90
    if under:
        assert shown[caret.index("^")] == under
    else:
        assert caret.index("^") == shown.index("titel") + 2  # two letters of two columns


@pytest.mark.usefixtures("filled")
def test_a_query_of_a_hundred_thousand_characters_is_refused_in_a_few_lines(
    scraper: Scraper,
) -> None:
    said = scraper("search", "đ" * 100_000)
    assert said.code == 2
    assert "100,000 characters" in said.err
    assert len(said.err) < 500


@pytest.mark.usefixtures("filled")
def test_a_filter_that_is_wrong_is_shown_with_its_own_caret(scraper: Scraper) -> None:
    said = scraper("search", "đất", "--source", '"báo')
    assert said.code == 2
    assert said.err.splitlines()[-2:] == ['  "báo', "  ^"]
