"""The byline between title and text: "By Ann Lee", a row of small print, a name above a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.names import (
    BY,
    BY_ALONE,
    LONGEST_NAME,
    MORE_BY,
    OTHERS_ALONE,
    folded,
    is_capitalised,
    is_full_name,
    key_of,
    names_behind_label,
    names_of_line,
    other_work,
    parts_of_row,
    unique,
    without_trail,
)
from scraper.vietnamese.text import clean

LONGEST_BYLINE = 120
LONGEST_LABEL = 25  # characters of a line that only announces a name
_REACH_ABOVE = 12  # blocks before the text, where no title says where it begins
_REACH_BELOW_TITLE = 14  # blocks below it; lists of sections may part it from the text
_REACH_OF_PLAIN_NAME = 7  # blocks below the title in which a line that is only a name may stand

TIN_BAI = (
    r"(?:tin|bài|ảnh|clip|video|chùm ảnh)"
    r"(?:\s?(?:,|/|&|và|-|–|\+)?\s?(?:tin|bài|ảnh|viết|clip|video)){0,3}"
)
LABELLED = re.compile(
    rf"^[\s(\[*–-]{{0,4}}(?:{TIN_BAI}|tác giả(?: bài viết)?|thực hiện|người viết|biên soạn"
    r"|bài viết của|tổng hợp|nhóm tác giả|authors?|written by|words by|reported by|story by)"
    r"\s?[:：]\s?(?P<said>.+)$",
    re.IGNORECASE | re.DOTALL,
)
# "25/12/2012 - 10:03 - Tác giả: Lê An" under the title.
_LABELLED_IN_ROW = re.compile(
    r"[|•·/–—)\d-]\s*(?:tác giả(?: bài viết)?|người viết|authors?)\s?[:：]\s?"
    r"(?P<said>[^|•·]{3,80})",
    re.IGNORECASE,
)
PHOTO_ONLY = re.compile(r"^[\s(\[*–-]*(?:chùm )?(?:ảnh|clip|video)\s*[:：]", re.IGNORECASE)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|profile|people|person|staff|contributors?|reporters?|by|tac-gia|autor(?:en|es|i)?"
    r"|auteurs?|redaktion|user|users|journalist)/",
    re.IGNORECASE,
)
_BY_INSIDE = re.compile(r"(?:^|[|•·]|\s)[Bb]y\s?:?\s(?P<said>[A-Z][^|•·]{3,60})")
_DATE = re.compile(r"(?:19|20)\d\d|\d[./-]\d{1,2}[./-]\d\d")
_SIGNS = re.compile(r"\d|\b(?:posted|published|written)\b", re.IGNORECASE)
_SMALL_PRINT = re.compile(
    r"\b(?:updated|published|posted|min(?:ute)?s? read|writer|editor|reporter|director|founder"
    r"|journalist|correspondent|contributor)\b",
    re.IGNORECASE,
)
BYLINE_WORDS = word_set(
    "author authors byline bylines writer creator reporter journalist contributor tacgia autor"
    " auteur autore vcard fn postauthor articleauthor authorname bylinename"
)
OTHER_WORDS = word_set(
    "related comment comments sidebar footer nav menu recommended popular bio biography about"
    " lienquan caption figcaption"
)


@dataclass(slots=True)
class Above:
    """What the lines above a text say; `strength` 4: a label, 3: a link to an author, 2: the markup
    around it, 1: its look."""

    strength: int = 0
    names: tuple[str, ...] = ()
    text: str = ""
    indices: set[int] = field(default_factory=set)
    others: set[str] = field(default_factory=set)  # folded names of photographers, editors ...


def read_above(blocks: Sequence[TextBlock], *, title_index: int | None, body_first: int) -> Above:
    """The byline between the title and the text, or among the text's first lines.

    Lines above the title count where there is none below it.
    """
    found = Above()
    titled = title_index is not None and title_index < body_first
    top = title_index if titled and title_index is not None else body_first
    first = max(0, top + 1 if titled else body_first - _REACH_ABOVE)
    near = range(first, min(body_first, first + _REACH_BELOW_TITLE))
    region = [*near, *range(max(near.stop, body_first - 6), min(len(blocks), body_first + 3))]
    _look(blocks, region, found, title_index=title_index, body_first=body_first)
    if found.strength < 2 and titled:
        over = Above(others=found.others)
        region = list(range(max(0, top - 3), top))
        _look(blocks, region, over, title_index=title_index, body_first=body_first)
        if over.strength > found.strength:
            over.strength = min(over.strength, 2)  # it may be another article's
            over.indices |= found.indices
            return over
    return found


def _look(
    blocks: Sequence[TextBlock],
    region: Sequence[int],
    found: Above,
    *,
    title_index: int | None,
    body_first: int,
) -> None:
    """Read the lines of a region into `found`: the strongest, and labels and links beside it."""
    last = -9  # index of the line that gave the names
    for index in region:
        block = blocks[index]
        if block.chars > LONGEST_BYLINE or index == title_index:
            continue
        announced = _announced(blocks, index, found) if block.chars <= LONGEST_LABEL else None
        if announced is not None:
            if announced and found.strength < 4:
                found.strength, found.names, found.text = 4, announced, blocks[index + 1].text
                last = index + 1
                found.indices.add(index)
                if index < body_first or sum(map(len, announced)) > 0.7 * len(found.text):
                    found.indices.add(last)
            continue
        strength, names = _named(blocks, index, title_index=title_index, found=found)
        if not names:
            continue
        if strength >= 2 or (index < body_first and strength > found.strength):
            found.indices.add(index)
        if strength > found.strength:
            found.strength, found.names, found.text = strength, names, block.text
            last = index
        elif strength == found.strength >= 3 and 0 < index - last <= 2:
            found.names, last = unique((*found.names, *names)), index


def _announced(blocks: Sequence[TextBlock], index: int, found: Above) -> tuple[str, ...] | None:
    """The names below a line that only announces them; None where it is no such line."""
    key = key_of(blocks[index].text)
    if key in OTHERS_ALONE:
        found.others.update(map(folded, _names_below(blocks, index)))
        return ()
    if key in BY_ALONE or key.endswith(_ENDS_OF_LABEL):
        return _names_below(blocks, index)
    return None


_ENDS_OF_LABEL = ("_by", "_von", "_par", "_por")


def _names_below(blocks: Sequence[TextBlock], index: int) -> tuple[str, ...]:
    """The names on the line under one that only announces them."""
    if index + 1 >= len(blocks) or blocks[index + 1].chars > LONGEST_BYLINE:
        return ()
    return unique(names_of_line(blocks[index + 1].text))


def _named(
    blocks: Sequence[TextBlock], index: int, *, title_index: int | None, found: Above
) -> tuple[int, tuple[str, ...]]:
    """(how sure, names) of a line between title and text."""
    block = blocks[index]
    text = block.text
    inner = inner_words(block)
    if not OTHER_WORDS.isdisjoint(inner):
        return 0, ()
    colon = ":" in text or "：" in text
    other = other_work(text)
    if other:
        found.others.update(map(folded, names_of_line(text[other.end() :])))
        return 0, ()
    if (" by" in text or " from" in text) and MORE_BY.search(text):
        return 0, ()
    labelled = LABELLED.match(text) if colon else None
    by = None if labelled else BY.match(text)
    if labelled is None and by is None and colon:
        labelled = _LABELLED_IN_ROW.search(text)
    if (labelled or by) and not PHOTO_ONLY.match(text):
        names = _linked(block)
        if not names and by:
            names = unique(names_behind_label(by["said"]))
        elif not names and labelled:
            names = unique(names_of_line(labelled["said"]))
        if names:
            return 4, names
    marked = not BYLINE_WORDS.isdisjoint(inner)
    if marked or (block.link_chars and block.chars <= LONGEST_NAME):
        linked = _linked(block)
        if linked:
            return 3, linked
    if marked:
        names = _of_row(parts_of_row(text)) or unique(names_of_line(text))
        if names:
            return 2, names
    return 1, _looks_named(blocks, index, title_index=title_index)


def _of_row(parts: Sequence[str]) -> tuple[str, ...]:
    """The names that a part of a row announces: "14:07 Uhr | Von Ann Lee"."""
    for part in parts if len(parts) > 1 else ():
        by = BY.match(part)
        names = unique(names_of_line(by["said"])) if by else ()
        if names:
            return names
    return ()


def _looks_named(
    blocks: Sequence[TextBlock], index: int, *, title_index: int | None
) -> tuple[str, ...]:
    """The names of a line without a mark: a row with a date, or a name beside one."""
    block = blocks[index]
    text = block.text
    if block.heading:
        return ()
    parts = parts_of_row(text)
    names = _of_row(parts)
    if names:
        return names
    if ("By " in text or "by " in text) and _SIGNS.search(text):
        inside = _BY_INSIDE.search(text)
        names = unique(names_of_line(inside["said"])) if inside else ()
        if names and " " in names[0]:
            return names
    below = index - title_index if title_index is not None else 0
    if not -1 <= below <= _REACH_OF_PLAIN_NAME:
        return ()
    if len(parts) > 1:
        named = [name for name in map(without_trail, parts) if is_full_name(name)]
        return (named[0],) if len(named) == 1 and any(map(_DATE.search, parts)) else ()
    if below <= 0 or block.link_share not in (0, 1):
        return ()
    if text[0].isdigit() and _DATE.search(text):  # "3 June 2024 Ann Lee"
        names = unique(names_of_line(text))
        return names if len(names) == 1 and is_full_name(names[0]) and text.endswith(names) else ()
    if not is_capitalised(text):
        return ()
    names = unique(names_of_line(text))
    if names and all(map(is_full_name, names)) and sum(map(len, names)) > 0.7 * len(text):
        beside = [*blocks[max(0, index - 2) : index], *blocks[index + 1 : index + 3]]
        if any(_is_small_print(it) for it in beside if it.index != title_index):
            return names
    return ()


def _is_small_print(block: TextBlock) -> bool:
    """Is a line one of those around a byline: a date, a job, minutes to read?"""
    text = block.text
    return block.chars <= LONGEST_NAME + 20 and bool(
        _DATE.search(text) or _SMALL_PRINT.search(text)
    )


def _linked(block: TextBlock) -> tuple[str, ...]:
    """The names in links to authors' pages and in marked pieces of a line."""
    names: list[str] = []
    for piece in islice(block.element.iterdescendants("a", "span", "cite", "address"), 12):
        if piece.tag == "a":
            said = f"{piece.get('rel', '')} {piece.get('class', '')}".lower()
            if "author" not in said and not _AUTHOR_PAGE.search(piece.get("href") or ""):
                continue
        elif len(piece) or "author" not in (piece.get("class") or "").lower():
            continue
        text = clean("".join(islice(piece.itertext(), 6)))
        if 0 < len(text) <= LONGEST_NAME and text in block.text:
            names.extend(names_of_line(text))
    return unique(names)


def inner_words(block: TextBlock) -> tuple[str, ...]:
    """The words of class and id of the three boxes around a block."""
    box = block.box
    words = box.words
    for _ in range(2):
        if box.parent is None:
            break
        box = box.parent
        words += box.words
    return words
