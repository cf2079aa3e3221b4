"""Second pages of lists, seen before it is settled which addresses are articles.

Further pages of a list may write the addresses of articles otherwise than its first page: with the
section's name in front, relative to the page. What is never seen cannot be judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from scraper.probe.paging import page_address, pagings_of
from scraper.probe.seen import SeenPage
from scraper.probe.shapes import shape_of
from scraper.probe.survey import Survey

MOST_TURNED = 3  # lists; sections that are made alike write alike


def turn_a_list(survey: Survey) -> bool:
    """Look at page 2 of one list more; False where there is none, or enough were looked at."""
    if len(survey.turned) >= MOST_TURNED:
        return False
    for section in list(survey.opened):
        if section in survey.turned:
            continue
        page = survey.look.page(section) if survey.look.has(section) else None
        if page is None:
            continue
        for address in _second_pages(survey, page):
            survey.turned.append(section)
            survey.look.page(address)
            return True
    return False


def _second_pages(survey: Survey, page: SeenPage) -> Iterator[str]:
    articles = frozenset(
        anchor.url
        for anchor in page.anchors
        if survey.verdicts.get(shape_of(anchor.url)) == "article"
    )
    for paging in pagings_of(page, articles=articles):
        if paging.next is None and not survey.look.has(page_address(paging, 2)):
            yield page_address(paging, 2)
