"""An archive of what ministries publish.

>>> from scraper import extract
>>> page = "<h1>Hội nghị đê điều</h1><p>14/06/2018</p><p>" + "Các đơn vị đã dự họp. " * 20
>>> article = extract(page.encode(), content_type="text/html; charset=utf-8")
>>> article.title, str(article.published)
('Hội nghị đê điều', '2018-06-14')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from scraper.errors import (
    ArchiveError,
    ArchiveFull,
    ArchiveLocked,
    ArticleDamaged,
    BadStatus,
    BudgetSpent,
    CaptureError,
    ExportError,
    NoArticle,
    NotAsked,
    PageError,
    PageGone,
    PortalFileError,
    QueryError,
    RobotsRefused,
    ScraperError,
    SourceError,
    TooLarge,
    Unreachable,
    UnsafeAddress,
)

if TYPE_CHECKING:
    from scraper.archive.archive import Archive
    from scraper.capture.store import CaptureStore
    from scraper.changes import Difference, compare
    from scraper.crawl import collect
    from scraper.extraction.article import Template, extract, learn
    from scraper.fetching.fetcher import Fetcher
    from scraper.portals.portal_file import read_portal, read_portals
    from scraper.query.search import Hit, SearchResult, matching, search
    from scraper.records import Article, Capture, Link, Outcome, Portal, Version
    from scraper.side_by_side import collect_portals

__version__ = "0.1.0"

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchiveFull",
    "ArchiveLocked",
    "Article",
    "ArticleDamaged",
    "BadStatus",
    "BudgetSpent",
    "Capture",
    "CaptureError",
    "CaptureStore",
    "Difference",
    "ExportError",
    "Fetcher",
    "Hit",
    "Link",
    "NoArticle",
    "NotAsked",
    "Outcome",
    "PageError",
    "PageGone",
    "Portal",
    "PortalFileError",
    "QueryError",
    "RobotsRefused",
    "ScraperError",
    "SearchResult",
    "SourceError",
    "Template",
    "TooLarge",
    "UnsafeAddress",
    "Unreachable",
    "Version",
    "collect",
    "collect_portals",
    "compare",
    "extract",
    "learn",
    "matching",
    "read_portal",
    "read_portals",
    "search",
]

# Who only reads pages needs neither a database nor a network: a name is fetched when asked for.
_HOMES = {
    "Archive": "scraper.archive.archive",
    "CaptureStore": "scraper.capture.store",
    "Difference": "scraper.changes",
    "compare": "scraper.changes",
    "collect": "scraper.crawl",
    "Template": "scraper.extraction.article",
    "extract": "scraper.extraction.article",
    "learn": "scraper.extraction.article",
    "Fetcher": "scraper.fetching.fetcher",
    "read_portal": "scraper.portals.portal_file",
    "read_portals": "scraper.portals.portal_file",
    "Hit": "scraper.query.search",
    "SearchResult": "scraper.query.search",
    "matching": "scraper.query.search",
    "search": "scraper.query.search",
    "Article": "scraper.records",
    "Capture": "scraper.records",
    "Link": "scraper.records",
    "Outcome": "scraper.records",
    "Portal": "scraper.records",
    "Version": "scraper.records",
    "collect_portals": "scraper.side_by_side",
}

if not TYPE_CHECKING:  # mypy knows the names from above, and no others

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
