"""A made set for near-duplicates: articles, which of them are copies, and which only look so."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import made_edits
from corpus import Collected, Language, Topic, draw_topic, headline, written
from made_edits import Edit, Story
from made_forms import NOTICES, REPORTS, filled, frame

from scraper.records import Article, Block

Pair = tuple[str, str]  # two ids, the smaller first

PORTALS = 12
FRAMED = 6  # of these, how many print the same paragraphs round every text
IN_FRAME = 8  # articles in each frame, at least
PER_FORM = 5  # reports of one form
QUOTING = 4  # texts that quote the same law
EDITS: Mapping[str, Edit] = {
    "the same text": made_edits.untouched,
    "changed lead": made_edits.changed_lead,
    "cut, 25-75 % kept": made_edits.cut,
    "1-15 % of words edited": made_edits.words_edited,
    "paragraphs reordered": made_edits.reordered,
    "typed again": made_edits.typed_again,
    "introduction and byline": made_edits.introduced,
    "several edits": made_edits.several_edits,
}
MERGED = "merged of two"
TWO_FRAMES = "in two portals' frames"
ONE_PORTAL = "in one portal"
SHORT = "the same short text"
COPIES = (*EDITS, SHORT, MERGED, TWO_FRAMES, ONE_PORTAL)

ONE_FRAME = "other texts in one frame"
LIKE_FRAMES = "other texts in like frames"
ONE_TOPIC = "one topic, the same names"
ONE_FORM = "reports of one form"
ONE_LAW = "the same law quoted"
ONE_NOTICE = "short notices of one form"
UNRELATED = "unrelated"
LOOKALIKES = (ONE_FRAME, LIKE_FRAMES, ONE_TOPIC, ONE_FORM, ONE_LAW, ONE_NOTICE, UNRELATED)


@dataclass(frozen=True, slots=True)
class MadeSet:
    """Articles in the order of saving, and pairs of their ids by kind.

    Every pair that is not among the copies is none; `lookalikes` names those that were made to look
    like copies, and any other pair is unrelated.
    """

    articles: tuple[Collected, ...]
    copies: Mapping[str, frozenset[Pair]]
    lookalikes: Mapping[str, frozenset[Pair]]

    @property
    def all_copies(self) -> frozenset[Pair]:
        return frozenset().union(*self.copies.values())

    def kind_of(self, pair: Pair) -> str:
        """The kind of a pair that is no copy."""
        return next((kind for kind, pairs in self.lookalikes.items() if pair in pairs), UNRELATED)


def make_set(
    language: Language, *, seed: str, per_kind: int, sentences: Sequence[str] = ()
) -> MadeSet:
    """The set of this seed; with `sentences`, texts are made of those, each used once."""
    drawn = random.Random(seed)
    maker = _Maker(language, drawn, _Supply(language, drawn, sentences=sentences))
    for _ in range(per_kind):
        maker.copies()
        maker.lookalikes()
    for _ in range(per_kind * 5):
        maker.put(next(maker.stories), maker.plain_portal())
    maker.fill_frames()
    return maker.finished()


def ordered(first: str, second: str) -> Pair:
    return (first, second) if first < second else (second, first)


class _Supply:
    """Stories without end, each unlike every other."""

    def __init__(
        self, language: Language, drawn: random.Random, *, sentences: Sequence[str]
    ) -> None:
        self.language = language
        self.drawn = drawn
        self.topics = [draw_topic(language, drawn) for _ in range(30)]
        self.sentences = list(sentences)
        drawn.shuffle(self.sentences)

    def __iter__(self) -> Iterator[Story]:
        return self

    def __next__(self) -> Story:
        syllables = min(1500.0, max(70.0, self.drawn.lognormvariate(5.5, 0.7)))
        if self.sentences:
            syllables = min(syllables, 250.0)  # there are not many of them
            return self._of_sentences(int(syllables))
        return self.of_topic(self.drawn.choice(self.topics), units=int(syllables / 1.5))

    def of_topic(self, topic: Topic, *, units: int) -> Story:
        text = written(self.language, topic, self.drawn, units=units)
        return Story(headline(topic, self.drawn), tuple(text))

    def _of_sentences(self, syllables: int) -> Story:
        title = self.sentences.pop()
        paragraphs: list[str] = []
        length = 0
        while length < syllables:
            if len(self.sentences) < 5:
                raise SystemExit("too few real sentences for so many pairs; ask for fewer a kind")
            parts = [self.sentences.pop() for _ in range(self.drawn.randrange(1, 4))]
            paragraphs.append(" ".join(parts))
            length += len(paragraphs[-1].split())
        return Story(title, tuple(paragraphs))


@dataclass(slots=True)
class _Maker:
    language: Language
    drawn: random.Random
    stories: _Supply
    articles: list[Collected] = field(default_factory=list)
    copied: dict[str, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    alike: dict[str, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    in_frame: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    of_form: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    frames: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # From a line or two to more than most texts hold.
        for number in range(FRAMED):
            self.frames[f"framed{number}"] = frame(self.drawn, feet=number % 5)

    # --- copies -----------------------------------------------------------------------------------

    def copies(self) -> None:
        """A pair or two of every kind of copy."""
        for kind, edit in EDITS.items():
            story = self._long_enough(110)
            one, other = self.two_portals()
            changed = edit(story, self.language, self.drawn)
            self._copy(kind, self.put(story, one), self.put(changed, other))
        text = made_edits.new_paragraph(self.language, self.drawn, self.drawn.randrange(18, 50))
        story = Story(next(self.stories).title, (text,))
        one, other = self.two_portals()
        self._copy(SHORT, self.put(story, one), self.put(story, other))
        first, second = self._long_enough(150), self._long_enough(150)
        both = self.put(
            made_edits.merged(first, second, self.language, self.drawn), self.plain_portal()
        )
        for story in (first, second):
            self._copy(MERGED, self.put(story, self.plain_portal()), both)
        story = next(self.stories)
        one, other = self.drawn.sample(sorted(self.frames), k=2)
        edited = self._some_edit()(story, self.language, self.drawn)
        self._copy(TWO_FRAMES, self.put(story, one), self.put(edited, other))
        story, portal = next(self.stories), self.any_portal()
        edited = self._some_edit()(story, self.language, self.drawn)
        self._copy(ONE_PORTAL, self.put(story, portal), self.put(edited, portal))

    def _some_edit(self) -> Edit:
        return self.drawn.choice(
            [made_edits.untouched, made_edits.changed_lead, made_edits.words_edited]
        )

    # --- what only looks like copies --------------------------------------------------------------

    def lookalikes(self) -> None:
        """A group of every kind of texts that are not copies of each other."""
        for portal in self.frames:
            self.put(next(self.stories), portal)
            short = made_edits.new_paragraph(self.language, self.drawn, 30)
            self.put(Story(next(self.stories).title, (short,)), portal)
        self._one_topic()
        self._forms(ONE_FORM, self.drawn.choice(REPORTS))
        story, every = self._long_enough(100), self.drawn.randrange(4, 9)
        reports = [
            made_edits.other_values(story, self.language, self.drawn, every=every)
            for _ in range(PER_FORM)
        ]
        self._group(ONE_FORM, reports, one_portal=self.drawn.random() < 0.7)
        self._forms(ONE_NOTICE, self.drawn.choice(NOTICES))
        self._one_law()

    def fill_frames(self) -> None:
        """Of two articles nobody could tell what is frame: there are enough in each."""
        for portal in self.frames:
            while len(self.in_frame[portal]) < IN_FRAME:
                units = self.drawn.randrange(30, 80)
                text = made_edits.new_paragraph(self.language, self.drawn, units)
                title = made_edits.new_paragraph(self.language, self.drawn, 6)
                self.put(Story(title, (text,)), portal)

    def _forms(self, kind: str, form: str) -> None:
        """One portal's texts of a form; another's of the same form are as little copies."""
        portal = self.plain_portal()
        for _ in range(PER_FORM):
            id = self.put(Story(*filled(form, self.drawn)), portal)
            self.alike[kind] |= {ordered(id, other) for other in self.of_form[form]}
            self.of_form[form].append(id)

    def _one_topic(self) -> None:
        """Texts with a third of their words and all their names in common, in another order."""
        topic = draw_topic(self.language, self.drawn)
        group: list[Story] = []
        for _ in range(3):
            story = self.stories.of_topic(topic, units=self.drawn.randrange(80, 300))
            listed = "Dự họp có " + ", ".join(topic.names) + "."
            group.append(Story(story.title, (*story.paragraphs, listed)))
        self._group(ONE_TOPIC, group, one_portal=False)

    def _one_law(self) -> None:
        """Texts that quote the same paragraphs of a law, at most three tenths of each."""
        law = self._long_enough(80).paragraphs[:2]
        length = sum(len(paragraph.split()) for paragraph in law)
        group: list[Story] = []
        while len(group) < QUOTING:
            story = next(self.stories)
            while story.syllables < length * 2.4:
                story = Story(story.title, (*story.paragraphs, *next(self.stories).paragraphs))
            group.append(made_edits.quoting(story, law, self.drawn))
        self._group(ONE_LAW, group, one_portal=False)

    def _group(self, kind: str, group: Sequence[Story], *, one_portal: bool) -> None:
        portal = self.plain_portal()
        ids = [self.put(story, portal if one_portal else self.plain_portal()) for story in group]
        self.alike[kind] |= {
            ordered(one, other) for number, one in enumerate(ids) for other in ids[:number]
        }

    # --- putting together -------------------------------------------------------------------------

    def plain_portal(self) -> str:
        return f"plain{self.drawn.randrange(PORTALS - FRAMED)}"

    def any_portal(self) -> str:
        return self.drawn.choice([*self.frames, *(f"plain{n}" for n in range(PORTALS - FRAMED))])

    def two_portals(self) -> tuple[str, str]:
        one, other = self.drawn.sample(range(PORTALS - FRAMED), k=2)
        return f"plain{one}", f"plain{other}"

    def put(self, story: Story, portal: str) -> str:
        """Publish a story on a portal; returns the article's id."""
        key = str(len(self.articles) + 1)
        head, foot = self.frames.get(portal, ((), ()))
        paragraphs = (*head, *story.paragraphs, *foot)
        article = Article(
            url=f"https://{portal}.example/{key}.htm",
            title=story.title,
            blocks=tuple(Block(kind="paragraph", text=text) for text in paragraphs),
            published=date(2018, 1, 1) + timedelta(days=self.drawn.randrange(300)),
            published_precision="day",
            language="vi",
        )
        collected = Collected(portal, key, article)
        self.articles.append(collected)
        if portal in self.frames:
            self.in_frame[portal].append(collected.id)
        return collected.id

    def _long_enough(self, syllables: int) -> Story:
        story = next(self.stories)
        while story.syllables < syllables:
            story = Story(story.title, (*story.paragraphs, *next(self.stories).paragraphs))
        return story

    def _copy(self, kind: str, one: str, other: str) -> None:
        self.copied[kind].add(ordered(one, other))

    def finished(self) -> MadeSet:
        copies = frozenset().union(*self.copied.values())
        framed = [(portal, id) for portal, ids in self.in_frame.items() for id in ids]
        for number, (portal, id) in enumerate(framed):
            for other_portal, other in framed[:number]:
                kind = ONE_FRAME if portal == other_portal else LIKE_FRAMES
                self.alike[kind].add(ordered(id, other))
        self.drawn.shuffle(self.articles)
        return MadeSet(
            tuple(self.articles),
            {kind: frozenset(self.copied[kind]) for kind in COPIES},
            {
                kind: frozenset(self.alike[kind] - copies)
                for kind in LOOKALIKES
                if kind != UNRELATED
            },
        )
