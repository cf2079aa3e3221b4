"""The made-up portal on loopback: what each address answers, and the server that says it.

Traps that real portals set, each on purpose: a list that shows its last page for ever and one that
goes empty; "not found" with status 200; a list where an article was asked for; addresses that
repeat themselves without end (/en/vi/en/...); a link that robots.txt forbids; an article that is
too busy the first time.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scraper.demo.content import ARTICLES, SECTIONS, PublishedArticle, published
from scraper.demo.datelines import VISIT_DAY
from scraper.demo.images import pdf, png
from scraper.demo.pages import (
    ListPage,
    article_page,
    feed,
    home_page,
    list_page,
    not_found_page,
)

HTML = "text/html; charset=utf-8"
CLOCK = datetime(VISIT_DAY.year, VISIT_DAY.month, VISIT_DAY.day, 8, 15, 7)
LAST_MODIFIED = datetime(2026, 6, 1, 1, 15, 7, tzinfo=UTC)
ROBOTS = "User-agent: *\nDisallow: /noi-bo/\nDisallow: /admin/\n"
FEED_NEWS_FROM_ELSEWHERE = 3  # the feed also brings the newest of the other sections
DETAIL = "default.aspx?page=tmv_chitiettin&lang=vi&contentid="
# Links that the lists show beside the articles: address, text. None leads to an article.
ODD_LINKS = (
    (f"/noi-bo/{DETAIL}90001", "Lịch công tác nội bộ của lãnh đạo Bộ trong tuần"),
    (f"/{DETAIL}90002", "Bài viết đã được gỡ khỏi cổng thông tin từ lâu"),
    (f"/luu-tru/{DETAIL}90003", "Bài viết trong kho lưu trữ cũ không còn tồn tại"),
    (f"/en/{DETAIL}90004", "Bản tiếng Anh của bài viết về công tác đê điều"),
    (f"/en/vi/en/vi/en/{DETAIL}90005", "Bản tiếng Việt của bản tiếng Anh của bài viết"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that the portal received."""

    method: str
    path: str  # with the query
    headers: tuple[tuple[str, str], ...]
    status: int
    at: datetime  # aware UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the portal says to one request."""

    body: bytes
    status: int = 200
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    lasting: bool = False  # has an ETag, and is answered with 304 to who knows it


class DemoServer:
    """The portal while it is served: what it publishes, and whom it answered.

    `publish`, `replace` and `withdraw` change it while it runs; `requests` is all that was asked
    so far, `most_at_once` the largest number of requests that it had in hand at one time.
    """

    def __init__(
        self, articles: Sequence[PublishedArticle], *, per_page: int, moving_clock: bool
    ) -> None:
        self.port = 0
        self.per_page = per_page
        self.moving_clock = moving_clock
        self.most_at_once = 0
        self._in_hand = 0
        self._articles = list(articles)
        self._requests: list[Request] = []
        self._busy = {articles[min(5, len(articles) - 1)].key} if articles else set()
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """ "127.0.0.1:PORT"."""
        return f"127.0.0.1:{self.port}"

    @property
    def home(self) -> str:
        return f"http://{self.host}/"

    @property
    def articles(self) -> tuple[PublishedArticle, ...]:
        """What is published now, newest first."""
        with self._lock:
            return tuple(self._articles)

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests so far, in the order of their answers."""
        with self._lock:
            return tuple(self._requests)

    def url(self, path: str) -> str:
        """The absolute address of a path of this portal."""
        return f"http://{self.host}{path}"

    def publish(self, article: PublishedArticle) -> None:
        """A new article, on top of its lists."""
        with self._lock:
            self._articles.insert(0, article)

    def replace(self, article: PublishedArticle) -> None:
        """The same article (by key) with other text. Raises KeyError if there is none."""
        with self._lock:
            keys = [known.key for known in self._articles]
            if article.key not in keys:
                raise KeyError(article.key)
            self._articles[keys.index(article.key)] = article

    def withdraw(self, key: str) -> None:
        """Take an article down: from now on its address says "not found", with status 200."""
        with self._lock:
            self._articles = [known for known in self._articles if known.key != key]

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """While one request is being answered."""
        with self._lock:
            self._in_hand += 1
            self.most_at_once = max(self.most_at_once, self._in_hand)
        try:
            yield
        finally:
            with self._lock:
                self._in_hand -= 1

    def note(self, request: Request) -> None:
        """Into the log."""
        with self._lock:
            self._requests.append(request)

    def answer(self, target: str) -> Answer:
        """What the portal says to a GET of this path with query."""
        parts = urlsplit(target)
        path = parts.path.lower()
        query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
        if path == "/robots.txt":
            return Answer(body=ROBOTS.encode(), kind="text/plain", lasting=True)
        if path.startswith(("/uploads/", "/images/", "/assets/")) or path == "/download.ashx":
            return _file(target, path)
        if path.startswith("/noi-bo/"):
            return Answer(body=b"Forbidden", status=403, kind="text/plain")
        if path.startswith(("/en/", "/vi/")) or path in ("/en", "/vi"):
            return self._list("49", 1)  # whatever was asked for
        return self._page(path, query)

    def _page(self, path: str, query: dict[str, str]) -> Answer:
        if path in ("/", "/default.aspx"):
            page = query.get("page", "")
            if page == "tmv_chitiettin":
                return self._article(query.get("contentid", ""))
            if page == "tmv_danhsachtin" and query.get("zoneid") in SECTIONS:
                return self._list(query["zoneid"], _count(query.get("paging")))
            return Answer(body=home_page(self.articles, clock=self._clock()))
        if path == "/pages/sukien.aspx":
            return self._list("31", _count(query.get("trang")))
        if path == "/rss.aspx":
            return self._feed()
        return Answer(body=b"<html><body><h1>404</h1></body></html>", status=404)

    def _article(self, key: str) -> Answer:
        articles = self.articles
        place = next((n for n, article in enumerate(articles) if article.key == key), None)
        if place is None:
            return Answer(body=not_found_page(clock=self._clock()))
        with self._lock:
            if key in self._busy:
                self._busy.discard(key)
                return Answer(
                    body=b"Service Unavailable", status=503, headers=(("Retry-After", "1"),)
                )
        article = articles[place]
        others = [other for other in articles[place + 1 :] if other.zones[0] == article.zones[0]]
        body = article_page(article, others=others[: 2 + place % 5], clock=self._clock())
        return Answer(body=body, lasting=not self.moving_clock)

    def _list(self, zone: str, number: int) -> Answer:
        own = [article for article in self.articles if zone in article.zones]
        last = max(1, -(-len(own) // self.per_page))
        if zone == "49":  # beyond the end: the last page again
            number = min(number, last)
        shown = own[(number - 1) * self.per_page : number * self.per_page]
        more = ODD_LINKS if zone == "49" and number == 1 else ()
        pager = _next_link(number, last) if zone == "31" else _numbers(zone, last)
        page = ListPage(
            zone=zone,
            number=number,
            articles=shown,
            addresses=[_listed_address(article, zone) for article in shown],
            more=more,
            pager=pager,
        )
        return Answer(body=list_page(page, clock=self._clock()))

    def _feed(self) -> Answer:
        own = [article for article in self.articles if "7" in article.zones]
        others = [article for article in self.articles if "7" not in article.zones]
        body = feed(others[:FEED_NEWS_FROM_ELSEWHERE] + own, home=self.home.rstrip("/"))
        return Answer(body=body, kind="application/rss+xml; charset=utf-8", lasting=True)

    def _clock(self) -> datetime:
        """The head's clock: stands still, so that pages have lasting ETags, unless told to move."""
        return CLOCK + timedelta(minutes=len(self.requests)) if self.moving_clock else CLOCK


@contextmanager
def serve(
    port: int = 0,
    *,
    articles: int = ARTICLES,
    per_page: int | None = None,
    moving_clock: bool = False,
) -> Iterator[DemoServer]:
    """The made-up portal on 127.0.0.1, on a free port unless one is given.

    `articles`: how many of the newest it publishes. `per_page`: length of a list page, 10 unless
    the portal is small. With `moving_clock` the clock in the pages' head moves with each request
    and pages have no ETag, as on most real portals. Raises OSError if the port is taken.
    """
    portal = DemoServer(
        published(articles),
        per_page=per_page or (10 if articles > 40 else 3),
        moving_clock=moving_clock,
    )
    server = _Server(("127.0.0.1", port), _handler(portal))
    portal.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """Says nothing of visitors who hang up: a collector that is killed is part of the game."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _handler(portal: DemoServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "Microsoft-IIS/6.0"
        sys_version = ""
        wbufsize = 65536  # headers and body in one packet: else each answer waits for an ACK
        timeout = 30  # seconds; an idle connection does not keep its thread for ever

        def do_GET(self) -> None:
            with portal.in_hand():
                self._answer()

        def _answer(self) -> None:
            answer = _conditional(portal.answer(self.path), self.headers.get("If-None-Match"))
            body = answer.body
            packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 400
            if packed and answer.kind.startswith(("text/", "application/rss")):
                body = gzip.compress(body, 5, mtime=0)
                answer = replace(answer, headers=(*answer.headers, ("Content-Encoding", "gzip")))
            self.send_response(answer.status)
            if answer.status != 304:  # whose headers would speak of the page that is not sent
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            portal.note(
                Request(
                    method=self.command,
                    path=self.path,
                    headers=tuple(self.headers.items()),
                    status=answer.status,
                    at=datetime.now(UTC),
                )
            )

        do_HEAD = do_GET  # noqa: N815 (named by http.server)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: who wants to know reads `requests`."""

    return Handler


def _conditional(answer: Answer, known: str | None) -> Answer:
    """With validators, if the answer lasts; without a body, if the other side has it."""
    if not answer.lasting or answer.status != 200:
        return answer
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    headers = (
        *answer.headers,
        ("ETag", tag),
        ("Last-Modified", format_datetime(LAST_MODIFIED, usegmt=True)),
    )
    if known is not None and tag in known:
        return replace(answer, body=b"", status=304, headers=headers)
    return replace(answer, headers=headers)


def _file(target: str, path: str) -> Answer:
    if path.endswith((".png", ".gif")):
        return Answer(body=png(path), kind="image/png", lasting=True)
    if path.endswith(".pdf"):
        return Answer(body=pdf(target), kind="application/pdf", lasting=True)
    body = f"Trạm\tMực nước (cm)\n{target}\t214\n".encode()
    return Answer(body=body, kind="application/vnd.ms-excel", lasting=True)


def _count(text: str | None) -> int:
    """A page number of a query; anything else is page 1, as the portal's own code has it."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() else 1


def _listed_address(article: PublishedArticle, zone: str) -> str:
    """Each list has its own form of the same article's address."""
    forms = {"49": 0, "12": 1, "31": 2}
    return article.addresses[forms.get(zone, 0)]


def _next_link(number: int, last: int) -> str:
    if number >= last:
        return "<span>Trang sau</span>"
    return f'<a class="next" href="SuKien.aspx?trang={number + 1}">Trang sau &raquo;</a>'


def _numbers(zone: str, last: int) -> str:
    return " ".join(
        f'<a href="default.aspx?page=tmv_danhsachtin&amp;zoneid={zone}&amp;paging={n}">{n}</a>'
        for n in range(1, last + 1)
    )
