"""What is proposed of a portal whose articles are known: its sources, and what that rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scraper.discovery.sources import WALKS
from scraper.errors import PageError
from scraper.extraction.article import Template, extract, learn
from scraper.probe.announced import Announced, number_feeds, read_more_feeds
from scraper.probe.cms import recognise
from scraper.probe.completeness import MOST_NAMED, sections_left, unfinished
from scraper.probe.keys import Chosen, choose_key
from scraper.probe.lists import FoundList, Lists
from scraper.probe.matches import match_of
from scraper.probe.own_address import has_own, is_believed
from scraper.probe.profile import Doubt, Preview, Profile, Section
from scraper.probe.scripted import FoundApi
from scraper.probe.seen import SeenPage
from scraper.probe.shapes import Cluster, form_of
from scraper.probe.survey import Survey
from scraper.records import Portal, Source
from scraper.urls import article_key, is_article

PREVIEWS = 5
COPIED = 0.5  # of a kind's titles stand under another kind, too: it is a second form of address


class Proposal:
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
        self.portal = portal
        self._rule(kinds, last=False)
        asked_by = frozenset(api.asked_by for api in announced.apis if api.more)
        self.lists = Lists(survey, self.portal, asked_by)
        self.doubts: list[Doubt] = []

    def _rule(self, kinds: Sequence[Cluster], *, last: bool) -> None:
        """Which addresses are articles, and what tells them apart.

        A form of address that only repeats others is left out at last, when lists have shown more.
        """
        survey = self.survey
        self.chosen: Chosen = choose_key(kinds, self.portal, survey.titles)
        copies: set[str] = set()
        while last and self.chosen.doubts and len(kinds) > 1:
            fewer = self._without_copies(kinds)
            if len(fewer) == len(kinds):
                break
            copies |= {url for kind in kinds if kind not in fewer for url in kind.urls}
            kinds = fewer
            self.chosen = choose_key(kinds, self.portal, survey.titles)
        self.kinds = kinds
        urls = {url for kind in kinds for url in kind.urls}
        self.match = match_of(
            kinds,
            sorted((survey.against() | copies) - urls),
            pagers=sorted(survey.pagers() - urls),
            key=self.chosen.rule.parameter,
        )
        rule = self.chosen.rule.as_rule(re.compile(self.match))
        self.canonical = bool(self.chosen.doubts) and is_believed(survey)
        if self.canonical:
            rule = replace(rule, canonical=True)
            self.chosen = replace(self.chosen, doubts=())
        self.portal = replace(self.portal, article=rule)

    def _without_copies(self, kinds: Sequence[Cluster]) -> list[Cluster]:
        """The kinds without the form that lists link to least, if its articles stand elsewhere."""
        titles = self.survey.titles
        forms: dict[object, list[Cluster]] = {}
        for kind in kinds:
            forms.setdefault(form_of(kind.shape), []).append(kind)
        listed = self.survey.listed()

        def count(same: Sequence[Cluster]) -> tuple[int, int]:
            urls = [url for kind in same for url in kind.urls]
            return len([url for url in urls if url in listed]), len(urls)

        for same in sorted(forms.values(), key=count):
            rest = [url for other in kinds if other not in same for url in other.urls]
            named = [url for kind in same for url in kind.urls if titles.of(url)]
            twins = [url for url in named if any(titles.same(url, one) for one in rest)]
            if any(has_own(self.survey, kind.shape) for kind in same):
                continue  # better twice than never
            if rest and len(twins) >= max(1, COPIED * len(named)):
                return [other for other in kinds if other not in same]
        return list(kinds)

    def made(self, *, requests: Callable[[], int]) -> Profile:
        """All of it, read back as a portal file would be."""
        self.lists.find()
        if not self._goes_on():
            read_more_feeds(self.look, self.announced, most=max(0, self.look.left - PREVIEWS))
            number_feeds(self.look, self.announced)
        # Proved on what the second pages showed, too.
        self._rule(self.survey.article_kinds() or self.kinds, last=True)
        made_with = recognise([self.page, *self.look.pages])
        found = [
            *self._list_sections(),
            *self._api_sections(),
            *self._feed_sections(),
            *self._sitemap_sections(),
        ]
        by_url = {it.source.url: it for it in reversed(found) if it.source.kind in WALKS}
        sections = list(reversed(by_url.values()))
        portal = self._described(sections)
        template = learn((it.capture.answered_url, it.capture.body) for it in self.look.pages)
        previews = self._previews(portal, template)
        self._doubt(found, previews)
        return Profile(
            portal=portal,
            looked_at=datetime.now(UTC),
            requests=requests(),
            sections=tuple(sections),
            previews=previews,
            doubts=tuple(self.doubts),
            family=made_with.name if made_with else None,
            family_why=made_with.why if made_with else None,
            match_why=self._match_why(),
            key_why=self._key_why(),
            language_why=self._language()[1],
            title_why="the home page's title" if portal.title else None,
            template_articles=template.articles,
            key=self.chosen.rule.text,
            match=self.match,
            canonical=self.canonical,
        )

    # --- sources ------------------------------------------------------------------------------

    def _list_sections(self) -> Iterator[Section]:
        for found in self.lists.found:
            yield Section(
                source=found.source,
                title=found.title,
                articles=len(found.keys) if found.opened else None,
                note=_note(found),
            )

    def _api_sections(self) -> Iterator[Section]:
        for api in self.announced.apis:
            yield Section(
                source=api.source,
                title=None,
                articles=None if api.assumed else len(api.links),
                note=_note_of(api),
            )

    def _feed_sections(self) -> Iterator[Section]:
        """One feed for freshness, and all that name what no list does, or that go on."""
        goes_on = any(found.more for found in self.lists.found)
        listed = {key for found in self.lists.found for key in (*found.keys, *found.second)}
        taken = False
        for url, links in self.announced.feeds.items():
            keys = {article_key(it.url, self.portal) for it in links if self._is_article(it.url)}
            older = self.announced.going_on.get(url)
            adds = bool(keys - listed) and not goes_on
            if not keys or not (adds or (older and not goes_on) or not taken):
                continue
            taken = True
            yield Section(
                source=Source(kind="feed", url=older or url, pages=1),
                title=None,
                articles=len(keys),
                note=f"{len(keys)} entries" + ("; it leads on to older ones" if older else ""),
            )

    def _is_article(self, url: str) -> bool:
        return is_article(url, self.portal)

    def _sitemap_sections(self) -> Iterator[Section]:
        """A sitemap that holds the articles, where the lists may not hold all of them."""
        goes_on = any(found.more for found in self.lists.found)
        exact = self.chosen.rule.kind in ("number", "parameter")
        for url, locations in self.announced.sitemaps.items():
            keys = {article_key(it, self.portal) for it in locations if is_article(it, self.portal)}
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
        parts = re.split(r"(?:^|\s+)[-|–»:]+(?:\s+|$)", title)
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
            "pair": "each page or section counts for itself: its name and the number are the key",
            "name": "the last part of the path names the article; what is before it does not",
            "path": "the query says only how the list stood",
            "address": "no key: the whole address tells articles apart",
        }[chosen.rule.kind]
        return f"{said} ({counted})"

    def _previews(self, portal: Portal, template: Template) -> tuple[Preview, ...]:
        """Some articles as they would be archived, read as later runs read them."""
        shown: dict[str, Preview] = {}
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
        if self.survey.guessed:
            self._unsure(
                "which addresses are articles: few could be read.",
                "`scraper check` shows what is found; [article] match decides.",
            )
        for doubt in self.chosen.doubts:
            self._unsure(doubt + ".", "Give [article] key if you see what tells them apart.")
        untried = [
            it.title or it.source.url for it in self.lists.found if not it.tried and it.opened
        ]
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
        short = list(unfinished(self.lists))
        if short:
            self._unsure(
                f"lists of which only the first page was found: {'; '.join(short[:MOST_NAMED])}.",
                "Look at what their next page asks for, or give a sitemap or an API.",
            )
        left = sections_left(self.survey, self.lists)
        if left:
            self._unsure(
                f"sections that were not opened: {', '.join(left[:MOST_NAMED])}.",
                "Add those that list articles, or look again with a larger --requests.",
            )
        if not self._goes_on():
            self._unsure(
                "no list was found that goes on to older articles.",
                "Older articles may be missed; look for a list with pages, and give its address.",
            )
        dated = [it for it in previews if it.article.published is not None]
        if previews and len(dated) < len(previews):
            self._unsure(
                f"{len(previews) - len(dated)} of {len(previews)} articles have no date.",
                "If their pages print one, give [[layout]] published.",
            )
        missing = {it.source.kind for it in sections if it.source.kind not in WALKS}
        if missing:
            self._unsure(f"sources of kind {', '.join(sorted(missing))} are not read yet.", "")

    def _goes_on(self) -> bool:
        """Whether older articles are reached."""
        found = [*(it.more for it in self.lists.found), *(it.more for it in self.announced.apis)]
        return any(found) or bool(self.announced.going_on)

    def _unsure(self, what: str, remedy: str) -> None:
        self.doubts.append(Doubt(what=what, remedy=remedy))


def _kinds(count: int) -> str:
    return "one kind" if count == 1 else f"{count} kinds"


def _note_of(api: FoundApi) -> str:
    if api.assumed:
        return "not asked for; made like the others"
    more = "; the second has others" if api.more else ""
    return f"{len(api.links)} articles in its first answer{more}"


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
