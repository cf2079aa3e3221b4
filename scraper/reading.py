"""One page read as its portal's pages are read: pure, so that any process may do it.

What is needed for it is picked in the archive beforehand (`learning`), and what comes of it is
archived afterwards (`crawl`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from scraper.capture.store import record_of
from scraper.errors import PageError
from scraper.extraction.article import Template, extract
from scraper.records import Article, Capture, Portal

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a portal's pages are read with in one run."""

    portal: Portal
    templates: Mapping[int, str] = field(default_factory=dict)  # by number, as JSON
    number: int = field(default_factory=lambda: next(_NUMBERS))  # tells them apart in a process


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to read: which templates to try on it, and whether its WARC record is wanted, too."""

    capture: Capture
    templates: tuple[int, ...]
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a page says, or why nothing; exactly one of `article`, `error` and `fault` is there."""

    article: Article | None = None
    template: int | None = None  # the number of the one that fitted
    error: PageError | None = None
    fault: str | None = None  # this program's own mistake, in words
    record: bytes | None = None  # of the WARC file, compressed


class Reader:
    """Reads pages by one set of rules; its templates are parsed when they are first needed."""

    def __init__(self, rules: Rules, *, instead: Callable[..., Article] | None = None) -> None:
        self.rules = rules
        self.instead = instead  # of extract
        self._parsed: dict[int, Template | None] = {}

    def read(self, page: Page) -> Read:
        """What a page says; never raises for what it holds."""
        record = record_of(page.capture) if page.record else None
        try:
            article, template = self.first_fitting(page.capture, page.templates)
        except PageError as error:
            return Read(error=error, record=record)
        except Exception as error:  # our own mistake over one page must not stop the others
            return Read(fault=f"{type(error).__name__}: {error}", record=record)
        return Read(article=article, template=template, record=record)

    def first_fitting(self, capture: Capture, numbers: Iterable[int]) -> tuple[Article, int | None]:
        """The article by the first template that fits; else as if there were none, and why.

        Raises PageError.
        """
        reason: Article | None = None
        for number in numbers:
            try:
                article = self.extract(capture, self.template(number))
            except PageError:
                continue
            if article.read_by == "template":
                return article, number
            reason = reason or article
        if reason is not None:
            return reason, None
        return self.extract(capture, None), None

    def template(self, number: int) -> Template | None:
        """A stored template; None where this program cannot read it."""
        if number not in self._parsed:
            try:
                self._parsed[number] = Template.from_json(self.rules.templates.get(number, "{}"))
            except ValueError:  # of a later program
                self._parsed[number] = None
        return self._parsed[number]

    def extract(self, capture: Capture, template: Template | None) -> Article:
        return (self.instead or extract)(
            capture.body,
            url=capture.answered_url,
            content_type=capture.header("content-type"),
            portal=self.rules.portal,
            fetched_at=capture.fetched_at,
            template=template,
        )


def fit_for_travel(read: Read) -> Read:
    """The same, so that it can be pickled: evidence as it is found in a page cannot be."""
    if read.article is None:
        return read
    return replace(read, article=replace(read.article, evidence=dict(read.article.evidence)))
