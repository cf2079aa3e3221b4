"""How the commands behave as guests: who they say they are, what they leave beside an archive."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.fetching.fetcher import asks_strangers
from scraper.fetching.hosts import HostFolder
from scraper.portals.portal_file import read_portal
from scraper.records import Settings

PUBLIC = 'name = "bo"\nhome = "http://bo.example/"\n[[source]]\nkind = "listing"\n' \
    'url = "http://bo.example/tin"\n[fetch]\npace_seconds = 0\nretries = 0\n'  # fmt: skip


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real one would ask the network


@pytest.mark.usefixtures("no_names")
def test_without_a_contact_the_first_collection_of_a_public_portal_says_so(
    desk: Path, scraper: Scraper
) -> None:
    (desk / "schedules" / "bo.toml").write_text(PUBLIC, encoding="utf-8")
    assert "no contact is set" in scraper("collect").err
    assert "no contact is set" not in scraper("collect").err


@pytest.mark.parametrize(
    ("settings", "private", "strangers"),
    [
        (Settings(), "", True),
        (Settings(contact="a@b.vn"), "", False),
        (Settings(user_agent="luu/1 (+http://luu.vn)"), "", False),
        (Settings(), 'allow_private = ["bo.example"]\n', False),
        (Settings(), 'allow_private = ["other.example"]\n', True),
    ],
)
def test_who_asks_strangers_must_say_how_to_be_reached(
    tmp_path: Path, settings: Settings, private: str, strangers: bool
) -> None:
    path = tmp_path / "bo.toml"
    path.write_text(PUBLIC + private, encoding="utf-8")
    assert asks_strangers([read_portal(path)], settings) is strangers


def test_a_collection_leaves_its_log_beside_the_archive(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    (log,) = (desk / "archive.requests").iterdir()
    found = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert len(found) == len(little.requests)
    assert {one["portal"] for one in found} == {"little"}


def test_the_log_can_be_turned_off(desk: Path, little: LittlePortal, scraper: Scraper) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    settings = desk / "schedules" / "_settings.toml"
    settings.write_text("request_log = false\n", encoding="utf-8")
    assert scraper("collect").code == 0
    assert not (desk / "archive.requests").exists()


@pytest.mark.parametrize("command", ["check", "extract"])
def test_commands_without_an_archive_mind_the_turns_of_the_one_that_is_there(
    command: str, desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    little.requests.clear()
    held = HostFolder(desk / "archive.db.hosts").hold(f"127.0.0.1:{little.port}")
    assert held is not None  # as another process would hold it
    asked_meanwhile: list[str] = []

    def let_go() -> None:
        asked_meanwhile.extend(little.requests)
        held.release()

    threading.Timer(0.3, let_go).start()
    article = f"{little.home}detail.aspx?id=1"
    words = ("little",) if command == "check" else ("--portal", "little", article)
    assert scraper(command, *words).code == 0
    assert asked_meanwhile == []
    assert little.requests
    assert len(list((desk / "archive.requests").iterdir())) == 1


def test_without_an_archive_nothing_is_left_beside_it(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    assert scraper("check").code == 0
    assert [path.name for path in desk.iterdir()] == ["schedules"]
