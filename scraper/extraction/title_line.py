"""A title line in its parts: the headline, and the small print that shares the line with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from scraper.extraction.blocks import BLOCK_LEVEL, TextBlock, word_set
from scraper.vietnamese.dates import Moment, find_dates
from scraper.vietnamese.text import clean

EARLIEST_YEAR = 1990  # nothing was published on the web before
LONGEST_LINE = 600  # characters; more is no title line
LONGEST_TAIL = 90  # characters of small print after a headline
SHORTEST_HEADLINE = 12  # characters
_FEWEST_WORDS = 3  # of a headline that is told from its tail by markup or metadata alone
_MOST_PARTS = 60  # elements of a line that are looked at

# Words before the dates of events: "từ 1/6/2018", "deadline: 3 June 2018".
BEFORE_EVENTS = re.compile(
    r"(?:\b(?:ngày|từ|đến|tới|hết|trước|sau|vào|hôm|kỳ|đợt|tuần|tháng|from|to|until|till|before"
    r"|after|since|deadline|expires?|bis|hạn|số|erscheinungsdatum|release)|[-–—])\s*[:(]?\s*$",
    re.IGNORECASE,
)
_IN_A_SENTENCE = re.compile(r"\b(?:on|of|by|in|the|am|vom|du|au|le|del|năm)\s*$", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"[0-9][^0-9]{1,20}[0-9]")  # a date has them, "best of 2025" has not
_STOP = "\x00"  # stands for a date in the patterns below
_LABEL = (
    r"(?:ngày\s(?:đăng|tạo|gửi|viết|đưa(?:\stin)?|xuất\sbản|cập\snhật)"
    r"|(?:đăng|gửi|viết|đưa\stin|xuất\sbản)\s(?:ngày|lúc|vào(?:\slúc)?)|thời\sgian\sđăng"
    r"|cập\snhật(?:\s(?:lần\scuối|mới\snhất|gần\snhất|lúc|ngày|vào))?"
    r"|(?:date\s)?(?:posted|publish(?:ed)?|created)(?:\s(?:on|at|date))?"
    r"|(?:last\s)?(?:updated?|modified)(?:\s(?:on|at))?)"
)
_COUNTER = (
    r"(?:(?:(?:số\s)?lượt|số\slần|lần)\s(?:xem|đọc|truy\scập)(?:\stin)?|(?:view|hit)s?(?:\scounts?)?"
    r"|xem|đọc)\s?:?\s?[0-9][0-9.,]{0,12}"
    r"|[0-9][0-9.,]{0,12}\s(?:(?:lượt|lần)\s(?:xem|đọc|truy\scập)|views?|hits?)"
)
_SEPARATOR = r"[\s|()\[\].;,•·–—-]{0,8}"
# Pieces of small print up to the end of the line: "Lượt xem: 7370 | Gửi lúc: 05/12/2013".
_TAIL = re.compile(
    rf"{_SEPARATOR}(?:(?P<label>\b{_LABEL}\s?:?\s?{_STOP})|(?P<counter>(?<![\w.,]){_COUNTER}(?!\w))"
    rf"|(?P<bare>{_STOP}))(?P<rest>(?:{_SEPARATOR}(?:(?:{_LABEL}\s?:?\s?)?{_STOP}|{_COUNTER}))*)"
    rf"{_SEPARATOR}$",
    re.IGNORECASE,
)
_UNDATED_TAIL = re.compile(
    rf"{_SEPARATOR}\b(?:{_LABEL}\s?:|(?:số\s)?(?:lượt|lần)\s(?:xem|đọc)\s?:\s?[0-9.,]{{1,12}})"
    r"[\s)|;.-]{0,8}$",
    re.IGNORECASE,
)
_SMALL_PRINT = re.compile(
    rf"{_STOP}|\b{_LABEL}(?!\w)|(?<![\w.,])(?:{_COUNTER})(?!\w)|[0-9]{{1,2}}:[0-9]{{2}}|GMT|ngày",
    re.IGNORECASE,
)
_SMALL_PRINT_WORDS = word_set(
    "ngày đăng tạo gửi viết đưa tin xuất bản cập nhật lúc vào thời gian lần cuối mới gần nhất date"
    " posted publish published created on at last update updated modified số lượt xem đọc truy view"
    " views hit hits count counts gmt"
)
_PARTING = re.compile(r"\s+[|\-–—·•»«:/]+\s+|\s*[|»«]\s*")  # title and site, in <title>
_WORD = re.compile(r"[^\W\d_]+")
# "Cổng thông tin điện tử Bộ Y tế", "Sở Tư pháp": who publishes; not "Bộ Y tế họp về phòng dịch".
_BODY = re.compile(
    r"(?:(?:cổng|trang)\s(?:thông\stin|tin)|website|báo|tạp\schí|bộ|sở|ubnd|ủy\sban|uỷ\sban"
    r"|viện|tổng\scục|chi\scục|cục|vụ|thanh\stra|văn\sphòng|trung\stâm|ban\s(?:quản|chỉ|tổ|dân)"
    r"|hội|đảng\sbộ|ministry\sof|department\sof|(?:web\s)?portal)(?!\w)",
    re.IGNORECASE,
)
_SAYS_SOMETHING = re.compile(
    r"[0-9?!\"“”]|\b(?:về|với|tại|cho|đã|sẽ|đang|được|bị|trong|từ|đến|theo|để|ra|vào|có|phải|cần"
    r"|ban\shành|tổ\schức\s(?!cán|khoa)|công\sbố|họp|thăm|tiếp|kiểm\stra|tăng|giảm|đẩy|triển\skhai"
    r"|thông\sbáo|hướng\sdẫn|làm|ký|khai\smạc|trao|đề|yêu\scầu|trả|mở|gặp|dự|chúc|bổ|kết)\b",
    re.IGNORECASE,
)
_WEEKDAY_AT_END = re.compile(r"(?:thứ|chủ)\s\w{1,5}\W{0,4}(?:ngày\W{0,3})?$", re.IGNORECASE)
_LONGEST_NAME = 16  # words


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A title line; `moments` are the dates in its small print, not those of the headline."""

    headline: str
    tail: str  # "" or the rest of the line
    moments: tuple[Moment, ...] = ()  # their offsets count from the beginning of the line


def part_title(
    line: str,
    *,
    block: TextBlock | None = None,
    said: Iterable[str] = (),
    latest: date | None = None,
) -> TitleLine:
    """The headline of a title line, and the small print after it.

    "… và Môi trường 14/06/2018", "… (28/04/2014)", "… Lượt xem: 12 | Gửi lúc: 05/12/2013 15:42"; a
    date that the title speaks of ("Hội nghị ngày 14/06/2018") stays. Words such as the section's
    ("… Trong nước - Ngày đăng: 4/6/2018") are told from the headline by what the page's metadata
    give as titles (`said`), or by their own elements in the markup of `block`.
    """
    if len(line) > LONGEST_LINE:
        return TitleLine(line, "")
    moments = find_dates(line, latest=latest) if _TWO_NUMBERS.search(line) else ()
    if not moments:
        end = _undated_end(line)
        return TitleLine(line[:end].rstrip(" ([|–-,"), line[end:])
    end = _end_by_words(line, moments)
    told = line[:end] if end else line
    for headline in (*_said_headlines(told, said), *_marked_headlines(told, block)):
        if _is_row(line[len(headline) :], latest=latest):
            end = len(headline)
            break
    if not end:
        return TitleLine(line, "")
    within = tuple(moment for moment in moments if moment.start >= end)
    return TitleLine(line[:end].rstrip(" ([|–-,"), line[end:], within)


def split_title(title: str, *, latest: date | None = None) -> tuple[str, Moment | None]:
    """A title without the date at its end, by words alone, and that date."""
    parted = part_title(title, latest=latest)
    return parted.headline, parted.moments[0] if parted.moments else None


def is_small_print(line: str) -> bool:
    """Whether a line is nothing but dates, times and counters; "Hà Nội, ngày 14/6/2018" too."""
    moments = find_dates(line, latest=None) if _TWO_NUMBERS.search(line) else ()
    if not moments and (len(line) > LONGEST_TAIL or _says_more(line)):
        return False
    beside = _WORD.findall(_SMALL_PRINT.sub(" ", _masked(line, moments)))
    return len(beside) < (4 if moments else 1)


def _says_more(line: str) -> bool:
    """Whether a line has a word that small print never has: cheaper to ask than what is left."""
    return any(
        word not in _SMALL_PRINT_WORDS and "gmt" not in word and "ngày" not in word
        for word in _WORD.findall(line.lower())
    )


def is_name_of_body(line: str) -> bool:
    """Whether a line is the name of who publishes, or of the site, and says nothing else."""
    if not _BODY.match(line) or len(line) > LONGEST_TAIL + 30:
        return False
    moments = find_dates(line, latest=None)  # a clock may stand on its line
    name = _WEEKDAY_AT_END.sub("", line[: moments[0].start]) if moments else line
    return len(_WORD.findall(name)) <= _LONGEST_NAME and not _SAYS_SOMETHING.search(name)


def _undated_end(line: str) -> int:
    """Where a label without its date, or a counter, ends a line: "… Cập nhật:"."""
    start = max(0, len(line) - LONGEST_TAIL)
    found = _UNDATED_TAIL.search(line, start) if line.find(":", start) >= 0 else None
    return found.start() if found and found.start() >= SHORTEST_HEADLINE else len(line)


def _end_by_words(line: str, moments: Sequence[Moment]) -> int:
    """Where the small print at the end of a line begins, by its own words; 0: there is none."""
    masked = _masked(line, moments)
    tail = _TAIL.search(masked)
    if tail is None or _STOP not in tail.group() or not masked[: tail.start()].strip(" (["):
        return 0
    end = _unmasked(tail.start(), line, moments)
    if tail["bare"] is None and not _goes_on(tail):
        return end
    # Nothing says for sure what the date is: it may be the headline's own.
    first = next(moment for moment in moments if moment.start >= end)
    before = line[: first.start]
    alone = _STOP not in masked[: tail.start()] and _STOP not in tail["rest"]
    if not (alone or re.search(_LABEL, tail["rest"], re.IGNORECASE)):
        return 0
    if first.day.year < EARLIEST_YEAR or tail["label"] or BEFORE_EVENTS.search(before):
        return 0
    return 0 if _IN_A_SENTENCE.search(before) else end


def _goes_on(tail: re.Match[str]) -> bool:
    """Whether a label may be the headline's last words: "Số liệu quan trắc cập nhật 14/6/2018"."""
    label = tail["label"]
    if label is None or not label[0].islower() or ":" in label:
        return False
    return not tail.group()[: tail.start("label") - tail.start()].strip()


def _masked(line: str, moments: Sequence[Moment]) -> str:
    """The line with a sign for each date."""
    pieces, end = [], 0
    for moment in moments:
        pieces.append(line[end : moment.start])
        end = moment.end
    return _STOP.join([*pieces, line[end:]])


def _unmasked(offset: int, line: str, moments: Sequence[Moment]) -> int:
    """The place in the line of an offset into its masked text."""
    for moment in moments:
        if offset <= moment.start:
            break
        offset += moment.end - moment.start - len(_STOP)
    return min(offset, len(line))


def _said_headlines(line: str, said: Iterable[str]) -> Iterator[str]:
    """The beginnings of a line that metadata give as title, or as a part of it; longest first."""
    folded, found = line.casefold(), set()
    for text in said:
        cuts = list(islice(_PARTING.finditer(text), 10))
        starts = [0, *(cut.end() for cut in cuts)]
        ends = [len(text), *(cut.start() for cut in cuts)]
        for part in (text[start:end].strip() for start in starts for end in ends if start < end):
            if part.casefold() == folded:
                return  # it is told in full: its dash parts nothing from it
            if len(part) < len(line) == len(folded) and folded.startswith(part.casefold()):
                found.add(line[: len(part)])
    yield from sorted(filter(_may_be_headline, found), key=len, reverse=True)


def _marked_headlines(line: str, block: TextBlock | None) -> Iterator[str]:
    """The beginnings of a line that stand in an element of their own, with nothing beside it."""
    if block is None:
        return
    for element in islice(block.element.iterdescendants(), _MOST_PARTS):
        if element.tag in BLOCK_LEVEL or (element.tail or "").strip() or element.getnext() is None:
            continue
        text = clean("".join(islice(element.itertext(), _MOST_PARTS)))
        if text and len(text) < len(line) and line.startswith(text) and _may_be_headline(text):
            yield text


def _may_be_headline(text: str) -> bool:
    return len(text) >= SHORTEST_HEADLINE and len(_WORD.findall(text)) >= _FEWEST_WORDS


def _is_row(tail: str, *, latest: date | None) -> bool:
    """Whether the rest of a line is a row of small print: it begins anew and ends with a date.

    A row that begins with its date is told by its words alone.
    """
    tail = tail.strip(" |([–-,:")
    if len(tail) > LONGEST_TAIL or not tail[:1].isupper():
        return False
    moments = find_dates(tail, latest=latest)
    masked = _masked(tail, moments)
    found = _TAIL.search(masked)
    return bool(moments and found and len(_WORD.findall(masked[: found.start()])) <= 6)
