"""Marks: a table of queries and texts, searched in a real archive."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archived import bare, save, writing

from scraper.archive.archive import Archive
from scraper.query.search import search

PAIRS = [
    (query.strip(), text[1:].strip(), text[0] == "+")
    for line in Path(__file__).with_name("accents.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
    for query, *texts in [line.split(" | ")]
    for text in texts
]
TEXTS = sorted({text for _, text, _ in PAIRS})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One article for each text of the table, composed; and one more with the text decomposed."""
    with writing(tmp_path_factory.mktemp("accents") / "archive.db") as (opened, run):
        for number, text in enumerate(TEXTS):
            save(opened, bare("-", text), run=run, key=f"c{number}")
            apart = bare("-", unicodedata.normalize("NFD", text))
            save(opened, apart, run=run, key=f"d{number}")
        yield opened


def test_the_table_has_at_least_two_hundred_pairs() -> None:
    assert len(PAIRS) >= 200
    assert len({(query, text) for query, text, _ in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("query", dict.fromkeys(query for query, _, _ in PAIRS))
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_query_finds_what_the_table_says(archive: Archive, query: str, form: Any) -> None:
    typed = unicodedata.normalize(form, query)
    for sort in ("newest", "relevance"):
        found = {hit.id for hit in search(typed, archive=archive, limit=None, sort=sort)}
        for one, text, finds in PAIRS:
            if one == query:
                number = TEXTS.index(text)
                ids = {f"demo:c{number}", f"demo:d{number}"}
                assert ids & found == (ids if finds else set()), text


@pytest.mark.parametrize("query", dict.fromkeys(query for query, _, _ in PAIRS))
def test_a_snippet_marks_what_the_table_says(archive: Archive, query: str) -> None:
    for hit in search(query, archive=archive, limit=None):
        assert "<mark>" in hit.snippet, hit
