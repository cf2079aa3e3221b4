"""A page written before Unicode, or encoded twice, becomes Unicode: its tree's texts are converted.

What decides is the text: a way of writing is believed where nearly all the words that bear its
letters are Vietnamese syllables once they are converted, and were none before. A font's name
(.VnTime, VNI-Times) lets fewer words be enough, and says which parts of a mixed page are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scraper.errors import PageError
from scraper.vietnamese.legacy import (
    ENOUGH_WORDS,
    TCVN3,
    VISCII,
    VNI,
    VPS,
    Legacy,
    Tally,
    converted,
    tally,
)
from scraper.vietnamese.mojibake import TWICE

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

FEWEST_WORDS = 6  # that must become Vietnamese where no font names the way of writing
LEAST_SHARE = 0.75  # of the words that bear its letters; foreign names are the rest
LEAST_SHARE_UNDER_FONT = 0.6
EVIDENCE_CHARS = 300_000  # of a page are looked at; the longest article seen has 120,000
SAMPLE_CHARS = 200
MOST_CHARS = 2_000_000  # that are converted, which takes half a second
LONGEST_STYLE = 500  # characters that are looked at

_READ_ATTRIBUTES = ("alt", "title", "content")
_NOT_TEXT = frozenset(("script", "style"))
# Letters that no legacy text holds, as it is made of Western letters alone.
_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_FAMILY = re.compile(r"(?<![\w.-])(\.vn\w+|vni[-\s]\w+)", re.IGNORECASE)
_ANY_FAMILY = re.compile(r"font-family\s*:", re.IGNORECASE)
_LEGACY_FONT = re.compile(r"\s*['\"]?\s*(?:(\.vn\w+)|vni[-\s])", re.IGNORECASE)
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_SMALL_LETTER, _CAPITAL = re.compile("[a-z]"), re.compile("[A-Z]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a page's text was written, and the start of that text as it stood."""

    written_in: str  # "TCVN3"
    sample: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What a text may be written in, by the letters that occur in it."""

    among: tuple[Legacy, ...]  # so many of its letters occur that the text alone may show it
    tcvn3: bool  # a letter of it occurs, so that the fonts are worth a look
    vni: bool


@dataclass(frozen=True, slots=True)
class _Font:
    """A font made for one way of writing; some show small letters as capitals."""

    legacy: Legacy
    capitals: bool = False


@dataclass(slots=True)
class _Piece:
    """A text of the tree: an element's text or tail, or one of its attributes."""

    element: Element
    place: str  # "text", "tail", or the attribute's name
    text: str
    font: _Font | None

    def put(self, text: str) -> None:
        self.text = text
        text = _CONTROLS.sub("", text)
        if self.place == "text":
            self.element.text = text
        elif self.place == "tail":
            self.element.tail = text
        else:
            self.element.set(self.place, text)


def signs_in(text: str) -> Signs:
    """What the letters of a text hint at: đ, ư and the grave tone stand in any Vietnamese text.

    Each test looks for one character, which is quick; nearly every page passes none.
    """
    registered, soft_hyphen = "\xae" in text, "\xad" in text
    n_tilde = "\xf1" in text or "\xd1" in text
    found = []
    if "\xba" in text and "\xbb" in text and ("\xc6" in text or "\xc3" in text):
        found.append(TWICE)
    if registered and soft_hyphen:
        found.append(TCVN3)
    if n_tilde and ("\xf8" in text or "\xd8" in text):
        found.append(VNI)
    if "\xf0" in text and "\xdf" in text:
        found.append(VISCII)
    if "\xc7" in text and "\xdc" in text:
        found.append(VPS)
    return Signs(tuple(found), tcvn3=registered or soft_hyphen, vni=n_tilde)


def names_legacy_fonts(marked: Iterable[Element], body: bytes, signs: Signs) -> bool:
    """Whether a page names a font made for TCVN3 or VNI; `marked` are its <font>s and <o:p>s.

    Its styles are searched only where its text gives a sign of one of the two, or comes from Word:
    searching takes longer than that.
    """
    from_word = False
    for element in marked:
        if element.tag != "font":
            from_word = True
        elif _LEGACY_FONT.match(element.get("face") or ""):
            return True
    if (from_word or signs.tcvn3) and b".Vn" in body:
        return True
    return (from_word or signs.vni) and b"VNI-" in body


def written_in(text: str) -> Legacy | None:
    """The way of writing of a whole text, by its words; None for any other text."""
    start = _NOT_ASCII.search(text)
    sample = text[start.start() :][:EVIDENCE_CHARS] if start else ""
    return _best([(legacy, tally(sample, legacy)) for legacy in signs_in(text).among])


def convert(tree: Element, *, among: Sequence[Legacy], fonts: bool) -> Conversion | None:
    """Convert the texts of a tree in place; None where nothing was to be converted.

    `among` is what the page may be written in (see `signs_in`); `fonts` says that the names of its
    fonts count.
    """
    pieces = list(_pieces(tree, fonts=fonts))
    done: list[tuple[Legacy, str]] = []
    if TWICE in among:
        done += _convert_pieces(pieces, [TWICE])
    done += _convert_under_fonts(pieces) if fonts else []
    rest = [legacy for legacy in among if legacy is not TWICE]
    if fonts:
        rest += [legacy for legacy in (TCVN3, VNI) if legacy not in rest]
    unnamed = [piece for piece in pieces if piece.font is None]
    if rest:
        done += _convert_pieces(unnamed, rest)
    if not done:
        return None
    names = dict.fromkeys(legacy.name for legacy, _ in done)
    return Conversion(" and ".join(names), " ".join(done[0][1].split())[:SAMPLE_CHARS])


def _best(totals: Iterable[tuple[Legacy, Tally]]) -> Legacy | None:
    believed = [
        (total.after, legacy)
        for legacy, total in totals
        if total.after >= FEWEST_WORDS
        and total.after >= LEAST_SHARE * total.words
        and total.after - total.before >= 0.5 * total.words
    ]
    return max(believed, key=lambda found: found[0])[1] if believed else None


def _convert_pieces(pieces: Sequence[_Piece], among: Sequence[Legacy]) -> list[tuple[Legacy, str]]:
    """Convert what is written in the most likely of several ways, if it is in any.

    PageError where that is more than MOST_CHARS.
    """
    totals = {candidate: _tally_of(pieces, candidate) for candidate in among}
    legacy = _best(totals.items())
    if legacy is None:
        return []
    if sum(len(piece.text) for piece in pieces) > MOST_CHARS:
        raise PageError(f"the page has more than {MOST_CHARS:,} characters in {legacy.name}")
    unicode_letters = sum(len(_UNICODE.findall(piece.text)) for piece in pieces)
    is_legacy = unicode_letters < totals[legacy].after  # until a piece says otherwise
    done = []
    for piece in pieces:
        if not _may_be(piece, legacy):
            is_legacy = is_legacy and not _UNICODE.search(piece.text)
            continue
        if unicode_letters:
            count = tally(piece.text, legacy)
            if count.after != count.before:  # else it is as the pieces before it
                is_legacy = count.after > count.before
        if is_legacy and legacy.letter.search(piece.text):
            before = piece.text
            after = _with_capitals(converted(before, legacy), before)
            if after != before:
                done.append((legacy, before))
                piece.put(after)
    return sorted(done, key=lambda one: len(one[1]) < 20)  # a sample that shows something


def _tally_of(pieces: Sequence[_Piece], legacy: Legacy) -> Tally:
    total, room = Tally(), EVIDENCE_CHARS
    for piece in pieces:
        if room <= 0 or total.words >= ENOUGH_WORDS:
            break
        if _may_be(piece, legacy):
            total += tally(piece.text[:room], legacy)
            room -= len(piece.text)
    return total


def _convert_under_fonts(pieces: Sequence[_Piece]) -> list[tuple[Legacy, str]]:
    """Convert what stands in fonts of one way of writing, if their texts are in it indeed.

    Pages that were converted to Unicode long ago often kept the names of their fonts.
    """
    done = []
    for legacy in (TCVN3, VNI):
        named = [piece for piece in pieces if piece.font and piece.font.legacy is legacy]
        named = [piece for piece in named if not _UNICODE.search(piece.text)]
        total = _tally_of(named, legacy)
        if total.after <= total.before or total.after < LEAST_SHARE_UNDER_FONT * total.words:
            continue
        for piece in named:
            before, after = piece.text, converted(piece.text, legacy)
            after = _with_capitals(after, before)
            if piece.font and piece.font.capitals:
                after = after.upper()
            if after != before:
                done.append((legacy, before))
                piece.put(after)
    return done


def _may_be(piece: _Piece, legacy: Legacy) -> bool:
    """Whether a text may be written in this way; one in Unicode can only be encoded twice."""
    if piece.element.tag == "script" and legacy is not TWICE:
        return False
    return not piece.text.isascii() and (legacy is TWICE or not _UNICODE.search(piece.text))


def _with_capitals(after: str, before: str) -> str:
    """In capitals where the ASCII letters of the text are: "Bé TµI NGUY£N" is "BỘ TÀI NGUYÊN"."""
    if not _SMALL_LETTER.search(before) and len(_CAPITAL.findall(before)) > 3:
        return after.upper()
    return after


# --- the texts of a tree, and their fonts --------------------------------------------------------


def _pieces(tree: Element, *, fonts: bool) -> Iterator[_Piece]:
    """All texts that are not ASCII, and under a legacy font those that are, in the page's order.

    The text of an element comes before what it holds, its tail after that.
    """
    font_of: dict[Element, _Font | None] = {}
    stack: list[tuple[Element, bool]] = [(tree, False)]
    while stack:
        element, left = stack.pop()
        if left:
            above = font_of.get(element.getparent()) if fonts else None
            if element.tail and _wanted(element.tail, above):
                yield _Piece(element, "tail", element.tail, above)
            continue
        stack.append((element, True))
        if not isinstance(element.tag, str):
            continue
        font = _font(element, font_of.get(element.getparent())) if fonts else None
        if fonts:
            font_of[element] = font
        if element.text and _wanted(element.text, font) and _is_text(element):
            yield _Piece(element, "text", element.text, font)
        for name in _READ_ATTRIBUTES:
            value = element.get(name)
            if value and not value.isascii():
                yield _Piece(element, name, value, None)
        stack.extend((child, False) for child in reversed(element))


def _wanted(text: str, font: _Font | None) -> bool:
    return not text.isascii() or (font is not None and not text.isspace())


def _is_text(element: Element) -> bool:
    if element.tag not in _NOT_TEXT:
        return True
    return element.tag == "script" and "json" in (element.get("type") or "")


def _font(element: Element, above: _Font | None) -> _Font | None:
    """The font of an element's text, if it is one made for a legacy; inherited unless named."""
    face = element.get("face")
    style = (element.get("style") or "")[:LONGEST_STYLE]
    if face and (element.tag == "font" or _LEGACY_FONT.match(face)):
        return _named(face)
    if style:
        found = _FAMILY.search(style)
        if found:
            return _named(found.group(1))
        if _ANY_FAMILY.search(style):
            return None
    return above


def _named(family: str) -> _Font | None:
    found = _LEGACY_FONT.match(family)
    if not found:
        return None
    name = found.group(1)
    return _Font(TCVN3, name.lower().endswith("h")) if name else _Font(VNI)
