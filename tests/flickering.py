"""A page that is printed anew at each visit, in every way that says nothing of the article."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from hashlib import md5

from littleportal import PARAGRAPH


@dataclass(frozen=True)
class Story:
    """What the page's article says; tests edit one thing of it."""

    title: str = "Rà soát các tuyến đê trước mùa lũ"
    lead: str = f"Ngày 12/6, Bộ đã họp bàn về việc tu bổ đê. {PARAGRAPH}"
    body: str = (
        f"Theo báo cáo, 12 tuyến đê đã được gia cố, 3 tuyến còn lại xong trước tháng 8. {PARAGRAPH}"
    )
    caption: str = "Đoàn công tác kiểm tra tuyến đê hữu sông. Ảnh: Văn Bảy"
    source: str = "Cổng thông tin thủy lợi"
    published: str = "14/06/2018 08:30"
    file: str = "ke-hoach-tu-bo.pdf"

    def but(self, **changes: str) -> Story:
        return replace(self, **changes)


def flickering(story: Story, *, visit: int) -> bytes:
    """The story's page as this visit finds it."""
    session = md5(str(visit).encode()).hexdigest()
    words = _written(story.body, visit)
    blank = "\n   " * (visit % 3 + 1)
    related = "".join(
        f'<li><a href="/detail.aspx?id={900 + (visit * 3 + n) % 20}">Tin liên quan số '
        f"{(visit * 3 + n) % 20} về công trình</a></li>"
        for n in range(4)
    )
    files = [
        f'<li><a href="/files/{story.file};jsessionid={session}?t={1_700_000_000_000 + visit}">'
        f"Kế hoạch tu bổ ({visit + 12} lượt tải)</a></li>",
        f'<li><a href="/files/phu-luc.pdf?sid={session}">Phụ lục</a></li>',
    ]
    if visit % 2:
        files.reverse()
    return f"""<html><head><title>{story.title}</title>
<meta property="og:image" content="/img/1.jpg?v={visit}"></head>
<body><form><input type="hidden" name="__VIEWSTATE" value="{session}">
<div class="menu"><a href="/">Trang chủ</a>
Hôm nay, thứ Năm, {visit % 28 + 1}/11/2026 10:0{visit % 10}</div>
<div class="content"><h1>{blank}{_written(story.title, visit + 1)}{blank}</h1>
<p class="date">Ngày đăng: {story.published}</p>
<p>Lượt xem: {1203 + visit}</p>
<p class="lead"><b>{story.lead}</b></p>
<p>Đã xem {17 + visit} lần</p>
<div class="img"><img src="/img/1.jpg?v={visit}" width="500">
<p class="caption">{story.caption}</p></div>
<p>{blank}{words}{blank}</p>
<p>Đã xem {30 + visit} lần</p>
<p>Phát biểu kết luận, đồng chí Tổng cục trưởng nêu rõ: {PARAGRAPH}</p>
<p class="source">Nguồn: {story.source}</p>
<p>{visit + 2} giờ trước</p>
<p>Số lượt đọc: 1.{300 + visit}</p>
<ul class="files">{"".join(files)}</ul></div>
<div class="related"><h3>Tin liên quan</h3><ul>{related}</ul></div>
<div class="footer">Đang online: {visit * 7 % 50}. Tổng lượt truy cập: {90_000 + visit}</div>
</form></body></html>""".encode()


def _written(text: str, visit: int) -> str:
    """The same words as another editor's keyboard, or another server, would write them."""
    form = visit % 4
    if form == 1:
        return unicodedata.normalize("NFD", text)
    if form == 2:
        return text.replace("tuyến", "tuy\u00ad\u1ebfn").replace(" ", "\u00a0", 2)
    if form == 3:
        return text.replace(" ", " \u200b", 3).replace(" ", "  ", 1)
    return text
