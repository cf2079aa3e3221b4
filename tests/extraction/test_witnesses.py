"""What markup says to machines."""

from __future__ import annotations

import json

import pytest

from scraper.extraction.page import parse
from scraper.extraction.witnesses import Witness, Witnesses, is_weak_date, witnesses


def heard(markup: str) -> Witnesses:
    return witnesses(
        parse(f"<html><head>{markup}</head><body><p>a</p></body></html>".encode()).tree
    )


def said(of: tuple[Witness, ...]) -> list[tuple[str, str]]:
    return [(witness.rule, witness.text) for witness in of]


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_metas_are_heard_whatever_attribute_names_them() -> None:
    heard_ = heard(
        "<meta property='og:title' content=' Tập&nbsp;huấn '>"
        "<meta name='DC.date.issued' content='2018-06-14'><meta name='Author' content='Lê Mai'>"
    )
    assert said(heard_.titles) == [("meta og:title", "Tập huấn")]
    assert said(heard_.published) == [("meta DC.date.issued", "2018-06-14")]
    assert said(heard_.authors) == [("meta Author", "Lê Mai")]


def test_json_ld_of_the_article_comes_before_metas() -> None:
    heard_ = heard(
        "<meta property='article:published_time' content='2018-06-15'>"
        + ld({"@type": "NewsArticle", "datePublished": "2018-06-14", "headline": "A"})
    )
    assert said(heard_.published) == [
        ("JSON-LD datePublished", "2018-06-14"),
        ("meta article:published_time", "2018-06-15"),
    ]


def test_json_ld_is_found_in_graphs_and_lists() -> None:
    article = {"@type": ["Thing", "NewsArticle"], "author": {"name": "Lê Mai"}}
    assert said(heard(ld({"@graph": [{"@type": "WebSite"}, article]})).authors)
    assert said(heard(ld([[article]])).authors) == [("JSON-LD author", "Lê Mai")]


def test_other_articles_in_json_ld_say_nothing_of_this_one() -> None:
    items = {"@type": "ItemList", "itemListElement": [{"@type": "Article", "headline": "B"}]}
    comment = {"@type": "Article", "comment": {"@type": "Comment", "datePublished": "2018-01-01"}}
    assert heard(ld(items)).titles == ()
    assert heard(ld(comment)).published == ()


def test_a_publisher_named_as_author_is_a_weak_witness() -> None:
    author = {"@type": "Organization", "name": "B"}
    (witness,) = heard(ld({"@type": "Article", "author": author})).authors
    assert (witness.text, witness.about_page) == ("B", True)


def test_an_author_given_by_reference_is_the_person_of_the_graph() -> None:
    graph = [
        {"@type": "Article", "author": {"@id": "#ann"}},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
    ]
    assert [it.text for it in heard(ld({"@graph": graph})).authors] == ["Ann Lee"]


def test_a_login_given_as_author_is_the_person_of_the_graph() -> None:
    graph = [
        {"@type": "Article", "author": {"@id": "#ann", "name": "annlee"}},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
    ]
    assert [it.text for it in heard(ld({"@graph": graph})).authors] == ["Ann Lee"]


@pytest.mark.parametrize("label", ["Written by", "Verfasst von", "Được viết bởi"])
def test_a_card_says_who_wrote_an_article(label: str) -> None:
    head = (
        f"<meta name='twitter:label1' content='{label}'>"
        "<meta name='twitter:data1' content='Ann Lee'>"
    )
    assert [it.text for it in heard(head).authors] == ["Ann Lee"]


def test_a_card_about_the_time_to_read_names_nobody() -> None:
    head = (
        "<meta name='twitter:label1' content='Reading time'>"
        "<meta name='twitter:data1' content='3 minutes'>"
    )
    assert heard(head).authors == ()


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "null",
        "[1, 2]",
        '{"@type": 3, "author": [[[]]]}',
        "[" * 100_000,
        '{"@type": "Article", "headline": {"a": [1]}, "datePublished": 20180614}',
        '{"@type": "Article", "image": [{"url": []}, 4, null]}',
        '{"@type": "Article", "@graph": {"@graph": {"mainEntity": []}}}',
    ],
)
def test_json_that_is_none_or_odd_says_nothing(script: str) -> None:
    heard_ = heard(f'<script type="application/ld+json">{script}</script>')
    assert heard_.published == heard_.authors == ()


def test_json_with_line_breaks_in_strings_and_a_comment_around_it_is_read() -> None:
    script = '<!-- {"@type": "Article", "headline": "A\nB"} -->'
    assert said(heard(f'<script type="application/ld+json">{script}</script>').titles) == [
        ("JSON-LD headline", "A B")
    ]


def test_microdata_is_heard_but_not_that_of_comments() -> None:
    tree = parse(
        b"<div><time itemprop='datePublished' datetime='2018-06-14T07:22'>x</time>"
        b"<span itemprop='author'><b itemprop='name'>Mai</b> editor</span>"
        b"<div itemprop='comment'><i itemprop='author'>Nam</i></div></div>"
    ).tree
    assert said(witnesses(tree).published) == [("itemprop datepublished", "2018-06-14T07:22")]
    assert said(witnesses(tree).authors) == [("itemprop author", "Mai")]


def test_a_meta_that_may_be_the_day_of_the_visit_is_a_weak_witness() -> None:
    (date_meta,) = heard("<meta name='date' content='2018-06-14'>").published
    (issued,) = heard("<meta name='DC.date.issued' content='2018-06-14'>").published
    assert is_weak_date(date_meta)
    assert not is_weak_date(issued)
