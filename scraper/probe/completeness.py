"""What a look may have missed: lists that say that they go on, sections that were not opened."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.probe.lists import FoundList, Lists
from scraper.probe.seen import SeenPage, text_of
from scraper.probe.survey import Survey
from scraper.probe.words import MORE_TEXT
from scraper.urls import canonical_address
from scraper.vietnamese.text import clean, fold

MOST_NAMED = 8  # sections that are named to the reader
_PAGE_OF = re.compile(
    r"\b(?:trang|page)\s*:?\s*\d{1,5}\s*(?:/|of|tren|trong(?: tong so)?)\s*(\d{1,5})\b"
)
_COUNT = re.compile(
    r"\b(?:tong (?:so|cong)|total(?: of)?|tim thay|found)\s*:?\s*(\d{1,6})\s*"
    r"(?:tin|bai|ban ghi|muc|items?|articles?|records?|news)\b"
)


def unfinished(lists: Lists) -> Iterator[str]:
    """The lists that say that there is more of them than was found, and what they say."""
    for found in lists.found:
        if found.more or not found.opened or found.source.url in lists.scripted:
            continue
        page = lists.look.page(found.source.start or found.source.url)
        told = _told(page, found) if page is not None else None
        if told:
            yield f"{found.title or found.source.url} ({told})"


def _told(page: SeenPage, found: FoundList) -> str | None:
    text = fold(clean(" ".join(page.tree.itertext())))
    pages = max((int(it[1]) for it in _PAGE_OF.finditer(text)), default=0)
    if pages > 1:
        return f"it says that it has {pages} pages"
    count = max((int(it[1]) for it in _COUNT.finditer(text)), default=0)
    if count > 2 * len(found.keys):
        return f"it says that it has {count} entries"
    for element in page.tree.iter("button", "a"):
        leads, said = element.get("href") or "", text_of(element)
        if leads and not leads.startswith(("#", "javascript:")):
            continue
        if MORE_TEXT.fullmatch(fold(said).strip()):
            return f'its button "{said}" loads more'
        if re.fullmatch(r"\[?2\]?", said) and "dopostback" not in leads.lower():
            return "a script turns to its page 2"
    return None


def sections_left(survey: Survey, lists: Lists) -> list[str]:
    """Sections of news in the menus that were neither opened nor taken for lists."""
    seen = {canonical_address(url) for url in (*survey.opened, *survey.look.failures)}
    seen |= {canonical_address(one.source.start or one.source.url) for one in lists.found}
    seen |= {canonical_address(page.url) for page in survey.look.pages}
    found: dict[str, str] = {}
    for anchor in survey.anchors():
        rank = survey.rank(anchor)
        address = canonical_address(anchor.url)
        if anchor.menu and anchor.text and rank is not None and rank < 1 and address not in seen:
            found.setdefault(address, anchor.text)
    return list(found.values())
