"""The fields around a text: dates, source, authors, tags, language.

This is what `article.py` reads them by; each has its own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.extraction.bylines import Bylines, read_authors
from scraper.extraction.dates_of_page import Dates, read_published, said_days
from scraper.extraction.source_line import SourceLine, read_source
from scraper.extraction.title_line import split_title
from scraper.extraction.witnesses import Witness, Witnesses
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
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_ ;,])", re.IGNORECASE)
_TAG_PARTING = re.compile(r"\s*[,;]\s*")


def read_language(text: str, witnesses: Witnesses, *, portal_language: str | None) -> str | None:
    """A text's language as BCP 47 ("vi"): by its letters, the markup, the portal."""
    if is_vietnamese(text):
        return "vi"
    for witness in witnesses.languages:
        found = _LANGUAGE.match(witness.text)
        # A page without Vietnamese letters is not Vietnamese, whatever a portal's frame says.
        if found and not (found.group().lower() == "vi" and len(text) > 200):
            return found.group().lower()
    return portal_language if portal_language and not _contradicts(text, portal_language) else None


def _contradicts(text: str, language: str) -> bool:
    return language.lower().startswith("vi") and len(text) > 200


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
