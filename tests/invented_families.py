"""Invented portals, each with the addresses of another family of CMS."""

from __future__ import annotations

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
        older = f'<a class="next page-numbers" href="{self.page_url(section, number + 1)}">Trang sau</a>'
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
        return f"/index.php?option=com_content&view=category&layout=blog&id={section + 8}&Itemid={101 + section}"

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
            back = f"?redirect={quote(f'/web/guest/{section}?x={where}', safe='')}&inheritRedirect=true"
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

    def home_page(self) -> str:
        links = "".join(f'<a href="/rss/{slug}.rss">{name}</a>' for slug, name in SECTIONS)
        return f"<html><title>Bộ Sông ngòi</title><body><h1>Bộ Sông ngòi</h1>{links}</body></html>"

    def extra(self, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        for n, (slug, _) in enumerate(SECTIONS):
            if path == f"/rss/{slug}.rss":
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


ALL = (Numbers, Paths, WordPress, Joomla, Drupal, Liferay, SharePoint, FeedOnly)
