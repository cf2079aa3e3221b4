"""Articles as JSON objects: what every program reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from scraper.archive.archive import StoredArticle
from scraper.records import Article, portal_of


def article_json(article: Article) -> dict[str, Any]:
    """An article as a JSON object; dates are ISO 8601, plain dates where no time is printed."""
    found: dict[str, Any] = {}
    if article.id is not None:
        found["id"] = article.id
        found["portal"] = portal_of(article.id)
    found |= {
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "published": _iso(article.published),
        "published_precision": article.published_precision,
        "updated": _iso(article.updated),
        "source": article.source,
        "authors": list(article.authors),
        "captions": list(article.captions),
        "figures": [
            {"image": one.image, "caption": one.caption, "credit": one.credit}
            for one in article.figures
        ],
        "attachments": [{"url": one.url, "title": one.title} for one in article.attachments],
        "tags": list(article.tags),
        "language": article.language,
        "read_by": article.read_by,
        "evidence": {
            name: {"rule": one.rule, "text": one.text} for name, one in article.evidence.items()
        },
    }
    return found


def stored_json(stored: StoredArticle) -> dict[str, Any]:
    """An archived article as a JSON object: what the page says, and what the archive knows."""
    return article_json(stored.article) | {
        "portal": stored.portal,
        "versions": stored.version_count,
        "edits": stored.edits,
        "silent_edits": stored.silent_edits,
        "gone_since": _iso(stored.gone_since),
        "family": stored.family,
        "first_seen_at": stored.first_seen_at.isoformat(),
        "last_seen_at": stored.last_seen_at.isoformat(),
        "addresses": list(stored.addresses),
    }


def _iso(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
