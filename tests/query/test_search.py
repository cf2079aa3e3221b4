"""Searching an archive: what is found, counted, ordered and shown."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from archived import bare, save
from searched import Opened, fill, keys

from scraper.archive.archive import Archive
from scraper.errors import QueryError
from scraper.query.search import matching, search
from scraper.records import Figure

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


# --- words, phrases and marks ------------------------------------------------------------------


def test_every_word_must_occur_wherever_it_stands(opened: Opened) -> None:
    figure = Figure(image=None, caption="Ảnh chụp ở bến")
    archive = fill(
        opened,
        all=bare("Giá đất", "bảng mới", lead="công bố", figures=(figure,)),
        some=bare("Giá đất", "bảng mới"),
    )
    assert keys(archive, "giá bảng bố bến") == ["all"]
    assert set(keys(archive, "bảng giá")) == {"all", "some"}


def test_a_phrase_stands_in_one_field_in_its_order(opened: Opened) -> None:
    archive = fill(
        opened, right=bare("A", "giá đất đai"), apart=bare("giá đất", "đai"), turned=bare("đất giá")
    )
    assert keys(archive, '"đất đai"') == ["right"]


def test_a_query_with_a_mark_is_taken_as_typed(opened: Opened) -> None:
    archive = fill(opened, us=bare("Hoa Kỳ"), fossil=bare("hoá kỳ"), plain=bare("hoa ky"))
    assert keys(archive, "Hoa Kỳ") == ["us"]


def test_a_query_without_marks_finds_every_marking(opened: Opened) -> None:
    archive = fill(
        opened, marked=bare("Đất đai"), upper=bare("ĐẤT ĐAI"), plain=bare("dat dai"), no=bare("dát")
    )
    assert set(keys(archive, "dat dai")) == {"marked", "upper", "plain"}
    assert set(keys(archive, '"dat dai"')) == {"marked", "upper", "plain"}


def test_a_marked_word_is_found_with_its_tone_mark_at_either_place(opened: Opened) -> None:
    archive = fill(opened, old=bare("hoà bình"), new=bare("hòa bình"), other=bare("hoa bình"))
    for typed in ("hoà", "hòa", '"hòa bình"'):
        assert set(keys(archive, typed)) == {"old", "new"}


def test_a_long_phrase_without_marks_is_found_though_it_has_many_spellings(opened: Opened) -> None:
    said = "đoàn đại biểu đến Đà Nẵng để đàm đạo điều đó"
    archive = fill(
        opened,
        right=bare("A", f"Hôm qua, {said}."),
        dull=bare("A", "doan dai bieu den da nang de dam dao dieu do"),
        turned=bare("A", " ".join(reversed(said.split()))),
        doubled=bare("A", "đoàn đại biểu đến Đà Nẵng để đàm, rồi đàm đạo điều đó"),
        split=bare("đoàn đại biểu đến Đà Nẵng", "để đàm đạo điều đó"),
    )
    assert keys(archive, f'"{said}"') == ["right"]
    folded = '"doan dai bieu den da nang de dam dao dieu do"'
    assert set(keys(archive, folded)) == {"right", "dull"}
    assert f"<mark>{said}</mark>" in {
        hit.snippet.removeprefix("Hôm qua, ").removesuffix(".")
        for hit in search(folded, archive=archive).hits
    }


def test_composed_and_decomposed_queries_find_the_same(opened: Opened) -> None:
    archive = fill(opened, one=bare("Quyết định của Thủ tướng"))
    for form in ("NFC", "NFD"):
        assert keys(archive, unicodedata.normalize(form, "quyết định")) == ["one"]


@pytest.mark.parametrize("typed", ["TN&MT", "01/2019/TT-BTNMT", "BTNMT", '"TT BTNMT"'])
def test_numbers_of_documents_and_short_names_are_found(opened: Opened, typed: str) -> None:
    archive = fill(opened, one=bare("A", "Sở TN&MT ban hành 01/2019/TT-BTNMT"), two=bare("TNMT"))
    assert keys(archive, typed) == ["one"]


@pytest.mark.parametrize(
    "typed",
    [
        "(giá", "giá)", "giá*", "^giá", "title:giá", "giá OR", "NEAR(giá đất)", "-giá", "giá^2",
        "{giá}: đất", "giá' OR 1=1 --", "giá\x00đất", "\\giá", "giá ; DROP", "+", "a" * 100_000,
    ],
)  # fmt: skip
def test_no_sign_in_a_query_is_an_error_of_the_index(opened: Opened, typed: str) -> None:
    archive = fill(opened, one=bare("giá đất"))
    try:
        search(typed, archive=archive)
    except QueryError as error:
        assert error.reason
        assert "sql" not in error.reason.lower()


def test_as_many_words_as_are_allowed_can_be_searched(opened: Opened) -> None:
    text = " ".join(f"d{number}d" for number in range(200))
    archive = fill(opened, one=bare("A", text))
    assert keys(archive, text) == ["one"]
    assert keys(archive, f'"{text}"') == ["one"]


def test_an_empty_query_finds_everything(opened: Opened) -> None:
    archive = fill(opened, one=bare("A"), two=bare("B"))
    assert set(keys(archive)) == {"one", "two"}


def test_a_changed_article_is_found_by_its_newest_text_alone(opened: Opened) -> None:
    archive, run = opened
    for text in ("lúa", "gạo"):
        save(archive, bare("A", text), run=run, key="one")
    assert keys(archive, "lúa") == []
    assert keys(archive, "gạo") == ["one"]


# --- filters ------------------------------------------------------------------------------------


@pytest.fixture
def dated(opened: Opened) -> Archive:
    """Articles of several days, and one without."""
    return fill(
        opened,
        a=bare("A", published=date(2017, 12, 31)),
        b=bare("A", published=date(2018, 1, 1)),
        c=bare("A", published=datetime(2018, 6, 14, 23, 59, tzinfo=VIETNAM)),
        d=bare("A", published=date(2018, 6, 30)),
        e=bare("A", published=date(2019, 1, 1)),
        f=bare("A"),
    )


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"after": "2018"}, "edcb"),
        ({"before": "2018"}, "dcba"),
        ({"after": "2018", "before": "2018"}, "dcb"),
        ({"after": "2018-06", "before": "2018-06"}, "dc"),
        ({"after": "2018-06-14", "before": "2018-06-14"}, "c"),
        ({"after": "2018-06-15", "before": "9999-12-31"}, "ed"),
        ({"after": "2020"}, ""),
        ({"after": "2019", "before": "2018"}, ""),
    ],
)
def test_bounds_of_dates_are_inclusive(dated: Archive, filters: dict[str, str], found: str) -> None:
    assert keys(dated, **filters) == list(found)
    assert keys(dated, "a", **filters) == list(found)


@pytest.mark.parametrize(
    "bound",
    ["18", "2018-13", "2018-02-30", "2018-6", "14/06/2018", "", "today", "0000", "２０１８x"],
)
def test_a_bound_that_is_no_date_is_refused(dated: Archive, bound: str) -> None:
    for name in ("after", "before"):
        wrong: dict[str, Any] = {name: bound}
        with pytest.raises(QueryError) as caught:
            search("", archive=dated, **wrong)
        assert caught.value.text == bound


def test_a_portal_is_named_exactly_and_an_unknown_one_has_no_hits(opened: Opened) -> None:
    archive, run = opened
    save(archive, bare("A"), run=run)
    save(archive, bare("A"), run=run, portal="other")
    assert [hit.id for hit in search("", archive=archive, portal="other").hits] == ["other:1"]
    assert search("", archive=archive, portal="oth").count == 0


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("báo", {"paper"}),
        ("bao", {"paper", "cover"}),
        ("cổng ttđt", {"gate"}),
        ("ttdt cong", {"gate"}),
        ('"ttdt cong"', set()),
        ("báo -việt", {"paper"}),
        ("hoà", {"peace"}),
        ("ttđt bộ", set()),
    ],
)
def test_a_source_is_found_by_its_words_in_any_order_by_the_rule_of_marks(
    opened: Opened, source: str, found: set[str]
) -> None:
    archive = fill(
        opened,
        paper=bare("A", source="Báo Nông nghiệp"),
        cover=bare("A", source="Bao bì"),
        gate=bare("A", source="Cổng TTĐT của BTNMT"),
        peace=bare("A", source="Hòa Bình"),
        none=bare("A"),
    )
    assert set(keys(archive, source=source)) == found


def test_a_filter_that_is_no_text_finds_nothing_and_breaks_nothing(opened: Opened) -> None:
    archive = fill(opened, one=bare("A", source="a"))
    assert keys(archive, portal="demo\udcff") == []
    assert keys(archive, source="a\udcff") == ["one"]  # half a letter is none
    with pytest.raises(QueryError, match="no word"):
        search("", archive=archive, source="\udcff")


# --- order, counts, pages -----------------------------------------------------------------------


def test_the_newest_come_first_and_the_undated_last(dated: Archive) -> None:
    assert keys(dated) == ["e", "d", "c", "b", "a", "f"]


def test_articles_of_one_day_come_the_newest_seen_first(opened: Opened) -> None:
    archive = fill(
        opened,
        day=bare("A", published=date(2018, 6, 14)),
        noon=bare("A", published=datetime(2018, 6, 14, 12, 0, tzinfo=VIETNAM)),
        later=bare("A", published=date(2018, 6, 14)),
        undated=bare("A"),
        last=bare("A"),
    )
    assert keys(archive) == ["noon", "later", "day", "last", "undated"]


def test_relevance_puts_the_title_before_the_lead_before_the_text(opened: Opened) -> None:
    archive = fill(
        opened,
        text=bare("một hai", "gạo ba", published=date(2020, 1, 1)),
        lead=bare("một hai", "ba", lead="gạo"),
        title=bare("một gạo", "hai ba", published=date(2010, 1, 1)),
    )
    assert keys(archive, "gạo", sort="relevance") == ["title", "lead", "text"]
    assert keys(archive, "gao", sort="relevance") == ["title", "lead", "text"]


def test_equally_relevant_articles_come_the_newest_first(opened: Opened) -> None:
    archive = fill(
        opened,
        old=bare("gạo", published=date(2010, 1, 1)),
        new=bare("gạo", published=date(2020, 1, 1)),
    )
    assert keys(archive, "gạo", sort="relevance") == ["new", "old"]
    assert keys(archive, "", sort="relevance") == ["new", "old"]


def test_counts_by_year_fall_and_end_with_unknown(dated: Archive) -> None:
    assert list(search("a", archive=dated, limit=1).by_year.items()) == [
        ("2019", 1),
        ("2018", 3),
        ("2017", 1),
        ("unknown", 1),
    ]


def test_a_page_of_hits_is_cut_out_of_all(dated: Archive) -> None:
    page = search("a", archive=dated, limit=2, offset=1)
    assert ([hit.id for hit in page.hits], page.count) == (["demo:d", "demo:c"], 6)
    assert list(search("", archive=dated, limit=0)) == []
    assert len(search("", archive=dated, limit=0)) == 0
    assert len(search("", archive=dated, limit=4, offset=4)) == 2
    assert list(search("", archive=dated, offset=9)) == []


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"offset": -1}, {"sort": "oldest"}])
def test_a_page_or_order_that_cannot_be_is_refused(dated: Archive, wrong: dict[str, Any]) -> None:
    with pytest.raises(QueryError):
        search("", archive=dated, **wrong)


def test_twenty_hits_are_given_unless_told(opened: Opened) -> None:
    archive = fill(opened, **{f"k{number}": bare("A") for number in range(25)})
    found = search("", archive=archive)
    assert (len(found.hits), found.count) == (20, 25)


# --- hits ---------------------------------------------------------------------------------------


def test_a_hit_says_what_it_is(opened: Opened) -> None:
    read = bare(
        "Giá đất",
        "Bảng giá",
        url="http://demo.example/1",
        source="Báo",
        published=date(2018, 6, 14),
    )
    (hit,) = search("bang", archive=fill(opened, one=read)).hits
    assert (hit.id, hit.portal, hit.title) == ("demo:one", "demo", "Giá đất")
    assert (hit.published, hit.source, hit.url) == ("2018-06-14", "Báo", "http://demo.example/1")
    assert hit.snippet == "<mark>Bảng</mark> giá"


def test_a_hit_by_its_title_alone_still_has_a_snippet(opened: Opened) -> None:
    (hit,) = search("đất", archive=fill(opened, one=bare("Giá đất", "Bảng giá"))).hits
    assert hit.snippet == "Giá <mark>đất</mark>"


def test_a_wrong_query_is_refused_before_the_first_article_is_taken(opened: Opened) -> None:
    with pytest.raises(QueryError):
        matching('"', archive=opened[0])


def test_a_search_reads_an_archive_opened_for_reading(opened: Opened) -> None:
    archive = fill(opened, one=bare("đất đai"))
    with Archive.open(archive.path) as reader:
        assert keys(reader, "dat") == ["one"]


def test_groups_in_groups_are_answered_as_deep_as_the_language_allows(opened: Opened) -> None:
    archive = fill(opened, hit=bare("A", "đất x"), other=bare("B", "nước"))
    query = "x"
    for number in range(19):
        query = f"(a{number} OR đất {query})"
    assert keys(archive, query) == ["hit"]
