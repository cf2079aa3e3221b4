"""What newsrooms do to a text that they take over: each edit makes another text of it."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus import Language

from scraper.vietnamese.text import spellings


@dataclass(frozen=True, slots=True)
class Story:
    """A title and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def syllables(self) -> int:
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


Edit = Callable[[Story, Language, random.Random], Story]


def untouched(story: Story, language: Language, drawn: random.Random) -> Story:
    """The text as it is."""
    return story


def changed_lead(story: Story, language: Language, drawn: random.Random) -> Story:
    """Another title, and another first paragraph; of a text of one paragraph, first sentence."""
    first, *others = story.paragraphs
    if not others:
        others = [" ".join(sentences(first)[1:]) or first]
    return Story(_title(language, drawn), (new_paragraph(language, drawn, 25), *others))


def cut(story: Story, language: Language, drawn: random.Random) -> Story:
    """A quarter to three quarters of the text, in one piece, mostly its beginning."""
    apart = [sentences(paragraph) for paragraph in story.paragraphs]
    flat = [(number, one) for number, several in enumerate(apart) for one in several]
    wanted = story.syllables * drawn.uniform(0.25, 0.75)
    start = 0 if drawn.random() < 0.6 else drawn.randrange(max(1, len(flat) // 4))
    kept: dict[int, list[str]] = {}
    length = 0
    for number, sentence in flat[start:]:
        kept.setdefault(number, []).append(sentence)
        length += len(sentence.split())
        if length >= wanted:
            break
    return replace(story, paragraphs=tuple(" ".join(several) for several in kept.values()))


def words_edited(story: Story, language: Language, drawn: random.Random) -> Story:
    """One to fifteen of a hundred words replaced, left out or put in, anywhere."""
    return _edited(story, language, drawn, share=drawn.uniform(0.01, 0.15))


def reordered(story: Story, language: Language, drawn: random.Random) -> Story:
    """The paragraphs, or a short text's sentences, in another order."""
    parts = list(story.paragraphs)
    if len(parts) < 3:
        parts = [one for paragraph in parts for one in sentences(paragraph)]
    drawn.shuffle(parts)
    return replace(story, paragraphs=tuple(parts))


def typed_again(story: Story, language: Language, drawn: random.Random) -> Story:
    """Typing mistakes, the tone marks' other place, the other Unicode form, other quotes."""
    paragraphs = []
    for paragraph in story.paragraphs:
        words = paragraph.split()
        for place, word in enumerate(words):
            if drawn.random() < 0.02:
                words[place] = _mistyped(word, drawn)
            elif word.islower():
                words[place] = spellings(word)[-1]
        text = " ".join(words).replace("“", '"').replace("”", '"').replace("–", "-")
        paragraphs.append(unicodedata.normalize("NFD", text) if drawn.random() < 0.5 else text)
    return replace(story, paragraphs=tuple(paragraphs))


def introduced(story: Story, language: Language, drawn: random.Random) -> Story:
    """An introduction before the text, and a byline under it."""
    introduction = new_paragraph(language, drawn, drawn.randrange(15, 60))
    byline = f"{language.name(drawn)} (theo {_title(language, drawn)})"
    return replace(story, paragraphs=(introduction, *story.paragraphs, byline))


def several_edits(story: Story, language: Language, drawn: random.Random) -> Story:
    """A text cut, edited a little, introduced anew under another title."""
    edits: Sequence[Edit] = drawn.sample([cut, changed_lead, introduced, typed_again], k=2)
    for edit in edits:
        story = edit(story, language, drawn)
    return _edited(story, language, drawn, share=drawn.uniform(0.01, 0.06))


def merged(first: Story, second: Story, language: Language, drawn: random.Random) -> Story:
    """Two texts in one: of each two fifths at least, from its beginning."""
    parts = [
        part
        for story in (first, second)
        for part in story.paragraphs[: max(1, round(len(story.paragraphs) * drawn.uniform(0.4, 1)))]
    ]
    return Story(_title(language, drawn), tuple(parts))


def quoting(story: Story, law: Sequence[str], drawn: random.Random) -> Story:
    """The text with a law's paragraphs somewhere in it."""
    place = drawn.randrange(len(story.paragraphs) + 1)
    return replace(story, paragraphs=(*story.paragraphs[:place], *law, *story.paragraphs[place:]))


def other_values(story: Story, language: Language, drawn: random.Random, *, every: int) -> Story:
    """The text as a form: every so many words there is another one each time."""
    paragraphs = []
    for paragraph in story.paragraphs:
        words = paragraph.split()
        for place in range(every - 1, len(words), every):
            number = drawn.randrange(10_000)
            words[place] = str(number) if drawn.random() < 0.5 else drawn.choice(language.syllables)
        paragraphs.append(" ".join(words))
    return replace(story, paragraphs=tuple(paragraphs))


def new_paragraph(language: Language, drawn: random.Random, units: int) -> str:
    return " ".join(language.draw(drawn, units)).capitalize() + "."


def sentences(paragraph: str) -> list[str]:
    """The sentences, each with its full stop."""
    parts = paragraph.replace(". ", ".\n").split("\n")
    return [part for part in parts if part]


def _title(language: Language, drawn: random.Random) -> str:
    return " ".join(language.draw(drawn, 6)).capitalize()


def _edited(story: Story, language: Language, drawn: random.Random, *, share: float) -> Story:
    paragraphs = []
    for paragraph in story.paragraphs:
        words: list[str] = []
        for word in paragraph.split():
            if drawn.random() >= share:
                words.append(word)
                continue
            change = drawn.random()
            if change < 0.6:
                words += language.draw(drawn, 1)
            elif change < 0.8:
                words += [word, *language.draw(drawn, 1)]
        paragraphs.append(" ".join(words) or paragraph)
    return replace(story, paragraphs=tuple(paragraphs))


def _mistyped(word: str, drawn: random.Random) -> str:
    place = drawn.randrange(len(word))
    return drawn.choice(
        (
            word[:place] + word[place + 1 :],
            word[: place + 1] + word[place:],
            word[:place] + drawn.choice("aeiouthnc") + word[place + 1 :],
        )
    )
