"""Asking for pages while looking at a portal: each once, and no more than a budget allows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

from scraper.errors import NotAsked, PageError
from scraper.extraction.article import extract
from scraper.probe.seen import SeenPage, see
from scraper.records import Article, Capture, Form, Get, Portal
from scraper.urls import normalise

BUDGET = 40  # requests for pages; a person who looks a portal over opens about as many
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class BudgetSpent(PageError):
    """No more pages are asked for in this look."""


class Look:
    """The pages asked for in one look, by address; what failed, and why."""

    def __init__(
        self,
        get: Get,
        portal: Portal,
        *,
        budget: int = BUDGET,
        stop: threading.Event | None = None,
    ) -> None:
        self._get = get
        self._stop = stop
        self.portal = portal
        self.budget = budget
        self.asked = 0
        self.failures: dict[str, PageError] = {}
        self._captures: dict[tuple[str, Form | None], Capture] = {}
        self._pages: dict[str, SeenPage | None] = {}
        self._articles: dict[str, Article | None] = {}
        self.reasons: dict[str, str] = {}  # why an address is no article

    @property
    def left(self) -> int:
        return self.budget - self.asked

    def get(
        self, url: str, *, form: Form | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Capture:
        """The answer, asked for once. Raises PageError, BudgetSpent among them."""
        address = normalise(url)
        known = self._captures.get((address, form))
        if known is not None:
            return known
        if form is None and address in self.failures:
            raise self.failures[address]
        if self.left <= 0 or (self._stop is not None and self._stop.is_set()):
            raise BudgetSpent("not asked for: the look at the portal has an end", url=url)
        self.asked += 1
        try:
            capture = self._get(url, form=form, headers=headers)
        except PageError as error:
            if form is None:
                self.failures[address] = error
            raise
        self._captures[(address, form)] = capture
        if form is None:
            self._captures.setdefault((normalise(capture.answered_url), None), capture)
        return capture

    def has(self, url: str) -> bool:
        """Whether the answer is known already."""
        return (normalise(url), None) in self._captures

    def page(self, url: str) -> SeenPage | None:
        """The page; None where there is none, or it is no HTML. Raises NotAsked."""
        address = normalise(url)
        if address not in self._pages:
            try:
                self._pages[address] = see(self.get(url), self.portal)
            except NotAsked:
                raise
            except PageError:
                return None
        return self._pages[address]

    def article(self, url: str) -> Article | None:
        """The article that stands there; None where there is none, and `reasons` says why."""
        address = normalise(url)
        if address in self._articles:
            return self._articles[address]
        try:
            capture = self.get(url)
            article = extract(
                capture.body,
                url=capture.answered_url,
                content_type=capture.header("content-type"),
                fetched_at=capture.fetched_at,
            )
        except NotAsked:
            raise
        except BudgetSpent:
            return None
        except PageError as error:
            self.reasons[address] = error.reason
            self._articles[address] = None
            return None
        self._articles[address] = article
        self.page(url)  # what it links to is seen too: its section, other articles
        return article

    @property
    def articles(self) -> dict[str, Article]:
        """All articles read, by address."""
        return {url: article for url, article in self._articles.items() if article is not None}

    @property
    def pages(self) -> list[SeenPage]:
        """All pages seen, each once."""
        by_url = {page.url: page for page in self._pages.values() if page is not None}
        return list(by_url.values())
