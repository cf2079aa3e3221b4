"""Holds the archive against what the portal published, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin

from scraper.archive.archive import Archive
from scraper.demo.content import PublishedArticle
from scraper.errors import QueryError
from scraper.records import Article

SHOWN = 160  # characters of a wrong value

Value = tuple[str, ...]  # a field's values as text; () where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One field of one article that the archive has otherwise than it was published."""

    article_id: str
    markup: str
    field: str
    published: Value
    archived: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All articles and all fields: what is right, and each that is wrong."""

    published: int
    missing: tuple[str, ...]  # ids that are not in the archive
    counts: Mapping[str, tuple[int, int]]  # field -> articles with a value, articles that are right
    wrong: tuple[Wrong, ...]

    @property
    def all_right(self) -> bool:
        return not self.missing and not self.wrong


def compare(
    articles: Sequence[PublishedArticle], *, archive: Archive, portal: str, home: str
) -> Comparison:
    """Every published article against the archive's; `home` makes the portal's paths absolute."""
    missing: list[str] = []
    wrong: list[Wrong] = []
    having: dict[str, int] = dict.fromkeys(FIELDS, 0)
    right: dict[str, int] = dict.fromkeys(FIELDS, 0)
    for truth in articles:
        id_ = f"{portal}:{truth.key}"
        try:
            found = archive.article(id_).article
        except QueryError:
            missing.append(id_)
            continue
        for name, (of_truth, of_archive) in FIELDS.items():
            said, kept = of_truth(truth, home), of_archive(found)
            having[name] += bool(said)
            right[name] += said == kept
            if said != kept:
                markup = truth.printed.markup
                wrong.append(
                    Wrong(article_id=id_, markup=markup, field=name, published=said, archived=kept)
                )
    return Comparison(
        published=len(articles),
        missing=tuple(missing),
        counts={name: (having[name], right[name]) for name in FIELDS},
        wrong=tuple(wrong),
    )


def table(comparison: Comparison) -> list[str]:
    """The comparison as lines: each field, how many articles have it, right and wrong ones.

    That an article has no such field is right or wrong too.
    """
    there = comparison.published - len(comparison.missing)
    rows = [
        ("", "articles", "with it", "right", "wrong"),
        (
            "in the archive",
            comparison.published,
            comparison.published,
            there,
            len(comparison.missing),
        ),
        *(
            (name, there, having, right, there - right)
            for name, (having, right) in comparison.counts.items()
        ),
    ]
    lines = [f"  {name:<20}" + "".join(f"{cell:>10}" for cell in cells) for name, *cells in rows]
    lines += [f"  missing: {id_}" for id_ in comparison.missing]
    for wrong in comparison.wrong:
        lines += _both_values(wrong)
    return lines


def _both_values(wrong: Wrong) -> list[str]:
    start = _first_difference(" | ".join(wrong.published), " | ".join(wrong.archived))
    return [
        f"  {wrong.article_id} ({wrong.markup}): {wrong.field}",
        f"      published: {_shown(wrong.published, start)}",
        f"      archived:  {_shown(wrong.archived, start)}",
    ]


def _first_difference(one: str, other: str) -> int:
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def _shown(value: Value, difference: int) -> str:
    """The value from shortly before the place where the two part."""
    if not value:
        return "nothing"
    text = " | ".join(value).replace("\n", "¶")
    start = max(0, difference - SHOWN // 3) if len(text) > SHOWN else 0
    shown = text[start : start + SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if start + SHOWN < len(text) else ''}"


def _moment(value: date | datetime | None) -> Value:
    """As ISO 8601; a moment in UTC, so that two ways to write the same zone are equal."""
    if isinstance(value, datetime):
        return (value.isoformat() if value.tzinfo is None else f"{value.timestamp():.0f}",)
    return (value.isoformat(),) if value else ()


def _one(value: str | None) -> Value:
    return (value,) if value else ()


FIELDS: Mapping[
    str, tuple[Callable[[PublishedArticle, str], Value], Callable[[Article], Value]]
] = {
    "title": (lambda truth, home: (truth.title,), lambda kept: (kept.title,)),
    "lead": (lambda truth, home: (truth.lead,), lambda kept: _one(kept.lead)),
    "text": (lambda truth, home: (truth.text,), lambda kept: _one(kept.text)),
    "published": (
        lambda truth, home: _moment(truth.published),
        lambda kept: _moment(kept.published),
    ),
    "published_precision": (
        lambda truth, home: _one(truth.precision),
        lambda kept: _one(kept.published_precision),
    ),
    "updated": (lambda truth, home: _moment(truth.updated), lambda kept: _moment(kept.updated)),
    "source": (lambda truth, home: _one(truth.source), lambda kept: _one(kept.source)),
    "authors": (lambda truth, home: truth.authors, lambda kept: kept.authors),
    "captions": (lambda truth, home: truth.captions, lambda kept: kept.captions),
    "credits": (
        lambda truth, home: tuple(figure.credit or "-" for figure in truth.figures),
        lambda kept: tuple(figure.credit or "-" for figure in kept.figures),
    ),
    "images": (
        lambda truth, home: tuple(urljoin(home, figure.image or "") for figure in truth.figures),
        lambda kept: tuple(figure.image or "-" for figure in kept.figures),
    ),
    "attachments": (
        lambda truth, home: tuple(
            f"{file.title} <{urljoin(home, file.url)}>" for file in truth.attachments
        ),
        lambda kept: tuple(f"{file.title} <{file.url}>" for file in kept.attachments),
    ),
    "language": (lambda truth, home: ("vi",), lambda kept: _one(kept.language)),
}
