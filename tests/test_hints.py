"""What a command proposes to call next: with the places that this call was given."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal

from scraper.output import PLACES, in_full


@pytest.fixture
def elsewhere(desk: Path, little: LittlePortal) -> Path:
    """A failing portal whose file lies in a folder "other files"."""
    write_portal_file(desk, little)
    return (desk / "schedules").rename(desk / "other files")


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("`scraper status` lists", "`scraper status --archive b.db --schedules 's 2'` lists"),
        ("`scraper check bo`", "`scraper check bo --schedules 's 2'`"),
        ("`scraper add URL` or `ls`", "`scraper add URL --schedules 's 2'` or `ls`"),
        ("`scraper demo`", "`scraper demo`"),
        (
            "`scraper search --archive c.db` looks",
            "`scraper search --archive c.db --schedules 's 2'` looks",
        ),
    ],
)
def test_a_call_gets_the_places_that_it_understands(written: str, full: str) -> None:
    with click.Context(click.Command("collect")) as context:
        context.meta[PLACES] = {"--archive": "b.db", "--schedules": "s 2"}
        assert in_full(written) == full
    assert in_full(written) == written


def test_a_failed_run_proposes_calls_with_its_places(elsewhere: Path, scraper: Scraper) -> None:
    places = ("--schedules", elsewhere.name, "--archive", "b.db")
    said = scraper("collect", *places)
    assert "`scraper status --schedules 'other files' --archive b.db`" in said.err
    assert "`scraper check little --schedules 'other files'`" in said.err
    said = scraper("status", *places)
    assert "`scraper check little --schedules 'other files'`" in said.out


def test_places_that_were_not_given_are_not_told(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    write_portal_file(desk, little)
    said = scraper("collect")
    assert "`scraper status` lists" in said.err


def test_what_stops_a_command_proposes_calls_with_its_places(
    elsewhere: Path, scraper: Scraper
) -> None:
    said = scraper("status", "--archive", "b.db", "--schedules", elsewhere.name)
    assert "`scraper collect --archive b.db --schedules 'other files'` makes one" in said.err


def test_a_folder_without_portal_files_is_named_as_it_was_given(
    desk: Path, scraper: Scraper
) -> None:
    folder = desk / "a" / "s"
    folder.mkdir(parents=True)
    said = scraper("collect", "--schedules", "a/s")
    assert said.code == 2
    assert "a/s: holds no portal file; `scraper add URL --schedules a/s` writes one" in said.err
    assert "a/nix: is not there" in scraper("check", "--schedules", "a/nix").err


@pytest.mark.parametrize("command", ["status", "template"])
def test_a_folder_that_is_named_and_missing_is_refused(
    command: str, desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    said = scraper(command, "little", "--schedules", "nix")
    assert said.code == 2
    assert "nix: is not there" in said.err
    (desk / "schedules").rename(desk / "old")
    assert scraper(command, "little").code == 0
