"""Addresses of a kind that has led to no article again and again are no longer asked for.

Portals make endless series of addresses that answer 200 with a list, a calendar or a search page.
What such an address looks like cannot be known beforehand; that it never is an article can be seen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from scraper.archive.archive import Archive
from scraper.errors import NoArticle
from scraper.records import Link, OutcomeKind
from scraper.urls import address_shape

# These numbers are ours.
MISSES = 20  # addresses of one shape that were no articles, before others of it are passed over
HIT_SHARE = 0.02  # of those read; with more articles among them it is no trap
LINKS_LOOKED_AT = 5000  # the newest of a portal
# What a reason begins with that tells nothing of the page: robots.txt was asked, or its reading is
# doubted. A robots.txt that forbade all by mistake for a day must not close a portal for weeks.
SAYS_NOTHING = ("robots.txt ", "held ")
NOT_ASKED = "not asked for"


@dataclass
class Traps:
    """What became of a portal's addresses, by their shapes; from the archive, and in this run."""

    hits: Counter[str] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)
    passed_before: Counter[str] = field(default_factory=Counter)  # in earlier runs
    passed: Counter[str] = field(default_factory=Counter)  # in this run, those tried among them

    @classmethod
    def of(cls, portal: str, archive: Archive) -> Traps:
        """What the archive knows of the newest links of a portal."""
        traps = cls()
        for url, state, reason in archive.link_states(portal, limit=LINKS_LOOKED_AT):
            if state == "refused" and (reason or "").startswith(NOT_ASKED):
                traps.passed_before[address_shape(url)] += 1
                continue
            miss = state in ("refused", "gone") and not (reason or "").startswith(SAYS_NOTHING)
            traps._count(url, hit=state == "read", miss=miss)
        return traps

    def check(self, link: Link, *, known: bool) -> None:
        """Raises NoArticle for an address of a shape that never is an article.

        An article that is `known` is never passed over. Of the others the first is tried, the
        second, the fourth, the eighth and so on: portals change, and where a menu's pages look like
        articles they come first, and always the same. Addresses that were passed over keep a trap
        closed only as long as nothing of its shape was an article.
        """
        shape = address_shape(link.url)
        hits, misses = self.hits[shape], self.misses[shape]
        closed = misses + (0 if hits else self.passed_before[shape])
        if known or closed < MISSES or hits > HIT_SHARE * (hits + misses):
            return
        self.passed[shape] += 1
        count = self.passed[shape]
        if count & (count - 1):  # no power of two
            raise NoArticle(
                f"{NOT_ASKED}: {misses} addresses like it were no articles, and {hits} were",
                url=link.url,
            )

    def note(self, url: str, kind: OutcomeKind, *, reason: str | None) -> None:
        """What became of an address in this run; one that was not asked for says nothing."""
        if not (reason or "").startswith((NOT_ASKED, *SAYS_NOTHING)):
            self._count(
                url,
                hit=kind in ("new", "changed", "unchanged", "not_modified"),
                miss=kind in ("refused", "gone"),
            )

    def _count(self, url: str, *, hit: bool, miss: bool) -> None:
        if hit or miss:
            (self.hits if hit else self.misses)[address_shape(url)] += 1
