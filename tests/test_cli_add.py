"""`scraper add`, and portal files with only name and home."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Said, Scraper
from invented_families import FeedOnly
from invented_portal import Invented, pieces, serving

from scraper import profiles
from scraper.archive.archive import Archive
from scraper.cli_add import name_from
from scraper.fetching.fetcher import Fetcher
from scraper.portals.portal_file import read_portal
from scraper.profiles import is_bare, with_profile


@pytest.fixture
def served() -> Iterator[Invented]:
    with serving(FeedOnly(articles=pieces(9))) as portal:
        yield portal


def add(scraper: Scraper, served: Invented, *words: str) -> Said:
    return scraper(
        "add", served.home, "--name", "song", "--pace", "0", "--allow-private", served.host, *words
    )


def write_bare_file(desk: Path, served: Invented) -> Path:
    path = desk / "schedules" / "song.toml"
    path.write_text(
        f'name = "song"\nhome = "{served.home}"\n\n[fetch]\npace_seconds = 0\nretries = 0\n'
        f'allow_private = ["{served.host}"]\n',
        encoding="utf-8",
    )
    return path


def count(desk: Path) -> int:
    with Archive.open(desk / "archive.db") as archive:
        return int(archive.select("SELECT count(*) AS n FROM articles", {})[0]["n"])


def test_add_writes_a_file_that_collects_all(
    scraper: Scraper, desk: Path, served: Invented
) -> None:
    said = add(scraper, served)
    assert said.code == 0
    assert "Unsure: no list was found that goes on" in said.out
    assert scraper("collect", "song").code == 0
    assert count(desk) == 9
    assert read_portal(desk / "schedules" / "song.toml").fetch.allow_private == (served.host,)


def test_add_never_writes_over_a_file(scraper: Scraper, desk: Path, served: Invented) -> None:
    path = write_bare_file(desk, served)
    before = path.read_text(encoding="utf-8")
    said = add(scraper, served)
    assert said.code == 2
    assert "is there already" in said.err
    assert path.read_text(encoding="utf-8") == before
    assert not served.requests


def test_add_writes_over_a_file_when_forced(scraper: Scraper, desk: Path, served: Invented) -> None:
    path = write_bare_file(desk, served)
    assert add(scraper, served, "--force").code == 0
    assert not is_bare(read_portal(path))


def test_a_dry_run_shows_the_file_and_writes_none(
    scraper: Scraper, desk: Path, served: Invented
) -> None:
    said = add(scraper, served, "--dry-run")
    assert said.code == 0
    assert 'name = "song"' in said.out
    assert not list((desk / "schedules").iterdir())


def test_add_prints_one_json_document(scraper: Scraper, served: Invented) -> None:
    said = add(scraper, served, "--json", "--dry-run")
    facts = json.loads(said.out)
    assert facts["portal"] == "song"
    assert {source["kind"] for source in facts["sources"]} == {"feed"}
    assert len(facts["articles"]) == 5
    assert facts["unsure"][0]["remedy"]
    assert 'name = "song"' in facts["file"]


def test_a_private_machine_that_is_not_named_is_not_visited(
    scraper: Scraper, served: Invented
) -> None:
    said = scraper("add", served.home)
    assert said.code == 1
    assert "--allow-private" in said.err
    assert not served.requests


def test_extract_visits_a_private_machine_that_is_named(scraper: Scraper, served: Invented) -> None:
    address = f"{served.home}bai/{served.articles[0].number}"
    assert scraper("extract", address).code == 1
    said = scraper("extract", address, "--allow-private", served.host)
    assert said.code == 0
    assert served.articles[0].title in said.out


def test_a_portal_that_does_not_answer_is_said(scraper: Scraper) -> None:
    said = scraper("add", "http://127.0.0.1:9/", "--allow-private", "127.0.0.1:9", "--pace", "0")
    assert said.code == 1
    assert "127.0.0.1:9" in said.err


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.mae.gov.vn/", "mae"),
        ("https://baotainguyenmoitruong.vn/tin", "baotainguyenmoitruong"),
        ("http://sotttt.hanoi.gov.vn/", "sotttt-hanoi"),
        ("http://127.0.0.1:8000/", "portal"),
    ],
)
def test_a_name_is_made_of_the_host(address: str, name: str) -> None:
    assert name_from(address) == name


# --- only name and home ---------------------------------------------------------------------------


def test_a_file_with_name_and_home_collects_by_what_a_look_found(
    scraper: Scraper, desk: Path, served: Invented
) -> None:
    write_bare_file(desk, served)
    assert scraper("collect").code == 0
    assert count(desk) == 9
    with Archive.open(desk / "archive.db") as archive:
        profile = archive.profile("song")
    assert profile is not None
    assert profile.requests
    assert 'kind = "feed"' in (profile.text or "")


def test_later_runs_use_what_was_found(scraper: Scraper, desk: Path, served: Invented) -> None:
    write_bare_file(desk, served)
    scraper("collect")
    served.requests.clear()
    scraper("collect")
    assert "/" not in served.requests
    assert [it for it in served.requests if it.endswith(".rss")]


def test_check_looks_first_where_the_file_says_nothing(
    scraper: Scraper, desk: Path, served: Invented
) -> None:
    write_bare_file(desk, served)
    said = scraper("check", "song", "--pages", "2")
    assert said.code == 0
    assert "2 of 2 pages read" in said.err
    assert not (desk / "archive.db").exists()


def test_a_portal_whose_lists_all_fail_is_looked_at_again_and_keys_stay(
    scraper: Scraper, desk: Path, served: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = read_portal(write_bare_file(desk, served))
    scraper("collect")
    monkeypatch.setattr(type(served), "FEEDS", "/moi/")
    scraper("collect")  # the lists are gone
    monkeypatch.setattr(profiles, "AGAIN_WHEN_FAILING", timedelta(0))
    with (
        Archive.open(desk / "archive.db", write=True) as archive,
        Fetcher(portal.fetch, user_agent="test/1") as fetcher,
    ):
        used, _ = with_profile(portal, archive=archive, fetcher=fetcher, now=datetime.now(UTC))
        profile = archive.profile("song")
    assert all("/moi/" in source.url for source in used.sources)
    assert profile is not None
    assert datetime.now(UTC) - profile.found_at < timedelta(minutes=5)
    assert used.article.key_pattern is not None
    assert used.article.key_pattern.search("127.0.0.1/bai/4711")


def test_where_a_look_finds_nothing_the_home_page_is_the_list(
    scraper: Scraper, desk: Path, served: Invented, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(served), "FEEDS", "/khong-co/")
    monkeypatch.setattr(type(served), "extra", lambda self, path, query: None)
    portal = read_portal(write_bare_file(desk, served))
    scraper("collect")
    with Archive.open(desk / "archive.db") as archive:
        profile = archive.profile("song")
        states = archive.sources("song")
    assert profile is not None
    assert profile.text is None
    assert profile.reason
    assert [state.url for state in states] == [portal.home]
