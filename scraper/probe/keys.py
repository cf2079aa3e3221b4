"""What tells two articles apart: tried on all links seen, with their titles, before it is believed.

A rule is good if no two articles with different titles get one key, and no article gets two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scraper.probe.shapes import GUID, Cluster, shape_of
from scraper.records import ArticleRule, Portal
from scraper.urls import article_key, canonical_address, key_by_rule
from scraper.vietnamese.text import fold

COVERED = 0.95  # of a kind's addresses must have the part that is to be the key
SHORTEST_TITLE = 15  # characters; shorter link texts say little
MOST_PAIRS = 4  # pairs of addresses that are read to be sure
_CODES = frozenset({"s", "G", "D", "w"})  # of kinds of values, that are no words themselves
_GO_ON = re.compile(r"(?:xem|doc) .{0,12}|chi tiet.*|read more.*|more.*|\W*\d*\W*(?:binh luan)?")
_END = r"(?:[?&]|$)"
_STRONG = re.compile(
    r"(?:content|news|article|item|post|story|doc|detail|entry|tin|bai)\w*id|id(?:news|tin|bai|content"
    r"|article)\w*|id|n?id|ddocname|.*_(?:articleid|assetentryid)|p",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Where the key stands: a parameter, or the middle of a pattern; neither: the whole address."""

    kind: str  # "parameter", "number", "pair", "name", "path", "address"
    parameter: str | None = None
    before: str = ""
    inside: str = ""
    after: str = ""
    rank: int = 0  # smaller is better

    @property
    def text(self) -> str | None:
        """As `key` of a portal file has it."""
        if self.parameter:
            return self.parameter
        if self.kind == "pair":
            return self.before
        return f"{self.before}({self.inside}){self.after}" if self.inside else None

    def as_rule(self, match: re.Pattern[str] | None = None) -> ArticleRule:
        """As a portal has it."""
        if self.parameter:
            return ArticleRule(match=match, key_parameter=self.parameter)
        if self.text:
            return ArticleRule(match=match, key_pattern=re.compile(self.text))
        return ArticleRule(match=match)


ADDRESS = KeyRule("address", rank=50)
PATH = KeyRule("path", before=r"^[^/]+/", inside=r"[^?]+", after="", rank=70)


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
    for rule in sorted(_candidates(clusters), key=lambda one: (one.rank, one.text or "")):
        wanted = replace(portal, article=rule.as_rule())
        if rule.kind != "address" and not _covers(rule, clusters, wanted):
            continue
        if _collides(urls, wanted, titles):
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


# --- which rules there could be ------------------------------------------------------------------


def _candidates(clusters: Sequence[Cluster]) -> Iterator[KeyRule]:
    own: list[dict[KeyRule, None]] = []
    for cluster in clusters:
        own.append(dict.fromkeys(_of_shape(cluster)))
    shared = {rule for rules in own for rule in rules}
    yield from shared
    # Kinds of addresses that have their number in different places: one pattern for all of them.
    numbers = [
        min((rule for rule in rules if rule.inside == r"\d+"), key=lambda it: it.rank, default=None)
        for rules in own
    ]
    several = [rule for rule in dict.fromkeys(numbers) if rule is not None]
    if len(several) > 1 and None not in numbers:
        yield KeyRule(
            "number",
            before=f"(?:{'|'.join(dict.fromkeys(rule.before for rule in several))})",
            inside=r"\d+",
            after=f"(?:{'|'.join(dict.fromkeys(rule.after for rule in several))})",
            rank=20,
        )
    yield from _pairs_of(clusters)
    yield ADDRESS
    yield PATH


def _pairs_of(clusters: Sequence[Cluster]) -> Iterator[KeyRule]:
    """A number that each page or section counts for itself, together with the page's name."""
    shapes = [cluster.shape for cluster in clusters]
    if not shapes:
        return
    names = {name for name, _ in shapes[0].query}
    codes = {"#": r"\d+", "a#": r"[A-Za-z_-]*\d+", "#:s": r"\d+"}
    for name in sorted(names):
        said = {dict(shape.query).get(name) for shape in shapes}
        if not said <= codes.keys() or not all(shape.path for shape in shapes):
            continue
        inside = "|".join(dict.fromkeys(codes[code] for code in sorted(said, key=str) if code))
        number = rf"{_escape(name)}=({inside})"
        strong = 0 if _STRONG.fullmatch(name) else 3
        file = r"/([^/?]+?)(?:\.[a-z]{2,5})?"
        yield KeyRule("pair", None, rf"{file}\?(?:[^?]*&)?{number}", "", "", rank=40 + strong)
        for word in sorted({it for shape in shapes for it, _ in shape.query} - {name}):
            if all(_is_word(dict(shape.query).get(word)) for shape in shapes):
                both = rf"^(?=[^?]*\?(?:.*&)?{_escape(word)}=([^&]+))[^?]*\?(?:.*&)?{number}"
                yield KeyRule("pair", None, both, "", "", rank=40 + strong)
    if any(len(shape.path) < 2 for shape in shapes):
        return
    every = [{it for it in _of_shape(cluster) if it.inside == r"\d+"} for cluster in clusters]
    for rule in sorted(set.intersection(*every), key=lambda it: it.rank):
        if rule.kind == "number" and "=" not in rule.before:
            middle = "" if rule.before == "/" else rf"[^/?]*{rule.before}"
            below = rf"/([^/?]+)/{middle}(\d+){rule.after}"
            yield KeyRule("pair", None, below, "", "", rank=44)


def _is_word(code: str | None) -> bool:
    """Whether a parameter's value is a word: a section's or a module's name."""
    return code is not None and bool(re.fullmatch(r"[A-Za-z][\w-]*", code)) and code not in _CODES


def _of_shape(cluster: Cluster) -> Iterator[KeyRule]:
    shape = cluster.shape
    for name, code in shape.query:
        strong = 0 if _STRONG.fullmatch(name) else 3
        telling = _escape(name)
        if code in ("#", "G", "a#"):
            before = rf"[?&]{telling}="
            inside = {"#": r"\d+", "a#": r"[A-Za-z_-]*\d+"}.get(code, r"[0-9A-Fa-f-]{36}")
            yield KeyRule("parameter", name, before, inside, _END, rank=1 + strong)
        elif code == "#:s":
            after = r"(?:[:&]|%3[Aa]|$)"
            yield KeyRule("number", None, rf"[?&]{telling}=", r"\d+", after, rank=2 + strong)
        elif code == "s":
            yield KeyRule("parameter", name, rank=45)
        elif "/" in code and code.endswith("#"):
            before = _escape(_affix(code.rpartition("/")[2]))
            yield KeyRule("number", None, before, r"\d+", _END, rank=8)
    if not shape.path:
        return
    depth = len(shape.path)
    dates = _date_places(cluster)
    for place, part in enumerate(shape.path[:-1]):
        if place in dates:
            continue
        below = depth - 1 - place
        after = rf"(?:/[^/?]+){{{below}}}{_END}" if below > 1 else rf"/[^/?]+{_END}"
        if part == "#":
            yield KeyRule("number", None, "/", r"\d+", after, rank=12 + below)
        elif part == "G":
            yield KeyRule("number", None, r"/\{?", r"[0-9A-Fa-f-]{36}", r"\}?" + after, rank=12)
    if depth - 1 not in dates:
        yield from _of_last_part(shape.path[-1])


def _date_places(cluster: Cluster) -> set[int]:
    """Which parts of the path are years, months and days: no ids, though few articles share one."""
    rows = [canonical_address(url).partition("?")[0].split("/")[1:] for url in cluster.urls]
    columns = [set(column) for column in zip(*rows, strict=False)]
    found: set[int] = set()
    for place, values in enumerate(columns):
        if all(re.fullmatch(r"(?:19|20)\d\d", value) for value in values):
            found.add(place)
            for after, most in ((place + 1, 12), (place + 2, 31)):
                if after >= len(columns) or not all(
                    re.fullmatch(r"\d{1,2}", it) and int(it) <= most for it in columns[after]
                ):
                    break
                found.add(after)
        elif all(re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d", it) for it in values):
            found.add(place)
    return found


def _of_last_part(last: str) -> Iterator[KeyRule]:
    ending = re.search(r"\.[a-z]{2,5}$", last, re.IGNORECASE)
    end = (_escape(ending.group()) if ending else "") + _END
    stem = last[: ending.start()] if ending else last
    if stem == "G":
        yield KeyRule("number", None, r"/\{?", r"[0-9A-Fa-f-]{36}", r"\}?" + end, rank=9)
    elif stem.endswith("#"):
        affix = _affix(stem)
        yield KeyRule("number", None, _escape(affix) or "/", r"\d+", end, rank=10)
    elif stem.startswith("#"):
        yield KeyRule("number", None, "/", r"\d+", rf"{_escape(stem[1])}[^/?]+{_END}", rank=11)
    if stem in ("s", "w") or stem.endswith("#") or stem.startswith("#"):
        yield KeyRule("name", None, "/", r"[^/?]+?", end, rank=60)


def _affix(code: str) -> str:
    """What stands right before the number: "s-c#" -> "-c"; "#" -> ""."""
    return code[1:-1] if code.startswith("s") else code[:-1]


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


def _escape(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
