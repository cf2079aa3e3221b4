"""The order of relevance: title over lead over text, exact marks over folded ones, then BM25."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scraper.archive.archive import Archive
from scraper.query.fulltext import Expression, Index, Table, joined
from scraper.query.names import as_list
from scraper.query.newest import Newest
from scraper.query.selection import select
from scraper.query.tree import COLUMNS, AllOf, AnyOf, Column, Not, Term, Tree, changed, terms

# body, lead, title, captions: how much a word in each says of what an article is about.
_WEIGHTS = "1.0, 4.0, 10.0, 1.0"


def most_relevant(
    tree: Tree, numbers: Sequence[int], *, archive: Archive, count: int | None
) -> array[int]:
    """The most relevant of the articles found, or all of them in this order.

    First those in which all words stand in the title, then those with all in title and lead. Among
    these, those that have the words with the marks as typed come before those with others. Then by
    BM25; of equals, the newest first. Only as many are scored as can come among the first.
    """
    if not any(True for _ in terms(tree, denied=False)):
        return Newest(archive, numbers).first(count)
    wanted = len(numbers) if count is None else min(count, len(numbers))
    found = array("q")
    for group in _groups(tree, numbers, archive=archive):
        if len(found) >= wanted:
            break
        found.extend(_ranked(tree, group, archive=archive, count=wanted - len(found)))
    return found


def _groups(tree: Tree, numbers: Sequence[int], *, archive: Archive) -> Iterable[list[int]]:
    """The articles in groups, the more relevant before; each article in one."""
    left = set(numbers)
    tiers: list[Tree] = []
    if any(term.columns == COLUMNS for term in terms(tree, denied=False)):
        tiers = [_within(tree, ("title",)), _within(tree, ("title", "lead"))]
    literal = _literal(tree)
    as_typed = None if literal == tree else left & _numbers(literal, archive)
    for tier in tiers:
        group = left & _numbers(tier, archive)
        left -= group
        yield from _typed_first(group, as_typed)
    yield from _typed_first(left, as_typed)


def _typed_first(group: set[int], as_typed: set[int] | None) -> Iterable[list[int]]:
    if as_typed is None:
        yield list(group)
        return
    yield list(group & as_typed)
    yield list(group - as_typed)


def _numbers(tree: Tree, archive: Archive) -> set[int]:
    selection = select(tree, archive)
    return set(archive.select_numbers(selection.sql, selection.parameters))


def _within(tree: Tree, columns: tuple[Column, ...]) -> Tree:
    """The tree with what may stand anywhere looked for in these columns alone."""
    match tree:
        case Term() if tree.columns == COLUMNS:
            return replace(tree, columns=columns)
        case AllOf(parts):
            return AllOf(tuple(_within(part, columns) for part in parts))
        case AnyOf(parts):
            own = [part for part in parts if any(True for _ in terms(part, denied=False))]
            return AnyOf(tuple(_within(part, columns) for part in own or parts))
        case _:
            return tree  # under a Not, too: what must not occur may occur nowhere


def _literal(tree: Tree) -> Tree:
    """The tree with the marks of every loose word as they were typed."""
    match tree:
        case Not():
            return tree
        case AllOf(parts):
            return AllOf(tuple(map(_literal, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_literal, parts)))
        case _:
            return changed(
                tree,
                lambda term: replace(
                    term, words=tuple(replace(word, loose=False) for word in term.words)
                ),
                names=False,
            )


def _ranked(tree: Tree, group: Sequence[int], *, archive: Archive, count: int) -> array[int]:
    if len(group) <= 1:
        return array("q", group)
    scores = dict.fromkeys(group, 0.0)
    among = as_list(list(group))
    for expression in _scored(tree, Index(archive)):
        table = expression.table
        rows = archive.select(
            # "+" keeps SQLite from asking the index for each article by itself
            f"SELECT rowid, bm25({table}, {_WEIGHTS}) FROM {table} WHERE {table} MATCH :text "
            "AND +rowid IN (SELECT value FROM json_each(:among))",
            {"text": expression.text, "among": among},
        )
        for number, score in rows:
            scores[number] += score
    ordered = sorted(scores.values())
    last = ordered[min(count, len(ordered)) - 1]
    candidates = [number for number, score in scores.items() if score <= last]
    newest = Newest(archive, candidates).first(None)
    return array("q", sorted(newest, key=scores.__getitem__)[:count])


def _scored(tree: Tree, index: Index) -> list[Expression]:
    """What BM25 counts: the whole tree where one expression says it, else its terms."""
    whole = index.expression(tree)
    if whole:
        return [whole]
    found: dict[Table, list[Expression]] = {}
    for term in terms(tree, denied=False):
        for expression in index.asked(term).expressions:
            found.setdefault(expression.table, []).append(expression)
    together = (joined("OR", expressions) for expressions in found.values())
    return [expression for expression in together if expression]
