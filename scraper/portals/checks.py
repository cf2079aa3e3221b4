"""What a single value of a portal file must be; each check raises ValueError with what is wrong."""

from __future__ import annotations

import difflib
import re
import warnings
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError

from scraper.errors import UnsafeAddress
from scraper.urls import normalise

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PAGE = "{page}"
# Words that normalise() leaves as they are.
_STAND_INS = {"{page}": "PAGE0NUMBER", "{offset}": "OFFSET0NUMBER"}
_OTHER_PLACEHOLDER = re.compile(r"\{[A-Za-z_]{0,12}(?::[^}]*)?\}")

_NEVER_ZONES = ("asia/hanoi", "asia/ha_noi", "vietnam", "hanoi")  # tried for Asia/Ho_Chi_Minh


def name(text: str) -> str:
    """A portal's name: it begins every id, and is typed in the shell."""
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{text!r} cannot be a name: letters a-z, digits, '.', '_' and '-' only, at most 64"
        )
    return text


def address(text: str) -> str:
    """An http(s) address, written in one way."""
    try:
        return normalise(text)
    except UnsafeAddress as error:
        hint = ""
        if "://" not in text and re.match(r"[\w.-]+\.\w{2,}(?:[:/]|$)", text):
            hint = f'; write "http://{text}"'
        raise ValueError(f"{text!r} {error.reason}{hint}") from None


def listing_address(text: str) -> str:
    """An address that may hold {page} or {offset}."""
    rest, written = text, text
    for mark, stand_in in _STAND_INS.items():
        if mark in text.partition("://")[2].partition("/")[0]:
            raise ValueError(
                f"{text!r} holds {mark} in the host; it may stand in path and query only"
            )
        rest, written = rest.replace(mark, ""), written.replace(mark, stand_in)
    other = _OTHER_PLACEHOLDER.search(rest)
    if other:
        raise ValueError(f"holds {other.group()!r}; the number of the page is written {_PAGE}")
    written = address(written)
    for mark, stand_in in _STAND_INS.items():
        written = written.replace(stand_in, mark)
    return written


def host(text: str) -> str:
    """A bare host name, without scheme, port and path."""
    try:
        parts = urlsplit(normalise(text if "://" in text else f"http://{text}/"))
    except UnsafeAddress as error:
        raise ValueError(f'{text!r} {error.reason}; write a host: "old.example.vn"') from None
    if "://" in text or parts.port is not None or parts.path != "/" or parts.query:
        raise ValueError(f'{text!r} is more than a host; write "{parts.hostname}"')
    return parts.netloc


def private_host(text: str) -> str:
    """ "host" or "host:port"; an IPv6 address in brackets."""
    if text.count(":") > 1 and not text.startswith("["):
        raise ValueError(f'{text!r} is an IPv6 address without brackets; write "[{text}]"')
    try:
        parts = urlsplit(normalise(f"http://{text}/"))
    except UnsafeAddress as error:
        raise ValueError(f'{text!r} {error.reason}; write "host" or "host:port"') from None
    if "/" in text or "?" in text or "#" in text or "*" in text:
        raise ValueError(f'{text!r} is no single host; write "host" or "host:port"')
    # Port 80 is the default that normalise() drops, but here it narrows what is allowed.
    return f"{parts.netloc}:80" if re.search(r":0*80$", text) else parts.netloc


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "possible nested set": allowed, and it works
            return re.compile(text)
    except re.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f'"{text}" is no regular expression: {error.msg}{where}') from None
    except (OverflowError, RecursionError):
        raise ValueError(f"{text!r} is too large a regular expression") from None


def key_pattern(text: str) -> re.Pattern[str]:
    """A regular expression with exactly one group."""
    compiled = pattern(text)
    if compiled.groups != 1:
        raise ValueError(
            f'"{text}" has {compiled.groups} groups, but needs exactly one, (...), around what '
            "tells two articles apart; others are written (?:...); or name a query parameter"
        )
    return compiled


def selector(text: str) -> str:
    """A CSS selector that lxml can use."""
    try:
        CSSSelector(text, translator="html")
    except (SelectorError, XPathError) as error:
        hint = ""
        if text.startswith(("/", "./")):
            hint = "; it looks like XPath: write CSS"
        elif "::" in text:
            hint = "; name the element only: its text or address is taken by itself"
        problem = str(error).rstrip(".")
        raise ValueError(f"'{text}' is no CSS selector: {problem}{hint}") from None
    return text


def language(text: str) -> str:
    """A BCP 47 tag."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'{text!r} is no language tag; write "vi" or "en-GB"')
    return text


def zone(text: str) -> str:
    """An IANA time zone."""
    try:
        known = ZoneInfo(text).key == text
    except (ValueError, OSError, KeyError):
        known = False
    if known:
        return text
    # "GMT+7" must become neither "GMT+0" nor "Etc/GMT+7", which lies seven hours west.
    zones = {
        zone.lower(): zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith("Etc/")
    }
    near = difflib.get_close_matches(text.lower(), [*zones, *_NEVER_ZONES], n=1, cutoff=0.75)
    meant = zones.get(near[0], "Asia/Ho_Chi_Minh") if near else "Asia/Ho_Chi_Minh"
    raise ValueError(f'{text!r} is no time zone; did you mean "{meant}"?')
