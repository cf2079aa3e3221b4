"""The files that an article offers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import etree

from scraper.extraction.blocks import Survey
from scraper.extraction.page import Page
from scraper.records import Attachment
from scraper.vietnamese.text import clean

FILE_TYPES = "pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|csv|zip|rar|7z|tar|gz|tgz|dwg|kmz|kml|shp|epub"
_FILE = re.compile(rf"(?i)\.(?:{FILE_TYPES})$")
# "download.aspx?id=7": the file's name stands in the query, or in the link's text.
_FILE_IN_QUERY = re.compile(rf"(?i)[^=&/]+\.(?:{FILE_TYPES})(?=$|&)")
_HANDLER = re.compile(r"(?i)download|getfile|attach|tai-?(?:ve|lieu)|viewfile|documents?/|/file")
BLOCKS_BELOW = 6  # how far below the text files of the article still stand


def read_attachments(
    found: Survey, page: Page, *, kept: Sequence[int], top: int, outside: Sequence[bool]
) -> tuple[Attachment, ...]:
    """The files linked between the title and a little below the text, each once, in order."""
    if not kept:
        return ()
    attachments: dict[str, Attachment] = {}
    for mark in found.links:
        if not top <= mark.index <= kept[-1] + BLOCKS_BELOW:
            continue
        if mark.index not in kept and mark.index < len(outside) and outside[mark.index]:
            continue
        attachment = as_attachment(mark.element, page)
        if attachment is not None:
            known = attachments.get(attachment.url)
            if known is None or (known.title is None and attachment.title):
                attachments[attachment.url] = attachment
    return tuple(attachments.values())


def as_attachment(link: etree._Element, page: Page) -> Attachment | None:
    """The file that a link leads to; None where it leads to a page or an image."""
    url = page.absolute(link.get("href"))
    if url is None:
        return None
    text = clean("".join(link.itertext()))[:300]
    try:
        parts = urlsplit(url)
        path, query = unquote(parts.path), unquote(parts.query)
    except ValueError:
        return None
    named = _FILE_IN_QUERY.search(query)
    is_file = bool(
        _FILE.search(path)
        or named
        or (link.get("download") is not None and not path.endswith((".jpg", ".png")))
        or (_FILE.search(text) and _HANDLER.search(url))
    )
    if not is_file:
        return None
    name = path.rsplit("/", 1)[-1] if _FILE.search(path) else (named[0] if named else "")
    title = text or clean(link.get("title") or "") or clean(name)
    return Attachment(url=url, title=title or None)
