"""The items of a JSON list as links: by the paths that are given, else found by themselves."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import quote

from scraper.discovery.candidates import Candidate, plain_title, usable_address
from scraper.discovery.json_answers import Json, everything_in, keys_there, opened, reach
from scraper.discovery.lastmod import read_moment
from scraper.records import Capture, Portal, Source
from scraper.urls import article_key, is_article

# Names that lists give to what is wanted, without "_" and "-" and in small letters.
_ADDRESS_NAMES = (
    *("link", "url", "href", "permalink", "address", "uri", "path", "canonicalurl", "fullurl"),
    *("detailurl", "urldetail", "linkdetail", "detaillink", "articleurl", "newsurl", "weburl"),
    *("friendlyurl", "duongdan", "linkchitiet", "shareurl", "viewurl"),
)
_TITLE_NAMES = (
    *("title", "tieude", "headline", "name", "subject", "newstitle", "tentin", "tenbai"),
    *("tenbaiviet", "ten", "caption"),
)
_DATE_NAMES = (
    *("published", "publishedat", "publishdate", "publisheddate", "datepublished"),
    *("publishtime", "publishedtime", "publicationdate", "pubdate", "publishon", "publishedon"),
    *("date", "ngaydang", "ngayxuatban", "ngaydangtin", "posteddate", "postdate", "created"),
    *("createdat", "createddate", "createdon", "datecreated", "ngaytao", "createtime", "time"),
)
_ID_NAME = re.compile(r"(?:\w{0,20}_?id|slug|alias|\w{0,20}id)", re.IGNORECASE)
_HOLE = re.compile(r"\{([^{}]+)\}")
_TRIED = 20  # items of a list, to see whether it is the one
_TRIED_LISTS = 50  # the longest of an answer
_LEADS_ON = ("http://", "https://", "/", "./", "?")


class NoItems(Exception):
    """The answer holds no list as it was asked for; the message says what it holds."""


def candidates_of(
    value: Json, capture: Capture, source: Source, portal: Portal
) -> tuple[Candidate, ...]:
    """The items that lead to articles, in their order; none of an empty list. Raises NoItems."""
    items = items_of(value, source, portal)
    latest = capture.fetched_at.date()
    found = []
    for item in items:
        url = item_url(item, source, portal)
        if url is not None:
            found.append(
                Candidate(
                    url=url,
                    key=article_key(url, portal),
                    title=_title(item, source),
                    published=_published(item, source, portal, latest=latest),
                )
            )
    if items and not found:
        raise NoItems(_why_none(items, source, portal))
    return tuple(found)


def items_of(value: Json, source: Source, portal: Portal) -> list[Json]:
    """The list at `items`; without it the one with the most addresses of articles."""
    if source.items is None:
        return _likeliest(value, source, portal)
    listed = reach(value, source.items)
    if listed is None:
        raise NoItems(f'has nothing at items "{source.items}"; there is {keys_there(value)}')
    listed = _as_list(opened(listed))
    if listed is None:
        raise NoItems(f'has no list at items "{source.items}"; there is {keys_there(value)}')
    return listed


def item_url(item: Json, source: Source, portal: Portal) -> str | None:
    """The address of an item's article; None where it has none that is this portal's."""
    item = opened(item)
    if source.address is not None:
        said = _filled(item, source.address)
        return usable_address(said, base=portal.home, portal=portal) if said else None
    return next((url for url, _ in _addresses(item, portal)), None)


def _likeliest(value: Json, source: Source, portal: Portal) -> list[Json]:
    """The list with the most addresses of articles, or else with the most items that have an id."""
    lists = [items for one in everything_in(value) if (items := _as_list(one))]
    lists = heapq.nlargest(_TRIED_LISTS, lists, key=len)  # of equal ones the first
    best: list[Json] = []
    best_score = (0.0, 0.0)
    for items in lists:
        sure, usable = _leading(items[:_TRIED], source, portal)
        share = len(items) / min(len(items), _TRIED)
        if (sure * share, usable * share) > best_score:
            best, best_score = items, (sure * share, usable * share)
    if best:
        return best
    return next((items for items in lists if any(map(_has_an_id, items[:_TRIED]))), [])


def _leading(items: list[Json], source: Source, portal: Portal) -> tuple[int, int]:
    """How many items have an address of an article for sure, and how many any."""
    if source.address is not None:
        usable = sum(item_url(item, source, portal) is not None for item in items)
        return usable, usable
    firsts = [next(_addresses(opened(item), portal), None) for item in items]
    return sum(bool(one and one[1]) for one in firsts), sum(one is not None for one in firsts)


def _as_list(value: Json) -> list[Json] | None:
    """A list; or the objects of an object that names each by its number."""
    if isinstance(value, list):
        return [item for item in value if isinstance(opened(item), dict)]
    if isinstance(value, dict):
        inner = list(value.values())
        if inner and all(isinstance(item, dict) for item in inner):
            return inner if all(re.search(r"\d", str(name)) for name in value) else None
    return None


def _addresses(item: Json, portal: Portal) -> Iterator[tuple[str, bool]]:
    """(address, does it look like an article's?), the likeliest first.

    A value that is named as addresses are is taken as a feed's link is, any other by its look.
    """
    named = sorted(
        (
            (_ADDRESS_NAMES.index(_plain(name)), value)
            for name, value in _named(item)
            if _plain(name) in _ADDRESS_NAMES
        ),
        key=lambda pair: pair[0],
    )
    later = []
    for _, value in named:
        if not value.startswith(_LEADS_ON) and "/" not in value:
            continue
        url = usable_address(value, base=portal.home, portal=portal)
        if url is not None and is_article(url, portal):
            yield url, True
        elif url is not None and portal.article.match is None:
            later.append(url)
    for _, value in _named(item):
        if value.startswith(_LEADS_ON):
            url = usable_address(value, base=portal.home, portal=portal)
            if url is not None and is_article(url, portal):
                yield url, True
    yield from ((url, False) for url in later)


def _named(item: Json) -> Iterator[tuple[str, str]]:
    """The texts of an item by their names, also those one level below."""
    if not isinstance(item, dict):
        return
    for name, value in list(item.items())[:200]:
        if isinstance(value, str):
            yield str(name), _writable(value[:3000])
        elif isinstance(value, dict):
            for inner_name, inner in list(value.items())[:50]:
                if isinstance(inner, str):
                    yield str(inner_name), _writable(inner[:3000])


def _filled(item: Json, address: str) -> str | None:
    """The address at a path, or with the values of the paths in its braces."""
    if "{" not in address:
        said = reach(item, address)
        return _writable(said[:3000]) if isinstance(said, str) else None
    missing = False

    def fill(hole: re.Match[str]) -> str:
        nonlocal missing
        value = reach(item, hole.group(1))
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            missing = True
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return quote(_writable(str(value)[:1000]), safe="/%")

    filled = _HOLE.sub(fill, address)
    return None if missing else filled


def _title(item: Json, source: Source) -> str | None:
    if source.title is not None:
        return plain_title(_text(reach(item, source.title)))
    return next(
        (
            title
            for value in _by_name(opened(item), _TITLE_NAMES)
            if (title := plain_title(_text(value)))
        ),
        None,
    )


def _published(
    item: Json, source: Source, portal: Portal, *, latest: date
) -> date | datetime | None:
    values = (
        iter([reach(item, source.published)])
        if source.published is not None
        else _by_name(opened(item), _DATE_NAMES)
    )
    for value in values:
        text = str(value) if isinstance(value, int | float) else _text(value)
        if not text or isinstance(value, bool):
            continue
        found = read_moment(text, zone=portal.zone, latest=latest)
        if found is not None:
            return found
    return None


def _by_name(item: Json, names: tuple[str, ...]) -> Iterator[Json]:
    if not isinstance(item, dict):
        return
    by_name = {_plain(str(name)): value for name, value in item.items()}
    for name in names:
        if name in by_name:
            yield by_name[name]


def _text(value: Json) -> str | None:
    """A text, also in the "rendered" of WordPress."""
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("value") or value.get("text")
    return _writable(value) if isinstance(value, str) else None


def _writable(text: str) -> str:
    """Without the halves of surrogate pairs, which JSON can spell and nothing can write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(name: str) -> str:
    return re.sub(r"[_\-\s.$@]", "", name[:60]).lower()


def _has_an_id(item: Json) -> bool:
    item = opened(item)
    return isinstance(item, dict) and any(_ID_NAME.fullmatch(str(name)[:60]) for name in item)


def _why_none(items: list[Json], source: Source, portal: Portal) -> str:
    keys = keys_there(opened(items[0]))
    match = portal.article.match
    if source.address is not None:
        return (
            f"has {len(items)} items, but none has an address of this portal at address "
            f'"{source.address}"; an item has {keys}'
        )
    wanted = f'none with an address that fits match "{match.pattern}"' if match else "none with one"
    return (
        f"has {len(items)} items, but found {wanted}; write address with the names of an item in "
        f'braces: "{portal.home}{{id}}.html"; an item has {keys}'
    )
