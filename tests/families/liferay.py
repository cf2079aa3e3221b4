"""Liferay: portlet parameters in the lists, articles under slugs, one slug below several pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import quote

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in
from families.words import Story, weekday

PORTLETS = {"tin-tuc": "aB3xQ9kLmW2e", "su-kien": "k7TzPd41RrVs", "home": "hX9cYb6NuJ5o"}
VIEWED = "thong-bao"  # the section whose articles stand under view_content

FRAME = Template("""<!DOCTYPE html>
<html class="aui ltr" dir="ltr" lang="vi-VN"><head>
<meta content="text/html; charset=UTF-8" http-equiv="content-type" />
<title>$title - Sở Rừng</title>
<link class="lfr-css-file" href="/rung-theme/css/aui.css" rel="stylesheet" type="text/css" />
<script type="text/javascript">
// <![CDATA[
var Liferay = { ThemeDisplay: { getLayoutId: function() { return "12"; },
getCompanyId: function() { return "10155"; }, isSignedIn: function() { return false; } } };
// ]]>
</script></head>
<body class="yui3-skin-sam controls-visible guest-site public-page site">
<a href="#main-content" id="skip-to-content">Truy cập nội dung luôn</a>
<div class="container-fluid" id="wrapper"><header id="banner"><div class="date-time">$today</div>
<a class="logo" href="/web/guest/home">Sở Rừng</a>
<a href="/c/portal/login?p_l_id=10180" rel="nofollow">Đăng nhập</a>
<a class="lang" href="$language">English</a>
<form action="/web/guest/tim-kiem" method="get"><input name="_3_keywords" type="text" /></form>
</header><nav id="navigation"><ul>$menu
<li><a href="/web/guest/gioi-thieu">Giới thiệu</a></li>
<li><a href="/web/guest/co-cau-to-chuc">Cơ cấu tổ chức</a></li>
<li><a href="/web/guest/van-ban">Văn bản</a></li>
<li><a href="/web/guest/lien-he">Liên hệ</a></li></ul></nav>
<div id="content"><ul class="breadcrumb breadcrumb-horizontal"><li><a href="/web/guest/home">Trang
chủ</a></li><li>$title</li></ul>
<div class="columns-2" id="main-content" role="main">
<div class="portlet-column" id="column-1">$main</div>
<div class="portlet-column" id="column-2"><section class="portlet"><h2>Xem nhiều</h2>
<ul>$most_read</ul></section>
<section class="portlet"><h2>Lịch công tác</h2>
<a href="/web/guest/lich?p_p_id=8&amp;p_p_lifecycle=0&amp;_8_month=$month&amp;_8_year=2026">Tháng
sau</a></section>
<section class="portlet"><a href="http://vuonquocgia.example/web/guest/home">Vườn quốc gia</a>
<a href="/web/guest/tu-khoa/-/tags/rung">rừng</a></section>
<div class="counter">Số lượt truy cập $visitors</div></div></div></div>
<footer id="footer">Sở Rừng, khu trung tâm hành chính. Powered by Liferay</footer></div></body>
</html>""")

ARTICLE = Template("""<div class="portlet-boundary portlet-boundary_101_"><div class="portlet-body">
<h3 class="header-title"><span>$title</span></h3>
<div class="lfr-meta-actions asset-actions"><a href="$printed">Print</a></div>
<div class="asset-content"><div class="journal-content-article">
<div class="ngay-dang">Ngày đăng $date | View count: $views</div>
<p class="tom-tat"><strong>$lead</strong></p>$body $foot</div></div>
<div class="taglib-social-bookmarks"><a href="https://plus.example/share">Share</a></div>
<h4>Tin liên quan</h4><ul class="tin-lien-quan">$related</ul></div></div>""")


class Liferay(FamilyPortal):
    """A provincial Liferay 6: asset publishers for two sections, view_content for the third."""

    name = "Liferay"
    theme = "forests"
    count = 88
    newest_number = 283740
    sections: ClassVar = {"tin-tuc": "Tin tức", "su-kien": "Sự kiện", VIEWED: "Thông báo"}
    forbidden = ("/c/", "/web/guest/tim-kiem", "/*viewMode=print", "/group/control_panel")
    traps = (r"/(en|vi)(/|$)", r"_8_month=")
    decoys = (
        "/web/guest/gioi-thieu",
        "/web/guest/co-cau-to-chuc",
        "/web/guest/lien-he",
        "/web/guest/van-ban",
        "/web/guest/van-ban/-/vanban/3",
        "/web/guest/tu-khoa/-/tags/rung",
        "/web/guest/tin-tuc/en",
        "/documents/10182/77001/huong-dan.pdf",
    )
    dead = ("/web/guest/tin-tuc/-/asset_publisher/aB3xQ9kLmW2e/content/bai-viet-da-go",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        section = story.sections[0]
        if section == VIEWED:
            return (f"/web/guest/-/view_content/{story.number}-{story.slug}",)
        plain = self._published_at(section, story)
        back = quote(f"/web/guest/{section}?p_p_id=101_INSTANCE_{PORTLETS[section]}", safe="")
        here = (plain, f"{plain}?inheritRedirect=false&redirect={back}")
        on_home = story in self.in_section(section)[:5]
        return (*here, self._published_at("home", story)) if on_home else here

    def story_at(self, ask: Ask) -> Story | None:
        viewed = re.fullmatch(r"/web/guest/-/view_content/(\d+)-[^/]+", ask.path)
        if viewed:
            return self.by_number.get(viewed[1])
        found = re.fullmatch(r"/web/guest/[^/]+/-/asset_publisher/(\w+)/content/([^/]+)", ask.path)
        if not found or found[1] not in PORTLETS.values():
            return None
        return self.by_slug.get(found[2])

    def answer(self, ask: Ask) -> Answer:
        if re.search(r"/(en|vi)/?$", ask.path):  # the language link is relative: the list instead
            return Answer(self._frame(ask, "News", self._items(self.stories[:10])))
        if story := self.story_at(ask):
            return Answer(self._frame(ask, story.title, self._article(story)))
        place = ask.path.removeprefix("/web/guest/").strip("/")
        if place in ("", "home") or ask.path in ("/", "/web/guest"):
            return Answer(self._frame(ask, "Trang chủ", self._home()))
        if place in self.sections:
            return Answer(self._frame(ask, self.sections[place], self._list(ask, place)))
        if place.startswith("van-ban"):
            return Answer(self._frame(ask, "Văn bản", self._documents(place)))
        if place.startswith("tu-khoa"):
            return Answer(self._frame(ask, "rừng", self._items(self.stories[4:50:9])))
        if place in ("gioi-thieu", "co-cau-to-chuc", "lien-he", "lich"):
            words = "Sở Rừng được thành lập theo Quyết định số 77, có 9 phòng và 2 chi cục."
            return Answer(self._frame(ask, "Giới thiệu", f"<h3>Giới thiệu</h3><p>{words}</p>"))
        words = "<div class='alert'>Not Found<p>The requested resource was not found.</p></div>"
        return Answer(self._frame(ask, "Status", words), status=404)

    def _published_at(self, page: str, story: Story) -> str:
        return f"/web/guest/{page}/-/asset_publisher/{PORTLETS[page]}/content/{story.slug}"

    def _portlet(self, section: str) -> str:
        return f"101_INSTANCE_{PORTLETS.get(section, 'vC2nMh8SgQ0d')}"

    def _list_address(self, section: str, page: int) -> str:
        own = self._portlet(section)
        return (
            f"/web/guest/{section}?p_p_id={own}&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
            f"&p_p_col_id=column-1&p_p_col_count=1&_{own}_delta=10&_{own}_keywords="
            f"&_{own}_advancedSearch=false&_{own}_andOperator=true"
            f"&p_r_p_564233524_resetCur=false&_{own}_cur={page}"
        )

    def _list(self, ask: Ask, section: str) -> str:
        stories = self.in_section(section)
        last = self.pages(stories)
        asked_page = number_in(ask.query, f"_{self._portlet(section)}_cur".lower())
        page = min(max(asked_page, 1), last)  # beyond the end: the last again
        links = [(self._list_address(section, number), str(number)) for number in
                 range(max(1, page - 3), min(last, page + 3) + 1)]  # fmt: skip
        if page > 1:
            links.insert(0, (self._list_address(section, page - 1), "Trước"))
        if page < last:
            links.append((self._list_address(section, page + 1), "Tiếp theo"))
        shown = self.page_of(stories, page)
        words = f"Hiển thị {len(shown)} trong tổng số {len(stories)} kết quả."
        pager = f'<ul class="pagination">{anchors(links)}</ul><small>{words}</small>'
        return self._items(shown, address=-1) + f'<div class="taglib-page-iterator">{pager}</div>'

    def _items(self, stories: Iterable[Story], *, address: int = 0) -> str:
        items = []
        for story in stories:
            own = self.addresses_of(story)
            href = own[1] if address and len(own) > 1 else own[0]
            items.append(
                f'<div class="asset-abstract"><h3 class="asset-title"><a href="{escape(href)}">'
                f'{story.title}</a></h3><div class="asset-metadata">{story.moment:%d/%m/%Y}</div>'
                f'<div class="asset-summary">{story.lead}</div></div>'
            )
        return "\n".join(items)

    def _home(self) -> str:
        parts = []
        for section, name in self.sections.items():
            links = [
                (self.addresses_of(story)[-1], story.title)
                for story in self.in_section(section)[:5]
            ]
            head = f'<h2><a href="/web/guest/{section}">{name}</a></h2>'
            parts.append(f'<section class="portlet">{head}<ul>{anchors(links)}</ul></section>')
        gone = anchors([(self.dead[0], "Bài viết đã gỡ về vườn ươm")])
        return "\n".join(parts) + f"<ul>{gone}</ul>"

    def _documents(self, place: str) -> str:
        if "/-/vanban/" in place:
            return "<h3>Văn bản số 3/QĐ-SR</h3><dl><dt>Ngày ban hành</dt><dd>02/03/2024</dd></dl>"
        rows = [(f"/web/guest/van-ban/-/vanban/{n}", f"Số {n}/QĐ-SR về giao đất") for n in range(9)]
        file = [("/documents/10182/77001/huong-dan.pdf", "Hướng dẫn tra cứu")]
        return f'<ul class="vb">{anchors([*rows, *file])}</ul>'

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph='<p style="text-align: justify;">{}</p>',
            figure='<p style="text-align:center"><img alt="" src="{image}" /></p>'
            '<p style="text-align:center"><span style="color:#595959">{caption}</span></p>',
            image="/documents/10182/{number}/{place}.jpg",
        )
        foot = f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.byline:
            foot += f'<p style="text-align: right;"><strong>{story.byline}</strong></p>'
        if story.attachment:
            file = f"/documents/10182/{story.number}/van-ban.pdf"
            foot += f'<p><a href="{file}">{story.attachment}</a></p>'
        own = self.addresses_of(story)[0]
        return ARTICLE.substitute(
            title=story.title,
            printed=f"{own}?_101_viewMode=print&amp;p_p_state=pop_up",
            date=f"{story.moment:%d/%m/%Y} | {story.moment:%I:%M %p}",
            views=story.number % 900,
            lead=story.lead,
            body=body,
            foot=foot,
            related=anchors(
                (self.addresses_of(other)[0], other.title) for other in self.related(story)
            ),
        )

    def _frame(self, ask: Ask, title: str, main: str) -> str:
        clock = self.now()
        here = ask.path.rstrip("/").rpartition("/")[2]
        to_other = "vi" if here == "en" else "en"
        menu = [(f"/web/guest/{key}", name) for key, name in self.sections.items()]
        read = [(self.addresses_of(story)[0], story.title) for story in self.most_read()]
        return FRAME.substitute(
            title=title,
            today=f"{weekday(clock)}, ngày {clock:%d/%m/%Y}",
            language=f"{here}/{to_other}" if here else to_other,  # relative: a trap
            menu=anchors(menu),
            main=main,
            most_read=anchors(read),
            month=(number_in(ask.query, "_8_month", default=10) + 1) % 12,
            visitors=self.visitors(),
        )
