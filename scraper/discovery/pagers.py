"""The pager of an ASP.NET list: found by itself, and read as a reader would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from lxml.cssselect import CSSSelector

from scraper.discovery.presses import Press, number_in, presses_of, with_arrows_told_apart
from scraper.vietnamese.text import clean, fold

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

_CALENDAR_DAYS = 5  # numbers of one target that count otherwise: a week's days at least
_OTHER_MONTHS = 62  # days by which those of the months before and after count otherwise
_FARTHEST = 366  # no pager's argument lies so far behind its page; a day counts from 2000 on
_PAGE_OF = re.compile(r"(?:trang|page)\s*:?\s*(\d{1,5})\s*(?:/|tren|of|trong)\s*\D{0,20}(\d{1,5})")
_INLINE = frozenset(
    ("a", "b", "br", "em", "font", "i", "input", "label", "select", "span", "strong")
)
_CLIMB = 4  # elements around a single link: <td><a>…</a></td> of a row of a table
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:active|current|currentpage|selected|hientai|dangchon)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_BOX = 3000  # characters of a pager's text; one with a list of choices is long


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """What turns the pages of a list, in the order of the page."""

    presses: tuple[Press, ...]
    shown: int | None  # the number of the page that is shown, where the pager says so
    shown_behind: int | None = None  # after how many presses it stands, if it is one of their row

    @property
    def highest(self) -> int:
        """The highest page that it names."""
        return max((one.number or 0 for one in self.presses), default=0)

    @property
    def family(self) -> str:
        """What the names of most of its presses have in common."""
        return Counter(press.family for press in self.presses).most_common(1)[0][0]

    def destinations(self, at: int) -> Iterator[tuple[int, Press]]:
        """Where each press leads to from page `at`, as far as that can be told."""
        for place, press in enumerate(self.presses):
            if press.step == "number" or press.number is not None:
                number = press.number
            elif press.step in ("next", "previous"):
                number = at + (1 if press.step == "next" else -1)
            elif press.step == "gap":
                number = self._beyond(place, at)
            else:
                number = 1 if press.step == "first" else None
            if number is not None and number > 0:
                yield number, press

    def towards(self, wanted: int, *, at: int) -> tuple[int, Press] | None:
        """The press that leads to the wanted page, or at least nearer to it; and where to."""
        known = [one for one in self.destinations(at) if one[0] != at]
        nearest = min(
            known, key=lambda one: (abs(one[0] - wanted), one[1].step != "number"), default=None
        )
        if nearest is None or abs(nearest[0] - wanted) >= abs(at - wanted):
            return None
        return nearest

    def _beyond(self, place: int, at: int) -> int:
        """Where "…" leads to: behind the number before it, or before the number after it."""
        numbers = [(index + 0.0, one.number) for index, one in enumerate(self.presses)]
        if self.shown_behind is not None:
            numbers.append((self.shown_behind - 0.5, self.shown))
        before = [number for index, number in numbers if number and index < place]
        after = [number for index, number in numbers if number and index > place]
        if before:
            return (max(before) if self.shown_behind is not None else max(*before, at)) + 1
        if after:
            return (min(after) if self.shown_behind is not None else min(*after, at)) - 1
        gaps = [index for index, one in enumerate(self.presses) if one.step == "gap"]
        return at - 1 if at > 1 and place == gaps[0] else at + 1  # the last page is a group alone


def find_pager(
    tree: Element,
    *,
    selector: str | None,
    articles: Mapping[Element, int],
    family: str | None,
    wanted: int,
) -> Pager | None:
    """The pager of a page, or None.

    With `selector` what is selected or stands in it. Else of all boxes of links, buttons and
    choices between the links to articles the one that leads to page `wanted`; `family` is that
    of the pager by which this page was reached. `articles` says how many links to articles each
    element is or holds, if any.
    """
    presses = list(presses_of(tree))
    if selector:
        chosen = set(chain(*(one.iter() for one in CSSSelector(selector, translator="html")(tree))))
        boxes = [(tree, [press for press in presses if press.element in chosen])]
    else:
        boxes = _boxes(presses, articles)
    pagers = [
        _pager(box, inside if selector else _pages_only(inside, family, wanted), articles=articles)
        for box, inside in boxes
    ]
    rated = [
        (_rating(pager, family, wanted, around=articles.get(box.getparent(), 0)), pager)
        for (box, _), pager in zip(boxes, pagers, strict=True)
        if pager.presses
    ]
    if not selector:
        rated = [(rating, pager) for rating, pager in rated if any(rating[:3])]
    return max(rated, key=lambda one: one[0])[1] if rated else None


def _rating(
    pager: Pager, family: str | None, wanted: int, *, around: int
) -> tuple[bool, bool, bool, int, int]:
    """How sure it is the list's own; a box at the side has fewer articles around it."""
    numbers = {press.number for press in pager.presses if press.step == "number"}
    steps = {press.step for press in pager.presses}
    beside = wanted in numbers or wanted - 1 == pager.shown
    goes_on = "next" in steps or "gap" in steps
    return family == pager.family, beside, goes_on, around, len(numbers)


def _boxes(
    presses: Sequence[Press], articles: Mapping[Element, int]
) -> list[tuple[Element, list[Press]]]:
    """The presses by the largest element around them that holds no link to an article."""
    boxes: dict[Element, list[Press]] = {}
    starts: dict[Element, Element] = {}  # the first element of the row in which one stands
    for press in presses:
        box = press.element
        parent = box.getparent()
        while parent is not None and parent not in articles:
            if parent.tag in ("form", "body", "html"):
                break
            box, parent = parent, parent.getparent()
        # Links that stand beside the articles without an element of their own are one pager.
        first = box
        beside = box.getprevious() if box.tag in _INLINE else None
        while beside is not None and beside.tag in _INLINE and beside not in articles:
            first = starts.get(beside, beside)
            beside = None if beside in starts else beside.getprevious()
        starts[box] = first
        boxes.setdefault(first, []).append(press)
    return list(boxes.items())


def _pager(box: Element, presses: list[Press], *, articles: Mapping[Element, int]) -> Pager:
    presses = _counted_from_0(with_arrows_told_apart(presses))
    shown, behind = _shown(box, presses, articles) if presses else (None, None)
    return Pager(presses=tuple(presses), shown=shown, shown_behind=behind)


def _pages_only(presses: list[Press], family: str | None, wanted: int) -> list[Press]:
    """Without numbers of another kind in the same box: years, days of a calendar."""
    presses = _without_calendars(presses)
    numbers: dict[str, set[int | None]] = {}
    for press in presses:
        if press.step == "number":
            numbers.setdefault(press.family, set()).add(press.number)
    if not numbers:
        return presses
    kept = max(numbers, key=lambda one: (one == family, wanted in numbers[one], -len(numbers[one])))
    return [one for one in presses if one.step != "number" or one.family == kept]


def _without_calendars(presses: list[Press]) -> list[Press]:
    """A calendar's days are numbers too, but each posts the count of days since 2000: what is
    posted lies behind the number that is shown, and always by the same difference."""
    differences: dict[str, list[int]] = {}
    for press in presses:
        posted = re.fullmatch(r"[A-Za-z]?(\d{3,9})", press.argument)
        if press.step == "number" and posted:
            far = int(posted[1]) - (press.number or 0)
            differences.setdefault(press.family, []).append(far)
    calendars = {
        family
        for family, found in differences.items()
        if len(found) >= _CALENDAR_DAYS
        and max(found) - min(found) <= _OTHER_MONTHS
        and min(found) > _FARTHEST
    }
    return [press for press in presses if press.family not in calendars]


def _counted_from_0(presses: list[Press]) -> list[Press]:
    """Some pagers count their arguments from 0: told by the numbers beside."""
    told = [
        int(press.argument) - (press.number or 0)
        for press in presses
        if press.step == "number" and press.argument.isdecimal() and len(press.argument) < 6
    ]
    if told and all(difference == 0 for difference in told):
        return presses
    shift = 1 if told and all(difference == -1 for difference in told) else None
    counted = []
    for press in presses:
        number = press.number
        if press.step != "number" and number is not None and press.argument.isdecimal():
            beside = press.step in ("next", "previous")
            kept = None if told or beside else number
            press = replace(press, number=number + shift if shift else kept)
        counted.append(press)
    return counted


def _shown(
    box: Element, presses: Sequence[Press], articles: Mapping[Element, int]
) -> tuple[int | None, int | None]:
    """The page that is shown, and after how many presses its number stands, if in their row.

    It is the choice that is selected, the link that is marked, or the one number without a link.
    """
    chosen = next((press.element for press in presses if press.element.tag == "select"), None)
    if chosen is not None:
        for option in chosen.iter("option"):
            if option.get("selected") is not None:
                return number_in("".join(option.itertext())), None
    marked = {press.number for press in presses if press.step == "number" and _is_marked(press)}
    if len(marked) == 1:
        return marked.pop(), None
    linked = {press.number for press in presses if press.number}
    pressed = {press.element for press in presses}
    for around in _around(presses, articles):
        plain = dict(_plain_numbers(around, pressed, articles))
        beside = [
            one
            for one in plain
            if one not in linked and (not linked or one - 1 in linked or one + 1 in linked)
        ]
        if len(beside) == 1:
            return beside[0], plain[beside[0]]
        if plain:
            break
    text = fold(clean("".join(box.itertext())[:_LONGEST_BOX]))
    said = {int(found[1]) for found in _PAGE_OF.finditer(text)}
    return (said.pop() if len(said) == 1 else None), None


def _around(presses: Sequence[Press], articles: Mapping[Element, int]) -> Iterator[Element]:
    """The smallest element around the presses; around a single one those around that, too."""
    around = _common(presses)
    yield around
    for _ in range(_CLIMB if len(presses) == 1 else 0):
        parent = around.getparent()
        if around in articles or parent is None or parent.tag in ("form", "body", "html"):
            return
        around = parent
        yield around


def _is_marked(press: Press) -> bool:
    """Whether its style says that this page is the one that is shown."""
    item = press.element.getparent()
    wraps = item is not None and item.tag in ("li", "span", "td", "b", "strong") and len(item) == 1
    styles = f"{press.element.get('class') or ''} {item.get('class') or '' if wraps else ''}"
    return press.element.tag == "a" and _MARKED.search(styles) is not None


def _common(presses: Sequence[Press]) -> Element:
    """The smallest element that holds all the presses."""
    above = [presses[0].element, *presses[0].element.iterancestors()]
    places = {element: place for place, element in enumerate(above)}
    highest = 0
    for press in presses[1:]:
        ways = chain((press.element,), press.element.iterancestors())
        highest = max(highest, next(places[one] for one in ways if one in places))
    return above[highest]


def _plain_numbers(
    around: Element, pressed: Container[Element], articles: Mapping[Element, int]
) -> Iterator[tuple[int, int]]:
    """The numbers that stand in no link that turns a page, and in no article; and after how many
    of those links."""
    links = 0
    stack: list[tuple[Element, bool]] = [(around, False)]
    while stack:
        element, is_left = stack.pop()
        text = element.tail if is_left else element.text
        if not is_left:
            if element is not around:
                stack.append((element, True))
            links += element in pressed
            hidden = element in pressed or element.tag in ("select", "script", "style")
            if hidden or (element is not around and element in articles):
                continue
            stack.extend((child, False) for child in reversed(element))
        if text and (number := number_in(text)) is not None:
            yield number, links
