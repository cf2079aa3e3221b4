"""Who wrote an article: metadata, "By …", "Tin, ảnh: …", the right-aligned last line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.source_line import name_before_source
from scraper.extraction.witnesses import Witness, Witnesses
from scraper.records import Evidence

LONGEST_NAME = 60  # characters
MOST_WORDS = 6
LONGEST_BYLINE = 120
MOST_AUTHORS = 12
_REACH_BELOW = 5  # blocks after the text in which a byline may stand
_REACH_ABOVE = 12  # blocks before it, where no title says where it begins

_LABELLED = re.compile(
    r"^[\s(\[*–-]*(?:(?:tin|bài|ảnh|clip|video|chùm ảnh)(?:\s*(?:,|/|&|và|-|–|\+)?\s*(?:tin|bài|ảnh|viết"
    r"|clip|video))*|tác giả(?: bài viết)?|thực hiện|người viết|biên soạn|bài viết của|theo dòng"
    r"|tổng hợp|nhóm tác giả|author|written by|words by|reported by|story by)\s*[:：]\s*(?P<said>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_PHOTO_ONLY = re.compile(r"^[\s(\[*–-]*(?:chùm )?(?:ảnh|clip|video)\s*[:：]", re.IGNORECASE)
_PHOTO_PART = re.compile(
    r"\s*[-–;,.|/(]?\s*(?:ảnh|photos?|clip|video)\s*[:：].*$", re.IGNORECASE | re.DOTALL
)
_BY = re.compile(
    r"^\W{0,3}(?:posted |written |reported |published |story |article )?"
    r"(?:by|von|par|por|di|door|av|af|autor(?:in)?:?|auteur\s?:|author:?)\s*[:：]?\s+(?P<said>\S.*)$",
    re.IGNORECASE,
)
_BY_INSIDE = re.compile(r"(?:^|[|•·]|\s)[Bb]y\s?:?\s(?P<said>[A-Z][^|•·]{3,60})")
_AND = re.compile(
    r"\s*(?:[;|•·/]|,(?!\s*(?:Jr|Sr|II|III|PhD|Ph\.D|MD|M\.D)\b)|\s(?:and|und|et|y|e|og|och|và|with|&|[-–—])\s|\sAND\s)\s*"
)
_TRAIL = re.compile(
    r"\s*(?:\(.*\)?|\b(?:published|updated|posted|on|at|for|in|is|the|of|from|last|cập nhật|ngày)\b.*"
    r"|[0-9].*|@.*|https?:.*|\s[|•·].*)$",
    re.IGNORECASE | re.DOTALL,
)
_ADMIN = re.compile(
    r"^(?:admin(?:istrator)?\d*|root|webmaster|super ?user|quản trị(?: viên)?|user\d*|author|guest"
    r"|editor|staff|web ?admin|ban quản trị|portal|system|null|none|undefined|unknown|anonymous|test"
    r"|by|posted|share|comments?|view all posts|contributor|redaktion|press release|n/a)$",
    re.IGNORECASE,
)
# Names of those who sign without a name: teams and offices.
_OFFICE = re.compile(
    r"^\(?(?:nhóm |tổ )?(?:PV|BBT|CTV|BTV|phóng viên|cộng tác viên|ban biên tập|phòng|vụ|cục|chi cục|sở|trung tâm"
    r"|văn phòng|ban|viện|tổng cục|tổ|nhóm)\b",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"(?P<before>[\w”\"’)%]{2,}[.!?…]+(?:/\.)?[”\"]?)(?P<gap>\s*)"
    r"(?P<name>(?:[A-ZÀ-ỸĐ][\w.&-]*)(?:\s[\w.&-]+){0,6})$"
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|contributor|journalist|producer|chief|news"
    r"|bureau|desk|agency|press|associated|reuters|afp|team|editorial|redaktion|service|magazine)\b",
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
    said = _said(witnesses)
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


def _said(witnesses: Witnesses) -> Bylines:
    """What metadata says, by its best witness that names somebody."""
    sites = {_folded(witness.text) for witness in witnesses.site_names}
    by_rule: dict[str, list[Witness]] = {}
    for witness in witnesses.authors:
        by_rule.setdefault(witness.rule, []).append(witness)
    for rule, same in by_rule.items():
        names = _unique(
            name
            for witness in same
            for name in split_names(witness.text)
            if _folded(name) not in sites
        )
        if names:
            text = "; ".join(witness.text for witness in same)[:300]
            return Bylines(names, Evidence(rule=rule, text=text))
    return Bylines()


# --- lines above the text ----------------------------------------------------------------------


def _above(blocks: Sequence[TextBlock], *, title_index: int | None, body_first: int) -> Bylines:
    start = max(0, body_first - _REACH_ABOVE)
    if title_index is not None and title_index < body_first:
        start = max(start, title_index - 3)
    best: tuple[int, tuple[str, ...], TextBlock] | None = None
    indices: set[int] = set()
    for block in blocks[start : body_first + 1]:
        if block.index == title_index or block.chars > LONGEST_BYLINE:
            continue
        strength, names = _named_above(block)
        if names:
            indices.add(block.index)
            if best is None or strength > best[0]:
                best = (strength, names, block)
    if best is None:
        return Bylines()
    evidence = Evidence(rule="byline above the text", text=best[2].text)
    return Bylines(best[1], evidence, frozenset(indices))


def _named_above(block: TextBlock) -> tuple[int, tuple[str, ...]]:
    """(how sure, names) of a line between title and text."""
    inner = _inner_words(block)
    if not _OTHER_WORDS.isdisjoint(inner):
        return 0, ()
    labelled = _LABELLED.match(block.text) or _BY.match(block.text)
    if labelled and not _PHOTO_ONLY.match(block.text):
        names = _unique(split_names(labelled["said"]))
        if names:
            return 3, names
    if not _BYLINE_WORDS.isdisjoint(inner):
        names = _unique(split_names(block.text))
        if names:
            return 2, names
    inside = _BY_INSIDE.search(block.text)
    if inside:
        names = _unique(split_names(inside["said"]))
        if names:
            return 1, names
    return 0, ()


# --- lines at the end --------------------------------------------------------------------------


def _below(blocks: Sequence[TextBlock], *, body_first: int, body_last: int) -> Bylines:
    """A byline among the last lines of the text or the first below it."""
    if not 0 <= body_first <= body_last < len(blocks):
        return Bylines()
    for block in blocks[max(body_first, body_last - 3) : body_last + 1 + _REACH_BELOW]:
        if not _OTHER_WORDS.isdisjoint(_inner_words(block)):
            continue
        labelled = _LABELLED.match(block.text)
        if labelled and block.chars <= LONGEST_BYLINE and not _PHOTO_ONLY.match(block.text):
            names = _unique(split_names(_PHOTO_PART.sub("", labelled["said"])))
            if names:
                evidence = Evidence(rule="labelled byline", text=block.text)
                return Bylines(names, evidence, frozenset([block.index]))
    for block in reversed(blocks[max(body_first + 1, body_last - 2) : body_last + 3]):
        names = _signed(block, body_last=body_last)
        if names:
            evidence = Evidence(rule="byline at the end of the text", text=block.text)
            return Bylines(names, evidence, frozenset([block.index]))
    return _glued(blocks[body_last])


def _signed(block: TextBlock, *, body_last: int) -> tuple[str, ...]:
    """The names of a line that only names somebody, and looks like a signature."""
    if block.chars > LONGEST_BYLINE or block.heading or block.link_share > 0.5:
        return ()
    if not _OTHER_WORDS.isdisjoint(_inner_words(block)):
        return ()
    text = next(name_before_source(block.text), block.text).strip(" ()./")
    set_apart = block.right > 0.5 or not _BYLINE_WORDS.isdisjoint(_inner_words(block))
    marked = (block.bold > 0.8 or block.italic > 0.8) and block.index >= body_last - 1
    with_source = text != block.text.strip(" ()./")
    if not (set_apart or marked or with_source):
        return ()
    if _OFFICE.match(text) and len(text) <= LONGEST_NAME and not text.endswith((".", ":")):
        return (text,)
    names = _unique(split_names(text))
    return names if names and sum(map(len, names)) > 0.6 * len(text) else ()


def _glued(block: TextBlock) -> Bylines:
    """An office or a name glued to the last sentence: "… thời gian tới.Phòng KH&HTQT"."""
    found = _GLUED.search(block.text, max(0, len(block.text) - 120))
    if not found or block.chars < 80:
        return Bylines()
    name = found["name"]
    capitals = all(word[:1].isupper() or word in ("và", "&", "-") for word in name.split())
    if not (_OFFICE.match(name) or (not found["gap"] and capitals and len(name.split()) > 1)):
        return Bylines()
    if name.endswith(".") or (
        found["before"].rstrip(".")[:1].isupper() and len(found["before"]) < 5
    ):
        return Bylines()  # "TP.Hồ Chí Minh"
    remains = block.text[: found.end("before")]
    evidence = Evidence(rule="byline glued to the last sentence", text=block.text[-120:])
    return Bylines((name,), evidence, frozenset(), {block.index: remains})


# --- names -------------------------------------------------------------------------------------


def split_names(text: str) -> Iterator[str]:
    """The names of a byline, in its order: "By Ann Lee and Bo Ek, staff" -> Ann Lee, Bo Ek."""
    text = text[:500].strip()
    by = _BY.match(text)
    if by:
        text = by["said"]
    for part in _AND.split(text):
        name = _TRAIL.sub("", part).strip(" \t,.:;*-–—_'\"“”()[]")
        if name and (part.strip().endswith(".") and len(name.split()[-1]) == 1):
            name += "."
        if _is_name(name):
            yield name


def _is_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > MOST_WORDS or len(name) > LONGEST_NAME or _ADMIN.match(name):
        return False
    if len(words) == 2 and words[0].lower() == words[1].lower() == "admin":
        return False
    if _OFFICE.match(name):
        return True
    if any(character in name for character in ":?!@#<>{}=") or any(map(str.isdigit, name)):
        return False
    if _ROLE.search(name) or not any(character.isalpha() for character in name):
        return False
    if name.isascii() and name.islower():
        return False
    return words[0][:1].isupper() or not words[0][:1].islower()


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(_folded(name), name)
    return tuple(kept.values())[:MOST_AUTHORS]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _inner_words(block: TextBlock) -> frozenset[str]:
    """The words of class and id of the three boxes around a block."""
    boxes = zip(block.box.ancestors(), range(3), strict=False)
    return frozenset(word for box, _ in boxes for word in box.words)
