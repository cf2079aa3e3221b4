"""What tells two articles apart: tried on all links seen, with their titles, before it is believed.

A rule is good if no two articles with different titles get one key, and no article gets two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scraper.probe.key_rules import ADDRESS, KeyRule, candidates
from scraper.probe.shapes import GUID, Cluster, shape_of
from scraper.records import Portal
from scraper.urls import article_key, canonical_address, key_by_rule
from scraper.vietnamese.text import fold

COVERED = 0.95  # of a kind's addresses must have the part that is to be the key
SHORTEST_TITLE = 15  # characters; shorter link texts say little
MOST_PAIRS = 4  # pairs of addresses that are read to be sure
SURELY_MET = 3.0  # numbers that two counts would share by chance; none then tells of one count
_GO_ON = re.compile(r"(?:xem|doc) .{0,12}|chi tiet.*|read more.*|more.*|\W*\d*\W*(?:binh luan)?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rule, and what it was tried on."""

    rule: KeyRule
    addresses: int
    articles: int
    doubts: tuple[str, ...] = ()


class Titles:
    """What is known of the articles behind addresses: their titles, and their texts where read."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._said: dict[str, set[str]] = {}
        self._read = read
        self.compared: dict[tuple[str, str], bool | None] = {}

    def add(self, url: str, text: str | None) -> None:
        """A link's text, or the title read."""
        plain = _plain(text or "")
        if len(plain) >= SHORTEST_TITLE and not _GO_ON.fullmatch(plain):
            self._said.setdefault(url, set()).add(plain)

    def of(self, url: str) -> set[str]:
        return self._said.get(url, set())

    def same(self, one: str, other: str) -> bool | None:
        """Whether two addresses lead to one article, by their titles; None: nobody knows."""
        ours, theirs = self.of(one), self.of(other)
        if not ours or not theirs:
            return None
        return any(_alike(a, b) for a in ours for b in theirs)

    def surely_same(self, one: str, other: str) -> bool | None:
        """The same by reading both pages; None where they cannot be read."""
        pair = (min(one, other), max(one, other))
        if pair not in self.compared:
            if len(self.compared) >= MOST_PAIRS:
                return None
            first, second = self._read(pair[0]), self._read(pair[1])
            self.compared[pair] = None if not first or not second else first == second
        return self.compared[pair]


def choose_key(clusters: Sequence[Cluster], portal: Portal, titles: Titles) -> Chosen:
    """The best rule for the articles of these clusters, proved on every address seen."""
    urls = [url for cluster in clusters for url in cluster.urls]
    best: tuple[tuple[int, int], KeyRule] | None = None
    for rule in sorted(candidates(clusters), key=lambda one: (one.rank, one.text or "")):
        wanted = replace(portal, article=rule.as_rule())
        if rule.kind != "address" and not _covers(rule, clusters, wanted):
            continue
        if _collides(urls, wanted, titles) or (
            rule.in_query and _may_count_apart(urls, wanted, titles)
        ):
            continue
        splits = _splits(urls, wanted, titles)
        if best is None or (splits, rule.rank) < best[0]:
            best = ((splits, rule.rank), rule)
        if splits == 0:
            break
    rule = best[1] if best else ADDRESS
    keyed = replace(portal, article=rule.as_rule())
    doubts = []
    if best and best[0][0]:
        doubts.append("one article stands under several addresses, and no part of them tells so")
    return Chosen(rule, len(urls), len({article_key(url, keyed) for url in urls}), tuple(doubts))


def _covers(rule: KeyRule, clusters: Sequence[Cluster], portal: Portal) -> bool:
    """Whether every kind of article address, or nearly, has what the rule asks for."""
    urls = [url for cluster in clusters for url in cluster.urls]
    found = sum(key_by_rule(url, portal) is not None for url in urls)
    return found >= COVERED * len(urls)


def _collides(urls: Sequence[str], portal: Portal, titles: Titles) -> bool:
    """Whether two different articles get one key."""
    for same in _grouped(urls, portal).values():
        addresses = _distinct(same)
        if len(addresses) > 12:  # a section's number, or a day's
            addresses = addresses[:12]
        for one, other in combinations(addresses, 2):
            if titles.same(one, other) is False and titles.surely_same(one, other) is not True:
                return True
    return False


def _may_count_apart(urls: Sequence[str], portal: Portal, titles: Titles) -> bool:
    """Whether scripts that show articles ("BanTin.aspx", "ThongBao.aspx") may each have a count.

    They share one where an article was seen under the same number in two of them, or where their
    numbers lie so close together that two counts would have met.
    """
    scripts: dict[str, dict[str, str]] = {}
    for url in urls:
        path, _, query = canonical_address(url).partition("?")
        key = article_key(url, portal)
        name = path.rpartition("/")[2] if f"={key}" in query else ""  # else it is in the path
        scripts.setdefault(name, {}).setdefault(key, url)
    for name, own in scripts.items():
        rest = {
            key: url
            for other, same in scripts.items()
            if other != name
            for key, url in same.items()
        }
        if not rest or any(titles.same(own[key], rest[key]) for key in own.keys() & rest.keys()):
            continue
        ours, theirs = _numbers(own), _numbers(rest)
        if not ours or not theirs:
            return True
        low, high = max(min(ours), min(theirs)), min(max(ours), max(theirs))
        among = [len([it for it in some if low <= it <= high]) for some in (ours, theirs)]
        if among[0] * among[1] < SURELY_MET * max(high - low + 1, 1):
            return True
    return False


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isdigit()]


def _splits(urls: Sequence[str], portal: Portal, titles: Titles) -> int:
    """How many articles get two keys, as far as titles tell and reading confirms."""
    by_title: dict[str, list[str]] = {}
    for url in urls:
        for title in titles.of(url):
            if len(title) >= 2 * SHORTEST_TITLE:
                by_title.setdefault(title, []).append(url)
    split: set[frozenset[str]] = set()
    for same in by_title.values():
        for one, other in combinations(_distinct(same)[:4], 2):
            keys = frozenset((article_key(one, portal), article_key(other, portal)))
            if len(keys) == 2 and titles.surely_same(one, other):
                split.add(keys)
    return len(split)


def _grouped(urls: Iterable[str], portal: Portal) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for url in urls:
        groups.setdefault(article_key(url, portal), []).append(url)
    return groups


def _distinct(urls: Iterable[str]) -> list[str]:
    by_address = {canonical_address(url): url for url in urls}
    return list(by_address.values())


def shapes_of(urls: Iterable[str]) -> set[object]:
    """The kinds of these addresses."""
    return {shape_of(url) for url in urls}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w…]+", " ", fold(text)).split())


def _alike(one: str, other: str) -> bool:
    """Whether two titles are one: equal, one cut short, or one with more around it."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if short.endswith(("…", " …")):
        return long.startswith(short.rstrip("… "))
    return f" {short} " in f" {long} "


__all__ = ["ADDRESS", "GUID", "Chosen", "KeyRule", "Titles", "choose_key", "shapes_of"]
