"""A verdict counts what an archive holds of a made portal."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib import request as http

from archived import NOW, bare, capture, link, writing

from families.joomla import Joomla
from families.judging import judge
from families.numbers_in_path import NumbersInPath
from scraper.archive.archive import Archive
from scraper.portals.portal_file import read_cron
from scraper.records import ArticleRule, FetchRule, Portal, Settings, Source
from scraper.side_by_side import collect_portals


def test_a_verdict_tells_once_twice_missing_extra_misread_and_forbidden(tmp_path: Path) -> None:
    with Joomla() as portal, writing(tmp_path / "archive.db") as (archive, run):
        one, two, *others = portal.published
        pages = [
            (one.addresses[0], one.title, one.text),
            (two.addresses[0], two.title, two.text),
            (two.addresses[1], "Một tiêu đề khác", two.text[:80]),
            (portal.home[:-1] + portal.decoys[0], "Giới thiệu", "Cục Nghề cá."),
        ]
        for key, (address, title, text) in enumerate(pages, start=1):
            read = replace(bare(title, text), url=address, published=one.day)
            found = link(str(key), url=address)
            archive.save_article(found, read, capture=capture(address), run=run, now=NOW)
        http.urlopen(portal.home + "index.php?option=com_users&view=login&Itemid=114").close()
        verdict = judge(portal, archive, name="demo")
    assert verdict.once == (one.id,)
    assert verdict.twice == (two.id,)
    assert verdict.missing == tuple(record.id for record in others)
    assert verdict.extras == (portal.home[:-1] + portal.decoys[0],)
    assert verdict.misread == verdict.misdated == (two.id,)
    assert verdict.forbidden == ("/index.php?option=com_users&view=login&Itemid=114",)
    assert verdict.requests == 1
    assert not verdict.found_all
    assert not verdict.is_whole
    assert "1 of 84 found once" in str(verdict)


def test_a_portal_collected_by_hand_made_keys_is_judged_whole(tmp_path: Path) -> None:
    sections = NumbersInPath.sections
    with NumbersInPath() as made, Archive.open(tmp_path / "a.db", write=True) as archive:
        portal = Portal(
            name="path",
            home=made.home,
            language="vi",
            timezone="Asia/Ho_Chi_Minh",
            article=ArticleRule(
                match=re.compile(r"-\d{6}\.html$"), key_pattern=re.compile(r"-(\d{6})\.html$")
            ),
            sources=tuple(
                Source(kind="listing", url=f"{made.home}{section}/trang-{{page}}.html", pages=9)
                for section in sections
            ),
            cron=read_cron("7 * * * *"),
            fetch=FetchRule(pace_seconds=0, retries=0, allow_private=(f"127.0.0.1:{made.port}",)),
        )
        folder = tmp_path / "captures"
        for _ in collect_portals(
            [portal], archive=archive, captures_folder=folder, settings=Settings()
        ):
            pass
        verdict = judge(made, archive, name="path")
    assert verdict.is_whole, str(verdict)
    assert not verdict.misread
    assert verdict.requests < 2 * len(verdict.once)
