"""[[layout]] selectors win over reading by itself."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scraper.extraction.article import extract
from scraper.extraction.layout import without_label
from scraper.records import Article, Cron, Layout, Portal

NEVER = Cron(line="", minutes=(), hours=(), days=(), months=(), weekdays=(), either_day=False)
PARAGRAPHS = (
    "Kho thóc giống của tỉnh vừa nhập thêm bốn trăm tấn giống lúa chịu mặn cho vụ đông xuân.",
    "Mỗi hộ ở ba huyện ven biển được mua tối đa một trăm ki-lô-gam với giá bằng sáu phần mười.",
    "Danh sách các hộ được niêm yết tại trụ sở ủy ban xã trong mười ngày trước khi phát giống.",
)
PAGE = f"""<html><body><h1>Cổng thông tin nông nghiệp</h1>
<div class=hd><span id=ctl00_lblTitle>Nhập thêm giống lúa chịu mặn</span></div>
<div id=sapo>Tin từ Kho giống tỉnh.</div>
<div><span class=d1>Ngày đăng: 05/06/2019</span></div>
<div><span class=d2>Cập nhật: 07/06/2019 08:30</span></div>
<div id=nd>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}
<img src=/a.jpg><p class=ct>Xe chở giống. Ảnh: Ba Tre</p></div>
<div class=ng>Nguồn: Theo Báo Đồng Bằng</div><b class=tg>Út Lành</b>
<ul class=tep><li><a href=/f/ds.pdf>Danh sách</a></li></ul></body></html>"""


def read(*layouts: Layout) -> Article:
    portal = Portal(
        name="khogiong",
        home="http://khogiong.vn/",
        timezone="Asia/Ho_Chi_Minh",
        cron=NEVER,
        layouts=layouts,
    )
    return extract(PAGE.encode(), url="http://khogiong.vn/tin/12.html", portal=portal)


def test_every_field_can_be_selected() -> None:
    article = read(
        Layout(
            title="#ctl00_lblTitle",
            lead="#sapo",
            text="#nd",
            published=".d1",
            updated=".d2",
            source=".ng",
            authors=".tg",
            captions=".ct",
            attachments=".tep",
        )
    )
    assert article.title == "Nhập thêm giống lúa chịu mặn"
    assert article.lead == "Tin từ Kho giống tỉnh."
    assert [block.text for block in article.blocks] == [*PARAGRAPHS]
    assert (article.published, article.published_precision) == (date(2019, 6, 5), "day")
    assert article.updated == datetime(2019, 6, 7, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert article.source == "Báo Đồng Bằng"
    assert article.authors == ("Út Lành",)
    assert [(f.image, f.caption, f.credit) for f in article.figures] == [
        ("http://khogiong.vn/a.jpg", "Xe chở giống. Ảnh: Ba Tre", "Ba Tre")
    ]
    assert [file.url for file in article.attachments] == ["http://khogiong.vn/f/ds.pdf"]
    assert article.read_by == "layout"
    assert article.evidence["title"].rule == "layout"
    assert article.evidence["published"].rule == "layout"


def test_what_is_not_selected_is_read_as_ever() -> None:
    article = read(Layout(title="#ctl00_lblTitle"))
    assert article.title == "Nhập thêm giống lúa chịu mặn"
    assert PARAGRAPHS[1] in article.text
    assert article.captions == ("Xe chở giống. Ảnh: Ba Tre",)


def test_the_first_layout_that_fits_is_used() -> None:
    other = Layout(title="#none", source=".d1")
    assert read(other, Layout(title=".tg")).title == "Út Lành"
    assert read(other).source != "05/06/2019"


def test_a_layout_that_fits_nowhere_changes_nothing() -> None:
    article = read(Layout(title="#none", text=".none"))
    assert article.read_by == "general"
    assert PARAGRAPHS[0] in article.text


def test_a_selected_date_that_names_no_date_leaves_the_general_reading() -> None:
    assert read(Layout(title="#ctl00_lblTitle", published="#sapo")).published == date(2019, 6, 5)


def test_a_source_line_loses_its_label_and_a_leading_theo() -> None:
    for line in ("Nguồn: Báo A", "Nguồn tin:Theo Báo A", "(Theo Báo A)", "Theo: Báo A", "Báo A"):
        assert without_label(line) == "Báo A"
