"""UTF-8 that was read as Windows-1252 or Latin-1 and encoded again: "Viá»‡t Nam" for "Việt Nam"."""

from __future__ import annotations

import re

from scraper.vietnamese.legacy import Legacy
from scraper.vietnamese.syllables import is_marked_syllable

MOST_TIMES = 3  # that a text is found encoded again

_BYTE_OF = {code: code for code in range(0x80, 0x100)}
for _byte in range(0x80, 0xA0):
    try:
        _BYTE_OF[ord(bytes([_byte]).decode("cp1252"))] = _byte
    except UnicodeDecodeError:  # the five bytes that Windows-1252 leaves free
        continue
_AFTER = "".join(re.escape(chr(code)) for code, byte in _BYTE_OF.items() if byte < 0xC0)
_SEQUENCE = re.compile(f"(?:[\xc2-\xdf][{_AFTER}]|[\xe1\xe2\xef][{_AFTER}]{{2}})")
# A byte that Windows-1252 has no letter for is often lost, as is a no-break space; the letters
# that it may have ended, the most frequent first.
_CUT = re.compile("(á»|áº|Ã|Ä)[\ufffd?]?")
_CUT_QUOTE = re.compile("â€[\ufffd?]?")  # of the quotation marks only ” ends in such a byte
_ENDS = {
    "á»": "ềờọửỏỐ",
    "áº": "ậ",
    "Ã": "àíÁÍ",
    "Ä": "Đ",
}
_ANY = re.compile(f"{_SEQUENCE.pattern}|á»|áº|Ã|Ä")
# "ngÃ y" for "ngày": the no-break space that its "à" ended in has become a space.
_REST_OF_WORD = r"(?=(?:ng|nh|[imnouy])(?![^\W\d_]))"
_CUT_BY_SPACE = re.compile(f"Ã {_REST_OF_WORD}")
_GLUED = f"(?:(?<=Ã) {_REST_OF_WORD}|[A-Za-z\x80-\xff\u0102-\u01b0\u1ea0-\u1ef9\ufffd{_AFTER}])+"


def read_again(text: str) -> str:
    """The text with each sequence of letters that is UTF-8 read as such.

    Letters of which bytes were lost become those that make a syllable of their word; where there
    are none the text stays as it is.
    """
    for _ in range(MOST_TIMES):
        read = _SEQUENCE.sub(_decoded, text)
        if read == text:
            break
        text = read
    text = _CUT_BY_SPACE.sub("à", _CUT_QUOTE.sub("”", text))
    return _WORD.sub(_mended, text) if _CUT.search(text) else text


def _decoded(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[ord(letter)] for letter in found.group()).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _mended(found: re.Match[str]) -> str:
    """A word whose letters were cut, by the first letters that make it a syllable."""
    word = found.group()
    cut = _CUT.search(word)
    if cut is None:
        return word
    ends = _ENDS[cut.group(1)]
    if cut.group(1) == "Ã" and cut.end() < len(word):  # the end of "à" would show as a space
        ends = ends[1:] + ends[0]
    for letter in ends:
        tried = _CUT.sub(letter, word, count=1)
        tried = _mended_rest(tried)
        if is_marked_syllable(tried):
            return tried
    return word


def _mended_rest(word: str) -> str:
    """A second cut letter of the same word: rare, so the most frequent one will do."""
    return _CUT.sub(lambda cut: _ENDS[cut.group(1)][0], word)


_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1ea0-\u1ef9»º\ufffd?]+")
TWICE = Legacy("UTF-8 encoded twice", _ANY, re.compile(_GLUED), read_again)
