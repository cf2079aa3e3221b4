"""What a site says of itself below its articles: licence, copyright, address, counters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.blocks import Box, Survey
from scraper.extraction.surroundings import SENTENCE_END

LONGEST_IMPRINT = 900  # characters of one line
# An imprint has no more of the page's running text below it, nor more characters; the credit of a
# picture ("© Bild: dpa") may open like one.
LARGEST_REST, MOST_BELOW = 0.1, 150

# Whatever has none of these is no imprint: substrings are found ten times faster than patterns.
_HINTS = (
    "©",
    "(c)",
    "copyright",
    "bản quyền",
    "rights reserved",
    "giấy phép",
    "gp-",
    "chịu trách nhiệm",
    "biên tập",
    "chủ quản",
    "ghi rõ nguồn",
    "trích dẫn nguồn",
    "phát hành lại",
    "truy cập",
    "online",
    "trực tuyến",
    "visitor",
    "thiết kế",
    "phát triển",
    "powered by",
    "designed by",
    "developed by",
    "địa chỉ",
    "add:",
    "address:",
    "trụ sở",
    "điện thoại",
    "đt:",
    "đt ",
    "tel",
    "hotline",
    "fax",
    "mail",
)
# What hardly anything but a site says of itself, one kind in each; texts are lower case.
_OF_SITES = tuple(
    map(
        re.compile,
        (
            r"©|\(c\) ?\d{4}|\bcopyright (?:©|\(c\)|\d{4}|by\b)|all rights reserved"
            r"|\bbản quyền (?:©|\(c\)|\d{4}|website|trang)|\bgiữ bản quyền",
            r"\bgiấy phép (?:thiết lập|trang|website|báo|mxh|icp)"
            r"|\bgp-? ?(?:ttđt|bttt|btttt|bc|icp|stttt|ttdt|cbc|ptth)\b",
            r"\bghi rõ nguồn:? .{0,120}\b(?:khi|nếu)\b|\b(?:khi|nếu) phát hành lại"
            r"|\bđề nghị ghi rõ nguồn|\bghi rõ nguồn:? [\"'“]",
            r"\b(?:tổng|số)(?: số)?(?: lượt)?(?: người)? truy cập|\blượt truy cập\s?:"
            r"|\b(?:đang|khách|số người)(?: đang)? (?:online|trực tuyến|truy cập)"
            r"|\bonline\s?:|\bvisitors?\s?:",
        ),
    )
)
# What sites say of themselves, and articles of others too.
_OF_ANYBODY = tuple(
    map(
        re.compile,
        (
            r"\bgiấy phép (?:hoạt động|xuất bản|số)|\bsố giấy phép",
            r"\bchịu trách nhiệm (?:chính|nội dung|xuất bản|quản lý)"
            r"|\b(?:tổng|phó|trưởng ban|ban) biên tập\s?:|\bcơ quan chủ quản\s?:",
            r"\b(?:thiết kế|phát triển|xây dựng|vận hành) ?(?:bởi|:)"
            r"|\b(?:powered|designed|developed) by\b",
            r"\b(?:địa chỉ|add|address|trụ sở(?: chính)?)\s?:",
            r"\b(?:điện thoại|đt|tel|phone|hotline|đường dây nóng|telephone)\s?[:.(]*\s?\(?\+?\d",
            r"\bfax\s?[:.(]*\s?\(?\+?\d",
            r"\b(?:e-?mail|thư điện tử|hộp thư)\s?:|[\w.-]{2,40}@\w",
        ),
    )
)
# A line that begins so is an imprint without a second sign.
_OPENS_SURELY = re.compile(
    r"\W{0,3}(?:(?:©|\(c\)) ?(?:\d{4}|copyright|bản quyền)|copyright (?:©|\(c\)|\d{4})"
    r"|all rights reserved"
    r"|bản quyền (?:©|\(c\)|\d{4}|website|trang|thuộc (?:về )?(?:bộ|sở|cục|báo|cổng|trang|tạp chí"
    r"|trung tâm|ubnd|ủy ban|uỷ ban|tổng cục|chi cục|viện|văn phòng|ban)\b)"
    r"|(?:đề nghị |vui lòng |yêu cầu )?(?:ghi rõ|trích dẫn) nguồn:? .{0,120}\b(?:khi|nếu)\b"
    r"|(?:người )?chịu trách nhiệm(?: (?:chính|nội dung|xuất bản|quản lý))*\s?:)"
)
_OPENS_PERHAPS = re.compile(
    r"\W{0,3}(?:địa chỉ|add|address|trụ sở(?: chính)?|điện thoại|đt|tel|fax|e-?mail|hotline"
    r"|đường dây nóng|giấy phép số|cơ quan chủ quản|(?:tổng|phó|trưởng ban|ban) biên tập"
    r"|thiết kế|xây dựng|phát triển|(?:powered|designed|developed) by)\b[^:.]{0,25}(?::|\bbởi\b)"
)
SURE, PERHAPS, NO = 2, 1, 0


def imprint_like(text: str) -> int:
    """How sure a line is part of an imprint: SURE, PERHAPS (an article may say it too), or NO.

    PERHAPS is a line of addresses and numbers: it is an imprint where it stands apart.
    """
    if len(text) > LONGEST_IMPRINT:
        return NO
    said = text.casefold()
    if not any(hint in said for hint in _HINTS):
        return NO
    if _OPENS_SURELY.match(said):
        return SURE
    of_sites = sum(bool(sign.search(said)) for sign in _OF_SITES)
    of_anybody = sum(bool(sign.search(said)) for sign in _OF_ANYBODY)
    if of_sites and of_sites + of_anybody >= 2:
        return SURE
    if of_sites or of_anybody >= 2 or _OPENS_PERHAPS.match(said):
        return PERHAPS
    return NO


def imprint_lines(
    page: Survey, running: Sequence[float], outside: Sequence[bool]
) -> tuple[list[int], list[int]]:
    """(surely, perhaps) the blocks of the imprint, from the page's end up.

    `running` is how many characters of each block are running text. No line is one that has much
    of the page's text below it.
    """
    surely: list[int] = []
    perhaps: list[int] = []
    whole = sum(text for text, out in zip(running, outside, strict=True) if not out)
    below = taken = 0.0
    for block in reversed(page.blocks):
        if outside[block.index]:
            continue
        how = imprint_like(block.text)
        if how == NO:
            below += running[block.index]
            if below > max(MOST_BELOW, LARGEST_REST * (whole - taken)):
                break
            continue
        taken += running[block.index]
        (surely if how == SURE else perhaps).append(block.index)
    return surely, perhaps


def imprint_box(
    page: Survey, index: int, lines: frozenset[int], *, title: int | None
) -> tuple[int, int]:
    """The blocks [first, last) around a line of an imprint that belong to it by their place.

    The name of the office over its address stands in the same box; no sentence does.
    """
    best = (index, index + 1)
    for box in page.blocks[index].box.ancestors():
        if not _is_imprint_box(page, box, lines, title=title):
            break
        best = (box.first, box.last)
    return best


def _is_imprint_box(page: Survey, box: Box, lines: frozenset[int], *, title: int | None) -> bool:
    if title is not None and box.first <= title < box.last:
        return False
    if box.last - box.first > 40:
        return False
    own = other = 0
    for block in page.blocks[box.first : box.last]:
        if block.index in lines:
            own += block.chars
        elif block.chars >= 80 or SENTENCE_END.search(block.text):
            return False
        else:
            other += block.chars - block.link_chars
    return other <= own
