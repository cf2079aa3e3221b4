"""Vietnamese as it was written before Unicode: TCVN3, VNI, VISCII, VPS.

These texts reach us as Western letters ("Bé Tµi nguyªn", "Boä Taøi nguyeân"), because their pages
bear a Western label or none, or were copied as such into pages in UTF-8. The tables are those of
TCVN 5712:1993 (with the fonts .VnTime and the like), of the VNI fonts, RFC 1456 and VPS.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from scraper.vietnamese.syllables import is_marked_syllable

ENOUGH_WORDS = 3_000  # that bear other letters than ASCII show how a text was written
LONGEST_WORD = 60  # letters as they stand; a syllable that was encoded thrice has about forty


@dataclass(frozen=True, slots=True, eq=False)
class Legacy:
    """A way of writing that came before Unicode, or broke it (see `mojibake`)."""

    name: str
    letter: re.Pattern[str]  # whatever stands for a letter or mark that ASCII lacks
    word: re.Pattern[str]  # a run of letters, as such a text writes them
    read: Callable[[str], str]  # a word, as Unicode


@dataclass(frozen=True, slots=True)
class Tally:
    """How many words bear letters of a legacy, and how many of them are Vietnamese."""

    words: int = 0
    before: int = 0  # are syllables as they stand
    after: int = 0  # are syllables once converted

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.words + other.words, self.before + other.before, self.after + other.after)


def windows_1252(body: bytes) -> str:
    """Bytes as browsers read Windows-1252: the five that it leaves free are C1 controls."""
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError:
        return codecs.charmap_decode(body, "strict", _ALL_SEEN)[0]


def tally(text: str, legacy: Legacy) -> Tally:
    """The words of a text that bear a letter of the legacy; words of one letter say nothing.

    A long text is judged by its first thousands.
    """
    seen = words = before = after = 0
    for found in legacy.word.finditer(text):
        word = found.group()
        if word.isascii() or len(word) == 1:
            continue
        seen += 1
        if seen > ENOUGH_WORDS:
            break
        read = _word(word, legacy) if len(word) <= LONGEST_WORD else _Word(word)
        words += read.bears_letters
        before += read.valid_before
        after += read.valid_after
    return Tally(words, before, after)


def converted(text: str, legacy: Legacy) -> str:
    """The text as Unicode; signs that stand alone ("®", "©", "§ 5") stay what they are."""
    return legacy.word.sub(lambda found: _converted_word(found.group(), legacy), text)


@lru_cache(maxsize=4096)
def _converted_word(word: str, legacy: Legacy) -> str:
    if word.isascii() or len(word) > LONGEST_WORD:
        return word
    read = _word(word, legacy)
    # A sign alone, or behind a foreign name: "®", "Office®".
    behind_a_name = len(word) > 3 and word.rstrip(_SIGNS).isascii()
    if not read.valid_after and (len(word) == 1 or behind_a_name):
        return word
    return read.unicode


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as Unicode, and what it tells about how its text was written."""

    unicode: str
    bears_letters: bool = True
    valid_before: bool = False
    valid_after: bool = False


@lru_cache(maxsize=8192)  # a text has the same words again and again
def _word(word: str, legacy: Legacy) -> _Word:
    if not legacy.letter.search(word):
        return _Word(word, bears_letters=False)
    unicode = _as_printed(word, legacy.read(word))
    valid_after = is_marked_syllable(unicode.strip(_QUOTES))
    return _Word(unicode, True, is_marked_syllable(word), valid_after)


def _as_printed(word: str, read: str) -> str:
    """TCVN3 has no capitals with tone marks: in a word of capitals the small letters mean them."""
    letters = [letter for letter in word if "A" <= letter <= "Z" or "a" <= letter <= "z"]
    return read.upper() if len(letters) > 1 and all(map(str.isupper, letters)) else read


# --- the tables --------------------------------------------------------------------------------

# What stands where ISO 8859-1 has controls, as Windows-1252 shows it.
_SEEN = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_ALL_SEEN = "".join(_SEEN.get(byte, chr(byte)) for byte in range(256))
_SIGNS = "®©"
_QUOTES = "“”‘’«»–—…\xa0"  # UTF-8 encoded twice has them among its letters
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ"  # A1
    "     àảãáạẲằẳẵắẴ"  # B0: five marks by themselves
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịò"
    "Ổỏõóọồổỗốộờởỡớợù"
    "ỖủũúụừửữứựỳỷỹýỵỐ"
)
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ"  # 80
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "Õắằặấầẩậẽẹếềểễệố"
    "ồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ"
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉ"
    "đựòóôõỏọụùúũủýợỮ"
)
_VPS = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲ"  # 80
    "Ế  ỀỂỄỐỒỔỖýỷỵỚỜỞ"
    " ắằẳẵặỠớÙờởỡŨỨợỪ"
    "ổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹ"
    "ƯỦồốÔỏơÈừứÚũưÝẺ "
    "àáâãảạă èéêẽìí ĩ"
    " Đòóôõ Ơụùúủ ỶẼỳ"
)
# VNI writes the vowel, and then its mark as a letter of its own.
_VNI_WITH_MARK = {
    "a": ("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"),
    "e": ("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"),
    "o": ("ùøûõïâáàåãä", "óòỏõọôốồổỗộ"),
    "u": ("ùøûõï", "úùủũụ"),
    "y": ("ùøûõ", "ýỳỷỹ"),
    "ô": ("ùøûõï", "ớờởỡợ"),
    "ö": ("ùøûõï", "ứừửữự"),
    "": ("ôöñíìæóòî", "ơưđíìỉĩịỵ"),
}
_VNI_SMALL = {
    vowel + mark: letter
    for vowel, (marks, letters) in _VNI_WITH_MARK.items()
    for mark, letter in zip(marks, letters, strict=True)
}
# A capital's mark may be small, and the other way round: the vowel decides.
_VNI = {
    vowel + mark: letter.upper() if (vowel + mark)[0].isupper() else letter
    for small, letter in _VNI_SMALL.items()
    for vowel in {small[:-1], small[:-1].upper()}
    for mark in (small[-1], small[-1].upper())
}
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def _by_table(name: str, letters: str, *, first: int) -> Legacy:
    """A legacy that has one byte for each letter, from the byte `first` on."""
    table: dict[int, str] = {}
    for byte, letter in enumerate(letters, first):
        if letter != " ":
            table[byte] = letter
            table[ord(_SEEN.get(byte, chr(byte)))] = letter
    letter_class = "".join(re.escape(chr(code)) for code in table)
    return Legacy(
        name,
        re.compile(f"[{letter_class}]"),
        re.compile(f"[A-Za-z{letter_class}]+"),
        lambda word: word.translate(table),
    )


def _vni_read(word: str) -> str:
    return _VNI_LETTER.sub(lambda found: _VNI[found.group()], word)


TCVN3 = _by_table("TCVN3", _TCVN3, first=0xA1)
VISCII = _by_table("VISCII", _VISCII, first=0x80)
VPS = _by_table("VPS", _VPS, first=0x80)
VNI = Legacy(
    "VNI",
    re.compile("[À-ÖØ-öø-ü]"),
    re.compile("[A-Za-zÀ-ÖØ-öø-ü]+"),
    _vni_read,
)
