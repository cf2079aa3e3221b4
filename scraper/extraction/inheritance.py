"""How elements hand down the setting of their text: bold inside italic inside a link."""

from __future__ import annotations

from scraper.extraction.blocks import HEADINGS
from scraper.extraction.markup import Look
from scraper.extraction.styles import ORDINARY_COLOURS, Given, Shares, Style

_BOLD_TAGS = HEADINGS | {"b", "strong", "th"}
_ITALIC_TAGS = frozenset(("i", "em", "cite", "address", "dfn"))
STYLED_TAGS = _BOLD_TAGS | _ITALIC_TAGS | {"a", "small", "font", "center", "table"}
LINK = "a href"  # an <a> that leads somewhere


def shares_of(pieces: list[tuple[str, Style]]) -> Shares:
    """How much of a block is linked, bold, italic, small, coloured, centred, set to the right."""
    style = pieces[0][1]
    if len(pieces) == 1:
        return style.shares
    weights: dict[Style, int] = {}
    whole = 0
    for piece, style in pieces:
        chars = len(piece.strip())
        if chars:
            weights[style] = weights.get(style, 0) + chars
            whole += chars
    if len(weights) == 1:
        return next(iter(weights)).shares
    sums = [0.0] * 7
    for style, chars in weights.items():
        if style.is_set:
            for place, share in enumerate(style.shares):
                if share:
                    sums[place] += chars
    link, bold, italic, small, coloured, centred, right = [chars / whole for chars in sums]
    return link, bold, italic, small, coloured, centred, right


def styled(key: object, tag: str, look: Look, around: Style) -> Style:
    """The style inside an element; the style around it remembers it by `key`."""
    style = around.within[key] = _new_style(tag, look, around)
    return style


def _new_style(tag: str, look: Look, around: Style) -> Style:
    given = look.given or Given()
    align = given.align or look.align
    if tag == "center":
        align = "center"
    elif tag == "table" and not align:
        align = "left"  # browsers do not hand alignment down into a table
    font = tag == "font"
    colour = look.colour if font else ""
    bold, italic = given.bold, given.italic
    return Style(
        link=around.link or tag == LINK,
        bold=(around.bold or tag in _BOLD_TAGS) if bold is None else bold,
        italic=(around.italic or tag in _ITALIC_TAGS) if italic is None else italic,
        small=around.small
        or tag == "small"
        or given.small
        or (font and look.size in ("1", "-1", "-2")),
        coloured=around.coloured
        or given.coloured
        or bool(colour and colour not in ORDINARY_COLOURS),
        align=align or around.align,
    )
