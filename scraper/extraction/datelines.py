"""The dates that stand on a page, and how much speaks for each being the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.date_places import score_of_place
from scraper.extraction.date_words import PLAIN_LABEL, ends_article, speaks_of_event
from scraper.extraction.time_elements import Marked, marked_dates
from scraper.extraction.title_line import BEFORE_EVENTS, part_title
from scraper.vietnamese.dates import (
    Moment,
    find_dates,
    label_of,
    lines_with_dates,
    may_hold_a_date,
    read_date,
)

LONGEST_DATELINE = 160  # characters; a longer block is text, and its dates are those of events
LONGEST_IN_TEXT = 60  # of one between paragraphs
SHORTEST_OPENING = 80  # characters of a paragraph that a date may open
FAR = 15  # blocks; what stands farther from title and text belongs to something else
ENOUGH = 2.5  # what a dateline's score must reach to be believed
GLUED = "date glued to the lead"
LONGEST_ENTRY_LINE = 400  # of a blog's line on an entry
_OPENING = 2  # blocks after the first that a date may open
_HEAD = 3  # blocks at the beginning of a text that may be datelines
_MOST_NEAR = 250  # blocks of a text among which elements are looked for
_TAIL = 2  # at its end
_YEAR = "2000"  # stands for the date that an element gives

_WEEKDAY = re.compile(r"(?:th[ứu]|chủ|mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
# "Karlsruhe, (12.11.2021). The …", "14/6/2018 – The …": how agencies open a text.
_OPENS_TEXT = re.compile(r"(?:[^\W\d_][\w.]*[\s,]+){0,3}\(?")
_AFTER_OPENING = re.compile(r"\)?\s?[.–—-]\s")
_PAGE_CHANGED = re.compile(
    r"\b(?:page|seite|página|pagina|pàgina|страница|сторінку|strona|stránka|side|sida|sivu|sayfa"
    r"|halaman|oldal|trang này)\b",
    re.IGNORECASE,
)
_ENTRY_WORDS = word_set("meta postmetadata postmeta entrymeta postinfo")
_CHANGED_WORDS = word_set("lastmod lastmodified lastedited modified lastupdated")
_AFTER_TITLE_DATE = re.compile(r"\s?[•|·]")
_OPENS_ROW = re.compile(r"\s[-|•·–]\s")


@dataclass(frozen=True, slots=True)
class Dateline:
    """A date that stands on the page; the higher its score, the more likely the article's."""

    moment: Moment
    score: float
    label: str | None  # "published", "updated"
    block: TextBlock
    rule: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article stands on the page."""

    times: Sequence[etree._Element]
    blocks: Sequence[TextBlock]
    title: int | None
    first: int
    last: int
    latest: date | None
    month_first: bool
    english: bool
    titles: tuple[str, ...] = ()  # as metadata give them

    @property
    def anchor(self) -> int:
        """The article's first block."""
        return min(self.first, self.first if self.title is None else self.title)


def datelines(place: Place, *, below_too: bool = True) -> list[Dateline]:
    """The dates near the article, the most likely first.

    Without `below_too` those under the text are looked at only where no other is believed.
    """
    start = max(0, place.anchor - FAR)
    end = min(len(place.blocks), place.last + FAR + 1)
    near = place.blocks[start : min(end, place.first + _MOST_NEAR)]
    if place.last >= place.first + _MOST_NEAR:
        near = [*near, *place.blocks[max(place.first + _MOST_NEAR, place.last - FAR) : end]]
    marked = marked_dates(place.times, near, latest=place.latest)
    found: list[Dateline] = []
    for block in _may_be_datelines(place, start, marked):
        found.extend(
            _of_title(block, place, marked.get(block.index, ()))
            if block.index == place.title
            else _of_place(block, place, marked.get(block.index, ()))
        )
    found = _twins(_without_lists(found, place))
    if below_too or not any(line.score >= ENOUGH for line in found):
        found.extend(_below(place, marked, end))
    return sorted(found, key=lambda line: -line.score)


def _may_be_datelines(place: Place, start: int, marked: Mapping[int, object]) -> list[TextBlock]:
    """The blocks at, above and in the text that have a year, and are short where they stand."""
    first, last = place.first, place.last
    chosen: list[TextBlock] = []
    texts: list[str] = []
    far = first + _MOST_NEAR  # a date in the midst of a long text is none of its own
    for index in (*range(start, min(last + 1, far)), *range(max(far, last - FAR), last + 1)):
        if place.anchor + _MOST_NEAR < index < first - FAR:
            continue
        block = place.blocks[index]
        chars, text = block.chars, block.text
        if index in marked:
            text = _YEAR
        elif index != place.title:
            if chars > LONGEST_IN_TEXT and first + _HEAD < index < last - _TAIL:
                continue
            if chars > LONGEST_DATELINE:
                if not (0 <= index - first <= _OPENING or index >= last - _TAIL):
                    continue
                text = text[:LONGEST_ENTRY_LINE]
        chosen.append(block)
        texts.append(text)
    return [chosen[number] for number in lines_with_dates(texts)]


def _is_entry_line(block: TextBlock) -> bool:
    """ "This entry was posted on … and is filed under …": how blogs end a text."""
    if block.chars > LONGEST_ENTRY_LINE:
        return False
    return any(not _ENTRY_WORDS.isdisjoint(box.words) for box in islice(block.box.ancestors(), 3))


def _of_place(block: TextBlock, place: Place, marked: Sequence[Marked]) -> Iterator[Dateline]:
    """The dates of a block at, above or in the text."""
    if block.chars <= LONGEST_DATELINE or (marked and block.chars <= LONGEST_ENTRY_LINE):
        yield from _of_block(block, place, marked)
    elif _is_entry_line(block):
        yield from (line for line in _of_block(block, place, marked) if line.label)
    if block.chars > SHORTEST_OPENING and 0 <= block.index - place.first <= _OPENING:
        yield from _opening_text(block, place)


def _below(place: Place, marked: dict[int, list[Marked]], end: int) -> list[Dateline]:
    """The dates under the text; of several without label none, as comments and lists have them."""
    found: list[Dateline] = []
    seen = place.last  # the last block that is known to be the article's still
    for block in place.blocks[place.last + 1 : end]:
        here = marked.get(block.index, ())
        entry = block.chars > LONGEST_DATELINE
        if not (here or may_hold_a_date(block.text[:LONGEST_ENTRY_LINE])):
            continue
        if entry and not (block.index <= place.last + _TAIL and _is_entry_line(block)):
            continue
        if any(map(ends_article, place.blocks[seen + 1 : block.index + 1])):
            break
        seen = block.index
        lines = _of_block(block, place, here)
        found.extend(line for line in lines if line.label or not entry)
    plain = {line.block.index for line in found if not line.label}
    if len(plain) > 1:
        found = [line for line in found if line.block.index not in plain]
    days = {line.moment.day for line in found if line.label == "published"}
    return found if len(days) <= 1 else [line for line in found if line.label != "published"]


def page_changed(place: Place) -> Dateline | None:
    """ "This page was last edited on …", far below: all that wikis say."""
    for block in place.blocks[place.last + 1 :]:
        if block.chars > LONGEST_DATELINE or not may_hold_a_date(block.text):
            continue
        if _PAGE_CHANGED.search(block.text) or not _CHANGED_WORDS.isdisjoint(block.box.words):
            moment = read_date(block.text, latest=place.latest, month_first=place.month_first)
            if moment is not None and "updated" in (
                label_of(block.text[: moment.start]),
                label_of(block.text[moment.end :][:40]),
            ):
                return Dateline(moment, ENOUGH, "updated", block, "when the page was changed")
    return None


def _without_lists(found: list[Dateline], place: Place) -> list[Dateline]:
    """Without the dates above the title or in the text that are one of a list's several."""
    groups: dict[tuple[object, ...], set[date]] = {}
    for line in found:
        groups.setdefault(_kind_of_line(line, place), set()).add(line.moment.day)
    return [line for line in found if len(groups[_kind_of_line(line, place)]) < 2]


def _twins(found: list[Dateline]) -> list[Dateline]:
    """A day that is printed twice above the text, for large screens and small ones, counts more."""
    if len(found) < 2:
        return found
    blocks: dict[date, set[int]] = {}
    for line in found:
        blocks.setdefault(line.moment.day, set()).add(line.block.index)
    return [
        replace(line, score=line.score + 1.0) if len(blocks[line.moment.day]) > 1 else line
        for line in found
    ]


def _kind_of_line(line: Dateline, place: Place) -> tuple[object, ...]:
    block, index = line.block, line.block.index
    if place.anchor <= index < place.first or index == place.title or line.label == "updated":
        return (index, line.moment)  # on its own
    zone = index < place.anchor
    return (zone, line.label, block.tag, block.box.words)


# --- single blocks ----------------------------------------------------------------------------


def _of_title(block: TextBlock, place: Place, marked: Sequence[Marked]) -> Iterator[Dateline]:
    """The dates in the small print on the title line."""
    parted = part_title(block.text, block=block, said=place.titles, latest=place.latest)
    end = len(parted.headline)
    for moment in parted.moments:
        label = label_of(block.text[end : moment.start]) or label_of(moment.text)
        yield Dateline(moment, 6.0, label, block, "date on the title line")
        end = moment.end
    if parted.moments:
        return
    days = {mark.moment.day: mark.moment for mark in marked}
    for moment in find_dates(block.text, latest=place.latest, month_first=place.month_first):
        parts = _AFTER_TITLE_DATE.match(block.text, moment.end)
        if moment.day in days:  # <h1><time>14/06/2018</time> …
            yield Dateline(days[moment.day], 5.0, None, block, "<time> on the title line")
        elif parts and not BEFORE_EVENTS.search(block.text[: moment.start]):
            yield Dateline(moment, ENOUGH, None, block, "date on the title line")


def _opening_text(block: TextBlock, place: Place) -> Iterator[Dateline]:
    """ "10/02/2025TN&MTTrong năm…" (a dateline that lost its own line), "(12.11.2021). The …"."""
    moment = read_date(block.text[:80], latest=place.latest)
    if not moment or moment.start > 30 or BEFORE_EVENTS.search(block.text[: moment.start]):
        return
    rest = block.text[moment.end : moment.end + 4]
    if moment.start == 0 and rest[:1].isalpha():
        yield Dateline(moment, 2.6, None, block, GLUED)
    elif _OPENS_TEXT.fullmatch(block.text, 0, moment.start) and _AFTER_OPENING.match(rest):
        yield Dateline(moment, 2.6, None, block, "date that opens the text")


def _of_block(block: TextBlock, place: Place, marked: Sequence[Marked]) -> Iterator[Dateline]:
    moments = find_dates(block.text, latest=place.latest, month_first=place.month_first)
    if not moments and place.english:  # 2/24/2026 can only be American
        moments = find_dates(block.text, latest=place.latest, month_first=True)
    if not moments and not marked:
        return
    rest = block.chars - sum(moment.end - moment.start for moment in moments)
    labels = _labels(block, moments, place)
    opens = bool(moments) and moments[0].start <= 3
    labelled = any(labels) or any(mark.label for mark in marked)
    row = opens and block.chars <= 90 and bool(_OPENS_ROW.match(block.text, moments[0].end))
    base, rule = score_of_place(
        block,
        title=place.title,
        first=place.first,
        last=place.last,
        labelled=labelled,
        rest=rest if moments else max(0, rest - 20),
        opens=opens,
        row=row or (bool(any(labels)) and bool(label_of(block.text[:15]))),
    )
    base += 1.0 if rest <= 30 else -min(0.02 * (rest - 30), 1.5 if labelled else 9.0)
    printed: list[Dateline] = []
    end = 0
    for moment, label in zip(moments, labels, strict=True):
        before = block.text[max(end, moment.start - 40) : moment.start]
        end = moment.end
        score = base + (0.5 if moment.precision != "day" else 0.0)
        if label is not None:
            score += 3.0 if label == "published" or block.index <= place.last else 1.5
        else:
            score += 1.0 if before and PLAIN_LABEL.match(before) else 0.0
            score -= speaks_of_event(before or _above(block, place), block.text[end:])
            score -= _looks_like_clock(moment, block, place)
        printed.append(Dateline(moment, score, label, block, rule))
    yield from _with_marked(printed, marked, block=block, base=base, rule=rule)


def _labels(block: TextBlock, moments: Sequence[Moment], place: Place) -> list[str | None]:
    """What the words before each date call it, or at the end of a line those after it."""
    labels: list[str | None] = []
    end = 0
    for moment in moments:
        label: str | None = label_of(block.text[max(end, moment.start - 40) : moment.start])
        if label is None:
            label = label_of(moment.text)
        if label is None and not block.text[: moment.start].strip(" (|:-"):
            label = label_of(_above(block, place))
        if label is None and len(moments) == 1:  # "wurde am 3.12.2011 um 9:30 Uhr veröffentlicht"
            label = label_of(block.text[moment.end : moment.end + 30])
        labels.append(label)
        end = moment.end
    return labels


def _above(block: TextBlock, place: Place) -> str:
    """The words of a label that stands in a block of its own, before its date."""
    if block.index == 0:
        return ""
    above = place.blocks[block.index - 1]
    return above.text if above.chars <= 40 and not may_hold_a_date(above.text) else ""


def _looks_like_clock(moment: Moment, block: TextBlock, place: Place) -> float:
    """How much a date above the title looks like the day of the visit: with its weekday, today."""
    if place.anchor <= block.index <= place.last or not _WEEKDAY.match(moment.text):
        return 0.0
    if place.latest is not None and (place.latest - moment.day).days <= 1:
        return 6.5
    if _is_inside(block, place):
        return 0.0
    return 2.4 if "date" in block.box.words else 4.5


def _is_inside(block: TextBlock, place: Place) -> bool:
    """Whether a block stands in the smallest box that holds title and text."""
    for box in place.blocks[place.first].box.ancestors():
        if box.first <= place.anchor and box.last - box.first > 1:
            return box.first <= block.index < box.last
    return False


def is_clock(moment: Moment, latest: date | None) -> bool:
    """Whether a date may show the moment of the visit: weekday, and today or with seconds."""
    if not _WEEKDAY.match(moment.text):
        return False
    seconds = isinstance(moment.value, datetime) and moment.value.second > 0
    return seconds or (latest is not None and (latest - moment.day).days <= 1)


# --- what elements add ------------------------------------------------------------------------


def _says_more(marked: Moment, printed: Moment) -> bool:
    """Whether an element gives the time of a printed day, or the offset of a printed time."""
    if printed.precision == "day":
        return marked.precision != "day"
    one, other = marked.value, printed.value
    if not isinstance(one, datetime) or not isinstance(other, datetime):
        return False
    same = (one.hour, one.minute) == (other.hour, other.minute)
    return same and one.tzinfo is not None and other.tzinfo is None


def _is_same_in_utc(marked: Moment, printed: Moment) -> bool:
    """Whether an element's UTC is another day than that which the page prints for it."""
    value = marked.value
    aware = isinstance(value, datetime) and value.utcoffset() == timedelta(0)
    return aware and abs((marked.day - printed.day).days) == 1


def _with_marked(
    printed: Sequence[Dateline],
    marked: Sequence[Marked],
    *,
    block: TextBlock,
    base: float,
    rule: str,
) -> Iterator[Dateline]:
    """The printed dates with the precision of their elements, and dates that only these give."""
    days = {mark.moment.day: mark for mark in reversed(marked)}
    for line in printed:
        other = swapped(line.moment.day) or line.moment.day
        mark = days.pop(line.moment.day, None) or days.pop(other, None)
        if mark is None:
            yield line
            continue
        wrong_way = mark.moment.day != line.moment.day
        moment = mark.moment if wrong_way or _says_more(mark.moment, line.moment) else line.moment
        gain = (
            0.0 if line.label or mark.label is None else 2.0 if mark.label == "published" else 1.0
        )
        yield replace(line, moment=moment, label=line.label or mark.label, score=line.score + gain)
    for mark in days.values():
        if any(_is_same_in_utc(mark.moment, line.moment) for line in printed):
            continue
        label = mark.label or label_of(block.text[:40])
        score = base + (0.0 if label is None else 2.0)
        yield Dateline(mark.moment, score, label, block, f"{rule}, <time>")


def swapped(day: date | None) -> date | None:
    """3 April for 4 March: the same figures, read the other way."""
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)
