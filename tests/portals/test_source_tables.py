"""The [[source]] tables of sitemaps, JSON lists and numbers: what is read, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import PortalFileError
from scraper.portals.portal_file import read_portal
from scraper.records import Source

HOME = "https://bo.example.vn/"


def source(folder: Path, table: str) -> Source:
    path = folder / "bo.toml"
    path.write_text(f'name = "bo"\nhome = "{HOME}"\n[[source]]\n{table}\n', encoding="utf-8")
    (only,) = read_portal(path).sources
    return only


def test_a_sitemap_has_an_address_only(tmp_path: Path) -> None:
    read = source(tmp_path, f'kind = "sitemap"\nurl = "{HOME}sitemap.xml"')
    assert read == Source(kind="sitemap", url=HOME + "sitemap.xml", pages=0)


def test_an_api_needs_no_more_than_its_address(tmp_path: Path) -> None:
    read = source(tmp_path, f'kind = "api"\nurl = "{HOME}api?trang={{page}}"')
    assert read == Source(kind="api", url=HOME + "api?trang={page}")


def test_every_key_of_an_api_is_read(tmp_path: Path) -> None:
    read = source(
        tmp_path,
        f"""kind = "api"
url = "{HOME}api?từ={{offset}}"
pages = 3
items = "data.rows[0]"
address = "/tin/{{seo.slug}}-{{id}}.html"
title = "ten"
published = "ngay"
first = 0
""",
    )
    assert read == Source(
        kind="api",
        url=HOME + "api?t%E1%BB%AB={offset}",
        pages=3,
        items="data.rows[0]",
        address="/tin/{seo.slug}-{id}.html",
        title="ten",
        published="ngay",
        first=0,
    )


def test_every_key_of_a_numbering_is_read(tmp_path: Path) -> None:
    table = f'kind = "numbering"\nurl = "{HOME}tin-{{id}}.html"'
    assert source(tmp_path, table) == Source(
        kind="numbering", url=HOME + "tin-{id}.html", pages=0, first=1
    )
    read = source(tmp_path, table + "\nfirst = 7\nlast = 9\ngap = 3")
    assert (read.first, read.last, read.gap) == (7, 9, 3)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "sitemap"', "url: is missing; write the address of the sitemap"),
        ('kind = "sitemap"\nurl = "HOME{page}"', "url: of a sitemap cannot hold {page}"),
        ('kind = "sitemap"\nurl = "HOME"\npages = 3', '"sitemap" has url'),
        ('kind = "api"', "url: is missing; write the address that answers with JSON"),
        ('kind = "api"\nurl = "HOME?a={page}&b={offset}"', "holds two of {page}, {offset}"),
        ('kind = "api"\nurl = "HOME?a={trang}"', "known are {page}, {offset}, {cursor}"),
        ('kind = "api"\nurl = "https://{cursor}.vn/"', "holds {cursor} in the host"),
        ('kind = "api"\nurl = "HOME?a={page}"\ncursor = "x"', "cannot stand beside {page}"),
        ('kind = "api"\nurl = "HOME?a={cursor}"\nfirst = 1', "first: needs {page} or {offset}"),
        (
            'kind = "api"\nurl = "HOME"\nitems = "$.data"',
            'write names parted by dots: "data.items"',
        ),
        ('kind = "api"\nurl = "HOME"\nitems = "data..rows"', "is no path"),
        ('kind = "api"\nurl = "HOME"\naddress = "HOMEtin"', "holds no path; write it in braces"),
        ('kind = "api"\nurl = "HOME"\naddress = "HOME{id"', "has a brace too many"),
        ('kind = "api"\nurl = "HOME"\naddress = "HOME{}"', "has empty braces; write a path"),
        ('kind = "sitemap"\nurl = "sitemap.xml"', 'write "https://bo.example.vn/sitemap.xml"'),
        ('kind = "feed"\nurl = "/rss"', 'write "https://bo.example.vn/rss"'),
        ('kind = "feed"\nurl = "tin.example.vn/rss"', 'write "https://tin.example.vn/rss"'),
        ('kind = "api"\nurl = "ds?p={page}"', 'write "https://bo.example.vn/ds?p={page}"'),
        (
            'kind = "numbering"\nurl = "HOME{id}"\nfirst = -1',
            "must be 0 or more, and at most 1,000,000,000,000,000",
        ),
        ('kind = "api"\nurl = "HOME"\naddress = "https://{host}/x"', "holds a path in the host"),
        (
            'kind = "api"\nurl = "HOME"\naddress = "ftp://a.vn/{id}"',
            "is not an http:// or https://",
        ),
        ('kind = "api"\nurl = "HOME"\nnext = "a"', 'next: is for kind = "listing"'),
        ('kind = "numbering"', "url: is missing; write the address of an article with {id}"),
        ('kind = "numbering"\nurl = "HOMEtin-1"', "does not hold {id}"),
        ('kind = "numbering"\nurl = "https://{id}.vn/"', "holds {id} in the host"),
        ('kind = "numbering"\nurl = "HOME{id}{page}"', "the number of the article is written {id}"),
        ('kind = "numbering"\nurl = "HOME{id}"\nfirst = 9\nlast = 8', "which is before first (9)"),
        ('kind = "numbering"\nurl = "HOME{id}"\ngap = 0', "gap: is 0; it must be 1 or more"),
        ('kind = "numbering"\nurl = "HOME{id}"\nfirst = "1"', "first: is a string"),
    ],
)
def test_a_fault_is_told_with_what_would_be_right(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(PortalFileError) as refused:
        source(tmp_path, table.replace("HOME", HOME))
    assert said in str(refused.value)
