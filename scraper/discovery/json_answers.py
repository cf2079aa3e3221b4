"""Answers in JSON: read whatever stands around it, and looked into by paths."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from scraper.records import Capture
from scraper.vietnamese.text import decode

# What JSON holds: dict, list, str, int, float, bool or None. Its shape is whatever a portal sends.
Json = Any

DEEPEST = 12  # levels that are searched where no path is given
MOST_VALUES = 500_000  # that are searched; an answer of 20 MB has about as many
_GUARD = re.compile(r"\)\]\}',?|for\s*\(;;\);|while\s*\(1\);")  # put in front against theft
_CALL = re.compile(r"(?:/\*[^*]{0,50}\*/)?\s*[\w$.\[\]'\"]{1,100}\s*\(")  # JSONP
_INDEX = re.compile(r"\[(\d{1,6})\]")
_LINK = re.compile(r"<a\s[^<>]{0,2000}href", re.IGNORECASE)


class NoJson(Exception):
    """The answer is no JSON; the message says what it is."""


def may_be_json(text: str, content_type: str | None) -> bool:
    """Whether the text begins as JSON does, bare, guarded or in a call."""
    start = text[:300].lstrip("\ufeff \t\r\n")
    call = _CALL.match(start)
    if call:
        start = start[call.end() :].lstrip()
    if start.startswith(("{", "[", '"')) or _GUARD.match(start):
        return True
    said = bool(content_type and re.search(r"json|javascript", content_type, re.IGNORECASE))
    return said and not start.startswith("<")


def read_json(capture: Capture) -> Json:
    """What the answer holds. Raises NoJson."""
    text = decode(capture.body, capture.header("content-type")).text
    return json_of(text)


def json_of(text: str) -> Json:
    """What a text holds, without a guard or a call around it. Raises NoJson."""
    text = text.strip("\ufeff \t\r\n\0")
    if not text:
        raise NoJson("is empty, but JSON was expected")
    guard = _GUARD.match(text)
    if guard:
        text = text[guard.end() :].lstrip()
    call = None if text.startswith(("{", "[", '"')) else _CALL.match(text)
    end = text.rfind(")")
    if call and end > call.end():
        text = text[call.end() : end]
    try:
        return opened(json.loads(text, strict=False))
    except RecursionError:
        raise NoJson("is JSON that is nested too deep") from None
    except ValueError as error:
        if text.startswith("<"):
            raise NoJson("is HTML or XML, but JSON was expected") from None
        raise NoJson(f"is no JSON: {str(error)[:120]}") from None


def opened(value: Json) -> Json:
    """What a string holds that is JSON itself: {"d": "[{…}]"} of ASP.NET."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value
    return value


def reach(value: Json, path: str) -> Json:
    """The value at a path such as "data.items" or "0.rows[1]"; None where there is none.

    "*" stands for every member: "days.*.rows" is all rows of all days, one list after the other.
    A name may hold dots itself ("@odata.nextLink"): the longest name that is there goes first.
    """
    return _reached(value, _INDEX.sub(r".\1", path).lstrip(".").split("."))


def _reached(value: Json, names: list[str]) -> Json:
    if not names:
        return value
    value = opened(value)
    if names[0] == "*" and isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        found = (opened(_reached(one, names[1:])) for one in inner)
        return [item for one in found if isinstance(one, list) for item in one]
    if isinstance(value, list):
        number = int(names[0]) if names[0].isascii() and names[0].isdigit() else -1
        return _reached(value[number], names[1:]) if 0 <= number < len(value) else None
    if not isinstance(value, dict):
        return None
    for end in range(len(names), 0, -1):
        name = ".".join(names[:end])
        if name in value:
            return _reached(value[name], names[end:])
    return None


def keys_there(value: Json) -> str:
    """The names in a value, for telling what else could have been meant."""
    value = opened(value)
    if isinstance(value, dict):
        return ", ".join(str(key)[:40] for key in list(value)[:12]) or "none"
    if isinstance(value, list):
        inner = opened(value[0]) if value else None
        if isinstance(inner, dict):
            return f"a list of {len(value)} with " + keys_there(inner)
        return f"a list of {len(value)}"
    return "none"


def everything_in(value: Json) -> Iterator[Json]:
    """The values in a value, itself first, the shallow ones before the deep ones."""
    waiting = deque([(opened(value), 0)])
    met = 0
    while waiting:
        here, depth = waiting.popleft()
        yield here
        if depth >= DEEPEST or not isinstance(here, dict | list):
            continue
        for inner in here.values() if isinstance(here, dict) else here:
            met += 1
            if met > MOST_VALUES:
                return
            waiting.append((opened(inner), depth + 1))


def html_in(value: Json) -> str:
    """The pieces of HTML with links that a value holds, in their order."""
    pieces = (one for one in everything_in(value) if isinstance(one, str))
    return "\n".join(piece for piece in pieces if _LINK.search(piece))
