"""Further parts of lists, seen before it is settled which addresses are articles.

Further pages of a list may write the addresses of articles otherwise than its first page: with the
section's name in front, relative to the page. What is never seen cannot be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.probe.announced import Announced
from scraper.probe.paging import page_address, pagings_of
from scraper.probe.scripted import loaded_lists
from scraper.probe.seen import SeenPage
from scraper.probe.shapes import shape_of
from scraper.probe.survey import Survey
from scraper.probe.words import is_record_kind
from scraper.urls import canonical_address, same_site
from scraper.vietnamese.text import fold

LEFT_FOR_PROOFS = 6  # requests that are kept back
_MAP = re.compile(r"(?:so do|ban do) (?:trang|cong|web|site).{0,20}|site ?map")
FEWEST_OTHERS = 2  # links that page 2 must have beyond page 1; a pager brings one
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
            second = survey.look.page(address)
            first = {anchor.url for anchor in page.anchors}
            others = {anchor.url for anchor in second.anchors} - first if second else set()
            survey.turned[section] = len(others) >= FEWEST_OTHERS
            return True
    return False


def look_into_frames(survey: Survey, section: str) -> None:
    """The frames of a section that shows no article itself: its list may stand in one."""
    page = survey.look.page(section) if survey.look.has(section) else None
    if page is None or _shows_articles(survey, page):
        return
    for frame in page.tree.iter("iframe"):
        url = page.address(frame.get("src"))
        known = url is None or survey.look.has(url) or survey.is_away(url)
        if url is None or known or not same_site(url, survey.look.portal):
            continue
        inside = survey.look.page(url)
        if inside is not None and _shows_articles(survey, inside):
            survey.opened.append(inside.url)
            return


def look_at_the_map(survey: Survey) -> bool:
    """The portal's own map, where no menu names a section; whether it was looked at now."""
    if survey.opened:
        return False
    for page in survey.look.pages:
        for anchor in page.anchors:
            named = _MAP.fullmatch(fold(anchor.text).strip())
            if named and not survey.look.has(anchor.url) and survey.look.page(anchor.url):
                return True
    return False


def _shows_articles(survey: Survey, page: SeenPage) -> bool:
    frame = survey.frame()
    return any(
        survey.verdicts.get(shape_of(one.url)) == "article"
        and canonical_address(one.url) not in frame
        for one in page.anchors
    )


def look_behind_scripts(survey: Survey, announced: Announced) -> None:
    """The JSON lists of sections that show no articles, or the first ones alone."""
    if "article" not in survey.verdicts.values():
        return
    pages = []
    for section in dict.fromkeys([*survey.opened, survey.home]):
        page = survey.look.page(section) if survey.look.has(section) else None
        if page is not None and not _leads_on(survey, page):
            pages.append(page)
    if not pages or survey.look.left <= LEFT_FOR_PROOFS:
        return
    apis = loaded_lists(survey.look, pages, reads=lambda url: _reads(survey, url))
    announced.apis += apis
    for api in apis:
        for link in api.links:
            survey.told.setdefault(link.url, link.title)
            survey.titles.add(link.url, link.title)


def _leads_on(survey: Survey, page: SeenPage) -> bool:
    """Whether a list has pages of its own, which need no script."""
    shown = frozenset(
        it.url for it in page.anchors if survey.verdicts.get(shape_of(it.url)) == "article"
    )
    if page.tree.xpath("//input[@name='__VIEWSTATE']"):
        return bool(shown)
    own = canonical_address(page.url)
    for section, leads in survey.turned.items():
        if canonical_address(section) == own:
            return leads
    # The pagers of sections that were not turned work if those of others did.
    return any(survey.turned.values()) and bool(pagings_of(page, articles=shown))


def _reads(survey: Survey, url: str) -> bool:
    """Whether an item of a JSON list is an article."""
    verdict = survey.verdicts.get(shape_of(url))
    if verdict is not None:
        return verdict == "article"
    if survey.is_away(url) or is_record_kind(url):
        return False
    return survey.judge_one(url) == "article"


def _second_pages(survey: Survey, page: SeenPage) -> Iterator[str]:
    articles = frozenset(
        anchor.url
        for anchor in page.anchors
        if survey.verdicts.get(shape_of(anchor.url)) == "article"
    )
    for paging in pagings_of(page, articles=articles):
        if paging.next is None and not survey.look.has(page_address(paging, 2)):
            yield page_address(paging, 2)
