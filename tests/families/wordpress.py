"""WordPress: dated permalinks, short links, feeds, a sitemap, archives by month, tag and author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from html import escape
from string import Template
from typing import ClassVar
from urllib.parse import urljoin

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, redirect
from families.words import Story, weekday

FRAME = Template("""<!DOCTYPE html>
<html lang="vi" prefix="og: https://ogp.me/ns#"><head><meta charset="UTF-8">
<title>$title &#8211; Cục Nhà giáo</title>
<meta name="generator" content="WordPress 6.5.2" />
<link rel="alternate" type="application/rss+xml" title="Dòng thông tin" href="$home/feed/" />
<link rel="alternate" type="application/rss+xml" title="Phản hồi" href="$home/comments/feed/" />
<link rel="https://api.w.org/" href="$home/wp-json/" />$links
<link rel="stylesheet" id="theme-css" href="/wp-content/themes/coquan/style.css" media="all" />
</head><body class="wp-theme-coquan"><div id="page" class="site">
<header id="masthead"><p class="site-title"><a href="$home/" rel="home">Cục Nhà giáo</a></p>
<span class="top-date">$today</span>
<form role="search" method="get" action="$home/"><input type="search" name="s" /></form>
<nav><ul id="primary-menu"><li><a href="$home/">Trang chủ</a></li>
<li class="menu-item-type-post_type"><a href="$home/gioi-thieu/">Giới thiệu</a></li>
<li><a href="$home/co-cau-to-chuc/">Cơ cấu tổ chức</a></li>$menu
<li><a href="$home/lien-he/">Liên hệ</a></li></ul></nav></header>
<main id="primary">$main</main>
<aside id="secondary"><section class="widget popular"><h2>Xem nhiều</h2>
<ul>$most_read</ul></section>
<section class="widget widget_archive"><h2>Lưu trữ</h2><ul>$months</ul></section>
<section class="widget widget_tag_cloud"><a href="$home/tag/giao-vien/">giáo viên</a>
<a href="$home/tag/hoc-bong/">học bổng</a></section>
<section class="widget widget_calendar"><a href="$home/2026/11/20/">20</a></section>
<section class="widget widget_meta"><a href="$home/wp-login.php">Đăng nhập</a></section>
<p class="counter">Lượt truy cập: $visitors</p></aside>
<footer id="colophon"><a href="https://wordpress.example/">WordPress</a> ©2026 Cục Nhà giáo</footer>
</div></body></html>""")

ARTICLE = Template("""<article id="post-$number" class="post-$number post type-post status-publish">
<header class="entry-header"><h1 class="entry-title">$title</h1><div class="entry-meta">
<span class="posted-on"><a href="$here" rel="bookmark"><time class="entry-date published"
datetime="$machine">$date</time></a></span> <span class="byline">bởi <a class="url fn n"
href="$home/author/bientap/">bientap</a></span></div></header>
<div class="entry-content"><p><strong>$lead</strong></p>
$body
$foot
<div class="sharedaddy"><a href="https://fb.example/sharer?u=$here">Chia sẻ</a></div></div>
<footer class="entry-footer">Chuyên mục: $categories, Thẻ: <a href="$home/tag/giao-vien/"
rel="tag">giáo viên</a></footer></article>
<nav class="post-navigation">$neighbours</nav>
<div class="related-posts"><h3>Bài liên quan</h3><ul>$related</ul></div>
<div id="respond"><a rel="nofollow" href="$here?replytocom=41#respond">Trả lời</a></div>""")


class WordPress(FamilyPortal):
    """A department's WordPress, close to how it comes out of the box."""

    name = "WordPress"
    theme = "schools"
    count = 78
    newest_number = 7254
    shared_every = 9
    sections: ClassVar = {"tin-tuc": "Tin tức", "thong-bao": "Thông báo", "hoc-bong": "Học bổng"}
    forbidden = ("/wp-admin/", "/wp-login.php", "/?s=", "/*?print=")
    sitemaps = ("/wp-sitemap.xml",)
    decoys = (
        "/gioi-thieu/",
        "/co-cau-to-chuc/",
        "/lien-he/",
        "/tag/giao-vien/",
        "/author/bientap/",
        "/2026/11/",
        "/2026/11/20/",
        "/comments/feed/",
        "/wp-sitemap-posts-page-1.xml",
    )
    dead = ("/2024/02/30/bai-da-xoa/",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        own = f"/{story.moment:%Y/%m/%d}/{story.slug}/"
        return (own, f"/?p={story.number}", f"{own}amp/", f"{own}?replytocom=41")

    def story_at(self, ask: Ask) -> Story | None:
        if ask.path == "/" and ask.query.get("p"):
            return self.by_number.get(ask.query["p"])
        found = re.fullmatch(r"/(\d{4}/\d\d/\d\d)/([^/]+)/?(?:amp/?)?", ask.path)
        story = self.by_slug.get(found[2]) if found else None
        return story if story and found and f"{story.moment:%Y/%m/%d}" == found[1] else None

    def answer(self, ask: Ask) -> Answer:
        if story := self.story_at(ask):
            own = self.addresses_of(story)[0]
            if ask.path == "/" or not ask.path.endswith("/"):
                return redirect(urljoin(self.home, own), status=301)
            canonical = urljoin(self.home, own)
            links = (
                f'<link rel="canonical" href="{canonical}" /><link rel="amphtml" '
                f'href="{canonical}amp/" /><link rel="shortlink" href="{self.home}?p='
                f'{story.number}" /><meta property="og:title" content="{escape(story.title)}" />'
            )
            return Answer(self._frame(story.title, self._article(story), links=links))
        if ask.path.endswith(".xml"):
            return self._sitemap(ask.path)
        if ask.path == "/feed/":
            return self._feed(self.stories[:10])
        if ask.path == "/comments/feed/":
            return self._feed(())
        if ask.path == "/":
            return self._blog("/", "Trang chủ", self.stories, 1)
        if front := re.fullmatch(r"/page/(\d+)/", ask.path):
            return self._blog("/", "Trang chủ", self.stories, int(front[1]))
        if listed := re.fullmatch(r"(/.+?/)(?:page/(\d+)/)?", ask.path):
            return self._archive(listed[1], int(listed[2] or 1))
        return self._missing()

    def _missing(self) -> Answer:
        words = '<section class="error-404"><h1>Không tìm thấy trang này.</h1></section>'
        return Answer(self._frame("Không tìm thấy", words), status=404)

    def _archive(self, path: str, page: int) -> Answer:
        if path in ("/gioi-thieu/", "/co-cau-to-chuc/", "/lien-he/"):
            words = (
                '<article class="page type-page"><h1 class="entry-title">Giới thiệu</h1><div '
                'class="entry-content"><p>Cục Nhà giáo là đơn vị của Bộ, thành lập năm 2008. Cục có'
                " bốn phòng và một văn phòng.</p></div></article>"
            )
            return Answer(self._frame("Giới thiệu", words))
        found = re.fullmatch(r"/category/([^/]+)/", path)
        if found and found[1] in self.sections:
            return self._blog(path, self.sections[found[1]], self.in_section(found[1]), page)
        if feed := re.fullmatch(r"/category/([^/]+)/feed/", path):
            return self._feed(self.in_section(feed[1])[:10])
        if path.startswith("/tag/"):
            return self._blog(path, "Thẻ", self.stories[2::6], page)
        if path == "/author/bientap/":
            return self._blog(path, "Tác giả", self.stories, page)
        day = path.strip("/")
        dated = [story for story in self.stories if f"{story.moment:%Y/%m/%d}".startswith(day)]
        if re.fullmatch(r"\d{4}(/\d\d){1,2}", day) and dated:
            return self._blog(path, day, dated, page)
        return self._missing()

    def _blog(self, path: str, title: str, stories: Sequence[Story], page: int) -> Answer:
        last = self.pages(stories)
        if not 1 <= page <= last:
            return self._missing()
        links = [
            (f"{self.home[:-1]}{path}page/{number}/", str(number))
            for number in range(max(1, page - 2), min(last, page + 2) + 1)
            if number > 1
        ]
        if page < last:
            links.append((f"{self.home[:-1]}{path}page/{page + 1}/", "Trang sau"))
        pager = anchors(links, form='<a class="page-numbers" href="{href}">{text}</a>')
        items = self._items(self.page_of(stories, page))
        main = f'<h1 class="page-title">{title}</h1>{items}<nav class="pagination">{pager}</nav>'
        if path == "/":
            gone = anchors([(self.dead[0], "Bài đã xóa về lớp học ghép")])
            main += f"<ul>{gone}</ul>"
        return Answer(self._frame(title, main))

    def _items(self, stories: Iterable[Story]) -> str:
        return "\n".join(
            f'<article class="post"><h2 class="entry-title"><a href="{self._here(story)}" '
            f'rel="bookmark">{story.title}</a></h2><time datetime="{story.moment.isoformat()}">'
            f"{story.moment:%d/%m/%Y}</time><p>{story.lead[:90]} [&hellip;]</p></article>"
            for story in stories
        )

    def _here(self, story: Story) -> str:
        return urljoin(self.home, self.addresses_of(story)[0])

    def _feed(self, stories: Iterable[Story]) -> Answer:
        items = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self._here(story)}</link>"
            f"<pubDate>{format_datetime(story.moment)}</pubDate>"
            f'<guid isPermaLink="false">{self.home}?p={story.number}</guid></item>'
            for story in stories
        )
        head = f"<title>Cục Nhà giáo</title><link>{self.home}</link>"
        text = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'
        return Answer(f'<?xml version="1.0" encoding="UTF-8"?>{text}', kind="application/rss+xml")

    def _sitemap(self, path: str) -> Answer:
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        if path == "/wp-sitemap.xml":
            names = ("posts-post-1", "posts-page-1", "taxonomies-category-1", "users-1")
            entries = "".join(
                f"<sitemap><loc>{self.home}wp-sitemap-{name}.xml</loc></sitemap>" for name in names
            )
            text = f"<sitemapindex {space}>{entries}</sitemapindex>"
        else:
            pages = {
                "/wp-sitemap-posts-post-1.xml": [self._here(story) for story in self.stories],
                "/wp-sitemap-posts-page-1.xml": [urljoin(self.home, at) for at in self.decoys[:3]],
                "/wp-sitemap-taxonomies-category-1.xml": [
                    f"{self.home}category/{key}/" for key in self.sections
                ],
                "/wp-sitemap-users-1.xml": [f"{self.home}author/bientap/"],
            }
            if path not in pages:
                return self._missing()
            entries = "".join(f"<url><loc>{address}</loc></url>" for address in pages[path])
            text = f"<urlset {space}>{entries}</urlset>"
        kind = "application/xml; charset=UTF-8"
        return Answer(f'<?xml version="1.0" encoding="UTF-8"?>{text}', kind=kind)

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph="<p>{}</p>",
            figure='<figure class="wp-block-image"><img decoding="async" src="{image}" alt="" />'
            '<figcaption class="wp-element-caption">{caption}</figcaption></figure>',
            image="/wp-content/uploads/{number}/{place}.jpg",
        )
        foot = f"<p>{story.source_line}</p>" if story.source_line else ""
        foot += f'<p class="has-text-align-right">{story.byline}</p>' if story.byline else ""
        if story.attachment:
            file = f"/wp-content/uploads/{story.number}/vb.pdf"
            foot += f'<div class="wp-block-file"><a href="{file}">{story.attachment}</a></div>'
        related, moment = self.related(story), story.moment
        links = [(self._here(other), other.title) for other in related]
        categories = [(f"/category/{key}/", self.sections[key]) for key in story.sections]
        return ARTICLE.substitute(
            number=story.number,
            title=story.title,
            here=self._here(story),
            home=self.home[:-1],
            machine=f"{moment.isoformat()}+07:00",
            date=f"{moment.day} Tháng {moment.month}, {moment.year}",
            lead=story.lead,
            body=body,
            foot=foot,
            categories=anchors(categories, form='<a href="{href}" rel="category tag">{text}</a>'),
            neighbours=anchors(links[:1], form='<a href="{href}" rel="prev">{text}</a>'),
            related=anchors(links),
        )

    def _frame(self, title: str, main: str, *, links: str = "") -> str:
        clock = self.now()
        home = self.home[:-1]
        months = sorted({f"{story.moment:%Y/%m}" for story in self.stories}, reverse=True)[:8]
        return FRAME.substitute(
            title=title,
            home=home,
            links=links,
            today=f"{weekday(clock)}, {clock:%d/%m/%Y}",
            menu=anchors((f"{home}/category/{key}/", name) for key, name in self.sections.items()),
            main=main,
            most_read=anchors((self._here(story), story.title) for story in self.most_read()),
            months=anchors((f"{home}/{month}/", f"Tháng {month}") for month in months),
            visitors=self.visitors(),
        )
