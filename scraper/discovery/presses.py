"""What can be pressed on an ASP.NET page, and what each press says of the page it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from scraper.discovery.web_form import ARGUMENT, TARGET, option_value, post_back_of
from scraper.records import Form
from scraper.vietnamese.text import clean, fold

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any
Step = Literal["number", "gap", "next", "last", "previous", "first"]

MOST_PRESSES = 5000  # of one page; a long calendar has some hundred
_GAP = re.compile(r"\.{2,5}|…+|\[\.{2,5}\]")
_NUMBER = re.compile(r"\[?\s*(?:trang|page)?\s*(\d{1,5})\s*\]?")
_ARGUMENT_NUMBER = re.compile(r"(?:page\$)?(\d{1,5})", re.IGNORECASE)
# Folded words, without the arrows around them.
_WORDS: tuple[tuple[Step, re.Pattern[str]], ...] = (
    (
        "next",
        re.compile(
            r"(?:trang )?(?:sau|tiep(?: theo)?|ke(?: tiep)?)|xem (?:tiep|them)|next(?: page)?"
        ),
    ),
    ("last", re.compile(r"(?:trang )?cuoi(?: cung)?|last(?: page)?")),
    ("previous", re.compile(r"(?:trang |ve |lui )?truoc|lui|(?:previous|prev)(?: page)?")),
    ("first", re.compile(r"(?:trang )?dau(?: tien)?|first(?: page)?")),
)
_ARROWS: tuple[tuple[Step, re.Pattern[str]], ...] = (
    ("next", re.compile(r"[>›→▶►⯈]")),
    ("last", re.compile(r">>|»|>\||»\||⏭|›\||→\|")),
    ("previous", re.compile(r"[<‹←◀◄⯇]")),
    ("first", re.compile(r"<<|«|\|<|\|«|⏮|\|‹|\|←")),
)
# In the ids and the images of buttons without words: "imgNext", "btnTrangSau", "next.gif".
_NAMES: tuple[tuple[Step, re.Pattern[str]], ...] = (
    ("next", re.compile(r"next|tiep|trangsau|(?:^|[^a-z])sau", re.IGNORECASE)),
    ("last", re.compile(r"last|cuoi", re.IGNORECASE)),
    ("previous", re.compile(r"prev|truoc", re.IGNORECASE)),
    ("first", re.compile(r"first|dautien|trangdau", re.IGNORECASE)),
)
_PASSIVE = ("span", "li", "td", "img", "div")  # pressed only where a script says so
_NO_ACTION = re.compile(r"\s*(?:javascript:)?\s*return\s+false", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One link, button or choice that posts the page back."""

    element: Element
    step: Step
    changes: Form  # the fields that pressing it changes
    number: int | None = None  # of the page it leads to, where it says so
    family: str  # its name without numbers: the same for all links of a pager
    argument: str = ""


def presses_of(root: Element) -> Iterator[Press]:
    """All that could turn a page, in the order of the page."""
    count = 0
    for element in root.iter("a", "area", "input", "button", "select", *_PASSIVE):
        if element.tag in _PASSIVE and not element.get("onclick"):
            continue
        for press in _presses_at(element):
            count += 1
            if count > MOST_PRESSES:
                return
            yield press


def _presses_at(element: Element) -> Iterator[Press]:
    if element.get("disabled") is not None or _NO_ACTION.match(element.get("onclick") or ""):
        return
    if element.tag == "select":
        yield from _choices(element)
        return
    changes, argument = _changes_of(element)
    if not changes:
        return
    label = label_of(element)
    step, number = _meaning(label, argument=argument)
    if step is None and not re.search(r"\w", label):
        step = _by_name(element)
    if step is None:
        return
    yield Press(
        element=element,
        step=step,
        changes=changes,
        number=number,
        family=_family(changes),
        argument=argument,
    )


def _changes_of(element: Element) -> tuple[Form, str]:
    """The fields that pressing an element changes, and the argument of its post-back."""
    name = element.get("name")
    kind = (element.get("type") or ("submit" if element.tag == "button" else "")).strip().lower()
    is_button = element.tag in ("input", "button")
    if is_button and kind == "image" and name:
        return ((f"{name}.x", "8"), (f"{name}.y", "8"), (TARGET, ""), (ARGUMENT, "")), ""
    if is_button and kind == "submit" and name:
        return ((name, element.get("value") or ""), (TARGET, ""), (ARGUMENT, "")), ""
    if is_button and kind not in ("button", "submit", "image"):
        return (), ""
    call = post_back_of(element.get("href")) or post_back_of(element.get("onclick"))
    if call is None or not call[0]:
        return (), ""
    return ((TARGET, call[0]), (ARGUMENT, call[1])), call[1]


def _choices(select: Element) -> Iterator[Press]:
    """The pages of a list of choices that posts back; only where it holds all from 1 on."""
    call = post_back_of(select.get("onchange"))
    name = select.get("name")
    if call is None or not name:
        return
    options = list(select.iter("option"))
    numbers = [number_in("".join(option.itertext())) for option in options]
    if len(options) < 2 or numbers != list(range(1, len(options) + 1)):
        return
    for option, number in zip(options, numbers, strict=True):
        changes = ((name, option_value(option)), (TARGET, call[0]), (ARGUMENT, call[1]))
        yield Press(
            element=select,
            step="number",
            changes=changes,
            number=number,
            family=_family(changes[1:]),
        )


def label_of(element: Element) -> str:
    """What a reader sees on it: its text, else the words of its image."""
    images = list(element.iter("img"))
    texts = (
        "".join(element.itertext()),
        element.get("value") if element.get("type") != "image" else None,
        element.get("alt"),
        *(image.get("alt") for image in images),
        *(image.get("title") for image in images),
        element.get("title"),
        element.get("aria-label"),
    )
    return next((clean(text)[:100] for text in texts if text and clean(text)), "")


def number_in(text: str) -> int | None:
    """The page that a text names and nothing else: "7", "[7]", "Trang 7"."""
    found = _NUMBER.fullmatch(fold(clean(text[:60])))
    number = int(found[1]) if found else 0
    return number or None


def _meaning(label: str, *, argument: str) -> tuple[Step | None, int | None]:
    said = re.fullmatch(r"page\$(next|last|prev|first)", argument, re.IGNORECASE)
    if said:
        steps: dict[str, Step] = {"next": "next", "last": "last", "prev": "previous"}
        return steps.get(said[1].lower(), "first"), None
    found = _ARGUMENT_NUMBER.fullmatch(argument)
    told = int(found[1]) if found else None
    number = number_in(label)
    if number is not None:
        return "number", told if argument[:5].lower() == "page$" and told else number
    if _GAP.fullmatch(label):
        return "gap", told
    step = _step_of(label)
    return step, told if step else None


def _step_of(label: str) -> Step | None:
    folded = fold(label)
    symbols = re.sub(r"\s", "", folded)
    for step, pattern in _ARROWS:
        if pattern.fullmatch(symbols):
            return step
    words = clean(re.sub(r"[^a-z ]", " ", folded))
    for step, pattern in _WORDS:
        if pattern.fullmatch(words):
            return step
    return None


def _by_name(element: Element) -> Step | None:
    images = " ".join(image.get("src") or "" for image in element.iter("img"))
    names = (element.get("id"), element.get("name"), element.get("class"), element.get("src"))
    text = " ".join((*(name or "" for name in names), images))[:1000]
    return next((step for step, pattern in _NAMES if pattern.search(text)), None)


def _family(changes: Form) -> str:
    target = next((value for name, value in changes if name == TARGET and value), changes[0][0])
    return re.sub(r"\d+", "#", target)


def with_arrows_told_apart(presses: list[Press]) -> list[Press]:
    """The presses of one pager: ">>" and "»" lead on by one page where nothing else does."""
    steps = {press.step for press in presses}
    turned = presses
    for strong, weak in (("last", "next"), ("first", "previous")):
        if strong in steps and weak not in steps:
            step: Step = "next" if weak == "next" else "previous"
            turned = [
                replace(press, step=step)
                if press.step == strong and not re.search(r"\w", label_of(press.element))
                else press
                for press in turned
            ]
    return turned
