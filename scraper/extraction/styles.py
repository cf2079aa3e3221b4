"""How a piece of text is set: by its tags and by style attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


class Style(NamedTuple):
    """How a piece of text is set; inherited from element to element."""

    link: bool = False
    bold: bool = False
    italic: bool = False
    small: bool = False
    coloured: bool = False
    align: str = ""


def read_inline_style(inline: str) -> dict[str, str]:
    """What a style attribute says of the things that blocks remember."""
    said: dict[str, str] = {}
    if _UNSEEN.search(inline):
        said["unseen"] = "yes"
    elif _BOX.search(inline):
        said["box"] = "yes"
    if match := _ALIGN.search(inline):
        said["align"] = match[1]
    if match := _WEIGHT.search(inline):
        heavy = match[1] in ("bold", "bolder") or (match[1].isdigit() and int(match[1]) >= 600)
        said["bold"] = "yes" if heavy else "no"
    if "font-style" in inline:
        said["italic"] = "yes" if "italic" in inline or "oblique" in inline else "no"
    if match := _SIZE.search(inline):
        try:
            if float(match[1]) < _SMALLEST[match[2]]:
                said["small"] = "yes"
        except ValueError:  # "1.2.3px"
            pass
    match = _COLOUR.search(inline)
    if match and match[1].replace(" ", "") not in ORDINARY_COLOURS:
        said["coloured"] = "yes"
    return said


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
