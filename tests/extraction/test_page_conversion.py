"""Pages from before Unicode, or encoded twice, are read as Unicode and say so; no other page is."""

from __future__ import annotations

import unicodedata

import pytest
from older_writing import NEWS, news_page, seen_wrong, tcvn3, viscii, vni

from scraper.extraction.article import extract
from scraper.extraction.page import Page, parse

WRITTEN = {"TCVN3": tcvn3, "VNI": vni, "VISCII": viscii}
LABELS = {
    "windows-1252": "text/html; charset=windows-1252",
    "iso-8859-1": "text/html; charset=iso-8859-1",
    "a wrong utf-8": "text/html; charset=utf-8",
    "windows-1258": "text/html; charset=windows-1258",
    "x-user-defined": "text/html; charset=x-user-defined",
    "none": None,
}
TEXT = "\n\n".join(NEWS)


def text_of(page: Page) -> str:
    return " ".join("".join(page.tree.itertext()).split())


def in_font(font: str, text: str) -> str:
    return f'<font face="{font}">{text}</font>'


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", WRITTEN)
def test_bytes_under_any_label_come_back_as_they_were_written(name: str, label: str) -> None:
    body = news_page(tuple(map(WRITTEN[name], NEWS))).encode("latin-1")
    article = extract(body, content_type=LABELS[label])
    assert article.text == TEXT
    assert article.evidence["text"].rule == f"converted from {name}"
    assert article.language == "vi"


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_letters_copied_into_a_page_of_utf8_come_back(name: str) -> None:
    article = extract(news_page(tuple(map(WRITTEN[name], NEWS))).encode())
    assert article.text == TEXT
    assert article.title == NEWS[1].partition(",")[0]


@pytest.mark.parametrize("name", WRITTEN)
def test_letters_written_as_entities_come_back(name: str) -> None:
    body = news_page(tuple(map(WRITTEN[name], NEWS))).encode("ascii", "xmlcharrefreplace")
    assert extract(body).text == TEXT


def test_letters_of_which_some_are_entities_come_back() -> None:
    written = tcvn3(NEWS[0]).replace("®", "&reg;").replace("\xad", "&shy;")
    assert text_of(parse(f"<p>{written}".encode("latin-1"))) == NEWS[0]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf8_that_was_encoded_again_comes_back(encoding: str, times: int) -> None:
    wrong = tuple(seen_wrong(text, times=times, encoding=encoding) for text in NEWS)
    article = extract(news_page(wrong).encode(), content_type="text/html; charset=utf-8")
    assert article.text == TEXT
    assert article.evidence["text"].rule == "converted from UTF-8 encoded twice"
    assert article.evidence["text"].text


def test_a_page_with_right_and_twice_encoded_parts_is_right_everywhere() -> None:
    wrong = tuple(map(seen_wrong, NEWS[1:]))
    assert extract(news_page((NEWS[0], *wrong)).encode()).text == TEXT


def test_attributes_and_data_for_machines_are_converted_too() -> None:
    text = seen_wrong(TEXT)
    body = (
        f'<meta name="description" content="{text}"><img alt="{text}" src="a.jpg">'
        f'<script type="application/ld+json">{{"headline": "{text[:50]}"}}</script>'
        f"<script>var a = '{text[:50]}'</script><p>{text}"
    )
    page = parse(body.encode())
    assert page.tree.xpath("//meta/@content") == [TEXT]
    assert page.tree.xpath("//img/@alt") == [TEXT]
    assert "Sáng ngày 12" in page.tree.xpath("//script[@type]/text()")[0]


def test_bytes_of_tcvn3_in_a_template_of_utf8_are_told_apart() -> None:
    template = "<div>Trang chủ | Giới thiệu về Bộ | Liên hệ | Văn bản mới của Thủ tướng</div>"
    for paragraphs in (NEWS, NEWS[:1]):
        written = "".join(f"<p>{tcvn3(paragraph)}</p>" for paragraph in paragraphs)
        body = template.encode() + written.encode("latin-1") + template.encode()
        page = parse(body, content_type="text/html; charset=utf-8")
        whole = template + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) + template
        assert text_of(page) == text_of(parse(whole.encode()))


# --- fonts -------------------------------------------------------------------------------------


def test_a_font_names_the_parts_that_are_meant_and_the_others_stay() -> None:
    template = "<div>Trang chủ | Giới thiệu | Liên hệ ngày đêm</div>"
    body = template + in_font(".VnTime", f"<b>{tcvn3('Bộ họp')}</b> {tcvn3('về đê')}") + "<p>Bé ngủ"
    page = parse(body.encode())
    assert text_of(page) == ("Trang chủ | Giới thiệu | Liên hệ ngày đêmBộ họp về đêBé ngủ")
    assert page.converted is not None
    assert page.converted.written_in == "TCVN3"


def test_a_style_names_a_font_as_well() -> None:
    body = (
        f"<p>Tin mới</p><p style=\"font-size:12pt;font-family:'.VnArial'\">{tcvn3('Đất đai và đê')}"
    )
    assert "Đất đai và đê" in text_of(parse(body.encode()))
    body = f"<p>Tin mới</p><p>{in_font('VNI-Times', vni('Đất đai và đê'))}"
    assert "Đất đai và đê" in text_of(parse(body.encode()))


def test_fonts_of_capitals_show_capitals() -> None:
    body = in_font(".VnTimeH", f"thong tin {tcvn3('của bộ tài nguyên')}")
    assert text_of(parse(body.encode("latin-1"))) == "THONG TIN CỦA BỘ TÀI NGUYÊN"


def test_a_font_within_another_takes_its_place() -> None:
    inner = in_font("Arial", "Đã dịch: là cà")
    body = in_font(".VnTime", f"{tcvn3('Nước và đất')} {inner} {tcvn3('đê điều')}")
    assert text_of(parse(body.encode())) == "Nước và đất Đã dịch: là cà đê điều"


def test_a_page_that_kept_its_fonts_after_it_became_unicode_stays() -> None:
    for font in (".VnTime", ".VnTimeH", "VNI-Times"):
        page = parse(news_page(NEWS, font=font).encode())
        assert page.converted is None
        assert NEWS[0] in text_of(page)
    page = parse(in_font(".VnTime", "Tài là cá, bà già và má có nhà").encode())
    assert text_of(page) == "Tài là cá, bà già và má có nhà"


# --- pages that are right ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        TEXT.replace("ư", "ư\xad").replace("Đ", "Ð") + " ® ©",
        "Le ministère a été créé à l'été « ça » n° 5 º, où il reçût ® les élèves\xad. " * 9,
        "El niño soñó, señor; Ærø, ø, på, så få små år; für die Größe ñ ø ü. " * 9,
        "Það er gott veður í dag; ß, ð, Ç, Ü og bæði hús. " * 9,
        "环境部今天发布了新的土地管理规定。® \xad" * 9,
        "Thủ tướng\u200b nói \u200c rằng « đất » là của dân º » Æ",
    ],
    ids=[
        "Unicode",
        "decomposed",
        "soft hyphens",
        "French",
        "mixed",
        "Icelandic",
        "Chinese",
        "zero",
    ],
)
def test_a_page_that_is_right_is_not_touched(text: str) -> None:
    page = parse(f"<p>{text}</p>".encode())
    assert page.converted is None
    assert "".join(page.tree.itertext()) == text


def test_a_few_bytes_among_utf8_are_put_right_and_no_more() -> None:
    body = news_page(NEWS).encode().replace(b"</body>", b"\xa9 2014 \xae</body>")
    page = parse(body, content_type="text/html; charset=utf-8")
    assert text_of(page).endswith("© 2014 ®")
    assert (page.converted, page.encoding_why) == (None, "bytes: UTF-8 but for 2")


def test_an_article_says_where_its_letters_came_from_unless_that_is_plain() -> None:
    body = news_page(NEWS).encode()
    assert "text" not in extract(body).evidence
    broken = body.replace(b"</body>", b"\xa9</body>")
    evidence = extract(broken, content_type="text/html; charset=utf-8").evidence["text"]
    assert (evidence.rule, evidence.text) == ("read as utf-8", "bytes: UTF-8 but for 1")


@pytest.mark.parametrize("label", ["gb2312", "windows-1251", "iso-8859-1", "utf-16", "nonsense"])
def test_wrong_labels_do_no_harm_to_a_page_in_utf8(label: str) -> None:
    body = f"<meta charset='{label}'>{news_page(NEWS)}".encode()
    assert extract(body, content_type=f"text/html; charset={label}").text == TEXT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_wide_encodings_are_read(encoding: str) -> None:
    assert extract(news_page(NEWS).encode(encoding)).text == TEXT


def test_a_hundred_blank_lines_before_the_doctype_are_nothing() -> None:
    head = '<!DOCTYPE html><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    assert (
        extract(f"{chr(13)}{chr(10)}".encode() * 900 + (head + news_page(NEWS)).encode()).text
        == TEXT
    )


def test_decomposed_text_is_composed_in_the_article() -> None:
    assert extract(unicodedata.normalize("NFD", news_page(NEWS)).encode()).text == TEXT
