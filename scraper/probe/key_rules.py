"""Where the key of articles may stand in their addresses: rules that are still to be proved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.probe.shapes import Cluster
from scraper.records import ArticleRule
from scraper.urls import canonical_address

_NUMBERS = {"#": r"\d+", "a#": r"[A-Za-z_-]*\d+", "#:s": r"\d+"}
_CODES = frozenset({"s", "G", "D", "w"})  # of kinds of values, that are no words themselves
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

    @property
    def in_query(self) -> bool:
        """Whether a number of the query alone is the key."""
        return self.kind in ("parameter", "number") and "=" in self.before and r"\d" in self.inside

    def as_rule(self, match: re.Pattern[str] | None = None) -> ArticleRule:
        """As a portal has it."""
        if self.parameter:
            return ArticleRule(match=match, key_parameter=self.parameter)
        if self.text:
            return ArticleRule(match=match, key_pattern=re.compile(self.text))
        return ArticleRule(match=match)


ADDRESS = KeyRule("address", rank=50)
PATH = KeyRule("path", before=r"^[^/]+/", inside=r"[^?]+", after="", rank=70)


def candidates(clusters: Sequence[Cluster]) -> Iterator[KeyRule]:
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
    yield from _mixed(clusters)
    names = sorted({name for name, _ in shapes[0].query})
    choices = [tuple((name,) * len(shapes)) for name in names]
    single = [[name for name, code in shape.query if code in _NUMBERS] for shape in shapes]
    if all(len(some) == 1 for some in single):  # "newsid" on one page, "id" on the other
        choices.append(tuple(some[0] for some in single))
    for chosen in dict.fromkeys(choices):
        said = {dict(shape.query).get(name) for shape, name in zip(shapes, chosen, strict=True)}
        if not said <= _NUMBERS.keys() or not all(shape.path for shape in shapes):
            continue
        inside = "|".join(dict.fromkeys(_NUMBERS[code] for code in sorted(said, key=str) if code))
        either = "|".join(map(_escape, dict.fromkeys(chosen)))
        number = f"(?:{either})=({inside})" if "|" in either else f"{either}=({inside})"
        rank = 40 if all(map(_STRONG.fullmatch, chosen)) else 43
        file = r"/([^/?]+?)(?:\.[a-z]{2,5})?"
        yield KeyRule("pair", None, rf"{file}\?(?:[^?]*&)?{number}", "", "", rank=rank)
        for word in sorted({it for shape in shapes for it, _ in shape.query} - set(chosen)):
            if all(_is_word(dict(shape.query).get(word)) for shape in shapes):
                both = rf"^(?=[^?]*\?(?:.*&)?{_escape(word)}=([^&]+))[^?]*\?(?:.*&)?{number}"
                yield KeyRule("pair", None, both, "", "", rank=rank)
    if any(len(shape.path) < 2 for shape in shapes):
        return
    for rule in _numbers_of(clusters):
        if rule.kind == "number" and "=" not in rule.before:
            middle = "" if rule.before == "/" else rf"[^/?]*{rule.before}"
            below = rf"/([^/?]+)/{middle}(\d+){rule.after}"
            yield KeyRule("pair", None, below, "", "", rank=44)


def _numbers_of(clusters: Sequence[Cluster]) -> list[KeyRule]:
    """The numbers that some of these kinds have; whether all have them is seen when it is tried."""
    found = {it: None for cluster in clusters for it in _of_shape(cluster) if it.inside == r"\d+"}
    return sorted(found, key=lambda it: it.rank)


def _mixed(clusters: Sequence[Cluster]) -> Iterator[KeyRule]:
    """Numbers that stand in the path on some addresses and in the query on others."""
    asked = [one for one in clusters if any(code in _NUMBERS for _, code in one.shape.query)]
    plain = [one for one in clusters if one not in asked]
    if not asked or not plain:
        return
    for rule in _numbers_of(plain):
        for pair in _pairs_of(asked):
            both = rf"(?:{rule.before}(\d+){rule.after}|{pair.before})"
            yield KeyRule("pair", None, both, "", "", rank=46)


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


def _escape(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
