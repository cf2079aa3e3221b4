"""Invented portals, each with the addresses of another family of CMS."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from invented_portal import SECTIONS, Invented, Piece


class Numbers(Invented):
    """Everything in the query; the list's state stands in the article's link."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        section, _, page = where.partition(":")
        state = f"&paging={page}" if page else ""
        zone = section if page else piece.section
        return f"/default.aspx?page=chitiet&zoneid={zone}{state}&lang=vi&baiid={piece.number}"

    def section_url(self, section: int) -> str:
        return f"/default.aspx?page=danhsach&zoneid={section}&lang=vi"

    def page_url(self, section: int, number: int) -> str:
        return self.section_url(section) + f"&paging={number}"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path != "/default.aspx":
            return None
        if query.get("page") == "chitiet":
            return self.by_number(query.get("baiid", ""))
        if query.get("page") == "danhsach":
            return self.list_page(int(query["zoneid"]), int(query.get("paging", 1)))
        return None

    def by_number(self, number: str) -> str | None:
        piece = next((it for it in self.articles if str(it.number) == number), None)
        return self.article_page(piece) if piece else None


class Paths(Numbers):
    """Slug and number in the path; page numbers in the path; most read without the section."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        if where == "most":
            return f"/{piece.slug}-{piece.number}.html"
        return f"/{SECTIONS[piece.section][0]}/{piece.slug}-{piece.number}.html"

    def section_url(self, section: int) -> str:
        return f"/{SECTIONS[section][0]}.html"

    def page_url(self, section: int, number: int) -> str:
        return f"/{SECTIONS[section][0]}/trang-{number}.html"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n, (slug, _) in enumerate(SECTIONS):
            if path == f"/{slug}.html":
                return self.list_page(n, 1)
            found = re.fullmatch(rf"/{slug}/trang-(\d+)\.html", path)
            if found and int(found.group(1)) > 1:
                return self.list_page(n, int(found.group(1)))
        found = re.search(r"-(\d+)\.html$", path)
        return self.by_number(found.group(1)) if found else None


class WordPress(Invented):
    """Names only, beside pages and categories with names; /page/2/; a feed in the head."""

    def __post_init__(self) -> None:
        self.head = (
            '<meta name="generator" content="WordPress 6.4.3">'
            '<link rel="alternate" type="application/rss+xml" href="/feed/">'
        )

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/{piece.slug}/"

    def section_url(self, section: int) -> str:
        return f"/category/{SECTIONS[section][0]}/"

    def page_url(self, section: int, number: int) -> str:
        return self.section_url(section) + (f"page/{number}/" if number > 1 else "")

    def pager(self, section: int, number: int, last: int) -> str:
        url = self.page_url(section, number + 1)
        older = f'<a class="next page-numbers" href="{url}">Trang sau</a>'
        return f'<nav class="navigation pagination">{older if number < last else ""}</nav>'

    def statics(self) -> list[tuple[str, str]]:
        return [
            ("/gioi-thieu/", "Giới thiệu"),
            ("/gioi-thieu-chuc-nang-nhiem-vu-cua-bo/", "Chức năng nhiệm vụ của Bộ Sông ngòi"),
            ("/lien-he/", "Liên hệ"),
        ]

    def item(self, piece: Piece, *, where: str = "") -> str:
        tags = '<a href="/tag/de-dieu/">đê điều</a> <a href="/author/admin/">admin</a>'
        return super().item(piece, where=where) + tags

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(3):
            if path.startswith(self.section_url(n)):
                found = re.search(r"/page/(\d+)/$", path)
                return self.list_page(n, int(found.group(1)) if found else 1)
        slug = path.strip("/")
        piece = next((it for it in self.articles if it.slug == slug), None)
        return self.article_page(piece) if piece else None

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/feed/":
            return None
        items = "".join(
            f"<item><title>{it.title}</title><link>http://{self.host}{self.article_url(it)}</link>"
            f"<pubDate>{it.day:%a, %d %b %Y} 08:00:00 +0700</pubDate></item>"
            for it in self.articles[:10]
        )
        return (
            "application/rss+xml",
            f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
        )


class Joomla(Invented):
    """limitstart, and "8:slug" as the id."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        if where == "most":
            return f"/index.php?option=com_content&view=article&id={piece.number}&Itemid=9"
        return (
            f"/index.php?option=com_content&view=article&id={piece.number}:{piece.slug}"
            f"&catid={piece.section + 8}&Itemid={101 + piece.section}"
        )

    def section_url(self, section: int) -> str:
        category = f"view=category&layout=blog&id={section + 8}"
        return f"/index.php?option=com_content&{category}&Itemid={101 + section}"

    def page_url(self, section: int, number: int) -> str:
        start = (number - 1) * self.per_page
        return self.section_url(section) + (f"&limitstart={start}" if start else "")

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if query.get("view") == "article":
            number = query["id"].partition(":")[0]
            piece = next((it for it in self.articles if str(it.number) == number), None)
            return self.article_page(piece) if piece else None
        if query.get("view") == "category":
            start = int(query.get("limitstart", 0))
            return self.list_page(int(query["id"]) - 8, start // self.per_page + 1)
        return None


class Drupal(WordPress):
    """Pages counted from 0; names below the section; nodes by number in the box."""

    def __post_init__(self) -> None:
        self.head = '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">'

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/{SECTIONS[piece.section][0]}/{piece.slug}"

    def section_url(self, section: int) -> str:
        return f"/{SECTIONS[section][0]}"

    def page_url(self, section: int, number: int) -> str:
        return f"/{SECTIONS[section][0]}?page={number - 1}"

    def pager(self, section: int, number: int, last: int) -> str:
        return Invented.pager(self, section, number, last)

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(3):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("page", 0)) + 1)
        slug = path.rpartition("/")[2]
        piece = next((it for it in self.articles if it.slug == slug), None)
        return self.article_page(piece) if piece else None

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        return None


class Liferay(Invented):
    """asset_publisher addresses with a redirect in them; _cur."""

    PORTLET = "com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_q7Xc2"

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        section = SECTIONS[piece.section][0]
        back = ""
        if where and where not in ("most", "related"):
            list_state = quote(f"/web/guest/{section}?x={where}", safe="")
            back = f"?redirect={list_state}&inheritRedirect=true"
        return f"/web/guest/{section}/-/asset_publisher/q7Xc2/content/{piece.slug}{back}"

    def section_url(self, section: int) -> str:
        return f"/web/guest/{SECTIONS[section][0]}"

    def page_url(self, section: int, number: int) -> str:
        p = self.PORTLET
        return (
            f"{self.section_url(section)}?p_p_id={p}&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
            f"&_{p}_delta=6&p_r_p_resetCur=false&_{p}_cur={number}"
        )

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if "/content/" in path:
            slug = path.rpartition("/")[2]
            piece = next((it for it in self.articles if it.slug == slug), None)
            return self.article_page(piece) if piece else None
        for n in range(3):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get(f"_{self.PORTLET}_cur", 1)))
        return None


class SharePoint(Invented):
    """Names as pages in the same folder as the sections' pages."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/portal/Pages/{piece.day:%Y-%m-%d}/{piece.slug[:40]}-{piece.number}.aspx"

    def section_url(self, section: int) -> str:
        return f"/portal/Pages/{SECTIONS[section][0]}.aspx"

    def page_url(self, section: int, number: int) -> str:
        return f"{self.section_url(section)}?Page={number}"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(3):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("Page", 1)))
        found = re.search(r"-(\d+)\.aspx$", path)
        number = found.group(1) if found else ""
        piece = next((it for it in self.articles if str(it.number) == number), None)
        return self.article_page(piece) if piece else None


class FeedOnly(WordPress):
    """A home page without lists; feeds of the sections that hold all."""

    FEEDS = "/rss/"

    def home_page(self) -> str:
        links = "".join(f'<a href="{self.FEEDS}{slug}.rss">{name}</a>' for slug, name in SECTIONS)
        return f"<html><title>Bộ Sông ngòi</title><body><h1>Bộ Sông ngòi</h1>{links}</body></html>"

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        for n, (slug, _) in enumerate(SECTIONS):
            if path == f"{self.FEEDS}{slug}.rss":
                items = "".join(
                    f"<item><title>{it.title}</title><link>http://{self.host}/bai/{it.number}</link></item>"
                    for it in self.of_section(n)
                )
                return (
                    "text/xml",
                    f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
                )
        return None

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/bai/{piece.number}"

    def article_page(self, piece: Piece) -> str:
        return (
            f"<html><title>{piece.title}</title><body><h1>{piece.title}</h1><p>Ngày "
            f"{piece.day:%d/%m/%Y}</p>{piece.body}</body></html>"
        )

    def route(self, path: str, query: dict[str, str]) -> str | None:
        number = path.rpartition("/")[2]
        piece = next((it for it in self.articles if str(it.number) == number), None)
        return self.article_page(piece) if piece and path.startswith("/bai/") else None


class NukeViet(Invented):
    """The whole path stands in one parameter, the page's number too."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        section = SECTIONS[piece.section][0]
        return f"/index.php?language=vi&nv=news&op={section}/{piece.slug}-{piece.number}"

    def section_url(self, section: int) -> str:
        return f"/index.php?language=vi&nv=news&op={SECTIONS[section][0]}"

    def page_url(self, section: int, number: int) -> str:
        return self.section_url(section) + (f"/page-{number}" if number > 1 else "")

    def statics(self) -> list[tuple[str, str]]:
        return [
            ("/index.php?language=vi&nv=about", "Giới thiệu"),
            ("/index.php?language=vi&nv=about&op=chuc-nang-nhiem-vu-va-quyen-han", "Chức năng"),
            ("/index.php?language=vi&nv=contact", "Liên hệ"),
            ("/index.php?language=en&nv=news&op=tin-tuc", "English"),
            ("/index.php?language=vi&nv=users&op=login", "Đăng nhập"),
        ]

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if query.get("nv") in ("about", "contact"):
            return self.static_page()
        op = query.get("op", "")
        for n, (slug, _) in enumerate(SECTIONS):
            found = re.fullmatch(rf"{slug}(?:/page-(\d+))?", op)
            if found:
                return self.list_page(n, int(found.group(1) or 1))
        found = re.search(r"-(\d+)$", op)
        piece = next((it for it in self.articles if found and str(it.number) == found[1]), None)
        return self.article_page(piece) if piece else None


def guid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number * 7919:012x}"


class Guids(Invented):
    """GUIDs for section and article; a session in every link; print copies; a splash page."""

    sessions = 0

    def home_page(self) -> str:
        refresh = '<meta http-equiv="refresh" content="0; url=/Trang/home.aspx">'
        return f"<html><head>{refresh}</head></html>"

    def session(self) -> str:
        self.sessions += 1
        return f"&sid={self.sessions:032x}"

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        menu = guid(piece.section + 1)
        return f"/Trang/chitiet.aspx?MenuID={menu}&NewsID={guid(piece.number)}{self.session()}"

    def section_url(self, section: int) -> str:
        return f"/Trang/danhsach.aspx?MenuID={guid(section + 1)}{self.session()}"

    def page_url(self, section: int, number: int) -> str:
        return f"/Trang/danhsach.aspx?MenuID={guid(section + 1)}&trang={number}{self.session()}"

    def item(self, piece: Piece, *, where: str = "") -> str:
        url = self.article_url(piece, where=where)
        return (
            f'<div class="tin"><a href="{url}"><img src="/a/{piece.number}.jpg"></a>'
            f'<a class="tieude" href="{url}">{piece.title}</a><p>Ngày {piece.day:%d/%m/%Y}</p>'
            f'<p>Tóm tắt.</p><a href="{url}">Xem chi tiết</a></div>'
        )

    def article_page(self, piece: Piece) -> str:
        copy = f'<a href="/Trang/intin.aspx?NewsID={guid(piece.number)}">Bản in</a>'
        return super().article_page(piece).replace("</h1>", f"</h1>{copy}")

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/Trang/home.aspx":
            return Invented.home_page(self)
        if path == "/Trang/danhsach.aspx":
            section = next((n for n in range(3) if guid(n + 1) == query["MenuID"]), 0)
            return self.list_page(section, int(query.get("trang", 1)))
        piece = next((it for it in self.articles if guid(it.number) == query.get("NewsID")), None)
        return self.article_page(piece) if piece else None


class Dated(WordPress):
    """Days in the path; sections by number; documents with dates as a decoy; next links only."""

    def __post_init__(self) -> None:
        self.head = ""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/vi/{piece.day:%Y/%m/%d}/{piece.slug}/"

    def section_url(self, section: int) -> str:
        return f"/vi/?cat={section + 3}"

    def page_url(self, section: int, number: int) -> str:
        return self.section_url(section) + (f"&paged={number}" if number > 1 else "")

    def home_page(self) -> str:
        return (
            super().home_page().replace("</ul></div>", '<li><a href="/vi/en/">EN</a></ul></div>', 1)
        )

    def statics(self) -> list[tuple[str, str]]:
        return [("/vi/gioi-thieu/", "Giới thiệu"), ("/vi/van-ban/", "Văn bản")]

    def pager(self, section: int, number: int, last: int) -> str:
        url = self.page_url(section, number + 1)
        older = f'<a href="{url}">Trang tiếp theo &raquo;</a>' if number < last else ""
        newer = f'<a href="{self.page_url(section, number - 1)}">&laquo; Trang trước</a>'
        return f"<p>{newer if number > 1 else ''} {older}</p>"

    def documents(self) -> str:
        rows = "".join(
            f'<tr><td>{n}/QĐ-BSN</td><td><a href="/vi/van-ban/quyet-dinh-so-{n}-ve-song-ngoi'
            f'/">Quyết định số {n}/QĐ-BSN về việc quản lý sông ngòi năm 2023</a></td></tr>'
            for n in range(100, 120)
        )
        return self.frame(f"<h2>Văn bản</h2><table>{rows}</table>", title="Văn bản")

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/vi/" and "cat" in query:
            return self.list_page(int(query["cat"]) - 3, int(query.get("paged", 1)))
        if path == "/vi/van-ban/":
            return self.documents()
        if path.startswith("/vi/van-ban/"):
            return self.frame(
                "<h1>Quyết định về việc quản lý</h1><p>Ngày ban hành: 02/03/2023</p><p>Bộ trưởng "
                "quyết định ban hành quy chế quản lý sông ngòi, có hiệu lực từ ngày ký.</p>",
                title="Quyết định",
            )
        if path == "/vi/gioi-thieu/":
            return self.static_page()
        slug = path.strip("/").rpartition("/")[2]
        piece = next((it for it in self.articles if it.slug == slug), None)
        return self.article_page(piece) if piece else None


class ManySections(Paths):
    """More sections than a look opens, some with few articles."""

    def section_of(self, piece: Piece) -> int:
        return self.articles.index(piece) % 24

    def frame(self, content: str, *, title: str) -> str:
        menu = "".join(
            f'<li><a href="/c{n}-linh-vuc-{n}.htm">Lĩnh vực {n}</a></li>' for n in range(24)
        )
        page = super().frame(content, title=title)
        start, end = page.index("<li><a href="), page.index('<div class="content">')
        return page[:start] + menu + "</ul></div>" + page[end:]

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/{piece.slug}-a{piece.number}.htm"

    def of_section(self, section: int) -> list[Piece]:
        return [piece for piece in self.articles if self.section_of(piece) == section]

    def list_page(self, section: int, number: int) -> str | None:
        items = "".join(self.item(piece) for piece in self.of_section(section))
        return self.frame(f"<h2>Lĩnh vực {section}</h2>{items}", title=f"Lĩnh vực {section}")

    def route(self, path: str, query: dict[str, str]) -> str | None:
        found = re.fullmatch(r"/c(\d+)-linh-vuc-\d+\.htm", path)
        if found:
            return self.list_page(int(found.group(1)), 1)
        found = re.search(r"-a(\d+)\.htm$", path)
        return self.by_number(found.group(1)) if found else None


class Nodes(Drupal):
    """The same article by its name in lists, by its number in the box; a strip of news on top."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        if where in ("most", "related"):
            return f"/node/{piece.number}"
        return super().article_url(piece, where=where)

    def frame(self, content: str, *, title: str) -> str:
        strip = "".join(
            f'<a href="{self.link(piece, where="strip")}">{piece.title}</a> '
            for piece in self.articles[:3]
        )
        page = super().frame(content, title=title)
        return page.replace('<form action="/tim-kiem">', f"<div>{strip}</div><form>", 1)

    def statics(self) -> list[tuple[str, str]]:
        return [("/gioi-thieu/su-menh-va-tam-nhin-den-nam-2045", "Sứ mệnh và tầm nhìn")]

    def route(self, path: str, query: dict[str, str]) -> str | None:
        piece = next((it for it in self.articles if path == f"/node/{it.number}"), None)
        return self.article_page(piece) if piece else super().route(path, query)


class JoomlaNames(Joomla):
    """Joomla with names in its addresses: categories and statics are made like articles."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/{SECTIONS[piece.section][0]}/{piece.number}-{piece.slug}"

    def section_url(self, section: int) -> str:
        return f"/{SECTIONS[section][0]}"

    def page_url(self, section: int, number: int) -> str:
        start = (number - 1) * self.per_page
        return self.section_url(section) + (f"?start={start}" if start else "")

    def statics(self) -> list[tuple[str, str]]:
        return [
            ("/gioi-thieu/3-su-menh-va-tam-nhin", "Sứ mệnh và tầm nhìn"),
            ("/tin-tuc/9-thong-bao", "Thông báo"),
        ]

    def pager(self, section: int, number: int, last: int) -> str:
        links = "".join(
            f'<li><a class="pagenav" href="{self.page_url(section, n)}">{n}</a></li>'
            for n in range(1, last + 1)
            if n != number
        )
        return f"<ul class='pagination'>{links}</ul>"

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/tin-tuc/9-thong-bao":
            return self.frame("<h2>Thông báo</h2><p>Chưa có bài.</p>", title="Thông báo")
        for n in range(3):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("start", 0)) // self.per_page + 1)
        found = re.match(r"/[\w-]+/(\d+)-", path)
        piece = next((it for it in self.articles if found and str(it.number) == found[1]), None)
        return self.article_page(piece) if piece else None


class SharePointNames(SharePoint):
    """Articles, lists and statics in one folder, told apart by nothing but their names."""

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/Pages/{piece.slug}.aspx"

    def section_url(self, section: int) -> str:
        return f"/Pages/{SECTIONS[section][0]}.aspx"

    def statics(self) -> list[tuple[str, str]]:
        return [
            ("/Pages/chuc-nang-nhiem-vu-quyen-han-cua-bo.aspx", "Chức năng, nhiệm vụ"),
            ("/Pages/lien-he.aspx", "Liên hệ"),
            ("/Pages/van-ban.aspx", "Văn bản"),
        ]

    def route(self, path: str, query: dict[str, str]) -> str | None:
        for n in range(3):
            if path == self.section_url(n):
                return self.list_page(n, int(query.get("Page", 1)))
        slug = path.rpartition("/")[2].removesuffix(".aspx")
        if slug in ("chuc-nang-nhiem-vu-quyen-han-cua-bo", "lien-he", "van-ban"):
            return self.static_page()
        piece = next((it for it in self.articles if it.slug == slug), None)
        return self.article_page(piece) if piece else None


class WebForms(Numbers):
    """The pager's links have no addresses: the page's form is posted back."""

    per_page = 5

    def section_url(self, section: int) -> str:
        return f"/Tin/DanhSach.aspx?cm={section}"

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/Tin/ChiTiet.aspx?cm={piece.section}&tin={piece.number}"

    def pager(self, section: int, number: int, last: int) -> str:
        links = "".join(
            f"<td><span>{n}</span></td>"
            if n == number
            else f"<td><a href=\"javascript:__doPostBack('ctl00$grid','Page${n}')\">{n}</a></td>"
            for n in range(1, last + 1)
        )
        return f'<table class="pgr"><tr>{links}</tr></table>'

    def list_page(self, section: int, number: int) -> str | None:
        page = super().list_page(section, number)
        if page is None:
            return None
        state = "".join(
            f'<input type="hidden" name="{name}" value="{value}">'
            for name, value in (
                ("__EVENTTARGET", ""),
                ("__EVENTARGUMENT", ""),
                ("__VIEWSTATE", f"/wEPDw{section}x{number}"),
                ("__EVENTVALIDATION", f"/wEW{section}"),
            )
        )
        form = f'<form method="post" action="DanhSach.aspx?cm={section}" id="aspnetForm">{state}'
        return page.replace('<div class="content">', f'{form}<div class="content">', 1).replace(
            '<div class="sidebar">', '</form><div class="sidebar">', 1
        )

    def posted(self, target: str, fields: dict[str, str]) -> str | None:
        section = int(target.rpartition("=")[2])
        if not fields.get("__VIEWSTATE", "").startswith(f"/wEPDw{section}x"):
            return None
        return self.list_page(section, int(fields["__EVENTARGUMENT"].rpartition("$")[2]))

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/Tin/DanhSach.aspx":
            return self.list_page(int(query["cm"]), 1)
        return self.by_number(query.get("tin", "")) if path == "/Tin/ChiTiet.aspx" else None


class Scripted(FeedOnly):
    """A shell of a page; its script asks a JSON list, whose items have a name and a number."""

    SCRIPT = """
    const PAGE_SIZE = 6;
    async function load(page) {
      const answer = await fetch(`/api/v1/articles?page=${page}&pageSize=${PAGE_SIZE}`);
      const body = await answer.json();
      for (const item of body.data.items) {
        list.innerHTML += `<a href="/doc/${item.slug}-${item.id}">${item.title}</a>`;
      }
    }
    load(1);
    """

    def __post_init__(self) -> None:
        self.head = ""

    def home_page(self) -> str:
        return '<html><title>Bộ Sông ngòi</title><body><div id="app"></div>' + (
            '<script src="/static/jquery.min.js"></script><script src="/static/app.js"></script>'
        )

    def article_url(self, piece: Piece, *, where: str = "") -> str:
        return f"/doc/{piece.slug}-{piece.number}"

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path == "/static/app.js":
            return "text/javascript", self.SCRIPT
        if path != "/api/v1/articles":
            return None
        page, size = int(query.get("page", 1)), int(query.get("pageSize", 6))
        shown = self.articles[(page - 1) * size : page * size]
        items = [{"id": it.number, "slug": it.slug, "title": it.title} for it in shown]
        body = {"ok": True, "data": {"items": items, "total": len(self.articles), "page": page}}
        return "application/json", json.dumps(body)

    def route(self, path: str, query: dict[str, str]) -> str | None:
        piece = next((it for it in self.articles if path == self.article_url(it)), None)
        return self.article_page(piece) if piece else None


class LoadMore(Paths):
    """Lists whose further pages a button loads as pieces of HTML."""

    def pager(self, section: int, number: int, last: int) -> str:
        slug = SECTIONS[section][0]
        return (
            f'<button class="more" data-url="/ajax/danh-sach?cm={slug}&page=2">Xem thêm</button>'
            if number < last
            else ""
        )

    def route(self, path: str, query: dict[str, str]) -> str | None:
        if path == "/ajax/danh-sach":
            section = next(n for n, it in enumerate(SECTIONS) if it[0] == query["cm"])
            start = (int(query["page"]) - 1) * self.per_page
            shown = self.of_section(section)[start : start + self.per_page]
            return "".join(self.item(piece) for piece in shown) or None
        return super().route(path, query)


ALL: tuple[type[Invented], ...] = (
    Numbers,
    Paths,
    WordPress,
    Joomla,
    Drupal,
    Liferay,
    SharePoint,
    FeedOnly,
    NukeViet,
    Guids,
    Dated,
    ManySections,
    Nodes,
    JoomlaNames,
    SharePointNames,
    WebForms,
    Scripted,
    LoadMore,
)
