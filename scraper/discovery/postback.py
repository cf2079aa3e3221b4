"""Lists of ASP.NET WebForms, whose pages have no addresses: each is asked for by posting the form
of the page before, as a browser does when a link of the pager is pressed.

The state that a page hides in its form may expire, and some servers answer then with page 1: what
was answered is judged, and where it is not the page wanted the walk begins again at page 1 and
goes there with as few requests as the pager allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from scraper.discovery.delta import (
    Part,
    error_in,
    is_delta,
    markup_of,
    parts_of,
    put_into,
    redirect_in,
)
from scraper.discovery.list_page import ListPage
from scraper.discovery.listing_walk import Turned, walk_pages
from scraper.discovery.listings import (
    Listing,
    article_elements,
    article_links,
    page_tree,
    read_listing,
)
from scraper.discovery.pagers import Pager, find_pager
from scraper.discovery.presses import Press
from scraper.discovery.web_form import (
    TARGET,
    ScriptManager,
    address_of,
    panel_around,
    posted,
    script_manager,
)
from scraper.errors import BadStatus, SourceError, UnsafeAddress
from scraper.records import Capture, Form, Get, Ground, Portal, Source
from scraper.urls import normalise, same_site
from scraper.vietnamese.text import decode

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

TRIES = 4  # for one page: as it stands, by parts of pages, and twice with a fresh state
MOST_RETURNS = 200  # to page 1 in one walk: a state of a few minutes expires that often at most
RELOAD: Mapping[str, str] = {"Cache-Control": "no-cache"}  # an old copy has an old state
IN_UTF_8 = "application/x-www-form-urlencoded; charset=utf-8"
PARTLY = {
    "X-MicrosoftAjax": "Delta=true",
    "X-Requested-With": "XMLHttpRequest",
    "Cache-Control": "no-cache",
}


def walk_postback(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The pages of a list that posts back, to its end; see walk_pages()."""
    yield from walk_pages(_Postbacks(source, portal, get), source, portal)


def post_again(page: ListPage, source: Source, portal: Portal, *, get: Get) -> ListPage:
    """The same list page as it is now; as it was where its form is no longer taken."""
    try:
        capture = get(page.url, form=page.form, headers=dict(page.headers))
        parts = _parts(capture)
        listing = read_listing(capture, portal, url=page.url)
    except (BadStatus, SourceError):
        return page
    if parts is not None:
        listing = replace(listing, tree=page_tree(markup_of(parts)))
    return replace(page, links=article_links(listing, source, portal) or page.links)


def turns_by_posting(capture: Capture, portal: Portal, *, link: str | None = None) -> bool:
    """Whether a list page has a pager that posts back: kind = "postback" reads on from it."""
    source = Source(kind="postback", url=capture.url, link=link)
    walk = _Postbacks(source, portal, _ask_nothing)
    try:
        pager = walk.settle(walk.turned(read_listing(capture, portal, url=capture.url)), 1).pager
    except SourceError:
        return False
    found = pager.towards(2, at=1) if pager is not None else None
    return found is not None and found[0] == 2


def _ask_nothing(
    url: str, *, form: Form | None = None, headers: Mapping[str, str] = RELOAD
) -> Capture:
    raise AssertionError(f"{url} was asked for")


class _LostError(Exception):
    """A press did not lead to the page that it should have led to."""

    def __init__(self, reason: str, page: Turned | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.page = page  # what came instead

    @property
    def keys(self) -> tuple[str, ...] | None:
        return None if self.page is None else _keys(self.page)


@dataclass(frozen=True, slots=True)
class _Stand:
    """The page that the walk stands on, and its pager."""

    page: Turned
    number: int
    pager: Pager | None


class _Postbacks:
    """A list that is turned by posting back."""

    def __init__(self, source: Source, portal: Portal, get: Get) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.stand: _Stand | None = None
        self.first: frozenset[str] = frozenset()  # the keys of page 1
        self.seen: set[str] = set()
        self.family: str | None = None  # of the pager that led here
        self.partly = False  # whether answers with parts of a page are asked for
        self.proven = False  # whether the way of asking has ever worked
        self.misled = False  # whether the pagers seem to tell their page, and do not
        self.returns = 0

    # --- what the walk asks --------------------------------------------------------------------

    def turn_to(self, number: int) -> Turned | None:
        if number == 1:
            return self.begin().page
        reasons: list[str] = []
        before: _LostError | None = None
        for tries in range(TRIES):
            accepted = None
            try:
                if tries and not self.other_way():
                    self.begin_again(number, reasons[-1])
                    accepted = before
                    self.partly = self.partly and (self.proven or tries < TRIES - 1)
                page = self.reach(number, accepted=accepted)
            except _LostError as lost:
                reasons.append(lost.reason)
                before = lost
                continue
            self.proven = True
            return page
        told = "; then ".join(dict.fromkeys(reasons))
        raise self.error(f"page {number} cannot be turned to: {told}")

    def leads_on(self, page: Turned, number: int) -> bool:
        assert self.stand is not None
        self.seen.update(_keys(page))
        pager = self.stand.pager
        if pager is None:
            return False
        found = pager.towards(number + 1, at=number)
        if found is not None and found[0] == number + 1:
            return True
        if pager.highest > number + 1:
            raise self.error(f"the pager names page {pager.highest}, but none after {number}")
        return False

    def behind(self, number: int) -> Turned | None:
        """The page after an empty one, where the empty one leads there."""
        if self.stand is None or self.stand.pager is None:
            raise self.error(f"page {number} showed no articles and no pager, twice")
        try:
            return self.reach(number + 1)
        except _LostError:
            return None

    # --- going from page to page ---------------------------------------------------------------

    def begin(self, headers: Mapping[str, str] | None = None) -> _Stand:
        """Page 1, asked for by its address."""
        url = self.source.url
        capture = self.get(url, headers=headers) if headers else self.get(url)
        listing = read_listing(capture, self.portal, url=url)
        page = self.turned(listing)
        self.first = frozenset(_keys(page))
        return self.settle(page, 1)

    def begin_again(self, number: int, reason: str) -> None:
        self.returns += 1
        if self.returns > MOST_RETURNS:
            raise self.error(
                f"was begun again {MOST_RETURNS} times, last for page {number} ({reason})"
            )
        self.family = None
        if not self.begin(RELOAD).page.links:
            raise _LostError("page 1 shows no articles any more")

    def other_way(self) -> bool:
        """Ask for parts of pages from now on, where nothing has worked yet: whether that is new."""
        stand = self.stand
        if self.proven or self.partly or stand is None or stand.number != 1:
            return False
        tree = stand.page.listing.tree
        self.partly = tree is not None and script_manager(tree) is not None
        return self.partly

    def reach(self, number: int, *, accepted: _LostError | None = None) -> Turned:
        """The wanted page, from the one that the walk stands on. Raises _LostError.

        What came instead of a page a first time, `accepted`, and comes again, is what there is.
        """
        assert self.stand is not None
        for _ in range(number + 1):
            pager, at = self.stand.pager, self.stand.number
            found = pager.towards(number, at=at) if pager is not None else None
            if pager is None or found is None:
                raise _LostError(f"page {at} shows no way there")
            expected, press = found
            self.family = pager.family
            came = self.press(press)
            stand = self.judged(came, expected, press=press, wanted=number, accepted=accepted)
            self.stand = stand
            if stand.number == number:
                return stand.page
        raise _LostError("the pager leads in a circle")

    def judged(
        self,
        page: Turned,
        expected: int,
        *,
        press: Press,
        wanted: int,
        accepted: _LostError | None,
    ) -> _Stand:
        """Where a press has led. Raises _LostError where that is not where it should have."""
        assert self.stand is not None
        before = self.stand
        pager = self.pager_of(page, expected)
        shown = pager.shown if pager is not None else None
        named = press.number is not None
        fresh = [key for key in _keys(page) if key not in self.seen]
        again = accepted is not None and accepted.keys == _keys(page)
        if not page.links:
            problem = "it showed no articles"
            again = again and pager is not None
        elif shown == expected or (shown is None and not self.is_first(page)):
            return _Stand(page, expected, pager)
        elif shown is not None and not named and abs(shown - wanted) < abs(before.number - wanted):
            return _Stand(page, shown, pager)
        elif not named and expected > 2 and _keys(page) == _keys(before.page):
            return _Stand(page, expected, pager)  # a "next" that never ends
        else:
            problem = f"page {shown or 1} was answered in its place"
            again = again and (bool(fresh) or not named)
        if again:
            self.misled = self.misled or (named and bool(page.links))
            return _Stand(page, expected, pager)
        raise _LostError(problem, page)

    def is_first(self, page: Turned) -> bool:
        """Whether this is page 1 in place of another, but for what was published meanwhile."""
        keys = _keys(page)
        if len(keys) > 2 * len(self.first):
            return False  # some lists grow at their foot
        fresh = sum(key not in self.seen for key in keys)
        again = sum(key in self.first for key in keys)
        return again * 2 >= len(self.first) and fresh * 3 <= len(keys)

    # --- one page ------------------------------------------------------------------------------

    def press(self, press: Press) -> Turned:
        """What a press is answered with. Raises _LostError where it is refused."""
        assert self.stand is not None
        listing = self.stand.page.listing
        manager = script_manager(listing.tree) if self.partly else None
        url = address_of(press.element, listing, self.portal)
        form = posted(press.element, press.changes)
        headers = {"Referer": listing.capture.answered_url}  # some servers take no form without it
        if manager is not None:
            form = (*_partly(press, manager), *form)
            headers.update(PARTLY)
        if any(not value.isascii() for _, value in form):
            headers["Content-Type"] = IN_UTF_8  # pages of other encodings are posted in their own
        try:
            capture = self.get(url, form=form, headers=headers)
            answer = self.read(capture, url)
        except BadStatus as error:
            raise _LostError(error.reason) from error
        return replace(self.turned(answer), url=url, form=form, headers=tuple(headers.items()))

    def read(self, capture: Capture, url: str) -> Listing:
        """The page that an answer is, or makes of the one before."""
        assert self.stand is not None
        parts = _parts(capture)
        if parts is None:
            try:
                return read_listing(capture, self.portal, url=url)
            except SourceError as error:
                raise _LostError(f"the answer {error.reason}") from error
        if reason := error_in(parts):
            raise _LostError(f"the server answered with the error {reason}")
        if (address := redirect_in(parts)) is not None:
            return self.redirected(address, base=capture.answered_url)
        listing = self.stand.page.listing
        put_into(listing.tree, parts)
        return replace(listing, capture=capture)

    def redirected(self, address: str, *, base: str) -> Listing:
        try:
            url = normalise(address, base)
        except UnsafeAddress as error:
            raise _LostError(
                f"the answer leads to {address[:200]}, which {error.reason}"
            ) from error
        if not same_site(url, self.portal):
            raise _LostError(f"the answer leads to {url}, which is not of this portal")
        return read_listing(self.get(url, headers=RELOAD), self.portal, url=url)

    def turned(self, listing: Listing) -> Turned:
        links = article_links(listing, self.source, self.portal)
        return Turned(url=listing.capture.url, listing=listing, links=links)

    def settle(self, page: Turned, number: int) -> _Stand:
        self.stand = _Stand(page, number, self.pager_of(page, number))
        return self.stand

    def pager_of(self, page: Turned, number: int) -> Pager | None:
        tree = page.listing.tree
        if tree is None:
            return None
        links = article_elements(page.listing, self.source, self.portal)
        articles = Counter(chain(links, *(link.iterancestors() for link in links)))
        pager = find_pager(
            tree,
            selector=self.source.next,
            articles=articles,
            family=self.family,
            wanted=number + 1,
        )
        if pager is not None and self.misled:
            return replace(pager, shown=None)
        return pager

    def error(self, reason: str) -> SourceError:
        return SourceError(reason, portal=self.portal.name, url=self.source.url)


def _keys(page: Turned) -> tuple[str, ...]:
    return tuple(link.key for link in page.links)


def _parts(capture: Capture) -> list[Part] | None:
    """The parts of an answer that is made of parts."""
    if not capture.body[:20].lstrip(b"\xef\xbb\xbf \r\n")[:1].isdigit():
        return None
    text = decode(capture.body, capture.header("content-type")).text
    return list(parts_of(text)) if is_delta(text) else None


def _partly(press: Press, manager: ScriptManager) -> Form:
    """What is posted beside the form by the scripts of a page with UpdatePanels."""
    told = dict(press.changes).get(TARGET) or press.changes[0][0].removesuffix(".x")
    panel = panel_around(press.element, manager)
    return ((manager.name, f"{panel}|{told}"), ("__ASYNCPOST", "true"))
