"""Our WARC files and those of others: where a capture was had from is kept and given back."""

from __future__ import annotations

from pathlib import Path

import pytest
from archived import capture
from otherarchives import held, wacz, warc
from warcio.archiveiterator import ArchiveIterator

from scraper.capture.store import (
    CaptureStore,
    ForeignRecord,
    foreign_files,
    load_foreign,
    original_headers,
    read_foreign,
)
from scraper.records import Capture


@pytest.mark.parametrize("origin", [None, "web.archive.org", "bản sao/lưu trữ.warc.gz"])
def test_the_origin_of_a_capture_is_given_back(tmp_path: Path, origin: str | None) -> None:
    with CaptureStore(tmp_path) as store:
        kept = store.keep(capture(origin=origin))
        assert kept.place is not None
        assert store.load(kept.place) == kept
        (again,) = store.records(kept.place.file)
    assert again == kept


def test_the_date_of_the_record_is_that_of_the_copy(tmp_path: Path) -> None:
    copy = held("20150601", 1, "Xưa")
    with CaptureStore(tmp_path) as store:
        kept = store.keep(capture(fetched_at=copy.at, origin="web.archive.org"))
    assert kept.place is not None
    with (tmp_path / kept.place.file).open("rb") as file:
        dates = [record.rec_headers.get_header("WARC-Date") for record in ArchiveIterator(file)]
    assert dates[-1] == "2015-06-01T04:05:00.000000Z"


def test_our_own_files_are_read_like_those_of_others(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        kept = store.keep(capture("http://demo.example/tin?id=7"))
    assert kept.place is not None
    ((name, _),) = foreign_files(tmp_path)
    (record,) = read_foreign(tmp_path, name)
    assert isinstance(record, ForeignRecord)
    assert (record.url, record.offset, record.length) == (
        kept.url,
        kept.place.offset,
        kept.place.length,
    )


def test_files_are_named_from_the_folder_those_in_wacz_files_too(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.warc").write_bytes(warc(packed=False))
    wacz(tmp_path / "c.wacz", warc())
    (tmp_path / "notes.txt").write_text("no archive")
    assert [name for name, _ in foreign_files(tmp_path)] == [
        "a/b.warc",
        "c.wacz!/archive/data.warc.gz",
    ]


def test_headers_that_an_archive_added_are_not_taken_for_the_portals() -> None:
    headers = (
        ("Content-Type", "text/html"),
        ("Memento-Datetime", "x"),
        ("x-archive-orig-server", "IIS"),
        ("X-Archive-Orig-ETag", '"1"'),
    )
    assert original_headers(headers) == (
        ("Content-Type", "text/html"),
        ("server", "IIS"),
        ("ETag", '"1"'),
    )


def test_headers_that_no_record_can_carry_are_mended() -> None:
    headers = (("Subject", "Bộ\r\n và"), ("bad name", "x"), ("Plain", "y"))
    assert original_headers(headers) == (("Subject", "B? và"), ("Plain", "y"))


def test_a_page_of_our_own_file_keeps_its_headers(tmp_path: Path) -> None:
    headers = (("Content-Type", "text/html"), ("ETag", '"1"'), ("Content-Encoding", "gzip"))
    with CaptureStore(tmp_path) as store:
        place = store.keep(capture("http://demo.example/tin?id=7", headers=headers)).place
    assert place is not None
    found = load_foreign(
        tmp_path, place.file, offset=place.offset, length=place.length, most_bytes=1000
    )
    assert isinstance(found, Capture)
    assert found.body == capture().body
    assert (found.header("etag"), found.header("content-encoding")) == ('"1"', "gzip")
