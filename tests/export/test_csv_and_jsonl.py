"""CSV, JSON Lines and JSON objects."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from archived import NOW, article, bare, link, save, writing
from exported import found

from scraper.archive.archive import Archive
from scraper.export.export import article_json, export_stream, stored_json
from scraper.records import Article, Attachment, Evidence, Figure

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def rows_of(opened: tuple[Archive, int], *articles: Article) -> list[dict[str, str]]:
    """The CSV rows of articles, read as a spreadsheet reads them."""
    archive, run = opened
    for number, read in enumerate(articles):
        save(archive, read, run=run, key=str(number))
    out = io.BytesIO()
    assert export_stream(found(archive), "csv", out=out) == len(articles)
    text = out.getvalue().decode()
    assert text.startswith("\ufeffid,portal,")
    return sorted(
        csv.DictReader(io.StringIO(text[1:], newline=""), strict=True),
        key=lambda row: row["id"],
    )


def test_an_article_is_a_json_object_with_every_field() -> None:
    read = article(
        published=datetime(2018, 6, 14, 15, 20, tzinfo=VIETNAM),
        published_precision="minute",
        updated=date(2018, 6, 15),
        attachments=(Attachment(url="http://demo.example/a.pdf", title="Phụ lục"),),
    )
    assert article_json(read) == {
        "url": "http://demo.example/detail?id=1",
        "title": "Giá đất năm nay",
        "lead": "Sở vừa công bố bảng giá.",
        "text": "Sở vừa công bố bảng giá.\n\nĐoàn công tác làm việc tại xã An Phú.",
        "published": "2018-06-14T15:20:00+07:00",
        "published_precision": "minute",
        "updated": "2018-06-15",
        "source": "Cổng thông tin xã",
        "authors": ["Lê Minh"],
        "captions": ["Bến sông. Ảnh: LM"],
        "figures": [
            {"image": "http://demo.example/1.jpg", "caption": "Bến sông. Ảnh: LM", "credit": None}
        ],
        "attachments": [{"url": "http://demo.example/a.pdf", "title": "Phụ lục"}],
        "tags": ["đất đai"],
        "language": "vi",
        "read_by": "general",
        "evidence": {"title": {"rule": "heading", "text": "Giá đất năm nay"}},
    }


def test_what_the_page_does_not_say_is_null_or_empty() -> None:
    made = article_json(bare("A"))
    assert (made["published"], made["source"], made["lead"]) == (None, None, None)
    assert (made["authors"], made["figures"], made["evidence"]) == ([], [], {})


def test_an_article_of_a_portal_says_its_id() -> None:
    made = article_json(bare("A", id="demo:1:2"))
    assert (made["id"], made["portal"]) == ("demo:1:2", "demo")


def test_an_archived_article_says_what_the_archive_knows(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    made = stored_json(archive.article("demo:1"))
    assert (made["id"], made["portal"], made["versions"]) == ("demo:1", "demo", 1)
    assert made["first_seen_at"] == made["last_seen_at"] == NOW.isoformat()
    assert made["addresses"] == [link().url]


def test_json_lines_are_one_object_a_line(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, bare("Một\u2028dòng", "hai\n\nba\u2029"), run=run, key="1")
    save(archive, bare("Đất"), run=run, key="2")
    out = io.BytesIO()
    assert export_stream(found(archive), "jsonl", out=out) == 2
    lines = out.getvalue().decode().splitlines()
    assert sorted(json.loads(line)["title"] for line in lines) == ["Một\u2028dòng", "Đất"]
    assert "Đất" in out.getvalue().decode()


def test_a_csv_row_is_an_article(opened: tuple[Archive, int]) -> None:
    read = article(
        authors=("Lê Minh", "An"),
        figures=(Figure(image=None, caption="Một; hai"), Figure(image=None, caption="Ba")),
        attachments=(Attachment(url="http://demo.example/a.pdf", title="x"),),
    )
    (row,) = rows_of(opened, read)
    assert (row["id"], row["title"], row["published"]) == ("demo:0", read.title, "2018-06-14")
    assert (row["authors"], row["captions"]) == ("Lê Minh; An", "Một; hai\nBa")
    assert (row["text"], row["attachments"]) == (read.text, "http://demo.example/a.pdf")
    assert row["updated"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_csv_cell_is_a_formula(opened: tuple[Archive, int], start: str) -> None:
    (row,) = rows_of(opened, bare(f'{start}HYPERLINK("x")', source=f"{start}1", authors=(start,)))
    assert row["title"] == f'\'{start}HYPERLINK("x")'
    assert (row["source"], row["authors"]) == (f"'{start}1", f"'{start}")


def test_commas_quotes_and_lines_stay_within_their_cell(opened: tuple[Archive, int]) -> None:
    title = 'Một, "hai"\nba; bốn'
    assert [row["title"] for row in rows_of(opened, bare(title), bare("B"))] == [title, "B"]


def test_nothing_found_is_a_csv_with_its_head_alone(opened: tuple[Archive, int]) -> None:
    assert rows_of(opened) == []


def nasty(number: int) -> Article:
    """An article of what formats stumble over."""
    signs = (
        '"',
        "\\",
        "\x01\x1f",
        "\u2028\u2029",
        "a,b;c",
        "dòng\r\nhai\n",
        "\U0001f33e",
        "\ufeff",
        "",
    )
    sign = signs[number % len(signs)]
    return article(
        f"Đoạn {sign} một.\n\nĐoạn hai{sign}",
        url=f"http://demo.example/{number}?a={sign}",
        title=f"Tên {sign}{number}",
        lead=(None, "", sign)[number % 3],
        published=(None, date(2018, 1, 2), datetime(2018, 1, 2, 3, 4, 5, 678, tzinfo=VIETNAM))[
            number % 3
        ],
        updated=(datetime(2019, 1, 1, 8, 0), None)[number % 2],
        source=(None, sign)[number % 2],
        authors=(sign, "Lê; Minh"),
        figures=(
            Figure(image=sign, caption=None, credit=sign),
            Figure(image=None, caption=f"Ảnh {sign}"),
            Figure(image=None, caption=""),
        ),
        attachments=(Attachment(url=f"http://demo.example/{sign}", title=None),),
        tags=(),
        evidence={sign: Evidence(rule=sign, text=sign), "title": Evidence(rule="a", text=sign)},
    )


def test_json_lines_are_what_each_article_is_as_json(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for number in range(40):
        now = NOW + timedelta(microseconds=number * 250_000)
        save(archive, nasty(number), run=run, key=str(number), now=now)
    save(archive, nasty(0), run=run, key="1", now=NOW + timedelta(days=1))  # a second version
    stood = found(archive)
    expected = {stored.id: stored_json(stored) for stored in archive.articles(stood.numbers)}
    out = io.BytesIO()
    assert export_stream(stood, "jsonl", out=out) == 40
    lines = out.getvalue().decode().splitlines()
    made = {one["id"]: one for one in map(json.loads, lines)}
    assert made == expected
    assert list(made["demo:1"]) == list(expected["demo:1"])  # in the same order, too
    assert made["demo:1"]["versions"] == 2


def test_csv_cells_are_what_each_article_is_as_json(opened: tuple[Archive, int]) -> None:
    rows = rows_of(opened, *(nasty(number) for number in range(40)))
    for row in rows:
        expected = stored_json(opened[0].article(row["id"]))
        for name in ("authors", "tags"):
            expected[name] = "; ".join(expected[name])
        expected["attachments"] = [one["url"] for one in expected["attachments"]]
        for name in ("captions", "attachments", "addresses"):
            expected[name] = "\n".join(expected[name])
        for name, cell in row.items():
            said = "" if expected[name] is None else str(expected[name])
            assert cell in (said, f"'{said}"), name


@pytest.mark.parametrize("start", ["  =", "\u00a0@", "\n=", "＝", "　＋"])
def test_no_csv_cell_is_a_formula_behind_spaces_or_in_wide_letters(
    opened: tuple[Archive, int], start: str
) -> None:
    (row,) = rows_of(opened, bare(f"{start}1+1"))
    assert row["title"] == f"'{start}1+1"


def test_a_text_too_long_for_excel_is_whole_and_said(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, bare("Dài", "đ" * 40_000), run=run, key="1")
    save(archive, bare("Ngắn", "đ" * 32_767), run=run, key="2")
    out, stood = io.BytesIO(), found(archive)
    export_stream(stood, "csv", out=out)
    assert "đ" * 40_000 in out.getvalue().decode()
    (note,) = stood.notes
    assert "demo:1" in note
    assert "demo:2" not in note
    assert "32,767" in note


def test_an_article_of_a_family_names_its_first(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, bare("A"), run=run, key="1")
    save(archive, bare("B"), run=run, key="2")
    with closing(sqlite3.connect(archive.path)) as plain:
        plain.execute("UPDATE articles SET family = 1")
        plain.commit()
    assert stored_json(archive.article("demo:2"))["family"] == "demo:1"
    assert archive.article("demo:1").family == "demo:1"
