"""Articles as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scraper.archive.archive import StoredArticle

if TYPE_CHECKING:
    from pandas import DataFrame


def dataframe(articles: Iterable[StoredArticle]) -> DataFrame:
    """One row an article; ImportError where pandas is not installed."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            'to_dataframe() needs pandas: pip install "ministry-scraper[pandas]"'
        ) from error
    frame = pandas.DataFrame.from_records([_row(one) for one in articles], columns=_COLUMNS)
    for column in ("published", "updated"):
        # Seconds reach every year that a page may print; nanoseconds end in 2262.
        frame[column] = frame[column].astype("datetime64[s]")
    for column in ("first_seen_at", "last_seen_at"):
        frame[column] = pandas.to_datetime(frame[column], utc=True)
    return frame


_COLUMNS = [
    "id", "portal", "url", "title", "lead", "text", "published", "published_precision", "updated",
    "source", "authors", "captions", "tags", "language", "versions", "first_seen_at",
    "last_seen_at",
]  # fmt: skip


def _row(stored: StoredArticle) -> tuple[Any, ...]:
    article = stored.article
    return (
        stored.id,
        stored.portal,
        article.url,
        article.title,
        article.lead,
        article.text,
        _as_printed(article.published),
        article.published_precision,
        _as_printed(article.updated),
        article.source,
        list(article.authors),
        list(article.captions),
        list(article.tags),
        article.language,
        stored.version_count,
        stored.first_seen_at,
        stored.last_seen_at,
    )


def _as_printed(moment: Any) -> str | None:
    """A date or moment without its zone, whatever it is: as the page prints it."""
    return None if moment is None else moment.isoformat()[:19]
