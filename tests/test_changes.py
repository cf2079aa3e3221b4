"""What counts as a change between two readings, and what merely flickers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from archived import NOW, article

from scraper.changes import changed_fields, compare, flickers
from scraper.records import Article, Attachment, Block, Figure, Version


@pytest.mark.parametrize(
    "line",
    [
        "Lượt xem: 1.203",
        "Số lượt xem: 12",
        "Tổng số lượt truy cập: 90.000",
        "Đã xem 17 lần",
        "(Đã xem: 17)",
        "17 lượt xem",
        "Bài viết này đã được xem 17 lần",
        "Views: 1,2k",
        "12 views",
        "3 giờ trước",
        "Cập nhật 5 phút trước",
        "2 hours ago",
        "Vừa xong",
        "Đang online: 31",
        "Bình luận (3)",
        "Đánh giá: 4.5/5 (23 lượt)",
        "Lượt xem: 12 | Bình luận: 2",
        "Hôm nay, thứ Năm, 26/11/2026 10:12",
        "Thời gian tải trang: 0.31 giây",
    ],
)
def test_a_counter_or_an_age_flickers(line: str) -> None:
    assert flickers(line)


@pytest.mark.parametrize(
    "line",
    [
        "Ngày 14/6/2018",
        "Có 5 người bị thương.",
        "12 lượt tàu qua cảng",
        "Xem: Quyết định 15",
        "Số 12/2019/TT-BTNMT",
        "Lần 2",
        "Điểm 10",
        "3 ngày trước bão, cảng đóng cửa",
        "2 năm trước, xã đã có điện",
        "Hôm nay 5/6 trời mưa",
        "Thời gian: 8 giờ 30",
        "123",
        "",
        "Lượt xem trang của Bộ năm 2018 đã vượt 1.203.000, gấp đôi năm trước, theo Cục.",
    ],
)
def test_a_line_that_tells_something_does_not_flicker(line: str) -> None:
    assert not flickers(line)


def with_file(url: str, title: str = "Phụ lục") -> Article:
    return article(attachments=(Attachment(url=url, title=title),))


BLANK = article(text="Đoàn công tác  làm việc\xa0tại xã An Phú.")
FILE = "http://demo.example/a.pdf"
FLICKERS: dict[str, tuple[Article, Article]] = {
    "blanks": (article(), BLANK),
    "a soft hyphen": (article("Đoàn công tác."), article("Đoàn công\u00ad tác.")),
    "a zero-width space": (article("Đoàn công tác."), article("Đoàn\u200b công tác.")),
    "decomposed letters": (article("Đoàn công tác."), article("Đoàn co\u0302ng ta\u0301c.")),
    "an empty paragraph": (article("A b.\n\nC d."), article("A b.\n\n \n\nC d.")),
    "a counter": (article("A.\n\nLượt xem: 1\n\nB."), article("A.\n\nLượt xem: 2\n\nB.")),
    "a counter that is new": (article("A.\n\nB."), article("A.\n\nLượt xem: 2\n\nB.")),
    "a session": (with_file(f"{FILE};jsessionid=A1"), with_file(f"{FILE};jsessionid=B2")),
    "another session": (with_file(f"{FILE}?sid={'a1' * 16}"), with_file(f"{FILE}?sid={'b2' * 16}")),
    "a stamp": (with_file(f"{FILE}?t=1700000000"), with_file(f"{FILE}?t=1700000001")),
    "a random number": (with_file(f"{FILE}?x=1&r=0.123"), with_file(f"{FILE}?r=0.4&x=1")),
    "a signature": (with_file(f"{FILE}?token=abc"), with_file(f"{FILE}?token=def")),
    "downloads": (with_file(FILE, "Tệp (12 lượt tải)"), with_file(FILE, "Tệp (13 lượt tải)")),
    "an image": (
        article(figures=(Figure(image="/1.jpg?v=1", caption="Bến"),)),
        article(figures=(Figure(image="/1.jpg?v=2", caption="Bến"),)),
    ),
    "the order of pictures": (
        article(figures=(Figure(image="1", caption="A"), Figure(image="2", caption="B"))),
        article(figures=(Figure(image="2", caption="B"), Figure(image="1", caption="A"))),
    ),
    "another way to write a moment": (
        article(published=datetime(2018, 6, 14, 8, tzinfo=UTC)),
        article(published=datetime(2018, 6, 14, 15, tzinfo=timezone(timedelta(hours=7)))),
    ),
}


@pytest.mark.parametrize("kind", FLICKERS)
def test_what_flickers_is_no_change(kind: str) -> None:
    before, after = FLICKERS[kind]
    assert repr(before) != repr(after)
    assert changed_fields(before, after) == ()


CHANGES: dict[str, tuple[Article, Article, tuple[str, ...]]] = {
    "a comma": (article("Xong, nay về."), article("Xong nay về."), ("text",)),
    "a digit": (article("Có 5 xã."), article("Có 6 xã."), ("text",)),
    "a quotation mark": (article('"Có" nói.'), article("“Có” nói."), ("text",)),
    "a tone mark's place": (article("hoà"), article("hòa"), ("text",)),
    "the order of paragraphs": (article("A.\n\nB."), article("B.\n\nA."), ("text",)),
    "a break": (article("A. B."), article("A.\n\nB."), ("text",)),
    "a lead": (article(), article(lead="Khác"), ("lead", "text")),
    "where the lead ends": (
        article("Khác.", lead="Một."),
        article("Một.\n\nKhác.", lead=None),
        ("lead",),
    ),
    "a file": (with_file(f"{FILE}?id=1"), with_file(f"{FILE}?id=2"), ("attachments",)),
    "a file's version": (
        with_file(f"{FILE}?version=1.0"),
        with_file(f"{FILE}?version=1.1"),
        ("attachments",),
    ),
    "one of two same pictures": (
        article(figures=(Figure(image="1", caption="A"), Figure(image="2", caption="A"))),
        article(figures=(Figure(image="1", caption="A"),)),
        ("captions",),
    ),
    "a time": (article(), article(published=datetime(2018, 6, 14, 8)), ("published",)),
    "the order of authors": (
        article(authors=("A", "B")),
        article(authors=("B", "A")),
        ("authors",),
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_named_by_its_fields(kind: str) -> None:
    before, after, fields = CHANGES[kind]
    assert changed_fields(before, after) == fields


def version(number: int, **changes: Any) -> Version:
    return Version(
        article_id="demo:1",
        number=number,
        first_seen_at=NOW,
        last_seen_at=NOW,
        article=article(**changes),
        kind="edit",
    )


def test_two_versions_are_compared_field_by_field_and_word_by_word() -> None:
    blocks = (Block(kind="paragraph", text="Đoàn công tác làm việc tại xã An Bình."),)
    found = compare(version(1), version(2, blocks=blocks, updated=date(2018, 7, 1)))
    assert found.fields == ("text", "updated")
    assert found.announced
    assert [run.text for run in found.text if run.op != "equal"] == ["Phú", "Bình"]
    assert "".join(run.text for run in found.text if run.op != "delete").endswith("An Bình.")
    assert [run.op for run in found.title] == ["equal"]


def test_a_change_without_another_date_is_not_announced() -> None:
    assert not compare(version(1), version(2, title="Khác")).announced
