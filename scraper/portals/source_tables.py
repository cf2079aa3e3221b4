"""The [[source]] tables of a portal file: which keys each kind of source has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from scraper.portals import checks
from scraper.portals.tables import Table
from scraper.records import Source, SourceKind

MOST_PAGES = 5000  # as many list pages as discovery ever walks
MOST_STEP = 1000  # items on one list page


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
    step, first = _step(table, url), table.checked("first", checks.address)
    numbered = url is not None and ("{page}" in url or "{offset}" in url)
    if url and numbered and "next" in table.values:
        mark = "{page}" if "{page}" in url else "{offset}"
        table.fault("next", f"cannot stand beside {mark} in url; keep one of the two")
    if "first" in table.values and not numbered:
        table.fault("first", "is for a url with {page} or {offset}; here url itself is page 1")
    if not url:
        return None
    return Source(
        kind="listing", url=url, pages=pages, next=following, link=link, step=step, first=first
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
    if url and ("{page}" in url or "{offset}" in url):
        table.fault("url", "of a feed cannot hold {page} or {offset}")
    return Source(kind="feed", url=url, pages=1) if url else None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of source understands beside "kind", and how its table is read."""

    keys: tuple[str, ...]
    read: Callable[[Table, str | None], Source | None]


# Each kind's meaning and keys: docs/portal-file.md.
KINDS: Mapping[SourceKind, _Kind] = {
    "listing": _Kind(("url", "pages", "next", "link", "step", "first"), _listing),
    "postback": _Kind(("url", "pages", "next", "link"), _postback),
    "feed": _Kind(("url",), _feed),
}
SOURCE_KEYS = (
    "kind",
    *dict.fromkeys(key for kind in KINDS.values() for key in kind.keys),
)
