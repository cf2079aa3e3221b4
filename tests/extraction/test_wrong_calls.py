"""Calls with something else than bytes: the caller is told, and no page is blamed."""

from __future__ import annotations

from typing import Any

import pytest

from scraper.extraction.article import extract, learn


@pytest.mark.parametrize("body", ["<p>text</p>", None, 5])
def test_extract_takes_bytes_only(body: Any) -> None:
    with pytest.raises(TypeError, match="extract takes a page's bytes"):
        extract(body)


def test_a_template_is_what_learn_gives() -> None:
    wrong: Any = {}
    with pytest.raises(TypeError, match="template is what learn gives, not dict"):
        extract(b"<p>text</p>", template=wrong)


@pytest.mark.parametrize("page", [("http://a.example/", "<p>"), (None, b"<p>")])
def test_learn_takes_pairs_of_address_and_bytes(page: Any) -> None:
    with pytest.raises(TypeError, match="pairs of an address and a page's bytes"):
        learn([page])
