"""Captures, kept and given back; whole after crashes, and readable by other tools."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio_main

from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError
from scraper.forms import shortened
from scraper.records import Capture, Place

BODY = "<html><body><h1>Thông báo số 1</h1></body></html>".encode()


def capture_of(body: bytes = BODY, *, url: str = "http://bo.vn/tin?id=1") -> Capture:
    return Capture(
        url=url,
        answered_url=url,
        status=200,
        headers=(
            ("Server", "Microsoft-IIS/7.5"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("transfer-encoding", "chunked"),
            ("Set-Cookie", "a=1; path=/"),
            ("Set-Cookie", "b=2; path=/"),
        ),
        body=body,
        fetched_at=datetime(2024, 6, 3, 1, 30, 15, 123456, tzinfo=UTC),
        sha256=hashlib.sha256(body).hexdigest(),
    )


def place_of(capture: Capture) -> Place:
    assert capture.place is not None
    return capture.place


def end_of(capture: Capture) -> int:
    place = place_of(capture)
    return place.offset + place.length


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.warc.gz")
    return path


def is_whole(path: Path) -> bool:
    """What `warcio check` says of a file."""
    with pytest.raises(SystemExit) as ended:
        warcio_main(["check", str(path)])
    return ended.value.code == 0


# --- keep and load -----------------------------------------------------------------------------


def test_what_was_kept_is_given_back(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        kept = [
            store.keep(capture_of(BODY + bytes([number]), url=f"http://bo.vn/tin?id={number}"))
            for number in range(5)
        ]
        assert [store.load(place_of(capture)) for capture in kept] == kept
    with CaptureStore(tmp_path) as later:
        assert [later.load(place_of(capture)) for capture in kept] == kept


@pytest.mark.parametrize(
    "capture",
    [
        capture_of(b""),
        capture_of(bytes(range(256)) * 1000),
        capture_of(b"\r\n\r\nWARC/1.1\r\n\r\n"),
        replace(capture_of(), headers=()),
        replace(capture_of(), headers=(("Content-Length", "7"), ("X-Empty", ""))),
        replace(capture_of(), headers=(("X-Archive-Orig-Content-Length", "7"),)),
        replace(capture_of(), headers=(("X-Title", "B\xe1\xba\x99"), ("x-a", "b: c"))),
        replace(capture_of(b""), status=304),
        replace(capture_of(), status=299),
        replace(capture_of(), url="http://bộ.vn/tin tức?a=\t1#đầu"),
        replace(capture_of(), answered_url="https://www.bo.vn/t%E1%BB%A9c"),
        replace(capture_of(), fetched_at=datetime(2024, 6, 3, tzinfo=UTC)),
    ],
    ids=[
        "empty", "any bytes", "looks like a record", "no headers", "length", "archived before",
        "letters", "304", "odd status", "raw address", "redirected", "full second",
    ],
)  # fmt: skip
def test_nothing_of_a_capture_is_altered(tmp_path: Path, capture: Capture) -> None:
    with CaptureStore(tmp_path) as store:
        kept = store.keep(capture)
        assert store.load(place_of(kept)) == kept
        assert replace(kept, place=None) == capture
    assert is_whole(only_file(tmp_path))


def test_what_was_posted_is_given_back_short_and_told_to_other_programs(tmp_path: Path) -> None:
    form = (("__VIEWSTATE", "w" * 3000), ("__EVENTTARGET", "pg"), ("tim", "đất đai"))
    posted = replace(capture_of(), form=form)
    with CaptureStore(tmp_path) as store:
        place = place_of(store.keep(posted))
        loaded = store.load(place)
        assert loaded == replace(posted, place=place, form=shortened(form))
        assert list(store.records(place.file)) == [loaded]
    with (tmp_path / place.file).open("rb") as stream:
        records = [
            (record.rec_type, record.rec_headers, record.content_stream().read())
            for record in ArchiveIterator(stream)
        ][1:3]
    (asked, request, body), (answered, response, _) = records
    assert (asked, answered) == ("request", "response")
    assert response.get_header("WARC-Concurrent-To") == request.get_header("WARC-Record-ID")
    assert parse_qsl(body.decode()) == list(form)
    with pytest.raises(SystemExit) as checked:
        warcio_main(["check", str(tmp_path / place.file)])
    assert checked.value.code == 0


def test_a_post_that_led_to_another_address_has_no_request_of_its_own(tmp_path: Path) -> None:
    led = replace(capture_of(), form=(("a", "1"),), answered_url="http://bo.vn/tin?id=2")
    with CaptureStore(tmp_path) as store:
        file = place_of(store.keep(led)).file
    with (tmp_path / file).open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds == ["warcinfo", "response"]


def test_a_moment_in_another_zone_is_kept_as_the_same_moment(tmp_path: Path) -> None:
    moment = datetime(2024, 6, 3, 8, 30, tzinfo=timezone(timedelta(hours=7)))
    with CaptureStore(tmp_path) as store:
        kept = store.keep(replace(capture_of(), fetched_at=moment))
        assert store.load(place_of(kept)).fetched_at == moment


def test_nothing_is_written_before_something_is_kept(tmp_path: Path) -> None:
    with CaptureStore(tmp_path / "captures"):
        pass
    assert not (tmp_path / "captures").exists()


def test_several_threads_keep_at_once(tmp_path: Path) -> None:
    kept: list[Capture] = []
    with CaptureStore(tmp_path, roll_bytes=5000) as store:

        def keep_some(first: int) -> None:
            for number in range(first, first + 10):
                kept.append(store.keep(capture_of(b"%d" % number)))

        threads = [threading.Thread(target=keep_some, args=(n * 10,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept) == 40
        assert all(store.load(place_of(capture)) == capture for capture in kept)
    assert all(is_whole(path) for path in tmp_path.rglob("*.warc.gz"))


@pytest.mark.parametrize("group", ["", ".", "..", "a/b", ".hidden", "a\\b", "a b"])
def test_a_group_that_cannot_be_a_folder_is_refused(tmp_path: Path, group: str) -> None:
    with pytest.raises(ValueError, match="name of a folder"):
        CaptureStore(tmp_path, group=group)


def test_a_capture_with_a_wrong_digest_is_refused(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store, pytest.raises(ValueError, match="sha256"):
        store.keep(replace(capture_of(), sha256="0" * 64))
    assert not list(tmp_path.iterdir())


def test_a_header_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store, pytest.raises(ValueError, match="line break"):
        store.keep(replace(capture_of(), headers=(("X", "a\r\n\r\nb"),)))


def test_a_closed_store_keeps_nothing(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.keep(capture_of())


# --- the files ---------------------------------------------------------------------------------


def test_other_tools_read_the_files(tmp_path: Path) -> None:
    with CaptureStore(tmp_path, group="bo") as store:
        kept = store.keep(replace(capture_of(), url="http://bo.vn/old"))
        store.keep(capture_of(b"second"))
    path = only_file(tmp_path)
    assert is_whole(path)
    with path.open("rb") as file:
        found = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.http_headers and record.http_headers.get_header("Content-Encoding"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file)
        ]
    assert found[0][0] == "warcinfo"
    assert found[1] == ("response", kept.answered_url, None, BODY)
    assert found[2][3] == b"second"


def test_a_file_is_named_after_its_group_and_time(tmp_path: Path) -> None:
    with CaptureStore(tmp_path, group="bo-1") as store:
        place = place_of(store.keep(capture_of()))
    folder, _, name = place.file.partition("/")
    assert folder == "bo-1"
    assert name.startswith(f"bo-1-{datetime.now(UTC):%Y}")
    assert name.endswith("-00000.warc.gz")
    assert tmp_path / place.file == only_file(tmp_path)


def test_a_place_is_one_gzip_member(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        store.keep(capture_of())
        place = place_of(store.keep(capture_of(b"second")))
    data = (tmp_path / place.file).read_bytes()
    assert len(data) == place.offset + place.length
    assert gzip.decompress(data[place.offset :]).endswith(b"second\r\n\r\n")


def test_a_full_file_is_followed_by_a_new_one(tmp_path: Path) -> None:
    with CaptureStore(tmp_path, roll_bytes=2000) as store:
        kept = [store.keep(capture_of(os.urandom(1500))) for _ in range(3)]
        assert all(store.load(place_of(capture)) == capture for capture in kept)
    assert len({place_of(capture).file for capture in kept}) == 3


def test_a_later_store_goes_on_in_the_newest_file(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
    with CaptureStore(tmp_path, known_ends={place_of(first).file: end_of(first)}) as store:
        second = store.keep(capture_of(b"second"))
        assert place_of(second).file == place_of(first).file
        assert place_of(second).offset == end_of(first)
        assert store.load(place_of(first)) == first


def test_two_stores_at_once_write_into_files_of_their_own(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as one, CaptureStore(tmp_path) as other:
        kept = [store.keep(capture_of(b"%d" % n)) for n in range(3) for store in (one, other)]
        assert all(one.load(place_of(capture)) == capture for capture in kept)
    assert len({place_of(capture).file for capture in kept}) == 2
    assert all(is_whole(path) for path in tmp_path.rglob("*.warc.gz"))


# --- after a crash -----------------------------------------------------------------------------


@pytest.mark.parametrize("left", [1, 2, 9, 50, 0.5, -1])
@pytest.mark.parametrize("known", [True, False])
def test_a_torn_record_is_cut_off(tmp_path: Path, left: float, known: bool) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
        torn = store.keep(capture_of(os.urandom(3000)))
    length = place_of(torn).length
    size = round(length * left) if left == 0.5 else int(left) % length
    path = only_file(tmp_path)
    os.truncate(path, end_of(first) + size)
    ends = {place_of(first).file: end_of(first)} if known else {}
    with CaptureStore(tmp_path, known_ends=ends) as store:
        third = store.keep(capture_of(b"third"))
        assert place_of(third).offset == end_of(first)
        assert [store.load(place_of(c)) for c in (first, third)] == [first, third]
    assert is_whole(path)


def test_what_the_system_filled_with_zeros_is_cut_off(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
    path = only_file(tmp_path)
    with path.open("ab") as file:
        file.write(bytes(5000))
    with CaptureStore(tmp_path) as store:
        assert place_of(store.keep(capture_of(b"second"))).offset == end_of(first)
    assert is_whole(path)


def test_a_whole_record_that_the_archive_does_not_know_stays(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
        second = store.keep(capture_of(b"second"))
    with CaptureStore(tmp_path, known_ends={place_of(first).file: end_of(first)}) as store:
        third = store.keep(capture_of(b"third"))
        assert place_of(third).offset == end_of(second)
        assert store.load(place_of(second)) == second


def test_a_torn_beginning_is_written_anew(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        store.keep(capture_of())
    path = only_file(tmp_path)
    os.truncate(path, 20)
    with CaptureStore(tmp_path) as store:
        kept = store.keep(capture_of())
        assert store.load(place_of(kept)) == kept
    assert only_file(tmp_path) == path
    assert is_whole(path)


def test_a_damaged_record_with_whole_ones_behind_it_is_not_touched(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of(os.urandom(1000)))
        second = store.keep(capture_of(b"second"))
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[place_of(first).offset + 500] ^= 0xFF
    path.write_bytes(data)
    with CaptureStore(tmp_path) as store:
        third = store.keep(capture_of(b"third"))
        assert store.load(place_of(second)) == second
    assert place_of(third).file != place_of(second).file
    assert path.read_bytes() == data


def test_a_file_shorter_than_the_archive_knows_is_not_written_to(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
        second = store.keep(capture_of(os.urandom(2000)))
    path = only_file(tmp_path)
    os.truncate(path, end_of(second) - 100)
    with CaptureStore(tmp_path, known_ends={place_of(second).file: end_of(second)}) as store:
        third = store.keep(capture_of(b"third"))
        assert store.load(place_of(first)) == first
        with pytest.raises(CaptureError, match="backup"):
            store.load(place_of(second))
    assert place_of(third).file != place_of(second).file
    assert path.stat().st_size == end_of(second) - 100


def test_a_killed_writer_loses_nothing_that_keep_returned(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import hashlib, os, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from scraper.capture.store import CaptureStore
        from scraper.records import Capture
        with CaptureStore(Path(sys.argv[1])) as store:
            while True:
                body = os.urandom(20_000)
                kept = store.keep(Capture(url="http://a/", answered_url="http://a/", status=200,
                    headers=(), body=body, fetched_at=datetime.now(UTC),
                    sha256=hashlib.sha256(body).hexdigest()))
                place = kept.place
                print(place.file, place.offset, place.length, kept.sha256, flush=True)
        """
    )
    told: list[list[str]] = []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                told.append(line.split())
                if len(told) % 20 == 0:
                    writer.send_signal(signal.SIGKILL)
                    break
            # A line may be torn by the kill: it was not told.
            told += [line.split() for line in writer.stdout.readlines() if line.endswith("\n")]
    with CaptureStore(tmp_path) as store:
        store.keep(capture_of())
        for file, offset, length, sha256 in told:
            place = Place(file=file, offset=int(offset), length=int(length))
            assert store.load(place).sha256 == sha256
    assert is_whole(only_file(tmp_path))


# --- no room -----------------------------------------------------------------------------------


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as a full disk or a quota would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_the_record_is_taken_back(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        first = store.keep(capture_of())
        path = only_file(tmp_path)
        with room_for(end_of(first) + 2000):
            with pytest.raises(CaptureError, match="no room") as caught:
                store.keep(capture_of(os.urandom(50_000)))
            assert caught.value.path == path
            assert path.stat().st_size == end_of(first)
            small = store.keep(capture_of(b"small"))
        later = store.keep(capture_of(os.urandom(50_000)))
        assert [store.load(place_of(c)) for c in (first, small, later)] == [first, small, later]
    assert is_whole(only_file(tmp_path))


def test_without_room_for_the_first_record_no_file_is_left(tmp_path: Path) -> None:
    with CaptureStore(tmp_path) as store:
        with room_for(100), pytest.raises(CaptureError, match="no room"):
            store.keep(capture_of())
        assert not list(tmp_path.rglob("*.warc.gz"))
        kept = store.keep(capture_of())
        assert store.load(place_of(kept)) == kept


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "captures").write_text("a file")
    with CaptureStore(tmp_path / "captures") as store, pytest.raises(CaptureError, match="kept"):
        store.keep(capture_of())


# --- what cannot be loaded ---------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Capture:
    with CaptureStore(tmp_path) as store:
        store.keep(capture_of(b"first"))
        return store.keep(capture_of(os.urandom(1000)))


def test_a_missing_file_is_told(tmp_path: Path, kept: Capture) -> None:
    path = only_file(tmp_path)
    path.unlink()
    with pytest.raises(CaptureError, match="missing; put it back from a backup") as caught:
        CaptureStore(tmp_path).load(place_of(kept))
    assert caught.value.path == path


def test_a_torn_record_is_told(tmp_path: Path, kept: Capture) -> None:
    os.truncate(only_file(tmp_path), end_of(kept) - 1)
    with pytest.raises(CaptureError, match="not one whole record"):
        CaptureStore(tmp_path).load(place_of(kept))


@pytest.mark.parametrize("at", [0, 3, 100, 500, -5])
def test_changed_bytes_are_told(tmp_path: Path, kept: Capture, at: int) -> None:
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    start = place_of(kept).offset if at >= 0 else end_of(kept)
    data[start + at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(CaptureError, match="record at byte"):
        CaptureStore(tmp_path).load(place_of(kept))


def test_another_body_under_the_same_digest_is_told(tmp_path: Path, kept: Capture) -> None:
    path = only_file(tmp_path)
    data = path.read_bytes()
    start = place_of(kept).offset
    record = bytearray(gzip.decompress(data[start:]))
    record[-10] ^= 0xFF
    changed = gzip.compress(bytes(record))
    path.write_bytes(data[:start] + changed)
    place = replace(place_of(kept), length=len(changed))
    with pytest.raises(CaptureError, match="digest does not fit"):
        CaptureStore(tmp_path).load(place)


def test_the_record_at_the_head_of_a_file_is_no_capture(tmp_path: Path, kept: Capture) -> None:
    path = only_file(tmp_path)
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        next(records)
        records.read_to_end()
        length = records.get_record_length()
    place = Place(file=place_of(kept).file, offset=0, length=length)
    with pytest.raises(CaptureError, match="holds no captured answer"):
        CaptureStore(tmp_path).load(place)


@pytest.mark.parametrize(
    "file", ["../secret", "captures/../../secret", "/etc/passwd", "", ".", "a\\b", "captures"]
)
def test_a_place_outside_of_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    (tmp_path / "captures").mkdir()
    (tmp_path.parent / "secret").write_bytes(gzip.compress(b"secret"))
    with pytest.raises(CaptureError):
        CaptureStore(tmp_path).load(Place(file=file, offset=0, length=100))


@pytest.mark.parametrize(("offset", "length"), [(-1, 10), (0, 0), (0, -1), (10**9, 10)])
def test_a_place_where_nothing_can_lie_is_refused(
    tmp_path: Path, kept: Capture, offset: int, length: int
) -> None:
    place = Place(file=place_of(kept).file, offset=offset, length=length)
    with pytest.raises(CaptureError):
        CaptureStore(tmp_path).load(place)


def test_a_bomb_in_the_place_of_a_record_is_not_unpacked(tmp_path: Path, kept: Capture) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        for _ in range(200):
            file.write(bytes(1_000_000))
    only_file(tmp_path).write_bytes(packed.getvalue())
    place = Place(file=place_of(kept).file, offset=0, length=len(packed.getvalue()))
    with pytest.raises(CaptureError):
        CaptureStore(tmp_path).load(place)
