"""How one article is printed: what it says, its versions, what changed, its captures."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from scraper.archive.archive import Absence, Family, StoredCapture
from scraper.changes import Difference, changed_fields, value_of
from scraper.output import log, print_json
from scraper.records import Version
from scraper.word_diff import Op, Run

CONTEXT = 12  # words of an unchanged stretch that are shown at either side of a change
LEAST_CUT = 8  # words; fewer are not left out
_WORD = re.compile(r"\S+\s*")
# As `git diff --word-diff` marks words, in colour and without.
COLOURS: Mapping[Op, tuple[str, str]] = {
    "delete": ("\x1b[31;9m", "\x1b[0m"),
    "insert": ("\x1b[32m", "\x1b[0m"),
    "equal": ("", ""),
}
BRACKETS: Mapping[Op, tuple[str, str]] = {
    "delete": ("[-", "-]"),
    "insert": ("{+", "+}"),
    "equal": ("", ""),
}


def print_stored(
    article: Mapping[str, Any],
    absences: Sequence[Absence],
    family: Family | None,
    *,
    robots: str | None,
    as_json: bool,
) -> None:
    """An article with what the archive knows of it: when it was gone, where else it stands, and
    what its newest page asks of `robots`."""
    if as_json:
        copies = {"first": family.first, **asdict(family)} if family else None
        beside = {"absences": [asdict(one) for one in absences], "copies": copies, "robots": robots}
        print_json({**article, **beside})
        return
    print_article(article, as_json=False, absences=absences, robots=robots)
    if family is None:
        return
    print("The same story:")
    for member in family.members:
        shared = ""
        if member.id == article["id"]:
            shared = ", this one"
        elif member.of_member is not None and member.of_asked is not None:
            shared = f", {member.of_member:.0%} of it, {member.of_asked:.0%} of this one"
        notes = [
            "seen first" if member.id == family.first else "",
            "the original" if member.id == family.original else "",
        ]
        note = "".join(f" ({one})" for one in notes if one)
        print(f"  {member.id}  {_day(member.first_seen_at)}{shared}{note}")
        print(f"    {member.title}")
    if family.original_portal and not family.original:
        print(f'  original: {family.original_portal}, by the source line "{family.source}"')
    print()


def print_article(
    article: Mapping[str, Any],
    *,
    as_json: bool,
    absences: Sequence[Absence] = (),
    robots: str | None = None,
) -> None:
    """One article: as a JSON object on a line, or as a person reads it."""
    if as_json:
        print_json(article)
        return
    print(article["title"])
    for name in ("id", "url", "published", "updated", "source"):
        if article.get(name):
            print(f"  {name}: {article[name]}")
    if article["authors"]:
        print(f"  authors: {', '.join(article['authors'])}")
    if article.get("edits"):
        silent = f", {article['silent_edits']} of them silently" if article["silent_edits"] else ""
        print(f"  edited: {article['edits']}x{silent}")
    for absence in absences:
        back = f", back {_day(absence.back_at)}" if absence.back_at else ""
        print(f"  gone since {_day(absence.gone_at)}{back}: {absence.reason}")
    if robots:
        print(f"  the page asks robots: {robots}")
    if "text" in article.get("evidence", {}):
        print(f"  text: {article['evidence']['text']['rule']}")
    if article["text"]:
        print(f"\n{article['text']}")
    for figure in article["figures"]:
        print(f"\n[image] {figure['caption'] or figure['image']}")
    for attachment in article["attachments"]:
        print(f"\n[attachment] {attachment['title'] or ''} {attachment['url']}")
    print()


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


# --- versions ------------------------------------------------------------------------------------


def print_versions(
    versions: Sequence[Version], absences: Sequence[Absence], *, as_json: bool
) -> None:
    """The readings of one article that differed, oldest first, and when it was gone."""
    before = (None, *versions[:-1])
    if as_json:
        pairs = zip(before, versions, strict=True)
        print_json([_version_json(old, version) for old, version in pairs])
        return
    for old, version in zip(before, versions, strict=True):
        seen = f"{version.first_seen_at:%Y-%m-%d %H:%M} to {version.last_seen_at:%Y-%m-%d %H:%M}"
        by = f" (program {version.program})" if version.program else ""
        print(f"{version.number}: {_kind(version)}; seen {seen} UTC")
        print(f"   {version.article.title}")
        if old:
            print(f"   changed: {', '.join(changed_fields(old.article, version.article))}")
        if version.sha256:
            place = f", {version.place.file} at {version.place.offset}" if version.place else ""
            of = f" of {version.origin}" if version.origin else ""
            moment = f"{version.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
            print(f"   capture{of} {moment}, sha256 {version.sha256}")
            print(f"   read by {version.article.read_by}{by}{place}")
        else:
            print(f"   read by {version.article.read_by}{by}")
    for absence in absences:
        until = f"until {_day(absence.back_at)}" if absence.back_at else "and is not back"
        print(f"gone from {_day(absence.gone_at)} {until}: {absence.reason}")


def _kind(version: Version) -> str:
    if version.kind == "edit":
        return "silent edit" if version.silent else "edit"
    return "first reading" if version.kind == "first" else "read anew, no edit"


def version_facts(version: Version) -> Mapping[str, Any]:
    """What is known of a version beside what it says, as a JSON object."""
    return {
        "number": version.number,
        "kind": version.kind,
        "silent": version.silent,
        "first_seen_at": version.first_seen_at,
        "last_seen_at": version.last_seen_at,
        "program": version.program,
        "read_by": version.article.read_by,
        "capture": {
            "fetched_at": version.fetched_at,
            "sha256": version.sha256,
            "file": version.place.file if version.place else None,
            "offset": version.place.offset if version.place else None,
            "length": version.place.length if version.place else None,
            "origin": version.origin,
        },
    }


def _version_json(before: Version | None, version: Version) -> Mapping[str, Any]:
    article = version.article
    changed = changed_fields(before.article, article) if before else ()
    return {
        "id": version.article_id,
        **version_facts(version),
        "changed": list(changed),
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "published": article.published,
        "updated": article.updated,
        "source": article.source,
        "authors": list(article.authors),
        "captions": list(article.captions),
        "attachments": [asdict(one) for one in article.attachments],
    }


# --- what changed --------------------------------------------------------------------------------


def print_difference(difference: Difference, *, as_json: bool) -> None:
    """What was taken out and what was added between two versions."""
    if as_json:
        print_json(difference_json(difference))
        return
    before, after = difference.before, difference.after
    if before.number == after.number:
        log(f"{before.article_id} has not changed: version {before.number} stands on both sides")
        return
    print(f"{before.article_id}: version {before.number} -> {after.number}, {_kind(after)}")
    print(f"  seen until {_day(before.last_seen_at)}; seen from {_day(after.first_seen_at)}")
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in difference_lines(difference, coloured=coloured):
        print(line)


def difference_json(difference: Difference) -> Mapping[str, Any]:
    """Each changed field before and after, and the words of title, text and captions."""
    old, new = difference.before.article, difference.after.article
    words = {
        name: [asdict(run) for run in runs]
        for name, runs in _worded(difference)
        if name in difference.fields
    }
    return {
        "id": difference.before.article_id,
        "before": version_facts(difference.before),
        "after": version_facts(difference.after),
        "announced": difference.announced,
        "fields": {
            name: {"before": _plain(value_of(old, name)), "after": _plain(value_of(new, name))}
            for name in difference.fields
        },
        "words": words,
    }


def difference_lines(difference: Difference, *, coloured: bool) -> Iterator[str]:
    """The same for a person: long stretches that are equal are cut short."""
    marks = COLOURS if coloured else BRACKETS
    old, new = difference.before.article, difference.after.article
    worded = dict(_worded(difference))
    for name in difference.fields:
        if name == "lead" and "text" in difference.fields:
            continue  # is the beginning of the text
        yield ""
        if name in worded:
            yield f"{name}:"
            yield marked(worded[name], marks=marks)
            continue
        values = [_shown(_plain(value_of(article, name))) for article in (old, new)]
        ops: tuple[Op, ...] = ("delete", "insert")
        runs = zip(ops, values, strict=True)
        yield f"{name}: " + " ".join(f"{marks[op][0]}{it}{marks[op][1]}" for op, it in runs if it)
    if not difference.fields:
        yield "no difference"


def _worded(difference: Difference) -> Iterator[tuple[str, Sequence[Run]]]:
    yield "title", difference.title
    yield "text", difference.text
    yield "captions", difference.captions


def marked(runs: Sequence[Run], *, marks: Mapping[Op, tuple[str, str]]) -> str:
    """Runs of words as one text, with marks around what was taken out and what was added."""
    parts = []
    for number, run in enumerate(runs):
        if run.op == "equal":
            parts.append(_cut(run.text, head=number > 0, tail=number < len(runs) - 1))
            continue
        start, end = marks[run.op]
        # Marks do not reach over a paragraph's end, where a terminal would lose them.
        for piece in re.split(r"(\n+)", run.text):
            parts.append(piece if not piece.strip("\n") else f"{start}{piece}{end}")
    return "".join(parts)


def _cut(text: str, *, head: bool, tail: bool) -> str:
    """An unchanged stretch, without its middle where that is long.

    `head` and `tail`: whether there is a change before it and after it.
    """
    words = _WORD.findall(text)
    kept = CONTEXT * (head + tail)
    if len(words) - kept < LEAST_CUT:
        return text
    front = text[: len(text) - len(text.lstrip())]
    start = "".join(words[:CONTEXT]).rstrip() if head else ""
    end = "".join(words[len(words) - CONTEXT :]) if tail else ""
    start = start.split("\n", 1)[0] if "\n" in start else start
    end = end.rsplit("\n", 1)[-1] if "\n" in end.rstrip("\n") else end
    # Where paragraphs were left out, the words behind stand in another one.
    gap = "\n\n" if end and text[: len(text) - len(end)].endswith("\n") else " "
    return f"{front}{start} […]{gap}{end}" if start else f"{front}[…]{gap}{end}"


def _plain(value: object) -> object:
    """A field's value as JSON holds it."""
    if isinstance(value, tuple):
        return [one if isinstance(one, str) else asdict(one) for one in value]
    return value


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(
            one if isinstance(one, str) else f"{one['title'] or ''} {one['url']}".strip()
            for one in value
        )
    return "" if value is None else str(value)


# --- captures ------------------------------------------------------------------------------------


def print_captures(
    captures: Sequence[StoredCapture], versions: Sequence[Version], *, as_json: bool
) -> None:
    """The answers that an article was read from, oldest first, numbered from 1."""
    read = {version.fetched_at: version.number for version in versions}
    if as_json:
        print_json(
            [
                {"number": number, **asdict(one), "version": read.get(one.fetched_at)}
                for number, one in enumerate(captures, start=1)
            ]
        )
        return
    for number, one in enumerate(captures, start=1):
        version = f", version {read[one.fetched_at]}" if one.fetched_at in read else ""
        size = "not modified" if one.status == 304 else f"{one.body_bytes} bytes"
        of = f", {one.origin}" if one.origin else ""
        moment = f"{one.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
        print(f"{number}: {moment}, {one.status}, {size}{of}{version}")
        if one.place:
            print(f"   sha256 {one.sha256}, {one.place.file} at {one.place.offset}")
        if one.answered_url != one.url:
            print(f"   {one.url} led to {one.answered_url}")
        if one.robots:
            print(f"   asks robots: {one.robots}")
    if not captures:
        log("no captures are known of this article")
