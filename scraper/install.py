"""What makes it run by itself: a crontab line, or a systemd service of the user."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BEGIN = "# ministry-scraper: begin ({})"
END = "# ministry-scraper: end ({})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What is to run, and where; all paths absolute."""

    archive: Path
    schedules: Path
    folder: Path  # the working folder

    def command(self, *words: str) -> list[str]:
        """The call, by the Python that runs now: cron knows nothing of virtual environments."""
        program = Path(sys.executable).with_name("scraper")
        start = [str(program)] if program.exists() else [sys.executable, "-m", "scraper"]
        return [
            *start,
            *words,
            "--archive",
            str(self.archive),
            "--schedules",
            str(self.schedules),
        ]


def cron_lines(where: Installed, *, minutes: int) -> str:
    """The lines for a crontab: what is due is collected, looked for every few minutes.

    cron mails what is printed, which is only what needs a look.
    """
    call = " ".join(shlex.quote(word) for word in where.command("collect", "--due"))
    times = "*" if minutes == 1 else f"*/{minutes}"
    # A bare % ends a line's command in a crontab.
    line = f"cd {shlex.quote(str(where.folder))} && {call}".replace("%", "\\%")
    return f"{BEGIN.format(where.archive)}\n{times} * * * * {line}\n{END.format(where.archive)}\n"


def systemd_unit(where: Installed) -> str:
    """A service of the user that runs the daemon, and begins it anew where it fails."""
    call = " ".join(_unit_word(word) for word in where.command("run"))
    return f"""\
[Unit]
Description=Collects ministry portals into {_percent(str(where.archive))}
Documentation=man:systemd.service(5)
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
WorkingDirectory={_percent(str(where.folder))}
ExecStart={call}
Restart=on-failure
RestartSec=60
# 75: another run holds the archive; it is tried again like any failure.
TimeoutStopSec=180
KillSignal=SIGTERM
Nice=10
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def install_cron(where: Installed, *, minutes: int) -> str:
    """Put the lines into the user's crontab, in the place of what stood there for this archive."""
    if shutil.which("crontab") is None:
        raise FileNotFoundError("there is no crontab command on this machine; install cron")
    listed = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    if listed.returncode and "no crontab" not in listed.stderr.lower():
        raise OSError(f"crontab -l: {listed.stderr.strip()}")
    before = listed.stdout if listed.returncode == 0 else ""
    new = _without(before, where) + cron_lines(where, minutes=minutes)
    written = subprocess.run(
        ["crontab", "-"], input=new, capture_output=True, text=True, check=False
    )
    if written.returncode:
        raise OSError(f"crontab: {written.stderr.strip()}")
    return f"in your crontab (crontab -l); every {minutes} minutes it collects what is due"


def install_systemd(where: Installed) -> str:
    """Write the unit for this user. Starting it is left to the user, and said."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    path = config / "systemd" / "user" / "scraper.service"
    unit = systemd_unit(where)
    if path.exists() and path.read_text(encoding="utf-8") != unit:
        kept = path.with_suffix(".service.before")
        path.replace(kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(unit, encoding="utf-8")
    return (
        f"{path} is written. Start it, now and at every start of the machine:\n"
        "  systemctl --user daemon-reload\n"
        "  systemctl --user enable --now scraper.service\n"
        "  loginctl enable-linger   # so that it runs while you are not logged in\n"
        "and read what it says: journalctl --user -u scraper.service"
    )


def _without(crontab: str, where: Installed) -> str:
    """A crontab without the lines that were installed for this archive.

    Raises OSError where their end is not there: what follows may be the user's own.
    """
    begin, end = BEGIN.format(where.archive), END.format(where.archive)
    kept: list[str] = []
    inside = False
    for line in crontab.splitlines(keepends=True):
        inside = inside or line.rstrip("\n") == begin
        if not inside:
            kept.append(line)
        inside = inside and line.rstrip("\n") != end
    if inside:
        raise OSError(f'the crontab has the line "{begin}" without its end; take it out by hand')
    text = "".join(kept)
    return text if not text or text.endswith("\n") else text + "\n"


def _unit_word(word: str) -> str:
    """A word of a unit's line: quoted where it holds blanks; % and $ are signs there."""
    escaped = _percent(word).replace("\\", "\\\\").replace("$", "$$")
    if any(sign in word for sign in " \t\"';"):
        return '"' + escaped.replace('"', '\\"') + '"'
    return escaped


def _percent(text: str) -> str:
    return text.replace("%", "%%")
