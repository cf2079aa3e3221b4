"""CDXJ: the index by which replay programs find an address in a WARC file.

Lines are sorted by key and time. The key is the address as web archives sort them: host reversed,
one spelling for what servers take to be the same (pywb computes it of the address asked for, and
must come to the same).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from scraper.records import Capture, Place

_PARTS = re.compile(r"(\w+)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_PORTS = {"http": "80", "https": "443", "ftp": "21"}
_WWW = re.compile(r"^www\d*\.")
# What servers write into addresses to tell visitors apart, in lower case.
_SESSION_IN_PATH = re.compile(r"/(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))(?=/.+\.aspx)")
_SESSIONS_IN_QUERY = tuple(
    re.compile(f"^(.*){session}(?:&|$)")
    for session in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
)


def cdxj_line(capture: Capture, place: Place) -> str:
    """The line, without its end, for a capture whose record stands at `place`."""
    said = {
        "url": capture.answered_url,
        "mime": _mime(capture),
        "status": str(capture.status),
        "digest": f"sha256:{capture.sha256}",
        "length": str(place.length),
        "offset": str(place.offset),
        "filename": place.file,
    }
    return f"{url_key(capture.answered_url)} {stamp(capture.fetched_at)} {json.dumps(said)}"


def stamp(moment: datetime) -> str:
    """YYYYMMDDhhmmss, UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S").rjust(14, "0")


def url_key(url: str) -> str:
    """The address as web archives sort it: "http://www.bo.vn/Tin?b=2&a=1" -> "vn,bo)/tin?a=1&b=2".

    An address that is none is its own key.
    """
    found = _PARTS.match(url)
    if found is None:
        return url
    scheme, place, path, query = found.groups()
    host = _host(place.rpartition("@")[2], scheme.lower())
    return f"{host}){_path(path)}{_query(query or '')}"


def _host(place: str, scheme: str) -> str:
    """The host reversed, with its port where that tells something."""
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port:
        host, port = place, ""
    if host.startswith("["):
        name = host.strip("[]")
    else:
        name = ",".join(reversed(_WWW.sub("", _ascii_host(host), count=1).split(".")))
    return f"{name}:{port}" if port and port != _PORTS.get(scheme) else name


def _ascii_host(host: str) -> str:
    name = unquote_to_bytes(host).decode("utf-8", "replace").strip(".").lower()
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _path(path: str) -> str:
    kept: list[bytes] = []
    for segment in _decoded(path).split(b"/"):
        if segment == b".." and kept and kept[-1] != b"..":
            kept.pop()
        elif segment not in (b"", b"."):
            kept.append(segment)
    return _SESSION_IN_PATH.sub("", "/" + _spelled(b"/".join(kept)), count=1)


def _query(query: str) -> str:
    query = _spelled(_decoded(query))
    for session in _SESSIONS_IN_QUERY:
        query = session.sub(r"\1", query)
    by_name = sorted(query.split("&"), key=lambda pair: pair.partition("="))
    return "?" + "&".join(by_name) if query else ""


def _decoded(text: str) -> bytes:
    """The bytes that are meant, however often they were escaped."""
    meant = text.encode("utf-8", "replace")
    while (once := unquote_to_bytes(meant)) != meant:
        meant = once
    return meant


def _spelled(meant: bytes) -> str:
    """ASCII in lower case; all else as lower-case escapes."""
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02x}" for byte in meant
    ).lower()


def _mime(capture: Capture) -> str:
    kind = capture.header("content-type") or ""
    return re.split(r"[;\s]", kind.strip(), maxsplit=1)[0]
