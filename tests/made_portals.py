"""Portals whose single pages leave open what is the article; their other pages tell.

Each portal is a function from an article and some neighbours to a page. No page has metadata; the
window's title is the same everywhere. What makes them hard stands in each docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from scraper.demo.content import PublishedArticle, number, published
from scraper.records import Figure

HOME = "http://so.invalid"
VISIT = "Thứ Hai, 01/06/2026"
ABOUT = (
    "Cổng thông tin là đầu mối cung cấp thông tin chính thống về hoạt động quản lý đê điều, sông "
    "hồ trên địa bàn, phục vụ cán bộ, người dân và doanh nghiệp tra cứu văn bản.",
    "Mọi ý kiến đóng góp xin gửi về bộ phận một cửa trong giờ hành chính các ngày làm việc. Ý kiến "
    "của bạn đọc được trả lời chậm nhất sau mười ngày kể từ ngày nhận được.",
    "Trang tin được xây dựng trong khuôn khổ dự án hiện đại hóa quản lý sông hồ, do các đơn vị "
    "trực thuộc cùng cập nhật hằng ngày theo quy chế phối hợp đã ban hành.",
)
OUTLETS = ("TTXSN", "Báo Sông nước", "Cục Đê điều", "Phòng Kỹ thuật")


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page and what is right on it."""

    url: str
    body: bytes
    title: str
    text: str
    published: date
    source: str | None
    captions: tuple[str, ...]


def _day(article: PublishedArticle) -> date:
    """An article's day; the portal prints no times."""
    value = article.published
    assert value is not None
    return date(value.year, value.month, value.day)


def _pieces(article: PublishedArticle) -> str:
    """Paragraphs and images, one a line."""
    parts = []
    for piece in article.pieces:
        if isinstance(piece, Figure):
            caption = f"<center><i>{escape(piece.caption)}</i></center>" if piece.caption else ""
            image = f'<p align="center"><img src="{piece.image}" width="420"></p>'
            parts.append(image + caption)
        else:
            parts.append(f"<p>{escape(piece.text)}</p>")
    return "\n".join(parts)


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _teasers(others: Sequence[PublishedArticle], *, link: bool = True) -> str:
    return "".join(
        f'<div class="o"><div class="t">{escape(one.title)}</div><p>{escape(one.lead)}</p></div>'
        if not link
        else f'<div class="o"><a href="{one.addresses[0]}">{escape(one.title)}</a>'
        f"<p>{escape(one.lead)}</p></div>"
        for one in others
    )


def text_beside(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """A column of prose about the office, longer than many an article, in boxes without a name."""
    return f"""<html><head><title>Cổng thông tin</title></head><body><table><tr><td colspan="3">
{VISIT}</td></tr><tr><td><div class="a1">{_paragraphs(ABOUT)}</div></td><td><div class="a2">
<div class="c1">{escape(article.title)}</div><div class="c2">{_day(article):%d/%m/%Y}</div>
<div class="c3">{escape(article.lead)}</div><div class="c4">{_pieces(article)}</div></div></td>
<td><div class="a3"><p>{escape(ABOUT[1])}</p><p>{escape(ABOUT[2])}</p></div></td></tr></table>
</body></html>"""


def teasers_in_the_text(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """Leads of other articles stand between the paragraphs, as paragraphs, in their own box."""
    body = _pieces(article).split("\n")
    half = max(1, len(body) // 2)
    inside = f'<div class="k7">{_teasers(others[:2], link=False)}</div>'
    return f"""<html><head><title>Trang tin</title></head><body><div class="h">{VISIT}</div>
<div class="g"><h2>{escape(article.title)}</h2><div class="n">Ngày {_day(article):%d/%m/%Y}</div>
<div class="w"><p><b>{escape(article.lead)}</b></p>{"".join(body[:half])}{inside}
{"".join(body[half:])}</div></div></body></html>"""


def stories_below(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """Below the text the next articles begin, title and lead, without label, in the same box."""
    return f"""<html><head><title>Trang tin</title></head><body><div class="h">{VISIT}</div>
<div class="g"><div class="m1">{escape(article.title)}</div>
<div class="m2">({_day(article):%d/%m/%Y})</div><div class="m3">{escape(article.lead)}</div>
<div class="m4">{_pieces(article)}</div><div class="m5">{_teasers(others[:3], link=False)}</div>
</div></body></html>"""


def no_heading(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """Title, kicker, section and a motto are alike: lines of plain text one under the other."""
    kickers = (
        "Hướng tới mùa mưa lũ an toàn",
        "Thi đua lập thành tích chào mừng",
        "Đưa nghị quyết vào cuộc sống",
    )
    motto = kickers[number(article.key, "kicker") % 3]
    return f"""<html><head><title>Sở Sông hồ</title></head><body><div class="h">{VISIT}</div>
<div class="top"><div class="l1">Cổng thông tin điện tử Sở Sông hồ Lam Giang</div>
<div class="l2">{motto} năm {_day(article).year}</div></div>
<div class="x"><div class="s1">{escape(article.title)}</div><div class="s4">{motto}</div>
<div class="s2">{_day(article):%d/%m/%Y}</div>
<div class="s3">{escape(article.lead)}</div>{_pieces(article)}</div></body></html>"""


def dates_around(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """The day of the visit and that of a new document stand above the title; the article's own
    stands below the text."""
    return f"""<html><head><title>Trang tin</title></head><body>
<div class="g"><div class="v">01/06/2026</div><div class="y">Văn bản mới: Quyết định 18/QĐ-SSH về
quy trình vận hành trạm bơm Đông Ngạn (27/05/2026)</div>
<h1>{escape(article.title)}</h1><div class="w"><p>{escape(article.lead)}</p>{_pieces(article)}</div>
<div class="z">Đăng {_day(article):%d/%m/%Y}</div></div></body></html>"""


def bare_sources(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """The source stands without label in a box of its own; on some pages with one."""
    outlet = OUTLETS[number(article.key, "outlet") % len(OUTLETS)]
    label = "Nguồn: " if number(article.key, "labelled") % 2 else ""
    return f"""<html><head><title>Trang tin</title></head><body><div class="h">{VISIT}</div>
<div class="g"><h1>{escape(article.title)}</h1><div class="d">{_day(article):%d/%m/%Y}</div>
<div class="w"><p>{escape(article.lead)}</p>{_pieces(article)}</div>
<div class="q">{label}{outlet}</div></div></body></html>"""


def short_notices(article: PublishedArticle, others: Sequence[PublishedArticle]) -> str:
    """Articles of one or two sentences; the prose of the frame is longer than each."""
    return f"""<html><head><title>Thông báo</title></head><body><div class="h">{VISIT}</div>
<table><tr><td><div class="b1"><p>{escape(ABOUT[0])} {escape(ABOUT[1])}</p></div></td><td>
<div class="b2"><div class="e1">{escape(article.title)}</div>
<div class="e2">{_day(article):%d/%m/%Y}</div><div class="e3"><p>{escape(article.lead)}</p></div>
</div></td></tr><tr><td colspan="2"><div class="b3">{escape(ABOUT[2])}</div></td></tr></table>
</body></html>"""


PORTALS: Mapping[str, Callable[[PublishedArticle, Sequence[PublishedArticle]], str]] = {
    portal.__name__: portal
    for portal in (
        text_beside,
        teasers_in_the_text,
        stories_below,
        no_heading,
        dates_around,
        bare_sources,
        short_notices,
    )
}


def made_pages(portal: str, count: int = 8, *, skip: int = 0) -> list[MadePage]:
    """The newest pages of a portal, with what is right on them."""
    stock = [one for one in published() if one.published is not None][skip:]
    pages = []
    for index, article in enumerate(stock[:count]):
        others = [stock[index + step] for step in (1, 2, 3)]  # the next older, as portals list them
        html = PORTALS[portal](article, others)
        short = portal == "short_notices"
        source = None
        if portal == "bare_sources":
            source = OUTLETS[number(article.key, "outlet") % len(OUTLETS)]
        pages.append(
            MadePage(
                url=f"{HOME}/tin.aspx?id={article.key}",
                body=html.encode(),
                title=article.title,
                text=article.lead if short else article.text,
                published=_day(article),
                source=source,
                captions=() if short else article.captions,
            )
        )
    return pages


def list_page(portal: str) -> tuple[str, bytes]:
    """A list of the portal's articles: no article, with the day of the visit too."""
    rows = "".join(
        f'<li><a href="{HOME}/tin.aspx?id={one.key}">{escape(one.title)}</a></li>'
        for one in published(20)
    )
    return f"{HOME}/", (
        f'<html><head><title>Trang tin</title></head><body><div class="h">{VISIT}</div>'
        f"<ul>{rows}</ul></body></html>"
    ).encode()
