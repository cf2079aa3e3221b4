"""The archive's benchmark: its corpus and made copies, and that its checks can fail. Tiny sizes."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import archive_saving
import copied_texts
import pytest
from archive_programs import cold_figures
from archive_queries import KINDS, Answer, Asked, Sample, Truth, draw_queries
from archive_saving import fill, saving_figures, size_figures
from archive_search import (
    Answers,
    ask_all,
    ask_us,
    newest_figure,
    right_figure,
    search_figures,
)
from archive_table import Figure, digits, percentile, run_child
from copied_texts import Measured, Score, measure, wrong_pairs
from corpus import Collected, Corpus, Language, syllable_frequencies
from made_copies import COPIES, LOOKALIKES, UNRELATED, MadeSet, make_set
from real_sentences import real_sentences

from scraper.archive.archive import Archive
from scraper.errors import QueryError
from scraper.records import Article, Block
from scraper.vietnamese.text import fold

# Common ones first, as a real list has them.
SYLLABLES = [
    f"{onset}{rhyme}"
    for rhyme in ("à", "a", "ất", "ai", "ước", "ông", "iên", "ung", "ẻ", "ộ", "ăng", "oa", "uy")
    for onset in ("", "b", "c", "đ", "g", "h", "kh", "l", "m", "n", "ngh", "nh", "ph", "r", "th")
]


@pytest.fixture(scope="module")
def language() -> Language:
    return Language({syllable: 1 / (rank + 2) for rank, syllable in enumerate(SYLLABLES)})


@pytest.fixture(scope="module")
def corpus(language: Language) -> Corpus:
    return Corpus(language, portals=6, topics=8)


@pytest.fixture(scope="module")
def made(language: Language) -> MadeSet:
    return make_set(language, seed="dev 0", per_kind=1)


@pytest.fixture(scope="module")
def archive(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(corpus, tmp_path_factory.mktemp("archives"), articles=120).path


def published(key: str, *, title: str = "", text: str = "", day: date | None = None) -> Collected:
    blocks = (Block(kind="paragraph", text=text),)
    return Collected("demo", key, Article(url=None, title=title, blocks=blocks, published=day))


# --- the corpus -----------------------------------------------------------------------------------


def test_an_article_is_the_same_wherever_the_reading_begins(corpus: Corpus) -> None:
    whole = list(corpus.articles(40))
    assert list(corpus.articles(10, start=30)) == whole[30:]
    assert len({one.id for one in whole}) == 40


def test_another_seed_makes_other_articles(language: Language, corpus: Corpus) -> None:
    other = Corpus(language, seed=2, portals=6, topics=8)
    assert list(other.articles(3)) != list(corpus.articles(3))


def test_syllables_stand_in_the_corpus_as_often_as_in_the_language(corpus: Corpus) -> None:
    words = [word for one in corpus.articles(60) for word in one.article.body.lower().split()]
    often, seldom = (words.count(syllable) for syllable in (SYLLABLES[0], SYLLABLES[-1]))
    assert often > 20 * seldom


def test_the_corpus_holds_all_that_an_archive_keeps(corpus: Corpus) -> None:
    articles = [one.article for one in corpus.articles(80)]
    for field in ("lead", "source", "authors", "figures", "attachments", "tags", "evidence"):
        assert any(getattr(article, field) for article in articles), field
    assert {article.published_precision for article in articles} == {"day", "minute"}


def test_without_the_frequencies_the_corpus_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(SystemExit, match=r"pip install .*archive\.txt"):
        syllable_frequencies()


# --- made copies ----------------------------------------------------------------------------------


def test_a_made_set_holds_every_kind(made: MadeSet) -> None:
    assert [kind for kind in COPIES if not made.copies[kind]] == []
    made_alike = [kind for kind in LOOKALIKES if kind != UNRELATED]
    assert [kind for kind in made_alike if not made.lookalikes[kind]] == []


def test_no_pair_is_a_copy_and_a_lookalike(made: MadeSet) -> None:
    assert not made.all_copies & frozenset().union(*made.lookalikes.values())


def test_a_seed_makes_the_same_set_again_and_another_seed_another(
    language: Language, made: MadeSet
) -> None:
    assert make_set(language, seed="dev 0", per_kind=1) == made
    assert make_set(language, seed="test 0", per_kind=1) != made


def test_each_real_sentence_stands_in_one_story_only(language: Language) -> None:
    sentences = [f"Câu số {number} nói về một việc nào đó ở xã." for number in range(4000)]
    real = make_set(language, seed="dev 0", per_kind=1, sentences=sentences)
    related = real.all_copies.union(*real.lookalikes.values())
    holders: dict[str, list[str]] = {}
    for one in real.articles:
        for sentence in set(sentences) & set(one.article.body.replace(". ", ".\n").split("\n")):
            holders.setdefault(sentence, []).append(one.id)
    assert len(holders) > 100
    shared = [ids for ids in holders.values() if len(ids) == 2]
    assert [ids for ids in shared if (min(ids), max(ids)) not in related] == []


def test_too_few_real_sentences_are_said(language: Language) -> None:
    with pytest.raises(SystemExit, match="too few real sentences"):
        make_set(
            language, seed="dev 0", per_kind=1, sentences=["Một câu có đủ chín tiếng đây."] * 9
        )


def test_finding_all_copies_and_nothing_else_scores_one(made: MadeSet) -> None:
    score = Score()
    score.add(made, made.all_copies)
    assert (score.precision, score.recall) == (1.0, 1.0)


def test_a_missed_copy_costs_recall_and_a_lookalike_precision(made: MadeSet) -> None:
    (missed, *_), (alike, *_) = sorted(made.all_copies), sorted(made.lookalikes[LOOKALIKES[0]])
    score = Score()
    score.add(made, made.all_copies - {missed} | {alike})
    copies = len(made.all_copies)
    assert score.recall == (copies - 1) / copies
    assert score.precision == (copies - 1) / copies
    assert score.false == {LOOKALIKES[0]: 1}


def test_pairs_and_families_are_read_from_the_archive(
    made: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_and_note(path: Path, made: MadeSet) -> None:
        """Whatever finds copies: the archive's tables say what this test wants."""
        real_fill(path, made)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM copies")
            connection.execute("UPDATE articles SET family = NULL")
            numbers = dict(connection.execute("SELECT id, number FROM articles"))
            for pair in made.copies["changed lead"]:
                later, earlier = sorted((numbers[one] for one in pair), reverse=True)
                connection.execute(
                    "INSERT INTO copies VALUES (?, ?, 9, 0.9, 0.9)", (later, earlier)
                )
            for pair in made.copies["cut, 25-75 % kept"]:
                connection.execute(
                    "UPDATE articles SET family = ? WHERE id IN (?, ?)", (numbers[pair[0]], *pair)
                )

    real_fill, measured = copied_texts.fill, Measured()
    monkeypatch.setattr(copied_texts, "fill", fill_and_note)
    measure(made, measured)
    assert {kind for kind, found in measured.pairs.found.items() if found} == {"changed lead"}
    assert {kind for kind, found in measured.families.found.items() if found} == {
        "cut, 25-75 % kept"
    }
    assert measured.pairs.recall < 0.2
    assert any(line.startswith("missed  the same text:") for line in measured.wrong)


def test_plain_shingles_find_a_text_that_stands_twice(made: MadeSet) -> None:
    assert made.copies["the same text"] <= copied_texts.sharing_shingles(made)


def test_a_wrong_pair_is_shown_with_what_the_archive_noted(made: MadeSet, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    copied_texts.fill(path, made)
    (alike, *_) = sorted(made.lookalikes[LOOKALIKES[0]])
    lines = wrong_pairs(path, made, made.all_copies | {alike})
    assert len(lines) == 1
    assert lines[0].startswith(f"false   {LOOKALIKES[0]}: {alike[0]} (")


def test_sentences_are_taken_from_pages_each_once(tmp_path: Path) -> None:
    page = (
        "<p>Sở vừa công bố bảng giá đất mới của tỉnh nhà. Đoàn công tác đã làm việc tại xã An Phú "
        "suốt hôm qua.</p><div>Trang chủ</div>"
        "<p>This sentence is long enough but plainly no Vietnamese one at all.</p>"
    )
    for name in ("one.html", "two.html"):
        (tmp_path / name).write_text(page, encoding="utf-8")
    assert real_sentences(tmp_path) == [
        "Sở vừa công bố bảng giá đất mới của tỉnh nhà.",
        "Đoàn công tác đã làm việc tại xã An Phú suốt hôm qua.",
    ]


# --- the archive's figures ------------------------------------------------------------------------


def test_an_archive_is_filled_with_links_captures_and_versions(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        for table in ("articles", "versions", "captures", "frontier"):
            (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert rows == 120, table
        assert connection.execute("SELECT count(*) FROM portals").fetchone() == (6,)


def test_an_archive_that_was_cut_off_is_filled_on_and_a_whole_one_is_left(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutOffError(Exception):
        pass

    saved = 0

    def cut_off(*arguments: Any, **named: Any) -> None:
        nonlocal saved
        saved += 1
        if saved == 3:
            raise CutOffError
        real_save(*arguments, **named)

    real_save = archive_saving.save
    monkeypatch.setattr(archive_saving, "BATCH", 10)
    with monkeypatch.context() as patched:
        patched.setattr(archive_saving, "save", cut_off)
        with pytest.raises(CutOffError):
            fill(corpus, tmp_path, articles=40)
    again = fill(corpus, tmp_path, articles=40)
    assert sum(window.articles for window in again.batched) == 16
    with Archive.open(again.path) as archive:
        assert [
            row["id"] for row in archive.select("SELECT id FROM articles ORDER BY number", {})
        ] == [one.id for one in corpus.articles(40)]
    whole = fill(corpus, tmp_path, articles=40)
    assert (whole.batched, whole.alone, saving_figures(whole)) == ([], None, [])


def test_saving_is_measured_in_batches_and_alone(corpus: Corpus, tmp_path: Path) -> None:
    figures = saving_figures(fill(corpus, tmp_path, articles=30))
    assert [figure.target for figure in figures] == [1000, 450, None]
    assert all(figure.value > 0 for figure in figures)


def test_the_index_is_measured_against_the_texts_bytes(archive: Path) -> None:
    (figure,) = size_figures(archive_saving.Filled(archive, 120))
    assert 40 < figure.value < 400
    with closing(sqlite3.connect(archive)) as connection:
        sizes = archive_saving.table_bytes(connection)
    assert sizes["articles_fts_data"] > 1000


@pytest.fixture(scope="module")
def queries(corpus: Corpus) -> list[Asked]:
    return draw_queries(Sample(corpus, size=120), seed=1, per_kind=1)


def test_queries_are_of_every_kind(queries: list[Asked]) -> None:
    assert {query.kind for query in queries} == set(KINDS)
    assert {query.marked for query in queries if "without marks" in query.kind} == {False}


def test_every_query_is_asked_in_both_orders_and_plainly(
    archive: Path, queries: list[Asked]
) -> None:
    figures, answers = search_figures(archive, queries)
    assert [figure.target for figure in figures] == [60, 200, 5]
    assert [len(one.given) + len(one.refused) for one in answers] == [len(queries)] * 4
    assert not answers[2].refused


def test_a_refused_query_is_counted_and_not_timed() -> None:
    def refuse(query: Asked) -> tuple[int, dict[str, int]]:
        raise QueryError("no such query", text=query.text)

    answers = ask_all("us", [Asked(kind="word", phrases=("đất",))], refuse)
    assert (answers.given, answers.refused) == ([], ["đất: no such query"])


@pytest.fixture
def truth() -> Truth:
    articles = [
        published("1", title="Đất đai", text="Một năm.", day=date(2018, 1, 2)),
        published("2", title="Hai", text="Giá đất, đai thép.", day=date(2018, 5, 2)),
        published("3", title="Ba", text="Dat dai.", day=date(2019, 1, 2)),
        published("4", title="Bốn", text="Đất. Núi đai."),
    ]
    return Truth(articles, alike=str, alike_unmarked=fold)


@pytest.mark.parametrize(
    ("query", "by_year"),
    [
        (Asked(kind="", phrases=("đất đai",)), {"2018": 2}),
        (Asked(kind="", phrases=("dat dai",)), {"2018": 2, "2019": 1}),
        (Asked(kind="", phrases=("đất", "đai")), {"2018": 2, "unknown": 1}),
        (Asked(kind="", phrases=("đất đai",), title_only=True), {"2018": 1}),
        (Asked(kind="", phrases=("dat",), years=(2019, 2020)), {"2019": 1}),
        (Asked(kind="", phrases=("dat",), portal="other"), {}),
    ],
)
def test_the_truth_is_what_the_texts_hold(
    truth: Truth, query: Asked, by_year: dict[str, int]
) -> None:
    assert truth.by_year(query) == by_year


def test_a_wrong_count_of_one_year_is_a_wrong_answer(truth: Truth) -> None:
    query = Asked(kind="compound", phrases=("đất đai",))
    right = Answer(query, 2, {"2018": 2}, wall=0.1, cpu=0.1)
    wrong = replace(right, by_year={"2018": 1, "2019": 1})
    assert right_figure(Answers("us", [right]), truth).reached
    figure = right_figure(Answers("us", [right, wrong]), truth)
    assert (figure.value, figure.reached) == (50, False)
    assert figure.beside == "1 wrong of the kind compound"


def test_a_page_without_the_newest_is_a_wrong_page(archive: Path, corpus: Corpus) -> None:
    query = Asked(kind="", phrases=(SYLLABLES[0],))
    whole = Truth(list(corpus.articles(120)), alike=_one_place, alike_unmarked=fold)
    assert newest_figure(archive, whole, [query]).value == 100
    newest = max(corpus.articles(120), key=lambda one: str(one.article.published))
    others = [one for one in corpus.articles(120) if one != newest]
    assert whole.days(query)[0] == str(newest.article.published)[:10]
    lacking = Truth(others, alike=_one_place, alike_unmarked=fold)
    assert newest_figure(archive, lacking, [query]).value == 0


def test_a_refused_query_is_no_right_answer(truth: Truth) -> None:
    right = Answer(Asked(kind="", phrases=("đất đai",)), 2, {"2018": 2}, wall=0.1, cpu=0.1)
    figure = right_figure(Answers("us", [right], ["title:đất: no"]), truth)
    assert (figure.value, figure.reached) == (50, False)


def test_our_answers_to_words_and_phrases_are_right(
    archive: Path, corpus: Corpus, queries: list[Asked]
) -> None:
    simple = [one for one in queries if not (one.title_only or one.portal or one.years)]
    truth = Truth(list(corpus.articles(120)), alike=_one_place, alike_unmarked=fold)
    with Archive.open(archive) as opened:
        answers = ask_all("us", simple, ask_us(opened, sort="newest"))
    assert right_figure(answers, truth).reached, right_figure(answers, truth).beside


def _one_place(word: str) -> str:
    from scraper.vietnamese.text import spellings

    return min(spellings(word))


def test_opening_cold_is_measured_from_python_and_by_the_command(archive: Path) -> None:
    figures = cold_figures(archive, word="đất", articles=120, times=1)
    assert [figure.target for figure in figures] == [None, None]
    assert all(figure.value > 0 for figure in figures)


def test_a_programs_end_and_memory_are_its_own() -> None:
    held = bytearray(300_000_000)
    code, seconds, peak_mb = run_child([sys.executable, "-c", "raise SystemExit(3)"])
    assert (code, seconds > 0, 1 < peak_mb < 200) == (3, True, True)
    assert held


def test_a_figure_knows_whether_it_is_reached() -> None:
    least = Figure(name="", value=5, unit="", aim="at least", target=6)
    assert (least.reached, replace(least, value=6).reached) == (False, True)
    most = replace(least, aim="at most")
    assert (most.reached, replace(most, value=7).reached) == (True, False)
    assert replace(least, target=None).reached is None


@pytest.mark.parametrize(
    ("value", "text"), [(0.0421, "0.0421"), (4.213, "4.21"), (42.13, "42.1"), (4213.4, "4,213")]
)
def test_digits_are_those_that_count(value: float, text: str) -> None:
    assert digits(value) == text


def test_a_percentile_is_one_of_the_values() -> None:
    values = list(range(1, 101))
    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.95) == 96
    assert percentile([7], 0.95) == 7


@pytest.fixture(autouse=True)
def _few_articles_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(archive_saving, "YARDSTICK", 5)
    yield
