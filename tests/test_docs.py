"""What the documents say is there, and what is there is documented."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import Scraper, write_portal_file
from littleportal import LittlePortal
from littleportal import page as article_page

from scraper.cli import COMMANDS, command_named
from scraper.portals.portal_file import read_portal, read_settings
from scraper.query.language import STATES
from scraper.query.tokens import FIELDS, OPERATORS

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every fenced block of a language, with the page that holds it."""
    for page in PAGES:
        for block in re.findall(
            rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
        ):
            yield page.name, block


def calls() -> Iterator[tuple[str, str]]:
    """Every call of `scraper` in the fenced blocks of the documents."""
    for page, block in [*blocks(""), *blocks("console"), *blocks("sh")]:
        for line in block.splitlines():
            words = re.search(r"(?:^|&& |\$ |/)scraper ([a-z].*)$", line)
            if words and "=" not in line.partition("scraper")[0]:
                yield page, words.group(1).split("  #")[0]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    assert f"scraper {name}" in TEXT


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(name: str) -> None:
    command = command_named(name)
    assert command.help
    options = [param for param in command.params if isinstance(param, click.Option)]
    for option in options:
        documented = option.help or option.name == "form"
        assert documented, f"{name} {option.opts}"


@pytest.mark.parametrize(("page", "call"), sorted(set(calls())))
def test_every_call_in_the_documents_is_understood(page: str, call: str) -> None:
    name, *words = shlex.split(call)
    command_named(name).make_context(name, words).close()


@pytest.mark.parametrize(("page", "block"), list(blocks("toml")))
def test_every_portal_file_in_the_documents_is_right(page: str, block: str, tmp_path: Path) -> None:
    table = tomllib.loads(block)
    if "name" not in table:
        pytest.fail(f"{page}: a portal file without a name")
    path = tmp_path / f"{table['name']}.toml"
    path.write_text(block, encoding="utf-8")
    assert read_portal(path).name == table["name"]


@pytest.mark.parametrize(("page", "block"), list(blocks("python")))
def test_every_python_example_runs(
    page: str, block: str, desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1, 2, 3)
    little.articles[2] = "Hội nghị bàn về bảo vệ môi trường nước. " + little.articles[2]
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    (desk / "page.html").write_text(article_page("Bài 1", "Đoạn mở đầu."), encoding="utf-8")
    exec(compile(block, page, "exec"), {})
    assert (desk / "archive.db").exists()


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_shipped_portal_files_are_right() -> None:
    for path in (ROOT / "schedules").glob("[!_]*.toml"):
        assert read_portal(path).name == path.stem
    read_settings(ROOT / "schedules")


def test_the_changelog_names_this_version() -> None:
    import scraper

    assert f"## {scraper.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_field_and_operator_of_the_query_language_is_documented() -> None:
    text = (ROOT / "docs" / "query-language.md").read_text(encoding="utf-8")
    for name in (*FIELDS, *(f"{field}:{value}" for field in STATES for value in STATES[field])):
        assert f"`{name}" in text, name
    for operator in (*OPERATORS, "`~`", "`-`", "(đất OR nước) sạch"):
        assert operator in text, operator
