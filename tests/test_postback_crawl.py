"""Collecting a WebForms portal into a real archive, counted in the server's own log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from webforms_portal import WebFormsPortal, serving

from scraper import crawl
from scraper.archive.archive import Archive, enter_captures
from scraper.capture.store import CaptureStore
from scraper.forms import shortened, written
from scraper.query.search import matching
from scraper.records import Outcome, Settings
from scraper.side_by_side import collect_portals
from scraper.verify import verify


@pytest.fixture
def server() -> Iterator[WebFormsPortal]:
    with serving(WebFormsPortal()) as portal:
        yield portal


def run(server: WebFormsPortal, path: Path, *, pages: int = 2) -> list[Outcome]:
    with Archive.open(path, write=True) as archive:
        return list(
            collect_portals(
                [server.portal(pages=pages)],
                archive=archive,
                captures_folder=path.with_suffix(".captures"),
                settings=Settings(),
            )
        )


def ids(path: Path) -> set[int]:
    with Archive.open(path) as archive:
        return {int(str(one.article.id).partition(":")[2]) for one in matching("", archive=archive)}


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with Archive.open(path) as archive, archive._reading() as connection:
        return [tuple(row) for row in connection.execute(sql)]


def test_400_articles_on_40_pages_are_found_with_one_request_a_page(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    outcomes = run(server, path)
    assert ids(path) == set(range(1, 401))
    assert Counter(outcome.kind for outcome in outcomes) == {"new": 401}
    assert len(server.lists()) == 40
    assert len(server.requests) == 1 + 40 + 400  # robots.txt, lists, articles
    assert server.faults == []

    server.requests.clear()
    server.count = 403
    run(server, path)
    assert ids(path) == set(range(1, 404))
    again = Counter(one.path for one in server.requests)
    assert [one.method for one in server.lists()] == ["GET", "POST"]
    due = sum(again[f"/Pages/ChiTiet.aspx?id={number}"] for number in range(1, 401))
    assert len(server.requests) - due == 6  # robots.txt, two lists, three articles


def test_what_was_posted_is_noted_and_is_no_answer_of_the_address_itself(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    server.count = 30
    run(server, path)
    noted = rows(path, f"SELECT form FROM captures WHERE url LIKE '{server.home}Pages/DanhSach%'")
    forms = [str(form) for (form,) in noted if form is not None]
    assert len(noted) == 3 and len(forms) == 2
    assert forms[0].startswith("__EVENTTARGET=ctl00$Noidung$gv&__EVENTARGUMENT=Page$2&")
    assert "VIEWSTATE" not in forms[0] and len(forms[0]) < 400
    with Archive.open(path) as archive:
        (listed,) = archive.captures_of_lists("webforms", urls=[server.list_url])
        known = archive.validators("webforms", url=server.list_url)
    with CaptureStore(path.with_suffix(".captures")) as captures:
        assert listed.place is not None
        first_page = captures.load(listed.place)
    assert b"id=30" in first_page.body and b"id=20" not in first_page.body
    assert known is not None and known.sha256 == listed.sha256


def test_a_warc_file_says_that_it_was_a_post_and_other_programs_read_it(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    server.count = 20
    run(server, path)
    (file,) = path.with_suffix(".captures").rglob("*.warc.gz")
    posted = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()
            if text := record.rec_headers.get_header("X-Posted-Form"):
                posted.append(json.loads(text))
    assert [dict(map(tuple, form))["__EVENTARGUMENT"] for form in posted] == ["Page$2"]


def test_rows_of_posted_pages_are_written_again_from_the_warc_files(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    server.count = 30
    run(server, path)
    kept = "SELECT url, sha256, form, article_id FROM captures WHERE form IS NOT NULL ORDER BY id"
    before = rows(path, kept)
    with Archive.open(path, write=True) as archive, archive._transaction() as connection:
        connection.execute("DELETE FROM captures WHERE form IS NOT NULL")
    with CaptureStore(path.with_suffix(".captures")) as captures, Archive.open(path) as archive:
        found = [capture for file in captures.files() for capture in captures.records(file)]
    assert enter_captures(path, found) == len(before) == 2
    assert rows(path, kept) == before
    assert list(verify(path, path.with_suffix(".captures"))) == []


def test_an_old_copy_of_page_1_whose_state_has_expired_is_had_anew(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    server.count, server.etag = 60, '"mot"'
    run(server, path)
    server.forget()
    server.requests.clear()
    (source,) = [one for one in run(server, path) if one.stage == "source"]
    assert source.kind == "unchanged", source.reason
    asked = [(one.method, one.headers.get("if-none-match")) for one in server.lists()]
    assert asked == [
        ("GET", '"mot"'),
        ("POST", None),
        ("POST", None),
        ("GET", None),
        ("POST", None),
    ]


def test_a_list_without_a_pager_is_told(server: WebFormsPortal, tmp_path: Path) -> None:
    server.count = 5
    outcomes = run(server, tmp_path / "archive.db")
    assert "no pager was found on it" in str(outcomes[-1].reason)


def test_a_page_that_cannot_be_turned_to_fails_the_source_and_keeps_what_was_found(
    server: WebFormsPortal, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    server.count, server.expires_after, server.expired = 60, 1, "message"
    outcomes = run(server, path)
    assert outcomes[-1].kind == "failed"
    assert "page 2 cannot be turned to: it showed no articles" in str(outcomes[-1].reason)
    assert ids(path) == set(range(51, 61))
    server.expires_after = None
    run(server, path)
    assert ids(path) == set(range(1, 61))


def test_what_is_taken_down_while_a_page_is_read_hides_no_article(
    server: WebFormsPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "LOOK_AGAIN_SECONDS", -1.0)
    path = tmp_path / "archive.db"
    server.count = 60
    server.taken_down_after = {"/Pages/ChiTiet.aspx?id=45": 55}
    run(server, path)
    assert ids(path) == set(range(1, 61))
    assert len(server.lists()) == 12


def test_a_form_is_kept_short_and_stays_as_short() -> None:
    form = (("__VIEWSTATE", "x" * 9000), ("txtTim", "đất"), ("__EVENTTARGET", "pg"), ("trong", ""))
    short = shortened(form)
    assert short[:2] == (("__EVENTTARGET", "pg"), ("txtTim", "đất"))
    assert shortened(short) == short
    assert written(short) == written(form)
    other = written((("__VIEWSTATE", "y" * 9000), *form[1:]))
    assert other.split(" ")[0] == written(form).split(" ")[0] and other != written(form)
