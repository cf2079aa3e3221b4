"""Words of queries, texts and names, and when two of them are one."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.query.tree import Word
from scraper.vietnamese.text import clean, fold, folded_spellings, spellings

VARIANTS_AT_MOST = 64  # spellings of a term that the index is asked for at once

# A word as SQLite's unicode61 tokenizer sees it: letters, digits, and marks that follow them.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_ETH = str.maketrans("Ðð", "Đđ")  # Icelandic letters, typed for the Vietnamese ones


def words_of(text: str) -> tuple[str, ...]:
    """The words of a query's part, lower case, cleaned as the archive's text is."""
    return tuple(WORD.findall(clean(text).translate(_ETH).lower()))


@lru_cache(maxsize=1024)
def alternatives(word: Word) -> tuple[str, ...]:
    """What stands for a word in the index, its own form first.

    In the index with marks: both places of the tone mark, "i" for "y" (hoà, hòa; kỹ, kĩ). In the
    one without, for a loose word: "đ" for every "d" too, which SQLite does not fold.
    """
    if not word.loose:
        return spellings(word.text)
    found: list[str] = []
    for spelling in folded_spellings(fold(word.text)):
        strokes = [""]
        for character in spelling:
            options = "dđ" if character == "d" else character
            strokes = [start + option for start in strokes for option in options]
            if len(strokes) > VARIANTS_AT_MOST:
                return (fold(word.text),)  # no word of any language; it is looked for as typed
        found += strokes
    return tuple(found)


@lru_cache(maxsize=1024)
def accepted(word: Word) -> frozenset[str]:
    """The forms of a text's word, lower case or (loose) folded, that count as this word."""
    if word.loose:
        return frozenset(folded_spellings(fold(word.text)))
    return frozenset(spellings(word.text))
