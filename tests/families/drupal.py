"""Drupal: nodes and their aliases side by side, lists that count their pages from 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import format_datetime
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import urljoin

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in
from families.words import Story, weekday

PAGES = {"gioi-thieu": "1", "co-cau-to-chuc": "2", "lien-he": "4"}  # alias -> node

FRAME = Template("""<!DOCTYPE html>
<html lang="vi" dir="ltr" xmlns:og="http://ogp.me/ns#"><head><meta charset="utf-8" />
<meta name="Generator" content="Drupal 7 (http://drupal.org)" />
<title>$title | Vụ Việc làm</title>
<link rel="alternate" type="application/rss+xml" href="/rss.xml" />$links
<link rel="stylesheet" href="/sites/default/files/css/css_x1.css" media="all" />
<script>jQuery.extend(Drupal.settings, {"basePath":"\\/","pathPrefix":""});</script></head>
<body class="html not-front not-logged-in two-sidebars page-node">
<div id="skip-link"><a href="#main-content" class="element-invisible">Nhảy đến nội dung</a></div>
<div id="page"><div id="header"><a href="/" rel="home">Vụ Việc làm</a><div class="block-date">$today
</div><form action="/search/node" method="get"><input name="keys" class="form-text" /></form>
<ul class="language-switcher"><li><a href="/en">English</a></li></ul></div>
<div id="main-menu"><ul class="links">$pages $menu
<li><a href="/van-ban">Văn bản</a></li><li><a href="/user/login">Đăng nhập</a></li></ul></div>
<div class="breadcrumb"><a href="/">Trang chủ</a> » $title</div>
<div id="main-content" class="region region-content">$main</div>
<div class="region region-sidebar-second"><div class="block"><h2>Đọc nhiều nhất</h2><ul>$most_read
</ul></div><div class="block block-calendar"><a href="/lich/$month" rel="nofollow">»</a></div>
<div class="block"><h2>Từ khóa</h2><a href="/tu-khoa/viec-lam">việc làm</a></div>
<div class="block"><a href="http://sanviec.example/node/3311">Sàn việc làm</a></div>
<div class="block">Số lượt xem: $visitors</div></div>
<div id="footer"><a href="/node/1">Vụ Việc làm</a>, số 35 đường Thợ Tiện</div></div></body>
</html>""")

ARTICLE = Template("""<h1 class="title" id="page-title">$title</h1>
<div id="node-$number" class="node node-tin-tuc clearfix"><div class="submitted">Gửi bởi <span
class="username">bientap</span> vào $date</div>
<div class="content clearfix"><div class="field field-name-field-tom-tat"><div class="field-item
even">$lead</div></div>
<div class="field field-name-body field-type-text-with-summary"><div class="field-items">
<div class="field-item even" property="content:encoded">$body $foot</div></div></div></div>
<ul class="links inline"><li class="print_html"><a href="/print/$number" rel="nofollow">Bản in</a>
</li><li><a href="/node/$number?mini=$month">Lịch nhỏ</a></li></ul>
<div class="view view-lien-quan"><h3>Tin liên quan</h3><ul>$related</ul></div></div>""")


class Drupal(FamilyPortal):
    """Drupal 7 with aliases for most nodes; static pages are nodes as well."""

    name = "Drupal"
    theme = "labour"
    count = 86
    newest_number = 1640
    sections: ClassVar = {
        "tin-tuc": "Tin tức",
        "chi-dao-dieu-hanh": "Chỉ đạo điều hành",
        "thong-bao": "Thông báo",
        "hoi-thao": "Hội thảo",
    }
    forbidden = ("/search/", "/user/", "/admin/", "/print/", "/node/add/", "/?q=admin/")
    traps = (r"^/lich/", r"[?&]mini=")
    decoys = (
        "/gioi-thieu",
        "/node/1",
        "/co-cau-to-chuc",
        "/lien-he",
        "/van-ban",
        "/van-ban/12-2025-tt",
        "/tu-khoa/viec-lam",
        "/lich/2026-12",
        "/en",
    )
    dead = ("/tin-tuc/bai-viet-khong-con-ton-tai",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        node = f"/node/{story.number}"
        return (node,) if self._bare(story) else (f"/{story.sections[0]}/{story.slug}", node)

    def story_at(self, ask: Ask) -> Story | None:
        if found := re.fullmatch(r"/(?:node|print)/(\d+)", ask.path):
            return self.by_number.get(found[1])
        section, _, slug = ask.path.strip("/").partition("/")
        story = self.by_slug.get(slug)
        aliased = story and not self._bare(story) and story.sections[0] == section
        return story if aliased else None

    def answer(self, ask: Ask) -> Answer:
        if story := self.story_at(ask):
            own = self.addresses_of(story)
            links = (
                f'<link rel="canonical" href="{own[0]}" /><link rel="shortlink" href="{own[-1]}" />'
            )
            return Answer(self._frame(ask, story.title, self._article(story), links=links))
        place = ask.path.strip("/")
        if not place:
            return Answer(self._frame(ask, "Trang chủ", self._home()))
        if place in self.sections:
            main = self._list(place, number_in(ask.query, "page", default=0))
            return Answer(self._frame(ask, self.sections[place], main))
        if place == "rss.xml":
            return self._feed()
        if place in PAGES or place.removeprefix("node/") in PAGES.values():
            return Answer(self._frame(ask, "Giới thiệu", self._static()))
        if place.startswith("van-ban"):
            page = number_in(ask.query, "page", default=0)
            return Answer(self._frame(ask, "Văn bản", self._documents(place, page)))
        if place.startswith("tu-khoa/"):
            return Answer(self._frame(ask, "việc làm", self._items(self.stories[5:70:8])))
        if place.startswith("lich/"):
            words = "<table class='calendar'><tr><td>1</td></tr></table>"
            return Answer(self._frame(ask, "Lịch", words))
        if place == "en":
            return Answer(self._frame(ask, "Home", "<p>No front page content yet.</p>"))
        words = "<h1>Không tìm thấy trang</h1><p>Trang yêu cầu không thể tìm thấy.</p>"
        return Answer(self._frame(ask, "Không tìm thấy", words), status=404)

    def _bare(self, story: Story) -> bool:
        """Whether its editor gave it no alias."""
        return story.number % 6 == 0

    def _home(self) -> str:
        newest = [(self.addresses_of(story)[-1], story.title) for story in self.stories[:8]]
        parts = [f'<div class="view view-moi-nhat"><ul>{anchors(newest)}</ul></div>']
        for key, name in self.sections.items():
            items = self._items(self.in_section(key)[:3])
            parts.append(f'<h2><a href="/{key}">{name}</a></h2>{items}')
        gone = anchors([(self.dead[0], "Bài viết không còn về phiên giao dịch")])
        return "\n".join(parts) + f"<ul>{gone}</ul>"

    def _items(self, stories: Iterable[Story]) -> str:
        return "\n".join(
            f'<div class="views-row"><div class="views-field-title"><a '
            f'href="{self.addresses_of(story)[0]}">{story.title}</a></div><span '
            f'class="field-content">{story.moment:%d/%m/%Y - %H:%M}</span><p>{story.lead}</p></div>'
            for story in stories
        )

    def _list(self, section: str, page: int) -> str:
        """Beyond the end: nothing, and no pager."""
        stories = self.in_section(section)
        last = self.pages(stories) - 1
        shown = self.page_of(stories, page + 1)
        if not shown:
            return f"<h1>{self.sections[section]}</h1>"
        links = [
            (f"/{section}?page={at}" if at else f"/{section}", str(at + 1))
            for at in range(max(0, page - 4), min(last, page + 4) + 1)
        ]
        if page < last:
            links.append((f"/{section}?page={page + 1}", "sau ›"))
            links.append((f"/{section}?page={last}", "cuối »"))
        pager = anchors(links, form='<li class="pager-item"><a href="{href}">{text}</a></li>')
        items = self._items(shown)
        return f'<h1>{self.sections[section]}</h1>{items}<ul class="pager">{pager}</ul>'

    def _documents(self, place: str, page: int) -> str:
        if "/" in place:
            return (
                "<h1>Thông tư 12/2025</h1><div>Ngày ban hành: 03/04/2025. Người ký: Bộ trưởng</div>"
            )
        rows = [
            (f"/van-ban/{number}-2025-tt", f"Thông tư {number}/2025/TT-BVL về hồ sơ việc làm")
            for number in range(12 + 6 * page, 18 + 6 * page)
        ]
        pager = anchors([("/van-ban?page=1", "2"), ("/van-ban?page=2", "3")])
        return f"<ul>{anchors(rows) if page < 3 else ''}</ul><ul class='pager'>{pager}</ul>"

    def _feed(self) -> Answer:
        """The ten newest of all sections."""
        items = "".join(
            f"<item><title>{escape(story.title)}</title>"
            f"<link>{urljoin(self.home, self.addresses_of(story)[0])}</link>"
            f"<pubDate>{format_datetime(story.moment)}</pubDate>"
            f'<guid isPermaLink="false">{story.number} at {self.home}</guid></item>'
            for story in self.stories[:10]
        )
        head = f"<title>Vụ Việc làm</title><link>{self.home}</link>"
        text = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'
        return Answer(f'<?xml version="1.0" encoding="utf-8"?>{text}', kind="application/rss+xml")

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph='<p class="rtejustify">{}</p>',
            figure='<p class="rtecenter"><img alt="" src="{image}" /></p>'
            '<p class="rtecenter"><em>{caption}</em></p>',
            image="/sites/default/files/{number}/{place}.jpg",
        )
        foot = f'<p class="rteright"><strong>{story.byline}</strong></p>' if story.byline else ""
        foot += f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.attachment:
            file = f"/sites/default/files/{story.number}.pdf"
            foot += f'<span class="file"><a href="{file}">{story.attachment}</a></span>'
        moment = story.moment
        return ARTICLE.substitute(
            title=story.title,
            number=story.number,
            date=f"{weekday(moment)}, {moment:%d/%m/%Y} - {moment:%H:%M}",
            lead=story.lead,
            body=body,
            foot=foot,
            month=f"{moment:%Y-%m}",
            related=anchors(
                (self.addresses_of(other)[0], other.title) for other in self.related(story)
            ),
        )

    def _static(self) -> str:
        return (
            '<h1 class="title">Giới thiệu</h1><div class="node node-page"><div class="content"><p>'
            "Vụ Việc làm tham mưu cho Bộ trưởng về việc làm. Vụ làm việc theo chế độ chuyên viên."
            "</p></div></div>"
        )

    def _frame(self, ask: Ask, title: str, main: str, *, links: str = "") -> str:
        clock = self.now()
        found = re.fullmatch(r"/lich/(\d{4})-(\d\d)", ask.path)
        year, month = (int(found[1]), int(found[2])) if found else (clock.year, clock.month)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        read = [(self.addresses_of(story)[-1], story.title) for story in self.most_read()]
        return FRAME.substitute(
            title=title,
            links=links,
            today=f"{weekday(clock)}, ngày {clock:%d/%m/%Y}",
            pages=anchors((f"/{alias}", alias.replace("-", " ")) for alias in PAGES),
            menu=anchors((f"/{key}", name) for key, name in self.sections.items()),
            main=main,
            most_read=anchors(read),
            month=f"{year}-{month:02d}",
            visitors=self.visitors(),
        )
