"""BibTeX, in the fields of biblatex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from scraper.archive.archive import StoredArticle
from scraper.export.about import About
from scraper.export.references import Reference, escaped_id, reference

_SPELLED = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&_#${}"},
}
# BibTeX counts braces, even those behind a backslash: where they are not in pairs, they would take
# in the next entry. Fewer programs read this spelling.
_SPELLED_ALONE = _SPELLED | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_SPECIAL = re.compile("[" + re.escape("".join(_SPELLED)) + "]")
# What babel and polyglossia call the languages of portals.
_LANGUAGES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ja": "japanese",
    "km": "khmer",
    "ko": "korean",
    "lo": "lao",
    "ru": "russian",
    "th": "thai",
    "vi": "vietnamese",
    "zh": "chinese",
}


def write_bibtex(articles: Iterable[StoredArticle], out: TextIO, *, about: About) -> int:
    """One @online entry an article, for biblatex; returns how many were written.

    The key is the article's id. Names stand in braces of their own: whether the family name comes
    first cannot be told, so no style may turn them round.
    """
    count = 0
    for stored in articles:
        said = reference(stored, about)
        lines = [f"  {name} = {{{value}}},\n" for name, value in _fields(said)]
        out.write(f"@online{{{cite_key(said.id)},\n{''.join(lines)}}}\n\n")
        count += 1
    return count


def cite_key(id: str) -> str:
    """The id as a key that BibTeX, biber and their readers take; no two ids have one key."""
    return escaped_id(id, mark="+", keep=":.-_/")


def _fields(said: Reference) -> Iterator[tuple[str, str]]:
    """Names and values, escaped."""
    yield "title", f"{{{_escaped(said.title)}}}"  # the inner braces keep its capitals
    if said.authors:
        yield "author", " and ".join(f"{{{_escaped(name)}}}" for name in said.authors)
    yield "organization", f"{{{_escaped(said.outlet)}}}"
    if said.published:
        yield "date", said.published.isoformat()
    if said.url:
        yield "url", said.url  # verbatim, and web_address() has left no brace in it
    yield "urldate", said.accessed.isoformat()
    named = f"Source: {said.original}. " if said.original else ""
    yield "note", _escaped(named + said.note)
    if said.language:
        known = _LANGUAGES.get(said.language.partition("-")[0].lower())
        yield ("langid", known) if known else ("language", said.language)
    if said.lead:
        yield "abstract", _escaped(said.lead)
    if said.tags:
        yield "keywords", ", ".join(_escaped(tag.replace(",", ";")) for tag in said.tags)


def _escaped(text: str) -> str:
    spelled = _SPELLED if _paired(text) else _SPELLED_ALONE
    return _SPECIAL.sub(lambda found: spelled[found.group()], text)


def _paired(text: str) -> bool:
    """Whether each brace that is opened is closed, and the other way round."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
