"""Which links lead to files, by their addresses."""

from __future__ import annotations

import time

import pytest
from lxml import html

from scraper.extraction.article import extract
from scraper.extraction.attachments import as_attachment
from scraper.extraction.page import parse

TEXT = "<p>" + "Xã Gò Sậy đăng danh sách các hộ được cấp giống lúa vụ muộn năm nay. " * 4 + "</p>"


def attachments(link: str) -> list[tuple[str, str | None]]:
    page = f"<html><body><h1>Danh sách cấp giống</h1><div>{TEXT}<p>{link}</p>{TEXT}</div></body>"
    article = extract(page.encode(), url="http://gosay.example/tin/3")
    return [(it.url.removeprefix("http://gosay.example"), it.title) for it in article.attachments]


@pytest.mark.parametrize(
    "address",
    [
        "/f/danh-sach.pdf",
        "/f/DANH-SACH.PDF",
        "/f/danh-sach.docx?v=2",
        "/f/danh-sach.xlsx#trang2",
        "/f/danh-sach%2Epdf",
        "/f/danh-sach.pdf;jsessionid=0A1B",
        "/f/danh-sach.pdf;jsessionid=0A1B?t=17",
        "/tai.aspx?id=7&ten=danh-sach.pdf",
        "/tai.aspx?ten=danh-sach.rar&id=7",
    ],
)
def test_a_link_to_a_file_is_an_attachment(address: str) -> None:
    assert attachments(f"<a href='{address}'>Danh sách</a>") == [(address, "Danh sách")]


@pytest.mark.parametrize(
    "address", ["/tin/pdf", "/tin/4.html?in=pdf", "/anh/1.jpg", "/tim?q=lua.pdfx", "#bai.pdf"]
)
def test_a_link_to_a_page_or_an_image_is_none(address: str) -> None:
    assert attachments(f"<a href='{address}'>Danh sách</a>") == []


def test_a_file_behind_a_handler_is_known_by_the_text_of_its_link() -> None:
    assert attachments("<a href='/download/7'>danh-sach.pdf</a>") == [
        ("/download/7", "danh-sach.pdf")
    ]


def test_the_name_of_a_file_in_the_query_is_its_title_where_the_link_has_none() -> None:
    link = html.fromstring("<a href='/tai.aspx?id=7&amp;ten=danh-sach.pdf'><img src='/x.gif'></a>")
    attachment = as_attachment(link, parse(b"<p>x</p>", url="http://gosay.example/"))
    assert attachment is not None
    assert attachment.title == "danh-sach.pdf"


def test_an_address_of_a_million_letters_takes_no_time() -> None:
    link = html.fromstring(f"<a href='/tim?q={'ab' * 500_000}'>x</a>")
    page = parse(b"<p>x</p>", url="http://gosay.example/")
    start = time.process_time()
    assert as_attachment(link, page) is None
    assert time.process_time() - start < 1
