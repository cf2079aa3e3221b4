"""The same story elsewhere: pairs, families, frames, originals."""

from __future__ import annotations

import random
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archived import NOW, bare, save, writing

from scraper.archive.archive import Archive, Family, StoredPortal
from scraper.archive.families import portal_named
from scraper.archive.wording import fingerprint, likeness, runs_of, words_of
from scraper.portals.cron import read_cron
from scraper.records import Article, Portal

SYLLABLES = [
    "đất",
    "đai",
    "nước",
    "sông",
    "hồ",
    "đê",
    "điều",
    "rừng",
    "biển",
    "lúa",
    "ngô",
    "khoai",
    "cầu",
    "đường",
    "trường",
    "lớp",
    "thầy",
    "trò",
    "bệnh",
    "viện",
    "thuốc",
    "y",
    "tế",
    "xã",
    "huyện",
    "tỉnh",
    "thôn",
    "bản",
    "làng",
    "chợ",
    "phố",
    "nhà",
    "máy",
    "điện",
    "gió",
    "mặt",
    "trời",
    "quy",
    "hoạch",
    "kế",
    "hoạch",
    "đầu",
    "tư",
    "vốn",
    "vay",
    "lãi",
    "suất",
    "ngân",
    "hàng",
    "kho",
    "bạc",
    "thuế",
    "phí",
    "lệ",
    "hội",
    "nghị",
    "thảo",
    "luận",
    "báo",
    "cáo",
    "kết",
    "quả",
    "kiểm",
    "tra",
    "giám",
    "sát",
    "thanh",
    "tra",
    "xử",
    "lý",
    "vi",
    "phạm",
    "phạt",
    "tiền",
    "khen",
    "thưởng",
    "kỷ",
    "luật",
    "cán",
    "bộ",
    "công",
    "chức",
    "viên",
    "chức",
]
Opened = tuple[Archive, int]


def text(seed: str, paragraphs: int = 4, words: int = 40) -> str:
    """A made-up text, another for each seed."""
    drawn = random.Random(seed)
    return "\n\n".join(
        " ".join(drawn.choices(SYLLABLES, k=words)).capitalize() + "." for _ in range(paragraphs)
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Opened]:
    with writing(path) as both:
        yield both


def keep(opened: Opened, *bodies: str, portal: str = "demo", start: int = 1) -> None:
    """Save articles under the keys 1, 2, ... of a portal."""
    archive, run = opened
    for number, body in enumerate(bodies, start):
        read = bare(f"Tin số {number}", body)
        save(archive, read, run=run, key=str(number), portal=portal, now=NOW + timedelta(number))


def members(archive: Archive, id: str) -> list[str]:
    family = archive.family(id)
    return [one.id for one in family.members] if family else []


def test_a_copied_text_with_another_lead_is_of_the_family(opened: Opened) -> None:
    keep(opened, text("a"), text("b"))
    keep(opened, text("lead", 1) + "\n\n" + text("a"), portal="other")
    archive, _ = opened
    assert members(archive, "other:1") == members(archive, "demo:1") == ["demo:1", "other:1"]
    assert archive.family("demo:2") is None


def test_a_cut_text_says_how_much_of_each_is_shared(opened: Opened) -> None:
    whole = text("a", 6)
    keep(opened, whole, "\n\n".join(whole.split("\n\n")[:3]))
    family = opened[0].family("demo:2")
    assert family is not None
    first, second = family.members
    assert first.of_member == pytest.approx(0.5, abs=0.02)
    assert first.of_asked == pytest.approx(1.0)
    assert (second.of_member, second.of_asked) == (None, None)


def test_a_merged_text_shows_both_that_it_was_made_of_and_they_stay_apart(opened: Opened) -> None:
    keep(opened, text("a"), text("b"), text("a") + "\n\n" + text("b"))
    archive, _ = opened
    assert members(archive, "demo:3") == ["demo:1", "demo:2", "demo:3"]
    assert "demo:2" not in members(archive, "demo:1")


def test_spelling_marks_and_case_do_not_part_copies(opened: Opened) -> None:
    typed = text("a")
    keep(opened, typed, unicodedata.normalize("NFD", typed.upper()))
    assert members(opened[0], "demo:1") == ["demo:1", "demo:2"]


def test_other_texts_in_the_frame_of_one_portal_are_no_family(opened: Opened) -> None:
    frame = text("frame", 3)
    keep(opened, *(text(f"own {number}", 2) + "\n\n" + frame for number in range(8)))
    archive, _ = opened
    assert [archive.family(f"demo:{number}") for number in range(1, 9)] == [None] * 8


def test_a_frame_that_was_taken_for_a_copy_is_taken_back_once_it_is_known(
    opened: Opened, path: Path
) -> None:
    frame = text("frame", 10)  # nearly all of each text
    keep(opened, *(text(f"own {number}", 1, 30) + "\n\n" + frame for number in range(2)))
    archive, _ = opened
    assert members(archive, "demo:1") == ["demo:1", "demo:2"]
    keep(opened, text("own 3", 1, 30) + "\n\n" + frame, start=3)
    assert [archive.family(f"demo:{number}") for number in (1, 2, 3)] == [None] * 3
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT words FROM compared").fetchall() == [(30,)] * 3


def test_the_next_report_by_the_same_form_is_no_copy(opened: Opened) -> None:
    def report(seed: int) -> str:
        drawn = random.Random(seed)
        parts = text("form", 8, 30).lower().split()
        for place in range(8, len(parts), 9):
            parts[place] = str(drawn.randrange(100, 99_999))
        return " ".join(parts)

    keep(opened, report(1), report(2))
    assert opened[0].family("demo:1") is None


def test_an_edit_leaves_a_family_and_joins_another(opened: Opened) -> None:
    keep(opened, text("a"), text("a"), text("b"))
    archive, run = opened
    save(archive, bare("Tin", text("b")), run=run, key="1", now=NOW + timedelta(9))
    assert archive.family("demo:2") is None
    assert members(archive, "demo:1") == ["demo:1", "demo:3"]


def test_who_is_left_when_the_first_leaves_is_still_a_family(opened: Opened) -> None:
    keep(opened, text("a"), text("a"), text("a"))
    archive, run = opened
    save(archive, bare("Tin", text("c")), run=run, key="1", now=NOW + timedelta(9))
    family = archive.family("demo:3")
    assert family is not None
    assert family.first == "demo:2"


def test_short_texts_are_not_compared(opened: Opened) -> None:
    keep(opened, "Tin ảnh của hội nghị.", "Tin ảnh của hội nghị.")
    assert opened[0].family("demo:1") is None


def test_an_article_read_again_without_a_change_stays_in_its_family(opened: Opened) -> None:
    keep(opened, text("a"), text("a"))
    keep(opened, text("a"), text("a"))
    assert members(opened[0], "demo:1") == ["demo:1", "demo:2"]


# --- originals ---------------------------------------------------------------------------------

PORTALS = {
    name: StoredPortal(
        name=name,
        title=title,
        home=f"https://www.{name}.gov.vn/",
        formerly=formerly,
        language="vi",
        timezone="Asia/Ho_Chi_Minh",
        noted_at=NOW,
    )
    for name, title, formerly in (
        ("moit", "Bộ Công Thương", ()),
        ("press", "Báo Công Thương", ()),
        ("mae", "Bộ Nông nghiệp và Môi trường", ("monre.gov.vn",)),
        ("bare", None, ()),
    )
}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Theo Bộ Công Thương", "moit"),
        ("Theo BÁO CÔNG THƯƠNG điện tử", "press"),
        ("Báo Cong Thuong", "press"),
        ("Nguồn: moit.gov.vn", "moit"),
        ("monre.gov.vn", "mae"),
        ("Cổng thông tin Bộ Nông nghiệp và Môi trường (mae.gov.vn).", "mae"),
        ("TTXVN", None),
        ("bare", "bare"),
        ("barely", None),
        (None, None),
        ("demo.gov.vn", None),
    ],
)
def test_a_source_line_names_a_portal_by_host_name_or_title(
    source: str | None, name: str | None
) -> None:
    assert portal_named(source, PORTALS, own="demo") == name


def test_a_portal_that_names_itself_is_no_original_elsewhere() -> None:
    assert portal_named("Bộ Công Thương", PORTALS, own="moit") is None


def portal(name: str, title: str) -> Portal:
    return Portal(
        name=name,
        title=title,
        home=f"http://{name}.example/",
        cron=read_cron("7 * * * *"),
    )


def saved_copies(opened: Opened, article: Article) -> Family:
    archive, run = opened
    for name, title in (("demo", "Cổng thông tin tỉnh Vĩnh Sa"), ("press", "Báo Suối Vàng")):
        archive.note_portal(portal(name, title), now=NOW)
    save(archive, article, run=run, key="1")
    save(archive, replace(article, source=None), run=run, key="7", portal="press")
    family = archive.family("demo:1")
    assert family is not None
    return family


def test_the_original_is_the_article_of_the_portal_that_the_source_line_names(
    opened: Opened,
) -> None:
    family = saved_copies(opened, bare("Tin", text("a"), source="Theo báo Suối Vàng"))
    assert (family.first, family.original) == ("demo:1", "press:7")
    assert (family.original_portal, family.source) == ("press", "Theo báo Suối Vàng")


def test_without_a_source_line_only_the_first_seen_is_named(opened: Opened) -> None:
    family = saved_copies(opened, bare("Tin", text("a")))
    assert (family.first, family.original, family.original_portal) == ("demo:1", None, None)


# --- wording -----------------------------------------------------------------------------------


def test_fingerprints_are_the_same_on_every_machine() -> None:
    """They stand in archives: a change here needs a migration that makes them anew."""
    assert fingerprint(words_of(text("a")), size=3) == [
        13449825208804,
        21346516563316,
        63771744780440,
    ]


def test_likeness_counts_words_in_common_runs() -> None:
    one, other = words_of("a b c d e f g h"), words_of("x a b c d e y 5 6 7")
    like = likeness(runs_of(one), other)
    assert like
    assert (like.shared, like.of_this, like.of_other) == (5, 5 / 8, 5 / 10)
    assert (like.stretch, like.numbers) == (5.0, None)


def test_the_share_of_numbers_is_of_the_text_with_fewer() -> None:
    one, other = words_of("1 2 3 4 5"), words_of("3 4 5 6")
    like = likeness(runs_of(one), other, fewest=0)
    assert like
    assert like.numbers == 3 / 4


def test_short_gaps_between_common_runs_are_covered_by_none_but_their_own_words() -> None:
    one = words_of("a b c d e x f g h i k l")
    other = words_of("a b c d e y f g h i k l")
    like = likeness(runs_of(one), other)
    assert like
    assert (like.shared, like.stretch) == (11, 5.5)


def test_too_little_in_common_is_no_likeness() -> None:
    one, other = words_of("a b c d e f 1 2 3"), words_of("4 5 6 a b c d e f")
    assert likeness(runs_of(one), other, fewest=7) is None
    assert likeness(runs_of(one), other, fewest=6)


# --- what a strict reading found ---------------------------------------------------------------


def test_a_paragraph_that_stands_twice_in_a_text_is_no_paragraph_beside(opened: Opened) -> None:
    line = text("p", 1, 60)
    archive, run = opened
    save(archive, bare("Tin", line, lead=line), run=run, key="1")
    save(archive, bare("Tin", line + "\n\n" + text("q", 1, 40)), run=run, key="2")
    assert archive.article("demo:2").article.body.startswith(line)


def test_two_stories_are_parted_when_the_text_that_held_both_is_edited(opened: Opened) -> None:
    both = text("a") + "\n\n" + text("b")
    keep(opened, both, text("a"), text("b"))
    archive, run = opened
    save(archive, bare("Tin", text("c")), run=run, key="1", now=NOW + timedelta(9))
    assert [archive.family(f"demo:{number}") for number in (1, 2, 3)] == [None] * 3
    assert archive.select("SELECT count(family) FROM articles", {})[0][0] == 0


def test_reprints_in_one_frame_are_families_of_their_own(opened: Opened) -> None:
    frame = text("frame", 5, 30)
    own = [text(seed, 1, 40) for seed in "aabbcde"]
    keep(opened, *(one + "\n\n" + frame for one in own))
    families = [row[0] for row in opened[0].select("SELECT family FROM articles", {})]
    assert families == [1, 1, 3, 3, None, None, None]


def test_who_shares_little_is_listed_and_of_no_family(opened: Opened) -> None:
    shared = text("shared", 2, 60)
    keep(opened, shared + "\n\n" + text("a", 2, 70))
    keep(opened, shared + "\n\n" + text("b", 2, 70), portal="other")
    archive, _ = opened
    assert members(archive, "demo:1") == ["demo:1", "other:1"]
    assert archive.select("SELECT count(family) FROM articles", {})[0][0] == 0
