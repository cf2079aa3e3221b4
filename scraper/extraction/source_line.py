"""Whom an article was taken from: "Nguồn tin:Theo cổng TTĐT BTNMT", "(Theo TTXVN)", a bare host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scraper.extraction.blocks import TextBlock, word_set
from scraper.extraction.captions import CAPTION_WORDS, LONGEST_PLAIN_CAPTION
from scraper.extraction.names import LONGEST_NAME, OFFICE, is_name
from scraper.extraction.surroundings import END_LINE, NOISE_LINE, is_outside
from scraper.records import Evidence

LONGEST_SOURCE = (
    150  # characters; "outlet - host - author" on top of an article is the longest seen
)
LONGEST_THEO_LINE = 80
_REACH_BELOW = 6  # blocks after the text in which its source line may stand
_REACH_INSIDE = 4  # last blocks of the text that may be one
_FURTHEST_INSIDE = 20  # blocks, where links stand among them
_REACH_ABOVE = 12  # blocks below the title, and before the text, in a row of which one may stand
_LONGEST_END = 200  # characters at the end of a block that may hold one

_LABEL = (
    r"(?:(?:theo|trích|dẫn)\s+)?nguồn(?:\s+(?:tin|bài|trích|dẫn|tham khảo|bài viết))?"
    r"|sources?|quellen?|fuentes?|fontes?|bron|źródło|zdroj|kaynak|источник|джерело|sumber|källa|kilde"
    r"|来源|來源|稿源|出典|المصدر"
)
_LABEL_WORDS = (
    "source", "quelle", "fuente", "fonte", "bron", "źródło", "zdroj", "kaynak", "источник",
    "джерело", "sumber", "källa", "kilde", "来源", "來源", "稿源", "出典", "المصدر",
)  # fmt: skip
_LABELLED = re.compile(
    rf"^[\s(\[*–-]*(?:{_LABEL})\s*[:：]\s*(?P<said>.*)$", re.IGNORECASE | re.DOTALL
)
_LABELLED_IN_ROW = re.compile(
    rf"(?:^|[|•·–/]\s?|\s-\s|(?<=[)\].])\s)(?:{_LABEL})\s?[:：]\s?(?P<said>[^|•·]+)", re.IGNORECASE
)
_THEO_LINE = re.compile(r"^[(\[]?\s*theo\s*:?\s+(?P<said>\S.*)$", re.IGNORECASE)
# "GX (Theo TTXVN)" and a paragraph that ends with "… tới. (Theo Phòng KHCN&HTQT)".
_AT_END = re.compile(
    rf"\s*[(\[]\s*(?:theo\s*:?\s+|(?:{_LABEL})\s*[:：]\s*)"
    r"(?P<said>[^()\[\]]{2,100}(?:\([^()]{1,60}\))?)[)\]][\s./]*$",
    re.IGNORECASE,
)
# "Lê An - Theo Báo Hà Sơn": who wrote it, and whom it was taken from.
_NAME_AND_SOURCE = re.compile(
    rf"^[\s(\[]*(?P<name>[^-–—/|:()]{{2,{LONGEST_NAME}}}?)(?:\s+[-–—|]\s*|\s?[/|–—]\s?)"
    rf"(?:theo\s*:?\s+|(?:{_LABEL})\s*[:：]\s*)(?P<said>\S.*)$",
    re.IGNORECASE,
)
_LABEL_AT_END = re.compile(
    r"(?<=[.!?…”\"/])\s*(?:Nguồn(?: tin)?)\s?:\s?(?P<said>[^.:!?]{2,80})\.?$"
)
# "… thời gian tới. Theo TTXVN": nothing behind it, so it is no sentence.
_THEO_AT_END = re.compile(
    r"(?<=[.!?…”\"/])\s*Theo\s(?P<said>(?:báo|tạp chí|cổng)?\s?[A-ZĐ][\w&+/-]*"
    r"(?:[ ./][\w&+/-]+){0,5})$"
)
_BARE_LABEL = re.compile(r"^\(?Nguồn(?: tin)?\s+(?P<said>\w[^.!?:]{1,50})$")
_SECOND = re.compile(r"^[A-ZĐ][\w.&-]{2,30}$")  # "Forbes", under "Theo Minh An/Vcamp.vn"
_THEO = re.compile(r"^theo\s*:?\s+", re.IGNORECASE)
_HOST = re.compile(
    r"^\(?(?:https?://)?((?:[a-z0-9-]{1,40}\.){1,4}(?:vn|com|net|org|info|gov|edu|int|asia))"
    r"(?:/\S{0,80})?\)?$",
    re.I,
)
_HOST_LINE = re.compile(r"\(?[\w./:-]{4,80}\.[a-z]{2,4}(?:/\S{0,80})?\)?$", re.IGNORECASE)
# What "Theo …" begins when it is a sentence ("according to …"), or "follow us".
_NO_SOURCE = re.compile(
    r"^(?:dõi|đó|đây|như|ông|bà|anh|chị|thầy|cô|em|cháu|tôi|lời|báo cáo|thống kê|số liệu|kết quả"
    r"|quy|kế hoạch|chương trình|dự|đánh giá|tính|nghiên cứu|nghị|quyết|luật|thông tư|công văn|chỉ"
    r"|nhận|ghi nhận|tìm hiểu|đề|yêu cầu|nội dung|thông báo|thông tin|bảng|các|những|một|ý|phản"
    r"|điều tra|cáo trạng|lãnh đạo|đại diện|giáo sư|tiến sĩ|bác sĩ|GS|PGS|TS|ThS|BS|LS"
    r"|thứ trưởng|bộ trưởng|thủ tướng|chủ tịch)\b",
    re.IGNORECASE,
)
_OUTLET_WORD = re.compile(
    r"^(?:báo|tạp chí|cổng|trang|website|web|trung tâm|phòng|vụ|cục|sở|bộ|ban|hãng|tin|đài|viện|hội"
    r"|chi cục|tổng cục|tổng công ty|công ty|văn phòng|nguồn)\b",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\s*(?:\||•|\s-\s(?=(?:ngày|lượt|tác giả|cập nhật))"
    r"|(?:ngày đăng|đăng ngày|lượt (?:xem|đọc|truy cập)|cập nhật|ngày cập nhật|tác giả"
    r"|view count)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_PHOTO = re.compile(r"\s[-–—|/]\s(?:fotos?|photos?|ảnh)\s?:.*$", re.IGNORECASE | re.DOTALL)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:twitter|facebook|youtube|instagram|tiktok|linkedin|x)\.com$", re.I
)
_OUTSIDE_WORDS = word_set("footer copyright related comment comments sidebar nav menu lienquan")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """The article's source.

    `indices` are blocks that are no text; `cut` is what remains of a block without its credit.
    """

    source: str | None = None
    evidence: Evidence | None = None
    indices: frozenset[int] = frozenset()
    cut: Mapping[int, str] = field(default_factory=dict)


def read_source(
    blocks: Sequence[TextBlock], kept: Sequence[int], *, title_index: int | None
) -> SourceLine:
    """The source by its line at the end of the text, else above it; the line as printed is kept.

    `kept` are the blocks of the text, in order.
    """
    if not kept:
        return SourceLine()
    body_first = kept[0]
    end = _at_the_end(blocks, kept)
    if end.source is not None:
        return end
    empty = end.indices
    above = body_first if title_index is None or title_index > body_first else title_index
    below_title = range(above, min(body_first, above + _REACH_ABOVE))
    before_text = range(max(below_title.stop, body_first - _REACH_ABOVE), body_first + 1)
    for index in (*below_title, *before_text):
        block = blocks[index]
        said = _of_row(block)
        if said:
            alone = block.index != title_index and _LABELLED.match(block.text)
            indices = empty | frozenset([block.index] if alone else ())
            return SourceLine(
                said, Evidence(rule="source line above the text", text=block.text), indices
            )
    return SourceLine(indices=empty)


def _at_the_end(blocks: Sequence[TextBlock], kept: Sequence[int]) -> SourceLine:
    """The last lines of the text and the first below it; several source lines are joined."""
    found: list[tuple[TextBlock, str, str | None]] = []  # block, source, what remains of it
    start, body_last = _start_of_end(blocks, kept), kept[-1]
    skip = -1
    last_lines = blocks[start : body_last + 1 + _REACH_BELOW]
    if not may_hold_source("\n".join([it.text[-_LONGEST_END:] for it in last_lines])):
        return SourceLine()
    for block in last_lines:
        if block.index == skip:
            continue
        if block.index > body_last and not _may_be_below(block):
            break
        below = blocks[block.index + 1] if block.index + 1 < len(blocks) else None
        if _is_bare_label(block):
            found.append((block, "", None))
            if below is not None and _may_be_said(below, block):
                skip = below.index
                found.append((below, _tidied(below.text), None))
            continue
        if _is_caption(block):
            continue
        said, remains = _of_line(block, alone=block.index >= body_last - 1)
        if found and not said and found[-1][0].index == block.index - 1:
            said = block.text if _is_second(block, found[-1][0]) else None
        if said:
            found.append((block, said, remains))
    return _joined(found)


def may_hold_source(lines: str) -> bool:
    """May a few lines hold a source at all? A cheap test before many others."""
    lower = lines.lower()
    if "theo" in lower or "nguồn" in lower:
        return True
    if ":" in lower or "：" in lower:
        for word in _LABEL_WORDS:
            if word in lower:
                return True
    return any(" " not in line and _HOST_LINE.match(line) for line in lines.split("\n"))


def _start_of_end(blocks: Sequence[TextBlock], kept: Sequence[int]) -> int:
    """The first of the text's last lines.

    Files and forms may stand below them: their links are no lines, nor is what is no text.
    """
    furthest = kept[-1] - _FURTHEST_INSIDE
    lines = [i for i in kept if i > furthest and not blocks[i].link_chars]
    return min([max(kept[0], kept[-1] - _REACH_INSIDE + 1), *lines[-_REACH_INSIDE:]])


def _is_second(block: TextBlock, above: TextBlock) -> bool:
    """Is a one-word line under "Theo …" the outlet that that one took it from?"""
    second = _SECOND.match(block.text) and not OFFICE.match(block.text)
    return bool(second and _THEO_LINE.match(above.text))


def _joined(found: Sequence[tuple[TextBlock, str, str | None]]) -> SourceLine:
    sources = list(dict.fromkeys(said for _, said, _ in found if said))
    if not sources:  # "Nguồn tin:" with nothing behind it is no text either
        return SourceLine(indices=frozenset(block.index for block, _, _ in found))
    return SourceLine(
        "; ".join(sources),
        Evidence(rule="source line", text=" / ".join(block.text[-300:] for block, _, _ in found)),
        frozenset(block.index for block, _, remains in found if not remains),
        {block.index: remains for block, _, remains in found if remains},
    )


def _may_be_said(below: TextBlock, label: TextBlock) -> bool:
    """Is the line under "Nguồn tin:" what it says, rather than what comes after the article?"""
    text = below.text
    if below.heading or below.chars > LONGEST_SOURCE or text.endswith((":", "?", "…")):
        return False
    if END_LINE.match(text) or NOISE_LINE.match(text):
        return False
    if below.link_share > 0.5 and (below.tag == "li" or below.chars > LONGEST_NAME):
        return False
    around = {id(box) for box in label.box.ancestors()}
    return not any(is_outside(box) and id(box) not in around for box in below.box.ancestors())


def _is_caption(block: TextBlock) -> bool:
    """Is a line the caption of the image above it, whose "Nguồn: …" is that image's?"""
    boxes = zip(block.box.ancestors(), range(3), strict=False)
    if any(box.tag == "figcaption" or not CAPTION_WORDS.isdisjoint(box.words) for box, _ in boxes):
        return True
    if not block.images or _LABELLED.match(block.text) or _THEO_LINE.match(block.text):
        return False
    looks = max(block.centred, block.italic, block.small, block.coloured)
    return block.chars <= LONGEST_PLAIN_CAPTION or looks > 0.8


def _may_be_below(block: TextBlock) -> bool:
    return _OUTSIDE_WORDS.isdisjoint(block.words) and block.chars <= 400


def _is_bare_label(block: TextBlock) -> bool:
    found = _LABELLED.match(block.text)
    return bool(found) and not (found and found["said"].strip(" )."))


def _of_line(block: TextBlock, *, alone: bool) -> tuple[str | None, str | None]:
    """(source, what remains of the block without it) of one line at the text's end."""
    text = block.text
    labelled = _LABELLED.match(text)
    if labelled and block.chars <= LONGEST_SOURCE + 20:
        said = _tidied(labelled["said"])
        return (said or None), None
    if block.chars <= LONGEST_THEO_LINE:
        theo = _THEO_LINE.match(text)
        if theo:
            return (_tidied(theo["said"]) if _is_outlet(theo["said"], text) else None), None
        host, bare = _HOST.match(text), _BARE_LABEL.match(text)
        if host and alone and not _SOCIAL.search(host.group(1)):
            return host.group(1), None
        if bare and alone and bare["said"][0].isupper():
            return _tidied(bare["said"]), None
        named = _named_with_source(text)
        if named:
            return _tidied(named["said"]), named["name"].strip()
    return _glued(text)


def _glued(text: str) -> tuple[str | None, str | None]:
    """(source, what remains) of a paragraph with its source behind the last sentence."""
    if not may_hold_source(text[-_LONGEST_END:]):
        return None, None
    at_end = _AT_END.search(text, max(0, len(text) - _LONGEST_END))
    if at_end and _is_outlet(at_end["said"], ""):
        return _tidied(at_end["said"]), text[: at_end.start()].rstrip() or None
    glued = _LABEL_AT_END.search(text, max(0, len(text) - 120))
    theo = None if glued else _THEO_AT_END.search(text, max(0, len(text) - 120))
    if theo and _is_outlet(theo["said"], text):
        return _tidied(theo["said"]), text[: theo.start()].rstrip() or None
    if glued:
        return _tidied(glued["said"]), text[: glued.start()].rstrip() or None
    return None, None


def _of_row(block: TextBlock) -> str | None:
    """A source in the row of small print between title and text: "Nguồn: A | Ngày đăng: …"."""
    text = block.text
    if block.chars > LONGEST_SOURCE + 20 or not (":" in text or "：" in text):
        return None
    found = _LABELLED_IN_ROW.search(block.text) or _LABELLED.match(block.text)
    return _tidied(found["said"]) or None if found else None


def _is_outlet(said: str, line: str) -> bool:
    """Is what follows "Theo" a name, rather than the beginning of a sentence?"""
    said = said.strip()
    if _NO_SOURCE.match(said) or len(said.split()) > 14:
        return False
    if ", " in said and said.split(", ", 1)[1][:1].islower():
        return False
    if line.endswith((":", "…", "...", ",", ";", "?", "!")):
        return False
    return (
        said[:1].isupper()
        or said[:1].isdigit()
        or bool(_OUTLET_WORD.match(said) or _HOST.match(said))
    )


def _tidied(said: str) -> str:
    """Without a leading "Theo", brackets around it, and what belongs to the next field of a row."""
    said = _PHOTO.sub("", _NOT_AFTER.sub("", said)).strip(" \t*–-.;,")
    said = _THEO.sub("", said).strip()
    while (
        said
        and said[-1] in ")]"
        and said.count("(") + said.count("[") < said.count(")") + said.count("]")
    ):
        said = said[:-1].rstrip(" .")
    return said


def is_source_line(text: str) -> bool:
    """Is a short line a source line, whole: "Nguồn: …", "(Theo …)", a bare host?"""
    if len(text) > LONGEST_SOURCE + 20 or not may_hold_source(text):
        return False
    theo = _THEO_LINE.match(text)
    if theo:
        return _is_outlet(theo["said"], text)
    return bool(_LABELLED.match(text) or _HOST.match(text))


def said_of_source(line: str) -> str:
    """What a source line says without its label: "Theo Infonet" -> "Infonet"."""
    labelled = _LABELLED.match(line)
    return _tidied(labelled["said"] if labelled else line)


def _named_with_source(text: str) -> re.Match[str] | None:
    """The parts of "Lê An - Theo Báo Hà Sơn"; None where the line is a sentence."""
    named = _NAME_AND_SOURCE.match(text) if len(text) <= LONGEST_THEO_LINE else None
    if named is None or not is_name(named["name"].strip()):
        return None
    return named if _is_outlet(named["said"], text) else None


def name_before_source(text: str) -> Iterator[str]:
    """ "GX (Theo TTXVN)" -> "GX": a byline that ends with its source."""
    named = _named_with_source(text)
    if named:
        yield named["name"].strip()
        return
    found = _AT_END.search(text, max(0, len(text) - 200))
    if found and text[: found.start()].strip():
        yield text[: found.start()].strip()
