"""The fields around a text: dates, source, authors, tags, language.

This is what `article.py` reads them by; each has its own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.extraction.bylines import Bylines, read_authors
from scraper.extraction.dates_of_page import Dates, read_published, said_days
from scraper.extraction.languages import are_neighbours, is_known, language_of, shows
from scraper.extraction.notes import Witness
from scraper.extraction.source_line import SourceLine, read_source
from scraper.extraction.title_line import split_title
from scraper.extraction.witnesses import Witnesses
from scraper.vietnamese.text import is_vietnamese

__all__ = [
    "Bylines",
    "Dates",
    "SourceLine",
    "read_authors",
    "read_language",
    "read_published",
    "read_source",
    "read_tags",
    "said_days",
    "split_title",
]

MOST_TAGS = 30
LONGEST_TAG = 80  # characters
_LONG_ENOUGH = 300  # characters of text that show whether it is in the language declared
_LANGUAGE = re.compile(r"(?!utf|iso|und|mul)[a-z]{2,3}(?=$|[-_ ;,])", re.IGNORECASE)
_VIETNAMESE = re.compile("[ĂăĐđƠơƯư\u1ea0-\u1ef9]")
_ONE_CODE = {"nb": "no", "in": "id", "iw": "he"}  # two codes are in use for each of these
_TAG_PARTING = re.compile(r"\s*[,;]\s*")


def read_language(text: str, witnesses: Witnesses, *, portal_language: str | None) -> str | None:
    """A text's language as BCP 47 ("vi"): by its letters and words, the markup, the portal.

    What the markup declares is the frame's language at times; a text that clearly is in another
    one wins.
    """
    if (
        not text.isascii()
        and _VIETNAMESE.search(text[:_LONG_ENOUGH])
        and is_vietnamese(text[:1500])
    ):
        return "vi"
    own, declared = language_of(text), _declared(witnesses)
    if own is not None:
        # Of Welsh or Galician nothing is known here but that the page says so.
        if declared and (are_neighbours(own, declared) or not is_known(declared)):
            return declared
        return own
    for language in (declared, portal_language):
        if language and (len(text) < _LONG_ENOUGH or shows(text, language.lower()[:2])):
            return language
    return None


def _declared(witnesses: Witnesses) -> str | None:
    for witness in witnesses.languages:
        found = _LANGUAGE.match(witness.text)
        if found:
            code = found.group().lower()
            return _ONE_CODE.get(code, code)
    return None


def read_tags(witnesses: Witnesses) -> tuple[str, ...]:
    """The tags that the markup gives, by the best witness."""
    by_rule: dict[str, list[Witness]] = {}
    for witness in witnesses.tags:
        by_rule.setdefault(witness.rule, []).append(witness)
    for same in by_rule.values():
        tags = _parted(witness.text for witness in same)
        if tags:
            return tags
    return ()


def _parted(texts: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for text in texts:
        for tag in _TAG_PARTING.split(text):
            if tag and len(tag) <= LONGEST_TAG:
                kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MOST_TAGS]
