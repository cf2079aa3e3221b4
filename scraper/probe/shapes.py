"""The shapes of addresses: what the addresses of one kind of page have in common.

"/tin-tuc/dat-dai/nghi-dinh-moi-ve-gia-dat-4711.html" -> tin-tuc / dat-dai / s-#.html: words of the
path as they are, of its last part only what it is made of, numbers and long names by their kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median

from scraper.probe.seen import Anchor
from scraper.urls import canonical_address

GUID = r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"
_GUID = re.compile(GUID, re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TAILED = re.compile(r"(.*?)((?:^|[-_.,])[a-z]{0,6}|[-_]?[a-z]{1,4})(\d+)", re.IGNORECASE)
_HEADED = re.compile(r"(\d+)([-_.,:])(\D.*|.*\D.*)")
_ENDING = re.compile(r"(\.[a-z]{2,5})$", re.IGNORECASE)
SHORTEST_HEADLINE = 5  # words; what is named by fewer in menus and beside them is a section
_WORDS_OF_A_NAME = 4  # a last part of so many words is a title's rather than a section's
# A parameter that tells where the reader came from, or how the list stood; never which article.
LIST_STATE = re.compile(
    r"(?:_\w+_)?cur|p_(?:p|r_p)_\w+|.*_(?:delta|keywords|advancedsearch|andoperator|struts_action"
    r"|resetcur|redirect|viewmode)|redirect|inheritredirect|return_?url|back_?url|referer|ref|src"
    r"|source|from|view_?mode|delta|supid|web|lists?|rootfolder|contenttypeid|tmpl|order(?:by)?"
    r"|sort|session\w*|token|rnd|random|ts|_",
    re.IGNORECASE,
)
# These too, where a number stands and the address has another one.
_LIST_PLACE = re.compile(
    r"p|pg|page|paging|pageindex|page_?(?:no|num|number)|pn|trang|start|limitstart|limit|offset"
    r"|paged|itemid|tabid|t|v",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of address; equal for addresses of one kind."""

    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]  # (name, code of its values)

    @property
    def coarse(self) -> tuple[object, ...]:
        """The shape without the words of its path: what sections made alike have in common."""
        words = tuple(
            "w" if number < len(self.path) - 1 and not _is_code(part) else part
            for number, part in enumerate(self.path)
        )
        return (words, self.query)


def is_named(shape: Shape) -> bool:
    """Whether only a name tells these addresses apart."""
    return bool(shape.path) and bool(re.fullmatch(r"s(?:\.[a-z]{2,5})?", shape.path[-1]))


def name_family(shape: Shape) -> tuple[object, ...]:
    """Equal for kinds of which the names alone differ in their make."""
    ending = re.search(r"\.[a-z]{2,5}$", shape.path[-1])
    stem = shape.path[-1][: ending.start()] if ending else shape.path[-1]
    named = bool(re.fullmatch(r"w|s|s.*#|#.s", stem))
    return (shape.path[:-1], ending.group() if ending else "", shape.query, named)


def is_numbered(shape: Shape) -> bool:
    """Whether the last part of these addresses is a name with a number before or behind it."""
    last = _ENDING.sub("", shape.path[-1]) if shape.path else ""
    return bool(re.fullmatch(r"s.*#|#.s", last))


def has_two_numbers(url: str) -> bool:
    """Whether an address has a number before its name and behind it: either may be the id."""
    last = canonical_address(url).partition("?")[0].rpartition("/")[2]
    stem = _ENDING.sub("", last)
    return bool(_HEADED.fullmatch(stem) and _TAILED.fullmatch(stem))


def form_of(shape: Shape) -> tuple[object, ...]:
    """The form of address that kinds have in common which differ in sections and names alone."""
    last = shape.path[-1] if shape.path else ""
    ending = _ENDING.search(last)
    stem = last[: ending.start()] if ending else last
    named = "name" if re.fullmatch(r"w|s|s.*#|#.s", stem) else stem
    names = tuple(name for name, _ in shape.query)
    return (len(shape.path), named, ending.group() if ending else "", names)


@lru_cache(maxsize=8192)
def shape_of(url: str) -> Shape:
    """The shape of an address."""
    canonical = canonical_address(url)
    path, _, query = canonical.partition("?")
    parts = [part for part in path.split("/")[1:] if part]
    found = [pair.partition("=") for pair in query.split("&") if pair]
    pairs = [
        (name, value_code(value))
        for name, _, value in found
        if value and not LIST_STATE.fullmatch(name)
    ]
    # "/?p=7254" is an article; "/tin-tuc?p=2" the second page of a list.
    rest = [pair for pair in pairs if not (_LIST_PLACE.fullmatch(pair[0]) and pair[1] == "#")]
    elsewhere = any("#" in code or code in ("G", "s") for _, code in rest)
    if elsewhere or (parts and (rest or not _is_script(parts[-1]))):
        pairs = rest
    telling = any("#" in code or code == "G" for _, code in pairs)
    codes = [_inner_code(part) for part in parts[:-1]]
    if parts:
        codes.append(parts[-1] if telling and _is_script(parts[-1]) else last_code(parts[-1]))
    return Shape(tuple(codes), tuple(sorted(pairs)))


def value_code(value: str) -> str:
    """What a parameter's value is: "#", "G", "#:s", "s", or the word itself."""
    if value.isdigit():
        return "#"
    if _GUID.fullmatch(value):
        return "G"
    if re.match(r"\d+:", value):
        return "#:s"
    if "/" in value:
        parts = [part for part in value.split("/") if part]
        return "/".join([*("w" for _ in parts[:-1]), *(last_code(part) for part in parts[-1:])])
    if re.fullmatch(r"[A-Za-z_-]{0,20}\d{3,}", value):
        return "a#"
    if _word_count(value) >= _WORDS_OF_A_NAME:
        return "s"
    return value


def last_code(part: str) -> str:
    """What the last part of a path is made of, with its ending."""
    found = _ENDING.search(part)
    ending = found.group(1) if found else ""
    stem = part[: len(part) - len(ending)]
    return _stem_code(stem) + ending


def _stem_code(stem: str) -> str:
    if stem.isdigit():
        return "#"
    if _GUID.fullmatch(stem):
        return "G"
    if _DATE.fullmatch(stem):
        return "D"
    tailed, headed = _TAILED.fullmatch(stem), _HEADED.fullmatch(stem)
    if tailed and not (headed and _is_headed(headed.group(1), tailed.group(3))):
        before, affix, _ = tailed.groups()
        return f"{'s' if before else ''}{affix}#"
    if headed:
        return f"#{headed.group(2)}s"
    return "s" if _word_count(stem) >= _WORDS_OF_A_NAME else "w"


def _is_headed(head: str, tail: str) -> bool:
    """Which of two numbers is the id: in "825-tang-53" the first, in "12-cau-361629" the last."""
    if _YEAR.fullmatch(head):
        return False
    return len(tail) < len(head) or (bool(_YEAR.fullmatch(tail)) and len(head) >= 3)


def _inner_code(part: str) -> str:
    if part.isdigit():
        return "#"
    if _GUID.fullmatch(part):
        return "G"
    if _DATE.fullmatch(part):
        return "D"
    return part if _word_count(part) <= 7 else "s"


def _is_code(part: str) -> bool:
    return part in ("#", "G", "D", "s")


def _is_script(part: str) -> bool:
    return bool(re.search(r"\.(?:aspx?|php|jsp|do|html?|vnp)$", part)) or not re.search(r"\d", part)


def _word_count(text: str) -> int:
    return len([word for word in re.split(r"(?:%20|[-_,+ ])+", text) if word])


def in_menus(same: Sequence[Anchor]) -> bool:
    """Whether the links to one address are a menu's: all of them, or some of few words."""
    words = max(len(anchor.text.split()) for anchor in same)
    return all(one.menu for one in same) or (
        words < SHORTEST_HEADLINE and any(one.menu for one in same)
    )


@dataclass(slots=True)
class Cluster:
    """The links of one shape, over all pages seen."""

    shape: Shape
    anchors: dict[str, list[Anchor]] = field(default_factory=dict)  # by address
    told: set[str] = field(default_factory=set)  # addresses that a feed or news sitemap names

    @property
    def urls(self) -> list[str]:
        return list(dict.fromkeys([*self.anchors, *sorted(self.told)]))

    @property
    def outside_menus(self) -> list[str]:
        return [url for url, same in self.anchors.items() if not in_menus(same)]

    @property
    def score(self) -> float:
        """How much its links look as articles' do: long texts, outside of menus, told by feeds."""
        texts = [max(len(one.text) for one in same) for same in self.anchors.values()]
        long = min(median(texts), 80) / 40 if texts else 0.5
        free = len(self.outside_menus) / len(self.anchors) if self.anchors else 1.0
        told = 2.0 if self.told else 0.0
        number = 0.4 if any("#" in code for _, code in self.shape.query) else 0.0
        last = self.shape.path[-1] if self.shape.path else ""
        number = max(number, 0.4 if "#" in last or last.startswith("s") else 0.0)
        many = min(len(self.anchors), 10) / 20
        return (long + number + many) * free + told


def clusters_of(anchors: Iterable[Anchor], *, told: Iterable[str] = ()) -> dict[Shape, Cluster]:
    """All links, by shape."""
    found: dict[Shape, Cluster] = {}
    for anchor in anchors:
        cluster = found.setdefault(shape_of(anchor.url), Cluster(shape_of(anchor.url)))
        cluster.anchors.setdefault(anchor.url, []).append(anchor)
    for url in told:
        found.setdefault(shape_of(url), Cluster(shape_of(url))).told.add(url)
    return found
