"""Versions over real HTTP: what flickers makes none, what is edited makes one each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flickering import Story, flickering
from littleportal import Answer, LittlePortal, page, serving
from test_crawl import kinds, run

from scraper.archive.archive import Archive
from scraper.changes import changed_fields
from scraper.records import Layout

PATH = "/detail.aspx?id=1"
ID = "little:1"


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal()) as portal:
        portal.publish(1)
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def tell(little: LittlePortal, story: Story, visits: Iterator[int]) -> None:
    """From now on the page tells this story, printed anew at each visit."""
    little.overrides[PATH] = Answer(lambda: flickering(story, visit=next(visits)))


def test_a_page_that_only_flickers_makes_no_version_in_five_runs(
    little: LittlePortal, archive: Archive
) -> None:
    tell(little, Story(), count(1))
    read = [kinds(run(archive, little.portal())) for _ in range(4)]
    archive._connection.execute("UPDATE frontier SET next_at = '2000'")
    read.append(kinds(run(archive, little.portal())))
    assert read == [["new"], *[["unchanged"]] * 4]
    assert len({capture.sha256 for capture in archive.article(ID).captures}) == 5
    article = archive.article(ID).article
    assert (article.source, article.captions, len(article.attachments)) == (
        Story().source,
        (Story().caption,),
        2,
    )


EDITS = {
    "a word": (Story().but(body=Story().body.replace("gia cố", "tu bổ")), {"text"}),
    "a comma": (Story().but(body=Story().body.replace("gia cố,", "gia cố")), {"text"}),
    "a digit": (Story().but(body=Story().body.replace("12 tuyến", "13 tuyến")), {"text"}),
    "a capital": (Story().but(body=Story().body.replace("báo cáo", "Báo cáo")), {"text"}),
    "a mark": (Story().but(body=Story().body.replace("lại", "lai")), {"text"}),
    "a title": (Story().but(title="Rà soát các tuyến đê trước mùa bão"), {"title"}),
    "a caption": (Story().but(caption="Đoàn công tác kiểm tra đê. Ảnh: Văn Bảy"), {"captions"}),
    "a source": (Story().but(source="Báo Nông thôn"), {"source"}),
    "a date": (Story().but(published="15/06/2018 08:30"), {"published"}),
    "a file": (Story().but(file="ke-hoach-moi.pdf"), {"attachments"}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_real_edit_between_flickers_makes_one_version(
    little: LittlePortal, archive: Archive, edit: str
) -> None:
    story, fields = EDITS[edit]
    visits = count(1)
    tell(little, Story(), visits)
    run(archive, little.portal())
    tell(little, story, visits)
    read = [kinds(run(archive, little.portal())) for _ in range(3)]
    assert read == [["changed"], ["unchanged"], ["unchanged"]]
    first, second = archive.article(ID).versions
    assert set(changed_fields(first.article, second.article)) == fields
    assert second.silent is (edit != "a date")


def test_a_text_that_comes_back_is_a_third_version(little: LittlePortal, archive: Archive) -> None:
    visits = count(1)
    for story in (Story(), Story().but(source="Báo Nông thôn"), Story()):
        tell(little, story, visits)
        run(archive, little.portal())
    assert [one.article.source for one in archive.versions(ID)] == [
        Story().source,
        "Báo Nông thôn",
        Story().source,
    ]


def test_a_version_tells_the_capture_that_it_was_read_from(
    little: LittlePortal, archive: Archive
) -> None:
    run(archive, little.portal())
    little.articles[1] = "Một đoạn mở đầu khác hẳn. " + little.articles[1]
    run(archive, little.portal())
    stored = archive.article(ID)
    assert [(one.fetched_at, one.sha256, one.place) for one in stored.versions] == [
        (one.fetched_at, one.sha256, one.place) for one in stored.captures
    ]
    assert all(one.place for one in stored.versions)


def test_what_another_layout_reads_from_the_same_page_is_no_edit(
    little: LittlePortal, archive: Archive
) -> None:
    run(archive, little.portal())
    laid = replace(little.portal(), layouts=(Layout(title="p.date"),))
    assert kinds(run(archive, laid)) == ["changed"]
    stored = archive.article(ID)
    assert [one.kind for one in stored.versions] == ["first", "re-reading"]
    assert (stored.edits, stored.silent_edits, stored.version_count) == (0, 0, 2)


def test_an_edit_that_comes_with_another_layout_is_an_edit(
    little: LittlePortal, archive: Archive
) -> None:
    run(archive, little.portal())
    little.articles[1] = "Một đoạn mở đầu khác hẳn. " + little.articles[1]
    run(archive, replace(little.portal(), layouts=(Layout(title="p.date"),)))
    assert [one.kind for one in archive.versions(ID)] == ["first", "edit"]


# --- pages that vanish ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_is_gone_where_the_server_says_so_twice(
    little: LittlePortal, archive: Archive, status: int
) -> None:
    run(archive, little.portal())
    little.overrides[PATH] = Answer(b"<title>khong con</title>", status=status)
    assert kinds(run(archive, little.portal())) == ["gone"]
    (denied,) = [one for one in archive.outcomes(2) if one.kind == "gone"]
    assert archive.article(ID).gone_since is None
    assert kinds(run(archive, little.portal())) == ["gone"]
    stored = archive.article(ID)
    assert stored.gone_since == denied.at
    assert stored.gone_since > stored.last_seen_at
    (absence,) = stored.absences
    assert str(status) in absence.reason
    assert (absence.gone_at, absence.back_at) == (stored.gone_since, None)
    assert "Đoạn mở đầu" in stored.article.text


def test_an_article_that_is_listed_and_read_again_is_back(
    little: LittlePortal, archive: Archive
) -> None:
    run(archive, little.portal())
    little.overrides[PATH] = Answer(b"", status=404)
    run(archive, little.portal())
    run(archive, little.portal())
    little.overrides.clear()
    assert kinds(run(archive, little.portal())) == ["unchanged"]
    stored = archive.article(ID)
    assert stored.gone_since is None
    assert [one.back_at for one in stored.absences] == [stored.last_seen_at]


def test_an_article_is_back_where_the_server_says_not_modified(
    little: LittlePortal, archive: Archive
) -> None:
    tagged = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"'))
    little.overrides[PATH] = Answer(page("Bài số 1", little.articles[1]).encode(), headers=tagged)
    run(archive, little.portal())
    little.overrides[PATH] = Answer(b"", status=404)
    run(archive, little.portal())
    little.overrides[PATH] = Answer(b"", status=304)
    assert kinds(run(archive, little.portal())) == ["not_modified"]
    assert archive.article(ID).gone_since is None


NOT_FOUND = page("Không tìm thấy trang", "Bài viết này không tồn tại hoặc đã bị gỡ.")
NOT_FOUND = re.sub(r"<p>(?!Bài viết).*?</p>|<p class='date'>.*?</p>", "", NOT_FOUND)
SOFT = {
    "a page that says not found": Answer(NOT_FOUND.encode()),
    "the home page": Answer(b"", status=302, headers=(("Location", "/"),)),
    "a list": Answer(b"", status=302, headers=(("Location", "/list?page=1"),)),
}


@pytest.mark.parametrize("kind", SOFT)
def test_one_look_at_what_may_pass_makes_no_article_gone(
    little: LittlePortal, archive: Archive, kind: str
) -> None:
    run(archive, little.portal())
    little.overrides["/"] = Answer(page("Trang chủ", "Chào mừng.").encode())
    little.overrides[PATH] = SOFT[kind]
    assert kinds(run(archive, little.portal())) == ["gone"]
    assert kinds(run(archive, little.portal())) == ["gone"]
    stored = archive.article(ID)
    assert (stored.gone_since, stored.absences) == (None, ())


@pytest.mark.parametrize("kind", SOFT)
def test_looks_that_agree_over_days_make_an_article_gone_since_the_first(
    little: LittlePortal, archive: Archive, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.archive.absences.LOOKED_FOR", timedelta(0))
    run(archive, little.portal())
    little.overrides["/"] = Answer(page("Trang chủ", "Chào mừng.").encode())
    little.overrides[PATH] = SOFT[kind]
    for _ in range(3):
        assert archive.article(ID).gone_since is None
        run(archive, little.portal())
        archive._connection.execute("UPDATE frontier SET next_at = '2000'")
    stored = archive.article(ID)
    looks = archive._connection.execute(
        "SELECT min(fetched_at) FROM captures WHERE article_id IS NULL AND url LIKE '%detail%'"
    )
    assert stored.gone_since is not None
    assert stored.gone_since.strftime("%H:%M:%S.%f") in looks.fetchone()[0]


MAINTAINED = page("Thông báo", "Cổng thông tin đang bảo trì, mời quay lại sau.").encode()
TROUBLES = {
    "maintenance with 503": Answer(MAINTAINED, status=503),
    "maintenance with 200": Answer(b"<h1>He thong</h1><p>Trang dang bao tri</p>"),
    "a fault of the server": Answer(b"", status=500),
    "a refusal": Answer(b"", status=403),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_the_servers_trouble_makes_no_article_gone(
    little: LittlePortal, archive: Archive, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.archive.absences.LOOKED_FOR", timedelta(0))
    run(archive, little.portal())
    little.overrides[PATH] = TROUBLES[trouble]
    for _ in range(4):
        assert "gone" not in kinds(run(archive, little.portal()))
        archive._connection.execute("UPDATE frontier SET next_at = '2000'")
    assert archive.article(ID).gone_since is None


def test_a_refusal_by_robots_makes_no_article_gone(little: LittlePortal, archive: Archive) -> None:
    run(archive, little.portal())
    little.overrides["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /detail\n", headers=(("Content-Type", "text/plain"),)
    )
    assert kinds(run(archive, little.portal())) == ["refused"]
    assert archive.article(ID).gone_since is None
