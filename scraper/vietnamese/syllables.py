"""Which words are Vietnamese syllables: the evidence that a text was read in the right encoding."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 8  # letters: "nghiêng" has seven, and one may be decomposed
_ONSETS = "ngh|ng|nh|gh|gi|g|ch|c|kh|k|ph|th|tr|t|đ|d|qu|b|h|l|m|n|r|s|v|x"
# Without tone marks. After "qu" and "gi" a part of these is written with the onset's vowel taken
# off ("quốc", "giếng"), which adds "êng" alone.
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om
on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc ue uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya
uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ych yên yêm yêng yêt yêu ynh yt
"""
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{'|'.join(_RHYMES.split())})")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_STOPPED = ("c", "ch", "p", "t")
_TONES_OF_STOPPED = ("\u0301", "\u0323")  # "các", "cạc", but never "càc"
# Marked letters that are no word; a sign that was misread alone gives one of them.
_NO_WORDS = frozenset("ăâđãẽẻẹũĩẫẩẵẳ")


def is_marked_syllable(word: str) -> bool:
    """Whether a word (NFC) is a Vietnamese syllable that bears at least one mark, or a "đ".

    "Đất" and "NGHỊ" are; "dat" bears no mark; "été", "càc" and "đẤt" are no syllables.
    """
    return not word.isascii() and len(word) <= LONGEST and _is_syllable(word)


@lru_cache(maxsize=16384)
def _is_syllable(word: str) -> bool:
    lower = word.lower()
    if word not in (lower, word.upper(), lower[0].upper() + lower[1:]) or lower in _NO_WORDS:
        return False
    apart = unicodedata.normalize("NFD", lower)
    tones = _TONE.findall(apart)
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONE.sub("", apart)) if tones else lower
    if not _SYLLABLE.fullmatch(bare):
        return False
    return not bare.endswith(_STOPPED) or (bool(tones) and tones[0] in _TONES_OF_STOPPED)
