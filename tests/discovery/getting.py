"""How tests hand pages to a walk: from a function of the address alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from scraper.errors import BadStatus, PageError
from scraper.portals.portal_file import DEFAULT_CRON, read_cron
from scraper.records import ArticleRule, Capture, Form, Get, Portal


def plain(page_of: Callable[[str], Capture]) -> Get:
    """A `get` that never posts."""

    def get(
        url: str, *, form: Form | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Capture:
        assert form is None, f"{url} was asked for by POST"
        return page_of(url)

    return get


FETCHED_AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
HOME = "https://bo.example.vn/"


def made_portal(*, match: str | None = None, key: str | None = "id") -> Portal:
    """A portal whose articles have their number in the query."""
    return Portal(
        name="bo",
        home=HOME,
        timezone="Asia/Ho_Chi_Minh",
        cron=read_cron(DEFAULT_CRON),
        article=ArticleRule(match=re.compile(match) if match else None, key_parameter=key),
    )


def made_capture(
    url: str, body: str | bytes, *, content_type: str = "text/html; charset=utf-8"
) -> Capture:
    """An answer with this body."""
    data = body.encode() if isinstance(body, str) else body
    return Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(("Content-Type", content_type),),
        body=data,
        fetched_at=FETCHED_AT,
        sha256=hashlib.sha256(data).hexdigest(),
    )


@dataclass
class Shelf:
    """Answers by address; what is not there is 404. An exception in a page's place is raised."""

    pages: Mapping[str, str | bytes | PageError]
    content_type: str = "text/html; charset=utf-8"
    asked: list[str] = field(default_factory=list)

    def __call__(
        self,
        url: str,
        *,
        form: Form | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Capture:
        self.asked.append(url)
        page = self.pages.get(url)
        if page is None:
            raise BadStatus("404 Not Found", url=url, status=404)
        if isinstance(page, PageError):
            raise page
        return made_capture(url, page, content_type=self.content_type)
