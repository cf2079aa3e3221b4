"""[[source]] kind = "webarchive": which archive is asked, for what, and which folder is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_portal_file import SMALLEST, faults, read

from scraper.records import Source

HEAD = '\n[[source]]\nkind = "webarchive"\n'


def only_source(folder: Path, keys: str) -> Source:
    (source,) = read(folder, HEAD + keys).sources
    return source


def test_the_wayback_machine_is_asked_for_the_home_page_and_all_below(tmp_path: Path) -> None:
    source = only_source(tmp_path, 'index = "wayback"')
    assert source.server == "https://web.archive.org"
    assert source.below == "https://bo.example.vn/"
    assert source.url == "https://web.archive.org/web/*/https://bo.example.vn/"
    assert (source.years, source.per_run) == ((1990, 2100), 1000)


def test_every_key_of_an_index_is_read(tmp_path: Path) -> None:
    source = only_source(
        tmp_path,
        'index = "commoncrawl"\nurl = "http://bo.example.vn/tin/"\nfrom = 2013\nto = 2019\n'
        'per_run = 50\nserver = "http://127.0.0.1:8000"',
    )
    assert source.index == "commoncrawl"
    assert source.below == "http://bo.example.vn/tin/"
    assert (source.years, source.per_run) == ((2013, 2019), 50)
    assert source.server == "http://127.0.0.1:8000"


def test_a_folder_is_taken_from_where_the_portal_file_lies(tmp_path: Path) -> None:
    source = only_source(tmp_path, 'folder = "copies"\nfrom = 2010')
    assert source.folder == str(tmp_path / "copies")
    assert source.url == (tmp_path / "copies").as_uri()
    assert source.index == "folder"


def test_both_archives_a_folder_and_a_list_may_stand_in_one_file(tmp_path: Path) -> None:
    portal = read(
        tmp_path,
        f'[[source]]{HEAD}index = "wayback"{HEAD}index = "commoncrawl"{HEAD}folder = "a"',
    )
    assert [source.kind for source in portal.sources] == ["listing", *["webarchive"] * 3]
    assert len({source.url for source in portal.sources}) == 4


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "[[source]] 1: says not where copies are"),
        ('index = "wayback"\nfolder = "a"', "folder: stands beside index; keep one of the two"),
        ('index = "archive.today"', 'index: is "archive.today"; it must be "wayback" or'),
        ('index = "wayback"\nfrom = 2019\nto = 2013', "from: is 2019, after to, which is 2013"),
        ('index = "wayback"\nfrom = "2019"', "from: is a string"),
        ('folder = "a"\nper_run = 5', "per_run: is for an index"),
        ('index = "wayback"\npages = 5', "pages: is for kind ="),
        ('index = "wayback"\nserver = "archive"', "server: "),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, keys: str, said: str) -> None:
    assert said in faults(tmp_path, SMALLEST + HEAD + keys)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    said = faults(tmp_path, SMALLEST + HEAD + "from = 2019\nto = 2013\nper_run = 0")
    for fault in ("says not where copies are", "from: is 2019", "per_run: is 0"):
        assert fault in said
