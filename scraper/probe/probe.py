"""The door: an address in, a proposed portal out, with what it was made of.

Looks as a careful person would: robots.txt (which the fetcher heeds), what the portal announces,
its home page, sections, some articles, the next pages of its lists. About forty requests.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scraper.discovery.sources import WALKS
from scraper.errors import NoArticle, PageError, RobotsRefused, SourceError
from scraper.extraction.article import extract, learn
from scraper.fetching.fetcher import Fetcher
from scraper.portals.portal_file import DEFAULT_CRON, read_cron, read_portal_text
from scraper.probe.announced import (
    USUAL_FEEDS,
    Announced,
    feed_addresses,
    read_feeds,
    read_sitemaps,
)
from scraper.probe.keys import Chosen, choose_key
from scraper.probe.lists import FoundList, Lists
from scraper.probe.look import BUDGET, Look
from scraper.probe.matches import match_of
from scraper.probe.profile import Doubt, Preview, Profile, Section, portal_file
from scraper.probe.seen import SeenPage
from scraper.probe.shapes import Cluster
from scraper.probe.survey import Survey
from scraper.probe.words import own_languages
from scraper.records import ArticleRule, Capture, FetchRule, Portal, Source
from scraper.urls import article_key, canonical_address, is_article, normalise, same_site

__all__ = ["BUDGET", "Doubt", "Preview", "Profile", "Section", "portal_file", "propose"]

MOST_MOVES = 3  # splash pages, frames and refreshes before the real home page
PREVIEWS = 5
RESERVED = 14  # requests that are kept for paging, proofs and the preview
ENOUGH = 3  # articles a kind needs on the home page before sections are opened


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
    survey = Survey(look, own_languages(portal.home, language=page.language), portal.home)
    announced = _announced(survey, page, fetcher)
    _look_around(survey)
    kinds = survey.article_kinds()
    if not kinds:
        _last_resort(survey, announced)
        kinds = survey.article_kinds()
    if not kinds:
        raise SourceError(_why_nothing(survey, page), portal=name, url=portal.home)
    return _Proposal(survey, portal, page, announced, kinds).made(
        requests=lambda: fetcher.requests_made - before
    )


def _entered(
    portal: Portal, fetcher: Fetcher, *, budget: int, stop: threading.Event | None
) -> tuple[SeenPage, Portal, Look]:
    """The real home page: behind redirects, a splash page, frames."""
    look = Look(fetcher.get, portal, budget=budget, stop=stop)
    url = portal.home
    for _ in range(MOST_MOVES + 1):
        answered = look.get(url).answered_url
        if not same_site(answered, portal):
            portal = replace(portal, home=normalise(answered))
            look.portal = portal
        page = look.page(url)
        if page is None:
            raise SourceError(_no_page(look.get(url)), portal=portal.name, url=url)
        moved = page.moved_to()
        if moved is None or look.has(moved):
            break
        if not same_site(moved, portal):
            portal = replace(portal, home=moved)
            look.portal = portal
        url = moved
    return page, replace(portal, home=portal.home), look


def _no_page(capture: Capture) -> str:
    said = capture.header("content-type") or "something without a content type"
    return f"is {said}, but the home page of a portal was expected; give the address of a page"


def _announced(survey: Survey, page: SeenPage, fetcher: Fetcher) -> Announced:
    """Feeds and sitemaps; what feeds name is an article for sure."""
    look = survey.look
    announced = read_feeds(look, feed_addresses(page))
    try:
        told = fetcher.sitemaps(look.portal.home)
    except PageError:
        told = ()
    announced.sitemaps = read_sitemaps(look, told)
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
    while look.left > RESERVED:
        kind = survey.next_kind()
        if kind is not None:
            survey.judge(kind)
            continue
        section = survey.next_section()
        if section is None:
            return
        survey.open(section[0], menu=section[1])


def _last_resort(survey: Survey, announced: Announced) -> None:
    """Nothing on the pages themselves: the usual addresses of feeds, then what sitemaps name."""
    look = survey.look
    if not announced.feeds:
        usual = [normalise(path, look.portal.home) for path in USUAL_FEEDS]
        announced.feeds |= read_feeds(look, usual, most=1).feeds
        _take_up(survey, announced)
    if not survey.told:
        for locations in announced.sitemaps.values():
            for url in locations[:200]:
                if same_site(url, look.portal) and not survey.is_away(url):
                    survey.told.setdefault(url, None)
    while look.left > RESERVED // 2:
        kind = survey.next_kind()
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
    read = len(survey.read) + len(look.reasons)
    if not page.anchors:
        return (
            "has no link to another page of its own: its articles may be shown by a script; look "
            'for a feed or a JSON list, and write a portal file by hand (kind = "feed" or "api")'
        )
    return (
        f"no article was found: {look.asked} pages were looked at, {read} of them read; give the "
        "address of the page that lists the news"
    )


class _Proposal:
    """What is proposed of a portal whose articles are known."""

    def __init__(
        self,
        survey: Survey,
        portal: Portal,
        page: SeenPage,
        announced: Announced,
        kinds: Sequence[Cluster],
    ) -> None:
        self.survey = survey
        self.look = survey.look
        self.page = page
        self.announced = announced
        self.kinds = kinds
        self.chosen: Chosen = choose_key(kinds, portal, survey.titles)
        urls = {url for kind in kinds for url in kind.urls}
        self.match = match_of(
            kinds,
            sorted(survey.against() - urls),
            pagers=sorted(survey.pagers() - urls),
            key=self.chosen.rule.parameter,
        )
        rule = self.chosen.rule.as_rule(re.compile(self.match))
        self.portal = replace(portal, article=rule)
        self.lists = Lists(survey, self.portal)
        self.doubts: list[Doubt] = []

    def made(self, *, requests: object) -> Profile:
        """All of it, read back as a portal file would be."""
        self.lists.find()
        sections = [*self._list_sections(), *self._feed_sections(), *self._sitemap_sections()]
        portal = self._described(sections)
        previews = self._previews(portal)
        self._doubt(sections, previews)
        template = learn((it.capture.answered_url, it.capture.body) for it in self.look.pages)
        profile = Profile(
            portal=portal,
            looked_at=datetime.now(UTC),
            requests=requests() if callable(requests) else 0,
            sections=tuple(sections),
            previews=previews,
            doubts=tuple(self.doubts),
            family=self.page.generator,
            family_why="its generator tag says so" if self.page.generator else None,
            match_why=self._match_why(),
            key_why=self._key_why(),
            language_why=self._language()[1],
            title_why="the home page's title" if portal.title else None,
            template_articles=template.articles,
            key=self.chosen.rule.text,
            match=self.match,
        )
        return profile

    # --- sources ------------------------------------------------------------------------------

    def _list_sections(self) -> Iterator[Section]:
        for found in self.lists.found:
            yield Section(
                source=found.source,
                title=found.title,
                articles=len(found.keys) if found.opened else None,
                note=_note(found),
            )

    def _feed_sections(self) -> Iterator[Section]:
        """One feed for freshness; all of them where no list goes on."""
        feeds = {
            url: [link for link in links if is_article(link.url, self.portal)]
            for url, links in self.announced.feeds.items()
        }
        good = {url: links for url, links in feeds.items() if links}
        wanted = list(good) if not self.lists.found else list(good)[:1]
        for url in wanted:
            count = len(good[url])
            yield Section(
                source=Source(kind="feed", url=url, pages=1),
                title=None,
                articles=count,
                note=f"{count} entries",
            )

    def _sitemap_sections(self) -> Iterator[Section]:
        """A sitemap that holds the articles, where the lists may not hold all of them."""
        goes_on = any(found.more for found in self.lists.found)
        exact = self.chosen.rule.kind in ("number", "parameter")
        for url, locations in self.announced.sitemaps.items():
            keys = {
                article_key(it, self.portal) for it in locations if is_article(it, self.portal)
            }
            if not keys or (goes_on and not exact):
                continue
            yield Section(
                source=Source(kind="sitemap", url=url, pages=1),
                title=None,
                articles=len(keys),
                note=f"names {len(keys)} articles, or more",
            )

    # --- the portal ---------------------------------------------------------------------------

    def _described(self, sections: Sequence[Section]) -> Portal:
        language, _ = self._language()
        usual = "Asia/Ho_Chi_Minh" if self._is_vietnamese(language) else "UTC"
        sources = [section.source for section in sections if section.source.kind in WALKS]
        return replace(
            self.portal,
            title=self._title(),
            language=language,
            timezone=usual,
            sources=tuple(sources) or (Source(kind="listing", url=self.portal.home),),
        )

    def _is_vietnamese(self, language: str | None) -> bool:
        host = urlsplit(self.portal.home).hostname or ""
        return host.endswith(".vn") or (language or "").startswith("vi")

    def _language(self) -> tuple[str | None, str | None]:
        said = Counter(it.language for it in self.survey.read.values() if it.language)
        if said:
            language, count = said.most_common(1)[0]
            return language, f"the language of {count} of {len(self.survey.read)} articles read"
        return (self.page.language, "the home page says so") if self.page.language else (None, None)

    def _title(self) -> str | None:
        for element in self.page.tree.iter("meta"):
            if (element.get("property") or "").lower() == "og:site_name":
                said = " ".join((element.get("content") or "").split())
                if said:
                    return said[:120]
        title = self.page.title
        if not title:
            return None
        parts = re.split(r"\s+[-|–»:]+\s+", title)
        named = [part for part in parts if not re.fullmatch(r"(?i)trang chủ|home|trang nhất", part)]
        return (max(named, key=len) if named else title)[:120]

    # --- what it rests on ---------------------------------------------------------------------

    def _match_why(self) -> str:
        read = len(self.survey.read)
        tried = read + len(self.look.reasons)
        count = sum(len(kind.urls) for kind in self.kinds)
        return (
            f"{count} addresses seen are of {_kinds(len(self.kinds))}; of {tried} pages read "
            f"{read} are articles"
        )

    def _key_why(self) -> str:
        chosen = self.chosen
        counted = f"{chosen.addresses} addresses seen, {chosen.articles} articles"
        said = {
            "parameter": "the parameter differs between articles and is one for each",
            "number": "the number differs between articles and is one for each",
            "name": "the last part of the path names the article; what is before it does not",
            "path": "the query says only how the list stood",
            "address": "no key: no part of the address alone tells articles apart, so all of it does",
        }[chosen.rule.kind]
        return f"{said} ({counted})"

    def _previews(self, portal: Portal) -> tuple[Preview, ...]:
        """Some articles as they would be archived, read as later runs read them."""
        shown: dict[str, Preview] = {}
        template = learn((it.capture.answered_url, it.capture.body) for it in self.look.pages)
        for url in self._to_show():
            if len(shown) == PREVIEWS:
                break
            key = article_key(url, portal)
            if key in shown or (not self.look.has(url) and self.look.left <= 0):
                continue
            try:
                capture = self.look.get(url)
                article = extract(
                    capture.body,
                    url=capture.answered_url,
                    content_type=capture.header("content-type"),
                    portal=portal,
                    fetched_at=capture.fetched_at,
                    template=template,
                )
            except NoArticle:
                continue
            except PageError:
                continue
            shown[key] = Preview(key=key, article=replace(article, id=f"{portal.name}:{key}"))
        return tuple(shown.values())

    def _to_show(self) -> Iterator[str]:
        yield from (url for url in self.survey.read if is_article(url, self.portal))
        for kind in self.kinds:
            yield from kind.urls

    # --- doubts -------------------------------------------------------------------------------

    def _doubt(self, sections: Sequence[Section], previews: Sequence[Preview]) -> None:
        for doubt in self.chosen.doubts:
            self._unsure(doubt + ".", "Give [article] key if you see what tells them apart.")
        untried = [it.title or it.source.url for it in self.lists.found if not it.tried and it.opened]
        if untried:
            self._unsure(
                f"whether these lists go on: {', '.join(untried)}.",
                "Look at their second page, and compare the address with url.",
            )
        unopened = [it.title or it.source.url for it in self.lists.found if not it.opened]
        if unopened:
            self._unsure(
                f"not opened, but made like the others: {', '.join(unopened)}.",
                "`scraper check` shows whether they list articles.",
            )
        if not any(it.more for it in self.lists.found):
            self._unsure(
                "no list was found that goes on to older articles.",
                "Older articles may be missed; look for a list with pages, and give its address.",
            )
        dated = [it for it in previews if it.article.published is not None]
        if previews and len(dated) < len(previews):
            self._unsure(
                f"{len(previews) - len(dated)} of {len(previews)} articles were read without a date.",
                "If their pages print one, give [[layout]] published.",
            )
        missing = {it.source.kind for it in sections if it.source.kind not in WALKS}
        if missing:
            self._unsure(f"sources of kind {', '.join(sorted(missing))} are not read yet.", "")

    def _unsure(self, what: str, remedy: str) -> None:
        self.doubts.append(Doubt(what=what, remedy=remedy))


def _kinds(count: int) -> str:
    return "one kind" if count == 1 else f"{count} kinds"


def _note(found: FoundList) -> str:
    source, count = found.source, len(found.keys)
    if not found.opened:
        return "not opened; made like the others"
    first = f"{count} articles on its first page"
    if source.kind == "postback":
        return f"{first}; its pages are asked for by __doPostBack"
    if found.more:
        return f"{first}; page 2 shows others"
    return first if found.tried else f"{first}; whether it goes on was not seen"


def read_back(profile: Profile, name: str) -> Portal:
    """The proposed file, read as every portal file is. Raises PortalFileError."""
    from pathlib import Path

    return read_portal_text(portal_file(profile), path=Path(f"{name}.toml"))


_ = (ArticleRule, canonical_address)
