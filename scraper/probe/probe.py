"""The door: an address in, a proposed portal out, with what it was made of.

Looks as a careful person would: robots.txt (which the fetcher heeds), what the portal announces,
its home page, sections, some articles, the next pages of its lists. About forty requests.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

from scraper.errors import PageError, PortalFileError, RobotsRefused, SourceError
from scraper.fetching.fetcher import Fetcher
from scraper.portals.portal_file import DEFAULT_CRON, read_cron, read_portal_text
from scraper.probe.announced import (
    USUAL_FEEDS,
    Announced,
    feed_addresses,
    read_feeds,
    read_sitemaps,
)
from scraper.probe.cms import recognise
from scraper.probe.look import BUDGET, Look
from scraper.probe.own_address import kinds_read
from scraper.probe.profile import Doubt, Preview, Profile, Section, portal_file
from scraper.probe.proposal import Proposal
from scraper.probe.scripted import loaded_lists
from scraper.probe.seen import SeenPage
from scraper.probe.survey import MOST_DOUBTFUL, MOST_SECTIONS, Survey
from scraper.probe.turning import (
    look_at_the_map,
    look_behind_scripts,
    look_into_frames,
    turn_a_list,
)
from scraper.probe.words import is_static, own_languages
from scraper.records import Capture, FetchRule, Portal
from scraper.urls import normalise, same_site

__all__ = ["BUDGET", "Doubt", "Preview", "Profile", "Section", "portal_file", "propose"]

MOST_MOVES = 3  # splash pages, frames and refreshes before the real home page
MOST_REASONS = 5  # that are told where nothing was found
MOST_FRAMES = 4  # of one page
RESERVED = 14  # requests that are kept for paging, proofs and the preview


def propose(
    url: str,
    *,
    name: str,
    fetcher: Fetcher,
    fetch: FetchRule | None = None,
    budget: int = BUDGET,
    stop: threading.Event | None = None,
) -> Profile:
    """Look at a portal, and propose how it is collected.

    Raises PageError where its first page cannot be had, and SourceError, with what to do, where
    nothing was found that could be an article.
    """
    portal = Portal(
        name=name, home=normalise(url), cron=read_cron(DEFAULT_CRON), fetch=fetch or FetchRule()
    )
    before = fetcher.requests_made
    page, portal, look = _entered(portal, fetcher, budget=budget, stop=stop)
    survey = Survey(look, own_languages(page.url, language=page.language), page.url)
    made_with = recognise([page])
    survey.family = made_with.family if made_with else None
    announced = _announced(survey, page, fetcher)
    _look_around(survey)
    look_behind_scripts(survey, announced)
    for doubtful in survey.doubtful()[:MOST_DOUBTFUL]:
        survey.judge_one(doubtful)
    if "article" not in survey.verdicts.values():  # what has no date may be no article
        _last_resort(survey, announced)
    kinds = survey.article_kinds() or kinds_read(survey)
    if not kinds:
        raise SourceError(_why_nothing(survey, page), portal=name, url=portal.home)
    made = Proposal(survey, portal, page, announced, kinds).made(
        requests=lambda: fetcher.requests_made - before
    )
    return _readable(made)


def _readable(profile: Profile) -> Profile:
    """The proposal without sources that no portal file can hold; a look is never for nothing."""
    if _reads(profile):
        return profile
    kept = tuple(it for it in profile.sections if _reads(replace(profile, sections=(it,))))
    left = [it.source.url for it in profile.sections if it not in kept]
    doubt = Doubt(
        what=f"{', '.join(left)} could not be written as a source.",
        remedy="Write it by hand, and tell the makers of this program.",
    )
    return replace(profile, sections=kept, doubts=(*profile.doubts, doubt)) if kept else profile


def _reads(profile: Profile) -> bool:
    try:
        read_portal_text(portal_file(profile), path=Path(f"{profile.portal.name}.toml"))
    except PortalFileError:
        return False
    return True


def _entered(
    portal: Portal, fetcher: Fetcher, *, budget: int, stop: threading.Event | None
) -> tuple[SeenPage, Portal, Look]:
    """The real home page: behind redirects, a splash page, frames."""
    look = Look(fetcher.get, portal, budget=budget, stop=stop)
    url, page = portal.home, None
    for _ in range(MOST_MOVES + 1):
        answered = look.get(url).answered_url
        if not same_site(answered, portal):
            portal = replace(portal, home=normalise(answered))
            look.portal = portal
        following = look.page(url)
        if following is None and page is None:
            raise SourceError(_no_page(look.get(url)), portal=portal.name, url=url)
        page = following or page
        assert page is not None
        moved = page.moved_to() if following else None
        if moved is None or look.has(moved) or not _answers(look, moved):
            break
        for frame in page.frames[:MOST_FRAMES]:  # the menu stands in one of its own
            if same_site(frame, portal):
                look.page(frame)
        if not same_site(moved, portal):
            portal = replace(portal, home=moved)
            look.portal = portal
        url = moved
    assert page is not None  # the loop runs once at least
    return page, portal, look


def _answers(look: Look, url: str) -> bool:
    try:
        look.get(url)
    except PageError:
        return False
    return True


def _no_page(capture: Capture) -> str:
    said = capture.header("content-type") or "something without a content type"
    return f"is {said}, but the home page of a portal was expected; give the address of a page"


def _announced(survey: Survey, page: SeenPage, fetcher: Fetcher) -> Announced:
    """Feeds and sitemaps; what feeds name is an article for sure."""
    look = survey.look
    announced = read_feeds(look, feed_addresses(page))
    try:
        told = fetcher.robots.sitemaps(look.portal.home)
    except PageError:
        told = ()
    usual = survey.family.sitemaps if survey.family else ()
    announced.sitemaps = read_sitemaps(look, told, usual=usual)
    _take_up(survey, announced)
    return announced


def _take_up(survey: Survey, announced: Announced) -> None:
    for links in announced.feeds.values():
        for link in links:
            survey.told.setdefault(link.url, link.title)
            survey.titles.add(link.url, link.title)


def _look_around(survey: Survey) -> None:
    """Read some of each kind of link, and open sections, as long as the budget goes."""
    look = survey.look
    while look.left > min(RESERVED, look.budget // 3):
        kind = survey.next_kind()
        if kind is not None:
            survey.judge(kind)
            continue
        section = survey.next_section()
        if section is not None:
            survey.open(section[0], menu=section[1])
            look_into_frames(survey, section[0])
            continue
        if look_at_the_map(survey) or turn_a_list(survey):
            continue
        usual = survey.usual_lists()
        if not usual or len(survey.opened) >= MOST_SECTIONS:
            return
        survey.open(usual[0], menu=True)


def _last_resort(survey: Survey, announced: Announced) -> None:
    """Nothing on the pages themselves: the usual addresses of feeds, then what sitemaps name."""
    look = survey.look
    if not announced.feeds:
        paths = [*(survey.family.feeds if survey.family else ()), *USUAL_FEEDS]
        usual = [normalise(path, look.portal.home) for path in dict.fromkeys(paths)]
        announced.feeds |= read_feeds(look, usual, most=1).feeds
        _take_up(survey, announced)
    if not survey.told:
        announced.apis = loaded_lists(look, look.pages)
        for api in announced.apis:
            for link in api.links:
                survey.told.setdefault(link.url, link.title)
                survey.titles.add(link.url, link.title)
    if not survey.told:
        for locations in announced.sitemaps.values():
            for url in locations[:200]:
                known = survey.is_away(url) or is_static(url)
                if same_site(url, look.portal) and not known:
                    survey.told.setdefault(url, None)
    while look.left > min(RESERVED, look.budget // 3) // 2:
        kind = survey.next_kind(lowest=0.5)
        if kind is None:
            return
        survey.judge(kind)


def _why_nothing(survey: Survey, page: SeenPage) -> str:
    """Why no article was found, and what to do."""
    look = survey.look
    refused = [error for error in look.failures.values() if isinstance(error, RobotsRefused)]
    if refused and len(refused) >= len(look.pages):
        return "robots.txt forbids the pages that were tried; ask the portal for leave"
    if any((it.get("type") or "").lower() == "password" for it in page.tree.iter("input")):
        return "is a page to log in; give the address of a page that everybody can read"
    if not page.anchors:
        return (
            "has no link to another page of its own: its articles may be shown by a script; look "
            'for a feed or a JSON list, and write a portal file by hand (kind = "feed" or "api")'
        )
    return (
        f"no article was found: {look.asked} pages were looked at, {_seen(survey, page)}; give the "
        "address of the page that lists the news, or write a portal file by hand: `scraper extract "
        "URL` shows whether an article can be read"
    )


def _seen(survey: Survey, page: SeenPage) -> str:
    """What the pages were, in words."""
    look = survey.look
    links = len({anchor.url for anchor in page.anchors})
    found = [f'the first, {page.url} ("{page.title or ""}"), has {links} links']
    why = Counter(re.split(r"[:;(]", reason)[0].strip() for reason in look.reasons.values())
    why.update(f"{error.reason}" for error in look.failures.values())
    found += [f"{count}: {reason}" for reason, count in why.most_common(MOST_REASONS)]
    listed = [url for url in survey.opened if url not in look.reasons]
    if listed:
        found.append(f"opened as a list and without articles: {', '.join(listed[:MOST_REASONS])}")
    return "; ".join(found)
