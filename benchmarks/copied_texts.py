"""How well copies of a text are told from texts that only look alike, on a made set.

    python benchmarks/copied_texts.py                       made texts, the seeds to choose by
    python benchmarks/copied_texts.py --seeds test          the seeds to report
    python benchmarks/copied_texts.py --real FOLDER         texts of sentences on FOLDER's pages
    python benchmarks/copied_texts.py --worst 10            and what was judged wrong

Each seed fills an archive of its own, by save_article in an order that is drawn. Found are the
pairs in its table `copies`, and pairs of articles with one `family`. Limits are chosen by the seeds
called dev; the seeds called test are for telling others, and nothing is chosen by them. The column
`shingles` is for comparison: two texts of which the shorter shares at least 30 of 100 runs of five
syllables, frames and all.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus import Language, syllable_frequencies
from made_copies import COPIES, LOOKALIKES, MadeSet, Pair, make_set, ordered
from real_sentences import real_sentences

from scraper.archive.archive import Archive
from scraper.vietnamese.text import clean

BEGUN_AT = datetime(2026, 11, 1, tzinfo=UTC)
PRECISION, RECALL = 0.98, 0.95  # to reach
SHINGLE = 5  # syllables, of the plain comparison
SHARED = 0.3  # of the shorter text's shingles, of the plain comparison
BATCH = 100
MADE_SETS, MADE_PER_KIND = 5, 8  # archives; pairs of each kind in each
REAL_SETS, REAL_PER_KIND = 10, 1  # there are few real sentences


@dataclass(slots=True)
class Score:
    """What one way of finding copies found, by kind, over all seeds."""

    found: Counter[str] = field(default_factory=Counter)
    copies: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    lookalikes: Counter[str] = field(default_factory=Counter)

    def add(self, made: MadeSet, pairs: frozenset[Pair]) -> None:
        for kind, copies in made.copies.items():
            self.found[kind] += len(copies & pairs)
            self.copies[kind] += len(copies)
        for kind, alike in made.lookalikes.items():
            self.lookalikes[kind] += len(alike)
        self.false.update(made.kind_of(pair) for pair in pairs - made.all_copies)

    @property
    def precision(self) -> float:
        """Of the pairs found, how many are copies; 1 where none was found."""
        found = self.found.total() + self.false.total()
        return self.found.total() / found if found else 1.0

    @property
    def recall(self) -> float:
        """Of the copies, how many were found."""
        return self.found.total() / self.copies.total()


@dataclass(slots=True)
class Measured:
    """Scores of the archive's pairs and families, and of the plain comparison."""

    pairs: Score = field(default_factory=Score)
    families: Score = field(default_factory=Score)
    shingles: Score = field(default_factory=Score)
    wrong: list[str] = field(default_factory=list)
    articles: int = 0
    seconds: float = 0.0  # of saving, wall clock


def main() -> int:
    asked = arguments()
    sentences = real_sentences(asked.real) if asked.real else []
    language = Language(syllable_frequencies())
    per_kind = asked.per_kind or (REAL_PER_KIND if sentences else MADE_PER_KIND)
    measured = Measured()
    for number in range(asked.sets or (REAL_SETS if sentences else MADE_SETS)):
        seed = f"{asked.seeds} {number}"
        made = make_set(language, seed=seed, per_kind=per_kind, sentences=sentences)
        measure(made, measured)
    print_scores(
        measured, texts="texts of real sentences" if sentences else "made texts", seeds=asked.seeds
    )
    for line in measured.wrong[: asked.worst]:
        print(line)
    reached = measured.pairs.precision >= PRECISION and measured.pairs.recall >= RECALL
    return 0 if reached else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", choices=("dev", "test"), default="dev")
    parser.add_argument("--sets", type=int, metavar="N", help="so many archives")
    parser.add_argument("--per-kind", type=int, metavar="N", help="pairs of each kind in each")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="take sentences of these pages")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show N wrong pairs")
    return parser.parse_args()


def measure(made: MadeSet, measured: Measured) -> None:
    """Fill an archive with the set, and add what was found in it to the scores."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        begun = time.perf_counter()
        fill(path, made)
        measured.seconds += time.perf_counter() - begun
        pairs, families = found_pairs(path), found_families(path)
        measured.wrong += wrong_pairs(path, made, pairs)
    measured.articles += len(made.articles)
    measured.pairs.add(made, pairs)
    measured.families.add(_with_whole_families(made), families)
    measured.shingles.add(made, sharing_shingles(made))


def fill(path: Path, made: MadeSet) -> None:
    """Save the set's articles in its order, a hundred in a commit."""
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("made", trigger="collect", due=None, now=BEGUN_AT)
        for start in range(0, len(made.articles), BATCH):
            with archive.batch():
                for number, one in enumerate(made.articles[start : start + BATCH], start):
                    now = BEGUN_AT + timedelta(seconds=number)
                    archive.save_article(
                        one.link(), one.article, capture=one.capture(now), run=run, now=now
                    )


def found_pairs(path: Path) -> frozenset[Pair]:
    """The pairs of ids that the archive holds for copies."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            """
            SELECT this.id, that.id FROM copies
            JOIN articles AS this ON this.number = copies.number
            JOIN articles AS that ON that.number = copies.earlier
            """
        )
        return frozenset(ordered(*row) for row in rows)


def found_families(path: Path) -> frozenset[Pair]:
    """The pairs of ids that are of one family."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            """
            SELECT this.id, that.id FROM articles AS this
            JOIN articles AS that ON that.family = this.family AND that.number < this.number
            """
        )
        return frozenset(ordered(*row) for row in rows)


def wrong_pairs(path: Path, made: MadeSet, pairs: frozenset[Pair]) -> list[str]:
    """Each copy that was not found and each pair that is none, with what the archive noted."""
    length = {one.id: len(one.article.text.split()) for one in made.articles}
    lines = []
    for kind, copies in made.copies.items():
        lines += [
            f"missed  {kind}: {one} ({length[one]} syllables), {other} ({length[other]})"
            for one, other in sorted(copies - pairs)
        ]
    with closing(sqlite3.connect(path)) as connection:
        numbers = dict(connection.execute("SELECT id, number FROM articles"))
        for one, other in sorted(pairs - made.all_copies):
            later, earlier = sorted((numbers[one], numbers[other]), reverse=True)
            noted = connection.execute(
                "SELECT shared, of_this, of_earlier FROM copies WHERE number = ? AND earlier = ?",
                (later, earlier),
            ).fetchone()
            lines.append(
                f"false   {made.kind_of((one, other))}: {one} ({length[one]} syllables), "
                f"{other} ({length[other]}); shared, of this, of the earlier: {noted}"
            )
    return lines


def sharing_shingles(made: MadeSet) -> frozenset[Pair]:
    """The plain comparison: no frames left out, every pair with much in common."""
    shingles: dict[str, set[str]] = {}
    holders: dict[str, list[str]] = defaultdict(list)
    shared: Counter[Pair] = Counter()
    for one in made.articles:
        words = clean(one.article.text).lower().split()
        own = {" ".join(words[start : start + SHINGLE]) for start in range(len(words) - 4)}
        shingles[one.id] = own
        for shingle in own:
            shared.update(ordered(one.id, other) for other in holders[shingle])
            holders[shingle].append(one.id)
    return frozenset(
        pair
        for pair, count in shared.items()
        if count >= SHARED * min(len(shingles[one]) for one in pair)
    )


def _with_whole_families(made: MadeSet) -> MadeSet:
    """The set in which the copies of a copy count as copies too, as families do."""
    root: dict[str, str] = {}

    def find(one: str) -> str:
        while root.setdefault(one, one) != one:
            one = root[one]
        return one

    for one, other in made.all_copies:
        root[find(one)] = find(other)
    members: dict[str, list[str]] = defaultdict(list)
    for one in list(root):
        members[find(one)].append(one)
    whole = {
        ordered(one, other)
        for family in members.values()
        for number, one in enumerate(family)
        for other in family[:number]
    }
    copies = dict(made.copies) | {"through a third": frozenset(whole - made.all_copies)}
    return MadeSet(made.articles, copies, made.lookalikes)


def print_scores(measured: Measured, *, texts: str, seeds: str) -> None:
    columns = (measured.pairs, measured.families, measured.shingles)
    print(f"{measured.articles} {texts}, {seeds} seeds; ", end="")
    print(f"saved at {measured.articles / measured.seconds:.0f}/s")
    print(f"{'':28}{'pairs':>14}{'families':>14}{'shingles':>14}{'to reach':>10}")
    print_row("precision", [f"{score.precision:.4f}" for score in columns], f"{PRECISION}")
    print_row("recall", [f"{score.recall:.4f}" for score in columns], f"{RECALL}")
    print("found, of the copies")
    for kind in (*COPIES, "through a third"):
        counts = [f"{score.found[kind]}/{score.copies[kind]}" for score in columns]
        print_row(f"  {kind}", ["" if count == "0/0" else count for count in counts])
    print("found, but no copies")
    for kind in LOOKALIKES:
        of = [f"/{score.lookalikes[kind]}" if score.lookalikes[kind] else "" for score in columns]
        print_row(
            f"  {kind}",
            [f"{score.false[kind]}{all}" for score, all in zip(columns, of, strict=True)],
        )


def print_row(name: str, cells: Sequence[str] | Iterable[str], aim: str = "") -> None:
    print(f"{name:28}{''.join(f'{cell:>14}' for cell in cells)}{aim:>10}")


if __name__ == "__main__":
    sys.exit(main())
