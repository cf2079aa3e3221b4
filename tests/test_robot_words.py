"""What answers ask of those who read by machine."""

from __future__ import annotations

import pytest
from archived import NOW, article, capture, link
from conftest import Scraper

from scraper.archive.archive import Archive
from scraper.robot_words import robot_words


@pytest.mark.parametrize(
    ("headers", "body", "words"),
    [
        ((), b"", None),
        ((), b"<html><head><meta name='robots' content='index, follow'></head>", None),
        ((), b"<META NAME=ROBOTS CONTENT=NOARCHIVE>", "noarchive"),
        ((), b'<meta content="noarchive, NoSnippet" name="robots" />', "noarchive, nosnippet"),
        ((), b"<meta name='googlebot' content='noindex'>", "googlebot: noindex"),
        ((), b"<meta name=robots content='max-snippet:-1, max-image-preview:large'>", None),
        ((), b"<meta name=robots content='max-snippet: 50'>", "max-snippet:50"),
        ((), b"<meta name='description' content='robots noarchive'>", None),
        ((), b"<body><p>&lt;meta name=robots content=noarchive&gt; robots</p>", None),
        ((("X-Robots-Tag", "noarchive"),), b"", "noarchive"),
        ((("x-robots-tag", "otherbot: noindex, nofollow"),), b"",
         "otherbot: noindex, otherbot: nofollow"),
        ((("X-Robots-Tag", "noarchive"), ("X-Robots-Tag", "nosnippet")), b"",
         "noarchive, nosnippet"),
        ((("X-Robots-Tag", "unavailable_after: Mon, 04 Jun 2018 01:00:00 GMT"),), b"",
         "unavailable_after:mon, 04 jun 2018 01:00:00 gmt"),
        ((("X-Robots-Tag", "noarchive"),), b"<meta name=robots content=noarchive>", "noarchive"),
        ((), b"<meta name=robots content='" + b"x" * 1000 + b"'>", "x" * 500),
        ((), b" " * 100_000 + b"<meta name=robots content=noarchive>", None),
        ((), b"\xff\xfe<meta name=robots content='\xff'>", "\ufffd"),
    ],
)  # fmt: skip
def test_restrictions_are_noted_and_what_is_usual_is_not(
    headers: tuple[tuple[str, str], ...], body: bytes, words: str | None
) -> None:
    assert robot_words(headers, body) == words


def test_the_archive_keeps_the_page_and_what_it_asks(
    opened: tuple[Archive, int], scraper: Scraper
) -> None:
    archive, run = opened
    answer = capture(body=b"<meta name='robots' content='noarchive'><p>page</p>")
    archive.save_article(link(), article(), capture=answer, run=run, now=NOW)
    (kept,) = archive.article("demo:1").captures
    assert kept.robots == "noarchive"
    archive.checkpoint()
    said = scraper("show", "demo:1", "--archive", str(archive.path))
    assert "the page asks robots: noarchive" in said.out
    assert (
        "asks robots: noarchive"
        in scraper("show", "demo:1", "--captures", "--archive", str(archive.path)).out
    )
    assert (
        '"robots": "noarchive"'
        in scraper("show", "demo:1", "--json", "--archive", str(archive.path)).out
    )
