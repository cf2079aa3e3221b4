"""Language and tags."""

from __future__ import annotations

import pytest

from scraper.extraction.fields import read_language, read_tags
from scraper.extraction.witnesses import Witness, Witnesses

VIETNAMESE = "Bộ trưởng đã chủ trì cuộc họp về quản lý đất đai và nước dưới đất. " * 5
ENGLISH = "The minister chaired a meeting on land and groundwater in the province. " * 5


def spoken(*languages: str) -> Witnesses:
    return Witnesses(languages=tuple(Witness("<html lang>", name) for name in languages))


@pytest.mark.parametrize(
    ("text", "markup", "portal", "language"),
    [
        (VIETNAMESE, "en-US", None, "vi"),
        (VIETNAMESE, "vi", "vi", "vi"),
        (ENGLISH, "en-US", "vi", "en"),
        (ENGLISH, "vi", "vi", None),
        (ENGLISH, "", "vi", None),
        (ENGLISH, "vi-VN", None, None),
        ("Tin", "vi_VN", None, "vi"),
        ("Tin", "", "vi", "vi"),
        ("", "", None, None),
        (ENGLISH, "*!", None, None),
    ],
)
def test_letters_win_over_markup_and_markup_over_the_portal(
    text: str, markup: str, portal: str | None, language: str | None
) -> None:
    assert read_language(text, spoken(markup), portal_language=portal) == language


def test_tags_are_those_of_the_best_witness_each_once() -> None:
    said = Witnesses(
        tags=(
            Witness("meta article:tag", "Nước"),
            Witness("meta article:tag", "đất, nước"),
            Witness("meta keywords", "tin tức"),
        )
    )
    assert read_tags(said) == ("Nước", "đất")


def test_no_tags_are_no_tags() -> None:
    assert read_tags(Witnesses()) == ()
    assert read_tags(Witnesses(tags=(Witness("meta keywords", " , ;"),))) == ()
