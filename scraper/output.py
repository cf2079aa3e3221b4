"""Facts to standard output, words about the work to standard error."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

PLACES = "scraper.places"  # where a call's context keeps the options that say where things lie
_CALL = re.compile(r"`scraper (?P<command>[a-z]+)(?P<rest>[^`]*)`")
_WITHOUT_ARCHIVE = frozenset({"add", "check", "extract"})
_WITHOUT_PLACES = frozenset({"demo"})


def log(line: str) -> None:
    """One line about the work."""
    print(line, file=sys.stderr, flush=True)


def places_given() -> Mapping[str, str]:
    """The options of this call that say where things lie, as it gave them: {"--archive": ...}."""
    context = click.get_current_context(silent=True)
    given: Mapping[str, str] = context.meta.get(PLACES, {}) if context else {}
    return given


def in_full(text: str) -> str:
    """A text in which each call between backticks has the places of this call: `scraper status`
    becomes `scraper status --archive b.db` where this one was given that archive."""
    return _CALL.sub(_call_in_full, text)


def _call_in_full(call: re.Match[str]) -> str:
    command, rest = call["command"], call["rest"]
    for option, value in places_given().items():
        unknown = option == "--archive" and command in _WITHOUT_ARCHIVE
        if not unknown and command not in _WITHOUT_PLACES and option not in rest:
            rest += f" {option} {shlex.quote(value)}"
    return f"`scraper {command}{rest}`"


def print_json(value: Any) -> None:
    """One JSON document on one line."""
    print(json.dumps(value, ensure_ascii=False, default=_json_value), flush=True)


def _json_value(value: Any) -> str:
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
