"""End tags of paragraphs that were never begun."""

from __future__ import annotations

import pytest

from scraper.extraction.page import parse
from scraper.extraction.stray_ends import with_stray_ends
from scraper.extraction.walk import walk


def lines(markup: str) -> list[str]:
    return [block.text for block in walk(parse(f"<body>{markup}</body>".encode()).tree)]


def test_a_stray_end_parts_two_lines() -> None:
    assert lines("<div>Nội dung:</p> Đoạn một.</p> Đoạn hai.</p></div>") == [
        "Nội dung:",
        "Đoạn một.",
        "Đoạn hai.",
    ]


def test_the_end_of_an_open_paragraph_stays() -> None:
    body = b"<div><p>one</p><p class=a>two</p></div>"
    assert with_stray_ends(body) is body


def test_a_border_closes_the_paragraph_before_it() -> None:
    found = with_stray_ends(b"<p>one<div>two</p></div></p>")
    assert found == b"<p>one<div>two<p></p></div><p></p>"


@pytest.mark.parametrize("around", ["<script>{}</script>", "<!-- {} -->", "<style>{}</style>"])
def test_what_is_no_markup_stays_as_it_is(around: str) -> None:
    hidden = around.format('"a</p>b</p>"').encode()
    assert with_stray_ends(hidden + b"x</p>") == hidden + b"x<p></p>"
