"""Walking a list that a portal answers in JSON, from answer to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from scraper.discovery.candidates import merged
from scraper.discovery.json_answers import (
    Json,
    NoJson,
    html_in,
    keys_there,
    reach,
    read_json,
)
from scraper.discovery.json_items import NoItems, candidates_of
from scraper.discovery.list_page import ListPage
from scraper.discovery.listing_walk import MAX_LIST_PAGES
from scraper.discovery.listings import article_links, listing_of
from scraper.errors import BadStatus, SourceError, UnsafeAddress
from scraper.records import Capture, Get, Ground, Link, Portal, Source
from scraper.urls import normalise, same_site

# Beyond the last page; WordPress says 400.
_NOT_THERE = (400, 404, 410, 416, 422)
_NEXT_NAMES = (
    *("next", "nexturl", "nextlink", "nextpageurl", "odatanextlink", "nextpage", "nexthref"),
    *("nextcursor", "cursornext", "nextpagetoken", "pagetoken", "endcursor", "cursor", "continue"),
    *("continuation", "continuationtoken", "nexttoken", "scrollid", "after"),
)


def walk_api(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The answers of a JSON list in its order, to its end.

    The end is an answer without items, one like the one before, a second one in a row without a
    link that is new to this walk, one that leads to no further, or one that is not there.
    """
    yield from _Walk(source, portal, get).pages()


class _Walk:
    """One walk over a JSON list: what it has seen so far."""

    def __init__(self, source: Source, portal: Portal, get: Get) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.by_page = "{page}" in source.url
        self.by_offset = "{offset}" in source.url
        self.by_cursor = "{cursor}" in source.url
        self.seen: set[str] = set()
        self.visited: set[str] = set()
        self.items_met = 0

    def pages(self) -> Iterator[ListPage]:
        before: tuple[str, ...] = ()
        idle = 0  # answers in a row without anything new
        url: str | None = self.address(1)
        for number in range(1, MAX_LIST_PAGES + 1):
            assert url is not None
            answer = self.answer(url, number)
            if answer is None:
                return
            capture, value = answer
            links = self.links(capture, value, url=url, number=number)
            if not links:
                if number == 1:
                    there = keys_there(value)
                    raise self.error(f"has no items in its first answer; there is {there}", url=url)
                self.make_sure_of_the_end(url, number)
                return
            keys = tuple(link.key for link in links)
            fresh = tuple(key for key in keys if key not in self.seen)
            idle = 0 if fresh else idle + 1
            if keys == before or idle == 2:
                return
            self.seen.update(keys)
            before = keys
            yield ListPage(url=url, number=number, links=links, fresh=fresh)
            url = self.following(value, capture, number)
            if url is None:
                return
        raise self.error(f"has more than {MAX_LIST_PAGES} pages: the list does not end")

    def address(self, number: int, *, cursor: str = "") -> str:
        """The address of an answer; the number of items met so far is its offset."""
        first = self.source.first
        page = number - 1 + (1 if first is None else first)
        offset = self.items_met + (first or 0)
        address = self.source.url.replace("{page}", str(page)).replace("{offset}", str(offset))
        if not cursor:  # some servers refuse an empty one
            address = re.sub(r"(?<=[?&])[^?&=]+=\{cursor\}(?:&|$)", "", address).rstrip("?&")
        return address.replace("{cursor}", quote(cursor, safe=""))

    def answer(self, url: str, number: int) -> tuple[Capture, Json] | None:
        """The answer and what it holds; None where there is none under this address."""
        self.visited.add(normalise(url))
        try:
            capture = self.get(url)
        except BadStatus as error:
            if number > 1 and error.status in _NOT_THERE:
                return None
            raise
        if number > 1 and not capture.body.strip():
            return None
        try:
            return capture, read_json(capture)
        except NoJson as error:
            hint = '; is it kind = "listing"?' if "HTML" in str(error) else ""
            raise self.error(f"{error}{hint}", url=url) from None

    def links(self, capture: Capture, value: Json, *, url: str, number: int) -> tuple[Link, ...]:
        found_on = capture.url
        try:
            candidates = candidates_of(value, capture, self.source, self.portal)
        except NoItems as error:
            html = self.from_html(capture, value)
            if html or number > 1 and _holds_nothing(value, self.source):
                return html
            raise self.error(str(error), url=url) from None
        if not candidates:
            return self.from_html(capture, value)
        self.items_met += len(candidates)
        return merged(candidates, portal=self.portal, found_on=found_on)

    def from_html(self, capture: Capture, value: Json) -> tuple[Link, ...]:
        """Links of the pieces of HTML that some answers hold in the place of items."""
        inside = value if self.source.items is None else reach(value, self.source.items)
        text = html_in(inside)
        if not text:
            return ()
        links = article_links(listing_of(capture, text), self.source, self.portal)
        self.items_met += len(links)
        return links

    def make_sure_of_the_end(self, url: str, number: int) -> None:
        """Raises SourceError if the list goes on behind an answer without items."""
        if not self.by_page:
            return
        after = self.address(number + 1)
        try:
            answer = self.answer(after, number + 1)
            links = self.links(*answer, url=after, number=number + 1) if answer else ()
        except (BadStatus, SourceError):
            return
        if any(link.key not in self.seen for link in links):
            raise self.error(f"answer {number} was empty, but there are more behind it", url=url)

    def following(self, value: Json, capture: Capture, number: int) -> str | None:
        """The address of the next answer; None at the end."""
        if self.by_page or self.by_offset:
            return self.address(number + 1)
        said = self.cursor(value)
        if said is None:
            return None
        is_address = said.startswith(("http://", "https://", "?")) or (
            said.startswith("/") and (not self.by_cursor or "?" in said)
        )
        if not self.by_cursor or is_address:
            try:
                url = normalise(said, capture.answered_url)
            except UnsafeAddress:
                return None
        else:
            url = normalise(self.address(number + 1, cursor=said))
        own = urlsplit(self.source.url).netloc
        if url in self.visited or not (urlsplit(url).netloc == own or same_site(url, self.portal)):
            return None
        return url

    def cursor(self, value: Json) -> str | None:
        """What the answer says of the next one: a cursor or an address."""
        if self.source.cursor is not None:
            return _word(reach(value, self.source.cursor))
        for one in _around_the_list(value):
            named = {re.sub(r"[_\-.@$]", "", str(name)[:40]).lower(): name for name in one}
            for name in _NEXT_NAMES:
                said = _word(one[named[name]]) if name in named else None
                if said and (self.by_cursor or said.startswith(("http", "/", "?"))):
                    return said
        return None

    def error(self, reason: str, *, url: str | None = None) -> SourceError:
        return SourceError(reason, portal=self.portal.name, url=url or self.source.url)


def _around_the_list(value: Json, depth: int = 3) -> Iterator[dict[str, Json]]:
    """The objects that stand in no list: an item's "next" is another article."""
    if isinstance(value, dict):
        yield value
        for inner in value.values() if depth else ():
            yield from _around_the_list(inner, depth - 1)


def _word(value: Json) -> str | None:
    """A cursor as it is written into an address; also the "href" of a link."""
    if isinstance(value, dict):
        value = value.get("href") or value.get("url")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    return str(value)[:1500].encode("utf-8", "replace").decode("utf-8")


def _holds_nothing(value: Json, source: Source) -> bool:
    """Whether an answer says that there is no further: null, false, or nothing at `items`."""
    if source.items is not None and isinstance(value, dict | list):
        return not reach(value, source.items)
    return not value
