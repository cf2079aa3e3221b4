"""The pages of the made-up portal as HTML bytes: articles, lists, the feed, "not found"."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from scraper.demo.content import SECTIONS, PublishedArticle, number, pick
from scraper.demo.datelines import CLOCKS, VISIT_DAY
from scraper.demo.textures import TEXTURES, plain
from scraper.records import Attachment, Block, Figure

MINISTRY = "Bộ Sông hồ và Đê điều"
MENU = ("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Hỏi đáp", "Thư viện ảnh", "Liên hệ")
FOOTER = (
    f"© Cổng thông tin điện tử {MINISTRY}<br>Địa chỉ: Số 8 phố Bờ Đê, Đông Ngạn. "
    "Giấy phép số 12/GP-TTĐT cấp ngày 20/03/2009<br>"
    'Ghi rõ nguồn "Cổng TTĐT BSHĐĐ" khi phát hành lại thông tin từ trang này'
)
SHARE = (
    'Cỡ chữ: A- 100% A+ | <a href="javascript:window.print()">In trang</a> | '
    '<a href="mailto:?">Gửi email</a><br>Chia sẻ: 0 Facebook 0 Zalo',
    "(6816 bình chọn, 9/10 điểm) Print Send email",
    "(Tin được truy cập lần thứ :5 )",
    "",
)
WINDOW_TITLES = (  # what stands in <title>: seldom the title alone
    "{title}",
    MINISTRY,
    "{title} - Cổng thông tin điện tử",
    "Chi tiết tin",
    "Sở Sông hồ tỉnh Lam Giang",  # another authority, from which the system was copied
)
RELATED = {
    "vi": ("Tin liên quan", "Các tin khác", "Tin cùng chuyên mục", "Các tin đã đưa"),
    "en": ("Other News",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list: its articles, and where the next page is, if a link says so."""

    zone: str
    number: int
    articles: Sequence[PublishedArticle]
    addresses: Sequence[str]  # one for each article
    more: Sequence[tuple[str, str]] = ()  # other links of the list: address, text
    pager: str = ""


def article_page(
    article: PublishedArticle, *, others: Sequence[PublishedArticle] = (), clock: datetime
) -> bytes:
    """The article's page; `others` stand under it as related news."""
    markup, printed = _markup(article.printed.markup), article.printed
    write = TEXTURES[markup.get("texture", printed.texture)]
    title, below = _title_and_dateline(article, markup)
    content = _fill(
        markup["article"],
        title=title,
        below=below,
        zone=plain(SECTIONS[article.zones[0]]),
        lead=_lead(article, markup, write=write),
        body="\n".join(_pieces(article, markup, write=write)),
        end="\n".join(_end(article, markup)),
        share=pick(SHARE, article.key),
        after=_after(article, markup, others=others),
    )
    window = pick(WINDOW_TITLES, article.key).format(title=article.title)
    page = _framed(markup["frame"], content, title=window, clock=clock, key=article.key)
    body = page.encode("utf-8")
    if printed.broken_byte:
        body = body.replace("©".encode(), "©".encode("latin-1"))
    return b"\n" * printed.blank_lines + body


def list_page(page: ListPage, *, clock: datetime) -> bytes:
    """A section's list, with teasers, dates and thumbnails."""
    rows = [
        _teaser(article, address)
        for article, address in zip(page.articles, page.addresses, strict=True)
    ]
    rows += [
        f'<tr><td class="newsitem"><a href="{html.escape(address)}">{plain(text)}</a></td></tr>'
        for address, text in page.more
    ]
    content = (
        f'<table width="100%"><tr><td class="zonetitle">{plain(SECTIONS[page.zone])}</td></tr>\n'
        f"<tr><td>0</td></tr>\n{''.join(rows)}\n"
        f'<tr><td class="pager">{page.pager}</td></tr></table>'
    )
    title = f"{SECTIONS[page.zone]} - {MINISTRY}"
    return _framed("tables", content, title=title, clock=clock, key=page.zone).encode("utf-8")


LIST_ADDRESSES = {
    "49": "/default.aspx?page=tmv_danhsachtin&zoneid=49&lang=vi",
    "12": "/default.aspx?page=tmv_danhsachtin&cat=news&zoneid=12",
    "31": "/Pages/SuKien.aspx",
    "7": "/default.aspx?page=tmv_danhsachtin&zoneid=7&lang=vi",
}


def home_page(articles: Sequence[PublishedArticle], *, clock: datetime) -> bytes:
    """The home page: a box for each section, a few headlines in each."""
    boxes = []
    for zone, name in SECTIONS.items():
        own = [article for article in articles if zone in article.zones][:4]
        lines = "".join(
            f'<li><a href="{html.escape(article.addresses[0])}">{plain(article.title)}</a></li>'
            for article in own
        )
        heading = f'<h2><a href="{html.escape(LIST_ADDRESSES[zone])}">{plain(name)}</a></h2>'
        boxes.append(f'<div class="homebox">{heading}<ul>{lines}</ul></div>')
    page = _framed("divs", "\n".join(boxes), title=MINISTRY, clock=clock, key="home")
    return page.encode("utf-8")


def not_found_page(*, clock: datetime) -> bytes:
    """What the portal says, with status 200, where there is no such article."""
    content = (
        '<div class="portlet-msg-error"><h3>Not Found</h3>'
        "<p>The requested resource was not found.</p></div>"
    )
    page = _framed("liferay", content, title=MINISTRY, clock=clock, key="none")
    return page.encode("utf-8")


def feed(articles: Sequence[PublishedArticle], *, home: str) -> bytes:
    """RSS 2.0 of a section, with the true moments."""
    items = "".join(
        "<item>"
        f"<title>{html.escape(article.title)}</title>"
        f"<link>{html.escape(home + article.addresses[0])}</link>"
        f"<description>{html.escape(article.lead)}</description>"
        f"{_pub_date(article)}"
        f'<guid isPermaLink="false">mshdd-{article.key}</guid>'
        "</item>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{MINISTRY} - {SECTIONS['7']}</title><link>{html.escape(home)}/</link>"
        f"<description>RSS</description>\n{items}</channel></rss>\n"
    ).encode()


def _pub_date(article: PublishedArticle) -> str:
    if not isinstance(article.published, datetime):
        return ""
    return f"<pubDate>{format_datetime(article.published.astimezone(UTC))}</pubDate>"


@cache
def _templates() -> Mapping[str, Any]:
    return tomllib.loads(files("scraper.demo").joinpath("markups.toml").read_text("utf-8"))


def _markup(name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = next(
        markup for markup in _templates()["markup"] if markup["name"] == name
    )
    return found


def _fill(template: str, **values: str) -> str:
    return Template(template).substitute(values)


def _framed(frame: str, content: str, *, title: str, clock: datetime, key: str) -> str:
    """What stands around every page: banner, clock, menu, side boxes, footer."""
    entry = {
        "tables": '<tr><td class="leftmenu">&raquo; <a href="{0}">{1}</a></td></tr>',
    }.get(frame, '<li><a href="{0}">{1}</a></li>')
    sides = [
        (f"/default.aspx?page=tmv_danhsachtin&zoneid={z}", name) for z, name in SECTIONS.items()
    ]
    menu = (f'<a href="/default.aspx?page=tmv_muc{n}">{name}</a>' for n, name in enumerate(MENU))
    return _fill(
        _templates()["frame"][frame].lstrip("\n"),
        page_title=plain(title),
        clock=pick(CLOCKS, key)(clock),
        menu=" | ".join(menu),
        side="\n".join(entry.format(html.escape(url), plain(name)) for url, name in sides),
        content=content,
        footer=FOOTER,
        dollar="$",
    )


def _title_and_dateline(article: PublishedArticle, markup: Mapping[str, str]) -> tuple[str, str]:
    """The title with what stands on its line, and what stands below: date, counter, source."""
    printed = article.printed
    title, below = plain(article.title), []
    if printed.dateline and printed.date_place == "glued":
        title += printed.dateline
    elif printed.dateline and printed.date_place == "title line":
        title += _fill(markup["beside"], text=printed.dateline)
    elif printed.dateline:
        below.append(_fill(markup["below"], text=printed.dateline))
    if number(article.key, "counter") % 3 == 0:
        below.append(_fill(markup["below"], text="0"))
    if printed.source_line and printed.source_place == "top":
        below.append(_fill(markup["below"], text=plain(printed.source_line)))
    return title, "\n".join(below)


def _lead(
    article: PublishedArticle, markup: Mapping[str, str], *, write: Callable[[str], str]
) -> str:
    printed = article.printed
    parts = []
    if printed.lead_marked:
        parts.append(_fill(markup["lead"], text=write(article.lead)))
    if printed.related_inside:
        url, text = article.addresses[1], "Xem thêm các tin bài về công tác đê điều"
        parts.append(f'<div><a href="{html.escape(url)}">&gt;&gt; {text}</a></div>')
    if not printed.lead_marked:
        parts.append(_fill(markup["paragraph"], text=write(article.lead)))
    return "\n".join(parts)


def _pieces(
    article: PublishedArticle, markup: Mapping[str, str], *, write: Callable[[str], str]
) -> list[str]:
    return [
        _figure(piece, markup, write=write)
        if isinstance(piece, Figure)
        else _fill(_block_template(piece, markup), text=write(piece.text))
        for piece in article.pieces
    ]


def _block_template(block: Block, markup: Mapping[str, str]) -> str:
    return markup[block.kind]


def _figure(figure: Figure, markup: Mapping[str, str], *, write: Callable[[str], str]) -> str:
    image = figure.image or ""
    if figure.caption is None:
        return f'<p align="center"><img src="{image}" width="420"></p>'
    name = image.rsplit("/", 1)[-1]
    return _fill(markup["figure"], image=image, file=name, caption=write(figure.caption))


def _end(article: PublishedArticle, markup: Mapping[str, str]) -> list[str]:
    """What closes the article: byline, source line, attachments."""
    printed, parts = article.printed, []
    if printed.byline:
        parts.append(_fill(markup["byline"], text=plain(printed.byline)))
    if printed.source_line and printed.source_place == "end":
        pad = "&nbsp;" * 12 if printed.source_line.startswith("(") else ""
        parts.append(_fill(markup["source"], text=pad + plain(printed.source_line)))
    return parts + [_attachment(file, markup) for file in article.attachments]


def _attachment(file: Attachment, markup: Mapping[str, str]) -> str:
    return _fill(markup["attachment"], url=html.escape(file.url), text=plain(file.title or ""))


def _after(
    article: PublishedArticle, markup: Mapping[str, str], *, others: Sequence[PublishedArticle]
) -> str:
    if not others:
        return ""
    label = pick(RELATED[article.printed.interface], article.key)
    colon = ":" if number(article.key, "colon") % 2 else ""
    items = "".join(
        _fill(
            markup["after_item"],
            url=html.escape(other.addresses[0]),
            text=plain(other.title),
            date=_related_date(other),
        )
        for other in others
    )
    return _fill(markup["after"], label=label + colon, items=items)


def _related_date(other: PublishedArticle) -> str:
    day = other.published or VISIT_DAY
    return f"{day:%d/%m}" if number(other.key, "short") % 2 else f"{day:%d/%m/%Y}"


def _teaser(article: PublishedArticle, address: str) -> str:
    day: date | None = article.published
    date_text = f' <span class="newsdate">({day:%d/%m/%Y})</span>' if day else ""
    thumb = article.figures[0].image if article.figures else None
    image = (
        f'<a href="{html.escape(address)}"><img src="{thumb}" width="110" align="left"></a>'
        if thumb
        else ""
    )
    return (
        f'<tr><td class="newsitem">{image}<a class="newstitle" href="{html.escape(address)}">'
        f"{plain(article.title)}</a>{date_text}<br>{plain(article.lead[:160])}...</td></tr>\n"
    )
