"""A made portal on loopback for crawl.py: pages prepared in memory, served for next to nothing.

Run as a program it prints its port and serves until its standard input ends. It can be several
hosts at once (127.0.0.1, 127.0.0.2, ...): every address answers alike, each with its own links.
"""

from __future__ import annotations

import argparse
import random
import selectors
import socket
import sys
import threading
from html import escape

PER_LIST = 20
SYLLABLES = [
    "ban",
    "bộ",
    "các",
    "cấp",
    "chi",
    "chính",
    "chủ",
    "công",
    "của",
    "cục",
    "dân",
    "dự",
    "đất",
    "đề",
    "điều",
    "định",
    "đơn",
    "động",
    "giao",
    "giá",
    "giám",
    "hạn",
    "hành",
    "hội",
    "hợp",
    "huyện",
    "kế",
    "kiểm",
    "kinh",
    "lập",
    "lĩnh",
    "luật",
    "lũ",
    "mỏ",
    "môi",
    "mưa",
    "năm",
    "ngành",
    "nghị",
    "nguồn",
    "nước",
    "phát",
    "phí",
    "phòng",
    "phương",
    "quản",
    "quốc",
    "quy",
    "quyết",
    "rà",
    "rừng",
    "sát",
    "sông",
    "sở",
    "sử",
    "tài",
    "tăng",
    "thẩm",
    "thành",
    "thị",
    "thu",
    "thuế",
    "thủy",
    "tỉnh",
    "toàn",
    "trách",
    "triển",
    "trình",
    "trung",
    "trường",
    "tuyến",
    "ủy",
    "vực",
    "việc",
    "vốn",
    "vùng",
    "xã",
    "xây",
    "xét",
    "yêu",
]
OPENINGS = ("Theo đó,", "Bên cạnh đó,", "Trong năm nay,", "Tại hội nghị,", "Về phía địa phương,")


def words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choice(SYLLABLES) for _ in range(count))


def sentence(draw: random.Random, count: int) -> str:
    said = words(draw, count)
    return f"{said[0].upper()}{said[1:]}."


def title_of(number: int, *, host: str = "") -> str:
    return sentence(random.Random(f"title {host} {number}"), 14)[:-1]


def paragraphs_of(number: int, *, host: str = "") -> list[str]:
    """Some 600 syllables, as an article of a ministry has; no two articles share a sentence."""
    draw = random.Random(f"text {host} {number}")
    return [
        f"{draw.choice(OPENINGS)} "
        + " ".join(sentence(draw, draw.randint(14, 34)) for _ in range(3))
        for _ in range(9)
    ]


def _menu(draw: random.Random, length: int) -> str:
    items: list[str] = []
    while sum(map(len, items)) < length:
        one, name = len(items), words(draw, 4)
        items.append(
            f'<li class="menu-item menu-item-type-taxonomy menu-item-{one} level-{one % 3}" '
            f'data-id="{draw.random()}"><a class="nav-link dropdown-toggle" '
            f'href="/web/cong-thong-tin/chuyen-muc/{one}?p_p_id={draw.randint(10**9, 10**10)}'
            f'&amp;p_p_lifecycle=0" title="{name}" style="padding:4px 12px">{name}</a></li>'
        )
    return f'<ul class="nav navbar-nav">{"".join(items)}</ul>'


def _script(draw: random.Random, length: int) -> str:
    line = "".join(
        f"var v{draw.randint(1, 9999)}={{a:{draw.random()},b:[1,2,3],c:'x'}};" for _ in range(9)
    )
    return f"<script>{(line * (length // len(line) + 1))[:length]}</script>"


def _box(draw: random.Random, length: int) -> str:
    rows: list[str] = []
    while sum(map(len, rows)) < length:
        one = len(rows)
        rows.append(
            f'<div class="row item portlet-body news-item col-md-{one % 12}"><a class="thumb '
            f'img-responsive" href="/detail?id={draw.randint(10**6, 10**7)}"><img class="lazy" '
            'src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEA" '
            f'data-src="/documents/20182/{draw.random()}/{draw.randint(1, 9999)}.jpg" alt=""></a>'
            f'<h4><a href="/tin/{one}">{words(draw, 11)}</a></h4><span class="d">'
            f"{draw.randint(1, 28):02}/0{draw.randint(1, 9)}/2024</span></div>"
        )
    return f'<aside class="box"><h3>{words(draw, 3)}</h3>{"".join(rows)}</aside>'


def _tags(draw: random.Random) -> str:
    items = "".join(f"<li><a href='/t/{one}'>{words(draw, 3)}</a></li>" for one in range(60))
    return f"<ul class='tags'>{items}</ul>"


def frame(size: int) -> tuple[str, str]:
    """What stands before and behind each article: a quarter scripts, the rest menus and boxes.

    Elements come near what pages of that size have: 406 of 40 kB and 880 of 150 kB are the medians
    of some hundred real ones.
    """
    draw = random.Random(f"frame {size}")
    rest = max(2000, size - 6_000)
    before = (
        f'<header><div class="banner"></div>{_menu(draw, rest // 4)}</header>'
        f'<div class="container"><div class="row"><div class="col-md-9">'
    )
    behind = f'</div><div class="col-md-3">{_box(draw, rest // 3)}</div></div></div>'
    behind += f"<footer>{_tags(draw)}{_menu(draw, 2000)}<p>{words(draw, 30)}</p></footer>"
    script = rest - len(before.encode()) - len(behind.encode())
    return _script(draw, script // 2) + before, behind + _script(draw, script // 2)


def article_page(number: int, *, around: tuple[str, str], host: str = "") -> bytes:
    title, texts = title_of(number, host=host), paragraphs_of(number, host=host)
    day = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{2010 + number % 15}"
    body = "".join(f"<p style='text-align:justify'>{escape(text)}</p>\n" for text in texts)
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{title} | Cổng thông "
        f"tin</title><link rel='stylesheet' href='/s.css'></head><body>{around[0]}"
        f"<article class='detail'><h1 class='title'>{title}</h1><span class='date'>{day} 08:30"
        f"</span><div class='content'><p class='lead'><b>{sentence(random.Random(number), 30)}"
        f"</b></p>{body}<p style='text-align:right'><b>Nguyễn Văn An</b></p></div></article>"
        f"{around[1]}</body></html>"
    ).encode()


def list_page(page: int, *, articles: int, first: int = 1) -> bytes:
    """The newest first, twenty a page, with a link to the next."""
    newest = first + articles - 1 - (page - 1) * PER_LIST
    numbers = range(newest, max(first - 1, newest - PER_LIST), -1)
    rows = "".join(
        f"<li><a class='art' href='/detail?id={one}'>{title_of(one)}</a></li>" for one in numbers
    )
    more = articles > page * PER_LIST
    following = f"<a rel='next' class='next' href='/list?page={page + 1}'>Sau</a>" if more else ""
    return (
        f"<html><head><meta charset='utf-8'><title>Tin</title></head><body><ul class='list'>{rows}"
        f"</ul>{following}</body></html>"
    ).encode()


def answers(articles: int, size: int, *, first: int = 1) -> dict[str, bytes]:
    """Every page of the portal, as it goes over the wire."""
    around = frame(size)
    pages = {
        f"/detail?id={number}": article_page(number, around=around)
        for number in range(first, first + articles)
    }
    for page in range(1, -(-articles // PER_LIST) + 2):
        pages[f"/list?page={page}"] = list_page(page, articles=articles, first=first)
    pages["/robots.txt"] = b"User-agent: *\nDisallow: /private\n"
    return {path: _whole(body, "text/html; charset=utf-8") for path, body in pages.items()}


def _whole(body: bytes, kind: str, *, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


MISSING = _whole(b"<html>no such page</html>", "text/html", status="404 Not Found")


def serve(pages: dict[str, bytes], listener: socket.socket) -> None:
    """Answer keep-alive connections in one thread, until the listener is closed."""
    chosen = selectors.DefaultSelector()
    chosen.register(listener, selectors.EVENT_READ)
    unread: dict[socket.socket, bytes] = {}
    while True:
        for key, _ in chosen.select():
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            if sock is listener:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                chosen.register(client, selectors.EVENT_READ)
                unread[client] = b""
                continue
            try:
                came = sock.recv(65536)
            except OSError:
                came = b""
            if not came:
                chosen.unregister(sock)
                del unread[sock]
                sock.close()
                continue
            unread[sock] = _answered(sock, unread[sock] + came, pages)


def _answered(sock: socket.socket, asked: bytes, pages: dict[str, bytes]) -> bytes:
    while b"\r\n\r\n" in asked:
        request, _, asked = asked.partition(b"\r\n\r\n")
        path = request.split(b" ", 2)[1].decode("latin-1")
        try:
            sock.sendall(pages.get(path, MISSING))
        except OSError:
            return b""
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--bytes", type=int, default=40_000, help="of an article's page")
    parser.add_argument("--first", type=int, default=1, help="the first article's number")
    asked = parser.parse_args()
    pages = answers(asked.articles, asked.bytes, first=asked.first)
    listener = socket.create_server(("0.0.0.0", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(pages, listener), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
