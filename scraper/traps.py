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
PROBES = 1  # a run still tries so many of each shape: portals change
# What a reason begins with that tells nothing of the page: robots.txt was asked, or its reading is
# doubted. A robots.txt that forbade all by mistake for a day must not close a portal for weeks.
SAYS_NOTHING = ("robots.txt ", "held ")


@dataclass
class Traps:
    """What became of a portal's addresses, by their shapes; from the archive, and in this run."""

    hits: Counter[str] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)
    probed: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, portal: str, archive: Archive) -> Traps:
        """What the archive knows of the newest links of a portal."""
        traps = cls()
        for url, state, reason in archive.link_states(portal, limit=LINKS_LOOKED_AT):
            miss = state in ("refused", "gone") and not (reason or "").startswith(SAYS_NOTHING)
            traps._count(url, hit=state == "read", miss=miss)
        return traps

    def check(self, link: Link, *, known: bool) -> None:
        """Raises NoArticle for an address of a shape that never is an article.

        An article that is `known` is never passed over, and now and then one address is tried.
        """
        shape = address_shape(link.url)
        hits, misses = self.hits[shape], self.misses[shape]
        if known or misses < MISSES or hits > HIT_SHARE * (hits + misses):
            return
        self.probed[shape] += 1
        if self.probed[shape] > PROBES:
            raise NoArticle(
                f"not asked for: {misses} addresses like it were no articles, and {hits} were",
                url=link.url,
            )

    def note(self, url: str, kind: OutcomeKind, *, reason: str | None) -> None:
        """What became of an address in this run; one that was not asked for says nothing."""
        if not (reason or "").startswith(("not asked for", *SAYS_NOTHING)):
            self._count(
                url,
                hit=kind in ("new", "changed", "unchanged", "not_modified"),
                miss=kind in ("refused", "gone"),
            )

    def _count(self, url: str, *, hit: bool, miss: bool) -> None:
        if hit or miss:
            (self.hits if hit else self.misses)[address_shape(url)] += 1
