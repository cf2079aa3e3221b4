"""The walk from a tree to blocks."""

from __future__ import annotations

import pytest
from lxml import etree

from scraper.errors import PageError
from scraper.extraction.blocks import TextBlock
from scraper.extraction.walk import MAX_BLOCKS, survey, walk


def tree(markup: str) -> etree._Element:
    return etree.fromstring(markup.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))


def blocks(markup: str) -> list[TextBlock]:
    return walk(tree(markup))


def texts(markup: str) -> list[str]:
    return [block.text for block in blocks(markup)]


def test_block_level_borders_end_a_block() -> None:
    assert texts("<div>một<p>hai</p>ba<ul><li>bốn</li></ul></div>") == ["một", "hai", "ba", "bốn"]


def test_inline_elements_do_not_end_a_block() -> None:
    assert texts("<p>Bộ <b>Thủy</b><i>lâm</i> <a href='/x'>họp</a></p>") == ["Bộ Thủylâm họp"]


def test_a_br_ends_a_block() -> None:
    assert texts("<td>Chú thích ảnh<br>Đoạn văn.<br><br>Đoạn sau.</td>") == [
        "Chú thích ảnh",
        "Đoạn văn.",
        "Đoạn sau.",
    ]


def test_a_br_inside_a_sentence_wraps_it() -> None:
    assert texts("<td>một câu văn dài được<br>ngắt dòng bằng tay</td>") == [
        "một câu văn dài được ngắt dòng bằng tay"
    ]


def test_a_br_in_a_heading_is_for_looks() -> None:
    assert texts("<h1>Hội nghị<br>Toàn quốc</h1>") == ["Hội nghị Toàn quốc"]


def test_text_after_a_closed_element_belongs_to_the_box_around_it() -> None:
    found = blocks("<td class='noidung'><table><tr><td>ảnh</td></tr></table>đoạn văn</td>")
    assert [block.text for block in found] == ["ảnh", "đoạn văn"]
    assert found[1].box.words == ("noidung",) or "noidung" in found[1].words


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "select", "textarea", "button"])
def test_what_is_no_text_for_readers_is_left_out(tag: str) -> None:
    assert texts(f"<div>trước<{tag}>giữa</{tag}>sau</div>") == ["trướcsau"]


@pytest.mark.parametrize(
    "attribute",
    ['style="display: none"', 'style="visibility:hidden"', "hidden", 'class="sr-only x"'],
)
def test_hidden_text_is_left_out_until_it_is_asked_for(attribute: str) -> None:
    markup = f"<div><p>thấy</p><p {attribute}>ẩn</p></div>"
    assert texts(markup) == ["thấy"]
    assert [block.text for block in walk(tree(markup), unseen_too=True)] == ["thấy", "ẩn"]


def test_comments_do_not_swallow_the_text_after_them() -> None:
    assert texts("<p>một <!-- ghi chú -->hai <?pi x?>ba</p>") == ["một hai ba"]


def test_a_form_around_everything_is_transparent() -> None:
    assert texts("<form><input value='x'><p>đoạn</p></form>") == ["đoạn"]


def test_decomposed_text_is_composed() -> None:
    assert texts("<p>Thứ trưởng</p>") == ["Thứ trưởng"]


def test_links_are_counted_in_characters() -> None:
    block = blocks("<p>mười chữ a<a href='/x'>mười chữ b</a></p>")[0]
    assert (block.chars, block.link_chars) == (20, 10)


def test_a_name_anchor_is_no_link() -> None:
    assert blocks("<p><a name='top'>đầu trang</a></p>")[0].link_chars == 0


def test_styles_are_shares_of_the_characters() -> None:
    block = blocks("<p>abcd<b>efgh</b></p>")[0]
    assert (block.bold, block.italic) == (0.5, 0.0)


@pytest.mark.parametrize(
    ("markup", "looks"),
    [
        ("<center><p>x</p></center>", "centred"),
        ('<p align="center">x</p>', "centred"),
        ('<p style="text-align: center">x</p>', "centred"),
        ('<p style="TEXT-ALIGN:RIGHT">x</p>', "right"),
        ('<p><span style="font-style:italic">x</span></p>', "italic"),
        ('<p><span style="font-weight:700">x</span></p>', "bold"),
        ('<p><font color="#0000FF">x</font></p>', "coloured"),
        ('<p style="color:#595959">x</p>', "coloured"),
        ("<p><small>x</small></p>", "small"),
        ('<p style="font-size:8pt">x</p>', "small"),
    ],
)
def test_looks_are_read_from_tags_and_styles(markup: str, looks: str) -> None:
    assert getattr(blocks(markup)[0], looks) == 1.0


def test_black_text_and_backgrounds_are_not_coloured() -> None:
    assert blocks('<p style="color:#000;background-color:red">x</p>')[0].coloured == 0.0


def test_alignment_does_not_reach_down_into_a_table() -> None:
    assert blocks("<center><table><tr><td>x</td></tr></table></center>")[0].centred == 0.0


def test_normal_weight_inside_bold_is_not_bold() -> None:
    markup = '<b><span style="font-weight:normal">x</span></b>'
    assert blocks(markup)[0].bold == 0.0


def test_class_names_are_parted_into_words() -> None:
    block = blocks('<td class="pCaption news_img-note" id="ctl00_lblTitle">x</td>')[0]
    assert {"caption", "note", "title"} <= set(block.box.words)


def test_a_class_that_says_what_stands_beside_is_no_name() -> None:
    assert "sidebar" not in blocks('<div class="has-sidebar no-comments">x</div>')[0].words


def test_images_and_links_know_the_block_they_stand_before() -> None:
    found = survey(tree("<div><p>a</p><img src=x><p>b <a href='/f.pdf'>c</a></p></div>"))
    assert [mark.index for mark in found.images] == [1]
    assert [mark.index for mark in found.links] == [1]
    assert [block.images for block in found.blocks] == [0, 1]


def test_boxes_know_the_range_of_their_blocks() -> None:
    found = survey(tree("<div id=a><p>1</p><div id=b><p>2</p><p>3</p></div><p>4</p></div>"))
    ranges = {box.words: (box.first, box.last) for box in found.boxes if box.words}
    assert ranges == {("a",): (0, 4), ("b",): (1, 3)}


def test_a_heading_may_be_wrapped() -> None:
    assert blocks("<h2><div>Tiêu đề</div></h2>")[0].heading


def test_preformatted_lines_stay_lines() -> None:
    assert texts("<pre>Dòng một.\nDòng hai.</pre>") == ["Dòng một.", "Dòng hai."]


def test_a_tree_of_any_depth_is_walked() -> None:
    root = inner = etree.Element("body")
    for _ in range(20_000):
        inner = etree.SubElement(inner, "div")
    inner.text = "đáy"
    assert [block.text for block in walk(root)] == ["đáy"]


def test_a_page_with_too_many_lines_is_refused() -> None:
    with pytest.raises(PageError, match="more than"):
        blocks("<p>x</p>" * (MAX_BLOCKS + 2))


def test_a_span_that_is_set_as_a_box_is_a_block() -> None:
    lines = (
        "<span style='display: block'>Một câu.</span><span style='display:block'>Hai câu.</span>"
    )
    assert texts(f"<div>{lines}</div>") == ["Một câu.", "Hai câu."]


def test_a_span_that_is_set_inline_is_none() -> None:
    assert texts("<p>Một <span style='display:inline-block'>câu</span> thôi.</p>") == [
        "Một câu thôi."
    ]


LINKS = "".join(f"<a href='/{n}'>Mục {n}</a>" for n in range(6))


@pytest.mark.parametrize("tag", ["nav", "header", "footer"])
def test_menus_and_the_head_and_foot_of_a_page_are_passed_by(tag: str) -> None:
    text = "<p>Đoạn văn của bài.</p>" * 12
    assert "Mục 1" not in " ".join(texts(f"<{tag}>{LINKS}</{tag}><div>{text}</div>"))


@pytest.mark.parametrize("tag", ["header", "footer"])
def test_the_head_and_foot_of_an_article_are_read(tag: str) -> None:
    text = "<p>Đoạn văn của bài.</p>" * 12
    line = "Nguồn: Báo Hà Sơn"
    assert line in texts(f"<div><{tag}><div>{line}</div></{tag}>{text}</div>")
    assert line in texts(f"<article><{tag}>{LINKS}<div>{line}</div></{tag}>{text}</article>")


def test_a_menu_whose_end_tag_was_forgotten_is_read() -> None:
    text = "<p>Đoạn văn của bài.</p>" * 12
    assert "Đoạn văn của bài." in texts(f"<div><nav>{LINKS}<div>{text}</div></div>")


def test_a_menu_is_read_where_nothing_may_be_unseen() -> None:
    found = walk(tree(f"<nav>{LINKS}</nav><p>Đoạn văn.</p>"), unseen_too=True)
    assert "Mục 1" in " ".join(block.text for block in found)
