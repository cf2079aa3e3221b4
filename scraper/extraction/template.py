"""What the pages of one site have in common, as a record that an archive can keep."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# Of the JSON; another form is refused. A new form must go on reading the older ones: an article is
# read again with the template it was read with, and without it a version would be made of nothing.
FORM = 1
DOUBT = 300  # characters; a place with fewer says little
NEVER_SURE = 0.03
_HEX = 8  # digits of a place or a line


@dataclass(frozen=True, slots=True)
class Spot:
    """What stood at one place on the pages that have it."""

    pages: int
    chars: int
    text_chars: int  # of these, in what was read as an article's text

    @property
    def odds(self) -> float:
        """What the place says of a block being text, in log odds; little where it is rare."""
        share = (self.text_chars + DOUBT / 2) / (self.chars + DOUBT)
        return log_odds(share)


def log_odds(share: float) -> float:
    """A share or belief, 0 to 1, as log odds; never quite sure."""
    share = min(max(share, NEVER_SURE), 1.0 - NEVER_SURE)
    return math.log(share / (1.0 - share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One of a site's layouts: the places by which it is known, and where its fields stand."""

    pages: int  # articles that bear it out
    places: frozenset[int]  # on most of its pages
    title: int | None = None
    date: int | None = None
    source: int | None = None
    byline: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What is frame on a site's pages and what varies, learned from some of them.

    Places are class paths as numbers (see `places.py`); `near` counts the last boxes of the paths
    only. `frame` are long lines that stand on most pages, `repeated` those that stand on some,
    each at one place. Of few pages each line may be one that repeats: `lines` holds them by page,
    so that a page's own are not held against it. `constants` are titles and dates in metadata that
    say the same on every page; `clocks` are places where the day of the visit stands.
    """

    pages: int = 0  # looked at, lists and refused pages among them
    articles: int = 0  # of these, read as articles
    looks: tuple[Look, ...] = ()
    spots: Mapping[int, Spot] = field(default_factory=lambda: MappingProxyType({}))
    near: Mapping[int, Spot] = field(default_factory=lambda: MappingProxyType({}))
    frame: frozenset[int] = frozenset()
    repeated: frozenset[int] = frozenset()
    lines: Mapping[int, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))
    constants: frozenset[int] = frozenset()
    clocks: frozenset[int] = frozenset()
    # What a place says of a block being text, in log odds: computed once, as each page asks for it.
    odds: Mapping[int, float] = field(init=False, compare=False, repr=False)
    near_odds: Mapping[int, float] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, spots in (("odds", self.spots), ("near_odds", self.near)):
            odds = {place: spot.odds for place, spot in spots.items()}
            object.__setattr__(self, name, MappingProxyType(odds))

    def to_json(self) -> str:
        """One line, the same for equal templates; `from_json` reads it back."""
        said: dict[str, Any] = {
            "form": FORM,
            "pages": self.pages,
            "articles": self.articles,
            "looks": [_look_said(look) for look in self.looks],
            "spots": _spots_said(self.spots),
            "near": _spots_said(self.near),
            "lines": {_hex(page): _joined(lines) for page, lines in sorted(self.lines.items())},
        }
        said |= {name: _joined(getattr(self, name)) for name in _SETS}
        return json.dumps(said, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Template:
        """Raises ValueError where the text is no template of this form."""
        try:
            said = json.loads(text)
            if said["form"] != FORM:
                raise ValueError(f"a template of form {said['form']}, not {FORM}")
            sets = {name: _parted(said[name]) for name in _SETS}
            lines = {int(page, 16): _parted(lines) for page, lines in said["lines"].items()}
            return cls(
                pages=int(said["pages"]),
                articles=int(said["articles"]),
                looks=tuple(_look(look) for look in said["looks"]),
                spots=_spots(said["spots"]),
                near=_spots(said["near"]),
                lines=MappingProxyType(lines),
                **sets,
            )
        except (
            KeyError,
            TypeError,
            AttributeError,
            ArithmeticError,  # counts that cannot be: -300 characters, Infinity
            RecursionError,
        ) as error:
            raise ValueError(f"no template: {type(error).__name__}: {error}") from error


_SETS = ("frame", "repeated", "constants", "clocks")
_FIELDS = ("title", "date", "source", "byline")


def _hex(number: int) -> str:
    return f"{number:08x}"


def _joined(numbers: Iterable[int]) -> str:
    return "".join(map(_hex, sorted(numbers)))


def _parted(text: str) -> frozenset[int]:
    return frozenset(int(text[at : at + _HEX], 16) for at in range(0, len(text), _HEX))


def _spots_said(spots: Mapping[int, Spot]) -> dict[str, list[int]]:
    return {
        _hex(place): [spot.pages, spot.chars, spot.text_chars]
        for place, spot in sorted(spots.items())
    }


def _spots(said: Mapping[str, list[int]]) -> Mapping[int, Spot]:
    return MappingProxyType(
        {int(place, 16): Spot(*map(int, counts)) for place, counts in said.items()}
    )


def _look_said(look: Look) -> dict[str, Any]:
    fields = ((name, getattr(look, name)) for name in _FIELDS)
    said = {name: _hex(place) for name, place in fields if place is not None}
    return {"pages": look.pages, "places": _joined(look.places), **said}


def _look(said: Mapping[str, Any]) -> Look:
    fields = {name: int(said[name], 16) for name in _FIELDS if name in said}
    return Look(pages=int(said["pages"]), places=_parted(said["places"]), **fields)
