"""How a piece of text is set: by its tags and by style attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

_ALIGN = re.compile(r"text-align\s*:\s*(\w+)")
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)")
_SIZE = re.compile(r"font-size\s*:\s*([\d.]+)\s*(px|pt|em|rem|%)")
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
# A span that is set as a box of its own is a paragraph to its readers.
_BOX = re.compile(r"display\s*:\s*(?:block|table|flex|grid|list-item)(?![\w-])")
_SMALLEST = {"px": 12.0, "pt": 9.0, "em": 0.85, "rem": 0.85, "%": 85.0}  # below: small print
ORDINARY_COLOURS = frozenset(
    ("inherit", "black", "windowtext", "initial", "#000", "#000000", "#111", "#111111", "#222",
     "#222222", "#333", "#333333", "rgb(0,0,0)", "rgb(34,34,34)", "rgb(51,51,51)")
)  # fmt: skip
FEWEST_CAPTION_WORDS = 4  # italic words before running text are a name or a title else
SHORTEST_AFTER_CAPTION = 60  # characters


# Of the characters of a text: linked, bold, italic, small, coloured, centred, set to the right.
Shares = tuple[float, float, float, float, float, float, float]


class Style:
    """How a piece of text is set; inherited from element to element.

    `within` remembers what an element made of a style, so that most equal styles are one
    object.
    """

    __slots__ = (
        "align",
        "bold",
        "coloured",
        "is_set",
        "italic",
        "link",
        "shares",
        "small",
        "within",
    )

    def __init__(
        self,
        *,
        link: bool = False,
        bold: bool = False,
        italic: bool = False,
        small: bool = False,
        coloured: bool = False,
        align: str = "",
    ) -> None:
        self.link = link
        self.bold = bold
        self.italic = italic
        self.small = small
        self.coloured = coloured
        self.align = align
        # of a text in this style: linked, bold, italic, small, coloured, centred, to the right
        flags = (link, bold, italic, small, coloured, align == "center", align == "right")
        self.shares: Shares = tuple(map(float, flags))  # type: ignore[assignment]
        self.is_set = any(flags)
        self.within: dict[object, Style] = {}


class Given(NamedTuple):
    """What a style attribute says of the things that blocks remember; None: nothing."""

    unseen: bool = False
    box: bool = False
    align: str = ""
    bold: bool | None = None
    italic: bool | None = None
    small: bool = False
    coloured: bool = False


@lru_cache(maxsize=4096)
def read_inline_style(inline: str) -> Given:
    """What a style attribute, in lower case, says."""
    unseen = _UNSEEN.search(inline) is not None
    align, weight = _ALIGN.search(inline), _WEIGHT.search(inline)
    bold = italic = None
    if weight:
        bold = weight[1] in ("bold", "bolder") or (weight[1].isdecimal() and int(weight[1]) >= 600)
    if "font-style" in inline:
        italic = "italic" in inline or "oblique" in inline
    colour = _COLOUR.search(inline)
    return Given(
        unseen=unseen,
        box=not unseen and _BOX.search(inline) is not None,
        align=align[1] if align else "",
        bold=bold,
        italic=italic,
        small=_is_small(inline),
        coloured=colour is not None and colour[1].replace(" ", "") not in ORDINARY_COLOURS,
    )


def _is_small(inline: str) -> bool:
    size = _SIZE.search(inline)
    if size is None:
        return False
    try:
        return float(size[1]) < _SMALLEST[size[2]]
    except ValueError:  # "1.2.3px"
        return False


def glued_caption(pieces: Sequence[tuple[str, Style]]) -> int:
    """How many pieces of a line that opens with an image are its caption: 0 where none are.

    "<img><em>The harbour at dawn (Photo: A. Lee)</em> The paragraph goes on …" has no line break.
    """
    count = sum(1 for _ in takewhile(lambda it: it[1].italic or it[0].isspace(), pieces))
    caption = "".join(piece for piece, _ in pieces[:count])
    rest = "".join(piece for piece, _ in pieces[count:]).strip()
    if len(caption.split()) < FEWEST_CAPTION_WORDS or len(rest) < SHORTEST_AFTER_CAPTION:
        return 0
    return count if rest[0].isupper() or rest[0].isdigit() else 0
