"""Alarms reach people: by a command, by mail; once, and at least once after a crash."""

from __future__ import annotations

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from pathlib import Path

import pytest
from archived import writing

from scraper.archive.archive import Archive
from scraper.carriers import Carriers
from scraper.records import Settings, Smtp

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with writing(tmp_path / "archive.db") as (archive, _):
        yield archive


@pytest.fixture
def said() -> list[str]:
    return []


def carriers(archive: Archive, said: list[str], command: str | None = None) -> Carriers:
    return Carriers(archive, Settings(), say=said.append, command=command, patience_seconds=20)


def raised(archive: Archive, *, at: datetime = NOW) -> None:
    archive.raise_alarm("demo", "silent", reason="nothing new; since Tết", run=None, now=at)


def cleared(archive: Archive) -> None:
    archive.clear_alarm("demo", "silent", reason="news", now=NOW + timedelta(hours=1))


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_a_command_is_run_once_when_an_alarm_is_raised_and_once_when_it_is_cleared(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    told = tmp_path / "told"
    carrier = carriers(archive, said, f'cat >> "{told}"')
    raised(archive)
    carrier.carry(now=NOW)
    carrier.carry(now=NOW)
    cleared(archive)
    carrier.carry(now=NOW)
    carrier.carry(now=NOW)
    first, second = map(json.loads, lines(told))
    assert (first["event"], first["portal"], first["kind"]) == ("raised", "demo", "silent")
    assert first["reason"] == "nothing new; since Tết"
    assert (second["event"], second["cleared_reason"]) == ("cleared", "news")
    assert first["id"] == second["id"]
    assert said == []


def test_the_facts_stand_in_the_environment_as_they_are(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    told = tmp_path / "told"
    archive.raise_alarm("demo", "down", reason='$(touch x) "; no answer', run=None, now=NOW)
    command = f'printf "%s|%s" "$SCRAPER_ALARM_KIND" "$SCRAPER_ALARM_REASON" > "{told}"'
    carriers(archive, said, command).carry(now=NOW)
    assert lines(told) == ['down|$(touch x) "; no answer']


def test_a_command_that_fails_is_said_and_run_again_after_the_next_run(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    raised(archive)
    carriers(archive, said, "echo no network >&2; exit 3").carry(now=NOW)
    assert len(said) == 1
    assert "ended with 3 (no network)" in said[0]
    told = tmp_path / "told"
    carriers(archive, said, f'cat >> "{told}"').carry(now=NOW)
    assert len(lines(told)) == 1


def test_a_command_that_does_not_end_is_killed_with_its_children(
    archive: Archive, said: list[str]
) -> None:
    raised(archive)
    carrier = carriers(archive, said, "sleep 3600 & sleep 3600")
    carrier.patience_seconds = 0.05
    carrier.carry(now=NOW)
    assert "did not end in 0.05 seconds" in said[0]
    assert archive.standing_alarms("demo")[0].told_at is None


def test_who_crashed_before_noting_it_tells_it_again(
    archive: Archive, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    raised(archive)
    carrier = carriers(archive, said, f'cat >> "{told}"')

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(archive, "note_told", crash)
        with pytest.raises(KeyboardInterrupt):
            carrier.carry(now=NOW)
    carrier.carry(now=NOW)
    assert [json.loads(line)["id"] for line in lines(told)] == [1, 1]


def test_who_sets_up_a_carrier_is_not_told_the_past(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    told = tmp_path / "told"
    raised(archive, at=NOW - timedelta(days=30))
    cleared(archive)
    carriers(archive, said, f'cat >> "{told}"').carry(now=NOW)
    assert lines(told) == []


# --- mail --------------------------------------------------------------------------------------


class MailServer(socketserver.TCPServer):
    """Takes mails, as far as RFC 5321 needs to be known for that."""

    allow_reuse_address = True

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []
        super().__init__(("127.0.0.1", 0), _Session)


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        recipients: list[str] = []
        self.say("220 here")
        while words := self.rfile.readline().decode().strip():
            verb = words[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                body = list(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                self.server.mails.append((recipients, "".join(body)))
            elif verb == "RCPT":
                recipients.append(words.partition("<")[2].partition(">")[0])
            self.say("221 bye" if verb == "QUIT" else "250 good")
            if verb == "QUIT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def smtp(server: MailServer) -> Smtp:
    return Smtp(
        host="127.0.0.1",
        port=int(server.server_address[1]),
        starttls=False,
        sender="scraper@ministry.example",
        recipients=("a@example.org", "b@example.org"),
    )


def test_an_alarm_is_mailed_to_all(
    archive: Archive, mail_server: MailServer, said: list[str]
) -> None:
    raised(archive)
    carrier = Carriers(archive, Settings(smtp=smtp(mail_server)), say=said.append)
    carrier.carry(now=NOW)
    cleared(archive)
    carrier.carry(now=NOW)
    assert said == []
    (recipients, first), (_, second) = mail_server.mails
    assert recipients == ["a@example.org", "b@example.org"]
    mail = message_from_string(first)
    assert mail["Subject"] == "[scraper] demo: silent"
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes) and "since Tết" in text.decode()
    assert message_from_string(second)["Subject"] == "[scraper] demo: silent cleared"
    assert mail["Message-ID"] != message_from_string(second)["Message-ID"]


def test_a_mail_server_that_does_not_answer_stops_nothing_and_is_asked_again(
    archive: Archive, mail_server: MailServer, said: list[str]
) -> None:
    raised(archive)
    away = replace(smtp(mail_server), port=1)
    Carriers(archive, Settings(smtp=away), say=said.append).carry(now=NOW)
    assert "could not be told" in said[0]
    Carriers(archive, Settings(smtp=smtp(mail_server)), say=said.append).carry(now=NOW)
    assert len(mail_server.mails) == 1


def test_a_mail_server_that_is_down_has_no_command_run_twice(
    archive: Archive, mail_server: MailServer, tmp_path: Path, said: list[str]
) -> None:
    told = tmp_path / "told"
    settings = Settings(smtp=replace(smtp(mail_server), port=1))
    carrier = Carriers(archive, settings, say=said.append, command=f'echo one >> "{told}"')
    raised(archive)
    for _ in range(4):
        carrier.carry(now=NOW)
    assert lines(told) == ["one"]
    cleared(archive)
    carrier.settings = Settings(smtp=smtp(mail_server))
    carrier.carry(now=NOW)
    assert lines(told) == ["one", "one"]
    assert len(mail_server.mails) == 2


def test_a_reason_longer_than_an_environment_takes_is_told(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    told = tmp_path / "told"
    archive.raise_alarm("demo", "silent", reason="dài " * 50_000, run=None, now=NOW)
    carriers(archive, said, f'cat > "{told}"').carry(now=NOW)
    assert said == []
    assert len(json.loads(told.read_text(encoding="utf-8"))["reason"]) == 200_000


def test_a_server_that_knows_no_tls_is_told_nothing_where_tls_is_asked_for(
    archive: Archive, mail_server: MailServer, said: list[str]
) -> None:
    raised(archive)
    strict = replace(smtp(mail_server), starttls=True)
    Carriers(archive, Settings(smtp=strict), say=said.append).carry(now=NOW)
    assert mail_server.mails == []
    assert "STARTTLS" in said[0]


def test_what_is_raised_while_another_thread_carries_is_carried_by_it(
    archive: Archive, tmp_path: Path, said: list[str]
) -> None:
    told, begun, go = tmp_path / "told", tmp_path / "begun", tmp_path / "go"
    os.mkfifo(begun)
    os.mkfifo(go)
    carrier = carriers(
        archive,
        said,
        f'echo $SCRAPER_ALARM_KIND >> "{told}"; '
        f'if [ $SCRAPER_ALARM_KIND = silent ]; then echo > "{begun}"; cat "{go}"; fi',
    )
    raised(archive)
    thread = threading.Thread(target=carrier.carry, kwargs={"now": NOW})
    thread.start()
    begun.read_text()
    archive.raise_alarm("other", "down", reason="no answer", run=None, now=NOW)
    carrier.carry(now=NOW)
    go.write_text("")
    thread.join()
    assert lines(told) == ["silent", "down"]


def test_a_password_that_no_mail_server_takes_is_said(
    archive: Archive, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        "mật khẩu".encode("ascii")

    monkeypatch.setattr("scraper.carriers.send_mail", refuses)
    raised(archive)
    smtp = Smtp(host="mail.vn", port=25, sender="a@bo.vn", recipients=("b@bo.vn",))
    Carriers(archive, Settings(smtp=smtp), say=said.append).carry(now=NOW)
    assert "could not be told" in said[0]
