"""What a citation says, whatever its format."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from archived import article, bare
from cited import LAST_SEEN, NASTY, PORTAL, cited, growing
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.export.atom import write_atom
from scraper.export.bibtex import cite_key, write_bibtex
from scraper.export.csl import write_csl
from scraper.export.references import cite, iso, reference, web_address
from scraper.export.ris import write_ris
from scraper.export.tei import text_id, write_tei


def test_an_article_is_cited_in_one_line(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": article()})
    assert cite(made.articles[0], made.about) == (
        "Lê Minh, “Giá đất năm nay”, Cổng thông tin Bộ Sông hồ (Cổng thông tin xã), 2018-06-14, "
        "http://demo.example/detail?id=1 (seen 2026-11-02). Archived as demo:1, version 1."
    )


def test_an_article_of_which_nothing_is_known_can_be_cited(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("")}, portal=None)
    assert cite(made.articles[0], made.about) == (
        "“[demo:1]”, demo.example, undated, http://demo.example/detail?id=1 (seen 2026-11-01). "
        "Archived as demo:1, version 1."
    )


def test_a_portal_without_a_title_is_called_by_its_host(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A")}, portal=replace(PORTAL, title=None))
    assert reference(made.articles[0], made.about).outlet == "www.songho.example"


def test_a_source_line_that_names_the_portal_itself_is_no_other_outlet(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": article(source="CỔNG THÔNG TIN BỘ SÔNG HỒ")})
    assert reference(made.articles[0], made.about).original is None


def test_the_day_of_access_is_the_portals_day(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A")})
    assert reference(made.articles[0], made.about).accessed == date(2026, 11, 2)


def test_a_zone_that_this_machine_does_not_know_is_utc(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A")}, portal=replace(PORTAL, timezone="Mars/Phobos"))
    assert reference(made.articles[0], made.about).accessed == date(2026, 11, 1)


def test_the_language_is_the_portals_where_the_page_says_none(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A"), "2": bare("B", language="en")})
    assert [reference(one, made.about).language for one in made.articles] == ["vi", "en"]


def test_a_page_that_is_gone_is_cited_as_gone(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": bare("A")})
    gone = replace(made.articles[0], gone_since=LAST_SEEN + timedelta(days=2))
    said = reference(gone, made.about)
    assert said.note == "Archived as demo:1, version 1; gone since 2026-11-04"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://bo.vn/tin?id=1&a=b;c#d", "http://bo.vn/tin?id=1&a=b;c#d"),
        ("http://bo.vn/Phụ lục.pdf", "http://bo.vn/Ph%E1%BB%A5%20l%E1%BB%A5c.pdf"),
        ("http://bo.vn/%C4%90%zz%", "http://bo.vn/%C4%90%25zz%25"),
        ("http://bo.vn/{a}\\[b]#c#d", "http://bo.vn/%7Ba%7D%5C%5Bb%5D#c%23d"),
        ("http://[2001:db8::1]:80/[a]", "http://[2001:db8::1]:80/%5Ba%5D"),
        ("http://[x/", "http://%5Bx/"),
        (" HTTPS://bo.vn/\x00 ", "HTTPS://bo.vn/"),
        ("javascript:alert(1)", None),
        ("/tin", None),
        ("", None),
    ],
)
def test_an_address_is_written_in_the_letters_of_addresses(url: str, address: str | None) -> None:
    assert web_address(url) == address


def test_an_offset_with_seconds_becomes_utc() -> None:
    old = datetime(1900, 1, 1, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert old.isoformat().count(":") == 4  # 12:00:00+07:06:30 or so
    assert datetime.fromisoformat(iso(old)) == old
    assert iso(old).endswith("+00:00")
    assert iso(datetime(2020, 1, 1, tzinfo=UTC)) == "2020-01-01T00:00:00+00:00"
    assert iso(date(2020, 1, 1)) == "2020-01-01"


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("_20+20%20")
def test_an_id_can_be_read_back_from_its_key(id: str) -> None:
    assert unquote(cite_key(id).replace("+", "%")) == id
    assert unquote(text_id(id).removeprefix("a.").replace("_", "%")) == id


@pytest.mark.parametrize(
    "write",
    [write_atom, write_bibtex, write_csl, write_ris, write_tei],
    ids=lambda one: one.__name__,
)
def test_each_article_is_written_before_the_next_but_one_is_read(
    write: Callable[..., int], tmp_path: Path
) -> None:
    made = cited(tmp_path, NASTY)
    out = io.StringIO(newline="")
    assert write(growing(made.articles, out), out, about=made.about) == len(NASTY)
