"""A portal of a few lines on loopback: tests publish, edit and take down what they like."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scraper.portals.portal_file import read_cron
from scraper.records import ArticleRule, FetchRule, Portal, Source

PARAGRAPH = (
    "Tổng cục đã rà soát các công trình thủy lợi trong vùng và giao từng đơn vị phụ trách một "
    "tuyến đê, báo cáo kết quả trước ngày cuối tháng để Bộ tổng hợp."
)


@dataclass
class Answer:
    """What the server says to one path; `body` may be made at each request."""

    body: bytes | Callable[[], bytes]
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


@dataclass
class LittlePortal:
    """Published articles by number, newest first on the list; every answer can be overridden."""

    per_page: int = 5
    articles: dict[int, str] = field(default_factory=dict)  # number -> first paragraph
    overrides: dict[str, Answer] = field(default_factory=dict)  # path with query -> answer
    requests: list[str] = field(default_factory=list)
    port: int = 0
    newest_box: bool = False  # every list page shows the newest articles beside its own

    def publish(self, *numbers: int) -> None:
        for number in numbers:
            self.articles[number] = f"Đoạn mở đầu của bài số {number}. {PARAGRAPH}"

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def portal(self, *, name: str = "little", pages: int = 1, retries: int = 0) -> Portal:
        return Portal(
            name=name,
            home=self.home,
            language="vi",
            timezone="Asia/Ho_Chi_Minh",
            article=ArticleRule(key_parameter="id"),
            sources=(Source(kind="listing", url=self.home + "list?page={page}", pages=pages),),
            cron=read_cron("7 * * * *"),
            fetch=FetchRule(
                pace_seconds=0,
                retries=retries,
                timeout_seconds=5,
                allow_private=(f"127.0.0.1:{self.port}",),
            ),
        )

    def asked(self, prefix: str) -> list[str]:
        """The requests whose path begins with `prefix`, in order."""
        return [path for path in self.requests if path.startswith(prefix)]

    def answer(self, path: str) -> Answer:
        if path in self.overrides:
            return self.overrides[path]
        if path.startswith("/list?page="):
            return self._list(int(path.rpartition("=")[2]))
        if path.startswith("/detail.aspx?id="):
            number = int(path.rpartition("=")[2])
            if number in self.articles:
                return Answer(page(f"Bài số {number}", self.articles[number]).encode())
        return Answer(b"<title>Not Found</title>", status=404)

    def _list(self, number: int) -> Answer:
        newest_first = sorted(self.articles, reverse=True)
        shown = newest_first[(number - 1) * self.per_page : number * self.per_page]
        items = "".join(
            f'<li><a href="/detail.aspx?id={id_}">Bài số {id_} về công trình thủy lợi</a></li>'
            for id_ in shown
        )
        if self.newest_box:
            items += "".join(
                f'<li><a href="/detail.aspx?id={id_}">Bài số {id_}</a></li>'
                for id_ in newest_first[:3]
            )
        return Answer(f"<html><body><ul>{items}</ul></body></html>".encode())


def page(title: str, first: str) -> str:
    """An article page as a plain CMS writes it."""
    return (
        f"<html><head><title>{title}</title></head><body><div class='menu'><a href='/'>Trang chủ"
        f"</a></div><div class='content'><h1>{title} được công bố trên cổng thông tin</h1>"
        f"<p class='date'>Ngày đăng: 14/06/2018</p><p>{first}</p><p>{PARAGRAPH}</p>"
        f"<p>Phát biểu kết luận, đồng chí Tổng cục trưởng nêu rõ: {PARAGRAPH}</p></div></body>"
        "</html>"
    )


@contextmanager
def serving(portal: LittlePortal, *, port: int = 0) -> Iterator[LittlePortal]:
    """Serve the portal on this port of 127.0.0.1, by default a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            portal.requests.append(self.path)
            answer = portal.answer(self.path)
            body = answer.body() if callable(answer.body) else answer.body
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    portal.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
