"""The fields by a template's places: where a page alone leaves open which line is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scraper.extraction.byline_above import LONGEST_BYLINE
from scraper.extraction.datelines import LONGEST_DATELINE
from scraper.extraction.fields import Bylines, Dates, SourceLine
from scraper.extraction.names import is_name, names_of_line, unique
from scraper.extraction.notes import Witness
from scraper.extraction.source_line import LONGEST_SOURCE, is_source_line, said_of_source
from scraper.extraction.template_fit import Fit
from scraper.extraction.template_sight import folded, titles_said
from scraper.extraction.title_line import part_title
from scraper.extraction.title_near_text import LONGEST_TITLE
from scraper.extraction.titles import Title
from scraper.records import Evidence
from scraper.vietnamese.dates import Moment, find_dates, label_of

RULE = "place on this site's pages"


def settled_title(title: Title | None, fitted: Fit, said: Sequence[Witness]) -> Title | None:
    """The title; the line at the usual place, where metadata do not bear out the other."""
    block = fitted.block("title")
    if block is None or (title is not None and title.index == block.index):
        return title
    if not 4 <= block.chars <= LONGEST_TITLE:
        return title
    if title is not None and folded(title.text) in titles_said(said):
        return title
    line = part_title(block.text, block=block, said=[it.text for it in said]).headline
    return Title(line, block.index, RULE) if line else title


def settled_dates(
    dates: Dates, fitted: Fit, *, latest: date | None, zone: ZoneInfo | None
) -> Dates:
    """The dates; the line at the usual place wins over other lines, not over metadata."""
    block = fitted.block("date")
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


def settled_source(source: SourceLine, fitted: Fit, *, top: int) -> SourceLine:
    """The source; the line at its usual place, where no label gives one."""
    block = fitted.block("source")
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


def settled_authors(authors: Bylines, fitted: Fit, *, top: int) -> Bylines:
    """The authors; those of the line at the usual place, where nothing else gives any."""
    block = fitted.block("byline")
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
