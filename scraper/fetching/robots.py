"""robots.txt (RFC 9309): what a site forbids to this program, and how slowly it may be asked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper.errors import NotAsked, RobotsRefused, Unreachable
from scraper.fetching.robots_rules import RobotsRules, rules_for
from scraper.fetching.transport import Answer

ROBOTS_BYTES = 500 * 1024  # RFC 9309 asks for at least this much; what follows is not read
LONGEST_DELAY_SECONDS = 300.0  # a Crawl-delay beyond it would mean a year for one portal
KEEP_SECONDS = 24 * 3600.0  # RFC 9309: not longer than a day
FAILED_SECONDS = 300.0  # a robots.txt that could not be read is asked for again after this


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What one site's robots.txt says, or why it could not be read."""

    parsed: RobotsRules | None = None  # None: everything is allowed
    failure: str | None = None
    until: float  # time.monotonic


class Robots:
    """The robots.txt of the sites of one portal, each read once.

    `fetch(url)` gives the answer after redirects, and raises Unreachable when none can be had.
    """

    def __init__(self, fetch: Callable[[str], Answer], *, user_agent: str) -> None:
        self._fetch = fetch
        self._names = product_names(user_agent)
        self._sites: dict[str, _Rules] = {}

    def check(self, url: str) -> None:
        """Raises RobotsRefused where the site forbids the address, and NotAsked while its
        robots.txt cannot be read: nobody knows then what it forbids."""
        rules = self._rules(url)
        if rules.failure is not None:
            raise NotAsked(
                f"not asked for, as the site's robots.txt cannot be read now: {rules.failure}",
                url=url,
            )
        if rules.parsed is not None and not rules.parsed.allows(url):
            raise RobotsRefused("robots.txt forbids it", url=url)

    def delay_seconds(self, url: str) -> float:
        """The pause between two requests that the site asks for, LONGEST_DELAY_SECONDS at most."""
        rules = self._rules(url)
        delay = rules.parsed.delay_seconds if rules.parsed is not None else None
        return min(delay or 0.0, LONGEST_DELAY_SECONDS)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the site names; none while its robots.txt cannot be read."""
        rules = self._rules(url)
        return tuple(rules.parsed.sitemaps) if rules.parsed is not None else ()

    def _rules(self, url: str) -> _Rules:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._sites.get(site)
        if known is None or time.monotonic() >= known.until:
            known = self._sites[site] = self._read(f"{site}/robots.txt")
        return known

    def _read(self, url: str) -> _Rules:
        try:
            answer = self._fetch(url)
        except NotAsked:  # the host itself is left alone, or the run's requests are made
            raise
        except Unreachable as error:
            if error.reason == "stopped":
                raise
            return _Rules(failure=error.reason, until=time.monotonic() + FAILED_SECONDS)
        until = time.monotonic() + KEEP_SECONDS
        if 200 <= answer.status < 300:
            return _Rules(parsed=read_robots(answer.body, self._names), until=until)
        if answer.status == 429 or answer.status >= 500:
            failure = f"the server answered {answer.status}"
            return _Rules(failure=failure, until=time.monotonic() + FAILED_SECONDS)
        return _Rules(until=until)  # there is none: nothing is forbidden


def read_robots(body: bytes, names: Sequence[str]) -> RobotsRules | None:
    """The rules for a program of these names, or None if it is a page of HTML, as sites send for
    any address."""
    body = body[:ROBOTS_BYTES]
    if len(body) == ROBOTS_BYTES:  # the last line may be cut: "Disallow: /" says too much
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    text = body.decode("utf-8-sig", "replace")
    return None if text.lstrip().startswith("<") else rules_for(text, names)


def product_names(user_agent: str) -> tuple[str, ...]:
    """The names in a User-Agent by which robots.txt may mean it, without the contact's words."""
    plain = re.sub(r"\+?\S*(?:://|@)\S*", " ", user_agent)
    return tuple(re.findall(r"[A-Za-z][\w.-]*(?=/)", plain)) or tuple(plain.split()[:1])
