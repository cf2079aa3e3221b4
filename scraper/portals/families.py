"""What is usual on portals of one make: families/*.toml. Hints of where to look, never proof."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "families"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The habits of one content management system."""

    name: str
    generator: re.Pattern[str] | None  # in the generator tag
    marks: tuple[str, ...]  # texts of which a page's source holds some
    feeds: tuple[str, ...] = ()  # usual addresses, from the home page
    sitemaps: tuple[str, ...] = ()
    paging: tuple[str, ...] = ()  # what is put behind a list's address; {page} or {offset}
    step: int | None = None  # of {offset}
    lists: tuple[str, ...] = ()  # addresses; {name} stands for a parameter of the articles


@lru_cache(maxsize=1)
def read_families() -> tuple[Family, ...]:
    """All that are known, by name of their file."""
    return tuple(_family(path) for path in sorted(FOLDER.glob("*.toml")))


def _family(path: Path) -> Family:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    generator = values["generator"]
    return Family(
        name=values["name"],
        generator=re.compile(generator, re.IGNORECASE) if generator else None,
        marks=tuple(values["marks"]),
        feeds=tuple(values.get("feeds", ())),
        sitemaps=tuple(values.get("sitemaps", ())),
        paging=tuple(values.get("paging", ())),
        step=values.get("step"),
        lists=tuple(values.get("lists", ())),
    )
