"""What the made-up portal publishes: the truth that an archive of it is held against.

The texts are drawn from topics.toml, the same on every machine and every day: choices come from
digests, not from a clock or a random generator.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from scraper.demo.datelines import DATELINES, DatePlace, write_with_update
from scraper.records import Attachment, Block, Figure, Precision

ARTICLES = 168  # twelve of each of the fourteen topics
NEWEST_DAY = date(2026, 5, 29)
DAYS_BETWEEN = 31  # 168 articles reach back to 2012
NEWEST_KEY = 5204
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Item = TypeVar("Item")
SourcePlace = Literal["top", "end"]
Texture = Literal["plain", "entities", "decomposed", "tones apart", "worn"]

NAMES = ("Hoài Thu", "Minh Đức", "Lê Vân", "Quang Bình", "K. Miên", "Ngọc Lam")
SOURCES: tuple[tuple[str | None, str | None], ...] = (  # (as printed, what it says)
    (None, None),
    ("Nguồn tin:Theo cổng TTĐT BSHĐĐ", "cổng TTĐT BSHĐĐ"),
    ("Nguồn tin: Cục Đê điều", "Cục Đê điều"),
    (None, None),
    ("mshdd.gov.vn", "mshdd.gov.vn"),
    ("Nguồn: Báo Sông nước và Đời sống", "Báo Sông nước và Đời sống"),
    ("(Theo Phòng KHCN&HTQT)", "Phòng KHCN&HTQT"),
    ("Theo Trung tâm Truyền thông Sông hồ", "Trung tâm Truyền thông Sông hồ"),
    (None, None),
    ("(Nguồn: Tạp chí Sông nước - songnuoc.vn - Lê Hà)", "Tạp chí Sông nước - songnuoc.vn - Lê Hà"),
)
BYLINES: tuple[tuple[str | None, tuple[str, ...]], ...] = (  # (as printed, who it names)
    (None, ()),
    ("K. Miên", ("K. Miên",)),
    ("Tin, ảnh: Hoài Thu", ("Hoài Thu",)),
    (None, ()),
    ("Bài và ảnh: Lê Vân", ("Lê Vân",)),
    ("PV", ("PV",)),
    ("Nhóm PV", ("Nhóm PV",)),
    ("THU HÀ", ("THU HÀ",)),
    (None, ()),
    ("admin admin", ()),
    ("Minh Đức - Hoài Thu", ("Minh Đức", "Hoài Thu")),
)
AGENCY_BYLINE = ("GX (Theo TTXSN)", ("GX",), "TTXSN")  # byline and source in one line
CREDITS = (None, ". Ảnh: {name}", None, " - Ảnh: {name}", " (Ảnh: {name})", None)
SECTIONS: Mapping[str, str] = {
    "49": "Tin hoạt động",
    "12": "Chỉ đạo điều hành",
    "31": "Sự kiện",
    "7": "Thông báo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How a page prints what its fields say."""

    markup: str  # one of markups.toml
    texture: Texture
    dateline: str | None
    date_place: DatePlace
    interface: Literal["vi", "en"] = "vi"
    lead_marked: bool = True  # else the lead is a paragraph like the others
    source_line: str | None = None
    source_place: SourcePlace = "end"
    byline: str | None = None
    related_inside: bool = False  # ">> ..." between lead and body
    broken_byte: bool = False  # one Latin-1 byte in the footer of a UTF-8 page
    blank_lines: int = 0  # before the doctype


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArticle:
    """One article as the ministry means it; images and attachments as paths on its server."""

    key: str  # contentid
    zones: tuple[str, ...]  # sections that list it, the main one first
    title: str
    lead: str
    pieces: tuple[Block | Figure, ...]  # body paragraphs and figures, as they stand on the page
    published: date | datetime | None
    precision: Precision | None
    updated: date | datetime | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    printed: Printed

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Block))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Figure))

    @property
    def captions(self) -> tuple[str, ...]:
        return tuple(figure.caption for figure in self.figures if figure.caption)

    @property
    def text(self) -> str:
        """Lead and body, parted by blank lines."""
        return "\n\n".join((self.lead, *(block.text for block in self.blocks)))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The three paths under which the same article answers."""
        session = hashlib.md5(self.key.encode(), usedforsecurity=False).hexdigest()
        zone, detail = self.zones[0], "page=tmv_chitiettin"
        return (
            f"/default.aspx?{detail}&cat=news&zoneid={zone}&lang=vi&contentid={self.key}",
            f"/default.aspx?{detail}&cat=members&lang=vi&supid=1&zoneid=5&contentid={self.key}",
            f"/Default.aspx?{detail}&zoneid={zone}&lang=vi&paging=7&ContentID={self.key}&s={session}",
        )


def published(count: int = ARTICLES) -> tuple[PublishedArticle, ...]:
    """The newest `count` articles, newest first."""
    if not 0 <= count <= ARTICLES:
        raise ValueError(f"the made-up portal has 0 to {ARTICLES} articles, not {count}")
    return _all_articles()[:count]


@cache  # drawing all texts takes a moment, and they never change
def _all_articles() -> tuple[PublishedArticle, ...]:
    texts = tomllib.loads(files("scraper.demo").joinpath("topics.toml").read_text("utf-8"))
    markups = tomllib.loads(files("scraper.demo").joinpath("markups.toml").read_text("utf-8"))
    names = [markup["name"] for markup in markups["markup"]]
    articles: list[PublishedArticle] = []
    titles: set[str] = set()
    for index in range(ARTICLES):
        article = _article(index, texts, markups=names, taken=titles)
        titles.add(article.title)
        articles.append(article)
    return tuple(articles)


def _article(
    index: int, texts: Mapping[str, Any], *, markups: Sequence[str], taken: set[str]
) -> PublishedArticle:
    key = str(NEWEST_KEY - 7 * index)
    moment = _moment(index, key)
    topic = texts["topic"][index % len(texts["topic"])]
    words = _Words(key, moment, texts["values"])
    title = words.title(topic["titles"], taken)
    lead = words.fill(pick(topic["leads"], key, "lead"))
    if index % 13 == 4:
        lead = f"(SH&ĐĐ) - {lead}"
    says = _says_when(index, moment)
    source_line, source = SOURCES[(index + index // 10) % len(SOURCES)]  # not in step with markups
    byline, authors = BYLINES[index % len(BYLINES)]
    if index % 29 == 11:
        (byline, authors, source), source_line = AGENCY_BYLINE, None
    return PublishedArticle(
        key=key,
        zones=_zones(index),
        title=title,
        lead=lead,
        pieces=_pieces(index, key, words=words, topic=topic, common=texts["common"]),
        published=says.published,
        precision=says.precision,
        updated=says.updated,
        source=source,
        authors=authors,
        attachments=_attachments(index, key, words=words, names=texts["common"]["attachments"]),
        printed=Printed(
            markup=markups[index % len(markups)],
            texture=_texture(index),
            dateline=says.dateline,
            date_place=says.place,
            interface=says.interface,
            lead_marked=index % 9 != 5,
            source_line=source_line,
            source_place="top" if source_line and "Nguồn: Tạp chí" in source_line else "end",
            byline=byline,
            related_inside=index % 17 == 3,
            broken_byte=index % 19 == 6,
            blank_lines=100 if index % 23 == 8 else 0,
        ),
    )


def pick(choices: Sequence[Item], *salt: object) -> Item:
    """One of the choices, always the same for the same salt."""
    return choices[number(*salt) % len(choices)]


def number(*salt: object) -> int:
    """A large number, always the same for the same salt."""
    text = "\x1f".join(str(part) for part in salt)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _moment(index: int, key: str) -> datetime:
    """When the article came out: working hours and evenings, one article a month."""
    day = NEWEST_DAY - timedelta(days=DAYS_BETWEEN * index + number(key, "day") % 5)
    seconds = 6 * 3600 + number(key, "time") % (15 * 3600)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(seconds=seconds)


def _zones(index: int) -> tuple[str, ...]:
    """Main section first; every tenth stands in two, the newest in three."""
    main = ("49", "12", "49", "31", "12", "49", "7", "12", "31", "49")[index % 10]
    if index == 0:
        return ("49", "12", "31")
    return (main, "12") if index % 10 == 5 else (main,)


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """What a page says about its date, and the truth of it."""

    dateline: str | None
    place: DatePlace
    published: date | datetime | None
    precision: Precision | None
    updated: datetime | None = None
    interface: Literal["vi", "en"] = "vi"


def _says_when(index: int, moment: datetime) -> _When:
    if index % 40 == 7:
        return _When(dateline=None, place="below", published=None, precision=None)
    to_the_minute = moment.replace(second=0)
    if index % 40 == 10:
        updated = to_the_minute + timedelta(hours=27, minutes=8)
        return _When(
            dateline=write_with_update(moment, updated),
            place="below",
            published=to_the_minute,
            precision="minute",
            updated=updated,
        )
    line = DATELINES[(index // 3 + 11 * (index % 3)) % len(DATELINES)]
    exact: Mapping[Precision, date | datetime] = {
        "day": moment.date(),
        "minute": to_the_minute,
        "second": moment,
    }
    return _When(
        dateline=line.write(moment),
        place=line.place,
        published=exact[line.precision],
        precision=line.precision,
        interface=line.interface,
    )


def _texture(index: int) -> Texture:
    textures: tuple[Texture, ...] = (
        "plain", "entities", "decomposed", "plain", "tones apart", "worn", "plain",
    )  # fmt: skip
    return textures[index % len(textures)]


def _pieces(
    index: int, key: str, *, words: _Words, topic: Mapping[str, Any], common: Mapping[str, Any]
) -> tuple[Block | Figure, ...]:
    count = 3 + number(key, "length") % (len(topic["paragraphs"]) - 2)
    chosen = _some(topic["paragraphs"], count, key)
    blocks = [Block(kind="paragraph", text=words.fill(text)) for text in chosen]
    if index % 8 == 2:
        heading = Block(kind="heading", text=pick(common["headings"], key))
        blocks.insert(len(blocks) // 2, heading)
    if index % 11 == 6:
        dash = "- " if index % 2 else ""
        blocks += [Block(kind="item", text=dash + words.fill(text)) for text in common["items"]]
    blocks += [
        Block(kind="paragraph", text=words.fill(text))
        for text in _some(common["paragraphs"], 1 + number(key, "tail") % 2, key)
    ]
    pieces: list[Block | Figure] = list(blocks)
    captions = topic["captions"]
    if index % 37 == 12:  # editors also take a sentence of the text for a caption
        captions = [chosen[0].partition(". ")[0].rstrip("."), *captions[1:]]
    for place, figure in enumerate(_figures(index, key, words=words, captions=captions)):
        pieces.insert(min(place * 3, len(pieces) - 1), figure)
    return tuple(pieces)


def _some(choices: Sequence[str], count: int, key: str) -> list[str]:
    """`count` of the choices, in the order in which they stand there."""
    chosen = sorted(choices, key=lambda text: number(key, text))[:count]
    return sorted(chosen, key=choices.index)


def _figures(index: int, key: str, *, words: _Words, captions: Sequence[str]) -> tuple[Figure, ...]:
    figures = []
    for place, caption in enumerate(_some(captions, number(key, "figures") % 4, key)):
        name, form = pick(NAMES, key, place), pick(CREDITS, key, place, "credit")
        text = words.fill(caption)
        figures.append(
            Figure(
                image=f"/Uploads/Images/{key}/anh-{place + 1}.png",
                caption=text + form.format(name=name) if form else text,
                credit=name if form else None,
            )
        )
    if index % 31 == 9:  # an image that stands alone
        figures.append(Figure(image=f"/Uploads/Images/{key}/so-do.png", caption=None))
    return tuple(figures)


def _attachments(
    index: int, key: str, *, words: _Words, names: Sequence[str]
) -> tuple[Attachment, ...]:
    if index % 7 != 1:
        return ()
    first = words.fill(pick(names, key))
    paper = Attachment(url=f"/Uploads/VanBan/{key}/quyet-dinh.pdf", title=f"{first}.pdf")
    table = Attachment(url=f"/download.ashx?id={key}", title="Bieu-so-lieu.xls")
    return (paper, table) if number(key, "files") % 2 else (paper,)


class _Words:
    """The words of one article: a province, a river, a minister... the same all through it."""

    def __init__(self, key: str, moment: datetime, values: Mapping[str, Sequence[str]]) -> None:
        self.key = key
        event = moment - timedelta(days=number(key, "event") % 3)
        days = (
            f"{event.day}/{event.month}",
            f"{event:%d/%m/%Y}",
            f"{event.day} tháng {event.month}",
        )
        self.values = {name: pick(choices, key, name) for name, choices in values.items()}
        self.values["event_day"] = pick(days, key, "event form")
        self.values["year"] = str(moment.year)
        self.values["document"] = f"{number(key, 'no') % 40 + 1:02d}/{moment.year}/TT-BSHĐĐ"

    def fill(self, text: str) -> str:
        """The text with its words filled in, its first letter large."""
        own = str(12 + number(self.key, text) % 86)
        filled = Template(text).substitute(self.values, number=own)
        return filled[:1].upper() + filled[1:]

    def title(self, titles: Sequence[str], taken: set[str]) -> str:
        """A title that no newer article has."""
        for text in sorted(titles, key=lambda text: number(self.key, text)):
            if (title := self.fill(text)) not in taken:
                return title
        return f"{title} (kỳ {self.key[-2:]})"
