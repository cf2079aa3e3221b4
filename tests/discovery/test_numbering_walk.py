"""Numbers that are tried: where a walk begins, where it ends, what it asks for again."""

from __future__ import annotations

from collections.abc import Container

import pytest
from getting import HOME, Shelf, made_portal
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discovery import numbering
from scraper.discovery.sources import discover
from scraper.errors import BadStatus, PageError, SourceError, Unreachable
from scraper.records import Ground, LinkState, Portal, Source

ARTICLE = HOME + "ct?id={id}"


class Memory:
    """A portal with articles at some numbers, and an archive that remembers what was tried."""

    def __init__(self, articles: Container[int], *, otherwise: LinkState = "gone") -> None:
        self.articles = articles
        self.otherwise = otherwise
        self.states: dict[str, LinkState] = {}
        self.last: str | None = None
        self.shelf = Shelf({})

    def walk(
        self,
        *,
        first: int = 1,
        last: int | None = None,
        gap: int = 5,
        url: str = ARTICLE,
        portal: Portal | None = None,
        stop_after: int | None = None,
    ) -> list[int]:
        """One walk, each page read before the next; returns the numbers that were asked for."""
        source = Source(kind="numbering", url=url, pages=0, first=first, last=last, gap=gap)
        ground = Ground(state_of=self.states.get, last_found=lambda: self.last)
        asked: list[int] = []
        for page in discover(source, portal or made_portal(), get=self.shelf, ground=ground):
            assert not page.in_order
            for link in page.links:
                assert link.guessed
                if link.key not in self.states:
                    self.states[link.key], self.last = "new", link.url
                if stop_after is not None and len(asked) >= stop_after:
                    continue
                number = int(link.url.rpartition("=")[2])
                asked.append(number)
                if self.states[link.key] != "read":
                    there = number in self.articles
                    self.states[link.key] = "read" if there else self.otherwise
        return asked


def test_numbers_are_tried_to_the_gap_behind_the_last_article() -> None:
    assert Memory(range(1, 11)).walk(gap=5) == list(range(1, 16))


def test_a_hole_smaller_than_the_gap_is_stepped_over() -> None:
    memory = Memory({1, 2, 6, 10, 15})
    assert memory.walk(gap=5) == list(range(1, 21))


def test_an_unchanged_portal_costs_the_gap() -> None:
    memory = Memory(set(range(1, 11)))
    memory.walk(gap=5)
    assert memory.walk(gap=5) == [11, 12, 13, 14, 15]


def test_new_articles_cost_themselves_and_the_gap() -> None:
    memory = Memory(articles := set(range(1, 11)))
    memory.walk(gap=5)
    articles |= {11, 13}
    assert memory.walk(gap=5) == list(range(11, 19))


def test_the_last_number_ends_it() -> None:
    memory = Memory(range(1, 100))
    assert memory.walk(gap=5, last=12) == list(range(1, 13))
    assert memory.walk(gap=5, last=12) == []


def test_a_walk_that_was_stopped_goes_on_where_it_was() -> None:
    memory = Memory(range(1, 31))
    assert memory.walk(gap=10, stop_after=17) == list(range(1, 18))
    assert memory.walk(gap=10) == list(range(18, 41))


def test_a_lower_first_number_fills_what_was_left_out() -> None:
    memory = Memory(range(1, 31))
    memory.walk(first=21, gap=5)
    assert memory.walk(first=11, gap=5)[:10] == list(range(11, 21))


def test_what_another_source_found_does_not_hide_what_lies_before() -> None:
    memory = Memory(range(1, 31))
    memory.states["25"] = "read"
    assert set(memory.walk(gap=5)) == set(range(1, 36))


def test_where_no_number_is_an_article_it_is_told() -> None:
    with pytest.raises(SourceError, match="none of the numbers 7 to 11 is an article"):
        Memory(()).walk(first=7, gap=5)


def test_a_key_that_is_the_same_for_all_numbers_is_told() -> None:
    with pytest.raises(SourceError, match="the key of .article. is the same for"):
        Memory(range(9)).walk(url=HOME + "ct?id=7&n={id}")


def test_numbers_that_fail_where_an_article_still_answers_are_the_end() -> None:
    memory = Memory(range(1, 4), otherwise="failed")
    memory.shelf = Shelf({HOME + "ct?id=3": "bài"})
    assert memory.walk(gap=5) == list(range(1, 9))
    assert memory.shelf.asked == [HOME + "ct?id=3"]


@pytest.mark.parametrize(
    "error", [Unreachable("no answer", url=HOME), BadStatus("500", url=HOME, status=500)]
)
def test_numbers_that_fail_as_the_known_article_does_are_no_end(error: PageError) -> None:
    memory = Memory(range(1, 4), otherwise="failed")
    memory.shelf = Shelf({HOME + "ct?id=3": error})
    with pytest.raises(SourceError, match="5 numbers in a row could not be read, nor could 3"):
        memory.walk(gap=5)


def test_a_walk_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "MOST_A_WALK", 30)
    memory = Memory(range(10**9))
    assert memory.walk(gap=7) == list(range(1, 31))
    assert memory.walk(gap=7) == list(range(31, 61))


def test_a_first_walk_that_nobody_reads_gives_one_page() -> None:
    assert Memory(range(9)).walk(gap=5, stop_after=0) == []


@settings(max_examples=100, deadline=None)
@given(
    st.sets(st.integers(1, 60), min_size=1),
    st.integers(1, 8),
    st.lists(st.integers(0, 70), max_size=3),
)
def test_every_article_within_the_gap_is_found_however_walks_are_stopped(
    articles: set[int], gap: int, stops: list[int]
) -> None:
    memory = Memory(articles)
    reachable: set[int] = set()
    for number in sorted(articles):
        if number - max(reachable, default=0) <= gap:
            reachable.add(number)
    for stop_after in (*stops, None):
        try:
            memory.walk(gap=gap, stop_after=stop_after)
        except SourceError:
            assert not reachable
    asked_before = memory.walk(gap=gap) if reachable else []
    found = {int(key) for key, state in memory.states.items() if state == "read"}
    assert found == reachable
    assert len(asked_before) == (gap if reachable else 0)
