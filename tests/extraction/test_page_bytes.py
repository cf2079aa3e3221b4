"""Bytes to a tree: what is no page is refused, what is one is parsed whatever it looks like."""

from __future__ import annotations

import contextlib

import pytest

from scraper.errors import NoArticle
from scraper.extraction.page import Page, parse


def text_of(page: Page) -> str:
    return " ".join("".join(page.tree.itertext()).split())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"PK\x03\x04 xl/workbook.xml", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"\x1f\x8b\x08", "gzip"),
        (b'{"items": []}', "JSON"),
        ("Chỉ có chữ, không có thẻ nào.".encode(), "markup"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "feed"),
        (b"<urlset></urlset>", "sitemap"),
        (b"<!-- only a comment -->", "empty"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NoArticle, match=reason):
        parse(body, url="http://hason.example/1")


def test_another_type_in_the_header_is_believed_unless_the_bytes_are_html() -> None:
    with pytest.raises(NoArticle, match="image/svg"):
        parse(b"<svg><text>a</text></svg>", content_type="image/svg+xml")
    assert text_of(parse(b"<html><p>a</p></html>", content_type="application/pdf")) == "a"


def test_a_page_is_decoded_before_it_is_parsed() -> None:
    body = b"\n" * 3000 + "<meta charset='iso-8859-1'><p>Đất đai</p>".encode()
    page = parse(body)
    assert text_of(page) == "Đất đai"
    assert page.encoding == "utf-8"


def test_an_xml_declaration_with_an_encoding_is_no_hindrance() -> None:
    body = b"<?xml version='1.0' encoding='UTF-8'?><html><body><p>a</p></body></html>"
    assert text_of(parse(body)) == "a"


def test_the_page_does_not_end_at_a_nul() -> None:
    assert text_of(parse(b"<p>a\x00b</p><p>c</p>")) == "abc"


def test_comments_are_not_text() -> None:
    assert text_of(parse(b"<p>a<!-- b --> c</p>")) == "a c"


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + b"x",
        b"<" * 10_000,
        b"<p>" + b"&" * 10_000,
        b"<table><tr><td>" * 5_000,
        b"<html><frameset><frame src=a></frameset></html>",
        b"<!DOCTYPE html [<!ENTITY a 'b'>]><p>&a;</p>",
        b"<p>\xed\xa0\x80</p>",
        b"<p " + b"a=1 " * 20_000 + b">x</p>",
    ],
)
def test_odd_markup_is_parsed_or_refused(body: bytes) -> None:
    with contextlib.suppress(NoArticle):
        assert isinstance(parse(body), Page)


def test_relative_addresses_stand_under_the_base() -> None:
    page = parse(b"<base href='/tin/'><p>a", url="http://hason.example/a/b.html")
    assert page.absolute("anh.jpg") == "http://hason.example/tin/anh.jpg"
    assert page.absolute("../x\n.pdf") == "http://hason.example/x.pdf"
    assert page.absolute("//cdn.example/a.png") == "http://cdn.example/a.png"


@pytest.mark.parametrize(
    "address", [None, "", " ", "#top", "javascript:void(0)", "data:image/png;base64,AA", "http://["]
)
def test_what_is_no_address_of_the_web_is_none(address: str | None) -> None:
    assert parse(b"<p>a", url="http://hason.example/").absolute(address) is None


def test_without_an_address_of_its_own_a_page_keeps_relative_addresses() -> None:
    assert parse(b"<p>a").absolute("anh/1.jpg") == "anh/1.jpg"
    assert parse(b"<base href='http://['><p>a").absolute("anh/1.jpg") == "anh/1.jpg"
