"""The names in a byline: parted, tidied, and told from what is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from scraper.extraction.blocks import word_set
from scraper.vietnamese.dates import find_dates

LONGEST_NAME = 60  # characters
MOST_WORDS = 6
MOST_AUTHORS = 30

_VERB = (
    r"posted|written|reported|reporting|published|story|article|words|text|video|recipe|authored"
)
BY = re.compile(
    rf"^\W{{0,3}}(?:(?:this \w{{1,10}} (?:was|is) )?(?:{_VERB})\s?:?\s)?"
    r"(?:(?:by|von|par|por|di|door|av|af|autor(?:in)?|auteur|authors?)\b\s?:?\s?"
    r"|(?-i:By(?=[A-Z][a-z])))(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
SIGNED_BY = re.compile(
    rf"^\W{{0,3}}(?:(?:this \w{{1,10}} (?:was|is) )?(?:{_VERB})\s?:?\s?by\b|authors?\s?:)\s?:?\s?"
    r"(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(
    r"\s*(?:[;|•·]|\s(?:and|und|et|e|og|och|và|with|AND)\s|&(?=\s)|,)\s*(?:(?:and|und|và)\s)?"
)
_DASHES = re.compile(r"\s(?:[-–—])\s|\s?/\s?")
_CREDENTIAL = re.compile(r"(?:[A-Z][A-Za-z]?\.?){1,6}®?|Jr\.?|Sr\.?|Ph\.?D\.?|I{2,3}")
_TRAIL = re.compile(
    r"\s*(?:\(.*|[0-9].*|https?:.*"
    r"|\b(?:published|updated|posted|on|at|for|in|is|from|last|cập nhật|ngày|lúc)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ADMIN = re.compile(
    r"^(?:\w{0,3}_?admin\w{0,12}(?:[ .]admin)?|root|webmaster|super ?user|quản trị(?: viên)?"
    r"|user\d*"
    r"|authors?|guest|editor|staff|team|web ?admin|ban quản trị|portal|system|null|none|undefined"
    r"|unknown|anonymous|test|by|posted|share|comments?|view all posts|contributors?|n/a|default"
    r"|written|updated|published|follow|email|print|twitter|facebook|home|news|\d+ min.*)$",
    re.IGNORECASE,
)
# Those who sign without a name: teams and offices.
OFFICE = re.compile(
    r"^(?:nhóm |tổ )?(?:PV|BBT|CTV|BTV|phóng viên|cộng tác viên|ban biên tập|phòng|vụ|cục|chi cục"
    r"|sở|trung tâm|văn phòng|ban|viện|tổng cục|tổ|nhóm)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:university|cent(?:er|re)|department|office|board|ministry|institute|committee|agency"
    r"|association|bureau|foundation|council|society|college)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|contributor|journalist|producer|chief|news"
    r"|bureau|desk|expert|specialist|manager|director|photograph\w*|reviewed|share|minutes?|read"
    r"|comments?|views?|follow|subscribe|updated|published|officer)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = word_set("de da di du von van der den la le el al bin ben và of the y e dos &")
_URL = re.compile(r"https?:|www\.|@|\.(?:com|vn|org|net)/", re.IGNORECASE)


def names_of_witness(text: str) -> Iterator[str]:
    """The names in a value of metadata; teams and agencies may be among them.

    "Ann Lee and Bo Ek, dpa" -> Ann Lee, Bo Ek, dpa; "Ann Lee, MS, RDN" -> Ann Lee.
    """
    text = unescape(text)[:500].strip()
    if text.startswith(",") or _URL.search(text):
        return
    by = BY.match(text)
    if by:
        text = by["said"]
    parts = [text] if _ORGANISATION.search(text) else _AND.split(text)
    for number, part in enumerate(parts):
        name = _tidied(part)
        if number and _CREDENTIAL.fullmatch(name) and not name.isupper():
            continue
        if number and name.isupper() and len(name) <= 5:
            continue
        if name and len(name) <= LONGEST_NAME and not _ADMIN.match(name) and not name.isdigit():
            yield name


def names_of_line(text: str) -> Iterator[str]:
    """The names in a printed byline: "By Ann Lee and Bo Ek, staff writer | 3 June 2024"."""
    text = text[:300].strip()
    moments = find_dates(text, latest=None)
    if moments:
        text = text[: moments[0].start]
    by = BY.match(text)
    if by:
        text = by["said"]
    pieces = [piece for part in _AND.split(text) for piece in _DASHES.split(part)]
    for number, piece in enumerate(pieces):
        name = _tidied(_TRAIL.sub("", piece))
        if is_name(name) and not (number and _CREDENTIAL.fullmatch(name)):
            yield name


def is_name(name: str) -> bool:
    """Is it a person, or an office or a team that signs?"""
    words = name.split()
    if not words or len(words) > MOST_WORDS or len(name) > LONGEST_NAME or _ADMIN.match(name):
        return False
    if OFFICE.match(name):
        return True
    if any(character in name for character in ":?!@#<>{}=…") or any(map(str.isdigit, name)):
        return False
    if _ROLE.search(name):
        return False
    return all(
        word[:1].isupper() or word in _SMALL_WORDS or not word[:1].islower() for word in words
    )


def is_admin(text: str) -> bool:
    """Does a line only say that the one who runs the site put the article there?"""
    return bool(_ADMIN.match(text.strip(" .:-")))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, as first written, whatever its case."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(folded(name), name)
    return tuple(kept.values())[:MOST_AUTHORS]


def folded(name: str) -> str:
    """A name for comparing."""
    return " ".join(name.casefold().split())


def _tidied(part: str) -> str:
    """Without the punctuation around it; an initial keeps its dot."""
    part = part.strip()
    name = part.strip(" \t,.:;*-–—_'\"“”()[]|/")
    if name and len(name.split()[-1].split(".")[-1]) == 1 and part.rstrip(" ,;)").endswith("."):
        name += "."
    return name
