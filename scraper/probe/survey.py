"""Which addresses are articles: a few of each kind are read, the others judged by their kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from scraper.portals.portal_file import Family
from scraper.probe.cms import lists_of
from scraper.probe.keys import Titles
from scraper.probe.look import Look
from scraper.probe.own_address import copied_kinds
from scraper.probe.seen import Anchor, SeenPage
from scraper.probe.shapes import (
    Cluster,
    Shape,
    clusters_of,
    has_two_numbers,
    in_menus,
    is_named,
    is_numbered,
    name_family,
    shape_of,
)
from scraper.probe.words import (
    begins_as_static,
    is_day_text,
    is_foreign,
    is_never,
    is_newsy,
    is_pager_text,
    is_record,
    is_record_kind,
    is_static,
)
from scraper.records import Article
from scraper.urls import canonical_address, normalise

Verdict = Literal["article", "undated", "list", "record", "other"]
FRAME_SHARE = 0.6  # of the pages seen; a link on so many of them belongs to the frame
FRAME_PAGES = 3  # fewer say nothing
LOOKS_LIKE_ARTICLES = 1.3  # score of a kind of links that is worth reading some of
SAMPLED = 2  # pages of each kind
MOST_SAMPLES = 14  # pages read to tell kinds apart
SHORTEST_ARTICLE = 250  # characters of text of one without a date
SHORTEST_RECORD = 200  # characters; a record of a law says less in running text
LISTED = 4  # articles that a page must link to if it is a list though it reads as an article
SHORTEST_HEADLINE = 4  # words; what is named on every page by fewer is a page of the frame
LONG_HEADLINE = 7  # words; a menu's entries have fewer
MOST_DOUBTFUL = 4  # links of menus that are read to be sure
MOST_SECTIONS = 24  # pages of sections that are opened
_WORDS_OF_A_MENU = 8


@dataclass(slots=True)
class Survey:
    """What is known so far in one look."""

    look: Look
    own: frozenset[str]  # the words of the portal's own language in addresses
    home: str
    titles: Titles = field(init=False)
    told: dict[str, str | None] = field(default_factory=dict)  # by feeds: address, title
    verdicts: dict[Shape, Verdict] = field(default_factory=dict)
    read: dict[str, Article] = field(default_factory=dict)  # by address
    opened: list[str] = field(default_factory=list)  # sections, in order
    turned: dict[str, bool] = field(default_factory=dict)  # whether page 2 of one has other links
    samples: int = 0
    guessed: bool = False  # which addresses are articles rests on little
    family: Family | None = None

    def __post_init__(self) -> None:
        self.titles = Titles(self._text)

    def _text(self, url: str) -> str | None:
        article = self.look.article(url)
        return f"{article.title}\n{article.text}" if article else None

    def anchors(self) -> Iterator[Anchor]:
        """Every link seen that may be worth a visit, in the order of sight."""
        home = canonical_address(self.home)
        for page in self.look.pages:
            for anchor in page.anchors:
                if not self.is_away(anchor.url) and canonical_address(anchor.url) != home:
                    yield anchor

    def is_away(self, url: str) -> bool:
        """Whether nothing that is looked for can stand there."""
        return is_never(url) or is_foreign(url, own=self.own)

    def all_urls(self) -> set[str]:
        """Every address seen."""
        return {anchor.url for page in self.look.pages for anchor in page.anchors}

    def frame(self) -> frozenset[str]:
        """The canonical addresses that stand on nearly every page."""
        pages = self.look.pages
        if len(pages) < FRAME_PAGES:
            return frozenset()
        counts: Counter[str] = Counter()
        for page in pages:
            counts.update({canonical_address(anchor.url) for anchor in page.anchors})
        needed = max(FRAME_PAGES, FRAME_SHARE * len(pages))
        return frozenset(address for address, count in counts.items() if count >= needed)

    def clusters(self) -> dict[Shape, Cluster]:
        told = [url for url in self.told if not self.is_away(url)]
        turning = (it for page in self.look.pages for it in self.turning(page))
        further = {it.url for it in turning if is_pager_text(it.text or "1")}
        further -= {it.url for it in self.anchors() if not is_pager_text(it.text or "1")}
        return clusters_of((it for it in self.anchors() if it.url not in further), told=told)

    # --- reading some of each kind ------------------------------------------------------------

    def next_kind(self, *, lowest: float = LOOKS_LIKE_ARTICLES) -> Cluster | None:
        """The kind of links that is to be read next; None where none is worth it."""
        if self.samples >= MOST_SAMPLES:
            return None
        found = [
            cluster
            for shape, cluster in self.clusters().items()
            if shape not in self.verdicts and cluster.score >= lowest
        ]
        for cluster in sorted(found, key=lambda one: -one.score):
            if self._is_record(cluster) and not cluster.told:
                self.verdicts[cluster.shape] = "record"
            elif self._alike(cluster):
                self.verdicts[cluster.shape] = "article"
            else:
                return cluster
        return None

    def _is_record(self, cluster: Cluster) -> bool:
        return all(is_record_kind(url) for url in cluster.urls)

    def _alike(self, cluster: Cluster) -> bool:
        """Whether two kinds that differ only in a section's name were articles, and all were."""
        same = [
            verdict
            for shape, verdict in self.verdicts.items()
            if shape.coarse == cluster.shape.coarse
        ]
        return same.count("article") >= 2 and set(same) == {"article"}

    def judge(self, cluster: Cluster) -> None:
        """Read some pages of a kind, and say what the kind is."""
        said: list[Verdict] = []
        for url in self._chosen(cluster):
            if len(said) >= SAMPLED and len(set(said)) == 1:
                break
            if len(said) > SAMPLED or self.look.left <= 0:
                break
            said.append(self.judge_one(url))
        common = Counter(said).most_common(1)
        self.verdicts[cluster.shape] = common[0][0] if common else "other"
        if said.count("article") * 2 >= len(said) > 0 and said.count("article"):
            self.verdicts[cluster.shape] = "article"

    def _chosen(self, cluster: Cluster) -> list[str]:
        free = cluster.outside_menus
        free.sort(key=lambda url: -max(len(one.text) for one in cluster.anchors[url]))
        spread = [*free[:2], *free[len(free) // 2 : len(free) // 2 + 1], *free]
        told = [url for url in self.told if url in cluster.told]
        return list(dict.fromkeys([*told[:1], *spread, *told, *cluster.urls]))

    def judge_one(self, url: str) -> Verdict:
        """Read one page, and say what it is."""
        if not self.look.has(url):
            self.samples += 1
        article = self.look.article(url)
        if article is None:
            reason = self.look.reasons.get(url, "")
            self.look.page(url)
            return "list" if "list" in reason else "other"
        self.titles.add(url, article.title)
        self.read[url] = article
        size = len(article.text) + sum(map(len, article.captions))
        if article.published is not None:
            return "article" if size >= SHORTEST_RECORD // 2 else "record"
        return "undated" if size >= SHORTEST_ARTICLE else "other"

    # --- sections -----------------------------------------------------------------------------

    def next_section(self) -> tuple[str, bool] | None:
        """The section that is to be opened next, and whether a menu names it; None for none."""
        if len(self.opened) >= MOST_SECTIONS:
            return None
        ranked: dict[str, float] = {}
        seen = {canonical_address(url) for url in self.opened} | {canonical_address(self.home)}
        counts = Counter(canonical_address(anchor.url) for anchor in self.anchors())
        for number, anchor in enumerate(self.anchors()):
            address = canonical_address(anchor.url)
            looked_at = self.look.has(anchor.url) or anchor.url in self.look.failures
            if address in seen or anchor.url in self.read or looked_at:
                continue
            rank = self.rank(anchor)
            if rank is not None and rank < 9:
                rank -= min(counts[address], 20) / 100
                rank += number / 1_000_000
                ranked[anchor.url] = min(ranked.get(anchor.url, 99.0), rank)
        if not ranked:
            return None
        best = min(ranked, key=lambda url: ranked[url])
        return best, in_menus([one for one in self.anchors() if one.url == best])

    def usual_lists(self) -> list[str]:
        """Lists that nothing seen links to, but that the family has beside such articles."""
        if self.family is None:
            return []
        articles = [url for url in self.all_urls() if self.verdicts.get(shape_of(url)) == "article"]
        known = {canonical_address(url) for url in (*self.opened, *self.look.failures)}
        found = lists_of(self.family, sorted(articles), home=self.home)
        return [url for url in found if canonical_address(url) not in known]

    def rank(self, anchor: Anchor) -> float | None:
        """How promising a link is as a section; smaller is better, None: it is none."""
        verdict = self.verdicts.get(shape_of(anchor.url))
        words = len(anchor.text.split())
        if anchor.url in self.told or anchor.pager or is_pager_text(anchor.text):
            return None
        if is_static(anchor.url, anchor.text) or is_record(anchor.url, anchor.text):
            return None
        if not anchor.text or words > _WORDS_OF_A_MENU:
            return 1.5 if verdict == "list" else None
        if verdict in ("article", "undated", "record") and not anchor.menu:
            return None
        if verdict == "article" and any("#" in part for part in shape_of(anchor.url).path):
            return None
        newsy = is_newsy(anchor.url, anchor.text)
        if is_day_text(anchor.text):  # a day's archive; the sections go first
            return 5.0
        return (0.0 if newsy else 2.0) + (0.0 if anchor.menu else 1.0) - (verdict == "list") * 0.5

    def open(self, url: str, *, menu: bool) -> None:
        """A section's page; an article with a short title may have been taken for one."""
        page = self.look.page(url)
        article = self.look.article(url) if page is not None and not menu else None
        if article is None or article.published is None or self._lists(page):
            self.opened.append(url)
            return
        self.titles.add(url, article.title)
        self.read[url] = article
        self.verdicts.setdefault(shape_of(url), "article")

    def _lists(self, page: SeenPage | None) -> bool:
        """Whether a page links to several articles that its frame does not."""
        if page is None:
            return False
        frame = self.frame()
        own = {
            anchor.url
            for anchor in page.anchors
            if self.verdicts.get(shape_of(anchor.url)) == "article"
            and canonical_address(anchor.url) not in frame
        }
        return len(own) >= LISTED

    def article_kinds(self) -> list[Cluster]:
        """The kinds of addresses that are articles, without what only looks like one."""
        verdicts = self.verdicts
        wanted: set[str] = {"article"}
        if "article" not in verdicts.values():
            wanted = {"undated"}  # some portals print no date at all
        found = self.clusters()
        frame = self.frame()
        lists = {canonical_address(url) for url in self.opened}
        kinds = [
            found[shape]
            for shape, verdict in verdicts.items()
            if verdict in wanted and shape in found
        ]
        if "undated" in wanted and any(kind.told for kind in kinds):
            kinds = [kind for kind in kinds if kind.told]  # a feed or an API names the articles
        kinds += self._other_names(kinds, found)
        copies = copied_kinds(self)
        kinds = [kind for kind in kinds if kind.shape not in copies]
        return [
            kept
            for kind in kinds
            if (kept := self._without_others(kind, frame=frame, lists=lists)).urls
        ]

    def _other_names(
        self, kinds: Iterable[Cluster], found: dict[Shape, Cluster]
    ) -> Iterator[Cluster]:
        """Articles whose name is of few words, or ends in a number: other kinds only by chance."""
        kinds = list(kinds)
        known = {kind.shape for kind in kinds}
        numbered = {name_family(kind.shape) for kind in kinds if is_numbered(kind.shape)}
        named = {name_family(kind.shape) for kind in kinds if is_named(kind.shape)}
        for shape, cluster in found.items():
            other = shape not in known and self.verdicts.get(shape) != "record"
            if not other or not shape.path:
                continue
            family = name_family(shape)
            if family in named or (family in numbered and all(map(has_two_numbers, cluster.urls))):
                yield cluster

    def against(self) -> set[str]:
        """Every address seen of which something says that it is no article."""
        wrong = {normalise(self.home), *self.opened, *self.look.reasons}
        frame, copies = self.frame(), copied_kinds(self)
        by_url: dict[str, list[Anchor]] = {}
        for page in self.look.pages:
            for anchor in page.anchors:
                by_url.setdefault(anchor.url, []).append(anchor)
        wanted = {"article"} if "article" in self.verdicts.values() else {"article", "undated"}
        for page in self.look.pages:
            turning = {anchor.url for anchor in self.turning(page)}
            for anchor in page.anchors:
                framed = canonical_address(anchor.url) in frame
                if (
                    in_menus(by_url[anchor.url])
                    or anchor.url in turning
                    or self.is_away(anchor.url)
                    or (framed and len(anchor.text.split()) < SHORTEST_HEADLINE)
                    or (framed and is_static(anchor.url, anchor.text))
                    or self.verdicts.get(shape_of(anchor.url), "article") not in wanted
                    or shape_of(anchor.url) in copies
                ):
                    wrong.add(anchor.url)
        return wrong

    def listed(self) -> set[str]:
        """What the home page and the sections link to, and the frame does not."""
        frame = self.frame()
        opened = {canonical_address(url) for url in (*self.opened, self.home)}
        return {
            anchor.url
            for page in self.look.pages
            if canonical_address(page.url) in opened
            for anchor in page.anchors
            if canonical_address(anchor.url) not in frame
        }

    def turning(self, page: SeenPage) -> Iterator[Anchor]:
        """The links of a pager; "previous" and "next" of an article lead to articles."""
        if page.url not in self.read:
            yield from (one for one in page.anchors if one.pager)

    def pagers(self) -> set[str]:
        """Links to further pages of lists."""
        pages = [page for page in self.look.pages if page.url not in self.read]
        links = [anchor for page in pages for anchor in page.anchors]
        return {one.url for one in links if one.pager or is_pager_text(one.text)}

    def _without_others(self, kind: Cluster, *, frame: frozenset[str], lists: set[str]) -> Cluster:
        """The kind's addresses without sections and pages that stand for years."""
        kept = Cluster(kind.shape)
        for url, same in kind.anchors.items():
            address = canonical_address(url)
            if address in lists or url in self.look.reasons:
                continue
            if url not in self.told and not self._may_be_article(kind, url, same, frame=frame):
                continue
            kept.anchors[url] = same
        kept.told = {url for url in kind.told if url not in self.look.reasons}
        for url in kept.urls:
            self.titles.add(url, self.told.get(url))
            for anchor in kept.anchors.get(url, ()):
                self.titles.add(url, anchor.text)
        return kept

    def _may_be_article(
        self, kind: Cluster, url: str, same: list[Anchor], *, frame: frozenset[str]
    ) -> bool:
        """Whether nothing speaks against an address of a kind that is articles'."""
        text = max((one.text for one in same), key=len)
        words, framed = len(text.split()), canonical_address(url) in frame
        article = self.read.get(url)
        if article is not None and (article.published or not framed):
            return True
        if in_menus(same):
            told = words >= LONG_HEADLINE and not begins_as_static(text)
            return told and article is None and not is_static(url, text)
        dated = "article" in self.verdicts.values()
        if framed and (words < SHORTEST_HEADLINE or (dated and article is not None)):
            return False
        short = bool(kind.shape.path) and kind.shape.path[-1].startswith("w")
        if short and words < 3:
            return False
        return kind.shape in self.verdicts or not (is_static(url, text) or is_record_kind(url))

    def doubtful(self) -> list[str]:
        """Links of menus that are made as articles and called as articles: to be read."""
        verdicts, found = self.verdicts, {}
        for shape, cluster in self.clusters().items():
            if verdicts.get(shape) != "article":
                continue
            for url, same in cluster.anchors.items():
                text = max((one.text for one in same), key=len)
                in_menu = any(one.menu for one in same) and not is_static(url, text)
                known = url in self.read or self.look.has(url) or url in self.told
                if in_menu and not known and len(text.split()) >= LONG_HEADLINE:
                    found[url] = begins_as_static(text)
        return [url for url in sorted(found, key=lambda it: found[it]) if not found[url]]
