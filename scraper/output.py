"""Facts to standard output, words about the work to standard error."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any


def log(line: str) -> None:
    """One line about the work."""
    print(line, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One JSON document on one line."""
    print(json.dumps(value, ensure_ascii=False, default=_json_value), flush=True)


def _json_value(value: Any) -> str:
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
