"""A few lines of a hit with the matched words marked, as safe HTML."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Sequence

from scraper.query.language import Pattern, find

CHARACTERS = 220  # of a snippet, about two lines; words stay whole
_BEFORE = 60  # characters shown before the first match, at most
_WHITE = re.compile(r"\s+")


def snippet(texts: Sequence[str | None], patterns: tuple[Pattern, ...], *, marked: bool) -> str:
    """The part of the first text with a match where most of them stand, matches in <mark>.

    HTML: everything else is escaped. Without patterns: the beginning of the first text.
    """
    for text in texts:
        plain = _WHITE.sub(" ", text or "").strip()
        spans = find(patterns, plain, marked=marked)
        if spans or (plain and not patterns):
            start, end = _window(plain, spans)
            return _marked(plain, spans, start=start, end=end)
    return ""


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
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


def _marked(text: str, spans: Sequence[tuple[int, int]], *, start: int, end: int) -> str:
    parts = ["… " if start else ""]
    at = start
    for first, last in spans:
        if first < start or last > end:
            continue
        parts += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
        at = last
    parts += [html.escape(text[at:end]), " …" if end < len(text) else ""]
    return "".join(parts)
