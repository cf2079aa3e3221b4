"""Captions told apart from who took the picture, by markup and by words."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from scraper.extraction.blocks import BLOCK_LEVEL, word_set
from scraper.extraction.markup import UNSEEN_CLASSES
from scraper.extraction.walk import LEFT_OUT
from scraper.vietnamese.text import clean

LONGEST_CREDIT = 80  # characters
LONGEST_TAIL = 200  # characters at the end of a caption in which a credit is looked for
LONGEST_NAMES = 60  # characters of "Jane Roe/Agency" that nothing but its place marks as a credit
SHORTEST_BEFORE_NAMES = 20  # characters of caption before such names
DEEPEST = 15  # elements; what is nested deeper is taken as it stands

_LABEL = (
    r"ảnh(?: minh (?:họa|hoạ))?|nguồn ảnh|ảnh chụp|photos?(?: by| credit)?|photograph"
    r"|fotos?|fotograf"
    r"|pic(?:ture)?s?|images?(?: credit)?|credits?|source|nguồn|bild(?:er|quelle|rechte|nachweis)?"
    r"|quelle|crédits?(?: photo)?|fuente|fonte|fotoğraf|фото|illustrations?|screenshots?"
    r"|источник|джерело|źródło|fot\.|zdroj|bron|kaynak|kilde|källa|sumber|写真|提供"
)
_CREDIT = re.compile(
    rf"(?i)[\s(\[.,\-–—|/]*\b(?:{_LABEL})\s*:\s*(?P<who>[^()\[\]]{{2,{LONGEST_CREDIT}}}?)[)\].\s]*$"
)
# "… đến xem. Ảnh Trọng Đức." has no colon: then names must follow.
_CREDIT_NO_COLON = re.compile(
    r"[.\-–(]\s*(?:Ảnh|[Pp]hoto(?:graph)? by)\s+(?P<who>(?:[A-ZÀ-ỸĐ][\w.]*\s*){1,5}?)[).\s]*$"
)
_COPYRIGHT = re.compile(r"(?:©|\([cC]\)|（[cCＣ]）)\s*(?P<who>[^©()\[\]]{2,80}?)[)\].\s]*$")
_IN_BRACKETS = re.compile(r"\((?P<who>[A-ZÀ-ỸĐ][\w .&-]{1,40}/[\w .&-]{2,40})\)\W*$")
_BETWEEN_WORDS = re.compile(r"[\s/|,&()@_-]+")
# Small words within names and between them.
_PARTICLES = word_set(
    "via by for of the and de del la le los las von van der den di da dos du et und y e i en für av"
)
# What a link beside a credit offers.
_OFFER = re.compile(r"(?i)purchase|licensing|opens? (?:in )?(?:a )?new")
_BRACKETED = re.compile(r"[(\[][A-ZÀ-ỸĐ][^()\[\]]+[)\]]\.?")
_INITIAL = re.compile(r"(?:^|[\s.])[A-ZÀ-ỸĐ]$")  # "L.X" of "L.X.", "Lê V" of "Lê V."
_OPENS_CREDIT = re.compile(
    rf"(?i)\W*(?:©|\(c\)|（c）|(?:{_LABEL})\s*(?::|\.\.\.|…)|(?:photo(?:graph)?|image|picture|illustration|screenshot|cartoon)s?"
    r" (?:by|credit|courtesy)\b|courtesy(?: of)?\b|getty images)"
)
_CREDIT_NAME = re.compile(
    r"(?i)credit|kredit|copyright|source|quelle|auth?or|auteur|byline|fotograf|photographer|rights"
    r"|licen[sc]e|agency|distributor|attribution|(?<![a-z])src(?![a-z])|nguon|tac-?gia|fonte|fuente"
)
_CAPTION_NAME = re.compile(r"(?i)caption|legend|description|subtitle")
# What shows the rest of a caption, or the picture by itself.
_CONTROL_NAME = re.compile(r"(?i)toggle|(?:show|read|view)-?_?more|button|expand|zoom|counter")
_SET_IN_LINE = frozenset(("a", "b", "strong", "i", "em", "font", "u", "mark", "sup", "sub", "br"))
_PICTURES = frozenset(("img", "picture", "source"))
_JOINTS = " \t\n|/–—-,;·•"


def read_credit(caption: str) -> str | None:
    """Who took the picture, from "… Ảnh: Lê Hiếu." and its like."""
    tail = caption[-LONGEST_TAIL:]
    match = (
        (_CREDIT.search(tail) if ":" in tail else None)
        or (_CREDIT_NO_COLON.search(tail) if "Ảnh" in tail or "hoto" in tail else None)
        or (_COPYRIGHT.search(tail) if "©" in tail or "c)" in tail.casefold() else None)
        or (_IN_BRACKETS.search(tail) if "/" in tail and ")" in tail[-4:] else None)
    )
    if match is None:
        return None
    who = match["who"].strip(" .,;-–")
    dotted = tail[match.start("who") :].lstrip(" .,;-–").startswith(f"{who}.")
    return f"{who}." if dotted and _INITIAL.search(who) else who or None


def is_labelled_credit(text: str) -> bool:
    """Whether a line is a credit, and says so by a label or a sign."""
    return _OPENS_CREDIT.match(text) is not None and is_credit(text)


def is_credit(text: str) -> bool:
    """Whether a line is a credit and nothing else: "© Agency", "Foto: Jane Roe", "(Agency)".

    "Ảnh: Đại biểu thăm bến mới" is a caption with the word for a picture before it.
    """
    if not text or len(text) > LONGEST_TAIL:
        return False
    match = _OPENS_CREDIT.match(text)
    if match is None:
        return len(text) <= LONGEST_NAMES and _BRACKETED.fullmatch(text) is not None
    said = text[match.end() :].strip()
    return "©" in match[0] or not said or are_names(said.rstrip(".)"))


def read_caption(element: etree._Element) -> tuple[str, str | None]:
    """The caption that an element holds, and the credit if it stands in an element of its own.

    A credit that is written into the line of the caption stays there, as printed.
    """
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    if _kind(names) == "credit" and not _CAPTION_NAME.search(names):
        whole = clean("".join(element.itertext()))
        if len(whole) <= LONGEST_TAIL:
            return "", bare_credit(whole)
    if not len(element):
        return clean(element.text or ""), None
    pieces: list[str] = []
    credits: list[str] = []
    _gather(element, pieces, credits, 0)
    caption = clean("".join(pieces))
    if not credits:
        return caption, None
    credit = clean(" ".join(credits))
    caption = caption.strip(_JOINTS)
    if not caption and len(credit) > LONGEST_CREDIT and not is_credit(credit):
        return credit, None  # its name speaks of the source, its words are a caption
    return caption, bare_credit(credit) if credit else None


def bare_credit(credit: str) -> str | None:
    """A credit without its label: "© Jane Roe" and "(Photo: Jane Roe)" are Jane Roe."""
    match = _OPENS_CREDIT.match(credit)
    if match is not None and not match[0].strip().casefold().startswith("getty"):
        credit = credit[match.end() :]
    if credit.startswith("(") or (")" in credit and "(" not in credit):
        credit = credit.strip("()")
    return credit.strip(" .,;:-–|/").strip() or None


def _gather(element: etree._Element, pieces: list[str], credits: list[str], depth: int) -> None:
    """Take up the text of an element, credits apart."""
    if element.text:
        pieces.append(element.text)
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in LEFT_OUT:
            names = child.get("class")
            kind = _kind(names) if names else ""
            if kind == "unseen" or child.get("hidden") is not None or tag in _PICTURES:
                pass
            elif kind == "credit" or _is_credit(child, pieces):
                said = clean(" ".join(child.itertext()))
                if said not in credits and not _OFFER.search(said):
                    credits.append(said)
            elif depth >= DEEPEST:
                pieces.append("".join(child.itertext()))
            elif tag == "br" or tag in BLOCK_LEVEL:
                pieces.append(" ")
                _gather(child, pieces, credits, depth + 1)
                pieces.append(" ")
            else:
                _gather(child, pieces, credits, depth + 1)
        if child.tail:
            pieces.append(child.tail)


@lru_cache(maxsize=4096)
def _kind(names: str) -> str:
    """What class names make of an element in a caption: its credit, something unseen, or text."""
    if _CONTROL_NAME.search(names) or not UNSEEN_CLASSES.isdisjoint(names.lower().split()):
        return "unseen"
    return "credit" if _CREDIT_NAME.search(names) else ""


def _is_credit(element: etree._Element, before: list[str]) -> bool:
    """Whether an element is a credit by its first words, or as names behind a caption."""
    tag = element.tag
    if tag in _SET_IN_LINE:
        return False
    prop = element.get("itemprop")
    if tag == "cite" or (prop and _CREDIT_NAME.search(prop)):
        return True
    text = "".join(element.itertext()).strip()
    if not text or len(text) > LONGEST_TAIL:
        return False
    if _OPENS_CREDIT.match(text):
        return True
    if element.getnext() is not None or (element.tail and not element.tail.isspace()):
        return False
    return are_names(text) and len("".join(before).strip()) >= SHORTEST_BEFORE_NAMES


def are_names(text: str) -> bool:
    """Whether a short line is made of names only: "Jane Roe/Agency", "(Agency)"."""
    if not text or len(text) > LONGEST_NAMES or text[-1] in ".!?…:":
        return False
    words = [word for word in _BETWEEN_WORDS.split(text) if word]
    named = [word for word in words if not word[0].islower() or "." in word[1:-1]]
    return bool(named) and all(word in _PARTICLES or word in named for word in words)
