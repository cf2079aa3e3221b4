"""Sitemaps: what is read as one, which files of an index are asked for, what is told."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from getting import FETCHED_AT, HOME, Shelf, made_portal, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.discovery import sitemap_files, sitemaps
from scraper.discovery.sources import ListPage, discover
from scraper.errors import BadStatus, NotAsked, PageError, SourceError, Unreachable
from scraper.records import Capture, Ground, Link, Portal, Source

packed = partial(gzip.compress, mtime=0)  # without the time: a test's name must not change

MAP = HOME + "sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def walk(
    pages: Mapping[str, str | bytes | PageError] | Shelf,
    *,
    portal: Portal | None = None,
    settled_at: datetime | None = None,
) -> list[ListPage]:
    shelf = pages if isinstance(pages, Shelf) else Shelf(pages)
    source = Source(kind="sitemap", url=MAP, pages=0)
    ground = Ground(settled_at=settled_at)
    return list(discover(source, portal or made_portal(), get=shelf, ground=ground))


def links_of(body: str | bytes, *, portal: Portal | None = None) -> list[Link]:
    return [link for page in walk({MAP: body}, portal=portal) for link in page.links]


def keys_of(body: str | bytes) -> list[str]:
    return [link.key for link in links_of(body)]


def url(number: int, lastmod: str | None = None) -> str:
    said = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{HOME}ct?id={number}</loc>{said}</url>"


def urlset(*urls: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}<urlset {NAMESPACE}>{''.join(urls)}</urlset>"


def index(**files: str | None) -> str:
    rows = "".join(
        f"<sitemap><loc>{HOME}{name}.xml</loc>"
        + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")
        + "</sitemap>"
        for name, lastmod in files.items()
    )
    return f"<sitemapindex {NAMESPACE}>{rows}</sitemapindex>"


def file(name: str) -> str:
    return f"{HOME}{name}.xml"


# --- what is read ------------------------------------------------------------------------------


PLAIN = urlset(url(1), url(2))


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        PLAIN.replace(NAMESPACE, ""),
        PLAIN.replace(NAMESPACE, 'xmlns="http://www.google.com/schemas/sitemap/0.84"'),
        PLAIN.replace("<url", "<s:url").replace("</url", "</s:url"),
        "\ufeff" + PLAIN,
        "\n\n  " + PLAIN,
        PLAIN.encode("utf-16"),
        PLAIN.replace("UTF-8", "utf-16"),
        PLAIN.replace("UTF-8", "no-such"),
        PLAIN.replace(HOME, "/"),
        PLAIN.replace("<loc>", "<loc>\n   ").replace("</loc>", "\n </loc>"),
        PLAIN.replace("<loc>", "<loc><![CDATA[").replace("</loc>", "]]></loc>"),
        PLAIN.replace("ct?", "ct?a=1&"),
        PLAIN.replace("ct?", "ct?a=1&amp;"),
        PLAIN.replace("</loc>", "</loc><image:image><image:loc>/ct?id=9</image:loc></image:image>"),
        PLAIN.replace("<url", "<URL").replace("</url", "</URL").replace("loc>", "LOC>"),
        packed(PLAIN.encode()),
        packed(packed(PLAIN.encode())),
        packed(PLAIN[:60].encode()) + packed(PLAIN[60:].encode()),
        packed(PLAIN.encode()) + b"\0\0padding",
        f"{HOME}ct?id=1\r\n\r\n{HOME}ct?id=2\r\n",
        f"\ufeff# Sơ đồ\n{HOME}ct?id=1\n{HOME}ct?id=2",
        packed(f"{HOME}ct?id=1\n{HOME}ct?id=2".encode()),
        f"<rss version='2.0'><channel><item><link>{HOME}ct?id=1</link></item>"
        f"<item><link>{HOME}ct?id=2</link></item></channel></rss>",
        packed(
            f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='{HOME}ct?id=1'/></entry>"
            f"<entry><link href='{HOME}ct?id=2'/></entry></feed>".encode()
        ),
    ],
)  # fmt: skip
def test_the_addresses_of_a_sitemap_are_links_in_its_order(body: str | bytes) -> None:
    assert keys_of(body) == ["1", "2"]


def test_only_addresses_of_articles_of_this_portal_are_taken() -> None:
    body = urlset(
        url(1),
        f"<url><loc>{HOME}</loc></url>",
        f"<url><loc>{HOME}gioi-thieu</loc></url>",
        f"<url><loc>{HOME}anh?id=3.jpg</loc></url>",
        "<url><loc>https://khac.example.vn/ct?id=4</loc></url>",
        "<url><loc>http://[broken/ct?id=5</loc></url>",
        "<url><loc>javascript:void(6)</loc></url>",
        "<url><lastmod>2024-01-01</lastmod></url>",
    )
    assert keys_of(body) == ["1"]


def test_match_decides_where_it_is_given() -> None:
    body = urlset(url(1), f"<url><loc>{HOME}gioi-thieu</loc></url>")
    links = links_of(body, portal=made_portal(match="gioi-thieu"))
    assert [link.url for link in links] == [HOME + "gioi-thieu"]


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    (link,) = links_of(
        f"""<urlset {NAMESPACE} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>
        <loc>{HOME}tin/hop-bao</loc><news:news><news:publication><news:name>Bộ</news:name>
        <news:language>vi</news:language></news:publication>
        <news:publication_date>2026-02-28T08:30:00+07:00</news:publication_date>
        <news:title>Họp báo &amp;quot;thường kỳ&amp;quot;</news:title></news:news></url></urlset>"""
    )
    assert link.title == 'Họp báo "thường kỳ"'
    assert link.published == datetime(2026, 2, 28, 1, 30, tzinfo=UTC)
    assert link.url == HOME + "tin/hop-bao"


def test_lastmod_is_when_a_link_was_changed() -> None:
    body = urlset(
        url(1, "2026-02-27T10:00:00+07:00"), url(2, "2026-02-26"), url(3, "rác"), url(4),
        url(5, "2031-01-01"), url(6, "0001-01-01T00:00:00Z"),
    )  # fmt: skip
    assert [link.modified for link in links_of(body)] == [
        datetime(2026, 2, 27, 3, tzinfo=UTC),
        datetime(2026, 2, 26, 16, 59, 59, tzinfo=UTC),  # the end of that day in Việt Nam
        None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lastmods",
    [
        ["2026-03-01T01:59:00Z"] * 10,
        [f"2026-03-01T01:59:{second}Z" for second in range(10, 20)],
        ["2026-03-01"] * 10,
        ["2025-01-01"] * 10,
        ["2026-03-01"] * 9 + ["2019-01-01"],
    ],
)
def test_lastmods_that_are_all_alike_are_not_believed(lastmods: list[str]) -> None:
    links = links_of(urlset(*(url(number, said) for number, said in enumerate(lastmods))))
    assert {link.modified for link in links} == {None}


def test_a_large_sitemap_comes_in_pages_of_five_hundred() -> None:
    pages = walk({MAP: urlset(*(url(number) for number in range(1, 1202)))})
    assert [len(page.links) for page in pages] == [500, 500, 201]
    assert [page.number for page in pages] == [1, 2, 3]
    assert not any(page.in_order for page in pages)


def test_the_memory_of_a_walk_does_not_grow_with_the_addresses() -> None:
    def peak_bytes(count: int) -> int:
        body = urlset(*(url(number, "2026-01-01T10:00:00Z") for number in range(count)))
        shelf = Shelf({MAP: packed(body.encode())})
        tracemalloc.start()
        pages = discover(Source(kind="sitemap", url=MAP), made_portal(), get=shelf)
        assert sum(len(page.links) for page in pages) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(300)  # what is made once only, and is remembered of addresses
    assert peak_bytes(1_000) - peak_bytes(300) < 700 * 900  # links kept: 2,000 each


# --- an index ----------------------------------------------------------------------------------


def test_the_files_of_an_index_are_walked_newest_first() -> None:
    pages = walk(
        {
            MAP: index(a="2024-01-01", b=None, c="2026-01-01T00:00:00Z", d="2025-01-01"),
            **{file(name): urlset(url(number)) for number, name in enumerate("abcd", start=1)},
        }
    )
    assert [page.url for page in pages] == [file(name) for name in "cdab"]
    assert [page.number for page in pages] == [1, 2, 3, 4]


def test_an_index_in_an_index_is_walked_and_one_that_names_itself_ends() -> None:
    shelf = Shelf(
        {MAP: index(nam=None, sitemap=None), file("nam"): index(a=None, nam=None),
         file("a"): urlset(url(1))}
    )  # fmt: skip
    assert [page.links[0].key for page in walk(shelf)] == ["1"]
    assert shelf.asked == [MAP, file("nam"), file("a")]


def test_indexes_without_end_are_left_at_the_fourth() -> None:
    endless: dict[str, str | bytes | PageError] = {MAP: index(m0=None)}
    endless |= {file(f"m{depth}"): index(**{f"m{depth + 1}": None}) for depth in range(50)}
    shelf = Shelf(endless)
    with pytest.raises(SourceError, match="no deeper one is read"):
        walk(shelf)
    assert len(shelf.asked) == 5


def test_an_index_of_too_many_files_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_FILES", 3)
    pages = {file(f"m{number}"): urlset(url(number)) for number in range(5)}
    with pytest.raises(SourceError, match="names more than 3 files"):
        walk({MAP: index(**{f"m{number}": None for number in range(5)}), **pages})


def test_a_file_on_another_host_is_not_asked_for() -> None:
    elsewhere = index(a=None).replace(HOME, "http://169.254.169.254/")
    shelf = Shelf({MAP: elsewhere})
    with pytest.raises(SourceError, match="lie on other hosts"):
        walk(shelf)
    assert shelf.asked == [MAP]


def test_a_broken_file_keeps_no_other_from_being_read_and_is_told_at_the_end() -> None:
    pages: list[ListPage] = []
    shelf = Shelf(
        {
            MAP: index(a="2026-01-03", b="2025-01-02", c="2024-01-01"),
            file("a"): urlset(url(1), url(2))[:-40],
            file("b"): Unreachable("no answer", url=file("b")),
            file("c"): urlset(url(3)),
        }
    )
    with pytest.raises(SourceError, match=r"2 of 4 files could not be read: .*/a\.xml: is broken"):
        for page in discover(Source(kind="sitemap", url=MAP), made_portal(), get=shelf):
            pages.append(page)
    assert [link.key for page in pages for link in page.links] == ["1", "3"]


def test_what_a_broken_index_names_before_it_breaks_off_is_read() -> None:
    shelf = Shelf({MAP: index(a=None, b=None)[:-40], file("a"): urlset(url(1))})
    with pytest.raises(SourceError, match=r"1 of 2 files could not be read: .*sitemap.xml: is bro"):
        walk(shelf)
    assert shelf.asked == [MAP, file("a")]


def test_a_file_that_is_not_there_is_an_empty_one() -> None:
    assert len(walk({MAP: index(a=None, b=None), file("b"): urlset(url(1))})) == 1


def test_an_index_of_which_no_file_is_there_is_told() -> None:
    with pytest.raises(SourceError, match=r"2 of 3 files could not be read"):
        walk({MAP: index(a=None, b=None)})


def test_a_host_that_is_left_alone_ends_the_walk() -> None:
    with pytest.raises(NotAsked):
        walk({MAP: index(a=None), file("a"): NotAsked("rests", url=file("a"))})


# --- later runs --------------------------------------------------------------------------------


def asked_later(lastmods: Mapping[str, str | None], *, settled_at: datetime) -> list[str]:
    shelf = Shelf(
        {MAP: index(**lastmods), **{file(name): urlset(url(1)) for name in lastmods}}
    )  # fmt: skip
    walk(shelf, settled_at=settled_at)
    return [name for name in lastmods if file(name) in shelf.asked]


def test_a_file_that_is_older_than_the_last_whole_walk_is_not_asked_for_again() -> None:
    lastmods = {
        "old": "2025-02-01",
        "older": "2019",
        "new": "2026-02-28T23:00:00Z",
        "ahead": "2031-01-01",
        "rubbish": "hôm qua",
        "none": None,
        "within_a_day": "2026-02-28T10:00:00+07:00",
    }
    assert asked_later(lastmods, settled_at=FETCHED_AT - timedelta(minutes=5)) == [
        "new", "ahead", "rubbish", "none", "within_a_day",
    ]  # fmt: skip


def test_every_file_is_looked_at_again_once_in_thirty_days() -> None:
    lastmods = {f"m{number}": f"20{number + 10}-02-01" for number in range(12)}
    asked: list[str] = []
    for day in range(30):
        at = FETCHED_AT + timedelta(days=day)
        shelf = Shelf({MAP: index(**lastmods), **{file(n): urlset(url(1)) for n in lastmods}})
        walk_at(shelf, now=at, settled_at=at - timedelta(days=1))
        asked += [address for address in shelf.asked if address != MAP]
    assert sorted(asked) == sorted(file(name) for name in lastmods)


def walk_at(shelf: Shelf, *, now: datetime, settled_at: datetime) -> None:
    def page_of(url: str) -> Capture:
        return replace(shelf(url), fetched_at=now)

    source = Source(kind="sitemap", url=MAP, pages=0)
    ground = Ground(settled_at=settled_at)
    list(discover(source, made_portal(), get=plain(page_of), ground=ground))


def test_files_whose_lastmods_are_all_alike_are_all_asked_for() -> None:
    lastmods: dict[str, str | None] = {f"m{number}": "2020-01-01" for number in range(6)}
    assert len(asked_later(lastmods, settled_at=FETCHED_AT)) == 6


# --- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty, but a sitemap was expected"),
        ("  \n ", "is empty, but a sitemap was expected"),
        ("<!DOCTYPE html><html><body>404</body></html>", "is an HTML page"),
        ('{"error": 1}', "neither XML nor addresses"),
        (b"%PDF-1.4 \x00\xff", "neither XML nor addresses"),
        ("<opml><body/></opml>", "its first element is <opml>"),
        ("<urlset><url>", "is broken"),
        (packed(PLAIN.encode())[:-20], "is packed, and damaged"),
        (b"\x1f\x8bnonsense", "is packed, and damaged"),
        (urlset(f"<url><loc>{HOME}gioi-thieu</loc></url>"), "has 1 addresses, but none is an"),
    ],
)
def test_what_is_no_sitemap_is_told(body: str | bytes, said: str) -> None:
    with pytest.raises(SourceError) as wrong:
        walk({MAP: body})
    assert said in wrong.value.reason


def test_a_sitemap_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(BadStatus):
        walk({})


def test_an_empty_sitemap_is_a_page_without_links_or_none() -> None:
    assert [page.links for page in walk({MAP: urlset()})] in ([], [()])


# --- hostile input -----------------------------------------------------------------------------


def test_entities_are_not_spelled_out() -> None:
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
    )
    head = f'<!DOCTYPE u [{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = urlset(url(1), f"<url><loc>{HOME}ct?id=2&l11;&f;</loc></url>", head=head)
    links = links_of(body)
    assert links[0].key == "1"
    assert all(len(link.url) < 100 for link in links)


def test_a_bomb_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap_files, "LARGEST_BYTES", 1_000_000)
    bomb = packed(b"<urlset>" + b" " * 50_000_000)
    with pytest.raises(SourceError, match="is larger than 1,000,000 bytes when unpacked"):
        walk({MAP: bomb})


def test_more_addresses_than_a_sitemap_may_have_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap_files, "MOST_ENTRIES", 10)
    for body in (urlset(*(url(n) for n in range(11))), f"{HOME}ct?id=1\n" * 11):
        with pytest.raises(SourceError, match="has more than 10 addresses"):
            walk({MAP: body})


@pytest.mark.parametrize("body", ["<urlset>" + "<url>" * 50_000, "<a " * 50_000, "<!--" * 50_000])
def test_deep_and_open_markup_is_harmless(body: str) -> None:
    with pytest.raises(SourceError):
        walk({MAP: body})


PIECES = st.sampled_from(
    [
        "<urlset>", "</urlset>", "<sitemapindex>", "<url>", "</url>", "<loc>", "</loc>",
        "<sitemap>",
        "</sitemap>", "<lastmod>", "</lastmod>", HOME, "ct?id=1", "&", "&amp;", "&x;", "2024-01-01",
        "9999-12-31", "0000-00-00T99:99:99+99:99", "<![CDATA[", "]]>", "<!--", "-->", "\0", "\n",
        "<news:news>", "<news:title>", "</news:title>", "<?xml version='1.0' encoding='utf-16'?>",
        "<!DOCTYPE a [", "]>", "\ufeff", "<rss><channel><item><link>", "http://[", "/Date(1)/",
        "http://\u0110/", "%zz", "\x1f\x8b", "12/31/2024", "é",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, max_size=25).map("".join).map(str.encode)
    | st.binary(max_size=200)
    | st.binary(max_size=80).map(lambda some: packed(some) + some)
)
def test_any_bytes_are_a_sitemap_or_are_told(body: bytes) -> None:
    try:
        pages = walk({MAP: body, **{file(name): body for name in "ab"}})
    except (SourceError, PageError):
        return
    for page in pages:
        for link in page.links:
            assert link.modified is None or link.modified.tzinfo is not None
            assert link.published is None or isinstance(link.published, date)
