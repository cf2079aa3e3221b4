"""What counts as a change between two readings of an article, and what merely flickers.

A word, a comma or a digit is a change. Counters, ages ("3 giờ trước"), white space, how Unicode
writes a letter, sessions in the addresses of files and the order of files and pictures are none:
many portals print them anew at every visit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from scraper.errors import UnsafeAddress
from scraper.records import Article, Attachment, Version
from scraper.urls import canonical_address
from scraper.vietnamese.text import clean
from scraper.word_diff import Run, word_diff

Field = Literal[
    "title", "lead", "text", "published", "source", "authors", "captions", "attachments"
]
FIELDS: tuple[Field, ...] = get_args(Field)
Value = str | date | datetime | tuple[str, ...] | tuple[Attachment, ...] | None

_LONGEST_FLICKER = 100  # characters of a line of counters
_N = r"\d[\d.,]*\s?[km]?"
_DONE = (
    r"(?:xem|đọc|truy cập|truy nhập|tải(?: về| xuống)?|thích|chia sẻ|bình luận|bình chọn"
    r"|đánh giá|view)"
)
_TOLD = (
    rf"(?:(?:tổng )?số (?:lượt|lần)(?: {_DONE})?|(?:tổng )?(?:lượt|lần) {_DONE}|{_DONE}"
    r"|(?:đang )?(?:online|trực tuyến)|views?|hits?|reads?|downloads?|likes?|shares?"
    r"|comments?|page ?views?|visits?"
    r"|(?:số )?(?:khách|người)(?: đang)?(?: online| truy cập| xem| trực tuyến)?)"
)
_AGE = (
    r"(?:(?:cập nhật|đăng|updated|posted)(?: lúc)?:? )?(?:khoảng |cách đây |about )?"
    r"(?:\d+|một|an?|one) (?:(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm)(?: trước| qua)"
    r"|(?:second|minute|hour|day|week|month|year)s? ago)|vừa xong|just now"
)
_COUNTS = (
    rf"(?:bài(?: viết| này)* )?(?:đã )?(?:được )?{_TOLD}\W{{0,3}}{_N}(?: (?:lượt|lần|người))?"
    rf"|{_N} (?:(?:lượt|lần|người) {_DONE}|{_TOLD})"
)
_SCORE = rf"(?:đánh giá|điểm|xếp hạng|rating|score)\W{{0,3}}{_N}\s?/\s?\d+(?:\W+{_N} [^\W\d]+)?"
_CLOCK = (  # the moment of the visit
    r"(?:hôm nay|bây giờ|today|now)\b[\W\d]*(?:(?:thứ [^\W\d]+|chủ nhật|ngày|tháng|năm|giờ|phút"
    r"|giây|am|pm|gmt|utc)\b[\W\d]*)*|thời gian(?: tải trang)?: [\d.,]+ (?:giây|ms)"
)
_FLICKER = re.compile(rf"(?i)\W*(?:{_AGE}|{_COUNTS}|{_SCORE}|{_CLOCK})\W*")
_PARTS = re.compile(r"\s[|/•·;–-]\s|[|•·]")
_COUNTED = re.compile(rf"(?i)\s*[\[(]\s*(?:{_COUNTS})\s*[\])]")  # behind a file's name

# A moment or a random number that keeps caches from answering; a version's number is another file.
_STAMP_NAMES = r"t|ts|time|timestamp|_|r|rnd|rand|random|nocache|cb|cachebuster"
_STAMPED = re.compile(rf"(?i)(?<=[?&])(?:{_STAMP_NAMES})=(?:\d{{9,}}|0?\.\d+)(?:&|$)")
_SIGNED = re.compile(r"(?i)(?<=[?&])(?:token|sig|signature|expires|x-amz-[\w-]+)=[^&]*(?:&|$)")


def changed_fields(before: Article, after: Article) -> tuple[Field, ...]:
    """The fields in which two readings differ so that the later one makes a version.

    "text" is lead and body together: where only "lead" is named, the same words were cut otherwise.
    """
    return tuple(name for name in FIELDS if _differs(name, before, after))


def _differs(name: Field, before: Article, after: Article) -> bool:
    old, new = value_of(before, name), value_of(after, name)
    if old == new:
        return False
    return _form(name, before) != _form(name, after)


def value_of(article: Article, name: Field | Literal["updated", "tags"]) -> Value:
    """An article's field, by its name."""
    value: Value = getattr(article, name)
    return value


def _form(name: Field, article: Article) -> object:
    """A field as it is compared."""
    if name == "text":
        return _words(article.text.split("\n\n"))
    if name == "lead":
        return _words([article.lead or ""])
    if name == "captions":
        return sorted(_words(article.captions))
    if name == "authors":
        return list(map(clean, article.authors))
    if name == "attachments":
        return sorted(map(_file, article.attachments))
    if name == "published":
        return article.published
    return clean(getattr(article, name) or "")


def _words(paragraphs: Sequence[str]) -> list[str]:
    cleaned = (clean(line) for paragraph in paragraphs for line in paragraph.split("\n"))
    return [line for line in cleaned if line and not flickers(line)]


def flickers(line: str) -> bool:
    """Whether a line tells nothing but how often, or how long ago: "Lượt xem: 1.203"."""
    if len(line) > _LONGEST_FLICKER or not any(map(str.isdigit, line)):
        return line.casefold() in ("vừa xong", "just now")
    if _FLICKER.fullmatch(line):
        return True
    parts = [part for part in _PARTS.split(line) if part.strip()]
    return len(parts) > 1 and all(map(_FLICKER.fullmatch, parts))


def _file(attachment: Attachment) -> tuple[str, str]:
    """A file's lasting address and name."""
    try:
        address = canonical_address(attachment.url)
    except UnsafeAddress:
        address = attachment.url
    address = _SIGNED.sub("", _STAMPED.sub("", address)).rstrip("?&")
    return address, clean(_COUNTED.sub("", attachment.title or ""))


# --- two versions side by side -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two versions of an article."""

    before: Version
    after: Version
    fields: tuple[Field | Literal["updated", "tags"], ...]
    title: tuple[Run, ...]
    text: tuple[Run, ...]  # lead and body, paragraphs parted by blank lines
    captions: tuple[Run, ...]  # one a line

    @property
    def announced(self) -> bool:
        """Does the later one bear another date of publishing or of changing?"""
        return {"published", "updated"} & set(self.fields) != set()


def compare(before: Version, after: Version) -> Difference:
    """What differs between two versions, word by word in title, text and captions.

    The runs joined without the deleted ones are the later text, to the character; without the
    inserted ones the earlier. A page whose 20,000 words were all edited takes some 50 ms.
    """
    old, new = before.article, after.article
    others: tuple[Literal["updated", "tags"], ...] = ("updated", "tags")
    return Difference(
        before=before,
        after=after,
        fields=(
            *changed_fields(old, new),
            *(name for name in others if value_of(old, name) != value_of(new, name)),
        ),
        title=word_diff(old.title, new.title),
        text=word_diff(old.text, new.text),
        captions=word_diff("\n".join(old.captions), "\n".join(new.captions)),
    )
