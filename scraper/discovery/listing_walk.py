"""Walking an HTML list from page to page, and telling its end from a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scraper.discovery.list_page import ListPage
from scraper.discovery.listings import Listing, article_links, next_address, read_listing
from scraper.errors import BadStatus, PageError, SourceError
from scraper.records import Get, Ground, Link, Portal, Source
from scraper.urls import key_by_rule, normalise, same_site

MAX_LIST_PAGES = 5000  # the longest list seen on a portal has about 1,200 pages


def walk_listing(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The pages of a list in its order, to its end.

    The end is a page like the one before, a second page in a row without a link that is new to
    this walk, a page without a next link, or one that is not there, is empty or leads back: but
    then the one after it must be no better, because a portal under repair also answers so.
    """
    yield from _Walk(source, portal, get).pages()


def look_again(page: ListPage, source: Source, portal: Portal, *, get: Get) -> ListPage:
    """The same list page as it is now: what was taken down above it has moved links up to it."""
    links = article_links(read_listing(get(page.url), portal, url=page.url), source, portal)
    return replace(page, links=links)


class _Walk:
    """One walk over a listing: what it has seen so far."""

    def __init__(self, source: Source, portal: Portal, get: Get) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.numbered = "{page}" in source.url or source.step is not None
        self.seen: set[str] = set()
        self.visited: set[str] = set()

    def pages(self) -> Iterator[ListPage]:
        before: tuple[str, ...] = ()
        idle = 0  # pages in a row without anything new
        url = self.address(1)
        for number in range(1, MAX_LIST_PAGES + 1):
            listing = self.page(url, number)
            links = article_links(listing, self.source, self.portal) if listing else ()
            if listing is None or not links:
                if number == 1 and listing is not None:
                    raise self.error(_nothing_found(listing, self.source, self.portal), url=url)
                self.make_sure_of_the_end(url, number)
                return
            if number == 1 and (problem := _useless_key(links, self.portal)):
                raise self.error(problem, url=url)
            keys = tuple(link.key for link in links)
            # One page may bring nothing new in the middle of a list: what it holds stood in a box
            # "other news" of the page before.
            fresh = tuple(key for key in keys if key not in self.seen)
            idle = 0 if fresh else idle + 1
            if keys == before or idle == 2:
                return
            self.seen.update(keys)
            before = keys
            yield ListPage(url=url, number=number, links=links, fresh=fresh)
            following = self.following(listing, number)
            if following is None:
                return
            url = following
        raise self.error(f"has more than {MAX_LIST_PAGES} pages: the list does not end")

    def address(self, number: int) -> str:
        """Of the list page with this number, from 1."""
        if number == 1 and self.source.first is not None:
            return self.source.first
        offset = (number - 1) * (self.source.step or 0)
        return self.source.url.replace("{page}", str(number)).replace("{offset}", str(offset))

    def page(self, url: str, number: int) -> Listing | None:
        """The list page, or None where there is none under this address."""
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
        return read_listing(capture, self.portal, url=url)

    def breaks_off(self, error: BadStatus, number: int) -> bool:
        """Some portals answer 500 beyond the last page: then the page before is still there."""
        if not self.numbered or error.status != 500:
            return False
        try:
            self.get(self.address(number - 1))
        except PageError:
            return False
        return True

    def make_sure_of_the_end(self, url: str, number: int) -> None:
        """Raises SourceError if the list goes on behind a page that shows no articles."""
        after = self.address(number + 1) if self.numbered else url
        try:
            listing = read_listing(self.get(after), self.portal, url=after)
        except BadStatus:
            return
        links = article_links(listing, self.source, self.portal)
        if any(link.key not in self.seen for link in links):
            raise self.error(f"page {number} showed no articles, but there are more behind it")

    def following(self, listing: Listing, number: int) -> str | None:
        if self.source.next:
            return next_address(listing, self.source, self.portal, visited=self.visited)
        return self.address(number + 1) if self.numbered else None

    def error(self, reason: str, *, url: str | None = None) -> SourceError:
        return SourceError(reason, portal=self.portal.name, url=url or self.source.url)


def _nothing_found(listing: Listing, source: Source, portal: Portal) -> str:
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
