"""Pages that would keep the parser busy for minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.errors import PageError

MOST_ATTRIBUTES = 500
LONG_TAG_BYTES = 4000  # a shorter tag has no room for that many
_TAG_START = re.compile(rb"<[A-Za-z]")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_ATTRIBUTE = re.compile(rb"\s[\w:.-]+=")


def refuse_monsters(body: bytes, *, url: str | None) -> None:
    """Tags with thousands of attributes take the parser minutes: it compares each with each."""
    for start, end in _long_runs(body):
        if (
            _TAG_START.match(body, start)
            and body.count(b"=", start, end) > MOST_ATTRIBUTES
            and len(_ATTRIBUTE.findall(_QUOTED.sub(b"", body[start:end]))) > MOST_ATTRIBUTES
        ):
            reason = f"the page has a tag with more than {MOST_ATTRIBUTES} attributes"
            raise PageError(reason, url=url)


def _long_runs(body: bytes) -> Iterator[tuple[int, int]]:
    """Where runs of bytes begin and end that open with "<", have no other "<" or ">", and are long.

    A jump from one ">" to the last one within reach passes all tags between them.
    """
    start, size = 0, len(body)
    while size - start > LONG_TAG_BYTES:
        reach = start + LONG_TAG_BYTES
        last = body.rfind(b">", start + 1, reach)
        if last < 0:
            last = body.rfind(b"<", start + 1, reach)
        if last >= 0:
            start = last
            continue
        if body[start] != ord("<"):
            start = reach - 1  # within the run still
            continue
        end = _next_sign(body, reach)
        yield start, end
        start = end


def _next_sign(body: bytes, at: int) -> int:
    """Where the next "<" or ">" stands, or the end; sought step by step, as one may be missing."""
    while at < len(body):
        beyond = at + LONG_TAG_BYTES
        found = (body.find(b"<", at, beyond), body.find(b">", at, beyond))
        if max(found) >= 0:
            return min(place for place in found if place >= 0)
        at = beyond
    return len(body)
