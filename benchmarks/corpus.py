"""A made corpus of ministries' articles: real syllable frequencies, everything else drawn.

The same seed gives the same articles. Nothing is held but the vocabulary, so a million of them
stream in flat memory. How often a syllable stands in Vietnamese is wordfreq's knowledge; word order
is random between units of one or two syllables, so arbitrary pairs are rarer than in prose: a hard
case for phrases.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from scraper.records import Article, Attachment, Block, Capture, Evidence, Figure, Link

HERE = Path(__file__).parent
VIETNAM = timezone(timedelta(hours=7))
SYLLABLES = 10_000  # the commonest; the rest are rarer than one in five million
COMPOUNDS = 6_000
COMPOUND_SHARE = 0.45  # of all units
PER_TOPIC = 40  # units that a topic's articles say often
TOPIC_EVERY = 9  # one unit in nine is the topic's
UNITS_LOG_MEAN, UNITS_LOG_SPREAD = 5.65, 0.58  # about 580 syllables an article with all names
FIRST_DAY, LAST_DAY = datetime(2003, 1, 1, tzinfo=VIETNAM), datetime(2026, 10, 31, tzinfo=VIETNAM)
MONTHS = 286
COPIED = 0.08  # of all articles: an earlier one's text with another lead and without its end
COPIED_WITHIN = 3000  # articles; news is copied while it is new
FRAMED = slice(5, 8)  # portals, an eighth of all articles, whose texts have the portal's own lines
SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
OFFICES = ("TT-BTNMT", "QĐ-TTg", "NĐ-CP", "QĐ-BTNMT", "CT-TTg", "NQ-HĐND", "QĐ-UBND", "TB-VPCP")


def syllable_frequencies() -> dict[str, float]:
    """The commonest Vietnamese syllables and how often each stands; needs wordfreq."""
    try:
        from wordfreq import get_frequency_dict
    except ImportError:
        raise SystemExit(
            "the made corpus needs wordfreq's syllable frequencies; run: "
            f"python -m pip install --no-deps -r {HERE / 'archive.txt'}"
        ) from None
    known = get_frequency_dict("vi", wordlist="best")
    words = [word for word in known if word.isalpha()]
    words.sort(key=lambda word: (-known[word], word))
    return {word: known[word] for word in words[:SYLLABLES]}


@dataclass(frozen=True, slots=True)
class Collected:
    """An article, and on which portal under which key it stands."""

    portal: str
    key: str
    article: Article

    @property
    def id(self) -> str:
        return f"{self.portal}:{self.key}"

    @property
    def url(self) -> str:
        return self.article.url or f"https://{self.portal}.example/{self.key}"

    def link(self) -> Link:
        return Link(
            portal=self.portal,
            url=self.url,
            key=self.key,
            found_on=f"https://{self.portal}.example/tin-tuc",
            title=self.article.title,
        )

    def capture(self, fetched_at: datetime) -> Capture:
        """An answer with headers as servers send them, and a body for the digest's sake only."""
        body = self.id.encode()
        return Capture(
            url=self.url,
            answered_url=self.url,
            status=200,
            headers=(
                ("Content-Type", "text/html; charset=utf-8"),
                ("ETag", f'"{self.key}"'),
                ("Last-Modified", "Thu, 14 Jun 2018 08:20:00 GMT"),
            ),
            body=body,
            fetched_at=fetched_at,
            sha256=sha256(body).hexdigest(),
        )


class Language:
    """Units of one or two syllables, drawn as often as they stand in Vietnamese.

    `frequencies`: syllable -> relative frequency. Half as many units again are compounds, whose
    frequencies fall as Zipf's law says; their syllables are drawn by frequency.
    """

    def __init__(self, frequencies: Mapping[str, float], *, seed: int = 1) -> None:
        drawn = random.Random(f"language {seed}")
        self.syllables = list(frequencies)
        total = sum(frequencies.values())
        single = [frequency / total for frequency in frequencies.values()]
        pairs = drawn.choices(self.syllables, single, k=2 * COMPOUNDS)
        self.compounds = [
            f"{first} {second}" for first, second in zip(pairs[::2], pairs[1::2], strict=True)
        ]
        ranks = [1 / (rank + 20) for rank in range(COMPOUNDS)]
        self.units = self.syllables + self.compounds
        self.weights = list(
            accumulate(
                [weight * (1 - COMPOUND_SHARE) for weight in single]
                + [rank / sum(ranks) * COMPOUND_SHARE for rank in ranks]
            )
        )

    def draw(self, drawn: random.Random, count: int) -> list[str]:
        """So many units, as often as they stand in the language."""
        return drawn.choices(self.units, cum_weights=self.weights, k=count)

    def name(self, drawn: random.Random) -> str:
        """A person's name."""
        given = " ".join(drawn.choices(self.syllables[:2000], k=2)).title()
        return f"{drawn.choice(SURNAMES)} {given}"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a story's articles have in common: words, people, documents, and when it was news."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    tags: tuple[str, ...]
    documents: tuple[str, ...]


def draw_topic(language: Language, drawn: random.Random) -> Topic:
    units = [
        language.draw(drawn, 1)[0] if drawn.random() < 0.3 else drawn.choice(language.compounds)
        for _ in range(PER_TOPIC)
    ]
    return Topic(
        tuple(units),
        tuple(language.name(drawn) for _ in range(8)),
        tuple(drawn.sample(units, 5)),
        tuple(document(drawn) for _ in range(6)),
    )


def document(drawn: random.Random) -> str:
    """A legal document's number, as 01/2019/TT-BTNMT."""
    return f"{drawn.randrange(1, 400):02}/{drawn.randrange(2003, 2027)}/{drawn.choice(OFFICES)}"


def figure_of_speech(drawn: random.Random) -> str:
    """A number as articles print it."""
    form, number = drawn.randrange(5), drawn.randrange(1, 100_000)
    if form == 0:
        return f"{number / 100:.2f}".replace(".", ",") + "%"
    if form == 1:
        return f"{number % 28 + 1}/{number % 12 + 1}/{2003 + number % 24}"
    if form == 2:
        return f"{number:,}".replace(",", ".") + " ha"
    return str(number)


def written(language: Language, topic: Topic, drawn: random.Random, *, units: int) -> list[str]:
    """A text's paragraphs of about so many units: sentences, names, numbers, documents."""
    words = language.draw(drawn, units)
    words[::TOPIC_EVERY] = drawn.choices(topic.units, k=len(words[::TOPIC_EVERY]))
    for _ in range(units // 60 + 1):
        words[int(drawn.random() * units)] = drawn.choice(topic.names)
        words[int(drawn.random() * units)] = figure_of_speech(drawn)
    words[int(drawn.random() * units)] = drawn.choice(topic.documents)
    if drawn.random() < 0.3:
        words[int(drawn.random() * units)] = document(drawn)
    paragraphs: list[str] = []
    sentences: list[str] = []
    start, left = 0, drawn.randrange(1, 5)
    while start < units:
        end = start + 8 + int(drawn.random() * 20)
        if units - end < 8:
            end = units
        sentence = " ".join(words[start:end])
        sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
        start, left = end, left - 1
        if not left or start >= units:
            paragraphs.append(" ".join(sentences))
            sentences, left = [], drawn.randrange(1, 5)
    return paragraphs


def headline(topic: Topic, drawn: random.Random, *, units: int = 6) -> str:
    words = " ".join(drawn.choices(topic.units, k=units))
    return words[0].upper() + words[1:]


class Corpus:
    """Articles of about twenty portals from 2003 to 2026, in no order of time.

    A portal's first collection goes back through its years, and portals take turns: an archive's
    order of saving is not the order of publishing, which is the hard case for the newest first.
    """

    def __init__(
        self, language: Language, *, seed: int = 1, portals: int = 20, topics: int = 300
    ) -> None:
        self.seed = seed
        self.language = language
        drawn = random.Random(f"corpus {seed}")
        self.portals = [f"portal{number:02}" for number in range(1, portals + 1)]
        self.portal_weights = list(accumulate(1 / rank for rank in range(1, portals + 1)))
        self.titles = {portal: " ".join(language.draw(drawn, 4)).title() for portal in self.portals}
        self.authors = {
            portal: [language.name(drawn) for _ in range(40)] for portal in self.portals
        }
        self.frames = {
            portal: tuple(" ".join(language.draw(drawn, 15)).capitalize() for _ in range(3))
            for portal in self.portals[FRAMED]
        }
        self.topics = [draw_topic(language, drawn) for _ in range(topics)]
        self._months = list(accumulate(1 + month / 60 for month in range(MONTHS)))
        self._topics_of_month = _bursts(drawn, topics)

    def articles(self, count: int, *, start: int = 0) -> Iterator[Collected]:
        """The articles of these numbers; each number's article is always the same."""
        drawn = random.Random()
        for number in range(start, start + count):
            yield self._numbered(number, drawn)

    def _numbered(self, number: int, drawn: random.Random) -> Collected:
        drawn.seed(self.seed * 1_000_000_007 + number)
        if number and drawn.random() < COPIED:
            original = max(0, number - drawn.randrange(1, COPIED_WITHIN))
            return self._copied(self._numbered(original, drawn), number, drawn)
        return self._article(number, drawn)

    def _copied(self, original: Collected, number: int, drawn: random.Random) -> Collected:
        """Another portal's article of the same text."""
        portal = drawn.choice([one for one in self.portals if one != original.portal])
        article, frame = original.article, self.frames.get(original.portal, ())
        blocks = [block for block in article.blocks if block.text not in frame]
        article = replace(
            article,
            url=f"https://{portal}.example/tin-tuc/{number + 1}.htm",
            lead=" ".join(self.language.draw(drawn, 20)).capitalize() + ".",
            blocks=self._in_frame(portal, blocks[: max(1, len(blocks) - 1)]),
            source=self.titles[original.portal],
        )
        return Collected(portal, str(number + 1), article)

    def _in_frame(self, portal: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
        if portal not in self.frames:
            return tuple(blocks)
        above, *below = (Block(kind="paragraph", text=text) for text in self.frames[portal])
        return (above, *blocks, *below)

    def _article(self, number: int, drawn: random.Random) -> Collected:
        portal = drawn.choices(self.portals, cum_weights=self.portal_weights)[0]
        (month,) = drawn.choices(range(MONTHS), cum_weights=self._months)
        topic = drawn.choices(self.topics, cum_weights=self._topics_of_month[month])[0]
        units = int(min(4000.0, max(40.0, drawn.lognormvariate(UNITS_LOG_MEAN, UNITS_LOG_SPREAD))))
        paragraphs = written(self.language, topic, drawn, units=units)
        title = headline(topic, drawn)
        lead = None
        if drawn.random() < 0.8:
            lead = " ".join(self.language.draw(drawn, 20)).capitalize() + "."
        day = FIRST_DAY + timedelta(days=month * 30.4 + drawn.random() * 30)
        published = min(day, LAST_DAY).replace(second=0, microsecond=0)
        key = str(number + 1)
        url = f"https://{portal}.example/tin-tuc/{key}.htm"
        blocks = [Block(kind="paragraph", text=text) for text in paragraphs]
        if len(blocks) > 6:
            blocks.insert(4, Block(kind="heading", text=headline(topic, drawn, units=4)))
        precise = drawn.random() < 0.7
        authors = tuple(drawn.sample(self.authors[portal], k=1 + (drawn.random() < 0.1)))
        article = Article(
            url=url,
            title=title,
            lead=lead,
            blocks=self._in_frame(portal, blocks),
            published=published if precise else published.date(),
            published_precision="minute" if precise else "day",
            source=self._source(portal, drawn),
            authors=authors if drawn.random() < 0.7 else (),
            figures=self._figures(topic, drawn, url=url),
            attachments=_attachments(topic, drawn, url=url),
            tags=topic.tags[: drawn.randrange(6)],
            language="vi",
            evidence=_evidence(title, published),
        )
        return Collected(portal, key, article)

    def _source(self, portal: str, drawn: random.Random) -> str | None:
        if drawn.random() < 0.3:
            return None
        if drawn.random() < 0.8:
            return self.titles[portal]
        return self.titles[drawn.choice(self.portals)]

    def _figures(self, topic: Topic, drawn: random.Random, *, url: str) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                image=f"{url}/{position}.jpg",
                caption=f"{headline(topic, drawn, units=5)}. Ảnh: {drawn.choice(topic.names)}",
            )
            for position in range(max(0, drawn.randrange(-3, 4)))
        )


def _bursts(drawn: random.Random, topics: int) -> list[list[float]]:
    """For each month, how much of it each topic is; most topics are news for a few months."""
    weights = [[0.05 + drawn.random() * 0.2] * MONTHS for _ in range(topics)]
    for of_topic in weights:
        for _ in range(drawn.randrange(1, 4)):
            peak, width = drawn.randrange(MONTHS), drawn.randrange(1, 12)
            for month in range(max(0, peak - width), min(MONTHS, peak + width + 1)):
                of_topic[month] += 4.0 * (1 - abs(month - peak) / (width + 1))
    return [list(accumulate(of_topic[month] for of_topic in weights)) for month in range(MONTHS)]


def _attachments(topic: Topic, drawn: random.Random, *, url: str) -> tuple[Attachment, ...]:
    if drawn.random() > 0.1:
        return ()
    named: Sequence[str] = drawn.sample(topic.documents, k=drawn.randrange(1, 3))
    return tuple(
        Attachment(url=f"{url}/{name.replace('/', '-')}.pdf", title=name) for name in named
    )


def _evidence(title: str, published: datetime) -> dict[str, Evidence]:
    return {
        "title": Evidence(rule="heading", text=title),
        "published": Evidence(
            rule="date line after the title", text=f"{published:%d/%m/%Y | %H:%M}"
        ),
        "text": Evidence(rule="the block with most text", text="div.detail"),
        "language": Evidence(rule="html lang", text="vi"),
    }
