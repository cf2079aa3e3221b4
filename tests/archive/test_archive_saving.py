"""Saving readings: new, changed, unchanged; versions; what is read back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from archived import NOW, article, capture, link, place, save, writing

from scraper.archive.archive import Archive
from scraper.errors import ArchiveError, QueryError
from scraper.records import Attachment, Block, Evidence, Figure, Validators

LATER = NOW + timedelta(days=1)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    with writing(tmp_path / "archive.db") as both:
        yield both


def test_a_first_save_is_new_and_makes_version_1(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    outcome = save(archive, article(), run=run)
    assert (outcome.kind, outcome.article_id) == ("new", "demo:1")
    assert [version.number for version in archive.versions("demo:1")] == [1]


def test_what_was_saved_is_read_back_field_by_field(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    blocks = (
        Block(kind="heading", text="Mục 1"),
        Block(kind="paragraph", text="Dòng một\n\ndòng hai"),
        Block(kind="item", text=""),
        Block(kind="table", text="a | b"),
    )
    whole = article(
        blocks=blocks,
        published=datetime(2018, 6, 14, 15, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        published_precision="minute",
        updated=date(2018, 6, 15),
        attachments=(Attachment(url="http://demo.example/a.pdf", title=None),),
        figures=(Figure(image=None, caption="Ảnh: A", credit="A"), Figure(image="x", caption=None)),
        read_by="layout",
    )
    save(archive, whole, run=run)
    expected = replace(whole, id="demo:1")
    assert archive.article("demo:1").article == expected
    assert archive.versions("demo:1")[0].article == expected


def test_a_second_save_of_the_same_text_makes_no_version(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    assert save(archive, article(), run=run, now=LATER).kind == "unchanged"
    stored = archive.article("demo:1")
    assert (stored.version_count, stored.first_seen_at, stored.last_seen_at) == (1, NOW, LATER)
    assert archive.versions("demo:1")[0].last_seen_at == LATER


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"},
        {"lead": "Khác"},
        {"lead": None},
        {"blocks": (Block(kind="paragraph", text="Khác"),)},
        {"published": date(2018, 6, 15)},
        {"published": None, "published_precision": None},
        {"published": datetime(2018, 6, 14), "published_precision": "minute"},
        {"source": None},
        {"authors": ("Lê Minh", "An")},
        {"figures": (Figure(image="http://demo.example/1.jpg", caption="Khác"),)},
        {"attachments": (Attachment(url="http://demo.example/a.pdf", title="a"),)},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_reading_that_differs_makes_a_version(
    opened: tuple[Archive, int], change: dict[str, Any]
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    assert save(archive, article(**change), run=run, now=LATER).kind == "changed"
    first, second = archive.versions("demo:1")
    assert first.article == article(id="demo:1")
    assert second.article == article(id="demo:1", **change)
    assert (first.last_seen_at, second.first_seen_at) == (NOW, LATER)
    assert archive.article("demo:1").article == second.article


@pytest.mark.parametrize(
    "change",
    [
        {"figures": (Figure(image="http://demo.example/2.jpg", caption="Bến sông. Ảnh: LM"),)},
        {"tags": ()},
        {"language": "en"},
        {"url": "http://demo.example/other"},
        {"updated": date(2020, 1, 1)},
        {"read_by": "layout"},
        {"evidence": {"title": Evidence(rule="other", text="x")}},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_reading_that_differs_elsewhere_makes_none(
    opened: tuple[Archive, int], change: dict[str, Any]
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    assert save(archive, article(**change), run=run).kind == "unchanged"


def test_a_text_that_comes_back_is_a_third_version(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    kinds = [save(archive, article(text), run=run).kind for text in ("A", "B", "A")]
    assert kinds == ["new", "changed", "changed"]
    assert [version.number for version in archive.versions("demo:1")] == [1, 2, 3]


def test_decomposed_text_is_kept_composed_and_is_no_change(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    apart = {
        name: unicodedata.normalize("NFD", str(getattr(article(), name)))
        for name in ("title", "lead", "source")
    }
    save(archive, article(**apart), run=run)
    assert archive.article("demo:1").article.title == article().title
    assert save(archive, article(), run=run).kind == "unchanged"


def test_text_that_sqlite_cannot_hold_is_mended(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article("trước\x00sau \ud800 hết"), run=run)
    assert archive.article("demo:1").article.body == "trướcsau \N{REPLACEMENT CHARACTER} hết"


def test_an_article_met_by_a_redirect_is_kept_under_its_own_id(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article(), run=run, key="1")
    outcome = save(archive, article(id="demo:1"), run=run, key="old-1")
    assert (outcome.kind, outcome.article_id) == ("unchanged", "demo:1")
    assert archive.status("demo", now=NOW).articles == 1
    assert archive.article("demo:1").addresses == (link("1").url, link("old-1").url)


def test_an_article_of_another_portal_is_refused(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    with pytest.raises(ValueError, match="is not of portal demo"):
        save(archive, article(id="other:1"), run=run)


def test_every_address_of_an_article_is_kept_in_the_order_of_finding(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    addresses = [f"http://demo.example/{section}?id=1" for section in "cab"]
    links = [link(url=address) for address in addresses]
    assert archive.add_links(links, head=True, now=NOW) == 1
    archive.save_article(
        links[-1],
        article(),
        capture=capture(addresses[-1], answered_url="http://demo.example/final"),
        run=run,
        now=LATER,
    )
    assert archive.article("demo:1").addresses == (*addresses, "http://demo.example/final")


def test_an_unmodified_page_only_moves_the_time_of_last_seeing(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    answer = capture(status=304, body=b"", fetched_at=LATER)
    outcome = archive.save_not_modified(link(), capture=answer, run=run, now=LATER)
    assert (outcome.kind, outcome.article_id) == ("not_modified", "demo:1")
    stored = archive.article("demo:1")
    assert (stored.version_count, stored.last_seen_at) == (1, LATER)


def test_an_unmodified_page_that_was_no_article_is_none_again(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    archive.save_failure(
        link(), kind="refused", reason="a list", capture=capture(), run=run, now=NOW
    )
    answer = capture(status=304, body=b"")
    outcome = archive.save_not_modified(link(), capture=answer, run=run, now=LATER)
    assert (outcome.kind, outcome.reason) == ("refused", "a list")


def test_an_article_that_is_gone_stays_in_the_archive(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run)
    outcome = archive.save_failure(
        link(), kind="gone", reason="404", capture=None, run=run, now=LATER
    )
    assert (outcome.kind, outcome.article_id) == ("gone", "demo:1")
    assert archive.article("demo:1").article.title == article().title


def test_validators_are_of_the_newest_whole_answer(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    headers = (("ETag", '"1"'), ("last-modified", "Mon, 01 Jun 2026 00:00:00 GMT"))
    first = capture(headers=headers, place=place())
    archive.save_article(link(), article(), capture=first, run=run, now=NOW)
    unmodified = capture(status=304, body=b"")
    archive.save_not_modified(link(), capture=unmodified, run=run, now=NOW)
    assert archive.validators("demo", url=link().url) == Validators(
        etag='"1"',
        last_modified="Mon, 01 Jun 2026 00:00:00 GMT",
        sha256=first.sha256,
        place=place(),
    )
    assert archive.validators("demo", url="http://demo.example/never") is None


def test_known_ends_say_how_far_each_capture_file_goes(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    for one in (place(100), place(0), place(7, file="demo/demo-2.warc.gz")):
        archive.keep_capture(capture(place=one), portal="demo", run=run, now=NOW)
    assert archive.known_ends() == {"demo/demo-1.warc.gz": 200, "demo/demo-2.warc.gz": 107}


def test_the_captures_of_an_article_are_listed_without_their_bytes(
    opened: tuple[Archive, int],
) -> None:
    archive, run = opened
    archive.keep_capture(capture(LIST_URL), portal="demo", run=run, now=NOW)
    answer = capture(place=place())
    archive.save_article(link(), article(), capture=answer, run=run, now=NOW)
    (kept,) = archive.captures("demo:1")
    assert (kept.url, kept.status, kept.place) == (link().url, 200, place())
    assert (kept.sha256, kept.body_bytes) == (answer.sha256, len(answer.body))


LIST_URL = "http://demo.example/list"


def test_moments_without_a_zone_are_refused(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    with pytest.raises(ValueError, match="without a zone"):
        save(archive, article(), run=run, now=datetime(2026, 11, 1))


def test_moments_of_other_zones_are_kept_as_utc(opened: tuple[Archive, int]) -> None:
    archive, run = opened
    save(archive, article(), run=run, now=NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")))
    assert archive.article("demo:1").first_seen_at == NOW
    assert archive.article("demo:1").first_seen_at.utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize("read", ["article", "versions", "captures"])
def test_an_unknown_id_names_ids_that_come_near(opened: tuple[Archive, int], read: str) -> None:
    archive, run = opened
    save(archive, article(), run=run, key="3343")
    with pytest.raises(QueryError, match="near it: demo:3343") as caught:
        getattr(archive, read)("demo:3344")
    assert caught.value.text == "demo:3344"


@pytest.mark.parametrize("id", ["3343", "demo:", ":1", "", "\udcff:1"])
def test_what_is_no_id_at_all_is_refused(opened: tuple[Archive, int], id: str) -> None:
    with pytest.raises(QueryError):
        opened[0].article(id)


def test_an_article_edited_by_hand_still_falls_into_paragraphs(
    opened: tuple[Archive, int], tmp_path: Path
) -> None:
    archive, run = opened
    save(archive, article("một\n\nhai"), run=run)
    archive._connection.execute("UPDATE articles SET body = 'một hai' || char(10, 10) || 'ba'")
    assert archive.article("demo:1").article.body == "một hai\n\nba"


def test_a_batch_is_committed_as_one(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with writing(path) as (archive, run), archive.batch():
        save(archive, article(), run=run, key="1")
        save(archive, article("Khác."), run=run, key="2")
        with Archive.open(path) as reader, pytest.raises(QueryError):
            reader.article("demo:1")
    with Archive.open(path) as reader:
        assert reader.article("demo:2").article.body == "Khác."


def test_an_error_undoes_a_whole_batch(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        with pytest.raises(RuntimeError), archive.batch():
            save(archive, article(), run=run, key="1")
            raise RuntimeError
        with pytest.raises(QueryError):
            archive.article("demo:1")
        assert save(archive, article(), run=run, key="1").kind == "new"


def test_a_batch_in_which_an_error_was_passed_over_is_not_kept(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        with pytest.raises(ArchiveError, match="passed over"), archive.batch():
            save(archive, article(), run=run, key="1")
            with suppress(ValueError):
                save(archive, article(id="other:2"), run=run, key="2")
            with suppress(TypeError):
                archive.save_article(
                    link("3"), article(title=None), capture=capture(), run=run, now=NOW
                )
        with pytest.raises(QueryError):
            archive.article("demo:1")


def test_nothing_is_saved_while_one_state_is_read(tmp_path: Path) -> None:
    with writing(tmp_path / "archive.db") as (archive, run):
        with pytest.raises(ArchiveError, match="one state"), archive.one_state():
            save(archive, article(), run=run)
        assert save(archive, article(), run=run).kind == "new"
