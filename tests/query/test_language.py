"""The query language: text to a tree, and what is wrong with a text that is none."""

from __future__ import annotations

import unicodedata

import pytest

from scraper.errors import QueryError
from scraper.query.language import parse, whole_query
from scraper.query.matches import spans
from scraper.query.tree import (
    AllOf,
    AnyOf,
    Named,
    Not,
    OfPortal,
    Published,
    State,
    Term,
    Tree,
    Word,
    terms,
)
from scraper.query.words import alternatives


def said(tree: Tree) -> str:
    """A tree as short text: words, "~" before loose ones, columns where they are not all."""
    match tree:
        case Term(words, columns):
            text = " ".join(("~" if word.loose else "") + word.text for word in words)
            where = "" if len(columns) == 4 else f"{'+'.join(columns)}:"
            return where + (f'"{text}"' if len(words) > 1 else text)
        case AllOf(parts):
            return f"({' & '.join(map(said, parts))})"
        case AnyOf(parts):
            return f"({' | '.join(map(said, parts))})"
        case Not(part):
            return f"-{said(part)}"
        case Named(kind, fits):
            return f"{kind}={said(fits)}"
        case OfPortal(name, _):
            return f"portal={name}"
        case Published(after, before):
            return f"[{after or ''}..{before or ''}]"
        case State(kind):
            return f"<{kind}>"


def words(text: str) -> list[tuple[str, ...]]:
    return [tuple(word.text for word in term.words) for term in terms(parse(text))]


def found_in(query: str, text: str) -> list[str]:
    """What of the text the query's terms match."""
    return [text[start:end] for start, end in spans(tuple(terms(parse(query))), text)]


def fault(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.text == text
    return caught.value


# --- what a text means --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đất", "đất"),
        ("đất đai", "(đất & đai)"),
        ("đất AND đai", "(đất & đai)"),
        ("đất OR đai nước", "(đất | (đai & nước))"),
        ("(đất OR đai) nước", "((đất | đai) & nước)"),
        ("đất -đai", "(đất & -đai)"),
        ("đất NOT đai", "(đất & -đai)"),
        ("-đất", "-đất"),
        ('-"đất đai"', '-"đất đai"'),
        ("-(đất OR đai)", "-(đất | đai)"),
        ("-title:đất", "-title:đất"),
        ("dat dai", "(~dat & ~dai)"),
        ("dat đai", "(dat & đai)"),
        ("~dat đai", "(~dat & đai)"),
        ('~"dat dai" đê', '("~dat ~dai" & đê)'),
        ('"luật ~đất đai"', '"luật ~đất đai"'),
        ("title:đất dat", "(title:đất & ~dat)"),
        ("đất title:dat", "(đất & title:~dat)"),
        ("title:(dat OR nước) lead:dat", "((title:dat | title:nước) & lead:~dat)"),
        ('title:"đất đai"', 'title:"đất đai"'),
        ("title:~đất", "title:~đất"),
        ("TITLE:đất", "title:đất"),
        ("text:đất caption:đê", "(lead+body:đất & captions:đê)"),
        ("source:báo", "source=báo"),
        ('source:"nhân dân"', 'source="nhân dân"'),
        ("author:(lê -minh)", "author=(lê & -minh)"),
        ("tag:(đất OR đê)", "tag=(đất | đê)"),
        ("portal:vinanren", "portal=vinanren"),
        ("portal:(moj OR mae)", "(portal=moj | portal=mae)"),
        ('portal:"https://mae.gov.vn/"', "portal=https://mae.gov.vn/"),
        ("after:2018", "[2018..]"),
        ("before:2018-06", "[..2018-06]"),
        ("on:2018-06-14", "[2018-06-14..2018-06-14]"),
        ("on:(2018 OR 2020)", "([2018..2018] | [2020..2020])"),
        ("has:caption", "<caption>"),
        ("-has:attachment", "-<attachment>"),
        ("has:lead has:date has:copy", "(<lead> & <date> & -<alone>)"),
        ("changed:yes", "<changed>"),
        ("changed:NO", "-<changed>"),
        ("changed:silent", "<silent>"),
        ("gone:yes", "<gone>"),
        ('"OR"', "~or"),
        ("or and not", "(~or & ~and & ~not)"),
        ("title:OR", "title:~or"),
        ("", "()"),
    ],
)
def test_a_text_means_this_tree(typed: str, meant: str) -> None:
    assert said(parse(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:30", '"~10 ~30"'),
        ("http://mae.gov.vn/a", '"~http ~mae ~gov ~vn ~a"'),
        ("Hà Nội: họp", "(hà & nội & họp)"),
        ("Ảnh:LM", '"ảnh lm"'),
        ("TTXVN:tin", '"~ttxvn ~tin"'),
        ("dự án: đê", "(dự & án & đê)"),
        (":", None),
        ("TT-BTNMT", '"~tt ~btnmt"'),
        ("đất - nước", "(đất & nước)"),
        ("đất – nước", "(đất & nước)"),
        ("--đất", "đất"),
        ("đất-", "đất"),
        ('"đất"-đai', "(đất & đai)"),
        ("đất ~", "đất"),
        ("a|b", '"~a ~b"'),
        ("^đất* +{đê}", "(đất & đê)"),
        ("Luật (sửa đổi)", "(luật & sửa & đổi)"),
    ],
)
def test_signs_in_ordinary_text_are_no_operators(typed: str, meant: str | None) -> None:
    if meant is None:
        assert "no word" in fault(typed).reason
    else:
        assert said(parse(typed)) == meant


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


def test_decomposed_and_composed_queries_are_equal() -> None:
    typed = "Đất đai ở Huế"
    assert words(unicodedata.normalize("NFD", typed)) == words(typed)
    assert said(parse(unicodedata.normalize("NFD", "dai Huế"))) == "(dai & huế)"


def test_what_is_invisible_does_not_count() -> None:
    assert words("đ\u00adất\u200b") == [("đất",)]


def test_filters_can_be_written_as_clauses() -> None:
    assert whole_query("đất OR đê", portal="moj", source="báo", after="2018", before="2019-06") == (
        '(đất OR đê) portal:"moj" source:(báo) after:2018 before:2019-06'
    )
    assert whole_query("đất") == "đất"
    assert whole_query("", after="2018") == "after:2018"


# --- what is wrong, and where -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "column", "reason"),
    [
        ('giá "đất', 4, "nothing closes"),
        ('"', 0, "nothing closes"),
        ('"a" "b', 4, "nothing closes"),
        ("“a", 0, "nothing closes"),
        ("()", 0, "no word in this group"),
        ("đất ( )", 4, "no word in this group"),
        ("đất (đai", 4, "nothing closes"),
        ("đất đai)", 7, "closes nothing"),
        ("OR đất", 0, "nothing stands before this OR"),
        ("đất OR", 4, "missing beside this OR"),
        ("đất OR OR đai", 4, "missing beside this OR"),
        ("đất OR &", 4, "missing beside this OR"),
        ("(OR đất)", 1, "nothing stands before this OR"),
        ("đất AND", 4, "nothing follows this AND"),
        ("AND đất", 0, "nothing stands before this AND"),
        ("đất NOT", 4, "nothing follows this NOT"),
        ("NOT -đất", 4, "two negations"),
        ("~(đất)", 1, "~ stands before a word"),
        ("~title:đất", 0, "write title:~word"),
        (' "" ', 1, "no word in this query"),
        ('" - "', 0, "no word in this query"),
        ("-", 0, "no word in this query"),
        ("\udcff", 0, "no word in this query"),
        ("\0", 0, "no word in this query"),
        ("?!…", 0, "no word in this query"),
        ("đất titel:đai", 4, 'did you mean "title:"'),
        ("year:2018", 0, 'did you mean "on:"'),
        ("vinanren:3343", 0, "scraper show"),
        ("title:", 0, "right behind the colon"),
        ("title: đất", 0, "right behind the colon"),
        ("title:-đất", 6, 'write "-title:"'),
        ("title:()", 6, "no word in this group"),
        ('title:"&"', 6, "no word in what is behind title:"),
        ("title:(đất source:báo)", 11, "inside of title:"),
        ("đất on:2018-13", 7, "no such date"),
        ("on:14/06/2018", 3, "write 2018-06-14"),
        ("after:2018/6", 6, "write 2018-06"),
        ("on:hôm", 3, "is no date"),
        ("has:picture", 4, "caption, attachment"),
        ("changed:maybe", 8, "yes, no, silent"),
        ("(" * 21 + "a" + ")" * 21, 20, "more than 20 groups"),
        ("a " * 201, 400, "more than 200 words"),
        ("đ" * 100_000, 10_000, "100,000 characters"),
        ("(" * 100_000, 10_000, "100,000 characters"),
    ],
)
def test_a_wrong_query_says_what_is_wrong_and_where(typed: str, column: int, reason: str) -> None:
    error = fault(typed)
    assert reason in error.reason
    assert error.column == column


# --- spellings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "strict"), [("Hoa Ky", 0), ("Hoa Kỳ", 2), ("đai", 1), ("Ðai", 1)]
)
def test_one_mark_anywhere_makes_all_words_count_as_typed(typed: str, strict: int) -> None:
    found = [word for term in terms(parse(typed)) for word in term.words]
    assert [word.loose for word in found] == [not strict] * len(found)


def test_a_word_without_marks_is_looked_for_with_every_d_stroked_or_not() -> None:
    assert set(alternatives(Word("dau", loose=True))) == {"dau", "đau"}
    assert set(alternatives(Word("added", loose=True))) == {
        f"a{one}{two}e{three}" for one in "dđ" for two in "dđ" for three in "dđ"
    }
    assert alternatives(Word("d" * 9, loose=True)) == ("d" * 9,)


def test_a_word_is_looked_for_in_each_of_its_spellings() -> None:
    assert set(alternatives(Word("hoà"))) == {"hoà", "hòa"}
    assert set(alternatives(Word("kỹ"))) == {"kỹ", "kĩ"}
    assert set(alternatives(Word("ky", loose=True))) == {"ky", "ki"}
    assert alternatives(Word("hoa")) == ("hoa",)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("dat dai", "Giá ĐẤT và đai; dát dài", ["ĐẤT", "đai", "dát", "dài"]),
        ('"dat dai"', "đất, đai và đất thì đai", ["đất, đai"]),
        ("Hoa Kỳ", "hoá kỳ, Hoa kỳ", ["kỳ", "Hoa", "kỳ"]),
        ("hòa", "Hoà bình, hòa giải, hoa", ["Hoà", "hòa"]),
        ("đất", "đấtđai đất", ["đất"]),
        ("đất", "xđất _đất_ 1đất", ["đất"]),
        ("a", "a\u0301\u0323x a\u030d a", ["a"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("TN&MT", "Sở TN&MT; TN, MT; TNMT", ["TN&MT", "TN, MT"]),
        ("dat", "İ đất", ["đất"]),
        ("и", "й и", ["й", "и"]),
        ("gia", "", []),
    ],
)
def test_only_whole_words_and_whole_phrases_match(query: str, text: str, found: list[str]) -> None:
    assert found_in(query, text) == found
