"""Which blocks are taken for the text."""

from __future__ import annotations

from lxml import etree

from scraper.extraction.blocks import Survey
from scraper.extraction.body import choose, draft
from scraper.extraction.model import body_trees
from scraper.extraction.teasers import teaser_items
from scraper.extraction.walk import survey
from scraper.extraction.witnesses import Witnesses

SENTENCES = (
    "Đoàn công tác đã kiểm tra tuyến đê biển dài mười hai cây số ở ba xã ven biển phía nam.",
    "Nước tràn qua hai đoạn đê thấp, nhưng không gây thiệt hại về người và nhà cửa của dân.",
    "Chi cục sẽ đắp cao hai đoạn đê này trước mùa bão, bằng kinh phí dự phòng của tỉnh.",
    "Các hộ nuôi tôm ngoài đê được báo trước bốn mươi tám giờ mỗi khi có triều cường lớn.",
)
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
TITLE = "<h1>Kiểm tra tuyến đê biển phía nam</h1>"


def page(markup: str) -> Survey:
    document = f"<html><body>{markup}</body></html>".encode()
    return survey(etree.fromstring(document, etree.HTMLParser(encoding="utf-8")))


def text_of(markup: str) -> list[str]:
    found = page(markup)
    title = next((block.index for block in found.blocks if block.tag == "h1"), None)
    chosen = choose(draft(found, title), Witnesses(), body_trees())
    return [found.blocks[index].text for index in chosen.indices]


def test_the_paragraphs_under_the_title_are_the_text() -> None:
    menu = "<ul class=menu><li><a href=/a>Trang chủ</a></li><li><a href=/b>Tin</a></li></ul>"
    assert text_of(f"{menu}{TITLE}<div>{TEXT}</div><div class=footer>{TEXT}</div>") == [*SENTENCES]


def test_a_page_without_running_text_has_none() -> None:
    assert text_of("<h1>Liên kết</h1><p><a href=/x>Một trang khác</a></p>") == []


def test_a_text_that_is_split_over_sibling_boxes_is_whole() -> None:
    first, second = "".join(f"<p>{s}</p>" for s in SENTENCES[:3]), f"<p>{SENTENCES[3]}</p>"
    parts = (
        f"<div class=part>{first}</div><div class=ad>Quảng cáo</div><div class=part>{second}</div>"
    )
    assert text_of(f"<section>{TITLE}{parts}</section>") == [*SENTENCES]


def test_a_lead_that_stands_apart_belongs_to_the_text() -> None:
    lead = "Chi cục Đê điều vừa hoàn thành đợt kiểm tra tuyến đê biển phía nam trước mùa bão."
    for apart in (f"<h2>{lead}</h2>", f"<div class=sapo>{lead}</div>", f"<td>{lead}</td>"):
        assert text_of(f"<div>{TITLE}{apart}<div>{TEXT}</div></div>")[0] == lead


def test_a_frame_named_for_its_sidebar_is_still_the_frame_of_the_text() -> None:
    assert text_of(f"<div class='sidebar-grid'><div>{TITLE}</div><div>{TEXT}</div></div>") == [
        *SENTENCES
    ]


def test_comments_are_no_text_however_long() -> None:
    comments = "".join(f"<div class=comment><p>{s} {s}</p></div>" for s in SENTENCES * 5)
    assert text_of(f"<div>{TITLE}<div>{TEXT}</div><div id=comments>{comments}</div></div>") == [
        *SENTENCES
    ]


def test_paragraphs_in_boxes_named_for_a_grid_are_the_text() -> None:
    pieces = "".join(
        f"<div class='sidebar-grid'><div class='sidebar-grid__content article-content'><p>{s}</p>"
        f"</div></div><div class=ad>Quảng cáo</div>"
        for s in SENTENCES
    )
    assert text_of(f"<div><header>{TITLE}</header>{pieces}</div>") == [*SENTENCES]


def test_another_article_below_is_left_out_however_long() -> None:
    other = "".join(f"<p>Ở phía bắc tỉnh, {s.lower()} {s}</p>" for s in SENTENCES * 3)
    own = "".join(f"<p>{s} {s.upper()}</p>" for s in SENTENCES)
    stream = f"<article>{TITLE}{own}</article><article><h2>Đê phía bắc</h2>{other}</article>"
    assert text_of(f"<main>{stream}</main>") == [f"{s} {s.upper()}" for s in SENTENCES]


def test_what_a_form_or_a_hidden_box_says_is_no_text() -> None:
    notice = "<p>Ý kiến của bạn đọc sẽ được biên tập trước khi đăng. Xin gõ tiếng Việt có dấu.</p>"
    for name in ("form-gui", "hidden"):
        below = f"<div class={name}>{notice}</div>"
        assert text_of(f"<div>{TITLE}<div>{TEXT}</div>{below}</div>") == [*SENTENCES]


def test_a_page_inside_a_form_is_read_like_any_other() -> None:
    assert text_of(f"<form id=mainForm>{TITLE}<div>{TEXT}</div></form>") == [*SENTENCES]


def test_a_related_box_inside_the_text_is_left_out() -> None:
    box = "<div class=related><p>Ba đoạn đê vừa được gia cố xong trước kỳ triều cường.</p></div>"
    inside = f"<p>{SENTENCES[0]}</p>{box}" + "".join(f"<p>{s}</p>" for s in SENTENCES[1:])
    assert text_of(f"{TITLE}<div>{inside}</div>") == [*SENTENCES]


def test_what_follows_a_heading_of_other_news_is_left_out() -> None:
    tail = "<p>Tin liên quan</p><p>Hội nghị tổng kết công tác đê điều năm nay đã diễn ra.</p>"
    assert text_of(f"{TITLE}<div>{TEXT}{tail}</div>") == [*SENTENCES]


def test_link_lines_inside_the_text_are_left_out() -> None:
    link = "<p><a href=/x>&gt;&gt; Triều cường đạt đỉnh vào ngày rằm</a></p>"
    assert text_of(f"{TITLE}<div><p>{SENTENCES[0]}</p>{link}{TEXT}</div>") == [
        SENTENCES[0],
        *SENTENCES,
    ]


def test_lists_and_headings_inside_the_text_stay() -> None:
    extra = (
        "<h3>Ba việc phải làm</h3><ul><li>Đắp cao đê thấp;</li><li>Trồng cây chắn sóng.</li></ul>"
    )
    inside = f"<p>{SENTENCES[0]}</p>{extra}<p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>"
    assert text_of(f"{TITLE}<div>{inside}</div>") == [
        SENTENCES[0],
        "Ba việc phải làm",
        "Đắp cao đê thấp;",
        "Trồng cây chắn sóng.",
        SENTENCES[1],
        SENTENCES[2],
    ]


def teaser(number: int) -> str:
    headline = f"Tin số {number} về công tác hộ đê của tỉnh"
    head = f"<h3><a href='/tin/{number}'>{headline}</a></h3>"
    return f"<div class=item>{head}<p>{SENTENCES[0]}</p></div>"


def test_teasers_of_other_articles_are_items_of_a_list() -> None:
    items = teaser_items(page("".join(map(teaser, range(4)))))
    assert [list(item) for item in items] == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_a_table_of_contents_is_no_list_of_articles() -> None:
    contents = "".join(
        f"<li><a href='#c{n}'>Chương {n}: công tác hộ đê ven biển</a></li>" for n in "1234"
    )
    assert teaser_items(page(f"<ul>{contents}</ul>")) == []


def test_teasers_below_the_text_are_left_out() -> None:
    below = "".join(map(teaser, range(5)))
    assert text_of(f"<div>{TITLE}<div>{TEXT}</div><div>{below}</div></div>") == [*SENTENCES]


def test_a_page_of_teasers_has_no_text() -> None:
    assert text_of(f"<h1>Tin tức</h1>{''.join(map(teaser, range(6)))}") == []
