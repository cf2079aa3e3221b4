"""The command line: which commands there are, and with which code they exit.

Exit 0: done (no hits, a 404, a robots refusal included). 1: done, but a portal or a file failed.
2: the call, a query, an id, a portal file or the archive is wrong. 75: another run holds the lock.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Any

import click

from scraper import __version__
from scraper.errors import (
    ArchiveError,
    ArchiveFull,
    ArchiveLocked,
    CaptureError,
    ExportError,
    PortalFileError,
    QueryError,
    ScraperError,
)
from scraper.options import DONE, FAILED, LOCKED, SIGINT_EXIT, SIGPIPE_EXIT, WRONG
from scraper.output import in_full, log

# Where each command stands. It is loaded when it is called: who searches does not wait for what
# collects.
COMMANDS = {
    "demo": "cli_collect:demo",
    "add": "cli_add:add_command",
    "check": "cli_collect:check_command",
    "collect": "cli_collect:collect",
    "run": "cli_schedule:run",
    "schedule": "cli_schedule:schedule",
    "install": "cli_schedule:install_command",
    "status": "cli_status:status",
    "template": "cli_status:template",
    "extract": "cli_collect:extract_command",
    "search": "cli_search:search_command",
    "show": "cli_show:show",
    "export": "cli_export:export",
    "verify": "cli_keep:verify_command",
    "backup": "cli_keep:backup_command",
    "reextract": "cli_reextract:reextract_command",
}


class _Commands(click.Group):
    """A group whose commands are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"scraper.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ScraperError as error:  # here the call's options are known still
            error.args = tuple(
                in_full(said) if isinstance(said, str) else said for said in error.args
            )
            if isinstance(error, QueryError):
                error.reason = in_full(error.reason)
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scraper")
def commands() -> None:
    """Collects what ministries publish into a searchable SQLite archive."""


def command_named(name: str) -> click.Command:
    """A command by its name; KeyError for none."""
    command = commands.get_command(click.Context(commands), name)
    if command is None:
        raise KeyError(name)
    return command


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):  # Vietnamese must come out under any locale
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = SIGINT_EXIT
    except QueryError as error:
        from scraper.console_search import print_query_error

        print_query_error(error)
        code = WRONG
    except ArchiveLocked as error:
        log(str(error))
        code = LOCKED
    except (ArchiveFull, CaptureError) as error:
        log(str(error))
        code = FAILED
    except (PortalFileError, ArchiveError, ExportError) as error:
        log(str(error))
        code = WRONG
    except ScraperError as error:
        log(str(error))
        code = FAILED
    except SystemExit:  # so click ends where the reader has had enough: `scraper export | head`
        code = SIGPIPE_EXIT
    except OSError as error:
        log(f"{error.filename or 'cannot go on'}: {error.strerror or error}")
        code = FAILED
    sys.exit(code if isinstance(code, int) else DONE)


if __name__ == "__main__":
    main()
