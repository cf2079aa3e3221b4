"""Numbers in the path: `/slug-123456.html`, lists that page by `/trang-2.html`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import Template
from typing import ClassVar

from families.server import Answer, Ask, FamilyPortal, anchors, body_html
from families.words import Story, weekday

FRAME = Template("""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>$title | Báo Khoáng sản</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/main.css"></head><body>
<header><div class="clock">$today</div><a class="logo" href="/">Báo Khoáng sản</a>
<a class="lang" href="$language">English</a>
<form action="/tim-kiem.html"><input name="tu-khoa" placeholder="Tìm kiếm"></form></header>
<nav class="main-menu"><ul>$menu
<li><a href="/gioi-thieu-chung-12.html">Giới thiệu</a></li>
<li><a href="/co-cau-to-chuc-14.html">Cơ cấu tổ chức</a></li>
<li><a href="/lien-he.html">Liên hệ</a></li><li><a href="/dang-nhap.html">Đăng nhập</a></li>
</ul></nav>
<div class="container"><main>$main</main>
<aside><section><h4>Đọc nhiều</h4><ul class="most">$most_read</ul></section>
<section><h4>Chủ đề</h4><a href="/tag/cat-soi.html">cát sỏi</a>
<a href="/tag/dat-hiem.html">đất hiếm</a></section>
<section><h4>Lịch</h4><a href="/lich/$month.html">Tháng trước</a></section>
<section><a href="https://www.quangcao.example/uu-dai-445566.html">Quảng cáo</a></section>
</aside></div>
<footer><p>Tòa soạn: số 9 phố Mỏ. Giấy phép số 118/GP-BC. Tổng lượt truy cập: $visitors</p>
<a href="/rss.html">RSS</a> <a href="https://www.facebook.example/khoangsan">Facebook</a></footer>
</body></html>""")

ARTICLE = Template("""<div class="breadcrumb"><a href="/">Trang chủ</a> / <a href="/$section.html">
$section_name</a></div>
<article><h1 class="detail-title">$title</h1>
<div class="meta"><span class="time">$date</span> <span class="view">Lượt xem: $views</span>
<a href="/print/$number.html" rel="nofollow">Bản in</a></div>
<h2 class="sapo">$lead</h2>
<ul class="in-related">$inner</ul>
<div class="detail-content">$body</div>
$foot
<div class="tags">Từ khóa: <a href="/tag/cat-soi.html">cát sỏi</a></div></article>
<div class="share">Chia sẻ <a href="https://zalo.example/share?u=$number">Zalo</a> 0</div>
<section class="cung-muc"><h3>Tin cùng chuyên mục</h3><ul>$related</ul></section>
<section class="binh-luan"><h3>Ý kiến bạn đọc</h3>Chưa có ý kiến.</section>""")


class NumbersInPath(FamilyPortal):
    """A ministry's newspaper."""

    name = "numbers in the path"
    theme = "mines"
    count = 110
    newest_number = 361629
    per_page = 12
    sections: ClassVar = {
        "thoi-su": "Thời sự",
        "tai-nguyen": "Tài nguyên",
        "dia-phuong": "Địa phương",
        "ban-doc": "Bạn đọc",
    }
    forbidden = ("/tim-kiem.html", "/dang-nhap.html", "/cms/")
    traps = (r"/(en|vi)/?$", r"/lich/")
    decoys = (
        "/gioi-thieu-chung-12.html",
        "/co-cau-to-chuc-14.html",
        "/lien-he.html",
        "/tag/cat-soi.html",
        "/lich/2026-10.html",
        "/rss.html",
        "/en",
    )
    dead = ("/bai-viet-khong-con-359001.html",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        name = f"{story.slug}-{story.number}.html"
        section, printed = story.sections[0], f"/print/{story.number}.html"
        if self.in_section(section).index(story) < self.per_page:
            return (f"/{name}", printed)
        return (f"/{name}", printed, f"/{section}/{name}")  # as the further list pages write it

    def story_at(self, ask: Ask) -> Story | None:
        found = re.fullmatch(r"/(?:[^/]+/)?[^/]*-(\d{6})\.html", ask.path) or re.fullmatch(
            r"/print/(\d{6})\.html", ask.path
        )
        return self.by_number.get(found[1]) if found else None

    def answer(self, ask: Ask) -> Answer:
        if ask.path == "/":
            return Answer(self._frame(ask, "Trang chủ", self._home()))
        if re.search(r"/(en|vi)/?$", ask.path):  # the language link is relative
            return Answer(self._frame(ask, "News", self._items(self.stories[:12])))
        if story := self.story_at(ask):
            if ask.path.startswith("/print/"):
                return Answer(self._print(story))
            return Answer(self._frame(ask, story.title, self._article(story)))
        listed = re.fullmatch(r"/([a-z-]+)(?:/trang-(\d+))?\.html", ask.path)
        if listed and listed[1] in self.sections:
            return self._list(ask, listed[1], int(listed[2] or 1))
        if ask.path.startswith("/tag/"):
            return Answer(self._frame(ask, "Chủ đề", self._items(self.stories[3:60:7])))
        if ask.path.startswith("/lich/"):
            return Answer(self._frame(ask, "Lịch", "<table><tr><td>1</td><td>2</td></tr></table>"))
        if ask.path in ("/gioi-thieu-chung-12.html", "/co-cau-to-chuc-14.html", "/lien-he.html"):
            return Answer(self._frame(ask, "Giới thiệu", self._static()))
        if ask.path == "/rss.html":
            return Answer(self._frame(ask, "RSS", "<p>Kênh RSS đang được nâng cấp.</p>"))
        return Answer(self._frame(ask, "404", "<h1>Trang không tồn tại</h1>"), status=404)

    def _list(self, ask: Ask, section: str, page: int) -> Answer:
        stories = self.in_section(section)
        last = self.pages(stories)
        if not 1 <= page <= last:
            return Answer(self._frame(ask, "404", "<h1>Trang không tồn tại</h1>"), status=404)
        numbers = sorted({1, 2, 3, page - 1, page, page + 1, last} & set(range(1, last + 1)))
        links = [(f"/{section}/trang-{number}.html", str(number)) for number in numbers]
        if page < last:
            links.append((f"/{section}/trang-{page + 1}.html", "›"))
        pager = anchors(links, form='<a class="page-link" href="{href}">{text}</a>')
        name = self.sections[section]
        items = self._items(self.page_of(stories, page), below=f"/{section}" if page > 1 else "")
        main = f'<h1 class="cat">{name}</h1>{items}<div class="paging">{pager}</div>'
        return Answer(self._frame(ask, name, main))

    def _items(self, stories: Iterable[Story], *, below: str = "") -> str:
        return "\n".join(
            f'<div class="story"><a href="{below}/{story.slug}-{story.number}.html">'
            f'<img src="/thumb/{story.number}.jpg" alt=""></a>'
            f'<h3><a href="{below}/{story.slug}-{story.number}.html">{story.title}</a></h3>'
            f'<span class="time">{story.moment:%H:%M %d/%m/%Y}</span><p>{story.lead}</p></div>'
            for story in stories
        )

    def _home(self) -> str:
        parts = [
            f'<section><h2><a href="/{key}.html">{name}</a></h2>'
            f"{self._items(self.in_section(key)[:4])}</section>"
            for key, name in self.sections.items()
        ]
        return "\n".join(parts) + f'<a href="{self.dead[0]}">Tin đã gỡ về mỏ đá ở vùng cao</a>'

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph="<p>{}</p>",
            figure='<figure><img src="{image}"><figcaption><p class="Image">{caption}</p>'
            "</figcaption></figure>",
            image="/upload/{number}/anh-{place}.jpg",
        )
        foot = f'<p class="author"><strong>{story.byline}</strong></p>' if story.byline else ""
        if story.source_line:
            foot += f'<p class="source">{story.source_line}</p>'
        if story.attachment:
            foot += f'<p><a href="/upload/{story.number}/van-ban.doc">{story.attachment}</a></p>'
        related = [(self.addresses_of(other)[0], other.title) for other in self.related(story)]
        clock = f"{story.moment:%d/%m/%Y, %H:%M}"
        return ARTICLE.substitute(
            section=story.sections[0],
            section_name=self.sections[story.sections[0]],
            title=story.title,
            date=f"{weekday(story.moment)}, {clock} (GMT+7)",
            views=100 + story.number % 977,
            number=story.number,
            lead=story.lead,
            inner=anchors(related[:2], form='<li>&gt;&gt; <a href="{href}">{text}</a></li>'),
            body=body,
            foot=foot,
            related=anchors(related),
        )

    def _print(self, story: Story) -> str:
        body = body_html(story, paragraph="<p>{}</p>", figure="<p><i>{caption}</i></p>", image="")
        return (
            f"<!doctype html><html><head><meta charset='utf-8'><title>{story.title}</title></head>"
            f"<body onload='window.print()'><h1>{story.title}</h1>"
            f"<p>{story.moment:%d/%m/%Y, %H:%M}</p><b>{story.lead}</b>{body}</body></html>"
        )

    def _static(self) -> str:
        return (
            "<h1>Giới thiệu chung</h1><p>Báo Khoáng sản là cơ quan ngôn luận của Bộ, ra số đầu ngày"
            " 12/3/1996. Báo có năm ban chuyên môn và hai văn phòng đại diện.</p><p>Ban biên tập"
            " gồm Tổng biên tập và ba Phó Tổng biên tập.</p>"
        )

    def _frame(self, ask: Ask, title: str, main: str) -> str:
        clock = self.now()
        here = ask.path.rstrip("/").rpartition("/")[2]
        to_other = "vi" if here == "en" else "en"
        read = [(self.addresses_of(story)[0], story.title) for story in self.most_read()]
        return FRAME.substitute(
            title=title,
            today=f"{weekday(clock)}, {clock:%d/%m/%Y | %H:%M}",
            language=f"{here}/{to_other}" if here else to_other,  # relative: a trap
            menu=anchors((f"/{key}.html", name) for key, name in self.sections.items()),
            main=main,
            most_read=anchors(read),
            month=_before(ask.path),
            visitors=self.visitors(),
        )


def _before(path: str) -> str:
    """The month before that of a calendar page, else before this month: without end."""
    found = re.search(r"(\d{4})-(\d\d)", path)
    year, month = (int(found[1]), int(found[2])) if found else (2026, 11)
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"
