"""How tests hand pages to a walk: from a function of the address alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scraper.records import Capture, Form, Get


def plain(page_of: Callable[[str], Capture]) -> Get:
    """A `get` that never posts."""

    def get(
        url: str, *, form: Form | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Capture:
        assert form is None, f"{url} was asked for by POST"
        return page_of(url)

    return get
