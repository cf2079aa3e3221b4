"""The door: a page for an address, asked for politely, or the reason why there is none."""

from __future__ import annotations

import hashlib
import random
import re
import threading
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType, TracebackType

from scraper.errors import BadStatus, PageError, Unreachable, UnsafeAddress
from scraper.fetching.failures import Interrupted
from scraper.fetching.pace import Pace, host_of, pause
from scraper.fetching.rests import Rests
from scraper.fetching.robots import ROBOTS_BYTES, Robots
from scraper.fetching.transport import Answer, Transport
from scraper.records import Capture, FetchRule, Form, Settings, Validators
from scraper.urls import canonical_address, normalise

__all__ = ["Fetcher", "Pace", "user_agent_of"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
POSTED_AGAIN = frozenset({307, 308})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
MAY_PASS = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # 52x: Cloudflare's
MOST_REDIRECTS = 10
MOST_ROBOTS_REDIRECTS = 5  # RFC 9309
BACKOFF_SECONDS = 2.0  # before the second try; doubled with each one after
LONGEST_BACKOFF_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 120.0  # a longer Retry-After is left to the next run
LONGEST_RETRY_AFTER_SECONDS = 30 * 24 * 3600.0  # some servers send nonsense


def user_agent_of(settings: Settings) -> str:
    """The User-Agent to send: the operator's own, else this program's with the contact."""
    if settings.user_agent:
        return _ascii(settings.user_agent)
    try:
        number = version("ministry-scraper")
    except PackageNotFoundError:  # run from a folder without being installed
        number = "0"
    contact = f" (+{_ascii(settings.contact)})" if settings.contact else ""
    return f"ministry-scraper/{number}{contact}"


class Fetcher:
    """Asks for the pages of one portal; keeps its cookies, open connections and robots.txt.

    Several threads may call it; they wait for each other. `requests_made` counts every request:
    robots.txt, tries and redirects too.
    """

    def __init__(
        self,
        rule: FetchRule,
        *,
        user_agent: str,
        pace: Pace | None = None,
        stop: threading.Event | None = None,
        backoff_seconds: float = BACKOFF_SECONDS,
    ) -> None:
        self._rule = rule
        self._pace = pace or Pace()
        self._stop = stop
        self._backoff_seconds = backoff_seconds
        self._transport = Transport(rule, user_agent=_ascii(user_agent), stop=stop)
        self._robots = Robots(self._ask_robots, user_agent=user_agent)
        self._rests = Rests()
        self._lock = threading.RLock()

    @property
    def requests_made(self) -> int:
        return self._transport.requests_made

    def get(
        self,
        url: str,
        *,
        known: Validators | None = None,
        form: Form | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Capture:
        """The answer for `url`, after redirects; status 2xx, or 304 if `known` still holds.

        With `form` it is asked for by POST. `headers` are sent beside this program's own.
        Raises RobotsRefused, UnsafeAddress, BadStatus, TooLarge or Unreachable, with `url`; soon
        after `stop` is set Unreachable("stopped").
        """
        with self._lock:
            if self._stop is not None and self._stop.is_set():
                raise Unreachable("stopped", url=url)
            try:
                answer = self._follow(url, known or Validators(), form, headers)
            except PageError as error:
                if error.url != url:
                    _restate(error, error.reason, url=url)
                raise
        return Capture(
            url=url,
            answered_url=answer.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched_at=datetime.now(UTC),
            sha256=hashlib.sha256(answer.body).hexdigest(),
            form=form,
        )

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the address's site names. Raises Unreachable."""
        with self._lock:
            return self._robots.sitemaps(normalise(url))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _follow(
        self, url: str, known: Validators, form: Form | None, extra: Mapping[str, str]
    ) -> Answer:
        address = normalise(url)
        visited: set[tuple[str, tuple[str, ...]]] = set()
        for hops in range(MOST_REDIRECTS + 1):
            # Visited again with other cookies is no loop: portals set one and send back.
            stand = (address, self._transport.cookies())
            if stand in visited:
                raise Unreachable(f"redirected in a circle of {hops} addresses", url=url)
            visited.add(stand)
            try:
                self._robots.check(address)
                conditions = _conditions(known) if _same_page(address, url) else {}
                answer = self._ask_patiently(
                    address,
                    {**extra, **conditions},
                    form=form,
                    limit_bytes=self._rule.max_body_bytes,
                )
                following = _redirect_of(answer)
            except PageError as error:
                if hops:
                    _restate(error, f"redirected to {address}: {error.reason}", url=url)
                raise
            if following is None:
                return _accepted(answer, asked_if_changed=bool(conditions))
            address = following
            if answer.status not in POSTED_AGAIN:
                form = None  # as browsers do: what was posted is not posted a second time
        raise Unreachable(f"redirected more than {MOST_REDIRECTS} times", url=url)

    def _ask_patiently(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        limit_bytes: int,
        form: Form | None = None,
        robots: bool = False,
    ) -> Answer:
        """The answer of one address, asked for again where the failure may pass."""
        host = host_of(url)
        self._rests.check(host, url)
        pace_seconds = self._rule.pace_seconds
        if not robots:
            pace_seconds = max(pace_seconds, self._robots.delay_seconds(url))
        for tries in range(1, self._rule.retries + 2):
            last = tries > self._rule.retries
            try:
                with self._pace.turn(host, pace_seconds, stop=self._stop):
                    answer = self._transport.ask(
                        url, headers, form=form, limit_bytes=limit_bytes, cut=robots
                    )
            except Interrupted as error:
                if error.answered:
                    self._rests.heard(host)
                elif last:
                    self._rests.missed(host)
                if last:
                    times = f" ({tries} tries)" if tries > 1 else ""
                    raise Unreachable(f"{error.reason}{times}", url=url) from error
            else:
                self._rests.heard(host)
                if answer.status not in MAY_PASS:
                    self._rests.served(host)
                    return answer
                # What was posted may have expired: then it fails as often as it is posted.
                self._heed(answer, host, last=last or (form is not None and answer.status == 500))
            pause(self._backoff(tries), self._stop)
        raise AssertionError("the last try returns or raises")

    def _heed(self, answer: Answer, host: str, *, last: bool) -> None:
        """Leave the host alone as long as it asks for; raises BadStatus if that is too long."""
        wait_seconds = read_retry_after(answer.header("Retry-After"), now=datetime.now(UTC))
        retry_at = None
        if wait_seconds is not None:
            retry_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
            if wait_seconds <= LONGEST_WAIT_SECONDS:
                self._pace.rest(host, wait_seconds)
            elif answer.status == 429:  # it means all that we ask for; 503 may mean this page
                self._rests.wanted(host, retry_at)
        too_long = wait_seconds is not None and wait_seconds > LONGEST_WAIT_SECONDS
        if last or too_long:
            self._rests.failed(host)
            raise _bad_status(answer, retry_at=retry_at)

    def _backoff(self, tries: int) -> float:
        seconds = min(self._backoff_seconds * 2.0 ** (tries - 1), LONGEST_BACKOFF_SECONDS)
        return seconds * random.uniform(0.5, 1.5)  # several portals must not come back as one

    def _ask_robots(self, url: str) -> Answer:
        """The answer for a robots.txt after redirects, wherever they lead; raises Unreachable."""
        address = url
        for hops in range(MOST_ROBOTS_REDIRECTS + 1):
            try:
                answer = self._ask_patiently(address, {}, limit_bytes=ROBOTS_BYTES, robots=True)
            except BadStatus as error:
                return Answer(url=address, status=error.status, headers=(), body=b"")
            except UnsafeAddress as error:
                if not hops:
                    raise
                raise Unreachable(f"redirected to {address}: {error.reason}", url=url) from error
            try:
                following = _redirect_of(answer)
            except UnsafeAddress as error:
                raise Unreachable(error.reason, url=url) from error
            if following is None:
                return answer
            address = following
        return answer  # still a redirect: there is no robots.txt


def read_retry_after(value: str | None, *, now: datetime) -> float | None:
    """The seconds to wait that a Retry-After (seconds, or a date) asks for; None if it asks for
    nothing that can be understood."""
    text = (value or "").strip()
    if re.fullmatch(r"\d+(\.\d*)?", text, re.ASCII):
        seconds = float(text)
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)


def _redirect_of(answer: Answer) -> str | None:
    """The address that the answer sends on to, None if it is no redirect."""
    location = answer.header("Location")
    if answer.status not in REDIRECTS or location is None:
        return None
    with suppress(UnicodeError):  # browsers read raw letters as UTF-8, http.client as Latin-1
        location = location.encode("latin-1").decode("utf-8")
    try:
        return normalise(location, answer.url)
    except UnsafeAddress as error:
        reason = f"redirected to {location[:200]!r}, which {error.reason}"
        raise UnsafeAddress(reason, url=answer.url) from None


def _accepted(answer: Answer, *, asked_if_changed: bool) -> Answer:
    """The answer itself, if it brings a page or says that the page is as it was."""
    if 200 <= answer.status < 300 or (answer.status == 304 and asked_if_changed):
        return answer
    raise _bad_status(answer)


def _bad_status(answer: Answer, *, retry_at: datetime | None = None) -> BadStatus:
    try:
        phrase = f" {HTTPStatus(answer.status).phrase}"
    except ValueError:
        phrase = ""
    reason = f"the server answered {answer.status}{phrase}"
    if answer.status in REDIRECTS:
        reason += " without an address to go to"
    if retry_at is not None:
        reason += f" and asks to come back after {retry_at:%Y-%m-%d %H:%M:%S} UTC"
    return BadStatus(reason, url=answer.url, status=answer.status, retry_at=retry_at)


def _conditions(known: Validators) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value and _fits_header(value)}


def _fits_header(value: str) -> bool:
    return value.isprintable() and value == value.strip() and all(ord(c) < 256 for c in value)


def _same_page(address: str, url: str) -> bool:
    """Whether validators of `url` hold for `address`: it is the same but for the scheme, say.

    Elsewhere they must not be sent: an error page that is older than the article would answer 304.
    """
    return canonical_address(address) == canonical_address(url)


def _restate(error: PageError, reason: str, *, url: str) -> None:
    """Let an error speak of the address that the caller asked for."""
    if error.reason != "stopped":
        error.reason = reason
    error.url = url
    error.args = (f"{url}: {error.reason}",)


def _ascii(text: str) -> str:
    """The text as a header can carry it."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join(re.sub(r"[^!-~\s]", "", plain).split())
