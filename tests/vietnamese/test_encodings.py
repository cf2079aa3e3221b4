"""From bytes to text: who wins among header, markup and bytes."""

from __future__ import annotations

import unicodedata

import pytest

from scraper.vietnamese.text import decode

SENTENCE = "Sở Xây dựng họp về quy hoạch đất đai, thủy lợi và giữ gìn môi trường."


def as_windows_1258(text: str) -> bytes:
    """Vietnamese as Windows wrote it: the vowel composed, the tone mark after it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = ""
    for letter in unicodedata.normalize("NFC", text):
        pieces = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(p for p in pieces if p not in tones))
        written += base + "".join(p for p in pieces if p in tones)
    return written.encode("cp1258")


def test_utf8_without_any_label_is_utf8() -> None:
    assert decode(SENTENCE.encode(), None).text == SENTENCE


def test_valid_utf8_beats_a_wrong_single_byte_label() -> None:
    decoded = decode(SENTENCE.encode(), "text/html; charset=ISO-8859-1")
    assert (decoded.text, decoded.encoding) == (SENTENCE, "utf-8")


def test_one_latin_byte_in_a_utf8_page_costs_only_itself() -> None:
    body = SENTENCE.encode() + b" \xa9 2014 " + SENTENCE.encode()
    decoded = decode(body, "text/html; charset=utf-8")
    assert decoded.text == f"{SENTENCE} © 2014 {SENTENCE}"
    assert decoded.why == "bytes: UTF-8 but for 1"


def test_a_byte_order_mark_beats_every_label_and_is_dropped() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        decoded = decode(SENTENCE.encode(encoding), "text/html; charset=windows-1251")
        assert decoded.text == SENTENCE


def test_utf16_without_a_mark_is_seen_by_its_nuls() -> None:
    markup = f"<html><head><title>Portal</title></head><body>{SENTENCE}</body></html>"
    assert decode(markup.encode("utf-16-le"), None).text == markup
    assert decode(markup.encode("utf-16-be"), "text/html").text == markup


def test_the_header_beats_the_markup() -> None:
    body = b"<meta charset='windows-1251'>" + "cena żywności".encode("iso-8859-2")
    assert "żywności" in decode(body, "text/html; charset=iso-8859-2").text


def test_markup_after_a_hundred_blank_lines_is_found() -> None:
    body = b"\r\n" * 1500 + b'<meta content="text/html; charset=windows-1258">'
    body += as_windows_1258(SENTENCE)
    decoded = decode(body, None)
    assert decoded.encoding == "cp1258"
    assert unicodedata.normalize("NFC", decoded.text).endswith(SENTENCE)


def test_a_label_in_a_comment_says_nothing() -> None:
    body = b"<!-- <meta charset=gbk> --><meta charset=windows-1251>" + "земля".encode("cp1251")
    assert decode(body, None).text.endswith("земля")


def test_vietnamese_windows_bytes_under_a_western_label_are_vietnamese() -> None:
    decoded = decode(as_windows_1258(SENTENCE), "text/html; charset=windows-1252")
    assert unicodedata.normalize("NFC", decoded.text) == SENTENCE


def test_western_bytes_under_a_utf8_label_are_read_as_the_web_reads_them() -> None:
    body = "été à la plage où il fait très chaud".encode("latin-1")
    assert decode(body, "text/html; charset=utf-8").text == body.decode("latin-1")


def test_a_chinese_label_is_believed() -> None:
    body = "环境部今天发布了新的土地管理规定。".encode("gb18030")
    assert decode(body, "text/html; charset=gb2312").text == body.decode("gb18030")


@pytest.mark.parametrize("label", ["base64", "unicode_escape", "idna", "nonsense", "zlib", "\x00"])
def test_a_label_that_is_no_encoding_of_pages_is_passed_over(label: str) -> None:
    assert decode(b"<p>abc", f"text/html; charset={label}").text == "<p>abc"


@pytest.mark.parametrize("body", [b"", b"\xff" * 1000, bytes(range(256)) * 9, b"\x00\x01", b"<!--"])
def test_no_bytes_make_it_fail(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=utf-8").text, str)
    assert isinstance(decode(body, None).text, str)
