"""Other archives, made up: a Wayback Machine and a Common Crawl on loopback, files in a folder.

The texts are invented; what the servers answer has the shape that their documentation describes.
"""

from __future__ import annotations

import gzip
import io
import json
import threading
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from zipfile import ZIP_STORED, ZipFile

from littleportal import page
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.portals.portal_file import read_cron
from scraper.records import ArticleRule, FetchRule, MementoIndex, Portal, Source

HOME = "http://closed.example/"
CRAWL = "CC-MAIN-2019-22"


@dataclass(frozen=True)
class Held:
    """One capture that an archive holds."""

    stamp: str  # 14 digits
    url: str
    body: bytes
    status: int = 200
    mime: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)

    @property
    def digest(self) -> str:
        return b32encode(sha1(self.body).digest()).decode()


def held(stamp: str, number: int, opening: str, **changes: object) -> Held:
    """A capture of the closed portal's article of this number, with this opening sentence."""
    url = f"{HOME}detail.aspx?id={number}"
    stamp = stamp.ljust(14, "0") if len(stamp) == 14 else f"{stamp}040500"
    body = page(f"Bài số {number}", f"{opening} Đoạn mở đầu của bài số {number}.").encode()
    return Held(**{"stamp": stamp, "url": url, "body": body, **changes})  # type: ignore[arg-type]


@dataclass
class OtherArchive:
    """A server that is both: which paths it knows says which archive is asked."""

    holds: list[Held] = field(default_factory=list)
    lines_a_page: int = 3
    requests: list[str] = field(default_factory=list)
    refuse_after: int | None = None  # requests; then 429
    retry_after: str | None = None
    overrides: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # by beginning of path
    robots: bytes | None = None
    port: int = 0
    _written: tuple[bytes, list[dict[str, str]]] | None = None

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, beginning: str) -> list[str]:
        return [path for path in self.requests if path.startswith(beginning)]

    def source(self, index: MementoIndex = "wayback", **changes: object) -> Source:
        return Source(
            kind="webarchive",
            url=f"{self.server}/web/*/{HOME}",
            index=index,
            below=HOME,
            server=self.server,
            years=(1990, 2100),
            **changes,  # type: ignore[arg-type]
        )

    def answer(self, path: str, range_: str | None) -> tuple[int, dict[str, str], bytes]:
        if path == "/robots.txt":
            return (404, {}, b"") if self.robots is None else (200, {}, self.robots)
        for beginning, (status, body) in self.overrides.items():
            if path.startswith(beginning):
                return status, {"Content-Type": "text/html"}, body
        asked = len(self.requests) - len(self.asked("/robots.txt"))
        if self.refuse_after is not None and asked > self.refuse_after:
            return 429, {"Retry-After": self.retry_after} if self.retry_after else {}, b""
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/cdx/search/cdx":
            return 200, {"Content-Type": "application/json"}, self._cdx(query)
        if path.startswith("/web/"):
            return self._replay(path)
        if parts.path == "/collinfo.json":
            crawls = [{"id": CRAWL}, {"id": "CC-MAIN-2012"}, {"id": "CC-NEWS"}]
            return 200, {"Content-Type": "application/json"}, json.dumps(crawls).encode()
        if parts.path == f"/{CRAWL}-index":
            return self._crawl(int(query["page"]))
        if parts.path == "/crawl-data/one.warc.gz" and range_:
            first, last = map(int, range_.removeprefix("bytes=").split("-"))
            return 206, {}, self._warc()[0][first : last + 1]
        return 404, {}, b"{}"

    def _cdx(self, query: dict[str, str]) -> bytes:
        since, until = query["from"].ljust(14, "0"), query["to"].ljust(14, "9")
        found, last = [], ""
        for one in sorted(self.holds, key=lambda one: (one.url, one.stamp)):
            if one.status == 200 and since <= one.stamp <= until and one.mime == "text/html":
                if one.digest != last:
                    found.append([one.stamp, one.url, one.digest])
                last = one.digest
        start = int(query.get("resumeKey", "key 0").rpartition(" ")[2])
        rows = [["timestamp", "original", "digest"], *found[start : start + self.lines_a_page]]
        end = start + self.lines_a_page
        return json.dumps(rows + ([[], [f"key+{end}"]] if end < len(found) else [])).encode()

    def _replay(self, path: str) -> tuple[int, dict[str, str], bytes]:
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        for one in self.holds:
            if (one.stamp, one.url) == (stamp, unquote(url)):
                said = {"Content-Type": one.mime, "Memento-Datetime": one.stamp}
                said |= {f"x-archive-orig-{name}": value for name, value in one.headers}
                return one.status, said, one.body
        return 404, {}, b"not in archive"

    def _warc(self) -> tuple[bytes, list[dict[str, str]]]:
        if self._written is None:  # records bear random names
            self._written = self._write()
        return self._written

    def _write(self) -> tuple[bytes, list[dict[str, str]]]:
        out, lines = io.BytesIO(), []
        for one in self.holds:
            start = out.tell()
            write_record(out, one)
            lines.append(
                {
                    "timestamp": one.stamp,
                    "url": one.url,
                    "mime": one.mime,
                    "status": str(one.status),
                    "digest": one.digest,
                    "offset": str(start),
                    "length": str(out.tell() - start),
                    "filename": "crawl-data/one.warc.gz",
                }
            )
        return out.getvalue(), lines

    def _crawl(self, number: int) -> tuple[int, dict[str, str], bytes]:
        lines = [line for line in self._warc()[1] if line["status"] == "200"]
        some = lines[number * self.lines_a_page : (number + 1) * self.lines_a_page]
        if not some:
            return (404 if number == 0 else 400), {}, b'{"message": "No Captures found"}'
        return 200, {}, "".join(json.dumps(line) + "\n" for line in some).encode()


@contextmanager
def serving_archive(archive: OtherArchive) -> Iterator[OtherArchive]:
    """Serve it on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.requests.append(self.path)
            status, headers, body = archive.answer(self.path, self.headers.get("Range"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    archive.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_portal(*sources: Source, ports: tuple[int, ...] = (), home: str = HOME) -> Portal:
    """A portal that is asked for nothing: only other archives know it."""
    return Portal(
        name="closed",
        home=home,
        language="vi",
        timezone="Asia/Ho_Chi_Minh",
        article=ArticleRule(key_parameter="id"),
        sources=sources,
        cron=read_cron("7 * * * *"),
        fetch=FetchRule(
            pace_seconds=0,
            retries=0,
            timeout_seconds=5,
            allow_private=tuple(f"127.0.0.1:{port}" for port in ports),
        ),
    )


# --- files ---------------------------------------------------------------------------------------


def write_record(
    out: io.BytesIO, one: Held, *, packed: bool = True, of: Held | None = None
) -> None:
    """A response record; with `of` a revisit record that stands for that capture's bytes."""
    writer = WARCWriter(out, gzip=packed)
    headers = [("Content-Type", one.mime), *one.headers]
    http = StatusAndHeaders(f"{one.status} OK", headers, protocol="HTTP/1.1")
    date = one.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = f"sha1:{one.digest}"
    if of is not None:
        record = writer.create_revisit_record(
            one.url,
            digest,
            of.url,
            of.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            http_headers=http,
            warc_headers_dict={"WARC-Date": date},
        )
    else:
        record = writer.create_warc_record(
            one.url,
            "response",
            payload=io.BytesIO(one.body),
            length=len(one.body),
            http_headers=http,
            warc_headers_dict={"WARC-Date": date, "WARC-Payload-Digest": digest},
        )
    writer.write_record(record)


def warc(*captures: Held, packed: bool = True) -> bytes:
    """A WARC file of these captures."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("made.warc", {"software": "tests"}))
    for one in captures:
        write_record(out, one, packed=packed)
    return out.getvalue()


def wacz(path: Path, content: bytes, *, name: str = "data.warc.gz") -> None:
    """A WACZ file with one WARC file in it."""
    with ZipFile(path, "w") as package:
        package.writestr(f"archive/{name}", content, compress_type=ZIP_STORED)
        package.writestr("datapackage.json", "{}")


def whole_gzip(content: bytes) -> bytes:
    """Compressed as one, which is no way to keep WARC files."""
    return gzip.compress(content)


def folder_source(folder: Path) -> Source:
    return Source(
        kind="webarchive",
        url=folder.as_uri(),
        index="folder",
        below=HOME,
        folder=str(folder),
        years=(1990, 2100),
    )
