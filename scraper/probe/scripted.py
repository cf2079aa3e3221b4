"""Lists that a page loads by script: the address it asks, what the answer holds, how it goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scraper.discovery.sources import discover
from scraper.errors import NotAsked, PageError, SourceError
from scraper.probe.look import Look
from scraper.probe.paging import Paging
from scraper.probe.seen import SeenPage
from scraper.records import Link, Source
from scraper.urls import is_file, normalise, same_site

MOST_LISTS = 4  # JSON lists of one portal
MOST_SCRIPTS = 2  # script files that are read
MOST_TRIED = 6  # addresses that are asked
USUAL_FOLDERS = ("/tin-tuc/", "/bai-viet/", "/news/", "/articles/", "/article/", "/")
SCRIPT_BYTES = 400_000  # of a script's beginning
FEWEST_ITEMS = 2
SHORTEST_TITLE = 12  # characters on average
_STRING = re.compile(r"""["'`]((?:https?://|/|\./)?[\w./-]*[?/][^"'`\s<>\\]{1,200})["'`]""")
_ASKED = re.compile(
    r"api|json|ajax|service|handler|\.ashx|\.asmx|load|get-?(?:news|list|data|posts|tin)|danh-?sach"
    r"|list|posts|articles|news|tin",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"\.(?:js|css|map|png|jpe?g|gif|svg|woff2?|html?)(?:\?|$)|login|auth|token|captcha|logout|weather"
    r"|comment|search|poll|vote|counter|visit|banner|menu|config|i18n|lang",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"jquery|bootstrap|vue(?:\.|@)|react|angular|polyfill|analytics|gtag|swiper|slick|moment|lodash"
    r"|axios|fontawesome|recaptcha|facebook|zalo",
    re.IGNORECASE,
)
_HOLE = re.compile(r"\$\{([^}]*)\}|\{\{?(\w+)\}?\}|:(\w+)(?=$|[/&?])")
_WITH_HOLES = re.compile(
    r"""(?:https?://|/)[^\s"'`<>$]{0,100}(?:\$\{[^}]{1,60}\}[^\s"'`<>$]{0,60}){1,4}"""
)
_PAGE_NAME = re.compile(
    r"page_?(?:no|num|number|index)?|p|paged|trang|current_?page|pageindex", re.IGNORECASE
)
_OFFSET_NAME = re.compile(r"offset|skip|start|from|limitstart", re.IGNORECASE)
_SIZE_NAME = re.compile(
    r"(?:page_?)?(?:size|limit)|per_?page|take|count|rows|so_?luong|top", re.IGNORECASE
)
_TITLE_NAME = re.compile(r"title|tieu_?de|ten_?(?:bai|tin)?|headline|name|subject", re.IGNORECASE)
_LINK_NAME = re.compile(
    r"(?:full_?)?(?:url|link|href|path|permalink|duong_?dan)|uri", re.IGNORECASE
)
_ID_NAME = re.compile(r"_?id|(?:news|article|post|tin|bai)_?(?:viet)?_?id|ma_?tin", re.IGNORECASE)
_SLUG_NAME = re.compile(r"slug|alias|friendly_?url|seo_?(?:url|name)|url_?title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundApi:
    """A JSON list of articles."""

    source: Source
    links: tuple[Link, ...]  # of its first answer
    more: bool


def loaded_lists(look: Look, pages: Sequence[SeenPage]) -> list[FoundApi]:
    """The JSON lists that the scripts of these pages ask for."""
    scripts = [_joined(script) for script in _scripts(look, pages)]
    found: list[FoundApi] = []
    for url in _asked(look, pages, scripts)[:MOST_TRIED]:
        items = _items_at(look, url)
        if items is None:
            continue
        api = _understood(look, url, *items, scripts=scripts)
        if api is not None:
            found.append(api)
            if len(found) == MOST_LISTS:
                break
    return found


def further_pages(look: Look, page: SeenPage, *, size: int) -> list[Paging]:
    """The addresses that a page's scripts may ask for the rest of its list."""
    scripts = [_joined(script) for script in _scripts(look, [page])]
    found = []
    for url in _asked(look, [page], scripts)[:MOST_TRIED]:
        found += [Paging(template, step) for template, step in _templates(url, size)]
    return found


def _scripts(look: Look, pages: Sequence[SeenPage]) -> Iterator[str]:
    """The sources of the pages' own scripts."""
    read: set[str] = set()
    for page in pages:
        for element in page.tree.iter("script"):
            source = page.address(element.get("src"))
            if source is None:
                yield element.text or ""
            elif (
                source not in read
                and len(read) < MOST_SCRIPTS
                and same_site(source, look.portal)
                and not _LIBRARY.search(source)
            ):
                read.add(source)
                try:
                    yield look.get(source).body[:SCRIPT_BYTES].decode("utf-8", "replace")
                except NotAsked:
                    raise
                except PageError:
                    continue
        for element in page.tree.iter():
            if isinstance(element.tag, str):
                for name, value in element.attrib.items():
                    if str(name).startswith("data-") and "/" in value:
                        yield f'"{value}"'


def _joined(script: str) -> str:
    """The script with '"/tin/" + item.id + ".html"' written as "/tin/${item.id}.html"."""
    inner = r"""["']\s*\+\s*(?:encodeURIComponent\()?([\w.$\[\]]{1,60})\)?\s*\+\s*["']"""
    script = re.sub(inner, r"${\1}", script)
    return re.sub(r"""["']\s*\+\s*([\w.$]{1,60})""", r"""${\1}" """, script)


def _asked(look: Look, pages: Sequence[SeenPage], scripts: Sequence[str]) -> list[str]:
    """The addresses that look as if a list stood there, the likeliest first."""
    base = pages[0].base
    found: dict[str, int] = {}
    for script in scripts:
        for match in _STRING.finditer(script):
            text = match.group(1)
            if not _ASKED.search(text) or _NOT_ASKED.search(text):
                continue
            filled = _filled(text)
            if filled is None:
                continue
            try:
                url = normalise(filled, base)
            except PageError:
                continue
            if same_site(url, look.portal) and (not is_file(url) or url.endswith(".json")):
                likely = 2 * bool(re.search(r"api|json|ashx|asmx", text, re.IGNORECASE))
                likely += bool(re.search(r"news|tin|article|post|bai", text, re.IGNORECASE))
                likely += "page" in text.lower() or "trang" in text.lower()
                found[url] = max(found.get(url, 0), likely)
    return sorted(found, key=lambda url: -found[url])


def _filled(text: str) -> str | None:
    """An address of a script as it asks for the first page; None where it needs what is unknown."""

    def fill(hole: re.Match[str]) -> str:
        name = (hole.group(1) or hole.group(2) or hole.group(3) or "").rpartition(".")[2]
        before = re.search(r"[?&](\w+)=$", text[: hole.start()])
        known = before.group(1) if before else name
        if _PAGE_NAME.fullmatch(known):
            return "1"
        if _OFFSET_NAME.fullmatch(known):
            return "0"
        return "20" if _SIZE_NAME.fullmatch(known) else "\0"

    open_end = re.search(r"[?&](\w+)=$", text)  # data-url="/ajax/tin?page="
    if open_end:
        text += f"${{{open_end.group(1)}}}"
    filled = _HOLE.sub(fill, text)
    return None if "\0" in filled else filled


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
        items = [item for item in value if isinstance(item, dict)]
        if len(items) >= FEWEST_ITEMS and _title_field(items) is not None:
            yield path, items
    elif isinstance(value, dict) and depth < 4:
        for name, inner in value.items():
            yield from _lists(inner, f"{path}.{name}" if path else name, depth=depth + 1)


def _title_field(items: list[dict[str, Any]]) -> str | None:
    for name in items[0]:
        texts = [item.get(name) for item in items]
        plain = [text for text in texts if isinstance(text, str)]
        named = _TITLE_NAME.fullmatch(name) and len(plain) == len(items)
        if named and sum(map(len, plain)) >= SHORTEST_TITLE * len(plain):
            return name
    return None


def _understood(
    look: Look,
    url: str,
    path: str,
    items: list[dict[str, Any]],
    *,
    scripts: list[str],
) -> FoundApi | None:
    link = _field(items, _LINK_NAME)
    if link is not None and _reads(look, _absolute(str(items[0][link]), look)):
        address: str | None = link
    else:
        address = next(
            (
                template
                for template in _addresses(items, scripts)
                if _reads(look, _absolute(_of_item(template, items[0]), look))
            ),
            None,
        )
    if address is None:
        return None
    whole = Source(
        kind="api", url=url, items=path or None, address=address, title=_title_field(items)
    )
    tries = [*(_numbered(whole, *one) for one in _templates(url, len(items))), whole]
    best: FoundApi | None = None
    for source in tries:
        found = _walked(look, source)
        if found is not None and (best is None or found.more):
            best = found
        if best is not None and best.more:
            break
    return best


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


def _field(items: list[dict[str, Any]], names: re.Pattern[str]) -> str | None:
    """The field of this name that differs from item to item."""
    for name in items[0]:
        values = [item.get(name) for item in items]
        told = all(isinstance(value, str | int) and value != "" for value in values)
        if names.fullmatch(name) and told and len(set(values)) == len(values):
            return name
    return None


def _addresses(items: list[dict[str, Any]], scripts: list[str]) -> Iterator[str]:
    """How the scripts may write the address of an article, with its fields in braces."""
    fields = [
        name for names in (_SLUG_NAME, _ID_NAME) if (name := _field(items, names)) is not None
    ]
    told: dict[str, None] = {}
    for script in scripts:
        for match in _WITH_HOLES.finditer(script):
            told.setdefault(re.sub(r"\$\{[^}]*?(\w+)\)?\}", r"{\1}", match.group()))
    names = set(items[0])
    for template in told:
        template = re.sub(r"^[^/?h]*(?:href=)", "", template)
        holes = re.findall(r"\{(\w+)\}", template)
        if holes and set(holes) <= names and not re.search(r"api|\.json|[?&]page=", template):
            yield template
    for name in fields:
        yield from (f"{before}{{{name}}}" for before in USUAL_FOLDERS)


def _of_item(template: str, item: dict[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda hole: str(item.get(hole.group(1), "")), template)


def _absolute(written: str, look: Look) -> str | None:
    try:
        url = normalise(written, look.portal.home)
    except PageError:
        return None
    return url if same_site(url, look.portal) else None


def _reads(look: Look, url: str | None) -> bool:
    return url is not None and look.article(url) is not None


def _templates(url: str, size: int) -> Iterator[tuple[str, int | None]]:
    """Ways in which the address may be numbered, with the step of {offset}."""
    named = False
    for match in re.finditer(r"(?<=[?&])(\w+)=(\d+)", url):
        name, value = match.group(1), int(match.group(2))
        start, end = match.span(2)
        if _PAGE_NAME.fullmatch(name):
            mark, step = ("{page}", None) if value else ("{offset}", 1)
        elif _OFFSET_NAME.fullmatch(name) and value == 0:
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
