"""`scraper add`, and portal files with only name and home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Scraper
from invented_families import Numbers, Paths
from invented_portal import Invented, Piece, pieces, serving

from scraper.archive.archive import Archive
from scraper.cli_add import name_from


@pytest.fixture
def paths() -> object:
    with serving(Paths(articles=pieces(20))) as served:
        yield served


def add(scraper: Scraper, served: Invented, *words: str) -> object:
    return scraper(
        "add", served.home, "--name", "song", "--pace", "0", "--allow-private", served.host, *words
    )


def bare_file(desk: Path, served: Invented) -> Path:
    path = desk / "schedules" / "song.toml"
    path.write_text(
        f'name = "song"\nhome = "{served.home}"\n\n[fetch]\npace_seconds = 0\nretries = 0\n'
        f'allow_private = ["{served.host}"]\n',
        encoding="utf-8",
    )
    return path
