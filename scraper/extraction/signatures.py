"""The byline at the end of a text: "Tin, ảnh: …", a right-aligned name, one glued to the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from scraper.extraction.blocks import TextBlock
from scraper.extraction.byline_above import (
    BYLINE_WORDS,
    LABELLED,
    LONGEST_BYLINE,
    LONGEST_LABEL,
    OTHER_WORDS,
    PHOTO_ONLY,
    TIN_BAI,
    inner_words,
)
from scraper.extraction.names import (
    BY_ALONE,
    LONGEST_NAME,
    OFFICE,
    SIGNED_BY,
    is_admin,
    is_capitalised,
    is_full_name,
    is_name,
    key_of,
    names_behind_label,
    names_of_line,
    unique,
)
from scraper.extraction.source_line import is_source_line, name_before_source
from scraper.records import Evidence
from scraper.vietnamese.text import clean

SHORTEST_GLUED = 40  # characters; "Lê An." behind a shorter line is the line's own end
SHORTEST_LAST = 80  # characters; what follows the last block as long as this is its tail
MOST_STYLED = 300  # runs of bold or italic in one box that are looked at
_REACH_INSIDE = 4  # last blocks of the text that may be one
REACH_BELOW = 5  # blocks after the text in which a byline may stand

# "Tin, ảnh: X" is a byline wherever it stands; "Tổng hợp: …" opens a paragraph often enough.
_SURE = re.compile(rf"^[\s(\[*–-]{{0,4}}(?:{TIN_BAI}|tác giả)\s?[:：]", re.IGNORECASE)
_PHOTO_PART = re.compile(
    r"\s*[-–;,.|/(]?\s*(?:ảnh|photos?|clip|video)\s*[:：].*$", re.IGNORECASE | re.DOTALL
)
_GLUED = re.compile(
    r"(?P<before>[\w”\"’)%]+[.!?…]+(?:/\.)?[”\"]?)(?P<gap>\s*)"
    r"(?P<name>(?:[A-ZÀ-ỸĐ][\w.&-]*)(?:\s[\w.&-]+){0,6})$"
)
# "… 60 ha. Tin, ảnh: Lê An"
_LABEL_GLUED = re.compile(
    r"(?P<before>[.!?…][”\"]?)\s*\(?(?-i:(?=[TB]))(?:(?:tin|bài)(?:\s?(?:,|/|&|và|-|–|\+)?\s?"
    r"(?:tin|bài|ảnh|viết|clip|video)){0,3}|tác giả)\s?[:：]\s?(?P<name>[^.:!?]{2,60})\)?$",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('.!?…”"/)')
_IN_CAPITALS = re.compile(r"[A-ZĐÀ-Ỹ]{2,7}\.?(?: [A-ZĐÀ-Ỹ.]{1,7}){1,3}")
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{1,60}[)\]]\s*$")  # "Lê An (tổng hợp)"
_MAY_SIGN = re.compile(r"\b(?:by|von|por|par)\b|\bBy[A-Z]", re.IGNORECASE)
_LABEL_INSIDE = re.compile(r"(?:tin|bài|ảnh|viết|clip|video|tác giả)\s?[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bylines:
    """The authors. `indices` are blocks that are no text; `cut` is what remains of others."""

    authors: tuple[str, ...] = ()
    evidence: Evidence | None = None
    indices: frozenset[int] = frozenset()
    cut: Mapping[int, str] = field(default_factory=dict)


def read_below(
    blocks: Sequence[TextBlock],
    *,
    body_first: int,
    body_last: int,
    vietnamese: bool,
    is_common: Callable[[str], bool],
) -> Bylines:
    """A byline among the last lines of the text or the first below it.

    `is_common` tells words that the text uses as ordinary words.
    """
    if not 0 <= body_first <= body_last < len(blocks):
        return Bylines()
    first = body_first if vietnamese else max(body_first, body_last - _REACH_INSIDE)
    for block in blocks[first : body_last + 1 + REACH_BELOW]:
        if block.chars > LONGEST_BYLINE:
            continue
        if block.index < body_last - _REACH_INSIDE and not (
            ":" in block.text and _SURE.match(block.text)
        ):
            continue
        text = block.text
        colon = ":" in text or "：" in text
        labelled = LABELLED.match(text) if colon else None
        read_names = names_of_line
        if labelled is None and (colon or _MAY_SIGN.search(text)):
            labelled, read_names = SIGNED_BY.match(text), names_behind_label
        if labelled:
            inner = inner_words(block)
            # Blogs print it in the footer of the post.
            if PHOTO_ONLY.match(text) or not (OTHER_WORDS.isdisjoint(inner) or "post" in inner):
                continue
            names = unique(read_names(_PHOTO_PART.sub("", labelled["said"])))
            if names:
                evidence = Evidence(rule="labelled byline", text=block.text)
                return Bylines(names, evidence, frozenset([block.index]))
        elif block.chars <= LONGEST_LABEL and key_of(block.text) in BY_ALONE:
            names = _under(blocks, block.index)
            if names:
                evidence = Evidence(rule="labelled byline", text=blocks[block.index + 1].text)
                return Bylines(names, evidence, frozenset([block.index, block.index + 1]))
    signed = _signature(blocks, body_first=body_first, body_last=body_last, is_common=is_common)
    if vietnamese and not signed.authors:
        names = _plain_last_line(blocks, body_first=body_first, body_last=body_last)
        if names:
            evidence = Evidence(rule="last line of the text", text=blocks[body_last].text)
            return Bylines(names, evidence, signed.indices | {body_last}, signed.cut)
    return signed


def _plain_last_line(
    blocks: Sequence[TextBlock], *, body_first: int, body_last: int
) -> tuple[str, ...]:
    """The names that are a Vietnamese text's whole last line, though nothing sets them apart.

    A place or a person that the text speaks of is no signature.
    """
    block, above = blocks[body_last], blocks[max(body_first, body_last - 1)]
    text = block.text.strip(" ()./")
    if block.chars > LONGEST_NAME or block.heading or block.link_chars or block.images:
        return ()
    if is_source_line(block.text):
        return ()
    if above is block or above.chars < SHORTEST_LAST or above.text[-1] not in _SENTENCE_ENDS:
        return ()
    names = unique(names_of_line(text))
    if not names or sum(map(len, names)) <= 0.8 * len(text):
        return ()
    for name in names:
        if not (is_full_name(name) or OFFICE.match(name) or _IN_CAPITALS.fullmatch(name)):
            return ()
        if any(name in it.text for it in blocks[body_first:body_last]):
            return ()
    return names


def _under(blocks: Sequence[TextBlock], index: int) -> tuple[str, ...]:
    """The name alone on the line under "Article by"."""
    text = blocks[index + 1].text if index + 1 < len(blocks) else ""
    names = unique(names_of_line(text)) if len(text) <= LONGEST_NAME else ()
    return names if sum(map(len, names)) > 0.7 * len(text) else ()


def _signature(
    blocks: Sequence[TextBlock],
    *,
    body_first: int,
    body_last: int,
    is_common: Callable[[str], bool],
) -> Bylines:
    """The names that stand set apart after the last paragraph, or glued to it."""
    paragraph = blocks[body_first]
    for index in range(body_last, body_first, -1):
        if blocks[index].chars >= SHORTEST_LAST:
            paragraph = blocks[index]
            break
    admins: set[int] = set()
    for block in blocks[paragraph.index + 1 : body_last + 3]:
        if block.chars > LONGEST_BYLINE:
            continue
        if is_admin(block.text) and block.index <= body_last:
            admins.add(block.index)
            continue
        names = _signed(block)
        if not names or is_common(" ".join(names)):
            continue
        one_word = " " not in names[0] and not OFFICE.match(names[0])
        if one_word and is_source_line(blocks[block.index - 1].text):
            continue  # "Forbes" under "Theo Minh An/Vcamp.vn" is a source too
        evidence = Evidence(rule="byline at the end of the text", text=block.text)
        writer = _glued(paragraph)  # "… 60 ha. Lê An", and below it "GX (Theo TTXVN)"
        names = unique((*writer.authors, *names))
        return Bylines(names, evidence, frozenset([block.index, *admins]), writer.cut)
    for block in reversed(blocks[paragraph.index : body_last + 1]):
        glued = _glued(block)
        if glued.authors:
            return replace(glued, indices=frozenset(admins))
    return Bylines(indices=frozenset(admins))


def _signed(block: TextBlock) -> tuple[str, ...]:
    """The names of a line that only names somebody, and looks like a signature."""
    if block.heading or block.link_share > 0.5 or is_source_line(block.text):
        return ()
    inner = inner_words(block)
    if not OTHER_WORDS.isdisjoint(inner):
        return ()
    if not OFFICE.match(block.text) and not is_capitalised(block.text.lstrip("(")):
        return ()
    before_source = next(name_before_source(block.text), None)
    with_source = before_source is not None
    text = before_source or _IN_BRACKETS.sub("", block.text) or block.text
    text = _PHOTO_PART.sub("", text).partition("/")[0].strip(" ()./")
    if text.startswith(("Nguồn", "NGUỒN")) or block.text.endswith(":"):  # "Nguồn ảnh: Lê An"
        return ()
    if _SURE.match(block.text):  # whom "Bài và ảnh:" names was looked for before
        return ()
    apart = block.right > 0.5 or not BYLINE_WORDS.isdisjoint(inner)
    # What is bold or italic under an image, or centred, is its caption rather.
    bold = max(block.bold, block.italic) > 0.8 and block.centred < 0.5 and not block.images
    if not (apart or with_source or bold):
        return ()
    if OFFICE.match(text) and len(text) <= LONGEST_NAME and not text.endswith((".", ":")):
        return (text,)
    names = unique(names_of_line(text))
    if not names or sum(map(len, names)) <= 0.6 * len(text):
        return ()
    return names if block.right > 0.5 or with_source or " " in names[0] else ()


def _glued(block: TextBlock) -> Bylines:
    """An office or a name glued to the last sentence: "… thời gian tới.Phòng KH&HTQT"."""
    if block.chars < SHORTEST_GLUED:
        return Bylines()
    end = block.text[-LONGEST_BYLINE:]
    label = _LABEL_GLUED.search(end) if _LABEL_INSIDE.search(end) else None
    if label:
        names = unique(names_of_line(_PHOTO_PART.sub("", label["name"])))
        if names:
            evidence = Evidence(rule="labelled byline", text=end)
            remains = block.text[: block.chars - len(end) + label.end("before")]
            return Bylines(names, evidence, frozenset(), {block.index: remains})
    found = _GLUED.search(end) if end[-1].isalnum() or end[-1] == "." else None
    if not found:
        return Bylines()
    name = found["name"]
    capitals = all(word[:1].isupper() or word in ("và", "&", "-") for word in name.split())
    several = capitals and len(name.split()) > 1
    set_apart = several and is_name(name) and _is_set_apart(block, name)
    if not (OFFICE.match(name) or (several and not found["gap"]) or set_apart):
        return Bylines()
    word = found["before"].rstrip(".")
    abbreviated = len(word) < 2 or (word[:1].isupper() and len(found["before"]) < 5)
    if name.endswith(".") or (abbreviated and not set_apart):
        return Bylines()  # "TP.Hồ Chí Minh"
    remains = block.text[: block.chars - len(end) + found.end("before")]
    evidence = Evidence(rule="byline glued to the last sentence", text=end)
    names = unique(names_of_line(name)) if not OFFICE.match(name) else ()
    return Bylines(names or (name,), evidence, frozenset(), {block.index: remains})


def _is_set_apart(block: TextBlock, name: str) -> bool:
    """Whether the last words of a block are bold or italic by themselves."""
    if max(block.bold, block.italic) > 0.8:
        return False
    return any(
        clean("".join(styled.itertext())) == name
        for styled in islice(block.element.iter("b", "strong", "i", "em"), MOST_STYLED)
    )
