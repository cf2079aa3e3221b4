"""Articles as an archive gives them back, to be cited."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from archived import NOW, article, bare, save, writing

from scraper.archive.archive import StoredArticle, StoredPortal
from scraper.export.export import About
from scraper.records import Article, Attachment, Block, Figure

LAST_SEEN = NOW + timedelta(hours=10)  # 1 November, 18:00 in UTC: the 2nd in Vietnam
PORTAL = StoredPortal(
    name="demo",
    title="Cổng thông tin Bộ Sông hồ",
    home="https://www.songho.example/",
    formerly=(),
    language="vi",
    timezone="Asia/Ho_Chi_Minh",
    noted_at=NOW,
)
CONTROLS = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
SIGNS = "{}%&_\\~^#$\"'@<>=,"
# What no page should hold, and some do; by key.
NASTY: Mapping[str, Article] = {
    "empty": bare(""),
    "controls": article(f"Một{CONTROLS} hai", title=f"Đất{CONTROLS}", language="vi_VN!"),
    "signs": article(SIGNS, title=SIGNS, source=SIGNS, authors=(SIGNS,), tags=(SIGNS,), lead=SIGNS),
    "brace": bare("{ mở mà không đóng"),
    "long": bare("Đ" * 100_000, "\n\n".join(f"Đoạn {number}." for number in range(2_000))),
    "lines": bare("Một\nhai\r\nba\u2028bốn", blocks=(Block(kind="paragraph", text="a\nb"),)),
    "heading alone": bare("A", blocks=(Block(kind="heading", text="Đầu mục"),)),
    "table alone": bare("A", blocks=(Block(kind="table", text="a | b |  | c"),)),
    "item alone": bare("A", blocks=(Block(kind="item", text=""),)),
    "bad addresses": article(
        url="http://demo.example/a b{c}%zz[1]\\#x#y",
        figures=(Figure(image="::::", caption=None), Figure(image=None, caption="Chú\nthích")),
        attachments=(
            Attachment(url="javascript:alert(1)", title=None),
            Attachment(url="http://demo.example/Phụ lục.pdf", title="Phụ lục"),
        ),
    ),
    "Đ/x_y+&": bare("Tựa"),
}


@dataclass(frozen=True)
class Cited:
    """What a format is given."""

    articles: tuple[StoredArticle, ...]
    about: About

    def text(self, write: Callable[..., int]) -> str:
        """All of them, as `write` writes them."""
        out = io.StringIO(newline="")
        assert write(iter(self.articles), out, about=self.about) == len(self.articles)
        return out.getvalue()


def cited(
    folder: Path, articles: Mapping[str, Article], *, portal: StoredPortal | None = PORTAL
) -> Cited:
    """Articles by their keys, saved and read back; seen again at LAST_SEEN."""
    with writing(folder / "archive.db") as (archive, run):
        for key, read in articles.items():
            for now in (NOW, LAST_SEEN):
                save(archive, read, run=run, key=key, now=now)
        stored = tuple(archive.article(f"demo:{key}") for key in articles)
    return Cited(stored, about_of(folder, portals={"demo": portal} if portal else {}))


def about_of(folder: Path, **changes: Any) -> About:
    """What an export says of itself."""
    said: dict[str, Any] = {
        "query": '"đất đai" <&>',
        "archive": folder / "archive.db",
        "captures": folder / "archive.captures",
        "portals": {"demo": PORTAL},
        "program": "ministry-scraper 0.1.0",
        "exported_at": NOW,
    }
    return About(**(said | changes))


def growing(articles: Iterable[StoredArticle], out: TextIO) -> Iterable[StoredArticle]:
    """The articles, each given only when what was written of those before it has gone out."""
    before = -1
    for stored in articles:
        assert out.tell() > before
        before = out.tell()
        yield stored
