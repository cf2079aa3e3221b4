"""What tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from archived import writing
from littleportal import LittlePortal, serving

from scraper.archive.archive import Archive
from scraper.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Scraper = Callable[..., Said]


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal()) as portal:
        yield portal


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Archive, int]]:
    """An archive to fill and search, and a run begun in it."""
    with writing(tmp_path / "archive.db") as both:
        yield both


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a folder for portal files."""
    (tmp_path / "schedules").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCRAPER_ARCHIVE", raising=False)
    return tmp_path


@pytest.fixture
def scraper(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Scraper:
    """The `scraper` command, called in `desk`."""

    def call(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["scraper", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, out, err)

    return call


def write_portal_file(folder: Path, little: LittlePortal, *, cron: str = "7 * * * *") -> Path:
    """The portal file of a little portal, as a person would write it."""
    path = folder / "schedules" / "little.toml"
    path.write_text(
        f"""name = "little"
title = "Cổng thông tin nhỏ"
home = "{little.home}"
language = "vi"
timezone = "Asia/Ho_Chi_Minh"

[article]
match = "detail"
key = "id"

[[source]]
kind = "listing"
url = "{little.home}list?page={{page}}"
pages = 1

[schedule]
cron = "{cron}"

[fetch]
pace_seconds = 0
retries = 0
timeout_seconds = 10
allow_private = ["127.0.0.1:{little.port}"]
""",
        encoding="utf-8",
    )
    return path
