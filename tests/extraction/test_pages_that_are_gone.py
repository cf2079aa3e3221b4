"""Pages that say that the article is not there are told from a portal's own trouble."""

from __future__ import annotations

import pytest

from scraper.errors import NoArticle, PageGone
from scraper.extraction.article import extract


def refusal(title: str, text: str) -> NoArticle:
    markup = f"<title>Cổng</title><body><h1>{title}</h1><p>{text}</p></body>"
    with pytest.raises(NoArticle) as caught:
        extract(f"<html>{markup}</html>".encode(), url="http://demo.example/tin-1")
    return caught.value


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Không tìm thấy trang", "Mời bạn quay về trang chủ."),
        ("Thông báo", "Bài viết này không tồn tại hoặc đã bị gỡ."),
        ("Lỗi 404", "Đường dẫn không có trên hệ thống."),
        ("404 Not Found", "The page you requested could not be found."),
        ("Page not found", "Sorry, this article is no longer available."),
        ("Thông báo", "Trang web này đã chuyển sang địa chỉ mới."),
        ("Không tìm thấy nội dung", ""),
    ],
)
def test_a_page_that_says_so_is_gone(title: str, text: str) -> None:
    found = refusal(title, text)
    assert isinstance(found, PageGone)
    assert found.url == "http://demo.example/tin-1"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Thông báo", "Hệ thống đang bảo trì, mời quay lại sau."),
        ("Không tìm thấy dữ liệu", "Hệ thống đang bảo trì."),
        ("503 Service Unavailable", "Not found: the service is down for maintenance."),
        ("Access denied", "Forbidden."),
        ("Đã xảy ra lỗi", "Có lỗi xảy ra, mời thử lại."),
        ("Đăng nhập", "Mời nhập tên và mật khẩu."),
        ("", ""),
    ],
)
def test_trouble_of_the_portal_says_nothing_of_the_article(title: str, text: str) -> None:
    assert not isinstance(refusal(title, text), PageGone)
