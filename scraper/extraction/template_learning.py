"""From some pages of a site to its template, without anybody saying what is right on them.

Each page is first read by itself. What stands on most pages is taken off as frame, and each page
is read again without it. What counts then is where the readings agree with each other, with what
metadata say on the pages that have any, and with the words under which other pages lead to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from scraper.extraction.template import Look, Spot, Template
from scraper.extraction.template_sight import SURE, Reading, SeenBlock, SeenPage, seen_page

MOST_PAGES = 60  # that are learned from; more say the same again
MOST_BYTES = 30_000_000  # of all of them, as each is read twice
MOST_SPOTS = 800
MOST_REPEATED = 2_000
MOST_LOOKS = 4
MOST_PLACES = 120  # by which a look is known
FEW = 4  # articles; of so few each line may be one that repeats
MOST_LINES = 300  # kept of each page then
SHORTEST_FRAME = 40  # characters; a shorter line may be a label that reading goes by
FEWEST_FRAME = 3  # pages that have a line of the frame
ALIKE = 0.35  # of the places of two pages, for one look
SAME_PAGE = 0.9  # of two pages' long lines, for one article under two addresses
REPEATED_SHARE = 0.6  # of the pages that have a place; offices use whole paragraphs again
FRAME_SHARE = 0.6
CERTAIN = 3_000  # characters; the weight of a place that is sure to hold teasers
HEADLINE = (20, 200)  # characters of a line that may be a title where nothing tells which is

Read = Callable[[bytes, str, Template], Reading | None]


def learned(pages: Iterable[tuple[str, bytes]], *, read: Read) -> Template:
    """The template of the pages' site; `read` reads a page without the frame of a template."""
    kept: list[tuple[str, bytes]] = []
    whole = 0
    for number, (url, body) in enumerate(pages):
        if number >= MOST_PAGES:
            break
        if not isinstance(url, str) or not isinstance(body, bytes):
            given = f"({type(url).__name__}, {type(body).__name__})"
            raise TypeError(f"learn takes pairs of an address and a page's bytes, not {given}")
        if whole + len(body) <= MOST_BYTES:
            kept.append((url, body))
            whole += len(body)
    frame = frame_of(_seen(kept, read=read, without=Template()))
    return template_of(_seen(kept, read=read, without=frame), frame)


def _seen(
    pages: Iterable[tuple[str, bytes]], *, read: Read, without: Template
) -> Iterator[SeenPage]:
    for url, body in pages:
        reading = read(body, url, without)
        if reading is not None:
            yield seen_page(reading, url)


def frame_of(seen: Iterable[SeenPage]) -> Template:
    """What is to be taken off a page before it is read: a template that knows nothing else."""
    pages = _different(seen)
    on_pages: Counter[int] = Counter()
    with_place: Counter[int] = Counter()
    at: dict[int, SeenBlock] = {}
    for page in pages:
        on_pages.update({block.line for block in page.blocks if block.chars >= SHORTEST_FRAME})
        with_place.update({block.near for block in page.blocks})
        at.update((block.line, block) for block in page.blocks)
    frame = [
        line
        for line, count in on_pages.items()
        if count >= max(FEWEST_FRAME, FRAME_SHARE * with_place[at[line].near])
    ]
    frame.sort(key=lambda line: (-on_pages[line], -at[line].chars, line))
    return Template(
        frame=frozenset(frame[:MOST_REPEATED]),
        clocks=_clocks(pages),
        constants=_constants(pages),
    )


def template_of(seen: Iterable[SeenPage], frame: Template) -> Template:
    """What the pages have in common; the order in which they come is of no meaning."""
    pages = _different(seen)
    articles = [page for page in pages if page.is_article]
    repeated, lines = _repeated(articles)
    teasers = _teaser_boxes(pages, articles)
    return replace(
        frame,
        pages=len(pages),
        articles=len(articles),
        looks=tuple(_looks(articles, pages)),
        spots=_spots(articles, "place", teasers),
        near=_spots(articles, "near", teasers),
        repeated=repeated,
        lines=lines,
    )


def _different(seen: Iterable[SeenPage]) -> list[SeenPage]:
    """In an order of their own, without second pages of one article: it would look like frame."""
    kept: list[SeenPage] = []
    texts: list[dict[int, int]] = []
    for page in sorted(seen, key=lambda page: (page.page, [block.line for block in page.blocks])):
        long = (block for block in page.blocks if block.chars >= SHORTEST_FRAME)
        text = {block.line: block.chars for block in long}
        if text and any(_covers(one, text) and _covers(text, one) for one in texts):
            continue
        kept.append(page)
        texts.append(text)
    return kept


def _covers(one: Mapping[int, int], other: Mapping[int, int]) -> bool:
    """Whether nearly all of the other's lines are among one page's."""
    both = sum(chars for line, chars in other.items() if line in one)
    return both >= SAME_PAGE * sum(other.values())


def _spots(articles: Sequence[SeenPage], kind: str, teasers: Collection[int]) -> Mapping[int, Spot]:
    """The places of the articles' blocks, those of text and on most pages first."""
    chars: Counter[int] = Counter()
    text: Counter[int] = Counter()
    pages: Counter[int] = Counter()
    never: set[int] = set()
    for page in articles:
        on_page = set()
        for block in page.blocks:
            place = block.place if kind == "place" else block.near
            on_page.add(place)
            chars[place] += block.chars
            if block.around in teasers:
                never.add(place)
            elif block.is_text:
                text[place] += block.chars
        pages.update(on_page)
    if kind == "place":
        for place in never:
            chars[place], text[place] = max(chars[place], CERTAIN), 0
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
    at: dict[int, SeenBlock] = {}
    for page in articles:
        at.update((block.line, block) for block in page.blocks)
        on_pages.update({block.line for block in page.blocks})
        with_place.update({block.near for block in page.blocks})
    often = {
        line: count
        for line, count in on_pages.items()
        if count >= REPEATED_SHARE * with_place[at[line].near]
    }
    repeated = [
        line
        for line, count in often.items()
        if count >= (2 if len(articles) <= FEW else FEWEST_FRAME)
    ]
    repeated.sort(key=lambda line: (-on_pages[line], -at[line].chars, line))
    lines: dict[int, frozenset[int]] = {}
    if len(articles) <= FEW:
        for page in articles:
            once = [block.line for block in page.blocks if block.line in often]
            lines[page.page] = frozenset(once[:MOST_LINES])
    return frozenset(repeated[:MOST_REPEATED]), MappingProxyType(lines)


def _constants(pages: Sequence[SeenPage]) -> frozenset[int]:
    """What metadata say alike on nearly all pages: a site's name, the day of a release."""
    said = Counter(number for page in pages for number in page.constants)
    least = max(3.0, 0.6 * len(pages))
    return frozenset(number for number, count in said.items() if count >= least)


def _teaser_boxes(pages: Sequence[SeenPage], articles: Sequence[SeenPage]) -> frozenset[int]:
    """The places of boxes in which the titles of the site's other articles stand.

    The box that also holds the articles' own titles, or most of their text, is none.
    """
    owners: defaultdict[int, set[int]] = defaultdict(set)
    for page in articles:
        for words in page.titles | _led_to_by(pages, page.page):
            owners[words].add(page.page)
    foreign: Counter[int] = Counter()
    here: Counter[int] = Counter()
    text: Counter[int] = Counter()
    own: set[int] = set()
    for page in articles:
        boxes = set()
        for block in page.blocks:
            here[block.around] += 1
            if block.is_text:
                text[block.around] += block.chars
            owned = owners.get(block.words)
            if owned is not None and block.chars >= HEADLINE[0]:
                if page.page in owned:
                    own.add(block.around)
                else:
                    boxes.add(block.around)
        foreign.update(boxes)
    most = 0.5 * sum(text.values())
    return frozenset(
        box for box, count in foreign.items() if count >= 2 and box not in own and text[box] < most
    )


def _led_to_by(pages: Sequence[SeenPage], page: int) -> frozenset[int]:
    """The words under which other pages lead to a page: on lists that is its title."""
    return frozenset(
        words
        for other in pages
        if other.page != page
        for target, words in other.links
        if target == page
    )


# --- looks -------------------------------------------------------------------------------------


def _looks(articles: Sequence[SeenPage], pages: Sequence[SeenPage]) -> Iterator[Look]:
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
    groups.sort(key=lambda group: (-len(group), group[0].page))
    for group in groups[:MOST_LOOKS]:
        yield _look(group, pages)


def _look(group: Sequence[SeenPage], pages: Sequence[SeenPage]) -> Look:
    on_pages: Counter[int] = Counter()
    for page in group:
        on_pages.update({block.place for block in page.blocks})
    usual = sorted(
        (place for place, count in on_pages.items() if count >= 0.6 * len(group)),
        key=lambda place: (-on_pages[place], place),
    )
    frame = {block.place for page in pages if not page.is_article for block in page.blocks}
    return Look(
        pages=len(group),
        places=frozenset(usual[:MOST_PLACES]),
        title=_title_place(group, pages, frame),
        date=_voted(group, _votes(group, "date"), least=0.6, varies=True),
        source=_voted(group, _votes(group, "source"), least=0.3),
        byline=_voted(group, _votes(group, "byline"), least=0.5),
    )


def _votes(group: Sequence[SeenPage], field: str) -> list[tuple[SeenPage, int, int]]:
    """(page, place, weight) of the votes for a field."""
    return [
        (page, page.blocks[index].place, weight)
        for page in group
        for name, index, weight in page.votes
        if name == field
    ]


def _title_place(
    group: Sequence[SeenPage], pages: Sequence[SeenPage], frame: Collection[int]
) -> int | None:
    votes = [vote for vote in _votes(group, "title") if vote[1] not in frame]
    for page in group:
        led_to = _led_to_by(pages, page.page)
        votes.extend(
            (page, block.place, SURE)
            for block in page.blocks
            if block.words in led_to and block.opens_page
        )
    voted = _voted(group, votes, least=0.6, varies=True)
    return _only_headline(group, frame) if voted is None and len(group) >= 3 else voted


def _only_headline(group: Sequence[SeenPage], frame: Collection[int]) -> int | None:
    """The one place above the text where each page has one line, and each another."""
    lines: defaultdict[int, list[SeenBlock]] = defaultdict(list)
    for page in group:
        for block in page.blocks:
            lines[block.place].append(block)
    places = [
        place
        for place, blocks in lines.items()
        if place not in frame
        and len(blocks) == len(group)
        and len({block.line for block in blocks}) == len(blocks)
        and all(block.opens_page and block.day is None for block in blocks)
        and all(HEADLINE[0] <= block.chars <= HEADLINE[1] for block in blocks)
    ]
    return places[0] if len(places) == 1 else None


def _voted(
    group: Sequence[SeenPage],
    votes: Iterable[tuple[SeenPage, int, int]],
    *,
    least: float,
    varies: bool = False,
) -> int | None:
    """The place with the most votes that has one line on each page, and voters on most of these."""
    weights: Counter[int] = Counter()
    voters: defaultdict[int, set[int]] = defaultdict(set)
    for page, place, weight in votes:
        weights[place] += weight
        voters[place].add(page.page)
    for place, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        lines = [[b.line for b in page.blocks if b.place == place] for page in group]
        having = sum(bool(here) for here in lines)
        whole = [line for here in lines for line in here]
        if len(voters[place]) < 2 or len(voters[place]) < least * having:
            continue
        if len(whole) > 1.3 * having or (varies and len(set(whole)) < 0.7 * len(whole)):
            continue
        return place
    return None


def _clocks(pages: Sequence[SeenPage]) -> frozenset[int]:
    """Where the day of the visit stands: on nearly all pages, once, and no day is later there.

    It stands on lists as well; or it is the same on all pages, as they were fetched on one day,
    and another place has days that differ, as it has where all articles are of one day.
    """
    articles = [page for page in pages if page.is_article]
    lists = {block.place for page in pages if not page.is_article for block in page.blocks}
    days: defaultdict[int, list[date]] = defaultdict(list)
    latest: Counter[int] = Counter()
    earlier_too: Counter[int] = Counter()
    for page in articles:
        dated = [(block.place, block.day) for block in page.blocks if block.day is not None]
        last = max((day for _, day in dated), default=None)
        for place, day in dated:
            days[place].append(day)
            latest[place] += day == last
            earlier_too[place] += any(other < day for _, other in dated)
    surely = {
        page.blocks[index].place
        for page in articles
        for name, index, weight in page.votes
        if name == "date" and weight >= SURE
    }
    least = max(2.0, 0.6 * len(articles))
    usual = {place for place, found in days.items() if least <= len(found) <= 1.2 * len(articles)}
    varied = any(len(set(days[place])) > 1 for place in usual)
    return frozenset(
        place
        for place in usual - surely
        if latest[place] == len(days[place])
        and earlier_too[place] >= 0.6 * len(days[place])
        and (place in lists or (varied and len(set(days[place])) == 1))
    )
