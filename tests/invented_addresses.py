"""Invented portals whose addresses hide which article is meant."""

from __future__ import annotations

import html
import re

from invented_families import Numbers, Paths
from invented_portal import SECTIONS, Invented, Piece

SCRIPTS = ("TinTuc", "ThongBao", "SuKien")


class Aliases(Paths):
    """Names and node numbers for one article; each page says which is its own; some have none."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        if self.nameless(piece) or where in ("home", "most"):
            return f"/node/{piece.number}"
        return f"/{SECTIONS[piece.section][0]}/{piece.slug}"

    def nameless(self, piece: Piece) -> bool:
        return self.articles.index(piece) % 5 == 2

    def own(self, piece: Piece) -> str:
        return self.article_url(piece)

    def article_page(self, piece: Piece) -> str:
        said = f'<link rel="canonical" href="{self.own(piece)}"></head>'
        return super().article_page(piece).replace("</head>", said)

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for piece in self.articles:
            named = f"/{SECTIONS[piece.section][0]}/{piece.slug}"
            if path == f"/node/{piece.number}" or (path == named and not self.nameless(piece)):
                return self.article_page(piece)
        return super().route(path, query)


class OneNameForAll(Aliases):
    """Every page says that it is one and the same article."""

    def own(self, piece: Piece) -> str:
        return self.article_url(self.articles[0])


class HomeForAll(Aliases):
    """Every page says that it is the home page."""

    def own(self, piece: Piece) -> str:
        return self.home


class OwnCounts(Numbers):
    """Each section has a script of its own, and counts its articles for itself, from few."""

    def count(self, piece: Piece) -> int:
        own = self.of_section(piece.section)
        return 2 * piece.section + len(own) - own.index(piece)

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        state = "&Source=/Trang/TrangChu.aspx" if where == "most" else ""
        return f"/Trang/{SCRIPTS[piece.section]}.aspx?ma={self.count(piece)}{state}"

    def section_url(self, section: int) -> str:
        return f"/Trang/DanhSach.aspx?muc={section}"

    def page_url(self, section: int, number: int) -> str:
        return f"{self.section_url(section)}&trang={number}"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/Trang/DanhSach.aspx":
            return self.list_page(int(query["muc"]), int(query.get("trang", 1)))
        for piece in self.articles:
            if self.is_of(piece, path, query):
                return self.article_page(piece)
        return None

    def is_of(self, piece: Piece, path: str, query: dict[str, str]) -> bool:
        return self.article_url(piece) == f"{path}?ma={query.get('ma')}"


class FarCounts(OwnCounts):
    """The counts of the sections lie so far apart that they have not met yet."""

    def count(self, piece: Piece) -> int:
        return super().count(piece) + 300 * piece.section


class Modules(OwnCounts):
    """One script for all; the module is a word beside the number."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        module = SCRIPTS[piece.section].lower()
        return f"/index.php?mod={module}&ma={self.count(piece)}"

    def is_of(self, piece: Piece, path: str, query: dict[str, str]) -> bool:
        return self.article_url(piece) == f"{path}?mod={query.get('mod')}&ma={query.get('ma')}"


class Folders(OwnCounts):
    """Numbers before the name, counted in each folder."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/{SECTIONS[piece.section][0]}/{self.count(piece)}-{piece.slug}.html"

    def is_of(self, piece: Piece, path: str, query: dict[str, str]) -> bool:
        return self.article_url(piece) == path


class BothEnds(Paths):
    """The number before the name; every second name ends in a number, too."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        place = self.articles.index(piece)
        tail = f"-{place}" if place % 2 else ""
        return f"/{SECTIONS[piece.section][0]}/{piece.number}-{piece.slug}{tail}.html"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        found = re.fullmatch(r"/[^/]+/(\d+)-.*\.html", path)
        return self.by_number(found.group(1)) if found else super().route(path, query)


class PagesAsArticles(Numbers):
    """What the office is stands in pages that are made as articles, in the menu only."""

    def statics(self) -> list[tuple[str, str]]:
        return [
            (html.escape(f"/default.aspx?page=chitiet&zoneid=9&baiid={number}"), name)
            for number, name in ((11, "Giới thiệu"), (12, "Cơ cấu tổ chức"), (13, "Liên hệ"))
        ]

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if query.get("baiid") in ("11", "12", "13"):
            return self.static_page()
        return super().route(path, query)


class Lonely(Paths):
    """One article, which the home page alone links to; the sections are empty."""

    def frame(self, content: str, *, title: str) -> str:
        return f"<html><head><title>{title}</title></head><body>{content}</body></html>"

    def home_page(self) -> str:
        menu = "".join(f'<a href="{self.section_url(n)}">{SECTIONS[n][1]}</a> ' for n in range(3))
        return self.frame(menu + self.item(self.articles[0]), title="Trang chủ")


class Wordless(Paths):
    """Links to articles, none of which can be had."""

    def by_number(self, number: str) -> str | None:
        return None

    def list_page(self, section: int, number: int) -> str | None:
        return self.frame("<p>Đang cập nhật</p>", title=SECTIONS[section][1])


class Splash(Paths):
    """A page that only welcomes, before the real one."""

    welcome = ""

    def answer(self, target: str) -> tuple[int, str, bytes]:
        kind = "text/html; charset=utf-8"
        if target == "/":
            return 200, kind, f"<html><head><title>x</title></head>{self.welcome}</html>".encode()
        if target == "/trang-nhat.html":
            return 200, kind, self.home_page().encode()
        if target == "/menu.html":
            return 200, kind, b'<a href="/trang-nhat.html" target="main">Trang nhat</a>'
        return super().answer(target)


WELCOMES = {
    "languages": '<body><a href="/en/"><img alt="English" src="e.gif"></a>'
    '<a href="/trang-nhat.html"><img alt="Tiếng Việt" src="v.gif"></a></body>',
    "refresh": '<meta http-equiv="Refresh" content="3; URL=trang-nhat.html"><body>Xin chào</body>',
    "script": "<body><script>setTimeout(\"location.href='/trang-nhat.html'\", 10)</script></body>",
    "onload": "<body onload=\"window.location='trang-nhat.html'\"></body>",
    "frames": '<frameset cols="20%,80%"><frame src="/menu.html"><frame src="/trang-nhat.html">'
    "</frameset>",
    "one link": '<body><a href="/trang-nhat.html"><img src="vao.gif" alt="Vào"></a></body>',
}
HIDDEN: list[type[Invented]] = [
    Aliases,
    OwnCounts,
    FarCounts,
    Modules,
    Folders,
    BothEnds,
    PagesAsArticles,
]
