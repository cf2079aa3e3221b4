"""How a list goes on: the address of its next pages, learned from its pager's links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from scraper.probe.seen import Anchor, Element, SeenPage, text_of
from scraper.probe.words import LAST_TEXT, MORE_TEXT, NEXT_TEXT
from scraper.urls import is_file, normalise
from scraper.vietnamese.text import clean, fold

_DIGITS = re.compile(r"\d+")
_CALENDAR = 25  # links that are bare numbers up to 31: days, not pages
_PAGING_WORD = re.compile(
    r"(?:cur|p|pg|pn|pages?|paging|pageindex|page_?(?:no|num|number|id)|paged|trang|phan-?trang|start"
    r"|limitstart|offset|currentpage|index|i|pagenumber|npage|page_?index|pi)[-=/_]?$",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"next|more|load|page|url|href|link|ajax", re.IGNORECASE)
MOST_STEPS = 1000
_NUMBER = re.compile(r"(?:(?:trang|page)\s*)?(\d{1,4})")
_MOVES = re.compile(
    r"""location(?:\.href)?\s*(?:=|\.(?:assign|replace)\()\s*['"]([^'"]{1,300})['"]"""
)
_LONGEST_SCRIPT = 600  # characters of an onclick
_HEIGHT = 5  # elements around a link of a pager, at most


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list goes on."""

    url: str  # with {page} or {offset}; the list's own address for `next`
    step: int | None = None  # items on a page, where the address holds an offset
    next: str | None = None  # CSS selector of the link to the next page
    strength: int = 0
    guessed: bool = False  # from the address of page 2 alone

    @property
    def way(self) -> str:
        """The same for lists that go on alike: what is around the number, but not the list."""
        if self.next:
            return f"next {self.next}"
        mark = "{offset}" if self.step is not None else "{page}"
        before, _, after = self.url.partition(mark)
        word = re.search(r"[A-Za-z_.-]*[=/_-]?$", before)
        return f"{word.group() if word else ''}{mark}{after if '/' not in after else ''}"


def pagings_of(page: SeenPage, *, articles: frozenset[str]) -> list[Paging]:
    """The ways in which the list may go on, the likeliest first; each still has to be tried."""
    found = [
        *_numbered(page, articles=articles),
        *_led(page, articles=articles),
        *_offered(page, articles=articles),
    ]
    found.sort(key=lambda one: -one.strength)
    return list(dict.fromkeys(found))


def _numbered(page: SeenPage, *, articles: frozenset[str]) -> Iterator[Paging]:
    """From links whose text is the number of a page."""
    groups: dict[tuple[str, ...], list[tuple[int, str, Anchor]]] = {}
    for anchor in (*page.anchors, *_pressed(page)):
        number = _NUMBER.fullmatch(fold(anchor.text).strip("[]() ."))
        if number is None or anchor.url in articles:
            continue
        groups.setdefault(_skeleton(anchor.url), []).append((int(number[1]), anchor.url, anchor))
    for same in groups.values():
        if len({number for number, _, _ in same}) >= _CALENDAR and not any(
            anchor.pager for _, _, anchor in same
        ):
            continue
        for place in range(len(_numbers(same[0][1]))):
            paging = _fitted(same, place)
            if paging is not None:
                strength = 4 + 3 * any(anchor.pager for _, _, anchor in same)
                strength += 2 * _says_paging(paging.url)
                yield Paging(paging.url, paging.step, None, strength)


def _pressed(page: SeenPage) -> Iterator[Anchor]:
    """Choices and buttons that lead to an address by a script of their own."""
    for element in page.tree.iter("option", "a", "button", "input", "li", "span", "td", "div"):
        if element.tag == "option":
            chosen = next(element.iterancestors("select"), None)
            written = element.get("value") if chosen is not None and chosen.get("onchange") else ""
        else:
            script = element.get("onclick") or element.get("href") or ""
            found = _MOVES.search(script) if len(script) < _LONGEST_SCRIPT else None
            written = found.group(1) if found else ""
        if element.tag == "button" and (asked := _submitted(element, page)):
            yield Anchor(asked, text_of(element), False, False, True, element)
        if written and re.search(r"[/?]", written) and (url := page.address(written)):
            text = text_of(element) or clean(element.get("value") or "")
            yield Anchor(url, text, menu=False, heading=False, pager=True, element=element)


def _submitted(element: Element, page: SeenPage) -> str | None:
    """The address that a button of a form asks for by its own value."""
    form = next(element.iterancestors("form"), None)
    name, value = element.get("name"), element.get("value")
    if form is None or not name or not value or (form.get("method") or "get").lower() != "get":
        return None
    pairs = [
        (it.get("name"), it.get("value") or "")
        for it in form.iter("input")
        if it.get("name") and (it.get("type") or "").lower() == "hidden"
    ]
    action = (form.get("action") or page.url).partition("?")[0]
    return page.address(f"{action}?{urlencode([*pairs, (name, value)])}")


def _numbers(url: str) -> list[re.Match[str]]:
    """The numbers of an address that may count pages: not those of its host."""
    host_ends = url.find("/", url.find("://") + 3)
    return [found for found in _DIGITS.finditer(url) if found.start() > host_ends > 0]


def _skeleton(url: str) -> tuple[str, ...]:
    return tuple(_DIGITS.split(url))


def _fitted(same: Sequence[tuple[int, str, Anchor]], place: int) -> Paging | None:
    """The number in the address as a function of the page's: n, n - 1, or (n - 1) times a step."""
    values = [(number, [int(it.group()) for it in _numbers(url)]) for number, url, _ in same]
    others = {tuple(v for i, v in enumerate(numbers) if i != place) for _, numbers in values}
    if len(others) != 1:
        return None
    points = sorted({(number, numbers[place]) for number, numbers in values})
    later = [(number, value) for number, value in points if number > 1]
    if not later or any(value > 100_000 for _, value in later):
        return None
    template = same[0][1]
    if all(number == value for number, value in later):
        return Paging(_with_mark(template, place, "{page}"))
    steps = {value / (number - 1) for number, value in later}
    if len(steps) == 1 and (step := steps.pop()) == int(step) and 0 < step <= MOST_STEPS:
        counted = _with_mark(template, place, "{offset}")
        # A single link may fit by chance: any number is once some step.
        if len(later) > 1 or _says_paging(counted):
            return Paging(counted, step=int(step))
    return None


def _with_mark(url: str, place: int, mark: str) -> str:
    found = _numbers(url)[place]
    return url[: found.start()] + mark + url[found.end() :]


def _says_paging(template: str) -> bool:
    before = re.split(r"\{page\}|\{offset\}", template)[0]
    word = re.search(r"[A-Za-z_-]*[=/_-]?$", before)
    return bool(word and _PAGING_WORD.search(word.group().rpartition("_")[2] or word.group()))


def _led(page: SeenPage, *, articles: frozenset[str]) -> Iterator[Paging]:
    """From links that say "next": the number in their address, or a selector for the link."""
    for anchor in (*page.anchors, *_pressed(page)):
        rel = (anchor.element.get("rel") or "").lower().split()
        more = bool(MORE_TEXT.fullmatch(fold(anchor.text).strip()))
        if not (more or _says_next(anchor)) or anchor.url in articles:
            continue
        if anchor.url == page.url:
            continue
        for template, step in _second_page(page.url, anchor.url):
            strength = 3 + 2 * _says_paging(template) + 2 * anchor.pager
            yield Paging(template, step, None, strength, guessed=True)
        selector = _selector(anchor, page) if anchor.element.tag == "a" and not more else None
        if selector:
            yield Paging(page.url, None, selector, 2 + 2 * ("next" in rel) + anchor.pager)
    for element in page.tree.iter("link"):
        if (element.get("rel") or "").lower() == "next":
            url = page.address(element.get("href"))
            if url and url != page.url:
                for template, step in _second_page(page.url, url):
                    strength = 4 + 2 * _says_paging(template)
                    yield Paging(template, step, None, strength, guessed=True)


def _offered(page: SeenPage, *, articles: frozenset[str]) -> Iterator[Paging]:
    """From attributes of elements that a script presses: the address of page 2 of the same list."""
    host = urlsplit(page.url).netloc
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            named = str(name).startswith("data-") and _OFFERS.search(str(name))
            if not named or not ("/" in value or "?" in value) or value.startswith("{"):
                continue
            url = page.address(value)
            if url is None or url in articles or is_file(url) or urlsplit(url).netloc != host:
                continue
            for template, step in _second_page(page.url, url):
                says = _says_paging(template)
                if says or "next" in str(name):
                    yield Paging(template, step, None, 3 + 2 * says, guessed=True)


def _second_page(own: str, following: str) -> Iterator[tuple[str, int | None]]:
    """What the address of page 2 would be as a template; a guess that is tried."""
    numbers = _numbers(following)
    kept = Counter(found.group() for found in _numbers(own))
    for place in reversed(range(len(numbers))):
        value = int(numbers[place].group())
        if not _stands_alone(following, numbers[place]):
            continue
        if kept[numbers[place].group()] and value != 2:
            kept[numbers[place].group()] -= 1
            continue
        if value == 2:
            yield _with_mark(following, place, "{page}"), None
            continue
        template = _with_mark(following, place, "{offset}")
        if value == 1 or (5 <= value <= 100 and _says_paging(template)):
            yield template, value


def _stands_alone(url: str, number: re.Match[str]) -> bool:
    """Whether a number is none of an escape, a GUID, or another blob."""
    after = url[number.end() : number.end() + 1]
    return not after.isalpha() and url[max(0, number.start() - 1) : number.start()] != "%"


def contradicted(paging: Paging, second: SeenPage) -> bool:
    """Whether page 2 leads to another page 3 than a guessed address would have it."""
    if not paging.guessed:
        return False
    following = set(_following(second))
    return bool(following) and page_address(paging, 3) not in following | {
        anchor.url for anchor in second.anchors
    }


def _following(page: SeenPage) -> Iterator[str]:
    """The addresses that a page says are behind it."""
    for anchor in page.anchors:
        if _says_next(anchor):
            yield anchor.url
    for element in page.tree.iter("link"):
        url = page.address(element.get("href"))
        if (element.get("rel") or "").lower() == "next" and url:
            yield url


def _says_next(anchor: Anchor) -> bool:
    rel = (anchor.element.get("rel") or "").lower().split()
    said = fold(anchor.text).strip()
    classes = (anchor.element.get("class") or "").lower()
    next_class = bool(re.search(r"(?:^|[\s_-])next(?:$|[\s_-])", classes))
    says = "next" in rel or next_class or bool(NEXT_TEXT.fullmatch(said))
    return says and not LAST_TEXT.fullmatch(said)


def _selector(anchor: Anchor, page: SeenPage) -> str | None:
    """A CSS selector that finds this link and no other on the page."""
    for selector in _selectors(anchor.element, anchor.text):
        if not re.fullmatch(r"[\w.#~\[\]=\"\s^*:()-]+", selector):
            continue
        try:
            selected = page.tree.cssselect(selector)
        except Exception:  # a class name that CSS cannot spell
            continue
        links = [next(one.iterancestors("a"), one) if one.tag == "img" else one for one in selected]
        if links and {page.address(one.get("href")) for one in links} == {anchor.url}:
            return selector
    return None


def _selectors(element: Element, text: str) -> Iterator[str]:
    """Selectors that may find a link that says "next", those first that say so themselves."""
    if "next" in (element.get("rel") or "").lower().split():
        yield 'a[rel~="next"]'
    yield from (f"a.{name}" for name in (element.get("class") or "").split())
    if element.get("id") and not re.search(r"\d", element.get("id")):
        yield f"a#{element.get('id')}"
    if element.get("title"):
        yield f'a[title="{element.get("title")}"]'
    for image in element.iter("img"):
        if image.get("alt"):
            yield f'img[alt="{image.get("alt")}"]'
        named = re.search(r"next|sau|tiep", image.get("src") or "", re.IGNORECASE)
        if named:
            yield f'img[src*="{named.group()}"]'
    around = list(_boxes_of(element))
    if re.search(r"\w\w", text):
        yield from (f'{box} a:contains("{text}")' for box in around)
    yield from (f"{box} a" for box in around)


def _boxes_of(element: Element) -> Iterator[str]:
    """The elements around a link that have a name."""
    node, height = element.getparent(), 0
    while node is not None and height < _HEIGHT and node.tag not in ("form", "body", "html"):
        yield from (f"{node.tag}.{name}" for name in (node.get("class") or "").split())
        name = re.match(r"[A-Za-z]{4,}", node.get("id") or "")
        if name:
            yield f'{node.tag}[id^="{name.group()}"]'
        node, height = node.getparent(), height + 1


def first_page(paging: Paging) -> str:
    """The address of page 1 as the template has it."""
    return page_address(paging, 1)


def page_address(paging: Paging, number: int) -> str:
    """The address of one page as the template has it."""
    if paging.step is not None:
        return normalise(paging.url.replace("{offset}", str((number - 1) * paging.step)))
    return normalise(paging.url.replace("{page}", str(number)))
