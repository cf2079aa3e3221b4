"""Joomla without search engine friendly addresses: everything through index.php."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import urljoin

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in
from families.words import Story, weekday

START = "/index.php?option=com_content"
ITEMS = {"3": "101", "5": "102", "8": "103"}  # category -> menu item
PAGES = {"1": ("gioi-thieu", "110"), "2": ("co-cau-to-chuc", "111")}  # made as articles

FRAME = Template("""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="vi-vn" lang="vi-vn"><head>
<base href="$base" /><meta http-equiv="content-type" content="text/html; charset=utf-8" />
<meta name="generator" content="Joomla! - Open Source Content Management" />
<title>$title</title>
$feed
<link rel="stylesheet" href="/templates/ja_bo/css/template.css" type="text/css" /></head>
<body><div id="ja-wrapper"><div id="ja-header"><h1><a href="/index.php">Cục Nghề cá</a></h1>
<span class="clock">$today</span>
<form action="index.php" method="post"><input name="searchword" size="20" type="text" />
<input type="hidden" name="option" value="com_search" /></form></div>
<div id="ja-mainnav"><ul class="menu"><li class="item-100"><a href="/index.php">Trang chủ</a></li>
$pages $menu
<li><a href="/index.php?option=com_contact&amp;view=contact&amp;id=1&amp;Itemid=112">Liên
hệ</a></li>
<li><a href="/index.php?option=com_docman&amp;view=list&amp;Itemid=113">Văn bản</a></li>
<li><a href="/index.php?option=com_users&amp;view=login&amp;Itemid=114">Đăng nhập</a></li>
<li><a href="/index.php?lang=en">English</a></li></ul></div>
<div id="ja-breadcrumbs"><span class="showHere">Bạn đang ở: </span>Trang chủ / $title</div>
<div id="ja-content">$main</div>
<div id="ja-right"><div class="moduletable"><h3>Đọc nhiều</h3><ul class="mostread">$most_read</ul>
</div><div class="moduletable"><h3>Lịch</h3><a href="$calendar">Tháng sau</a></div>
<div class="moduletable"><h3>Số lượt truy cập</h3>Tất cả: $visitors</div>
<div class="bannergroup"><a href="/index.php?option=com_banners&amp;task=click&amp;id=4">Quảng
cáo</a></div></div>
<div id="ja-footer">Bản quyền thuộc Cục Nghề cá. <a href="http://www.joomla.example">Joomla!</a>
</div></div></body></html>""")

ARTICLE = Template("""<div class="item-page"><h2><a href="$here">$title</a></h2>
<ul class="actions"><li class="print-icon"><a href="$printed" rel="nofollow">In</a></li>
<li class="email-icon"><a href="/index.php?option=com_mailto&amp;tmpl=component&amp;link=$number"
rel="nofollow">Email</a></li></ul>
<dl class="article-info"><dt class="article-info-term">Chi tiết</dt>
<dd class="category-name">Chuyên mục: <a href="$list">$section</a></dd>
<dd class="published">Được đăng: $date</dd><dd class="hits">Lượt xem: $views</dd></dl>
<p><strong>$lead</strong></p>$body $foot
<ul class="pagenav"><li class="pagenav-prev"><a href="$older">Trước</a></li></ul>
<h4>Tin cùng chuyên mục</h4><ul>$related</ul></div>""")


class Joomla(FamilyPortal):
    """Joomla 2.5; its static pages are articles as well, shown by the menu only."""

    name = "Joomla"
    theme = "fishing"
    count = 84
    newest_number = 1912
    per_page = 8
    sections: ClassVar = {"3": "Tin trong ngành", "5": "Tin địa phương", "8": "Thông báo"}
    forbidden = (
        "/administrator/",
        "/index.php?option=com_search",
        "/index.php?option=com_users",
        "/index.php?option=com_banners",
        "/*tmpl=component",
    )
    traps = (r"com_jevents",)
    decoys = (
        f"{START}&view=article&id=1:gioi-thieu&Itemid=110",
        f"{START}&view=article&id=2:co-cau-to-chuc&Itemid=111",
        "/index.php?option=com_contact&view=contact&id=1&Itemid=112",
        "/index.php?option=com_docman&view=list&Itemid=113",
        "/index.php?option=com_docman&view=doc&id=7:cong-van-7&Itemid=113",
        "/index.php?option=com_jevents&task=month.calendar&Itemid=115&year=2026&month=12",
        "/index.php?lang=en",
    )
    dead = (f"{START}&view=article&id=1999:bai-da-go&catid=3:tin-trong-nganh&Itemid=101",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        category = story.sections[0]
        catid = f"{category}:{'tin-trong-nganh' if category == '3' else 'tin'}"
        plain = f"{START}&view=article&id={story.number}:{story.slug}&catid={catid}"
        own = f"{plain}&Itemid={ITEMS[category]}"
        on_home = story in self.in_section(category)[:4]
        return (own, f"{plain}&Itemid=100") if on_home else (own,)  # the home's own menu item

    def story_at(self, ask: Ask) -> Story | None:
        if ask.path not in ("/", "/index.php") or ask.query.get("option") != "com_content":
            return None
        if ask.query.get("view") != "article":
            return None
        return self.by_number.get(ask.query.get("id", "").partition(":")[0])

    def answer(self, ask: Ask) -> Answer:
        option, view = ask.query.get("option", ""), ask.query.get("view", "")
        if ask.path not in ("/", "/index.php"):
            return Answer(self._frame("404 - Lỗi", "<h1>404</h1>"), status=404)
        if story := self.story_at(ask):
            if ask.query.get("tmpl") == "component":
                return Answer(f"<html><body>{self._article(story)}</body></html>")
            return Answer(self._frame(story.title, self._article(story)))
        if option == "com_content" and view == "category" and ask.query.get("id") in self.sections:
            category = ask.query["id"]
            if ask.query.get("format") == "feed":
                return self._feed(category)
            main = self._list(category, number_in(ask.query, "limitstart", default=0))
            return Answer(self._frame(self.sections[category], main, category=category))
        if option == "com_content" and ask.query.get("id", "").partition(":")[0] in PAGES:
            return Answer(self._frame("Giới thiệu", self._static()))
        if option == "com_content":
            missing = "<h1>404 - Không tìm thấy bài viết</h1>"
            return Answer(self._frame("Lỗi", missing), status=404)
        year = number_in(ask.query, "year", default=2026)
        month = f"{year}-{number_in(ask.query, 'month', default=11)}"
        return Answer(self._frame("Cục Nghề cá", self._component(ask, option), month=month))

    def _component(self, ask: Ask, option: str) -> str:
        if option == "com_jevents":
            return "<table class='cal_table'><tr><td>1</td><td>2</td></tr></table>"
        if option == "com_docman" and ask.query.get("view") == "doc":
            return "<h2>Công văn số 7</h2><table><tr><td>Ngày ký</td><td>1/2/2024</td></tr></table>"
        if option == "com_docman":
            start = "/index.php?option=com_docman&view=doc&id="
            return "<ul>" + anchors(
                (f"{start}{n}:cong-van-{n}&Itemid=113", f"Công văn số {n} về báo cáo quý")
                for n in range(1, 15)
            ) + "</ul>"  # fmt: skip
        if option or "lang" in ask.query:
            return "<h2>Liên hệ</h2><p>Số 10 đường Cảng. ĐT: 000.</p>"
        return self._home()

    def _list_address(self, category: str, start: int = 0) -> str:
        own = f"{START}&view=category&layout=blog&id={category}&Itemid={ITEMS[category]}"
        return f"{own}&limitstart={start}" if start else own

    def _home(self) -> str:
        parts = []
        for category, name in self.sections.items():
            newest = self.in_section(category)[:4]
            links = [(self.addresses_of(story)[1], story.title) for story in newest]
            href = escape(self._list_address(category))
            parts.append(f'<h2><a href="{href}">{name}</a></h2><ul>{anchors(links)}</ul>')
        gone = anchors([(self.dead[0], "Bài đã gỡ về cảng cá cũ")])
        return "\n".join(parts) + f"<ul>{gone}</ul>"

    def _list(self, category: str, start: int) -> str:
        stories = self.in_section(category)
        shown = stories[start : start + self.per_page]  # beyond the end: nothing
        items = "\n".join(
            f'<div class="item"><h2><a href="{escape(self.addresses_of(story)[0])}">{story.title}'
            f'</a></h2><dd class="create">{story.moment:%d-%m-%Y}</dd><p>{story.lead}</p>'
            f'<p class="readmore"><a href="{escape(self.addresses_of(story)[0])}">Đọc thêm...</a>'
            "</p></div>"
            for story in shown
        )
        last = (self.pages(stories) - 1) * self.per_page
        links = [("Bắt đầu", 0)]
        links += [(str(at // self.per_page + 1), at) for at in range(0, last + 1, self.per_page)]
        if start < last:
            links.append(("Tiếp theo", start + self.per_page))
        links.append(("Cuối", last))
        pager = anchors((self._list_address(category, at), text) for text, at in links)
        page = start // self.per_page + 1
        return (
            f'<div class="blog">{items}<div class="pagination"><p class="counter">Trang {page} trên'
            f" tổng số {self.pages(stories)}</p><ul>{pager}</ul></div></div>"
        )

    def _feed(self, category: str) -> Answer:
        """The ten newest of a category."""
        items = "".join(
            f"<item><title>{escape(story.title)}</title>"
            f"<link>{escape(urljoin(self.home, self.addresses_of(story)[0]))}</link>"
            f"<pubDate>{format_datetime(story.moment)}</pubDate></item>"
            for story in self.in_section(category)[:10]
        )
        head = f"<title>{self.sections[category]}</title><link>{self.home}</link>"
        return Answer(
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}'
            "</channel></rss>",
            kind="application/rss+xml; charset=utf-8",
        )

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph='<p style="text-align: justify;">{}</p>',
            figure='<p style="text-align: center;"><img src="{image}" border="0" /></p>'
            '<p style="text-align: center;"><em>{caption}</em></p>',
            image="/images/stories/{number}/{place}.jpg",
        )
        foot = f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.byline:
            foot += f'<p style="text-align: right;"><strong>{story.byline}</strong></p>'
        if story.attachment:
            foot += f'<p><a href="/images/vanban/{story.number}.pdf">{story.attachment}</a></p>'
        category, clock = story.sections[0], f"{story.moment:%H:%M}"
        own, related = self.addresses_of(story)[0], self.related(story)
        moment = story.moment
        return ARTICLE.substitute(
            here=escape(own),
            title=story.title,
            printed=escape(f"{own}&tmpl=component&print=1&layout=default&page="),
            number=story.number,
            list=escape(self._list_address(category)),
            section=self.sections[category],
            date=f"{weekday(moment)}, {moment:%d} Tháng {moment.month} {moment.year} {clock}",
            views=story.number % 313,
            lead=story.lead,
            body=body,
            foot=foot,
            older=escape(self.addresses_of(related[0])[0]),
            related=anchors((self.addresses_of(other)[0], other.title) for other in related),
        )

    def _static(self) -> str:
        return (
            '<div class="item-page"><h2>Giới thiệu</h2><p>Cục Nghề cá thực hiện chức năng quản lý'
            " nhà nước về tàu cá, cảng cá và nguồn lợi. Cục có trụ sở tại số 10 đường Cảng.</p>"
            "<p>Lãnh đạo Cục gồm Cục trưởng và hai Phó Cục trưởng.</p></div>"
        )

    def _frame(self, title: str, main: str, *, category: str = "", month: str = "2026-11") -> str:
        clock = self.now()
        pages = [
            (f"{START}&view=article&id={number}:{slug}&Itemid={item}", "Giới thiệu")
            for number, (slug, item) in PAGES.items()
        ]
        feed = escape(f"{self._list_address(category)}&format=feed&type=rss") if category else ""
        return FRAME.substitute(
            base=self.home,
            title=title,
            feed=f'<link href="{feed}" rel="alternate" type="application/rss+xml" />'
            if feed
            else "",
            today=f"{weekday(clock)}, {clock:%d/%m/%Y}",
            pages=anchors(pages),
            menu=anchors((self._list_address(key), name) for key, name in self.sections.items()),
            main=main,
            most_read=anchors(
                (self.addresses_of(story)[0], story.title) for story in self.most_read()
            ),
            calendar=escape(_month_after(month)),
            visitors=self.visitors(),
        )


def _month_after(month: str) -> str:
    """The address of the calendar for the month after this one, without end."""
    year, number = map(int, month.split("-"))
    year, number = (year + 1, 1) if number >= 12 else (year, number + 1)
    start = "/index.php?option=com_jevents&task=month.calendar&Itemid=115"
    return f"{start}&year={year}&month={number:02d}"
