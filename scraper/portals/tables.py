"""One TOML table, read key by key; what is wrong is noted, not raised, so that all is told."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from scraper.errors import Fault

Value = TypeVar("Value")


def kind_of(value: object) -> str:
    """What a TOML value is, in the words of TOML."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        ((int, float), "a number"),
        (list, "an array"),
        (dict, "a table"),
        ((datetime, date, time), "a date or time"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "something else")


class Table:
    """A table's values, asked for by key; every fault goes into the list shared by the file."""

    def __init__(
        self, values: Mapping[str, Any], faults: list[Fault], *, name: str, folder: Path = Path()
    ) -> None:
        self.values = values
        self.faults = faults
        self.name = name
        self.folder = folder  # of the file: paths in it are taken from there

    def fault(self, key: str, problem: str) -> None:
        """Note one thing that is wrong here."""
        self.faults.append(Fault(self.name, key, problem))

    def only(self, known: Sequence[str], elsewhere: Mapping[str, str] | None = None) -> None:
        """Fault every key that is not known; `elsewhere` says in which table a key belongs."""
        for key in self.values:
            if key in known:
                continue
            near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.6)
            if near:
                self.fault(key, f'is unknown; did you mean "{near[0]}"?')
            elif elsewhere and key in elsewhere:
                self.fault(key, f"is unknown here; it belongs under {elsewhere[key]}")
            else:
                self.fault(key, f"is unknown; known are {', '.join(known)}")

    def text(self, key: str) -> str | None:
        """A string that is not empty; None if the key is not there, or is at fault."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(key, f"is {kind_of(value)}; it must be a string, in quotes")
            return None
        if not value.strip():
            self.fault(key, "is empty; write a value or leave the key out")
            return None
        return value.strip()

    def checked(self, key: str, check: Callable[[str], Value]) -> Value | None:
        """A string as `check` reads it; the ValueError that it raises is the fault."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return check(text)
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def number(
        self, key: str, default: float, *, lowest: float, highest: float, above: bool = False
    ) -> float:
        """A number within bounds; `above` shuts `lowest` out."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(key, f"is {kind_of(value)}; it must be a number, without quotes")
            return default
        low = value <= lowest if above else value < lowest
        if math.isnan(value) or low or value > highest:
            bound = f"above {lowest:,}" if above else f"{lowest:,} or more"
            self.fault(key, f"is {value}; it must be {bound}, and at most {highest:,}")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, f"is {kind_of(value)}; it must be true or false, without quotes")
            return default
        return value

    def whole(self, key: str, default: int, *, lowest: int, highest: int) -> int:
        """A whole number within bounds."""
        value = self.values.get(key)
        if isinstance(value, float):
            self.fault(key, f"is {value}; it must be a whole number")
            return default
        return int(self.number(key, default, lowest=lowest, highest=highest))

    def texts(self, key: str, check: Callable[[str], str]) -> tuple[str, ...]:
        """An array of strings, each as `check` reads it."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(key, f'is {kind_of(value)}; it must be an array of strings: ["..."]')
            return ()
        read: list[str] = []
        for item in value:
            if not isinstance(item, str):
                self.fault(key, f"holds {kind_of(item)}; it must hold strings only")
                continue
            try:
                read.append(check(item.strip()))
            except ValueError as error:
                self.fault(key, str(error))
        return tuple(dict.fromkeys(read))

    def table(self, key: str) -> Table:
        """The table below `key`; an empty one if it is not there, or is at fault."""
        value = self.values.get(key, {})
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            self.fault(f"[[{key}]]", f"may stand once only: write [{key}]")
            value = {}
        elif not isinstance(value, dict):
            self.fault(key, f"is {kind_of(value)}; it must be a table: [{key}]")
            value = {}
        return Table(value, self.faults, name=f"[{key}]", folder=self.folder)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The array of tables below `key`."""
        value = self.values.get(key, [])
        if isinstance(value, dict):
            self.fault(f"[{key}]", f"may stand several times: write [[{key}]]")
            value = []
        elif not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"is {kind_of(value)}; it must be tables: [[{key}]]")
            value = []
        return tuple(
            Table(item, self.faults, name=f"[[{key}]] {number}", folder=self.folder)
            for number, item in enumerate(value, start=1)
        )
