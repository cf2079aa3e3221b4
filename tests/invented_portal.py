"""Invented portals on loopback: articles, sections, and the addresses that a CMS gives them.

Each has what portals have around their news: a menu with pages that stand for years, a box of what
is read most, a calendar, a search, a login, files, another language.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from scraper.vietnamese.text import fold

WHO = ("Tổng cục Sông ngòi", "Sở Đê điều Vĩnh Sa", "Viện Thủy văn", "Cục Hồ chứa", "Đoàn khảo sát")
DID = ("kiểm tra", "khánh thành", "bàn giao", "công bố", "tổng kết", "khởi công", "thẩm định")
WHAT = ("tuyến đê tả ngạn", "hồ chứa Bình Khê", "trạm đo mưa", "bản đồ ngập lụt", "cống Trà Bạc")
SECTIONS = (
    ("tin-tuc", "Tin tức"),
    ("chi-dao-dieu-hanh", "Chỉ đạo điều hành"),
    ("su-kien", "Sự kiện"),
)


@dataclass(frozen=True)
class Piece:
    """One invented article."""

    number: int  # its id
    section: int
    title: str
    day: date

    @property
    def slug(self) -> str:
        return re.sub(r"\W+", "-", fold(self.title)).strip("-")

    @property
    def body(self) -> str:
        text = (
            f"{self.title}, theo báo cáo gửi về Bộ trong tuần qua. Đoàn đã đi dọc {self.number} "
            f"ki-lô-mét bờ sông và ghi nhận {self.number % 17 + 2} điểm sạt lở cần xử lý sớm."
        )
        more = "Các đơn vị thống nhất chia việc theo từng xã, mỗi tuần báo cáo một lần về Tổng cục."
        return f"<p>{text}</p><p>{more} Mã hồ sơ {self.number}.</p><p>{more}</p><p>{more}</p>"


def pieces(count: int) -> list[Piece]:
    """Articles, the newest first."""
    made = []
    for n in range(count):
        who, did, what = WHO[n % 5], DID[n % 7], WHAT[(n // 5) % 5]
        title = f"{who} {did} {what} đợt {n + 1} tại huyện An Thủy"
        if n % 11 == 3:
            title = f"{did.capitalize()} {what}"
            title += f" {n + 1}"
        made.append(Piece(4000 + 7 * n, n % 3, title, date(2023, 1, 5) + timedelta(days=9 * n)))
    return made[::-1]


Page = Callable[[dict[str, str]], str | bytes | None]


@dataclass
class Invented:
    """A portal: how it writes addresses, and what it answers."""

    articles: list[Piece] = field(default_factory=lambda: pieces(50))
    per_page: int = 6
    requests: list[str] = field(default_factory=list)
    port: int = 0
    robots: str = "User-agent: *\nDisallow: /quan-tri/\n"
    head: str = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def home(self) -> str:
        return f"http://{self.host}/"

    def __post_init__(self) -> None:
        """A family sets its head here."""

    # --- what a family overrides ----------------------------------------------------------------

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        raise NotImplementedError

    def section_url(self, section: int) -> str:
        raise NotImplementedError

    def page_url(self, section: int, number: int) -> str:
        raise NotImplementedError

    def route(self, path: str, query: dict[str, str]) -> str | None:
        """The page for an address; None for 404."""
        raise NotImplementedError

    # --- pages ----------------------------------------------------------------------------------

    def of_section(self, section: int) -> list[Piece]:
        return [piece for piece in self.articles if piece.section == section]

    def frame(self, content: str, *, title: str) -> str:
        menu = "".join(
            f'<li><a href="{html.escape(self.section_url(n))}">{name}</a></li>'
            for n, (_, name) in enumerate(SECTIONS)
        )
        statics = "".join(f'<li><a href="{url}">{name}</a></li>' for url, name in self.statics())
        most = "".join(
            f'<li><a href="{self.link(piece, where="most")}">{piece.title}</a></li>'
            for piece in self.articles[4:8]
        )
        days = "".join(
            f'<td><a href="/lich?ngay={n}&thang=5&nam=2024">{n}</a></td>' for n in range(1, 31)
        )
        elsewhere = "http://khac.invalid/tin-tuc/mot-bai-viet-o-trang-khac-99999.html"
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>{title} - Bộ Sông ngòi</title>{self.head}</head><body>
<div id="header"><a href="/"><img src="/logo.png" alt="Bộ Sông ngòi"></a>
<a href="/en/">English</a> <a href="/dang-nhap">Đăng nhập</a>
<form action="/tim-kiem"><input name="q"></form></div>
<div class="main-menu"><ul><li><a href="/">Trang chủ</a></li>{menu}{statics}</ul></div>
<div class="content">{content}</div>
<div class="sidebar"><h3>Đọc nhiều</h3><ul>{most}</ul><table class="cal"><tr>{days}</tr></table>
<a href="/uploads/bao-cao-nam-2023.pdf">Báo cáo năm 2023 của Bộ Sông ngòi (PDF)</a>
<a href="{elsewhere}">Bài viết ở một trang khác hẳn</a>
</div><div class="footer"><a href="/tim-kiem?q=lu">Tìm kiếm</a>
<a href="/so-do-trang">Sơ đồ trang</a></div></body></html>"""

    def link(self, piece: Piece, *, where: str = "") -> str:
        return html.escape(self.article_url(piece, where=where))

    def statics(self) -> list[tuple[str, str]]:
        return [
            ("/gioi-thieu/chuc-nang-nhiem-vu", "Chức năng, nhiệm vụ"),
            ("/gioi-thieu", "Giới thiệu"),
            ("/lien-he", "Liên hệ"),
        ]

    def static_page(self) -> str:
        text = (
            "Bộ Sông ngòi là cơ quan của Chính phủ, thực hiện chức năng quản lý nhà nước về sông. "
        )
        return self.frame(f"<h1>Chức năng, nhiệm vụ</h1><p>{text * 6}</p>", title="Giới thiệu")

    def item(self, piece: Piece, *, where: str = "") -> str:
        url = html.escape(self.article_url(piece, where=where))
        return (
            f'<div class="item"><h3><a href="{url}">{piece.title}</a></h3>'
            f"<span>{piece.day:%d/%m/%Y}</span></div>"
        )

    def pager(self, section: int, number: int, last: int) -> str:
        links = "".join(
            (
                f"<b>{n}</b> "
                if n == number
                else f'<a href="{html.escape(self.page_url(section, n))}">{n}</a> '
            )
            for n in range(1, last + 1)
        )
        return f'<div class="pager">{links}</div>'

    def list_page(self, section: int, number: int) -> str | None:
        own = self.of_section(section)
        last = -(-len(own) // self.per_page)
        if not 1 <= number <= last:
            return None
        shown = own[(number - 1) * self.per_page : number * self.per_page]
        where = f"{section}:{number}"
        items = "".join(self.item(piece, where=where) for piece in shown)
        return self.frame(
            f"<h2>{SECTIONS[section][1]}</h2>{items}{self.pager(section, number, last)}",
            title=SECTIONS[section][1],
        )

    def article_page(self, piece: Piece) -> str:
        place = self.articles.index(piece)
        related = "".join(
            f'<li><a href="{self.link(other, where="related")}">{other.title}</a></li>'
            for other in self.articles[place + 1 : place + 4]
        )
        section = html.escape(self.section_url(piece.section))
        crumb = f'<a href="{section}">{SECTIONS[piece.section][1]}</a>'
        return self.frame(
            f'<div class="breadcrumb"><a href="/">Trang chủ</a> {crumb}</div><h1>{piece.title}</h1>'
            f'<div class="date">Ngày đăng: {piece.day:%d/%m/%Y}</div><div class="text">{piece.body}'
            f'</div><div class="other"><h4>Các tin khác</h4><ul>{related}</ul></div>',
            title=piece.title,
        )

    def home_page(self) -> str:
        boxes = ""
        for n, (_, name) in enumerate(SECTIONS):
            items = "".join(self.item(piece, where="home") for piece in self.of_section(n)[:4])
            boxes += f"<div class='box'><h2>{name}</h2>{items}</div>"
        return self.frame(boxes, title="Trang chủ")

    def answer(self, target: str) -> tuple[int, str, bytes]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return 200, "text/plain", self.robots.encode()
        if parts.path == "/" and not query:
            return 200, "text/html; charset=utf-8", self.home_page().encode()
        extra = self.extra(parts.path, query)
        if extra is not None:
            return 200, extra[0], extra[1].encode()
        if parts.path.startswith("/gioi-thieu") or parts.path == "/lien-he":
            return 200, "text/html; charset=utf-8", self.static_page().encode()
        page = self.route(parts.path, query)
        if page is None:
            return 404, "text/html; charset=utf-8", b"<title>404</title><h1>Not found</h1>"
        return 200, "text/html; charset=utf-8", page.encode()

    def posted(self, target: str, fields: dict[str, str]) -> str | None:
        """The page for a form that was posted."""
        return None

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        """Feeds, sitemaps: content type and body."""
        return None


@contextmanager
def serving(portal: Invented) -> Iterator[Invented]:
    """Serve it on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_GET(self) -> None:
            portal.requests.append(self.path)
            status, kind, body = portal.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            posted = parse_qs(self.rfile.read(length).decode())
            fields = {name: values[0] for name, values in posted.items()}
            portal.requests.append(f"POST {self.path} {fields.get('__EVENTARGUMENT')}")
            page = portal.posted(self.path, fields)
            body = (page or "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
