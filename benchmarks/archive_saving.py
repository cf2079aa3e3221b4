"""Filling an archive with the made corpus: how fast, in how much memory, and how large it gets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from archive_table import Clock, Figure, memory_mb, percentile, say, yardstick
from corpus import Collected, Corpus

from scraper.archive.archive import Archive
from scraper.records import Cron, Portal

BATCH = 500  # articles a commit, as an import makes them
PER_LIST = 20  # links of a list page, as a collector takes them up
ALONE = 1000  # articles at the end that are committed each by itself
YARDSTICK = 200  # texts
BEGUN_AT = datetime(2026, 11, 1, tzinfo=UTC)
NEVER = Cron(line="0 0 1 1 *", minutes=(0,), hours=(0,), days=(1,), months=(1,), weekdays=(),
             either_day=False)  # fmt: skip


@dataclass(slots=True)
class Window:
    """Some articles saved one after the other, and the machine's pace at that time."""

    end: int  # articles in the archive afterwards
    articles: int = 0
    clock: Clock = field(default_factory=Clock)
    memory_mb: float = 0.0
    pace: float = 0.0  # of the yardstick, texts/s

    @property
    def speed(self) -> float:
        return self.articles / self.clock.wall

    @property
    def relative(self) -> float:
        """Articles for each text of the yardstick: what a busy machine does not change."""
        return self.speed / self.pace


@dataclass(slots=True)
class Filled:
    """An archive that holds so many articles, and how it came to; no windows if it was there."""

    path: Path
    articles: int
    batched: list[Window] = field(default_factory=list)
    alone: Window | None = None
    plain: Clock = field(default_factory=Clock)  # the same texts into one plain FTS5 table
    plain_alone: Clock = field(default_factory=Clock)
    plain_articles: int = 0


def fill(corpus: Corpus, folder: Path, *, articles: int) -> Filled:
    """The archive of so many articles in the folder; one that is there is used, or gone on with."""
    folder.mkdir(parents=True, exist_ok=True)
    filled = Filled(folder / f"archive-{articles}.db", articles)
    with Archive.open(filled.path, write=True) as archive:
        (count,) = archive.select("SELECT count(*) FROM articles", {})[0]
        if count >= articles:
            say(f"{filled.path} is there and holds {count} articles: nothing is saved")
            return filled
        run = archive.begin_run("made", trigger="collect", due=None, now=BEGUN_AT)
        note_portals(archive, corpus)
        alone = min(ALONE, articles // 10)
        _fill_in_batches(archive, corpus, filled, run=run, start=count, end=articles - alone)
        start = max(count, articles - alone)
        filled.alone = _save_alone(archive, corpus, filled, run=run, start=start, end=articles)
        archive.finish_run(run, state="done", now=BEGUN_AT)
    return filled


def note_portals(archive: Archive, corpus: Corpus) -> None:
    for name, title in corpus.titles.items():
        portal = Portal(name=name, home=f"https://{name}.example/", title=title, cron=NEVER)
        archive.note_portal(portal, now=BEGUN_AT)


def _fill_in_batches(
    archive: Archive, corpus: Corpus, filled: Filled, *, run: int, start: int, end: int
) -> None:
    """Windows of a hundredth each; the first tenth's texts go into a plain table, too."""
    articles = corpus.articles(max(0, end - start), start=start)
    size = max(BATCH, (end - start) // 100 // BATCH * BATCH)
    with _PlainTable(filled.path.with_name("plain.db")) as plain:
        while start < end:
            window = Window(end=min(end, start + size))
            while window.articles < size and (batch := list(islice(articles, BATCH))):
                with window.clock.running(), archive.batch():
                    save(archive, batch, run=run)
                texts = [one.article.body for one in batch[:YARDSTICK]]
                window.articles += len(batch)
                if filled.plain_articles < min(10_000, filled.articles // 4):
                    filled.plain_articles += len(batch)
                    plain.insert(batch, filled.plain, commit_each=False)
            window.memory_mb = memory_mb()
            window.pace = yardstick(texts)
            filled.batched.append(window)
            start += window.articles
            if len(filled.batched) % 10 == 0:
                say(f"{start:9,} articles, {window.speed:,.0f}/s, {window.memory_mb:.0f} MB")


def _save_alone(
    archive: Archive, corpus: Corpus, filled: Filled, *, run: int, start: int, end: int
) -> Window:
    batch = list(corpus.articles(end - start, start=start))
    window = Window(end=end, articles=len(batch))
    for first in range(0, len(batch), PER_LIST):
        with window.clock.running():
            save(archive, batch[first : first + PER_LIST], run=run)
    window.memory_mb = memory_mb()
    window.pace = yardstick([one.article.body for one in batch[:YARDSTICK]])
    with _PlainTable(filled.path.with_name("plain.db")) as plain:
        plain.insert(batch, filled.plain_alone, commit_each=True)
    return window


def save(archive: Archive, batch: Sequence[Collected], *, run: int) -> None:
    """What a collector writes: the links of each list page, then each article."""
    for first in range(0, len(batch), PER_LIST):
        page = batch[first : first + PER_LIST]
        now = BEGUN_AT + timedelta(seconds=int(page[0].key))
        archive.add_links([one.link() for one in page], head=False, now=now)
        for one in page:
            archive.save_article(
                one.link(), one.article, capture=one.capture(now), run=run, now=now
            )


class _PlainTable:
    """The least that could be done: the same texts in one FTS5 table of a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (title, lead, body)")

    def __enter__(self) -> _PlainTable:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()
        for path in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            path.unlink(missing_ok=True)

    def insert(self, batch: Sequence[Collected], clock: Clock, *, commit_each: bool) -> None:
        with clock.running():
            if not commit_each:
                self._connection.execute("BEGIN IMMEDIATE")
            for one in batch:
                self._connection.execute(
                    "INSERT INTO texts VALUES (?, ?, ?)",
                    (one.article.title, one.article.lead, one.article.body),
                )
            if not commit_each:
                self._connection.execute("COMMIT")


# --- what came out --------------------------------------------------------------------------------


def saving_figures(filled: Filled) -> list[Figure]:
    """Speed in batches and alone, and whether memory stays flat."""
    if not filled.batched:
        return []
    saved = sum(window.articles for window in filled.batched)
    wall = sum(window.clock.wall for window in filled.batched)
    cpu = sum(window.clock.cpu for window in filled.batched)
    plain = filled.plain_articles / filled.plain.wall if filled.plain.wall else 0.0
    figures = [
        Figure(
            name=f"save in batches of {BATCH}, to {filled.articles:,}",
            value=saved / wall,
            unit="articles/s",
            aim="at least",
            target=1000,
            beside=f"CPU {saved / cpu:,.0f}/s; a plain FTS5 table {plain:,.0f}/s (first articles)",
        )
    ]
    if filled.alone is not None:
        alone = filled.alone.articles / filled.plain_alone.wall
        figures.append(
            Figure(
                name=f"each committed by itself, the last {filled.alone.articles:,}",
                value=filled.alone.speed,
                unit="articles/s",
                aim="at least",
                target=450,
                beside=f"a plain FTS5 table, new and small, {alone:,.0f}/s",
            )
        )
    return [*figures, *_memory(filled.batched), *_slowing(filled)]


def _memory(windows: Sequence[Window]) -> list[Figure]:
    tenth, half, end = (windows[round((len(windows) - 1) * at)] for at in (0.1, 0.5, 1.0))
    return [
        Figure(
            name="memory at the end, over that at 10 %",
            value=end.memory_mb / tenth.memory_mb,
            unit="times",
            aim="at most",
            # Flat, but for SQLite's cache of 64 MB, which fills in the first ten thousand.
            target=1.2 if windows[-1].end >= 80_000 else None,
            beside=f"{tenth.memory_mb:.0f} · {half.memory_mb:.0f} · {end.memory_mb:.0f} MB "
            "at 10 · 50 · 100 %, the corpus's own included",
        )
    ]


def _slowing(filled: Filled) -> list[Figure]:
    """Speed at the end against the speed at 10,000, by medians of five windows."""
    early = [window for window in filled.batched if 5000 <= window.end <= 20_000]
    if not early or filled.articles < 50_000:
        return []
    late = filled.batched[-5:]
    wall = [percentile([one.speed for one in some], 0.5) for some in (early, late)]
    relative = [percentile([one.relative for one in some], 0.5) for some in (early, late)]
    return [
        Figure(
            name=f"speed at {filled.articles:,} over that at 10,000",
            value=wall[1] / wall[0],
            unit="times",
            aim="at least",
            target=0.6,
            beside=f"{wall[0]:,.0f} and {wall[1]:,.0f}/s; against the machine's pace then "
            f"{relative[1] / relative[0]:.2f}",
        )
    ]


def size_figures(filled: Filled) -> list[Figure]:
    """The full-text index over the texts' UTF-8 bytes, and what else the file holds."""
    with closing(sqlite3.connect(filled.path)) as connection:
        (raw,) = connection.execute(
            """
            SELECT sum(length(CAST(title || coalesce(lead, '') || body || captions AS BLOB)))
            FROM articles
            """
        ).fetchone()
        sizes = table_bytes(connection)
    whole = filled.path.stat().st_size
    index = sum(size for table, size in sizes.items() if table.startswith(FULL_TEXT))
    copies = sum(size for table, size in sizes.items() if table.startswith(COPIES))
    return [
        Figure(
            name="index over raw text",
            value=100 * index / raw,
            unit="%",
            aim="at most",
            target=130,
            beside=f"raw text {raw / 1e6:,.0f} MB, copies' tables {100 * copies / raw:.0f} %, "
            f"the whole file {100 * whole / raw:.0f} %",
        )
    ]


FULL_TEXT = ("articles_fts", "articles_exact")
COPIES = ("fingerprints", "copies", "frames", "compared")


def table_bytes(connection: sqlite3.Connection) -> dict[str, int]:
    """Each table's and index's bytes, by dbstat; where that is missing, of full-text tables only.

    An index counts under its own name.
    """
    try:
        return dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    except sqlite3.OperationalError:
        tables = [f"{table}_data" for table in FULL_TEXT]
        return {
            table: connection.execute(f"SELECT sum(length(block)) FROM {table}").fetchone()[0]
            for table in tables
        }
