"""The dates that stand on a page, and how much speaks for each being the article's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from lxml import etree

from scraper.extraction.blocks import Box, TextBlock, word_set
from scraper.extraction.surroundings import END_LINE
from scraper.extraction.title_line import BEFORE_EVENTS, part_title
from scraper.vietnamese.dates import Moment, find_dates, label_of, read_date

LONGEST_DATELINE = 160  # characters; a longer block is text, and its dates are those of events
SHORTEST_OPENING = 80  # characters of a paragraph that a date may open
FAR = 25  # blocks; what stands farther from title and text belongs to something else
_MOST_TIME_ELEMENTS = 500
GLUED = "date glued to the lead"

# Words of class and id around dates that are not the article's.
_OTHER_WORDS = word_set(
    "related recommended popular trending mostread latest sidebar comment comments footer nav menu"
    " teaser teasers promo widget calendar weather clock copyright carousel slider ticker breaking"
    " tinlienquan lienquan tinkhac docnhieu tinmoi moinhat binhluan event events upcoming"
    " archive archives navbar dropdown modal popup cookie newsletter newslist"
)
_DATE_WORDS = word_set(
    "date time datetime published pubdate publish timestamp dateline byline meta postmeta"
    " entrymeta ngay ngaydang thoigian posted postdate articledate datum artikeldatum fecha"
    " submitted metadata"
)
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
_GOES_ON = re.compile(r"\)?(?:,|\s+[^\W\d_]{2})")
# Below these lines nothing is of the article.
_FOOT = re.compile(
    r"©|copyright|bản quyền|giấy phép|chịu trách nhiệm|(?:đang|người) (?:trực tuyến|online)"
    r"|(?:tổng|số)(?: số)? (?:lượt|người) (?:truy cập|xem trang)|thống kê truy cập",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"(?:th[ứu]|chủ|mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
# "Karlsruhe, (12.11.2021). The …", "14/6/2018 – The …": how agencies open a text.
_OPENS_TEXT = re.compile(r"(?:[^\W\d_][\w.]*[\s,]+){0,3}\(?")
_AFTER_OPENING = re.compile(r"\)?\s?[.–—-]\s")


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

    tree: etree._Element
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


def datelines(place: Place) -> list[Dateline]:
    """The dates near the article, the most likely first."""
    box = _article_box(place)
    start, end = max(0, place.anchor - FAR), min(len(place.blocks), place.last + FAR + 1)
    marked = _time_elements(place)
    found: list[Dateline] = []
    for block in place.blocks[start:end]:
        if block.index > place.last and _ends_article(block):
            break
        if block.index == place.title:
            found.extend(_of_title(block, place))
            continue
        if block.chars <= LONGEST_DATELINE:
            found.extend(_of_block(block, place, box=box, marked=marked.get(block.index, ())))
        if block.chars > SHORTEST_OPENING and 0 <= block.index - place.first <= 2:
            found.extend(_opening_text(block, place))
    below = {line.block.index for line in found if line.block.index > place.last and not line.label}
    if len(below) > 1:  # those of readers' comments, or of other articles
        found = [line for line in found if line.block.index not in below]
    return sorted(found, key=lambda line: -line.score)


# --- where ------------------------------------------------------------------------------------


def _article_box(place: Place) -> Box | None:
    """The smallest box that holds the title and the beginning of the text."""
    if not 0 <= place.first < len(place.blocks):
        return None
    for box in place.blocks[place.first].box.ancestors():
        if box.first <= place.anchor and box.last - box.first > 1:
            return box
    return None


def _of_title(block: TextBlock, place: Place) -> Iterator[Dateline]:
    """The dates in the small print on the title line."""
    parted = part_title(block.text, block=block, said=place.titles, latest=place.latest)
    end = len(parted.headline)
    for moment in parted.moments:
        label = label_of(block.text[end : moment.start]) or label_of(moment.text)
        yield Dateline(moment, 6.0, label, block, "date on the title line")
        end = moment.end


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


def _of_block(
    block: TextBlock, place: Place, *, box: Box | None, marked: Sequence[tuple[Moment, str | None]]
) -> Iterator[Dateline]:
    moments = find_dates(block.text, latest=place.latest, month_first=place.month_first)
    if not moments and place.english:  # 2/24/2026 can only be American
        moments = find_dates(block.text, latest=place.latest, month_first=True)
    if not moments and not marked:
        return
    rest = block.chars - sum(moment.end - moment.start for moment in moments)
    labels = _labels(block, moments, place)
    base, rule = _score_of_place(block, place, box=box, labelled=any(labels), rest=rest)
    base += 1.0 if rest <= 30 else -0.02 * (rest - 30)
    printed: list[Dateline] = []
    end = 0
    for moment, label in zip(moments, labels, strict=True):
        before = block.text[max(end, moment.start - 40) : moment.start]
        end = moment.end
        score = base + (0.5 if moment.precision != "day" else 0.0)
        if label is not None:
            score += 3.0 if label == "published" or block.index <= place.last else 1.0
        else:
            score -= _speaks_of_event(before, block.text[end:], rest=rest)
            score -= _looks_like_clock(moment, block, place, box=box)
        printed.append(Dateline(moment, score, label, block, rule))
    yield from _with_marked(printed, marked, block=block, place=place, box=box)


def _labels(block: TextBlock, moments: Sequence[Moment], place: Place) -> list[str | None]:
    """What the words before each date call it."""
    labels: list[str | None] = []
    end = 0
    for moment in moments:
        label: str | None = label_of(block.text[max(end, moment.start - 40) : moment.start])
        if label is None:
            label = label_of(moment.text)
        if label is None and not block.text[: moment.start].strip(" (|:-"):
            label = _label_above(block, place)
        labels.append(label)
        end = moment.end
    return labels


def _speaks_of_event(before: str, after: str, *, rest: int) -> float:
    """How much the words around a date without label speak of another day's event."""
    if _OTHER_LABEL.search(before) or _RANGE.search(before):
        return 7.0
    if not BEFORE_EVENTS.search(before):
        return 0.0
    if _GOES_ON.match(after):
        return 7.0
    return 3.0 if len(before.strip()) > 5 else 0.0


def _ends_article(block: TextBlock) -> bool:
    if block.chars >= 200 or find_dates(block.text, latest=None):
        return bool(block.chars < 200 and _FOOT.search(block.text))
    return bool(_FOOT.search(block.text) or END_LINE.match(block.text))


def _looks_like_clock(moment: Moment, block: TextBlock, place: Place, *, box: Box | None) -> float:
    """How much a date above the title looks like the day of the visit: with its weekday, today."""
    if block.index >= place.anchor or not _WEEKDAY.match(moment.text):
        return 0.0
    today = place.latest is not None and (place.latest - moment.day).days <= 1
    inside = box is not None and box.first <= block.index < box.last
    return 4.0 if today else 0.0 if inside else 1.0


def is_clock(moment: Moment, latest: date | None) -> bool:
    """Whether a date may show the moment of the visit: weekday, and today or with seconds."""
    if not _WEEKDAY.match(moment.text):
        return False
    seconds = isinstance(moment.value, datetime) and moment.value.second > 0
    return seconds or (latest is not None and (latest - moment.day).days <= 1)


def _score_of_place(
    block: TextBlock, place: Place, *, box: Box | None, labelled: bool, rest: int
) -> tuple[float, str]:
    """How much a date's place speaks for it, and that place's name."""
    index = block.index
    score, strange = _score_of_names(block, place)
    inside = box is not None and box.first <= index < box.last
    if place.title is not None and place.title < index < place.first:
        if block.link_share > 0.6:  # tags and authors are links; so are other articles
            score -= 1.5 if rest <= 40 else 5.0
        score -= min(strange, 2.0)
        return score + max(3.0, 6.0 - 0.3 * (index - place.title)), "date line after the title"
    score -= (5.0 if block.link_share > 0.6 and score < 1.0 else 0.0) + strange
    if place.first <= index <= place.last:
        from_first, from_last = index - place.first, place.last - index
        if from_first <= 3 and (rest <= 40 or _opens_row(block)):
            return score + 3.0, "date line at the head of the text"
        if from_last <= 2 and rest <= 30:
            return score + 1.5, "date line at the end of the text"
        return score + (0.5 if labelled and block.chars <= 60 else -9.0), "date line in the text"
    if index < place.anchor:
        distance = place.anchor - index
        near = 4.5 - 0.5 * distance if inside else 1.6 - 0.4 * distance
        return score + (max(near, 0.0) if labelled else near), "date line before the title"
    distance = index - place.last
    return score + (2.2 if inside else 1.0) - 0.4 * distance, "date line after the text"


def _opens_row(block: TextBlock) -> bool:
    """ "22/11/2020 - 04:30 - Nguồn: … - Ảnh: …": a row of small print that begins with its date."""
    moments = find_dates(block.text[:60], latest=None)
    return block.chars <= 90 and bool(
        moments and not moments[0].start and re.match(r"\s[-|•·–]\s", block.text[moments[0].end :])
    )


def _score_of_names(block: TextBlock, place: Place) -> tuple[float, float]:
    """(for, against) a date, by the names of the boxes around it that do not hold the article."""
    good, strange = 0.0, 0.0
    for distance, box in enumerate(block.box.ancestors()):
        if box.first <= place.first < box.last or distance > 8:
            break
        if distance < 4 and not _DATE_WORDS.isdisjoint(box.words):
            good = 1.0
        if not _OTHER_WORDS.isdisjoint(box.words):
            strange = max(strange, 4.0 if distance < 4 else 2.0)
    return good, strange


def _label_above(block: TextBlock, place: Place) -> str | None:
    """A label that stands in a block of its own, before its date."""
    if block.index == 0:
        return None
    above = place.blocks[block.index - 1]
    if above.chars > 40 or find_dates(above.text, latest=None):
        return None
    return label_of(above.text)


# --- <time datetime> --------------------------------------------------------------------------


def _time_elements(place: Place) -> dict[int, list[tuple[Moment, str | None]]]:
    """(moment, label) of the <time datetime> in each block."""
    boxes = {block.box.element: block.box for block in place.blocks}
    found: dict[int, list[tuple[Moment, str | None]]] = {}
    for number, element in enumerate(place.tree.iter("time", "relative-time", "time-ago")):
        value = element.get("datetime") or ""
        moment = read_date(value[:60], latest=place.latest) if value else None
        if number >= _MOST_TIME_ELEMENTS:
            break
        if moment is None:
            continue
        around = next(
            (above for above in islice(element.iterancestors(), 30) if above in boxes), None
        )
        box = boxes.get(element, boxes.get(around))
        text = " ".join("".join(element.itertext()).split())
        if box is None or not text:
            continue
        for block in place.blocks[box.first : min(box.last, box.first + 20)]:
            if text in block.text:
                names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
                label = "updated" if "updat" in names or "modif" in names else None
                found.setdefault(block.index, []).append((moment, label))
                break
    return found


def _says_more(marked: Moment, printed: Moment) -> bool:
    """Whether an element gives the time of a printed day, or the offset of a printed time."""
    if printed.precision == "day":
        return marked.precision != "day"
    one, other = marked.value, printed.value
    if not isinstance(one, datetime) or not isinstance(other, datetime):
        return False
    same = (one.hour, one.minute) == (other.hour, other.minute)
    return same and one.tzinfo is not None and other.tzinfo is None


def _with_marked(
    printed: Sequence[Dateline],
    marked: Sequence[tuple[Moment, str | None]],
    *,
    block: TextBlock,
    place: Place,
    box: Box | None,
) -> Iterator[Dateline]:
    """The printed dates with the precision of their elements, and dates that only these give."""
    days = {moment.day: (moment, label) for moment, label in reversed(marked)}
    for line in printed:
        moment, label = days.pop(line.moment.day, (None, None))
        if moment and _says_more(moment, line.moment):
            line = replace(line, moment=moment)
        yield replace(line, label=line.label or label)
    for moment, label in days.values():
        rest = max(0, block.chars - 20)
        base, rule = _score_of_place(block, place, box=box, labelled=False, rest=rest)
        base += 1.0 if block.chars <= 60 else 0.0
        yield Dateline(moment, base, label or label_of(block.text[:40]), block, f"{rule}, <time>")
