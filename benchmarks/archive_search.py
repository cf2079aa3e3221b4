"""Asking an archive: hundreds of mixed queries, how long each takes, which counts are right."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive_queries import Answer, Asked, Truth
from archive_table import Figure, percentile
from corpus import Corpus

from scraper.archive.archive import Archive
from scraper.errors import QueryError
from scraper.query.search import Sort, search
from scraper.vietnamese import text as vietnamese

PAGE = 20  # hits
CHECKED = 20_000  # articles in an archive of which every text can be looked at for every query


PLAINLY_ASKED = 60  # of the queries, by the SELECTs that anyone would write


@dataclass(slots=True)
class Answers:
    """What one way of asking answered, and what it refused."""

    name: str
    given: list[Answer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def wall_ms(self, share: float, kind: str | None = None) -> float:
        walls = [1000 * one.wall for one in self.given if kind in (None, one.query.kind)]
        return percentile(walls, share) if walls else float("nan")

    def cpu_ms(self, share: float) -> float:
        return percentile([1000 * one.cpu for one in self.given], share)


Ask = Callable[[Asked], tuple[int, Mapping[str, int]]]


def ask_all(name: str, queries: Sequence[Asked], ask: Ask) -> Answers:
    answers = Answers(name)
    for query in queries:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            count, by_year = ask(query)
        except (QueryError, sqlite3.Error) as error:
            answers.refused.append(f"{query.text}: {error}")
            continue
        answers.given.append(
            Answer(
                query,
                count,
                by_year,
                wall=time.perf_counter() - wall,
                cpu=time.process_time() - cpu,
            )
        )
    return answers


def ask_us(archive: Archive, *, sort: Sort) -> Ask:
    """A page of results: twenty hits with snippets, the exact count, counts by year."""

    def ask(query: Asked) -> tuple[int, Mapping[str, int]]:
        result = search(query.text, archive=archive, limit=PAGE, sort=sort)
        for _ in result.hits:
            pass
        return result.count, result.by_year

    return ask


def ask_plainly(connection: sqlite3.Connection, *, order: str) -> Ask:
    """The same page by three SELECTs that anyone would write over the folded index, no snippets.

    Its counts are others where marks are typed: this index folds them.
    """

    def ask(query: Asked) -> tuple[int, Mapping[str, int]]:
        tables = "articles_fts JOIN articles ON articles.number = articles_fts.rowid"
        where = ["articles_fts MATCH :expression"]
        if query.portal:
            where.append("portal = :portal")
        if query.years:
            where.append("published BETWEEN :first AND :last")
        said = f"FROM {tables} WHERE {' AND '.join(where)}"
        first, last = query.years or (0, 0)
        parameters = {
            "expression": query.expression,
            "portal": query.portal,
            "first": str(first),
            "last": f"{last}~",
        }
        (count,) = connection.execute(f"SELECT count(*) {said}", parameters).fetchone()
        by_year = connection.execute(
            f"SELECT substr(published, 1, 4), count(*) {said} GROUP BY 1", parameters
        ).fetchall()
        connection.execute(
            f"SELECT id, articles.title, published {said} ORDER BY {order} LIMIT {PAGE}", parameters
        ).fetchall()
        return count, dict(by_year)

    return ask


def search_figures(path: Path, queries: Sequence[Asked]) -> tuple[list[Figure], list[Answers]]:
    """Newest first and by relevance, beside plain SELECTs, on one archive."""
    with Archive.open(path) as archive, closing(sqlite3.connect(path)) as connection:
        warm = queries[:: max(1, len(queries) // 20)]
        ask_all("warm", warm, ask_us(archive, sort="newest"))
        newest = ask_all("newest first", queries, ask_us(archive, sort="newest"))
        relevance = ask_all("by relevance", queries, ask_us(archive, sort="relevance"))
        order = "published DESC, articles.number DESC"
        some = queries[:: max(1, len(queries) // PLAINLY_ASKED)]  # ranking takes seconds each
        plain = ask_all("plain newest", some, ask_plainly(connection, order=order))
        ranked = ask_all("plain by rank", some, ask_plainly(connection, order="rank"))
        snippets = snippets_ms(archive, queries)
        rows = rows_ms(archive, connection, queries)
    figures = [
        _p95("search, newest first, with count and by year", newest, plain, target=60),
        _p95("search, by relevance, with count and by year", relevance, ranked, target=200),
        Figure(
            name=f"the page of {PAGE} hits with snippets, p50 (p95 beside)",
            value=percentile(snippets, 0.5),
            unit="ms",
            aim="at most",
            target=5,
            beside=f"p95 {percentile(snippets, 0.95):.1f} ms; a bare SELECT of their rows "
            f"{percentile(rows, 0.5):.1f} · {percentile(rows, 0.95):.1f} ms",
        ),
    ]
    return figures, [newest, relevance, plain, ranked]


def _p95(name: str, ours: Answers, plain: Answers, *, target: float) -> Figure:
    refused = f"; REFUSED {len(ours.refused)}: {ours.refused[0]}" if ours.refused else ""
    return Figure(
        name=f"{name}, p95 of {len(ours.given)}",
        value=ours.wall_ms(0.95),
        unit="ms",
        aim="at most",
        target=target,
        beside=f"p50 {ours.wall_ms(0.5):.1f}, CPU {ours.cpu_ms(0.5):.1f} · {ours.cpu_ms(0.95):.1f} "
        f"ms; plain SELECTs {plain.wall_ms(0.5):.1f} · {plain.wall_ms(0.95):.1f} ms{refused}",
    )


def snippets_ms(archive: Archive, queries: Iterable[Asked]) -> list[float]:
    """From a result whose count is known to its twenty hits, each with its text cut and marked."""
    taken = []
    for query in queries:
        try:
            result = search(query.text, archive=archive, limit=PAGE)
        except QueryError:
            continue
        if result.count < PAGE:
            continue
        begun = time.perf_counter()
        for _ in result.hits:
            pass
        taken.append(1000 * (time.perf_counter() - begun))
    return taken or [float("nan")]


def rows_ms(
    archive: Archive, connection: sqlite3.Connection, queries: Iterable[Asked]
) -> list[float]:
    """What fetching the same hits' rows takes without cutting anything."""
    taken = []
    for query in list(queries)[::5]:
        try:
            ids = [hit.id for hit in search(query.text, archive=archive, limit=PAGE).hits]
        except QueryError:
            continue
        marks = ", ".join("?" * len(ids))
        begun = time.perf_counter()
        connection.execute(
            f"SELECT id, title, lead, body, captions FROM articles WHERE id IN ({marks})", ids
        ).fetchall()
        taken.append(1000 * (time.perf_counter() - begun))
    return taken or [float("nan")]


def print_kinds(answers: Sequence[Answers]) -> None:
    """p50 · p95 in wall ms for each kind of query and each way of asking."""
    print(f"\n{'p50 · p95, wall ms':26}" + "".join(f"{one.name:>20}" for one in answers))
    kinds = dict.fromkeys(one.query.kind for one in answers[0].given)
    for kind in kinds:
        cells = (f"{one.wall_ms(0.5, kind):.1f} · {one.wall_ms(0.95, kind):.1f}" for one in answers)
        print(f"{kind:26}" + "".join(f"{cell:>20}" for cell in cells))


# --- right or wrong -------------------------------------------------------------------------------


def truth_of(corpus: Corpus, *, articles: int) -> Truth:
    return Truth(
        list(corpus.articles(articles)),
        alike=lambda word: min(vietnamese.spellings(word)),
        alike_unmarked=alike_unmarked(),
    )


def alike_unmarked() -> Callable[[str], str]:
    folded = getattr(vietnamese, "folded_spellings", None)
    if folded is None:
        return vietnamese.fold
    return lambda word: min(folded(vietnamese.fold(word)))


def right_figure(answers: Answers, truth: Truth) -> Figure:
    """How many queries got the right count of every year; a refused one did not."""
    wrong = Counter(one.query.kind for one in answers.given if not truth.agrees(one))
    asked = len(answers.given) + len(answers.refused)
    return Figure(
        name=f"queries with the right count of every year, of {asked}",
        value=100 * (len(answers.given) - wrong.total()) / asked,
        unit="%",
        aim="at least",
        target=100,
        beside="; ".join(f"{count} wrong of the kind {kind}" for kind, count in wrong.items()),
    )


def newest_figure(path: Path, truth: Truth, queries: Sequence[Asked]) -> Figure:
    """How many queries get for their first page the newest of what they should find, in order."""
    right = 0
    with Archive.open(path) as archive:
        for query in queries:
            try:
                hits = search(query.text, archive=archive, limit=PAGE).hits
            except QueryError:
                continue
            right += [(hit.published or "")[:10] for hit in hits] == truth.days(query)[:PAGE]
    return Figure(
        name=f"first pages with the newest in order, of {len(queries)}",
        value=100 * right / len(queries),
        unit="%",
        aim="at least",
        target=100,
    )
