"""Pages that the parser would take too long for are refused before it sees them.

A tag's attributes are compared each with each: twenty thousand of them take seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.errors import PageError, TooLarge

MAX_PAGE_BYTES = 6_000_000  # read in half a second; the largest article seen has 4 MB
MAX_TAGS = 150_000  # counted as "<"; the largest of 1,500 pages measured has 12,000
MOST_ATTRIBUTES = 500
SMALL_PAGE = 40_000  # bytes; has no room for a tag that takes long
LONG_TAG_BYTES = 4000  # a shorter tag has no room for that many

_WINDOW = LONG_TAG_BYTES // 2
_TAG_START = re.compile(rb"<[A-Za-z]")
_VALUE = re.compile(rb"=\s*+(?:\"[^\"]*\"?|'[^']*'?)")  # the last may be cut at a "<" or ">"
_NAME = re.compile(rb"[\s/\"'][^\s=<>\"'/]+")
# Names with values or without, that neither a script nor prose has so many of without a comma.
_NAMES = re.compile(rb"(?:[\s/]++[\w:.-]++(?:=(?:\"[^\"]*+\"|'[^']*+'))?+)++")
# Quotes stand after "=" alone, so that neither text nor a script is taken for values.
_ATTRIBUTES = re.compile(
    rb"(?:=\s*(?:\"[^\"]{0,4000}\"|'[^']{0,4000}'|[^\s\"'<>]*)|[\s/]+|[\w:.@*-]+){0,2000}+"
)
_NO_MARKUP = re.compile(rb"<(?:(script|style)\b|!--)", re.IGNORECASE)
_ENDS = {
    b"script": re.compile(rb"</script", re.IGNORECASE),
    b"style": re.compile(rb"</style", re.IGNORECASE),
    b"": re.compile(rb"-->"),
}


def refuse_monsters(body: bytes, *, url: str | None) -> None:
    """TooLarge or another PageError for a page that would take the parser longer than a second."""
    if len(body) > MAX_PAGE_BYTES:
        reason = f"the page has {len(body):,} bytes, more than the {MAX_PAGE_BYTES:,} that are read"
        raise TooLarge(reason, url=url, limit_bytes=MAX_PAGE_BYTES)
    if len(body) > MAX_TAGS and body.count(b"<") > MAX_TAGS:
        raise PageError(f"the page has more than {MAX_TAGS:,} tags", url=url)
    if len(body) < SMALL_PAGE:
        return
    scripts = _Scripts(body)
    for start, tag in _long_tags(body):
        # "i<n" in a script opens no tag, though the parser may not think that it is a script.
        pieces = _NAMES.findall(tag) if scripts.hold(start) else [tag]
        if any(
            len(piece) > 2 * MOST_ATTRIBUTES
            and len(_NAME.findall(_VALUE.sub(b"'", piece))) > MOST_ATTRIBUTES
            for piece in pieces
        ):
            reason = f"the page has a tag with more than {MOST_ATTRIBUTES} attributes"
            raise PageError(reason, url=url)


def _long_tags(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The tags with room for that many attributes, or what looks like the middle of one.

    A long run without "<" and ">" fills a whole window of half its length, and few windows have
    neither. In a window that has one, a long tag can only have it inside of a value.
    """
    end = 0
    for at in range(0, len(body), _WINDOW):
        sign = body.find(b">", at, at + _WINDOW)
        if sign < 0:
            sign = body.find(b"<", at, at + _WINDOW)
        if sign >= 0:
            if at % LONG_TAG_BYTES == 0 and (value := _value_around(body, sign, at)) >= 0:
                inside = _ATTRIBUTES.match(body, value)
                yield value, inside.group() if inside else b""
            continue
        if at < end:
            continue
        start = max(body.rfind(b"<", end, at), body.rfind(b">", end, at), 0)
        ends = [found for found in (body.find(b"<", at), body.find(b">", at)) if found >= 0]
        end = min(ends, default=len(body))
        if end - start > LONG_TAG_BYTES and _TAG_START.match(body, start):
            yield start, body[start:end]


def _value_around(body: bytes, sign: int, since: int) -> int:
    """Where the "=" stands whose quoted value may hold a place; -1 where it is in none."""
    for quote in (b'"', b"'"):
        opened = body.rfind(quote, since, sign)
        if opened > since and body[opened - 1] in b"= \n":
            before = body[since:opened].rstrip()
            if before.endswith(b"="):
                return since + len(before) - 1
    return -1


class _Scripts:
    """Whether places of a page, asked for in order, are in a script, a style or a comment."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0
        self._inside: bytes | None = None  # what is open there

    def hold(self, place: int) -> bool:
        while self._at < place:
            pattern = _NO_MARKUP if self._inside is None else _ENDS[self._inside]
            found = pattern.search(self._body, self._at, place)
            if found is None:
                self._at = place
            else:
                self._at = found.end()
                self._inside = (found[1] or b"").lower() if self._inside is None else None
        return self._inside is not None
