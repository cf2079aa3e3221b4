"""Portal files that name only the portal and its home: how they are collected is found by looking.

What was found is kept in the archive and used from then on. Two rules keep ids true: the key of
articles that are archived never changes, and a new look adds to which addresses are articles.
"""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from scraper.archive.archive import Archive, StoredProfile
from scraper.errors import (
    BadStatus,
    BudgetSpent,
    PageError,
    PortalFileError,
    SourceError,
    Unreachable,
)
from scraper.fetching.fetcher import Fetcher
from scraper.portals.portal_file import read_portal_text
from scraper.probe.probe import BUDGET, portal_file, propose
from scraper.records import ArticleRule, Portal, Source

# These times are ours: a look costs some forty requests.
AGAIN_WHEN_FAILING = timedelta(days=1)  # all lists failed
AGAIN_WHEN_SILENT = timedelta(days=60)  # no new link came
AGAIN_WHEN_NOTHING_FOUND = timedelta(days=7)
FAILING = ("failed", "refused")
BESIDE_PAGES = 5  # requests of a look for robots.txt, tries and redirects; ours


def is_bare(portal: Portal) -> bool:
    """Whether the portal file leaves it to the program how its articles are found."""
    return portal.article == ArticleRule() and portal.sources == (
        Source(kind="listing", url=portal.home),
    )


def with_profile(
    portal: Portal,
    *,
    archive: Archive,
    fetcher: Fetcher,
    now: datetime,
    stop: threading.Event | None = None,
) -> tuple[Portal, PageError | SourceError | None]:
    """The portal as it is collected: as its file says, else as a look at it found; and noted so.

    Looks at its first run, and again when what was found no longer yields. Where the first look
    failed for what may pass, the portal has no lists yet, and the failure is given: articles would
    get other ids than those that a look gives them. Raises ArchiveError.
    """
    used, failed = portal, None
    if is_bare(portal):
        used, failed = _found(portal, archive=archive, fetcher=fetcher, now=now, stop=stop)
    archive.note_portal(used, now=now)
    return used, failed


def _found(
    portal: Portal,
    *,
    archive: Archive,
    fetcher: Fetcher,
    now: datetime,
    stop: threading.Event | None,
) -> tuple[Portal, PageError | SourceError | None]:
    """The portal as an earlier look found it, or a look now; and why there is none yet."""
    known = archive.profile(portal.name)
    used = _applied(portal, known.text) if known and known.text else portal
    if known is not None and not _is_stale(known, used, archive=archive, now=now):
        return used, None
    before = fetcher.requests_made
    reason: str | None = None
    found: Portal | None = None
    text: str | None = None
    try:
        profile = propose(
            portal.home,
            name=portal.name,
            fetcher=fetcher,
            fetch=portal.fetch,
            budget=_budget(portal),
            stop=stop,
        )
        text = portal_file(profile)
        found = _applied(portal, text)
    except (PageError, SourceError) as error:
        if _may_pass(error):  # the next run looks
            return (used, None) if known else (replace(used, sources=()), error)
        reason = error.reason
    if stop is not None and stop.is_set():
        return (used if known else replace(used, sources=())), None
    if found is not None and text is not None and archive.status(portal.name).articles:
        text = _with_rule(text, _lasting(used, found), name=portal.name)
        found = _applied(portal, text)
    archive.save_profile(
        portal.name, text, requests=fetcher.requests_made - before, reason=reason, now=now
    )
    return found or used, None


def _budget(portal: Portal) -> int:
    """The pages that a look may ask for: what a run may, but for robots.txt and redirects."""
    most = portal.fetch.max_requests_per_run
    return BUDGET if most is None else max(1, min(BUDGET, most - BESIDE_PAGES))


def _may_pass(error: PageError | SourceError) -> bool:
    """Whether a look failed for what may pass by itself; one that met its end would meet it again.

    What a look on a bad day finds, or not, stays: the key of what is archived by it never changes.
    """
    if isinstance(error, BadStatus):
        return error.status == 429 or error.status >= 500
    return isinstance(error, Unreachable) and not isinstance(error, BudgetSpent)


def looked_at(portal: Portal, *, fetcher: Fetcher, stop: threading.Event | None = None) -> Portal:
    """The portal as a look at it now finds; as its file says where that says more than its home.

    Raises PageError and SourceError where nothing is found.
    """
    if not is_bare(portal):
        return portal
    profile = propose(portal.home, name=portal.name, fetcher=fetcher, fetch=portal.fetch, stop=stop)
    return _applied(portal, portal_file(profile))


def _is_stale(known: StoredProfile, used: Portal, *, archive: Archive, now: datetime) -> bool:
    """Whether it is time to look again."""
    age = now - known.found_at
    if known.text is None:
        return age >= AGAIN_WHEN_NOTHING_FOUND
    states = {state.url: state.kind for state in archive.sources(used.name)}
    kinds = [states.get(source.url) for source in used.sources]
    if all(kind in FAILING for kind in kinds):
        return age >= AGAIN_WHEN_FAILING
    newest = archive.newest_link_at(used.name)
    return newest is not None and min(age, now - newest) >= AGAIN_WHEN_SILENT


def _applied(portal: Portal, text: str) -> Portal:
    """The portal with what a profile says; what the portal's own file says goes first."""
    try:
        found = read_portal_text(text, path=Path(f"{portal.name}.toml"))
    except PortalFileError:  # of a later program
        return portal
    old, new = urlsplit(portal.home).hostname, urlsplit(found.home).hostname
    moved = (old,) if old and old != new else ()
    return replace(
        portal,
        home=found.home,
        formerly=(*portal.formerly, *moved),
        title=portal.title or found.title,
        language=portal.language or found.language,
        timezone=portal.timezone if portal.timezone != "UTC" else found.timezone,
        article=found.article,
        sources=found.sources,
    )


def _lasting(used: Portal, found: Portal) -> ArticleRule:
    """The rule for a portal that has articles in the archive: their key, both looks' addresses."""
    matches = [
        rule.match.pattern for rule in (used.article, found.article) if rule.match is not None
    ]
    both = matches[0] if len(set(matches)) == 1 else "|".join(f"(?:{it})" for it in matches)
    return replace(used.article, match=re.compile(both) if matches else None)


def _with_rule(text: str, rule: ArticleRule, *, name: str) -> str:
    """The profile's text with another [article]."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.startswith("[article]")
        if inside and re.match(r"(?:match|key|canonical) = |# ", line):
            continue
        lines.append(line)
        if inside and line.startswith("[article]"):
            lines.append("# The key is that of the articles archived before this look.")
            if rule.match is not None:
                lines.append(f"match = {_quoted(rule.match.pattern)}")
            key = rule.key_parameter or (rule.key_pattern.pattern if rule.key_pattern else None)
            if key:
                lines.append(f"key = {_quoted(key)}")
            if rule.canonical:
                lines.append("canonical = true")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else '"' + text.replace("\\", "\\\\") + '"'
