"""ASP.NET WebForms: lists whose pages are had by posting the page's own state back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from string import Template
from typing import Any, ClassVar

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, redirect
from families.words import Story, weekday

SECRET = b"machine key of a made portal"
GRID = "ctl00$ContentPlaceHolder1$gvTinTuc"
LOGIN, CALENDAR, SEARCH = "ctl00$lnkDangNhap", "ctl00$Calendar1", "ctl00$btnTimKiem"

FRAME = Template("""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head id="Head1"><meta charset="utf-8" />
<title>$title - Tổng cục Hạ tầng</title><link href="/App_Themes/Default/main.css"
rel="stylesheet" type="text/css" /></head><body>
<form name="aspnetForm" method="post" action="$action" id="aspnetForm">
<div><input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="" />
<input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="" />
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="$state" /></div>
<script type="text/javascript">
//<![CDATA[
var theForm = document.forms['aspnetForm'];
function __doPostBack(eventTarget, eventArgument) {
    if (!theForm.onsubmit || (theForm.onsubmit() != false)) {
        theForm.__EVENTTARGET.value = eventTarget;
        theForm.__EVENTARGUMENT.value = eventArgument;
        theForm.submit();
    }
}
//]]>
</script>
<div><input type="hidden" name="__VIEWSTATEGENERATOR" value="CA0B0334" />
<input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="$valid" /></div>
<div id="top"><img src="/images/logo.png" alt="" /><span id="ctl00_lblNgay">$today</span>
<input name="ctl00$$txtTimKiem" type="text" id="ctl00_txtTimKiem" />
<input type="submit" name="$search" value="Tìm kiếm" />
<a href="javascript:__doPostBack('$login','')">Đăng nhập</a>
<a href="/DangNhap.aspx">Đăng nhập (cán bộ)</a></div>
<div id="menu"><a href="/Default.aspx">Trang chủ</a> $menu
<a href="/GioiThieu.aspx">Giới thiệu</a> <a href="/CoCauToChuc.aspx">Cơ cấu tổ chức</a>
<a href="/LienHe.aspx">Liên hệ</a> <a href="/Default.aspx?lang=en">English</a></div>
<div id="main">$main</div>
<div id="right"><h3>Tin xem nhiều</h3><ul>$most_read</ul>
<table id="ctl00_Calendar1" class="lich"><tr><td><a
href="javascript:__doPostBack('$calendar','V9770')">&lt;</a></td><td>Tháng Mười Một</td><td><a
href="javascript:__doPostBack('$calendar','V9831')">&gt;</a></td></tr><tr>$days</tr></table>
<a href="http://www.giaothong.example/Default.aspx">Trang vàng giao thông</a>
<p>Đang trực tuyến: 12<br />Tổng truy cập: $visitors</p></div>
<div id="footer">Tổng cục Hạ tầng - số 80 đường Cầu Mới. Fax: 0000.</div>
</form></body></html>""")

ARTICLE = Template("""<div class="path"><a href="/Default.aspx">Trang chủ</a> &gt;
<a href="/TinTuc.aspx?ChuyenMucID=$section">$section_name</a></div>
<span id="ctl00_ContentPlaceHolder1_lblTieuDe" class="TieuDe">$title</span><br />
<span class="NgayDang">Ngày đăng: $date</span> <span>Lượt xem: $views</span>
<a href="/InTin.aspx?ID=$number">In bài</a>
<div class="TrichDan">$lead</div>
<div id="ctl00_ContentPlaceHolder1_divNoiDung" class="NoiDung">$body $foot</div>
<div class="TinKhac"><b>Các tin khác</b><ul>$related</ul></div>""")


class Postback(FamilyPortal):
    """The pager is a GridView's: ten numbers, then "…"; nothing of it is an address."""

    name = "postback"
    theme = "roads"
    count = 114
    newest_number = 5521
    per_page = 6
    sections: ClassVar = {"3": "Tin tức sự kiện", "7": "Thông báo mời thầu"}
    forbidden = ("/DangNhap.aspx", "/InTin.aspx", "/TimKiem.aspx", "/ScriptResource.axd")
    decoys = ("/GioiThieu.aspx", "/CoCauToChuc.aspx", "/LienHe.aspx", "/Default.aspx?lang=en")
    dead = ("/ChiTiet.aspx?ChuyenMucID=3&ID=5999",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        return (f"/ChiTiet.aspx?ChuyenMucID={story.sections[0]}&ID={story.number}",)

    def story_at(self, ask: Ask) -> Story | None:
        if ask.path.lower() not in ("/chitiet.aspx", "/intin.aspx"):
            return None
        return self.by_number.get(ask.query.get("id", ""))

    def answer(self, ask: Ask) -> Answer:
        if ask.method == "POST":
            return self._posted(ask)
        if story := self.story_at(ask):
            return self._page(ask, story.title, self._article(story))
        path = ask.path.lower()
        if path in ("/", "/default.aspx"):
            return self._page(ask, "Trang chủ", self._home())
        if path == "/tintuc.aspx":
            return self._list(ask, 1)
        if path in ("/gioithieu.aspx", "/cocautochuc.aspx", "/lienhe.aspx"):
            return self._page(
                ask, "Giới thiệu", "<h1>Giới thiệu</h1><p>Tổng cục có 6 cục, 4 vụ.</p>"
            )
        return Answer("<html><body><h1>Server Error in '/' Application.</h1>"
                      "<i>The resource cannot be found.</i></body></html>", status=404)  # fmt: skip

    def _posted(self, ask: Ask) -> Answer:
        """What the page does with its own form."""
        target = ask.form.get("__EVENTTARGET", "")
        argument = ask.form.get("__EVENTARGUMENT", "")
        state = _opened(ask.form.get("__VIEWSTATE", ""))
        if state is None or state.get("path") != ask.target:
            return _error("Validation of viewstate MAC failed.")
        if SEARCH in ask.form:
            return redirect("/TimKiem.aspx?q=")
        valid = _opened(ask.form.get("__EVENTVALIDATION", ""))
        if valid is None or [target, argument] not in valid["events"]:
            return _error("Invalid postback or callback argument.")
        if target == LOGIN:
            return redirect("/DangNhap.aspx")
        page = int(state.get("page", 1))
        if target == GRID:
            page = int(argument.partition("$")[2])
        return self._list(ask, page) if "page" in state else redirect("/Default.aspx")

    def _list(self, ask: Ask, page: int) -> Answer:
        section = ask.query.get("chuyenmucid", "3")
        if section not in self.sections:
            return self._page(ask, "Tin tức", "<p>Không có tin nào.</p>")
        stories = self.in_section(section)
        last = self.pages(stories)
        rows = "\n".join(
            f'<tr><td><a class="tin" href="{self.addresses_of(story)[0]}">'.replace("&", "&amp;")
            + f'{story.title}</a><br /><span class="ngay">{story.moment:%d/%m/%Y}</span>'
            f"<p>{story.lead}</p></td></tr>"
            for story in self.page_of(stories, page)
        )
        first = (page - 1) // 10 * 10 + 1  # of its group of ten
        shown = [(str(number), number) for number in range(first, min(first + 9, last) + 1)]
        if first > 1:
            shown.insert(0, ("...", first - 1))
        if first + 10 <= last:
            shown.append(("...", first + 10))
        cells = "".join(
            f"<td>{_pager_link(text, number) if number != page else f'<span>{text}</span>'}</td>"
            for text, number in shown
        )
        events = [[GRID, f"Page${number}"] for _, number in shown if number != page]
        main = (
            f"<h1>{self.sections[section]}</h1><table id='ctl00_ContentPlaceHolder1_gvTinTuc'>"
            f"{rows}<tr class='pager'><td><table><tr>{cells}</tr></table></td></tr></table>"
        )
        return self._page(ask, self.sections[section], main, events=events, page=page)

    def _home(self) -> str:
        parts = []
        for section, name in self.sections.items():
            newest = self.in_section(section)[:5]
            links = [(self.addresses_of(story)[0], story.title) for story in newest]
            href = f"/TinTuc.aspx?ChuyenMucID={section}"
            parts.append(f'<h2><a href="{href}">{name}</a></h2><ul>{anchors(links)}</ul>')
        return "\n".join(parts) + f"<ul>{anchors([(self.dead[0], 'Tin đã gỡ về cầu phao')])}</ul>"

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph='<p class="MsoNormal"><span style="font-size:13pt">{}</span></p>',
            figure='<div align="center"><img src="{image}" /></div><p align="center">'
            '<em style="color:blue">{caption}</em></p>',
            image="/Upload/Anh/{number}-{place}.jpg",
        )
        foot = f'<p align="right"><b>{story.byline}</b></p>' if story.byline else ""
        foot += f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.attachment:
            foot += f'<a href="/Upload/File/{story.number}.docx">{story.attachment}</a>'
        section = story.sections[0]
        return ARTICLE.substitute(
            section=section,
            section_name=self.sections[section],
            title=story.title,
            date=f"{story.moment:%d/%m/%Y %H:%M:%S}",
            views=story.number % 700,
            number=story.number,
            lead=story.lead,
            body=body,
            foot=foot,
            related=anchors(
                (self.addresses_of(other)[0], other.title) for other in self.related(story)
            ),
        )

    def _page(
        self,
        ask: Ask,
        title: str,
        main: str,
        *,
        events: list[list[str]] | None = None,
        page: int | None = None,
    ) -> Answer:
        clock = self.now()
        days = [[CALENDAR, f"V{9800 + day}"] for day in range(7)]
        state: dict[str, object] = {"path": ask.target, "at": len(self.requests)}
        if page:
            state |= {"page": page, "rows": [title] * 40}  # a view state is never small
        others = [[LOGIN, ""], [CALENDAR, "V9770"], [CALENDAR, "V9831"], *days]
        read = [(self.addresses_of(story)[0], story.title) for story in self.most_read()]
        html = FRAME.substitute(
            title=title,
            action=ask.target.replace("&", "&amp;"),
            state=_sealed(state),
            valid=_sealed({"events": [*(events or []), *others]}),
            today=f"Hôm nay: {weekday(clock)}, {clock:%d/%m/%Y %H:%M}",
            search=SEARCH,
            login=LOGIN,
            calendar=CALENDAR,
            menu=anchors(
                ((f"/TinTuc.aspx?ChuyenMucID={key}", name) for key, name in self.sections.items()),
                form='<a href="{href}">{text}</a>',
            ),
            main=main,
            most_read=anchors(read),
            days="".join(
                f"<td><a href=\"javascript:__doPostBack('{target}','{day}')\">{place}</a></td>"
                for place, (target, day) in enumerate(days, start=1)
            ),
            visitors=self.visitors(),
        )
        cookie = ("Set-Cookie", "ASP.NET_SessionId=zq4madeup; path=/; HttpOnly")
        return Answer(html, headers=() if "ASP.NET_SessionId" in ask.cookies else (cookie,))


def _pager_link(text: str, page: int) -> str:
    return f"<a href=\"javascript:__doPostBack('{GRID}','Page${page}')\">{text}</a>"


def _sealed(state: dict[str, object]) -> str:
    raw = json.dumps(state).encode()
    return base64.b64encode(hmac.digest(SECRET, raw, hashlib.sha256) + raw).decode()


def _opened(text: str) -> dict[str, Any] | None:
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    seal, raw = sealed[:32], sealed[32:]
    if not hmac.compare_digest(seal, hmac.digest(SECRET, raw, hashlib.sha256)):
        return None
    opened: dict[str, Any] = json.loads(raw)
    return opened


def _error(words: str) -> Answer:
    return Answer(f"<html><body><h1>Server Error</h1><i>{words}</i></body></html>", status=500)
