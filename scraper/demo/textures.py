"""How text lies in the bytes: entities, decomposed marks, Word's spans, worn spaces."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Mapping

TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")
NAMED = {"à": "&agrave;", "á": "&aacute;", "ê": "&ecirc;", "ô": "&ocirc;", "â": "&acirc;"}
WORD_SPAN = "<span lang=\"VI\" style='font-size:14.0pt;mso-ansi-language:VI'>"
WORD_LINE = 76  # characters: Word's HTML export wraps its lines there


def plain(text: str) -> str:
    """Escaped, and nothing else."""
    return html.escape(text, quote=False)


def entities(text: str) -> str:
    """Letters beyond ASCII as entities, as old rich-text editors wrote them."""
    escaped = html.escape(text, quote=False)
    return "".join(
        char if char < "\x80" else NAMED.get(char, f"&#{ord(char)};") for char in escaped
    )


def decomposed(text: str) -> str:
    """Every mark a character of its own (NFD), as pasted from a Mac."""
    return html.escape(unicodedata.normalize("NFD", text), quote=False)


def tones_apart(text: str) -> str:
    """Vowels whole, tone marks apart, as windows-1258 and some keyboards have it."""
    return html.escape("".join(_tone_apart(char) for char in text), quote=False)


def _tone_apart(char: str) -> str:
    marks = unicodedata.normalize("NFD", char)
    tones = "".join(mark for mark in marks if mark in TONE_MARKS)
    if not tones:
        return char
    vowel = "".join(mark for mark in marks if mark not in TONE_MARKS)
    return unicodedata.normalize("NFC", vowel) + tones


def worn(text: str) -> str:
    """Non-breaking and doubled spaces, soft hyphens, and the Icelandic letter for Đ."""
    words = html.escape(text, quote=False).replace("Đ", "Ð").split(" ")
    parts = []
    for place, word in enumerate(words):
        if place % 11 == 7 and len(word) > 3 and word.isalpha():
            word = f"{word[:2]}&shy;{word[2:]}"
        parts.append(word + (("&nbsp;", "  ")[place % 2] if place % 9 == 4 else " "))
    return "".join(parts).rstrip(" ")


def word(text: str) -> str:
    """Spans that end in mid-sentence and mid-word, on lines broken at 76 characters."""
    pieces = [text[start : start + 53] for start in range(0, len(text), 53)]
    spans = [f"{WORD_SPAN}{html.escape(piece, quote=False)}</span>" for piece in pieces]
    return _wrap("".join(spans))


def _wrap(markup: str) -> str:
    """Spaces that may be line breaks (outside tags) are, once a line is full."""
    lines, line, inside = [], "", False
    for char in markup:
        inside = char == "<" or (inside and char != ">")
        if char == " " and not inside and len(line) >= WORD_LINE:
            lines.append(line)
            line = ""
        else:
            line += char
    return "\n".join([*lines, line])


TEXTURES: Mapping[str, Callable[[str], str]] = {
    "plain": plain,
    "entities": entities,
    "decomposed": decomposed,
    "tones apart": tones_apart,
    "worn": worn,
    "word": word,
}
