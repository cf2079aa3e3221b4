"""Texts that a page tells to machines, and does not print."""

from __future__ import annotations

import json
from dataclasses import replace

from portal_page import PARAGRAPHS, TITLE

from scraper.extraction.article import extract, learn
from scraper.records import Article

HEADING = f"<h1>{TITLE}</h1>"
LATE = "Trung tâm sẽ tổng kết việc lấy mẫu của các huyện vào cuối năm, trước mùa khô."
TOLD = "\n\n".join((*PARAGRAPHS, LATE))


def page_of(told: str, *, printed: str) -> bytes:
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": told}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    menu = "<div class=menu><a href=/>Trang chủ</a> <a href=/tin>Tin tức</a></div>"
    page = f"<html><head><meta charset=utf-8>{script}</head><body>{menu}{printed}</body></html>"
    return page.encode()


def read(told: str, *, printed: str) -> Article:
    return extract(page_of(told, printed=printed))


def test_a_text_that_is_only_told_is_read_paragraph_by_paragraph() -> None:
    article = read(TOLD, printed=f"<div>{HEADING}<p>Đăng nhập để đọc tiếp bài này.</p></div>")
    assert article.title == TITLE
    assert article.lead == PARAGRAPHS[0]
    assert [block.text for block in article.blocks] == [*PARAGRAPHS[1:], LATE]


def test_a_told_text_says_that_it_is_not_printed() -> None:
    article = read(TOLD, printed=HEADING)
    assert article.evidence["text"].rule == "JSON-LD articleBody, not printed"
    assert article.evidence["text"].text.startswith(PARAGRAPHS[0][:40])


def test_a_told_text_may_be_written_as_html() -> None:
    told = "".join(f"<p>{text} &amp; <b>nhanh</b></p>" for text in (*PARAGRAPHS, LATE))
    article = read(told, printed=HEADING)
    assert article.blocks[0].text == f"{PARAGRAPHS[1]} & nhanh"


def test_a_printed_text_is_read_as_it_is_printed() -> None:
    printed = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    article = read(TOLD, printed=f"<div>{HEADING}{printed}</div>")
    assert LATE not in article.text
    assert "text" not in article.evidence


def test_a_summary_that_is_told_takes_no_place_of_the_text() -> None:
    printed = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    article = read(LATE, printed=f"<div>{HEADING}{printed}</div>")
    assert article.lead == PARAGRAPHS[0]


def test_a_template_that_does_not_fit_changes_nothing_but_its_evidence() -> None:
    pages = [
        (
            f"http://hason.example/{number}",
            f"<html><body><div id=tin><h2>{TITLE} {number}</h2><div class=nd>"
            + "".join(f"<p>{text} {number}</p>" for text in PARAGRAPHS)
            + "</div></div></body></html>",
        )
        for number in range(6)
    ]
    template = learn([(url, page.encode()) for url, page in pages])
    assert template.looks
    body = page_of(TOLD, printed=HEADING)
    alone, tried = extract(body), extract(body, template=template)
    assert tried.evidence["template"].rule == "does not fit"
    evidence = {name: said for name, said in tried.evidence.items() if name != "template"}
    assert replace(tried, evidence=evidence) == replace(alone, evidence=dict(alone.evidence))
