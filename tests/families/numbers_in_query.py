"""Everything in the query: section, list state, language and session in the article's address."""

from __future__ import annotations

import hashlib
from string import Template
from typing import ClassVar

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in
from families.words import Story, weekday

FRAME = Template("""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Cục Nguồn nước - Trang thông tin điện tử</title>
<link rel="stylesheet" type="text/css" href="/css/style.css" /></head><body>
<table width="980" align="center" cellpadding="0" cellspacing="0"><tr><td colspan="3">
<img src="/images/banner.jpg" alt="Cục Nguồn nước" /></td></tr>
<tr><td colspan="3" class="menungang">
<a href="/">Trang chủ</a> | <a href="/Portal.aspx?page=noidung&amp;lang=vi&amp;contentid=3">Giới
thiệu</a> | <a href="/Portal.aspx?page=noidung&amp;lang=vi&amp;contentid=5">Cơ cấu tổ chức</a> |
$menu
<a href="/Portal.aspx?page=vanban&amp;lang=vi">Văn bản</a> |
<a href="/Portal.aspx?page=lienhe&amp;lang=vi">Liên hệ</a> |
<a href="/Login.aspx?ReturnUrl=%2fPortal.aspx">Đăng nhập</a> |
<a href="/Portal.aspx?page=home&amp;lang=en">English</a></td></tr>
<tr><td colspan="3" class="ngay"><span id="lblNgay">$today</span>
<form action="/Search.aspx" method="get"><input name="q" /><input type="submit" value="Tìm" />
</form></td></tr>
<tr valign="top"><td width="180" class="cottrai"><b>Chuyên mục</b><ul>$sections</ul>
<b>Lịch</b><br />$calendar</td>
<td width="600" class="giua">$main</td>
<td width="200" class="cotphai"><b>Tin đọc nhiều</b><ul>$most_read</ul>
<b>Liên kết</b><ul><li><a href="http://www.chinhphu.example/">Cổng Chính phủ</a></li>
<li><a href="http://www.baonuoc.example/tin-88123.html">Báo Nước</a></li></ul>
Lượt truy cập: $visitors</td></tr>
<tr><td colspan="3" class="chantrang">Bản quyền © 2014 Cục Nguồn nước. Ghi rõ nguồn "Cục Nguồn
nước" khi phát hành lại thông tin từ trang này.</td></tr></table></body></html>""")

ARTICLE = Template("""<div class="duongdan"><a href="/">Trang chủ</a> &raquo; $section</div>
<div class="tieude">$title <span class="ngaydang">($day)</span></div>
<div class="luotxem">0</div>
<div class="tomtat"><b>$lead</b></div>
<div class="noidung">$body
$foot</div>
<div class="congcu"><a href="/Print.aspx?contentid=$number">Bản in</a>
<a href="mailto:bbt@nguonnuoc.example">Gửi email</a></div>
<div class="tinkhac"><b>Các tin đã đưa</b><ul>$related</ul></div>""")


class NumbersInQuery(FamilyPortal):
    """Own ASP.NET, as old offices still run it."""

    name = "numbers in the query"
    theme = "rivers"
    count = 96
    newest_number = 4711
    shared_every = 8
    sections: ClassVar = {"10": "Tin hoạt động", "24": "Chỉ đạo điều hành", "31": "Thông báo"}
    forbidden = ("/Search.aspx", "/Login.aspx", "/Print.aspx", "/admin/")
    traps = (r"[?&]thang=", r"[?&]s=[0-9a-f]{32}")
    decoys = (
        "/Portal.aspx?page=noidung&lang=vi&contentid=3",
        "/Portal.aspx?page=noidung&lang=vi&contentid=5",
        "/Portal.aspx?page=lienhe&lang=vi",
        "/Portal.aspx?page=vanban&lang=vi",
        "/Portal.aspx?page=vanban_chitiet&lang=vi&vbid=12",
        "/Portal.aspx?page=home&lang=en",
    )
    dead = ("/Portal.aspx?page=chitiet&zoneid=10&lang=vi&contentid=4999",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        lists = tuple(
            self._address(story, zone, page=1 + self.in_section(zone).index(story) // self.per_page)
            for zone in story.sections
        )
        return (self._address(story, story.sections[0]), *lists)

    def story_at(self, ask: Ask) -> Story | None:
        if ask.path.lower() == "/print.aspx":
            return self.by_number.get(ask.query.get("contentid", ""))
        if ask.path.lower() != "/portal.aspx" or ask.query.get("page") != "chitiet":
            return None
        return self.by_number.get(ask.query.get("contentid", ""))

    def answer(self, ask: Ask) -> Answer:
        page = ask.query.get("page", "home")
        if ask.path.lower() not in ("/", "/portal.aspx", "/print.aspx", "/default.aspx"):
            return Answer(self._frame("<h1>Không tìm thấy trang</h1>"), status=404)
        if story := self.story_at(ask):
            return Answer(self._frame(self._article(story, ask.query.get("zoneid", ""))))
        if page == "danhsach" and ask.query.get("zoneid") in self.sections:
            zone = ask.query["zoneid"]
            return Answer(self._frame(self._list(zone, number_in(ask.query, "paging"))))
        if page == "vanban":
            return Answer(self._frame(self._documents(number_in(ask.query, "paging"))))
        if page == "vanban_chitiet":
            number = number_in(ask.query, "vbid")
            return Answer(self._frame(f"<h2>Công văn số {number}/CV-CNN</h2><table><tr><td>Loại"
                                      f"</td><td>Công văn</td></tr></table>"))  # fmt: skip
        if page == "chitiet":  # a number that no article has
            return Answer(self._frame("<div class='loi'>Nội dung không tồn tại.</div>"))
        if page == "home" and ask.query.get("lang") == "en":
            return Answer(self._frame("<h2>Department of Source Water</h2><p>Under work.</p>"))
        return Answer(self._frame(self._home() if page == "home" else self._static(page)))

    def _address(self, story: Story, zone: str, *, page: int = 0, session: str = "") -> str:
        state = f"&paging={page}" if page else ""
        ending = f"&s={session}" if session else ""
        start = f"/Portal.aspx?page=chitiet&zoneid={zone}&lang=vi{state}"
        return f"{start}&contentid={story.number}{ending}"

    def _home(self) -> str:
        parts = []
        for zone, name in self.sections.items():
            links = [(self._address(story, zone), story.title) for story in
                     self.in_section(zone)[:5]]  # fmt: skip
            href = f"/Portal.aspx?page=danhsach&amp;zoneid={zone}&amp;lang=vi"
            parts.append(f'<h3><a href="{href}">{name}</a></h3><ul>{anchors(links)}</ul>')
        gone = [(self.dead[0], "Thông tin đã gỡ khỏi trang của Cục")]
        return "\n".join(parts) + f"<ul>{anchors(gone)}</ul>"

    def _list(self, zone: str, page: int) -> str:
        stories = self.in_section(zone)
        last = self.pages(stories)
        shown = page if page <= last else 1  # beyond the end: the first again
        items = "\n".join(
            f'<div class="muc"><a href="{self._address(story, zone, page=shown)}">'.replace(
                "&", "&amp;"
            )
            + f"{story.title}</a> <i>({story.moment:%d/%m/%Y})</i><p>{story.lead}</p>0</div>"
            for story in self.page_of(stories, shown)
        )
        href = f"/Portal.aspx?page=danhsach&zoneid={zone}&lang=vi&paging="
        numbers = [number for number in range(1, last + 1) if abs(number - shown) <= 2]
        links = [(f"{href}{number}", str(number)) for number in numbers]
        pager = anchors([*links, (f"{href}{last}", "Cuối")], form='<a href="{href}">{text}</a>')
        return f"<h2>{self.sections[zone]}</h2>{items}<div class='trang'>Trang: {pager}</div>"

    def _documents(self, page: int) -> str:
        rows = "".join(
            f'<tr><td><a href="/Portal.aspx?page=vanban_chitiet&amp;lang=vi&amp;vbid={number}">'
            f"Công văn số {number}/CV-CNN về việc báo cáo số liệu</a></td><td>0{page}/0{page}/2025"
            "</td></tr>"
            for number in range(10 * page, 10 * page + 10)
        )
        pager = anchors((f"/Portal.aspx?page=vanban&lang=vi&paging={n}", str(n)) for n in (1, 2, 3))
        return f"<table>{rows}</table><ul>{pager}</ul>" if page <= 3 else "Không có văn bản"

    def _article(self, story: Story, zone: str) -> str:
        section = self.sections.get(zone, self.sections[story.sections[0]])
        body = body_html(
            story,
            paragraph='<p style="text-align:justify">{}</p>',
            figure='<table align="center"><tr><td><img src="{image}" /></td></tr>'
            '<tr><td class="pCaption">{caption}</td></tr></table>',
            image="/Uploads/Images/{number}_{place}.jpg",
        )
        lines = [f"<p>{story.source_line}</p>" if story.source_line else ""]
        if story.byline:
            lines.append(f'<p align="right"><b>{story.byline}</b></p>')
        if story.attachment:
            lines.append(f'<a href="/Uploads/VanBan/{story.number}.pdf">{story.attachment}</a>')
        related = [
            (self._address(other, other.sections[0]), f"{other.title} ({other.moment:%d/%m})")
            for other in self.related(story)
        ]
        return ARTICLE.substitute(
            section=section,
            title=story.title,
            day=f"{story.moment:%d/%m/%Y}",
            lead=story.lead,
            body=body,
            foot="\n".join(lines),
            number=story.number,
            related=anchors(related),
        )

    def _static(self, page: str) -> str:
        return (
            f"<h2>{'Liên hệ' if page == 'lienhe' else 'Giới thiệu'}</h2><p>Cục Nguồn nước là đơn vị"
            " trực thuộc Bộ, có con dấu riêng, trụ sở tại số 4 phố Suối. Điện thoại: 024.00000000."
            "</p>"
        )

    def _frame(self, main: str) -> str:
        lists = [
            (f"/Portal.aspx?page=danhsach&zoneid={zone}&lang=vi", name)
            for zone, name in self.sections.items()
        ]
        clock = self.now()
        session = hashlib.sha256(str(len(self.requests)).encode()).hexdigest()[:32]
        read = [
            (self._address(story, story.sections[0], session=session), story.title)
            for story in self.most_read()
        ]
        days = [(f"/Portal.aspx?page=home&lang=vi&thang={n}&nam=2026", str(n)) for n in (10, 12)]
        return FRAME.substitute(
            menu=anchors(lists, form='<a href="{href}">{text}</a> |'),
            today=f"{weekday(clock)}, ngày {clock:%d/%m/%Y} {clock:%H:%M:%S}",
            sections=anchors(lists),
            calendar=anchors(days, form='<a href="{href}">{text}</a>'),
            main=main,
            most_read=anchors(read),
            visitors=self.visitors(),
        )
