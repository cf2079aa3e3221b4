"""Who wrote an article: metadata, "By …", "Tin, ảnh: …", the right-aligned last line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.names import (
    BY,
    LONGEST_NAME,
    OFFICE,
    SIGNED_BY,
    folded,
    is_admin,
    is_name,
    names_of_line,
    names_of_witness,
    unique,
)
from scraper.extraction.source_line import is_source_line, name_before_source, said_of_source
from scraper.extraction.witnesses import Witness, Witnesses
from scraper.records import Evidence
from scraper.vietnamese.dates import find_dates
from scraper.vietnamese.text import clean, is_vietnamese

LONGEST_BYLINE = 120
SHORTEST_GLUED = 40  # characters; "Lê An." behind a shorter line is the line's own end
SHORTEST_LAST = 80  # characters; what follows the last block as long as this is its tail
MOST_STYLED = 300  # runs of bold or italic in one box that are looked at
_REACH_BELOW = 5  # blocks after the text in which a byline may stand
_REACH_ABOVE = 12  # blocks before it, where no title says where it begins

_TIN_BAI = (
    r"(?:tin|bài|ảnh|clip|video|chùm ảnh)"
    r"(?:\s?(?:,|/|&|và|-|–|\+)?\s?(?:tin|bài|ảnh|viết|clip|video)){0,3}"
)
_LABELLED = re.compile(
    rf"^[\s(\[*–-]{{0,4}}(?:{_TIN_BAI}|tác giả(?: bài viết)?|thực hiện|người viết|biên soạn"
    r"|bài viết của|tổng hợp|nhóm tác giả|authors?|written by|words by|reported by|story by)"
    r"\s?[:：]\s?(?P<said>.+)$",
    re.IGNORECASE | re.DOTALL,
)
# "Tin, ảnh: X" is a byline wherever it stands; "Tổng hợp: …" opens a paragraph often enough.
_SURE = re.compile(rf"^[\s(\[*–-]{{0,4}}(?:{_TIN_BAI}|tác giả)\s?[:：]", re.IGNORECASE)
# "25/12/2012 - 10:03 - Tác giả: Lê An" under the title.
_LABELLED_IN_ROW = re.compile(
    r"[|•·/–—)\d-]\s*(?:tác giả(?: bài viết)?|người viết|authors?)\s?[:：]\s?"
    r"(?P<said>[^|•·]{3,80})",
    re.IGNORECASE,
)
_PHOTO_ONLY = re.compile(r"^[\s(\[*–-]*(?:chùm )?(?:ảnh|clip|video)\s*[:：]", re.IGNORECASE)
_PHOTO_PART = re.compile(
    r"\s*[-–;,.|/(]?\s*(?:ảnh|photos?|clip|video)\s*[:：].*$", re.IGNORECASE | re.DOTALL
)
_AUTHOR_PAGE = re.compile(r"/(?:authors?|profile|people|staff|contributors?|by|tac-gia)/", re.I)
_BY_INSIDE = re.compile(r"(?:^|[|•·]|\s)[Bb]y\s?:?\s(?P<said>[A-Z][^|•·]{3,60})")
_OTHERS_BY = re.compile(
    r"\b(?:reviewed|edited|checked|photos?|photography|updated|images?|illustrations?|articles"
    r"|posts|stories|more|sponsored|powered|presented|produced|translated|verified)\s+by\b",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"(?P<before>[\w”\"’)%]+[.!?…]+(?:/\.)?[”\"]?)(?P<gap>\s*)"
    r"(?P<name>(?:[A-ZÀ-ỸĐ][\w.&-]*)(?:\s[\w.&-]+){0,6})$"
)
# "… 60 ha. Tin, ảnh: Lê An"
_LABEL_GLUED = re.compile(
    r"(?P<before>[.!?…][”\"]?)\s*(?-i:(?=[TB]))(?:(?:tin|bài)(?:\s?(?:,|/|&|và|-|–|\+)?\s?"
    r"(?:tin|bài|ảnh|viết|clip|video)){0,3}|tác giả)\s?[:：]\s?(?P<name>[^.:!?]{2,60})$",
    re.IGNORECASE,
)
_BYLINE_WORDS = word_set(
    "author authors byline bylines writer creator reporter journalist contributor tacgia autor"
    " auteur autore vcard fn postauthor articleauthor authorname bylinename"
)
_OTHER_WORDS = word_set(
    "related comment comments sidebar footer nav menu recommended popular bio biography about"
    " lienquan caption figcaption"
)


@dataclass(frozen=True, slots=True)
class Bylines:
    """The authors. `indices` are blocks that are no text; `cut` is what remains of others."""

    authors: tuple[str, ...] = ()
    evidence: Evidence | None = None
    indices: frozenset[int] = frozenset()
    cut: Mapping[int, str] = field(default_factory=dict)


def read_authors(
    blocks: Sequence[TextBlock],
    *,
    title_index: int | None,
    body_first: int,
    body_last: int,
    witnesses: Witnesses,
) -> Bylines:
    """The authors by metadata, else by a line above or at the end of the text.

    Lines that are bylines are named in `indices` whoever is believed, as they are no text.
    """
    above = _above(blocks, title_index=title_index, body_first=body_first)
    below = _below(blocks, body_first=body_first, body_last=body_last)
    said = _said(_persons(witnesses, blocks, body_first=body_first, body_last=body_last), witnesses)
    for bylines in (
        below if below.evidence and below.evidence.rule.startswith("labelled") else said,
        said,
        above,
        below,
    ):
        if bylines.authors:
            return Bylines(
                bylines.authors,
                bylines.evidence,
                above.indices | below.indices,
                {**above.cut, **below.cut},
            )
    return Bylines((), None, above.indices | below.indices, {**above.cut, **below.cut})


# --- metadata ----------------------------------------------------------------------------------


def _persons(
    witnesses: Witnesses, blocks: Sequence[TextBlock], *, body_first: int, body_last: int
) -> Iterator[Witness]:
    """The witnesses of authors that do not only repeat whom the article was taken from.

    Systems fill the field with the last line, "Theo Lê An (Vietnamnet/Reuters)". In English Theo
    is a name.
    """
    lines = blocks[max(0, body_last - 3) : body_last + 1 + _REACH_BELOW]
    sources = {folded(said_of_source(it.text)) for it in lines if is_source_line(it.text)}
    for witness in witnesses.authors:
        name = folded(witness.text)
        if name in sources:
            continue
        if name.startswith("theo "):
            text = " ".join(block.text for block in blocks[body_first : body_last + 1][:5])
            if is_vietnamese(text):
                continue
        yield witness


def _said(authors: Iterable[Witness], witnesses: Witnesses) -> Bylines:
    """What metadata says: its best witness, or another that names the same people and more."""
    sites = {folded(witness.text) for witness in witnesses.site_names}
    by_rule: dict[str, list[Witness]] = {}
    for witness in authors:
        by_rule.setdefault(witness.rule, []).append(witness)
    best = Bylines()
    for rule, same in by_rule.items():
        names = unique(
            name
            for witness in same
            for name in _turned(names_of_witness(witness.text), rule)
            if not (rule.startswith("meta") and folded(name) in sites)
        )
        evidence = Evidence(rule=rule, text="; ".join(witness.text for witness in same)[:300])
        if rule.startswith("itemprop") and len(same) > 3:  # those of other articles are among them
            names = unique(names_of_witness(same[0].text))
        more = {folded(name) for name in names} > {folded(name) for name in best.authors}
        if names and (not best.authors or (more and rule.startswith("meta"))):
            best = Bylines(names, evidence)
    return best


def _turned(names: Iterable[str], rule: str) -> Iterator[str]:
    """Citation metas say "Lee, Ann"."""
    if "citation" not in rule:
        yield from names
        return
    parts = list(names)
    yield " ".join(reversed(parts)) if len(parts) == 2 else " ".join(parts)


# --- lines above the text ----------------------------------------------------------------------


def _above(blocks: Sequence[TextBlock], *, title_index: int | None, body_first: int) -> Bylines:
    """A byline between the title and the text, or among the text's first lines."""
    start = max(0, body_first - _REACH_ABOVE)
    if title_index is not None and title_index < body_first:
        start = max(start, title_index - 3)
    best: tuple[int, tuple[str, ...], TextBlock] | None = None
    indices: set[int] = set()
    for block in blocks[start : body_first + 3]:
        if block.index == title_index or block.chars > LONGEST_BYLINE:
            continue
        strength, names = _named_above(block, after_title=title_index == block.index - 1)
        if names and (block.index <= body_first or strength >= 2):
            indices.add(block.index)
            if best is None or strength > best[0]:
                best = (strength, names, block)
    if best is None:
        return Bylines()
    evidence = Evidence(rule="byline above the text", text=best[2].text)
    return Bylines(best[1], evidence, frozenset(indices))


def _named_above(block: TextBlock, *, after_title: bool) -> tuple[int, tuple[str, ...]]:
    """(how sure, names) of a line between title and text."""
    inner = _inner_words(block)
    if not _OTHER_WORDS.isdisjoint(inner) or _OTHERS_BY.search(block.text):
        return 0, ()
    labelled = (
        _LABELLED.match(block.text) or BY.match(block.text) or _LABELLED_IN_ROW.search(block.text)
    )
    if labelled and not _PHOTO_ONLY.match(block.text):
        names = unique(names_of_line(labelled["said"]))
        if names:
            return 3, names
    if not _BYLINE_WORDS.isdisjoint(inner) or _links_to_author(block):
        names = unique(names_of_line(block.text))
        if names:
            return 2, names
    inside = _BY_INSIDE.search(block.text)
    names = unique(names_of_line(inside["said"])) if inside else ()
    if names and " " in names[0]:
        return 1, names
    if after_title and find_dates(block.text, latest=None):  # "Ann Lee - 3 June 2024"
        names = unique(names_of_line(block.text))
        if len(names) == 1 and 2 <= len(names[0].split()) <= 4:
            return 1, names
    return 0, ()


def _links_to_author(block: TextBlock) -> bool:
    """Is the line a link to its author's page?"""
    if not block.link_chars or block.chars > LONGEST_NAME:
        return False
    for link in islice(block.element.iter("a"), 5):
        if "author" in (link.get("rel") or "") or _AUTHOR_PAGE.search(link.get("href") or ""):
            return True
    return False


# --- lines at the end --------------------------------------------------------------------------


def _below(blocks: Sequence[TextBlock], *, body_first: int, body_last: int) -> Bylines:
    """A byline among the last lines of the text or the first below it."""
    if not 0 <= body_first <= body_last < len(blocks):
        return Bylines()
    for block in blocks[body_first : body_last + 1 + _REACH_BELOW]:
        if block.chars > LONGEST_BYLINE or not _OTHER_WORDS.isdisjoint(_inner_words(block)):
            continue
        labelled = _LABELLED.match(block.text) or SIGNED_BY.match(block.text)
        if block.index < body_last - 3 and not _SURE.match(block.text):
            continue
        if labelled and not _PHOTO_ONLY.match(block.text):
            names = unique(names_of_line(_PHOTO_PART.sub("", labelled["said"])))
            if names:
                evidence = Evidence(rule="labelled byline", text=block.text)
                return Bylines(names, evidence, frozenset([block.index]))
    return _signature(blocks, body_first=body_first, body_last=body_last)


def _signature(blocks: Sequence[TextBlock], *, body_first: int, body_last: int) -> Bylines:
    """The names that stand set apart after the last paragraph, or glued to it."""
    inside = blocks[body_first : body_last + 1]
    paragraph = next(
        (block for block in reversed(inside) if block.chars >= SHORTEST_LAST), inside[0]
    )
    admins: set[int] = set()
    for block in blocks[paragraph.index + 1 : body_last + 3]:
        if is_admin(block.text) and block.index <= body_last:
            admins.add(block.index)
            continue
        names = _signed(block)
        one_word = bool(names) and " " not in names[0] and not OFFICE.match(names[0])
        if one_word and is_source_line(blocks[block.index - 1].text):
            continue  # "Forbes" under "Theo Minh An/Vcamp.vn" is a source too
        if names:
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
    if block.chars > LONGEST_BYLINE or block.heading or block.link_share > 0.5:
        return ()
    if is_source_line(block.text):
        return ()
    inner = _inner_words(block)
    if not _OTHER_WORDS.isdisjoint(inner):
        return ()
    text = next(name_before_source(block.text), block.text).strip(" ()./")
    with_source = text != block.text.strip(" ()./")
    apart = block.right > 0.5 or not _BYLINE_WORDS.isdisjoint(inner)
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
    label = _LABEL_GLUED.search(block.text, max(0, len(block.text) - LONGEST_BYLINE))
    if label and block.chars >= SHORTEST_GLUED:
        names = unique(names_of_line(_PHOTO_PART.sub("", label["name"])))
        if names:
            evidence = Evidence(rule="labelled byline", text=block.text[-LONGEST_BYLINE:])
            remains = block.text[: label.end("before")]
            return Bylines(names, evidence, frozenset(), {block.index: remains})
    found = _GLUED.search(block.text, max(0, len(block.text) - 120))
    if not found or block.chars < SHORTEST_GLUED:
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
    remains = block.text[: found.end("before")]
    evidence = Evidence(rule="byline glued to the last sentence", text=block.text[-120:])
    return Bylines((name,), evidence, frozenset(), {block.index: remains})


def _is_set_apart(block: TextBlock, name: str) -> bool:
    """Whether the last words of a block are bold or italic by themselves."""
    if max(block.bold, block.italic) > 0.8:
        return False
    return any(
        clean("".join(styled.itertext())) == name
        for styled in islice(block.element.iter("b", "strong", "i", "em"), MOST_STYLED)
    )


def _inner_words(block: TextBlock) -> frozenset[str]:
    """The words of class and id of the three boxes around a block."""
    boxes = zip(block.box.ancestors(), range(3), strict=False)
    return frozenset(word for box, _ in boxes for word in box.words)
