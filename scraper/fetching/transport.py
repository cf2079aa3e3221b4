"""One request and its whole answer, within limits of time and size, over connections that the
guard has made.

requests does the talking; beneath it stand connections of our own, because requests limits only
the wait for the next byte (a server that drips one a second holds it for ever) and resolves names
after anyone could have checked them.
"""

from __future__ import annotations

import http.client
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from scraper.errors import PageError, TooLarge, Unreachable, UnsafeAddress
from scraper.fetching import guard, tls
from scraper.fetching.connections import CONNECT_SECONDS, PIECE_BYTES, Adapter, Limits, Session
from scraper.fetching.decoding import ACCEPTED, Decoder, EncodingError, GrownError
from scraper.fetching.failures import Interrupted, NotAgreed, explained
from scraper.fetching.pace import DEFAULT_PORTS
from scraper.records import FetchRule, Form

MOST_COOKIES = 100  # more make a request that no server takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered to one request; `body` is empty unless `status` is 2xx."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Transport:
    """A session (cookies, open connections) with the hosts of one portal."""

    def __init__(
        self, rule: FetchRule, *, user_agent: str, stop: threading.Event | None = None
    ) -> None:
        self._rule = rule
        self._limits = Limits(rule, stop=stop)
        self._session = Session()
        self._session.trust_env = False  # no proxies, passwords or certificates of the environment
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Encoding": ACCEPTED,
                "Connection": "keep-alive",
            }
        )
        self._session.mount("http://", Adapter(self._limits))
        self._bundle_fault: str | None = None
        self._legacy_sites: set[str] = set()
        self._mount_secure("https://")
        self._connections_before = 0  # made before the request in hand
        self._answered = False  # whether the request in hand has brought a status
        self.requests_made = 0
        self.received_bytes = 0  # of the body of the newest answer, as they came

    def ask(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        limit_bytes: int,
        form: Form | None = None,
        cut: bool = False,
    ) -> Answer:
        """Send one GET, or a POST of `form`, and read the whole answer; no redirect is followed,
        nothing tried again.

        An answer of more than `limit_bytes` raises TooLarge, or with `cut` ends there. Raises
        Interrupted, Unreachable and UnsafeAddress too.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        guard.check_literal(url, host, port=port, allow_private=self._rule.allow_private)
        if parts.scheme == "https" and self._bundle_fault is not None:
            raise Unreachable(self._bundle_fault, url=url)
        wanted = partial(self._within_limits, url, headers, form=form, limit_bytes=limit_bytes)
        try:
            return wanted(cut=cut)
        except NotAgreed as error:
            if not self._try_legacy(parts.scheme, parts.netloc, error.reason):
                raise
            return wanted(cut=cut)

    def _within_limits(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        form: Form | None,
        limit_bytes: int,
        cut: bool,
    ) -> Answer:
        self._limits.start()
        self._answered = False
        self._connections_before = self._limits.connections
        self.received_bytes = 0
        try:
            return self._ask(url, headers, form=form, limit_bytes=limit_bytes, cut=cut)
        except GrownError:
            raise _too_large(url, limit_bytes) from None
        except EncodingError as error:
            raise Interrupted(str(error), url=url, answered=True) from None
        except UnsafeAddress:
            self.requests_made -= 1  # the guard let none out
            raise
        except PageError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._explained(error, url) from error
        except (ValueError, http.client.HTTPException) as error:  # UnicodeError of odd host names
            raise Unreachable(f"cannot be asked for: {error}", url=url) from error

    def _mount_secure(self, prefix: str, *, legacy: bool = False) -> None:
        try:
            made = tls.context(self._rule.ca_bundle, legacy=legacy)
        except OSError as error:
            self._bundle_fault = (
                f"the ca_bundle {self._rule.ca_bundle} cannot be used ({error.strerror or error}); "
                "it must be a file of certificates in PEM form"
            )
            return
        self._session.mount(prefix, Adapter(self._limits, context=made))

    def _try_legacy(self, scheme: str, netloc: str, reason: str) -> bool:
        """Whether the site is to be asked once more, with old methods let through."""
        site = f"{scheme}://{netloc}/"
        if not self._rule.legacy_tls or site in self._legacy_sites:
            return False
        self._legacy_sites.add(site)
        self._mount_secure(site, legacy=True)
        logging.getLogger("scraper.fetching").warning(
            "%s is asked over an old method of TLS, as legacy_tls in its portal file allows: %s",
            netloc,
            reason.partition(";")[0],
        )
        return True

    def cookies(self) -> tuple[str, ...]:
        """What the servers have set so far, comparable."""
        return tuple(sorted(f"{c.domain}{c.path}{c.name}={c.value}" for c in self._session.cookies))

    def close(self) -> None:
        self._session.close()

    def _ask(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        form: Form | None,
        limit_bytes: int,
        cut: bool,
    ) -> Answer:
        seconds = self._rule.timeout_seconds
        if len(self._session.cookies) > MOST_COOKIES:
            self._session.cookies.clear()
        self.requests_made += 1
        response = self._session.request(
            "GET" if form is None else "POST",
            url,
            data=None if form is None else list(form),
            headers=dict(headers),
            timeout=(min(CONNECT_SECONDS, seconds), seconds),
            allow_redirects=False,
            stream=True,
        )
        self._answered = True
        try:
            raw = response.raw
            received = tuple((name, _one_line(value)) for name, value in raw.headers.items())
            answer = Answer(url=url, status=response.status_code, headers=received, body=b"")
            if 200 <= answer.status < 300:
                body = self._read_body(raw, answer, limit_bytes=limit_bytes, cut=cut)
                return replace(answer, body=body)
            if raw.length_remaining == 0:
                raw.read()  # so that the connection can serve again
            return answer
        finally:
            response.close()  # without waiting for a body that nobody wants

    def _read_body(self, raw: Any, answer: Answer, *, limit_bytes: int, cut: bool) -> bytes:
        announced = answer.header("Content-Length") or ""
        if not cut and announced.isdecimal() and int(announced) > limit_bytes:
            raise GrownError
        encodings = answer.header("Content-Encoding") or ""
        decoder = Decoder(encodings, limit_bytes=limit_bytes, cut=cut)
        while not decoder.full:
            piece = raw.read(PIECE_BYTES, decode_content=False)
            if not piece:
                break
            self.received_bytes += len(piece)
            decoder.feed(piece)
        return decoder.finish()

    def _explained(self, error: Exception, url: str) -> Unreachable:
        if self._limits.are_over():
            seconds = self._rule.timeout_seconds
            reason = f"no whole answer within {seconds:g} s"
            return Interrupted(reason, url=url, answered=self._answered, overloaded=True)
        failure = explained(error, url, answered=self._answered)
        if isinstance(failure, Interrupted) and not self._answered:
            # The server may have closed the connection because nothing was asked for a while.
            failure.overloaded &= self._limits.connections > self._connections_before
        return failure


def _one_line(value: str) -> str:
    """A header's value without the line breaks of the old folding, and without control bytes."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+[ \t]*", " ", value).strip()


def _too_large(url: str, limit_bytes: int) -> TooLarge:
    megabytes = limit_bytes / 1_000_000
    return TooLarge(
        f"the answer is larger than {megabytes:g} MB; if it is meant to be read, raise "
        "max_megabytes under [fetch] in the portal file",
        url=url,
        limit_bytes=limit_bytes,
    )
