"""A few lines of a hit with the matched words marked, as safe HTML."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import chain

from scraper.query.tree import AllOf, AnyOf, Term, Tree

CHARACTERS = 220  # of a snippet, about two lines; words stay whole
_BEFORE = 60  # characters shown before the first match, at most
_WHITE = re.compile(r"\s+")


Spans = Sequence[tuple[int, int]]


def matched(tree: Tree, found_in: Callable[[Term], bool]) -> tuple[Term, ...] | None:
    """The terms by which an article was found, or None where a part is not why it was.

    Of alternatives, those that the article holds: in `(a b) OR c`, found by c alone, a lone "a" is
    no match. What must not occur is none either.
    """
    match tree:
        case Term():
            return (tree,) if found_in(tree) else None
        case AllOf(parts):
            held = [matched(part, found_in) for part in parts]
            known = [one for one in held if one is not None]
            return tuple(chain.from_iterable(known)) if len(known) == len(held) else None
        case AnyOf(parts):
            held = [matched(part, found_in) for part in parts]
            known = [one for one in held if one is not None]
            return tuple(chain.from_iterable(known)) if known else None
        case _:
            return ()


def snippet(texts: Sequence[tuple[str | None, Spans]]) -> str:
    """The part of the first text with a match where most of them stand, matches in <mark>.

    HTML: everything else is escaped. Without any match: the beginning of the first text.
    """
    for text, spans in texts:
        if text and spans:
            start, end = _window(_one_line(text), spans)
            return marked(text, spans, start=start, end=end)
    for text, _ in texts:
        if plain := (text or "").strip():
            return marked(plain, (), start=0, end=_window(_one_line(plain), ())[1])
    return ""


def marked(text: str, spans: Spans, *, start: int = 0, end: int | None = None) -> str:
    """A text, or a part of it, as HTML with the matches in <mark>; white space is one space."""
    end = len(text) if end is None else end
    parts = ["… " if start else ""]
    at = start
    for first, last in spans:
        if first < start or last > end:
            continue
        parts += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
        at = last
    parts += [html.escape(text[at:end]), " …" if end < len(text) else ""]
    return _WHITE.sub(" ", "".join(parts)).strip()


def _one_line(text: str) -> str:
    """The text with spaces for other white space, as long as it was."""
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ")


def _window(text: str, spans: Spans) -> tuple[int, int]:
    """From where to where to show: whole words around the densest matches."""
    if not spans:
        return 0, _cut_after(text, CHARACTERS)
    starts = [start for start, _ in spans]
    counts = [
        bisect_left(starts, start + CHARACTERS - _BEFORE) - i for i, start in enumerate(starts)
    ]
    best = counts.index(max(counts))
    last = best + counts[best] - 1
    used = spans[last][1] - spans[best][0]
    before = max(_BEFORE, (CHARACTERS - used) // 2)
    start = max(0, spans[best][0] - before)
    if len(text) - start < CHARACTERS:  # near the end: show more of what stands before
        start = max(0, len(text) - CHARACTERS)
    if start:
        start = text.rfind(" ", 0, start + 1) + 1
        if spans[best][0] - start > 2 * CHARACTERS:  # a "word" without end before the match
            start = spans[best][0]
    end = _cut_after(text, max(start + CHARACTERS, spans[best][1]))
    return start, max(end, spans[best][1])


def _cut_after(text: str, end: int) -> int:
    """The end of the last whole word that ends before `end`; of a "word" without end: `end`."""
    if end >= len(text):
        return len(text)
    cut = text.rfind(" ", 0, end + 1)
    return cut if cut > end - CHARACTERS // 2 else end
