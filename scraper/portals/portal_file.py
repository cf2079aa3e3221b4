"""Portal files: TOML in, a checked Portal out. The door of this folder.

Everything that is wrong with a file is told at once, each fault with its table, its key and what
would be right.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.errors import Fault, PortalFileError
from scraper.portals import checks
from scraper.portals.checks import private_host
from scraper.portals.cron import DEFAULT_CRON, read_cron
from scraper.portals.families import Family, read_families
from scraper.portals.source_tables import SOURCE_KEYS, read_sources
from scraper.portals.tables import Table
from scraper.records import (
    JITTER_SECONDS,
    ArticleRule,
    Cron,
    FetchRule,
    Layout,
    Portal,
    Settings,
    Smtp,
)

__all__ = [
    "DEFAULT_CRON",
    "KEYS",
    "Family",
    "SETTINGS_KEYS",
    "SMTP_KEYS",
    "private_host",
    "read_cron",
    "read_each_portal",
    "read_families",
    "read_portal",
    "read_portal_text",
    "read_portals",
    "read_settings",
]

SETTINGS_FILE = "_settings.toml"

# Every key of a portal file, by table. docs/portal-file.md explains each; a test compares.
KEYS: dict[str, tuple[str, ...]] = {
    "": ("name", "title", "home", "language", "timezone", "formerly"),
    "article": ("match", "key", "canonical"),
    "source": SOURCE_KEYS,
    "schedule": ("cron", "jitter_seconds", "catch_up"),
    "fetch": (
        "pace_seconds",
        "timeout_seconds",
        "max_megabytes",
        "retries",
        "max_requests_per_run",
        "allow_private",
        "ca_bundle",
        "legacy_tls",
    ),
    "expect": ("articles_per_week", "silent_days"),
    "layout": tuple(field.name for field in fields(Layout)),
}
SETTINGS_KEYS = ("contact", "user_agent", "archive", "captures", "request_log", "alarm_command")
SMTP_PORT = 587  # for what users hand in (RFC 6409)
SMTP_KEYS = (
    "host",
    "port",
    "starttls",
    "user",
    "password_file",
    "password_env",
    "from",
    "to",
)

_ARRAYS = ("source", "layout")
_TABLES = tuple(table for table in KEYS if table)
_BELONGS = {
    key: f"[[{table}]]" if table in _ARRAYS else f"[{table}]"
    for table, keys in KEYS.items()
    for key in keys
    if table
} | {key: "the top of the file, before the first table" for key in KEYS[""] if key != "title"}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")


def read_portal(path: Path) -> Portal:
    """The portal that a file describes. Raises PortalFileError with all that is wrong with it."""
    return read_portal_text(_text(path), path=path)


def read_portal_text(text: str, *, path: Path) -> Portal:
    """The portal that the text of a portal file describes; `path` says whose it is or will be.

    Raises PortalFileError with all that is wrong with it.
    """
    faults: list[Fault] = []
    top = Table(_values(text, path), faults, name="", folder=path.parent)
    portal = _portal(top, path)
    if faults or portal is None:
        raise PortalFileError(path, tuple(faults))
    return portal


def read_portals(directory: Path, names: Sequence[str] = ()) -> tuple[Portal, ...]:
    """The portals of a folder in the order of their names, or only those named.

    Files that begin with "_" are no portals. Raises PortalFileError for the first file that is
    wrong, and for a name or a folder that is not there.
    """
    paths = _paths(directory)
    for name in names:
        if name not in paths:
            near = difflib.get_close_matches(name, paths, n=1)
            hint = f'did you mean "{near[0]}"? ' if near else ""
            known = f"there is {', '.join(paths)}" if paths else "the folder holds no portal file"
            problem = f"is not in {directory}; {hint}{known}"
            raise PortalFileError(directory / f"{name}.toml", (Fault("", "", problem),))
    return tuple(read_portal(path) for name, path in paths.items() if not names or name in names)


def read_each_portal(directory: Path) -> tuple[Portal | PortalFileError, ...]:
    """Like read_portals, but a wrong file does not keep the others from being read."""
    results: list[Portal | PortalFileError] = []
    for path in _paths(directory).values():
        try:
            results.append(read_portal(path))
        except PortalFileError as error:
            results.append(error)
    return tuple(results)


def read_settings(directory: Path) -> Settings:
    """The operator's settings from `_settings.toml`; the defaults if there is no such file.

    Paths are taken from the folder of the file; "~" is the home folder.
    """
    path = directory / SETTINGS_FILE
    if not path.exists():
        return Settings()
    faults: list[Fault] = []
    table = Table(_values(_text(path), path), faults, name="")
    table.only((*SETTINGS_KEYS, "smtp"))

    def place(text: str) -> str:
        return os.path.normpath(directory / os.path.expanduser(text))

    settings = Settings(
        contact=table.checked("contact", _header_text),
        user_agent=table.checked("user_agent", _header_text),
        archive=table.checked("archive", place),
        captures=table.checked("captures", place),
        request_log=""
        if table.values.get("request_log") is False
        else table.checked("request_log", place),
        alarm_command=table.text("alarm_command"),
        smtp=_smtp(table.table("smtp"), place) if "smtp" in table.values else None,
    )
    if faults:
        raise PortalFileError(path, tuple(faults))
    return settings


def _smtp(table: Table, place: Callable[[str], str]) -> Smtp | None:
    table.only(SMTP_KEYS)
    host, sender = table.text("host"), table.checked("from", _mail_address)
    recipients = table.texts("to", _mail_address)
    for key, value in (("host", host), ("from", sender), ("to", recipients)):
        if not value and key not in table.values:
            table.fault(key, "is missing")
    smtp = Smtp(
        host=host or "",
        sender=sender or "",
        recipients=recipients,
        port=table.whole("port", SMTP_PORT, lowest=1, highest=65535),
        starttls=table.flag("starttls", True),
        user=table.text("user"),
        password_file=table.checked("password_file", place),
        password_env=table.text("password_env"),
    )
    if smtp.user is not None and not (smtp.starttls or smtp.port == 465):
        table.fault("user", "would be sent in the clear; leave starttls = true, or take port 465")
    return smtp


def _mail_address(text: str) -> str:
    if "@" not in text or any(character in text for character in "\r\n,"):
        raise ValueError(f"{text!r} is no mail address; write one: name@example.org")
    return text


# --- a file ------------------------------------------------------------------------------------


def _paths(directory: Path) -> dict[str, Path]:
    if not directory.is_dir():
        what = "is no folder" if directory.exists() else "is not there"
        problem = f"{what}; portal files are looked for in it (say where with --schedules)"
        raise PortalFileError(directory, (Fault("", "", problem),))
    found = sorted(
        path for path in directory.glob("*.toml") if not path.name.startswith(("_", "."))
    )
    return {path.stem: path for path in found}


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem = "is not there"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        problem = f"is not in UTF-8 (byte {error.start + 1}); save it as UTF-8"
    raise PortalFileError(path, (Fault("", "", problem),))


def _values(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        problem = "is no TOML: it is nested too deep"
    except tomllib.TOMLDecodeError as error:
        problem = f"is no TOML: {error}"
        if "Unescaped '\\'" in str(error):
            problem += "; write a regular expression in single quotes: '...'"
        elif "Invalid value" in str(error):
            problem += "; is a string without quotes?"
        elif "Cannot overwrite" in str(error) or "Cannot declare" in str(error):
            problem += "; a key or table stands twice"
    raise PortalFileError(path, (Fault("", "", problem),)) from None


def _portal(top: Table, path: Path) -> Portal | None:
    stem = path.stem
    top.only(KEYS[""] + _TABLES, _BELONGS)
    name = top.checked("name", checks.name)
    if "name" not in top.values:
        top.fault("name", f'is missing; write name = "{stem}"')
    elif name and name != stem:
        top.fault("name", f'is "{name}", but the file is named {stem}.toml; they must be equal')
    home = top.checked("home", checks.address)
    if "home" not in top.values:
        top.fault("home", 'is missing; write the address of the portal: home = "http://..."')
    language = top.checked("language", checks.language)
    zone = top.checked("timezone", checks.zone) or _usual_zone(home, language)
    sources = read_sources(top, home)
    title, formerly = top.text("title"), top.texts("formerly", checks.host)
    article = _article(top.table("article"))
    fetch = _fetch(top.table("fetch"), folder=path.parent)
    schedule = top.table("schedule")
    cron = _cron(schedule)
    jitter_seconds = schedule.number("jitter_seconds", JITTER_SECONDS, lowest=0, highest=86_400)
    catch_up = schedule.flag("catch_up", True)
    expect = top.table("expect")
    expect.only(KEYS["expect"], _BELONGS)
    per_week = expect.number(
        "articles_per_week", 0.0, lowest=0, highest=100_000, above=True
    )  # 0.0 only where it is not given
    silent_days = expect.number("silent_days", 0.0, lowest=0, highest=10_000, above=True)
    layouts = tuple(_layout(table) for table in top.tables("layout"))
    if name is None or home is None or cron is None:
        return None
    return Portal(
        name=name,
        home=home,
        title=title,
        language=language,
        timezone=zone,
        formerly=formerly,
        article=article,
        sources=sources,
        cron=cron,
        jitter_seconds=jitter_seconds,
        catch_up=catch_up,
        fetch=fetch,
        articles_per_week=per_week or None,
        silent_days=silent_days or None,
        layouts=layouts,
    )


def _usual_zone(home: str | None, language: str | None) -> str:
    host = (urlsplit(home).hostname or "") if home else ""
    vietnamese = host.endswith(".vn") or (language or "").lower().partition("-")[0] == "vi"
    return "Asia/Ho_Chi_Minh" if vietnamese else "UTC"


def _article(table: Table) -> ArticleRule:
    table.only(KEYS["article"], _BELONGS)
    match = table.checked("match", checks.pattern)
    canonical = table.flag("canonical", False)
    key = table.text("key")
    if key is None:
        return ArticleRule(match=match, canonical=canonical)
    if _PLAIN_NAME.fullmatch(key):
        return ArticleRule(match=match, key_parameter=key, canonical=canonical)
    pattern = table.checked("key", checks.key_pattern)
    return ArticleRule(match=match, key_pattern=pattern, canonical=canonical)


def _cron(table: Table) -> Cron | None:
    table.only(KEYS["schedule"], _BELONGS)
    if "cron" not in table.values:
        return read_cron(DEFAULT_CRON)
    return table.checked("cron", read_cron)


def _fetch(table: Table, *, folder: Path) -> FetchRule:
    table.only(KEYS["fetch"], _BELONGS)
    usual = FetchRule()
    megabytes = table.number(
        "max_megabytes", usual.max_body_bytes / 1_000_000, lowest=0, highest=2000, above=True
    )
    return FetchRule(
        pace_seconds=table.number("pace_seconds", usual.pace_seconds, lowest=0, highest=3600),
        timeout_seconds=table.number(
            "timeout_seconds", usual.timeout_seconds, lowest=0, highest=3600, above=True
        ),
        max_body_bytes=max(1, int(megabytes * 1_000_000)),
        retries=table.whole("retries", usual.retries, lowest=0, highest=20),
        allow_private=table.texts("allow_private", checks.private_host),
        ca_bundle=table.checked("ca_bundle", partial(checks.certificates, folder=folder)),
        legacy_tls=table.flag("legacy_tls", usual.legacy_tls),
        max_requests_per_run=table.whole("max_requests_per_run", 0, lowest=1, highest=10_000_000)
        or None,  # 0 only where it is not given
    )


def _layout(table: Table) -> Layout:
    table.only(KEYS["layout"])
    if not table.values:
        table.fault("", f"is empty; give a selector for one of {', '.join(KEYS['layout'])}")
    return Layout(**{key: table.checked(key, checks.selector) for key in KEYS["layout"]})


def _header_text(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{text!r} goes into a header of every request: plain ASCII letters only")
    return text
