"""Snippets: the part of a text that shows why it was found."""

from __future__ import annotations

import re

import pytest

from scraper.query.language import parse
from scraper.query.matches import spans
from scraper.query.snippets import snippet
from scraper.query.tree import terms

FILLER = "Đoàn công tác đi xem bến sông và trao đổi với bà con về mùa nước nổi. "


def cut(query: str, *texts: str | None) -> str:
    found = tuple(terms(parse(query)))
    return snippet([(text, spans(found, text or "")) for text in texts])


def shown(made: str) -> str:
    """A snippet as a reader sees it."""
    return re.sub("</?mark>", "", made)


def test_matches_are_marked_as_they_stand_in_the_text() -> None:
    assert cut("gia dat", "Giá đất, GIA ĐẤT") == (
        "<mark>Giá</mark> <mark>đất</mark>, <mark>GIA</mark> <mark>ĐẤT</mark>"
    )
    assert cut('"gia dat"', "Giá đất") == "<mark>Giá đất</mark>"


def test_everything_else_is_escaped() -> None:
    assert cut("b", "a<b>&\"c'") == "a&lt;<mark>b</mark>&gt;&amp;&quot;c&#x27;"


def test_a_text_shows_two_lines_of_whole_words_around_the_match() -> None:
    text = FILLER * 10 + "Giá gạo tăng. " + FILLER * 10
    made = cut("gạo", text)
    assert made.startswith("… ")
    assert made.endswith(" …")
    assert "<mark>gạo</mark>" in made
    assert 160 <= len(shown(made)) <= 240
    assert set(shown(made).strip("… ").split()) <= set(text.split())


def test_the_part_with_the_most_matches_is_shown() -> None:
    text = "lúa " + FILLER * 10 + "lúa gạo, gạo lúa " + FILLER * 10 + "gạo"
    assert cut("lúa gạo", text).count("<mark>") == 4


def test_the_beginning_and_the_end_bear_no_dots() -> None:
    assert cut("gạo", "gạo " + FILLER * 10).startswith("<mark>gạo</mark> Đoàn")
    made = cut("gạo", FILLER * 10 + "gạo")
    assert made.endswith("<mark>gạo</mark>")
    assert 160 <= len(shown(made)) <= 240


def test_white_space_is_one_space() -> None:
    assert cut("gạo", "lúa\n\ngạo\t và") == "lúa <mark>gạo</mark> và"


def test_the_first_text_with_a_match_is_shown() -> None:
    assert cut("gạo", "lúa", None, "giá gạo", "gạo") == "giá <mark>gạo</mark>"
    assert cut("gạo", None, "") == ""
    assert cut("gạo", None, "lúa") == "lúa"


def test_an_empty_query_shows_the_beginning() -> None:
    made = cut("", None, "", FILLER * 10)
    assert made.startswith("Đoàn công tác")
    assert made.endswith(" …")


@pytest.mark.parametrize("text", ["x" * 5000 + " gạo " + "y" * 5000, "gạo" + " z" * 900])
def test_a_text_of_endless_words_stays_short(text: str) -> None:
    made = cut("gạo", text)
    assert "<mark>gạo</mark>" in made
    assert len(shown(made)) < 500


def test_a_phrase_longer_than_a_snippet_is_shown_whole() -> None:
    phrase = (FILLER * 6).strip()
    assert f"<mark>{phrase.removesuffix('.')}</mark>" in cut(f'"{phrase}"', f"A {phrase} B")
