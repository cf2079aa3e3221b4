"""Lists, home pages, forms and error pages are refused; short articles like them are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scraper.errors import NoArticle
from scraper.extraction.article import extract

HEADLINES = (
    "Nậm Lành khánh thành cầu treo dân sinh",
    "Họp bàn việc cấp nước cho thị xã",
    "Trao quà cho học sinh vùng lũ Bản Hon",
    "Tuyên dương hai mươi hộ trồng rừng giỏi",
    "Sửa chữa tuyến kênh chính Nà Lọong",
)
TEASERS = (
    "Cây cầu dài chín mươi mét nối hai bản bên bờ suối, thay cho chiếc bè tre đã dùng mười năm.",
    "Các phòng ban đã thống nhất phương án lấy nước từ hồ Bản Chát và lịch cấp nước luân phiên.",
    "Sáu trăm suất quà gồm sách vở và quần áo ấm đã đến tay học sinh trước ngày khai giảng.",
    "Mỗi hộ được tặng giấy khen và một nghìn cây giống sa mộc cho vụ trồng rừng năm sau.",
    "Đoạn kênh dài ba cây số bị sạt sau đợt mưa tháng bảy sẽ được xây lại bằng đá hộc.",
)


def refusal(markup: str) -> str:
    with pytest.raises(NoArticle) as caught:
        extract(f"<html><head><title>Hà Sơn</title></head><body>{markup}</body></html>".encode())
    return caught.value.reason


def listed(item: Callable[[int, str, str], str]) -> str:
    rows = enumerate(zip(HEADLINES, TEASERS, strict=True), start=1)
    return "".join(item(n, headline, teaser) for n, (headline, teaser) in rows)


def test_a_list_of_linked_lines_parted_by_breaks_is_refused() -> None:
    markup = listed(
        lambda n, headline, teaser: (
            f"<strong><a href='xem.asp?so={n}'>{headline}</a></strong> ({n}/3/2009)"
            f"<br>{teaser}<br><br>"
        )
    )
    assert "list" in refusal(f"<td>{markup}</td>")


def test_a_list_whose_only_links_say_more_is_refused() -> None:
    markup = listed(
        lambda n, headline, teaser: (
            f"<div><b>{headline}</b><p>{teaser}</p><a href='/xem/{n}'>Xem tiếp »</a></div>"
        )
    )
    assert "list" in refusal(markup)


def test_a_list_of_boxes_that_lead_on_by_a_script_is_refused() -> None:
    markup = listed(
        lambda n, headline, teaser: (
            f"<div onclick=\"location.href='/xem/{n}'\"><b>{headline}</b><p>{teaser}</p></div>"
        )
    )
    assert "list" in refusal(markup)


def test_a_table_of_documents_is_refused() -> None:
    markup = listed(
        lambda n, headline, teaser: (
            f"<tr><td><a href='/vb/{n}'>{n}/2014/QĐ-UBND</a></td><td>0{n}/03/2014</td>"
            f"<td>{teaser}</td></tr>"
        )
    )
    assert "list" in refusal(f"<h1>Văn bản của tỉnh</h1><table>{markup}</table>")


def test_an_article_keeps_its_table_of_documents() -> None:
    rows = "".join(
        f"<tr><td><a href='/vb/{n}'>{n}/2014/QĐ-UBND</a></td><td>0{n}/03/2014</td>"
        f"<td>{teaser}</td></tr>"
        for n, teaser in enumerate(TEASERS, start=1)
    )
    text = "".join(f"<p>{teaser} Việc này được giao cho các xã.</p>" for teaser in TEASERS)
    markup = f"<h1>Năm quyết định mới của tỉnh</h1><div>{text}<table>{rows}</table></div>"
    assert TEASERS[4] in extract(f"<html><body>{markup}</body></html>".encode()).text


def test_a_home_page_with_one_teaser_is_refused() -> None:
    links = "".join(
        f"<h2><a href='/muc/{part}'>Mục {part}</a></h2><ul>"
        + listed(lambda n, headline, _: f"<li><a href='/tin/{n}'>{headline}</a></li>")
        + "</ul>"
        for part in (1, 2)
    )
    hot = f"<div><a href='/tin/9'>{HEADLINES[0]}</a><p>{TEASERS[0]}</p></div>"
    assert "list" in refusal(f"<div>Thứ hai, ngày 3/3/2014</div>{hot}{links}")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Server Error in '/tintuc' Application.", "An unhandled exception occurred. " * 30),
        ("Đã xảy ra lỗi", "Hệ thống đang bận, xin quý vị thử lại sau ít phút nữa. Mã lỗi: 7f2a."),
        ("Sorry, something went wrong", "An unexpected error has occurred. Correlation ID: 7f2a."),
        ("Thông báo", "Cổng đã chuyển sang địa chỉ mới, trình duyệt sẽ tự động chuyển trang ngay."),
        ("Runtime Error", "Server Error in '/' Application. See the log of this machine for more."),
        ("Oops", "The page you are looking for could not be found, it may have been renamed."),
        ("Lỗi 404", "Địa chỉ mà quý vị vừa gõ không có trên máy chủ này, xin hãy kiểm tra lại."),
        ("Hà Sơn", "Trang thông tin của Sở đã chuyển sang địa chỉ mới, mời quý vị cập nhật lại."),
        ("Đăng nhập", "Cán bộ trong tỉnh dùng hộp thư công vụ và mật khẩu đã được cấp để vào."),
        ("Liên hệ", "Ban Biên tập tiếp bạn đọc từ thứ hai đến thứ sáu tại số 12 phố Lê Lai."),
    ],
)
def test_a_page_for_something_else_is_refused(title: str, text: str) -> None:
    refusal(f"<div><h1>{title}</h1><p>{text}</p></div>")


@pytest.mark.parametrize(
    "title",
    [
        "Quyết định số 404/QĐ-UBND về bảng giá đất của tỉnh",
        "Ha Son says the document was not signed",
        "404 hộ dân Nậm Lành có nước sạch",
        "Công văn 404 yêu cầu báo cáo việc khai thác cát",
        "Không tìm thấy người mất tích trên suối Nậm Lành",
        "Kết quả không có mẫu nước nào vượt chuẩn ở Nậm Lành",
    ],
)
def test_a_short_article_that_sounds_like_an_error_is_an_article(title: str) -> None:
    markup = f"<h1>{title}</h1><div>Ngày đăng: 12/08/2015</div><div><p>{TEASERS[1]}</p></div>"
    assert extract(f"<html><body>{markup}</body></html>".encode()).title == title


def test_a_notice_that_is_but_a_telephone_number_is_an_article() -> None:
    line = "Điện thoại: 0255 555 012 (trong giờ hành chính), email: duongdaynong@hason.example"
    markup = f"<h1>Công bố số máy báo lũ</h1><div>Ngày đăng: 12/08/2015</div><p>{line}</p>"
    assert extract(f"<html><body><div>{markup}</div></body></html>".encode()).text == line


def test_a_photo_story_beside_a_list_is_an_article() -> None:
    figures = "".join(
        f"<figure><img src='/anh{n}.jpg'><figcaption>{headline}</figcaption></figure>"
        for n, headline in enumerate(HEADLINES)
    )
    related = "".join(f"<li><a href='/x{n}'>{line[:60]}</a></li>" for n, line in enumerate(TEASERS))
    markup = (
        f"<h1>Một ngày ở chợ phiên Bản Hon</h1><div>12/08/2015</div><p>{TEASERS[0]}</p>{figures}"
        f"<b>Tin liên quan</b><ul>{related}</ul>"
    )
    article = extract(f"<html><body>{markup}</body></html>".encode())
    assert (article.text, len(article.figures)) == (TEASERS[0], 5)


def test_the_votes_of_a_poll_are_refused() -> None:
    rows = "".join(
        f"<tr><td>{answer}</td><td>{votes} phiếu ({share}%)</td></tr>"
        for answer, votes, share in (("Hài lòng", "1.410", 47), ("Tạm được", "1.590", 53))
    )
    question = "<h1>Ý kiến bạn đọc</h1><p>Bạn nghĩ sao về lịch cấp nước mới của thị xã?</p>"
    assert "asks for something" in refusal(f"{question}<table>{rows}</table>")


def test_a_login_form_with_a_sentence_of_help_is_refused() -> None:
    form = (
        "<form><h1>Đăng nhập phần mềm quản lý cán bộ</h1><input name='ten'>"
        "<input type='password'><p>Nếu không vào được, xin gọi Văn phòng Sở, số điện thoại"
        " 0219.3888.777, trong giờ hành chính để được giúp.</p></form>"
    )
    assert "asks for something" in refusal(form)


def test_a_list_of_questions_with_their_senders_is_refused() -> None:
    markup = listed(
        lambda n, headline, teaser: (
            f"<div class='hoi'><a href='/hoi/{n}'>{headline} khi nào?</a>"
            f"<span>Người hỏi: Lê Văn {headline[0]} - {n}/3/2019</span></div>"
        )
    )
    assert "list" in refusal(f"<h1>Hỏi đáp</h1>{markup}")
