"""The images of a page: which are photographs, and where the largest copy of each lies."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from scraper.extraction.attachments import FILE_TYPES
from scraper.extraction.page import Page

SMALLEST_IMAGE = 60  # pixels of width or height; smaller ones are icons and counters
_NO_PHOTO = (
    "spacer", "blank", "pixel", "1x1", "transparent", "loading", "placeholder", "sprite", "icon",
    "logo", "avatar", "emoji", "button", "bullet", "arrow", "print", "email", "share", "facebook",
    "twitter", "zalo", "counter", "banner",
)  # fmt: skip
_ICON = re.compile(r"ic[a-z]{2,5}\.")
_FILE = re.compile(rf"(?i)\.(?:{FILE_TYPES})$")
PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|gif|bmp|webp|tiff?|avif)(?:[?#]|$)")
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url")
_SOURCES = (*_LAZY, "src")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)([wx]),?$")
_SIZE_THEN_NEXT = re.compile(r"(?<=\d[wx]),(?=\S)")
LONGEST_NAME = 300  # characters
MOST_BESIDE = 4  # elements behind a stand-in
_DIGITS = frozenset("0123456789")
MOST_SET_CHARS = 20_000
_NO_ADDRESS = ("data:", "about:", "javascript:", "blob:")


def photograph(image: etree._Element) -> etree._Element | None:
    """The image itself or, of a stand-in, the one behind it for readers without scripts.

    None where it is an icon, a spacer or a counter.
    """
    if not is_ornament(image):
        return image
    for beside in islice(image.itersiblings(), MOST_BESIDE):
        if beside.tag == "noscript":
            real = next(beside.iter("img"), None)
            return None if real is None or is_ornament(real) else real
    return None


def is_ornament(image: etree._Element) -> bool:
    """Whether an image is an icon, a spacer or a counter by its size or its file's name."""
    for side in ("width", "height"):
        pixels = image.get(side)
        if pixels:
            pixels = pixels.strip().removesuffix("px")
            if pixels.isdigit() and int(pixels) < SMALLEST_IMAGE:
                return True
    link = next(image.iterancestors("a"), None)
    if link is not None and _FILE.search((link.get("href") or "").partition("?")[0]):
        return True  # the sign of an attachment
    source = _plain_source(image)
    if source is None or _names_no_photo(source):  # a stand-in has its copies beside it
        source = _largest(image)
    return source is None or _names_no_photo(source)


def _names_no_photo(source: str) -> bool:
    """Whether the file's name, or its folder, is that of an icon, a spacer, a counter, an ad."""
    folder, _, name = source.partition("?")[0].rpartition("/")
    name = name[-LONGEST_NAME:].lower()
    for word in _NO_PHOTO:
        if word in name:
            return True
    return folder.endswith(("/ad", "/ads")) or _ICON.match(name) is not None


def address(image: etree._Element, page: Page) -> str | None:
    """The absolute address of the largest copy that the page names; None where there is none."""
    return page.absolute(_largest(image) or _plain_source(image))


def _plain_source(image: etree._Element) -> str | None:
    """The one address of an image; that of an image that is loaded late before its stand-in."""
    for name in _SOURCES:
        value: str | None = image.get(name)
        if value:
            value = value.strip()
            if value and not value.startswith(_NO_ADDRESS):
                return value
    return None


def _largest(image: etree._Element) -> str | None:
    """The largest of the copies in the srcset of an image and the sources of its picture."""
    best, most = "", 0.0
    for holder in _holders(image):
        for name in _SETS:
            value = holder.get(name)
            if not value:
                continue
            parts = _SIZE_THEN_NEXT.sub(", ", value[:MOST_SET_CHARS]).split()
            for position, part in enumerate(parts):
                match = _SIZE.match(part) if part[0] in _DIGITS and position else None
                if match is not None:
                    size = float(match[1]) * (1.0 if match[2] == "w" else 0.01)
                    if size <= most:
                        continue
                    copy = parts[position - 1].lstrip(",")
                    if copy and not copy.startswith(_NO_ADDRESS):
                        best, most = copy, size
            if not most and not best and _plain_source(image) is None and parts:
                copy = parts[0].rstrip(",")
                best = "" if copy.startswith(_NO_ADDRESS) else copy
    return best or None


def _holders(image: etree._Element) -> list[etree._Element]:
    """An image and the sources of its picture; parsers nest void sources around the image."""
    around = image.getparent()
    while around is not None and around.tag == "source":
        around = around.getparent()
    if around is None or around.tag != "picture":
        return [image]
    return [image, *around.iter("source")]
