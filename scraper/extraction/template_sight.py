"""What `learn` keeps of one page: places, lines and votes as numbers, a few kB."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from zlib import crc32

from scraper.extraction.blocks import Survey, TextBlock
from scraper.extraction.byline_above import LONGEST_BYLINE
from scraper.extraction.datelines import LONGEST_DATELINE
from scraper.extraction.fields import Bylines, Dates, SourceLine, said_days
from scraper.extraction.names import names_of_line
from scraper.extraction.notes import Witness
from scraper.extraction.page import Page
from scraper.extraction.places import Places, page_number, said_at
from scraper.extraction.source_line import LONGEST_SOURCE
from scraper.extraction.title_near_text import LONGEST_TITLE
from scraper.extraction.titles import Title
from scraper.extraction.witnesses import Witnesses
from scraper.vietnamese.dates import find_dates

MOST_BLOCKS = 1_500  # of one page
MOST_LINKS = 500
SHORTEST_HEADLINE = 12
SURE = 3  # the weight of a vote that a second, independent witness bears out


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page as read by itself; `title` and what follows are of articles only."""

    page: Page
    said: Witnesses
    found: Survey
    title: Title | None = None
    text: tuple[int, ...] = ()
    dates: Dates = Dates()
    source: SourceLine = SourceLine()
    authors: Bylines = Bylines()


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """One block."""

    place: int
    near: int
    around: int  # the place of the box around its own
    line: int  # its text at its near place
    words: int  # its text anywhere
    chars: int
    is_text: bool
    day: date | None  # that it names, where it is short
    opens_page: bool  # stands above the text, or right at its beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One page; `votes` are (field, number of the block, weight)."""

    page: int  # its address as a number
    is_article: bool
    blocks: tuple[SeenBlock, ...]
    votes: tuple[tuple[str, int, int], ...]
    titles: frozenset[int]  # its title, by its own reading and by metadata
    links: tuple[tuple[int, int], ...]  # (page, words) of each link
    constants: frozenset[int]


def seen_page(reading: Reading, url: str) -> SeenPage:
    """What is kept of a page that was read."""
    blocks = reading.found.blocks[:MOST_BLOCKS]
    places = Places(reading.found)
    text = frozenset(reading.text)
    told = titles_said(reading.said.titles)
    titles = {words_of(reading.title.text)} if reading.title else set()
    return SeenPage(
        page=page_number(url),
        is_article=bool(text),
        blocks=tuple(_blocks(blocks, text, places)),
        votes=tuple(_votes(reading, blocks, told)) if text else (),
        titles=frozenset(titles | {crc32(one.encode()) for one in told}),
        links=tuple(_links(reading)),
        constants=constants_of(reading.said),
    )


def _blocks(
    blocks: Sequence[TextBlock], text: Collection[int], places: Places
) -> Iterator[SeenBlock]:
    beginning = min(text, default=-1)
    for block in blocks:
        day = None
        if block.chars <= LONGEST_DATELINE:
            moments = find_dates(block.text, latest=None)
            day = moments[0].day if moments else None
        near = places.near(block)
        yield SeenBlock(
            places.of(block),
            near,
            places.around(block),
            said_at(block.text, near),
            words_of(block.text),
            block.chars,
            block.index in text,
            day,
            block.index <= beginning,
        )


def _links(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where the page leads, and under which words."""
    for mark in islice(reading.found.links, MOST_LINKS):
        words = "".join(islice(mark.element.itertext(), 20))
        target = reading.page.absolute(mark.href)
        if target and SHORTEST_HEADLINE <= len(words) <= LONGEST_TITLE:
            yield page_number(target), words_of(words)


# --- words -------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Letters and digits of a line, for comparing."""
    return "".join(filter(str.isalnum, text.casefold()))


def words_of(text: str) -> int:
    """A line's letters and digits as a number."""
    return crc32(folded(text).encode("utf-8", "replace"))


def titles_said(titles: Sequence[Witness]) -> frozenset[str]:
    """What metadata give as title, folded; of the title element also what stands before a sign."""
    said = {folded(witness.text) for witness in titles}
    for witness in titles:
        for sign in (" | ", " - ", " – ", " — "):
            said.add(folded(witness.text.split(sign)[0]))
            said.add(folded(witness.text.rsplit(sign, 1)[0]))
    return frozenset(text for text in said if len(text) >= 8)


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


# --- votes -------------------------------------------------------------------------------------


def _votes(
    reading: Reading, blocks: Sequence[TextBlock], told: Collection[str]
) -> Iterator[tuple[str, int, int]]:
    """Where a page's fields stand, with more weight where metadata agree."""
    first, title = reading.text[0], reading.title
    names = {folded(witness.text) for witness in reading.said.authors}
    names |= {folded(name) for name in reading.authors.authors}
    sources = reading.source.evidence.text.split(" / ") if reading.source.evidence else ()
    if title is not None and title.index is not None and title.index < len(blocks):
        yield "title", title.index, 2
    for block in blocks:
        if block.index <= first and block.chars <= LONGEST_TITLE and folded(block.text) in told:
            yield "title", block.index, SURE
        if block.chars <= LONGEST_SOURCE and block.text in sources:
            yield "source", block.index, 2
        if names and block.chars <= LONGEST_BYLINE:
            line = [folded(name) for name in names_of_line(block.text)]
            if line and names.issuperset(line):
                yield "byline", block.index, 2
    yield from _date_votes(reading, blocks)


def _date_votes(reading: Reading, blocks: Sequence[TextBlock]) -> Iterator[tuple[str, int, int]]:
    evidence = reading.dates.evidence.get("published")
    said = said_days(reading.said)
    for block in blocks:
        if block.chars > LONGEST_DATELINE:
            continue
        moments = find_dates(block.text, latest=None)
        if moments and any(moment.day in said for moment in moments):
            yield "date", block.index, SURE
        elif moments and evidence is not None and evidence.text == block.text:
            yield "date", block.index, 2
