"""A portal and a network in memory, with the clock in the test's hand: a year takes seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from scraper.archive.archive import Archive
from scraper.capture.store import CaptureStore
from scraper.crawl import collect
from scraper.errors import BadStatus, Unreachable
from scraper.portals.portal_file import read_cron
from scraper.records import (
    ArticleRule,
    Capture,
    FetchRule,
    Form,
    Outcome,
    Portal,
    Source,
    Validators,
)

HOME = "http://so.example"
PER_PAGE = 4  # articles on a list page
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TEXT = (
    "đê điều công trình thủy lợi huyện xã tuyến sông hồ chứa kiểm tra đoàn công tác lãnh đạo Sở "
    "báo cáo kết quả kế hoạch năm quý tháng mưa lũ bão nước sạch nông dân ruộng vườn cán bộ đơn vị "
    "phối hợp triển khai hội nghị tập huấn tuyên truyền bảo vệ môi trường tài nguyên đất đai quy "
    "hoạch xây dựng dự án đầu tư nghiệm thu bàn giao sửa chữa nạo vét kênh mương cống trạm bơm vận "
    "hành quan trắc dự báo cảnh báo sạt lở bờ biển cửa sông làng nghề hộ gia đình"
)
WORDS = TEXT.split()
ABOUT = (
    "Trang thông tin là đầu mối cung cấp tin chính thống của Sở về sông hồ, đê điều và nước sạch, "
    "do Trung tâm Công nghệ thông tin quản trị và cập nhật hằng ngày theo quy chế đã ban hành.",
    "Bạn đọc gửi ý kiến về bộ phận một cửa trong giờ hành chính các ngày làm việc; ý kiến được trả "
    "lời chậm nhất sau mười ngày kể từ ngày nhận, trừ những việc phải xin ý kiến cấp trên.",
    "Trang được xây dựng trong khuôn khổ dự án hiện đại hóa ngành, với sự tham gia của các đơn vị "
    "trực thuộc, các huyện và các xã ven sông, để phục vụ nhân dân tra cứu văn bản và số liệu.",
)

Look = Literal["old", "new", "other"]


@dataclass(frozen=True)
class Made:
    """What an article is, whatever the look of the page."""

    number: int
    day: date
    title: str
    paragraphs: tuple[str, ...]


def made(number: int, day: date, *, paragraphs: int | None = None) -> Made:
    """An article that is the same on every machine."""
    rng = random.Random(number)

    def sentence(words: int) -> str:
        text = " ".join(rng.choice(WORDS) for _ in range(words))
        return text[0].upper() + text[1:]

    count = rng.randint(3, 6) if paragraphs is None else paragraphs
    texts = tuple(
        ". ".join(sentence(rng.randint(12, 20)) for _ in range(3)) + "." for _ in range(count)
    )
    return Made(number, day, f"{sentence(rng.randint(8, 11))} số {number}", texts)


@dataclass
class SimulatedPortal:
    """What stands on the portal today."""

    now: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)
    articles: dict[int, Made] = field(default_factory=dict)
    looks: dict[int, Look] = field(default_factory=dict)  # of single pages
    look: Look = "old"
    down: bool = False
    lists_empty: bool = False
    odd: dict[int, bytes] = field(default_factory=dict)  # pages that are made otherwise
    gone_to_home: bool = False  # every article's address answers with the home page
    requests_made: int = 0
    asked: list[str] = field(default_factory=list)

    def publish(self, count: int = 1, *, paragraphs: int | None = None, days: int = 1) -> None:
        """New articles of today, or of the last days, the newest last."""
        today = self.now.astimezone(ZONE).date()
        first = len(self.articles) + 1
        for number in range(first, first + count):
            day = today - timedelta(days=(first + count - 1 - number) * days // count)
            self.articles[number] = made(number, day, paragraphs=paragraphs)

    # --- as a Fetcher ---------------------------------------------------------------------------

    def get(
        self,
        url: str,
        *,
        known: Validators | None = None,
        form: Form | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Capture:
        self.requests_made += 1
        self.asked.append(url)
        if self.down:
            raise Unreachable("the host gave no answer", url=url)
        body = self.answer(url.removeprefix(HOME))
        if body is None:
            raise BadStatus("status 404", url=url, status=404)
        return Capture(
            url=url,
            answered_url=url,
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=body,
            fetched_at=self.now,
            sha256=sha256(body).hexdigest(),
        )

    def answer(self, path: str) -> bytes | None:
        if path.startswith("/tin?page="):
            return self.list_page(int(path.rpartition("=")[2]))
        number = int(path.rpartition("=")[2])
        if self.gone_to_home:
            return self.list_page(1)
        if number in self.odd:
            return self.odd[number]
        if number not in self.articles:
            return None
        look = self.looks.get(number, self.look)
        return PAGES[look](self.articles[number], self).encode()

    def list_page(self, page: int) -> bytes:
        shown = sorted(self.articles, reverse=True)[(page - 1) * PER_PAGE : page * PER_PAGE]
        if self.lists_empty:
            shown = []
        items = "".join(
            f'<li><a href="/chi-tiet?id={number}">{self.articles[number].title}</a></li>'
            for number in shown
        )
        return f"<html><head><title>Sở</title></head><body><ul>{items}</ul></body></html>".encode()


def _old(article: Made, portal: SimulatedPortal) -> str:
    body = "".join(f"<p>{text}</p>" for text in article.paragraphs)
    return f"""<html><head><title>{article.title} - Sở Sông hồ</title></head><body>
<div class="menu"><a href="/">Trang chủ</a></div><div class="main"><h1 class="tt">{article.title}
</h1><div class="ngay">Ngày đăng: {article.day:%d/%m/%Y}</div><div class="nd">{body}</div></div>
<div class="foot"><p>{ABOUT[0]}</p></div></body></html>"""


def _new(article: Made, portal: SimulatedPortal) -> str:
    """The day of the visit above, the office's self-portrait around, no heading, no metadata."""
    body = "<br><br>".join(article.paragraphs)
    visit = portal.now.astimezone(ZONE)
    return f"""<html><head><title>Cổng thông tin</title></head><body><table><tr><td colspan="3">
Hôm nay, {visit:%d/%m/%Y}</td></tr><tr><td><div class="a1"><h1>Giới thiệu về Sở Sông hồ</h1>
<p>{ABOUT[0]}</p><p>{ABOUT[1]}</p><p>{ABOUT[2]}</p><p>{ABOUT[1]} {ABOUT[0]}</p></div></td>
<td><div class="a2"><div class="c1">{article.title}</div><div class="c2">
{article.day:%d.%m.%Y}</div><div class="c4">{body}</div></div></td></tr></table></body></html>"""


def _other(article: Made, portal: SimulatedPortal) -> str:
    """Another look that anybody can read."""
    body = "".join(f"<p>{text}</p>" for text in article.paragraphs)
    return f"""<html><head><title>{article.title} | Sở</title></head><body><header>Sở Sông hồ
</header><main><article><header><h1>{article.title}</h1><time datetime="{article.day}">
{article.day:%d/%m/%Y}</time></header><section class="content">{body}</section></article></main>
<footer>{ABOUT[2]}</footer></body></html>"""


PAGES = {"old": _old, "new": _new, "other": _other}


def portal_file(**changes: Any) -> Portal:
    values: dict[str, Any] = {
        "name": "so",
        "home": f"{HOME}/",
        "language": "vi",
        "timezone": "Asia/Ho_Chi_Minh",
        "article": ArticleRule(key_parameter="id"),
        "sources": (Source(kind="listing", url=f"{HOME}/tin?page={{page}}", pages=1),),
        "cron": read_cron("7 9 * * *"),
        "fetch": FetchRule(pace_seconds=0, retries=0),
    }
    return Portal(**(values | changes))


class Collector:
    """Runs of the real `collect` over the simulated portal, at the simulated moments."""

    def __init__(self, folder: Path, site: SimulatedPortal, archive: Archive) -> None:
        self.site = site
        self.archive = archive
        self.captures = CaptureStore(folder / "archive.captures", group="so")
        self.portal = portal_file()

    def run(self, *, break_off_after: int | None = None) -> list[Outcome]:
        """One run; broken off after so many outcomes, as by a crash."""
        outcomes = collect(
            self.portal,
            archive=self.archive,
            fetcher=self.site,  # type: ignore[arg-type]
            captures=self.captures,
            now=lambda: self.site.now,
        )
        return list(islice(outcomes, break_off_after))

    def days(self, count: int, *, a_day: int = 1, publish: bool = True) -> list[Outcome]:
        """Some days, each with its articles and one run."""
        outcomes = []
        for _ in range(count):
            self.site.now += timedelta(days=1)
            if publish:
                self.site.publish(a_day)
            outcomes += self.run()
        return outcomes

    def alarms(self) -> list[str]:
        return [one.kind for one in self.archive.standing_alarms("so")]

    def archived(self) -> set[int]:
        """The numbers of the articles that are in the archive."""
        unread = self.archive.template_of
        return {number for number in self.site.articles if unread(f"so:{number}") != "unread"}

    def wrong(self) -> list[str]:
        """The archived articles that do not say what was published."""
        found = []
        for number in sorted(self.archived() - set(self.site.odd)):
            article = self.site.articles[number]
            read = self.archive.article(f"so:{number}").article
            right = (article.title, article.day, article.paragraphs[-1] in read.text)
            if (read.title, read.published, True) != right:
                found.append(f"so:{number} {read.title!r} {read.published} {read.text[:60]!r}")
        return found


@contextmanager
def collecting(folder: Path) -> Iterator[Collector]:
    """A collector over a simulated portal, with the clock of the crawl in its hand."""
    site = SimulatedPortal()
    with Archive.open(folder / "archive.db", write=True) as archive:
        collector = Collector(folder, site, archive)
        with collector.captures:
            yield collector
