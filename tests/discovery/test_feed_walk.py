"""Feeds: their entries as links, and what is no feed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
from getting import made_capture, plain

from scraper.discovery.sources import discover
from scraper.errors import BadStatus, SourceError
from scraper.portals.portal_file import DEFAULT_CRON, read_cron
from scraper.records import ArticleRule, Capture, Link, Portal, Source

HOME = "https://bo.example.vn/"
FEED = HOME + "rss/tin.rss"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def portal(match: str | None = None) -> Portal:
    return Portal(
        name="bo",
        home=HOME,
        timezone="Asia/Ho_Chi_Minh",
        cron=read_cron(DEFAULT_CRON),
        article=ArticleRule(match=re.compile(match) if match else None, key_parameter="id"),
    )


def links_of(
    body: str | bytes, *, match: str | None = None, content_type: str = "application/rss+xml"
) -> tuple[Link, ...]:
    capture = Capture(
        url=FEED,
        answered_url=FEED,
        status=200,
        headers=(("Content-Type", content_type),),
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        sha256="",
    )
    source = Source(kind="feed", url=FEED, pages=1)
    (page,) = discover(source, portal(match), get=plain(lambda url: capture))
    assert (page.url, page.number) == (FEED, 1)
    return page.links


def rss(*entries: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    listed = "".join(f"<item>{entry}</item>" for entry in entries)
    return f'{head}<rss version="2.0"><channel><title>Tin</title>{listed}</channel></rss>'


def entry(number: int, *, title: str = "Bài", published: str | None = None) -> str:
    dated = f"<pubDate>{published}</pubDate>" if published else ""
    return f"<title>{escape(title)}</title><link>{HOME}ct?id={number}</link>{dated}"


def test_entries_are_links_in_the_order_of_the_feed() -> None:
    links = links_of(rss(entry(2, title="Hai"), entry(1, title="Một"), entry(2, title="Hai nữa")))
    assert [(link.key, link.url, link.found_on) for link in links] == [
        ("2", HOME + "ct?id=2", FEED),
        ("1", HOME + "ct?id=1", FEED),
    ]


def test_atom_is_read() -> None:
    (link,) = links_of(
        f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">
        Hội &lt;b>nghị&lt;/b></title><link rel="self" href="{HOME}x"/>
        <link rel="alternate" href="{HOME}ct?id=5"/>
        <updated>2018-06-14T10:00:00+07:00</updated></entry></feed>""",
        content_type="application/atom+xml",
    )
    assert (link.key, link.title) == ("5", "Hội nghị")
    assert link.published == datetime(2018, 6, 14, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("Thu, 14 Jun 2018 10:00:00 +0700", datetime(2018, 6, 14, 3, 0, tzinfo=UTC)),
        ("Thu, 14 Jun 2018 10:00:00 GMT", datetime(2018, 6, 14, 10, 0, tzinfo=UTC)),
        ("2018-06-14T10:00:00Z", datetime(2018, 6, 14, 10, 0, tzinfo=UTC)),
        ("2018-06-14T10:00:00", datetime(2018, 6, 14, 10, 0, tzinfo=HANOI)),
        ("14/06/2018 10:05", datetime(2018, 6, 14, 10, 5, tzinfo=HANOI)),
        ("14/06/2018", date(2018, 6, 14)),
        ("Thu, 14 Jun 2018 10:00:00 GMT+7", datetime(2018, 6, 14, 3, 0, tzinfo=UTC)),
        ("hôm qua", None),
        ("", None),
    ],
)
def test_dates_are_read_as_printed(printed: str, moment: date | datetime | None) -> None:
    (link,) = links_of(rss(entry(1, published=printed)))
    assert link.published == moment


def test_titles_are_plain_text_however_often_they_were_escaped() -> None:
    (link,) = links_of(rss(entry(1, title="Hội  nghị &amp; <i>triển</i> lãm &quot;A&quot;")))
    assert link.title == 'Hội nghị & triển lãm "A"'


def test_an_entry_without_a_link_is_found_by_its_id() -> None:
    (link,) = links_of(rss(f"<title>Bài</title><guid isPermaLink='false'>{HOME}ct?id=7</guid>"))
    assert link.key == "7"


def test_relative_links_are_joined_on_the_feed() -> None:
    (link,) = links_of(rss("<title>Bài</title><link>../ct?id=7</link>"))
    assert link.url == HOME + "ct?id=7"


def test_entries_that_are_no_pages_of_the_portal_are_left_out() -> None:
    links = links_of(
        rss(
            "<title>a</title><link>https://khac.example.vn/ct?id=1</link>",
            f"<title>b</title><link>{HOME}tai-ve/qd.pdf</link>",
            "<title>c</title>",
            "<title>d</title><link>javascript:x</link>",
            entry(4),
        )
    )
    assert [link.key for link in links] == ["4"]


def test_a_match_holds_for_feeds_too() -> None:
    other = f"<title>Video</title><link>{HOME}video/5</link>"
    assert [link.key for link in links_of(rss(other, entry(1)), match="/ct\\?")] == ["1"]


def test_an_empty_feed_is_no_trouble() -> None:
    assert links_of(rss()) == ()
    assert links_of(b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>') == ()


def test_a_feed_cut_off_in_the_middle_gives_what_it_has() -> None:
    whole = rss(entry(1), entry(2))
    assert [link.key for link in links_of(whole[: whole.index("</channel>") - 20])][0] == "1"


def test_a_feed_with_the_wrong_label_is_read() -> None:
    (link,) = links_of(rss(entry(1, title="Đất đai")), content_type="text/html; charset=iso-8859-1")
    assert link.key == "1"
    assert links_of(rss(), content_type="text/plain") == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty, but a feed was expected"),
        (b"<!DOCTYPE html><html><body><a href='/'>x</a></body></html>", "is an HTML page"),
        (b"%PDF-1.7", "is no feed that can be read"),
        (b'{"a": 1}', "is no feed that can be read"),
        (b"\xff\xfe\x00\xd8", "is no feed that can be read"),
    ],
)
def test_what_is_no_feed_is_said(body: bytes, said: str) -> None:
    with pytest.raises(SourceError) as wrong:
        links_of(body)
    assert said in wrong.value.reason


def test_a_feed_that_leads_nowhere_is_said() -> None:
    with pytest.raises(SourceError, match='has 1 entries, but none .* match "/bai/"'):
        links_of(rss(entry(1)), match="/bai/")
    with pytest.raises(SourceError, match="looked for a page of bo.example.vn"):
        links_of(rss("<title>a</title><link>https://khac.example.vn/1</link>"))


def test_a_body_that_names_a_file_does_not_open_it(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(entry(1)), encoding="utf-8")
    with pytest.raises(SourceError):
        links_of(str(secret))


def test_a_bomb_of_entities_does_not_go_off() -> None:
    names = "abcdefghijkl"
    bomb = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip(names, names[1:], strict=False)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{bomb}]>'
    body = rss(f"<title>&l;</title><link>{HOME}ct?id=1</link>", head=head)
    try:
        links = links_of(body)
    except SourceError:
        return
    assert all(len(link.title or "") < 10_000 for link in links)


# --- entities ------------------------------------------------------------------------------------


def test_entities_that_grow_are_not_expanded() -> None:
    grown = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "lol">{grown}]>'
    try:
        links = links_of(rss("<title>Bài &a9;</title><link>" + HOME + "ct?id=1</link>", head=head))
    except SourceError:
        return
    assert all(len(link.title or "") < 1000 for link in links)


def test_entities_of_other_files_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật khẩu", encoding="utf-8")
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    try:
        links = links_of(rss("<title>Bài &x;</title><link>" + HOME + "ct?id=1</link>", head=head))
    except SourceError:
        return
    assert all("khẩu" not in (link.title or "") for link in links)


def atom(*numbers: int, links: str = "") -> str:
    entries = "".join(
        f'<entry><title>Bài {it}</title><id>urn:{it}</id><link href="/ct?id={it}"/></entry>'
        for it in numbers
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>{links}{entries}</feed>'


def walked(pages: dict[str, str], *, url: str = FEED) -> list[list[str]]:
    """The new keys of each page of a feed."""

    def page_of(asked: str) -> Capture:
        if asked not in pages:
            raise BadStatus("404", url=asked, status=404)
        return made_capture(asked, pages[asked], content_type="application/atom+xml")

    source = Source(kind="feed", url=url, pages=1)
    return [list(page.fresh) for page in discover(source, portal(), get=plain(page_of))]


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_a_feed_leads_on_to_the_feed_of_its_older_entries(relation: str) -> None:
    older = f'<link rel="self" href="{FEED}"/><link rel="{relation}" href="?trang=2"/>'
    pages = {FEED: atom(5, 4, links=older), FEED + "?trang=2": atom(4, 3)}
    assert walked(pages) == [["5", "4"], ["3"]]


def test_a_feed_that_leads_in_a_circle_ends() -> None:
    pages = {FEED: atom(5, 4, links='<link rel="next" href="?trang=1"/>')}
    pages[FEED + "?trang=1"] = pages[FEED]
    assert walked(pages) == [["5", "4"]]


def test_a_feed_of_another_host_is_not_followed() -> None:
    older = '<link rel="next" href="https://khac.example.vn/tin.atom"/>'
    assert walked({FEED: atom(5, 4, links=older)}) == [["5", "4"]]


def test_the_pages_of_a_feed_may_be_numbered() -> None:
    pages = {FEED + "?paged=1": atom(5, 4), FEED + "?paged=2": atom(3), FEED + "?paged=3": atom()}
    assert walked(pages, url=FEED + "?paged={page}") == [["5", "4"], ["3"]]
    del pages[FEED + "?paged=3"]
    assert walked(pages, url=FEED + "?paged={page}") == [["5", "4"], ["3"]]
