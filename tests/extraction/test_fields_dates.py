"""When an article was published: the dateline is taken, other dates of the page are not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from portal_page import PARAGRAPHS, TITLE, page, read

from scraper.extraction.article import extract
from scraper.extraction.dates_of_page import date_of_address
from scraper.extraction.title_line import split_title
from scraper.records import Cron, Portal

NEVER = Cron(
    line="0 0 1 1 *",
    minutes=(0,),
    hours=(0,),
    days=(1,),
    months=(1,),
    weekdays=(),
    either_day=False,
)
PORTAL = Portal(
    name="hason",
    home="http://hason.example/",
    language="vi",
    timezone="Asia/Ho_Chi_Minh",
    cron=NEVER,
)
VIETNAM = timezone(timedelta(hours=7))
CLOCK = "<div class='clock'>Thứ Tư, ngày 17/07/2024</div>"


@pytest.mark.parametrize(
    ("line", "published", "precision"),
    [
        ("14/06/2018", date(2018, 6, 14), "day"),
        ("(28/04/2014)", date(2014, 4, 28), "day"),
        ("Cập nhật : 04/05/2011", date(2011, 5, 4), "day"),
        ("Ngày đăng: 08/01/2018", date(2018, 1, 8), "day"),
        ("Ngày đăng: 08 | 04 | 2024", date(2024, 4, 8), "day"),
        ("Đăng ngày: 01-04-2021 | Lượt xem: 1599", date(2021, 4, 1), "day"),
        ("Đăng ngày 17 - 05 - 2024", date(2024, 5, 17), "day"),
        (
            "Ngày đăng 09/09/2020 | 05:07 PM | View count: 842",
            datetime(2020, 9, 9, 17, 7),
            "minute",
        ),
        (
            "Lượt xem: 7370 | Gửi lúc: 05/12/2013 15:42:27",
            datetime(2013, 12, 5, 15, 42, 27),
            "second",
        ),
        ("11:03, 15/12/2019", datetime(2019, 12, 15, 11, 3), "minute"),
        ("07:28 24/02/2014", datetime(2014, 2, 24, 7, 28), "minute"),
        (
            "Trong nước - Ngày đăng : 15:30, 04/06/2018",
            datetime(2018, 6, 4, 15, 30),
            "minute",
        ),
        (
            "Thứ sáu, 28/12/2012, 14:46 GMT+7",
            datetime(2012, 12, 28, 14, 46, tzinfo=VIETNAM),
            "minute",
        ),
        ("Thứ Ba, 25/12/2012 - 10:03", datetime(2012, 12, 25, 10, 3), "minute"),
        (
            "Thứ hai, ngày 04 tháng 06 năm 2012 cập nhật lúc 14:22",
            datetime(2012, 6, 4, 14, 22),
            "minute",
        ),
        ("(09:25:30 AM 21/04/2018)", datetime(2018, 4, 21, 9, 25, 30), "second"),
        ("15:20 PM | 21/12/2012", datetime(2012, 12, 21, 15, 20), "minute"),
        ("21/12/2012 | 12:00 AM", date(2012, 12, 21), "day"),
        (
            "Đời sống | Cập nhật thứ hai, ngày 24/12/12 11:05 tối",
            datetime(2012, 12, 24, 23, 5),
            "minute",
        ),
    ],
)
def test_a_dateline_under_the_title_is_read(line: str, published: date, precision: str) -> None:
    article = read(above=f"<div>{line}</div>")
    assert article.published == published
    assert article.published_precision == precision
    assert line not in article.text


def test_an_update_label_in_an_empty_line_of_its_own_does_not_hide_the_date() -> None:
    article = read(above="<div><span>Cập nhật:</span></div><div>Cập nhật 09/8/2023</div>")
    assert article.published == date(2023, 8, 9)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (f"{TITLE} 14/06/2018", TITLE),
        (f"{TITLE} (28/04/2014)", TITLE),
        (f"{TITLE}(05/03/2021)", TITLE),
        (f"{TITLE} - Cập nhật: 05/03/2021", TITLE),
        (f"{TITLE} | 21/12/2012 - 08:04", TITLE),
    ],
)
def test_a_date_at_the_end_of_the_title_line_is_cut_off_and_read(line: str, title: str) -> None:
    article = read(title=line)
    assert article.title == title
    assert article.published is not None


@pytest.mark.parametrize(
    "title",
    [
        "Thông báo nghỉ lễ từ ngày 30/04/2021 đến ngày 03/05/2021",
        "Hội nghị giao ban ngày 14/06/2018",
        "Thông báo lịch cúp nước đến 14/06/2018",
        "Kết quả quan trắc đợt 14/06/2018",
        "14/06/2018",
    ],
)
def test_a_date_that_the_title_speaks_of_stays_in_it(title: str) -> None:
    assert split_title(title) == (title, None)


def test_the_day_of_the_visit_in_the_head_is_not_taken() -> None:
    article = read(top=CLOCK, above="<div>15/09/2015</div>")
    assert article.published == date(2015, 9, 15)


@pytest.mark.parametrize(
    "clock",
    ["Thứ Tư, ngày 17/07/2024", "Thứ 7, 23/11/2019, 3h:55:19", "Thứ sáu, 23/04/2021 19:32 GMT+7"],
)
def test_an_article_without_a_date_gets_none_from_the_head(clock: str) -> None:
    assert read(top=f"<div>{clock}</div>").published is None


def test_a_date_above_the_headline_may_lead_to_the_archive_of_that_day() -> None:
    day = "<ul class='thong-tin'><li><a href='/ngay/'><span>15/09/2021</span></a></li></ul>"
    body = page().replace(b"<h1>", day.encode() + b"<h1>")
    assert extract(body, url="http://hason.example/tin").published == date(2021, 9, 15)


def test_the_days_of_events_in_the_text_are_not_taken() -> None:
    text = (
        "Ngày 8/7/2024, Trung tâm Quan trắc tỉnh Hà Sơn tổ chức hội thảo về nước dưới đất với hơn "
        "tám mươi đại biểu của mười hai huyện miền núi tham dự.",
        *PARAGRAPHS[1:],
        "Hội thảo tiếp theo dự kiến diễn ra vào ngày 16/72/2020 và ngày 17 tháng 7 năm 2013.",
    )
    assert read(above="<div>07/08/2024</div>", paragraphs=text).published == date(2024, 8, 7)
    assert read(paragraphs=text).published is None


def test_the_dates_of_related_items_are_not_taken() -> None:
    tail = (
        "<div class='tinlienquan'><b>Tin liên quan</b><ul>"
        "<li><a href='/a'>Lấy mẫu nước tại huyện Mường Chà</a> (26/12/2017)</li>"
        "<li><a href='/b'>Tập huấn cho cán bộ xã về quan trắc</a> (25/12/2017)</li></ul></div>"
    )
    assert read(below=tail).published is None
    assert read(above="<p>03/01/2018</p>", below=tail).published == date(2018, 1, 3)


def test_published_and_updated_are_told_apart() -> None:
    article = read(above="<div>Ngày đăng: 01/02/2018 | Cập nhật: 03/02/2018 10:15</div>")
    assert article.published == date(2018, 2, 1)
    assert article.updated == datetime(2018, 2, 3, 10, 15)


def test_the_portals_zone_is_given_to_times_without_offset_only() -> None:
    plain = read(above="<div>14/06/2018 07:22</div>", portal=PORTAL)
    offset = read(above="<div>14/06/2018 07:22 GMT+9</div>", portal=PORTAL)
    assert plain.published == datetime(2018, 6, 14, 7, 22, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert isinstance(offset.published, datetime)
    assert offset.published.utcoffset() == timedelta(hours=9)


def test_a_date_after_the_day_of_fetching_is_a_misreading() -> None:
    fetched_at = datetime(2018, 6, 14, 3, 0, tzinfo=UTC)
    body = page(above="<div>14/07/2018</div>")
    assert extract(body, fetched_at=fetched_at).published is None
    assert extract(body).published == date(2018, 7, 14)


def test_metadata_gives_the_date_where_none_is_printed() -> None:
    head = '<meta property="article:published_time" content="2018-06-14T07:22:11+07:00">'
    article = read(head=head)
    assert article.published == datetime(2018, 6, 14, 7, 22, 11, tzinfo=VIETNAM)
    assert article.evidence["published"].rule == "meta article:published_time"


def test_an_instant_given_in_utc_gets_the_day_and_the_offset_of_the_printed_time() -> None:
    head = '<meta property="article:published_time" content="2018-06-13T20:05:00Z">'
    article = read(head=head, above="<div class='date'>Thứ Năm, 14/06/2018 03:05</div>")
    assert article.published == datetime(2018, 6, 14, 3, 5, tzinfo=VIETNAM)
    assert isinstance(article.published, datetime)
    assert article.published.date() == date(2018, 6, 14)


def test_an_instant_given_in_utc_gets_the_day_that_the_address_names() -> None:
    head = '<meta property="article:published_time" content="2018-06-15T02:25:54Z">'
    url = "https://hason.example/2018/06/14/tap-huan"
    far = "https://hason.example/2018/06/11/tap-huan"
    assert read(head=head, url=url).published == date(2018, 6, 14)
    assert read(head=head, url=far).published == datetime(2018, 6, 15, 2, 25, 54, tzinfo=UTC)


def test_a_time_without_offset_that_is_also_given_in_utc_is_utc() -> None:
    head = (
        '<meta property="article:published_time" content="2018-06-13T20:05:00.074">'
        '<meta name="datePublished" content="2018-06-13T20:05:00.074Z">'
    )
    article = read(head=head, above="<div>14/06/2018 03:05</div>")
    assert article.published == datetime(2018, 6, 14, 3, 5, tzinfo=VIETNAM)


def test_two_who_are_independent_are_believed_against_the_third() -> None:
    head = '<meta itemprop="datePublished" content="2019-12-16">'
    url = "https://hason.example/2018/06/14/tap-huan"
    assert read(head=head, url=url, above="<div>14/06/2018</div>").published == date(2018, 6, 14)


def test_the_folders_of_an_address_keep_the_first_day_of_an_article_that_is_published_anew() -> (
    None
):
    head = '<meta property="article:published_time" content="2019-06-17T18:28:00+07:00">'
    folders = read(head=head, url="https://hason.example/2017/7/12/tap-huan")
    draft = read(head=head, url="https://hason.example/tap-huan-20170712-p5e")
    assert folders.published == date(2017, 7, 12)
    assert draft.published == datetime(2019, 6, 17, 18, 28, tzinfo=VIETNAM)


def test_print_that_stands_clear_is_believed_against_metadata_of_another_year() -> None:
    head = '<meta property="article:published_time" content="2024-01-02T08:00:00+07:00">'
    article = read(head=head, above="<div class='date'>14/06/2018</div>")
    assert article.published == date(2018, 6, 14)


def test_which_of_two_figures_is_the_month_is_told_by_others() -> None:
    head = '<meta property="article:published_time" content="2018-03-04T07:22:00+07:00">'
    above = "<div>3/4/2018 07:22</div>"
    assert read(above=above).published == datetime(2018, 4, 3, 7, 22)
    told = read(head=head, above=above).published
    assert told == datetime(2018, 3, 4, 7, 22, tzinfo=VIETNAM)


def test_the_names_of_a_time_element_say_what_it_is() -> None:
    published = "<p><time class='entry-date published' datetime='2018-06-14'>14/06/2018</time></p>"
    updated = "<p><time class='updated' datetime='2018-06-20T10:15'>20/06/2018</time></p>"
    text = (*PARAGRAPHS[:4], *PARAGRAPHS[:2])
    within = "".join(f"<p>{paragraph}</p>" for paragraph in text[:4]) + published
    article = read(above=within + updated, paragraphs=text)
    assert article.published == date(2018, 6, 14)
    assert read(above=f"<p>14/06/2018</p>{updated}").updated == datetime(2018, 6, 20, 10, 15)


def test_a_row_of_links_that_calls_itself_small_print_gives_its_date() -> None:
    above = (
        "<div class='post-meta'><a href='/2018/06/14/'>14/06/2018</a> <a href='/a'>Ngọc Lan</a>"
        " <a href='/b'>Không có bình luận</a> <a href='/c'>Quan trắc, Nước dưới đất</a></div>"
    )
    assert read(above=above).published == date(2018, 6, 14)


def test_a_blogs_line_on_its_entry_gives_the_date() -> None:
    line = (
        "This entry was posted on Thursday, June 14th, 2018 at 5:30 pm and is filed under Water and"
        " Wells. You can follow any responses to this entry through the feed. You can leave a"
        " response, or trackback from your own site."
    )
    article = read(end=f"<p class='postmetadata'><small>{line}</small></p>")
    assert article.published == datetime(2018, 6, 14, 17, 30)


def test_what_a_wiki_says_of_its_page_is_better_than_nothing() -> None:
    foot = (
        "<ul><li class='lastmod'>Diese Seite wurde zuletzt am 29. Januar 2020 geändert.</li></ul>"
    )
    article = read(below="<p><a href='/x'>Trang khác</a></p>" * 30 + foot)
    assert article.published == date(2020, 1, 29)


def test_a_date_at_the_end_of_the_pages_title_is_better_than_nothing() -> None:
    head = f'<meta property="og:title" content="{TITLE} | Tin tức | 14.06.2018">'
    assert read(head=head).published == date(2018, 6, 14)


def test_scripts_are_asked_where_nothing_else_tells_and_only_if_they_agree() -> None:
    one = '<script>var page = {"publishDate": "2018-06-14T07:22:00"};</script>'
    other = '<script>var next = {"publishDate": "2019-01-02T07:22:00"};</script>'
    assert read(head=one).published == datetime(2018, 6, 14, 7, 22)
    assert read(head=one + other).published is None
    assert read(head=one, above="<div>15/06/2018</div>").published == date(2018, 6, 15)


def test_of_several_articles_in_json_ld_the_pages_own_is_read() -> None:
    nodes = [
        {"@type": "NewsArticle", "url": f"https://hason.example/{name}", "datePublished": day}
        for name, day in (("khac", "2019-01-02"), ("tap-huan", "2018-06-14"))
    ]
    head = (
        "<link rel='canonical' href='https://hason.example/tap-huan'>"
        f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    )
    assert read(head=head).published == date(2018, 6, 14)


def test_an_update_is_known_although_the_day_of_publishing_is_not() -> None:
    head = '<meta property="article:modified_time" content="2018-06-20T10:15:00+07:00">'
    article = read(head=head)
    assert article.published is None
    assert article.updated == datetime(2018, 6, 20, 10, 15, tzinfo=VIETNAM)


def test_metadata_gives_the_time_of_a_printed_update() -> None:
    head = '<meta property="article:modified_time" content="2018-02-03T10:15:00+07:00">'
    article = read(head=head, above="<div>Ngày đăng: 01/02/2018 | Cập nhật: 03/02/2018</div>")
    assert article.published == date(2018, 2, 1)
    assert article.updated == datetime(2018, 2, 3, 10, 15, tzinfo=VIETNAM)


def test_a_time_element_gives_its_precision_to_the_date_it_prints() -> None:
    above = '<p><time datetime="2018-06-14T08:40:32+07:00">14 tháng 6 năm 2018</time></p>'
    article = read(above=above)
    assert article.published == datetime(2018, 6, 14, 8, 40, 32, tzinfo=VIETNAM)
    assert article.published_precision == "second"


def test_a_vietnamese_page_in_an_american_frame_keeps_its_days_first() -> None:
    assert read(above="<p>08/01/2018</p>", language="en-US").published == date(2018, 1, 8)


def test_an_american_page_has_its_months_first() -> None:
    text = (
        "The county opened a training course on groundwater for the staff of twelve districts on "
        "Tuesday, with more than eighty people taking part in the first lesson.",
        "The course lasts for five days and has three days of field work near the village, said "
        "the head of the survey, and the districts will take samples each quarter afterwards.",
        "Participants also learned how to read maps of the aquifers and how to tell early that "
        "wells turn salty, which has happened near the coast for several years now.",
    )
    title = "County opens training course on groundwater for the staff of twelve districts"
    american = read(title=title, paragraphs=text, above="<p>08/01/2018</p>", language="en-US")
    british = read(title=title, paragraphs=text, above="<p>08/01/2018</p>", language="en-GB")
    assert american.published == date(2018, 8, 1)
    assert british.published == date(2018, 1, 8)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://hason.example/tin/2018/06/14/tap-huan", date(2018, 6, 14)),
        ("https://hason.example/portal/Pages/2024-5-17/tap-huan.aspx", date(2024, 5, 17)),
        ("https://hason.example/tin/20180614/tap-huan.html", date(2018, 6, 14)),
        ("https://hason.example/index.php/news/02-03-2021-0", date(2021, 3, 2)),
        ("https://hason.example/2018/jun/14/training", date(2018, 6, 14)),
        ("https://hason.example/tin/tap-huan-20181399.html", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_an_address_may_hold_the_day(url: str | None, day: date | None) -> None:
    moment = date_of_address(url, latest=None)
    assert (moment.value if moment else None) == day


def test_the_address_is_asked_only_where_the_page_is_silent() -> None:
    url = "https://hason.example/2018/06/14/tap-huan"
    assert read(url=url).published == date(2018, 6, 14)
    assert read(url=url, above="<p>Ngày đăng: 15/06/2018</p>").published == date(2018, 6, 15)


def test_a_date_glued_to_the_lead_is_better_than_none() -> None:
    text = (f"10/02/2025TN&amp;MT{PARAGRAPHS[0]}", *PARAGRAPHS[1:])
    assert read(paragraphs=text).published == date(2025, 2, 10)
