"""Lists that a page loads by script: the address it asks, what the answer holds, how it goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scraper.discovery.sources import discover
from scraper.errors import NotAsked, PageError, SourceError
from scraper.probe.endpoints import (
    OFFSET_NAME,
    PAGE_NAME,
    SCRIPT_CHARS,
    Endpoint,
    endpoints_of,
    with_values,
)
from scraper.probe.look import Look
from scraper.probe.paging import Paging
from scraper.probe.seen import SeenPage
from scraper.records import Link, Portal, Source
from scraper.urls import normalise, same_site

FEWEST_ALIKE = 2  # lists that were asked, before others are taken to be made like them
MOST_LISTS = 40  # JSON lists of one portal
MOST_SCRIPTS = 2  # script files that are read
MOST_FIELDS = 4  # that may hold an address
SHORTEST_VALUE = 2  # characters of an id that is looked for in addresses
MOST_TRIED = 4  # addresses that are asked for the sake of one page
MOST_ASKED = 10  # for the sake of all
USUAL_FOLDERS = ("/tin-tuc/", "/bai-viet/", "/news/", "/articles/", "/article/", "/")
FEWEST_ITEMS = 2
SHORTEST_TITLE = 12  # characters on average
_LIBRARY = re.compile(
    r"jquery|bootstrap|vue(?:\.|@)|react|angular|polyfill|analytics|gtag|swiper|slick|moment|lodash"
    r"|axios|fontawesome|recaptcha|facebook|zalo",
    re.IGNORECASE,
)
_WITH_HOLES = re.compile(
    r"""(?:https?://|/)[^\s"'`<>$]{0,100}(?:\$\{[^}]{1,60}\}[^\s"'`<>$]{0,60}){1,4}"""
)
_TITLE_NAME = re.compile(
    r"title|tieu_?de|ten_?(?:bai|tin)?(?:_?viet)?|headline|name|subject", re.IGNORECASE
)
_LINK_NAME = re.compile(
    r"(?:full_?)?(?:url|link|href|path|permalink|duong_?dan)|uri", re.IGNORECASE
)
_ID_NAME = re.compile(r"_?id|(?:news|article|post|tin|bai)_?(?:viet)?_?id|ma_?tin", re.IGNORECASE)
_SLUG_NAME = re.compile(r"slug|alias|friendly_?url|seo_?(?:url|name)|url_?title", re.IGNORECASE)
_GOES_ON = re.compile(rb"next|cursor|continu|token", re.IGNORECASE)
_USUAL_CURSORS = ("cursor", "after")


@dataclass(frozen=True, slots=True)
class FoundApi:
    """A JSON list of articles."""

    source: Source
    links: tuple[Link, ...]  # of its first answer
    more: bool
    asked_by: str = ""  # the page whose script asks for it
    assumed: bool = False  # not asked for, but made like others that were


def loaded_lists(
    look: Look, pages: Sequence[SeenPage], *, reads: Callable[[str], bool] | None = None
) -> list[FoundApi]:
    """The JSON lists that the scripts of these pages ask for.

    `reads` says whether an article stands at an address; without it, every address is read.
    """
    files: dict[str, str] = {}
    found: list[FoundApi] = []
    tried: set[str] = set()
    for with_files in (False, True):
        for page in pages:
            if any(api.asked_by == page.url for api in found):
                continue
            scripts = _inline(page)
            if with_files:
                scripts += _files(look, page, files)
            alike = _made_alike(page, scripts, found, portal=look.portal)
            if alike is not None:
                found.append(alike)
                continue
            for api in _lists_of(look, page, scripts, tried=tried, reads=reads):
                found.append(replace(api, asked_by=page.url))
    return found[:MOST_LISTS]


def _made_alike(
    page: SeenPage, scripts: list[str], found: Sequence[FoundApi], *, portal: Portal
) -> FoundApi | None:
    """The list of a page that asks as the pages before it did, but for a value: a section's."""
    proved = [api for api in found if api.more and not api.assumed]
    for endpoint in endpoints_of(page, scripts, portal):
        alike = [url for api in proved if (url := with_values(api.source.url, endpoint.url))]
        if len(alike) >= FEWEST_ALIKE and len(set(alike)) == 1:
            source = replace(proved[0].source, url=alike[0])
            return FoundApi(source, (), True, asked_by=page.url, assumed=True)
    return None


def _lists_of(
    look: Look,
    page: SeenPage,
    scripts: list[str],
    *,
    tried: set[str],
    reads: Callable[[str], bool] | None,
) -> Iterator[FoundApi]:
    """The JSON lists of one page; what was asked for other pages is not asked again."""
    count = 0
    shown = {anchor.url for anchor in page.anchors}
    for endpoint in endpoints_of(page, scripts, look.portal):
        if endpoint.url in tried or endpoint.url in shown:
            continue
        if count == MOST_TRIED or len(tried) >= MOST_ASKED:
            return
        count += 1
        tried.add(endpoint.url)
        items = _items_at(look, endpoint.url)
        api = _understood(look, endpoint, *items, scripts=scripts, reads=reads) if items else None
        if api is not None:
            yield api


def further_pages(look: Look, page: SeenPage, *, size: int) -> list[Paging]:
    """The addresses that a page's scripts may ask for the rest of its list."""
    scripts = [*_inline(page), *_files(look, page, {})]
    shown = {anchor.url for anchor in page.anchors}
    found = []
    for endpoint in endpoints_of(page, scripts, look.portal)[:MOST_TRIED]:
        if endpoint.url not in shown:
            found += [Paging(template, step) for template, step in _templates(endpoint.url, size)]
    return found


def _inline(page: SeenPage) -> list[str]:
    """The scripts that stand in a page."""
    return [
        _joined(element.text or "")
        for element in page.tree.iter("script")
        if not element.get("src")
    ]


def _files(look: Look, page: SeenPage, read: dict[str, str]) -> list[str]:
    """The page's script files, the first ones of the portal's own."""
    found = []
    for element in page.tree.iter("script"):
        source = page.address(element.get("src"))
        if source is None or not same_site(source, look.portal) or _LIBRARY.search(source):
            continue
        if source not in read:
            if len(read) >= MOST_SCRIPTS:
                continue
            try:
                text = look.get(source).body[:SCRIPT_CHARS].decode("utf-8", "replace")
            except NotAsked:
                raise
            except PageError:
                text = ""
            read[source] = _joined(text)
        found.append(read[source])
    return found


def _joined(script: str) -> str:
    """The script with '"/tin/" + item.id + ".html"' written as "/tin/${item.id}.html"."""
    sum_of = r"\(?([\w.$\[\]]{1,60})(?:\s*[-+*]\s*\w{1,30}\)?){0,2}\)?"
    inner = rf"""["']\s*\+\s*(?:encodeURIComponent)?{sum_of}\s*\+\s*["']"""
    script = re.sub(inner, r"${\1}", script)
    return re.sub(r"""["']\s*\+\s*([\w.$]{1,60})""", r"""${\1}" """, script)


def _items_at(look: Look, url: str) -> tuple[str, list[dict[str, Any]]] | None:
    """The path to the list in a JSON answer, and its items."""
    try:
        answer = json.loads(look.get(url).body)
    except NotAsked:
        raise
    except (PageError, ValueError, RecursionError):
        return None
    found = sorted(_lists(answer, "", depth=0), key=lambda one: -len(one[1]))
    return found[0] if found else None


def _lists(value: Any, path: str, *, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        items = [_flat(item) for item in value if isinstance(item, dict)]
        if len(items) >= FEWEST_ITEMS and _title_field(items) is not None:
            yield path, items
    elif isinstance(value, dict) and depth < 4:
        for name, inner in value.items():
            yield from _lists(inner, f"{path}.{name}" if path else name, depth=depth + 1)


def _flat(item: dict[str, Any], before: str = "", *, depth: int = 2) -> dict[str, Any]:
    """An item's values by their paths: "attributes.title"."""
    found: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, dict) and depth:
            found |= _flat(value, f"{before}{name}.", depth=depth - 1)
        elif re.fullmatch(r"[\w-]+", name):
            found[before + name] = value
    return found


def _is_named(name: str, names: re.Pattern[str]) -> bool:
    return any(names.fullmatch(part) for part in name.split("."))


def _title_field(items: list[dict[str, Any]]) -> str | None:
    for name in items[0]:
        texts = [item.get(name) for item in items]
        plain = [text for text in texts if isinstance(text, str)]
        named = _is_named(name, _TITLE_NAME) and len(plain) == len(items)
        if named and sum(map(len, plain)) >= SHORTEST_TITLE * len(plain):
            return name
    return None


def _understood(
    look: Look,
    endpoint: Endpoint,
    path: str,
    items: list[dict[str, Any]],
    *,
    scripts: list[str],
    reads: Callable[[str], bool] | None,
) -> FoundApi | None:
    """The list as a source that goes on, if it can be, where its items lead to articles."""
    address = _address(look, items, scripts=scripts, reads=reads)
    if address is None:
        return None
    url = endpoint.url
    whole = Source(
        kind="api", url=url, items=path or None, address=address, title=_title_field(items)
    )
    tries = [_numbered(whole, *one) for one in _templates(url, len(items))]
    cursors = [endpoint.cursor] if endpoint.cursor else []
    if not cursors and _GOES_ON.search(look.get(url).body):
        guessed = tries and not _of_pages(url)
        tries.insert(0 if guessed else len(tries), whole)  # it may name the next answer's address
        cursors += _USUAL_CURSORS
    by_cursor = [
        replace(whole, url=f"{url}{'&' if '?' in url else '?'}{name}={{cursor}}")
        for name in cursors
    ]
    tries = [*by_cursor, *tries] if endpoint.cursor else [*tries, *by_cursor]
    best: FoundApi | None = None
    for source in [*tries, whole]:
        found = _walked(look, source)
        if found is not None and (best is None or found.more or source is whole):
            best = found
        if best is not None and best.more:
            break
    return best


def _address(
    look: Look,
    items: list[dict[str, Any]],
    *,
    scripts: list[str],
    reads: Callable[[str], bool] | None,
) -> str | None:
    """Where an item's address stands, or how it is written."""

    def leads(written: str) -> bool:
        url = _absolute(written, look)
        if url is None:
            return False
        return look.article(url) is not None if reads is None else reads(url)

    for link in [*_fields(items, _LINK_NAME)][:MOST_FIELDS]:
        if leads(str(items[0][link])):
            return link
    templates = [*_as_linked(look, items), *_addresses(items, scripts)]
    return next((one for one in templates if leads(_of_item(one, items[0]))), None)


def _as_linked(look: Look, items: list[dict[str, Any]]) -> Iterator[str]:
    """How pages write the address of an article that is one of the items."""
    fields = [*[*_fields(items, _SLUG_NAME)][:2], *[*_fields(items, _ID_NAME)][:2]]
    links = dict.fromkeys(anchor.url for page in look.pages for anchor in page.anchors)
    found: dict[str, None] = {}
    for url in links:
        path = "/" + url.partition("//")[2].partition("/")[2]
        for item in items:
            template = path
            for name in fields:
                value = re.escape(str(item[name]))
                if len(value) >= SHORTEST_VALUE:
                    template = re.sub(
                        rf"(?<![\w{{]){value}(?![\w}}])", f"{{{name}}}", template, count=1
                    )
            if template != path:
                found.setdefault(template)
    # What names most of an item leaves least of this one article in the address.
    yield from sorted(found, key=lambda one: (-one.count("{"), len(one)))[:MOST_FIELDS]


def _numbered(whole: Source, template: str, step: int | None) -> Source:
    """The source with a place for the number of the page, as an API's are written."""
    if step == 1:
        return replace(whole, url=template.replace("{offset}", "{page}"), first=0)
    return replace(whole, url=template)


def _walked(look: Look, source: Source) -> FoundApi | None:
    """What the first two answers hold, read as a run would."""
    links: tuple[Link, ...] = ()
    try:
        for page in discover(source, look.portal, get=look.get):
            if page.number == 1:
                links = page.links
            else:
                return FoundApi(source, links, bool(page.fresh))
    except NotAsked:
        raise
    except (PageError, SourceError):
        pass
    return FoundApi(source, links, False) if links else None


def _fields(items: list[dict[str, Any]], names: re.Pattern[str]) -> Iterator[str]:
    """The fields of such a name that differ from item to item."""
    for name in items[0]:
        values = [item.get(name) for item in items]
        told = all(isinstance(value, str | int) and value != "" for value in values)
        if _is_named(name, names) and told and len(set(values)) == len(values):
            yield name


def _addresses(items: list[dict[str, Any]], scripts: list[str]) -> Iterator[str]:
    """How the scripts may write the address of an article, with its fields in braces."""
    fields = [name for names in (_SLUG_NAME, _ID_NAME) for name in [*_fields(items, names)][:1]]
    told: dict[str, None] = {}
    for script in scripts:
        for match in _WITH_HOLES.finditer(script):
            told.setdefault(re.sub(r"\$\{[^}]*?(\w+)\)?\}", r"{\1}", match.group()))
    names = set(items[0])
    for template in told:
        template = re.sub(r"^[^/?h]*(?:href=)", "", template)
        holes = re.findall(r"\{([\w.-]+)\}", template)
        if holes and set(holes) <= names and not re.search(r"api|\.json|[?&]page=", template):
            yield template
    for name in fields:
        yield from (f"{before}{{{name}}}" for before in USUAL_FOLDERS)


def _of_item(template: str, item: dict[str, Any]) -> str:
    return re.sub(r"\{([\w.-]+)\}", lambda hole: str(item.get(hole.group(1), "")), template)


def _absolute(written: str, look: Look) -> str | None:
    try:
        url = normalise(written, look.portal.home)
    except PageError:
        return None
    return url if same_site(url, look.portal) else None


def _of_pages(url: str) -> list[str]:
    """The parameters of an address that number its pages."""
    names = re.findall(r"[?&](\w+)=\d", url)
    return [one for one in names if PAGE_NAME.fullmatch(one) or OFFSET_NAME.fullmatch(one)]


def _templates(url: str, size: int) -> Iterator[tuple[str, int | None]]:
    """Ways in which the address may be numbered, with the step of {offset}."""
    named = False
    for match in re.finditer(r"(?<=[?&])(\w+)=(\d+)", url):
        name, value = match.group(1), int(match.group(2))
        start, end = match.span(2)
        if PAGE_NAME.fullmatch(name):
            mark, step = ("{page}", None) if value else ("{offset}", 1)
        elif OFFSET_NAME.fullmatch(name) and value == 0:
            mark, step = "{offset}", size
        else:
            continue
        named = True
        yield url[:start] + mark + url[end:], step
    last = re.search(r"/1(?=$|\.json|\?)", url)
    if last and not named:
        yield url[: last.start() + 1] + "{page}" + url[last.end() :], None
    elif not named:
        yield f"{url}{'&' if '?' in url else '?'}page={{page}}", None
