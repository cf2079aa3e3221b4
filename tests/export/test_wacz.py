"""WACZ: taken apart as a replay program does it, and with warcio."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_STORED, ZipFile

import pytest
from archived import NOW, article, bare, capture, link, save, writing
from exported import about, found
from warcio.archiveiterator import ArchiveIterator

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore
from scraper.errors import ExportError
from scraper.export.export import export_file
from scraper.export.wacz import write_wacz
from scraper.records import Article


@dataclass
class Desk:
    """An archive with its captures."""

    archive: Archive
    run: int
    store: CaptureStore
    folder: Path

    def collect(
        self, key: str, read: Article, *, body: bytes = b"<p>page</p>", at: datetime = NOW
    ) -> None:
        """Capture a page and save what was read from it."""
        answer = self.store.keep(capture(link(key).url, body=body, fetched_at=at))
        self.archive.save_article(link(key), read, capture=answer, run=self.run, now=at)

    def export(self, **changes: Any) -> ZipFile:
        path = self.folder / "found.wacz"
        export_file(found(self.archive, **changes), "wacz", path=path)
        return ZipFile(path)

    @property
    def warc(self) -> Path:
        (path,) = (self.folder / "archive.captures").rglob("*.warc.gz")
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    captures = tmp_path / "archive.captures"
    with (
        writing(tmp_path / "archive.db") as (archive, run),
        CaptureStore(captures, group="demo") as store,
    ):
        yield Desk(archive, run, store, tmp_path)


def lines_of(package: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in package.read(name).decode().splitlines()]


def index_of(package: ZipFile) -> list[tuple[str, str, dict[str, str]]]:
    """Every line of the index, found by way of index.idx."""
    packed = package.read("indexes/index.cdx.gz")
    found = []
    meta, *blocks = package.read("indexes/index.idx").decode().splitlines()
    assert meta.startswith("!meta 0 {")
    for block in blocks:
        where = json.loads(block[block.index("{") :])
        piece = packed[where["offset"] : where["offset"] + where["length"]]
        assert where["digest"] == f"sha256:{sha256(piece).hexdigest()}"
        lines = gzip.decompress(piece).decode().splitlines()
        assert block.split(" {")[0] == lines[0].split(" {")[0]
        for line in lines:
            key, stamp, said = line.split(" ", 2)
            found.append((key, stamp, json.loads(said)))
    return found


def test_an_index_line_leads_to_its_record(desk: Desk) -> None:
    desk.collect("2", article(), body=b"<p>Hai</p>")
    desk.collect("1", article(), body="<p>Một</p>".encode())
    package = desk.export()
    warc = package.read("archive/data.warc.gz")
    index = index_of(package)
    assert [key for key, _, _ in index] == [
        "example,demo)/detail?id=1",
        "example,demo)/detail?id=2",
    ]
    bodies = []
    for _, stamp, said in index:
        assert stamp == "20261101080000"
        start = int(said["offset"])
        piece = warc[start : start + int(said["length"])]
        record = next(ArchiveIterator(io.BytesIO(piece)))
        assert record.rec_headers["WARC-Target-URI"] == said["url"]
        bodies.append(record.content_stream().read().decode())
        assert said["digest"] == f"sha256:{sha256(bodies[-1].encode()).hexdigest()}"
    assert bodies == ["<p>Một</p>", "<p>Hai</p>"]


def test_the_warc_begins_with_what_made_it_and_holds_whole_records(desk: Desk) -> None:
    desk.collect("1", article())
    warc = io.BytesIO(desk.export().read("archive/data.warc.gz"))
    iterator = ArchiveIterator(warc, check_digests="raise")
    kinds = [(record.rec_type, record.content_stream().read()) for record in iterator]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response"]


def test_every_file_is_described_by_size_and_digest(desk: Desk) -> None:
    desk.collect("1", article())
    package = desk.export(query='"giá đất"')
    described = json.loads(package.read("datapackage.json"))
    assert described["wacz_version"] == "1.1.1"
    assert described["profile"] == "data-package"
    assert described["title"] == '"giá đất"'
    resources = {one["path"]: one for one in described["resources"]}
    assert set(resources) | {"datapackage.json", "datapackage-digest.json"} == set(
        package.namelist()
    )
    for path, one in resources.items():
        content = package.read(path)
        assert (one["bytes"], one["hash"]) == (
            len(content),
            f"sha256:{sha256(content).hexdigest()}",
        )
    digest = json.loads(package.read("datapackage-digest.json"))["hash"]
    assert digest == f"sha256:{sha256(package.read('datapackage.json')).hexdigest()}"


def test_what_replay_reads_in_pieces_is_not_compressed_again(desk: Desk) -> None:
    desk.collect("1", article())
    package = desk.export()
    for path in ("archive/data.warc.gz", "indexes/index.cdx.gz"):
        assert package.getinfo(path).compress_type == ZIP_STORED


def test_an_article_is_a_page_where_its_newest_capture_is(desk: Desk) -> None:
    desk.collect("1", bare("Cũ"))
    desk.collect("1", bare("Mới", "Văn bản."), body=b"<p>new</p>", at=NOW + timedelta(days=1))
    package = desk.export()
    head, *pages = lines_of(package, "pages/pages.jsonl")
    assert head["format"] == "json-pages-1.0"
    assert pages == [
        {
            "id": "demo:1",
            "url": "http://demo.example/detail?id=1",
            "ts": "2026-11-02T08:00:00Z",
            "title": "Mới",
            "text": "Văn bản.",
        }
    ]
    assert [stamp for _, stamp, _ in index_of(package)] == ["20261101080000", "20261102080000"]


def test_an_answer_without_a_page_is_not_packed(desk: Desk) -> None:
    desk.collect("1", article())
    unchanged = replace(capture(body=b""), status=304, fetched_at=NOW + timedelta(days=1))
    desk.archive.save_not_modified(
        link("1"), capture=desk.store.keep(unchanged), run=desk.run, now=NOW
    )
    assert [said["status"] for _, _, said in index_of(desk.export())] == ["200"]


def test_a_long_index_is_cut_into_blocks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.export.wacz._LINES_IN_A_BLOCK", 2)
    for key in "12345":
        desk.collect(key, bare(key))
    package = desk.export()
    assert package.read("indexes/index.idx").count(b"\n") == 4
    assert [key[-1] for key, _, _ in index_of(package)] == list("12345")


def test_an_export_of_nothing_is_a_package(desk: Desk) -> None:
    package = desk.export(query="không")
    assert package.testzip() is None
    assert index_of(package) == []
    assert len(lines_of(package, "pages/pages.jsonl")) == 1


def test_a_missing_file_of_captures_is_said_and_nothing_is_written(desk: Desk) -> None:
    desk.collect("1", bare("A"))
    desk.collect("2", bare("B"))
    missing = desk.warc
    missing.unlink()
    with pytest.raises(ExportError) as refused:
        desk.export()
    assert str(refused.value).startswith(
        "2 articles cannot be packed, so nothing was written: "
        f"demo:2, demo:1: {missing}: the file of captures is missing"
    )
    assert [path.name for path in desk.folder.glob("found*")] == []


def test_a_changed_byte_is_found(desk: Desk) -> None:
    desk.collect("1", bare("A"))
    torn = bytearray(desk.warc.read_bytes())
    torn[-20] ^= 1
    desk.warc.write_bytes(torn)
    with pytest.raises(ExportError, match="1 article cannot be packed.*demo:1: .*record at byte"):
        desk.export()


def test_an_article_without_a_capture_is_said(desk: Desk) -> None:
    save(desk.archive, bare("A"), run=desk.run)  # its capture has no place
    with pytest.raises(ExportError, match="demo:1: .*a page was not kept"):
        desk.export()


def test_only_some_of_many_faults_are_named(desk: Desk) -> None:
    for key in "1234567":
        save(desk.archive, bare(key), run=desk.run, key=key)
    with pytest.raises(ExportError, match="7 articles cannot be packed.*; and 2 more"):
        desk.export()


def test_damaged_articles_can_be_left_out(desk: Desk) -> None:
    save(desk.archive, bare("A"), run=desk.run, key="1")
    desk.collect("2", bare("B"))
    asked = found(desk.archive, skip_damaged=True)
    path = desk.folder / "found.wacz"
    assert export_file(asked, "wacz", path=path).count == 1
    assert ["demo:1" in str(error) for error in asked.damaged] == [True]
    _, page = lines_of(ZipFile(path), "pages/pages.jsonl")
    assert page["id"] == "demo:2"


def test_it_can_be_written_where_nothing_can_be_gone_back_to(desk: Desk) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece: Any) -> int:
            self.written += piece
            return len(piece)

    desk.collect("1", article())
    pipe = Pipe()
    articles = found(desk.archive).articles()
    out = cast(IO[bytes], pipe)
    assert write_wacz(articles, out, about=about(desk.archive), archive=desk.archive) == 1
    assert ZipFile(io.BytesIO(pipe.written)).testzip() is None
