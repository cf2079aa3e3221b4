"""Invented portals whose lists go on in other ways than by links with a page's number."""

from __future__ import annotations

import json
from html import escape

from invented_families import FeedOnly, Paths
from invented_portal import SECTIONS, Piece


def section_of(slug: str) -> int:
    return next(n for n, it in enumerate(SECTIONS) if it[0] == slug)


class Chosen(Paths):
    """The page is chosen from a list of choices."""

    def pager(self, section: int, number: int, last: int) -> str:
        options = "".join(
            f'<option value="{self.page_url(section, n) if n > 1 else self.section_url(section)}">'
            f"{n}</option>"
            for n in range(1, last + 1)
        )
        return f'<select onchange="location.href = this.value">{options}</select>'


class Buttons(Paths):
    """Buttons with a script of their own turn the pages."""

    def pager(self, section: int, number: int, last: int) -> str:
        return "".join(
            f'<button type="button" onclick="window.location=\'{self.page_url(section, n)}\'">'
            f"Trang {n}</button>"
            for n in range(2, last + 1)
        )


class Going(Paths):
    """The links of the pager call a function, which knows the address."""

    def pager(self, section: int, number: int, last: int) -> str:
        links = "".join(
            f'<li><a href="javascript:goPage({n})">{n}</a></li>' for n in range(1, last + 1)
        )
        address = f'"/{SECTIONS[section][0]}.html?trang=" + so'
        return (
            f"<ul>{links}</ul><script>function goPage(so) {{ location.href = {address}; }}</script>"
        )

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(len(SECTIONS)):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("trang", 1)))
        return super().route(path, query)


class Arrows(Paths):
    """Arrows turn the pages; their addresses name the last article that was shown."""

    def pager(self, section: int, number: int, last: int) -> str:
        own = self.of_section(section)
        arrow = '<td><a href="?{}={}&amp;Row=7"><img src="/i/{}.gif" alt="{}"></a></td>'
        cells = ""
        if number > 1:
            cells += arrow.format("truoc", own[(number - 1) * self.per_page].number, "l", "Trước")
        if number < last:
            cells += arrow.format("sau", own[number * self.per_page - 1].number, "r", "Tiếp theo")
        return f'<table id="bangTrang7"><tr>{cells}</tr></table>'

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(len(SECTIONS)):
            if path == self.section_url(n):
                numbers = [piece.number for piece in self.of_section(n)]
                first = 0
                if "sau" in query:
                    first = numbers.index(int(query["sau"])) + 1
                elif "truoc" in query:
                    first = numbers.index(int(query["truoc"])) - self.per_page
                return self.list_page(n, first // self.per_page + 1)
        return super().route(path, query)


class Older(Paths):
    """The oldest page has number 1; a link leads to the older one."""

    def page_url(self, section: int, number: int) -> str:
        last = -(-len(self.of_section(section)) // self.per_page)
        return f"/{SECTIONS[section][0]}/trang-{last - number + 1}.html"

    def pager(self, section: int, number: int, last: int) -> str:
        on = f'<a href="{self.page_url(section, number + 1)}">Trang sau</a>'
        return f'<div class="so-trang">{on if number < last else ""}</div>'

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(len(SECTIONS)):
            for number in range(2, 20):
                if path == self.page_url(n, number):
                    return self.list_page(n, number)
        return super().route(path, query)


class Folders(Paths):
    """Further pages name the section in front of an article, the first ones do not."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        further = where.partition(":")[2] not in ("", "1")
        folder = f"/{SECTIONS[piece.section][0]}" if further else ""
        return f"{folder}/{piece.slug}-{piece.number}.html"


class Loaded(Paths):
    """A button loads pieces of HTML by a function that is given its parameters apart."""

    def pager(self, section: int, number: int, last: int) -> str:
        return """<a href="#" class="them">Xem thêm</a><script>
        var trang = 1;
        $(".them").click(function () { trang++;
          $.get("/ajax/danh-sach", {chuyenMuc: "SLUG", page: trang}, function (html) {
            $(".content").append(html); }); });</script>""".replace("SLUG", SECTIONS[section][0])

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path != "/ajax/danh-sach":
            return super().route(path, query)
        if "chuyenMuc" not in query:
            return None
        own = self.of_section(section_of(query["chuyenMuc"]))
        start = (int(query["page"]) - 1) * self.per_page
        return "".join(self.item(it) for it in own[start : start + self.per_page]) or None


class Settings(Paths):
    """Sections are shells; what they ask for stands in settings, and a cursor leads on."""

    def list_page(self, section: int, number: int) -> str | None:
        settings = {"stream": {"endpoint": "/data/bai", "params": {"muc": SECTIONS[section][0]},
                               "cursorParam": "tu"}}  # fmt: skip
        shell = f'<div id="list"></div><script>window.SETTINGS = {json.dumps(settings)};</script>'
        return self.frame(f"<h2>{SECTIONS[section][1]}</h2>{shell}", title=SECTIONS[section][1])

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/data/bai":
            return super().extra(path, query)
        if "muc" not in query:
            return "application/json", '{"rows": []}'
        own = self.of_section(section_of(query["muc"]))
        start = int(query["tu"].removeprefix("c")) if "tu" in query else 0
        end = start + self.per_page
        rows = [
            {"ten": "", "title": it.title, "link": self.article_url(it)} for it in own[start:end]
        ]
        following = f"c{end}" if end < len(own) else None
        return "application/json", json.dumps({"rows": rows, "nextCursor": following})


class Datasets(Paths):
    """Sections are shells; one script for all of them reads the section from an element."""

    SCRIPT = """const box = document.querySelector("#list");
    let offset = 0;
    const cat = box.dataset.catId;
    fetch(`/api/v2/posts?cat=${cat}&limit=5&offset=${offset}`).then(show);
    function show(post) { box.innerHTML += `<a href="${post.url}">${post.title}</a>`; }"""

    def list_page(self, section: int, number: int) -> str | None:
        shell = (
            f'<div id="list" data-cat-id="{section + 7}"></div><script src="/js/main.js"></script>'
        )
        return self.frame(f"<h2>{SECTIONS[section][1]}</h2>{shell}", title=SECTIONS[section][1])

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path == "/js/main.js":
            return "text/javascript", self.SCRIPT
        if path != "/api/v2/posts":
            return super().extra(path, query)
        own = self.of_section(int(query["cat"]) - 7)
        start, size = int(query.get("offset", 0)), int(query.get("limit", 5))
        items = [{"id": it.number, "title": it.title, "url": self.article_url(it)}
                 for it in own[start : start + size]]  # fmt: skip
        return "application/json", json.dumps({"total": len(own), "posts": items})


class Shells(Paths):
    """More shells than are asked for: each names what it asks, and all ask alike."""

    def frame(self, content: str, *, title: str) -> str:
        before, _, rest = super().frame(content, title=title).partition('<div class="main-menu">')
        menu = "".join(f'<li><a href="/muc/{n}">Tin tức {n}</a></li>' for n in range(7))
        return f'{before}<div class="main-menu"><ul>{menu}</ul></div>{rest.partition("</div>")[2]}'

    def section_url(self, section: int) -> str:
        return f"/muc/{section}"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if not path.startswith("/muc/"):
            return super().route(path, query)
        number = path.rpartition("/")[2]
        shell = f'<h2>Mục {number}</h2><div data-url="/api/tin?muc={number}&amp;page=1"></div>'
        return self.frame(shell, title=f"Mục {number}")

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/api/tin":
            return super().extra(path, query)
        own = self.articles[int(query["muc"]) :: 7]
        end = int(query.get("page", 1)) * 2
        rows = [{"title": it.title, "url": self.article_url(it)} for it in own[end - 2 : end]]
        return "application/json", json.dumps(rows)


class Named(Paths):
    """Items without an address, in an answer that names the next one; their names lie deeper."""

    def pager(self, section: int, number: int, last: int) -> str:
        slug = SECTIONS[section][0]
        return f"""<script>$.getJSON("/jsonapi/bai?muc={slug}&size=" + 4, show);</script>"""

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/jsonapi/bai":
            return super().extra(path, query)
        own = self.of_section(section_of(query["muc"]))
        end = int(query.get("from", 0)) + 4
        data = [
            {"id": str(it.number), "attributes": {"title": it.title, "slug": it.slug}}
            for it in own[end - 4 : end]
        ]
        on = {"next": {"href": f"{self.home}jsonapi/bai?muc={query['muc']}&from={end}"}}
        body = {"data": data, "links": on if end < len(own) else {}}
        return "application/json", json.dumps(body)


class Forms(Paths):
    """The pages' numbers are the buttons of a form."""

    def pager(self, section: int, number: int, last: int) -> str:
        buttons = "".join(f'<button name="so" value="{n}">{n}</button>' for n in range(1, last + 1))
        return f'<form action="{self.section_url(section)}">{buttons}</form>'

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(len(SECTIONS)):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("so", 1)))
        return super().route(path, query)


class Framed(Paths):
    """Sections show their list in a frame."""

    def list_page(self, section: int, number: int) -> str | None:
        frame = f'<iframe src="/khung/{section}?trang=1"></iframe>'
        return self.frame(f"<h2>{SECTIONS[section][1]}</h2>{frame}", title=SECTIONS[section][1])

    def page_url(self, section: int, number: int) -> str:
        return f"/khung/{section}?trang={number}"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if not path.startswith("/khung/"):
            return super().route(path, query)
        page = super().list_page(int(path.rpartition("/")[2]), int(query.get("trang", 1)))
        if page is None:
            return None
        inside = page.partition('<div class="content">')[2].partition('<div class="sidebar">')[0]
        return f"<html><body><div>{inside}</body></html>"


class Mapped(Paths):
    """The menu is made by a script; the map of the portal names the sections."""

    def frame(self, content: str, *, title: str) -> str:
        page = super().frame(content, title=title)
        before, _, rest = page.partition('<div class="main-menu">')
        page = before + rest.partition("</div>")[2]
        return page.replace('<div class="breadcrumb">', '<div hidden class="breadcrumb">')

    def article_page(self, piece: Piece) -> str:
        page = super().article_page(piece)
        before, _, rest = page.partition('<div hidden class="breadcrumb">')
        return before + rest.partition("</div>")[2]

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path != "/so-do-trang":
            return super().route(path, query)
        links = "".join(
            f'<li><a href="{self.section_url(n)}">{name}</a></li>'
            for n, (_, name) in enumerate(SECTIONS)
        )
        return self.frame(f"<h1>Sơ đồ trang</h1><ul>{links}</ul>", title="Sơ đồ trang")


class OlderFeed(FeedOnly):
    """One Atom feed, whose pages name the next one."""

    def home_page(self) -> str:
        feed = '<link rel="alternate" type="application/atom+xml" href="/rss/tin-moi.rss">'
        return f"<html><title>Bộ Sông ngòi</title>{feed}<body><h1>Bộ Sông ngòi</h1></body></html>"

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/rss/tin-moi.rss":
            return None
        start = int(query.get("tu", 0))
        entries = "".join(
            f'<entry><title>{it.title}</title><link href="{escape(self.article_url(it))}"/></entry>'
            for it in self.articles[start : start + 4]
        )
        on = f'<link rel="next" href="?tu={start + 4}"/>' if start + 4 < len(self.articles) else ""
        text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>{on}{entries}</feed>'
        return "application/atom+xml", text


class NumberedFeed(OlderFeed):
    """One feed, whose older pages have a number that nothing names, as WordPress has them."""

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/rss/tin-moi.rss":
            return None
        start = (int(query.get("paged", 1)) - 1) * 4
        items = "".join(
            f"<item><title>{it.title}</title><link>{self.home.rstrip('/')}{self.article_url(it)}"
            "</link></item>"
            for it in self.articles[start : start + 4]
        )
        if not items:
            return None
        return "application/rss+xml", f'<rss version="2.0"><channel>{items}</channel></rss>'


ALL: tuple[type[Paths | FeedOnly], ...] = (
    Chosen,
    Buttons,
    Going,
    Arrows,
    Older,
    Folders,
    Loaded,
    Settings,
    Datasets,
    Shells,
    Named,
    Forms,
    Framed,
    Mapped,
    OlderFeed,
    NumberedFeed,
)
