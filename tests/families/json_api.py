"""Lists filled by a script from a JSON API; the articles themselves come as HTML."""

from __future__ import annotations

import json
import re
from string import Template
from typing import Any, ClassVar

from families.server import Answer, Ask, FamilyPortal, anchors, body_html, number_in
from families.words import Story, weekday

API = "/api/tin-bai/danh-sach"
SCRIPTED = "9"  # the section whose page names the API in a script, not in an attribute
JSON = "application/json; charset=utf-8"

FRAME = Template("""<!DOCTYPE html>
<html lang="vi"><head><meta charset="UTF-8"><title>$title - Cổng thông tin Di sản</title>
<link rel="stylesheet" href="/assets/app.4f1c.css"><script defer src="/assets/app.9b2e.js"></script>
</head><body><div id="app"><header class="header"><a href="/" class="brand">Cổng Di sản</a>
<time class="clock">$today</time>
<form action="/tim-kiem"><input name="q" type="search"></form>
<a href="/dang-nhap">Đăng nhập</a> <a href="/en/">EN</a></header>
<nav><ul>$menu<li><a href="/trang/gioi-thieu">Giới thiệu</a></li>
<li><a href="/trang/co-cau-to-chuc">Cơ cấu tổ chức</a></li>
<li><a href="/trang/lien-he">Liên hệ</a></li><li><a href="/van-ban">Văn bản</a></li></ul></nav>
<main class="main">$main</main>
<aside><h3>Xem nhiều</h3><ul>$most_read</ul><a href="/lich-cong-tac?tuan=$week">Tuần sau</a>
<a href="https://baotang.example/bai-viet/trung-bay-8812">Bảo tàng</a></aside>
<footer>Cổng Di sản. Đã truy cập: <span class="visits">$visitors</span></footer></div>
</body></html>""")

SHELL = Template("""<h1>$name</h1>
<div class="news-list" id="ds-tin" data-api="$api" data-page-param="pageIndex"
 data-page-size="12"></div>
<button type="button" class="load-more" data-target="#ds-tin">Xem thêm</button>
<noscript>Trình duyệt của bạn cần bật JavaScript để xem danh sách tin.</noscript>""")

SCRIPT_SHELL = Template("""<h1>$name</h1><div id="ds-tin"></div><ul id="phan-trang"></ul>
<script>
var trang = 1;
function taiTin(so) {
  fetch("$api&pageIndex=" + so).then(function (r) { return r.json(); }).then(function (kq) {
    kq.data.items.forEach(function (tin) {
      var a = document.createElement("a");
      a.href = tin.url; a.textContent = tin.tieuDe;
      document.getElementById("ds-tin").appendChild(a);
    });
    if (so < kq.data.totalPages) { trang = so + 1; }
  });
}
taiTin(trang);
</script>""")

ARTICLE = Template("""<ol class="breadcrumb"><li><a href="/">Trang chủ</a></li>
<li><a href="$list">$section</a></li></ol>
<article class="article-detail" data-id="$number"><h1 class="article-title">$title</h1>
<div class="article-info"><span>$date</span><span>$views lượt xem</span>
<a href="/in/$number">In trang</a></div>
<div class="article-sapo">$lead</div><div class="article-content">$body</div>
<div class="article-author">$foot</div></article>
<div class="related"><h3>Tin khác</h3><ul>$related</ul></div>""")


class JsonApi(FamilyPortal):
    """A newly built portal, half of it drawn in the browser."""

    name = "JSON API"
    theme = "culture"
    count = 100
    newest_number = 90412
    per_page = 12
    sections: ClassVar = {
        "5": "Tin hoạt động",
        "7": "Di sản phi vật thể",
        SCRIPTED: "Thông tin báo chí",
    }
    forbidden = ("/tim-kiem", "/dang-nhap", "/in/", "/api/nguoi-dung")
    traps = (r"^/lich-cong-tac",)
    decoys = (
        "/trang/gioi-thieu",
        "/trang/co-cau-to-chuc",
        "/trang/lien-he",
        "/van-ban",
        "/van-ban/chi-tiet/41",
        "/api/van-ban/danh-sach?pageIndex=1&pageSize=10",
        "/lich-cong-tac?tuan=48",
        "/en/",
    )
    dead = ("/bai-viet/tin-da-an-90001",)

    def addresses_of(self, story: Story) -> tuple[str, ...]:
        return (f"/bai-viet/{story.slug}-{story.number}",)

    def story_at(self, ask: Ask) -> Story | None:
        found = re.fullmatch(r"/(?:bai-viet/[^/]*-|in/)(\d{5})", ask.path)
        return self.by_number.get(found[1]) if found else None

    def answer(self, ask: Ask) -> Answer:
        if ask.path.startswith("/api/"):
            return self._api(ask)
        if story := self.story_at(ask):
            return Answer(self._frame(ask, story.title, self._article(story)))
        listed = re.fullmatch(r"/chuyen-muc/(\d+)/[^/]+", ask.path)
        if listed and listed[1] in self.sections:
            name = self.sections[listed[1]]
            return Answer(self._frame(ask, name, self._shell(listed[1])))
        if ask.path == "/":
            return Answer(self._frame(ask, "Trang chủ", self._home()))
        if ask.path == "/van-ban":
            api = "/api/van-ban/danh-sach?pageIndex=1&amp;pageSize=10"
            return Answer(self._frame(ask, "Văn bản", f'<div id="ds-vb" data-api="{api}"></div>'))
        if ask.path.startswith("/van-ban/chi-tiet/"):
            words = "<dl><dt>Số ký hiệu</dt><dd>41/QĐ-BDS</dd><dt>Hiệu lực</dt><dd>Còn</dd></dl>"
            return Answer(self._frame(ask, "Văn bản", words))
        if ask.path.startswith(("/trang/", "/lich-cong-tac", "/en/")):
            words = "<h1>Giới thiệu</h1><p>Cổng do Trung tâm Dữ liệu vận hành từ năm 2021.</p>"
            return Answer(self._frame(ask, "Giới thiệu", words))
        return Answer(self._frame(ask, "404", "<h1>404</h1><p>Không có trang này.</p>"), status=404)

    def _api(self, ask: Ask) -> Answer:
        page = number_in(ask.query, "pageindex")
        size = number_in(ask.query, "pagesize", default=12)
        if ask.path == "/api/van-ban/danh-sach":
            papers = [
                {"id": n, "trichYeu": f"Quyết định số {n}/QĐ-BDS", "url": f"/van-ban/chi-tiet/{n}"}
                for n in range(41, 71)
            ]
            return self._sent(papers, page, size)
        section = ask.query.get("chuyenmucid", "")
        if ask.path != API or section not in self.sections or not 1 <= size <= 50:
            wrong = {"success": False, "message": "Tham số không hợp lệ"}
            return Answer(json.dumps(wrong, ensure_ascii=False), status=400, kind=JSON)
        news = [
            {
                "id": story.number,
                "tieuDe": story.title,
                "sapo": story.lead,
                "anhDaiDien": f"/media/{story.number}/thumb.jpg",
                "ngayDang": f"{story.moment.isoformat()}+07:00",
                "luotXem": story.number % 411,
                "url": self.addresses_of(story)[0],
            }
            for story in self.in_section(section)
        ]
        return self._sent(news, page, size)

    def _sent(self, rows: list[dict[str, Any]], page: int, size: int) -> Answer:
        """A page of rows; none beyond the end."""
        shown = rows[(page - 1) * size : page * size] if page > 0 else []
        inside = {
            "items": shown,
            "pageIndex": page,
            "pageSize": size,
            "totalItems": len(rows),
            "totalPages": -(-len(rows) // size),
        }
        text = json.dumps({"success": True, "message": None, "data": inside}, ensure_ascii=False)
        return Answer(text, kind=JSON)

    def _shell(self, section: str) -> str:
        name = self.sections[section]
        if section == SCRIPTED:
            return SCRIPT_SHELL.substitute(
                name=name, api=f"{API}?chuyenMucId={section}&pageSize=12"
            )
        api = f"{API}?chuyenMucId={section}&amp;pageIndex=1&amp;pageSize=12"
        return SHELL.substitute(name=name, api=api)

    def _list_address(self, section: str) -> str:
        slugs = {"5": "tin-hoat-dong", "7": "di-san-phi-vat-the", SCRIPTED: "thong-tin-bao-chi"}
        return f"/chuyen-muc/{section}/{slugs[section]}"

    def _home(self) -> str:
        hot = [(self.addresses_of(story)[0], story.title) for story in self.stories[:4]]
        lists = [(self._list_address(key), f"Xem tất cả: {name}") for key, name in
                 self.sections.items()]  # fmt: skip
        gone = [(self.dead[0], "Tin đã ẩn về hồ sơ di sản")]
        return f"<h2>Tin nổi bật</h2><ul>{anchors(hot)}</ul><ul>{anchors([*lists, *gone])}</ul>"

    def _article(self, story: Story) -> str:
        body = body_html(
            story,
            paragraph="<p>{}</p>",
            figure='<figure class="image"><img src="{image}" loading="lazy" alt="" />'
            "<figcaption>{caption}</figcaption></figure>",
            image="/media/{number}/{place}.jpg",
        )
        foot = f"<strong>{story.byline}</strong>" if story.byline else ""
        foot += f"<p>{story.source_line}</p>" if story.source_line else ""
        if story.attachment:
            foot += f'<a href="/media/{story.number}/dinh-kem.pdf">{story.attachment}</a>'
        section = story.sections[0]
        return ARTICLE.substitute(
            list=self._list_address(section),
            section=self.sections[section],
            number=story.number,
            title=story.title,
            date=f"Đăng ngày: {story.moment:%d-%m-%Y} {story.moment:%H:%M}",
            views=story.number % 411,
            lead=story.lead,
            body=body,
            foot=foot,
            related=anchors(
                (self.addresses_of(other)[0], other.title) for other in self.related(story)[:2]
            ),
        )

    def _frame(self, ask: Ask, title: str, main: str) -> str:
        clock = self.now()
        read = [(self.addresses_of(story)[0], story.title) for story in self.most_read()[:3]]
        return FRAME.substitute(
            title=title,
            today=f"{weekday(clock)}, {clock:%d/%m/%Y %H:%M}",
            menu=anchors((self._list_address(key), name) for key, name in self.sections.items()),
            main=main,
            most_read=anchors(read),
            week=number_in(ask.query, "tuan", default=47) + 1,
            visitors=self.visitors(),
        )
