"""What carries alarms to people: a command of the operator's, and a mail server.

An alarm is noted as told when all carriers that are set up have carried it. A crash in between has
it carried once more, never lost; a carrier that fails is said, tried again after the next run, and
stops no collecting.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal

from scraper.archive.archive import Alarm, Archive
from scraper.records import Settings, Smtp

PATIENCE_SECONDS = 60.0  # ours: for a command, and for each answer of a mail server
LONGEST_FACT = 8000  # characters in the environment, which systems bound; JSON has all of it
TOLD_BYTES = 400  # of what a command that failed has said
SMTPS_PORT = 465  # where TLS begins with the first byte (RFC 8314)

Event = Literal["raised", "cleared"]


@dataclass
class Carriers:
    """The carriers that are set up; several threads may call."""

    archive: Archive
    settings: Settings
    say: Callable[[str], None]
    command: str | None = None  # goes before that of the settings
    patience_seconds: float = PATIENCE_SECONDS
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asked: threading.Event = field(default_factory=threading.Event)  # while one carries, too

    def carry(self, *, now: datetime) -> None:
        """Carry what was raised or cleared and not told yet; after a failure the rest waits.

        Returns at once where another thread is carrying already: that one carries this too.
        """
        command = self.command or self.settings.alarm_command
        smtp = self.settings.smtp
        if command is None and smtp is None:
            return
        self._asked.set()
        while self._asked.is_set() and self._lock.acquire(blocking=False):
            try:
                self._asked.clear()
                self._carry(command, smtp, now=now)
            finally:
                self._lock.release()

    def _carry(self, command: str | None, smtp: Smtp | None, *, now: datetime) -> None:
        for alarm in self.archive.untold_alarms(now=now):
            for event in _untold(alarm):
                try:
                    if command is not None and alarm.commanded not in (event, "cleared"):
                        run_command(command, alarm, event, patience=self.patience_seconds)
                        if smtp is not None:  # a mail server that is down: not once more for it
                            self.archive.note_commanded(alarm.id, event=event)
                    if smtp is not None:
                        send_mail(smtp, alarm, event, patience=self.patience_seconds)
                except (OSError, ValueError, smtplib.SMTPException, _CommandFailed) as error:
                    self.say(
                        f"{alarm.portal}: the alarm {alarm.kind} could not be told: {error}; "
                        "it is tried again after the next run"
                    )
                    return
                self.archive.note_told(alarm.id, event=event, now=now)


def _untold(alarm: Alarm) -> list[Event]:
    events: list[Event] = []
    if alarm.told_at is None:
        events.append("raised")
    if alarm.cleared_at is not None and alarm.cleared_told_at is None:
        events.append("cleared")
    return events


class _CommandFailed(Exception):
    """The command ended badly, or did not end."""


def facts_of(alarm: Alarm, event: Event) -> dict[str, Any]:
    """What is told of an alarm, as JSON says it."""
    facts = asdict(alarm)
    del facts["told_at"], facts["cleared_told_at"], facts["commanded"]
    moments = {
        name: value.isoformat() for name, value in facts.items() if isinstance(value, datetime)
    }
    return {"event": event, **facts, **moments}


def run_command(command: str, alarm: Alarm, event: Event, *, patience: float) -> None:
    """Run the operator's command, by the shell: facts in the environment, and as JSON on stdin.

    Raises _CommandFailed where it ends with another code than 0, or not in time: then it is killed
    with all that it started.
    """
    facts = facts_of(alarm, event)
    named = {
        f"SCRAPER_ALARM_{name.upper()}": str(value)[:LONGEST_FACT]
        for name, value in facts.items()
        if value is not None
    }
    # Files, not pipes: a child that it leaves behind could keep a pipe open for ever.
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as said:
        stdin.write(json.dumps(facts, ensure_ascii=False).encode() + b"\n")
        stdin.seek(0)
        started = subprocess.Popen(
            command,
            shell=True,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, **named},
            start_new_session=True,
        )
        try:
            code = started.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            raise _CommandFailed(
                f"the command {command!r} did not end in {patience:g} seconds"
            ) from None
        if code != 0:
            said.seek(0)
            words = said.read(TOLD_BYTES).decode(errors="replace").strip()
            told = f" ({words})" if words else ""
            raise _CommandFailed(f"the command {command!r} ended with {code}{told}")


def send_mail(smtp: Smtp, alarm: Alarm, event: Event, *, patience: float) -> None:
    """One mail. Raises OSError or SMTPException."""
    tls = ssl.create_default_context()
    if smtp.port == SMTPS_PORT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=patience, context=tls)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=patience)
    with server:
        if smtp.starttls and smtp.port != SMTPS_PORT:
            server.starttls(context=tls)
        if smtp.user is not None:
            server.login(smtp.user, _password(smtp))
        server.send_message(mail_of(smtp, alarm, event))


def mail_of(smtp: Smtp, alarm: Alarm, event: Event) -> EmailMessage:
    """The mail that tells an alarm; one that is sent twice bears the same Message-ID."""
    mail = EmailMessage()
    state = "" if event == "raised" else " cleared"
    at, why = alarm.raised_at, alarm.reason
    if event == "cleared" and alarm.cleared_at is not None:
        at, why = alarm.cleared_at, alarm.cleared_reason or ""
    mail["Subject"] = f"[scraper] {alarm.portal}: {alarm.kind}{state}"
    mail["From"] = smtp.sender
    mail["To"] = ", ".join(smtp.recipients)
    mail["Date"] = format_datetime(at)
    domain = smtp.sender.rpartition("@")[2].strip("<> ") or "localhost"
    mail["Message-ID"] = f"<alarm-{alarm.id}-{event}-{at:%Y%m%d%H%M%S%f}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [f"{alarm.portal}: {alarm.kind}{state}", "", why]
    if event == "cleared":
        lines += ["", f"It was raised {alarm.raised_at:%Y-%m-%d %H:%M} UTC: {alarm.reason}"]
    lines += ["", f"scraper status {alarm.portal}  shows more."]
    mail.set_content("\n".join(lines), cte="quoted-printable")
    return mail


def _password(smtp: Smtp) -> str:
    if smtp.password_env is not None:
        return os.environ.get(smtp.password_env, "")
    if smtp.password_file is not None:
        return Path(smtp.password_file).read_text(encoding="utf-8").strip()
    return ""
