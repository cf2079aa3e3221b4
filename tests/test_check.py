"""`scraper check`: what it shows of a portal over HTTP, what it finds wrong, and that it writes
nothing."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import Answer, LittlePortal, page

from scraper.check import CheckedPage, check
from scraper.demo.demo import write_portal_file as write_demo_file
from scraper.demo.server import serve
from scraper.fetching.fetcher import Fetcher

ROBOTS_PATH = "/robots.txt"


@pytest.fixture
def published(desk: Path, little: LittlePortal) -> LittlePortal:
    little.publish(*range(1, 9))
    write_portal_file(desk, little)
    return little


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_check_writes_nothing_anywhere(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    before = everything_in(desk)
    assert scraper("check").code == 0
    assert everything_in(desk) == before


def test_a_check_leaves_an_archive_alone_even_one_that_cannot_be_read(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    (desk / "archive.db").write_bytes(b"no database")
    assert scraper("check").code == 0
    assert (desk / "archive.db").read_bytes() == b"no database"


def test_each_field_is_shown_with_where_it_came_from(
    published: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("check", "little", "--pages", "1")
    assert "little:8 read" in said.out
    (dated,) = [line for line in said.out.splitlines() if line.startswith("  published")]
    assert "2018-06-14" in dated
    assert 'after the title: "Ngày đăng: 14/06/2018"' in dated
    assert "little: 1 of 1 pages read; published on 1, source on 0" in said.err


def test_no_more_pages_are_asked_for_than_wanted(published: LittlePortal, scraper: Scraper) -> None:
    assert scraper("check", "--pages", "2").code == 0
    assert published.asked("/detail") == ["/detail.aspx?id=8", "/detail.aspx?id=7"]
    assert len(published.asked("/list")) <= 2


def test_robots_txt_is_asked_for_first_and_obeyed(
    published: LittlePortal, scraper: Scraper
) -> None:
    rules = b"User-agent: *\nDisallow: /detail.aspx?id=8\n"
    published.overrides[ROBOTS_PATH] = Answer(rules, headers=(("Content-Type", "text/plain"),))
    said = scraper("check", "--pages", "2", "--json")
    assert published.requests[0] == ROBOTS_PATH
    assert "/detail.aspx?id=8" not in published.requests
    kinds = [row["kind"] for row in rows(said.out) if row["stage"] == "article"]
    assert kinds == ["refused", "read"]
    assert said.code == 0


def test_json_is_one_object_a_page(published: LittlePortal, scraper: Scraper) -> None:
    said = scraper("check", "--pages", "2", "--json")
    listed, *others = rows(said.out)
    assert (listed["stage"], listed["kind"]) == ("source", "read")
    assert isinstance(listed["links"], list)
    assert listed["links"][0]["id"] == "little:8"
    articles = [row["article"] for row in others if row["stage"] == "article"]
    assert len(articles) == 2
    for article in articles:
        assert isinstance(article, dict)
        assert article["id"].startswith("little:")
        assert article["evidence"]["published"]["text"] == "Ngày đăng: 14/06/2018"


def test_a_page_that_is_no_article_is_shown_with_its_reason(
    published: LittlePortal, scraper: Scraper
) -> None:
    published.overrides["/detail.aspx?id=8"] = Answer(b"%PDF-1.7")
    published.overrides["/detail.aspx?id=7"] = Answer(b"gone", status=410)
    said = scraper("check", "--pages", "3")
    assert "little:8 refused (8 bytes): the answer is a PDF" in said.out
    assert "little:7 gone: the server answered 410" in said.out
    assert "little: 1 of 3 pages read" in said.err
    assert said.code == 0


def test_a_redirect_to_another_page_is_no_article(
    published: LittlePortal, scraper: Scraper
) -> None:
    published.overrides["/detail.aspx?id=8"] = Answer(
        b"", status=302, headers=(("Location", "/list?page=1"),)
    )
    said = scraper("check", "--pages", "1")
    assert "which is no article of this portal" in said.out
    assert said.code == 1


def test_a_portal_of_which_nothing_can_be_read_ends_with_1(
    published: LittlePortal, scraper: Scraper
) -> None:
    for number in range(1, 9):
        published.overrides[f"/detail.aspx?id={number}"] = Answer(b"down", status=500)
    said = scraper("check", "--pages", "2")
    assert said.code == 1
    assert "little: none of 2 pages could be read" in said.err


def test_a_list_that_fails_is_named_and_ends_with_1(
    published: LittlePortal, scraper: Scraper
) -> None:
    published.overrides["/list?page=1"] = Answer(b"down", status=503)
    said = scraper("check")
    assert said.code == 1
    assert "listing page 1 failed: the server answered 503" in said.out
    assert "list?page=1: the server answered 503" in said.err


def test_a_link_selector_that_matches_nothing_is_said(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    path = desk / "schedules" / "little.toml"
    written = path.read_text("utf-8").replace("pages = 1", 'pages = 1\nlink = ".title a"')
    path.write_text(written, encoding="utf-8")
    said = scraper("check")
    assert said.code == 1
    assert 'looked for link ".title a"' in said.err


def test_selectors_that_match_nothing_are_said_but_fail_nothing(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    path = desk / "schedules" / "little.toml"
    written = path.read_text("utf-8")
    written = written.replace("?page={page}", "?page=1").replace("pages = 1", 'next = "a.next"')
    path.write_text(f'{written}\n[[layout]]\ntitle = "h1"\npublished = ".ngay"\n', "utf-8")
    said = scraper("check", "--pages", "2")
    assert said.code == 0
    assert '[[source]] next "a.next" matched nothing on' in said.err
    assert '[[layout]] published ".ngay" matched nothing on 2 of 2 pages' in said.err
    assert "[[layout]] title" not in said.err


def test_a_wrong_portal_file_ends_with_2_and_the_others_are_checked(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    (desk / "schedules" / "bad.toml").write_text('name = "bad"\n', encoding="utf-8")
    said = scraper("check", "--pages", "1")
    assert said.code == 2
    assert "bad.toml: home" in said.err
    assert "little:8 read" in said.out
    assert scraper("check", "litle").code == 2
    assert scraper("check", "--pages", "many").code == 2


def test_a_failed_run_says_which_check_to_make(published: LittlePortal, scraper: Scraper) -> None:
    published.overrides["/list?page=1"] = Answer(b"down", status=500)
    assert "`scraper check little`" in scraper("collect").err


def test_a_text_that_was_converted_is_said_so(published: LittlePortal, scraper: Scraper) -> None:
    printed = page("Bài số 8", published.articles[8]).encode().decode("latin-1")
    published.overrides["/detail.aspx?id=8"] = Answer(printed.encode())
    said = scraper("check", "--pages", "1")
    assert "Bài số 8 được công bố" in said.out
    assert "converted from UTF-8 encoded twice" in said.out


def test_a_check_that_is_stopped_says_nothing_of_the_page_in_hand(
    published: LittlePortal,
) -> None:
    stop = threading.Event()
    portal = published.portal()

    def late() -> bytes:
        stop.set()
        return b"late"

    published.overrides["/detail.aspx?id=7"] = Answer(late)
    with Fetcher(portal.fetch, user_agent="test", stop=stop) as fetcher:
        found = list(check(portal, fetcher=fetcher, pages=5, stop=stop))
    read = [one.link.id for one in found if isinstance(one, CheckedPage)]
    assert read == ["little:8"]


def test_the_demo_portal_is_read_from_all_its_lists_in_turn(tmp_path: Path) -> None:
    with serve() as server:
        portal = write_demo_file(tmp_path, server)
        with Fetcher(portal.fetch, user_agent="test") as fetcher:
            found = list(check(portal, fetcher=fetcher, pages=len(portal.sources)))
    pages = [one for one in found if isinstance(one, CheckedPage)]
    assert len(pages) == len(portal.sources)
    assert len({one.link.found_on.partition("&paging")[0] for one in pages}) > 1
    assert all(one.article is not None for one in pages)


def test_numbers_that_nobody_asked_for_are_no_links(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    path = desk / "schedules" / "little.toml"
    written = path.read_text("utf-8")
    begin, end = written.index("[[source]]"), written.index("[fetch]")
    source = f'[[source]]\nkind = "numbering"\nurl = "{published.home}detail.aspx?id={{id}}"\n\n'
    path.write_text(written[:begin] + source + written[end:], encoding="utf-8")
    said = scraper("check", "--pages", "1")
    assert re.search(r"numbering page 1: \d+ numbers to try", said.out)


def test_one_reason_for_all_is_said_once(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    published.overrides["/robots.txt"] = Answer(b"down", status=500)
    said = scraper("check")
    assert said.err.count("not asked for") == 1
    assert "pages read" not in said.err
    failed = scraper("collect").err
    assert failed.count("not asked for") == 1
    assert "nothing to read" not in failed


def test_a_folder_of_copies_that_is_not_there_is_said(
    desk: Path, published: LittlePortal, scraper: Scraper
) -> None:
    path = desk / "schedules" / "little.toml"
    source = '[[source]]\nkind = "webarchive"\nfolder = "copies"\n\n[fetch]'
    path.write_text(path.read_text("utf-8").replace("[fetch]", source), encoding="utf-8")
    for command in ("check", "collect"):
        said = scraper(command)
        assert said.code == 1
        assert "schedules/copies is not there" in said.err
        assert "Errno" not in said.err + said.out
