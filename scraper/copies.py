"""Copies had from other archives: which a folder holds, and one as the capture that it was there.

Its address is the original one, its moment the one when it was captured, its bytes as they came
from the portal; `origin` says who kept it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from scraper.capture.store import (
    ForeignRecord,
    Revisit,
    Torn,
    foreign_files,
    load_foreign,
    original_headers,
    read_foreign,
    read_member,
)
from scraper.discovery.sources import Copy, IndexPage, copy_that_answered, mementos_of, wanted
from scraper.errors import CaptureError, NoArticle, SourceError, Unreachable, UnsafeAddress
from scraper.fetching.fetcher import Fetcher
from scraper.records import Capture, IndexPart, Memento, Portal, Source
from scraper.urls import canonical_address

_GZIP = b"\x1f\x8b"


LINES = 1000  # records of a file that are taken up at once
Twins = Callable[[Memento, Revisit], Sequence[Memento]]


def folder_pages(
    source: Source, portal: Portal, *, walked: Collection[str], fault: Callable[[str], None]
) -> Iterator[IndexPage]:
    """The copies in each file of a source's folder that was not walked at its present size.

    What cannot be read is told to `fault`. Raises SourceError where the folder is not there, and
    OSError where it cannot be read.
    """
    folder = Path(source.folder or "")
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is not there"
        reason = f"{folder} {what}; [[source]] folder in the portal file says where copies lie"
        raise SourceError(reason, portal=portal.name, url=source.url)
    for name, size in foreign_files(folder):
        part = f"{name} {size} #{wanted(source, portal)}"
        if part in walked:
            continue
        copies: list[Copy] = []
        try:
            for record in read_foreign(folder, name):
                if isinstance(record, Torn):
                    fault(f"{name}: from byte {record.offset} on: {record.reason}")
                elif record.status == 200 and _may_be_page(record.content_type):
                    copies.append(_copy(record, name))
                if len(copies) == LINES:
                    yield _file_page(source, portal, part, copies, done_at=None)
                    copies = []
        except CaptureError as error:
            fault(f"{name}: {error.reason}")
        yield _file_page(source, portal, part, copies, done_at=datetime.now(UTC))


def _file_page(
    source: Source, portal: Portal, part: str, copies: Sequence[Copy], *, done_at: datetime | None
) -> IndexPage:
    known = IndexPart(part=part, cursor=None if done_at else "0", done_at=done_at)
    return IndexPage(url=source.url, part=known, mementos=mementos_of(copies, source, portal))


def _copy(record: ForeignRecord, name: str) -> Copy:
    return Copy(
        url=record.url,
        at=record.at,
        address=name,
        origin=name,
        digest=record.digest,
        offset=record.offset,
        length=record.length,
    )


def _may_be_page(content_type: str) -> bool:
    return not content_type or "html" in content_type.lower()


def no_twins(memento: Memento, revisit: Revisit) -> Sequence[Memento]:
    """Where no archive knows what else the folder holds."""
    return ()


@dataclass
class Lender:
    """Where the copies of one source are had; `asked` counts those that were asked for.

    `twins` finds what may hold the bytes that a revisit record only names.
    """

    source: Source
    portal: Portal
    fetcher: Fetcher
    twins: Twins = no_twins
    asked: int = 0

    def copy(self, memento: Memento) -> Capture:
        """The copy, as the capture that it was there; it is not kept yet. Raises PageError."""
        if self.source.folder is not None:
            capture = self.of_folder(memento)
        elif self.source.index == "commoncrawl":
            capture = self.of_crawl(memento)
        else:
            capture = self.of_wayback(memento)
        if capture.status != 200:
            raise NoArticle(f"the copy is an answer of status {capture.status}", url=memento.url)
        return as_memento(capture, memento, at=capture.fetched_at)

    def of_wayback(self, memento: Memento) -> Capture:
        self.asked += 1
        answer = self.fetcher.get(memento.address, yielding=True)
        named = copy_that_answered(answer.answered_url)
        if named is None or not self.same_page(named[1], memento.url):
            reason = f"the copy is a redirect to {answer.answered_url}"
            raise NoArticle(reason, url=memento.url)
        at = datetime.strptime(named[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        headers = original_headers(answer.headers)
        body = self.decoded(answer.body, headers)
        return replace(
            answer,
            headers=headers,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            fetched_at=at,
        )

    def of_crawl(self, memento: Memento) -> Capture:
        self.asked += 1
        last = memento.offset + memento.length - 1
        answer = self.fetcher.get(
            memento.address, headers={"Range": f"bytes={memento.offset}-{last}"}, yielding=True
        )
        if answer.status != 206 or len(answer.body) != memento.length:
            reason = f"the server did not give the {memento.length} bytes that were asked for"
            raise Unreachable(reason, url=memento.url)
        found = self.read_member(answer.body, memento)
        if isinstance(found, Revisit):
            raise NoArticle("the copy stands for another one, without a page", url=memento.url)
        return self.checked(found, memento)

    def read_member(self, member: bytes, memento: Memento) -> Capture | Revisit:
        most = self.portal.fetch.max_body_bytes
        try:
            return read_member(member, most_bytes=most, path=Path(memento.address))
        except CaptureError as error:
            raise Unreachable(error.reason, url=memento.url) from error

    def of_folder(self, memento: Memento) -> Capture:
        found = self.loaded(memento)
        if not isinstance(found, Revisit):
            return self.checked(found, memento)
        for twin in self.twins(memento, found):
            other = self.loaded(twin)
            if not isinstance(other, Revisit):
                return replace(other, fetched_at=memento.memento_at)
        reason = "the record stands for the bytes of an earlier one, which is in no file here"
        raise Unreachable(reason, url=memento.url)

    def loaded(self, memento: Memento) -> Capture | Revisit:
        try:
            return load_foreign(
                Path(self.source.folder or ""),
                memento.address,
                offset=memento.offset,
                length=memento.length,
                most_bytes=self.portal.fetch.max_body_bytes,
            )
        except CaptureError as error:
            raise Unreachable(f"{memento.address}: {error.reason}", url=memento.url) from error

    def checked(self, capture: Capture, memento: Memento) -> Capture:
        if self.same_page(capture.url, memento.url):
            return capture
        reason = f"another page lies there: {capture.url}"
        raise Unreachable(reason, url=memento.url)

    def same_page(self, one: str, other: str) -> bool:
        home, formerly = self.portal.home, self.portal.formerly
        try:
            return canonical_address(one, formerly=formerly, home=home) == canonical_address(
                other, formerly=formerly, home=home
            )
        except UnsafeAddress:
            return False

    def decoded(self, body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
        """The bytes as the portal meant them: some copies are handed out still compressed."""
        coded = next((text for name, text in headers if name.lower() == "content-encoding"), "")
        if "gzip" not in coded.lower() or not body.startswith(_GZIP):
            return body
        most = self.portal.fetch.max_body_bytes
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain = inflate.decompress(body, most + 1)
        except zlib.error:
            return body
        return plain if len(plain) <= most else body


def as_memento(capture: Capture, memento: Memento, *, at: datetime) -> Capture:
    """A capture under the address that the memento is of."""
    return replace(
        capture, url=memento.url, answered_url=memento.url, fetched_at=at, origin=memento.origin
    )
