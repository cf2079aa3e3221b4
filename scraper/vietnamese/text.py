"""Vietnamese text as characters: cleaning, marks, folding, spellings of a syllable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scraper.vietnamese.encodings import Decoded, decode

__all__ = [
    "Decoded",
    "clean",
    "decode",
    "fold",
    "folded_spellings",
    "has_marks",
    "is_vietnamese",
    "spellings",
    "without_marks",
]

# Invisible in print, and in the way of comparing and searching: C0/C1 controls, soft hyphen,
# zero-width space, word joiner, byte order mark, and halves of surrogate pairs (a text with one
# cannot be written as UTF-8).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]"
)
# Joiners carry meaning in Arabic and Indic scripts and in emoji, none in Latin script.
_LATIN_JOINERS = re.compile("(?<=[\x00-\u058f\u1e00-\u24ff])[\u200c\u200d]+|^[\u200c\u200d]+")
_ODD = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200d\u2060\ufeff\ud800-\udfff\u00d0\u00f0]"
)

# Letters that of the languages with "ð" (Icelandic, Faroese) none has.
_ONLY_VIETNAMESE = re.compile("[ĂăĐđƠơƯư\u1ea0-\u1ef9]")
_ETH_AT_WORD_START = re.compile(r"(?<!\w)[Ðð](?=\w)(?!\w*[þæöøÞÆÖØ])")
_ETH = str.maketrans("Ðð", "Đđ")

_MARKED = re.compile(
    "[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]"
    "|(?<![^\\W\\d_])Ð(?=[^\\W\\d_])"  # U+00D0, typed for Đ
)

_STROKED = {"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"}

_PLAIN_D = str.maketrans("đĐðÐ", "dDdD")
_VIETNAMESE_MARK = re.compile("[\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
# The rhymes whose tone mark may stand on either vowel; "q" is left out, as "qu" is an onset.
_TWO_WAY_SYLLABLE = re.compile("([bcdđghklmnprstvx]*)(o[ae]|uy)")
# Where both letters are in use for one sound (lý, lí; Mỹ, Mĩ; quý, quí; vỹ, vĩ): alone after one of
# these onsets. Not elsewhere: tay and tai, thuy and thui, ý and í are different words.
_I_OR_Y_SYLLABLE = re.compile("([hklmstv]|qu)[iy]")


def clean(text: str) -> str:
    """The text as stored and compared: NFC, one space for any run of white space, no invisibles.

    "Ð" (U+00D0, Icelandic) typed for "Đ" becomes "Đ".
    """
    if text.isascii():
        line = " ".join(text.split())
        if line.isprintable():
            return line
    if _ODD.search(text):
        text = _INVISIBLE.sub("", text)
        text = _LATIN_JOINERS.sub("", text)
        text = _with_dstroke(text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def has_marks(text: str) -> bool:
    """Does any letter bear a Vietnamese mark, or is "đ"?"""
    return not text.isascii() and bool(_MARKED.search(unicodedata.normalize("NFC", text)))


def is_vietnamese(text: str) -> bool:
    """Has a text the letters that only Vietnamese has, as often as Vietnamese has them?"""
    sample = text[:5000]
    if sample.isascii():
        return False
    sample = unicodedata.normalize("NFC", sample)
    letters = sum(map(str.isalpha, sample)) or 1
    return len(_ONLY_VIETNAMESE.findall(sample)) / letters > 0.04


def fold(text: str) -> str:
    """Lower case without marks, "đ" as "d": what a query without marks is compared with.

    "Đất đai" -> "dat dai". As many characters as NFC text has, so offsets carry over.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, unicodedata.normalize("NFC", text)))


def without_marks(text: str) -> str:
    """The text as typed by somebody who types no marks; capitals stay: "Đất" -> "Dat"."""
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN_D))
    return unicodedata.normalize("NFC", _VIETNAMESE_MARK.sub("", apart))


def spellings(word: str) -> tuple[str, ...]:
    """A syllable's equivalent spellings, its own first, in lower case, NFC.

    The tone mark's older and newer place, and "i" for "y" where both are in use:
    "hoà" -> ("hoà", "hòa"); "Thủy" -> ("thủy", "thuỷ"); "kỹ" -> ("kỹ", "kĩ"); any other word ->
    itself.
    """
    word = unicodedata.normalize("NFC", word).lower()
    apart = unicodedata.normalize("NFD", word)
    marks = _TONE.findall(apart)
    if len(marks) > 1:
        return (word,)
    mark = "".join(marks)
    base = unicodedata.normalize("NFC", _TONE.sub("", apart))
    both: tuple[str, ...] = ()
    if _I_OR_Y_SYLLABLE.fullmatch(base):
        both = (f"{base[:-1]}i{mark}", f"{base[:-1]}y{mark}")
    elif mark and _TWO_WAY_SYLLABLE.fullmatch(base):
        both = (f"{base[:-1]}{mark}{base[-1]}", f"{base}{mark}")
    others = tuple(unicodedata.normalize("NFC", spelling) for spelling in both)
    return (word, *(spelling for spelling in others if spelling != word))


def folded_spellings(word: str) -> tuple[str, ...]:
    """The spellings of a folded syllable, its own first: "ky" -> ("ky", "ki"); "tay" -> itself."""
    if not _I_OR_Y_SYLLABLE.fullmatch(word):
        return (word,)
    return (word, word[:-1] + ("i" if word[-1] == "y" else "y"))


def _with_dstroke(text: str) -> str:
    if "Ð" not in text and "ð" not in text:
        return text
    if _ONLY_VIETNAMESE.search(unicodedata.normalize("NFC", text)):
        return text.translate(_ETH)  # also inside: "QÐ-TTg", "HÐND"
    return _ETH_AT_WORD_START.sub(lambda found: found.group().translate(_ETH), text)


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in _STROKED:
        return _STROKED[character]
    apart = unicodedata.normalize("NFD", character)
    if len(apart) > 1 and all(unicodedata.combining(mark) for mark in apart[1:]):
        character = apart[0]
    lower = character.lower()
    return lower if len(lower) == 1 else character
