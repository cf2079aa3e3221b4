"""From a page's bytes to its tree: decoded, parsed once, with its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from scraper.errors import NoArticle
from scraper.extraction.stray_ends import with_stray_ends
from scraper.records import Evidence
from scraper.vietnamese.conversion import Conversion, Signs, convert, names_legacy_fonts, signs_in
from scraper.vietnamese.text import decode

# What the first bytes of other files are, by their form's name; no portal's label is trusted here.
_OTHER_FILES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV or AVI)"),
    (b"BM", "a BMP image"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"ID3", "an MP3 file"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "a database"),
)
_PLAIN_STARTS = (b"<!DOCTYPE", b"<!doctype", b"<html", b"<HTML")
_OTHER_TYPES = re.compile(
    r"\s*(?:image|audio|video|font|application/(?!xhtml|xml|octet-stream|x-?html|html|force|unknown))"
    r"|\s*text/(?:css|csv|calendar|javascript|markdown)",
    re.IGNORECASE,
)
_FEED = re.compile(
    r"\s*(?:<\?xml[^<>]{0,300}>\s*)?(?:<!--[^<>]{0,500}-->\s*)?<(rss|feed|urlset|rdf:RDF|sitemapindex)\b"
)
_PLAIN_ENCODINGS = ("HTTP header", "markup", "XML", "byte order", "bytes: valid", "bytes: only")
_FONT_TAGS = ("font", "o:p", "p:p")
# What readers of metadata ask for, so that one pass over the tree finds it for all of them.
_TOLD_TAGS = (
    "meta", "script", "title", "html", "link", "time", "abbr", "relative-time", "time-ago",
)  # fmt: skip
_ENTITY = re.compile(rb"&(?:#1\d\d|#2[0-5]\d|reg|shy|[a-z]{4,6});")
# An address that joining it to another would leave as it is.
_WHOLE = re.compile(r"https?://[\w.-]+/[\w./%,~=@:!*+-]+(?:\?[\w./%,~=&@:;!*+-]+)?", re.ASCII)
_ADDRESS_SPACE = re.compile(r"[\t\r\n\x00-\x1f]+")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A parsed page."""

    tree: etree._Element  # the root
    encoding: str  # Python's name
    encoding_why: str
    url: str | None
    base: str | None  # what relative addresses stand under: <base href>, else `url`
    told: tuple[etree._Element, ...] = ()  # elements of the head and the like, for machines
    converted: Conversion | None = None  # where the text was not in Unicode, or encoded twice

    @property
    def text_evidence(self) -> Evidence | None:
        """Where the letters came from, if that was not plain: converted, guessed, or put right."""
        if self.converted is not None:
            rule = f"converted from {self.converted.written_in}"
            return Evidence(rule=rule, text=self.converted.sample)
        if self.encoding_why.startswith(_PLAIN_ENCODINGS):
            return None
        return Evidence(rule=f"read as {self.encoding}", text=self.encoding_why)

    def absolute(self, address: str | None) -> str | None:
        """An http(s) address of the page's markup, joined; None where it is no such address.

        Without a base, relative addresses stay as they are.
        """
        if address and _WHOLE.fullmatch(address):
            return address
        address = _ADDRESS_SPACE.sub("", address or "").strip()
        if not address or address.startswith("#"):
            return None
        try:
            joined = urljoin(self.base or "", address)
            scheme = urlsplit(joined).scheme.lower()
        except ValueError:  # "http://[": no address at all
            return None
        return joined if scheme in ("http", "https") or (not scheme and not self.base) else None


def parse(body: bytes, *, content_type: str | None = None, url: str | None = None) -> Page:
    """The page's tree. NoArticle for what is no HTML: nothing, another kind of file, a feed."""
    _refuse_other_files(body, content_type=content_type, url=url)
    decoded = decode(body, content_type)
    if not body.startswith(_PLAIN_STARTS):
        _refuse_feeds(decoded.text, url=url)
    signs = signs_in(decoded.text)  # before parsing, which drives the text out of the cache
    tree = _tree(body if decoded.as_it_came else _as_utf8(decoded.text))
    if tree is None:
        raise NoArticle("the page is empty: nothing but blanks and comments", url=url)
    may_hide = decoded.encoding == "cp1252" or body.isascii()
    if may_hide and _ENTITY.search(body):  # letters written as entities show in the tree alone
        signs = signs_in("".join(tree.itertext()))
    told, fonts, bases = _gathered(tree)
    converted = _convert(tree, body, signs, fonts)
    base = _base(bases, url)
    return Page(tree, decoded.encoding, decoded.why, url, base, told, converted)


def _gathered(
    tree: etree._Element,
) -> tuple[tuple[etree._Element, ...], list[etree._Element], list[etree._Element]]:
    """Elements that speak to machines, fonts, and <base>s: a pass over a tree is not cheap."""
    told: list[etree._Element] = []
    fonts: list[etree._Element] = []
    bases: list[etree._Element] = []
    for element in tree.iter(*_TOLD_TAGS, *_FONT_TAGS, "base"):
        tag = element.tag
        (fonts if tag in _FONT_TAGS else bases if tag == "base" else told).append(element)
    return tuple(told), fonts, bases


def _refuse_feeds(text: str, *, url: str | None) -> None:
    feed = _FEED.match(text[:2000])
    if feed:
        raise NoArticle(f"the answer is a feed or sitemap (<{feed.group(1)}>), no page", url=url)
    if "<" not in text:
        raise NoArticle("the answer has no markup: it is plain text", url=url)


def _as_utf8(text: str) -> bytes:
    """For libxml2, which ends a page at its first NUL."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.encode("utf-8", "replace")


def _convert(
    tree: etree._Element, body: bytes, signs: Signs, marked: Sequence[etree._Element]
) -> Conversion | None:
    """Convert the tree in place where the page was written before Unicode, or encoded twice.

    A page that gives no sign of that is not looked at.
    """
    fonts = names_legacy_fonts(marked, body, signs)
    return convert(tree, among=signs.among, fonts=fonts) if signs.among or fonts else None


def _refuse_other_files(body: bytes, *, content_type: str | None, url: str | None) -> None:
    start = body[:1024].lstrip()
    if not start and not body.strip():
        raise NoArticle("the answer is empty", url=url)
    looks_like_markup = start.startswith(b"<") or b"<" in body[:65_536]
    if not start.startswith(b"<"):
        kind = next((name for magic, name in _OTHER_FILES if start.startswith(magic)), None)
        if kind:
            raise NoArticle(f"the answer is {kind}, no HTML page", url=url)
    if content_type and _OTHER_TYPES.match(content_type) and not _says_html(body):
        raise NoArticle(f"the answer is {content_type.strip()[:80]}, no HTML page", url=url)
    if not looks_like_markup and start[:1] in (b"{", b"["):
        raise NoArticle("the answer is JSON, no HTML page", url=url)


def _says_html(body: bytes) -> bool:
    """Pages sent under a wrong type are pages still."""
    start = body[:65_536].lower()
    return b"<html" in start or b"<!doctype html" in start or b"<body" in start


def _tree(utf8: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        # As bytes: a text with an XML encoding declaration is refused by lxml.
        tree = etree.fromstring(with_stray_ends(utf8), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, etree._Element) else None


def _base(bases: Sequence[etree._Element], url: str | None) -> str | None:
    declared = next((element.get("href") for element in bases if element.get("href")), None)
    if not declared:
        return url
    try:
        joined = urljoin(url or "", declared.strip())
        return joined if urlsplit(joined).scheme in ("http", "https") else url
    except ValueError:
        return url
