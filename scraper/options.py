"""What the commands share: their options, where things lie, how a call is stopped."""

from __future__ import annotations

import os
import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click
from click.core import ParameterSource

from scraper.errors import (
    ArchiveError,
    Fault,
    PageError,
    PortalFileError,
    SourceError,
    UnsafeAddress,
)
from scraper.output import PLACES, in_full, log, places_given
from scraper.portals.portal_file import (
    private_host,
    read_each_portal,
    read_portals,
    read_settings,
)
from scraper.records import Portal, Settings

DONE, FAILED, WRONG, LOCKED = 0, 1, 2, 75  # 75 is EX_TEMPFAIL of sysexits.h: try again later
NOT_IN_TIME = "not run in time, and catch_up = false"  # why the ledger has a run as missed
SIGINT_EXIT, SIGPIPE_EXIT, SIGTERM_EXIT = 130, 141, 143  # as shells say it of a signal


@dataclass(frozen=True, slots=True)
class Places:
    """Where the archive, its captures and the portal files lie for this call."""

    archive: Path
    captures: Path
    schedules: Path
    settings: Settings


def find_places(archive: str | None, schedules: str) -> Places:
    """The call's own words first, then SCRAPER_ARCHIVE, then the settings file, then archive.db."""
    folder = Path(schedules)
    settings = read_settings(folder)
    path = _file(Path(_named_archive(archive) or settings.archive or "archive.db"))
    if not path.parent.is_dir():
        raise ArchiveError("its folder is not there; make it first", path=path)
    beside = path.with_name(path.name.removesuffix(".db") + ".captures")
    captures = Path(settings.captures) if settings.captures else beside
    return Places(path, captures, folder, settings)


def find_archive(archive: str | None, schedules: str) -> Path:
    """The archive alone: what names it comes first, and only else the settings are read."""
    named = _named_archive(archive)
    return _file(Path(named)) if named else find_places(None, schedules).archive


def _file(path: Path) -> Path:
    if path.is_dir():
        raise ArchiveError("a folder, but an archive is a file in one", path=path)
    return path


def _named_archive(archive: str | None) -> str | None:
    return archive or os.environ.get("SCRAPER_ARCHIVE")


Command = Callable[..., Any]


def _kept(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Keep what was given, for the calls that are proposed (see `in_full`)."""
    source = context.get_parameter_source(option.name or "")
    if value is not None and source is ParameterSource.COMMANDLINE:
        context.meta.setdefault(PLACES, {})[option.opts[0]] = value
    return value


def archive_option(command: Command) -> Command:
    return click.option(
        "--archive",
        metavar="PATH",
        callback=_kept,
        help="The archive (default: archive.db, or SCRAPER_ARCHIVE).",
    )(command)


def schedules_option(command: Command) -> Command:
    return click.option(
        "--schedules",
        metavar="DIR",
        default="schedules",
        show_default=True,
        callback=_kept,
        help="The folder of the portal files.",
    )(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")(command)


def alarm_command_option(command: Command) -> Command:
    return click.option(
        "--alarm-command",
        metavar="COMMAND",
        help="Run for each alarm that is raised or cleared; docs/operating.md says with what.",
    )(command)


def private_option(command: Command) -> Command:
    return click.option(
        "--allow-private",
        metavar="HOST[:PORT]",
        multiple=True,
        help="A private machine that may be visited; may be given several times.",
    )(command)


def private_hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts of --allow-private, checked as a portal file's are. Raises UsageError."""
    try:
        return tuple(private_host(host) for host in given)
    except ValueError as error:
        raise click.UsageError(f"--allow-private: {error}") from None


def reason_without_file(error: PageError | SourceError) -> str:
    """Why a page could not be had, for a call that reads no portal file."""
    if isinstance(error, UnsafeAddress) and error.private:
        return (
            "this machine or a private network; name it with "
            f"--allow-private {shlex.quote(error.private)}"
        )
    return error.reason


def filter_options(command: Command) -> Command:
    for option in (
        click.option("--before", metavar="DATE", help="Published on or before: 2018, 2018-06, …"),
        click.option("--after", metavar="DATE", help="Published on or after: 2018, 2018-06, …"),
        click.option("--source", metavar="WORDS", help="Only articles whose source names this."),
        click.option("--portal", metavar="NAME", help="Only articles of this portal."),
    ):
        command = option(command)
    return command


def read_files(folder: Path, names: tuple[str, ...]) -> tuple[tuple[Portal, ...], bool]:
    """The portals to work on, and whether all files were right; wrong ones are said.

    A portal that is named must be right; without names a wrong file does not stop the others.
    """
    if names:
        plain = [Path(name).stem if name.endswith(".toml") else name for name in names]
        return read_portals(folder, plain), True
    found = read_each_portal(folder)
    wrong = [error for error in found if isinstance(error, PortalFileError)]
    for error in wrong:
        log(str(error))
    if not found:
        problem = in_full(
            "holds no portal file; `scraper add URL` writes one, and docs/tutorial.md says how to "
            "write it by hand"
        )
        raise PortalFileError(folder, (Fault("", "", problem),))
    return tuple(portal for portal in found if isinstance(portal, Portal)), not wrong


def require_folder(folder: Path) -> None:
    """Raises PortalFileError where the call names a folder of portal files that is not there.

    The usual folder may be missing, where a command can do without portal files.
    """
    if "--schedules" in places_given() and not folder.is_dir():
        read_each_portal(folder)


def exit_of(signal_number: int) -> int:
    """The exit code of a command that a signal ended."""
    return SIGINT_EXIT if signal_number == signal.SIGINT else SIGTERM_EXIT


def who(command: str, names: tuple[str, ...]) -> str:
    """A call, for the one who meets its lock."""
    return " ".join(("scraper", command, *names))


def now() -> datetime:
    """This moment, aware UTC."""
    return datetime.now(UTC)


@contextmanager
def stopping(stop: threading.Event) -> Iterator[list[int]]:
    """SIGINT and SIGTERM end the work after the page in hand; a second SIGINT ends it at once."""
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if seen and number == signal.SIGINT:
            raise KeyboardInterrupt
        seen.append(number)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
