"""How values stand in the archive's columns: text, moments and lists."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

from scraper.records import Article, Attachment, Block, BlockKind, Evidence, Figure

# NUL ends a text early for SQL functions; half surrogate pairs can't be written as UTF-8.
_UNWRITABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def text(value: str) -> str:
    """Text as the archive keeps it: NFC, and nothing in it that SQLite cannot hold."""
    if "\0" not in value:
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            pass
        else:
            return unicodedata.normalize("NFC", value)
    return unicodedata.normalize("NFC", value.translate(_UNWRITABLE))


def text_or_none(value: str | None) -> str | None:
    """`text`, of what may be missing."""
    return None if value is None else text(value)


@lru_cache(maxsize=256)  # a run writes the same moment many times
def stamp(moment: datetime) -> str:
    """An aware moment as UTC of fixed width, so that text order is the order of time."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def stamp_or_none(moment: datetime | None) -> str | None:
    """`stamp`, of what may be missing."""
    return None if moment is None else stamp(moment)


def read_stamp(value: str) -> datetime:
    """The moment (aware UTC) that `stamp` wrote."""
    return datetime.fromisoformat(value)


def read_stamp_or_none(value: str | None) -> datetime | None:
    """`read_stamp`, of what may be missing."""
    return None if value is None else read_stamp(value)


def printed(moment: date | datetime | None) -> str | None:
    """A moment that a page prints as ISO 8601: a plain date where no time is known."""
    return None if moment is None else moment.isoformat()


def read_printed(value: str | None) -> date | datetime | None:
    """The date or moment that `printed` wrote."""
    if value is None:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def as_json(value: object) -> str:
    """Compact JSON with its letters as they are."""
    return _COMPACT.encode(value)


def texts(values: Sequence[str]) -> str:
    """Several texts as a JSON list."""
    return as_json([text(value) for value in values])


def read_texts(value: str) -> tuple[str, ...]:
    """The texts that `texts` wrote."""
    return tuple(json.loads(value))


def one_a_line(values: Sequence[str]) -> str:
    """Several texts for searching: one a line, whatever white space they hold."""
    return "\n".join(text(" ".join(value.split())) for value in values)


def blocks_and_body(article: Article) -> tuple[str, str]:
    """The kind and length (characters) of each block as JSON, and the text that they make."""
    parts = [block.text for block in article.blocks]
    joined = "\n\n".join(parts)
    body = text(joined)
    if body != joined:
        parts = [text(part) for part in parts]
        body = "\n\n".join(parts)
    lengths = [[block.kind, len(part)] for block, part in zip(article.blocks, parts, strict=True)]
    return as_json(lengths), body


def read_blocks(lengths: str, whole: str) -> tuple[Block, ...]:
    """The body cut into its blocks; by blank lines where somebody edited the text by hand."""
    found: list[Block] = []
    start = 0
    for kind, length in cast(list[tuple[BlockKind, int]], json.loads(lengths)):
        found.append(Block(kind=kind, text=whole[start : start + length]))
        start += length + 2
    if "\n\n".join(block.text for block in found) == whole:
        return tuple(found)
    return tuple(Block(kind="paragraph", text=part) for part in whole.split("\n\n") if part)


def figures(values: Sequence[Figure]) -> str:
    """Figures as a JSON list of objects."""
    return as_json(
        [
            {
                "image": text_or_none(one.image),
                "caption": text_or_none(one.caption),
                "credit": text_or_none(one.credit),
            }
            for one in values
        ]
    )


def read_figures(value: str) -> tuple[Figure, ...]:
    """The figures that `figures` wrote."""
    return tuple(Figure(**one) for one in json.loads(value))


def attachments(values: Sequence[Attachment]) -> str:
    """Attachments as a JSON list of objects."""
    return as_json([{"url": text(one.url), "title": text_or_none(one.title)} for one in values])


def read_attachments(value: str) -> tuple[Attachment, ...]:
    """The attachments that `attachments` wrote."""
    return tuple(Attachment(**one) for one in json.loads(value))


def evidence(article: Article) -> str:
    """Where each field came from, as a JSON object."""
    return as_json(
        {
            name: {"rule": text(one.rule), "text": text(one.text)}
            for name, one in article.evidence.items()
        }
    )


def read_evidence(value: str) -> dict[str, Evidence]:
    """The evidence that `evidence` wrote."""
    found: dict[str, dict[str, Any]] = json.loads(value)
    return {name: Evidence(rule=one["rule"], text=one["text"]) for name, one in found.items()}
