"""The files that an article offers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import etree

from scraper.extraction.blocks import Mark, Survey, word_set
from scraper.extraction.page import Page
from scraper.records import Attachment
from scraper.vietnamese.text import clean

FILE_TYPES = "pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|csv|zip|rar|7z|tar|gz|tgz|dwg|kmz|kml|shp|epub"
_FILE = re.compile(rf"(?i)\.(?:{FILE_TYPES})$")
# "download.aspx?id=7": the file's name stands in the query, or in the link's text.
_ENDING_IN_QUERY = re.compile(rf"(?i)\.(?:{FILE_TYPES})(?=$|&)")
_ENDING_INSIDE = re.compile(rf"(?i)(?:\.|%2e)(?:{FILE_TYPES})(?![a-z0-9])")
_HANDLER = re.compile(r"(?i)download|getfile|attach|tai-?(?:ve|lieu)|viewfile|documents?/|/file")
_ENDINGS = tuple(
    f".{ending}"
    for ending in word_set(
        "pdf doc docx xls xlsx ppt pptx odt ods odp rtf csv zip rar 7z tar gz tgz dwg kmz kml shp "
        "epub"
    )
)
_LONGEST_ENDING = max(map(len, _ENDINGS))
_HREF = ' href="'
_SESSION = re.compile(r"(?i);jsessionid=[^/]*$")  # behind the file's name, of Java servers
BLOCKS_BELOW = 6  # how far below the text files of the article still stand


def read_attachments(
    found: Survey, page: Page, *, kept: Sequence[int], top: int, outside: Sequence[bool]
) -> tuple[Attachment, ...]:
    """The files linked between the title and a little below the text, each once, in order."""
    if not kept:
        return ()
    attachments: dict[str, Attachment] = {}
    inside: frozenset[int] | None = None
    low = bisect_left(found.links, top, key=_mark_index)
    high = bisect_right(found.links, kept[-1] + BLOCKS_BELOW, key=_mark_index)
    for mark in found.links[low:high]:
        attributes = mark.attributes
        start = attributes.find(_HREF) + len(_HREF)
        href = attributes[start : attributes.find('"', start)] if start >= len(_HREF) else ""
        if not _may_be_file(href) and " download" not in attributes:
            continue
        index = mark.index
        inside = frozenset(kept) if inside is None else inside
        if index not in inside and index < len(outside) and outside[index]:
            continue
        attachment = as_attachment(mark.element, page)
        if attachment is not None:
            known = attachments.get(attachment.url)
            if known is None or (known.title is None and attachment.title):
                attachments[attachment.url] = attachment
    return tuple(attachments.values())


def _mark_index(mark: Mark) -> int:
    return mark.index


def _may_be_file(href: str) -> bool:
    """Whether a link may lead to a file: cheap to ask of every link, and never wrong with a no."""
    address = href.lower()
    if "." in address[-_LONGEST_ENDING:] and address.endswith(_ENDINGS):
        return True
    if (
        "?" in address or "#" in address or ";" in address or "%2e" in address
    ) and _ENDING_INSIDE.search(address):
        return True
    return (
        "download" in address
        or "attach" in address
        or "file" in address
        or "document" in address
        or "tai" in address
    ) and _HANDLER.search(address) is not None


def _file_in_query(query: str) -> str:
    """The file's name in "id=7&name=plan.pdf"; nothing where there is none."""
    ending = _ENDING_IN_QUERY.search(query)
    if ending is None:
        return ""
    start = max(query.rfind(sign, 0, ending.start()) for sign in "=&/") + 1
    return query[start : ending.end()]


def as_attachment(link: etree._Element, page: Page) -> Attachment | None:
    """The file that a link leads to; None where it leads to a page or an image."""
    url = page.absolute(link.get("href"))
    if url is None:
        return None
    text = clean("".join(link.itertext()))[:300]
    try:
        parts = urlsplit(url)
        path, query = unquote(_SESSION.sub("", parts.path)), unquote(parts.query)
    except ValueError:
        return None
    named = _file_in_query(query)
    is_file = bool(
        _FILE.search(path)
        or named
        or (link.get("download") is not None and not path.endswith((".jpg", ".png")))
        or (_FILE.search(text) and _HANDLER.search(url))
    )
    if not is_file:
        return None
    name = path.rsplit("/", 1)[-1] if _FILE.search(path) else named
    title = text or clean(link.get("title") or "") or clean(name)
    return Attachment(url=url, title=title or None)
