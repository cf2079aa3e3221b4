"""What a query means, as a tree; knows neither the language it was typed in nor SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Column = Literal["title", "lead", "body", "captions"]
COLUMNS: tuple[Column, ...] = ("title", "lead", "body", "captions")
NameKind = Literal["source", "author", "tag"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case, NFC; `loose`: its marks do not count."""

    text: str
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase's words in their order, side by side in one of the columns."""

    words: tuple[Word, ...]
    columns: tuple[Column, ...] = COLUMNS
    column: int = 0  # of the query's text, in characters from 0


@dataclass(frozen=True, slots=True)
class Named:
    """One of an article's names of this kind fits a tree of terms."""

    kind: NameKind
    fits: Tree


@dataclass(frozen=True, slots=True)
class OfPortal:
    """Articles of the portals of this name, or at this host, or with this term in their title."""

    name: str
    term: Term


@dataclass(frozen=True, slots=True)
class Published:
    """A span of days, months or years, both ends in it: 2018, 2018-06, 2018-06-14."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Something that an article has or is, apart from its words."""

    kind: Literal["caption", "attachment", "lead", "date", "changed", "silent", "gone", "alone"]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold; without parts: everything."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Tree


Tree = Term | Named | OfPortal | Published | State | AllOf | AnyOf | Not
EVERYTHING = AllOf(())


def every(*parts: Tree) -> Tree:
    """All of the parts, without a knot for a single one."""
    flat = tuple(
        inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))
    )
    return flat[0] if len(flat) == 1 else AllOf(flat)


def either(*parts: Tree) -> Tree:
    """One of the parts, without a knot for a single one."""
    flat = tuple(
        inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,))
    )
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def changed(tree: Tree, term: Callable[[Term], Term], *, names: bool = True) -> Tree:
    """The tree with each of its terms changed; with `names`, also those that names must fit."""
    match tree:
        case Term():
            return term(tree)
        case AllOf(parts):
            return AllOf(tuple(changed(part, term, names=names) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(changed(part, term, names=names) for part in parts))
        case Not(part):
            return Not(changed(part, term, names=names))
        case Named(_, fits) if names:
            return replace(tree, fits=changed(fits, term))
        case OfPortal(_, own) if names:
            return replace(tree, term=term(own))
        case _:
            return tree


def terms(tree: Tree, *, denied: bool = True, names: bool = False) -> Iterator[Term]:
    """The terms that a text must or may hold; those under a Not only if `denied`."""
    match tree:
        case Term():
            yield tree
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from terms(part, denied=denied, names=names)
        case Not(part) if denied:
            yield from terms(part, denied=denied, names=names)
        case Named(_, fits) if names:
            yield from terms(fits, denied=denied)
        case OfPortal(_, own) if names:
            yield own
        case _:
            pass
