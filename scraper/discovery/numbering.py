"""Walking the numbers that a portal gives its articles, where it lists them nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scraper.discovery.list_page import ListPage
from scraper.errors import BadStatus, PageError, SourceError
from scraper.records import Get, Ground, Link, Portal, Source
from scraper.urls import article_key, normalise

# These numbers are ours.
MOST_A_PAGE = 8  # numbers between two looks at what became of them: a host that answers ten pages
# in a row with errors is left alone, and some answer so for every number that is not there
MOST_A_WALK = 50_000  # numbers; the next run goes on behind the highest that was an article
_STANDS_FOR_A_NUMBER = "0NUMBER0"  # normalise() leaves it as it is


def walk_numbering(source: Source, portal: Portal, get: Get, ground: Ground) -> Iterator[ListPage]:
    """The numbers behind the highest that is known to be an article, a page of them at a time.

    Whoever walks reads a page's links before asking for the next, so that `ground` says what became
    of them. The end is `last`, or `gap` numbers in a row that were no articles. Those are asked for
    again by the next walk; holes between articles are left to the frontier.
    """
    yield from _Walk(source, portal, get, ground).pages()


class _Walk:
    """One walk over numbers."""

    def __init__(self, source: Source, portal: Portal, get: Get, ground: Ground) -> None:
        self.source = source
        self.portal = portal
        self.get = get
        self.ground = ground
        self.first = 1 if source.first is None else source.first
        self.highest: int | None = None  # that is known to be an article

    def pages(self) -> Iterator[ListPage]:
        number = self.start()
        self.check_key(number)
        stop = number + MOST_A_WALK
        if self.source.last is not None:
            stop = min(stop, self.source.last + 1)
        page = misses = failed = 0  # in a row, but for `page`
        while number < stop and misses < self.source.gap:
            page += 1
            size = min(self.source.gap - misses, MOST_A_PAGE, stop - number)
            numbers = range(number, number + size)
            yield self.page(page, numbers)
            for tried in numbers:
                state = self.state(tried)
                if state in (None, "new"):  # nobody read it: a stop, a host left alone
                    return
                misses = misses + 1 if state != "read" else 0
                failed = failed + 1 if state == "failed" else 0
                if state == "read":
                    self.highest = tried
            if failed and (misses >= self.source.gap or failed * 2 >= MOST_A_PAGE):
                self.make_sure_of_an_answer(failed)
                failed = 0
            number += size
        if self.highest is None:
            raise self.error(
                f"none of the numbers {self.first} to {number - 1} is an article; write first with "
                "the number of one, or a larger gap"
            )

    def start(self) -> int:
        """The first number to ask for."""
        number = self.first
        if self.state(number) is not None:  # everything from `first` to the last one was asked for
            number = max(self.number_found_last(), number)
        while self.state(number) is not None:
            number += 1
        for tried in range(number - 1, self.first - 1, -1):
            if self.state(tried) == "read":
                self.highest = tried
                return tried + 1
        return self.first

    def number_found_last(self) -> int:
        url = self.ground.last_found()
        template = re.escape(self.address(_STANDS_FOR_A_NUMBER))
        before, _, after = template.partition(_STANDS_FOR_A_NUMBER)
        pattern = rf"{before}(\d{{1,16}}){after.replace(_STANDS_FOR_A_NUMBER, '[0-9]+')}"
        found = re.fullmatch(pattern, url) if url else None
        return int(found.group(1)) if found else self.first

    def check_key(self, number: int) -> None:
        """Raises SourceError where all numbers would be one article."""
        if self.key(number) == self.key(number + 1):
            raise self.error(
                f"the key of [article] is the same for {self.address(number)} and the next number: "
                f'"{self.key(number)}"'
            )

    def page(self, page: int, numbers: Sequence[int]) -> ListPage:
        links = tuple(
            Link(
                portal=self.portal.name,
                url=self.address(number),
                key=self.key(number),
                found_on=self.source.url,
                guessed=True,
            )
            for number in numbers
        )
        keys = tuple(link.key for link in links)
        return ListPage(url=links[0].url, number=page, links=links, fresh=keys, in_order=False)

    def make_sure_of_an_answer(self, misses: int) -> None:
        """Raises SourceError if an article that is known cannot be had either."""
        if self.highest is None:
            return
        try:
            self.get(self.address(self.highest))
        except BadStatus as error:
            if error.status not in (404, 410):
                raise self.broken(misses, error) from None
        except PageError as error:
            raise self.broken(misses, error) from None

    def broken(self, misses: int, error: PageError) -> SourceError:
        return self.error(
            f"{misses} numbers in a row could not be read, nor could {self.highest}, which is an "
            f"article: {error.reason}"
        )

    def address(self, number: int | str) -> str:
        return normalise(self.source.url.replace("{id}", str(number)))

    def key(self, number: int) -> str:
        return article_key(self.address(number), self.portal)

    def state(self, number: int) -> str | None:
        return self.ground.state_of(self.key(number))

    def error(self, reason: str) -> SourceError:
        return SourceError(reason, portal=self.portal.name, url=self.source.url)
