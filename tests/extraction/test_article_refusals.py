"""What is no article is refused; nothing but PageError is ever raised, and soon."""

from __future__ import annotations

import random

import pytest

from scraper.errors import NoArticle, PageError, TooLarge
from scraper.extraction.article import extract
from scraper.extraction.monsters import MAX_PAGE_BYTES

TEXT = "<p>Sáng nay đoàn công tác đã đến kiểm tra tuyến đê dài mười hai cây số của ba xã.</p>"
PAGE = f"<html><body><h1>Kiểm tra tuyến đê</h1><div>{TEXT * 3}</div></body></html>"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t " * 1000,
        b"\0" * 1000,
        b"%PDF-1.4\n%\xe2\xe3",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0" + bytes(500),
        b'{"status": 404}',
        b"Khong co gi",
        b"<!DOCTYPE html>",
        b"<!-- chua co -->",
        b"<html><body></body></html>",
        b"<html><frameset><frame src='a.htm'></frameset></html>",
        b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>",
    ],
)
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises(NoArticle):
        extract(body)


def test_an_image_sent_as_html_is_refused() -> None:
    with pytest.raises(NoArticle, match="JPEG"):
        extract(b"\xff\xd8\xff\xe0" + bytes(500), content_type="text/html")


def test_a_refusal_names_the_address() -> None:
    with pytest.raises(NoArticle) as caught:
        extract(b"", url="http://a.vn/1")
    assert caught.value.url == "http://a.vn/1"


@pytest.mark.parametrize(
    "message",
    [
        "Not Found. The requested resource was not found.",
        "Không tìm thấy trang bạn yêu cầu, mời bạn quay lại trang chủ hoặc dùng ô tìm kiếm.",
        "Bài viết không tồn tại hoặc đã bị xóa.",
        "404",
    ],
)
def test_a_not_found_page_with_status_200_is_refused(message: str) -> None:
    with pytest.raises(NoArticle):
        extract(f"<html><body><h1>Thông báo</h1><p>{message}</p></body></html>".encode())


def test_an_article_about_missing_things_is_an_article() -> None:
    text = "<p>Cơ quan chức năng không tìm thấy dấu vết của đoàn thuyền sau ba ngày.</p>" * 8
    markup = (
        f"<html><body><h1>Không tìm thấy đoàn thuyền mất tích</h1><div>{text}</div></body></html>"
    )
    assert extract(markup.encode()).title == "Không tìm thấy đoàn thuyền mất tích"


def test_a_short_dated_notice_is_an_article() -> None:
    markup = (
        "<html><body><h1>Thông báo lịch tiếp dân tháng 5</h1><div>Ngày đăng: 02/05/2019</div>"
        "<div><p>Lịch tiếp dân vào các ngày 6, 13 và 20.</p></div></body></html>"
    )
    assert extract(markup.encode()).lead == "Lịch tiếp dân vào các ngày 6, 13 và 20."


def test_a_page_with_a_few_words_and_no_date_is_refused() -> None:
    with pytest.raises(NoArticle):
        extract(
            "<html><body><h1>Liên hệ</h1><p>Điện thoại 024.555.0123.</p></body></html>".encode()
        )


def test_a_body_above_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge) as caught:
        extract(b"<p>" + b"x" * MAX_PAGE_BYTES, url="http://a.vn/1")
    assert (caught.value.limit_bytes, caught.value.url) == (MAX_PAGE_BYTES, "http://a.vn/1")


def monsters() -> dict[str, str]:
    """Pages that take a careless reader minutes, or its stack."""
    head, tail = "<html><body><h1>Kiểm tra tuyến đê</h1>", f"<div>{TEXT * 3}</div>"
    return {
        "deep divs": head + "<div class='a b'>" * 50_000 + tail,
        "deep inline": head + "<b><i style='color:red'>" * 50_000 + tail,
        "deep tables": head + "<table><tr><td>" * 20_000 + tail,
        "many paragraphs": head + TEXT * 30_000,
        "many breaks": head + "x<br>" * 300_000,
        "many images": head + ("<img src='/a.jpg'>" * 20 + TEXT) * 5_000,
        "many headlines": head + "<h3><a href='/1'>Tin về tuyến đê phía nam</a></h3>" * 15_000,
        "many dates": head + tail + "<p>01/02/2018 10:20</p>" * 15_000,
        "many attributes": head + "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">" + tail,
        "long attributes": head
        + f"<div class='{'a ' * 500_000}' style='{'color:red;' * 90_000}'>"
        + tail,
        "one long word": head + "<p>" + "a" * 5_000_000 + "</p>" + tail,
        "marks on marks": head + "<p>a" + "\u0301" * 200_000 + "</p>" + tail,
        "deep json": head
        + "<script type='application/ld+json'>"
        + "[" * 100_000
        + "</script>"
        + tail,
        "brackets": head + "<" * 500_000 + tail,
        "no end": head + "<p " * 200_000,
    }


@pytest.mark.parametrize("name", sorted(monsters()))
def test_a_monstrous_page_is_read_or_refused(name: str) -> None:
    try:
        article = extract(monsters()[name].encode(), url="http://a.vn/1")
    except PageError as error:
        assert error.url == "http://a.vn/1"
    else:
        assert article.title == "Kiểm tra tuyến đê"


@pytest.mark.parametrize("url", [None, "http://[", "không phải địa chỉ", "http://a.vn/\x00"])
def test_odd_addresses_around_a_page_do_no_harm(url: str | None) -> None:
    links = "<p><a href='http://[x.pdf'>tệp</a><img src='http://[y'><a href='mailto:x'>thư</a></p>"
    markup = PAGE.replace("</div>", f"{links}</div>").replace(
        "<body>", "<base href='http://['><body>"
    )
    assert extract(markup.encode(), url=url).title == "Kiểm tra tuyến đê"


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "windows-1258"])
def test_pages_in_other_encodings_are_read(charset: str) -> None:
    body = PAGE.replace("ế", "e").replace("ể", "e").replace("ề", "e").encode(charset, "replace")
    name = charset.removesuffix("-sig")
    assert "tra tuy" in extract(body, content_type=f"text/html; charset={name}").title


def test_random_damage_raises_nothing_but_page_errors() -> None:
    chance = random.Random(7)
    whole = (PAGE + "<table><tr><td><img src=a><td>x</table><!-- " + PAGE).encode()
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 120)):
            body[chance.randrange(len(body))] = chance.choice(b"<>/=\"' \x00\xff&;!-[]")
        try:
            extract(bytes(body))
        except PageError:
            continue
