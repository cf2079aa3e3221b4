"""What the words around a date say that it is: the article's, an event's, the page's foot."""

from __future__ import annotations

import re

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.surroundings import END_LINE
from scraper.extraction.title_line import BEFORE_EVENTS
from scraper.vietnamese.dates import may_hold_a_date

LONGEST_END = 200  # characters of a line that ends an article
_RANGE = re.compile(
    r"\b(?:từ|đến|tới|hết|trước|kể từ|from|until|till|before|since|bis)(?:\s+ngày)?\s*[:(]?\s*$",
    re.IGNORECASE,
)
# "Ngày ban hành: …", "Hạn nộp hồ sơ: …": days that a page gives of other things.
_OTHER_LABEL = re.compile(
    r"\b(?:ban hành|hiệu lực|hạn(?:\s\w+){0,4}|thời gian(?:\s\w+){0,2}|khai mạc|bế mạc|diễn ra"
    r"|ký|sinh|hôm nay|today|deadline|due|expires?|born|event date|date of birth|effective)"
    r"(?:\s+(?:ngày|on))?\s?:?\s?$",
    re.IGNORECASE,
)
# "Date: …", "Datum …": a page's word for its date, where nothing else stands before it.
PLAIN_LABEL = re.compile(
    r"\W*(?:date|datum|dátum|fecha|data|dato|tarih|tanggal|дата|päivä|päiväys|日期|日付|날짜"
    r"|ngày|on|by\b.{2,40}\bon)\W*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\)?(?:,|\s+[^\W\d_]{2})")
# Below these lines nothing is of the article.
_FOOT = re.compile(
    r"©|copyright|bản quyền|giấy phép|chịu trách nhiệm|(?:đang|người) (?:trực tuyến|online)"
    r"|(?:tổng|số)(?: số)? (?:lượt|người) (?:truy cập|xem trang)|thống kê truy cập",
    re.IGNORECASE,
)
_FOOT_WORDS = word_set("© copyright bản giấy chịu trực truy online cập")


def speaks_of_event(before: str, after: str) -> float:
    """How much the words around a date without label speak of another day's event."""
    if _OTHER_LABEL.search(before) or _RANGE.search(before):
        return 7.0
    if not BEFORE_EVENTS.search(before):
        return 0.0
    if _GOES_ON.match(after):
        return 7.0
    return 3.0 if len(before.strip()) > 5 else 0.0


def ends_article(block: TextBlock) -> bool:
    """Whether nothing below a block is of the article: a foot, or a heading over other things."""
    if block.chars >= LONGEST_END:
        return False
    text = block.text
    if "©" in text or not _FOOT_WORDS.isdisjoint(text.lower().split()):
        return bool(_FOOT.search(text)) or _is_end_line(text)
    return _is_end_line(text)


def _is_end_line(text: str) -> bool:
    return not may_hold_a_date(text) and bool(END_LINE.match(text))
