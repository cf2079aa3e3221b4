"""The page this project was asked for, in ten markups: each must give the same article."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from seed_shapes import HOME, IMAGES, SHAPES, SeedText

from scraper import extract
from scraper.records import Article

ADDRESS = f"{HOME}default.aspx?page=tmv_chitiettin&cat=members&lang=vi&zoneid=5&contentid=3343"
FETCHED_AT = datetime(2024, 7, 17, 3, 0, tzinfo=UTC)  # the day that the clock in the head shows
SEED_FILE = Path(__file__).parents[2].parent / "shared" / "seed" / "article.txt"

OWN = SeedText(
    title="Tăng cường quản lý, khai thác hiệu quả tư liệu bản đồ của ngành đo đạc",
    date_text="21/09/2017",
    lead=(
        "Sáng ngày 20/9, tại Hà Nội, Phó Cục trưởng Đỗ Hải Lam đã chủ trì buổi làm việc với các "
        "đơn vị lưu trữ về phương án số hóa kho bản đồ giấy và kế hoạch khai thác chung giai đoạn "
        "2018 - 2020. Cùng dự có đại diện Vụ Khoa học và Công nghệ, Văn phòng Cục."
    ),
    captions=(
        "Phó Cục trưởng Đỗ Hải Lam phát biểu tại buổi làm việc",
        "Quang cảnh buổi làm việc",
    ),
    paragraphs=(
        "Báo cáo tại buổi làm việc, Trung tâm Thông tin cho biết kho hiện lưu giữ hơn 60 nghìn tờ "
        "bản đồ các tỷ lệ từ 1/5.000 đến 1/100.000, trong đó gần một phần ba đã ố vàng, rách mép "
        "và chưa có bản sao. Theo báo cáo của Trung tâm, nếu giữ tiến độ như hiện nay thì phải mất "
        "chín năm mới quét xong toàn bộ.",
        "Các đại biểu cho rằng cần ưu tiên những tờ bản đồ được tra cứu nhiều, đồng thời "
        "thống nhất một bảng mã chung để các đơn vị không phải làm lại công việc của nhau.",
        "Phát biểu kết luận, Phó Cục trưởng yêu cầu hoàn thiện phương án trước ngày 15/10, trong "
        "đó nêu rõ trách nhiệm của từng đơn vị, kinh phí từng năm và cách thức cung cấp tư liệu "
        "cho người dân, doanh nghiệp.",
        "Phó Cục trưởng cũng đề nghị Văn phòng Cục bố trí thêm phòng đọc, mua sắm máy quét khổ lớn "
        "và tổ chức lớp tập huấn cho cán bộ lưu trữ ngay trong quý IV năm nay.",
    ),
    source_line="Nguồn tin:Theo cổng TTĐT Cục Đo đạc",
)
SOURCE = "cổng TTĐT Cục Đo đạc"
DAY = date(2017, 9, 21)


def read(shape: str, text: SeedText) -> Article:
    page = SHAPES[shape](text).encode("utf-8")
    return extract(page, url=ADDRESS, content_type="text/html", fetched_at=FETCHED_AT)


@pytest.fixture(params=SHAPES)
def article(request: pytest.FixtureRequest) -> Article:
    return read(request.param, OWN)


def test_the_title_is_read_without_the_date_on_its_line(article: Article) -> None:
    assert article.title == OWN.title


def test_the_date_is_the_one_on_the_title_line_not_the_visit_day(article: Article) -> None:
    assert (article.published, article.published_precision) == (DAY, "day")
    assert article.updated is None


def test_the_lead_is_the_first_paragraph(article: Article) -> None:
    assert article.lead == OWN.lead


def test_both_captions_are_read(article: Article) -> None:
    assert article.captions == OWN.captions


def test_each_caption_stands_with_its_image(article: Article) -> None:
    wanted = tuple(HOME.rstrip("/") + image for image in IMAGES)
    assert tuple(figure.image for figure in article.figures) == wanted


def test_the_body_is_four_paragraphs_and_nothing_else(article: Article) -> None:
    assert tuple(block.text for block in article.blocks) == OWN.paragraphs


def test_the_source_is_what_follows_the_label(article: Article) -> None:
    assert article.source == SOURCE


def test_the_source_line_as_printed_is_evidence(article: Article) -> None:
    assert OWN.source_line in article.evidence["source"].text


def test_nobody_is_named_as_author(article: Article) -> None:
    assert article.authors == ()


@pytest.mark.skipif(not SEED_FILE.is_file(), reason="the seed's text is not in this place")
@pytest.mark.parametrize("shape", SHAPES)
def test_the_seed_text_gives_the_same_values_in_every_shape(shape: str) -> None:
    text = seed_text()
    article = read(shape, text)
    assert article.title == text.title
    assert (article.published, article.published_precision) == (date(2018, 6, 14), "day")
    assert article.lead == text.lead
    assert article.captions == text.captions
    assert tuple(block.text for block in article.blocks) == text.paragraphs
    assert article.source == "cổng TTĐT BTNMT"


def seed_text() -> SeedText:
    """The seed's parts, cut out of the text as a reader sees it."""
    lines = [line.strip() for line in SEED_FILE.read_text("utf-8").splitlines()]
    said = [line for line in lines if line]
    titled = re.fullmatch(r"(.*) (\d\d/\d\d/\d{4})", said[1])
    assert titled, "the second line is the title with its date"
    source = next(place for place, line in enumerate(said) if line.startswith("Nguồn tin"))
    return SeedText(
        title=titled[1],
        date_text=titled[2],
        lead=said[3],
        captions=(said[4], said[6]),
        paragraphs=(said[5], *said[7:source]),
        source_line=said[source],
    )
