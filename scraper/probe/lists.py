"""Which pages list the articles, and how each goes on; each way is tried before it is proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scraper.discovery.sources import WALKS, discover
from scraper.errors import NotAsked, PageError, SourceError
from scraper.probe.cms import pagings
from scraper.probe.look import BudgetSpent, Look
from scraper.probe.paging import (
    Paging,
    contradicted,
    first_page,
    page_address,
    pagings_of,
)
from scraper.probe.scripted import further_pages
from scraper.probe.seen import SeenPage
from scraper.probe.shapes import shape_of
from scraper.probe.survey import FRAME_PAGES, FRAME_SHARE, Survey
from scraper.records import Portal, Source
from scraper.urls import article_key, canonical_address, is_article

MOST_TRIED = 3  # ways to go on that are tried on one list
MOST_LISTS = 40
FEWEST_LOADED = 3  # articles on a page of which a script loads the rest
FULL_PAGE = 8  # articles; a list with fewer of them may well have no second page
ASSUMED = ""  # no key: page 2 was not looked at, since the portal's other lists go on so
SAME_SHARE = 0.8  # of page 1's articles that the numbered address of page 1 must show


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list of articles, and how it goes on."""

    source: Source
    title: str | None
    keys: tuple[str, ...]  # of its first page, without what stands on every page
    tried: bool = True  # whether page 2 was seen to show other articles, or there is none
    more: bool = False  # whether it goes on
    opened: bool = True
    second: frozenset[str] = frozenset()  # what its second page brought, where it was looked at


@dataclass(slots=True)
class Lists:
    """The lists of a portal."""

    survey: Survey
    portal: Portal  # with its article rule
    scripted: frozenset[str] = frozenset()  # pages whose lists are known as JSON
    found: list[FoundList] = field(default_factory=list)
    ways: dict[str, bool] = field(default_factory=dict)  # whether page 1 is one of the numbered
    doubts: list[str] = field(default_factory=list)

    @property
    def look(self) -> Look:
        return self.survey.look

    def find(self) -> None:
        """Every page seen that shows articles of its own, and how it goes on."""
        frame = self._frame_keys()
        pages = self._pages()
        is_last_home = pages and canonical_address(pages[-1].url) == canonical_address(
            self.survey.home
        )
        home = pages[-1] if is_last_home else None
        for page in pages:
            keys = self._keys(page, frame)
            if not keys:
                continue
            if any(_is_page_of(found.source, page.url) for found in self.found):
                continue
            is_home = page is home
            if home is not None and not is_home and keys == self._keys(home, frame):
                continue  # a menu's link that leads to the home page again
            twin = any(one.keys == keys for one in self.found)
            for found in self._with_paging(page, keys, frame=frame, certain=twin):
                if not is_home or found.more or self._adds(found):
                    self._take(found)
        self._assume()
        del self.found[MOST_LISTS:]

    def _take(self, found: FoundList) -> None:
        """Take up a list, unless it is one that is known under another address."""
        for place, known in enumerate(self.found):
            if known.source.url == found.source.url:
                return
            if known.keys != found.keys:
                continue
            if known.more and found.more:
                if known.second and known.second == found.second:
                    return
            elif found.more:
                self.found[place] = found
                return
            else:
                return
        self.found.append(found)

    def _pages(self) -> list[SeenPage]:
        """The pages that may be lists, the home page last."""
        home = canonical_address(self.survey.home)
        by_address = {canonical_address(page.url): page for page in self.look.pages}
        pages = [
            page
            for address, page in by_address.items()
            if address != home
            and not is_article(page.url, self.portal)
            and page.url not in self.survey.read
            and not self.survey.is_away(page.url)
        ]
        numbered = {canonical_address(url) for page in pages for url in self._pager_urls(page)}
        sections = [
            page
            for page in pages
            if canonical_address(page.url) not in numbered or page.url in self.survey.opened
        ]
        return [*sections, *([by_address[home]] if home in by_address else [])]

    def _pager_urls(self, page: SeenPage) -> Iterator[str]:
        own = canonical_address(page.url)
        for anchor in page.anchors:
            if anchor.pager and canonical_address(anchor.url) != own:
                yield anchor.url

    def _all_keys(self, page: SeenPage) -> Counter[str]:
        """The articles that a page links to, in its order, and how often."""
        return Counter(
            article_key(anchor.url, self.portal)
            for anchor in page.anchors
            if not self.survey.is_away(anchor.url) and is_article(anchor.url, self.portal)
        )

    def _frame_keys(self) -> Mapping[str, int]:
        """The articles that stand on nearly every page ("most read"), and how often at least."""
        pages = [self._all_keys(page) for page in self.look.pages]
        if len(pages) < FRAME_PAGES:
            return {}
        counts = Counter(key for keys in pages for key in keys)
        needed = max(FRAME_PAGES, FRAME_SHARE * len(pages))
        return {
            key: min(keys[key] for keys in pages if key in keys)
            for key, count in counts.items()
            if count >= needed
        }

    def _keys(self, page: SeenPage, frame: Mapping[str, int]) -> tuple[str, ...]:
        """The articles that a page shows beside those that stand on nearly every page."""
        return tuple(
            key for key, count in self._all_keys(page).items() if count > frame.get(key, 0)
        )

    def _adds(self, found: FoundList) -> bool:
        """Whether the home page shows articles that no other list does."""
        listed = {key for one in self.found for key in one.keys}
        return bool(set(found.keys) - listed)

    # --- how a list goes on -------------------------------------------------------------------

    def _with_paging(
        self, page: SeenPage, keys: tuple[str, ...], *, frame: Mapping[str, int], certain: bool
    ) -> Iterator[FoundList]:
        """The list on a page; `certain`: its second page is looked at, though others went on so."""
        title = self._title(page)
        articles = frozenset(
            anchor.url for anchor in page.anchors if is_article(anchor.url, self.portal)
        )
        ways = pagings_of(page, articles=articles)
        if not ways:
            ways, certain = self._usual(page, keys), True
        shown = set(keys)
        asked: set[str] = set()
        found = untried = 0
        for paging in ways:
            following = paging.next or page_address(paging, 2)
            if following in asked or len(asked) >= MOST_TRIED or (paging.next and found):
                continue
            asked.add(following)
            if paging.way in self.ways and not paging.next and not certain:
                brings: set[str] | None = {ASSUMED}
            else:
                brings = self._tried(self._source(paging, page), shown=shown, frame=frame)
            if brings is None:
                untried += 1
            elif brings and not self._contradicted(paging):
                found += 1
                shown |= brings
                source = self._settled(paging, page, keys)
                second = frozenset(brings - {ASSUMED})
                yield FoundList(source, title, keys, more=True, second=second)
        if found:
            return
        posted = self._posted(page, keys, frame=frame)
        if posted is not None:
            yield replace(posted, title=title)
            return
        loaded = self._loaded(page, keys, frame=frame)
        if loaded is not None:
            yield replace(loaded, title=title)
            return
        yield FoundList(
            Source(kind="listing", url=page.url, pages=1), title, keys, tried=not untried
        )

    def _contradicted(self, paging: Paging) -> bool:
        """Whether page 2, where it was looked at, shows that the address is no template."""
        address = page_address(paging, 2)
        second = self.look.page(address) if self.look.has(address) else None
        return second is not None and contradicted(paging, second)

    def _usual(self, page: SeenPage, keys: tuple[str, ...]) -> list[Paging]:
        """How lists of the portal's family go on, where a full page shows no pager."""
        family = self.survey.family
        if family is None or len(keys) < FULL_PAGE:
            return []
        return [
            Paging(url, family.step if "{offset}" in url else None)
            for url in pagings(family, page.url)
        ]

    def _source(self, paging: Paging, page: SeenPage) -> Source:
        if paging.next:
            return Source(kind="listing", url=page.url, next=paging.next)
        return Source(kind="listing", url=paging.url, step=paging.step, start=page.url)

    def _tried(
        self, source: Source, *, shown: set[str], frame: Mapping[str, int]
    ) -> set[str] | None:
        """What page 2 brings beyond page 1; nothing if it is no page 2; None: it was not asked."""
        brought: set[str] = set()
        try:
            for listed in discover(source, self.portal, get=self.look.get):
                if listed.number == 2:
                    brought = set(listed.fresh) - shown - set(frame)
                    if listed.form is None:
                        self.look.page(listed.url)  # its links count, too, when the key is proved
                    break
        except (BudgetSpent, NotAsked):
            return None
        except (PageError, SourceError):
            return set()
        return brought

    def _settled(self, paging: Paging, page: SeenPage, keys: tuple[str, ...]) -> Source:
        """The source, without `first` where page 1 is one of the numbered pages."""
        source = self._source(paging, page)
        if source.next:
            return source
        way = paging.way
        if canonical_address(first_page(paging)) == canonical_address(page.url):
            self.ways.setdefault(way, True)
            return replace(source, start=None)
        if way not in self.ways:
            self.ways[way] = self._is_first(first_page(paging), keys)
        return replace(source, start=None) if self.ways[way] else source

    def _is_first(self, url: str, keys: tuple[str, ...]) -> bool:
        try:
            page = self.look.page(url)
        except NotAsked:
            return False
        if page is None:
            return False
        shown = set(self._all_keys(page))
        return len(shown & set(keys)) >= SAME_SHARE * len(keys)

    def _posted(
        self, page: SeenPage, keys: tuple[str, ...], *, frame: Mapping[str, int]
    ) -> FoundList | None:
        """A list whose next pages are asked for by __doPostBack."""
        if "postback" not in WALKS or not page.tree.xpath("//input[@name='__VIEWSTATE']"):
            return None
        source = Source(kind="postback", url=page.url)
        brings = self._tried(source, shown=set(keys), frame=frame)
        if brings == set():
            return None
        second = frozenset(brings or ())
        return FoundList(source, None, keys, tried=bool(brings), more=True, second=second)

    def _loaded(
        self, page: SeenPage, keys: tuple[str, ...], *, frame: Mapping[str, int]
    ) -> FoundList | None:
        """A list whose further pages a script loads ("Xem thêm")."""
        known = page.url in self.scripted
        if len(keys) < FEWEST_LOADED or self.look.left <= 0 or known:
            return None
        for paging in further_pages(self.look, page, size=len(keys))[:MOST_TRIED]:
            source = self._source(paging, page)
            brings = self._tried(source, shown=set(keys), frame=frame)
            if brings:
                return FoundList(source, None, keys, more=True, second=frozenset(brings))
        return None

    # --- what was not opened ------------------------------------------------------------------

    def _title(self, page: SeenPage) -> str | None:
        own = {canonical_address(page.url), canonical_address(page.capture.url)}
        texts = Counter(
            anchor.text
            for anchor in self.survey.anchors()
            if canonical_address(anchor.url) in own and 0 < len(anchor.text) <= 60
        )
        best = texts.most_common(1)
        return best[0][0] if best else page.title

    def _assume(self) -> None:
        """Sections that were not opened, but are made like those that were."""
        good = Counter(shape_of(one.source.start or one.source.url) for one in self.found)
        opened = Counter(shape_of(url) for url in self.survey.opened)
        known = {canonical_address(_base(one)) for one in self.found}
        known |= {canonical_address(url) for url in self.survey.opened}
        plain = [one for one in self.found if one.opened]
        for anchor in self.survey.anchors():
            address, shape = canonical_address(anchor.url), shape_of(anchor.url)
            alike = good[shape] >= 2 and good[shape] > opened[shape] / 2
            if address in known or not anchor.menu or not alike:
                continue
            if self.survey.rank(anchor) is None or is_article(anchor.url, self.portal):
                continue
            known.add(address)
            model = next((one for one in plain if shape_of(_base(one)) == shape), None)
            source = _like(model, anchor.url) if model else None
            if source is not None:
                self.found.append(FoundList(source, anchor.text, (), tried=False, opened=False))


def _is_page_of(source: Source, url: str) -> bool:
    """Whether an address is one of the numbered pages of a list."""
    parts = re.split(r"\{page\}|\{offset\}", source.url)
    if len(parts) < 2:
        return canonical_address(source.url) == canonical_address(url)
    return bool(re.fullmatch(r"\d+".join(map(re.escape, parts)), url))


def _base(found: FoundList) -> str:
    """The address of a list's first page, or nearly."""
    source = found.source
    return source.start or source.url.replace("{page}", "1").replace("{offset}", "0")


def _like(model: FoundList, url: str) -> Source:
    """A source for a section that is made like another."""
    first = model.source.start
    if first and model.source.url.startswith(first):
        return replace(model.source, url=url + model.source.url[len(first) :], start=url)
    return Source(kind="listing", url=url, pages=1)
