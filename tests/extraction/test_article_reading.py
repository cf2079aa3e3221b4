"""The whole of extract(): what an article says, and where each value comes from."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from scraper.extraction.article import extract
from scraper.records import ArticleRule, Cron, Portal

NEVER = Cron(line="", minutes=(), hours=(), days=(), months=(), weekdays=(), either_day=False)
PORTAL = Portal(
    name="dedieu",
    home="http://dedieu.vn/",
    language="vi",
    timezone="Asia/Ho_Chi_Minh",
    article=ArticleRule(match=re.compile("contentid="), key_parameter="contentid"),
    cron=NEVER,
)
URL = "http://dedieu.vn/default.aspx?page=tin&contentid=3343"
LEAD = "Chiều ngày 8/7/2024, Chi cục Đê điều đã họp bàn phương án hộ đê cho mùa mưa lũ năm nay."
BODY = (
    "Theo báo cáo của phòng Kỹ thuật, toàn tuyến còn bốn trọng điểm xung yếu cần người canh gác.",
    "Ngày 16/72/2020 là ngày in sai trong biên bản cũ, được đính chính ngay trong cuộc họp này.",
)


def page(*, dateline: str = "07/08/2024", body: str = "", title: str = "Họp bàn hộ đê") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (LEAD, *BODY))
    return (
        "<html><body><div class=clock>Thứ Tư, ngày 17/09/2024 08:15:00</div>"
        f"<div><h1>{title}</h1><div>{dateline}</div><div>0</div>"
        f"<div>{text}{body}</div></div></body></html>"
    )


def test_text_is_lead_and_body_parted_by_blank_lines() -> None:
    article = extract(page().encode())
    assert article.lead == LEAD
    assert article.text == "\n\n".join((LEAD, *BODY))
    assert article.read_by == "general"


def test_neither_clock_nor_event_days_are_the_date() -> None:
    article = extract(page().encode())
    assert (article.published, article.published_precision) == (date(2024, 8, 7), "day")


def test_a_page_without_dateline_has_no_date() -> None:
    article = extract(page(dateline="").encode())
    assert (article.published, article.published_precision) == (None, None)


@pytest.mark.parametrize("title", ["Họp bàn hộ đê 07/08/2024", "Họp bàn hộ đê(07/08/2024)"])
def test_a_date_on_the_title_line_is_cut_off(title: str) -> None:
    article = extract(page(dateline="", title=title).encode())
    assert (article.title, article.published) == ("Họp bàn hộ đê", date(2024, 8, 7))


def test_the_portal_gives_zone_and_id() -> None:
    body = page(dateline="07/08/2024 09:30").encode()
    article = extract(body, url=URL, portal=PORTAL)
    assert article.id == "dedieu:3343"
    assert article.published == datetime(2024, 8, 7, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert article.published_precision == "minute"
    assert extract(body, url=URL).published == datetime(2024, 8, 7, 9, 30)


def test_a_date_after_the_fetch_is_a_misreading() -> None:
    fetched_at = datetime(2024, 8, 1, 3, 0, tzinfo=UTC)
    assert extract(page().encode(), fetched_at=fetched_at).published is None


def test_source_and_byline_are_no_text() -> None:
    body = "<p style='text-align:right'><b>Lê Văn Tám</b></p><p>Nguồn tin:Theo cổng TTĐT Bộ</p>"
    article = extract(page(body=body).encode())
    assert article.source == "cổng TTĐT Bộ"
    assert article.authors == ("Lê Văn Tám",)
    assert article.text == "\n\n".join((LEAD, *BODY))
    assert article.evidence["source"].text == "Nguồn tin:Theo cổng TTĐT Bộ"


def test_evidence_says_where_values_come_from() -> None:
    evidence = extract(page().encode()).evidence
    assert evidence["title"].text == "Họp bàn hộ đê"
    assert "07/08/2024" in evidence["published"].text
    assert {"title", "lead", "published"} <= set(evidence)


def test_kinds_of_blocks_are_told_apart() -> None:
    body = (
        "<h3>Bốn trọng điểm</h3><ul><li>Cống Ba Lai, khúc cong phía bờ hữu.</li></ul>"
        "<blockquote>Giữ được đê là giữ được vụ mùa, các đồng chí nhớ cho.</blockquote>"
        "<table border=1><tr><td>Trọng điểm</td><td>Số người</td></tr>"
        "<tr><td>Ba Lai</td><td>24</td></tr></table><p>Cuộc họp kết thúc lúc mười một giờ.</p>"
    )
    blocks = extract(page(body=body).encode()).blocks
    assert [(block.kind, block.text) for block in blocks[2:]] == [
        ("heading", "Bốn trọng điểm"),
        ("item", "Cống Ba Lai, khúc cong phía bờ hữu."),
        ("quote", "Giữ được đê là giữ được vụ mùa, các đồng chí nhớ cho."),
        ("table", "Trọng điểm | Số người"),
        ("table", "Ba Lai | 24"),
        ("paragraph", "Cuộc họp kết thúc lúc mười một giờ."),
    ]


def test_files_are_attachments_each_once() -> None:
    body = (
        "<p>Tài liệu: <a href='/f/pa.pdf'>Phương án hộ đê</a> <a href='/f/pa.pdf'>(tải về)</a></p>"
        "<p><a href='download.aspx?id=4'>phu luc.docx</a></p><p><a href='/tin/2'>Tin khác</a></p>"
    )
    attachments = extract(page(body=body).encode(), url=URL).attachments
    assert [(file.url, file.title) for file in attachments] == [
        ("http://dedieu.vn/f/pa.pdf", "Phương án hộ đê"),
        ("http://dedieu.vn/download.aspx?id=4", "phu luc.docx"),
    ]


def test_without_an_address_relative_ones_stay_as_they_are() -> None:
    body = "<p><a href='/f/pa.pdf'>Phương án</a></p>"
    assert extract(page(body=body).encode()).attachments[0].url == "/f/pa.pdf"


def test_a_base_element_moves_relative_addresses() -> None:
    markup = "<base href='http://cdn.vn/x/'>" + page(body="<p><a href='pa.pdf'>Phương án</a></p>")
    assert extract(markup.encode(), url=URL).attachments[0].url == "http://cdn.vn/x/pa.pdf"


def test_a_hidden_text_is_read_where_nothing_else_is_shown() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (LEAD, *BODY) * 5)
    markup = (
        f"<html><body><h1>Họp bàn hộ đê</h1><div style='display:none'>{text}</div></body></html>"
    )
    assert LEAD in extract(markup.encode()).text


def test_a_title_that_only_metadata_name_is_found() -> None:
    markup = page(title="").replace(
        "<html>", "<html><meta property='og:title' content='Hộ đê 2024'>"
    )
    assert extract(markup.encode()).title == "Hộ đê 2024"


def test_the_same_bytes_give_the_same_article() -> None:
    assert extract(page().encode(), url=URL) == extract(page().encode(), url=URL)


def test_one_wrong_byte_in_utf_8_harms_no_other_letter() -> None:
    body = page().replace("</body>", "<p>\N{COPYRIGHT SIGN} 2024</p></body>").encode()
    article = extract(body.replace("\N{COPYRIGHT SIGN}".encode(), b"\xa9"))
    assert article.lead == LEAD


@pytest.mark.parametrize(
    ("above", "dateline"),
    [
        ("<h1 class='site-title'>Chi cục Đê điều</h1>", "07/08/2024"),
        ("<h1>Chi cục Đê điều</h1><p>Hôm nay</p><p>x</p><p>y</p><p>z</p>", "07/08/2024"),
        ("<p><b>Tin hoạt động</b></p>", "Lượt xem: 7370 | Gửi lúc: 07/08/2024"),
    ],
)
def test_the_sites_name_and_the_section_are_no_title(above: str, dateline: str) -> None:
    title = "Chi cục họp bàn phương án hộ đê"
    for line in (f"<h1>{title}</h1>", f"<p><b>{title}</b></p>"):
        if "h1" in above and "<b>" in line:
            continue
        markup = page(dateline=dateline).replace("<h1>Họp bàn hộ đê</h1>", above + line)
        markup = markup.replace("<html>", "<html><title>Chi cục Đê điều</title>")
        assert extract(markup.encode()).title == title


def test_what_stands_below_the_signature_is_no_text() -> None:
    body = "<p>Tin, ảnh: Lê Tám</p><p>Ý kiến của bạn đọc được xem xét trước khi đăng tải.</p>"
    article = extract(page(body=body).encode())
    assert article.authors == ("Lê Tám",)
    assert article.text == "\n\n".join((LEAD, *BODY))


def test_the_sign_of_an_attachment_is_no_figure() -> None:
    body = "<p><a href='/f/a.pdf'><img src='/img/tep.png'></a> <a href='/f/a.pdf'>Tệp</a></p>"
    assert extract(page(body=body).encode(), url=URL).figures == ()
