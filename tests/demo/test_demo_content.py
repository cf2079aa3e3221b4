"""What the made-up portal publishes: enough, varied, and the same on every machine."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

import pytest

from scraper.demo.content import ARTICLES, SECTIONS, ZONE, published
from scraper.demo.datelines import DATELINES, VISIT_DAY, part_of_day, write_with_update
from scraper.demo.server import DETAIL


def test_there_are_at_least_150_articles_of_2012_to_2026() -> None:
    articles = published()
    years = {article.published.year for article in articles if article.published}
    assert len(articles) == ARTICLES >= 150
    assert years == set(range(2012, 2027))


def test_keys_and_titles_are_each_used_once() -> None:
    articles = published()
    assert len({article.key for article in articles}) == ARTICLES
    assert len({article.title for article in articles}) == ARTICLES
    assert len({article.text for article in articles}) == ARTICLES


def test_the_texts_are_the_same_on_every_machine_and_day() -> None:
    # Whoever changes the texts changes this line: the demo's archive changes with it.
    said = "\x1e".join(f"{a.key}{a.title}{a.text}{a.published}{a.captions}" for a in published())
    assert hashlib.sha256(said.encode()).hexdigest()[:12] == "319369bd9206"


def test_a_small_portal_has_the_newest_articles() -> None:
    assert published(12) == published()[:12]
    assert published(0) == ()


@pytest.mark.parametrize("count", [-1, ARTICLES + 1])
def test_more_articles_than_there_are_texts_is_an_error(count: int) -> None:
    with pytest.raises(ValueError, match=f"0 to {ARTICLES}"):
        published(count)


def test_every_value_is_composed_and_clean() -> None:
    for article in published():
        values = (article.title, article.lead, article.source or "", *article.captions)
        for value in (*values, *(block.text for block in article.blocks)):
            assert value == " ".join(unicodedata.normalize("NFC", value).split())
            assert "$" not in value


def test_every_dateline_markup_texture_and_section_is_in_use() -> None:
    articles = published()
    assert len({article.printed.markup for article in articles}) == 10
    assert len({article.printed.texture for article in articles}) == 5
    assert {zone for article in articles for zone in article.zones} == set(SECTIONS)
    written = {article.printed.dateline for article in articles}
    moments = {a.published for a in articles if isinstance(a.published, datetime)}
    for line in DATELINES:
        if line.precision == "second":
            assert written & {line.write(moment) for moment in moments}, line.name
    assert len(written) > 140  # nearly each its own


def test_every_dateline_form_is_printed_somewhere() -> None:
    shapes = {_shape(a.printed.dateline) for a in published() if a.printed.dateline}
    sample = datetime(2018, 6, 14, 15, 20, 7, tzinfo=ZONE)
    for line in DATELINES:
        printed = {
            _shape(line.write(sample.replace(hour=hour, day=day)))
            for hour in (6, 9, 12, 15, 20)
            for day in range(11, 18)
        }
        assert shapes & printed, line.name


def _shape(text: str) -> str:
    """A dateline with its digits, weekday and part of day taken out."""
    for word in ("hai", "ba", "tư", "năm", "sáu", "bảy", "thứ", "chủ", "nhật"):
        text = text.lower().replace(word, "")
    for word in ("sáng", "trưa", "chiều", "tối", "am", "pm"):
        text = text.replace(word, "~")
    return "".join("" if char.isdigit() else char for char in text).replace("  ", " ")


def test_some_articles_have_no_date_and_some_have_two() -> None:
    articles = published()
    undated = [article for article in articles if article.published is None]
    updated = [article for article in articles if article.updated]
    assert len(undated) == 5
    assert all(article.printed.dateline is None for article in undated)
    assert updated
    assert all(article.updated > article.published for article in updated)  # type: ignore[operator]


def test_a_time_is_true_to_the_precision_that_is_printed() -> None:
    for article in published():
        if article.precision == "day":
            assert not isinstance(article.published, datetime)
        elif article.precision == "minute":
            assert isinstance(article.published, datetime)
            assert article.published.second == 0


def test_every_article_is_older_than_the_clock_in_the_head() -> None:
    for article in published():
        if article.published:
            moment = article.published
            day = moment.date() if isinstance(moment, datetime) else moment
            assert day < VISIT_DAY


def test_an_article_answers_under_three_addresses_with_one_key() -> None:
    for article in published():
        assert len(set(article.addresses)) == 3
        assert all(f"contentid={article.key}" in path.lower() for path in article.addresses)
    assert DETAIL.split("?")[1].split("&")[0] in published()[0].addresses[0]


def test_sources_and_bylines_come_in_every_form() -> None:
    articles = published()
    assert {"cổng TTĐT BSHĐĐ", "mshdd.gov.vn", "TTXSN", None} <= {a.source for a in articles}
    assert any("admin" in (a.printed.byline or "") and not a.authors for a in articles)
    assert any(len(a.authors) == 2 for a in articles)
    assert any(a.printed.source_place == "top" for a in articles)


def test_captions_come_with_and_without_credit_and_images_without_caption() -> None:
    figures = [figure for article in published() for figure in article.figures]
    assert any(figure.credit for figure in figures)
    assert any(figure.caption and not figure.credit for figure in figures)
    assert any(figure.caption is None for figure in figures)
    for figure in figures:
        if figure.credit:
            assert figure.caption and figure.credit in figure.caption


@pytest.mark.parametrize(
    ("hour", "words"),
    [(6, "06:05 sáng"), (12, "12:05 trưa"), (16, "04:05 chiều"), (23, "11:05 tối")],
)
def test_hours_are_written_with_the_part_of_the_day(hour: int, words: str) -> None:
    assert part_of_day(datetime(2012, 12, 24, hour, 5, tzinfo=UTC)) == words


def test_both_days_stand_on_one_line() -> None:
    one = datetime(2012, 12, 24, 9, 5, tzinfo=UTC)
    assert write_with_update(one, one.replace(day=25)) == (
        "Ngày đăng: 24/12/2012 09:05 | Cập nhật: 25/12/2012 09:05"
    )
