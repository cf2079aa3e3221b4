"""From a page's bytes to its text: what the header, the markup and the bytes say, and who wins."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from scraper.vietnamese.conversion import written_in
from scraper.vietnamese.legacy import windows_1252

META_BYTES = 65_536  # some portals open with a hundred blank lines: a label may stand far down
SAMPLE_BYTES = 32_768  # enough for a guess, and the guess is slow

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARK_STARTS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # of UTF-8, and of UTF-16 and -32
# What a label means on the web, where it differs from what it says (WHATWG Encoding).
_AS_BROWSERS_READ = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
# Codecs that are no page's encoding; some would let a page run up huge texts.
_NOT_FOR_PAGES = {"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined", "utf-7"}
_MANY_BYTES = {"gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "euc_kr", "johab", "hz"}

_OTHER_SCRIPTS = _MANY_BYTES | {
    "cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp1253", "iso8859-7", "cp1255", "iso8859-8",
    "cp1256", "iso8859-6", "cp874",
}  # fmt: skip

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta\b[^<>]{0,1000}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_LONE_HIGH_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
MOSTLY = 0.7  # of the letters stand alone among ASCII: no script but Latin is written so
FEW_LETTERS = 6  # that are valid UTF-8 may be so by chance in an East Asian encoding
# Labels under which pages in TCVN3, VNI and the like were published: they had none of their own.
_WESTERN = {None, "utf-8", "cp1252", "cp1258", "cp1254", "cp1250", "iso8859-15"}
_HIGH_BYTES = bytes(range(0x80, 0x100))
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
# windows-1258 writes most tone marks as a letter of their own, after the vowel.
_TONE_AFTER_VOWEL = re.compile(
    rb"(?<=[aeiouyAEIOUY\xc2\xc3\xca\xd4\xd5\xdd\xe2\xe3\xea\xf4\xf5\xfd])[\xcc\xd2\xde\xec\xf2]"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, the encoding (Python's name) it was read in, and why in that one."""

    text: str
    encoding: str
    why: str
    as_it_came: bool = False  # the body itself is this text in UTF-8


def decode(body: bytes, content_type: str | None) -> Decoded:
    """The page's text, by byte order mark, valid UTF-8, HTTP header, markup, or a guess.

    Bytes that are valid UTF-8 are UTF-8 whatever a label says; a page that says UTF-8 and has a
    few other bytes is UTF-8, and those few are Windows-1252. Never fails.
    """
    if not body.startswith(_MARK_STARTS) and b"\x00" not in body:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            if len(body) - len(text) > FEW_LETTERS:
                return Decoded(text, "utf-8", _who_says_utf8(content_type), as_it_came=True)
    return _decode_with_care(body, content_type)


def _who_says_utf8(content_type: str | None) -> str:
    said = _HEADER_CHARSET.search(content_type) if content_type else None
    if said and _known(said.group(1)) == "utf-8":
        return f"HTTP header says {said.group(1)}"
    return "bytes: valid UTF-8"


def _decode_with_care(body: bytes, content_type: str | None) -> Decoded:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            rest = body[len(mark) :]
            if encoding == "utf-8":  # may still hold a few other bytes
                return _by_bytes(rest, [(encoding, "byte order mark")])
            return Decoded(rest.decode(encoding, "replace"), encoding, "byte order mark")
    labels = _labels(body, content_type)
    wide = _without_mark(body)
    if wide:
        return Decoded(body.decode(wide, "replace"), wide, "bytes: a NUL in each pair")
    if body.isascii():
        encoding, why = labels[0] if labels else ("utf-8", "bytes: only ASCII")
        return Decoded(body.decode(encoding, "replace"), encoding, why)
    return _by_bytes(body, labels)


def _by_bytes(body: bytes, labels: list[tuple[str, str]]) -> Decoded:
    text = body.decode("utf-8", "surrogateescape")
    first = labels[0][0] if labels else None
    wrong = len(body) - len(text.encode("utf-8", "ignore"))  # bytes that are no UTF-8
    ascii_bytes = len(body.translate(None, _HIGH_BYTES))
    if not wrong and (first not in _MANY_BYTES or len(body) - ascii_bytes > FEW_LETTERS):
        why = next((why for name, why in labels if name == "utf-8"), "bytes: valid UTF-8")
        return Decoded(text, "utf-8", why)
    said_utf8 = first in (None, "utf-8") or all(name == "utf-8" for name, _ in labels)
    if said_utf8 and wrong <= len(text) - ascii_bytes - wrong:
        text = _ESCAPED_BYTE.sub(_as_windows_1252, text)
        return Decoded(text, "utf-8", f"bytes: UTF-8 but for {wrong}")
    if first in _WESTERN:
        western = windows_1252(body)
        legacy = written_in(western)
        if legacy is not None:  # converted later, where fonts can be seen
            return Decoded(western, "cp1252", f"bytes: {legacy.name}")
    if first in (None, "cp1252", "utf-8") and _looks_like_windows_1258(body):
        return Decoded(body.decode("cp1258", "replace"), "cp1258", "bytes: Vietnamese tone marks")
    for encoding, why in labels:
        if encoding == "utf-8":
            continue
        if encoding == "cp1252":
            return Decoded(windows_1252(body), encoding, why)
        try:
            return Decoded(body.decode(encoding), encoding, why)
        except UnicodeDecodeError:
            if encoding not in _MANY_BYTES:  # a single-byte label: a few bytes mean nothing in it
                return Decoded(body.decode(encoding, "replace"), encoding, why)
    return _guess(body)


def _guess(body: bytes) -> Decoded:
    """BeautifulSoup's detector, on a part of the page that has other than ASCII bytes.

    It is believed for scripts other than Latin; among Latin encodings it errs on short texts, and
    the web's default is right more often.
    """
    found = _HIGH_BYTE.search(body)
    start = max(0, found.start() - 1000) if found else 0
    sample = body[start : start + SAMPLE_BYTES]
    if len(_LONE_HIGH_BYTE.findall(sample)) > MOSTLY * len(_HIGH_BYTE.findall(sample)):
        return Decoded(windows_1252(body), "cp1252", "bytes: Western letters among ASCII")
    from bs4.dammit import EncodingDetector  # large, and few pages need it

    candidates = map(_known, EncodingDetector(sample, is_html=True).encodings)
    encoding = next((name for name in candidates if name and _decodes(sample, name)), "cp1252")
    if encoding not in _OTHER_SCRIPTS:
        return Decoded(windows_1252(body), "cp1252", "bytes: a guess")
    return Decoded(body.decode(encoding, "replace"), encoding, "bytes: a guess")


def _decodes(sample: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this encoding; the last character may be cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return False
    return True


def _labels(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """(encoding, who says so), the HTTP header first; labels that mean nothing are left out."""
    said: list[tuple[str, str]] = []
    header = _HEADER_CHARSET.search(content_type or "")
    if header:
        said.append((header.group(1), "HTTP header"))
    head = _without_comments(body[:META_BYTES])
    for pattern, who in ((_XML_ENCODING, "XML declaration"), (_META_CHARSET, "markup")):
        found = pattern.match(head) if who == "XML declaration" else pattern.search(head)
        if found:
            said.append((found.group(1).decode("ascii", "replace"), who))
    labels = []
    for label, who in said:
        encoding = _known(label)
        # Markup in UTF-16 could not be found as ASCII, so such a label cannot be true.
        if encoding and encoding.startswith(("utf-16", "utf-32")) and who != "HTTP header":
            encoding = "utf-8"
        if encoding:
            labels.append((encoding, f"{who} says {label}"))
    return labels


def _known(label: str) -> str | None:
    """The codec that browsers use for a label, or None if there is none for pages."""
    try:
        codec = codecs.lookup(label.strip().lower())
        b"aaaa".decode(codec.name, "replace")  # refuses codecs that do not give text
    except (LookupError, ValueError):
        return None
    return None if codec.name in _NOT_FOR_PAGES else _AS_BROWSERS_READ.get(codec.name, codec.name)


def _without_comments(head: bytes) -> bytes:
    """Without `<!-- -->`: a label commented out says nothing."""
    kept = []
    while head:
        before, opened, rest = head.partition(b"<!--")
        kept.append(before)
        _, closed, head = rest.partition(b"-->")
        if opened and not closed:
            kept.append(rest)
    return b"".join(kept)


def _without_mark(body: bytes) -> str | None:
    """UTF-16 without a byte order mark shows by a NUL in nearly each pair of bytes of markup."""
    sample = body[:2048]
    pairs = len(sample) // 2
    if pairs < 8 or b"\x00" not in sample:
        return None
    if sample[1::2].count(0) > 0.7 * pairs and sample[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * pairs and sample[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return None


def _looks_like_windows_1258(body: bytes) -> bool:
    """Three tone marks or more, each after a vowel, and a "đ" (0xF0)?"""
    tones = _TONE_AFTER_VOWEL.findall(body)
    return len(tones) >= 5 and len(set(tones)) >= 3 and b"\xf0" in body


def _as_windows_1252(escaped: re.Match[str]) -> str:
    return windows_1252(bytes([ord(escaped.group()) - 0xDC00]))
