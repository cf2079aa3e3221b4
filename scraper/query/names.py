"""Sources, authors, tags and portals by the rule of marks: which of an archive's names fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scraper.archive.archive import Archive
from scraper.query.matches import occurs
from scraper.query.tree import AllOf, AnyOf, Named, Not, OfPortal, Term, Tree


def names_that_fit(archive: Archive, named: Named) -> Sequence[tuple[int, str]]:
    """Number and text of each name of the kind that fits."""
    parameters: dict[str, Any] = {"kind": named.kind}
    rough = _rough(named.fits, parameters)
    rows = archive.select(
        f"SELECT number, name FROM names WHERE kind = :kind AND {rough}", parameters
    )
    return [(number, name) for number, name in rows if _fits(named.fits, name)]


def portals_that_fit(archive: Archive, wanted: OfPortal) -> Sequence[str]:
    """The portals of this name, at this host (now or formerly), or with the term in their title."""
    host = urlsplit(wanted.name).hostname if "://" in wanted.name else wanted.name.strip("/")
    found = {wanted.name}  # also one that no run has noted
    for note in archive.portal_notes().values():
        hosts = {urlsplit(note.home).hostname or "", *note.formerly}
        hosts |= {one.removeprefix("www.") for one in hosts}
        by_title = note.title and wanted.term.words and occurs(wanted.term, note.title)
        if note.name.lower() == wanted.name or host in hosts or by_title:
            found.add(note.name)
    return sorted(found)


def as_list(values: Sequence[object]) -> str:
    """Values for json_each."""
    return json.dumps(values, ensure_ascii=False)


def _fits(tree: Tree, name: str) -> bool:
    match tree:
        case Term():
            return occurs(tree, name)
        case AllOf(parts):
            return all(_fits(part, name) for part in parts)
        case AnyOf(parts):
            return any(_fits(part, name) for part in parts)
        case Not(part):
            return not _fits(part, name)
    raise TypeError(f"{tree} in a name")


def _rough(tree: Tree, parameters: dict[str, Any]) -> str:
    """A condition that SQLite checks far faster than Python does, and that no fitting name fails.

    Archives have hundreds of thousands of authors. Letters that may bear marks stand for any.
    """
    match tree:
        case Term(words):
            patterns = [_like(word.text) for word in words]
            name = f"name{len(parameters)}"
            parameters[name] = f"%{'%'.join(patterns)}%"
            return f"name LIKE :{name}"
        case AllOf(parts):
            return "(" + " AND ".join(_rough(part, parameters) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(_rough(part, parameters) for part in parts) + ")"
        case _:
            return "true"


def _like(word: str) -> str:
    """The word for LIKE: its consonants, any character for each other."""
    return "".join(
        character if character in "bcfghjklmnpqrstvwxz0123456789" else "_" for character in word
    )
