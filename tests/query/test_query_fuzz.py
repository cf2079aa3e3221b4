"""Any text is a query or is refused; any query runs on SQLite and finds what its tree says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from archived import bare, save, writing
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.archive.archive import Archive
from scraper.errors import QueryError
from scraper.query.language import parse
from scraper.query.matches import occurs
from scraper.query.search import search
from scraper.query.tree import AllOf, AnyOf, Named, Not, Published, State, Term, Tree
from scraper.records import Article, Figure

TITLES = ("Giá đất", "gia dat", "Hòa bình", "nước và đất")
TEXTS = ("", "đất đai nước", "dat dai", "kỹ thuật hoá kì", "nước đất, hoà\n\nđê")
SOURCES = ("Báo Nhân Dân", "TTXVN", None)


def article(number: int) -> Article:
    """One of sixty articles, each with a mixture of its own."""
    return bare(
        TITLES[number % 4],
        TEXTS[number % 5],
        lead=TEXTS[number % 3] or None,
        source=SOURCES[number % 3],
        authors=("Lê Hoà",) if number % 2 else (),
        published=date(2016 + number % 4, 6, 14) if number % 7 else None,
        figures=(Figure(image=None, caption="bờ đất"),) if number % 11 == 0 else (),
    )


ARTICLES = [article(number) for number in range(60)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with writing(tmp_path_factory.mktemp("fuzz") / "archive.db") as (opened, run):
        for number, read in enumerate(ARTICLES):
            save(opened, read, run=run, key=str(number))
        yield opened


def holds(tree: Tree, read: Article) -> bool:
    """What the tree says of an article, without any SQL."""
    body = "\n\n".join(block.text for block in read.blocks)
    captions = "".join(read.captions)
    fields = {"title": read.title, "lead": read.lead, "body": body, "captions": captions}
    match tree:
        case Term(_, columns):
            texts = (fields[column] for column in columns)
            return any(text and occurs(tree, text) for text in texts)
        case AllOf(parts):
            return all(holds(part, read) for part in parts)
        case AnyOf(parts):
            return any(holds(part, read) for part in parts)
        case Not(part):
            return not holds(part, read)
        case Named(kind, fits):
            names = read.authors if kind == "author" else (read.source or "",)
            return any(name and holds(fits, bare(name)) for name in names)
        case Published(after, before):
            day = "" if read.published is None else read.published.isoformat()
            return bool(day) and (after or "") <= day <= (f"{before}~" if before else "~")
        case State("caption"):
            return bool(read.captions)
    raise AssertionError(tree)


WORD = st.sampled_from(
    ["đất", "dat", "nước", "nuoc", "đai", "dai", "hoà", "hòa", "ky", "kỹ", "kì", "đê", "zz", "giá"]
)
PHRASE = st.lists(WORD, min_size=2, max_size=4).map(lambda words: f'"{" ".join(words)}"')
LEAF = WORD | WORD.map("~{}".format) | PHRASE | PHRASE.map("~{}".format)
CLAUSE = (
    st.builds("{}:{}".format, st.sampled_from(["title", "lead", "text", "caption"]), LEAF)
    | st.sampled_from(["source:báo", "source:(nhan dan)", "author:hòa", "on:2018", "after:2017"])
    | st.sampled_from(["before:2018-06", "has:caption"])
)
QUERY = st.recursive(
    LEAF | CLAUSE,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(" ".join)
        | st.lists(inner, min_size=2, max_size=3).map(" OR ".join)
        | inner.map("({})".format)
        | inner.map("-({})".format)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(query=QUERY)
def test_a_query_finds_the_articles_of_which_its_tree_is_true(archive: Archive, query: str) -> None:
    tree = parse(query)
    true = {f"demo:{number}" for number, read in enumerate(ARTICLES) if holds(tree, read)}
    for sort in ("newest", "relevance"):
        found = search(query, archive=archive, limit=None, sort=sort)
        hits = [hit.id for hit in found]
        assert set(hits) == true
        assert len(hits) == len(true) == found.count == sum(found.by_year.values())


SIGNS = st.text(alphabet='ad đấ"“()-~:|&*^{}+\\/%_\0\udcff\n.1', max_size=30)
PIECES = st.lists(
    st.sampled_from(
        ["OR", "AND", "NOT", "-", "~", "(", ")", '"', " ", "title:", "on:", "has:", "source:",
         "portal:", "đất", "a", "2018", "x:", "NEAR(", "\ud800", "İ", "e\u0301", "ß", "ﬁ", "字"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(text=SIGNS | PIECES | st.text(max_size=40))
def test_any_text_is_a_query_or_is_refused_with_a_place(archive: Archive, text: str) -> None:
    try:
        found = search(text, archive=archive)
    except QueryError as error:
        assert error.reason
        assert error.text == text
        assert 0 <= error.column <= len(text)
    else:
        assert list(found) is not None
        assert len(found.by_portal) <= 1
        assert found.suggestion is None or found.suggestion.count
