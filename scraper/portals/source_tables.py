"""The [[source]] tables of a portal file: which keys each kind of source has."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from scraper.portals import checks
from scraper.portals.tables import Table
from scraper.records import MementoIndex, Source, SourceKind

# Who is asked, and where they are.
INDEXES = {
    "wayback": "https://web.archive.org",
    "commoncrawl": "https://index.commoncrawl.org",
}
FIRST_YEAR, LAST_YEAR = 1990, 2100  # the web's first; any
MOST_PAGES = 5000  # as many list pages as discovery ever walks
MOST_STEP = 1000  # items on one list page
_LARGEST = 10**15  # ours: longer numbers in addresses are times or digests


def read_sources(top: Table, home: str | None) -> tuple[Source, ...]:
    """The sources of a portal file; its home as a list where it names none."""
    tables = top.tables("source")
    if not tables and home:
        return (Source(kind="listing", url=home),)
    sources: list[Source] = []
    for table in tables:
        source = _source(table, home)
        if source and any(source.url == other.url for other in sources):
            table.fault("url", f"{source.url!r} stands in two sources; one is enough")
        elif source:
            sources.append(source)
    return tuple(sources)


def _source(table: Table, home: str | None) -> Source | None:
    kind = table.text("kind") if "kind" in table.values else "listing"
    if kind is not None and kind not in KINDS:
        names = ", ".join(f'"{name}"' for name in KINDS)
        table.fault("kind", f'is "{kind}"; it must be one of {names}')
    known = KINDS.get(cast(SourceKind, kind), KINDS["listing"])
    table.only(SOURCE_KEYS)
    for key in table.values:
        if kind in KINDS and key in SOURCE_KEYS and key not in ("kind", *known.keys):
            others = " or ".join(f'"{name}"' for name, one in KINDS.items() if key in one.keys)
            table.fault(key, f'is for kind = {others}; "{kind}" has {", ".join(known.keys)}')
    return known.read(table, home)


def _listing(table: Table, home: str | None) -> Source | None:
    url = table.checked("url", checks.listing_address)
    if "url" not in table.values:
        url = home  # as without any [[source]]
    pages = table.whole("pages", 2, lowest=1, highest=MOST_PAGES)
    following = table.checked("next", checks.selector)
    link = table.checked("link", checks.selector)
    step, start = _step(table, url), table.checked("start", checks.address)
    numbered = url is not None and ("{page}" in url or "{offset}" in url)
    if url and numbered and "next" in table.values:
        mark = "{page}" if "{page}" in url else "{offset}"
        table.fault("next", f"cannot stand beside {mark} in url; keep one of the two")
    if "start" in table.values and not numbered:
        table.fault("start", "is for a url with {page} or {offset}; here url itself is page 1")
    if not url:
        return None
    return Source(
        kind="listing", url=url, pages=pages, next=following, link=link, step=step, start=start
    )


def _step(table: Table, url: str | None) -> int | None:
    """How many items lie between two list pages; only where the address holds {offset}."""
    counted = url is not None and "{offset}" in url
    if url and counted and "{page}" in url:
        table.fault("url", "holds {page} and {offset}; keep one of the two")
    if "step" not in table.values:
        if counted:
            table.fault("step", "is missing; {offset} needs the number of items on a page")
        return None
    if not counted:
        table.fault("step", "is for a url with {offset}")
        return None
    return table.whole("step", 1, lowest=1, highest=MOST_STEP)


def _postback(table: Table, home: str | None) -> Source | None:
    url = table.checked("url", checks.listing_address)
    if "url" not in table.values:
        url = home
    pages = table.whole("pages", 2, lowest=1, highest=MOST_PAGES)
    pager = table.checked("next", checks.selector)
    link = table.checked("link", checks.selector)
    if url and ("{page}" in url or "{offset}" in url):
        table.fault("url", 'cannot hold {page}: the pages of kind = "postback" have no addresses')
    return Source(kind="postback", url=url, pages=pages, next=pager, link=link) if url else None


def _feed(table: Table, home: str | None) -> Source | None:
    url = table.checked("url", checks.listing_address)
    if "url" not in table.values:
        table.fault("url", "is missing; write the address of the feed")
    if url and "{offset}" in url:
        table.fault("url", "of a feed cannot hold {offset}")
    return Source(kind="feed", url=url, pages=1) if url else None


def _sitemap(table: Table, home: str | None) -> Source | None:
    url = _one_address(table, "sitemap")
    return Source(kind="sitemap", url=url, pages=0) if url else None


def _one_address(table: Table, kind: str) -> str | None:
    """The address of what is one file."""
    url = table.checked("url", checks.listing_address)
    if "url" not in table.values:
        table.fault("url", f"is missing; write the address of the {kind}")
    if url and ("{page}" in url or "{offset}" in url):
        table.fault("url", f"of a {kind} cannot hold {{page}} or {{offset}}")
    return url


def _api(table: Table, home: str | None) -> Source | None:
    url = table.checked("url", checks.api_address)
    if "url" not in table.values:
        table.fault("url", "is missing; write the address that answers with JSON")
    cursor = table.checked("cursor", checks.json_path)
    first = table.whole("first", 0, lowest=0, highest=_LARGEST) if "first" in table.values else None
    if url and cursor and ("{page}" in url or "{offset}" in url):
        table.fault("cursor", "cannot stand beside {page} or {offset} in url; keep one of the two")
    if url and first is not None and "{page}" not in url and "{offset}" not in url:
        table.fault("first", "needs {page} or {offset} in url")
    pages = table.whole("pages", 2, lowest=1, highest=MOST_PAGES)
    items = table.checked("items", checks.json_path)
    address = table.checked("address", checks.item_address)
    title = table.checked("title", checks.json_path)
    published = table.checked("published", checks.json_path)
    if url is None:
        return None
    return Source(
        kind="api",
        url=url,
        pages=pages,
        items=items,
        address=address,
        title=title,
        published=published,
        cursor=cursor,
        first=first,
    )


def _numbering(table: Table, home: str | None) -> Source | None:
    url = table.checked("url", checks.numbered_address)
    if "url" not in table.values:
        table.fault("url", "is missing; write the address of an article with {id} for its number")
    first = table.whole("first", 1, lowest=0, highest=_LARGEST)
    last = table.whole("last", 0, lowest=0, highest=_LARGEST) if "last" in table.values else None
    gap = table.whole("gap", 50, lowest=1, highest=10_000)
    if last is not None and last < first:
        table.fault("last", f"is {last}, which is before first ({first})")
    if not url:
        return None
    return Source(kind="numbering", url=url, pages=0, first=first, last=last, gap=gap)


def _webarchive(table: Table, home: str | None) -> Source | None:
    index = table.text("index")
    if index is not None and index not in INDEXES:
        names = " or ".join(f'"{name}"' for name in INDEXES)
        table.fault("index", f'is "{index}"; it must be {names}')
    folder, below = table.text("folder"), table.checked("url", checks.address)
    if ("index" in table.values) == ("folder" in table.values):
        table.fault("index", 'or folder, one of the two: index = "wayback", or folder = "copies"')
        return None
    years = (
        table.whole("from", FIRST_YEAR, lowest=FIRST_YEAR, highest=LAST_YEAR),
        table.whole("to", LAST_YEAR, lowest=FIRST_YEAR, highest=LAST_YEAR),
    )
    if years[0] > years[1]:
        table.fault("from", f"is {years[0]}, after to, which is {years[1]}")
    per_run = table.whole("per_run", 1000, lowest=1, highest=1_000_000)
    server = table.checked("server", checks.address)
    below = below if "url" in table.values else home
    if folder is not None:
        for key in ("server", "url", "per_run"):
            if key in table.values:
                table.fault(key, "is for an index; a folder has folder, from and to")
        place = os.path.normpath(table.folder / os.path.expanduser(folder))
        url, index = Path(place).absolute().as_uri(), "folder"
    elif index not in INDEXES or below is None:
        return None
    else:
        place = None
        server = (server or INDEXES[index]).rstrip("/")
        url = f"{server}/web/*/{below}" if index == "wayback" else f"{server}/*?url={below}"
    return Source(
        kind="webarchive",
        url=url,
        pages=1,
        index=cast(MementoIndex, index),
        below=below,
        server=server,
        folder=place,
        years=years,
        per_run=per_run,
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of source understands beside "kind", and how its table is read."""

    keys: tuple[str, ...]
    read: Callable[[Table, str | None], Source | None]


# Each kind's meaning and keys: docs/portal-file.md.
KINDS: Mapping[SourceKind, _Kind] = {
    "listing": _Kind(("url", "pages", "next", "link", "step", "start"), _listing),
    "postback": _Kind(("url", "pages", "next", "link"), _postback),
    "feed": _Kind(("url",), _feed),
    "sitemap": _Kind(("url",), _sitemap),
    "api": _Kind(
        ("url", "pages", "items", "address", "title", "published", "cursor", "first"), _api
    ),
    "numbering": _Kind(("url", "first", "last", "gap"), _numbering),
    "webarchive": _Kind(("index", "folder", "url", "from", "to", "per_run", "server"), _webarchive),
}
SOURCE_KEYS = (
    "kind",
    *dict.fromkeys(key for kind in KINDS.values() for key in kind.keys),
)
