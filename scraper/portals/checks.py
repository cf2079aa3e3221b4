"""What a single value of a portal file must be; each check raises ValueError with what is wrong."""

from __future__ import annotations

import difflib
import os
import re
import warnings
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError

from scraper.errors import UnsafeAddress
from scraper.urls import normalise

MOST_KEY_GROUPS = 3  # that together are a key
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_STAND_IN = "PLACE0{}0HOLDER"  # a word that normalise() leaves as it is
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
    places = ("{page}", "{offset}")
    return _with_placeholders(text, places, said="the number of the page is written {page}")


def api_address(text: str) -> str:
    """An address that may hold {page}, {offset} or {cursor}."""
    places = ("{page}", "{offset}", "{cursor}")
    if sum(place in text for place in places) > 1:
        raise ValueError(f"{text!r} holds two of {', '.join(places)}; keep one")
    return _with_placeholders(text, places, said=f"known are {', '.join(places)}")


def numbered_address(text: str) -> str:
    """An address that holds {id}."""
    if "{id}" not in text:
        raise ValueError(f"{text!r} does not hold {{id}}; write it in the place of the number")
    return _with_placeholders(text, ("{id}",), said="the number of the article is written {id}")


def item_address(text: str) -> str:
    """A path in an item, or an address that holds such paths in braces."""
    if "{" not in text:
        if "://" in text:
            raise ValueError(f'{text!r} holds no path; write it in braces: "https://…/{{id}}.html"')
        return json_path(text)
    if text.count("{") != text.count("}") or not re.search(r"\{[^{}]+\}", text):
        raise ValueError(f"{text!r} has a brace too many; paths stand in braces: {{id}}")
    if "{" in text.partition("://")[2].partition("/")[0]:
        raise ValueError(f"{text!r} holds a path in the host; it may stand behind it only")
    for path in re.findall(r"\{([^{}]*)\}", text):
        json_path(path)
    if "://" in text:
        address(re.sub(r"\{[^{}]+\}", "x", text))
    return text


def json_path(text: str) -> str:
    """The names that lead to a value in JSON, parted by dots; a number counts in a list from 0."""
    if text.startswith(("$", "/")) or not all(part.strip() for part in text.split(".")):
        raise ValueError(f'{text!r} is no path; write names parted by dots: "data.items"')
    return text


def _with_placeholders(text: str, places: tuple[str, ...], *, said: str) -> str:
    stripped = text
    for number, place in enumerate(places):
        if place in text.partition("://")[2].partition("/")[0]:
            raise ValueError(
                f"{text!r} holds {place} in the host; it may stand in path and query only"
            )
        stripped = stripped.replace(place, "")
        text = text.replace(place, _STAND_IN.format(number))
    other = _OTHER_PLACEHOLDER.search(stripped)
    if other:
        raise ValueError(f"holds {other.group()!r}; {said}")
    text = address(text)
    for number, place in enumerate(places):
        text = text.replace(_STAND_IN.format(number), place)
    return text


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


def certificates(text: str, *, folder: Path) -> str:
    """A file of certificates in PEM form, from the folder of the portal file; gives its path."""
    path = folder / os.path.expanduser(text)
    try:
        found = b"-----BEGIN CERTIFICATE-----" in path.read_bytes()
    except OSError as error:
        raise ValueError(f"{text!r} cannot be read ({error.strerror}): {path}") from None
    if not found:
        raise ValueError(f"{text!r} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
    return str(path.resolve())


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
    """A regular expression with a group, or up to three that together are the key."""
    compiled = pattern(text)
    if not 1 <= compiled.groups <= MOST_KEY_GROUPS:
        raise ValueError(
            f'"{text}" has {compiled.groups} groups, but needs one, (...), around what tells two '
            f"articles apart, or up to {MOST_KEY_GROUPS} that do so together; others are written "
            "(?:...); or name a query parameter"
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
