"""From some pages of a site to its template, without anybody saying what is right on them.

Each page is read by itself first; what counts afterwards is where the readings agree with each
other, and with what metadata say on the pages that have any.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zlib import crc32

from scraper.extraction.blocks import TextBlock
from scraper.extraction.places import Places, said_at
from scraper.extraction.template import Look, Spot, Template
from scraper.extraction.witnesses import Witness, Witnesses
from scraper.vietnamese.dates import find_dates

MOST_PAGES = 60  # that are learned from; more say the same again
MOST_BLOCKS = 1_500  # of one page
MOST_SPOTS = 900
MOST_REPEATED = 3_000
MOST_LOOKS = 4
MOST_PLACES = 120  # by which a look is known
FEW = 4  # articles; of so few each line may be one that repeats
MOST_LINES = 400  # kept of each page then
LONGEST_DATELINE = 160  # characters
ALIKE = 0.35  # of the places of two pages, for one look
SAME_TEXT = 0.5  # of two pages' text, for one article under two addresses
REPEATED_SHARE = 0.3  # of the pages that have a place
SURE = 3  # votes of a page whose metadata agree with what stands at a place


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """What is kept of one block."""

    place: int
    near: int
    line: int
    chars: int
    is_text: bool
    day: date | None = None  # that it names, where it is short


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """What is kept of one page; `votes` are (field, place, weight)."""

    page: int  # its address as a number
    is_article: bool
    blocks: tuple[SeenBlock, ...]
    votes: tuple[tuple[str, int, int], ...] = ()
    constants: frozenset[int] = frozenset()


def page_number(url: str | None) -> int:
    """A page's address as a number."""
    return crc32((url or "").encode("utf-8", "replace"))


def constant(witness: Witness, about: str) -> int:
    """What a witness says, as a number."""
    return crc32(f"{about}|{witness.rule}|{witness.text}".encode("utf-8", "replace"))


def constants_of(said: Witnesses) -> frozenset[int]:
    """All that metadata say of title and date."""
    return frozenset(
        constant(witness, about)
        for about, witnesses in (("title", said.titles), ("published", said.published))
        for witness in witnesses
    )


def see_blocks(blocks: Sequence[TextBlock], text: Collection[int]) -> Iterator[SeenBlock]:
    """The blocks of a page; `text` are those of its article."""
    places = Places()
    for block in blocks[:MOST_BLOCKS]:
        day = None
        if block.chars <= LONGEST_DATELINE:
            moments = find_dates(block.text, latest=None)
            day = moments[0].day if moments else None
        near = places.near(block)
        yield SeenBlock(
            places.of(block),
            near,
            said_at(block.text, near),
            block.chars,
            block.index in text,
            day,
        )


def template_of(seen: Iterable[SeenPage]) -> Template:
    """What the pages have in common; the order in which they come is of no meaning."""
    pages = sorted(seen, key=lambda page: (page.page, [block.line for block in page.blocks]))
    articles = _different([page for page in pages if page.is_article])
    others = [page for page in pages if not page.is_article]
    repeated, lines = _repeated(articles)
    return Template(
        pages=len(pages),
        articles=len(articles),
        looks=tuple(_looks(articles, others)),
        spots=_spots(articles, "place"),
        near=_spots(articles, "near"),
        repeated=repeated,
        lines=lines,
        constants=_constants(pages),
    )


def _different(articles: Sequence[SeenPage]) -> list[SeenPage]:
    """Without the second of two pages that hold the same text: it would look like frame."""
    kept: list[SeenPage] = []
    texts: list[dict[int, int]] = []
    for page in articles:
        text = {block.line: block.chars for block in page.blocks if block.is_text}
        whole = sum(text.values())
        same = any(
            sum(chars for line, chars in text.items() if line in other) > SAME_TEXT * whole
            for other in texts
        )
        if whole and not same:
            kept.append(page)
            texts.append(text)
    return kept


def _spots(articles: Sequence[SeenPage], kind: str) -> Mapping[int, Spot]:
    """The places of the articles' blocks, those on most pages first."""
    chars: Counter[int] = Counter()
    text: Counter[int] = Counter()
    pages: Counter[int] = Counter()
    for page in articles:
        on_page = set()
        for block in page.blocks:
            place = getattr(block, kind)
            on_page.add(place)
            chars[place] += block.chars
            if block.is_text:
                text[place] += block.chars
        pages.update(on_page)
    best = sorted(chars, key=lambda place: (not text[place], -pages[place], -chars[place], place))
    return MappingProxyType(
        {place: Spot(pages[place], chars[place], text[place]) for place in best[:MOST_SPOTS]}
    )


def _repeated(
    articles: Sequence[SeenPage],
) -> tuple[frozenset[int], Mapping[int, frozenset[int]]]:
    """The lines that stand on several pages at the same place; of few pages, all lines by page."""
    on_pages: Counter[int] = Counter()
    with_place: Counter[int] = Counter()
    near_of: dict[int, int] = {}
    chars: dict[int, int] = {}
    for page in articles:
        near_of.update((block.line, block.near) for block in page.blocks)
        chars.update((block.line, block.chars) for block in page.blocks)
        on_pages.update({block.line for block in page.blocks})
        with_place.update({block.near for block in page.blocks})
    repeated = [
        line
        for line, pages in on_pages.items()
        if pages >= max(2.0, REPEATED_SHARE * with_place[near_of[line]])
    ]
    repeated.sort(key=lambda line: (-on_pages[line], -chars[line], line))
    lines: dict[int, frozenset[int]] = {}
    if len(articles) <= FEW:
        for page in articles:
            once = [
                block.line
                for block in page.blocks
                if on_pages[block.line] >= REPEATED_SHARE * with_place[block.near]
            ]
            lines[page.page] = frozenset(once[:MOST_LINES])
    return frozenset(repeated[:MOST_REPEATED]), MappingProxyType(lines)


def _constants(pages: Sequence[SeenPage]) -> frozenset[int]:
    """What metadata say alike on nearly all pages: a site's name, the day of a release."""
    said = Counter(number for page in pages for number in page.constants)
    least = max(3.0, 0.6 * len(pages))
    return frozenset(number for number, count in said.items() if count >= least)


# --- looks -------------------------------------------------------------------------------------


def _looks(articles: Sequence[SeenPage], others: Sequence[SeenPage]) -> Iterator[Look]:
    """The site's layouts, that with the most pages first."""
    groups: list[list[SeenPage]] = []
    known: list[set[int]] = []
    for page in articles:
        places = {block.place for block in page.blocks}
        likeness = [len(places & one) / (len(places | one) or 1) for one in known]
        best = max(range(len(known)), key=lambda number: likeness[number], default=None)
        if best is None or likeness[best] < ALIKE:
            groups.append([page])
            known.append(places)
        else:
            groups[best].append(page)
    frame = {block.place for page in others for block in page.blocks}
    groups.sort(key=lambda group: (-len(group), group[0].page))
    for group in groups[:MOST_LOOKS]:
        yield _look(group, frame)


def _look(group: Sequence[SeenPage], frame: Collection[int]) -> Look:
    on_pages: Counter[int] = Counter()
    for page in group:
        on_pages.update({block.place for block in page.blocks})
    usual = sorted(
        (place for place, pages in on_pages.items() if pages >= 0.6 * len(group)),
        key=lambda place: (-on_pages[place], place),
    )
    clocks = _clocks(group, frame)
    return Look(
        pages=len(group),
        places=frozenset(usual[:MOST_PLACES]),
        title=_voted(group, "title", not_at=frame),
        date=_voted(group, "date", not_at=clocks),
        clocks=clocks,
        source=_voted(group, "source", may_repeat=True),
        byline=_voted(group, "byline", may_repeat=True),
    )


def _voted(
    group: Sequence[SeenPage],
    field: str,
    *,
    not_at: Collection[int] = (),
    may_repeat: bool = False,
) -> int | None:
    """The place that most pages vote for, if nearly each page that has it does, and has it once."""
    weights: Counter[int] = Counter()
    voters: Counter[int] = Counter()
    for page in group:
        for name, place, weight in page.votes:
            if name == field and place not in not_at:
                weights[place] += weight
                voters[place] += 1
    for place, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        lines: list[int] = []
        pages = 0
        for page in group:
            here = [block.line for block in page.blocks if block.place == place]
            lines.extend(here)
            pages += bool(here)
        if voters[place] < 2 or voters[place] < 0.6 * pages or len(lines) > 1.4 * pages:
            continue
        if may_repeat or len(set(lines)) > 0.7 * len(lines):
            return place
    return None


def _clocks(group: Sequence[SeenPage], frame: Collection[int]) -> frozenset[int]:
    """Where the day of the visit stands: on nearly all pages, once, and no day is later there.

    It also stands on lists, or says the same on all pages, as they were fetched on one day.
    """
    days: defaultdict[int, list[date]] = defaultdict(list)
    latest: Counter[int] = Counter()
    earlier_too: Counter[int] = Counter()
    surely = {
        place
        for page in group
        for name, place, weight in page.votes
        if name == "date" and weight >= SURE
    }
    for page in group:
        dated = [(block.place, block.day) for block in page.blocks if block.day is not None]
        last = max((day for _, day in dated), default=None)
        for place, day in dated:
            days[place].append(day)
            latest[place] += day == last
            earlier_too[place] += any(other < day for _, other in dated)
    least = max(2.0, 0.6 * len(group))
    return frozenset(
        place
        for place, found in days.items()
        if place not in surely
        and least <= len(found) <= 1.2 * len(group)
        and latest[place] == len(found)
        and earlier_too[place] >= 0.6 * len(found)
        and (place in frame or len(set(found)) == 1)
    )
