"""Dates that stand near an article and are not its own: none of them is taken."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from portal_page import PARAGRAPHS, TITLE, page, read

from scraper.extraction.article import extract
from scraper.extraction.dates_of_page import read_published
from scraper.extraction.page import parse
from scraper.extraction.walk import survey
from scraper.extraction.witnesses import witnesses

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "markup",
    [
        # all in one table, the clock in its first row
        "<table><tr><td>Thứ Tư, ngày 17/07/2024</td></tr><tr><td><a href='/'>Trang chủ</a></td>"
        "<td><b>{title}</b>{text}</td></tr></table>",
        # the clock right over the title, in a row of its own
        "<table><tr><td>Thứ Tư, ngày 17/07/2024 | 10:20:31</td></tr>"
        "<tr><td><h1>{title}</h1>{text}</td></tr></table>",
        # the clock among the menu's links
        "<div><a href='/'>Trang chủ</a> <a href='/a'>Tin tức</a> Hôm nay: 17/07/2024</div>"
        "<div><h1>{title}</h1>{text}</div>",
        # a clock with its label in a cell of its own
        "<table><tr><td>Hôm nay</td><td>17/07/2024</td></tr></table>"
        "<div><h1>{title}</h1>{text}</div>",
        # under the text
        "<div><h1>{title}</h1>{text}</div><table><tr><td>Thứ Tư, 17/07/2024</td></tr></table>",
        # when the portal itself was last changed
        "<div><h1>{title}</h1>{text}</div><hr><table>"
        "<tr><td>Số lượt truy cập: 63.064.480</td></tr><tr><td>Đang trực tuyến: 12</td></tr>"
        "<tr><td>Cập nhật lần cuối: 17/07/2024</td></tr></table>",
    ],
)
def test_the_clock_of_a_page_is_not_its_articles_date(markup: str) -> None:
    body = markup.format(title=TITLE, text=TEXT)
    html = f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"
    assert extract(html.encode()).published is None


def test_a_clock_that_shows_the_day_of_fetching_is_no_date_even_beside_the_title() -> None:
    clock = "<div>Thứ Tư, ngày 17/07/2024</div>"
    body = page().replace(b"<h1>", clock.encode() + b"<h1>")
    assert extract(body, fetched_at=datetime(2024, 7, 17, 2, 0, tzinfo=UTC)).published is None


@pytest.mark.parametrize(
    "line",
    [
        "Sáng ngày 14/6/2018, tỉnh Hà Sơn khai mạc lớp học",
        "Ngày 14/6/2018, tỉnh Hà Sơn khai mạc lớp học.",
        "Thời gian: 8h00 ngày 14/6/2018",
        "Hạn nộp hồ sơ: 30/06/2018",
        "Ngày ban hành: 01/02/2018",
        "Ngày có hiệu lực: 01/02/2018",
        "Từ ngày 14/6/2018 đến ngày 18/6/2018",
    ],
)
@pytest.mark.parametrize("place", ["above", "first", "last"])
def test_a_short_line_that_tells_of_another_day_is_no_dateline(line: str, place: str) -> None:
    if place == "above":
        article = read(above=f"<h2>{line}</h2>")
    elif place == "first":
        article = read(paragraphs=(line, *PARAGRAPHS))
    else:
        article = read(paragraphs=(*PARAGRAPHS, line))
    assert article.published is None


def test_related_links_between_title_and_text_do_not_give_their_dates() -> None:
    above = (
        "<div><a href='/1'>&gt;&gt; Lấy mẫu nước dưới đất tại Mường Chà (12/05/2018)</a></div>"
        "<div><a href='/2'>&gt;&gt; Tập huấn cho cán bộ xã về quan trắc (10/05/2018)</a></div>"
    )
    assert read(above=above).published is None


def test_the_days_of_readers_comments_are_not_taken() -> None:
    below = (
        "<div><b>Ý kiến bạn đọc</b></div>"
        "<div>Nguyễn An (14:30 20/12/2012)</div><div>Bài viết rất hay và bổ ích.</div>"
        "<div>Lê Bình (15:10 21/12/2012)</div><div>Cảm ơn tòa soạn đã thông tin.</div>"
    )
    assert read(below=below).published is None


def test_a_list_of_other_news_beside_the_article_does_not_give_its_dates() -> None:
    top = (
        "<table><tr><td>Tin mới</td></tr><tr><td>Lấy mẫu nước tại Mường Chà</td></tr>"
        "<tr><td>03/01/2018</td></tr><tr><td>Tập huấn cho cán bộ xã</td></tr>"
        "<tr><td>02/01/2018</td></tr><tr><td>Khảo sát giếng khoan</td></tr>"
        "<tr><td>01/01/2018</td></tr></table>"
    )
    assert read(top=top).published is None


def test_the_article_still_gets_its_date_among_all_of_them() -> None:
    article = read(
        top="<div>Thứ Tư, ngày 17/07/2024</div>",
        above="<div>07/08/2023</div>",
        paragraphs=("Ngày 5/8/2023, tỉnh Hà Sơn khai mạc lớp học.", *PARAGRAPHS),
        below="<div>Nguyễn An (14:30 20/12/2023)</div><div>Cập nhật lần cuối: 17/07/2024</div>",
    )
    assert article.published == date(2023, 8, 7)


def test_the_day_of_a_video_or_of_a_copyright_is_not_the_articles() -> None:
    video = (
        '<script type="application/ld+json">[{"@type": "NewsArticle", "datePublished":'
        ' "2018-06-14T03:00:07Z"}, {"@type": "VideoObject", "uploadDate":'
        ' "2018-06-13T11:14:43+02:00"}]</script>'
    )
    foot = "<div class='footer'>Copyright © 19.12.2019 - 12:14 Hà Sơn</div>"
    article = read(head=video, below=foot)
    assert article.published == datetime(2018, 6, 14, 3, 0, 7, tzinfo=UTC)
    assert read(below=foot).published is None


def test_the_elements_of_readers_comments_are_not_taken() -> None:
    below = "".join(
        f"<div class='comment'><b>Bạn đọc</b>"
        f" <time class='published' datetime='2018-06-{day}T10:00'>{day}/06/2018 10:00</time>"
        "<p>Bài viết rất hay và bổ ích.</p></div>"
        for day in (20, 21)
    )
    assert read(below=below).published is None


def test_an_editions_day_among_other_articles_with_the_same_look_is_not_taken() -> None:
    top = "".join(
        f"<div class='tin'><a href='/{day}'>Lấy mẫu nước tại huyện Mường Chà</a>"
        f"<span class='ngay'>{day}/06/2018</span></div>"
        for day in (20, 21, 22)
    )
    assert read(top=top).published is None


def test_time_elements_without_number_or_end_cost_little() -> None:
    element = "<time datetime='2018-06-14'>"
    many = "".join(f"<p>{PARAGRAPHS[0]} {element}14/06/2018</time></p>" for _ in range(3000))
    for markup in (many, element * 3000 + TEXT):
        body = f"<html><body><h1>{TITLE}</h1>{markup}</body></html>".encode()
        parsed = parse(body)
        found = survey(parsed.tree)
        said = witnesses(parsed.tree)
        begun = time.thread_time()
        read_published(
            parsed,
            found.blocks,
            title_index=0,
            body_first=1,
            body_last=len(found.blocks) - 1,
            witnesses=said,
            zone=None,
            latest=None,
        )
        assert time.thread_time() - begun < 0.5
