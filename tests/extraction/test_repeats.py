"""A lead or a title that is printed twice is kept once; what comes again later stays."""

from __future__ import annotations

import pytest
from portal_page import PARAGRAPHS, TITLE, read

LEAD = "Tám mươi cán bộ của mười hai huyện miền núi học cách đo mực nước ở các giếng quan trắc."


@pytest.mark.parametrize(
    "above",
    [
        f"<div class='sapo'><b>{LEAD}</b></div>",
        f"<p><strong>{LEAD}</strong></p>",
        f"<p class='tomtat'>(HSTV) - {LEAD}</p>",
    ],
)
def test_a_lead_that_opens_the_text_again_is_kept_once(above: str) -> None:
    article = read(above=above, paragraphs=(LEAD, *PARAGRAPHS))
    assert article.lead is not None
    assert article.lead.endswith(LEAD)
    assert [block.text for block in article.blocks] == [*PARAGRAPHS]


def test_a_title_that_opens_the_text_again_is_no_text() -> None:
    article = read(paragraphs=(f"<b>{TITLE}</b>", *PARAGRAPHS))
    assert article.lead == PARAGRAPHS[0]
    assert article.text.split("\n\n") == [*PARAGRAPHS]


def test_a_lead_that_comes_again_at_the_end_stays() -> None:
    article = read(paragraphs=(*PARAGRAPHS, PARAGRAPHS[0]))
    assert article.text.split("\n\n") == [*PARAGRAPHS, PARAGRAPHS[0]]


def test_a_paragraph_that_only_begins_like_the_lead_stays() -> None:
    longer = f"{LEAD} Lớp học kéo dài năm ngày."
    article = read(above=f"<div class='sapo'><b>{LEAD}</b></div>", paragraphs=(longer, *PARAGRAPHS))
    assert article.blocks[0].text == longer


def test_two_like_paragraphs_behind_the_lead_stay() -> None:
    again = (PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[1], PARAGRAPHS[2])
    assert read(paragraphs=again).text.split("\n\n") == [*again]
