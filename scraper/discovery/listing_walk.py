"""Walking an HTML list from page to page, and telling its end from a fault."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from scraper.discovery.list_page import ListPage
from scraper.discovery.listings import Listing, article_links, next_address, read_listing
from scraper.errors import BadStatus, PageError, SourceError
from scraper.records import Capture, Form, Get, Ground, Link, Portal, Source
from scraper.urls import key_by_rule, normalise, same_site

MAX_LIST_PAGES = 5000  # the longest list seen on a portal has about 1,200 pages


def walk_listing(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The pages of a list whose pages have addresses, to its end; see walk_pages()."""
    yield from walk_pages(_Addresses(source, portal, get), source, portal)


def look_again(page: ListPage, source: Source, portal: Portal, *, get: Get) -> ListPage:
    """The same list page as it is now: what was taken down above it has moved links up to it."""
    links = article_links(read_listing(get(page.url), portal, url=page.url), source, portal)
    return replace(page, links=links)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A list page as it was turned to."""

    url: str
    listing: Listing
    links: tuple[Link, ...]
    form: Form | None = None  # what was posted for it
    headers: tuple[tuple[str, str], ...] = ()


class Turns(Protocol):
    """How a list is turned from page to page, from 1 on and one by one."""

    def turn_to(self, number: int) -> Turned | None:
        """The page of this number; None if there is none."""
        ...

    def leads_on(self, page: Turned, number: int) -> bool:
        """Whether there is said to be a page behind this one, which has this number."""
        ...

    def behind(self, number: int) -> Turned | None:
        """What shows whether the list goes on behind a page that is missing or has no articles."""
        ...


def walk_pages(turns: Turns, source: Source, portal: Portal) -> Iterator[ListPage]:
    """The pages of a list in its order, to its end.

    The end is a page like the one before, a second page in a row without a link that is new to
    this walk, a page without a next link, or one that is not there, is empty or leads back: but
    then the one after it must be no better, because a portal under repair also answers so.
    """
    seen: set[str] = set()
    before: tuple[str, ...] = ()
    idle = 0  # pages in a row without anything new
    for number in range(1, MAX_LIST_PAGES + 1):
        page = turns.turn_to(number)
        if page is None or not page.links:
            if number == 1 and page is not None:
                reason = _nothing_found(page.listing, source, portal)
                raise SourceError(reason, portal=portal.name, url=page.url)
            _make_sure_of_the_end(turns, number, seen, source=source, portal=portal)
            return
        if number == 1 and (problem := _useless_key(page.links, portal)):
            raise SourceError(problem, portal=portal.name, url=page.url)
        keys = tuple(link.key for link in page.links)
        # One page may bring nothing new in the middle of a list: what it holds stood in a box
        # "other news" of the page before.
        fresh = tuple(key for key in keys if key not in seen)
        idle = 0 if fresh else idle + 1
        if keys == before or idle == 2:
            return
        seen.update(keys)
        before = keys
        yield ListPage(
            url=page.url,
            number=number,
            links=page.links,
            fresh=fresh,
            form=page.form,
            headers=page.headers,
        )
        if not turns.leads_on(page, number):
            return
    reason = f"has more than {MAX_LIST_PAGES} pages: the list does not end"
    raise SourceError(reason, portal=portal.name, url=source.url)


def _make_sure_of_the_end(
    turns: Turns, number: int, seen: Container[str], *, source: Source, portal: Portal
) -> None:
    """Raises SourceError if the list goes on behind a page that shows no articles."""
    page = turns.behind(number)
    if page is not None and any(link.key not in seen for link in page.links):
        reason = f"page {number} showed no articles, but there are more behind it"
        raise SourceError(reason, portal=portal.name, url=source.url)


class _Addresses:
    """A list whose pages have addresses: with a number in them, or named by a next link."""

    def __init__(self, source: Source, portal: Portal, get: Get) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.numbered = "{page}" in source.url or source.step is not None
        self.visited: set[str] = set()
        self.url = self.address(1)  # of the page that is turned to

    def address(self, number: int) -> str:
        """Of the list page with this number, from 1."""
        if number == 1 and self.source.start is not None:
            return self.source.start
        offset = (number - 1) * (self.source.step or 0)
        return self.source.url.replace("{page}", str(number)).replace("{offset}", str(offset))

    def turn_to(self, number: int) -> Turned | None:
        url = self.url
        try:
            capture = self.get(url)
        except BadStatus as error:
            if number > 1 and (error.status in (404, 410) or self.breaks_off(error, number)):
                return None
            raise
        answered = normalise(capture.answered_url)
        sent_back = answered in self.visited or answered == normalise(self.portal.home)
        if number > 1 and answered != normalise(url) and sent_back:
            return None
        self.visited.update((normalise(url), answered))
        return self.turned(capture, url)

    def turned(self, capture: Capture, url: str) -> Turned:
        listing = read_listing(capture, self.portal, url=url)
        links = article_links(listing, self.source, self.portal)
        return Turned(url=url, listing=listing, links=links)

    def breaks_off(self, error: BadStatus, number: int) -> bool:
        """Some portals answer 500 beyond the last page: then the page before is still there."""
        if not self.numbered or error.status != 500:
            return False
        try:
            self.get(self.address(number - 1))
        except PageError:
            return False
        return True

    def behind(self, number: int) -> Turned | None:
        after = self.address(number + 1) if self.numbered else self.url
        try:
            return self.turned(self.get(after), after)
        except BadStatus:
            return None

    def leads_on(self, page: Turned, number: int) -> bool:
        following: str | None = None
        if self.source.next:
            following = next_address(page.listing, self.source, self.portal, visited=self.visited)
        elif self.numbered:
            following = self.address(number + 1)
        self.url = following or self.url
        return following is not None


def _nothing_found(listing: Listing, source: Source, portal: Portal) -> str:
    if listing.tree is None and listing.is_json:
        return 'is JSON in which no address of an article is found; write kind = "api"'
    if listing.tree is None:
        return "is empty, but a list page was expected"
    match = portal.article.match
    if source.link and match:
        looked_for = f'link "{source.link}" and match "{match.pattern}"'
    elif source.link:
        looked_for = f'link "{source.link}"'
    elif match:
        looked_for = f'match "{match.pattern}"'
    else:
        looked_for = "addresses that look like articles; give [article] match, or link"
    addresses = [element.get("href") or "" for element in listing.tree.iter("a", "area")]
    elsewhere = [url for url in addresses if match and match.search(url) and _leaves(url, portal)]
    if elsewhere:
        return (
            f"{len(elsewhere)} links fit match, but lead to another host than home, such as "
            f"{elsewhere[0][:120]}; home or formerly must name it"
        )
    seen = next((url for url in addresses if len(url) > 20), "")
    example = f"; a link there is {seen[:120]}" if seen else ""
    return f"no link to an article among {len(addresses)} links: looked for {looked_for}{example}"


def _leaves(url: str, portal: Portal) -> bool:
    return url.startswith(("http://", "https://")) and not same_site(url, portal)


def _useless_key(links: Sequence[Link], portal: Portal) -> str | None:
    """What is wrong with the portal's key, where it is found in none of the addresses.

    Ids are for ever: better none than such as a mistyped key would give.
    """
    rule = portal.article
    if not (rule.key_parameter or rule.key_pattern) or len(links) < 2:
        return None
    if any(key_by_rule(link.url, portal) for link in links):
        return None
    named = rule.key_parameter or (rule.key_pattern.pattern if rule.key_pattern else "")
    return f'key "{named}" is found in none of {len(links)} addresses, such as {links[0].url}'
