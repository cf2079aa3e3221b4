"""Hosts that are left alone for a while because nothing answers, or nothing but errors."""

from __future__ import annotations

import time
from collections import Counter

from scraper.errors import NotAsked

# So many pages in a row without a byte of an answer, and the host is down: a run with hundreds of
# links would wait for each of them as long as it may.
SILENT_PAGES = 5
FAILING_PAGES = 10  # in a row that the host answered with an error of its own, after all tries
SILENT_SECONDS = 300.0  # then one page is tried again


class Rests:
    """What one fetcher knows of hosts that shall not be asked now."""

    def __init__(self) -> None:
        self._silent_pages: Counter[str] = Counter()
        self._failed_pages: Counter[str] = Counter()
        self._silent_at: dict[str, float] = {}  # seconds of time.monotonic

    def check(self, host: str, url: str) -> None:
        """Raises NotAsked while the host is left alone."""
        failed = self._failed_pages[host]
        if failed >= FAILING_PAGES:
            raise NotAsked(
                f"not asked for: {host} answered the last {failed} pages with errors", url=url
            )
        pages = self._silent_pages[host]
        if pages >= SILENT_PAGES and time.monotonic() < self._silent_at[host] + SILENT_SECONDS:
            raise NotAsked(
                f"not asked for: {host} did not answer for the last {pages} pages", url=url
            )

    def heard(self, host: str) -> None:
        """Something came from the host."""
        self._silent_pages[host] = 0

    def served(self, host: str) -> None:
        """The host answered with a page, or with a word about this page alone."""
        self._failed_pages[host] = 0

    def is_failing(self, host: str) -> bool:
        """Whether the page before this one could not be served either."""
        return self._failed_pages[host] > 0

    def failed(self, host: str) -> None:
        """The host answered for a page that it cannot serve now, to all tries."""
        self._failed_pages[host] += 1

    def missed(self, host: str) -> None:
        """Nothing at all came from the host for a page, after all tries."""
        self._silent_pages[host] += 1
        self._silent_at[host] = time.monotonic()
