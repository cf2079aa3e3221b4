"""WACZ 1.1.1: the pages as they were captured, in one file that replays them anywhere."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from scraper.archive.archive import Archive, StoredArticle
from scraper.capture.store import CaptureStore, head_record
from scraper.errors import ArticleDamaged, CaptureError, ExportError
from scraper.export.about import About
from scraper.export.cdxj import cdxj_line
from scraper.export.references import one_line, printable, reference
from scraper.records import Capture, Place

WACZ_VERSION = "1.1.1"
_WARC = "data.warc.gz"
_INDEX = "index.cdx.gz"
_LINES_IN_A_BLOCK = 1024  # as py-wacz has it: what a reader fetches to look up one address
_NOT_MODIFIED = 304  # an answer without a page: no text was read from it
_NAMED_FAULTS = 5


def write_wacz(
    articles: Iterable[StoredArticle],
    out: IO[bytes],
    *,
    about: About,
    archive: Archive,
    left_out: Callable[[ArticleDamaged], None] | None = None,
) -> int:
    """Every capture that the articles were read from; returns how many articles are in it.

    ExportError names the articles of which a capture is missing or damaged, or of which there is
    none; with `left_out` those are told to it instead, and are not in the file. The records stand
    in the file byte for byte as they were captured.
    """
    package = _Package(out, at=about.exported_at)
    with closing(package), CaptureStore(about.captures) as store, _index() as index:
        with tempfile.TemporaryFile() as pages:
            count = _write_pages(
                _Gathered(archive, store, left_out).pages(articles),
                package,
                index=index,
                pages=pages,
                about=about,
            )
            _write_index(package, index)
            with package.entry("pages/pages.jsonl", compressed=True) as entry:
                pages.seek(0)
                while piece := pages.read(1 << 16):
                    entry.write(piece)
        _write_description(package, about)
    return count


@dataclass(frozen=True, slots=True)
class _Page:
    """One article with its captures, oldest first, and their records."""

    stored: StoredArticle
    captures: list[tuple[Capture, bytes]]


class _Gathered:
    """Articles with their captures; those that lack one are told of, together, at the end."""

    def __init__(
        self,
        archive: Archive,
        store: CaptureStore,
        left_out: Callable[[ArticleDamaged], None] | None,
    ) -> None:
        self._archive = archive
        self._store = store
        self._left_out = left_out
        self._faulty = 0
        self._named = 0
        self._faults: dict[str, list[str]] = {}  # ids by what is wrong

    def pages(self, articles: Iterable[StoredArticle]) -> Iterator[_Page]:
        for stored in articles:
            try:
                captures = self._captures(stored)
            except CaptureError as error:
                self._note(stored, error)
            else:
                if not self._faulty:  # else nothing will come of the file
                    yield _Page(stored, captures)
        if self._faulty:
            raise ExportError(self._said())

    def _captures(self, stored: StoredArticle) -> list[tuple[Capture, bytes]]:
        known = self._archive.captures(stored.id)
        places = [one.place for one in known if one.status != _NOT_MODIFIED]
        if not places:
            raise CaptureError("no page was captured", path=self._archive.path)
        found = []
        for place in dict.fromkeys(places):
            if place is None:
                raise CaptureError("a page was not kept", path=self._archive.path)
            found.append(self._store.load_record(place))
        return found

    def _note(self, stored: StoredArticle, error: CaptureError) -> None:
        if self._left_out is not None:
            self._left_out(ArticleDamaged(str(error), id=stored.id, path=self._archive.path))
            return
        self._faulty += 1
        if self._named < _NAMED_FAULTS:
            self._named += 1
            self._faults.setdefault(str(error), []).append(stored.id)

    def _said(self) -> str:
        """What is wrong with which articles, and what to do; one file may be missing for many."""
        faults = "; ".join(f"{', '.join(ids)}: {fault}" for fault, ids in self._faults.items())
        more = self._faulty - self._named
        return (
            f"{self._faulty} article{'s' if self._faulty > 1 else ''} cannot be packed, so nothing "
            f"was written: {faults}{f'; and {more} more' if more else ''}. Put right what "
            '"scraper verify" lists, or leave these articles out with --skip-damaged'
        )


class _Package:
    """A ZIP file that keeps the size and digest of what is put into it."""

    def __init__(self, out: IO[bytes], *, at: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self._at = at.astimezone(UTC).timetuple()[:6]
        self.resources: list[dict[str, Any]] = []

    @contextmanager
    def entry(self, path: str, *, compressed: bool = False) -> Iterator[_Counted]:
        """A file in it; replay reads pieces of what is not compressed."""
        info = ZipInfo(path, self._at)
        info.compress_type = ZIP_DEFLATED if compressed else ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as opened:
            counted = _Counted(opened)
            yield counted
        resource = {
            "name": path.rpartition("/")[2].lower(),
            "path": path,
            "hash": f"sha256:{counted.digest.hexdigest()}",
            "bytes": counted.size,
        }
        self.resources.append(resource)

    def close(self) -> None:
        self._zip.close()


class _Counted:
    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.size = 0
        self.digest = sha256()

    def write(self, piece: bytes) -> None:
        self._out.write(piece)
        self.size += len(piece)
        self.digest.update(piece)


@contextmanager
def _index() -> Iterator[sqlite3.Connection]:
    """Lines to be sorted, on the disk: a million of them are too many to hold."""
    with closing(sqlite3.connect("")) as index:
        index.execute("CREATE TABLE lines (line TEXT)")
        try:
            yield index
        except sqlite3.Error as error:
            raise ExportError(
                f"the index cannot be sorted ({error}); free some space where temporary files go"
            ) from error


def _write_pages(
    found: Iterable[_Page],
    package: _Package,
    *,
    index: sqlite3.Connection,
    pages: IO[bytes],
    about: About,
) -> int:
    """The WARC file; a line for each capture in the index, and one for each article in `pages`."""
    title = one_line(about.query) or about.archive.name
    pages.write(_line({"format": "json-pages-1.0", "id": "pages", "title": title, "hasText": True}))
    count = 0
    with package.entry(f"archive/{_WARC}") as warc:
        warc.write(head_record(_WARC))
        for page in found:
            for capture, record in page.captures:
                place = Place(file=_WARC, offset=warc.size, length=len(record))
                warc.write(record)
                index.execute("INSERT INTO lines VALUES (?)", (cdxj_line(capture, place),))
            pages.write(_line(_page(page, about)))
            count += 1
    return count


def _page(page: _Page, about: About) -> dict[str, Any]:
    """What a list of pages says of an article: where its newest capture is to be found."""
    captures = [capture for capture, _ in page.captures]
    whole = [capture for capture in captures if capture.status == 200] or captures
    newest = max(whole, key=lambda capture: capture.fetched_at)
    return {
        "id": page.stored.id,
        "url": newest.answered_url,
        "ts": newest.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": reference(page.stored, about).title,
        "text": printable(page.stored.article.text),
    }


def _write_index(package: _Package, index: sqlite3.Connection) -> None:
    """The sorted lines in compressed blocks, and where each block begins."""
    rows = index.execute("SELECT DISTINCT line FROM lines ORDER BY line")
    lines = (row[0] for row in rows)
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": _INDEX})
    blocks = [f"!meta 0 {meta}\n"]
    with package.entry(f"indexes/{_INDEX}") as entry:
        while block := list(islice(lines, _LINES_IN_A_BLOCK)):
            packed = gzip.compress("".join(f"{line}\n" for line in block).encode(), mtime=0)
            where = {
                "offset": entry.size,
                "length": len(packed),
                "digest": f"sha256:{sha256(packed).hexdigest()}",
                "filename": _INDEX,
            }
            blocks.append(f"{block[0].partition(' {')[0]} {json.dumps(where)}\n")
            entry.write(packed)
    with package.entry("indexes/index.idx", compressed=True) as entry:
        entry.write("".join(blocks).encode())


def _write_description(package: _Package, about: About) -> None:
    """datapackage.json, and its digest."""
    query = one_line(about.query)
    archive = about.archive.name
    description = {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": query or archive,
        "description": f"Pages that “{query}” finds in {archive}" if query else f"All of {archive}",
        "created": about.exported_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": about.program,
        "resources": package.resources,
    }
    written = json.dumps(description, ensure_ascii=False, indent=2).encode()
    with package.entry("datapackage.json", compressed=True) as entry:
        entry.write(written)
    digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(written).hexdigest()}"}
    with package.entry("datapackage-digest.json", compressed=True) as entry:
        entry.write(json.dumps(digest, indent=2).encode())


def _line(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False) + "\n").encode()
