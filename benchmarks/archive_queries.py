"""Queries of the kinds people ask, drawn from the made corpus by how many articles hold a word."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus import Collected, Corpus

from scraper.vietnamese.text import fold

SAMPLE = 4000  # articles in which words are counted
PER_KIND = 25
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query: as typed here, and its parts for those who are asked in another way."""

    kind: str
    phrases: tuple[str, ...]  # each of one syllable or more; all must occur
    title_only: bool = False
    portal: str | None = None
    years: tuple[int, int] | None = None  # first and last, inclusive

    @property
    def marked(self) -> bool:
        return any(fold(phrase) != phrase for phrase in self.phrases)

    @property
    def text(self) -> str:
        """In our query language."""
        words = [quoted(phrase) for phrase in self.phrases]
        if self.title_only:
            words = [f"title:{word}" for word in words]
        if self.portal:
            words.append(f"portal:{self.portal}")
        if self.years:
            words += [f"after:{self.years[0]}", f"before:{self.years[1]}"]
        return " ".join(words)

    @property
    def expression(self) -> str:
        """For FTS5."""
        both = " AND ".join(f'"{phrase}"' for phrase in self.phrases)
        return f"title : ({both})" if self.title_only else both


def quoted(phrase: str) -> str:
    return f'"{phrase}"' if " " in phrase else phrase


def draw_queries(sample: Sample, *, seed: int, per_kind: int = PER_KIND) -> list[Asked]:
    """So many of each of the twelve kinds, mixed."""
    drawn = random.Random(f"queries {seed}")
    queries = [
        query
        for kind, draw in KINDS.items()
        for query in _distinct(kind, draw, sample, drawn, count=per_kind)
    ]
    drawn.shuffle(queries)
    return queries


class Sample:
    """Some of the corpus's articles, and how many of them hold each word."""

    def __init__(self, corpus: Corpus, *, size: int = SAMPLE) -> None:
        self.articles = list(corpus.articles(size))
        self.portals = corpus.portals
        self.compounds = corpus.language.compounds
        self.syllables = corpus.language.syllables
        self.holding: Counter[str] = Counter()
        for one in self.articles:
            self.holding.update(set(words_of(one.article.body)))

    def words(self, low: float, high: float) -> list[str]:
        """Words held by such a share of the articles."""
        least, most = low * len(self.articles), high * len(self.articles)
        return sorted(word for word, count in self.holding.items() if least <= count <= most)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


Draw = Callable[[Sample, random.Random], Asked]


def _distinct(
    kind: str, draw: Draw, sample: Sample, drawn: random.Random, *, count: int
) -> list[Asked]:
    found: dict[str, Asked] = {}
    for _ in range(count * 40):
        query = draw(sample, drawn)
        found.setdefault(query.text, query)
        if len(found) == count:
            return list(found.values())
    raise SystemExit(f"the corpus holds too few words for {count} queries of the kind: {kind}")


def _rare_word(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(
        kind="rare word", phrases=(drawn.choice(sample.words(0, 2 / len(sample.articles))),)
    )


def _mid_word(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(kind="word in 1-10 %", phrases=(drawn.choice(sample.words(0.01, 0.1)),))


def _common_word(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(kind="word in > 30 %", phrases=(drawn.choice(sample.words(0.3, 1)),))


def _two_common(sample: Sample, drawn: random.Random) -> Asked:
    words = drawn.sample(sample.words(0.2, 1), k=2)
    return Asked(kind="two common words", phrases=tuple(words))


def _mid_and_common(sample: Sample, drawn: random.Random) -> Asked:
    words = drawn.choice(sample.words(0.01, 0.1)), drawn.choice(sample.words(0.3, 1))
    return Asked(kind="mid and common word", phrases=words)


def _compound(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(kind="compound", phrases=(_often(sample, drawn),))


def _phrase(sample: Sample, drawn: random.Random) -> Asked:
    """Two to four words as they stand somewhere."""
    words = words_of(drawn.choice(drawn.choice(sample.articles).article.blocks).text)
    length = min(len(words), drawn.randrange(2, 5))
    start = drawn.randrange(len(words) - length + 1)
    return Asked(kind="arbitrary phrase", phrases=(" ".join(words[start : start + length]),))


def _unmarked_compound(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(kind="compound without marks", phrases=(fold(_often(sample, drawn)),))


def _unmarked_word(sample: Sample, drawn: random.Random) -> Asked:
    word = drawn.choice(sample.words(0.01, 1))
    return Asked(kind="word without marks", phrases=(fold(word),))


def _in_title(sample: Sample, drawn: random.Random) -> Asked:
    words = words_of(drawn.choice(sample.articles).article.title)
    return Asked(kind="in the title", phrases=(drawn.choice(words),), title_only=True)


def _common_dated(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(
        kind="common, dates, portal",
        phrases=(drawn.choice(sample.words(0.3, 1)),),
        portal=drawn.choice(sample.portals[:6]),
        years=_years(drawn),
    )


def _compound_dated(sample: Sample, drawn: random.Random) -> Asked:
    return Asked(
        kind="compound, dates, portal",
        phrases=(_often(sample, drawn),),
        portal=drawn.choice(sample.portals[:6]),
        years=_years(drawn),
    )


KINDS: dict[str, Draw] = {
    "rare word": _rare_word,
    "word in 1-10 %": _mid_word,
    "word in > 30 %": _common_word,
    "two common words": _two_common,
    "mid and common word": _mid_and_common,
    "compound": _compound,
    "arbitrary phrase": _phrase,
    "compound without marks": _unmarked_compound,
    "word without marks": _unmarked_word,
    "in the title": _in_title,
    "common, dates, portal": _common_dated,
    "compound, dates, portal": _compound_dated,
}


def _often(sample: Sample, drawn: random.Random) -> str:
    """One of the compounds that stand in a hundredth of the articles or more."""
    return drawn.choice(sample.compounds[: len(sample.compounds) // 20 or 1])


def _years(drawn: random.Random) -> tuple[int, int]:
    first = drawn.randrange(2005, 2024)
    return first, first + drawn.randrange(4)


# --- who says what is right -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """How many articles were found, of which years, and what it took: seconds."""

    query: Asked
    count: int
    by_year: Mapping[str, int]
    wall: float
    cpu: float


class Truth:
    """How many articles a query must find, by looking at every text, without any index.

    A query with any mark is taken as typed, one without finds every marking; of the places of a
    tone mark and of i and y, `alike` and `alike_unmarked` make one.
    """

    def __init__(
        self,
        articles: Sequence[Collected],
        *,
        alike: Callable[[str], str],
        alike_unmarked: Callable[[str], str],
    ) -> None:
        self._alike = {True: alike, False: alike_unmarked}
        self._cached: dict[bool, dict[str, str]] = {True: {}, False: {}}
        self._articles = articles
        self._known: dict[Asked, list[str]] = {}
        self._texts = {
            marked: [tuple(self._plain(field, marked) for field in fields(one)) for one in articles]
            for marked in (True, False)
        }

    def by_year(self, query: Asked) -> dict[str, int]:
        """How many articles of each year hold what is asked for."""
        return Counter(day[:4] or "unknown" for day in self.days(query))

    def days(self, query: Asked) -> list[str]:
        """When they were published, the newest first; undated ones last, as ""."""
        if query not in self._known:
            self._known[query] = sorted(self._days(query), reverse=True)
        return self._known[query]

    def _days(self, query: Asked) -> Iterator[str]:
        wanted = [self._plain(phrase, query.marked) for phrase in query.phrases]
        for one, texts in zip(self._articles, self._texts[query.marked], strict=True):
            if _fits(one, query) and _holds(texts[:1] if query.title_only else texts, wanted):
                yield str(one.article.published or "")[:10]

    def agrees(self, answer: Answer) -> bool:
        """Is the count of every year right, and their sum the count?"""
        return dict(answer.by_year) == self.by_year(answer.query) and answer.count == sum(
            answer.by_year.values()
        )

    def _plain(self, text: str, marked: bool) -> str:
        cached, alike = self._cached[marked], self._alike[marked]
        words = words_of(text)
        for word in words:
            if word not in cached:
                cached[word] = alike(word)
        return f" {' '.join(cached[word] for word in words)} "


def fields(one: Collected) -> Iterator[str]:
    article = one.article
    yield article.title
    yield article.lead or ""
    yield article.body
    yield "\n".join(article.captions)


def _holds(texts: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(phrase in text for text in texts) for phrase in wanted)


def _fits(one: Collected, query: Asked) -> bool:
    if query.portal and one.portal != query.portal:
        return False
    if query.years is None:
        return True
    published = one.article.published
    return published is not None and query.years[0] <= published.year <= query.years[1]
