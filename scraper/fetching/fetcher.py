"""The door: a page for an address, asked for politely, or the reason why there is none."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, TracebackType

from scraper.errors import (
    BadStatus,
    BudgetSpent,
    NotAsked,
    PageError,
    RobotsRefused,
    Unreachable,
    UnsafeAddress,
)
from scraper.fetching.answers import (
    MAY_PASS,
    OVERLOADED,
    POSTED_AGAIN,
    accepted,
    bad_status,
    conditions,
    plain_ascii,
    read_retry_after,
    redirect_of,
    restate,
    same_page,
)
from scraper.fetching.failures import Interrupted
from scraper.fetching.guest import asks_strangers, pace_beside, request_log_beside, user_agent_of
from scraper.fetching.pace import (
    LEAST_PACE_SECONDS,
    LONGEST_WAIT_SECONDS,
    STEP_SECONDS,
    Pace,
    Turn,
    host_of,
    pause,
)
from scraper.fetching.refusals import Refusals
from scraper.fetching.request_log import LoggedRequest, RequestLog, now
from scraper.fetching.rests import Rests
from scraper.fetching.robots import ROBOTS_BYTES, Robots
from scraper.fetching.transport import Answer, Transport
from scraper.records import Capture, FetchRule, Form, Validators
from scraper.urls import normalise

__all__ = [
    "Fetcher",
    "Pace",
    "RequestLog",
    "asks_strangers",
    "pace_beside",
    "request_log_beside",
    "user_agent_of",
]

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NOTHING_KNOWN = Validators()
MOST_REDIRECTS = 10
MOST_ROBOTS_REDIRECTS = 5  # RFC 9309
BACKOFF_SECONDS = 2.0  # before the second try; doubled with each one after
LONGEST_BACKOFF_SECONDS = 60.0


class Fetcher:
    """Asks for the pages of one portal; keeps its cookies, open connections and robots.txt.

    Several threads may call it; they wait for each other. `requests_made` counts every request:
    robots.txt, tries and redirects too. Each is noted in `log`, as `portal`'s. Without a `pace`
    that it shares with others, it keeps one of its own.
    """

    def __init__(
        self,
        rule: FetchRule,
        *,
        user_agent: str,
        pace: Pace | None = None,
        stop: threading.Event | None = None,
        backoff_seconds: float = BACKOFF_SECONDS,
        log: RequestLog | None = None,
        portal: str | None = None,
    ) -> None:
        self._rule = rule
        self._pace = pace or Pace(step_seconds=min(backoff_seconds, STEP_SECONDS))
        self._log = log
        self._portal = portal
        self._stop = stop
        self._backoff_seconds = backoff_seconds
        self._transport = Transport(rule, user_agent=plain_ascii(user_agent), stop=stop)
        self.robots = Robots(self._ask_robots, user_agent=user_agent)
        self._rests = Rests()
        self._refusals = Refusals()
        self._lock = threading.RLock()
        self._yielding = False  # whether a 429 is the last answer to the call in hand

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
        yielding: bool = False,
    ) -> Capture:
        """The answer for `url`, after redirects; status 2xx, or 304 if `known` still holds.

        With `form` it is asked for by POST. `headers` are sent beside this program's own.
        `yielding`: a server that answers 429 is not asked a second time, as some block who does.
        Raises RobotsRefused, UnsafeAddress, BadStatus, TooLarge or Unreachable, with `url`, the
        last as NotAsked where the host is left alone, as BudgetSpent after `max_requests_per_run`,
        and as Unreachable("stopped") soon after `stop` is set.
        """
        with self._lock:
            if self._stop is not None and self._stop.is_set():
                raise Unreachable("stopped", url=url)
            self._yielding = yielding
            try:
                answer = self._answer(url, known or NOTHING_KNOWN, form, headers)
            except PageError as error:
                if error.url != url:
                    restate(error, error.reason, url=url)
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

    def _answer(
        self, url: str, known: Validators, form: Form | None, headers: Mapping[str, str]
    ) -> Answer:
        """The answer that brings the page; a host that refuses all is left alone from here on."""
        try:
            answer = self._follow(url, known, form, headers)
        except BadStatus as error:
            refusing = Answer(url=url, status=error.status, headers=(), body=b"")
            self._watch(normalise(url), refusing)
            raise
        if self._watch(normalise(url), answer):
            host = host_of(normalise(url))
            raise NotAsked(f"not kept: {self._refusals.reason(host)}", url=url)
        return answer

    def _watch(self, address: str, answer: Answer) -> bool:
        """Whether the host refuses all, or has set up a wall; then it is left alone."""
        host = host_of(address)
        if not self._refusals.met(host, address, answer):
            return False
        proof: Answer | None = None
        url = self._refusals.proof_url(host, address)
        try:
            proof = self._follow(url, NOTHING_KNOWN, None, NO_HEADERS)
        except BadStatus as error:
            proof = Answer(url=url, status=error.status, headers=(), body=b"")
        except NotAsked:
            raise
        except PageError as error:
            if error.reason == "stopped":
                raise
        if self._refusals.is_served(host, proof):
            return False
        with self._pace.turn(host, 0, stop=self._stop) as turn:
            turn.leave(self._refusals.reason(host))
        return True

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
                self.robots.check(address)
                asked_if = conditions(known) if same_page(address, url) else {}
                answer = self._ask_patiently(
                    address,
                    {**extra, **asked_if},
                    form=form,
                    limit_bytes=self._rule.max_body_bytes,
                )
                following = redirect_of(answer)
            except PageError as error:
                if isinstance(error, RobotsRefused | NotAsked | UnsafeAddress):
                    self._note_not_asked(address, error.reason, form)
                if hops:
                    restate(error, f"redirected to {address}: {error.reason}", url=url)
                raise
            if following is None:
                part = "Range" in extra
                return accepted(answer, asked_if_changed=bool(asked_if), asked_for_part=part)
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
        pace_seconds = max(self._rule.pace_seconds, LEAST_PACE_SECONDS.get(host, 0.0))
        if not robots:
            pace_seconds = max(pace_seconds, self.robots.delay_seconds(url))
        slowed = False
        for tries in range(1, self._rule.retries + 2):
            last = tries > self._rule.retries
            self._mind_budget(url)
            with self._pace.turn(host, pace_seconds, stop=self._stop) as turn:
                try:
                    answer = self._ask(
                        turn, url, headers, limit_bytes=limit_bytes, form=form, cut=robots
                    )
                except Interrupted as error:
                    if error.overloaded and not slowed:  # after it the backoff grows by itself
                        slowed = True
                        turn.met_trouble()
                    self._bear(error, host, url=url, tries=tries, last=last)
                else:
                    self._rests.heard(host)
                    if answer.status not in MAY_PASS:
                        self._rests.served(host)
                        return answer
                    # What was posted may have expired: then it fails as often as it is posted.
                    expired = form is not None and answer.status == 500
                    refused = self._yielding and answer.status == 429
                    self._heed(answer, host, turn, last=last or expired or refused)
            pause(self._backoff(tries), self._stop)
        raise AssertionError("the last try returns or raises")

    def _mind_budget(self, url: str) -> None:
        most = self._rule.max_requests_per_run
        if most is not None and self.requests_made >= most:
            raise BudgetSpent(
                f"not asked for: the {most} requests of max_requests_per_run are made; the rest "
                "stays due",
                url=url,
            )

    def _ask(
        self,
        turn: Turn,
        url: str,
        headers: Mapping[str, str],
        *,
        limit_bytes: int,
        form: Form | None,
        cut: bool,
    ) -> Answer:
        """One request; what it met is told to the turn and to the log."""
        at = now()
        answer: Answer | None = None
        failure: str | None = None
        try:
            answer = self._transport.ask(url, headers, form=form, limit_bytes=limit_bytes, cut=cut)
        except UnsafeAddress:  # noted as not asked for, where it is known what redirected there
            raise
        except PageError as error:
            failure = error.reason
            self._note(turn, url, at=at, form=form, failure=failure)
            raise
        self._note(turn, url, at=at, form=form, status=answer.status)
        if answer.status in OVERLOADED:
            turn.met_trouble()
        else:
            turn.went_well()
        if turn.state.refused_runs and self._refusals.serves(host_of(url)):
            turn.serves()
        return answer

    def _bear(self, error: Interrupted, host: str, *, url: str, tries: int, last: bool) -> None:
        """Take up that no whole answer came; raises Unreachable after the last try."""
        if error.answered:
            self._rests.heard(host)
        elif last:
            self._rests.missed(host)
        if last:
            times = f" ({tries} tries)" if tries > 1 else ""
            raise Unreachable(f"{error.reason}{times}", url=url) from error

    def _heed(self, answer: Answer, host: str, turn: Turn, *, last: bool) -> None:
        """Leave the host alone as long as it asks for; raises BadStatus if that is too long."""
        wait_seconds = read_retry_after(answer.header("Retry-After"), now=datetime.now(UTC))
        retry_at = None
        too_long = wait_seconds is not None and wait_seconds > LONGEST_WAIT_SECONDS
        if wait_seconds is not None:
            retry_at = datetime.now(UTC) + timedelta(seconds=wait_seconds)
            # 429 means all that we ask for; one 503 may mean its page, a second one the host.
            if not too_long or answer.status == 429 or self._rests.is_failing(host):
                turn.rest(wait_seconds, f"{host} wants to be left alone")
        if last or too_long:
            self._rests.failed(host)
            raise bad_status(answer, retry_at=retry_at)

    def _note(
        self,
        turn: Turn,
        url: str,
        *,
        at: datetime,
        form: Form | None,
        status: int | None = None,
        failure: str | None = None,
    ) -> None:
        if self._log is not None:
            self._log.write(
                LoggedRequest(
                    at=at,
                    portal=self._portal,
                    host=host_of(url),
                    method="GET" if form is None else "POST",
                    url=url,
                    status=status,
                    failure=failure,
                    seconds=turn.seconds,
                    received_bytes=self._transport.received_bytes,
                    waited_seconds=turn.waited_seconds,
                    pace_seconds=turn.pace_seconds,
                )
            )

    def _note_not_asked(self, url: str, reason: str, form: Form | None) -> None:
        if self._log is not None and reason != "stopped":
            self._log.write(
                LoggedRequest(
                    at=now(),
                    portal=self._portal,
                    host=host_of(url),
                    method="GET" if form is None else "POST",
                    url=url,
                    not_asked=reason,
                )
            )

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
                following = redirect_of(answer)
            except UnsafeAddress as error:
                raise Unreachable(error.reason, url=url) from error
            if following is None:
                return answer
            address = following
        return answer  # still a redirect: there is no robots.txt
