"""Which addresses are articles: a few of each kind are read, the others judged by their kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from scraper.portals.portal_file import Family
from scraper.probe.cms import lists_of
from scraper.probe.keys import Titles
from scraper.probe.look import Look
from scraper.probe.seen import Anchor, SeenPage
from scraper.probe.shapes import Cluster, Shape, clusters_of, shape_of
from scraper.probe.words import is_foreign, is_never, is_newsy, is_pager_text, is_record, is_static
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
    samples: int = 0
    family: Family | None = None

    def __post_init__(self) -> None:
        self.titles = Titles(self._text)

    def _text(self, url: str) -> str | None:
        article = self.look.article(url)
        return f"{article.title}\n{article.text}" if article else None

    # --- links --------------------------------------------------------------------------------

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
        return clusters_of(
            (one for one in self.anchors() if not one.pager or not one.text.isdigit()),
            told=[url for url in self.told if not self.is_away(url)],
        )

    # --- reading some of each kind ------------------------------------------------------------

    def next_kind(self) -> Cluster | None:
        """The kind of links that is to be read next; None where none is worth it."""
        if self.samples >= MOST_SAMPLES:
            return None
        found = [
            cluster
            for shape, cluster in self.clusters().items()
            if shape not in self.verdicts and cluster.score >= LOOKS_LIKE_ARTICLES
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
        return all(is_record(url) for url in cluster.urls)

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
            said.append(self._judged(url))
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

    def _judged(self, url: str) -> Verdict:
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
            if (
                address in seen
                or anchor.url in self.read
                or self.look.has(anchor.url)
                or anchor.url in self.look.failures
            ):
                continue
            rank = self._rank(anchor)
            if rank is not None and rank < 9:
                rank -= min(counts[address], 20) / 100
                rank += number / 1_000_000
                ranked[anchor.url] = min(ranked.get(anchor.url, 99.0), rank)
        if not ranked:
            return None
        best = min(ranked, key=lambda url: ranked[url])
        return best, any(one.menu for one in self.anchors() if one.url == best)

    def usual_lists(self) -> list[str]:
        """Lists that nothing seen links to, but that the family has beside such articles."""
        if self.family is None:
            return []
        articles = [url for url in self.all_urls() if self.verdicts.get(shape_of(url)) == "article"]
        known = {canonical_address(url) for url in (*self.opened, *self.look.failures)}
        found = lists_of(self.family, sorted(articles), home=self.home)
        return [url for url in found if canonical_address(url) not in known]

    def _rank(self, anchor: Anchor) -> float | None:
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

    # --- what came out ------------------------------------------------------------------------

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
        kinds += self._other_names(kinds, found)
        return [
            kept
            for kind in kinds
            if (kept := self._without_others(kind, frame=frame, lists=lists)).urls
        ]

    def _other_names(
        self, kinds: Iterable[Cluster], found: dict[Shape, Cluster]
    ) -> Iterator[Cluster]:
        """Articles whose name is of few words, or ends in a number: other kinds only by chance."""
        known = {kind.shape for kind in kinds}
        named = {_family(kind.shape) for kind in kinds if _is_named(kind.shape)}
        for shape, cluster in found.items():
            other = shape not in known and self.verdicts.get(shape) != "record"
            if other and shape.path and _family(shape) in named:
                yield cluster

    def against(self) -> set[str]:
        """Every address seen of which something says that it is no article."""
        wrong = {normalise(self.home), *self.opened, *self.look.reasons}
        frame = self.frame()
        wanted = {"article"} if "article" in self.verdicts.values() else {"article", "undated"}
        for page in self.look.pages:
            for anchor in page.anchors:
                if (
                    anchor.menu
                    or anchor.pager
                    or self.is_away(anchor.url)
                    or (canonical_address(anchor.url) in frame and len(anchor.text.split()) < 4)
                    or is_static(anchor.url, anchor.text)
                    or self.verdicts.get(shape_of(anchor.url), "article") not in wanted
                ):
                    wrong.add(anchor.url)
        return wrong

    def pagers(self) -> set[str]:
        """Links to further pages of lists."""
        return {
            anchor.url
            for page in self.look.pages
            for anchor in page.anchors
            if is_pager_text(anchor.text) or anchor.pager
        }

    def _without_others(self, kind: Cluster, *, frame: frozenset[str], lists: set[str]) -> Cluster:
        """The kind's addresses without sections and pages that stand for years."""
        short = bool(kind.shape.path) and kind.shape.path[-1].startswith("w")
        numbered = not _is_named(kind.shape) and any(
            "#" in part for part in (*kind.shape.path[-1:], *dict(kind.shape.query).values())
        )
        kept = Cluster(kind.shape)
        for url, same in kind.anchors.items():
            address = canonical_address(url)
            if address in lists or url in self.look.reasons:
                continue
            text = max((one.text for one in same), key=len)
            menu = any(one.menu for one in same)
            told = url in self.told
            if not told and not numbered and menu:
                continue
            if not told and menu and is_static(url, text):
                continue
            if short and not told and (address in frame or len(text.split()) < 3):
                continue
            if kind.shape not in self.verdicts and (is_static(url, text) or is_record(url)):
                continue
            article = self.read.get(url)
            undated = article is not None and article.published is None
            if undated and self.verdicts.get(kind.shape) == "article" and address in frame:
                continue
            kept.anchors[url] = same
        kept.told = {url for url in kind.told if url not in self.look.reasons}
        for url in kept.urls:
            self.titles.add(url, self.told.get(url))
            for anchor in kept.anchors.get(url, ()):
                self.titles.add(url, anchor.text)
        return kept


def _is_named(shape: Shape) -> bool:
    """Whether only a name tells these addresses apart."""
    return bool(shape.path) and bool(re.fullmatch(r"s(?:\.[a-z]{2,5})?", shape.path[-1]))


def _family(shape: Shape) -> tuple[object, ...]:
    """Equal for kinds of which the names alone differ in their make."""
    ending = re.search(r"\.[a-z]{2,5}$", shape.path[-1])
    stem = shape.path[-1][: ending.start()] if ending else shape.path[-1]
    named = bool(re.fullmatch(r"w|s|s.*#|#.s", stem))
    return (shape.path[:-1], ending.group() if ending else "", shape.query, named)
