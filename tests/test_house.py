"""The house rules, read from the code: imports run down only, rooms are entered by the door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scraper

PACKAGE = Path(scraper.__file__).parent

# From the top down: a room may import rooms of lower floors only.
FLOORS = (
    {"__main__"},
    {"cli"},
    {
        "cli_add",
        "cli_collect",
        "cli_schedule",
        "cli_search",
        "cli_status",
        "cli_show",
        "cli_export",
        "cli_keep",
        "cli_reextract",
    },
    {
        "console_add",
        "console_check",
        "console_export",
        "console_keep",
        "console_reextract",
        "console_run",
        "console_search",
        "console_show",
        "console_status",
        "manners",
    },
    {"console", "options"},
    {"demo", "output"},
    {"export", "schedule", "side_by_side", "carriers", "report", "install", "metrics"},
    {"crawl", "check", "query", "reextract", "verify", "repair", "backup"},
    {"health"},
    {"in_hand"},
    {"profiles", "looks", "offers", "mementos"},
    {"learning", "probe", "traps", "copies"},
    {"readers"},
    {"reading"},
    {"likeness"},
    {"portals", "discovery", "fetching", "capture", "extraction", "archive"},
    {"changes"},
    {"vietnamese", "chances", "silence", "urls", "forms", "robot_words", "word_diff", "all_cores"},
    {"records"},
    {"errors"},
)
STAGES = {"portals", "discovery", "fetching", "capture", "extraction", "archive"}
DOORS = {
    "portals": "portal_file",
    "discovery": "sources",
    "fetching": "fetcher",
    "capture": "store",
    "extraction": "article",
    "archive": "archive",
    "query": "search",
    "demo": "demo",
    "probe": "probe",
    "export": "export",
}
LONG_FILES = 400  # lines
LONG_FUNCTIONS = 50  # lines; the aim is 40
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    """The room of "scraper.archive.runs": "archive"; of the face itself: ""."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def module_name(path: Path) -> str:
    parts = ("scraper", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module of the package that a file imports, as "scraper.archive.archive"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("scraper"))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "scraper":
                for name in node.names:
                    target = PACKAGE / name.name
                    if target.is_dir() or target.with_suffix(".py").is_file():
                        yield f"scraper.{name.name}"
            elif node.module.startswith("scraper."):
                target = PACKAGE.joinpath(*node.module.split(".")[1:])
                for name in node.names:
                    inner = target / f"{name.name}.py"
                    yield f"{node.module}.{name.name}" if inner.is_file() else node.module


def test_every_room_stands_on_a_floor() -> None:
    rooms = {room_of(module_name(path)) for path in MODULES} - {""}
    assert rooms <= set().union(*FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_run_down_only(path: Path) -> None:
    here = room_of(module_name(path))
    if here == "":
        return  # the face shows what the rooms hold
    for target in imports(path):
        there = room_of(target)
        if there in ("", here):
            continue
        assert floor_of(there) > floor_of(here), f"{here} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_the_stages_do_not_know_each_other(path: Path) -> None:
    here = room_of(module_name(path))
    if here in STAGES:
        others = {room_of(target) for target in imports(path)} & (STAGES - {here})
        assert not others


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_folder_is_entered_by_its_door(path: Path) -> None:
    here = room_of(module_name(path))
    for target in imports(path):
        there = room_of(target)
        if there != here and there in DOORS:
            assert target == f"scraper.{there}.{DOORS[there]}", f"{here} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_no_relative_import_hides_a_rule(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]


def test_only_schedule_imports_apscheduler() -> None:
    users = {
        module_name(path)
        for path in MODULES
        if "apscheduler" in path.read_text(encoding="utf-8").lower()
        and any(
            "apscheduler" in (getattr(node, "module", None) or "")
            or any("apscheduler" in name.name for name in getattr(node, "names", ()))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
    }
    assert users == {"scraper.schedule"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_long_file_gives_its_reason_on_its_first_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONG_FILES or "long" in lines[0], f"{len(lines)} lines"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_functions_fit_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONG_FUNCTIONS, f"{node.name} has {lines} lines"


def test_every_name_of_the_face_is_there() -> None:
    for name in scraper.__all__:
        assert getattr(scraper, name) is not None


def test_who_reads_pages_loads_neither_database_nor_network() -> None:
    code = "import sys; from scraper import extract, learn; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    loaded = set(run.stdout.split())
    assert "lxml.etree" in loaded
    assert not loaded & {"sqlite3", "sqlite_utils", "requests", "bs4", "feedparser", "socket"}


def test_no_room_bears_the_name_of_a_function_of_the_face() -> None:
    rooms = {room_of(module_name(path)) for path in MODULES}
    assert not rooms & {"collect", "extract", "learn", "search"}
