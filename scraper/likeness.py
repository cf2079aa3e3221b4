"""Is a reading like those that the portal gave before? What is usual there, and what is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from scraper.archive.archive import ReadingFacts
from scraper.chances import median
from scraper.changes import changed_fields
from scraper.records import Article

FEWEST = 10  # articles that tell what is usual; ours
NEARLY_ALL = 0.9  # of them have a field that is missed where it is not there; ours
TIMES_SHORTER, TIMES_LONGER = 0.5, 2.0  # than any article before; ours
LONG_LINE = 40  # characters; shorter lines are said twice by chance
MOST_LINES = 5_000  # of all pages
SHARED = 0.5  # of a text, with pages of other articles; ours
ALIKE = 0.9  # of the words of two texts, for one text in two looks; ours
WORD = re.compile(r"\w+")
FIELDS = ("date", "source", "authors", "captions")


def fields_of(article: Article) -> frozenset[str]:
    """Which of FIELDS an article has."""
    there = (article.published, article.source, article.authors, article.captions)
    return frozenset(name for name, value in zip(FIELDS, there, strict=True) if value)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a portal's newest articles have in common."""

    articles: int
    always: frozenset[str]  # fields that nearly all of them have
    shortest: int  # characters
    longest: int
    titles: frozenset[str]

    @classmethod
    def of(cls, readings: Sequence[ReadingFacts]) -> Usual:
        whole = len(readings)
        having = Counter(name for one in readings for name in one.has)
        chars = [one.text_chars for one in readings]
        return cls(
            articles=whole,
            always=frozenset(name for name in FIELDS if having[name] >= NEARLY_ALL * whole > 0),
            shortest=min(chars, default=0),
            longest=max(chars, default=0),
            titles=frozenset(one.title.casefold() for one in readings),
        )

    def unlike(self, article: Article) -> list[str]:
        """In what a new article is unlike all others; nothing while too few are known."""
        if self.articles < FEWEST:
            return []
        found = []
        lost = sorted(self.always - fields_of(article))
        if lost:
            found.append(f"no {', no '.join(lost)}")
        chars = len(article.text)
        if chars < TIMES_SHORTER * self.shortest:
            found.append(f"{chars} characters, the shortest before had {self.shortest}")
        elif chars > TIMES_LONGER * self.longest:
            found.append(f"{chars} characters, the longest before had {self.longest}")
        if article.title.casefold() in self.titles:
            found.append(f'"{article.title}" is the title of another article')
        return found


@dataclass(slots=True)
class Lines:
    """The long lines of the pages read in a run: what several articles say is none's own."""

    on: dict[str, set[str]] = field(default_factory=dict)  # line -> ids

    def add(self, article: Article, *, id: str) -> None:
        """Remember an article's lines; of a run's first pages only, others would say the same."""
        if len(self.on) >= MOST_LINES:
            return
        for line in _long_lines(article):
            self.on.setdefault(line, set()).add(id)

    def shared(self, article: Article, *, id: str) -> float:
        """The share of an article's long lines, by length, that other articles say too."""
        lines = _long_lines(article)
        both = sum(len(line) for line in lines if self.on.get(line, set()) - {id})
        return both / max(1, sum(map(len, lines)))


def _long_lines(article: Article) -> set[str]:
    return {line for line in article.text.splitlines() if len(line) >= LONG_LINE}


def same_text(before: Article, after: Article) -> bool:
    """Do two readings have the same text, but for a few words?"""
    old, new = Counter(_words(before)), Counter(_words(after))
    whole = old.total() + new.total()
    return not whole or 2.0 * (old & new).total() >= ALIKE * whole


def same_article(before: Article, after: Article) -> bool:
    """Do two readings, of one page in two looks, agree in title, day and text?"""
    days = [str(one.published)[:10] for one in (before, after)]
    return days[0] == days[1] and same_headed_text(before, after)


def same_headed_text(before: Article, after: Article) -> bool:
    """Do two readings agree in title and text?"""
    return "title" not in changed_fields(before, after) and same_text(before, after)


def much_differs(before: Article, after: Article) -> list[str]:
    """In what a later reading differs so that a person would not call it an edit."""
    found = []
    if "title" in changed_fields(before, after):
        found.append(f'the title was "{before.title}" and would be "{after.title}"')
    lost = sorted(fields_of(before) - fields_of(after))
    if lost:
        found.append(f"no {', no '.join(lost)}, which it had")
    if not same_text(before, after):
        found.append(f"of {len(before.text)} characters another text of {len(after.text)}")
    return found


def usual_length(readings: Collection[ReadingFacts]) -> float | None:
    """The median length of the texts; None of no article."""
    return median([one.text_chars for one in readings]) if readings else None


def _words(article: Article) -> list[str]:
    return WORD.findall(article.text.casefold())
