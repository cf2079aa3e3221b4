"""The fields by a template's places: where a page alone leaves open which line is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scraper.extraction.blocks import Survey, TextBlock
from scraper.extraction.fields import Bylines, Dates, SourceLine
from scraper.extraction.names import is_name, names_of_line, unique
from scraper.extraction.source_line import LONGEST_SOURCE, is_source_line, said_of_source
from scraper.extraction.template_fit import Fit
from scraper.extraction.title_line import part_title
from scraper.extraction.titles import LONGEST_TITLE, Title
from scraper.extraction.witnesses import Witness
from scraper.records import Evidence
from scraper.vietnamese.dates import Moment, find_dates, label_of

LONGEST_DATELINE = 160  # characters
LONGEST_BYLINE = 120
RULE = "place on this site's pages"


def folded(text: str) -> str:
    """Letters and digits of a line, for comparing."""
    return "".join(filter(str.isalnum, text.casefold()))


def titles_said(titles: Sequence[Witness]) -> frozenset[str]:
    """What metadata give as title, folded; of the title element also what stands before a sign."""
    said = {folded(witness.text) for witness in titles}
    for witness in titles:
        for sign in (" | ", " - ", " – ", " — "):
            said.add(folded(witness.text.split(sign)[0]))
            said.add(folded(witness.text.rsplit(sign, 1)[0]))
    return frozenset(text for text in said if len(text) >= 8)


def only_block(found: Survey, fitted: Fit, place: int | None) -> TextBlock | None:
    """The block at a place, where there is one only."""
    if place is None:
        return None
    here = [block for block in found.blocks if fitted.places.of(block) == place]
    return here[0] if len(here) == 1 else None


def settled_title(
    title: Title | None, found: Survey, fitted: Fit, said: Sequence[Witness]
) -> Title | None:
    """The title; the line at the usual place, where metadata do not bear out the other."""
    block = only_block(found, fitted, fitted.look.title if fitted.look else None)
    if block is None or (title is not None and title.index == block.index):
        return title
    if not 4 <= block.chars <= LONGEST_TITLE:
        return title
    if title is not None and folded(title.text) in titles_said(said):
        return title
    line = part_title(block.text, block=block, said=[it.text for it in said]).headline
    return Title(line, block.index, RULE) if line else title


def settled_dates(
    dates: Dates, found: Survey, fitted: Fit, *, latest: date | None, zone: ZoneInfo | None
) -> Dates:
    """The dates; the line at the usual place wins over other lines, not over metadata."""
    block = only_block(found, fitted, fitted.look.date if fitted.look else None)
    if block is None or block.chars > LONGEST_DATELINE:
        return dates
    evidence = dates.evidence.get("published")
    if evidence is not None and (not _is_line(evidence.rule) or evidence.text == block.text):
        return dates
    moment = _published(block.text, latest=latest)
    if moment is None:
        return dates
    value: date | datetime = moment.value
    if isinstance(value, datetime) and value.tzinfo is None and zone is not None:
        value = value.replace(tzinfo=zone)
    is_row = block.chars - len(moment.text) <= 50
    return replace(
        dates,
        published=value,
        precision=moment.precision,
        evidence={**dates.evidence, "published": Evidence(rule=RULE, text=block.text)},
        indices=dates.indices | ({block.index} if is_row else set()),
    )


def _is_line(rule: str) -> bool:
    return rule.startswith("date ") or rule == "address"


def _published(text: str, *, latest: date | None) -> Moment | None:
    """The first moment in a line that is not labelled as an update; else the first."""
    moments = find_dates(text, latest=latest)
    end = 0
    for moment in moments:
        label = label_of(text[end : moment.start])
        end = moment.end
        if label != "updated":
            return moment
    return moments[0] if moments else None


def settled_source(source: SourceLine, found: Survey, fitted: Fit, *, top: int) -> SourceLine:
    """The source; the line at its usual place, where no label gives one."""
    block = only_block(found, fitted, fitted.look.source if fitted.look else None)
    if source.source is not None or block is None or block.index < top:
        return source
    if block.chars > LONGEST_SOURCE or block.link_share > 0.9 and block.chars > 60:
        return source
    said = said_of_source(block.text)
    if not said or find_dates(said, latest=None):
        return source
    return SourceLine(
        said,
        Evidence(rule=RULE, text=block.text),
        source.indices | {block.index},
        source.cut,
    )


def settled_authors(authors: Bylines, found: Survey, fitted: Fit, *, top: int) -> Bylines:
    """The authors; those of the line at the usual place, where nothing else gives any."""
    block = only_block(found, fitted, fitted.look.byline if fitted.look else None)
    if authors.authors or block is None or block.index < top - 2 or block.chars > LONGEST_BYLINE:
        return authors
    if is_source_line(block.text):
        return authors
    names = unique(name for name in names_of_line(block.text) if is_name(name))
    if not names:
        return authors
    return Bylines(
        names,
        Evidence(rule=RULE, text=block.text),
        authors.indices | {block.index},
        authors.cut,
    )


def votes(
    blocks: Sequence[TextBlock],
    *,
    title: Title | None,
    titles: Sequence[Witness],
    dates: Dates,
    days_said: Iterable[date],
    first: int,
    source: SourceLine,
    authors: Bylines,
    authors_said: Sequence[Witness],
) -> list[tuple[str, int, int]]:
    """(field, block, weight): where a page's fields stand, the more weight the surer it is."""
    found: list[tuple[str, int, int]] = []
    told = titles_said(titles)
    for block in blocks:
        if block.chars <= LONGEST_TITLE and block.index <= first and folded(block.text) in told:
            found.append(("title", block.index, 3))
    if title is not None and title.index is not None:
        found.append(("title", title.index, 2))
    found.extend(_date_votes(blocks, title, dates, frozenset(days_said), first))
    if source.evidence is not None:
        found.extend(("source", block.index, 2) for block in _printed(blocks, source.evidence.text))
    names = {folded(witness.text) for witness in authors_said} - {""}
    names |= {folded(name) for name in authors.authors}
    for block in blocks:
        if names and block.chars <= LONGEST_BYLINE:
            line = [folded(name) for name in names_of_line(block.text)]
            if line and names.issuperset(line):
                found.append(("byline", block.index, 2))
    return found


def _date_votes(
    blocks: Sequence[TextBlock],
    title: Title | None,
    dates: Dates,
    said: frozenset[date],
    first: int,
) -> Iterable[tuple[str, int, int]]:
    evidence = dates.evidence.get("published")
    top = first if title is None or title.index is None else min(title.index, first)
    for block in blocks:
        if block.chars > LONGEST_DATELINE:
            continue
        moment = _published(block.text, latest=None)
        if moment is None:
            continue
        chosen = evidence is not None and evidence.text == block.text
        weight = 3 if moment.day in said else 2 if chosen else 0
        if not weight and top - 3 <= block.index <= first + 2:
            weight = 1
        if weight:
            yield "date", block.index, weight


def _printed(blocks: Sequence[TextBlock], text: str) -> Iterable[TextBlock]:
    lines = text.split(" / ")
    return (block for block in blocks if block.chars <= LONGEST_SOURCE and block.text in lines)
