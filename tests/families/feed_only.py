"""A small portal without lists: two feeds hold everything, slugs without numbers are all keys."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import urljoin

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, redirect
from families.words import Story, weekday

ATOM = "bo-tieu-chuan"  # the section whose feed is Atom

FRAME = Template("""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>$title · Viện Đo lường</title>
<link rel="alternate" type="application/rss+xml" title="Tin Viện" href="/rss/tin-vien.rss">
<link rel="alternate" type="application/atom+xml" title="Bộ tiêu chuẩn" href="/rss/tieu-chuan.atom">
<style>body { max-width: 60rem; margin: auto }</style></head><body>
<p class="top"><a href="/">Viện Đo lường</a> <small>$today</small>
<a href="/en/">English</a> <a href="/login">Đăng nhập</a></p>
<ul class="nav"><li><a href="/gioi-thieu">Giới thiệu</a></li>
<li><a href="/co-cau-to-chuc">Cơ cấu tổ chức</a></li><li><a href="/lien-he">Liên hệ</a></li>
<li><a href="/rss">RSS</a></li><li><a href="/search?q=">Tìm kiếm</a></li></ul>
$main
<div class="most"><b>Đọc nhiều</b><ul>$most_read</ul></div>
<div class="tags"><a href="/the/hieu-chuan">#hiệu chuẩn</a></div>
<div class="foot"><a href="https://danhba.example/tin/vien-do-luong">Danh bạ</a>
<a href="/files/bang-gia.pdf">Bảng giá</a> Bạn là người thứ $visitors ghé thăm.
<a href="/lich?ngay=$day">Ngày mai</a></div></body></html>""")

ARTICLE = Template("""<div class="post"><h1>$title</h1><p class="when">$date</p>
<p class="intro"><em>$lead</em></p>$body $foot
<p><a href="/tin/$slug/in">Bản in</a></p></div>
<div class="also"><b>Có thể bạn quan tâm</b><ul>$related</ul></div>""")


class FeedOnly(FamilyPortal):
    """An institute's portal, written by hand."""

    name = "feed only"
    theme = "science"
    count = 72
    newest_number = 872
    sections: ClassVar = {"tin-vien": "Tin Viện", ATOM: "Bộ tiêu chuẩn"}
    forbidden = ("/login", "/search", "/tin/*/in$")
    traps = (r"^/lich\?",)
    decoys = ("/gioi-thieu", "/co-cau-to-chuc", "/lien-he", "/rss", "/the/hieu-chuan", "/en/")
    dead = ("/tin/bai-viet-da-rut-lai",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        own = f"/tin/{story.slug}"
        if story.sections[0] == ATOM:
            return (own,)
        return (own, f"{own}?utm_source=rss&utm_medium=feed&utm_campaign=tin-vien")

    def story_at(self, ask: Ask) -> Story | None:
        start, _, slug = ask.path.strip("/").partition("/")
        return self.by_slug.get(slug.removesuffix("/in")) if start == "tin" else None

    def answer(self, ask: Ask) -> Answer:
        if story := self.story_at(ask):
            return Answer(self._frame(story.title, self._article(story)))
        if ask.path == "/":
            return Answer(self._frame("Trang chủ", self._home()))
        if ask.path == "/rss/tin-vien.rss":
            return self._rss()
        if ask.path == "/rss/tieu-chuan.atom":
            return self._atom()
        if ask.path == "/rss":
            feeds = [("/rss/tin-vien.rss", "Tin Viện"), ("/rss/tieu-chuan.atom", "Bộ tiêu chuẩn")]
            return Answer(self._frame("RSS", f"<h1>Kênh RSS</h1><ul>{anchors(feeds)}</ul>"))
        if ask.path == "/the/hieu-chuan":
            links = [(self.addresses_of(story)[0], story.title) for story in self.stories[1:5]]
            return Answer(self._frame("hiệu chuẩn", f"<ul>{anchors(links)}</ul>"))
        if ask.path in ("/gioi-thieu", "/co-cau-to-chuc", "/lien-he", "/en/", "/lich"):
            words = "Viện Đo lường giữ chuẩn quốc gia về độ dài, khối lượng và thời gian."
            return Answer(self._frame("Giới thiệu", f"<h1>Giới thiệu</h1><p>{words}</p>"))
        if ask.path.startswith("/tin/"):  # an article that was withdrawn
            return redirect("/")
        return Answer(self._frame("Lỗi", "<h1>Không thấy trang này</h1>"), status=404)

    def _home(self) -> str:
        links = [(self.addresses_of(story)[0], story.title) for story in self.stories[:5]]
        gone = [(self.dead[0], "Bài viết đã rút lại về vệ tinh")]
        return f"<h1>Tin mới</h1><ul>{anchors([*links, *gone])}</ul>"

    def _rss(self) -> Answer:
        """All of the section; one item twice, some without a date, and two of other sites."""
        stories = self.in_section("tin-vien")
        items = [
            f"<item><title>{escape(story.title)}</title>"
            f"<link>{escape(urljoin(self.home, self.addresses_of(story)[-1]))}</link>"
            f"<description><![CDATA[<p>{story.lead}</p>]]></description>"
            + (f"<pubDate>{format_datetime(story.moment)}</pubDate>" if story.number % 9 else "")
            + f'<guid isPermaLink="false">vdl-{story.number}</guid></item>'
            for story in stories
        ]
        items.insert(4, items[2])
        items.insert(7, "<item><title>Triển lãm thiết bị đo tại nước bạn</title>"
                     "<link>https://trienlam.example/tin/thiet-bi-do</link></item>")  # fmt: skip
        items.append("<item><title>Bảng giá kiểm định</title>"
                     f"<link>{self.home}files/bang-gia.pdf</link></item>")  # fmt: skip
        head = f"<title>Viện Đo lường: Tin Viện</title><link>{self.home}</link>"
        text = f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
        return Answer(f'<?xml version="1.0" encoding="utf-8"?>{text}', kind="application/rss+xml")

    def _atom(self) -> Answer:
        entries = "".join(
            f"<entry><title>{escape(story.title)}</title><id>urn:vdl:{story.number}</id>"
            f'<link rel="alternate" type="text/html" href="{self.addresses_of(story)[0]}"/>'
            f"<updated>{story.moment.isoformat()}+07:00</updated>"
            f"<published>{story.moment.isoformat()}+07:00</published>"
            f"<summary>{escape(story.lead)}</summary></entry>"
            for story in self.in_section(ATOM)
        )
        head = "<title>Bộ tiêu chuẩn</title><id>urn:vdl</id><updated>2026-11-25T08:00:00Z</updated>"
        space = f'xmlns="http://www.w3.org/2005/Atom" xml:base="{self.home}"'
        text = f"<feed {space}>{head}{entries}</feed>"
        return Answer(f'<?xml version="1.0" encoding="utf-8"?>{text}', kind="application/atom+xml")

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph="<p>{}</p>",
            figure='<p><img src="{image}" alt=""></p><p class="chu-thich">{caption}</p>',
            image="/files/{number}/{place}.png",
        )
        foot = f"<p>{story.source_line}</p>" if story.source_line else ""
        foot += f"<p style='text-align:right'><b>{story.byline}</b></p>" if story.byline else ""
        if story.attachment:
            foot += f'<p><a href="/files/{story.number}.xls">{story.attachment}</a></p>'
        moment = story.moment
        return ARTICLE.substitute(
            title=story.title,
            slug=story.slug,
            date=f"{weekday(moment)}, ngày {moment:%d} tháng {moment:%m} năm {moment.year}",
            lead=story.lead,
            body=body,
            foot=foot,
            related=anchors(
                (self.addresses_of(other)[0], other.title) for other in self.related(story)[:1]
            ),
        )

    def _frame(self, title: str, main: str) -> str:
        clock = self.now()
        read = [(self.addresses_of(story)[0], story.title) for story in self.most_read()[:3]]
        return FRAME.substitute(
            title=title,
            today=f"{weekday(clock)}, {clock:%d/%m/%Y}",
            main=main,
            most_read=anchors(read),
            visitors=self.visitors(),
            day=f"2026-11-{26 + len(self.requests) % 4}",
        )
