"""What a look at a portal found, and how that is written as a portal file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from scraper.records import Article, Portal, Source

WIDTH = 100  # characters of a comment's line


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One source that is proposed, and what was seen of it."""

    source: Source
    title: str | None
    articles: int | None  # on its first page; None: it was not opened
    note: str  # how it goes on, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What the look is unsure of, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One article as it would be archived."""

    key: str
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A proposed portal, with the reasons for all that is proposed."""

    portal: Portal
    looked_at: datetime  # aware UTC
    requests: int
    sections: tuple[Section, ...]
    previews: tuple[Preview, ...]
    doubts: tuple[Doubt, ...]
    family: str | None  # the CMS
    family_why: str | None
    match_why: str
    key_why: str
    language_why: str | None
    title_why: str | None
    template_articles: int  # that a template could be learned from
    key: str | None  # as the file has it
    match: str | None
    canonical: bool = False


def portal_file(profile: Profile) -> str:
    """The portal file, with a comment for each value that says where it came from."""
    return "\n".join(_lines(profile)) + "\n"


def _lines(profile: Profile) -> Iterator[str]:
    portal, day = profile.portal, profile.looked_at.date()
    yield f"# Proposed by a look at {portal.home} on {day:%Y-%m-%d} ({profile.requests} requests)."
    yield "# Every line may be changed; docs/portal-file.md has all keys. Once articles are"
    yield "# archived, leave name and key as they are: the articles' ids are made of them."
    if profile.family:
        yield f"# The portal seems to be made with {profile.family} ({profile.family_why})."
    yield from (f"# Unsure: {doubt.what} {doubt.remedy}" for doubt in profile.doubts)
    yield ""
    yield f"name = {_string(portal.name)}"
    if portal.title:
        yield f"title = {_string(portal.title)}  # {profile.title_why}"
    yield f"home = {_string(portal.home)}"
    if portal.language:
        yield f"language = {_string(portal.language)}  # {profile.language_why}"
    yield f"timezone = {_string(portal.timezone)}"
    if profile.match:
        yield ""
        yield "[article]"
        yield f"# {profile.match_why}"
        yield f"match = {_pattern(profile.match)}"
        yield f"# {profile.key_why}"
        if profile.key:
            yield f"key = {_pattern(profile.key)}"
        if profile.canonical:
            yield "# One article stands under several addresses; its page says which is its own."
            yield "canonical = true"
    for section in profile.sections:
        yield ""
        yield from _source_lines(section)
    fetch = portal.fetch
    if fetch.allow_private:
        yield ""
        yield "[fetch]"
        if fetch.pace_seconds == 0:
            yield "pace_seconds = 0  # this machine's own; a real portal needs a pace"
        hosts = ", ".join(_string(host) for host in fetch.allow_private)
        yield f"allow_private = [{hosts}]  # named by who asked for this file"


def _source_lines(section: Section) -> Iterator[str]:
    source = section.source
    title = " ".join((section.title or "").split())
    yield f"[[source]]  # {f'{title}: ' if title else ''}{section.note}"
    yield f"kind = {_string(source.kind)}"
    yield f"url = {_string(source.url)}"
    for key in ("start", "next", "link", "items", "address", "title", "cursor"):
        value = getattr(source, key)
        if value:
            yield f"{key} = {_pattern(value)}"
    for key in ("step", "first"):
        number = getattr(source, key)
        if number is not None:
            yield f"{key} = {number}"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pattern(text: str) -> str:
    """A string in which nothing is escaped, where that can be written."""
    return _string(text) if "'" in text or "\n" in text else f"'{text}'"


def in_words(value: date | None) -> str:
    """A date as a table prints it."""
    if value is None:
        return "-"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"
