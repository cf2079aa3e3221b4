"""SharePoint: pages ending in .aspx, sections by their Vietnamese names, two shapes of article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import quote

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in, redirect
from families.words import Story, weekday

NOTES = "Thông báo"  # the section whose articles are items of a list

FRAME = Template("""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="vi-vn" dir="ltr"><head>
<meta name="GENERATOR" content="Microsoft SharePoint" />
<meta http-equiv="Content-type" content="text/html; charset=utf-8" />
<title>
	$title
</title><link rel="stylesheet" type="text/css" href="/_layouts/15/1066/styles/corev15.css" />
</head><body>
<form method="post" action="$action" id="aspnetForm">
<input type="hidden" name="__REQUESTDIGEST" value="0x5B1D,25 Nov 2026 01:00:00 -0000" />
<input type="hidden" name="__VIEWSTATE" value="/wEPDwUBMA9kFgJmD2QWAgIBD2QWBAIBD2QWAgIED2QW" />
<div id="s4-skipribbon"><a href="javascript:;" class="ms-SkiptoMainContent">Skip Ribbon
Commands</a></div>
<div id="s4-workspace"><div class="header"><a href="/"><img src="/SiteAssets/logo.png" alt="" /></a>
<div class="date">$today</div>
<a href="/_layouts/15/Authenticate.aspx?Source=%2F">Sign In</a>
<a href="/en/Pages/Home.aspx">English</a>
<a href="/Pages/TimKiem.aspx?k=">Tìm kiếm</a></div>
<div class="ms-core-navigation"><ul class="root static"><li class="static"><a
href="/Pages/TrangChu.aspx">Trang chủ</a></li>
<li><a href="/Pages/GioiThieu.aspx">Giới thiệu</a></li>
<li><a href="/Pages/CoCauToChuc.aspx">Cơ cấu tổ chức</a></li>$menu
<li><a href="/Pages/VanBan.aspx">Văn bản</a></li>
<li><a href="/Pages/LienHe.aspx">Liên hệ</a></li></ul></div>
<div id="contentRow"><div id="contentBox" class="col-8">$main</div>
<div class="col-4"><div class="ms-webpart-zone"><h2>Tin xem nhiều</h2><ul>$most_read</ul></div>
<div class="ms-webpart-zone"><h2>Lịch công tác</h2><a href="/Pages/LichCongTac.aspx?tuan=$week">Tuần
sau</a></div>
<div class="ms-webpart-zone"><a href="https://benhvien.example/Pages/tin-tuc-5521.aspx">Bệnh viện
trung ương</a></div></div></div>
<div class="footer">Bộ Y tế cơ sở - 138 phố Thuốc. Lượt truy cập: $visitors. Ghi rõ nguồn "Cổng
thông tin Bộ" khi sử dụng lại.</div></div></form></body></html>""")

ARTICLE = Template("""<div class="breadcrumb"><a href="/">Trang chủ</a> » <a
href="$list">$section</a></div><div class="article"><h1 class="title-detail">$title</h1>
<div class="date-detail">$date</div>
<div class="toolbar"><a href="/_layouts/15/print.aspx?ID=$number">Print</a> Cỡ chữ A A</div>
<div class="sapo ms-rtestate-field">$lead</div>
<div class="ms-rtestate-field"><div id="ctl00_PlaceHolderMain_content"
class="ExternalClass5E1">$body
$foot</div></div>
<div class="rate">(68 bình chọn, 4/5 điểm)</div>
<div class="other"><h3>Các tin khác</h3><ul>$related</ul></div></div>""")


class SharePoint(FamilyPortal):
    """A ministry's SharePoint with web parts of its own."""

    name = "SharePoint"
    theme = "health"
    count = 92
    newest_number = 468686
    per_page = 9
    sections: ClassVar = {
        "Hoạt động của Bộ": "Hoạt động của Bộ",
        "Y tế dự phòng": "Y tế dự phòng",
        NOTES: NOTES,
    }
    forbidden = ("/_layouts/", "/_vti_bin/", "/Pages/TimKiem.aspx")
    traps = (r"LichCongTac\.aspx",)
    decoys = (
        "/Pages/GioiThieu.aspx",
        "/Pages/CoCauToChuc.aspx",
        "/Pages/LienHe.aspx",
        "/Pages/VanBan.aspx",
        "/Pages/ChiTietVanBan.aspx?vID=33",
        "/Pages/LichCongTac.aspx?tuan=48",
        "/en/Pages/Home.aspx",
    )
    dead = ("/Pages/bai-viet-da-chuyen-468111.aspx",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        if story.sections[0] == NOTES:
            return (f"/SitePages/BanTin.aspx?item={story.number}",)
        own = f"/Pages/{story.slug}-{story.number}.aspx"
        section = quote(story.sections[0])
        return (own, f"{own}?cm={section}") if story.number % 3 == 0 else (own,)

    def story_at(self, ask: Ask) -> Story | None:
        if ask.path.lower() == "/sitepages/bantin.aspx":
            return self.by_number.get(ask.query.get("item", ""))
        found = re.fullmatch(r"/pages/[^/]*-(\d{6})\.aspx", ask.path.lower())
        return self.by_number.get(found[1]) if found else None

    def answer(self, ask: Ask) -> Answer:
        if story := self.story_at(ask):
            return Answer(self._frame(ask, story.title, self._article(story)))
        page = ask.path.rpartition("/")[2].lower().removesuffix(".aspx")
        if ask.path == "/":
            return redirect("/Pages/TrangChu.aspx")
        if page == "trangchu":
            return Answer(self._frame(ask, "Trang chủ", self._home()))
        if page == "chuyenmuc" and ask.query.get("cm") in self.sections:
            name = ask.query["cm"]
            main = self._list(name, number_in(ask.query, "page"))
            return Answer(self._frame(ask, name, main))
        if page == "vanban":
            return Answer(
                self._frame(ask, "Văn bản", self._documents(number_in(ask.query, "page")))
            )
        if page == "chitietvanban":
            words = "<table><tr><td>Số hiệu</td><td>33/TT-BYT</td></tr></table>"
            return Answer(self._frame(ask, "Văn bản", words))
        if page in ("gioithieu", "cocautochuc", "lienhe", "lichcongtac", "home"):
            words = "<h1>Giới thiệu</h1><p>Bộ có 12 vụ, 5 cục và 3 bệnh viện trực thuộc.</p>"
            return Answer(self._frame(ask, "Giới thiệu", words))
        return Answer(self._frame(ask, "Lỗi", "<h1>404 NOT FOUND</h1>"), status=404)

    def _list_address(self, name: str, page: int = 1, *, small: bool = False) -> str:
        written = quote(name)
        if small:  # escapes stand in both cases on such portals
            written = re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), written)
        return f"/Pages/ChuyenMuc.aspx?cm={written}" + (f"&page={page}" if page > 1 else "")

    def _home(self) -> str:
        parts = [
            f'<h2><a href="{self._list_address(name)}">{name}</a></h2>'
            f"{self._items(self.in_section(name)[:4])}"
            for name in self.sections
        ]
        gone = anchors([(self.dead[0], "Bài viết đã chuyển về kho lưu trữ")])
        return "\n".join(parts) + f"<ul>{gone}</ul>"

    def _items(self, stories: Iterable[Story]) -> str:
        return "\n".join(
            f'<div class="news-item"><a class="title" href="{self.addresses_of(story)[-1]}">'
            f'{story.title}</a><span class="date">{story.moment:%d/%m/%Y %H:%M}</span>'
            f"<div>{story.lead}</div></div>"
            for story in stories
        )

    def _list(self, name: str, page: int) -> str:
        stories = self.in_section(name)
        last = self.pages(stories)
        shown = page if 1 <= page <= last else 1  # beyond the end: the first again
        links = [
            (self._list_address(name, number, small=number % 2 == 0), str(number))
            for number in range(max(1, shown - 2), min(last, shown + 2) + 1)
        ]
        if shown < last:
            links.append((self._list_address(name, shown + 1), ">"))
            links.append((self._list_address(name, last), ">>"))
        pager = anchors(links, form='<a href="{href}">{text}</a>')
        items = self._items(self.page_of(stories, shown))
        return f'<h1>{name}</h1>{items}<div class="pager">{pager}</div>'

    def _documents(self, page: int) -> str:
        rows = "".join(
            f'<tr><td><a href="/Pages/ChiTietVanBan.aspx?vID={number}">Thông tư {number}/TT-BYT'
            f"</a></td><td><a href='/VanBan/{number}.pdf'>Tải về</a></td></tr>"
            for number in range(25 + 8 * page, 33 + 8 * page)
        )
        links = [(f"/Pages/VanBan.aspx?page={number}", str(number)) for number in (1, 2, 3)]
        return f"<table>{rows if page <= 3 else ''}</table><ul>{anchors(links)}</ul>"

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph='<p class="ms-rteElement-P">{}&#160;</p>',
            figure='<p class="ms-rteElement-P" align="center"><img src="{image}" alt="le" /></p>'
            "<p>&#160;</p><p>{caption}</p><p>&#160;</p>",
            image="/PublishingImages/{number}/{place}.jpg",
        )
        foot = f'<p style="text-align:right"><b>{story.byline}</b></p>' if story.byline else ""
        foot += f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.attachment:
            foot += f'<a href="/Documents/{story.number}.doc">{story.attachment}</a>'
        name, moment = story.sections[0], story.moment
        return ARTICLE.substitute(
            list=escape(self._list_address(name)),
            section=name,
            title=story.title,
            date=f"{weekday(moment)}, {moment:%d/%m/%Y}, {moment:%H:%M} GMT+7",
            number=story.number,
            lead=story.lead,
            body=body,
            foot=foot,
            related=anchors(
                (self.addresses_of(other)[0], f"{other.title} ({other.moment:%d/%m/%Y})")
                for other in self.related(story)
            ),
        )

    def _frame(self, ask: Ask, title: str, main: str) -> str:
        clock = self.now()
        blank_lines = "\r\n" * 60 if "chuyenmuc" in ask.path.lower() else ""
        return blank_lines + FRAME.substitute(
            title=title,
            action=escape(ask.target),
            today=f"{weekday(clock)}, {clock:%d/%m/%Y %H:%M} GMT+7",
            menu=anchors((self._list_address(name), name) for name in self.sections),
            main=main,
            most_read=anchors(
                (self.addresses_of(story)[0], story.title) for story in self.most_read()
            ),
            week=number_in(ask.query, "tuan", default=47) + 1,
            visitors=self.visitors(),
        )
