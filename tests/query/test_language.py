"""The query language: text to a tree, and where a tree occurs in a text."""

from __future__ import annotations

import unicodedata

import pytest

from scraper.errors import QueryError
from scraper.query.language import alternatives, find, parse, pattern


def words(text: str) -> list[tuple[str, ...]]:
    return [term.words for term in parse(text).terms]


def found_in(query: str, text: str) -> list[str]:
    """What of the text the query matches."""
    tree = parse(query)
    patterns = tuple(pattern(term, marked=tree.marked) for term in tree.terms)
    return [text[start:end] for start, end in find(patterns, text, marked=tree.marked)]


def test_white_space_parts_words_and_quotes_hold_phrases() -> None:
    assert words('giá "đất đai"\u00a0mới') == [("giá",), ("đất", "đai"), ("mới",)]


@pytest.mark.parametrize("quoted", ["“đất đai”", "«đất đai»", "„đất đai“", "＂đất đai＂"])
def test_quotes_of_other_keyboards_hold_phrases_too(quoted: str) -> None:
    assert words(quoted) == [("đất", "đai")]


def test_a_phrase_may_stand_close_to_words() -> None:
    assert words('a"b c"d') == [("a",), ("b", "c"), ("d",)]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("TN&MT", ("tn", "mt")),
        ("01/2019/TT-BTNMT", ("01", "2019", "tt", "btnmt")),
        ("14.6.2018", ("14", "6", "2018")),
        ("đất_đai", ("đất", "đai")),
        ("QÐ-TTg", ("qđ", "ttg")),
        ("m³", ("m³",)),
    ],
)
def test_parts_that_stand_together_are_a_phrase(typed: str, parts: tuple[str, ...]) -> None:
    assert words(typed) == [parts]


@pytest.mark.parametrize(
    "typed", ["(đất)", "đất*", "^đất", "-đất", "+đất", "đất:", "{đất}", "đất'"]
)
def test_signs_of_full_text_languages_are_only_punctuation(typed: str) -> None:
    assert words(typed) == [("đất",)]


def test_operators_of_full_text_languages_are_only_words() -> None:
    assert words("AND or NOT NEAR") == [("and",), ("or",), ("not",), ("near",)]


def test_decomposed_and_composed_queries_are_equal() -> None:
    typed = "Đất đai ở Huế"
    assert words(unicodedata.normalize("NFD", typed)) == words(typed)
    assert parse(unicodedata.normalize("NFD", typed)).marked


def test_what_is_invisible_does_not_count() -> None:
    assert words("đ\u00adất\u200b") == [("đất",)]


@pytest.mark.parametrize("typed", ["", "  ", "\n\t"])
def test_an_empty_query_has_no_terms(typed: str) -> None:
    assert words(typed) == []


@pytest.mark.parametrize(("typed", "column"), [("()", 0), (' "" ', 1), ('" - "', 0), ("\udcff", 0)])
def test_a_query_without_a_word_is_refused(typed: str, column: int) -> None:
    with pytest.raises(QueryError, match="no word in this query") as caught:
        parse(typed)
    assert (caught.value.text, caught.value.column) == (typed, column)


@pytest.mark.parametrize(("typed", "column"), [('giá "đất', 4), ('"', 0), ('"a" "b', 4), ("“a", 0)])
def test_a_phrase_that_is_not_closed_is_refused_where_it_opens(typed: str, column: int) -> None:
    with pytest.raises(QueryError, match="nothing closes") as caught:
        parse(typed)
    assert caught.value.column == column


def test_too_many_words_are_refused_where_they_become_too_many() -> None:
    with pytest.raises(QueryError, match="more than 200 words") as caught:
        parse("a " * 201)
    assert caught.value.column == 400


@pytest.mark.parametrize(("typed", "marked"), [("Hoa Ky", False), ("Hoa Kỳ", True), ("đai", True)])
def test_one_mark_anywhere_makes_the_query_a_marked_one(typed: str, marked: bool) -> None:
    assert parse(typed).marked is marked


def test_a_word_without_marks_is_looked_for_with_every_d_stroked_or_not() -> None:
    assert set(alternatives("dau", marked=False)) == {"dau", "đau"}
    assert set(alternatives("added", marked=False)) == {
        f"a{one}{two}e{three}" for one in "dđ" for two in "dđ" for three in "dđ"
    }
    assert alternatives("d" * 9, marked=False) == ("d" * 9,)


def test_a_marked_word_is_looked_for_with_its_tone_mark_at_both_places() -> None:
    assert set(alternatives("hoà", marked=True)) == {"hoà", "hòa"}
    assert alternatives("hoa", marked=True) == ("hoa",)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("dat dai", "Giá ĐẤT và đai; dát dài", ["ĐẤT", "đai", "dát", "dài"]),
        ('"dat dai"', "đất, đai và đất thì đai", ["đất, đai"]),
        ("Hoa Kỳ", "hoá kỳ, Hoa kỳ", ["kỳ", "Hoa", "kỳ"]),
        ("hòa", "Hoà bình, hòa giải, hoa", ["Hoà", "hòa"]),
        ("đất", "đấtđai đất", ["đất"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("TN&MT", "Sở TN&MT; TN, MT; TNMT", ["TN&MT", "TN, MT"]),
        ("gia", "", []),
    ],
)
def test_only_whole_words_and_whole_phrases_match(query: str, text: str, found: list[str]) -> None:
    assert found_in(query, text) == found
