"""Whatever the bytes: an article or a PageError, and the same again for the same bytes.

Bytes from nowhere, trees of markup from nowhere, and the sample pages cut, spliced and damaged.
The examples are the same in every run; benchmarks/fuzz.py goes on for as long as one likes.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.errors import PageError
from scraper.extraction.article import Template, extract, learn
from scraper.records import Article

PAGES = tuple(
    path.read_bytes() for path in sorted((Path(__file__).parents[1] / "pages").glob("*.html"))
)
URL = "http://hason.example/tin/khai-mac-lop-tap-huan-3343.html"

bounded = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,  # a slow machine is no fault of the page
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

few = settings(bounded, max_examples=40)  # each reads several pages

CONTENT_TYPES = st.one_of(
    st.none(),
    st.sampled_from(
        (
            "",
            "text/html",
            "text/html; charset=utf-8",
            "text/html; charset=UTF-16",
            "text/html; charset=windows-1258",
            "text/html; charset=tcvn3",
            "text/html; charset=rot13",
            "text/html; charset=idna",
            "text/html; charset=utf-7",
            "text/html; charset=undefined",
            "text/html; charset=\x00",
            "text/html; charset=" + "x" * 5000,
            "application/pdf",
            "image/png; charset=utf-8",
            "application/xhtml+xml",
            "text/plain",
            ";;;=",
        )
    ),
    st.text(max_size=60),
)

ENCODINGS = (
    "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-7 cp1258 cp1252 latin-1 koi8-r cp437"
    " gb18030 euc_kr shift_jis iso2022_jp"
)

TAGS = (
    "html head body title meta link script style base p br div span a b i em strong font u h1 h2 h3"
    " ul ol li dl dt dd table tbody tr td th caption img figure figcaption picture source video"
    " iframe noscript template svg math select option input form button textarea article section"
    " main header footer nav aside time address blockquote pre center hr details summary marquee"
    " frameset frame o:p my-element"
)
TAG_NAMES = st.sampled_from(TAGS.split())
ATTRIBUTES = (
    "class id style href src srcset data-src data-srcset alt title name property content itemprop"
    " itemtype itemscope datetime charset http-equiv type rel lang align onclick hidden"
    " aria-hidden width height colspan value"
)
ATTRIBUTE_NAMES = st.sampled_from(ATTRIBUTES.split())
WORDS = (
    "Khai mạc lớp tập huấn về quan trắc nước dưới đất tại các tỉnh miền núi",
    "Sáng nay, Trung tâm Quan trắc tỉnh Hà Sơn khai mạc lớp tập huấn cho cán bộ mười hai huyện.",
    "Thứ Năm, 14/06/2018 | 07:22 GMT+7",
    "ngày 31 tháng 2 năm 2018",
    "99/99/9999",
    "2018-06-14T07:22:11+99:99",
    "Nguồn: Báo Hà Sơn",
    "Theo TTXVN",
    "Tin, ảnh: Lê Mai – Trần Nam",
    "Ảnh: ",
    "(Ảnh: Lê Mai)",
    "By ",
    "Tác giả:",
    "Tin liên quan",
    "Lượt xem: 1.234",
    "© 2018 Bản quyền",
    "Cập nhật",
    "|",
    "\u00ad\u200b\ufeff",
    "Ð",
    "a\u0301\u0323",
    "&#xD800;",
    "&#0;",
    "&nbsp;",
    "]]>",
    "-->",
)
VALUES = st.one_of(
    st.sampled_from(
        (
            *WORDS,
            "noidung",
            "sidebar has-menu",
            "display:none",
            "/tin/anh.jpg",
            "http://[",
            "javascript:void(0)",
            "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
            "article:published_time",
            "og:title",
            "author",
            "http://schema.org/NewsArticle",
            "a.jpg 1x, b.jpg",
            "NaN",
            "-1",
            "1e999",
        )
    ),
    st.text(max_size=20),
)
JSON_KEYS = (
    "@type @graph @id headline name author datePublished dateModified image caption url articleBody"
    " description publisher keywords inLanguage mainEntityOfPage"
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.sampled_from(WORDS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(JSON_KEYS.split()), inner, max_size=4),
    ),
    max_leaves=12,
)
OPENINGS = ("<", "</", "<!--", "<![CDATA[", "<?xml", "&", '"')


def read(
    body: bytes, content_type: str | None = None, template: Template | None = None
) -> Article | str:
    """The article, or the reason why there is none; any other error fails the test."""
    try:
        return extract(body, url=URL, content_type=content_type, template=template)
    except PageError as error:
        # An error of our own code, caught at the door, would be a fault that hides.
        assert not error.reason.startswith("the page could not be read"), error.reason
        return error.reason


def read_twice(body: bytes, content_type: str | None = None) -> None:
    first = read(body, content_type)
    assert read(body, content_type) == first
    if isinstance(first, Article):
        assert first.title
        assert first.text.encode()  # no half of a surrogate pair, which no file could hold


@st.composite
def markup(draw: st.DrawFn) -> str:
    """A tree of elements, sometimes closed."""
    pieces: list[str] = []
    opened: list[str] = []
    for _ in range(draw(st.integers(1, 40))):
        kind = draw(st.integers(0, 9))
        if kind < 4:
            tag = draw(TAG_NAMES)
            pairs = draw(st.lists(st.tuples(ATTRIBUTE_NAMES, VALUES), max_size=3))
            said = "".join(f' {name}="{value}"' for name, value in pairs)
            pieces.append(f"<{tag}{said}>")
            opened.append(tag)
        elif kind < 7:
            pieces.append(draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=30))))
        elif kind == 7 and opened:
            pieces.append(f"</{opened.pop(draw(st.integers(0, len(opened) - 1)))}>")
        elif kind == 8:
            pieces.append(f"<p>{draw(st.sampled_from(WORDS)) * draw(st.integers(1, 6))}</p>")
        else:
            pieces.append(draw(st.sampled_from(OPENINGS)))
    return "".join(pieces)


@st.composite
def damaged_page(draw: st.DrawFn) -> bytes:
    """A sample page after some cuts, insertions and repeats, or joined to another."""
    body = bytearray(draw(st.sampled_from(PAGES)))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 400)))
        change = draw(st.integers(0, 5))
        if change == 0:
            del body[start:end]
        elif change == 1:
            body[start:start] = draw(st.binary(max_size=30))
        elif change == 2:
            body[start:start] = body[start:end] * draw(st.integers(1, 20))
        elif change == 3:
            body[start:end] = draw(markup()).encode("utf-8", "replace")
        elif change == 4:
            other = draw(st.sampled_from(PAGES))
            body[start:] = other[draw(st.integers(0, len(other))) :]
        else:
            del body[start:]
    return bytes(body)


@bounded
@given(st.binary(max_size=2000), CONTENT_TYPES)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str | None) -> None:
    read_twice(body, content_type)


@bounded
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_between_tags_are_read_or_refused(head: bytes, body: bytes) -> None:
    read_twice(b"<html><head><title>" + head + b"</title></head><body><p>" + body + b"</p></body>")


@bounded
@given(markup(), CONTENT_TYPES)
def test_any_markup_is_read_or_refused(text: str, content_type: str | None) -> None:
    read_twice(text.encode("utf-8", "replace"), content_type)


@bounded
@given(st.data())
def test_any_markup_inside_an_article_is_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(PAGES))
    places = [place for place in range(len(whole)) if whole[place : place + 1] == b"<"]
    place = data.draw(st.sampled_from(places))
    read_twice(whole[:place] + data.draw(markup()).encode("utf-8", "replace") + whole[place:])


@bounded
@given(damaged_page(), CONTENT_TYPES)
def test_a_damaged_page_is_read_or_refused(body: bytes, content_type: str | None) -> None:
    read_twice(body, content_type)


@bounded
@given(st.sampled_from(PAGES), st.sampled_from(ENCODINGS.split()), CONTENT_TYPES, st.booleans())
def test_a_page_in_any_encoding_is_read_or_refused(
    page: bytes, encoding: str, content_type: str | None, cut: bool
) -> None:
    body = page.decode().encode(encoding, "replace")
    read_twice(body[1:-1] if cut else body, content_type)


@bounded
@given(JSON)
def test_any_json_ld_is_read_past(said: object) -> None:
    text = json.dumps(said)
    script = f'<script type="application/ld+json">{text}</script>'.encode()
    read_twice(PAGES[0].replace(b"</head>", script + b"</head>", 1))


@cache
def template_of_samples() -> Template:
    """What twelve sample pages that know nothing of each other have in common, and one site's."""
    alike = [PAGES[0].replace(b"<p>", f"<p>{number} ".encode()) for number in range(4)]
    pages = [*alike, *PAGES[:8]]
    return learn((f"{URL}?{number}", page) for number, page in enumerate(pages))


@cache
def template_said() -> str:
    return template_of_samples().to_json()


@few
@given(st.lists(st.one_of(damaged_page(), st.binary(max_size=500)), max_size=4))
def test_whatever_is_learned_from_can_be_kept_and_read_by(pages: list[bytes]) -> None:
    template = learn((f"{URL}?{number}", page) for number, page in enumerate(pages))
    assert Template.from_json(template.to_json()) == template
    read(PAGES[0], template=template)
    for page in pages:
        read(page, template=template)


@few
@given(damaged_page())
def test_a_damaged_page_is_read_or_refused_by_a_template_of_other_pages(body: bytes) -> None:
    template = template_of_samples()
    assert template.looks
    assert read(body, template=template) == read(body, template=template)


@bounded
@given(st.data())
def test_a_damaged_template_is_refused_or_can_be_read_by(data: st.DataObject) -> None:
    said = template_said()
    start = data.draw(st.integers(0, len(said)))
    end = start + data.draw(st.integers(0, 40))
    odd = st.sampled_from(("", "null", "-300", "1e999", "[]", "{}", '"', "Infinity", "9" * 400))
    try:
        template = Template.from_json(said[:start] + data.draw(odd) + said[end:])
    except ValueError:
        return
    read(PAGES[0], template=template)


@bounded
@given(st.data())
def test_a_template_with_an_odd_value_is_refused_or_can_be_read_by(data: st.DataObject) -> None:
    said = json.loads(template_said())
    key = data.draw(st.sampled_from(sorted(said)))
    if isinstance(said[key], dict) and said[key] and data.draw(st.booleans()):
        said, key = said[key], data.draw(st.sampled_from(sorted(said[key])))
    whole = said if "form" in said else {**json.loads(template_said()), "spots": said}
    said[key] = data.draw(
        st.one_of(JSON, st.sampled_from(([1, -300, 5], [1, 1e308, 1e308], [10**400] * 3)))
    )
    try:
        template = Template.from_json(json.dumps(whole))
    except ValueError:
        return
    read(PAGES[0], template=template)


@pytest.mark.parametrize(
    "url", ["", "http://[", "not an address", "http://a.example/" + "a" * 5000]
)
def test_any_address_is_taken(url: str) -> None:
    for page in PAGES[:3]:
        try:
            extract(page, url=url)
        except PageError as error:
            assert not error.reason.startswith("the page could not be read"), error.reason
