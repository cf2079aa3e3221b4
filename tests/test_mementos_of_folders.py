"""Folders of WARC and WACZ files of others: read whole, and as far as they are whole."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from otherarchives import closed_portal, folder_source, held, wacz, warc, whole_gzip, write_record
from test_crawl import kinds, run
from test_mementos_collected import NOTHING_WRONG, damages, texts

from scraper.archive.archive import Archive
from scraper.records import Outcome, Settings
from scraper.side_by_side import collect_portals


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copies" / "2015").mkdir(parents=True)
    return tmp_path / "copies"


def collected(archive: Archive, folder: Path) -> list[Outcome]:
    return run(archive, closed_portal(folder_source(folder)))


def of_source(outcomes: list[Outcome]) -> str:
    (said,) = [outcome.reason or "" for outcome in outcomes if outcome.stage == "source"]
    return said


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "2015/A.WARC.GZ", "a.wacz"])
def test_the_pages_of_every_kind_of_file_are_archived(
    archive: Archive, folder: Path, name: str
) -> None:
    captures = [held(f"2015060{number}", number, "Xưa") for number in range(1, 4)]
    if name.endswith(".wacz"):
        wacz(folder / name, warc(*captures))
    else:
        content = warc(*captures, packed=name.lower().endswith(".gz"))
        (folder / name).write_bytes(content)
    assert kinds(collected(archive, folder)) == ["new"] * 3
    (version,) = archive.versions("closed:2")
    assert version.first_seen_at == datetime(2015, 6, 2, 4, 5, tzinfo=UTC)
    assert str(version.origin).startswith(name)
    assert damages(archive) == NOTHING_WRONG
    assert kinds(collected(archive, folder)) == []


def test_a_record_that_stands_for_earlier_bytes_is_read_from_those(
    archive: Archive, folder: Path
) -> None:
    first, other = held("20150601", 1, "Một"), held("20160601", 1, "Hai")
    again = replace(first, stamp="20170601040500")
    (folder / "a.warc.gz").write_bytes(warc(first, other))
    out = io.BytesIO()
    write_record(out, again, of=first)
    (folder / "b.warc.gz").write_bytes(out.getvalue())
    collected(archive, folder)
    assert texts(archive, "closed:1") == ["Một", "Hai", "Một"]
    assert damages(archive) == NOTHING_WRONG


def test_a_revisit_of_another_spelling_of_the_address_is_resolved(
    archive: Archive, folder: Path
) -> None:
    first = held("20150601", 1, "Một")
    between = held("20150701", 1, "Hai")
    secure = replace(
        first, stamp="20160601040500", url=first.url.replace("http://", "https://www.")
    )
    out = io.BytesIO()
    write_record(out, secure, of=first)
    (folder / "a.warc.gz").write_bytes(warc(first, between) + out.getvalue())
    collected(archive, folder)
    assert texts(archive, "closed:1") == ["Một", "Hai", "Một"]


def test_a_revisit_whose_bytes_are_nowhere_waits(archive: Archive, folder: Path) -> None:
    first = held("20150601", 1, "Một")
    out = io.BytesIO()
    write_record(out, replace(first, stamp="20160601040500"), of=first)
    (folder / "b.warc.gz").write_bytes(out.getvalue())
    outcomes = collected(archive, folder)
    assert kinds(outcomes) == ["failed"]
    (folder / "a.warc.gz").write_bytes(warc(first))
    archive._connection.execute("UPDATE mementos SET next_at = '2000', last_attempt_at = '2000'")
    assert kinds(collected(archive, folder)) == ["new", "unchanged"]


def test_a_copy_that_fails_is_tried_once_a_run_whatever_the_clock_of_the_machine_says(
    archive: Archive, folder: Path
) -> None:
    first = held("20150601", 1, "Một")
    out = io.BytesIO()
    write_record(out, replace(first, stamp="20160601040500"), of=first)
    (folder / "b.warc.gz").write_bytes(out.getvalue())
    outcomes = collect_portals(
        (closed_portal(folder_source(folder)),),
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
        now=lambda: datetime(2100, 1, 1, tzinfo=UTC),
    )
    assert kinds(list(islice(outcomes, 5))) == ["failed"]


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_torn_file_what_is_whole_is_read_and_the_rest_is_said(
    archive: Archive, folder: Path, packed: bool
) -> None:
    name = "a.warc.gz" if packed else "a.warc"
    whole = warc(held("20150601", 1, "Xưa"), held("20150602", 2, "Xưa"), packed=packed)
    (folder / name).write_bytes(whole[:-300])
    outcomes = collected(archive, folder)
    assert kinds(outcomes) == ["new"]
    assert f"{name}: from byte" in of_source(outcomes)
    last = archive.last_run("closed")
    assert last is not None and last.state == "failed"
    (folder / name).write_bytes(whole)
    assert kinds(collected(archive, folder)) == ["new"]


def test_a_file_that_is_none_keeps_no_other_from_being_read(archive: Archive, folder: Path) -> None:
    (folder / "a.warc.gz").write_bytes(b"no archive at all")
    (folder / "b.arc.gz").write_bytes(gzip.compress(b"filedesc://"))
    (folder / "c.wacz").write_bytes(b"PK no zip")
    (folder / "d.warc.gz").write_bytes(warc(held("20150601", 1, "Xưa")))
    (folder / "e.warc.gz").write_bytes(whole_gzip(warc(held("20150601", 2, "Xưa"), packed=False)))
    (folder / "f.warc").write_bytes(b"")
    outcomes = collected(archive, folder)
    said = of_source(outcomes)
    assert "new" in kinds(outcomes) and texts(archive, "closed:1") == ["Xưa"]
    for name in ("a.warc.gz", "b.arc.gz: ARC files are not read", "c.wacz", "e.warc.gz"):
        assert name in said
    assert "d.warc.gz" not in said


def test_chunked_and_compressed_answers_are_decoded(archive: Archive, folder: Path) -> None:
    plain = held("20150601", 1, "Xưa")
    packed = gzip.compress(plain.body)
    chunked = b"".join(
        f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (packed[:100], packed[100:], b"")
    )
    headers = (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
    (folder / "a.warc.gz").write_bytes(warc(replace(plain, body=chunked, headers=headers)))
    collected(archive, folder)
    assert texts(archive, "closed:1") == ["Xưa"]
    assert archive.captures("closed:1")[0].body_bytes == len(plain.body)


def test_errors_redirects_pictures_and_other_hosts_are_passed_over(
    archive: Archive, folder: Path
) -> None:
    good = held("20150601", 1, "Xưa")
    (folder / "a.warc.gz").write_bytes(
        warc(
            good,
            replace(good, stamp="20160601040500", status=404),
            replace(good, stamp="20160701040500", status=302),
            replace(good, stamp="20160801040500", mime="image/jpeg"),
            replace(good, url="http://elsewhere.example/detail.aspx?id=3"),
        )
    )
    assert kinds(collected(archive, folder)) == ["new"]


def test_a_folder_that_is_not_there_is_said(archive: Archive, folder: Path) -> None:
    outcomes = collected(archive, folder / "missing")
    assert kinds(outcomes, "source") == ["failed"]


def test_a_walk_of_a_large_file_is_taken_up_piece_by_piece(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.copies.LINES", 2)
    captures = [held(f"2015060{number}", number, "Xưa") for number in range(1, 8)]
    (folder / "a.warc.gz").write_bytes(warc(*captures))
    outcomes = collected(archive, folder)
    assert kinds(outcomes) == ["new"] * 7
    assert "7 new copies on 4 pages" in of_source(outcomes)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("coded", [True, False])
def test_large_pages_are_read_whole(
    archive: Archive, folder: Path, packed: bool, coded: bool
) -> None:
    plain = held("20150601", 1, "Xưa")
    large = plain.body.replace(b"</body>", b"<!--" + b"x7" * 200_000 + b"--></body>")
    one = replace(plain, body=large)
    if coded:
        one = replace(plain, body=gzip.compress(large), headers=(("Content-Encoding", "gzip"),))
    content = warc(one, held("20150602", 2, "Xưa"), packed=packed)
    (folder / ("a.warc.gz" if packed else "a.warc")).write_bytes(content)
    assert kinds(collected(archive, folder)) == ["new", "new"]
    assert archive.captures("closed:1")[0].body_bytes == len(large)


def test_a_record_of_a_wrong_length_ends_the_reading_of_its_file(
    archive: Archive, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = warc(held("20150601", 1, "Xưa"), packed=False)
    length = content.rpartition(b"Content-Length: ")[2].partition(b"\r\n")[0]
    shorter = str(int(length) - 9).encode()
    wrong = content.replace(b"Content-Length: " + length, b"Content-Length: " + shorter)
    (folder / "a.warc").write_bytes(wrong + warc(held("20150602", 2, "Xưa"), packed=False))
    assert "longer or shorter than it says" in of_source(collected(archive, folder))
    assert capsys.readouterr().err == ""


def test_a_page_that_is_too_large_is_not_loaded(archive: Archive, folder: Path) -> None:
    one = held("20150601", 1, "Xưa")
    bomb = replace(
        one, body=gzip.compress(b"0" * 3_000_000), headers=(("Content-Encoding", "gzip"),)
    )
    (folder / "a.warc.gz").write_bytes(warc(bomb))
    portal = closed_portal(folder_source(folder))
    portal = replace(portal, fetch=replace(portal.fetch, max_body_bytes=1_000_000))
    outcomes = run(archive, portal)
    assert kinds(outcomes) == ["failed"]
    assert "larger than 1 MB" in str(outcomes[-1].reason)
