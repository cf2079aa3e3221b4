"""What a search gives: hits read when taken, counts of one state, suggestions, data frames."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from archived import NOW, bare, save
from searched import Opened, fill, keys

from scraper.archive.archive import Archive
from scraper.query.search import Suggestion, search
from scraper.records import Figure


class Watched:
    """An archive that counts the rows of whole articles that are read from it."""

    def __init__(self, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        select = archive.select

        def counted(sql: str, parameters: Any) -> Sequence[Any]:
            rows = select(sql, parameters)
            self.rows += len(rows) if " body" in sql else 0
            return rows

        monkeypatch.setattr(archive, "select", counted)


# --- hits are read when they are taken ----------------------------------------------------------


def test_a_search_without_limit_reads_no_article_until_one_is_taken(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = fill(opened, **{f"k{number:03}": bare("A") for number in range(130)})
    watched = Watched(archive, monkeypatch)
    found = search("a", archive=archive, limit=None)
    assert (found.count, len(found), len(found.hits), watched.rows) == (130, 130, 130, 0)
    hits = iter(found)
    assert next(hits).id == "demo:k129"
    assert 0 < watched.rows < 130
    assert [hit.id for hit in hits] == [f"demo:k{number:03}" for number in range(128, -1, -1)]


def test_hits_are_taken_by_place_and_by_slice(opened: Opened) -> None:
    archive = fill(opened, a=bare("A"), b=bare("A"), c=bare("A"))
    hits = search("a", archive=archive).hits
    assert (hits[0].id, hits[-1].id) == ("demo:c", "demo:a")
    assert [hit.id for hit in hits[1:]] == ["demo:b", "demo:a"]
    with pytest.raises(IndexError):
        hits[3]


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_a_result_stays_what_it_was_while_the_archive_grows_and_changes(
    opened: Opened, sort: Any
) -> None:
    archive, run = opened
    fill(opened, a=bare("lúa", published=date(2018, 1, 1)), b=bare("lúa", source="B"))
    with Archive.open(archive.path) as reader:
        found = search("lúa", archive=reader, limit=None, sort=sort)
        fill(opened, c=bare("lúa", source="C"))
        save(archive, bare("gạo", published=date(2020, 1, 1)), run=run, key="a")
        assert found.by_year == {"2018": 1, "unknown": 1}
        assert sum(found.by_portal.values()) == sum(found.by_source.values()) == found.count == 2
        assert {hit.id for hit in found} == {"demo:a", "demo:b"}
        assert search("lúa", archive=reader).count == 2
        assert search("gạo", archive=reader).by_year == {"2020": 1}


def test_a_writer_sees_what_it_has_just_written(opened: Opened) -> None:
    archive = fill(opened, a=bare("A", published=date(2018, 1, 1)))
    assert search("", archive=archive).by_year == {"2018": 1}
    fill(opened, b=bare("A", published=date(2019, 1, 1)))
    assert search("", archive=archive).by_year == {"2019": 1, "2018": 1}


def test_few_and_many_hits_are_counted_and_ordered_alike(opened: Opened) -> None:
    days = [date(2000 + number % 7, 1 + number % 12, 1 + number % 28) for number in range(60)]
    articles = {
        f"k{number:02}": bare(f"A {'rare' if number % 9 == 0 else ''}", published=day)
        for number, day in enumerate(days)
    }
    archive = fill(opened, **articles, undated=bare("A rare"))
    many = search("a", archive=archive, limit=None)
    with Archive.open(archive.path) as another:  # which has not read the index of dates
        few = search("rare", archive=another, limit=None)
        assert [hit.id for hit in few] == [
            hit.id for hit in search("rare", archive=archive, limit=None)
        ]
        assert [hit.id for hit in search("rare", archive=another, limit=3)] == [
            hit.id for hit in few.hits[:3]
        ]
        rare = {hit.id for hit in few}
        found = [hit.id for hit in few]
    assert few.count * 4 < many.count
    assert found == [hit.id for hit in many if hit.id in rare]
    assert list(few.by_year)[-1] == "unknown"
    assert sum(few.by_year.values()) == few.count == 8


# --- counts -------------------------------------------------------------------------------------


def test_counts_by_portal_and_source_are_of_all_hits_most_first(opened: Opened) -> None:
    archive, run = opened
    fill(opened, a=bare("A", source="Báo"), b=bare("A", source="Báo"), c=bare("A"))
    save(archive, bare("A", source="Đài"), run=run, portal="other")
    found = search("a", archive=archive, limit=1)
    assert list(found.by_portal.items()) == [("demo", 3), ("other", 1)]
    assert list(found.by_source.items()) == [("Báo", 2), ("unknown", 1), ("Đài", 1)]


# --- one of each family -------------------------------------------------------------------------

STORY = " ".join(f"câu chuyện số {number} về mùa lúa" for number in range(40))


def test_of_copies_the_first_seen_that_is_found_stands_for_its_family(opened: Opened) -> None:
    archive = fill(
        opened,
        first=bare("Mùa lúa", STORY, published=date(2018, 1, 2)),
        copy=bare("Mùa lúa", f"{STORY} gạo", published=date(2019, 1, 1)),
        alone=bare("Tin", "Bản tin khác hẳn"),
    )
    assert set(keys(archive, "")) == {"first", "copy", "alone"}
    assert set(keys(archive, "", unique=True)) == {"first", "alone"}
    assert keys(archive, "gạo", unique=True) == ["copy"]
    found = search("lúa", archive=archive, unique=True)
    assert (found.count, found.by_year) == (1, {"2018": 1})
    assert set(keys(archive, "has:copy")) == {"first", "copy"}


# --- without marks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("đât đai", Suggestion("dat dai", 1)),
        ("Đât OR zz", Suggestion("Dat OR zz", 1)),
        ('title:"Giá đât"', Suggestion('title:"Gia dat"', 1)),
        ("source:bảo", Suggestion("source:bao", 1)),
        ("đất", None),
        ("dat zz", None),
        ("đât zz", None),
    ],
)
def test_what_finds_nothing_with_marks_says_what_it_would_find_without(
    opened: Opened, query: str, suggestion: Suggestion | None
) -> None:
    archive = fill(opened, one=bare("Giá đất", "đất đai", source="Báo"))
    assert search(query, archive=archive).suggestion == suggestion
    if suggestion:
        assert search(suggestion.query, archive=archive).count == suggestion.count


# --- relevance ----------------------------------------------------------------------------------


def test_a_word_in_the_title_outweighs_any_number_in_the_text(opened: Opened) -> None:
    archive = fill(
        opened,
        often=bare("một", "gạo " * 50),
        lead=bare("một", "hai " * 300, lead="hai " * 30 + "gạo"),
        title=bare("một gạo", "hai " * 600),
    )
    assert keys(archive, "gạo", sort="relevance") == ["title", "lead", "often"]
    assert keys(archive, "gao OR zz", sort="relevance") == ["title", "lead", "often"]
    assert keys(archive, "gạo -zz", sort="relevance") == ["title", "lead", "often"]


def test_the_marks_as_typed_come_before_others_where_all_else_is_equal(opened: Opened) -> None:
    archive = fill(opened, strict=bare("a", "đất"), plain=bare("a", "dat"), loose=bare("a", "đặt"))
    assert keys(archive, "~đất", sort="relevance")[0] == "strict"
    assert keys(archive, "dat", sort="relevance")[0] == "plain"
    title = fill(opened, title=bare("đặt", "b"))
    assert keys(title, "~đất", sort="relevance")[:2] == ["title", "strict"]


def test_what_holds_the_words_more_often_comes_first_within_the_text(opened: Opened) -> None:
    archive = fill(
        opened,
        often=bare("a", "gạo gạo gạo lúa ngô", published=date(2000, 1, 1)),
        once=bare("a", "gạo lúa lúa ngô ngô", published=date(2020, 1, 1)),
    )
    for query in ("gạo", "gao", "gạo source:b OR gạo", "~gạo lúa"):
        assert keys(archive, query, sort="relevance") == ["often", "once"], query


def test_pages_of_relevance_are_cut_out_of_one_order(opened: Opened) -> None:
    texts = {f"k{number}": bare("a", "gạo " * (number % 4 + 1)) for number in range(12)}
    archive = fill(opened, **texts)
    whole = keys(archive, "gạo", sort="relevance")
    pages = [
        hit.id.removeprefix("demo:")
        for offset in range(0, 12, 5)
        for hit in search("gạo", archive=archive, sort="relevance", limit=5, offset=offset)
    ]
    assert pages == whole


# --- what is marked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "title", "snippet"),
    [
        ("đất", "Giá <mark>đất</mark>", "<mark>đất</mark> lúa, dat"),
        ("dat", "Giá <mark>đất</mark>", "<mark>đất</mark> lúa, <mark>dat</mark>"),
        ("~đất lúa", "Giá <mark>đất</mark>", "<mark>đất</mark> <mark>lúa</mark>, <mark>dat</mark>"),
        ("title:đất", "Giá <mark>đất</mark>", "Giá <mark>đất</mark>"),
        ("title:đất lúa", "Giá <mark>đất</mark>", "đất <mark>lúa</mark>, dat"),
        ("text:đất", "Giá đất", "<mark>đất</mark> lúa, dat"),
        ("lúa -gạo", "Giá đất", "đất <mark>lúa</mark>, dat"),
        ("lúa OR gạo", "Giá đất", "đất <mark>lúa</mark>, dat"),
        ("(đất gạo) OR lúa", "Giá đất", "đất <mark>lúa</mark>, dat"),
        ('"đất lúa"', "Giá đất", "<mark>đất lúa</mark>, dat"),
        ("", "Giá đất", "đất lúa, dat"),
        ("source:báo", "Giá đất", "đất lúa, dat"),
        ("-gạo", "Giá đất", "đất lúa, dat"),
    ],
)
def test_a_hit_marks_exactly_what_was_found(
    opened: Opened, query: str, title: str, snippet: str
) -> None:
    archive = fill(opened, one=bare("Giá đất", "đất lúa, dat", source="Báo"))
    (hit,) = search(query, archive=archive)
    assert (hit.marked_title, hit.snippet) == (title, snippet)


def test_where_nothing_is_marked_the_article_begins_with_its_lead(opened: Opened) -> None:
    archive = fill(opened, one=bare("A", "then the body", lead="first the lead", source="Báo"))
    for query in ("", "source:báo", "-gạo"):
        (hit,) = search(query, archive=archive)
        assert hit.snippet == "first the lead", query


def test_a_clause_beside_a_word_does_not_stand_for_the_word_in_the_title(opened: Opened) -> None:
    archive = fill(
        opened,
        title=bare("gạo", "một hai ba", published=date(2000, 1, 1)),
        source=bare("tin", "bốn", source="Báo", published=date(2020, 1, 1)),
    )
    assert keys(archive, "gạo OR source:báo", sort="relevance") == ["title", "source"]


def test_a_caption_is_marked_where_it_was_found(opened: Opened) -> None:
    figure = Figure(image=None, caption="Bến <sông>")
    archive = fill(opened, one=bare("A", "bến", figures=(figure,)))
    (hit,) = search("caption:bến", archive=archive)
    assert hit.snippet == "<mark>Bến</mark> &lt;sông&gt;"


# --- data frames --------------------------------------------------------------------------------


def test_a_data_frame_has_one_row_for_each_hit_in_their_order(opened: Opened) -> None:
    zone = timezone(timedelta(hours=7))
    archive = fill(
        opened,
        day=bare("A", "text", published=date(1600, 6, 14), authors=("Lê", "Minh")),
        noon=bare("B", published=datetime(2018, 6, 14, 0, 30, tzinfo=zone), source="Báo"),
        undated=bare("C"),
    )
    frame = search("", archive=archive, limit=None).to_dataframe()
    assert list(frame["id"]) == ["demo:noon", "demo:day", "demo:undated"]
    assert list(frame["published"].dt.year.fillna(0)) == [2018, 1600, 0]
    assert str(frame["published"][0]) == "2018-06-14 00:30:00"
    assert list(frame["text"]) == ["", "text", ""]
    assert frame["authors"][1] == ["Lê", "Minh"]
    assert frame["first_seen_at"][1].to_pydatetime() == NOW
    assert len(search("", archive=archive, limit=2).to_dataframe()) == 2


def test_a_data_frame_of_nothing_has_the_columns(opened: Opened) -> None:
    frame = search("không", archive=opened[0]).to_dataframe()
    assert len(frame) == 0
    assert {"id", "title", "text", "published"} <= set(frame.columns)
    assert str(frame["published"].dtype) == "datetime64[s]"


def test_where_pandas_is_missing_the_call_says_how_to_install_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"ministry-scraper\[pandas\]"):
        search("", archive=opened[0]).to_dataframe()
