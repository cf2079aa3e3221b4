"""A page of a made-up portal, to put one dateline, byline or source line into."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.extraction.article import extract
from scraper.records import Article, Portal

TITLE = "Khai mạc lớp tập huấn về quan trắc nước dưới đất tại các tỉnh miền núi"
PARAGRAPHS = (
    "Sáng nay, Trung tâm Quan trắc tỉnh Hà Sơn khai mạc lớp tập huấn về quan trắc nước dưới đất "
    "cho cán bộ của mười hai huyện miền núi, với sự tham dự của hơn tám mươi học viên.",
    "Phát biểu khai mạc, ông Trần Quốc Bảo, Giám đốc Trung tâm, cho biết lớp học kéo dài năm ngày, "
    "gồm phần lý thuyết và ba buổi thực hành lấy mẫu tại các giếng quan trắc ở xã Nậm Lành.",
    "Theo kế hoạch, sau lớp học các huyện sẽ tự lấy mẫu mỗi quý một lần và gửi số liệu về "
    "Trung tâm qua hệ thống trực tuyến, thay cho việc gửi báo cáo giấy như trước đây.",
    "Các học viên cũng được giới thiệu cách đọc bản đồ địa chất thủy văn và cách nhận biết sớm dấu "
    "hiệu nhiễm mặn, suy giảm mực nước ở những vùng khai thác tập trung.",
)


def page(
    *,
    head: str = "",
    top: str = "",
    title: str = TITLE,
    above: str = "",
    paragraphs: Sequence[str] = PARAGRAPHS,
    end: str = "",
    below: str = "",
    language: str = "vi",
) -> bytes:
    """HTML with markup in the head, over the title, over the text, at its end and below it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'>"
        f"<title>{title}</title>{head}</head><body>"
        f"<div id='header'><a href='/'>Trang chủ</a> <a href='/tin'>Tin tức</a> "
        f"<a href='/van-ban'>Văn bản</a> <a href='/lien-he'>Liên hệ</a>{top}</div>"
        f"<div id='main'><div class='noidung'><h1>{title}</h1>{above}"
        f"<div class='chitiet'>{text}{end}</div>{below}</div></div>"
        "<div id='footer'><p>Trang thông tin điện tử tỉnh Hà Sơn. Ghi rõ nguồn \"hason.example\" "
        "khi phát hành lại thông tin từ trang này.</p></div></body></html>"
    ).encode()


def read(
    *,
    url: str | None = None,
    portal: Portal | None = None,
    head: str = "",
    top: str = "",
    title: str = TITLE,
    above: str = "",
    paragraphs: Sequence[str] = PARAGRAPHS,
    end: str = "",
    below: str = "",
    language: str = "vi",
) -> Article:
    """What is read from such a page."""
    body = page(
        head=head,
        top=top,
        title=title,
        above=above,
        paragraphs=paragraphs,
        end=end,
        below=below,
        language=language,
    )
    return extract(body, url=url, portal=portal)
