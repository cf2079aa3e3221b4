"""What `learn` finds on the pages of a site, and what `extract` makes of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from made_portals import PORTALS, MadePage, list_page, made_pages
from seed_shapes import SHAPES, SeedText

from scraper import Article, Template, extract, learn
from scraper.demo.content import published
from scraper.demo.pages import article_page
from scraper.portals.portal_file import read_cron
from scraper.records import Layout, Portal

HERE = datetime(2026, 6, 1, tzinfo=UTC)


def site(portal: str, *, count: int = 8, without: MadePage | None = None) -> Template:
    """The template of a portal's pages and its list, one page left out."""
    pages = [page for page in made_pages(portal, count) if page != without]
    return learn([*((page.url, page.body) for page in pages), list_page(portal)])


def read(page: MadePage, template: Template | None) -> Article:
    return extract(page.body, url=page.url, template=template)


def others_read(portal: str) -> list[tuple[MadePage, Article]]:
    """The first pages of a portal, each read with what was learned from the others."""
    pages = made_pages(portal)[:3]
    return [(page, read(page, site(portal, without=page))) for page in pages]


@pytest.mark.parametrize("portal", PORTALS)
def test_title_and_day_are_right_where_the_other_pages_are_known(portal: str) -> None:
    for page, article in others_read(portal):
        assert (article.title, str(article.published)) == (page.title, str(page.published))


@pytest.mark.parametrize("portal", PORTALS)
def test_the_text_is_right_where_the_other_pages_are_known(portal: str) -> None:
    for page, article in others_read(portal):
        assert article.text == page.text
        assert article.read_by == "template"


@pytest.mark.parametrize("portal", ["text_beside", "teasers_in_the_text", "short_notices"])
def test_one_page_alone_would_be_misread(portal: str) -> None:
    for page in made_pages(portal)[:3]:
        assert read(page, None).text != page.text


def test_one_page_alone_would_not_tell_the_title_from_a_motto() -> None:
    page = made_pages("no_heading")[0]
    assert read(page, None).title != page.title


def test_a_source_without_label_is_found_by_its_place() -> None:
    pages = made_pages("bare_sources")
    template = site("bare_sources")
    assert [read(page, template).source for page in pages] == [page.source for page in pages]
    assert any(read(page, None).source is None for page in pages)


def test_every_demo_page_is_read_as_well_as_without() -> None:
    articles = published()[:24]
    clock = datetime(2026, 6, 1, 10)
    pages = [
        (f"http://demo.invalid{one.addresses[0]}", article_page(one, clock=clock))
        for one in articles
    ]
    template = learn(pages[8:])
    for url, body in pages[:8]:
        with_it = extract(body, url=url, template=template, fetched_at=HERE)
        without = extract(body, url=url, fetched_at=HERE)
        for field in ("title", "text", "published", "source", "authors", "captions", "updated"):
            assert getattr(with_it, field) == getattr(without, field), (url, field)


def shaped(shape: str, number: int) -> bytes:
    """A page of one of the seed's markups, with a text of its own."""
    one = published()[number]
    captions = ("Quang cảnh buổi làm việc", f"Đại biểu thứ {number} phát biểu")
    text = SeedText(
        title=one.title,
        date_text=f"{number + 1:02}/09/2017",
        lead=one.lead,
        captions=captions,
        paragraphs=tuple(block.text for block in one.blocks[:4]),
        source_line="Nguồn tin:Theo cổng TTĐT Cục Đo đạc",
    )
    return SHAPES[shape](text).encode()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_that_is_read_well_alone_is_read_the_same_with_a_template(shape: str) -> None:
    pages = [(f"http://tnmt.invalid/?contentid={n}", shaped(shape, n)) for n in range(7)]
    template = learn(pages[1:])
    url, body = pages[0]
    alone, together = extract(body, url=url), extract(body, url=url, template=template)
    for field in ("title", "text", "published", "source", "captions"):
        assert getattr(together, field) == getattr(alone, field), field


# --- where it does not fit -----------------------------------------------------------------------


def test_a_page_of_another_site_is_read_without_the_template_and_says_so() -> None:
    page = made_pages("dates_around")[0]
    article = read(page, site("text_beside"))
    without = read(page, None)
    assert (article.title, article.text, article.read_by) == (
        without.title,
        without.text,
        "general",
    )
    assert article.evidence["template"].rule == "does not fit"
    assert "template" not in without.evidence


def test_a_template_of_no_pages_changes_nothing() -> None:
    page = made_pages("dates_around")[0]
    article = read(page, learn([]))
    assert article.read_by == "general"
    assert article.evidence["template"].text == "the template knows no article"


def test_two_layouts_of_one_site_are_learned_side_by_side() -> None:
    old, new = made_pages("text_beside"), made_pages("stories_below")
    template = learn((page.url, page.body) for page in [*old[1:5], *new[5:]])
    assert len(template.looks) == 2
    for page in (old[0], new[0]):
        article = read(page, template)
        assert (article.text, article.read_by) == (page.text, "template")


def test_an_article_under_two_addresses_is_no_frame() -> None:
    pages = made_pages("dates_around")
    again = [(f"{page.url}&s={n}", page.body) for n in range(4) for page in pages[:1]]
    template = learn([*((page.url, page.body) for page in pages), *again])
    assert read(pages[0], template).text == pages[0].text


def test_a_page_that_was_learned_from_is_read_whole() -> None:
    for count in (2, 3, 5):
        pages = made_pages("dates_around", count)
        template = learn((page.url, page.body) for page in pages)
        assert [read(page, template).text for page in pages] == [page.text for page in pages]


def test_a_paragraph_that_some_articles_share_stays_in_the_text() -> None:
    pages = made_pages("dates_around")
    shared = "<p>Bộ giao các đơn vị báo cáo kết quả thực hiện trước ngày 25 hằng tháng.</p></div>"
    bodies = [
        page.body.decode().replace('</div>\n<div class="z">', shared + '<div class="z">')
        if number % 2
        else page.body.decode()
        for number, page in enumerate(pages)
    ]
    changed = [body.encode() for body in bodies]
    template = learn(zip((page.url for page in pages[2:]), changed[2:], strict=True))
    assert "trước ngày 25" in extract(changed[1], url=pages[1].url, template=template).text


def test_a_portal_files_selectors_win_over_a_template() -> None:
    page = made_pages("stories_below")[0]
    portal = Portal(
        name="so",
        home="http://so.invalid/",
        cron=read_cron("7 * * * *"),
        layouts=(Layout(title=".m1", text=".m4"),),
    )
    article = extract(page.body, url=page.url, portal=portal, template=site("stories_below"))
    assert article.read_by == "layout"
    assert page.text.endswith(article.text)


# --- the record ----------------------------------------------------------------------------------


def test_a_template_comes_back_from_its_json() -> None:
    template = site("no_heading")
    assert Template.from_json(template.to_json()) == template
    assert Template.from_json(template.to_json()).to_json() == template.to_json()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"form": 2}', '{"form": 1, "pages": {}}']
)
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Template.from_json(text)


def test_the_order_of_the_pages_is_of_no_meaning() -> None:
    pages = [(page.url, page.body) for page in made_pages("text_beside")] + [list_page("a")]
    shuffled = pages[:]
    random.Random(7).shuffle(shuffled)
    assert learn(shuffled) == learn(pages)


def test_pages_are_not_asked_for_without_end() -> None:
    asked = 0

    def endless() -> Iterator[tuple[str, bytes]]:
        nonlocal asked
        while True:
            asked += 1
            yield f"http://so.invalid/{asked}", b"<p>" + str(asked).encode()

    learn(endless())
    assert asked <= 61


def test_a_template_is_small_whatever_the_pages() -> None:
    noise = random.Random(3)
    pages = []
    for number in range(40):
        words = "từ ngữ " * 9
        lines = "".join(
            f'<div class="{"".join(noise.choices("abcdefgh", k=4))}">'
            f"<p>{noise.random()} {words}</p></div>"
            for _ in range(900)
        )
        pages.append((f"http://so.invalid/{number}", f"<h1>Bài {number}</h1>{lines}".encode()))
    assert len(learn(pages).to_json()) <= 100_000


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00" * 400,
        b"%PDF-1.4",
        b"<" * 5_000,
        b"<div>" * 3_000,
        b"<p>\xff\xfe</p>",
        b'{"a": 1}',
        b"<table><td>" * 500,
        b"<a href='http://['>x</a>" * 50,
    ],
)
def test_garbage_among_the_pages_changes_no_reading(garbage: bytes) -> None:
    pages = made_pages("text_beside")
    known = [(page.url, page.body) for page in pages[1:]]
    template = learn([*known, ("not an address", garbage), ("", garbage)])
    assert read(pages[0], template).text == pages[0].text
    learn([("", garbage)] * 5)
