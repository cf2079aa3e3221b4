"""What an answer says beside its page: where to go instead, when to come back, that it refuses."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from scraper.errors import BadStatus, PageError, UnsafeAddress
from scraper.fetching.hosts import LONGEST_REST_SECONDS
from scraper.fetching.transport import Answer
from scraper.records import Validators
from scraper.urls import canonical_address, normalise

REDIRECTS = frozenset({301, 302, 303, 307, 308})
POSTED_AGAIN = frozenset({307, 308})
MAY_PASS = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # 52x: Cloudflare's
PART = 206  # believed only of who was asked for a part
OVERLOADED = frozenset({429, 503})  # the host says that it is asked too much


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
    return min(max(seconds, 0.0), LONGEST_REST_SECONDS)


def redirect_of(answer: Answer) -> str | None:
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


def accepted(answer: Answer, *, asked_if_changed: bool, asked_for_part: bool = False) -> Answer:
    """The answer itself, if it brings a page or says that the page is as it was."""
    whole = 200 <= answer.status < 300 and (answer.status != PART or asked_for_part)
    if whole or (answer.status == 304 and asked_if_changed):
        return answer
    raise bad_status(answer)


def bad_status(answer: Answer, *, retry_at: datetime | None = None) -> BadStatus:
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


def conditions(known: Validators) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value and _fits_header(value)}


def _fits_header(value: str) -> bool:
    return value.isprintable() and value == value.strip() and all(ord(c) < 256 for c in value)


def same_page(address: str, url: str) -> bool:
    """Whether validators of `url` hold for `address`: it is the same but for the scheme, say.

    Elsewhere they must not be sent: an error page that is older than the article would answer 304.
    """
    return canonical_address(address) == canonical_address(url)


def restate(error: PageError, reason: str, *, url: str) -> None:
    """Let an error speak of the address that the caller asked for."""
    if error.reason != "stopped":
        error.reason = reason
    error.url = url
    error.args = (f"{url}: {error.reason}",)


def plain_ascii(text: str) -> str:
    """The text as a header can carry it."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join(re.sub(r"[^!-~\s]", "", plain).split())
