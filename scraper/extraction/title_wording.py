"""How a title reads, once its line is found: kickers, names of sites, what metadata say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scraper.extraction.blocks import HEADINGS, Box, Survey, TextBlock
from scraper.extraction.title_line import is_name_of_body, part_title

_LONGEST_KICKER = 80  # characters
LONGEST_SAID = 500  # characters of a title in metadata
_MOST_SAID = 20
_MOST_PIECES = 20  # of a line that are looked at
_KICKER_REACH = 3  # blocks above a headline
_FEWEST_OF_NAME = 4  # letters of a part of a host's name
_OPENING = "“„«‹¿¡(["
_QUOTES = "\"'’”»"
_BEST_RULES = frozenset(("JSON-LD headline", "meta og:title"))
_AFTER_KICKERS = (":", "/", "|")  # a section's name is rather parted by a dash
_HOST = re.compile(r"[A-Za-z]{2,10}://([^/?#:@]+)")
_LETTERS = re.compile(r"[^\W_]+")
# What parts a title from the name of the site in <title>.
PARTING = re.compile(r"\s+[|\-–—·•»«:/]+\s+|\s*[|»«]\s*")

_MAY_PART = re.compile(r"[|»«]|\s[-–—·•:/]")


class Told:
    """What metadata and the title element say of the title.

    `said` are the titles of metadata as (rule, text), best first, without the names of the site;
    `keys` gives each by its letters alone.
    """

    def __init__(
        self,
        said: Sequence[tuple[str, str]],
        page_title: str | None,
        names: Iterable[str] = (),
        *,
        url: str | None = None,
    ) -> None:
        self.names = frozenset(_keys_of_names(names, _HOST.match(url or "")))
        given: dict[str, str] = {}  # the same title stands in several places
        for rule, text in said[:_MOST_SAID]:
            if 0 < len(text) <= LONGEST_SAID:
                given.setdefault(text, rule)
        page_title = (page_title or "")[:LONGEST_SAID]
        self.texts = [*given, page_title] if page_title else list(given)
        self._parts = [*PARTING.split(page_title), *given]
        self.said: list[tuple[str, str]] = []
        self.keys: dict[str, str] = {}
        self.headlines: set[str] = set()  # keys of what is said of the article, not of a tweet
        self.spoken: list[frozenset[str]] = []  # the words of each
        for text, rule in given.items():
            words = frozenset(letters_of(text))
            if words not in self.spoken:
                self.spoken.append(words)
            text = self.without_name(text)
            self.said.append((rule, text))
            if not rule.startswith("itemprop"):  # it is a part of what is printed
                key = letters_only(text)
                self.keys.setdefault(key, text)
                if rule in _BEST_RULES:
                    self.headlines.add(key)
        window = letters_of(page_title)
        self.window = f" {' '.join(window)} "  # the words of the title element
        self.window_words = frozenset(window)
        self.known = self.window_words.union(*self.spoken)
        self.folded = "\n".join(self.texts).casefold()
        # No line of few words that is shorter is like one of them.
        self.shortest = min([len(text) for _, text in self.said], default=100) * 2 // 5
        self._telling: frozenset[str] | None = None
        self._headlines: dict[int, str] = {}

    @property
    def telling(self) -> frozenset[str]:
        """Their words, but those of names of bodies."""
        if self._telling is None:
            self._telling = frozenset(
                word
                for part in self._parts
                if part and not is_name_of_body(part)
                for word in letters_of(part)
            )
        return self._telling

    def headline(self, block: TextBlock) -> str:
        """The block's line without the small print after the headline."""
        known = self._headlines.get(block.index)
        if known is None:
            known = self._headlines[block.index] = self.without_small_print(block.text, block)
        return known

    def without_small_print(self, line: str, block: TextBlock | None = None) -> str:
        """A line without what follows its headline; "Im Bild 2023.12.10" is said as a whole."""
        parted = part_title(line, block=block, said=self.texts)
        if parted.tail and letters_only(line) in self.keys and _is_bare(parted.tail):
            return line
        return parted.headline

    def without_name(self, line: str) -> str:
        """A title without the name of the site before or after it."""
        if not self.names or not _MAY_PART.search(line):
            return line
        cuts = list(PARTING.finditer(line))
        if cuts and letters_only(line[cuts[-1].end() :]) in self.names:
            line = line[: cuts[-1].start()]
            cuts.pop()
        if cuts and letters_only(line[: cuts[0].start()]) in self.names:
            line = line[cuts[0].end() :]
        return line


def _is_bare(tail: str) -> bool:
    return not any(map(str.isalpha, tail))


def _keys_of_names(names: Iterable[str], host: re.Match[str] | None) -> Iterator[str]:
    """The letters of each name; of the host's also those of its parts."""
    yield from map(letters_only, names)
    if host is not None:
        name = host[1].lower().removeprefix("www.")
        yield letters_only(name)
        parts = map(letters_only, name.split(".")[:-1])
        yield from (part for part in parts if len(part) >= _FEWEST_OF_NAME)


def wording(page: Survey, block: TextBlock, told: Told) -> str:
    """The title in a line, as it is printed, with or without its kicker as metadata have it.

    Where metadata give a title with the kicker that stands above the line, both are the title.
    """
    line = told.without_name(told.headline(block))
    key = letters_only(line)
    for given in told.keys:
        front = key.removesuffix(given)
        if key != front and 0 < len(front) < len(given) and _is_kicker(block, front, given):
            return _end_of(line, given)
    same = told.keys.get(key)
    if same is not None:
        return same if same != line and _is_glued(block, line, same) else line
    for given, text in told.keys.items():
        if given.endswith(key):
            kicker = text[: -len(_end_of(text, key))].rstrip()
            if kicker.endswith(_AFTER_KICKERS) and _stands_above(page, block, kicker, told):
                return text
        elif given.startswith(key) and _goes_on(page, block, given[len(key) :]):
            return text
    return line


def _is_glued(block: TextBlock, line: str, same: str) -> bool:
    """Whether markup alone parts a line's pieces where metadata have a sign: "DemoDer Tag naht"."""
    if letters_of(same) != letters_of(line):
        return True
    if len(same) <= len(line) or same.count(":") <= line.count(":"):
        return False
    pieces = map(str.strip, islice(block.element.itertext(), _MOST_PIECES))
    return sum(map(bool, pieces)) > 1


def _is_kicker(block: TextBlock, front: str, rest: str) -> bool:
    """Whether markup parts the first letters of a line from the rest."""
    pieces = map(letters_only, islice(block.element.itertext(), _MOST_PIECES))
    return any(piece in (front, rest) for piece in pieces)


def _end_of(line: str, given: str) -> str:
    """The end of a line that has the letters of a title, in the line's own spelling."""
    start = len(line) - len(given)  # letters are never more than characters
    while start > 0 and letters_only(line[start:]) != given:
        start -= 1
    while start > 0 and (
        line[start - 1] in _OPENING or (line[start - 1] in _QUOTES and line[start - 2].isspace())
    ):
        start -= 1
    return line[start:]


def _stands_above(page: Survey, block: TextBlock, kicker: str, told: Told) -> bool:
    """Whether a short line right above is this kicker."""
    key = letters_only(kicker)
    if len(key) < 3 or key in told.names:
        return False
    above = page.blocks[max(0, block.index - _KICKER_REACH) : block.index]
    return any(line.chars <= _LONGEST_KICKER and letters_only(line.text) == key for line in above)


def _goes_on(page: Survey, block: TextBlock, rest: str) -> bool:
    """Whether the block below has these letters and stands in the same heading."""
    below = page.blocks[block.index + 1 : block.index + 2]
    heading = heading_box(block)
    return bool(
        heading
        and below
        and heading_box(below[0]) is heading
        and letters_only(below[0].text) == rest
    )


def heading_box(block: TextBlock) -> Box | None:
    """The heading in which a block stands, whatever lies between."""
    box: Box | None = block.box
    while box is not None and box.tag not in HEADINGS:
        box = box.parent
    return box


def letters_of(text: str) -> list[str]:
    """The words of a text, case folded."""
    return _LETTERS.findall(text.casefold())


def letters_only(text: str) -> str:
    """A text's letters and digits, case folded: what two spellings of one title share."""
    return "".join(_LETTERS.findall(text.casefold()))
