"""Sitemap files: bytes in, the addresses in them out, one by one, in memory that does not grow."""

from __future__ import annotations

import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from scraper.vietnamese.text import decode

LARGEST_BYTES = 100_000_000  # unpacked; sitemaps.org allows 52,428,800
MOST_ENTRIES = 100_000  # of one file; sitemaps.org allows 50,000
LONGEST_VALUE = 5000  # characters of an address or a title
_STEP_BYTES = 1 << 16
_LINES_WITHOUT = 20  # an address stands in the first lines of a plain sitemap, or it is none
_MOST_LAYERS = 3  # gzip in gzip: servers pack what is packed
_FEEDS = frozenset(("rss", "feed", "rdf"))
_ENTRIES = frozenset(("url", "sitemap"))
# "&" and what may follow it; at the end of a piece it is not known yet.
_BARE_AND = re.compile(rb"&(?!(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);|[#\w]{0,9}$)")
_LONGEST_REFERENCE = 10  # bytes
_SAYS_UTF_16 = re.compile(rb"^(<\?xml[^>]{1,60}encoding=[\"'])(?:utf-?16|ucs-?2)(?:le|be)?", re.I)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Entry:
    """One <url> or <sitemap>, or one line of a plain sitemap; values as printed."""

    address: str
    is_sitemap: bool = False
    lastmod: str | None = None
    title: str | None = None  # of a news sitemap
    published: str | None = None  # of a news sitemap
    is_news: bool = False


class NoSitemap(Exception):
    """The bytes are no sitemap, or break off; the message says what they are."""


def is_feed(body: bytes) -> bool:
    """Whether the bytes are RSS or Atom, which some portals give as their sitemap."""
    roots = _Roots()
    parser = _parser(roots)
    with suppress(etree.LxmlError, ValueError, LookupError):
        parser.feed(_unpacked_start(body))
    return roots.first in _FEEDS


def unpacked(body: bytes) -> bytes:
    """The first bytes are looked at, not the header: gzip taken off, with a limit."""
    for _ in range(_MOST_LAYERS):
        if not body.startswith(b"\x1f\x8b"):
            return body
        body = b"".join(_gunzipped(body))
    raise NoSitemap("is packed several times over")


def entries_of(body: bytes) -> Iterator[Entry]:
    """The addresses of a sitemap, in its order. Raises NoSitemap, also after some of them."""
    pieces = _pieces(body)
    first = next(pieces, b"")
    if not first:
        raise NoSitemap("is empty, but a sitemap was expected")
    pieces = itertools.chain((first,), pieces)
    if first.startswith(_BOMS[1:]) or b"\0" in first[:2]:
        yield from _of_xml(pieces)
    elif first.startswith(b"<"):
        yield from _of_xml(_mended(pieces))
    else:
        yield from _of_lines(pieces)


# --- the bytes ---------------------------------------------------------------------------------


def _pieces(body: bytes) -> Iterator[bytes]:
    """The unpacked bytes, without what stands in front of the first letter."""
    begun = False
    for piece in _layers(body):
        if not begun:
            piece = piece.removeprefix(_BOMS[0]).lstrip(b" \t\r\n")
            piece = piece.removeprefix(_BOMS[0]).lstrip(b" \t\r\n")
        if piece:
            begun = True
            yield piece


def _mended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Bare "&" written as XML wants it; the names of entities, also declared ones, become text."""
    rest = b""
    begun = False
    for piece in pieces:
        if not begun:  # what is no UTF-16 often says that it is
            piece = _SAYS_UTF_16.sub(rb"\1utf-8", piece, count=1)
            begun = True
        whole = _BARE_AND.sub(b"&amp;", rest + piece)
        cut = whole.rfind(b"&", -_LONGEST_REFERENCE)
        cut = len(whole) if cut < 0 or b";" in whole[cut:] else cut
        yield whole[:cut]
        rest = whole[cut:]
    yield _BARE_AND.sub(b"&amp;", rest + b" ")


def _layers(body: bytes) -> Iterator[bytes]:
    if not body.startswith(b"\x1f\x8b"):
        if len(body) > LARGEST_BYTES:
            raise NoSitemap(f"is larger than {LARGEST_BYTES:,} bytes")
        for start in range(0, len(body), _STEP_BYTES):
            yield body[start : start + _STEP_BYTES]
        return
    pieces = _gunzipped(body)
    first = next(pieces, b"")
    if first.startswith(b"\x1f\x8b"):  # packed twice: seldom, so it need not be cheap
        yield from _layers(unpacked(b"".join((first, *pieces))))
        return
    yield first
    yield from pieces


def _gunzipped(body: bytes) -> Iterator[bytes]:
    total = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            while piece := packed.read1(_STEP_BYTES):
                total += len(piece)
                if total > LARGEST_BYTES:
                    raise NoSitemap(f"is larger than {LARGEST_BYTES:,} bytes when unpacked")
                yield piece
    except gzip.BadGzipFile as error:
        if total == 0:
            raise NoSitemap(f"is packed, and damaged ({error})") from None
        # What follows the end of the packed bytes and is no gzip is padding.
    except (EOFError, zlib.error) as error:
        raise NoSitemap(f"is packed, and damaged ({error})") from None


def _unpacked_start(body: bytes) -> bytes:
    try:
        return next(_pieces(body), b"")
    except NoSitemap:
        return b""


# --- XML ---------------------------------------------------------------------------------------


def _parser(target: object) -> etree.XMLParser:
    """No entity is spelled out, no DTD is loaded, nothing is fetched; no tree is built."""
    return etree.XMLParser(
        target=target,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _of_xml(pieces: Iterator[bytes]) -> Iterator[Entry]:
    target = _Target()
    parser = _parser(target)
    found = 0
    broken: str | None = None
    for piece in itertools.chain(pieces, (None,)):
        broken = _fed(parser, piece)
        for entry in target.taken():
            found += 1
            if found > MOST_ENTRIES:
                raise NoSitemap(f"has more than {MOST_ENTRIES:,} addresses")
            yield entry
        if broken:
            break
    if target.root in ("html", "body", "div", "head"):
        raise NoSitemap('is an HTML page, but a sitemap was expected; is it kind = "listing"?')
    if not found and target.root not in ("urlset", "sitemapindex"):
        named = f"its first element is <{target.root[:40]}>" if target.root else "it is no XML"
        raise NoSitemap(f"is no sitemap that can be read: {named}")
    if broken or not target.ended:
        raise NoSitemap(f"is broken: {broken or 'it breaks off'}")


def _fed(parser: etree.XMLParser, piece: bytes | None) -> str | None:
    """What is wrong with the file so far that it cannot be read further; None: it is at its end."""
    try:
        if piece is None:
            parser.close()
        else:
            parser.feed(piece)
    except (etree.LxmlError, ValueError, LookupError) as error:
        return " ".join(str(error).split())[:200] or "it cannot be read"
    return None


class _Roots:
    """Takes the name of the first element only."""

    def __init__(self) -> None:
        self.first = ""

    def start(self, tag: str, attributes: object) -> None:
        self.first = self.first or _local(tag)

    def end(self, tag: str) -> None:
        return

    def data(self, text: str) -> None:
        return

    def close(self) -> None:
        return


class _Target:
    """Takes what the parser meets and keeps the entries; namespaces are not looked at."""

    def __init__(self) -> None:
        self.root = ""
        self.ended = False
        self._path: list[str] = []
        self._entries: list[Entry] = []
        self._values: dict[str, str] = {}
        self._field: str | None = None
        self._news = False

    def taken(self) -> list[Entry]:
        """The entries since the last call."""
        entries, self._entries = self._entries, []
        return entries

    def start(self, tag: str, attributes: object) -> None:
        name = _local(tag)
        self.root = self.root or name
        around = self._path[-1] if self._path else ""
        self._path.append(name)
        if name in _ENTRIES and around not in _ENTRIES:
            self._values, self._news = {}, False
        self._field = None
        if around in _ENTRIES:
            self._news = self._news or name == "news"
            if name in ("loc", "lastmod"):
                self._field = name
        elif around == "news" and name in ("title", "publication_date"):
            self._field = name
        if self._field in self._values:  # the first one counts
            self._field = None

    def data(self, text: str) -> None:
        if self._field is not None:
            before = self._values.get(self._field, "")
            if len(before) < LONGEST_VALUE:
                self._values[self._field] = (before + text)[:LONGEST_VALUE]

    def end(self, tag: str) -> None:
        name = self._path.pop() if self._path else ""
        self._field = None
        self.ended = not self._path
        address = self._values.get("loc", "").strip().replace("&amp;", "&")
        if name in _ENTRIES and address:
            self._entries.append(
                Entry(
                    address=address,
                    is_sitemap=name == "sitemap",
                    lastmod=self._values.get("lastmod"),
                    title=self._values.get("title"),
                    published=self._values.get("publication_date"),
                    is_news=self._news,
                )
            )
            self._values = {}

    def close(self) -> None:
        return


def _local(tag: str) -> str:
    """The name of an element, whatever namespace is written or left out."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


# --- plain text --------------------------------------------------------------------------------


def _of_lines(pieces: Iterator[bytes]) -> Iterator[Entry]:
    """One address a line."""
    found = 0
    for number, line in enumerate(_lines(pieces)):
        address = decode(line, None).text if len(line) < LONGEST_VALUE else ""
        if address.lower().startswith(("http://", "https://")):
            found += 1
            if found > MOST_ENTRIES:
                raise NoSitemap(f"has more than {MOST_ENTRIES:,} addresses")
            yield Entry(address=address)
        elif not found and number >= _LINES_WITHOUT:
            break
    if not found:
        raise NoSitemap("is no sitemap that can be read: neither XML nor addresses, one a line")


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Lines that are not empty; of one without an end its last part."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
        yield from (line.strip() for line in whole if line.strip())
        rest = rest[-_STEP_BYTES:]
    if rest.strip():
        yield rest.strip()
