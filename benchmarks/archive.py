"""How fast, how large and how right the archive is, on a made corpus of Vietnamese articles.

    python benchmarks/archive.py                       100,000 articles, some minutes
    python benchmarks/archive.py DATA                  and copies made of real sentences
    python benchmarks/archive.py --million             and 1,000,000: about 12 GB, an hour
    python benchmarks/archive.py --peers               and other search engines

The corpus has Vietnamese's real syllable frequencies (corpus.py); the same seed gives the same
articles. DATA holds a folder for each set of real pages; of `vn` the sentences are taken. Archives
are kept in --folder and used again: then nothing is saved and no speed of saving is printed.

Each figure stands beside what it is to reach and beside a reference of the same run: a plain FTS5
table that is given the same texts, the SELECTs that anyone would write, a bare SELECT of all rows.
Absolute figures of a busy machine say little; the references tell how busy it was. Whether the
counts are right is judged by looking at every text without an index, on 20,000 articles at most.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from archive_peers import PEERS, ask_peers, print_peers
from archive_programs import accent_figure, cold_figures, export_figures, machine
from archive_queries import PER_KIND, Sample, draw_queries
from archive_saving import fill, saving_figures, size_figures
from archive_search import (
    CHECKED,
    newest_figure,
    print_kinds,
    right_figure,
    search_figures,
    truth_of,
)
from archive_table import Figure, print_figures, say
from copied_texts import (
    MADE_PER_KIND,
    MADE_SETS,
    PRECISION,
    REAL_PER_KIND,
    REAL_SETS,
    RECALL,
    Measured,
    measure,
)
from corpus import Corpus, Language, syllable_frequencies
from made_copies import make_set
from real_sentences import real_sentences

from scraper.query.search import Sort

MILLION = 1_000_000
SORTS: tuple[Sort, ...] = ("newest", "relevance")


def main() -> int:
    asked = arguments()
    language = Language(syllable_frequencies())
    corpus = Corpus(language, seed=asked.seed)
    print(machine())
    figures = archive_figures(corpus, asked)
    if "copies" in asked.parts:
        figures += copies_figures(language, [])
        if asked.data:
            figures += copies_figures(language, real_sentences(asked.data / "vn"))
    if "accents" in asked.parts:
        figures += _printed([accent_figure()])
    if asked.million:
        figures += archive_figures(corpus, asked, articles=MILLION)
    missed = [figure.name for figure in figures if figure.reached is False]
    if missed:
        print(f"\nnot reached: {'; '.join(missed)}")
    return 1 if missed else 0


PARTS = ("saving", "size", "search", "cold", "export", "copies", "accents")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?", metavar="DATA")
    parser.add_argument("--articles", type=int, default=100_000, metavar="N")
    parser.add_argument("--million", action="store_true", help="measure 1,000,000 articles, too")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("build/archives"),
        help="where the archives are kept (default: build/archives)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-kind", type=int, default=PER_KIND, help="queries of each kind")
    parser.add_argument(
        "--parts",
        type=lambda text: text.split(","),
        default=PARTS,
        metavar="NAMES",
        help=f"only some of {','.join(PARTS)}",
    )
    parser.add_argument(
        "--peers", action="store_true", help=f"ask {', '.join(PEERS)} the same queries, too"
    )
    parser.add_argument(
        "--peers-env",
        type=Path,
        default=Path(__file__).parent / ".archive-peers",
        metavar="FOLDER",
        help="their environment, made on the first run (default: benchmarks/.archive-peers)",
    )
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"--parts knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}")
    if asked.articles < 1000:
        parser.error("--articles: at least 1000, or words are too few for the queries")
    return asked


def archive_figures(
    corpus: Corpus, asked: argparse.Namespace, *, articles: int | None = None
) -> list[Figure]:
    """Everything that is measured on one archive."""
    articles = articles or asked.articles
    say(f"an archive of {articles:,} articles in {asked.folder}")
    filled = fill(corpus, asked.folder, articles=articles)
    figures = _printed(saving_figures(filled)) if "saving" in asked.parts else []
    if "size" in asked.parts:
        figures += _printed(size_figures(filled))
    if "search" in asked.parts:
        queries = draw_queries(Sample(corpus), seed=asked.seed, per_kind=asked.per_kind)
        truth = truth_of(corpus, articles=articles) if articles <= CHECKED else None
        found, answers = search_figures(filled.path, queries)
        if truth:
            found.append(right_figure(answers[0], truth))
            found.append(newest_figure(filled.path, truth, queries))
        figures += _printed(found)
        print_kinds(answers)
        if asked.peers:
            environment = asked.peers_env
            for ours, sort in zip(answers, SORTS, strict=False):
                peers = ask_peers(filled.path, queries, environment=environment, sort=sort)
                print_peers([ours, *peers], sort=sort, truth=truth)
        print()
    if "cold" in asked.parts:
        word = Sample(corpus).words(0, 0.001)[0]
        figures += _printed(cold_figures(filled.path, word=word, articles=articles))
    if "export" in asked.parts and articles < MILLION:
        figures += _printed(export_figures(filled.path, articles=articles))
    return figures


def copies_figures(language: Language, sentences: list[str]) -> list[Figure]:
    """Precision and recall over the test seeds; copied_texts.py says more about them."""
    measured = Measured()
    sets = REAL_SETS if sentences else MADE_SETS
    per_kind = REAL_PER_KIND if sentences else MADE_PER_KIND
    for number in range(sets):
        made = make_set(language, seed=f"test {number}", per_kind=per_kind, sentences=sentences)
        measure(made, measured)
    texts = "real sentences" if sentences else "made texts"
    return _printed(
        [
            Figure(
                name=f"near-duplicates, {name}, {measured.articles} {texts}",
                value=getattr(measured.pairs, name),
                unit="",
                aim="at least",
                target=target,
                beside=f"by families {getattr(measured.families, name):.3f}, by plain shingles "
                f"{getattr(measured.shingles, name):.3f}",
            )
            for name, target in (("precision", PRECISION), ("recall", RECALL))
        ]
    )


def _printed(figures: list[Figure]) -> list[Figure]:
    """Printed at once: what comes later may take an hour."""
    print_figures(figures)
    sys.stdout.flush()
    return figures


if __name__ == "__main__":
    sys.exit(main())
