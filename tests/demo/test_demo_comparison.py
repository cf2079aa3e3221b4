"""The demo's comparison finds every field that is otherwise than published, and says both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest

from scraper.archive.archive import Archive
from scraper.demo.comparison import FIELDS, SHOWN, Comparison, compare, table
from scraper.demo.content import PublishedArticle, published
from scraper.records import Article, Attachment, Block, Capture, Figure, Link, Place

HOME = "http://127.0.0.1:9/"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
TRUTH = published()[24]  # has figures, attachments? the tests below say what they need


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def as_read(truth: PublishedArticle) -> Article:
    """The article as a reader without fault would hand it over."""
    return Article(
        id=f"demo:{truth.key}",
        url=urljoin(HOME, truth.addresses[0]),
        title=truth.title,
        lead=truth.lead,
        blocks=truth.blocks,
        published=truth.published,
        published_precision=truth.precision,
        updated=truth.updated,
        source=truth.source,
        authors=truth.authors,
        figures=tuple(
            Figure(
                image=urljoin(HOME, figure.image or ""),
                caption=figure.caption,
                credit=figure.credit,
            )
            for figure in truth.figures
        ),
        attachments=tuple(
            Attachment(url=urljoin(HOME, file.url), title=file.title) for file in truth.attachments
        ),
        language="vi",
    )


def keep(archive: Archive, *articles: Article) -> None:
    run = archive.begin_run("demo", trigger="collect", due=None, now=NOW)
    for article in articles:
        assert article.id and article.url
        link = Link(portal="demo", url=article.url, key=article.id.split(":")[1], found_on=HOME)
        archive.add_links([link], head=True, now=NOW)
        capture = Capture(
            url=article.url,
            answered_url=article.url,
            status=200,
            headers=(),
            body=b"",
            fetched_at=NOW,
            sha256=hashlib.sha256(b"").hexdigest(),
            place=Place(file="demo/demo.warc.gz", offset=0, length=1),
        )
        archive.save_article(link, article, capture=capture, run=run, now=NOW)


def compared(archive: Archive, *truths: PublishedArticle) -> Comparison:
    return compare(truths, archive=archive, portal="demo", home=HOME)


def test_an_archive_without_fault_is_all_right(archive: Archive) -> None:
    keep(archive, *(as_read(truth) for truth in published(45)))
    comparison = compared(archive, *published(45))
    assert comparison.wrong == ()
    assert comparison.all_right


def test_an_article_that_is_not_there_is_missing(archive: Archive) -> None:
    keep(archive, as_read(TRUTH))
    other = published()[0]
    comparison = compared(archive, TRUTH, other)
    assert comparison.missing == (f"demo:{other.key}",)
    assert not comparison.all_right
    assert f"  missing: demo:{other.key}" in table(comparison)


MISREADINGS = {
    "title": {"title": "Khác"},
    "lead": {"lead": None},
    "text": {"blocks": (Block(kind="paragraph", text="Khác"),)},
    "published": {"published": None},
    "updated": {"updated": NOW},
    "source": {"source": "Khác"},
    "authors": {"authors": ("Khác",)},
    "captions": {"figures": (Figure(image=None, caption="Khác"),)},
    "attachments": {"attachments": (Attachment(url=HOME, title=None),)},
    "language": {"language": "en"},
}


@pytest.mark.parametrize("field", MISREADINGS)
def test_a_misread_field_is_wrong(archive: Archive, field: str) -> None:
    keep(archive, replace(as_read(TRUTH), **MISREADINGS[field]))  # type: ignore[arg-type]
    wrong = [wrong.field for wrong in compared(archive, TRUTH).wrong]
    assert field in wrong


def test_a_wrong_field_is_shown_with_both_values(archive: Archive) -> None:
    keep(archive, replace(as_read(TRUTH), source="Báo khác"))
    lines = table(compared(archive, TRUTH))
    assert lines[-3:] == [
        f"  demo:{TRUTH.key} ({TRUTH.printed.markup}): source",
        f"      published: {TRUTH.source or 'nothing'}",
        "      archived:  Báo khác",
    ]


def test_a_long_value_is_shown_from_where_the_two_part(archive: Archive) -> None:
    keep(archive, replace(as_read(TRUTH), blocks=TRUTH.blocks[:-1]))
    lines = table(compared(archive, TRUTH))
    assert lines[-2].startswith("      published: …")
    assert len(lines[-2]) < SHOWN + 30


def test_the_same_moment_in_another_zone_is_right(archive: Archive) -> None:
    timed = next(a for a in published() if isinstance(a.published, datetime))
    assert isinstance(timed.published, datetime)
    keep(archive, replace(as_read(timed), published=timed.published.astimezone(UTC)))
    assert compared(archive, timed).all_right


def test_a_moment_that_is_an_hour_off_is_wrong(archive: Archive) -> None:
    timed = next(a for a in published() if isinstance(a.published, datetime))
    assert isinstance(timed.published, datetime)
    keep(archive, replace(as_read(timed), published=timed.published + timedelta(hours=1)))
    assert [wrong.field for wrong in compared(archive, timed).wrong] == ["published"]


def test_every_field_has_its_line_in_the_table(archive: Archive) -> None:
    keep(archive, as_read(TRUTH))
    lines = table(compared(archive, TRUTH))
    assert [line.split()[0] for line in lines[2:]] == list(FIELDS)
