"""What a citation of an article says, whatever the format; texts and addresses fit for citing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scraper.archive.archive import StoredArticle
from scraper.export.about import About

# What XML 1.0 forbids; the other formats have no use for it either.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_WEB = re.compile(r"(?:https?|ftp)://", re.I)
_IPV6 = re.compile(r"\w+://(?:[^/?#]*@)?\[[0-9A-Fa-f:.]+\]")
_NOT_OF_ADDRESSES = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An article as it is cited; every text is one line, and what is not known is None."""

    id: str
    title: str  # never empty: an article without a title is called by its id, in brackets
    authors: tuple[str, ...]  # as the page prints them
    outlet: str  # the portal's title, else its host
    original: str | None  # whom the source line names, where that is not the outlet itself
    lead: str | None
    tags: tuple[str, ...]
    language: str | None  # BCP 47
    published: date | None  # the day in the portal's zone
    url: str | None
    accessed: date  # the day, in the portal's zone, on which it was last seen
    note: str  # "Archived as vinanren:3343, version 2", and since when the page is gone


def reference(stored: StoredArticle, about: About) -> Reference:
    """What a citation of this article says."""
    article = stored.article
    outlet = outlet_of(stored, about)
    source = one_line(article.source or "")
    zone = zone_of(stored, about)
    gone = f"; gone since {stored.gone_since.astimezone(zone).date()}" if stored.gone_since else ""
    return Reference(
        id=stored.id,
        title=one_line(article.title) or f"[{stored.id}]",
        authors=tuple(filter(None, map(one_line, article.authors))),
        outlet=outlet,
        original=source if source.casefold() not in ("", outlet.casefold()) else None,
        lead=one_line(article.lead or "") or None,
        tags=tuple(filter(None, map(one_line, article.tags))),
        language=language_of(stored, about),
        published=day_of(article.published),
        url=address_of(stored),
        accessed=stored.last_seen_at.astimezone(zone).date(),
        note=f"Archived as {stored.id}, version {stored.version}{gone}",
    )


def cite(stored: StoredArticle, about: About) -> str:
    """The article as one line of text, for a footnote."""
    said = reference(stored, about)
    parts = [", ".join(said.authors), f"“{said.title}”"]
    parts += [f"{said.outlet} ({said.original})" if said.original else said.outlet]
    parts += [said.published.isoformat() if said.published else "undated"]
    parts += [f"{said.url} (seen {said.accessed})" if said.url else f"seen {said.accessed}"]
    return ", ".join(filter(None, parts)) + f". {said.note}."


def outlet_of(stored: StoredArticle, about: About) -> str:
    """Who published the article: the portal's title, else the host it stood on, else its name."""
    portal = about.portals.get(stored.portal)
    title = one_line(portal.title or "") if portal else ""
    home = portal.home if portal else address_of(stored) or ""
    return title or _host(home) or stored.portal


def zone_of(stored: StoredArticle, about: About) -> tzinfo:
    """The portal's time zone; UTC where it is not known."""
    portal = about.portals.get(stored.portal)
    try:
        return ZoneInfo(portal.timezone) if portal else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC  # an archive from elsewhere may name a zone that this machine does not know


def language_of(stored: StoredArticle, about: About) -> str | None:
    """The article's language, else its portal's; None where neither is a BCP 47 tag."""
    portal = about.portals.get(stored.portal)
    for tag in (stored.article.language, portal.language if portal else None):
        if tag and _LANGUAGE.fullmatch(tag):
            return tag
    return None


def address_of(stored: StoredArticle) -> str | None:
    """Where the article stood when it was last read, else where it was first found."""
    for url in (stored.article.url, *stored.addresses):
        if url and (address := web_address(url)):
            return address
    return None


def web_address(url: str) -> str | None:
    """The address in the characters that RFC 3986 allows; None for one of no web page or file."""
    url = _FORBIDDEN.sub("", url).strip()
    if not _WEB.match(url):
        return None
    host = _IPV6.match(url)
    start = host.end() if host else 0
    address, hash_sign, fragment = url[start:].partition("#")
    return url[:start] + _escaped(address) + hash_sign + _escaped(fragment)


def day_of(moment: date | datetime | None) -> date | None:
    """The day that a page prints."""
    return moment.date() if isinstance(moment, datetime) else moment


def iso(moment: date | datetime) -> str:
    """ISO 8601 in the form that XML Schema and RFC 3339 allow: offsets have no seconds."""
    if isinstance(moment, datetime):
        offset = moment.utcoffset()
        if offset is not None and offset % timedelta(minutes=1):
            moment = moment.astimezone(UTC)  # local mean time of before 1911
    return moment.isoformat()


def moment_of(moment: date | datetime, zone: tzinfo) -> datetime:
    """An aware moment: where no time is printed the day's beginning, where no zone the portal's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def printable(text: str) -> str:
    """The text without the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """The text in one line, without characters that XML forbids."""
    return " ".join(printable(text).split())


def escaped_id(id: str, *, mark: str, keep: str) -> str:
    """The id in ASCII letters, digits and `keep`, the rest as `mark` and two digits a byte.

    `mark` must not be in `keep`: then no two ids are written alike.
    """
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character in keep)
        else "".join(f"{mark}{byte:02X}" for byte in character.encode())
        for character in id
    )


def _escaped(part: str) -> str:
    return _NOT_OF_ADDRESSES.sub(lambda found: quote(found.group(), safe=""), part)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that hold no address
        return None
